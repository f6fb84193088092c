// The output of every layer of the LSTM becomes its hidden state.

@group(0) @binding(0) var<storage, read> next_first: array<f32>;
@group(0) @binding(1) var<storage, read> next_second: array<f32>;
@group(0) @binding(2) var<storage, read> next_third: array<f32>;
@group(0) @binding(3) var<storage, read> next_fourth: array<f32>;
@group(0) @binding(4) var<storage, read_write> first: array<f32>;
@group(0) @binding(5) var<storage, read_write> second: array<f32>;
@group(0) @binding(6) var<storage, read_write> third: array<f32>;
@group(0) @binding(7) var<storage, read_write> fourth: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < arrayLength(&first) {
        first[id.x] = next_first[id.x];
        second[id.x] = next_second[id.x];
        third[id.x] = next_third[id.x];
        fourth[id.x] = next_fourth[id.x];
    }
}
