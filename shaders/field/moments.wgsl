// Adds the partial sums of all workgroups to the moments of the field.

#import fieldscope::field::shared::{FieldPass, Scalars}
#import fieldscope::field::sums::{WORKERS, sum_of_workgroup}

@group(0) @binding(0) var<storage, read> partials: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> scalars: Scalars;
@group(0) @binding(2) var<uniform> constants: FieldPass;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
    var sum = vec4(0.0);
    for (var at = local; at < constants.partials; at += WORKERS) {
        sum += partials[at];
    }
    let total = sum_of_workgroup(local, sum);
    if local == 0u {
        let sites = f32(constants.sites * constants.sites * constants.sites);
        let elements = sites * f32(4u * constants.all_groups);
        scalars.mean = total.x / elements;
        scalars.mean_magnitude = total.y / elements;
        scalars.mean_square = total.z / elements;
#ifdef SITES
        scalars.mean_site_variance = total.w / sites;
#endif
    }
}
