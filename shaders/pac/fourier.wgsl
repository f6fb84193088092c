// One stage of a transform of many signals, decimated in frequency and sorted by itself (Stockham): every stage reads one
// buffer and writes the other, in order. RADIX: 2, 3, 4, 5 or 8. FORWARD: e^(-i…) instead of e^(+i…).
//
// The last stage may leave what is wanted of the analytic signal instead of the signal: BINS its phase bins, AMPLITUDE its
// magnitude, HALF as 16-bit floats, ENVELOPE the same as a signal to transform, UNITS its direction, FILTERED its real part
// as a signal to transform. EXCLUDED: without the samples that are excluded.

#import fieldscope::pac::shared::{Four, PacPass, divided, EXCLUDED_SAMPLE}
#import fieldscope::pac::bins::bins_of

@group(0) @binding(0) var<storage, read> source: array<Four>;
@group(0) @binding(1) var<storage, read> twiddles: array<vec2<f32>>;
#ifdef BINS
@group(0) @binding(2) var<storage, read_write> result: array<u32>;
#else ifdef HALF
@group(0) @binding(2) var<storage, read_write> result: array<vec2<u32>>;
#else ifdef AMPLITUDE
@group(0) @binding(2) var<storage, read_write> result: array<vec4<f32>>;
#else
@group(0) @binding(2) var<storage, read_write> result: array<Four>;
#endif
#ifdef EXCLUDED
@group(0) @binding(3) var<storage, read> ranks: array<u32>;
#endif
@group(0) @binding(4) var<uniform> constants: PacPass;

fn plus(a: Four, b: Four) -> Four {
    return Four(a.re + b.re, a.im + b.im);
}

fn minus(a: Four, b: Four) -> Four {
    return Four(a.re - b.re, a.im - b.im);
}

// A quarter turn in the direction of the transform.
fn turned(a: Four) -> Four {
#ifdef FORWARD
    return Four(a.im, -a.re);
#else
    return Four(-a.im, a.re);
#endif
}

// By a fixed angle in the direction of the transform.
fn rotated(a: Four, cosine: f32, sine: f32) -> Four {
#ifdef FORWARD
    return Four(a.re * cosine + a.im * sine, a.im * cosine - a.re * sine);
#else
    return Four(a.re * cosine - a.im * sine, a.im * cosine + a.re * sine);
#endif
}

fn scaled(a: Four, factor: f32) -> Four {
    return Four(a.re * factor, a.im * factor);
}

#ifdef LAST
fn write(row: u32, place: u32, value: Four) {
#ifdef SIGNAL
    result[row * constants.length + place] = value;
#else
    // Places before the window are beyond it, too.
    let time = place - constants.before;
    if time >= constants.window {
        return;
    }
#ifdef FILTERED
    result[row * constants.kept + time] = Four(value.re, vec4(0.0));
#else ifdef ENVELOPE
    result[row * constants.kept + time] = Four(sqrt(value.re * value.re + value.im * value.im), vec4(0.0));
#else
    let at = divided(row, constants.groups);
#ifdef EXCLUDED
    let rank = ranks[(constants.channel + at.x) * constants.window + time];
    if rank == EXCLUDED_SAMPLE {
        return;
    }
#else
    let rank = time;
#endif
#ifdef BINS
    result[((constants.channel + at.x) * constants.groups + at.y) * constants.window + rank] = bins_of(value);
#else ifdef UNITS
    let length = sqrt(value.re * value.re + value.im * value.im);
    let inverse = select(1.0 / length, vec4(0.0), length == vec4(0.0));
    result[(at.x * constants.window + rank) * constants.groups + at.y] = Four(value.re * inverse, value.im * inverse);
#else ifdef AMPLITUDE
    let amplitude = sqrt(value.re * value.re + value.im * value.im);
    let slot = (at.x * constants.window + rank) * constants.groups + at.y;
#ifdef HALF
    result[slot] = vec2(pack2x16float(amplitude.xy), pack2x16float(amplitude.zw));
#else
    result[slot] = amplitude;
#endif
#endif
#endif
#endif
}

fn put(row: u32, place: u32, index: u32, value: Four) {
    write(row, place, value);
}
#else
// The k-th of the outputs of part p: turned by W^(p k).
fn put(row: u32, place: u32, index: u32, value: Four) {
    let turn = twiddles[index];
#ifdef FORWARD
    let sine = -turn.y;
#else
    let sine = turn.y;
#endif
    result[row * constants.length + place] =
        Four(value.re * turn.x - value.im * sine, value.re * sine + value.im * turn.x);
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let item = workgroup.x * 64u + local;
    let row = workgroup.y;
    let length = constants.length;
    let stride = constants.stride;
    let apart = length / #{RADIX}u;
    if item >= apart {
        return;
    }
    let origin = row * length + item;
#ifdef LAST
    // There is one part.
    let first = item;
    let turn = 0u;
#else
    let at = divided(item, stride);
    let first = at.y + stride * #{RADIX}u * at.x;
    let turn = stride * at.x;
#endif
#ifdef RADIX2
    let a = source[origin];
    let b = source[origin + apart];
    put(row, first, 0u, plus(a, b));
    put(row, first + stride, turn, minus(a, b));
#endif
#ifdef RADIX3
    let a = source[origin];
    let b = source[origin + apart];
    let c = source[origin + 2u * apart];
    let sum = plus(b, c);
    let middle = plus(a, scaled(sum, -0.5));
    let side = turned(scaled(minus(b, c), 0.8660254));
    put(row, first, 0u, plus(a, sum));
    put(row, first + stride, turn, plus(middle, side));
    put(row, first + 2u * stride, 2u * turn, minus(middle, side));
#endif
#ifdef RADIX4
    let a = source[origin];
    let b = source[origin + apart];
    let c = source[origin + 2u * apart];
    let d = source[origin + 3u * apart];
    let ac = plus(a, c);
    let bd = plus(b, d);
    let a_c = minus(a, c);
    let b_d = turned(minus(b, d));
    put(row, first, 0u, plus(ac, bd));
    put(row, first + stride, turn, plus(a_c, b_d));
    put(row, first + 2u * stride, 2u * turn, minus(ac, bd));
    put(row, first + 3u * stride, 3u * turn, minus(a_c, b_d));
#endif
#ifdef RADIX5
    let a = source[origin];
    let b = source[origin + apart];
    let c = source[origin + 2u * apart];
    let d = source[origin + 3u * apart];
    let e = source[origin + 4u * apart];
    let be = plus(b, e);
    let cd = plus(c, d);
    let b_e = minus(b, e);
    let c_d = minus(c, d);
    let near = plus(a, plus(scaled(be, 0.30901699), scaled(cd, -0.80901699)));
    let far = plus(a, plus(scaled(be, -0.80901699), scaled(cd, 0.30901699)));
    let near_side = turned(plus(scaled(b_e, 0.95105652), scaled(c_d, 0.58778525)));
    let far_side = turned(minus(scaled(b_e, 0.58778525), scaled(c_d, 0.95105652)));
    put(row, first, 0u, plus(a, plus(be, cd)));
    put(row, first + stride, turn, plus(near, near_side));
    put(row, first + 2u * stride, 2u * turn, plus(far, far_side));
    put(row, first + 3u * stride, 3u * turn, minus(far, far_side));
    put(row, first + 4u * stride, 4u * turn, minus(near, near_side));
#endif
#ifdef RADIX8
    let a = source[origin];
    let b = source[origin + apart];
    let c = source[origin + 2u * apart];
    let d = source[origin + 3u * apart];
    let e = source[origin + 4u * apart];
    let f = source[origin + 5u * apart];
    let g = source[origin + 6u * apart];
    let h = source[origin + 7u * apart];
    let ae = plus(a, e);
    let a_e = minus(a, e);
    let cg = plus(c, g);
    let c_g = turned(minus(c, g));
    let bf = plus(b, f);
    let b_f = minus(b, f);
    let dh = plus(d, h);
    let d_h = turned(minus(d, h));
    let even0 = plus(ae, cg);
    let even2 = minus(ae, cg);
    let even1 = plus(a_e, c_g);
    let even3 = minus(a_e, c_g);
    let odd0 = plus(bf, dh);
    let odd2 = turned(minus(bf, dh));
    let odd1 = rotated(plus(b_f, d_h), 0.70710678, 0.70710678);
    let odd3 = rotated(minus(b_f, d_h), -0.70710678, 0.70710678);
    put(row, first, 0u, plus(even0, odd0));
    put(row, first + stride, turn, plus(even1, odd1));
    put(row, first + 2u * stride, 2u * turn, plus(even2, odd2));
    put(row, first + 3u * stride, 3u * turn, plus(even3, odd3));
    put(row, first + 4u * stride, 4u * turn, minus(even0, odd0));
    put(row, first + 5u * stride, 5u * turn, minus(even1, odd1));
    put(row, first + 6u * stride, 6u * turn, minus(even2, odd2));
    put(row, first + 7u * stride, 7u * turn, minus(even3, odd3));
#endif
}
