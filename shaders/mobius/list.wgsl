// The vortices among the plaquettes as a list in the order of the plaquettes, by one workgroup.

#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::mobius::vortices::{PI, Tracker, Vortex}

@group(0) @binding(0) var<storage, read> windings: array<f32>;
@group(0) @binding(1) var<storage, read_write> found: array<Vortex>;
// Listed now, listed before, all now, positive ones now.
@group(0) @binding(2) var<storage, read_write> counts: array<u32>;
@group(0) @binding(3) var<storage, read> tracker: Tracker;
@group(0) @binding(4) var<uniform> constants: MobiusPass;

const LANES: u32 = 256u;

var<workgroup> before: array<u32, 256>;
var<workgroup> upward: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    let across = constants.across - 1u;
    let plaquettes = constants.along * across;
    let share = (plaquettes + LANES - 1u) / LANES;
    let first = min(lane * share, plaquettes);
    let last = min(first + share, plaquettes);
    var mine = 0u;
    var positive = 0u;
    for (var at = first; at < last; at++) {
        mine += select(0u, 1u, windings[at] != 0.0);
        positive += select(0u, 1u, windings[at] > 0.0);
    }
    before[lane] = mine;
    upward[lane] = positive;
    workgroupBarrier();
    var place = 0u;
    for (var other = 0u; other < lane; other++) {
        place += before[other];
    }
    if lane == LANES - 1u {
        var all = 0u;
        for (var other = 0u; other < LANES; other++) {
            all += upward[other];
        }
        counts[0] = min(place + mine, arrayLength(&found));
        counts[1] = u32(tracker.count);
        counts[2] = place + mine;
        counts[3] = all;
    }
    for (var at = first; at < last; at++) {
        if windings[at] != 0.0 && place < arrayLength(&found) {
            let a = f32(at / across);
            let b = f32(at % across);
            let u = 2.0 * PI * (a + 0.5) / f32(constants.along);
            let v = (2.0 * b + 1.0) / f32(across) - 1.0;
            found[place] = Vortex(u, v, windings[at], 0.0, 0.0, a, b, 0.0);
            place += 1u;
        }
    }
}
