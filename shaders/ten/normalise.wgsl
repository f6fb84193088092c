// Layer normalisation of each row: mean 0 and variance 1, times a weight, plus a bias. A workgroup for each row.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> vectors: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> normalised: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> constants: TenPass;

const LANES: u32 = 16u;
var<workgroup> parts: array<f32, LANES>;

fn total(lane: u32, part: f32) -> f32 {
    workgroupBarrier();
    parts[lane] = part;
    workgroupBarrier();
    var sum = 0.0;
    for (var other = 0u; other < LANES; other++) {
        sum += parts[other];
    }
    return sum;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let width = constants.inner / 4u;
    let start = workgroup.x * width;
    var sum = vec4(0.0);
    for (var at = lane; at < width; at += LANES) {
        sum += source[start + at];
    }
    let mean = total(lane, sum.x + sum.y + sum.z + sum.w) / f32(constants.inner);
    var squares = vec4(0.0);
    for (var at = lane; at < width; at += LANES) {
        let apart = source[start + at] - mean;
        squares += apart * apart;
    }
    let variance = total(lane, squares.x + squares.y + squares.z + squares.w) / f32(constants.inner);
    let factor = 1.0 / sqrt(variance + constants.scale);
    for (var at = lane; at < width; at += LANES) {
        let weight = vectors[constants.bias + at];
        let bias = vectors[constants.bias + width + at];
        normalised[start + at] = (source[start + at] - mean) * factor * weight + bias;
    }
}
