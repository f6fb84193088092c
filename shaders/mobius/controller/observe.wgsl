// What the controller sees: |ψ| and then arg ψ of the first 128 of 256 nodes at equal steps.

#import fieldscope::mobius::shared::MobiusPass

@group(0) @binding(0) var<storage, read> psi: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> observation: array<f32>;
@group(0) @binding(2) var<uniform> constants: MobiusPass;

@compute @workgroup_size(128)
fn main(@builtin(local_invocation_index) at: u32) {
    let step_ = max(constants.nodes / 256u, 1u);
    let field = psi[min(at * step_, constants.nodes - 1u)];
    observation[at] = length(field);
    // The argument of 0 is 0, as in the published program; WGSL leaves it open.
    observation[128u + at] = select(atan2(field.y, field.x), 0.0, field.x == 0.0 && field.y == 0.0);
}
