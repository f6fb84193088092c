// gPAC's soft bins: a sample counts for all bins, by a softmax of its distance from their centres at temperature 0.01.
// Sums of all bands of amplitude over one bin of one band of phase, as `pac/sum`.

#import fieldscope::pac::shared::{Four, PacPass, BINS, TAU, divided}
#import fieldscope::pac::moved::{shift_of, moved_by}

@group(0) @binding(0) var<storage, read> directions: array<Four>;
#ifdef HALF
@group(0) @binding(1) var<storage, read> amplitudes: array<vec2<u32>>;
#else
@group(0) @binding(1) var<storage, read> amplitudes: array<vec4<f32>>;
#endif
@group(0) @binding(2) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> valid: array<u32>;
#ifdef TRIALS
@group(0) @binding(4) var<storage, read> permutation: array<u32>;
#endif
@group(0) @binding(5) var<uniform> constants: PacPass;

const SPACING: f32 = TAU / 18.0;
const TEMPERATURE: f32 = 0.01;

var<workgroup> partial: array<vec4<f32>, 64>;

// Only the nearest bin and the nearer of its neighbours count: a third one weighs less than e^-17.
fn weight_of(phase: f32, bin: u32) -> f32 {
    let place = (phase + 0.5 * TAU) / SPACING;
    let nearest = min(u32(max(place, 0.0)), BINS - 1u);
    // From the centre of the nearest one, -1/2 to 1/2.
    let offset = place - f32(nearest) - 0.5;
    let neighbour = select((nearest + BINS - 1u) % BINS, (nearest + 1u) % BINS, offset > 0.0);
    // The neighbour's weight over the nearest one's.
    let ratio = exp(-(1.0 - 2.0 * abs(offset)) * SPACING / TEMPERATURE);
    if bin == nearest {
        return 1.0 / (1.0 + ratio);
    }
    return select(0.0, ratio / (1.0 + ratio), bin == neighbour);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let bin = workgroup.x;
    let band = workgroup.y;
    let taken = workgroup.z;
    let samples = valid[constants.channel + taken];
    let groups = constants.amplitudes;
    let lanes = constants.stride;
    let group = local & (lanes - 1u);
    let slice = local / lanes;
    let slices = 64u / lanes;
#ifdef MOVED
    let shift = shift_of(constants.moved, samples);
#endif
#ifdef TRIALS
    let trial = samples / constants.trials;
#endif
    var sum = vec4(0.0);
    if group < groups {
        for (var time = slice; time < samples; time += slices) {
            let direction = directions[(taken * constants.window + time) * constants.groups + band / 4u];
            let weight = weight_of(atan2(direction.im[band % 4u], direction.re[band % 4u]), bin);
            if weight > 0.0 {
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
                let place = (taken * constants.window + other) * groups + group;
#ifdef HALF
                let packed = amplitudes[place];
                sum += weight * vec4(unpack2x16float(packed.x), unpack2x16float(packed.y));
#else
                sum += weight * amplitudes[place];
#endif
            }
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
