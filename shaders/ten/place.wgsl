// Adds the learned positions that lie in this slab.
#import fieldscope::ten::shared::{TenPass, unpacked}

#ifdef HALF
@group(0) @binding(0) var<storage, read> positions: array<vec2<u32>>;
#else
@group(0) @binding(0) var<storage, read> positions: array<vec4<f32>>;
#endif
@group(0) @binding(1) var<storage, read_write> tokens: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> constants: TenPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let width = constants.inner / 4u;
    let feature = invocation.x;
    let row = invocation.y;
    if feature >= width {
        return;
    }
    // `columns` positions are learned, and this slab has `rows` of them from `first_column` on.
    let position = (constants.position + row) % constants.columns - constants.first_column;
    if position < constants.rows {
#ifdef HALF
        tokens[row * width + feature] += unpacked(positions[position * width + feature]);
#else
        tokens[row * width + feature] += positions[position * width + feature];
#endif
    }
}
