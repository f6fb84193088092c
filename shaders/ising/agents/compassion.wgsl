// The compassionate response of every agent to the other that it attends to most (2.4): above a score of ½ its couplings
// move towards the other's, else its spins are shaken. Couplings are read as they were before the cycle's responses and
// written elsewhere, so that no order of agents matters. One invocation per agent.

#import fieldscope::ising::agents::draws as draw
#import fieldscope::ising::agents::shared::{AgentPass, NOTES, QUADS, SPINS, flipped, other_of}
#import fieldscope::random::{draws_of, uniforms}

@group(0) @binding(0) var<storage, read> couplings: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> moved: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> spins: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> versions: array<u32>;
@group(0) @binding(4) var<storage, read> empathy: array<f32>;
@group(0) @binding(5) var<storage, read> notes: array<f32>;
@group(0) @binding(6) var<uniform> constants: AgentPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let agent = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if agent >= constants.count {
        return;
    }
    let slot = u32(notes[agent * NOTES + 2u]);
    let score = empathy[agent * constants.others + slot];
    let other = other_of(constants, agent, slot);
    let share = select(0.0, constants.strength * score, score > 0.5);
    let size = constants.spins * QUADS;
    for (var at = 0u; at < size; at++) {
        let own = couplings[agent * size + at];
        let theirs = couplings[other * size + at];
        moved[agent * size + at] = select(fma(vec4(share), theirs, (1.0 - share) * own), own, vec4(share == 0.0));
    }
    if share > 0.0 {
        versions[agent] += 1u;
    }
    if score <= 0.5 {
        var own = spins[agent];
        let draws = draws_of(constants.seed, constants.cycle);
        for (var quad = 0u; 4u * quad < constants.spins; quad++) {
            let luck = uniforms(draws, draw::COMPASSION, 16u * agent + quad);
            for (var part = 0u; part < min(4u, SPINS - 4u * quad); part++) {
                if luck[part] < constants.noise * (1.0 - score) {
                    own = flipped(own, 4u * quad + part);
                }
            }
        }
        spins[agent] = own;
    }
}
