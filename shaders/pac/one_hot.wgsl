// The regression of a published version, on purpose: amplitude times one-hot bin for every pair of bands, time and bin.

#import fieldscope::pac::shared::{PacPass, BINS, divided}
#import fieldscope::pac::moved::{shift_of, moved_by}

@group(0) @binding(0) var<storage, read> bins: array<u32>;
#ifdef HALF
@group(0) @binding(1) var<storage, read> amplitudes: array<vec2<u32>>;
#else
@group(0) @binding(1) var<storage, read> amplitudes: array<vec4<f32>>;
#endif
@group(0) @binding(2) var<storage, read_write> expanded: array<f32>;
@group(0) @binding(3) var<storage, read> valid: array<u32>;
#ifdef TRIALS
@group(0) @binding(4) var<storage, read> permutation: array<u32>;
#endif
@group(0) @binding(5) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let time = workgroup.x * 64u + local;
    let taken = workgroup.z;
    let channel = constants.channel + taken;
    if time >= constants.window {
        return;
    }
    let pair = divided(workgroup.y, constants.phases);
    let samples = valid[channel];
    let word = bins[(channel * constants.groups + pair.y / 4u) * constants.window + time];
    let is_kept = time < samples;
    let own = select(BINS, (word >> (8u * (pair.y % 4u))) & 31u, is_kept);
    var other = time;
#ifdef MOVED
    if is_kept {
        other = moved_by(time, shift_of(constants.moved, samples), samples);
    }
#endif
#ifdef TRIALS
    let trial = samples / constants.trials;
    let split = divided(time, trial);
    if split.x < constants.trials {
        other = permutation[constants.surrogate * constants.trials + split.x] * trial + split.y;
    }
#endif
    let place = (taken * constants.window + other) * constants.amplitudes + pair.x / 4u;
#ifdef HALF
    let packed = amplitudes[place];
    let amplitude = vec4(unpack2x16float(packed.x), unpack2x16float(packed.y))[pair.x % 4u];
#else
    let amplitude = amplitudes[place][pair.x % 4u];
#endif
    let row = ((taken * constants.bands * constants.phases + workgroup.y) * constants.window + time) * BINS;
    for (var bin = 0u; bin < BINS; bin++) {
        expanded[row + bin] = select(0.0, amplitude, bin == own);
    }
}
