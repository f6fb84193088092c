// The emotion vector of every agent (2.3). One invocation per agent.

#import fieldscope::ising::agents::matrix::{couplings, energy}
#import fieldscope::ising::agents::shared::{AgentPass, NOTES, QUADS, SPINS, exponential, is_up, magnetisation, signs, sum_of}

@group(0) @binding(2) var<storage, read> spins: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> emotions: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> notes: array<f32>;
@group(0) @binding(5) var<uniform> constants: AgentPass;

// Couplings this small do not count as such.
const NOTHING: f32 = 1e-9;

// The fraction of coupled pairs that stand against their coupling.
fn frustration(agent: u32, own: vec2<u32>) -> f32 {
    let base = agent * SPINS * QUADS;
    var all = vec4(0.0);
    var against = vec4(0.0);
    for (var i = 0u; i < constants.spins; i++) {
        let spin = select(-1.0, 1.0, is_up(own, i));
        for (var quad = 0u; quad < QUADS; quad++) {
            let coupling = couplings[base + i * QUADS + quad];
            let counts = select(vec4(0.0), vec4(1.0), abs(coupling) > vec4(NOTHING));
            all += counts;
            against += select(vec4(0.0), counts, coupling * signs(own, quad) * spin < vec4(0.0));
        }
    }
    return sum_of(against) / max(sum_of(all), 1.0);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let item = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if item >= constants.count {
        return;
    }
    let agent = constants.first + item;
    let own = spins[agent];
    let total = energy(agent, own, constants.spins);
    let coherence = abs(magnetisation(own));
    // tanh by its own exponential, so that every device agrees.
    let apart = exponential(-2.0 * abs(total) / f32(SPINS));
    let valence = -sign(total) * (1.0 - apart) / (1.0 + apart);
    emotions[agent] = vec4(valence, 1.0 - coherence, frustration(agent, own), coherence);
    notes[agent * NOTES] = total;
}
