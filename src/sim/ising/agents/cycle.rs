//! The cycle as a list of passes: anneal, feel, imagine others, attend to them, remember, respond; and the start.

use super::Agents;
use super::agent::Couplings;
use super::anneal::{Schedule, inverse_temperature};
use super::description::stage;
use super::empathy::EnergyScale;
use super::kernels::{AgentFigures, AgentPass, option};
use super::layout::buffer;
use super::memory::ENTRIES;
use super::params::Switches;
use crate::sim::random::Generator;
use crate::sim::{BufferId, Cost, Pass, Plan, Read, StageSet, Step, Variant};

/// No row of the timing table: transitions are not part of a cycle.
const NO_STAGE: StageSet = StageSet(0);
/// Operations of a proposal: an exponential of nine multiply-adds, and what decides by it.
const PROPOSAL_OPERATIONS: u64 = 24;
/// Most spins of an agent whose couplings an invocation copies: with more the kernel takes seconds to compile.
const MOST_SPINS_COPIED: u32 = 24;
/// Fewest proposals of an anneal for each row of couplings that make up for the copy.
const PROPOSALS_A_ROW: u32 = 20;

/// Which items a pass is about.
#[derive(Clone, Copy)]
struct Items {
    first: u32,
    count: u32,
}

/// Writes passes into a plan.
pub struct Cycle<'a> {
    agents: &'a Agents,
    switches: Switches,
    constants: AgentPass,
    plan: &'a mut Plan,
}

impl<'a> Cycle<'a> {
    /// Of this number, under these switches.
    pub fn new(agents: &'a Agents, switches: Switches, cycle: u64, plan: &'a mut Plan) -> Self {
        let constants = constants(agents, switches, cycle);
        Self { agents, switches, constants, plan }
    }

    /// Draws the initial state.
    pub fn initialise(mut self) {
        self.forget();
        self.plan.steps.extend([buffer::MEMORY, buffer::NOTES, buffer::MINDS, buffer::FIGURES].map(Step::Clear));
        let bindings = vec![self.couplings(), buffer::FIELDS, buffer::SPINS, buffer::VERSIONS];
        let all = self.all_agents();
        let cost = Cost { bytes_read: 0, bytes_written: self.matrix_bytes(all.count), operations: 0 };
        let variant = self.variant("ising/agents/start", &[]);
        self.pass(NO_STAGE, variant, bindings, all, cost);
        if let Some(given) = &self.agents.given {
            self.plan.steps.extend(given.writes(&self.agents.model, self.couplings()).map(Step::Write));
        }
        if self.agents.model.enumerated > 0 {
            self.plan.steps.push(Step::Clear(buffer::STATES));
        }
        if self.agents.pinned.is_some() {
            self.plan.steps.extend([buffer::TRACES, buffer::STEPS, buffer::GUESSES].map(Step::Clear));
        }
    }

    /// Empties the cache: what it knows belongs to couplings that are gone.
    pub fn forget(&mut self) {
        if self.switches.similarity_cache {
            self.plan.steps.push(Step::Clear(buffer::CACHE));
        }
    }

    /// The whole cycle.
    pub fn write(mut self) {
        if self.agents.cache_is_stale {
            self.forget();
        }
        let all = self.all_agents();
        self.watch();
        if self.agents.model.annealed {
            self.anneal(stage::ANNEAL, buffer::SPINS, &[], all);
        }
        let emotions = if self.switches.batched_emotions { vec![all] } else { single(all.count).collect() };
        for items in emotions {
            self.emotion(items);
        }
        self.pairs();
        self.attention(all);
        self.memory(all);
        self.enumeration();
        if self.agents.model.compassion {
            self.compassion(all);
        }
        self.figures();
        self.plan.rotation.push(u32::from(self.agents.model.compassion));
    }

    /// Everything about an agent and another, for all pairs together or one after the other.
    fn pairs(&mut self) {
        let model = &self.agents.model;
        let pairs = model.pairs();
        let parts: Vec<_> = if self.switches.parallel_attention {
            vec![Items { first: 0, count: pairs }]
        } else {
            single(pairs).collect()
        };
        for items in parts {
            let whole = items.count == pairs;
            let (agents, slot, slots) = if whole {
                (self.all_agents(), 0, model.others)
            } else {
                (Items { first: items.first / model.others, count: 1 }, items.first % model.others, 1)
            };
            self.similarity(agents, slot, slots);
            if !self.switches.quick_estimate {
                self.anneal(stage::MIND, buffer::MINDS, &["MINDS"], items);
            }
            self.empathy(items);
        }
    }

    fn anneal(&mut self, stages: StageSet, spins: BufferId, definitions: &[&'static str], items: Items) {
        let schedule = self.agents.model.schedule(self.switches);
        let mut definitions = definitions.to_vec();
        if schedule.proposals.is_multiple_of(2) {
            definitions.push("EVEN");
        }
        definitions.extend(self.doubles());
        let mut bindings = vec![self.couplings(), buffer::FIELDS, spins];
        let moves = u64::from(items.count) * u64::from(schedule.proposals);
        let (matrix, operations) = (self.matrix_bytes(items.count), moves * PROPOSAL_OPERATIONS);
        if self.switches.fused_anneal {
            if self.agents.software && copies_rows(self.agents.model.spins, schedule) {
                definitions.push("OWN_ROWS");
            }
            let variant = self.variant("ising/agents/anneal", &definitions);
            let operations = operations * u64::from(schedule.steps);
            let cost = Cost { bytes_read: matrix, bytes_written: 8 * u64::from(items.count), operations };
            self.pass(stages, variant, bindings, items, cost);
            return;
        }
        definitions.push("STEPWISE");
        bindings.push(buffer::KEPT);
        let kept = 16 * u64::from(items.count) * u64::from(self.agents.model.quads() + 1);
        for step in 0..schedule.steps {
            let variant = self.variant("ising/agents/anneal", &definitions);
            let cost = Cost { bytes_read: kept, bytes_written: kept, operations };
            self.constants.step = step;
            self.pass(stages, variant, bindings.clone(), items, cost);
        }
        self.constants.step = 0;
    }

    /// Two agents and their images of each other step by step, before they anneal with all others and by the same draws; then
    /// how well the images tell the truth.
    fn watch(&mut self) {
        if self.agents.pinned.is_none() {
            return;
        }
        let both = Items { first: 0, count: 4 };
        let even = self.agents.model.schedule(self.switches).proposals.is_multiple_of(2);
        let definitions: Vec<_> = ["WATCH"].into_iter().chain(even.then_some("EVEN")).chain(self.doubles()).collect();
        let bindings = vec![self.couplings(), buffer::FIELDS, buffer::SPINS, buffer::TRACES, buffer::STEPS];
        let variant = self.variant("ising/agents/anneal", &definitions);
        let cost = self.matrix_cost(both.count, 0);
        self.pass(stage::WATCH, variant, bindings, both, cost);
        let bindings = vec![self.couplings(), buffer::FIELDS, buffer::STEPS, buffer::GUESSES, buffer::FIGURES];
        let variant = self.variant("ising/agents/pinned", &[]);
        self.pass(stage::WATCH, variant, bindings, Items { first: 0, count: 2 }, cost);
    }

    fn emotion(&mut self, items: Items) {
        let bindings = vec![self.couplings(), buffer::FIELDS, buffer::SPINS, buffer::EMOTIONS, buffer::NOTES];
        let cost = self.matrix_cost(items.count, 20);
        let variant = self.variant("ising/agents/emotion", &[]);
        self.pass(stage::EMOTION, variant, bindings, items, cost);
    }

    fn similarity(&mut self, agents: Items, slot: u32, slots: u32) {
        let mut bindings = vec![self.couplings(), buffer::SIMILARITIES, buffer::NOTES];
        let mut definitions = Vec::new();
        let mut cost = self.matrix_cost(agents.count * (slots + 1), 24);
        if self.switches.similarity_cache {
            definitions.push("CACHE");
            bindings.extend([buffer::VERSIONS, buffer::CACHE]);
            // Where all is remembered, only the memory is read.
            cost = Cost { bytes_read: 16 * u64::from(agents.count * slots), ..Cost::default() };
        }
        (self.constants.slot, self.constants.slots) = (slot, slots);
        let variant = self.variant("ising/agents/similarity", &definitions);
        self.pass(stage::SIMILARITY, variant, bindings, agents, cost);
    }

    fn empathy(&mut self, items: Items) {
        let definitions: &[&'static str] = if self.switches.quick_estimate { &["QUICK"] } else { &[] };
        let bindings = vec![
            self.couplings(),
            buffer::FIELDS,
            buffer::SPINS,
            buffer::MINDS,
            buffer::SIMILARITIES,
            buffer::ACCURACIES,
            buffer::EMPATHY,
        ];
        let cost = self.matrix_cost(items.count, 16);
        let variant = self.variant("ising/agents/empathy", definitions);
        self.pass(stage::EMPATHY, variant, bindings, items, cost);
    }

    fn attention(&mut self, all: Items) {
        let bindings = vec![buffer::EMPATHY, buffer::EMOTIONS, buffer::ATTENTION, buffer::COLLECTIVE, buffer::NOTES];
        let pairs = u64::from(self.agents.model.pairs());
        let cost = Cost { bytes_read: 20 * pairs, bytes_written: 4 * pairs, operations: 12 * pairs };
        let variant = self.variant("ising/agents/attention", &[]);
        self.pass(stage::ATTENTION, variant, bindings, all, cost);
    }

    fn memory(&mut self, all: Items) {
        let bindings = vec![buffer::EMOTIONS, buffer::EMPATHY, buffer::NOTES, buffer::MEMORY, buffer::RECALLED];
        let numbers = 5 * u64::from(self.constants.filled) * u64::from(all.count);
        let cost = Cost { bytes_read: 4 * numbers, bytes_written: 44 * u64::from(all.count), operations: numbers };
        let variant = self.variant("ising/agents/memory", &[]);
        self.pass(stage::MEMORY, variant, bindings, all, cost);
    }

    fn compassion(&mut self, all: Items) {
        let current = self.agents.current;
        let bindings = vec![
            buffer::couplings(current),
            buffer::couplings(1 - current),
            buffer::SPINS,
            buffer::VERSIONS,
            buffer::EMPATHY,
            buffer::NOTES,
        ];
        let bytes = self.matrix_bytes(all.count);
        let cost = Cost { bytes_read: 2 * bytes, bytes_written: bytes, operations: 3 * bytes / 4 };
        let variant = self.variant("ising/agents/compassion", &[]);
        self.pass(stage::COMPASSION, variant, bindings, all, cost);
    }

    /// The lowest energy of the first agents, by a look at every state.
    fn enumeration(&mut self) {
        let model = &self.agents.model;
        if model.enumerated == 0 {
            return;
        }
        let states = u64::from(model.enumerated) << model.spins;
        let operations = states * 2 * u64::from(model.quads() * 4);
        let cost = Cost { bytes_read: self.matrix_bytes(model.enumerated), bytes_written: 0, operations };
        let bindings = vec![self.couplings(), buffer::FIELDS, buffer::GROUNDS, buffer::SPINS, buffer::STATES];
        let variant = self.variant("ising/agents/enumerate", &[]);
        let uniform = bytemuck::bytes_of(&self.constants).to_vec();
        let workgroups = [model.enumerated, 1, 1];
        let stages = stage::FIGURES;
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }

    fn figures(&mut self) {
        let model = &self.agents.model;
        let bindings = vec![
            buffer::EMOTIONS,
            buffer::COLLECTIVE,
            buffer::ACCURACIES,
            buffer::EMPATHY,
            buffer::RECALLED,
            buffer::NOTES,
            buffer::GROUNDS,
            buffer::FIGURES,
        ];
        self.constants.slots = model.enumerated;
        let bytes_read = 72 * u64::from(model.agents) + 20 * u64::from(model.pairs());
        let cost = Cost { bytes_read, bytes_written: 0, operations: bytes_read / 4 };
        let variant = self.variant("ising/agents/figures", &[]);
        let uniform = bytemuck::bytes_of(&self.constants).to_vec();
        let (stages, workgroups) = (stage::FIGURES, [1, 1, 1]);
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
        let bytes = size_of::<AgentFigures>() as u64;
        self.plan.steps.push(Step::Read(Read { stages, buffer: buffer::FIGURES, offset: 0, bytes, wait: false }));
    }

    /// The definition of anneals in 64 bits.
    fn doubles(&self) -> Option<&'static str> {
        (!self.switches.f32).then_some("DOUBLE")
    }

    fn couplings(&self) -> BufferId {
        buffer::couplings(self.agents.current)
    }

    fn all_agents(&self) -> Items {
        Items { first: 0, count: self.agents.model.agents }
    }

    /// Bytes of so many coupling matrices.
    fn matrix_bytes(&self, count: u32) -> u64 {
        16 * u64::from(count) * u64::from(self.agents.model.spins * self.agents.model.quads())
    }

    /// What it costs to go through so many matrices with so many operations for each four couplings.
    fn matrix_cost(&self, count: u32, operations: u64) -> Cost {
        let bytes = self.matrix_bytes(count);
        Cost { bytes_read: bytes, bytes_written: 0, operations: bytes / 16 * operations }
    }

    fn variant(&self, kernel: &'static str, definitions: &[&'static str]) -> Variant {
        let strict = (self.agents.model.generator == Generator::Strict).then_some("STRICT_RANDOM");
        let spins = ("SPINS", self.agents.model.spins as i32);
        Variant::new(kernel, definitions.iter().copied().chain(strict).map(|name| (name, 1)).chain([spins]))
    }

    /// One invocation per item.
    fn pass(&mut self, stages: StageSet, variant: Variant, bindings: Vec<BufferId>, items: Items, cost: Cost) {
        let constants = AgentPass { first: items.first, count: items.count, ..self.constants };
        let uniform = bytemuck::bytes_of(&constants).to_vec();
        let workgroups = workgroups_for(items.count);
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }
}

/// Whether an anneal on a software adapter is faster if it copies its couplings first (`PERFORMANCE.md`, The Ising agents).
fn copies_rows(spins: u32, schedule: Schedule) -> bool {
    spins <= MOST_SPINS_COPIED && schedule.steps * schedule.proposals >= PROPOSALS_A_ROW * spins
}

/// So many items one by one.
fn single(count: u32) -> impl Iterator<Item = Items> {
    (0..count).map(|first| Items { first, count: 1 })
}

/// What all passes of a cycle have in common.
fn constants(agents: &Agents, switches: Switches, cycle: u64) -> AgentPass {
    let model = &agents.model;
    let schedule = model.schedule(switches);
    let weights = model.rules.weights();
    let flag = |is_set: bool, bit: u32| if is_set { bit } else { 0 };
    let mut betas = [[0.0; 4]; 25];
    for (step, beta) in (0..schedule.steps).zip(betas.as_flattened_mut()) {
        *beta = inverse_temperature(step, schedule.steps) as f32;
    }
    AgentPass {
        agents: model.agents,
        others: model.others,
        circle: model.circle(),
        seed: agents.seed,
        // The counter's word has 32 bits: draws repeat after 2³² cycles.
        cycle: cycle as u32,
        steps: schedule.steps,
        proposals: schedule.proposals,
        patience: schedule.patience.unwrap_or(0),
        options: flag(switches.early_exit, option::EARLY_EXIT)
            | flag(model.rules.scale() == EnergyScale::Latest, option::LATEST_SCALE)
            | flag(!model.rules.trend_follows_time(), option::STORAGE_ORDER)
            | flag(!model.annealed, option::STILL),
        source: match model.couplings() {
            Couplings::Published => 0,
            Couplings::Varied => 1,
            Couplings::Signed => 2,
        },
        entry: (cycle.saturating_sub(1) % ENTRIES as u64) as u32,
        filled: cycle.clamp(1, ENTRIES as u64) as u32,
        floor: if schedule.floor { 0.1 } else { 0.0 },
        scale: (1.0 / f64::from(model.spins).sqrt()) as f32,
        strength: model.strength as f32,
        noise: model.noise as f32,
        spins: model.spins,
        pinned: agents.pinned.unwrap_or_default(),
        weights: [weights.overlap, weights.energy, weights.similarity, weights.magnetisation].map(|part| part as f32),
        betas,
        ..AgentPass::default()
    }
}

/// Workgroups of 64 for so many items, in rows that no adapter refuses.
fn workgroups_for(items: u32) -> [u32; 3] {
    const ROW: u32 = 32_768;
    let groups = items.div_ceil(64);
    let rows = groups.div_ceil(ROW).max(1);
    [groups.div_ceil(rows), rows, 1]
}
