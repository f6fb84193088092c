// C = cos(k d) / d and S = sin(k d) / d of the sources of one slab and all nodes, four nodes an invocation; once for as
// long as neither moves. An invocation takes several sources, so that few have to find out that there is nothing to do.

#import fieldscope::mobius::shared::{MobiusPass, Structure, cosine_of, distance_of, sign_of, signed, sine_of}

@group(0) @binding(0) var<storage, read> sources: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> places: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> structure: Structure;
// Of each source C of all nodes and then S.
@group(0) @binding(3) var<storage, read_write> slab: array<vec4<f32>>;
@group(0) @binding(4) var<uniform> constants: MobiusPass;

// PROPAGATED in src/sim/mobius/constants.rs.
const SOURCES: u32 = 64u;

fn place_at(node: u32) -> vec4<f32> {
    return places[min(node, constants.nodes - 1u)];
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let quads = (constants.nodes + 3u) / 4u;
    let quad = workgroup.x * 64u + local;
    if structure.stale == 0.0 || quad >= quads {
        return;
    }
    let node = 4u * quad;
    let own = transpose(mat4x4(place_at(node), place_at(node + 1u), place_at(node + 2u), place_at(node + 3u)));
    let last = min((workgroup.y + 1u) * SOURCES, constants.count);
    for (var at = workgroup.y * SOURCES; at < last; at++) {
        let source = sources[constants.first + at];
        let distance = distance_of(own[0] - source.x, own[1] - source.y, own[2] - source.z);
        let angle = constants.wavenumber * distance;
        let whole = round(angle);
        let gain = signed(1.0 / distance, sign_of(whole));
        let row = 2u * at * quads + quad;
        slab[row] = gain * cosine_of(angle - whole);
        slab[row + quads] = gain * sine_of(angle - whole);
    }
}
