// The modes of one layer from its eigenstates, m = c V: where a setting begins that computes in the other basis.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> eigenstates: array<f32>;
@group(0) @binding(1) var<storage, read> matrices: array<f32>;
@group(0) @binding(2) var<storage, read_write> modes: array<f32>;
@group(0) @binding(3) var<uniform> constants: TenPass;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let size = constants.eigenstates;
    let all = constants.cells * size;
    let home = 2u * constants.layer * all;
    let cell = invocation.x / size;
    if cell >= constants.cells {
        return;
    }
    // Behind both planes of V⁻¹ stand those of V.
    let plane = constants.cells * size * size;
    let column = 2u * plane + cell * size * size + invocation.x % size;
    var sum = vec2(0.0);
    for (var k = 0u; k < size; k++) {
        let c = vec2(eigenstates[home + cell * size + k], eigenstates[home + all + cell * size + k]);
        let v = vec2(matrices[column + k * size], matrices[column + plane + k * size]);
        sum += vec2(c.x * v.x - c.y * v.y, c.x * v.y + c.y * v.x);
    }
    modes[home + invocation.x] = sum.x;
    modes[home + all + invocation.x] = sum.y;
}
