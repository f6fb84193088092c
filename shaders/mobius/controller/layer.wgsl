// One layer of the LSTM, a workgroup per unit: its four gates i, f, g, o, then c ← f c + i g and h = o tanh c.
// GATE: one gate of every unit alone, as a row of its own dispatch.

#import fieldscope::mobius::controller::{LayerPass, hyperbolic_tangent, logistic}

@group(0) @binding(0) var<storage, read> input_weights: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> hidden_weights: array<vec4<f32>>;
// Those of the inputs, then those of the hidden state.
@group(0) @binding(2) var<storage, read> biases: array<f32>;
@group(0) @binding(3) var<storage, read> inputs: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> hidden: array<vec4<f32>>;
#ifdef GATE
@group(0) @binding(5) var<storage, read_write> gates: array<f32>;
@group(0) @binding(6) var<uniform> constants: LayerPass;
const GATES: u32 = 1u;
#else
@group(0) @binding(5) var<storage, read_write> cells: array<f32>;
@group(0) @binding(6) var<storage, read_write> next: array<f32>;
@group(0) @binding(7) var<uniform> constants: LayerPass;
const GATES: u32 = 4u;
#endif

const LANES: u32 = 32u;

var<workgroup> shares: array<vec4<f32>, 32>;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let unit = workgroup.x;
    let units = constants.rows / 4u;
    var sums = vec4(0.0);
    for (var at = lane; at < constants.inputs; at += LANES) {
        let value = inputs[at];
        for (var gate = 0u; gate < GATES; gate++) {
            sums[gate] += dot(input_weights[(constants.first + gate * units + unit) * constants.inputs + at], value);
        }
    }
    for (var at = lane; at < constants.hidden; at += LANES) {
        let value = hidden[at];
        for (var gate = 0u; gate < GATES; gate++) {
            sums[gate] += dot(hidden_weights[(constants.first + gate * units + unit) * constants.hidden + at], value);
        }
    }
    shares[lane] = sums;
    workgroupBarrier();
    if lane > 0u {
        return;
    }
    for (var other = 1u; other < LANES; other++) {
        sums += shares[other];
    }
    for (var gate = 0u; gate < GATES; gate++) {
        let row = constants.first + gate * units + unit;
        sums[gate] += biases[row] + biases[constants.rows + row];
    }
#ifdef GATE
    gates[constants.first + unit] = sums.x;
#else
    let cell = fma(logistic(sums.y), cells[unit], logistic(sums.x) * hyperbolic_tangent(sums.z));
    cells[unit] = cell;
    next[unit] = logistic(sums.w) * hyperbolic_tangent(cell);
#endif
}
