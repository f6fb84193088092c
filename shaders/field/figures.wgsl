// Puts the figures of the cycle together for the host: Figures in src/sim/field/kernels.rs.

#import fieldscope::field::shared::{FieldPass, Scalars}

struct Motors {
    pass_constants: FieldPass,
    count: u32,
    slab: u32,
    slabs: u32,
    padding: u32,
    spots: array<vec4<u32>, 64>,
}

struct Figures {
    energy: f32,
    mean: f32,
    variance: f32,
    site_variance: f32,
    resting: f32,
    variance_comfort: f32,
    activity: f32,
    comfort: f32,
    error: f32,
    explore: f32,
    motor_norm: f32,
    padding: f32,
    motors: array<f32, 64>,
}

@group(0) @binding(0) var<storage, read> scalars: Scalars;
@group(0) @binding(1) var<storage, read_write> figures: Figures;
#ifdef MOTORS
@group(0) @binding(2) var<storage, read> motor_sums: array<vec2<f32>>;
#endif
@group(0) @binding(3) var<uniform> motors: Motors;

@compute @workgroup_size(1)
fn main() {
#ifdef MOTORS
    // Motors first: in the direct form they are read before the clamp and the telemetry after it.
    let channels = f32(4u * motors.pass_constants.all_groups);
    var square = 0.0;
    for (var motor = 0u; motor < motors.count; motor++) {
        var sum = vec2(0.0);
        for (var slab = 0u; slab < motors.slabs; slab++) {
            sum += motor_sums[slab * 64u + motor];
        }
        let means = sum / channels;
#ifdef DIRECT
        let output = tanh(5.0 * means.y);
#else
        let output = tanh(10.0 * means.y * means.x);
#endif
        figures.motors[motor] = output;
        square += output * output;
    }
    figures.motor_norm = sqrt(square);
#endif
#ifdef TELEMETRY
    figures.energy = scalars.mean_magnitude;
    figures.mean = scalars.mean;
    figures.variance = max(scalars.mean_square - scalars.mean * scalars.mean, 0.0);
    figures.site_variance = scalars.mean_site_variance;
    figures.resting = 1.0 - abs(scalars.mean - 0.1) / 0.1;
    figures.variance_comfort = min(1.0, scalars.mean_site_variance / 0.05);
    figures.activity = min(1.0, scalars.mean_magnitude / 0.1);
    figures.comfort = min(figures.resting, min(figures.variance_comfort, figures.activity));
    figures.error = scalars.error;
    figures.explore = scalars.explore;
#endif
}
