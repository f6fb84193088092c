// What the network's kernels have in common. Activations are rows, one for each token of the chunk; a matrix has a row for
// each of its inputs, so that neighbouring invocations read neighbouring outputs. Complex numbers lie in two planes.
#define_import_path fieldscope::ten::shared

// Constants of one pass; TenPass in src/sim/ten/kernels.rs.
struct TenPass {
    rows: u32,
    inner: u32,
    columns: u32,
    first_row: u32,
    position: u32,
    text_length: u32,
    first_column: u32,
    valid_columns: u32,
    layer: u32,
    cells: u32,
    eigenstates: u32,
    steps: u32,
    blocks: u32,
    seed: u32,
    operation: u32,
    bias: u32,
    scale: f32,
    padding_a: u32,
    padding_b: u32,
    padding_c: u32,
}

// Four numbers of 16 bits.
fn unpacked(halves: vec2<u32>) -> vec4<f32> {
    return vec4(unpack2x16float(halves.x), unpack2x16float(halves.y));
}

fn packed(numbers: vec4<f32>) -> vec2<u32> {
    return vec2(pack2x16float(numbers.xy), pack2x16float(numbers.zw));
}
