//! What is measured of the Ising systems.

use super::{CliError, Gpu, Instead, SceneFile, Setting, Simulation, Size};
use crate::scene::System;
use crate::sim::ising::agents::Agents;
use crate::sim::ising::agents::params::AgentsModel;

const LATTICE: &str = "scenes/ising_lattice.ron";

/// The lattice's forms: every toggle in both positions.
pub const SETTINGS: [Setting; 4] = [
    Setting { name: "lattice, bytes", scene: LATTICE, preset: "plain", toggles: &[], instead: None },
    Setting { name: "lattice, bits", scene: LATTICE, preset: "packed", toggles: &[], instead: None },
    Setting { name: "lattice, bits, resident", scene: LATTICE, preset: "resident", toggles: &[], instead: None },
    Setting { name: "lattice, 32 replicas", scene: LATTICE, preset: "replicas", toggles: &[], instead: None },
];

const AGENTS: &str = "scenes/ising_agents.ron";

/// Agents of 20 spins: 100,000 anneals a cycle, then what makes an anneal another one, then the seed's 100 agents.
pub const ANNEALS: [Setting; 4] = [
    anneals("100,000 anneals", &[], many),
    anneals("100,000, adaptive_steps on", &[("adaptive_steps", true)], many),
    anneals("100,000, streaming_anneal on", &[("streaming_anneal", true)], many),
    anneals("200 anneals", &[], few),
];

const fn anneals(name: &'static str, toggles: &'static [(&'static str, bool)], instead: Instead) -> Setting {
    Setting { name, scene: AGENTS, preset: "corrected", toggles, instead: Some(instead) }
}

fn many(file: &SceneFile, gpu: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(file, 50_000, gpu)
}

fn few(file: &SceneFile, gpu: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(file, 100, gpu)
}

/// The scene's rules for this many agents, each of which anneals itself and its image of one other.
fn of(file: &SceneFile, agents: u32, gpu: &Gpu) -> Result<Box<dyn Simulation>, CliError> {
    let System::IsingAgents(model) = &file.scene.system else {
        return Err(CliError::Input("anneals are measured of the Ising agents only".to_owned()));
    };
    let model = AgentsModel {
        agents,
        reduced_agents: None,
        spins: 20,
        others: 1,
        enumerated: 0,
        pinned: None,
        ..model.clone()
    };
    Ok(Box::new(Agents::new(model, file.scene.seed)?.with_doubles(gpu.has_doubles())))
}
