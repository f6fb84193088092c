// A linear layer, a workgroup per row. RECTIFIED, TANH, LOGISTIC: what its outputs go through.

#import fieldscope::mobius::controller::{LayerPass, hyperbolic_tangent, logistic}

@group(0) @binding(0) var<storage, read> weights: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> biases: array<f32>;
@group(0) @binding(2) var<storage, read> inputs: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> outputs: array<f32>;
@group(0) @binding(4) var<uniform> constants: LayerPass;

const LANES: u32 = 32u;

var<workgroup> shares: array<f32, 32>;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = workgroup.x;
    let begin = row / constants.group * constants.stride;
    var sum = 0.0;
    for (var at = lane; at < constants.inputs; at += LANES) {
        sum += dot(weights[row * constants.inputs + at], inputs[begin + at]);
    }
    shares[lane] = sum;
    workgroupBarrier();
    if lane > 0u {
        return;
    }
    for (var other = 1u; other < LANES; other++) {
        sum += shares[other];
    }
    sum += biases[row];
#ifdef RECTIFIED
    sum = max(sum, 0.0);
#endif
#ifdef TANH
    sum = hyperbolic_tangent(sum);
#endif
#ifdef LOGISTIC
    sum = logistic(sum);
#endif
    outputs[row] = sum;
}
