// The sources of this cycle: where they are, how strong, and at which phase.
//
// A frequency is m · 2^-22 rad/s with a whole m, and the host gives the turn that 2^-22 rad/s has made until now in units
// of 2^-64. Their product modulo one turn is exact however long the run.

#import fieldscope::mobius::draws as draw
#import fieldscope::mobius::permutation::place_of
#import fieldscope::mobius::shared::{MobiusPass, unit}
#import fieldscope::random::draws_of

@group(0) @binding(0) var<storage, read> places: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> phases: array<f32>;
@group(0) @binding(2) var<storage, read> frequencies: array<f32>;
@group(0) @binding(3) var<storage, read> amplitudes: array<f32>;
// x, y, z and the phase in half turns.
@group(0) @binding(4) var<storage, read_write> sources: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> strengths: array<f32>;
// A cos and A sin of the phase.
@group(0) @binding(6) var<storage, read_write> waves: array<vec2<f32>>;
@group(0) @binding(7) var<uniform> constants: MobiusPass;

// The upper word of a product.
fn upper(a: u32, b: u32) -> u32 {
    let low = (a & 0xffffu) * (b & 0xffffu);
    let near = (a & 0xffffu) * (b >> 16u);
    let far = (a >> 16u) * (b & 0xffffu);
    let middle = (low >> 16u) + (near & 0xffffu) + (far & 0xffffu);
    return (a >> 16u) * (b >> 16u) + (near >> 16u) + (far >> 16u) + (middle >> 16u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let source = id.x;
    if source >= constants.sources {
        return;
    }
    var node = source;
    if constants.sources < constants.nodes {
        node = place_of(draws_of(constants.seed, 0u), draw::SOURCES, source, constants.nodes);
    }
    let frequency = i32(frequencies[node] * 4194304.0);
    let quanta = u32(abs(frequency));
    let advance = quanta * constants.turn_high + upper(quanta, constants.turn_low);
    var turn = select(advance, 0u - advance, frequency < 0);
    if constants.phased == 1u {
        turn += u32(phases[node] * 4294967296.0);
    }
    let half_turns = f32(bitcast<i32>(turn)) / 2147483648.0;
    let strength = amplitudes[node];
    sources[source] = vec4(places[node].xyz, half_turns);
    strengths[source] = strength;
    waves[source] = strength * unit(half_turns);
}
