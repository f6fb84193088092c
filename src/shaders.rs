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
        module!("mobius/draws"),
        module!("mobius/shared"),
        module!("mobius/permutation"),
        module!("mobius/terms"),
        module!("mobius/vortices"),
        module!("mobius/controller/shared"),
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
        kernel!("mobius/act", proven: true),
        kernel!("mobius/batch", proven: true),
        kernel!("mobius/controller/cell", proven: true),
        kernel!("mobius/controller/draw", proven: true),
        kernel!("mobius/controller/keep", proven: true),
        kernel!("mobius/controller/layer", proven: true),
        kernel!("mobius/controller/linear", proven: true),
        kernel!("mobius/controller/observe", proven: true),
        kernel!("mobius/direct", proven: true),
        kernel!("mobius/distances", proven: true),
        kernel!("mobius/figures", proven: true),
        kernel!("mobius/finish", proven: true),
        kernel!("mobius/geometry", proven: true),
        kernel!("mobius/list", proven: true),
        kernel!("mobius/nearest", proven: true),
        kernel!("mobius/propagate", proven: true),
        kernel!("mobius/propagator", proven: true),
        kernel!("mobius/samples", proven: true),
        kernel!("mobius/settle", proven: true),
        kernel!("mobius/sources", proven: true),
        kernel!("mobius/start", proven: true),
        kernel!("mobius/structure", proven: true),
        kernel!("mobius/windings", proven: true),
        kernel!("view/backdrop", proven: false),
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
