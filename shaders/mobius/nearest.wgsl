// For every vortex of one list the nearest of the other that has the same sign as seen from it and is within reach.
// BACK: from those before to those now.

#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::mobius::vortices::{NONE, Vortex, apart}

@group(0) @binding(0) var<storage, read> these: array<Vortex>;
@group(0) @binding(1) var<storage, read> those: array<Vortex>;
@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> nearest: array<u32>;
@group(0) @binding(4) var<uniform> constants: MobiusPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
#ifdef BACK
    let count = counts[1];
    let others = counts[0];
#else
    let count = counts[0];
    let others = counts[1];
#endif
    if id.x >= count {
        return;
    }
    let own = these[id.x];
    var best = NONE;
    var least = constants.reach;
    for (var at = 0u; at < others; at++) {
        let between = apart(constants, own, those[at]);
        if between.alike > 0.0 && between.square < least {
            least = between.square;
            best = at;
        }
    }
    nearest[id.x] = best;
}
