// A line around the cells of a map where another table is below a level, along the cells' own edges, with a dark rim.

struct Outline {
    size: vec2<u32>,
    columns: u32,
    rows: u32,
    // Where the numbers begin, and elements from one column and from one row to the next.
    first: u32,
    column_step: u32,
    row_step: u32,
    line: u32,
    rim: u32,
    below: f32,
    padding_a: u32,
    padding_b: u32,
}

@group(0) @binding(0) var<storage, read> numbers: array<f32>;
@group(0) @binding(1) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(2) var<uniform> outline: Outline;

// Whether the cell under a pixel is one of them; beyond the map there is none.
fn is_inside(pixel: vec2<i32>) -> bool {
    if any(pixel < vec2(0)) || any(pixel >= vec2<i32>(outline.size)) {
        return false;
    }
    let upwards = vec2(u32(pixel.x), outline.size.y - 1u - u32(pixel.y));
    let cells = vec2(outline.columns, outline.rows);
    let cell = min(vec2<u32>(vec2<f32>(upwards) * vec2<f32>(cells) / vec2<f32>(outline.size)), cells - 1u);
    return numbers[outline.first + cell.x * outline.column_step + cell.y * outline.row_step] < outline.below;
}

// Whether the pixels so far away, to all sides, are not of one kind.
fn is_near_edge(pixel: vec2<i32>, reach: i32) -> bool {
    let own = is_inside(pixel);
    return own != is_inside(pixel + vec2(reach, 0)) || own != is_inside(pixel - vec2(reach, 0))
        || own != is_inside(pixel + vec2(0, reach)) || own != is_inside(pixel - vec2(0, reach))
        || own != is_inside(pixel + vec2(reach, reach)) || own != is_inside(pixel - vec2(reach, reach))
        || own != is_inside(pixel + vec2(reach, -reach)) || own != is_inside(pixel + vec2(-reach, reach));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= outline.size) {
        return;
    }
    let pixel = vec2<i32>(id.xy);
    if is_near_edge(pixel, 1) {
        textureStore(picture, id.xy, unpack4x8unorm(outline.line));
    } else if is_near_edge(pixel, 2) {
        textureStore(picture, id.xy, unpack4x8unorm(outline.rim));
    }
}
