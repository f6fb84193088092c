// One pass over a slab that looks at neighbours: Laplacian, box blend or edge enhancement, out of place.
// Operations that come just before the stencil are computed again at every neighbour instead of taking a pass of their
// own; operations after it follow in the same pass. Each invocation marches along z and keeps the planes that it has
// read in registers.

#import fieldscope::field::shared::{FieldPass, Scalars, draws}
#import fieldscope::field::operations as operation
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
const PLANES: u32 = 8u;

// A cell after the operations before the stencil, and its momentum after them.
struct Prepared {
    value: vec4<f32>,
#ifdef MOMENTUM
    moved: vec4<f32>,
#endif
}

fn load(cell: u32) -> vec4<f32> {
#ifdef HALF
    return decode(field[cell]);
#else
    return field[cell];
#endif
}

// `shift` leads from a place in the slab to the same place in the whole field.
fn prepare(cell: u32, shift: u32, group: u32) -> Prepared {
    var prepared = Prepared();
    var value = load(cell);
#ifdef SETTLE
    value = scalars.scale * value + offsets[group];
#endif
#ifdef STARVE
    value = operation::starve(value, scalars.mean_magnitude, draws(constants), shift + cell);
#endif
#ifdef MOMENTUM
#ifdef HALF
    let before = decode(momentum[cell]);
#else
    let before = momentum[cell];
#endif
    prepared.moved = 0.9 * before + 0.1 * value;
#ifdef STABLE
    value += constants.momentum * (prepared.moved - value);
#else
    value += constants.momentum * prepared.moved;
#endif
#endif
#ifdef DECAY
    value *= constants.decay;
#endif
    prepared.value = value;
    return prepared;
}

// Beyond the walls the field is zero.
fn neighbour(exists: bool, cell: u32, shift: u32, group: u32) -> vec4<f32> {
    if !exists {
        return vec4(0.0);
    }
    return prepare(cell, shift, group).value;
}

#ifdef BOX
// The sum over the 3 × 3 box around (x, y) in one plane: with three planes kept, nine loads serve 27 cells.
fn box_of_plane(exists: bool, cell: u32, shift: u32, group: u32, x: u32, y: u32, sites: u32, centre: vec4<f32>) -> vec4<f32> {
    if !exists {
        return vec4(0.0);
    }
    let west = x > 0u;
    let east = x + 1u < sites;
    let south = y > 0u;
    let north = y + 1u < sites;
    var sum = centre + neighbour(west, cell - 1u, shift, group) + neighbour(east, cell + 1u, shift, group);
    sum += neighbour(south, cell - sites, shift, group) + neighbour(north, cell + sites, shift, group);
    sum += neighbour(west && south, cell - 1u - sites, shift, group) + neighbour(east && south, cell + 1u - sites, shift, group);
    sum += neighbour(west && north, cell - 1u + sites, shift, group) + neighbour(east && north, cell + 1u + sites, shift, group);
    return sum;
}
#endif

// What follows the stencil in the same pass.
fn finish(stencilled: vec4<f32>, index: u32, site: u32) -> vec4<f32> {
    var value = stencilled;
#ifdef NOISE
    value = operation::agitate(value, constants.noise, constants.exploration, scalars.explore, draws(constants), index);
#endif
#ifdef SPARSE_NOISE
    let deviation = select(constants.sparse_noise, constants.sparse_noise_exploring, scalars.explore > 0.5);
    value = operation::sprinkle(value, deviation, draws(constants), site, index);
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
    var moments = vec4(0.0);
    var largest = 0.0;
#ifdef SITES
    var sums: array<vec2<f32>, 8>;
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
            var centre = prepare(cell, shift, whole);
            var below = neighbour(first > 0u, cell - plane, shift, whole);
#ifdef BOX
            var box_centre = box_of_plane(true, cell, shift, whole, x, y, sites, centre.value);
            var box_below = box_of_plane(first > 0u, cell - plane, shift, whole, x, y, sites, below);
#endif
            for (var z = first; z < last; z++) {
                let index = shift + cell;
                let site = z * plane + y * sites + x;
#ifdef EDGE
                var along_x = vec4(0.0);
                var along_y = vec4(0.0);
                var along_z = vec4(0.0);
                if west {
                    along_x = centre.value - prepare(cell - 1u, shift, whole).value;
                }
                if south {
                    along_y = centre.value - prepare(cell - sites, shift, whole).value;
                }
                if z > 0u {
                    along_z = centre.value - below;
                }
                let slope = sqrt(along_x * along_x + along_y * along_y + along_z * along_z);
                let value = finish(centre.value + 0.01 * slope, index, site);
                var above = Prepared();
                if z + 1u < last {
                    above = prepare(cell + plane, shift, whole);
                }
#else
                var above = Prepared();
                if z + 1u < sites {
                    above = prepare(cell + plane, shift, whole);
                }
#endif
#ifdef LAPLACIAN
                let around = neighbour(west, cell - 1u, shift, whole) + neighbour(east, cell + 1u, shift, whole)
                    + neighbour(south, cell - sites, shift, whole) + neighbour(north, cell + sites, shift, whole)
                    + below + above.value;
                let value = finish(centre.value + constants.diffusion * (around - 6.0 * centre.value), index, site);
#endif
#ifdef BOX
                let box_above = box_of_plane(z + 1u < sites, cell + plane, shift, whole, x, y, sites, above.value);
                let mean = (box_below + box_centre + box_above) * (1.0 / 27.0);
                let value = finish(mix(centre.value, mean, constants.diffusion), index, site);
                box_below = box_centre;
                box_centre = box_above;
#endif
#ifdef HALF
                field_after[cell] = encode(value, words(draws(constants), draw::ROUNDING_FIELD, index));
#else
                field_after[cell] = value;
#endif
#ifdef MOMENTUM
#ifdef HALF
                momentum_after[cell] = encode(centre.moved, words(draws(constants), draw::ROUNDING_MOMENTUM, index));
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
