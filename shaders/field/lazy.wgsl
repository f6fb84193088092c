// Decay and the momentum of the channel means without touching the field: it is scale · stored + offset[channel], and
// only scale, offsets and channel means change here. One workgroup.

#import fieldscope::field::shared::{FieldPass, Scalars}
#import fieldscope::field::sums::{WORKERS, largest_of_workgroup}

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;
@group(0) @binding(1) var<storage, read_write> offsets: array<vec4<f32>>;
// Means of the stored field, per channel.
@group(0) @binding(2) var<storage, read_write> means: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> channel_momentum: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> channel_partials: array<vec4<f32>>;
// Largest magnitudes of the workgroups that wrote the field.
@group(0) @binding(5) var<storage, read> partials: array<vec4<f32>>;
@group(0) @binding(6) var<uniform> constants: FieldPass;

// No normal is larger: sqrt(-2 ln 2^-24).
const LARGEST_NORMAL: f32 = 5.77;

// Sum of the partial sums of one group of channels.
fn sum_of_partials(group: u32) -> vec4<f32> {
    let count = constants.partials / constants.slabs;
    var sum = vec4(0.0);
    for (var at = 0u; at < count; at++) {
        sum += channel_partials[group * count + at];
    }
    return sum / f32(constants.sites * constants.sites * constants.sites);
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
    let scale = scalars.scale;
#ifdef DECAY
    for (var group = local; group < constants.all_groups; group += WORKERS) {
        offsets[group] *= constants.decay;
    }
    if local == 0u {
        scalars.scale = constants.decay * scale;
    }
#endif
#ifdef SITES
    for (var group = local; group < constants.all_groups; group += WORKERS) {
        means[group] += sum_of_partials(group);
    }
    if local == 0u {
        let deviation = select(constants.sparse_noise, constants.sparse_noise_exploring, scalars.explore > 0.5);
        scalars.bound += LARGEST_NORMAL * deviation / scale;
    }
#endif
#ifdef SETTLED
    // The field was written with scale and offsets applied.
    var settled = true;
#ifdef ONLY_WHEN_BOUND
    settled = scalars.reach > 10.0;
#endif
    var largest = 0.0;
    if settled {
        for (var group = local; group < constants.all_groups; group += WORKERS) {
            offsets[group] = vec4(0.0);
            means[group] = sum_of_partials(group);
        }
        for (var at = local; at < constants.partials; at += WORKERS) {
            largest = max(largest, partials[at].x);
        }
    }
    let extreme = largest_of_workgroup(local, largest);
    if local == 0u && settled {
        scalars.scale = 1.0;
        scalars.bound = extreme;
    }
#endif
#ifdef REACH
    // Nothing is pending: the field reaches as far as what is stored.
    if local == 0u {
        scalars.reach = scalars.bound;
    }
#endif
#ifdef MOMENTUM
    var reach = 0.0;
    for (var group = local; group < constants.all_groups; group += WORKERS) {
        let mean = scale * means[group] + offsets[group];
        let moved = 0.9 * channel_momentum[group] + 0.1 * mean;
        channel_momentum[group] = moved;
#ifdef STABLE
        offsets[group] += constants.momentum * (moved - mean);
#else
        offsets[group] += constants.momentum * moved;
#endif
        let magnitudes = abs(offsets[group]);
        reach = max(reach, max(max(magnitudes.x, magnitudes.y), max(magnitudes.z, magnitudes.w)));
    }
    let farthest = largest_of_workgroup(local, reach);
    if local == 0u {
        scalars.reach = scale * scalars.bound + farthest;
    }
#endif
}
