// What the predictor's kernels share (1.2 steps 2, 5, 8).
#define_import_path fieldscope::field::predictor

#import fieldscope::field::shared::FieldPass

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

// Sensors that the arrays have room for.
const SENSORS: u32 = 64u;
