// Moments of all scalars, one set per workgroup.
#import fieldscope::view::moments::{Moments, nothing, merged, is_finite}

struct Survey {
    count: u32,
    padding_a: u32,
    padding_b: u32,
    padding_c: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read_write> parts: array<Moments>;
@group(0) @binding(2) var<uniform> survey: Survey;

var<workgroup> gathered: array<Moments, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    var own = nothing();
    for (var index = workgroup.x * 64u + local; index < survey.count; index += workgroups.x * 64u) {
        let value = scalars[index];
        if is_finite(value) {
            own.count += 1.0;
            let apart = value - own.mean;
            own.mean += apart / own.count;
            own.spread += apart * (value - own.mean);
            own.minimum = min(own.minimum, value);
            own.maximum = max(own.maximum, value);
        } else {
            own.not_finite += 1.0;
        }
    }
    gathered[local] = own;
    for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if local < half {
            gathered[local] = merged(gathered[local], gathered[local + half]);
        }
    }
    if local == 0u {
        parts[workgroup.x] = gathered[0];
    }
}
