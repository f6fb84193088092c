// Sums over one slice of the sources, four nodes an invocation: a source that is read serves four pairs.
// SAMPLED: the nodes are those of a list.

#import fieldscope::mobius::shared::{MobiusPass, Structure, distance_of}
#import fieldscope::mobius::terms::{Sums, add}

@group(0) @binding(0) var<storage, read> sources: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> strengths: array<f32>;
@group(0) @binding(2) var<storage, read> places: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> parts: array<vec2<f32>>;
#ifdef SAMPLED
@group(0) @binding(4) var<storage, read> samples: array<u32>;
@group(0) @binding(5) var<storage, read> structure: Structure;
@group(0) @binding(6) var<uniform> constants: MobiusPass;
#else
@group(0) @binding(4) var<uniform> constants: MobiusPass;
#endif

fn place_at(row: u32) -> vec4<f32> {
#ifdef SAMPLED
    return places[samples[min(row, constants.rows - 1u)]];
#else
    return places[min(row, constants.rows - 1u)];
#endif
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let row = workgroup.x * 256u + local;
#ifdef SAMPLED
    let rows = u32(structure.samples);
#else
    let rows = constants.rows;
#endif
    if workgroup.x * 256u >= rows {
        return;
    }
    let own = transpose(mat4x4(place_at(row), place_at(row + 64u), place_at(row + 128u), place_at(row + 192u)));
    var sums = Sums(vec4(0.0), vec4(0.0));
    let first = workgroup.y * constants.count;
    let last = min(first + constants.count, constants.sources);
    for (var at = first; at < last; at++) {
        let source = sources[at];
        let distance = distance_of(own[0] - source.x, own[1] - source.y, own[2] - source.z);
        sums = add(sums, distance, source.w, strengths[at], constants.wavenumber);
    }
    for (var lane = 0u; lane < 4u; lane++) {
        let to = row + 64u * lane;
        if to < rows {
            parts[workgroup.y * constants.rows + to] = vec2(sums.real[lane], sums.imaginary[lane]);
        }
    }
}
