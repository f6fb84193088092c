// The controller's action on the amplitudes of the first nodes.

@group(0) @binding(0) var<storage, read_write> amplitudes: array<f32>;
@group(0) @binding(1) var<storage, read> action: array<f32>;

@compute @workgroup_size(128)
fn main(@builtin(local_invocation_index) node: u32) {
    if node < arrayLength(&amplitudes) {
        amplitudes[node] = clamp(fma(0.02, action[node], amplitudes[node]), 0.5, 5.0);
    }
}
