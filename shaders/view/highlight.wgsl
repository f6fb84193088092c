// Rings around the nodes that stand out: those whose number is the newest of all, unless that is 0. SURFACE: in space, where
// a node is not hidden; otherwise on a map.
#ifdef SURFACE
#import fieldscope::view::surface::shared::{Seen, Surface, level_of}
#endif

struct Highlighting {
    size: vec2<u32>,
    columns: u32,
    rows: u32,
    // Where the numbers of the nodes begin; the newest one comes behind them.
    first: u32,
    colour: u32,
    // Pixels of the ring's edges.
    inner: f32,
    outer: f32,
}

@group(0) @binding(0) var<storage, read> scalars: array<f32>;
#ifdef SURFACE
@group(0) @binding(1) var<storage, read> seen: array<Seen>;
@group(0) @binding(2) var<storage, read> nearest: array<u32>;
@group(0) @binding(3) var<storage, read> surfaces: array<Surface>;
@group(0) @binding(4) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(5) var<uniform> highlight: Highlighting;
#else
@group(0) @binding(1) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(2) var<uniform> highlight: Highlighting;
#endif

#ifdef SURFACE
// Whether nothing in a pixel is nearer than the node, or as much nearer as a cell's slant may hide it by.
fn is_free(node: u32, pixel: vec2<u32>) -> bool {
    let surface = surfaces[0];
    let level = nearest[pixel.y * highlight.size.x + pixel.x] >> surface.triangle_bits;
    return level_of(surface, seen[node].nearness + 0.01 * (surface.near - surface.far)) >= level;
}

fn pixel_of(node: u32) -> vec2<f32> {
    return seen[node].at;
}
#else
fn is_free(node: u32, pixel: vec2<u32>) -> bool {
    return true;
}

fn pixel_of(node: u32) -> vec2<f32> {
    let cell = vec2(f32(node % highlight.columns), f32(node / highlight.columns));
    let share = (cell + 0.5) / vec2(f32(highlight.columns), f32(highlight.rows));
    return vec2(share.x, 1.0 - share.y) * vec2<f32>(highlight.size);
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
    let node = id.y * workgroups.x * 64u + id.x;
    let nodes = highlight.columns * highlight.rows;
    if node >= nodes {
        return;
    }
    let newest = scalars[highlight.first + nodes];
    if newest == 0.0 || scalars[highlight.first + node] != newest {
        return;
    }
    let middle = pixel_of(node);
    let colour = unpack4x8unorm(highlight.colour);
    let reach = i32(ceil(highlight.outer));
    for (var y = -reach; y <= reach; y++) {
        for (var x = -reach; x <= reach; x++) {
            let at = floor(middle) + vec2(f32(x), f32(y));
            let far = distance(at + 0.5, middle);
            let inside = all(at >= vec2(0.0)) && all(at < vec2<f32>(highlight.size));
            if inside && far > highlight.inner && far <= highlight.outer {
                let pixel = vec2<u32>(at);
                if is_free(node, pixel) {
                    textureStore(picture, pixel, colour);
                }
            }
        }
    }
}
