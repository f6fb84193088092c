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

// Planes that one invocation walks through, and groups of channels in a slab at most.
const PLANES: u32 = 8u;
const GROUPS: u32 = 4u;

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
    let last = min(first + PLANES, sites);
    let exploring = select(constants.sparse_noise, constants.sparse_noise_exploring, scalars.explore > 0.5);
    let deviation = exploring / scalars.scale;
    var sums: array<vec4<f32>, 4>;
    for (var group = 0u; group < GROUPS; group++) {
        sums[group] = vec4(0.0);
    }
    if invocation.x < sites && invocation.y < sites {
        for (var z = first; z < last; z++) {
            let site = z * plane + invocation.y * sites + invocation.x;
            if uniforms(draws(constants), draw::SPARSE_SITES, site).x < 0.01 {
                for (var group = 0u; group < constants.groups; group++) {
                    let index = (constants.first_group + group) * volume + site;
                    let added = deviation * normals(draws(constants), draw::SPARSE_NOISE, index);
                    field[group * volume + site] += added;
                    sums[group] += added;
                }
            }
        }
    }
    let count = workgroups.x * workgroups.y * workgroups.z;
    let at = (workgroup.z * workgroups.y + workgroup.y) * workgroups.x + workgroup.x;
    for (var group = 0u; group < constants.groups; group++) {
        let total = sum_of_workgroup(local, sums[group]);
        if local == 0u {
            channel_partials[(constants.first_group + group) * count + at] = total;
        }
    }
}
