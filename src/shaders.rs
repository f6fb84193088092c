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

/// Every module and kernel under `shaders/`.
pub const LIBRARY: Library =
    Library { modules: &[module!("common/random")], kernels: &[kernel!("common/copy", proven: true)] };
