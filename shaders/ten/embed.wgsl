// Tokens to rows: those whose column of the embedding lies in this slab. Every token lies in one slab.
#import fieldscope::ten::shared::{TenPass, unpacked}

@group(0) @binding(0) var<storage, read> text: array<u32>;
#ifdef HALF
@group(0) @binding(1) var<storage, read> embedding: array<u32>;
#else
@group(0) @binding(1) var<storage, read> embedding: array<f32>;
#endif
@group(0) @binding(2) var<storage, read_write> tokens: array<f32>;
@group(0) @binding(3) var<uniform> constants: TenPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let feature = invocation.x;
    let row = invocation.y;
    if feature >= constants.inner {
        return;
    }
    // One below the first column wraps around to a very large one.
    let column = text[(constants.position + row) % constants.text_length] - constants.first_column;
    if column < constants.columns {
        let place = feature * constants.columns + column;
#ifdef HALF
        tokens[row * constants.inner + feature] = unpack2x16float(embedding[place / 2u])[place % 2u];
#else
        tokens[row * constants.inner + feature] = embedding[place];
#endif
    }
}
