// Weights drawn evenly from an interval about 0, four an invocation.

#import fieldscope::mobius::controller::LayerPass
#import fieldscope::random::{draws_of, uniforms}

@group(0) @binding(0) var<storage, read_write> weights: array<f32>;
@group(0) @binding(1) var<uniform> constants: LayerPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let quad = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if 4u * quad >= constants.count {
        return;
    }
    let drawn = uniforms(draws_of(constants.seed, 0u), constants.operation, quad);
    for (var lane = 0u; lane < 4u; lane++) {
        if 4u * quad + lane < constants.count {
            weights[4u * quad + lane] = constants.bound * (2.0 * drawn[lane] - 1.0);
        }
    }
}
