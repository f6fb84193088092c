// The operations of a cycle on one cell of four channels, written once and composed into passes by the kernels.
// Sections are those of the published system in ARCHITECTURE.md.
// Every product that is added is an explicit multiply-add: left to the compiler, which products it contracts would depend
// on what else stands in the pass, and fused and separate passes would differ in the last bit.
#define_import_path fieldscope::field::operations

#import fieldscope::random::{Draws, draws_of, normals, sine, uniforms}
#import fieldscope::field::draws as draw

// Learning (1.2 step 2): three brackets on the field before the update.
fn learn(value: vec4<f32>, error: f32, draws: Draws, index: u32) -> vec4<f32> {
    // Without an error every bracket is zero; the draws are what costs.
    if error == 0.0 {
        return value;
    }
    let noise = normals(draws, draw::LEARNING_NOISE, index);
    let phase = normals(draws, draw::LEARNING_PHASE, index);
    let wave = sine(fma(vec4(error), phase, value));
    let stirred = fma(vec4(0.05 * error), wave, fma(vec4(0.1 * error), noise, value));
    return fma(vec4(0.02 * error), sign(value), stirred);
}

// Boredom (step 3b): noise where the channel variance is low.
fn stir(value: vec4<f32>, variance: f32, draws: Draws, index: u32) -> vec4<f32> {
    if variance >= 0.01 {
        return value;
    }
    return fma(vec4(0.02), normals(draws, draw::BOREDOM, index), value);
}

// Error heat (step 3e).
fn heat(value: vec4<f32>, error: f32, draws: Draws, index: u32) -> vec4<f32> {
    if error <= 0.01 {
        return value;
    }
    return fma(vec4(0.1 * error), normals(draws, draw::ERROR_HEAT, index), value);
}

// Phase disruption (step 3e).
fn disrupt(phase: vec4<f32>, error: f32, draws: Draws, index: u32) -> vec4<f32> {
    if error <= 0.01 {
        return phase;
    }
    return fma(vec4(error), normals(draws, draw::ERROR_PHASE, index), phase);
}

// Starvation (step 3g): noise in proportion to the deficit of activity.
fn starve(value: vec4<f32>, activity: f32, draws: Draws, index: u32) -> vec4<f32> {
    if activity >= 0.05 {
        return value;
    }
    return fma(vec4(0.05 * (10.0 * (0.05 - activity))), normals(draws, draw::STARVATION, index), value);
}

// Background noise and, while exploring, a second independent one (step 6).
fn agitate(value: vec4<f32>, noise: f32, exploration: f32, explore: f32, draws: Draws, index: u32) -> vec4<f32> {
    var agitated = value;
    if noise > 0.0 {
        agitated = fma(vec4(noise), normals(draws, draw::NOISE, index), agitated);
    }
    if explore > 0.5 {
        agitated = fma(vec4(exploration), normals(draws, draw::EXPLORATION, index), agitated);
    }
    return agitated;
}

// Sparse noise (1.3 step 4): one site in a hundred, the same for all channels.
fn sprinkle(value: vec4<f32>, deviation: f32, draws: Draws, site: u32, index: u32) -> vec4<f32> {
    if uniforms(draws, draw::SPARSE_SITES, site).x >= 0.01 {
        return value;
    }
    return fma(vec4(deviation), normals(draws, draw::SPARSE_NOISE, index), value);
}

// Sparse energy (1.3 step 6): one site in twenty, where the field is starving.
fn feed(value: vec4<f32>, activity: f32, draws: Draws, site: u32, index: u32) -> vec4<f32> {
    if activity >= 0.05 || uniforms(draws, draw::ENERGY_SITES, site).x >= 0.05 {
        return value;
    }
    return fma(vec4(0.05), normals(draws, draw::ENERGY_NOISE, index), value);
}

// The frequency map, drawn rather than stored (1.1).
fn frequency(seed: u32, index: u32) -> vec4<f32> {
    return 0.1 + 0.02 * normals(draws_of(seed, 0u), draw::FREQUENCY_MAP, index);
}

// The decay map, drawn rather than stored (1.1).
fn decay_factor(seed: u32, index: u32) -> vec4<f32> {
    return clamp(0.995 + 0.005 * normals(draws_of(seed, 0u), draw::DECAY_MAP, index), vec4(0.98), vec4(1.0));
}

// Momentum (step 4): 0.9 of what is held and 0.1 of the value. Written as a sum of two products, the compiler would
// contract it with what follows, but only where the result is not stored.
fn move_on(held: vec4<f32>, value: vec4<f32>) -> vec4<f32> {
    return fma(vec4(0.1), value - held, held);
}

// Momentum (step 4): its effect, and the mended one, which pulls towards it.
fn carry(value: vec4<f32>, moved: vec4<f32>, rate: f32) -> vec4<f32> {
#ifdef STABLE
    return fma(vec4(rate), moved - value, value);
#else
    return fma(vec4(rate), moved, value);
#endif
}
