//! What a scene says about the Möbius system: shape, waves, controller.

use super::constants::{MOST_NODES, OBSERVED};
use super::description::parameters;
use crate::sim::Refusal;
use crate::sim::random::Generator;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where the nodes are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// A band round the unit circle with half-twists: a Möbius band where their number is odd.
    Strip {
        /// Nodes along the band, 16 to 2,000.
        along: u32,
        /// Nodes across it, both edges among them, 4 to 64.
        across: u32,
        /// Half-twists, 0 to 9: odd makes the band one-sided, even two-sided.
        half_twists: u32,
        /// Half its width, 0.05 to 0.9.
        half_width: f64,
    },
    /// The published helix on the unit sphere.
    Published {
        /// Nodes, 256 to 131,072.
        nodes: u32,
        /// Windings w of the helix, 0 to 150.
        windings: f64,
    },
}

/// The recurrent network that watches the field and may drive the structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControllerModel {
    /// Units of each of the four layers, 16 to 4,096, a multiple of 16; published 4,096, and 512 in local runs.
    #[serde(default = "hidden")]
    pub hidden: u32,
    /// Whether it drives torsion, windings and samples, and acts on the amplitudes, instead of the sliders.
    #[serde(default)]
    pub drives: bool,
    /// A `.safetensors` file with its weights, from the scene's folder; drawn from the seed without one.
    #[serde(default)]
    pub weights: Option<PathBuf>,
}

fn hidden() -> u32 {
    512
}

/// The Möbius system as a scene describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MobiusModel {
    /// Where the nodes are.
    pub shape: Shape,
    /// Nodes along the strip on a software adapter, unless the full size is forced.
    #[serde(default)]
    pub reduced_along: Option<u32>,
    /// Torsion τ, 0 to 3: of the strip the swing of its section round the band, in rad.
    #[serde(default)]
    pub torsion: f64,
    /// Wave number k in rad per unit of length, 0.1 to 100; published 3.
    #[serde(default = "wavenumber")]
    pub wavenumber: f64,
    /// Nodes that are sources, drawn from all of them; all without it.
    #[serde(default)]
    pub sources: Option<u32>,
    /// Structural parameter n, 0.05 to 20: decides how many nodes are sampled, where they are.
    #[serde(default = "uvhl_n")]
    pub uvhl_n: f64,
    /// Whether only clip(1000 n / 3.8, 500, 2000) drawn nodes are evolved in a cycle, as published, instead of all.
    #[serde(default)]
    pub sampled: bool,
    /// Simulated seconds of a cycle, 1e-6 to 10.
    #[serde(default = "time_step")]
    pub time_step: f64,
    /// How far windings may go under `lazy_geometry` before the nodes are placed anew, 0 to 100; published 1.
    #[serde(default = "lazy_windings")]
    pub lazy_windings: f64,
    /// Likewise torsion, 0 to 3; published 0.1.
    #[serde(default = "lazy_torsion")]
    pub lazy_torsion: f64,
    /// The controller; none without it.
    #[serde(default)]
    pub controller: Option<ControllerModel>,
    /// The random generator.
    #[serde(default)]
    pub generator: Generator,
}

fn wavenumber() -> f64 {
    3.0
}

fn uvhl_n() -> f64 {
    3.8
}

fn time_step() -> f64 {
    0.05
}

fn lazy_windings() -> f64 {
    1.0
}

fn lazy_torsion() -> f64 {
    0.1
}

impl MobiusModel {
    /// A model of this shape with everything else as a scene that says nothing has it.
    pub fn of(shape: Shape) -> Self {
        Self {
            shape,
            reduced_along: None,
            torsion: 0.0,
            wavenumber: wavenumber(),
            sources: None,
            uvhl_n: uvhl_n(),
            sampled: false,
            time_step: time_step(),
            lazy_windings: lazy_windings(),
            lazy_torsion: lazy_torsion(),
            controller: None,
            generator: Generator::Fast,
        }
    }

    /// Whether every number lies in its range.
    ///
    /// # Errors
    /// The first that does not, by name and with its range.
    pub fn check(&self) -> Result<(), Refusal> {
        if let Shape::Strip { along, across, half_twists, .. } = self.shape {
            within("along", along, 16, 2000)?;
            within("across", across, 4, 64)?;
            within("half_twists", half_twists, 0, 9)?;
            if let Some(along) = self.reduced_along {
                within("reduced_along", along, 16, 2000)?;
            }
            if along * across < OBSERVED {
                let nodes = along * across;
                return Err(Refusal(format!("along · across = {nodes} nodes are fewer than the least, {OBSERVED}")));
            }
        }
        if let Shape::Published { nodes, .. } = self.shape {
            within("nodes", nodes, OBSERVED, MOST_NODES)?;
        }
        for (name, value, low, high) in [
            ("half_width", self.half_width(), 0.05, 0.9),
            ("time_step", self.time_step, 1e-6, 10.0),
            ("lazy_windings", self.lazy_windings, 0.0, 100.0),
            ("lazy_torsion", self.lazy_torsion, 0.0, 3.0),
        ] {
            if !(low..=high).contains(&value) {
                return Err(Refusal(format!("{name} = {value} is outside {low} to {high}")));
            }
        }
        if let Some(controller) = &self.controller {
            within("hidden", controller.hidden, 16, 4096)?;
            if !controller.hidden.is_multiple_of(16) {
                return Err(Refusal(format!("hidden = {} is not a multiple of 16", controller.hidden)));
            }
        }
        for parameter in parameters(self) {
            let value = self.get(parameter.name).unwrap_or(f64::NAN);
            if !parameter.range.contains(&value) {
                let (low, high) = (parameter.range.start(), parameter.range.end());
                return Err(Refusal(format!("{} = {value} is outside {low} to {high}", parameter.name)));
            }
        }
        Ok(())
    }

    /// The value of the parameter of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        match (name, self.shape) {
            ("half_twists", Shape::Strip { half_twists, .. }) => Some(f64::from(half_twists)),
            ("half_width", Shape::Strip { half_width, .. }) => Some(half_width),
            ("windings", Shape::Published { windings, .. }) => Some(windings),
            ("torsion", _) => Some(self.torsion),
            ("wavenumber", _) => Some(self.wavenumber),
            ("sources", _) => Some(f64::from(self.source_count())),
            ("uvhl_n", _) => Some(self.uvhl_n),
            _ => None,
        }
    }

    /// Moves the parameter of this name; what counts is rounded to whole numbers.
    pub fn set(&mut self, name: &str, value: f64) {
        match (name, &mut self.shape) {
            ("half_twists", Shape::Strip { half_twists, .. }) => *half_twists = value.round() as u32,
            ("half_width", Shape::Strip { half_width, .. }) => *half_width = value,
            ("windings", Shape::Published { windings, .. }) => *windings = value,
            ("torsion", _) => self.torsion = value,
            ("wavenumber", _) => self.wavenumber = value,
            ("sources", _) => self.sources = Some(value.round() as u32),
            ("uvhl_n", _) => self.uvhl_n = value,
            _ => {}
        }
    }

    /// Nodes.
    pub fn nodes(&self) -> u32 {
        match self.shape {
            Shape::Strip { along, across, .. } => along * across,
            Shape::Published { nodes, .. } => nodes,
        }
    }

    /// Nodes that are sources.
    pub fn source_count(&self) -> u32 {
        self.sources.unwrap_or(self.nodes())
    }

    /// Nodes along and across the strip; those of the helix are one behind the other.
    pub fn grid(&self) -> [u32; 2] {
        match self.shape {
            Shape::Strip { along, across, .. } => [along, across],
            Shape::Published { nodes, .. } => [nodes, 1],
        }
    }

    /// Half-twists of the strip.
    pub fn half_twists(&self) -> u32 {
        match self.shape {
            Shape::Strip { half_twists, .. } => half_twists,
            Shape::Published { .. } => 0,
        }
    }

    /// Half the width of the strip; that of the helix is never used.
    pub fn half_width(&self) -> f64 {
        match self.shape {
            Shape::Strip { half_width, .. } => half_width,
            Shape::Published { .. } => 0.5,
        }
    }

    /// Whether it is the band and not the helix.
    pub fn is_strip(&self) -> bool {
        matches!(self.shape, Shape::Strip { .. })
    }

    /// Whether the controller drives the structure.
    pub fn is_driven(&self) -> bool {
        self.controller.as_ref().is_some_and(|controller| controller.drives)
    }

    /// What a user of this shape should know, if anything.
    pub fn remark(&self) -> Option<String> {
        match self.shape {
            Shape::Strip { half_twists, .. } if half_twists % 2 == 0 => Some(format!(
                "half_twists = {half_twists} is even: the band is two-sided, and a vortex keeps its sign across the seam"
            )),
            _ => None,
        }
    }
}

fn within(name: &str, value: u32, low: u32, high: u32) -> Result<(), Refusal> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Refusal(format!("{name} = {value} is outside {low} to {high}")))
}

/// The toggles as plain switches, one per row of the specification's table, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// One dispatch for all nodes instead of one per hundred with its matrix of distances.
    pub one_dispatch: bool,
    /// 100 to 300 sampled nodes.
    pub reduced_samples: bool,
    /// Waves every second cycle.
    pub skip_evolution: bool,
    /// Nodes placed anew only after windings or torsion have gone far.
    pub lazy_geometry: bool,
    /// cos(k d) / d and sin(k d) / d kept for as long as nothing moves.
    pub cached_propagator: bool,
    /// Distances as 16-bit floats.
    pub half_distances: bool,
    /// As many cycles in a submission as there is room for.
    pub recorded_commands: bool,
    /// Controller and waves in one pass.
    pub overlap: bool,
    /// All gates of a layer and its cells in one dispatch.
    pub fused_lstm: bool,
}

impl Switches {
    /// Whether these make sense together for this model.
    ///
    /// # Errors
    /// What does not, with the remedy.
    pub fn check(self, model: &MobiusModel) -> Result<(), Refusal> {
        let refuse = |sentence: &str| Err(Refusal(sentence.to_owned()));
        if self.cached_propagator && !self.one_dispatch {
            return refuse(
                "cached_propagator needs one_dispatch on: it keeps a propagator instead of batches' distances",
            );
        }
        for (name, on) in [("overlap", self.overlap), ("fused_lstm", self.fused_lstm)] {
            if on && model.controller.is_none() {
                return Err(Refusal(format!("{name} needs a controller: Some(ControllerModel()) in the scene")));
            }
        }
        if self.overlap && !model.is_strip() && model.is_driven() {
            return refuse(
                "overlap needs drives: false in the published model: there the waves of a cycle wait for what the \
                 controller says in it",
            );
        }
        Ok(())
    }

    /// Whether waves are computed in this cycle.
    pub fn evolves(self, cycle: u64) -> bool {
        !self.skip_evolution || cycle.is_multiple_of(2)
    }
}
