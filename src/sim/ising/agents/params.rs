//! What a scene says about a population of agents, the rules that a preset stands for, and the switches of the toggles.

use super::agent::Couplings;
use super::anneal::{Schedule, adaptive_steps};
use super::description::parameters;
use super::empathy::{EnergyScale, Weights};
use super::enumeration::SPINS_MAX;
use super::{PATIENCE, SPINS, STEPS};
use crate::sim::Refusal;
use crate::sim::random::Generator;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Most agents.
pub const AGENTS_MAX: u32 = 1_000_000;
/// Most others that an agent turns to in a cycle: as many as its cache remembers.
pub const OTHERS_MAX: u32 = 8;
/// Most passes that a cycle may have: what takes one dispatch for each agent, pair or step multiplies.
const PASSES_MAX: u64 = 65_536;

/// A published or mended rule set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rules {
    /// Couplings of either sign, full sweeps without the floor.
    #[default]
    Corrected,
    /// As first published.
    Published,
    /// As published in phase 4.
    Phase4,
    /// As published in phase 5.
    Phase5,
}

impl Rules {
    /// Where couplings come from.
    pub fn couplings(self) -> Couplings {
        match self {
            Self::Corrected => Couplings::Signed,
            Self::Published => Couplings::Published,
            Self::Phase4 | Self::Phase5 => Couplings::Varied,
        }
    }

    /// Proposals of a step and whether there is a floor.
    pub fn schedule(self, steps: u32, spins: usize) -> Schedule {
        match self {
            Self::Corrected => Schedule::corrected(steps, spins),
            Self::Published | Self::Phase4 | Self::Phase5 => Schedule::published(steps),
        }
    }

    /// The weights of a score.
    pub fn weights(self) -> Weights {
        match self {
            Self::Corrected | Self::Published => Weights::PUBLISHED,
            Self::Phase4 => Weights::PHASE4,
            Self::Phase5 => Weights::PHASE5,
        }
    }

    /// What an energy error is divided by.
    pub fn scale(self) -> EnergyScale {
        match self {
            Self::Published | Self::Phase4 => EnergyScale::First,
            Self::Corrected | Self::Phase5 => EnergyScale::Latest,
        }
    }

    /// Whether the trend of a memory follows time; the published one follows the places of the ring.
    pub fn trend_follows_time(self) -> bool {
        self == Self::Corrected
    }
}

/// A population as a scene describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentsModel {
    /// Agents, 2 to 1,000,000.
    pub agents: u32,
    /// Agents on a software adapter, unless the full size is forced.
    #[serde(default)]
    pub reduced_agents: Option<u32>,
    /// Spins of an agent, 2 to 64.
    pub spins: u32,
    /// Others that an agent turns to in a cycle, 1 to 8.
    pub others: u32,
    /// Agents after it that they are drawn from, `others` to `agents` − 1; by default as many as `others`, so that they are
    /// always the same.
    #[serde(default)]
    pub circle: Option<u32>,
    /// Where couplings come from; by default from the preset's rules.
    #[serde(default)]
    pub couplings: Option<Couplings>,
    /// A file to take couplings and fields from instead: an `.npz` with `J`, `[spins, spins]` for all agents or
    /// `[agents, spins, spins]`, and possibly `h`, `[spins]` or `[agents, spins]`. Relative to the scene's folder.
    #[serde(default)]
    pub couplings_from: Option<PathBuf>,
    /// Whether every agent anneals itself at the start of a cycle. Otherwise its spins change by compassion alone.
    #[serde(default = "yes")]
    pub annealed: bool,
    /// Whether agents respond to those that they attend to most.
    #[serde(default = "yes")]
    pub compassion: bool,
    /// How strong a response is, 0 to 1.
    #[serde(default = "strength")]
    pub strength: f64,
    /// How much a spin is shaken where there is little empathy, 0 to 1.
    #[serde(default = "noise")]
    pub noise: f64,
    /// How many of the first agents are held against the lowest energy of all their states; needs at most 24 spins.
    #[serde(default)]
    pub enumerated: u32,
    /// Two agents whose anneals are watched step by step, and what they think of each other; a pointer pins others.
    #[serde(default)]
    pub pinned: Option<[u32; 2]>,
    /// The rules of the preset.
    #[serde(default)]
    pub rules: Rules,
    /// The random generator.
    #[serde(default)]
    pub generator: Generator,
}

fn yes() -> bool {
    true
}

fn strength() -> f64 {
    0.1
}

fn noise() -> f64 {
    0.05
}

impl AgentsModel {
    /// Whether every number lies in its range.
    ///
    /// # Errors
    /// The first that does not, by name and with its range.
    pub fn check(&self) -> Result<(), Refusal> {
        let spins = (*SPINS.start() as u32, *SPINS.end() as u32);
        within("agents", self.agents, (2, AGENTS_MAX))?;
        if let Some(agents) = self.reduced_agents {
            within("reduced_agents", agents, (2, AGENTS_MAX))?;
        }
        within("spins", self.spins, spins)?;
        let fewest = self.agents.min(self.reduced_agents.unwrap_or(self.agents));
        within("others", self.others, (1, OTHERS_MAX.min(fewest - 1)))?;
        within("circle", self.circle(), (self.others, fewest - 1))?;
        within("enumerated", self.enumerated, (0, fewest.min(4096)))?;
        if self.enumerated > 0 && self.spins as usize > SPINS_MAX {
            return Err(Refusal(format!(
                "enumerated = {} needs spins of at most {SPINS_MAX}, and spins = {}",
                self.enumerated, self.spins
            )));
        }
        for agent in self.pinned.into_iter().flatten() {
            within("pinned", agent, (0, fewest - 1))?;
        }
        if self.couplings_from.is_some() && self.couplings.is_some() {
            return Err(Refusal("couplings_from and couplings both say what the couplings are: give one".to_owned()));
        }
        for parameter in parameters() {
            let value = self.get(parameter.name).unwrap_or(f64::NAN);
            if !parameter.range.contains(&value) {
                let (low, high) = (parameter.range.start(), parameter.range.end());
                return Err(Refusal(format!("{} = {value} is outside {low} to {high}", parameter.name)));
            }
        }
        Ok(())
    }

    /// Agents that the others are drawn from.
    pub fn circle(&self) -> u32 {
        self.circle.unwrap_or(self.others)
    }

    /// Where couplings come from.
    pub fn couplings(&self) -> Couplings {
        self.couplings.unwrap_or(self.rules.couplings())
    }

    /// Pairs of an agent and another that it turns to.
    pub fn pairs(&self) -> u32 {
        self.agents * self.others
    }

    /// Vectors of four that a row of couplings takes.
    pub fn quads(&self) -> u32 {
        self.spins.div_ceil(4)
    }

    /// The anneal under these switches.
    pub fn schedule(&self, switches: Switches) -> Schedule {
        let steps = if switches.adaptive_steps { adaptive_steps(self.spins as usize) } else { STEPS };
        let patience = switches.streaming_anneal.then_some(PATIENCE);
        Schedule { patience, ..self.rules.schedule(steps, self.spins as usize) }
    }

    /// The value of the parameter of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        Some(match name {
            "strength" => self.strength,
            "noise" => self.noise,
            _ => return None,
        })
    }

    /// The same to write.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut f64> {
        Some(match name {
            "strength" => &mut self.strength,
            "noise" => &mut self.noise,
            _ => return None,
        })
    }
}

fn within(name: &str, value: u32, (low, high): (u32, u32)) -> Result<(), Refusal> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Refusal(format!("{name} = {value} is outside {low} to {high}")))
}

/// The toggles as plain switches, one per row of the specification's table, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// 50 + ⌊n / 10⌋ steps instead of 100.
    pub adaptive_steps: bool,
    /// The last similarities of an agent are remembered.
    pub similarity_cache: bool,
    /// Where more than 0.95 of the spins are equal, errors are given as 0.
    pub early_exit: bool,
    /// One dispatch for all emotions instead of one for each.
    pub batched_emotions: bool,
    /// All pairs in one dispatch instead of one after another.
    pub parallel_attention: bool,
    /// An anneal stops once nothing has moved for some steps.
    pub streaming_anneal: bool,
    /// All steps of an anneal in one dispatch instead of one for each.
    pub fused_anneal: bool,
    /// Anneals are computed in f32 instead of f64.
    pub f32: bool,
    /// The published quick estimate instead of the score.
    pub quick_estimate: bool,
}

impl Switches {
    /// Whether these make sense together for this population.
    ///
    /// # Errors
    /// What does not, with the remedy.
    pub fn check(self, model: &AgentsModel) -> Result<(), Refusal> {
        let passes = self.passes(model);
        if passes > PASSES_MAX {
            return Err(Refusal(format!(
                "agents = {} would take {passes} dispatches a cycle, and at most {PASSES_MAX} are encoded: turn on \
                 batched_emotions, parallel_attention and fused_anneal, or choose fewer agents",
                model.agents
            )));
        }
        Ok(())
    }

    /// About how many passes a cycle has.
    fn passes(self, model: &AgentsModel) -> u64 {
        let steps = if self.fused_anneal { 1 } else { u64::from(model.schedule(self).steps) };
        let pairs = if self.parallel_attention { 1 } else { u64::from(model.pairs()) };
        let emotions = if self.batched_emotions { 1 } else { u64::from(model.agents) };
        let minds = if self.quick_estimate { 0 } else { steps * pairs };
        let own = if model.annealed { steps } else { 0 };
        own + emotions + minds + 2 * pairs
    }
}
