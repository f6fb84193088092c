// Sums of amplitudes over phase bins: a lane for each bin of four bands of phase, a stretch of the window a workgroup. All
// lanes go over the same samples in order, and add up what falls into their bin; so whatever they load is the same for all,
// and nothing is sorted, gathered or expanded. Up to sixteen bands of amplitude at once. HALF: amplitudes are 16-bit floats.
// MOVED, TRIALS: a surrogate.

#import fieldscope::pac::shared::{PacPass, BINS, STRETCH, divided}
#import fieldscope::pac::moved::{shift_of, moved_by}

// Four bands' bins a word.
@group(0) @binding(0) var<storage, read> bins: array<u32>;
#ifdef HALF
@group(0) @binding(1) var<storage, read> amplitudes: array<vec2<u32>>;
#else
@group(0) @binding(1) var<storage, read> amplitudes: array<vec4<f32>>;
#endif
// Of every stretch, [channel, band of phase, bin, group of bands of amplitude].
@group(0) @binding(2) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> valid: array<u32>;
#ifdef TRIALS
@group(0) @binding(4) var<storage, read> permutation: array<u32>;
#endif
@group(0) @binding(5) var<uniform> constants: PacPass;

fn amplitude_at(place: u32) -> vec4<f32> {
#ifdef HALF
    let packed = amplitudes[place];
    return vec4(unpack2x16float(packed.x), unpack2x16float(packed.y));
#else
    return amplitudes[place];
#endif
}

// Four bands of phase by 18 bins.
@compute @workgroup_size(72)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let taken = workgroup.z;
    let channel = constants.channel + taken;
    let groups = constants.amplitudes;
    let window = constants.window;
    let at = divided(workgroup.y, (groups + 3u) / 4u);
    let band = local / BINS;
    let bin = local - band * BINS;
    let shift_of_band = 8u * band;
    // Where there are fewer than four groups left, the last one is summed again and not written.
    let first = 4u * at.y;
    let second = min(first + 1u, groups - 1u);
    let third = min(first + 2u, groups - 1u);
    let fourth = min(first + 3u, groups - 1u);
    let samples = valid[channel];
    let begin = min(workgroup.x * STRETCH, samples);
    let end = min(begin + STRETCH, samples);
    let from_bins = (channel * constants.groups + at.x) * window;
    let from_amplitudes = taken * window;
#ifdef MOVED
    let shift = shift_of(constants, samples);
#endif
#ifdef TRIALS
    let trial = samples / constants.trials;
#endif
    var sum_a = vec4(0.0);
    var sum_b = vec4(0.0);
    var sum_c = vec4(0.0);
    var sum_d = vec4(0.0);
    for (var time = begin; time < end; time++) {
        let own = select(0.0, 1.0, ((bins[from_bins + time] >> shift_of_band) & 31u) == bin);
        var other = time;
#ifdef MOVED
        other = moved_by(time, shift, samples);
#endif
#ifdef TRIALS
        // What is left behind the last whole trial stays where it is.
        let split = divided(time, trial);
        if split.x < constants.trials {
            other = permutation[constants.surrogate * constants.trials + split.x] * trial + split.y;
        }
#endif
        let row = (from_amplitudes + other) * groups;
        sum_a = fma(vec4(own), amplitude_at(row + first), sum_a);
        sum_b = fma(vec4(own), amplitude_at(row + second), sum_b);
        sum_c = fma(vec4(own), amplitude_at(row + third), sum_c);
        sum_d = fma(vec4(own), amplitude_at(row + fourth), sum_d);
    }
    let phase = 4u * at.x + band;
    if phase >= constants.phases {
        return;
    }
    let slot = workgroup.x * constants.taken + constants.slot + taken;
    let result = ((slot * constants.phases + phase) * BINS + bin) * groups + first;
    sums[result] = sum_a;
    if first + 1u < groups {
        sums[result + 1u] = sum_b;
    }
    if first + 2u < groups {
        sums[result + 2u] = sum_c;
    }
    if first + 3u < groups {
        sums[result + 3u] = sum_d;
    }
}
