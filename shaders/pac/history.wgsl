// The largest coupling of every channel in this window, behind those of the windows before: a channel a workgroup.

#import fieldscope::pac::shared::PacPass

@group(0) @binding(0) var<storage, read> map: array<f32>;
// A ring of windows a channel.
@group(0) @binding(1) var<storage, read_write> history: array<f32>;
@group(0) @binding(2) var<uniform> constants: PacPass;

const WINDOWS: u32 = 256u;

var<workgroup> peaks: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let pairs = constants.bands * constants.phases;
    var highest = 0.0;
    for (var pair = local; pair < pairs; pair += 64u) {
        highest = max(highest, map[workgroup.x * pairs + pair]);
    }
    peaks[local] = highest;
    workgroupBarrier();
    if local != 0u {
        return;
    }
    for (var other = 1u; other < 64u; other++) {
        highest = max(highest, peaks[other]);
    }
    history[workgroup.x * WINDOWS + constants.slot % WINDOWS] = highest;
}
