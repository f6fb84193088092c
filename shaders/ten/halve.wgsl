// A matrix to 16 bits.
#import fieldscope::ten::shared::{TenPass, packed}

@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> matrix: array<vec2<u32>>;
@group(0) @binding(2) var<uniform> constants: TenPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
    let index = invocation.y * workgroups.x * 64u + invocation.x;
    if index < constants.rows * constants.columns / 4u {
        matrix[index] = packed(source[index]);
    }
}
