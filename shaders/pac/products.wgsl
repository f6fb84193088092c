// Sums over time of the direction of a band of phase times four bands of amplitude: |Σ A e^(iφ)| / T and its relatives.
// NORMALISED: amplitudes less their mean over their deviation, and 0 where it is not significant (ndPAC). DIRECTIONS: the
// direction of the envelope's own phase in the place of the amplitude (PLV). MOVED: a surrogate.

#import fieldscope::pac::shared::{Four, PacPass, divided}
#import fieldscope::pac::moved::{shift_of, moved_by}

@group(0) @binding(0) var<storage, read> directions: array<Four>;
#ifdef DIRECTIONS
@group(0) @binding(1) var<storage, read> amplitudes: array<Four>;
#else ifdef HALF
@group(0) @binding(1) var<storage, read> amplitudes: array<vec2<u32>>;
#else
@group(0) @binding(1) var<storage, read> amplitudes: array<vec4<f32>>;
#endif
@group(0) @binding(2) var<storage, read_write> map: array<f32>;
@group(0) @binding(3) var<storage, read> valid: array<u32>;
#ifdef TRIALS
@group(0) @binding(4) var<storage, read> permutation: array<u32>;
#endif
@group(0) @binding(5) var<uniform> constants: PacPass;

var<workgroup> reals: array<vec4<f32>, 64>;
var<workgroup> imaginaries: array<vec4<f32>, 64>;

// The sum over the workgroup, in every lane.
fn summed(value: Four, local: u32) -> Four {
    reals[local] = value.re;
    imaginaries[local] = value.im;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half >>= 1u) {
        if local < half {
            reals[local] += reals[local + half];
            imaginaries[local] += imaginaries[local + half];
        }
        workgroupBarrier();
    }
    let total = Four(reals[0], imaginaries[0]);
    workgroupBarrier();
    return total;
}

#ifndef DIRECTIONS
fn amplitude_at(place: u32) -> vec4<f32> {
#ifdef HALF
    let packed = amplitudes[place];
    return vec4(unpack2x16float(packed.x), unpack2x16float(packed.y));
#else
    return amplitudes[place];
#endif
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let band = workgroup.x;
    let group = workgroup.y;
    let taken = workgroup.z;
    let channel = constants.channel + taken;
    let samples = valid[channel];
    let groups = constants.amplitudes;
    let window = constants.window;
    // Directions of phase lie as amplitudes do.
    let phase_groups = constants.groups;
#ifdef MOVED
    let shift = shift_of(constants.moved, samples);
#endif
#ifdef TRIALS
    let trial = samples / constants.trials;
#endif
    var mean = vec4(0.0);
#ifdef NORMALISED
    var own = vec4(0.0);
    for (var time = local; time < samples; time += 64u) {
        own += amplitude_at((taken * window + time) * groups + group);
    }
    mean = summed(Four(own, own), local).re / f32(samples);
    var squares = vec4(0.0);
#endif
    var sum = Four(vec4(0.0), vec4(0.0));
    for (var time = local; time < samples; time += 64u) {
        let slow = directions[(taken * window + time) * phase_groups + band / 4u];
        let re = slow.re[band % 4u];
        let im = slow.im[band % 4u];
        var other = time;
#ifdef MOVED
        other = moved_by(time, shift, samples);
#endif
#ifdef TRIALS
        let split = divided(time, trial);
        if split.x < constants.trials {
            other = permutation[constants.surrogate * constants.trials + split.x] * trial + split.y;
        }
#endif
        let place = (taken * window + other) * groups + group;
#ifdef DIRECTIONS
        // Times the conjugate.
        let fast = amplitudes[place];
        sum.re += re * fast.re + im * fast.im;
        sum.im += im * fast.re - re * fast.im;
#else
        let amplitude = amplitude_at(place) - mean;
        sum.re += re * amplitude;
        sum.im += im * amplitude;
#ifdef NORMALISED
        squares += amplitude * amplitude;
#endif
#endif
    }
    let total = summed(sum, local);
    var value = sqrt(total.re * total.re + total.im * total.im);
#ifdef NORMALISED
    let spread = summed(Four(squares, squares), local).re;
    let deviation = sqrt(spread / f32(samples - 1u));
    value = select(value / deviation, vec4(0.0), deviation == vec4(0.0));
    // 2 T erfinv(1 - 0.05)²
    value = select(value, vec4(0.0), value * value <= vec4(2.0 * f32(samples) * 1.9207294));
#endif
    value /= f32(samples);
    if local < 4u {
        let split = 4u * group + local;
        if split < constants.bands {
            let row = (constants.slot * constants.channels + channel) * constants.bands + split;
            map[row * constants.phases + band] = value[local];
        }
    }
}
