// What the controller's kernels have in common.
#define_import_path fieldscope::mobius::controller

// LayerPass in src/sim/mobius/kernels.rs.
struct LayerPass {
    // Rows of the matrix, and numbers of a row in fours.
    rows: u32,
    inputs: u32,
    // Numbers of a row of the second matrix in fours.
    hidden: u32,
    // The first row that this pass computes.
    first: u32,
    // Rows that share an input, and how far the inputs of two such groups lie apart, in fours.
    group: u32,
    stride: u32,
    // Of the drawn weights: the seed, the operation and the half width of their interval.
    seed: u32,
    operation: u32,
    bound: f32,
    // Numbers to be drawn.
    count: u32,
}

fn logistic(x: f32) -> f32 {
    return 1.0 / (1.0 + exp(-x));
}

// The built-in one overflows on some adapters.
fn hyperbolic_tangent(x: f32) -> f32 {
    return 2.0 / (1.0 + exp(-2.0 * clamp(x, -40.0, 40.0))) - 1.0;
}
