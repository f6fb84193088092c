// The colour of every pixel: that of the point that is nearest there, darker the farther it is.
#import fieldscope::view::surface::shared::{POINT, Seen, Surface}
#import fieldscope::view::range::{ValueRange, normalised}
#import fieldscope::view::moments::is_finite

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var<storage, read> seen: array<Seen>;
@group(0) @binding(4) var<storage, read> nearest: array<u32>;
@group(0) @binding(5) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(6) var<uniform> surface: Surface;

// What is farthest keeps this share of its light.
const FAR: f32 = 0.5;
// Round every point, so that dark ones are seen on a dark ground.
const RIM: vec3<f32> = vec3(0.34, 0.37, 0.42);

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) pixel: vec3<u32>) {
    if any(pixel.xy >= surface.size) {
        return;
    }
    let word = nearest[pixel.y * surface.size.x + pixel.x];
    if word == 0u {
        textureStore(picture, pixel.xy, unpack4x8unorm(surface.background));
        return;
    }
    let point = word & ((1u << surface.triangle_bits) - 1u);
    let value = scalars[point];
    var colour = unpack4x8unorm(surface.not_finite).rgb;
    if is_finite(value) {
        let at = clamp(normalised(range, value), 0.0, 1.0);
        colour = unpack4x8unorm(colours[u32(at * 255.0 + 0.5)]).rgb;
    }
    let own = seen[point];
    // Depths within a sphere about the origin fill about half of what a word tells apart.
    let near = clamp((own.nearness - surface.far) / (surface.near - surface.far), 0.0, 1.0);
    let is_rim = distance(vec2<f32>(pixel.xy) + 0.5, own.at) > POINT - 0.9;
    textureStore(picture, pixel.xy, vec4(select(colour, RIM, is_rim) * mix(FAR, 1.0, near), 1.0));
}
