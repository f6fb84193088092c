// Signed places with where they were before: a disc with its sign now, and dots that shrink with age. SURFACE: on a sheet in
// space, where it is not hidden; otherwise on a map.
#ifdef SURFACE
#import fieldscope::view::surface::shared::{Seen, Surface, level_of, node_at}
#endif

struct Marks {
    size: vec2<u32>,
    columns: u32,
    rows: u32,
    // Marks of a moment, and moments that are kept, as a ring.
    lanes: u32,
    moments: u32,
    positive: u32,
    negative: u32,
    rim: u32,
    radius: f32,
    padding_a: u32,
    padding_b: u32,
}

// Column, row and sign of every mark; behind the last one the number of the moment that is now.
@group(0) @binding(0) var<storage, read> records: array<vec4<f32>>;
#ifdef SURFACE
@group(0) @binding(1) var<storage, read> seen: array<Seen>;
@group(0) @binding(2) var<storage, read> nearest: array<u32>;
@group(0) @binding(3) var<storage, read> surfaces: array<Surface>;
@group(0) @binding(4) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(5) var<uniform> marks: Marks;
#else
@group(0) @binding(1) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(2) var<uniform> marks: Marks;
#endif

// The pixel, or one far away where nothing is to be drawn.
const NOWHERE: vec2<f32> = vec2(-1.0e6);

#ifdef SURFACE
fn pixel_of(cell: vec2<f32>) -> vec2<f32> {
    let surface = surfaces[0];
    let base = vec2<u32>(clamp(cell, vec2(0.0), vec2(f32(marks.columns) - 0.01, f32(marks.rows) - 1.01)));
    let share = cell - vec2<f32>(base);
    let a = seen[node_at(surface, base.x, base.y)];
    let b = seen[node_at(surface, base.x + 1u, base.y)];
    let c = seen[node_at(surface, base.x, base.y + 1u)];
    let d = seen[node_at(surface, base.x + 1u, base.y + 1u)];
    let at = mix(mix(a.at, b.at, share.x), mix(c.at, d.at, share.x), share.y);
    let nearness = mix(mix(a.nearness, b.nearness, share.x), mix(c.nearness, d.nearness, share.x), share.y);
    if any(at < vec2(0.0)) || any(at >= vec2<f32>(marks.size)) {
        return NOWHERE;
    }
    let pixel = vec2<u32>(at);
    let level = nearest[pixel.y * marks.size.x + pixel.x] >> surface.triangle_bits;
    // As much nearer as a cell's slant may hide it by.
    return select(at, NOWHERE, level_of(surface, nearness + 0.01 * (surface.near - surface.far)) < level);
}
#else
fn pixel_of(cell: vec2<f32>) -> vec2<f32> {
    let share = (cell + 0.5) / vec2(f32(marks.columns), f32(marks.rows));
    return vec2(share.x, 1.0 - share.y) * vec2<f32>(marks.size);
}
#endif

fn draw(at: vec2<f32>, colour: vec4<f32>) {
    if all(at >= vec2(0.0)) && all(at < vec2<f32>(marks.size)) {
        textureStore(picture, vec2<u32>(at), colour);
    }
}

fn disc(at: vec2<f32>, radius: f32, sign: f32, colour: vec4<f32>, has_sign: bool) {
    let rim = unpack4x8unorm(marks.rim);
    let reach = i32(ceil(radius + 1.5));
    for (var y = -reach; y <= reach; y++) {
        for (var x = -reach; x <= reach; x++) {
            let far = length(vec2(f32(x), f32(y)));
            let on_bar = y >= -1 && y <= 0 && abs(f32(x) + 0.5) < 0.6 * radius;
            let on_post = sign > 0.0 && x >= -1 && x <= 0 && abs(f32(y) + 0.5) < 0.6 * radius;
            let is_rim = has_sign && (far > radius || on_bar || on_post);
            if far <= radius + select(0.0, 1.4, has_sign) {
                draw(at + vec2(f32(x), f32(y)), select(colour, rim, is_rim));
            }
        }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= marks.lanes {
        return;
    }
    let now = u32(records[marks.lanes * marks.moments].x);
    // From the oldest moment on, so that what is newer lies above.
    for (var age = marks.moments - 1u; ; age--) {
        let moment = (now + marks.moments - age) % marks.moments;
        let record = records[moment * marks.lanes + id.x];
        if record.z != 0.0 {
            let at = pixel_of(record.xy);
            let colour = unpack4x8unorm(select(marks.negative, marks.positive, record.z > 0.0));
            if at.x >= 0.0 {
                // The share of its time that a dot has left.
                let left = 1.0 - f32(age) / f32(marks.moments);
                let radius = select((0.2 + 0.35 * left) * marks.radius, marks.radius, age == 0u);
                let strength = select(0.45 + 0.5 * left, 1.0, age == 0u);
                disc(at, radius, record.z, vec4(colour.rgb * strength, 1.0), age == 0u);
            }
        }
        if age == 0u {
            break;
        }
    }
}
