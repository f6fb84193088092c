// Sums over phase bins at the shifts that surrogates drew: a pair of bins, four bands of amplitude and a surrogate an
// invocation.
//
// Stages of the inverse transform that are left over are done here for the drawn shifts alone. With s the product of the
// radices of those that were run, the value at place q + s v is Σ over u of x[q + s u] W^(s u v), of length / s terms.

#import fieldscope::pac::shared::{Four, PacPass, BINS, BIN_PAIRS, divided}
#import fieldscope::pac::moved::shift_of

// [pair, group of bands of amplitude].
@group(0) @binding(0) var<storage, read> signal: array<Four>;
@group(0) @binding(1) var<storage, read> twiddles: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read> valid: array<u32>;
// Of every surrogate, how far amplitudes are moved, as a part of the samples.
@group(0) @binding(3) var<storage, read> moved: array<f32>;
// [surrogate, band of phase, bin, group of bands of amplitude].
@group(0) @binding(4) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(5) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let row = workgroup.x * 64u + local;
    let groups = constants.amplitudes;
    if row >= constants.pairs * groups {
        return;
    }
    let length = constants.length;
    let stride = constants.stride;
    let shift = shift_of(moved[constants.surrogate + workgroup.y], valid[constants.channel]);
    let at = divided(shift, stride);
    let origin = row * length + at.y;
    let step = at.x * stride;
    var turn = 0u;
    var sum = Four(vec4(0.0), vec4(0.0));
    for (var place = 0u; place < length; place += stride) {
        let value = signal[origin + place];
        let by = twiddles[turn];
        sum.re += value.re * by.x - value.im * by.y;
        sum.im += value.re * by.y + value.im * by.x;
        turn += step;
        turn = select(turn, turn - length, turn >= length);
    }
    let split = divided(row, groups);
    let pair = divided(constants.first_pair + split.x, BIN_PAIRS);
    let first = ((workgroup.y * constants.phases + pair.x) * BINS + 2u * pair.y) * groups + split.y;
    sums[first] = sum.re;
    sums[first + groups] = sum.im;
}
