// Signals of known coupling: a slow wave, and a fast one whose amplitude follows the slow one's phase. GAUSSIAN: gPAC's
// form with normal noise; otherwise Tort's with uniform noise.

#import fieldscope::random::{draws_of, uniforms, normals, sine_of_quarter_turns}

// PacGenerator in src/sim/pac/kernels.rs. Phases are parts of a turn of 2³², which wrap as turns do.
struct PacGenerator {
    samples: u32,
    // Sample of the run that the window begins with.
    first: u32,
    seed: u32,
    slow_phase: u32,
    slow_step: u32,
    fast_phase: u32,
    fast_step: u32,
    strength: f32,
    noise: f32,
    padding_one: u32,
    padding_two: u32,
    padding_three: u32,
}

@group(0) @binding(0) var<storage, read_write> samples: array<f32>;
@group(0) @binding(1) var<uniform> constants: PacGenerator;

const OPERATION: u32 = 40u;

fn sine(phase: u32) -> f32 {
    let turns = f32(bitcast<i32>(phase)) * (1.0 / 4294967296.0);
    let folded = 0.25 - abs(abs(turns) - 0.25);
    return sine_of_quarter_turns(vec4(select(folded, -folded, turns < 0.0))).x;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let time = workgroup.x * 64u + local;
    let channel = workgroup.y;
    if time >= constants.samples {
        return;
    }
    // A tenth of a turn from channel to channel.
    let slow = sine(constants.slow_phase + time * constants.slow_step + channel * 429496730u);
    let fast = sine(constants.fast_phase + time * constants.fast_step);
    let at = constants.first + time;
    let draws = draws_of(constants.seed, channel);
#ifdef GAUSSIAN
    let noise = normals(draws, OPERATION, at / 4u)[at % 4u];
    let coupled = 0.5 + 0.5 * constants.strength * slow;
#else
    let noise = uniforms(draws, OPERATION, at / 4u)[at % 4u];
    let chi = 1.0 - constants.strength;
    let coupled = 0.5 * ((1.0 - chi) * slow + 1.0 + chi);
#endif
    samples[channel * constants.samples + time] = slow + coupled * fast + constants.noise * noise;
}
