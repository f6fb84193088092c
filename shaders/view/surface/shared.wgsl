// A sheet of nodes in space as all its kernels see it.
#define_import_path fieldscope::view::surface::shared

// Surface in src/view/surface/mod.rs.
struct Surface {
    // Where the eye is, with all places scaled by w.
    eye: vec4<f32>,
    forward: vec4<f32>,
    // Divided by their squares, so that a product over the depth is 1 at the picture's edge.
    right: vec4<f32>,
    up: vec4<f32>,
    size: vec2<u32>,
    columns: u32,
    rows: u32,
    // 0: the last column is no neighbour of the first; 1: it is; 2: it is, with the rows in reverse.
    seam: u32,
    // Elements of the places.
    first: u32,
    column_step: u32,
    row_step: u32,
    background: u32,
    not_finite: u32,
    is_cyclic: u32,
    seam_colour: u32,
    // Bits of a word that number a triangle or a point; the others are its depth.
    triangle_bits: u32,
    padding: u32,
    // 1 / depth of what is farthest and nearest.
    far: f32,
    near: f32,
}

// A node in the picture.
struct Seen {
    // Pixels from the top left.
    at: vec2<f32>,
    // 1 / depth, which is linear in the picture.
    nearness: f32,
    padding: f32,
    // Square to the sheet, on either side of it.
    normal: vec4<f32>,
}

// Cells that lie beside each other along the columns.
fn cells_along(surface: Surface) -> u32 {
    return surface.columns - select(0u, 1u, surface.seam == 0u);
}

// Pixels of a point's radius, where a single row is drawn as points.
const POINT: f32 = 2.6;

// The node of a column and a row; the column behind the last one is the first.
fn node_at(surface: Surface, column: u32, row: u32) -> u32 {
    if column < surface.columns {
        return row * surface.columns + column;
    }
    return select(row, surface.rows - 1u - row, surface.seam == 2u) * surface.columns;
}

// The three nodes of a triangle: two to a cell.
fn corners_of(surface: Surface, triangle: u32) -> vec3<u32> {
    let cell = triangle / 2u;
    let along = cells_along(surface);
    let column = cell % along;
    let row = cell / along;
    let a = node_at(surface, column, row);
    let c = node_at(surface, column + 1u, row + 1u);
    if triangle % 2u == 0u {
        return vec3(a, node_at(surface, column + 1u, row), c);
    }
    return vec3(a, c, node_at(surface, column, row + 1u));
}

// Shares of the three corners at a pixel's middle, all of one sign within the triangle and 1 together.
fn shares_at(pixel: vec2<f32>, a: vec2<f32>, b: vec2<f32>, c: vec2<f32>) -> vec3<f32> {
    let whole = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    let of_a = (b.x - pixel.x) * (c.y - pixel.y) - (b.y - pixel.y) * (c.x - pixel.x);
    let of_b = (c.x - pixel.x) * (a.y - pixel.y) - (c.y - pixel.y) * (a.x - pixel.x);
    let share_a = of_a / whole;
    let share_b = of_b / whole;
    return vec3(share_a, share_b, 1.0 - share_a - share_b);
}

// Depth and triangle in a word: what is nearer is greater, and 0 is nothing.
fn word_of(surface: Surface, nearness: f32, triangle: u32) -> u32 {
    return (level_of(surface, nearness) << surface.triangle_bits) | triangle;
}

fn level_of(surface: Surface, nearness: f32) -> u32 {
    let levels = f32((1u << (32u - surface.triangle_bits)) - 2u);
    let share = clamp((nearness - surface.far) / (surface.near - surface.far), 0.0, 1.0);
    return 1u + u32(share * levels);
}
