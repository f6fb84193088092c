// Which point of a plane is seen nearest to a pixel and no farther from it than a hand may miss, by one workgroup: its
// number from 1 on, or 0 where none is. Of several that are as near the last one counts, which lies above the others.

struct NearestPoint {
    size: vec2<u32>,
    count: u32,
    // Where the coordinates begin among the scalars.
    coordinates: u32,
    low: vec2<f32>,
    high: vec2<f32>,
    pixel: vec2<f32>,
    // In pixels.
    reach: f32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read_write> nearest: array<u32>;
@group(0) @binding(2) var<uniform> wanted: NearestPoint;

const LANES: u32 = 64u;

var<workgroup> distances: array<f32, 64>;
var<workgroup> points: array<u32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
    var best = wanted.reach;
    var point = 0u;
    for (var at = lane; at < wanted.count; at += LANES) {
        let place = wanted.coordinates + at;
        let share = (vec2(scalars[place], scalars[place + wanted.count]) - wanted.low) / (wanted.high - wanted.low);
        let far = distance(vec2(share.x, 1.0 - share.y) * vec2<f32>(wanted.size), wanted.pixel);
        if far <= best {
            best = far;
            point = at + 1u;
        }
    }
    distances[lane] = best;
    points[lane] = point;
    workgroupBarrier();
    if lane > 0u {
        return;
    }
    for (var other = 1u; other < LANES; other++) {
        let is_nearer = distances[other] < best || (distances[other] == best && points[other] > point);
        if points[other] > 0u && is_nearer {
            best = distances[other];
            point = points[other];
        }
    }
    nearest[0] = point;
}
