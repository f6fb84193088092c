// What the field's kernels share: the block of constants of a pass, the scalars that stay on the device, and how a cell
// of four channels is stored.
#define_import_path fieldscope::field::shared

#import fieldscope::random::{Draws, draws_of}

// Constants of one pass over one slab; FieldPass in src/sim/field/kernels.rs.
struct FieldPass {
    // Sites along an edge.
    sites: u32,
    // Groups of four channels that stand before this slab, in this slab, and in all.
    first_group: u32,
    groups: u32,
    all_groups: u32,
    // The counter of the random draws.
    seed: u32,
    cycle: u32,
    // Where this slab's partial sums begin.
    first_partial: u32,
    // Partial sums of all slabs together.
    partials: u32,
    injection: f32,
    diffusion: f32,
    decay: f32,
    noise: f32,
    exploration: f32,
    momentum: f32,
    // Standard deviations of the sparse noise, without and with exploration.
    sparse_noise: f32,
    sparse_noise_exploring: f32,
    // Slabs in all.
    slabs: u32,
    padding_one: u32,
    padding_two: u32,
    padding_three: u32,
}

// Scalars that one pass leaves for the next; Scalars in src/sim/field/kernels.rs.
struct Scalars {
    mean: f32,
    mean_magnitude: f32,
    mean_square: f32,
    mean_site_variance: f32,
    // Mean absolute prediction error of this cycle, 0 without a prediction.
    error: f32,
    // 1 while the field explores.
    explore: f32,
    // The one phase of the global oscillation.
    phase: f32,
    // 1 once there is a prediction.
    predicted: f32,
    // Errors recorded so far, and the last ten, oldest first.
    error_count: f32,
    errors: array<f32, 10>,
    // The field is scale · stored + offset[channel].
    scale: f32,
    // Upper bound of the magnitude of the stored field.
    bound: f32,
    // Upper bound of the magnitude of the field itself: what the clamp could have to bind.
    reach: f32,
    padding_one: f32,
    padding_two: f32,
}

fn draws(pass_constants: FieldPass) -> Draws {
    return draws_of(pass_constants.seed, pass_constants.cycle);
}

#ifdef HALF
fn decode(cell: vec2<u32>) -> vec4<f32> {
    return vec4(unpack2x16float(cell.x), unpack2x16float(cell.y));
}

// Rounds to a neighbouring half with the odds of their distances, so that what decays below half a step is not lost.
// Half has ten bits of mantissa where float has 23: a random number below the 13 lost bits is added and they are cut.
// Below 2^-14 the step of a half is constant, and the random number is added in units of it.
fn round_stochastically(value: vec4<f32>, words: vec4<u32>) -> vec4<f32> {
    let bits = bitcast<vec4<u32>>(value);
    let normal = bitcast<vec4<f32>>((bits + (words & vec4(0x1fffu))) & vec4(0xffffe000u));
    let step = 5.9604644775390625e-8;
    let dither = vec4<f32>(words & vec4(0xffffu)) * (1.0 / 65536.0);
    let subnormal = floor(value / step + dither) * step;
    return select(normal, subnormal, abs(value) < vec4(6.103515625e-5));
}

fn encode(value: vec4<f32>, words: vec4<u32>) -> vec2<u32> {
    let rounded = round_stochastically(value, words);
    return vec2(pack2x16float(rounded.xy), pack2x16float(rounded.zw));
}
#endif

const TWO_PI: f32 = 6.283185307179586;

// The same angle in [-π, π), where a float has the finest steps.
fn wrap(angle: vec4<f32>) -> vec4<f32> {
    return angle - TWO_PI * floor(angle * (1.0 / TWO_PI) + 0.5);
}
