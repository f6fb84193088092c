// The error of the last prediction, and whether the field explores (1.2 steps 2 and 5).

#import fieldscope::field::predictor::{Prediction, SENSORS}
#import fieldscope::field::shared::Scalars

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;
// Predictions of the sensors, then their errors: 64 of each.
@group(0) @binding(1) var<storage, read_write> predictions: array<f32>;
@group(0) @binding(4) var<uniform> prediction: Prediction;

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
