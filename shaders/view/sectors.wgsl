// Numbers as sectors around a circle: the first begins at half a turn and they go counter-clockwise. The largest reaches the
// rim; circles stand at a half and at the whole of it.
#import fieldscope::view::range::ValueRange
#import fieldscope::view::moments::is_finite

struct Sectors {
    size: vec2<u32>,
    count: u32,
    ground: u32,
    line: u32,
    fill: u32,
    padding_a: u32,
    padding_b: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(3) var<uniform> sectors: Sectors;

const TAU: f32 = 6.2831853;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) pixel: vec3<u32>) {
    if any(pixel.xy >= sectors.size) {
        return;
    }
    let size = vec2<f32>(sectors.size);
    let rim = 0.5 * min(size.x, size.y) - 1.0;
    let apart = (vec2<f32>(pixel.xy) + 0.5 - 0.5 * size) * vec2(1.0, -1.0);
    let radius = length(apart);
    let turn = (atan2(apart.y, apart.x) / TAU + 0.5) * f32(sectors.count);
    let sector = min(u32(turn), sectors.count - 1u);
    let value = scalars[sector];
    var colour = unpack4x8unorm(sectors.ground);
    if is_finite(value) && range.maximum > 0.0 {
        let reach = rim * max(value, 0.0) / range.maximum;
        // Pixels to the sector's sides.
        let side = radius * TAU / f32(sectors.count) * min(fract(turn), 1.0 - fract(turn));
        let within = clamp(reach - radius + 0.5, 0.0, 1.0);
        let strength = within * mix(0.45, 1.0, clamp(1.5 - min(side, reach - radius), 0.0, 1.0));
        colour = mix(colour, unpack4x8unorm(sectors.fill), strength);
    }
    let guide = min(min(abs(radius - rim), abs(radius - 0.5 * rim)), min(abs(apart.x), abs(apart.y)));
    if radius <= rim + 1.0 {
        colour = mix(colour, unpack4x8unorm(sectors.line), 0.6 * clamp(1.0 - guide, 0.0, 1.0));
    }
    textureStore(picture, pixel.xy, colour);
}
