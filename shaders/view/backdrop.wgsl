// What lines and points are drawn onto: the ground, the lines where a value is 0, and the unit circle where there is one.

struct Backdrop {
    size: vec2<u32>,
    ground: u32,
    line: u32,
    // Pixels, from the top left; negative where it is not drawn.
    origin: vec2<f32>,
    // Radii of the unit circle, in pixels; 0 where it is not drawn.
    radii: vec2<f32>,
}

@group(0) @binding(0) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(1) var<uniform> backdrop: Backdrop;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) pixel: vec3<u32>) {
    if any(pixel.xy >= backdrop.size) {
        return;
    }
    let apart = vec2<f32>(pixel.xy) + 0.5 - backdrop.origin;
    var strength = 0.0;
    if backdrop.origin.x >= 0.0 {
        strength = max(strength, 0.5 * clamp(1.0 - abs(apart.x), 0.0, 1.0));
    }
    if backdrop.origin.y >= 0.0 {
        strength = max(strength, 0.5 * clamp(1.0 - abs(apart.y), 0.0, 1.0));
    }
    if backdrop.radii.x > 0.0 {
        // Distance from the ellipse, to first order, in pixels.
        let scaled = apart / backdrop.radii;
        let level = length(scaled);
        let slope = length(scaled / backdrop.radii) / max(level, 1.0e-6);
        strength = max(strength, clamp(1.5 - abs(level - 1.0) / max(slope, 1.0e-6), 0.0, 1.0));
    }
    let colour = mix(unpack4x8unorm(backdrop.ground), unpack4x8unorm(backdrop.line), strength);
    textureStore(picture, pixel.xy, colour);
}
