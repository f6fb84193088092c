// The picture: slices, the volume's rays and all lines and rings, put together for each pixel once.
#import fieldscope::view::moments::is_finite
#import fieldscope::view::range::{ValueRange, normalised}
#import fieldscope::view::glyph::{Glyph, stroke}

struct Compose {
    // Left, top, width, height: three slices and the volume.
    panels: array<vec4<u32>, 4>,
    size: vec2<u32>,
    rays: vec2<u32>,
    sites: u32,
    // How many glyphs there are.
    glyphs: u32,
    // How many of them stand behind the volume.
    behind: u32,
    background: u32,
    not_finite: u32,
    // Words of glyph bits per tile, and tiles along the target's width.
    words: u32,
    tile_columns: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var<storage, read> image: array<u32>;
@group(0) @binding(4) var<storage, read> glyphs: array<Glyph>;
// A bit per glyph that reaches into a tile of 8 × 8 pixels.
@group(0) @binding(5) var<storage, read> bins: array<u32>;
@group(0) @binding(6) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(7) var<uniform> compose: Compose;

const VOLUME: u32 = 3u;
const OUTSIDE: u32 = 4u;
const EVERYWHERE: u32 = 0xffffffffu;

// The bits of a word that stand for glyphs from `first` up to `end`.
fn within(word: u32, first: u32, end: u32) -> u32 {
    let skipped = clamp(i32(first) - i32(word * 32u), 0, 32);
    let taken = clamp(i32(end) - i32(word * 32u), 0, 32);
    return extractBits(0xffffffffu, 0u, u32(taken)) & ~extractBits(0xffffffffu, 0u, u32(skipped));
}

fn drawn(below: vec3<f32>, pixel: vec2<u32>, panel: u32, first: u32, end: u32) -> vec3<f32> {
    let at = vec2<f32>(pixel) + 0.5;
    let start = (pixel.y / 8u * compose.tile_columns + pixel.x / 8u) * compose.words;
    var colour = below;
    for (var word = 0u; word < compose.words; word++) {
        var left = bins[start + word] & within(word, first, end);
        while left != 0u {
            let glyph = glyphs[word * 32u + firstTrailingBit(left)];
            left &= left - 1u;
            if glyph.panel == panel || glyph.panel == EVERYWHERE {
                let ink = unpack4x8unorm(glyph.colour);
                colour = mix(colour, ink.rgb, ink.a * clamp(0.5 - stroke(glyph, at), 0.0, 1.0));
            }
        }
    }
    return colour;
}

fn mapped(value: f32) -> vec3<f32> {
    if !is_finite(value) {
        return unpack4x8unorm(compose.not_finite).rgb;
    }
    let t = clamp(normalised(range, value), 0.0, 1.0);
    return unpack4x8unorm(colours[u32(t * 255.0 + 0.5)]).rgb;
}

fn row(start: u32, left: u32, right: u32, blend: f32) -> vec3<f32> {
    return mix(mapped(scalars[start + left]), mapped(scalars[start + right]), blend);
}

// Sites as crisp squares: neighbours are blended only within the one pixel that their border crosses.
fn slice(plane: u32, at: vec2<f32>) -> vec3<f32> {
    let panel = vec4<f32>(compose.panels[plane]);
    let edge = compose.sites;
    let scale = panel.z / f32(edge);
    let place = vec2(at.x - panel.x, panel.y + panel.w - at.y) / scale - 0.5;
    let base = floor(place);
    let blend = clamp((place - base - 0.5) * scale + 0.5, vec2(0.0), vec2(1.0));
    let low = vec2<u32>(clamp(base, vec2(0.0), vec2(f32(edge - 1u))));
    let high = vec2<u32>(clamp(base + 1.0, vec2(0.0), vec2(f32(edge - 1u))));
    let start = plane * edge * edge;
    // Most rows of pixels show one row of sites: they do not look at the other.
    if blend.y <= 0.0 {
        return row(start + low.y * edge, low.x, high.x, blend.x);
    }
    let above = row(start + high.y * edge, low.x, high.x, blend.x);
    if blend.y >= 1.0 {
        return above;
    }
    return mix(row(start + low.y * edge, low.x, high.x, blend.x), above, blend.y);
}

fn ray(column: u32, row: u32) -> vec4<f32> {
    return unpack4x8unorm(image[row * compose.rays.x + column]);
}

// Colour times opacity, and opacity.
fn volume(at: vec2<f32>) -> vec4<f32> {
    let panel = vec4<f32>(compose.panels[VOLUME]);
    let last = compose.rays - 1u;
    let place = (at - panel.xy) / panel.zw * vec2<f32>(compose.rays) - 0.5;
    let low = min(vec2<u32>(max(place, vec2(0.0))), last);
    let high = min(low + 1u, last);
    let blend = clamp(place - vec2<f32>(low), vec2(0.0), vec2(1.0));
    let above = mix(ray(low.x, low.y), ray(high.x, low.y), blend.x);
    let below = mix(ray(low.x, high.y), ray(high.x, high.y), blend.x);
    return mix(above, below, blend.y);
}

fn panel_of(pixel: vec2<u32>) -> u32 {
    for (var index = 0u; index < 4u; index++) {
        let panel = compose.panels[index];
        if all(pixel >= panel.xy) && all(pixel < panel.xy + panel.zw) {
            return index;
        }
    }
    return OUTSIDE;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let pixel = invocation.xy;
    if any(pixel >= compose.size) {
        return;
    }
    let at = vec2<f32>(pixel) + 0.5;
    let panel = panel_of(pixel);
    var colour = unpack4x8unorm(compose.background).rgb;
    if panel == VOLUME {
        let seen = volume(at);
        colour = drawn(colour, pixel, panel, 0u, compose.behind) * (1.0 - seen.a) + seen.rgb;
    } else if panel != OUTSIDE {
        colour = slice(panel, at);
    }
    colour = drawn(colour, pixel, panel, compose.behind, compose.glyphs);
    textureStore(picture, pixel, vec4(colour, 1.0));
}
