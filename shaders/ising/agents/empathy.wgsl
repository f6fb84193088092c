// How well an agent's image of another tells its state, and the score that comes of it (2.4). One invocation per pair.
// QUICK: the published quick estimate, which looks at both energies and at no image.

#ifdef QUICK
#import fieldscope::ising::agents::matrix::energy
#else
#import fieldscope::ising::agents::accuracy::{accuracy, score}
#endif
#import fieldscope::ising::agents::shared::{AgentPass, other_of}

@group(0) @binding(2) var<storage, read> spins: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> minds: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> similarities: array<f32>;
// Overlap, energy error, magnetisation error, similarity.
@group(0) @binding(5) var<storage, read_write> accuracies: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> empathy: array<f32>;
@group(0) @binding(7) var<uniform> constants: AgentPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let item = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if item >= constants.count {
        return;
    }
    let pair = constants.first + item;
    let agent = pair / constants.others;
    let other = other_of(constants, agent, pair % constants.others);
    let similarity = similarities[pair];
#ifdef QUICK
    let apart = abs(energy(agent, spins[agent], constants.spins) - energy(other, spins[other], constants.spins));
    accuracies[pair] = vec4(0.0, 0.0, 0.0, similarity);
    empathy[pair] = clamp(0.7 * (1.0 - min(apart / 100.0, 1.0)) + 0.3 * similarity, 0.0, 1.0);
#else
    let found = accuracy(constants.options, constants.spins, other, minds[pair], spins[other]);
    accuracies[pair] = vec4(found, similarity);
    empathy[pair] = score(constants.weights, found, similarity);
#endif
}
