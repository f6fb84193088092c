// The winding number of arg ψ round every plaquette of the band: 1, -1 or 0.
//
// Round (a, b) → (a + 1, b) → (a + 1, b + 1) → (a, b + 1) it is the number of times that the polygon of the four values
// goes round 0, counted where its edges cross the negative real axis. An edge is always looked at from its lower node, so
// that both of its plaquettes see the same, and the windings of a region add up to that along its rim.

#import fieldscope::mobius::shared::MobiusPass

@group(0) @binding(0) var<storage, read> psi: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> windings: array<f32>;
@group(0) @binding(2) var<uniform> constants: MobiusPass;

fn node_at(along: u32, across: u32) -> u32 {
    if along < constants.along {
        return along * constants.across + across;
    }
    return select(across, constants.across - 1u - across, constants.twisted == 1u);
}

fn crossing_up(low: u32, high: u32) -> f32 {
    let from_ = psi[low];
    let to = psi[high];
    let turn = from_.x * to.y - from_.y * to.x;
    // On the left of 0, downwards is with the sense of rotation.
    if from_.y > 0.0 && to.y <= 0.0 && turn > 0.0 {
        return 1.0;
    }
    if from_.y <= 0.0 && to.y > 0.0 && turn < 0.0 {
        return -1.0;
    }
    return 0.0;
}

fn crossing(a: u32, b: u32) -> f32 {
    if a < b {
        return crossing_up(a, b);
    }
    return -crossing_up(b, a);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let plaquettes = constants.across - 1u;
    if id.x >= constants.along * plaquettes {
        return;
    }
    let along = id.x / plaquettes;
    let across = id.x % plaquettes;
    let a = node_at(along, across);
    let b = node_at(along + 1u, across);
    let c = node_at(along + 1u, across + 1u);
    let d = node_at(along, across + 1u);
    windings[id.x] = crossing(a, b) + crossing(b, c) + crossing(c, d) + crossing(d, a);
}
