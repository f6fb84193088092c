// For each site the values of the cell of 2 × 2 × 2 sites that begins there, normalised, one byte each: a ray then needs
// one load of 8 bytes per step where it would need eight of 4. An invocation climbs along z, because a cell's upper
// layer is the next cell's lower one.
#import fieldscope::view::moments::is_finite
#import fieldscope::view::range::ValueRange

struct Corners {
    sites: u32,
    // Cells that one invocation climbs.
    climb: u32,
    padding_a: u32,
    padding_b: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read_write> corners: array<vec2<u32>>;
@group(0) @binding(3) var<uniform> shape: Corners;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let edge = shape.sites;
    let index = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    let column = index % (edge * edge);
    let bottom = index / (edge * edge) * shape.climb;
    if bottom >= edge {
        return;
    }
    let right = select(0u, 1u, column % edge + 1u < edge);
    let behind = select(0u, edge, column / edge + 1u < edge);
    let scale = 1.0 / (range.high - range.low);
    var lower = 0u;
    for (var z = bottom; z <= min(bottom + shape.climb, edge); z++) {
        // Above the topmost layer lies the same layer once more.
        let base = min(z, edge - 1u) * edge * edge + column;
        let found = vec4(scalars[base], scalars[base + right], scalars[base + behind], scalars[base + right + behind]);
        let finite = vec4(is_finite(found.x), is_finite(found.y), is_finite(found.z), is_finite(found.w));
        // What is not a number shows as the highest value, so that it is seen.
        let upper = pack4x8unorm(select(vec4(1.0), (found - range.low) * scale, finite));
        if z > bottom {
            corners[base - select(edge * edge, 0u, z == edge)] = vec2(lower, upper);
        }
        lower = upper;
    }
}
