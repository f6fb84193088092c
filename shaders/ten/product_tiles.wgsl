// Rows times a matrix in tiles of 64 by 64 that a workgroup of 256 shares, four rows and four columns an invocation: for an
// adapter whose workgroup memory is near its arithmetic.
#import fieldscope::ten::shared::{TenPass, unpacked}
#ifdef GELU
#import fieldscope::ten::epilogue::gelu
#endif

@group(0) @binding(0) var<storage, read> left: array<vec4<f32>>;
#ifdef HALF
@group(0) @binding(1) var<storage, read> matrix: array<vec2<u32>>;
#else
@group(0) @binding(1) var<storage, read> matrix: array<vec4<f32>>;
#endif
@group(0) @binding(2) var<storage, read_write> product: array<vec4<f32>>;
#ifdef BIAS
@group(0) @binding(3) var<storage, read> vectors: array<vec4<f32>>;
#endif
#ifdef ADDEND
@group(0) @binding(4) var<storage, read> addend: array<vec4<f32>>;
#endif
@group(0) @binding(5) var<uniform> constants: TenPass;

fn weights(index: u32) -> vec4<f32> {
#ifdef HALF
    return unpacked(matrix[index]);
#else
    return matrix[index];
#endif
}

fn finish(sum: vec4<f32>, row: u32, column: u32) {
    let index = row * (constants.columns / 4u) + column;
    var value = constants.scale * sum;
#ifdef BIAS
    value += vectors[constants.bias + column];
#endif
#ifdef GELU
    value = gelu(value);
#endif
#ifdef ADDEND
    value += addend[index];
#endif
    product[index] = value;
}

// Sixteen columns of the rows at hand, by column; and sixteen rows of the matrix.
var<workgroup> rows: array<array<f32, 65>, 16>;
var<workgroup> columns: array<array<vec4<f32>, 16>, 16>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let quads = constants.columns / 4u;
    let inner = constants.inner / 4u;
    let row = constants.first_row + 64u * workgroup.y;
    let x = lane % 16u;
    let y = lane / 16u;
    let column = workgroup.x * 16u + x;
    var sums = array<vec4<f32>, 4>();
    for (var k = 0u; k < constants.inner; k += 16u) {
        workgroupBarrier();
        let numbers = left[(row + lane / 4u) * inner + k / 4u + lane % 4u];
        for (var i = 0u; i < 4u; i++) {
            rows[4u * (lane % 4u) + i][lane / 4u] = numbers[i];
        }
        columns[y][x] = weights((k + y) * quads + column);
        workgroupBarrier();
        for (var step = 0u; step < 16u; step++) {
            let w = columns[step][x];
            for (var i = 0u; i < 4u; i++) {
                sums[i] = fma(vec4(rows[step][4u * y + i]), w, sums[i]);
            }
        }
    }
    for (var i = 0u; i < 4u; i++) {
        finish(sums[i], row + 4u * y + i, column);
    }
}
