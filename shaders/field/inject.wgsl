// Adds each sensor's value at its spot (1.2 step 1). One invocation: two sensors may share a cell, and their order counts.

#import fieldscope::field::shared::{FieldPass, Scalars}
#ifdef HALF
#import fieldscope::field::shared::{decode, encode, draws}
#import fieldscope::field::draws as draw
#import fieldscope::random::words
#endif

// How four channels of a site are stored. (An alias cannot be imported.)
#ifdef HALF
alias Cell = vec2<u32>;
#else
alias Cell = vec4<f32>;
#endif

// Values and spots of the sensors; Sensors in src/sim/field/kernels.rs.
struct Sensors {
    pass_constants: FieldPass,
    // How many there are, and over how many channels they are spread.
    count: u32,
    channels: u32,
    padding_one: u32,
    padding_two: u32,
    values: array<vec4<f32>, 16>,
    spots: array<vec4<u32>, 64>,
}

@group(0) @binding(0) var<storage, read_write> field: array<Cell>;
@group(0) @binding(1) var<storage, read_write> scalars: Scalars;
#ifdef LAZY
@group(0) @binding(2) var<storage, read_write> means: array<vec4<f32>>;
#endif
@group(0) @binding(3) var<uniform> sensors: Sensors;

@compute @workgroup_size(1)
fn main() {
    let constants = sensors.pass_constants;
    let sites = constants.sites;
    let volume = sites * sites * sites;
    for (var sensor = 0u; sensor < sensors.count; sensor++) {
        let channel = sensor % sensors.channels;
        let group = channel / 4u;
        if group < constants.first_group || group >= constants.first_group + constants.groups {
            continue;
        }
        let spot = sensors.spots[sensor];
        let cell = (group - constants.first_group) * volume + (spot.z * sites + spot.y) * sites + spot.x;
        var gain = constants.injection * sensors.values[sensor / 4u][sensor % 4u];
#ifdef LAZY
        gain /= scalars.scale;
#endif
        var added = vec4(0.0);
        added[channel % 4u] = gain;
#ifdef HALF
        let index = constants.first_group * volume + cell;
        field[cell] = encode(decode(field[cell]) + added, words(draws(constants), draw::ROUNDING_FIELD, index + sensor));
#else
        field[cell] += added;
#endif
#ifdef LAZY
        means[group] += added / f32(volume);
        scalars.bound += abs(gain);
#endif
    }
}
