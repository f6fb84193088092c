// Which triangle is nearest in every pixel: a workgroup per cell, whose invocations go through the pixels around it.
#import fieldscope::view::surface::shared::{Seen, Surface, cells_along, corners_of, shares_at, word_of}

@group(0) @binding(0) var<storage, read> seen: array<Seen>;
@group(0) @binding(1) var<storage, read_write> nearest: array<atomic<u32>>;
@group(0) @binding(2) var<uniform> surface: Surface;

const LANES: u32 = 32u;

fn cover(triangle: u32, lane: u32) {
    let corners = corners_of(surface, triangle);
    let a = seen[corners.x];
    let b = seen[corners.y];
    let c = seen[corners.z];
    let limit = vec2<f32>(surface.size);
    let low = clamp(floor(min(a.at, min(b.at, c.at))), vec2(0.0), limit);
    let high = clamp(ceil(max(a.at, max(b.at, c.at))), vec2(0.0), limit);
    let first = vec2<u32>(low);
    let span = vec2<u32>(high) - first;
    for (var at = lane; at < span.x * span.y; at += LANES) {
        let pixel = first + vec2(at % span.x, at / span.x);
        let shares = shares_at(vec2<f32>(pixel) + 0.5, a.at, b.at, c.at);
        // A triangle seen edge on has no shares: nothing compares with them.
        if all(shares >= vec3(-1.0e-5)) {
            let nearness = dot(shares, vec3(a.nearness, b.nearness, c.nearness));
            atomicMax(&nearest[pixel.y * surface.size.x + pixel.x], word_of(surface, nearness, triangle));
        }
    }
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let cell = workgroup.y * workgroups.x + workgroup.x;
    if cell >= cells_along(surface) * (surface.rows - 1u) {
        return;
    }
    cover(2u * cell, lane);
    cover(2u * cell + 1u, lane);
}
