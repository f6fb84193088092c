// The colour of every pixel: that of the value within the nearest triangle, darker where the sheet is seen at a slant.
#import fieldscope::view::surface::shared::{Seen, Surface, cells_along, corners_of, shares_at}
#import fieldscope::view::range::{ValueRange, normalised}
#import fieldscope::view::moments::is_finite

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var<storage, read> seen: array<Seen>;
@group(0) @binding(4) var<storage, read> nearest: array<u32>;
@group(0) @binding(5) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(6) var<uniform> surface: Surface;

const PI: f32 = 3.14159265;
// Half the width of the line along the seam, in pixels.
const SEAM: f32 = 0.8;

// The same side of the sheet as the other one.
fn beside(normal: vec3<f32>, other: vec3<f32>) -> vec3<f32> {
    return select(normal, -normal, dot(normal, other) < 0.0);
}

// The same angle as near to the other one as it can be.
fn unwound(angle: f32, other: f32) -> f32 {
    return angle - 2.0 * PI * round((angle - other) / (2.0 * PI));
}

fn value_of(corners: vec3<u32>, shares: vec3<f32>) -> f32 {
    var values = vec3(scalars[corners.x], scalars[corners.y], scalars[corners.z]);
    if surface.is_cyclic == 1u {
        values.y = unwound(values.y, values.x);
        values.z = unwound(values.z, values.x);
        return unwound(dot(values, shares), 0.0);
    }
    return dot(values, shares);
}

// Whether the line of the first column goes through this pixel of a triangle.
fn is_seam(triangle: u32, shares: vec3<f32>, a: Seen, b: Seen, c: Seen) -> bool {
    let along = cells_along(surface);
    let column = triangle / 2u % along;
    let is_lower = triangle % 2u == 0u;
    // Of the lower triangle a lies on the left side of the cell, of the upper one a and c.
    let left = select(shares.x + shares.z, shares.x, is_lower);
    let wide = select(length(b.at - c.at), length(b.at - a.at), is_lower);
    if surface.seam == 0u {
        return false;
    }
    return (column == 0u && (1.0 - left) * wide < SEAM) || (column + 1u == along && left * wide < SEAM);
}

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
    let triangle = word & ((1u << surface.triangle_bits) - 1u);
    let corners = corners_of(surface, triangle);
    let a = seen[corners.x];
    let b = seen[corners.y];
    let c = seen[corners.z];
    let flat_shares = shares_at(vec2<f32>(pixel.xy) + 0.5, a.at, b.at, c.at);
    let weighted = flat_shares * vec3(a.nearness, b.nearness, c.nearness);
    let shares = weighted / (weighted.x + weighted.y + weighted.z);
    let value = value_of(corners, shares);
    var colour = unpack4x8unorm(surface.not_finite).rgb;
    if is_finite(value) {
        let at = clamp(normalised(range, value), 0.0, 1.0);
        colour = unpack4x8unorm(colours[u32(at * 255.0 + 0.5)]).rgb;
    }
    let first = a.normal.xyz;
    let square = first * shares.x + beside(b.normal.xyz, first) * shares.y + beside(c.normal.xyz, first) * shares.z;
    let share = 2.0 * (vec2<f32>(pixel.xy) + 0.5) / vec2<f32>(surface.size) - 1.0;
    let ray = normalize(surface.forward.xyz
        + surface.right.xyz / dot(surface.right.xyz, surface.right.xyz) * share.x
        - surface.up.xyz / dot(surface.up.xyz, surface.up.xyz) * share.y);
    let facing = abs(dot(square, ray)) / max(length(square), 1.0e-20);
    colour *= 0.5 + 0.5 * facing;
    if is_seam(triangle, shares, a, b, c) {
        colour = unpack4x8unorm(surface.seam_colour).rgb;
    }
    textureStore(picture, pixel.xy, vec4(colour, 1.0));
}
