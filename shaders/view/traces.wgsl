// Rows of a table as lines: in each column of pixels, from the lowest to the highest value that the line takes there.
#import fieldscope::view::range::{ValueRange, normalised}
#import fieldscope::view::moments::is_finite

struct Traces {
    size: vec2<u32>,
    columns: u32,
    rows: u32,
    // Strips of the picture, one below the other; 1 where all lines share it.
    lanes: u32,
    // Pixels of a line's stroke.
    stroke: u32,
    // How many colours there are.
    colours: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(4) var<uniform> traces: Traces;

// The line's height at a place between two samples, from 0 to 1.
fn height(row: u32, place: f32) -> f32 {
    let last = traces.columns - 1u;
    let before = min(u32(place), last);
    let start = row * traces.columns;
    let values = vec2(scalars[start + before], scalars[start + min(before + 1u, last)]);
    return normalised(range, mix(values.x, values.y, fract(place)));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.y;
    if id.x >= traces.size.x || row >= traces.rows {
        return;
    }
    // The outer edges of the picture are those of the first and the last sample's cells.
    let per_pixel = f32(traces.columns) / f32(traces.size.x);
    let last = f32(traces.columns - 1u);
    let start = clamp(f32(id.x) * per_pixel - 0.5, 0.0, last);
    let until = clamp(f32(id.x + 1u) * per_pixel - 0.5, 0.0, last);
    let ends = vec2(height(row, start), height(row, until));
    var low = min(ends.x, ends.y);
    var high = max(ends.x, ends.y);
    for (var sample = u32(ceil(start)); f32(sample) < until; sample++) {
        let value = normalised(range, scalars[row * traces.columns + sample]);
        low = min(low, value);
        high = max(high, value);
    }
    if !is_finite(low) || !is_finite(high) {
        return;
    }
    let lane = row % traces.lanes;
    let tall = f32(traces.size.y) / f32(traces.lanes);
    let top = f32(lane) * tall;
    // A line at either end of the range stays visible.
    let margin = f32(traces.stroke);
    let pixels = top + margin + (tall - 2.0 * margin) * (1.0 - clamp(vec2(high, low), vec2(0.0), vec2(1.0)));
    let first = u32(max(pixels.x - 0.5 * f32(traces.stroke), top));
    let end = min(u32(pixels.y + 0.5 * f32(traces.stroke)) + 1u, min(u32(top + tall), traces.size.y));
    let colour = unpack4x8unorm(colours[row % traces.colours]);
    for (var y = first; y < end; y++) {
        textureStore(picture, vec2(id.x, y), colour);
    }
}
