// Where each sample of the window is kept once those that are excluded are left out, and how many there are: a channel a
// workgroup. Bits of `excluded` are those of the recording, a row of whole words a channel.

#import fieldscope::pac::shared::{PacPass, EXCLUDED_SAMPLE}

@group(0) @binding(0) var<storage, read> excluded: array<u32>;
@group(0) @binding(1) var<storage, read_write> ranks: array<u32>;
@group(0) @binding(2) var<storage, read_write> valid: array<u32>;
@group(0) @binding(3) var<uniform> constants: PacPass;

var<workgroup> counts: array<u32, 64>;

fn is_excluded(channel: u32, time: u32) -> bool {
    let at = constants.start + time;
    let row = (constants.total + 31u) / 32u;
    return (excluded[channel * row + at / 32u] >> (at % 32u) & 1u) == 1u;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let channel = workgroup.x;
    let window = constants.window;
    let each = (window + 63u) / 64u;
    let begin = min(local * each, window);
    let end = min(begin + each, window);
    var count = 0u;
    for (var time = begin; time < end; time++) {
        count += select(1u, 0u, is_excluded(channel, time));
    }
    counts[local] = count;
    workgroupBarrier();
    var rank = 0u;
    for (var other = 0u; other < local; other++) {
        rank += counts[other];
    }
    for (var time = begin; time < end; time++) {
        let is_out = is_excluded(channel, time);
        ranks[channel * window + time] = select(rank, EXCLUDED_SAMPLE, is_out);
        rank += select(1u, 0u, is_out);
    }
    if local == 63u {
        valid[channel] = rank;
    }
}
