// The next prediction in one workgroup (1.2 step 8).

#import fieldscope::field::predictor::{Prediction}
#import fieldscope::field::shared::Scalars
#import fieldscope::field::sums::{WORKERS, sum_of_workgroup}

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;
// Predictions of the sensors, then their errors: 64 of each.
@group(0) @binding(1) var<storage, read_write> predictions: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> summary: array<vec4<f32>>;
@group(0) @binding(4) var<uniform> prediction: Prediction;

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
