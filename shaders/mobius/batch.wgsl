// Sums of the nodes of one batch over one slice of the sources, from the matrix of distances.

#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::mobius::terms::{Sums, add}

@group(0) @binding(0) var<storage, read> sources: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> strengths: array<f32>;
#ifdef HALF
@group(0) @binding(2) var<storage, read> distances: array<vec2<u32>>;
#else
@group(0) @binding(2) var<storage, read> distances: array<vec4<f32>>;
#endif
@group(0) @binding(3) var<storage, read_write> parts: array<vec2<f32>>;
@group(0) @binding(4) var<uniform> constants: MobiusPass;

const QUADS: u32 = 25u;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    if local >= QUADS {
        return;
    }
    var sums = Sums(vec4(0.0), vec4(0.0));
    let first = workgroup.x * constants.count;
    let last = min(first + constants.count, constants.sources);
    for (var at = first; at < last; at++) {
        let stored = distances[at * QUADS + local];
#ifdef HALF
        let distance = vec4(unpack2x16float(stored.x), unpack2x16float(stored.y));
#else
        let distance = stored;
#endif
        sums = add(sums, distance, sources[at].w, strengths[at], constants.wavenumber);
    }
    for (var lane = 0u; lane < 4u; lane++) {
        let row = constants.first_row + 4u * local + lane;
        if row < constants.rows {
            parts[workgroup.x * constants.rows + row] = vec2(sums.real[lane], sums.imaginary[lane]);
        }
    }
}
