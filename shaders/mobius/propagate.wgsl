// Two matrix-vector products over one slab of the propagator: Σ A e^{i φ} e^{-i k d} / d. REAL: the imaginary part alone.
// Four nodes an invocation; SAMPLED: one, and it is looked up.

#import fieldscope::mobius::shared::{MobiusPass, Structure}

@group(0) @binding(0) var<storage, read> waves: array<vec2<f32>>;
#ifdef SAMPLED
@group(0) @binding(1) var<storage, read> slab: array<f32>;
#else
@group(0) @binding(1) var<storage, read> slab: array<vec4<f32>>;
#endif
@group(0) @binding(2) var<storage, read_write> parts: array<vec2<f32>>;
#ifdef SAMPLED
@group(0) @binding(3) var<storage, read> samples: array<u32>;
@group(0) @binding(4) var<storage, read> structure: Structure;
@group(0) @binding(5) var<uniform> constants: MobiusPass;
#else
@group(0) @binding(3) var<uniform> constants: MobiusPass;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let quads = (constants.nodes + 3u) / 4u;
#ifdef SAMPLED
    if id.x >= u32(structure.samples) {
        return;
    }
    let column = samples[id.x];
    let row = 4u * quads;
    var real = 0.0;
    var imaginary = 0.0;
#else
    if id.x >= quads {
        return;
    }
    let column = id.x;
    let row = quads;
    var real = vec4(0.0);
    var imaginary = vec4(0.0);
#endif
    for (var at = 0u; at < constants.count; at++) {
        let wave = waves[constants.first + at];
        let cosine = slab[2u * at * row + column];
        let sine = slab[(2u * at + 1u) * row + column];
#ifndef REAL
        real += cosine * wave.x + sine * wave.y;
#endif
        imaginary += cosine * wave.y - sine * wave.x;
    }
    let to = constants.slices * constants.rows;
#ifdef SAMPLED
    parts[to + id.x] = vec2(real, imaginary);
#else
    for (var lane = 0u; lane < 4u; lane++) {
        if 4u * id.x + lane < constants.rows {
            parts[to + 4u * id.x + lane] = vec2(real[lane], imaginary[lane]);
        }
    }
#endif
}
