//! What is measured of the Möbius system.

use super::{CliError, Gpu, Instead, SceneFile, Setting, Simulation, Size};
use crate::sim::Streaming;
use crate::sim::mobius::Mobius;
use crate::sim::mobius::params::{MobiusModel, Shape};

const BAND: &str = "scenes/mobius_band.ron";

/// The scene's controller is left out, and with it what fuses its layers.
const ALONE: (&str, bool) = ("fused_lstm", false);

/// The sum over all pairs of 8,000 nodes, complex and real, in each of its forms.
pub const SETTINGS: [Setting; 7] = [
    complex("complex, direct", "direct", &[ALONE]),
    complex("complex, cached", "cached", &[ALONE]),
    complex("complex, distances in f16", "direct", &[ALONE, ("half_distances", true)]),
    complex("complex, the loop of batches", "loop", &[ALONE]),
    real("real, direct", "direct"),
    real("real, cached", "cached"),
    real("real, the loop of batches", "loop"),
];

const fn complex(name: &'static str, preset: &'static str, toggles: &'static [(&'static str, bool)]) -> Setting {
    let instead: Option<Instead> = Some(band);
    Setting { name, scene: BAND, preset, toggles, instead }
}

const fn real(name: &'static str, preset: &'static str) -> Setting {
    Setting { instead: Some(helix), ..complex(name, preset, &[ALONE]) }
}

/// The band of the specification's size, with every node a source, whatever the adapter, and no controller beside it.
fn band(file: &SceneFile, gpu: &Gpu, _size: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(Shape::Strip { along: 400, across: 20, half_twists: 1, half_width: 0.4 }, file, gpu)
}

/// The published helix with all of its nodes evolved.
fn helix(file: &SceneFile, gpu: &Gpu, _size: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(Shape::Published { nodes: 8000, windings: 3.8 }, file, gpu)
}

fn of(shape: Shape, file: &SceneFile, gpu: &Gpu) -> Result<Box<dyn Simulation>, CliError> {
    Ok(Box::new(Mobius::new(MobiusModel::of(shape), file.scene.seed, Streaming::on(gpu))?))
}
