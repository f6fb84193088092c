// One scalar per shown site from the channels of one slab; several slabs are walked one dispatch after the other.
// VARIANCE or MEAN over all channels, else one channel. PLANES: the sites of three slices instead of the whole cube.
// SUBTRACT: takes the scalar away from the one that is there, that of another cube.

struct Extract {
    sites: u32,
    // Scalars to write.
    count: u32,
    // Groups of four channels in this slab that are taken, from the first of them.
    first_group: u32,
    groups: u32,
    // Which of the four channels, where only one is wanted.
    lane: u32,
    // Channels of the slabs before this one.
    before: u32,
    is_last: u32,
    // Which f32 of its buffer the pending scale is.
    scale_index: u32,
    slices: vec4<u32>,
}

#ifdef HALF
@group(0) @binding(0) var<storage, read> slab: array<vec2<u32>>;
#else
@group(0) @binding(0) var<storage, read> slab: array<vec4<f32>>;
#endif
// Mean and sum of squared distances over the slabs so far.
@group(0) @binding(1) var<storage, read_write> running: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> scalars: array<f32>;
#ifdef PENDING
// The array is scale · stored + offset of its channel.
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> offsets: array<vec4<f32>>;
#endif
@group(0) @binding(5) var<uniform> extract: Extract;

fn show(scalar: u32, value: f32) {
#ifdef SUBTRACT
    scalars[scalar] -= value;
#else
    scalars[scalar] = value;
#endif
}

// `group` counts from the first group that is taken from this slab.
fn load(index: u32, group: u32) -> vec4<f32> {
#ifdef HALF
    let words = slab[index];
    var value = vec4(unpack2x16float(words.x), unpack2x16float(words.y));
#else
    var value = slab[index];
#endif
#ifdef PENDING
    value = scales[extract.scale_index] * value + offsets[extract.before / 4u + extract.first_group + group];
#endif
    return value;
}

// Planes x-y, x-z and y-z, each with its second axis as rows.
fn site_of(scalar: u32) -> u32 {
#ifdef PLANES
    let edge = extract.sites;
    let plane = scalar / (edge * edge);
    let column = scalar % edge;
    let row = (scalar / edge) % edge;
    var site = vec3(column, row, extract.slices.z);
    if plane == 1u {
        site = vec3(column, extract.slices.y, row);
    } else if plane == 2u {
        site = vec3(extract.slices.x, column, row);
    }
    return (site.z * edge + site.y) * edge + site.x;
#else
    return scalar;
#endif
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let scalar = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if scalar >= extract.count {
        return;
    }
    let stride = extract.sites * extract.sites * extract.sites;
    let start = extract.first_group * stride + site_of(scalar);
#ifdef VARIANCE
    // Distances from one of the values, not from 0: squares of a large mean would swallow a small variance.
    let shift = load(start, 0u).x;
    var sum = vec4(0.0);
    var squares = vec4(0.0);
    for (var group = 0u; group < extract.groups; group++) {
        let value = load(start + group * stride, group) - shift;
        sum += value;
        squares += value * value;
    }
    let here = 4.0 * f32(extract.groups);
    let total = dot(sum, vec4(1.0));
    var mean = shift + total / here;
    var spread = max(dot(squares, vec4(1.0)) - total * total / here, 0.0);
    let before = f32(extract.before);
    if extract.before > 0u {
        let so_far = running[scalar];
        let apart = mean - so_far.x;
        let share = here / (before + here);
        mean = so_far.x + apart * share;
        spread += so_far.y + apart * apart * before * share;
    }
    if extract.is_last == 1u {
        show(scalar, spread / max(before + here - 1.0, 1.0));
    } else {
        running[scalar] = vec2(mean, spread);
    }
#else ifdef MEAN
    var sum = vec4(0.0);
    for (var group = 0u; group < extract.groups; group++) {
        sum += load(start + group * stride, group);
    }
    var total = dot(sum, vec4(1.0));
    if extract.before > 0u {
        total += running[scalar].x;
    }
    if extract.is_last == 1u {
        show(scalar, total / (f32(extract.before) + 4.0 * f32(extract.groups)));
    } else {
        running[scalar] = vec2(total, 0.0);
    }
#else
    show(scalar, load(start, 0u)[extract.lane]);
#endif
}
