// Rows times a matrix, ROWS rows and four columns an invocation, without workgroup memory or subgroups: what every adapter
// can do, and with one row what a single step needs.
#import fieldscope::ten::product::{left, constants, weights, row_added, finish}

#ifdef SINGLE
const ROWS: u32 = 1u;
#else
const ROWS: u32 = 8u;
#endif

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let quads = constants.columns / 4u;
    let inner = constants.inner / 4u;
    let row = constants.first_row + ROWS * workgroup.x;
    let column = workgroup.y * 64u + lane;
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
            sums[i] = row_added(sums[i], left[(row + i) * inner + k], w0, w1, w2, w3);
        }
    }
    for (var i = 0u; i < ROWS; i++) {
        finish(sums[i], row + i, column);
    }
}
