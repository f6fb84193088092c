// Sums of amplitudes over phase bins, by the order that `pac/sort` left of a stretch of the window: lanes side by side take
// the groups of four bands of amplitude, the next ones the next bin. A lane has a sum of its own, and nothing is shared. HALF:
// amplitudes are 16-bit floats. MOVED, TRIALS: a surrogate.

#import fieldscope::pac::shared::{PacPass, BINS, STRETCH, LISTED, NO_SAMPLE, divided}
#import fieldscope::pac::moved::{shift_of, moved_by}

// Four samples at once: a load costs more than what is done with it.
@group(0) @binding(0) var<storage, read> order: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
#ifdef HALF
@group(0) @binding(2) var<storage, read> amplitudes: array<vec2<u32>>;
#else
@group(0) @binding(2) var<storage, read> amplitudes: array<vec4<f32>>;
#endif
// Of every stretch, [channel, band of phase, bin, group of bands of amplitude].
@group(0) @binding(3) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> valid: array<u32>;
#ifdef TRIALS
@group(0) @binding(5) var<storage, read> permutation: array<u32>;
#endif
@group(0) @binding(6) var<uniform> constants: PacPass;

// The sample whose amplitudes are taken.
fn other_of(time: u32, samples: u32) -> u32 {
    var other = time;
#ifdef MOVED
    other = moved_by(time, shift_of(constants.moved, samples), samples);
#endif
#ifdef TRIALS
    // What is left behind the last whole trial stays where it is.
    let trial = samples / constants.trials;
    let split = divided(time, trial);
    if split.x < constants.trials {
        other = permutation[constants.surrogate * constants.trials + split.x] * trial + split.y;
    }
#endif
    return other;
}

// What fills up a list takes the row of zeros behind those of all channels.
fn amplitude_of(sample: u32, first_time: u32, samples: u32, first_row: u32, group: u32) -> vec4<f32> {
    let row = first_row + other_of(first_time + sample, samples);
    let place = select(row, constants.taken * constants.window, sample == NO_SAMPLE) * constants.amplitudes + group;
#ifdef HALF
    let packed = amplitudes[place];
    return vec4(unpack2x16float(packed.x), unpack2x16float(packed.y));
#else
    return amplitudes[place];
#endif
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let taken = workgroup.z;
    let band = workgroup.y;
    let groups = constants.amplitudes;
    // A power of two, so that lanes divide evenly.
    let lanes = constants.stride;
    let at = divided(workgroup.x, (BINS * lanes + 63u) / 64u);
    let stretch = at.x;
    let group = local & (lanes - 1u);
    let bin = at.y * (64u / lanes) + local / lanes;
    if group >= groups || bin >= BINS {
        return;
    }
    let samples = valid[constants.channel + taken];
    let stretches = (constants.window + STRETCH - 1u) / STRETCH;
    let row = (taken * constants.phases + band) * stretches + stretch;
    let begin = starts[row * 20u + bin] / 4u;
    let end = starts[row * 20u + bin + 1u] / 4u;
    let list = row * (LISTED / 4u);
    let first_time = stretch * STRETCH;
    let rows = taken * constants.window;
    var sum = vec4(0.0);
    for (var four = begin; four < end; four++) {
        let next = order[list + four];
        sum += (amplitude_of(next.x, first_time, samples, rows, group)
            + amplitude_of(next.y, first_time, samples, rows, group))
            + (amplitude_of(next.z, first_time, samples, rows, group)
            + amplitude_of(next.w, first_time, samples, rows, group));
    }
    let slot = stretch * constants.taken + constants.slot + taken;
    sums[((slot * constants.phases + band) * BINS + bin) * groups + group] = sum;
}
