// The last step of a transform where its result is kept whole: what `pac/fourier` otherwise writes by itself. Definitions
// as there.

#import fieldscope::pac::shared::{Four, PacPass, divided, EXCLUDED_SAMPLE}
#import fieldscope::pac::bins::bins_of

@group(0) @binding(0) var<storage, read> signal: array<Four>;
#ifdef BINS
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
#else ifdef HALF
@group(0) @binding(1) var<storage, read_write> result: array<vec2<u32>>;
#else ifdef AMPLITUDE
@group(0) @binding(1) var<storage, read_write> result: array<vec4<f32>>;
#else
@group(0) @binding(1) var<storage, read_write> result: array<Four>;
#endif
#ifdef EXCLUDED
@group(0) @binding(2) var<storage, read> ranks: array<u32>;
#endif
@group(0) @binding(3) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let time = workgroup.x * 64u + local;
    if time >= constants.window {
        return;
    }
    // Kept without what was before the window.
    let value = signal[workgroup.y * constants.window + time];
    let at = divided(workgroup.y, constants.groups);
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
#else
    let slot = (at.x * constants.window + rank) * constants.groups + at.y;
    let length = sqrt(value.re * value.re + value.im * value.im);
#ifdef UNITS
    let inverse = select(1.0 / length, vec4(0.0), length == vec4(0.0));
    result[slot] = Four(value.re * inverse, value.im * inverse);
#else ifdef HALF
    result[slot] = vec2(pack2x16float(length.xy), pack2x16float(length.zw));
#else
    result[slot] = length;
#endif
#endif
}
