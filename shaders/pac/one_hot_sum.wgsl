// Sums the expansion over time: a pair of bands a workgroup, into the sums that `pac/sum` leaves.

#import fieldscope::pac::shared::{PacPass, BINS, divided}

@group(0) @binding(0) var<storage, read> expanded: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<uniform> constants: PacPass;

var<workgroup> partial: array<f32, 1152>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let pair = divided(workgroup.x, constants.phases);
    let taken = workgroup.y;
    let row = (taken * constants.bands * constants.phases + workgroup.x) * constants.window;
    var own = array<f32, 18>();
    for (var time = local; time < constants.window; time += 64u) {
        for (var bin = 0u; bin < BINS; bin++) {
            own[bin] += expanded[(row + time) * BINS + bin];
        }
    }
    for (var bin = 0u; bin < BINS; bin++) {
        partial[bin * 64u + local] = own[bin];
    }
    workgroupBarrier();
    if local < BINS {
        var total = 0.0;
        for (var other = 0u; other < 64u; other++) {
            total += partial[local * 64u + other];
        }
        let group = (((constants.slot + taken) * constants.phases + pair.y) * BINS + local) * constants.amplitudes + pair.x / 4u;
        sums[4u * group + pair.x % 4u] = total;
    }
}
