// The predictor's summary of a slab: per channel the mean over the plane z = S/2. One workgroup per group of channels.

#import fieldscope::field::shared::{FieldPass}
#ifdef HALF
#import fieldscope::field::shared::decode
#endif
#import fieldscope::field::sums::{WORKERS, sum_of_workgroup}

// How four channels of a site are stored. (An alias cannot be imported.)
#ifdef HALF
alias Cell = vec2<u32>;
#else
alias Cell = vec4<f32>;
#endif

@group(0) @binding(0) var<storage, read> field: array<Cell>;
@group(0) @binding(1) var<storage, read_write> summary: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> constants: FieldPass;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let sites = constants.sites;
    let plane = sites * sites;
    let first = (workgroup.x * sites + sites / 2u) * plane;
    var sum = vec4(0.0);
    for (var site = local; site < plane; site += WORKERS) {
#ifdef HALF
        sum += decode(field[first + site]);
#else
        sum += field[first + site];
#endif
    }
    let total = sum_of_workgroup(local, sum);
    if local == 0u {
        summary[constants.first_group + workgroup.x] = total / f32(plane);
    }
}
