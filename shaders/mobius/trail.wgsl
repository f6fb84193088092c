// Where the vortices are in this cycle, kept for as many cycles as there are moments, and how strong the field is there.

#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::mobius::vortices::Vortex

@group(0) @binding(0) var<storage, read_write> vortices: array<Vortex>;
@group(0) @binding(1) var<storage, read_write> trail: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> psi: array<vec2<f32>>;
@group(0) @binding(3) var<uniform> constants: MobiusPass;

// |ψ| of a node; the column behind the last one is the first, on a twisted band with the rows in reverse.
fn magnitude_of(column: u32, row: u32) -> f32 {
    if column < constants.along {
        return length(psi[column * constants.across + row]);
    }
    return length(psi[select(row, constants.across - 1u - row, constants.twisted == 1u)]);
}

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
    if own.sign != 0.0 {
        // A list may come from a file: whatever it says, no index leaves the band.
        let column = min(u32(own.along), constants.along - 1u);
        let row = min(u32(own.across), constants.across - 2u);
        vortices[id.x].magnitude = 0.25 * (magnitude_of(column, row) + magnitude_of(column + 1u, row)
            + magnitude_of(column, row + 1u) + magnitude_of(column + 1u, row + 1u));
    }
    if id.x == 0u {
        trail[moments * lanes] = vec4(f32(moment), 0.0, 0.0, 0.0);
    }
}
