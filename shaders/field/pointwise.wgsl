// One pass over a slab that applies any run of operations which look at one cell only, in the cycle's order, and sums
// what later operations need. Which operations is a matter of definitions: the plan groups them.

#import fieldscope::field::shared::{FieldPass, Scalars, draws, wrap}
#import fieldscope::field::operations as operation
#import fieldscope::random::{Draws, sine}
#ifdef HALF
#import fieldscope::field::shared::{decode, encode}
#import fieldscope::field::draws as draw
#import fieldscope::random::words
#endif
#ifdef SUMS
#import fieldscope::field::sums::{largest_of_workgroup, sum_of_workgroup}
#endif

// How four channels of a site are stored. (An alias cannot be imported.)
#ifdef HALF
alias Cell = vec2<u32>;
#else
alias Cell = vec4<f32>;
#endif

#ifdef WRITE
@group(0) @binding(0) var<storage, read_write> field: array<Cell>;
#else
@group(0) @binding(0) var<storage, read> field: array<Cell>;
#endif
#ifdef MOMENTUM
@group(0) @binding(1) var<storage, read_write> momentum: array<Cell>;
#endif
#ifdef PHASE
@group(0) @binding(2) var<storage, read_write> phases: array<Cell>;
#endif
#ifdef FREQUENCY_STORED
@group(0) @binding(3) var<storage, read> frequency_map: array<vec4<f32>>;
#endif
#ifdef DECAY_STORED
@group(0) @binding(4) var<storage, read> decay_map: array<vec4<f32>>;
#endif
#ifdef SITES_USED
@group(0) @binding(5) var<storage, read_write> site_sums: array<vec2<f32>>;
#endif
@group(0) @binding(6) var<storage, read> scalars: Scalars;
#ifdef OFFSETS
@group(0) @binding(7) var<storage, read> offsets: array<vec4<f32>>;
#endif
#ifdef PARTIALS
@group(0) @binding(8) var<storage, read_write> partials: array<vec4<f32>>;
#endif
#ifdef CHANNEL_SUMS
@group(0) @binding(9) var<storage, read_write> channel_partials: array<vec4<f32>>;
#endif
@group(0) @binding(10) var<uniform> constants: FieldPass;

// Planes that one invocation walks through.
const PLANES: u32 = #{PLANES}u;

fn load(index: u32) -> vec4<f32> {
#ifdef HALF
    return decode(field[index]);
#else
    return field[index];
#endif
}

// Applies the pass's operations to one cell. `cell` counts within the slab, `index` in the whole field.
fn operate(cell: u32, index: u32, site: u32, group: u32, random: Draws) -> vec4<f32> {
    var value = load(cell);
#ifdef SETTLE
    value = fma(vec4(scalars.scale), value, offsets[group]);
#endif
#ifdef LEARN
    value = operation::learn(value, scalars.error, random, index);
#endif
#ifdef REST
    value = fma(vec4(0.01), vec4(0.1 - scalars.mean), value);
#endif
#ifdef BOREDOM
    value = operation::stir(value, site_sums[site].x, random, index);
#endif
#ifdef PHASE
#ifdef HALF
    var phase = decode(phases[cell]);
#else
    var phase = phases[cell];
#endif
#endif
#ifdef OSCILLATE
#ifdef FREQUENCY_STORED
    phase = wrap(phase + frequency_map[cell]);
#else
    phase = wrap(phase + operation::frequency(constants.seed, index));
#endif
    value = fma(0.01 * sine(phase), 1.0 + abs(value), value);
#endif
#ifdef OSCILLATE_TOGETHER
    value *= 1.0 + 0.01 * sin(scalars.phase);
#endif
#ifdef DECAY_PROCEDURAL
    value *= operation::decay_factor(constants.seed, index);
#endif
#ifdef DECAY_STORED
    value *= decay_map[cell];
#endif
#ifdef DECAY_UNIFORM
    value *= 0.995;
#endif
#ifdef HEAT
    value = operation::heat(value, scalars.error, random, index);
#endif
#ifdef DISRUPT
    phase = wrap(operation::disrupt(phase, scalars.error, random, index));
#endif
#ifdef PHASE
#ifdef HALF
    phases[cell] = encode(phase, words(random, draw::ROUNDING_PHASE, index));
#else
    phases[cell] = phase;
#endif
#endif
#ifdef STARVE
    value = operation::starve(value, scalars.mean_magnitude, random, index);
#endif
#ifdef MOMENTUM
#ifdef HALF
    let moved = operation::move_on(decode(momentum[cell]), value);
    momentum[cell] = encode(moved, words(random, draw::ROUNDING_MOMENTUM, index));
#else
    let moved = operation::move_on(momentum[cell], value);
    momentum[cell] = moved;
#endif
    value = operation::carry(value, moved, constants.momentum);
#endif
#ifdef DECAY
    value *= constants.decay;
#endif
#ifdef NOISE
    value = operation::agitate(value, constants.noise, constants.exploration, scalars.explore, random, index);
#endif
#ifdef SPARSE_NOISE
    let deviation = select(constants.sparse_noise, constants.sparse_noise_exploring, scalars.explore > 0.5);
    value = operation::sprinkle(value, deviation, random, site, index);
#endif
#ifdef OFFSET
    value += offsets[group];
#endif
#ifdef SPARSE_ENERGY
    value = operation::feed(value, scalars.mean_magnitude, random, site, index);
#endif
#ifdef CLAMP
    value = clamp(value, vec4(-10.0), vec4(10.0));
#endif
#ifdef BROKEN_ON_PURPOSE
    // Only a test asks for this: an error that the comparison of two arms has to find.
    if group == 0u {
        value.y *= 1.0 + 1e-3;
    }
#endif
#ifdef WRITE
#ifdef HALF
    field[cell] = encode(value, words(random, draw::ROUNDING_FIELD, index));
#else
    field[cell] = value;
#endif
#endif
    return value;
}

@compute @workgroup_size(32, 8)
fn main(
    @builtin(global_invocation_id) invocation: vec3<u32>,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
#ifdef ONLY_WHEN_BOUND
    // The clamp could not have bound anything in this cycle.
    if scalars.reach <= 10.0 {
        return;
    }
#endif
    let sites = constants.sites;
    let plane = sites * sites;
    let first = invocation.z * PLANES;
    let last = min(first + PLANES, sites);
    let random = draws(constants);
    let inside = invocation.x < sites && invocation.y < sites;
    var moments = vec4(0.0);
    var largest = 0.0;
#ifdef SITES
    var sums: array<vec2<f32>, #{PLANES}>;
    for (var z = 0u; z < PLANES; z++) {
        sums[z] = vec2(0.0);
    }
#endif
    for (var group = 0u; group < constants.groups; group++) {
        let whole = constants.first_group + group;
#ifdef CHANNEL_SUMS
        var channels = vec4(0.0);
#endif
        if inside {
            for (var z = first; z < last; z++) {
                let site = z * plane + invocation.y * sites + invocation.x;
                let value = operate(group * plane * sites + site, whole * plane * sites + site, site, whole, random);
#ifdef MOMENTS
                moments += vec4(dot(value, vec4(1.0)), dot(abs(value), vec4(1.0)), dot(value, value), 0.0);
#endif
#ifdef SITES
                sums[z - first] += vec2(dot(value, vec4(1.0)), dot(value, value));
#endif
#ifdef CHANNEL_SUMS
                channels += value;
#endif
#ifdef LARGEST
                let magnitudes = abs(value);
                largest = max(largest, max(max(magnitudes.x, magnitudes.y), max(magnitudes.z, magnitudes.w)));
#endif
            }
        }
#ifdef CHANNEL_SUMS
        let total = sum_of_workgroup(local, channels);
        if local == 0u {
            let count = workgroups.x * workgroups.y * workgroups.z;
            let at = (workgroup.z * workgroups.y + workgroup.y) * workgroups.x + workgroup.x;
            channel_partials[whole * count + at] = total;
        }
#endif
    }
#ifdef SITES
    if inside {
        let channels = f32(4u * constants.all_groups);
        for (var z = first; z < last; z++) {
            let site = z * plane + invocation.y * sites + invocation.x;
            var sum = sums[z - first];
            if constants.first_group > 0u {
                sum += site_sums[site];
            }
            if constants.first_group + constants.groups == constants.all_groups {
                // The last slab turns the sums into the unbiased variance over the channels.
                let variance = max((sum.y - sum.x * sum.x / channels) / (channels - 1.0), 0.0);
                moments.w += variance;
                sum = vec2(variance, 0.0);
            }
            site_sums[site] = sum;
        }
    }
#endif
#ifdef LARGEST
    let extreme = largest_of_workgroup(local, largest);
    if local == 0u {
        let at = (workgroup.z * workgroups.y + workgroup.y) * workgroups.x + workgroup.x;
        partials[constants.first_partial + at] = vec4(extreme);
    }
#endif
#ifdef MOMENTS
    let total = sum_of_workgroup(local, moments);
    if local == 0u {
        let at = (workgroup.z * workgroups.y + workgroup.y) * workgroups.x + workgroup.x;
        partials[constants.first_partial + at] = total;
    }
#endif
}
