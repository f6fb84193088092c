//! What is known of the open scene and of the machine.

use crate::gpu::Gpu;
use crate::gpu::clock::{Clock, Method};
use crate::gpu::roof::Roof;
use crate::sim::{
    Choice, Course, Description, Landmark, List, Observable, Parameter, Picture, Preset, Probe, Simulation, Toggle,
    ToggleSet, Work,
};

/// What the panels need to know of a system: its description, probes and picture, copied.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneFacts {
    /// The scene's name.
    pub name: String,
    /// The seed of its initial state.
    pub seed: u64,
    /// What the user should know of how it was opened.
    pub note: Option<String>,
    /// What the user should know before trusting its results.
    pub remarks: Vec<String>,
    /// What can be chosen of its model, with what is chosen.
    pub choices: Vec<Choice>,
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
    /// The preset that it starts from.
    pub preset: String,
    /// Movable parameters.
    pub parameters: Vec<Parameter>,
    /// Values of them that deserve a mark.
    pub landmarks: Vec<Landmark>,
    /// Courses that they may follow.
    pub courses: Vec<Course>,
    /// Probes in the order of their values.
    pub probes: Vec<Probe>,
    /// What there is to look at.
    pub pictures: Vec<Picture>,
    /// What many cycles make of the probes, with the parameters as they stand.
    pub observables: Vec<Observable>,
    /// What is listed beside it.
    pub lists: Vec<List>,
}

impl SceneFacts {
    /// The facts of a system that is about to run under this scene.
    pub fn of(name: String, seed: u64, note: Option<String>, simulation: &dyn Simulation) -> Self {
        let Description { name: system, title, stages, toggles, presets, parameters } = simulation.description();
        Self {
            name,
            seed,
            note,
            remarks: Vec::new(),
            choices: simulation.choices(),
            system,
            title,
            stages,
            toggles: toggles.clone(),
            presets,
            preset: String::new(),
            parameters: parameters.clone(),
            landmarks: simulation.landmarks(),
            courses: simulation.courses(),
            probes: simulation.probes(),
            pictures: simulation.pictures(),
            observables: simulation.observables(),
            lists: simulation.lists(),
        }
    }
}

/// What a system says of itself as it stands: pictures may follow the pointer, and the work the toggles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// What there is to look at.
    pub pictures: Vec<Picture>,
    /// The line of text that goes with it.
    pub caption: Option<String>,
    /// What a cycle gets done.
    pub work: Option<Work>,
    /// What many cycles make of the probes.
    pub observables: Vec<Observable>,
}

impl Standing {
    /// What this one says under these toggles.
    pub fn of(simulation: &dyn Simulation, toggles: ToggleSet) -> Self {
        Self {
            pictures: simulation.pictures(),
            caption: simulation.caption(),
            work: simulation.work(toggles),
            observables: simulation.observables(),
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
    /// Why it is the host's, where it is.
    pub host_time_because: Option<String>,
    /// What it can do at best, as measured at the start.
    pub roof: Option<Roof>,
}

impl Machine {
    /// What a device says of itself, how its passes are timed, and its limits, if they were measured.
    pub fn of(gpu: &Gpu, clock: &Clock, roof: Option<Roof>) -> Self {
        let (timing, host_time_because) = match clock.method() {
            Method::GpuPass => (Timing::Device { tick: clock.nanoseconds_per_tick() * 1e-6 }, None),
            Method::HostOnly { reason } => (Timing::Host, Some(reason.clone())),
        };
        Self {
            adapter: gpu.info.name.clone(),
            driver: format!("{} {}", gpu.info.driver, gpu.info.driver_info),
            backend: gpu.info.backend.to_string(),
            software: gpu.is_software(),
            timing,
            host_time_because,
            roof,
        }
    }
}
