// The operations of a cycle on one cell of four channels, written once and composed into passes by the kernels.
// Sections are those of the published system in ARCHITECTURE.md.
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
    return value + 0.1 * error * noise + 0.05 * error * sine(value + error * phase) + 0.02 * error * sign(value);
}

// Boredom (step 3b): noise where the channel variance is low.
fn stir(value: vec4<f32>, variance: f32, draws: Draws, index: u32) -> vec4<f32> {
    if variance >= 0.01 {
        return value;
    }
    return value + 0.02 * normals(draws, draw::BOREDOM, index);
}

// Error heat (step 3e).
fn heat(value: vec4<f32>, error: f32, draws: Draws, index: u32) -> vec4<f32> {
    if error <= 0.01 {
        return value;
    }
    return value + 0.1 * error * normals(draws, draw::ERROR_HEAT, index);
}

// Phase disruption (step 3e).
fn disrupt(phase: vec4<f32>, error: f32, draws: Draws, index: u32) -> vec4<f32> {
    if error <= 0.01 {
        return phase;
    }
    return phase + error * normals(draws, draw::ERROR_PHASE, index);
}

// Starvation (step 3g): noise in proportion to the deficit of activity.
fn starve(value: vec4<f32>, activity: f32, draws: Draws, index: u32) -> vec4<f32> {
    if activity >= 0.05 {
        return value;
    }
    return value + 0.05 * (10.0 * (0.05 - activity)) * normals(draws, draw::STARVATION, index);
}

// Background noise and, while exploring, a second independent one (step 6).
fn agitate(value: vec4<f32>, noise: f32, exploration: f32, explore: f32, draws: Draws, index: u32) -> vec4<f32> {
    var agitated = value;
    if noise > 0.0 {
        agitated += noise * normals(draws, draw::NOISE, index);
    }
    if explore > 0.5 {
        agitated += exploration * normals(draws, draw::EXPLORATION, index);
    }
    return agitated;
}

// Sparse noise (1.3 step 4): one site in a hundred, the same for all channels.
fn sprinkle(value: vec4<f32>, deviation: f32, draws: Draws, site: u32, index: u32) -> vec4<f32> {
    if uniforms(draws, draw::SPARSE_SITES, site).x >= 0.01 {
        return value;
    }
    return value + deviation * normals(draws, draw::SPARSE_NOISE, index);
}

// Sparse energy (1.3 step 6): one site in twenty, where the field is starving.
fn feed(value: vec4<f32>, activity: f32, draws: Draws, site: u32, index: u32) -> vec4<f32> {
    if activity >= 0.05 || uniforms(draws, draw::ENERGY_SITES, site).x >= 0.05 {
        return value;
    }
    return value + 0.05 * normals(draws, draw::ENERGY_NOISE, index);
}

// The frequency map, drawn rather than stored (1.1).
fn frequency(seed: u32, index: u32) -> vec4<f32> {
    return 0.1 + 0.02 * normals(draws_of(seed, 0u), draw::FREQUENCY_MAP, index);
}

// The decay map, drawn rather than stored (1.1).
fn decay_factor(seed: u32, index: u32) -> vec4<f32> {
    return clamp(0.995 + 0.005 * normals(draws_of(seed, 0u), draw::DECAY_MAP, index), vec4(0.98), vec4(1.0));
}
