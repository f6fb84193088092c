// The field of every evolved node from the sums over all slices. REAL: times e^{i phase} of the node, as published.

#import fieldscope::mobius::shared::{MobiusPass, Structure, unit}

@group(0) @binding(0) var<storage, read> parts: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> psi: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read> phases: array<f32>;
#ifdef SAMPLED
@group(0) @binding(3) var<storage, read> samples: array<u32>;
@group(0) @binding(4) var<storage, read> structure: Structure;
// The cycle in which a node was evolved last, and behind all nodes the newest one.
@group(0) @binding(5) var<storage, read_write> evolved: array<f32>;
@group(0) @binding(6) var<uniform> constants: MobiusPass;
#else
@group(0) @binding(3) var<uniform> constants: MobiusPass;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
#ifdef SAMPLED
    if id.x >= u32(structure.samples) {
        return;
    }
    let node = samples[id.x];
    evolved[node] = f32(constants.cycle);
    if id.x == 0u {
        evolved[constants.nodes] = f32(constants.cycle);
    }
#else
    if id.x >= constants.rows {
        return;
    }
    let node = id.x;
#endif
    var sum = vec2(0.0);
    for (var slice = 0u; slice < constants.slices; slice++) {
        sum += parts[slice * constants.rows + id.x];
    }
#ifdef REAL
    psi[node] = sum.y * unit(2.0 * phases[node]);
#else
    psi[node] = sum;
#endif
}
