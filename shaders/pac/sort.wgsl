// Samples of a stretch of the window by the bin of a band of phase, in order of time within each: what a sum over a bin walks
// over. A stretch's amplitudes stay in a processor's cache while all bands go over them. Every bin's list is filled up to a
// multiple of four. COUNT: what falls into each bin is added to what is there.

#import fieldscope::pac::shared::{PacPass, BINS, STRETCH, LISTED, NO_SAMPLE}

@group(0) @binding(0) var<storage, read> bins: array<u32>;
@group(0) @binding(1) var<storage, read> valid: array<u32>;
// Of every channel, band and stretch: samples, counted from the stretch's first one.
@group(0) @binding(2) var<storage, read_write> order: array<u32>;
// Where each bin begins in them, and where the last one ends, and an unused one.
@group(0) @binding(3) var<storage, read_write> starts: array<u32>;
#ifdef COUNT
// [channel, band of phase, bin].
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;
#endif
@group(0) @binding(5) var<uniform> constants: PacPass;

// Few, since every one of them has counts of its own to be added up.
const WALKERS: u32 = 32u;
const EACH: u32 = STRETCH / WALKERS;
var<workgroup> places: array<u32, 576>;
var<workgroup> totals: array<u32, 18>;
var<workgroup> firsts: array<u32, 18>;

@compute @workgroup_size(32)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let band = workgroup.y;
    let channel = constants.channel + workgroup.z;
    let samples = valid[channel];
    let origin = (channel * constants.groups + band / 4u) * constants.window;
    let shift = 8u * (band % 4u);
    for (var bin = 0u; bin < BINS; bin++) {
        places[bin * WALKERS + local] = 0u;
    }
    let first_time = workgroup.x * STRETCH;
    let begin = min(first_time + local * EACH, samples);
    let end = min(begin + EACH, samples);
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
#ifdef COUNT
        atomicAdd(&counts[(channel * constants.phases + band) * BINS + local], sum);
#endif
    }
    workgroupBarrier();
    let row = (workgroup.z * constants.phases + band) * workgroups.x + workgroup.x;
    if local == 0u {
        var sum = 0u;
        for (var bin = 0u; bin < BINS; bin++) {
            firsts[bin] = sum;
            starts[row * 20u + bin] = sum;
            sum += (totals[bin] + 3u) & ~3u;
        }
        starts[row * 20u + BINS] = sum;
    }
    workgroupBarrier();
    if local < BINS {
        let list = row * LISTED + firsts[local];
        let total = totals[local];
        for (var place = total; (place & 3u) != 0u; place++) {
            order[list + place] = NO_SAMPLE;
        }
    }
    for (var time = begin; time < end; time++) {
        let bin = (bins[origin + time] >> shift) & 31u;
        let place = places[bin * WALKERS + local];
        places[bin * WALKERS + local] = place + 1u;
        order[row * LISTED + firsts[bin] + place] = time - first_time;
    }
}
