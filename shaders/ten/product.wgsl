// What the products of rows with a matrix have in common: what they read and write, and what is done to a result first.
#define_import_path fieldscope::ten::product

#import fieldscope::ten::shared::{TenPass, unpacked}
#ifdef GELU
#import fieldscope::ten::epilogue::gelu
#endif

@group(0) @binding(0) var<storage, read> left: array<vec4<f32>>;
#ifdef HALF
#ifdef LONG_WORDS
@group(0) @binding(1) var<storage, read> matrix: array<u64>;
#else
@group(0) @binding(1) var<storage, read> matrix: array<vec2<u32>>;
#endif
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

// Four neighbouring weights.
fn weights(index: u32) -> vec4<f32> {
#ifdef HALF
#ifdef LONG_WORDS
    // One load instead of two: a software adapter pays for each, whatever its size.
    let word = matrix[index];
    return unpacked(vec2(u32(word), u32(word >> 32u)));
#else
    return unpacked(matrix[index]);
#endif
#else
    return matrix[index];
#endif
}

// Four numbers of a row, and of each of them four columns.
fn row_added(sum: vec4<f32>, x: vec4<f32>, w0: vec4<f32>, w1: vec4<f32>, w2: vec4<f32>, w3: vec4<f32>) -> vec4<f32> {
    return fma(vec4(x.w), w3, fma(vec4(x.z), w2, fma(vec4(x.y), w1, fma(vec4(x.x), w0, sum))));
}

// Writes four columns of a row.
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
