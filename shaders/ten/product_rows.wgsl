// Rows times a matrix, ROWS rows and four columns an invocation, without workgroup memory or subgroups: what every adapter
// can do, and with one row what a single step needs.
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

#ifdef SINGLE
const ROWS: u32 = 1u;
#else
const ROWS: u32 = 8u;
#endif

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let quads = constants.columns / 4u;
    let inner = constants.inner / 4u;
    let row = constants.first_row + ROWS * workgroup.y;
    let column = workgroup.x * 64u + lane;
    if column >= quads {
        return;
    }
    var sums = array<vec4<f32>, ROWS>();
    for (var k = 0u; k < inner; k++) {
        let first = 4u * k * quads + column;
        let w0 = weights(first);
        let w1 = weights(first + quads);
        let w2 = weights(first + 2u * quads);
        let w3 = weights(first + 3u * quads);
        for (var i = 0u; i < ROWS; i++) {
            let x = left[(row + i) * inner + k];
            var sum = fma(vec4(x.x), w0, sums[i]);
            sum = fma(vec4(x.y), w1, sum);
            sum = fma(vec4(x.z), w2, sum);
            sums[i] = fma(vec4(x.w), w3, sum);
        }
    }
    for (var i = 0u; i < ROWS; i++) {
        finish(sums[i], row + i, column);
    }
}
