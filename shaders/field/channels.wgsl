// The momentum of the channel means (1.3 step 5): one invocation per group of four channels.

#import fieldscope::field::shared::{FieldPass, Scalars}

@group(0) @binding(0) var<storage, read> channel_partials: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> channel_momentum: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> offsets: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> constants: FieldPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let group = invocation.x;
    if group >= constants.all_groups {
        return;
    }
    var sum = vec4(0.0);
    for (var at = 0u; at < constants.partials; at++) {
        sum += channel_partials[group * constants.partials + at];
    }
    let mean = sum / f32(constants.sites * constants.sites * constants.sites);
    let moved = 0.9 * channel_momentum[group] + 0.1 * mean;
    channel_momentum[group] = moved;
#ifdef STABLE
    offsets[group] = constants.momentum * (moved - mean);
#else
    offsets[group] = constants.momentum * moved;
#endif
}
