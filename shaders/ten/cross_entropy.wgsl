// Takes a slab of logits into each row's running maximum, its sum of exponentials below that, and the logit of the token
// that really follows. A workgroup for each row.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> text: array<u32>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> constants: TenPass;

const LANES: u32 = 32u;
var<workgroup> parts: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = workgroup.x;
    let start = row * constants.columns;
#ifdef FIRST
    var before = vec4(-3.0e38, 0.0, 0.0, 0.0);
#else
    var before = sums[row];
#endif
    var largest = -3.0e38;
    for (var column = lane; column < constants.valid_columns; column += LANES) {
        largest = max(largest, logits[start + column]);
    }
    parts[lane] = largest;
    workgroupBarrier();
    largest = before.x;
    for (var other = 0u; other < LANES; other++) {
        largest = max(largest, parts[other]);
    }
    workgroupBarrier();
    var sum = 0.0;
    for (var column = lane; column < constants.valid_columns; column += LANES) {
        sum += exp(logits[start + column] - largest);
    }
    parts[lane] = sum;
    workgroupBarrier();
    if lane == 0u {
        sum = before.y * exp(before.x - largest);
        for (var other = 0u; other < LANES; other++) {
            sum += parts[other];
        }
        let next = text[(constants.position + row + 1u) % constants.text_length] - constants.first_column;
        var wanted = before.z;
        if next < constants.valid_columns {
            wanted = logits[start + next];
        }
        sums[row] = vec4(largest, sum, wanted, 0.0);
    }
}
