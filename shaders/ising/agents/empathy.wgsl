// How well an agent's image of another tells its state, and the score that comes of it (2.4). One invocation per pair.
// QUICK: the published quick estimate, which looks at both energies and at no image.

#import fieldscope::ising::agents::matrix::energy
#import fieldscope::ising::agents::shared::{AgentPass, EARLY_EXIT, LATEST_SCALE, SPINS, all_up, magnetisation, other_of}

@group(0) @binding(2) var<storage, read> spins: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> minds: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> similarities: array<f32>;
// Overlap, energy error, magnetisation error, similarity.
@group(0) @binding(5) var<storage, read_write> accuracies: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> empathy: array<f32>;
@group(0) @binding(7) var<uniform> constants: AgentPass;

fn accuracy(other: u32, predicted: vec2<u32>, wanted: vec2<u32>) -> vec3<f32> {
    let same = ~(predicted ^ wanted) & all_up();
    let equal = f32(countOneBits(same.x) + countOneBits(same.y)) / f32(SPINS);
    if (constants.options & EARLY_EXIT) != 0u && equal > 0.95 {
        return vec3(equal, 0.0, 0.0);
    }
    let found = energy(other, predicted, constants.spins);
    let actual = energy(other, wanted, constants.spins);
    let first = select(1.0, abs(actual), abs(actual) > 1e-6);
    let latest = max(max(abs(found), abs(actual)), 1.0);
    let scale = select(first, latest, (constants.options & LATEST_SCALE) != 0u);
    let apart = abs(abs(magnetisation(predicted)) - abs(magnetisation(wanted)));
    return vec3(max(equal, 1.0 - equal), abs(found - actual) / scale, apart);
}

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
    let score = 0.7 * (1.0 - min(apart / 100.0, 1.0)) + 0.3 * similarity;
#else
    let found = accuracy(other, minds[pair], spins[other]);
    accuracies[pair] = vec4(found, similarity);
    let parts = vec4(found.x, max(0.0, 1.0 - found.y), similarity, 1.0 - min(found.z, 1.0));
    let score = dot(constants.weights, parts);
#endif
    empathy[pair] = clamp(score, 0.0, 1.0);
}
