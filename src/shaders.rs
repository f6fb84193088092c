//! All WGSL of the program, embedded so that a moved binary keeps its kernels.

use crate::gpu::{KernelSource, Library, ModuleSource};

macro_rules! module {
    ($path:literal) => {
        ModuleSource { path: $path, source: include_str!(concat!("../shaders/", $path, ".wgsl")) }
    };
}

macro_rules! kernel {
    ($name:literal, proven: $proven:literal) => {
        KernelSource {
            name: $name,
            source: include_str!(concat!("../shaders/", $name, ".wgsl")),
            indices_proven: $proven,
        }
    };
}

/// Every module and kernel under `shaders/`. Modules stand before those that import them.
pub const LIBRARY: Library = Library {
    modules: &[
        module!("common/random"),
        module!("field/draws"),
        module!("field/shared"),
        module!("field/operations"),
        module!("field/sums"),
        module!("field/predictor"),
        module!("ising/lattice/draws"),
        module!("ising/lattice/shared"),
        module!("ising/lattice/metropolis"),
        module!("ten/shared"),
        module!("ten/epilogue"),
        module!("view/glyph"),
        module!("view/moments"),
        module!("view/range"),
    ],
    kernels: &[
        kernel!("common/copy", proven: true),
        kernel!("common/multiply_add", proven: true),
        kernel!("field/channels", proven: true),
        kernel!("field/convert", proven: true),
        kernel!("field/figures", proven: true),
        kernel!("field/forget", proven: true),
        kernel!("field/initialise", proven: true),
        kernel!("field/inject", proven: true),
        kernel!("field/lazy", proven: true),
        kernel!("field/learning_step", proven: true),
        kernel!("field/moments", proven: true),
        kernel!("field/motors", proven: true),
        kernel!("field/next_prediction", proven: true),
        kernel!("field/phase", proven: true),
        kernel!("field/pointwise", proven: true),
        kernel!("field/prediction_error", proven: true),
        kernel!("field/sites", proven: true),
        kernel!("field/stencil", proven: true),
        kernel!("field/summary", proven: true),
        kernel!("ising/lattice/convert", proven: true),
        kernel!("ising/lattice/count", proven: true),
        kernel!("ising/lattice/figures", proven: true),
        kernel!("ising/lattice/fill", proven: true),
        kernel!("ising/lattice/replicas", proven: true),
        kernel!("ising/lattice/resident", proven: true),
        kernel!("ising/lattice/start", proven: true),
        kernel!("ising/lattice/sweep", proven: true),
        kernel!("lab/deviation", proven: false),
        kernel!("view/backdrop", proven: false),
        kernel!("ten/carry_matrix", proven: true),
        kernel!("ten/carry_modes", proven: true),
        kernel!("ten/cross_entropy", proven: true),
        kernel!("ten/draw", proven: true),
        kernel!("ten/embed", proven: true),
        kernel!("ten/energy", proven: true),
        kernel!("ten/figures", proven: true),
        kernel!("ten/halve", proven: true),
        kernel!("ten/into_modes", proven: true),
        kernel!("ten/normalise", proven: true),
        kernel!("ten/place", proven: true),
        kernel!("ten/product_rows", proven: true),
        kernel!("ten/product_strips", proven: true),
        kernel!("ten/product_tiles", proven: true),
        kernel!("ten/recur_matrix", proven: true),
        kernel!("ten/recur_modes", proven: true),
        kernel!("ten/remember", proven: true),
        kernel!("view/bin", proven: false),
        kernel!("view/compose", proven: false),
        kernel!("view/corners", proven: false),
        kernel!("view/extract", proven: false),
        kernel!("view/gather", proven: false),
        kernel!("view/map", proven: false),
        kernel!("view/march", proven: false),
        kernel!("view/points", proven: false),
        kernel!("view/settle", proven: false),
        kernel!("view/square", proven: false),
        kernel!("view/survey", proven: false),
        kernel!("view/traces", proven: false),
    ],
};
