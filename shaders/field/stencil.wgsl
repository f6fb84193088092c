// One pass over a slab that looks at neighbours: Laplacian, box blend or edge enhancement, out of place.
// Operations that come just before the stencil are computed again at every neighbour instead of taking a pass of their
// own; operations after it follow in the same pass. Each invocation marches along z and keeps the planes that it has
// read in registers.

#import fieldscope::field::shared::{FieldPass, Scalars, draws}
#import fieldscope::field::operations as operation
#import fieldscope::random::Draws
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

@group(0) @binding(0) var<storage, read> field: array<Cell>;
@group(0) @binding(1) var<storage, read_write> field_after: array<Cell>;
#ifdef MOMENTUM
@group(0) @binding(2) var<storage, read> momentum: array<Cell>;
@group(0) @binding(3) var<storage, read_write> momentum_after: array<Cell>;
#endif
#ifdef SITES
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

// A cell after the operations before the stencil, and its momentum after them.
struct Prepared {
    value: vec4<f32>,
#ifdef MOMENTUM
    moved: vec4<f32>,
#endif
}

// What the operations before the stencil need, read once: a load at every neighbour would cost as much as the cell.
struct Before {
    // From a place in the slab to the same place in the whole field.
    shift: u32,
    momentum: f32,
    decay: f32,
    activity: f32,
    scale: f32,
    offset: vec4<f32>,
    random: Draws,
}

fn load(cell: u32) -> vec4<f32> {
#ifdef HALF
    return decode(field[cell]);
#else
    return field[cell];
#endif
}

fn prepare(cell: u32, before: Before) -> Prepared {
    var prepared = Prepared();
    var value = load(cell);
#ifdef SETTLE
    value = fma(vec4(before.scale), value, before.offset);
#endif
#ifdef STARVE
    value = operation::starve(value, before.activity, before.random, before.shift + cell);
#endif
#ifdef MOMENTUM
#ifdef HALF
    let held = decode(momentum[cell]);
#else
    let held = momentum[cell];
#endif
    prepared.moved = operation::move_on(held, value);
    value = operation::carry(value, prepared.moved, before.momentum);
#endif
#ifdef DECAY
    value *= before.decay;
#endif
    prepared.value = value;
    return prepared;
}

// Beyond the walls the field is zero. There the cell itself is read instead, so that no invocation takes another path.
fn neighbour(exists: bool, there: u32, cell: u32, before: Before) -> vec4<f32> {
    return select(vec4(0.0), prepare(select(cell, there, exists), before).value, exists);
}

#ifdef BOX
// The sum over the 3 × 3 box around `cell` in its plane: with three planes kept, nine loads serve 27 cells.
fn box_of_plane(cell: u32, before: Before, x: u32, y: u32, sites: u32, centre: vec4<f32>) -> vec4<f32> {
    let west = x > 0u;
    let east = x + 1u < sites;
    let south = y > 0u;
    let north = y + 1u < sites;
    var sum = centre + neighbour(west, cell - 1u, cell, before) + neighbour(east, cell + 1u, cell, before);
    sum += neighbour(south, cell - sites, cell, before) + neighbour(north, cell + sites, cell, before);
    sum += neighbour(west && south, cell - 1u - sites, cell, before);
    sum += neighbour(east && south, cell + 1u - sites, cell, before);
    sum += neighbour(west && north, cell - 1u + sites, cell, before);
    sum += neighbour(east && north, cell + 1u + sites, cell, before);
    return sum;
}
#endif

// What follows the stencil in the same pass.
fn finish(stencilled: vec4<f32>, index: u32, site: u32, random: Draws) -> vec4<f32> {
    var value = stencilled;
#ifdef NOISE
    value = operation::agitate(value, constants.noise, constants.exploration, scalars.explore, random, index);
#endif
#ifdef SPARSE_NOISE
    let deviation = select(constants.sparse_noise, constants.sparse_noise_exploring, scalars.explore > 0.5);
    value = operation::sprinkle(value, deviation, random, site, index);
#endif
#ifdef CLAMP
    value = clamp(value, vec4(-10.0), vec4(10.0));
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
    let sites = constants.sites;
    let plane = sites * sites;
    let volume = plane * sites;
    let x = invocation.x;
    let y = invocation.y;
    let first = invocation.z * PLANES;
    let last = min(first + PLANES, sites);
    let inside = x < sites && y < sites;
    let west = x > 0u;
    let south = y > 0u;
    let east = x + 1u < sites;
    let north = y + 1u < sites;
    let shift = constants.first_group * volume;
    let random = draws(constants);
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
            let column = group * volume + y * sites + x;
            var cell = column + first * plane;
            var before = Before();
            before.random = random;
            before.shift = shift;
            before.momentum = constants.momentum;
            before.decay = constants.decay;
            before.activity = scalars.mean_magnitude;
            before.scale = scalars.scale;
#ifdef OFFSETS
            before.offset = offsets[whole];
#endif
            var centre = prepare(cell, before);
            var below = neighbour(first > 0u, cell - plane, cell, before);
#ifdef BOX
            var box_centre = box_of_plane(cell, before, x, y, sites, centre.value);
            var box_below = vec4(0.0);
            if first > 0u {
                box_below = box_of_plane(cell - plane, before, x, y, sites, below);
            }
#endif
            for (var z = first; z < last; z++) {
                let index = shift + cell;
                let site = z * plane + y * sites + x;
                var above = Prepared();
                if z + 1u < sites {
                    above = prepare(cell + plane, before);
                }
#ifdef EDGE
                // Backward differences, zero at the first plane of each axis.
                let along_x = centre.value - prepare(select(cell, cell - 1u, west), before).value;
                let along_y = centre.value - prepare(select(cell, cell - sites, south), before).value;
                let along_z = select(vec4(0.0), centre.value - below, z > 0u);
                let slope = sqrt(fma(along_x, along_x, fma(along_y, along_y, along_z * along_z)));
                let value = finish(fma(vec4(0.01), slope, centre.value), index, site, random);
#endif
#ifdef LAPLACIAN
                let around = neighbour(west, cell - 1u, cell, before) + neighbour(east, cell + 1u, cell, before)
                    + neighbour(south, cell - sites, cell, before) + neighbour(north, cell + sites, cell, before)
                    + below + above.value;
                let curvature = fma(vec4(-6.0), centre.value, around);
                let value = finish(fma(vec4(constants.diffusion), curvature, centre.value), index, site, random);
#endif
#ifdef BOX
                var box_above = vec4(0.0);
                if z + 1u < sites {
                    box_above = box_of_plane(cell + plane, before, x, y, sites, above.value);
                }
                let mean = (box_below + box_centre + box_above) * (1.0 / 27.0);
                let value = finish(mix(centre.value, mean, constants.diffusion), index, site, random);
                box_below = box_centre;
                box_centre = box_above;
#endif
#ifdef HALF
                field_after[cell] = encode(value, words(random, draw::ROUNDING_FIELD, index));
#else
                field_after[cell] = value;
#endif
#ifdef MOMENTUM
#ifdef HALF
                momentum_after[cell] = encode(centre.moved, words(random, draw::ROUNDING_MOMENTUM, index));
#else
                momentum_after[cell] = centre.moved;
#endif
#endif
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
                below = centre.value;
                centre = above;
                cell += plane;
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
            let site = z * plane + y * sites + x;
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
