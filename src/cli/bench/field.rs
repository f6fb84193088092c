//! What is measured of the field.

use super::Setting;
use crate::cli::error::CliError;
use crate::gpu::Gpu;
use crate::scene::{DEFAULT_SCENE, SceneFile, Size, System};
use crate::sim::field::Field;
use crate::sim::field::operation::Operation;
use crate::sim::{Simulation, Streaming};

/// The spec's targets, and every Exact toggle in both positions.
pub const SETTINGS: [Setting; 8] = [
    Setting { name: "dense, all exact on", scene: DEFAULT_SCENE, preset: "stable", toggles: &[], instead: None },
    Setting {
        name: "dense, fused_pass off",
        scene: DEFAULT_SCENE,
        preset: "stable",
        toggles: &[("fused_pass", false)],
        instead: None,
    },
    Setting {
        name: "dense, procedural_maps off",
        scene: DEFAULT_SCENE,
        preset: "stable",
        toggles: &[("procedural_maps", false)],
        instead: None,
    },
    Setting {
        name: "dense, batched_readback off",
        scene: DEFAULT_SCENE,
        preset: "stable",
        toggles: &[("batched_readback", false)],
        instead: None,
    },
    Setting {
        name: "Laplacian and decay alone",
        scene: DEFAULT_SCENE,
        preset: "stable",
        toggles: &[],
        instead: Some(laplacian_and_decay),
    },
    Setting {
        name: "blazing as published",
        scene: DEFAULT_SCENE,
        preset: "published-blazing",
        toggles: &[],
        instead: None,
    },
    Setting {
        name: "blazing, fused and batched",
        scene: DEFAULT_SCENE,
        preset: "published-blazing",
        toggles: &[("fused_pass", true), ("batched_readback", true)],
        instead: None,
    },
    Setting {
        name: "blazing, lazy_scale too",
        scene: DEFAULT_SCENE,
        preset: "published-blazing",
        toggles: &[("fused_pass", true), ("batched_readback", true), ("lazy_scale", true)],
        instead: None,
    },
];

/// A field whose cycle is nothing but Laplacian and decay.
fn laplacian_and_decay(file: &SceneFile, gpu: &Gpu, size: Size) -> Result<Box<dyn Simulation>, CliError> {
    let System::Field(model) = file.fitted(gpu, size) else {
        return Err(CliError::Input("operations by themselves are measured of the field only".to_owned()));
    };
    let field = Field::new(model, file.scene.seed, Streaming::on(gpu))?;
    Ok(Box::new(field.doing_only(&[Operation::Decay, Operation::Diffusion])))
}
