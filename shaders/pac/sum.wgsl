// Sums of all bands of amplitude over one bin of one band of phase: eight lanes side by side take the groups of bands of
// one sample, the others of the workgroup other samples. HALF: amplitudes are 16-bit floats. MOVED: a surrogate.

#import fieldscope::pac::shared::{PacPass, BINS, divided}
#import fieldscope::pac::moved::{shift_of, moved_by}

@group(0) @binding(0) var<storage, read> order: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
#ifdef HALF
@group(0) @binding(2) var<storage, read> amplitudes: array<vec2<u32>>;
#else
@group(0) @binding(2) var<storage, read> amplitudes: array<vec4<f32>>;
#endif
@group(0) @binding(3) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> valid: array<u32>;
#ifdef TRIALS
@group(0) @binding(5) var<storage, read> permutation: array<u32>;
#endif
@group(0) @binding(6) var<uniform> constants: PacPass;

var<workgroup> partial: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let bin = workgroup.x;
    let band = workgroup.y;
    let taken = workgroup.z;
    let channel = constants.channel + taken;
    let groups = constants.amplitudes;
    // A power of two, so that lanes divide evenly.
    let lanes = constants.stride;
    let group = local & (lanes - 1u);
    let slice = local / lanes;
    let slices = 64u / lanes;
    let row = (taken * constants.phases + band) * constants.window;
    let first = (channel * constants.phases + band) * 20u + bin;
    let begin = starts[first];
    let end = starts[first + 1u];
    let samples = valid[channel];
#ifdef MOVED
    let shift = shift_of(constants, samples);
#endif
#ifdef TRIALS
    let trial = samples / constants.trials;
#endif
    var sum = vec4(0.0);
    if group < groups {
        for (var at = begin + slice; at < end; at += slices) {
            var time = order[row + at];
#ifdef MOVED
            time = moved_by(time, shift, samples);
#endif
#ifdef TRIALS
            // What is left behind the last whole trial stays where it is.
            let split = divided(time, trial);
            if split.x < constants.trials {
                time = permutation[constants.surrogate * constants.trials + split.x] * trial + split.y;
            }
#endif
            let place = (taken * constants.window + time) * groups + group;
#ifdef HALF
            let packed = amplitudes[place];
            sum += vec4(unpack2x16float(packed.x), unpack2x16float(packed.y));
#else
            sum += amplitudes[place];
#endif
        }
    }
    partial[local] = sum;
    workgroupBarrier();
    if slice == 0u && group < groups {
        var total = vec4(0.0);
        for (var other = 0u; other < slices; other++) {
            total += partial[other * lanes + group];
        }
        sums[(((constants.slot + taken) * constants.phases + band) * BINS + bin) * groups + group] = total;
    }
}
