// A table as coloured cells, the first row at the bottom: as many pixels a cell as fit, or the mean of the cells that a
// pixel covers.
#import fieldscope::view::range::{ValueRange, normalised}
#import fieldscope::view::moments::is_finite

struct Map {
    size: vec2<u32>,
    columns: u32,
    rows: u32,
    not_finite: u32,
    // Whether neighbouring values may be far apart as numbers and near as what they mean: angles are not averaged.
    is_cyclic: u32,
    // The row that is pointed at from both sides; beyond the last one where none is.
    chosen: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(4) var<uniform> map: Map;

// Cells along an axis that a pixel is the mean of, at most.
const CELLS_MAX: u32 = 8u;
// Length of the hands that point at a row, in pixels.
const HAND: f32 = 9.0;

// Whether a triangle at one of the edges, its tip in the middle of the chosen row, covers this pixel.
fn points_at_chosen(pixel: vec2<u32>) -> bool {
    if map.chosen >= map.rows {
        return false;
    }
    let row = (f32(map.chosen) + 0.5) / f32(map.rows) * f32(map.size.y);
    let away = abs(f32(map.size.y) - f32(pixel.y) - 0.5 - row);
    let inwards = min(f32(pixel.x), f32(map.size.x) - 1.0 - f32(pixel.x));
    return inwards + 1.6 * away <= HAND;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) pixel: vec3<u32>) {
    if any(pixel.xy >= map.size) {
        return;
    }
    let cells = vec2(map.columns, map.rows);
    let upwards = vec2(pixel.x, map.size.y - 1u - pixel.y);
    let per_pixel = vec2<f32>(cells) / vec2<f32>(map.size);
    let low = min(vec2<u32>(vec2<f32>(upwards) * per_pixel), cells - 1u);
    var covered = clamp(vec2<u32>(ceil(per_pixel)), vec2(1u), vec2(CELLS_MAX));
    if map.is_cyclic == 1u {
        covered = vec2(1u);
    }
    var sum = 0.0;
    var count = 0.0;
    for (var row = 0u; row < covered.y; row++) {
        for (var column = 0u; column < covered.x; column++) {
            let share = (vec2<f32>(vec2(column, row)) + 0.5) / vec2<f32>(covered);
            let cell = min(vec2<u32>((vec2<f32>(upwards) + share) * per_pixel), cells - 1u);
            let value = scalars[cell.y * map.columns + cell.x];
            if is_finite(value) {
                sum += value;
                count += 1.0;
            }
        }
    }
    var colour = unpack4x8unorm(map.not_finite);
    if count > 0.0 {
        let at = clamp(normalised(range, sum / count), 0.0, 1.0);
        colour = unpack4x8unorm(colours[u32(at * 255.0 + 0.5)]);
    }
    if points_at_chosen(pixel.xy) {
        colour = vec4(1.0);
    }
    textureStore(picture, pixel.xy, colour);
}
