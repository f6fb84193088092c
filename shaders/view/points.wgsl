// Points of the plane as discs, with spokes from the origin where they are phasors.
#import fieldscope::view::range::{ValueRange, normalised}
#import fieldscope::view::moments::is_finite

struct Points {
    size: vec2<u32>,
    count: u32,
    // Where the coordinates begin; 0 where all points have one colour, since the numbers of the colours come first.
    coordinates: u32,
    // What the edges of the picture stand for.
    low: vec2<f32>,
    high: vec2<f32>,
    radius: f32,
    has_spokes: u32,
    plain: u32,
    // The point with a ring around it; beyond the last one where none has.
    chosen: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(4) var<uniform> points: Points;

fn pixel_of(at: vec2<f32>) -> vec2<f32> {
    let share = (at - points.low) / (points.high - points.low);
    return vec2(share.x, 1.0 - share.y) * vec2<f32>(points.size);
}

fn draw(at: vec2<f32>, colour: vec4<f32>) {
    if all(at >= vec2(0.0)) && all(at < vec2<f32>(points.size)) {
        textureStore(picture, vec2<u32>(at), colour);
    }
}

// Two pixels wide and two away from the disc.
fn ring(middle: vec2<f32>) {
    let inner = points.radius + 2.0;
    let reach = i32(ceil(inner + 2.0));
    for (var y = -reach; y <= reach; y++) {
        for (var x = -reach; x <= reach; x++) {
            let offset = vec2(f32(x), f32(y));
            let away = length(offset);
            if away >= inner && away <= inner + 2.0 {
                draw(middle + offset, vec4(1.0));
            }
        }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= points.count {
        return;
    }
    let place = points.coordinates + id.x;
    let at = vec2(scalars[place], scalars[place + points.count]);
    if !is_finite(at.x) || !is_finite(at.y) {
        return;
    }
    var colour = unpack4x8unorm(points.plain);
    if points.coordinates > 0u {
        let value = clamp(normalised(range, scalars[id.x]), 0.0, 1.0);
        colour = unpack4x8unorm(colours[u32(value * 255.0 + 0.5)]);
    }
    let end = clamp(pixel_of(at), vec2(-4096.0), vec2(8192.0));
    if points.has_spokes == 1u {
        let start = pixel_of(vec2(0.0));
        let steps = ceil(max(abs(end.x - start.x), abs(end.y - start.y)));
        let faint = vec4(mix(unpack4x8unorm(points.plain).rgb * 0.25, colour.rgb, 0.45), 1.0);
        for (var step = 0.0; step < steps; step += 1.0) {
            draw(mix(start, end, step / steps), faint);
        }
    }
    if id.x == points.chosen {
        ring(end);
    }
    let reach = i32(ceil(points.radius));
    for (var y = -reach; y <= reach; y++) {
        for (var x = -reach; x <= reach; x++) {
            let offset = vec2(f32(x), f32(y));
            if length(offset) <= points.radius {
                draw(end + offset, colour);
            }
        }
    }
}
