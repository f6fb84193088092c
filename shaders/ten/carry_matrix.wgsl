// Carries the eigenstates over the blocks: what block b + 1 starts from is what block b started from, times A to the power
// of its steps, plus what its own drive left. A workgroup for each cell.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> ends: array<f32>;
@group(0) @binding(1) var<storage, read> matrices: array<f32>;
@group(0) @binding(2) var<storage, read> eigenstates: array<f32>;
@group(0) @binding(3) var<storage, read_write> carries: array<f32>;
@group(0) @binding(4) var<uniform> constants: TenPass;

const WIDTH: u32 = #{WIDTH}u;
var<workgroup> row: array<vec2<f32>, WIDTH>;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let all = constants.cells * WIDTH;
    let own = workgroup.x * WIDTH + lane;
    let home = 2u * constants.layer * all + own;
    // Behind R stand the real parts of the power, then the imaginary ones.
    let plane = constants.cells * WIDTH * WIDTH;
    let column = plane + workgroup.x * WIDTH * WIDTH + lane;
    var c = vec2(eigenstates[home], eigenstates[home + all]);
    for (var block = 0u; block < constants.blocks; block++) {
        let place = 2u * block * all + own;
        carries[place] = c.x;
        carries[place + all] = c.y;
        workgroupBarrier();
        row[lane] = c;
        workgroupBarrier();
        c = vec2(ends[place], ends[place + all]);
        for (var k = 0u; k < WIDTH; k++) {
            let power = vec2(matrices[column + k * WIDTH], matrices[column + plane + k * WIDTH]);
            c += vec2(row[k].x * power.x - row[k].y * power.y, row[k].x * power.y + row[k].y * power.x);
        }
    }
}
