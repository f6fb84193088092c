//! Small dense agents: n spins of ±1, each coupled to all others, annealed; and what the published system reads off them:
//! emotion, theory of mind, empathy, compassion, memory, social attention.
//!
//! Section numbers are those of the published system, `Prime-directive`: 2.1 state, 2.2 anneal, 2.3 emotion, 2.4 theory of
//! mind and empathy. Its answer is known in closed form: all couplings are positive, so every anneal ends with all spins
//! equal, and the score is 0.3 + 0.4 · (1 + |m|) / 2 + 0.3 · max(0, 1 − ε) with the other's magnetisation m and the energy
//! error ε of the aligned state.
//!
//! `agent.rs` to `memory.rs` and `reference.rs` are the same system in double precision, written for reading; tests alone use
//! what they compute.

pub mod agent;
pub mod anneal;
mod cycle;
pub mod description;
pub mod emotion;
pub mod empathy;
pub mod enumeration;
pub mod given;
pub mod kernels;
pub mod layout;
pub mod memory;
pub mod params;
pub mod reference;
#[cfg(test)]
mod tests;
mod views;

use crate::sim::{Description, Picture, Plan, Probe, Refusal, Simulation, State, ToggleSet, Work};
use cycle::Cycle;
use description::switches;
use given::Given;
use kernels::AgentFigures;
use params::AgentsModel;
use std::mem::offset_of;
use std::sync::Arc;

/// What a random draw is for: the `operation` word of the counter, so that no two operations share a draw.
///
/// The WGSL side has the same table in `shaders/ising/agents/draws.wgsl`; a test compares the two.
pub mod draw {
    /// Strength of a pair's coupling; index = agent · 512 + pair div 4, pairs (i, j) with i < j counted row by row, cycle 0.
    pub const COUPLINGS: u32 = 0;
    /// Field of a spin; index = agent · 16 + spin div 4, cycle 0.
    pub const FIELDS: u32 = 1;
    /// Spins at the start of an anneal; index = agent, bit i mod 32 of word i div 32 of the mixed words.
    pub const SPINS: u32 = 2;
    /// Which spins a compassionate response flips; index = agent · 16 + spin div 4.
    pub const COMPASSION: u32 = 3;
    /// Which other an agent turns to; index = pair.
    pub const ATTENTION: u32 = 4;
    /// Proposals of an anneal, two a draw: this plus proposal div 2; index = agent, or for the image of another the number of
    /// agents + pair. All numbers from here on are taken.
    pub const PROPOSALS: u32 = 64;
}

/// Fewest and most spins of an agent.
pub const SPINS: std::ops::RangeInclusive<usize> = 2..=64;
/// Steps of an anneal.
pub const STEPS: u32 = 100;
/// Steps without a move after which a streaming anneal stops.
pub const PATIENCE: u32 = 10;

/// A population, ready to plan its cycles. Owns no device.
#[derive(Clone)]
pub struct Agents {
    description: Description,
    model: AgentsModel,
    seed: u32,
    /// Which of both couplings counts.
    current: u32,
    /// Couplings and fields of a file.
    given: Option<Arc<Given>>,
    /// The two agents that are watched, where any are: the one that was pointed at last, and the one before it.
    pinned: Option<[u32; 2]>,
    /// Whether the adapter has 64-bit floating point.
    doubles: bool,
    /// Whether the adapter computes on the processor.
    software: bool,
    /// Whether the cache may know similarities of couplings that are gone.
    cache_is_stale: bool,
}

impl Agents {
    /// A population of this model; reads couplings where it names a file.
    ///
    /// # Errors
    /// A number outside its range, by field and with the remedy, or a file that does not hold such couplings.
    pub fn new(model: AgentsModel, seed: u64) -> Result<Self, Refusal> {
        model.check()?;
        let given = model.couplings_from.as_ref().map(|path| Given::read(path, &model)).transpose()?.map(Arc::new);
        let (description, pinned) = (description::description(), model.pinned);
        let mut agents = Self {
            description,
            model,
            seed: 0,
            current: 0,
            given,
            pinned,
            doubles: false,
            software: false,
            cache_is_stale: false,
        };
        agents.reseed(seed);
        Ok(agents)
    }

    /// The same on an adapter that has 64-bit floating point, or has not.
    #[must_use]
    pub fn with_doubles(self, doubles: bool) -> Self {
        Self { doubles, ..self }
    }

    /// The same on an adapter that computes on the processor, or on another: anneals run in another kernel there, to the same
    /// spins.
    #[must_use]
    pub fn on_software(self, software: bool) -> Self {
        Self { software, ..self }
    }

    /// The model as it stands.
    pub fn model(&self) -> &AgentsModel {
        &self.model
    }
}

impl Simulation for Agents {
    fn description(&self) -> &Description {
        &self.description
    }

    fn state(&self, toggles: ToggleSet) -> State {
        layout::state(&self.model, switches(toggles), self.current)
    }

    fn what_would_fit(&self, toggles: ToggleSet, bytes: u64) -> String {
        let spins = self.model.spins;
        match layout::most_agents(&self.model, switches(toggles), bytes) {
            Some(agents) => format!("with spins: {spins} at most agents: {agents} fits"),
            None => format!("with spins: {spins} not even the fewest agents fit"),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |name: &str, plot, offset: usize| Probe { name: name.to_owned(), plot, offset: offset as u64 };
        let mut probes = vec![
            probe("energy per spin", "energy", offset_of!(AgentFigures, energy)),
            probe("valence", "emotion", offset_of!(AgentFigures, valence)),
            probe("arousal", "emotion", offset_of!(AgentFigures, arousal)),
            probe("tension", "emotion", offset_of!(AgentFigures, tension)),
            probe("coherence", "emotion", offset_of!(AgentFigures, coherence)),
            probe("collective valence", "emotion", offset_of!(AgentFigures, collective_valence)),
            probe("empathy", "empathy", offset_of!(AgentFigures, empathy)),
            probe("overlap", "empathy", offset_of!(AgentFigures, overlap)),
            probe("similarity", "empathy", offset_of!(AgentFigures, similarity)),
            probe("energy error", "errors", offset_of!(AgentFigures, energy_error)),
            probe("magnetisation error", "errors", offset_of!(AgentFigures, magnetisation_error)),
            probe("cache hit rate", "cache", offset_of!(AgentFigures, hit_rate)),
            probe("attention entropy", "attention", offset_of!(AgentFigures, entropy)),
            probe("empathy trend", "memory", offset_of!(AgentFigures, trend)),
        ];
        if self.pinned.is_some() {
            const PLACES: [&str; 4] = ["overlap", "energy error", "similarity", "empathy"];
            let start = offset_of!(AgentFigures, pinned);
            for (direction, way) in ["first for second", "second for first"].into_iter().enumerate() {
                let all = PLACES.into_iter().enumerate();
                probes.extend(all.map(|(place, name)| {
                    probe(&format!("{name}, {way}"), "pinned pair", start + 16 * direction + 4 * place)
                }));
            }
        }
        if self.model.enumerated > 0 {
            probes.push(probe("ground states found", "ground state", offset_of!(AgentFigures, found)));
            probes.push(probe("found so far", "ground state", offset_of!(AgentFigures, found_so_far)));
            probes.push(probe("energy above the ground", "ground state", offset_of!(AgentFigures, gap)));
        }
        probes
    }

    fn pictures(&self) -> Vec<Picture> {
        views::pictures(&self.model, self.pinned)
    }

    fn caption(&self) -> Option<String> {
        let [first, second] = self.pinned?;
        Some(format!("pinned: agent {first} and agent {second}; a click on a wall pins another instead of the second"))
    }

    fn work(&self, _toggles: ToggleSet) -> Option<Work> {
        let anneals = self.model.agents + self.model.pairs();
        Some(Work { unit: "anneals", per_cycle: f64::from(anneals) })
    }

    fn validate(&self, toggles: ToggleSet) -> Result<(), Refusal> {
        let switches = switches(toggles);
        if !switches.f32 && !self.doubles {
            let reason =
                "f32 cannot be off: this adapter has no 64-bit floating point; leave it on, or choose another adapter";
            return Err(Refusal(reason.to_owned()));
        }
        switches.check(&self.model)
    }

    fn initialise(&self, toggles: ToggleSet, plan: &mut Plan) {
        Cycle::new(self, switches(toggles), 0, plan).initialise();
    }

    fn switch(&self, _from: ToggleSet, to: ToggleSet, plan: &mut Plan) {
        // All settings keep the same arrays; a cache that comes back may have missed changes.
        Cycle::new(self, switches(to), 0, plan).forget();
    }

    fn plan(&self, cycle: u64, toggles: ToggleSet, plan: &mut Plan) {
        plan.clear();
        Cycle::new(self, switches(toggles), cycle, plan).write();
    }

    fn advance(&mut self, _toggles: ToggleSet, plan: &Plan) {
        if plan.rotation.first() == Some(&1) {
            self.current = 1 - self.current;
        }
        self.cache_is_stale = false;
    }

    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal> {
        let toggles = self.description.preset(name)?;
        self.model.rules = description::rules(name);
        Ok(toggles)
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        self.model.get(name)
    }

    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Refusal> {
        self.description.check_parameter(name, value)?;
        if let Some(slot) = self.model.get_mut(name) {
            *slot = value;
        }
        Ok(())
    }

    fn reseed(&mut self, seed: u64) {
        // The counter has one word for the seed: both halves of the scene's count.
        self.seed = (seed ^ (seed >> 32)) as u32;
    }

    fn resume(&mut self, _cycle: u64, _toggles: ToggleSet) {
        self.cache_is_stale = true;
    }

    fn duplicate(&self) -> Box<dyn Simulation> {
        Box::new(self.clone())
    }

    fn point(&mut self, picture: &str, at: [f32; 2]) {
        if let (Some([first, _]), Some(agent)) = (self.pinned, views::agent_at(&self.model, picture, at))
            && agent != first
        {
            self.pinned = Some([agent, first]);
        }
    }

    fn rules(&self) -> String {
        format!("{:?}, {:?}, seed {}", self.model, self.given, self.seed)
    }

    fn compared(&self) -> &'static [&'static str] {
        &["spins", "couplings", "emotions", "empathy", "collective"]
    }

    fn cycles_to_look_at(&self) -> &'static [u64] {
        &[1]
    }
}
