// Agents at the start: couplings, fields, spins. One invocation per agent.

#import fieldscope::ising::agents::draws as draw
#import fieldscope::ising::agents::shared::{AgentPass, QUADS, SPINS, all_up}
#import fieldscope::random::{draws_of, spread, uniforms, words}

@group(0) @binding(0) var<storage, read_write> couplings: array<f32>;
@group(0) @binding(1) var<storage, read_write> fields: array<f32>;
@group(0) @binding(2) var<storage, read_write> spins: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> versions: array<u32>;
@group(0) @binding(4) var<uniform> constants: AgentPass;

// Where couplings come from: Couplings in src/sim/ising/agents/agent.rs.
const VARIED: u32 = 1u;
const SIGNED: u32 = 2u;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let agent = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if agent >= constants.count {
        return;
    }
    let draws = draws_of(constants.seed, 0u);
    let base = agent * SPINS * 4u * QUADS;
    var pair = 0u;
    for (var i = 0u; i < constants.spins; i++) {
        for (var j = i + 1u; j < constants.spins; j++) {
            let rule = select(0.5, 1.0, (i + j) % 3u == 0u);
            let drawn = uniforms(draws, draw::COUPLINGS, 512u * agent + pair / 4u)[pair % 4u];
            var strength = rule;
            if constants.source == VARIED {
                strength = rule * fma(0.6, drawn, 0.7);
            } else if constants.source == SIGNED {
                strength = fma(2.0, drawn, -1.0) * constants.scale;
            }
            couplings[base + i * 4u * QUADS + j] = strength;
            couplings[base + j * 4u * QUADS + i] = strength;
            pair++;
        }
        let drawn = uniforms(draws, draw::FIELDS, 16u * agent + i / 4u)[i % 4u];
        let place = select(f32(i) / f32(SPINS), drawn, constants.source == VARIED);
        fields[agent * 4u * QUADS + i] = 0.1 * (place - 0.5);
    }
    spins[agent] = spread(words(draws, draw::SPINS, agent)).xy & all_up();
    versions[agent] = 0u;
}
