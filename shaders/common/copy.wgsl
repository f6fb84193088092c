// One vec4 in, one vec4 out: what any kernel that streams memory is measured against.

@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> target_buffer: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let index = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if index < arrayLength(&target_buffer) {
        target_buffer[index] = source[index];
    }
}
