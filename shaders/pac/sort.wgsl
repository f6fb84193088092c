// Samples of a band of phase by their bin, in order of time within each: what a sum over a bin walks over.

#import fieldscope::pac::shared::{PacPass, BINS}

@group(0) @binding(0) var<storage, read> bins: array<u32>;
@group(0) @binding(1) var<storage, read> valid: array<u32>;
@group(0) @binding(2) var<storage, read_write> order: array<u32>;
// Where each bin begins in the order, and where the last one ends, and an unused one.
@group(0) @binding(3) var<storage, read_write> starts: array<u32>;
@group(0) @binding(4) var<uniform> constants: PacPass;

const WALKERS: u32 = 64u;
var<workgroup> places: array<u32, 1152>;
var<workgroup> totals: array<u32, 18>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let band = workgroup.x;
    let channel = constants.channel + workgroup.y;
    let samples = valid[channel];
    let origin = (channel * constants.groups + band / 4u) * constants.window;
    let shift = 8u * (band % 4u);
    for (var bin = 0u; bin < BINS; bin++) {
        places[bin * WALKERS + local] = 0u;
    }
    let each = (samples + WALKERS - 1u) / WALKERS;
    let begin = min(local * each, samples);
    let end = min(begin + each, samples);
    for (var time = begin; time < end; time++) {
        let bin = (bins[origin + time] >> shift) & 31u;
        places[bin * WALKERS + local] += 1u;
    }
    workgroupBarrier();
    if local < BINS {
        var sum = 0u;
        for (var walker = 0u; walker < WALKERS; walker++) {
            let count = places[local * WALKERS + walker];
            places[local * WALKERS + walker] = sum;
            sum += count;
        }
        totals[local] = sum;
    }
    workgroupBarrier();
    let row = workgroup.y * constants.phases + band;
    if local == 0u {
        var sum = 0u;
        let first = (channel * constants.phases + band) * 20u;
        for (var bin = 0u; bin < BINS; bin++) {
            let count = totals[bin];
            totals[bin] = sum;
            starts[first + bin] = sum;
            sum += count;
        }
        starts[first + BINS] = sum;
    }
    workgroupBarrier();
    for (var time = begin; time < end; time++) {
        let bin = (bins[origin + time] >> shift) & 31u;
        let place = places[bin * WALKERS + local];
        places[bin * WALKERS + local] = place + 1u;
        order[row * constants.window + totals[bin] + place] = time;
    }
}
