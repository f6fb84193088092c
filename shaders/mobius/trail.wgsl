// Where the vortices are in this cycle, kept for as many cycles as there are moments.

#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::mobius::vortices::Vortex

@group(0) @binding(0) var<storage, read> vortices: array<Vortex>;
@group(0) @binding(1) var<storage, read_write> trail: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> constants: MobiusPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let lanes = arrayLength(&vortices);
    if id.x >= lanes {
        return;
    }
    let moments = (arrayLength(&trail) - 1u) / lanes;
    let moment = constants.cycle % moments;
    let own = vortices[id.x];
    // In nodes: a plaquette lies behind its first node.
    trail[moment * lanes + id.x] = vec4(own.along + 0.5, own.across + 0.5, own.sign, 0.0);
    if id.x == 0u {
        trail[moments * lanes] = vec4(f32(moment), 0.0, 0.0, 0.0);
    }
}
