// Which glyphs reach into which tile of 8 × 8 pixels: one bit each, so that a pixel looks only at those near it.
#import fieldscope::view::glyph::{Glyph, stroke}

struct Bin {
    // Tiles along the target's sides.
    tiles: vec2<u32>,
    glyphs: u32,
    // Words of bits per tile.
    words: u32,
}

@group(0) @binding(0) var<storage, read> glyphs: array<Glyph>;
@group(0) @binding(1) var<storage, read_write> bins: array<u32>;
@group(0) @binding(2) var<uniform> bin: Bin;

// Half the diagonal of a tile, and one for the soft edge.
const REACH: f32 = 6.7;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let index = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if index >= bin.tiles.x * bin.tiles.y * bin.words {
        return;
    }
    let tile = index / bin.words;
    let first = (index % bin.words) * 32u;
    let middle = vec2(f32(tile % bin.tiles.x), f32(tile / bin.tiles.x)) * 8.0 + 4.0;
    var bits = 0u;
    for (var glyph = first; glyph < min(first + 32u, bin.glyphs); glyph++) {
        bits |= select(0u, 1u << (glyph - first), stroke(glyphs[glyph], middle) < REACH);
    }
    bins[index] = bits;
}
