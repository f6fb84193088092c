// What the agents' kernels have in common. An agent's spins are the bits of two words; the rows of its couplings and its
// fields are padded with zeros to whole vectors.
#define_import_path fieldscope::ising::agents::shared

#import fieldscope::ising::agents::draws as draw
#import fieldscope::random::{draws_of, uniform_of, words}

// Constants of one pass; AgentPass in src/sim/ising/agents/kernels.rs. `spins` is SPINS once more, as the bound of loops that
// no compiler shall unroll: code for every element of a matrix takes it seconds.
struct AgentPass {
    first: u32,
    count: u32,
    agents: u32,
    others: u32,
    circle: u32,
    slot: u32,
    slots: u32,
    seed: u32,
    cycle: u32,
    steps: u32,
    step: u32,
    proposals: u32,
    patience: u32,
    options: u32,
    source: u32,
    entry: u32,
    filled: u32,
    floor: f32,
    scale: f32,
    strength: f32,
    noise: f32,
    spins: u32,
    pinned: vec2<u32>,
    weights: vec4<f32>,
    betas: array<vec4<f32>, 25>,
}

// AgentFigures in src/sim/ising/agents/kernels.rs.
struct AgentFigures {
    energy: f32,
    valence: f32,
    arousal: f32,
    tension: f32,
    coherence: f32,
    collective_valence: f32,
    empathy: f32,
    overlap: f32,
    energy_error: f32,
    magnetisation_error: f32,
    similarity: f32,
    hit_rate: f32,
    entropy: f32,
    trend: f32,
    found: f32,
    gap: f32,
    // Mean of `found` over so many cycles.
    found_so_far: f32,
    counted: f32,
    padding_a: f32,
    padding_b: f32,
    // The first pinned agent's view of the second, and the other way round: overlap, energy error, similarity, empathy.
    pinned: array<vec4<f32>, 2>,
}

// Bits of `options`.
const EARLY_EXIT: u32 = 1u;
const LATEST_SCALE: u32 = 2u;
const STORAGE_ORDER: u32 = 4u;
const STILL: u32 = 8u;

const SPINS: u32 = #{SPINS}u;
// Vectors of a row.
const QUADS: u32 = (SPINS + 3u) / 4u;
// Numbers of the notes on an agent: energy, hits of the cache, place of the other that is attended to most, entropy of the
// attention.
const NOTES: u32 = 4u;

fn is_up(spins: vec2<u32>, i: u32) -> bool {
    return ((select(spins.x, spins.y, i >= 32u) >> (i % 32u)) & 1u) == 1u;
}

fn flipped(spins: vec2<u32>, i: u32) -> vec2<u32> {
    let bit = 1u << (i % 32u);
    return spins ^ select(vec2(bit, 0u), vec2(0u, bit), i >= 32u);
}

// The bits of all spins that an agent has.
fn all_up() -> vec2<u32> {
    let low = select((1u << (SPINS % 32u)) - 1u, 0xffffffffu, SPINS >= 32u);
    let high = select(0u, select((1u << (SPINS % 32u)) - 1u, 0xffffffffu, SPINS == 64u), SPINS > 32u);
    return vec2(low, high);
}

// Four spins as ±1.
fn signs(spins: vec2<u32>, quad: u32) -> vec4<f32> {
    let word = select(spins.x, spins.y, quad >= 8u) >> (4u * (quad % 8u));
    return select(vec4(-1.0), vec4(1.0), ((vec4(word) >> vec4(0u, 1u, 2u, 3u)) & vec4(1u)) == vec4(1u));
}

fn sum_of(v: vec4<f32>) -> f32 {
    return (v.x + v.y) + (v.z + v.w);
}

fn magnetisation(spins: vec2<u32>) -> f32 {
    return (2.0 * f32(countOneBits(spins.x) + countOneBits(spins.y)) - f32(SPINS)) / f32(SPINS);
}

// exp(x) for x <= 0, off by at most 2e-6 of itself, the same on every device: Taylor's polynomial of 2^f for |f| <= ½.
fn exponential(x: f32) -> f32 {
    let bounded = max(x, -87.0);
    let whole = round(bounded * 1.442695);
    let f = fma(bounded, 1.442695, -whole);
    var sum = fma(f, 0.0001540353, 0.0013333558);
    sum = fma(f, sum, 0.009618129);
    sum = fma(f, sum, 0.05550411);
    sum = fma(f, sum, 0.2402265);
    sum = fma(f, sum, 0.6931472);
    sum = fma(f, sum, 1.0);
    // 1.5 · 2²³ brings a whole number to the lowest bits: conversion by i32() minds what does not fit, number by number.
    return bitcast<f32>(bitcast<u32>(sum) + (bitcast<u32>(whole + 12582912.0) << 23u));
}

// The other that an agent turns to in one of its slots: drawn from the slot's share of those that follow it.
fn other_of(constants: AgentPass, agent: u32, slot: u32) -> u32 {
    let low = slot * constants.circle / constants.others;
    let width = (slot + 1u) * constants.circle / constants.others - low;
    let word = words(draws_of(constants.seed, constants.cycle), draw::ATTENTION, agent * constants.others + slot).x;
    let place = low + (((word >> 16u) * width) >> 16u);
    return (agent + 1u + place) % constants.agents;
}
