// A square of sites with two values each, seen from above: as many pixels a site as fit, or the mean of the sites that a
// pixel covers. Sites stand by colour, as on a checkerboard: (x, y) at place y · sites / 2 + x / 2 of those with its
// (x + y) mod 2.
//
// BYTES, MINUS_BYTES: four sites a word, a byte each; otherwise 32, a bit each. MINUS: what is shown is the difference of
// two squares.

struct Square {
    // Site under the upper left corner of the picture, and sites per pixel.
    corner: vec2<f32>,
    step: f32,
    sites: u32,
    size: vec2<u32>,
    background: u32,
    // Samples along an edge of a pixel.
    samples: u32,
}

@group(0) @binding(0) var<storage, read> even: array<u32>;
@group(0) @binding(1) var<storage, read> odd: array<u32>;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
#ifdef MINUS
@group(0) @binding(3) var<storage, read> even_minus: array<u32>;
@group(0) @binding(4) var<storage, read> odd_minus: array<u32>;
#endif
@group(0) @binding(5) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(6) var<uniform> square: Square;

fn part_of(word: u32, place: u32, bytes: bool) -> f32 {
    if bytes {
        return f32((word >> (8u * (place % 4u))) & 0xffu);
    }
    return f32((word >> (place % 32u)) & 1u);
}

// 0 to 1: the value, or where the difference stands between -1 and 1.
fn value_at(site: vec2<u32>) -> f32 {
    let is_odd = (site.x + site.y) % 2u == 1u;
    let place = site.y * (square.sites / 2u) + site.x / 2u;
#ifdef BYTES
    let bytes = true;
    let word = place / 4u;
#else
    let bytes = false;
    let word = place / 32u;
#endif
    var value = 0.0;
    if is_odd {
        value = part_of(odd[word], place, bytes);
    } else {
        value = part_of(even[word], place, bytes);
    }
#ifdef MINUS
#ifdef MINUS_BYTES
    let bytes_minus = true;
    let word_minus = place / 4u;
#else
    let bytes_minus = false;
    let word_minus = place / 32u;
#endif
    var minus = 0.0;
    if is_odd {
        minus = part_of(odd_minus[word_minus], place, bytes_minus);
    } else {
        minus = part_of(even_minus[word_minus], place, bytes_minus);
    }
    value = 0.5 + 0.5 * (value - minus);
#endif
    return value;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) pixel: vec3<u32>) {
    if any(pixel.xy >= square.size) {
        return;
    }
    let start = square.corner + vec2<f32>(pixel.xy) * square.step;
    let middle = start + 0.5 * square.step;
    let edge = f32(square.sites);
    var colour = unpack4x8unorm(square.background);
    if all(middle >= vec2(0.0)) && all(middle < vec2(edge)) {
        var sum = 0.0;
        for (var sample = 0u; sample < square.samples * square.samples; sample++) {
            let within = vec2<f32>(vec2(sample % square.samples, sample / square.samples)) + 0.5;
            let at = clamp(start + within / f32(square.samples) * square.step, vec2(0.0), vec2(edge - 0.5));
            sum += value_at(vec2<u32>(at));
        }
        let mean = sum / f32(square.samples * square.samples);
        colour = unpack4x8unorm(colours[u32(mean * 255.0 + 0.5)]);
    }
    textureStore(picture, pixel.xy, colour);
}
