// What the kernels of phase-amplitude coupling have in common. Bands, and the channels of a recording, go in groups of
// four, one a lane: a group's spectrum is an array of four complex numbers a bin.
#define_import_path fieldscope::pac::shared

const BINS: u32 = 18u;
// Pairs of them: two sums are one complex number.
const BIN_PAIRS: u32 = 9u;
// Samples of the window that are sorted and summed up at once.
const STRETCH: u32 = 2048u;
// What their list has room for, when every bin's part of it is filled up to a multiple of four.
const LISTED: u32 = STRETCH + 72u;
// What it is filled up with.
const NO_SAMPLE: u32 = 0xffffffffu;
const TAU: f32 = 6.2831853;

// Four complex numbers.
struct Four {
    re: vec4<f32>,
    im: vec4<f32>,
}

// Constants of one pass; PacPass in src/sim/pac/kernels.rs.
struct PacPass {
    // Points of the transform.
    length: u32,
    // Samples of the window.
    window: u32,
    // Samples by which the window is extended on either side.
    before: u32,
    // First sample of the window in the recording, and samples of a channel.
    start: u32,
    total: u32,
    // Channels of the recording, the first of this pass, and how many it has.
    channels: u32,
    channel: u32,
    taken: u32,
    // Bands of the side of this pass, in groups of four.
    bands: u32,
    groups: u32,
    // Bands of phase and groups of bands of amplitude.
    phases: u32,
    amplitudes: u32,
    // Points between neighbours of the transform's next stage.
    stride: u32,
    // Bins that are transformed: the others are zero.
    kept: u32,
    // Number of the surrogate, and how many there are.
    surrogate: u32,
    surrogates: u32,
    // How far the amplitudes are moved, as a part of the samples.
    moved: f32,
    scale: f32,
    // Trials that a surrogate permutes, and the seed of the draws.
    trials: u32,
    // First row of the sums, or of the maps, that the pass writes.
    slot: u32,
    // First group of bands that is expanded.
    first_group: u32,
    // First pair of phase bins that is correlated, counted over all bands of phase, and how many pairs are.
    first_pair: u32,
    pairs: u32,
    padding: u32,
}

// item / divisor and the rest, for items below 2²² and without an integer division, which costs eight scalar ones.
fn divided(item: u32, divisor: u32) -> vec2<u32> {
    let quotient = u32((f32(item) + 0.5) / f32(divisor));
    return vec2(quotient, item - quotient * divisor);
}

// Place in which a sample is kept, of those of a channel that are not excluded.
const EXCLUDED_SAMPLE: u32 = 0xffffffffu;
