// How many samples fall into each bin: a lane for each bin of four bands of phase, a stretch of the window a workgroup. What
// is counted is added to what is there.

#import fieldscope::pac::shared::{PacPass, BINS, STRETCH}

@group(0) @binding(0) var<storage, read> bins: array<u32>;
@group(0) @binding(1) var<storage, read> valid: array<u32>;
// [channel, band of phase, bin].
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(3) var<uniform> constants: PacPass;

@compute @workgroup_size(72)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let channel = constants.channel + workgroup.z;
    let band = local / BINS;
    let bin = local - band * BINS;
    let shift = 8u * band;
    let samples = valid[channel];
    let begin = min(workgroup.x * STRETCH, samples);
    let end = min(begin + STRETCH, samples);
    let origin = (channel * constants.groups + workgroup.y) * constants.window;
    var count = 0u;
    for (var time = begin; time < end; time++) {
        count += select(0u, 1u, ((bins[origin + time] >> shift) & 31u) == bin);
    }
    let phase = 4u * workgroup.y + band;
    if phase < constants.phases {
        atomicAdd(&counts[(channel * constants.phases + phase) * BINS + bin], count);
    }
}
