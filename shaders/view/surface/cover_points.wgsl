// Which point is nearest in every pixel: an invocation per point, which goes through the pixels of its disc.
#import fieldscope::view::surface::shared::{POINT, Seen, Surface, word_of}

@group(0) @binding(0) var<storage, read> seen: array<Seen>;
@group(0) @binding(1) var<storage, read_write> nearest: array<atomic<u32>>;
@group(0) @binding(2) var<uniform> surface: Surface;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
    let point = id.y * workgroups.x * 64u + id.x;
    if point >= surface.columns {
        return;
    }
    let own = seen[point];
    let reach = i32(ceil(POINT));
    for (var y = -reach; y <= reach; y++) {
        for (var x = -reach; x <= reach; x++) {
            let at = floor(own.at) + vec2(f32(x), f32(y));
            let inside = all(at >= vec2(0.0)) && all(at < vec2<f32>(surface.size));
            let far = distance(at + 0.5, own.at);
            if inside && far <= POINT {
                let pixel = vec2<u32>(at);
                // A rim yields to the middle of a neighbour that is hardly farther: dense points keep their colours.
                let yields = select(0.0, 0.02 * (surface.near - surface.far), far > POINT - 0.9);
                atomicMax(&nearest[pixel.y * surface.size.x + pixel.x], word_of(surface, own.nearness - yields, point));
            }
        }
    }
}
