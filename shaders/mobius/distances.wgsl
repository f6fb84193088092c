// The distances of the nodes of one batch to every source, as the published loop makes them: four nodes an invocation.
// HALF: as 16-bit floats.

#import fieldscope::mobius::shared::{MobiusPass, distance_of}

@group(0) @binding(0) var<storage, read> sources: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> places: array<vec4<f32>>;
#ifdef HALF
@group(0) @binding(2) var<storage, read_write> distances: array<vec2<u32>>;
#else
@group(0) @binding(2) var<storage, read_write> distances: array<vec4<f32>>;
#endif
#ifdef SAMPLED
@group(0) @binding(3) var<storage, read> samples: array<u32>;
@group(0) @binding(4) var<uniform> constants: MobiusPass;
#else
@group(0) @binding(3) var<uniform> constants: MobiusPass;
#endif

// Four rows of a batch of a hundred.
const QUADS: u32 = 25u;

fn place_at(row: u32) -> vec4<f32> {
#ifdef SAMPLED
    return places[samples[min(row, constants.rows - 1u)]];
#else
    return places[min(row, constants.rows - 1u)];
#endif
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let source_at = id.x / QUADS;
    if source_at >= constants.sources {
        return;
    }
    let row = constants.first_row + 4u * (id.x % QUADS);
    let source = sources[source_at];
    let own = transpose(mat4x4(place_at(row), place_at(row + 1u), place_at(row + 2u), place_at(row + 3u)));
    let distance = distance_of(own[0] - source.x, own[1] - source.y, own[2] - source.z);
#ifdef HALF
    distances[id.x] = vec2(pack2x16float(distance.xy), pack2x16float(distance.zw));
#else
    distances[id.x] = distance;
#endif
}
