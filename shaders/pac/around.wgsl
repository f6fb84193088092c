// Signals whose cross-correlation around the window holds the sums over phase bins at every shift: four indicators of pairs
// of bins, the first bin of a pair as real part and the second as imaginary part, or AMPLITUDES, four bands of them, HALF as
// 16-bit floats.

#import fieldscope::pac::shared::{Four, PacPass, BIN_PAIRS, divided}

#ifdef AMPLITUDES
#ifdef HALF
@group(0) @binding(0) var<storage, read> amplitudes: array<vec2<u32>>;
#else
@group(0) @binding(0) var<storage, read> amplitudes: array<vec4<f32>>;
#endif
#else
@group(0) @binding(0) var<storage, read> bins: array<u32>;
#endif
@group(0) @binding(1) var<storage, read> valid: array<u32>;
@group(0) @binding(2) var<storage, read_write> signals: array<Four>;
@group(0) @binding(3) var<uniform> constants: PacPass;

#ifdef AMPLITUDES
fn amplitude_at(place: u32) -> vec4<f32> {
#ifdef HALF
    let packed = amplitudes[place];
    return vec4(unpack2x16float(packed.x), unpack2x16float(packed.y));
#else
    return amplitudes[place];
#endif
}
#else
fn indicator(pair: u32, time: u32) -> vec2<f32> {
    let at = divided(pair, BIN_PAIRS);
    if at.x >= constants.phases {
        return vec2(0.0);
    }
    let word = bins[(constants.channel * constants.groups + at.x / 4u) * constants.window + time];
    let bin = (word >> (8u * (at.x % 4u))) & 31u;
    return vec2(select(0.0, 1.0, bin == 2u * at.y), select(0.0, 1.0, bin == 2u * at.y + 1u));
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let place = workgroup.x * 64u + local;
    if place >= constants.length {
        return;
    }
    let row = workgroup.y;
    let samples = valid[constants.channel];
    var value = Four(vec4(0.0), vec4(0.0));
#ifdef AMPLITUDES
    // Twice, so that no shift reaches beyond them; where the window is as long as the transform, the transform goes around
    // by itself.
    let time = select(place - samples, place, place < samples);
    if time < samples {
        value.re = amplitude_at((constants.slot * constants.window + time) * constants.amplitudes + row);
    }
#else
    if place < samples {
        let first = constants.first_pair + 4u * row;
        let a = indicator(first, place);
        let b = indicator(first + 1u, place);
        let c = indicator(first + 2u, place);
        let d = indicator(first + 3u, place);
        value = Four(vec4(a.x, b.x, c.x, d.x), vec4(a.y, b.y, c.y, d.y));
    }
#endif
    signals[row * constants.length + place] = value;
}
