// Rows times a matrix in tiles of 64 by 64 that a workgroup of 256 shares, four rows and four columns an invocation: for an
// adapter whose workgroup memory is near its arithmetic.
#import fieldscope::ten::product::{left, constants, weights, finish}

// Sixteen columns of the rows at hand, by column; and sixteen rows of the matrix.
var<workgroup> rows: array<array<f32, 65>, 16>;
var<workgroup> columns: array<array<vec4<f32>, 16>, 16>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let quads = constants.columns / 4u;
    let inner = constants.inner / 4u;
    let row = constants.first_row + 64u * workgroup.x;
    let x = lane % 16u;
    let y = lane / 16u;
    let column = workgroup.y * 16u + x;
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
