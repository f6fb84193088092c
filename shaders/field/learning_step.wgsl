// The predictor's learning step in one workgroup (1.2 step 2).

#import fieldscope::field::predictor::{Prediction, SENSORS}
#import fieldscope::field::shared::Scalars
#import fieldscope::field::sums::{WORKERS, sum_of_workgroup}

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;
// Predictions of the sensors, then their errors: 64 of each.
@group(0) @binding(1) var<storage, read_write> predictions: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> summary: array<vec4<f32>>;
@group(0) @binding(4) var<uniform> prediction: Prediction;

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
