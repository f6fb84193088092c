// The cells and the output of one layer of the LSTM from its gates.

#import fieldscope::mobius::controller::{LayerPass, hyperbolic_tangent, logistic}

@group(0) @binding(0) var<storage, read> gates: array<f32>;
@group(0) @binding(1) var<storage, read_write> cells: array<f32>;
@group(0) @binding(2) var<storage, read_write> next: array<f32>;
@group(0) @binding(3) var<uniform> constants: LayerPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let unit = id.x;
    let units = constants.rows / 4u;
    if unit >= units {
        return;
    }
    let taken = logistic(gates[unit]) * hyperbolic_tangent(gates[2u * units + unit]);
    let cell = fma(logistic(gates[units + unit]), cells[unit], taken);
    cells[unit] = cell;
    next[unit] = logistic(gates[3u * units + unit]) * hyperbolic_tangent(cell);
}
