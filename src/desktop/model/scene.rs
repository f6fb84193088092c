//! What is known of the open scene and of the machine.

use crate::desktop::launch::Scene;
use crate::gpu::Gpu;
use crate::sim::{Description, Parameter, Picture, Preset, Probe, Toggle};

/// What the panels need to know of a system: its description, probes and picture, copied.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneFacts {
    /// The scene's name.
    pub name: String,
    /// The scene's text, for the session.
    pub text: String,
    /// The seed of its initial state.
    pub seed: u64,
    /// What the user should know of how it was opened.
    pub note: Option<String>,
    /// The system's name.
    pub system: &'static str,
    /// The system's title.
    pub title: &'static str,
    /// Stages in cycle order.
    pub stages: &'static [&'static str],
    /// Toggles in order.
    pub toggles: Vec<Toggle>,
    /// Presets.
    pub presets: &'static [Preset],
    /// Movable parameters.
    pub parameters: Vec<Parameter>,
    /// Probes in the order of their values.
    pub probes: Vec<Probe>,
    /// What there is to draw.
    pub picture: Picture,
}

impl SceneFacts {
    /// The facts of a scene that is about to run.
    pub fn of(scene: &Scene) -> Self {
        let Description { name: system, title, stages, toggles, presets, parameters } = scene.simulation.description();
        Self {
            name: scene.name.clone(),
            text: scene.text.clone(),
            seed: scene.seed,
            note: scene.note.clone(),
            system,
            title,
            stages,
            toggles: toggles.clone(),
            presets,
            parameters: parameters.clone(),
            probes: scene.simulation.probes(),
            picture: scene.simulation.picture(),
        }
    }
}

/// A parameter with its value and what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterRow {
    /// The parameter.
    pub parameter: Parameter,
    /// Its value in the simulation.
    pub value: Option<f64>,
    /// What was asked for and has not taken effect yet.
    pub wanted: Option<f64>,
}

impl ParameterRow {
    /// A parameter of unknown value.
    pub fn new(parameter: Parameter) -> Self {
        Self { parameter, value: None, wanted: None }
    }

    /// What the slider shows.
    pub fn shown(&self) -> Option<f64> {
        self.wanted.or(self.value)
    }
}

/// Which clock the samples come from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Timing {
    /// Not known yet.
    #[default]
    Unknown,
    /// Timestamps of the device.
    Device {
        /// Milliseconds per tick.
        tick: f64,
    },
    /// Host time around submissions, in nanoseconds.
    Host,
}

impl Timing {
    /// What the status line says.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "–",
            Self::Device { .. } => "device timestamps",
            Self::Host => "host time (no GPU timing on this adapter)",
        }
    }
}

/// The machine, as far as the window shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    /// Name of the adapter; empty until its device is open.
    pub adapter: String,
    /// Driver and version.
    pub driver: String,
    /// Graphics interface.
    pub backend: String,
    /// Whether it computes on the processor.
    pub software: bool,
    /// Which clock times the passes.
    pub timing: Timing,
    /// Copy bandwidth that was measured, in bytes per second.
    pub roof_bandwidth: Option<f64>,
}

impl Machine {
    /// What a device says of itself.
    pub fn of(gpu: &Gpu) -> Self {
        let timing = match gpu.has_timestamps() {
            true => Timing::Device { tick: f64::from(gpu.queue.get_timestamp_period()) * 1e-6 },
            false => Timing::Host,
        };
        Self {
            adapter: gpu.info.name.clone(),
            driver: format!("{} {}", gpu.info.driver, gpu.info.driver_info),
            backend: gpu.info.backend.to_string(),
            software: gpu.is_software(),
            timing,
            roof_bandwidth: None,
        }
    }
}
