// Rows times a matrix, sixteen rows and four columns an invocation. Each invocation loads four numbers of two rows, those
// of its place among eight, and hands them to its neighbours: on a software adapter a load costs more than sixteen
// multiply-adds, and a broadcast costs less than one load. Workgroups take 4 · LANES columns each; those beyond the last
// column compute it again and leave it to its owner to write.
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

const LANES: u32 = #{LANES}u;

struct Strip {
    r0: vec4<f32>,
    r1: vec4<f32>,
    r2: vec4<f32>,
    r3: vec4<f32>,
    r4: vec4<f32>,
    r5: vec4<f32>,
    r6: vec4<f32>,
    r7: vec4<f32>,
}

// Four numbers of a row, and of each of them four columns. All four at once: sums stay in registers meanwhile.
fn row_added(sum: vec4<f32>, x: vec4<f32>, w0: vec4<f32>, w1: vec4<f32>, w2: vec4<f32>, w3: vec4<f32>) -> vec4<f32> {
    return fma(vec4(x.w), w3, fma(vec4(x.z), w2, fma(vec4(x.y), w1, fma(vec4(x.x), w0, sum))));
}

// Four numbers of each of eight rows, held by eight neighbours.
fn added(sums: Strip, own: vec4<f32>, w0: vec4<f32>, w1: vec4<f32>, w2: vec4<f32>, w3: vec4<f32>) -> Strip {
    return Strip(
        row_added(sums.r0, subgroupBroadcast(own, 0u), w0, w1, w2, w3),
        row_added(sums.r1, subgroupBroadcast(own, 1u), w0, w1, w2, w3),
        row_added(sums.r2, subgroupBroadcast(own, 2u), w0, w1, w2, w3),
        row_added(sums.r3, subgroupBroadcast(own, 3u), w0, w1, w2, w3),
        row_added(sums.r4, subgroupBroadcast(own, 4u), w0, w1, w2, w3),
        row_added(sums.r5, subgroupBroadcast(own, 5u), w0, w1, w2, w3),
        row_added(sums.r6, subgroupBroadcast(own, 6u), w0, w1, w2, w3),
        row_added(sums.r7, subgroupBroadcast(own, 7u), w0, w1, w2, w3),
    );
}

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
    @builtin(subgroup_invocation_id) neighbour: u32,
) {
    let quads = constants.columns / 4u;
    let inner = constants.inner / 4u;
    let row = constants.first_row + 16u * workgroup.y;
    let wanted = workgroup.x * LANES + lane;
    let column = min(wanted, quads - 1u);
    let upper_row = (row + neighbour % 8u) * inner;
    let lower_row = upper_row + 8u * inner;
    var upper = Strip();
    var lower = Strip();
    for (var k = 0u; k < inner; k++) {
        let above = left[upper_row + k];
        let below = left[lower_row + k];
        let first = 4u * k * quads + column;
        let w0 = weights(first);
        let w1 = weights(first + 1u * quads);
        let w2 = weights(first + 2u * quads);
        let w3 = weights(first + 3u * quads);
        upper = added(upper, above, w0, w1, w2, w3);
        lower = added(lower, below, w0, w1, w2, w3);
    }
    if wanted < quads {
        finish(upper.r0, row, column);
        finish(upper.r1, row + 1u, column);
        finish(upper.r2, row + 2u, column);
        finish(upper.r3, row + 3u, column);
        finish(upper.r4, row + 4u, column);
        finish(upper.r5, row + 5u, column);
        finish(upper.r6, row + 6u, column);
        finish(upper.r7, row + 7u, column);
        finish(lower.r0, row + 8u, column);
        finish(lower.r1, row + 9u, column);
        finish(lower.r2, row + 10u, column);
        finish(lower.r3, row + 11u, column);
        finish(lower.r4, row + 12u, column);
        finish(lower.r5, row + 13u, column);
        finish(lower.r6, row + 14u, column);
        finish(lower.r7, row + 15u, column);
    }
}
