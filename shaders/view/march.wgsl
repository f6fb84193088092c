// The volume: a ray per block of pixels, from front to back until it is opaque. What lies about the mean is clear, what
// lies far from it is dense: the background of a field never hides its structure, whatever its level. Values below the
// mean count less where they are dark: a dark shell would hide what glows inside it.
#import fieldscope::view::range::{ValueRange, normalised}

struct March {
    eye: vec4<f32>,
    forward: vec4<f32>,
    right: vec4<f32>,
    up: vec4<f32>,
    // Rays along the panel's sides.
    rays: vec2<u32>,
    sites: u32,
    // Optical depth across one edge of the cube of the lowest and of the highest value.
    density_low: f32,
    density_high: f32,
    padding_a: u32,
    padding_b: u32,
    padding_c: u32,
}

@group(0) @binding(0) var<storage, read> corners: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> range: ValueRange;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var<storage, read_write> image: array<u32>;
@group(0) @binding(4) var<uniform> march: March;

const OPAQUE: f32 = 0.98;

struct Sample {
    // Normalised value and its gradient per site.
    value: f32,
    gradient: vec3<f32>,
}

fn sample(at: vec3<f32>) -> Sample {
    let edge = march.sites;
    let cell = min(vec3<u32>(at), vec3(edge - 1u));
    let inside = at - vec3<f32>(cell);
    let packed = corners[(cell.z * edge + cell.y) * edge + cell.x];
    let near = unpack4x8unorm(packed.x);
    let apart = unpack4x8unorm(packed.y) - near;
    let layer = near + apart * inside.z;
    let row = mix(layer.xy, layer.zw, inside.y);
    let along = layer.zw - layer.xy;
    let rise = mix(apart.xy, apart.zw, inside.y);
    let gradient = vec3(row.y - row.x, mix(along.x, along.y, inside.x), mix(rise.x, rise.y, inside.x));
    return Sample(mix(row.x, row.y, inside.x), gradient);
}

// Spreads the first steps of neighbouring rays, so that steps do not show as rings (Jimenez, 2014).
fn jitter(ray: vec2<u32>) -> f32 {
    return fract(52.9829189 * fract(dot(vec2<f32>(ray), vec2(0.06711056, 0.00583715))));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) ray: vec3<u32>) {
    if ray.x >= march.rays.x || ray.y >= march.rays.y {
        return;
    }
    let place = (vec2<f32>(ray.xy) + 0.5) / vec2<f32>(march.rays) * 2.0 - 1.0;
    var direction = normalize(march.forward.xyz + march.right.xyz * place.x - march.up.xyz * place.y);
    // A ray along a face would divide by 0.
    direction = select(direction, vec3(1.0e-6), abs(direction) < vec3(1.0e-6));
    let one = (vec3(-0.5) - march.eye.xyz) / direction;
    let other = (vec3(0.5) - march.eye.xyz) / direction;
    let closer = min(one, other);
    let farther = max(one, other);
    let enters = max(max(closer.x, closer.y), closer.z);
    let leaves = min(min(farther.x, farther.y), farther.z);

    let edge = f32(march.sites);
    let steps = u32(max(leaves - enters, 0.0) * edge);
    let start = (march.eye.xyz + direction * enters + 0.5) * edge - 0.5 + direction * jitter(ray.xy);
    let top = vec3(edge - 1.0);
    let depth = vec2(march.density_low, march.density_high) / edge;
    let middle = clamp(normalised(range, range.mean), 0.0, 1.0);
    let reach = max(vec2(middle, 1.0 - middle), vec2(1.0e-3));
    // Within one standard deviation of the mean everything is clear, or within half of what there is on that side.
    let clear = min(vec2(range.deviation / (range.high - range.low)), 0.5 * reach);
    let widen = 1.0 / (reach - clear);
    let light = normalize(-march.forward.xyz * 1.5 + march.up.xyz * 4.0 - march.right.xyz * 2.0);

    var colour = vec3(0.0);
    var passes = 1.0;
    for (var step = 0u; step < steps; step++) {
        let found = sample(clamp(start + direction * f32(step), vec3(0.0), top));
        let side = select(0u, 1u, found.value > middle);
        let strength = clamp((abs(found.value - middle) - clear[side]) * widen[side], 0.0, 1.0);
        if strength > 0.0 {
            let thickness = depth[side] * smoothstep(0.0, 0.6, strength);
            let stops = thickness / (1.0 + thickness);
            let steepness = length(found.gradient);
            let facing = abs(dot(found.gradient, light)) / max(steepness, 1.0e-6);
            let shade = mix(1.0, 0.68 + 0.5 * facing, smoothstep(0.01, 0.1, steepness));
            let entry = unpack4x8unorm(colours[u32(found.value * 255.0 + 0.5)]).rgb;
            colour += passes * stops * min(entry * shade, vec3(1.0));
            passes *= 1.0 - stops;
            if passes < 1.0 - OPAQUE {
                break;
            }
        }
    }
    image[ray.y * march.rays.x + ray.x] = pack4x8unorm(vec4(colour, 1.0 - passes));
}
