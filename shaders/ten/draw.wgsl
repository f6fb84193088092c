// Draws a matrix: independent normals of the standard deviation `scale`, four by four in memory order.
#import fieldscope::ten::shared::{TenPass, packed}
#import fieldscope::random::{draws_of, normals}

#ifdef HALF
@group(0) @binding(0) var<storage, read_write> matrix: array<vec2<u32>>;
#else
@group(0) @binding(0) var<storage, read_write> matrix: array<vec4<f32>>;
#endif
@group(0) @binding(1) var<uniform> constants: TenPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
    let index = invocation.y * workgroups.x * 64u + invocation.x;
    if index >= constants.rows * constants.columns / 4u {
        return;
    }
    let values = constants.scale * normals(draws_of(constants.seed, 0u), constants.operation, index);
#ifdef HALF
    matrix[index] = packed(values);
#else
    matrix[index] = values;
#endif
}
