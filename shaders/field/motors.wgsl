// One workgroup per motor samples one slab around its spot: slope and direction (1.2 step 7), or the value itself
// (1.3 step 7). The sums of the slabs are put together by `field/figures`.

#import fieldscope::field::shared::{FieldPass, Scalars}
#ifdef HALF
#import fieldscope::field::shared::decode
#endif
#import fieldscope::field::sums::{WORKERS, sum_of_workgroup}

// How four channels of a site are stored. (An alias cannot be imported.)
#ifdef HALF
alias Cell = vec2<u32>;
#else
alias Cell = vec4<f32>;
#endif

// Spots of the motors; Motors in src/sim/field/kernels.rs.
struct Motors {
    pass_constants: FieldPass,
    count: u32,
    slab: u32,
    slabs: u32,
    padding: u32,
    spots: array<vec4<u32>, 64>,
}

@group(0) @binding(0) var<storage, read> field: array<Cell>;
@group(0) @binding(1) var<storage, read_write> motor_sums: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read> scalars: Scalars;
#ifdef OFFSET
@group(0) @binding(3) var<storage, read> offsets: array<vec4<f32>>;
#endif
@group(0) @binding(4) var<uniform> motors: Motors;

const MOTORS: u32 = 64u;

fn load(cell: u32) -> vec4<f32> {
#ifdef HALF
    return decode(field[cell]);
#else
    return field[cell];
#endif
}

#ifdef DIRECT
fn sample_group(group: u32, spot: vec3<u32>, motor: u32) -> vec2<f32> {
    let sites = motors.pass_constants.sites;
    var value = load(((group * sites + spot.z) * sites + spot.y) * sites + spot.x);
#ifdef SCALE
    value *= scalars.scale;
#endif
#ifdef OFFSET
    value += offsets[motors.pass_constants.first_group + group];
#endif
    return vec2(0.0, dot(value, vec4(1.0)));
}
#else
// Backward difference along one axis, zero at the first plane.
fn difference(at: vec3<u32>, coordinate: u32, stride: u32, cell: u32) -> vec4<f32> {
    if coordinate == 0u {
        return vec4(0.0);
    }
    return load(cell) - load(cell - stride);
}

// Sum of the slopes over the box, and the direction at its centre: along x for the first motor, y for the second, z for
// the others.
fn sample_group(group: u32, spot: vec3<u32>, motor: u32) -> vec2<f32> {
    let sites = motors.pass_constants.sites;
    let low = max(spot, vec3(1u)) - 1u;
    let high = min(spot + 1u, vec3(sites - 1u));
    var slopes = vec4(0.0);
    var direction = vec4(0.0);
    for (var z = low.z; z <= high.z; z++) {
        for (var y = low.y; y <= high.y; y++) {
            for (var x = low.x; x <= high.x; x++) {
                let at = vec3(x, y, z);
                let cell = ((group * sites + z) * sites + y) * sites + x;
                let along_x = difference(at, x, 1u, cell);
                let along_y = difference(at, y, sites, cell);
                let along_z = difference(at, z, sites * sites, cell);
                slopes += sqrt(along_x * along_x + along_y * along_y + along_z * along_z);
                if all(at == spot) {
                    direction = select(select(along_z, along_y, motor == 1u), along_x, motor == 0u);
                }
            }
        }
    }
    let box = (high - low) + 1u;
    return vec2(dot(slopes, vec4(1.0)) / f32(box.x * box.y * box.z), dot(direction, vec4(1.0)));
}
#endif

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let motor = workgroup.x;
    let spot = motors.spots[motor].xyz;
    var sum = vec2(0.0);
    for (var group = local; group < motors.pass_constants.groups; group += WORKERS) {
        sum += sample_group(group, spot, motor);
    }
    let total = sum_of_workgroup(local, vec4(sum, 0.0, 0.0));
    if local == 0u {
        motor_sums[motors.slab * MOTORS + motor] = total.xy;
    }
}
