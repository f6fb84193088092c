// Rows times a matrix, sixteen rows or with TALL thirty-two, and four columns an invocation. Each invocation loads four
// numbers of every eighth row, those of its place among eight, and hands them to its neighbours: on a software adapter a
// load costs more than sixteen multiply-adds, and a broadcast costs less than one load. Workgroups take 4 · LANES columns
// each; those beyond the last column compute it again and leave it to its owner to write. Workgroups that follow each other
// take other rows and the same columns, so that these stay in the cache.
#import fieldscope::ten::product::{left, constants, weights, row_added, finish}

const LANES: u32 = #{LANES}u;

// Sums of eight rows.
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

// Four numbers of each of eight rows, held by eight neighbours. All four at once: sums stay in registers meanwhile.
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

fn finish_strip(sums: Strip, row: u32, column: u32) {
    finish(sums.r0, row, column);
    finish(sums.r1, row + 1u, column);
    finish(sums.r2, row + 2u, column);
    finish(sums.r3, row + 3u, column);
    finish(sums.r4, row + 4u, column);
    finish(sums.r5, row + 5u, column);
    finish(sums.r6, row + 6u, column);
    finish(sums.r7, row + 7u, column);
}

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
    @builtin(subgroup_invocation_id) neighbour: u32,
) {
    let quads = constants.columns / 4u;
    let inner = constants.inner / 4u;
#ifdef TALL
    let row = constants.first_row + 32u * workgroup.x;
#else
    let row = constants.first_row + 16u * workgroup.x;
#endif
    let wanted = workgroup.y * LANES + lane;
    let column = min(wanted, quads - 1u);
    let own = (row + neighbour % 8u) * inner;
    var first = Strip();
    var second = Strip();
#ifdef TALL
    var third = Strip();
    var fourth = Strip();
#endif
    for (var k = 0u; k < inner; k++) {
        let x0 = left[own + k];
        let x1 = left[own + 8u * inner + k];
#ifdef TALL
        let x2 = left[own + 16u * inner + k];
        let x3 = left[own + 24u * inner + k];
#endif
        let place = 4u * k * quads + column;
        let w0 = weights(place);
        let w1 = weights(place + quads);
        let w2 = weights(place + 2u * quads);
        let w3 = weights(place + 3u * quads);
        first = added(first, x0, w0, w1, w2, w3);
        second = added(second, x1, w0, w1, w2, w3);
#ifdef TALL
        third = added(third, x2, w0, w1, w2, w3);
        fourth = added(fourth, x3, w0, w1, w2, w3);
#endif
    }
    if wanted < quads {
        finish_strip(first, row, column);
        finish_strip(second, row + 8u, column);
#ifdef TALL
        finish_strip(third, row + 16u, column);
        finish_strip(fourth, row + 24u, column);
#endif
    }
}
