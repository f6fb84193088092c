// The predictor in one workgroup: error of the last prediction, learning step, next prediction (1.2 steps 2, 5, 8).

#import fieldscope::field::shared::{FieldPass, Scalars}
#import fieldscope::field::sums::{WORKERS, sum_of_workgroup}

// This cycle's sensor values and the trend that the prediction goes on with; Prediction in src/sim/field/kernels.rs.
struct Prediction {
    pass_constants: FieldPass,
    count: u32,
    // 1 when the history holds two vectors.
    trend_known: u32,
    rate: f32,
    padding: u32,
    values: array<vec4<f32>, 16>,
    trend: array<vec4<f32>, 16>,
}

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;
// Predictions of the sensors, then their errors: 64 of each.
@group(0) @binding(1) var<storage, read_write> predictions: array<f32>;
#ifndef ERROR
@group(0) @binding(2) var<storage, read_write> weights: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> summary: array<vec4<f32>>;
#endif
@group(0) @binding(4) var<uniform> prediction: Prediction;

const SENSORS: u32 = 64u;

#ifdef ERROR
// Records this cycle's mean error, and whether the field explores: while fewer than ten errors are known, or while the
// last five are not clearly better than the five before.
fn record(error: f32) {
    scalars.error = error;
    for (var at = 0u; at < 9u; at++) {
        scalars.errors[at] = scalars.errors[at + 1u];
    }
    scalars.errors[9] = error;
    scalars.error_count += 1.0;
}

fn decide_exploration() {
    var earlier = 0.0;
    var later = 0.0;
    for (var at = 0u; at < 5u; at++) {
        earlier += scalars.errors[at];
        later += scalars.errors[at + 5u];
    }
    let improves = (earlier - later) / 5.0 >= 0.01;
    scalars.explore = select(1.0, 0.0, scalars.error_count >= 10.0 && improves);
}

@compute @workgroup_size(1)
fn main() {
    scalars.error = 0.0;
    if scalars.predicted > 0.5 {
        var sum = 0.0;
        for (var sensor = 0u; sensor < prediction.count; sensor++) {
            let error = prediction.values[sensor / 4u][sensor % 4u] - predictions[sensor];
            predictions[SENSORS + sensor] = error;
            sum += abs(error);
        }
        record(sum / f32(prediction.count));
    }
    decide_exploration();
}
#endif

#ifdef LEARN
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
    let groups = prediction.pass_constants.all_groups;
    var square = vec4(0.0);
    for (var group = local; group < groups; group += WORKERS) {
        square += summary[group] * summary[group];
    }
    let norm = sum_of_workgroup(local, vec4(dot(square, vec4(1.0)))).x;
#ifdef STABLE
    let rate = prediction.rate / (norm + 1e-6);
#else
    let rate = prediction.rate;
#endif
    if scalars.predicted < 0.5 {
        return;
    }
    for (var at = local; at < prediction.count * groups; at += WORKERS) {
        let error = predictions[SENSORS + at / groups];
        weights[at] = clamp(weights[at] + rate * error * summary[at % groups], vec4(-1.0), vec4(1.0));
    }
}
#endif

#ifdef PREDICT
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
    let groups = prediction.pass_constants.all_groups;
    for (var sensor = 0u; sensor < prediction.count; sensor++) {
        var sum = vec4(0.0);
        for (var group = local; group < groups; group += WORKERS) {
            sum += weights[sensor * groups + group] * summary[group];
        }
        let total = sum_of_workgroup(local, sum);
        if local == 0u {
            let trend = select(0.0, 0.3 * prediction.trend[sensor / 4u][sensor % 4u], prediction.trend_known == 1u);
            predictions[sensor] = dot(total, vec4(1.0)) + trend;
        }
    }
    if local == 0u {
        scalars.predicted = 1.0;
    }
}
#endif
