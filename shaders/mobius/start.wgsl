// Phases, frequencies and amplitudes of four nodes, and the field at rest.

#import fieldscope::mobius::draws as draw
#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::random::{draws_of, normals, uniforms}

@group(0) @binding(0) var<storage, read_write> phases: array<f32>;
@group(0) @binding(1) var<storage, read_write> frequencies: array<f32>;
@group(0) @binding(2) var<storage, read_write> amplitudes: array<f32>;
@group(0) @binding(3) var<storage, read_write> psi: array<vec2<f32>>;
@group(0) @binding(4) var<uniform> constants: MobiusPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let draws = draws_of(constants.seed, 0u);
    let turns = uniforms(draws, draw::PHASES, id.x);
    // Whole multiples of 2^-22 rad/s, so that a phase after any time is a product of whole numbers.
    let drawn = round((1.5 + 0.3 * normals(draws, draw::FREQUENCIES, id.x)) * 4194304.0) / 4194304.0;
    for (var lane = 0u; lane < 4u; lane++) {
        let node = 4u * id.x + lane;
        if node < constants.nodes {
            phases[node] = turns[lane];
            frequencies[node] = drawn[lane];
            amplitudes[node] = 2.0;
            psi[node] = vec2(0.0);
        }
    }
}
