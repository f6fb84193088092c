// Sparse noise alone (1.3 step 4), without touching any other site: each invocation asks the counter which of its sites
// are hit. The stored field is the true one over its pending scale, and so is what is added; the sums of what was added
// keep the channel means known.

#import fieldscope::field::shared::{FieldPass, Scalars, draws}
#import fieldscope::field::draws as draw
#import fieldscope::field::sums::sum_of_workgroup
#import fieldscope::random::{normals, uniforms}

@group(0) @binding(0) var<storage, read_write> field: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> scalars: Scalars;
@group(0) @binding(2) var<storage, read_write> channel_partials: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> constants: FieldPass;

// Planes that one invocation walks through: a bit of a word for each.
const PLANES: u32 = 32u;

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
    let first = invocation.z * PLANES;
    let column = invocation.y * sites + invocation.x;
    let exploring = select(constants.sparse_noise, constants.sparse_noise_exploring, scalars.explore > 0.5);
    let deviation = exploring / scalars.scale;
    // Which planes are hit is found first: drawing normals inside this loop would draw them at every site.
    var hits = 0u;
    if invocation.x < sites && invocation.y < sites {
        let last = min(first + PLANES, sites);
        for (var z = first; z < last; z++) {
            let hit = uniforms(draws(constants), draw::SPARSE_SITES, z * plane + column).x < 0.01;
            hits |= select(0u, 1u << (z - first), hit);
        }
    }
    let count = workgroups.x * workgroups.y * workgroups.z;
    let at = (workgroup.z * workgroups.y + workgroup.y) * workgroups.x + workgroup.x;
    for (var group = 0u; group < constants.groups; group++) {
        let shift = (constants.first_group + group) * volume;
        var sum = vec4(0.0);
        var left = hits;
        while left != 0u {
            let site = (first + firstTrailingBit(left)) * plane + column;
            let added = deviation * normals(draws(constants), draw::SPARSE_NOISE, shift + site);
            field[group * volume + site] += added;
            sum += added;
            left &= left - 1u;
        }
        let total = sum_of_workgroup(local, sum);
        if local == 0u {
            channel_partials[(constants.first_group + group) * count + at] = total;
        }
    }
}
