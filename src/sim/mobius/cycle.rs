//! The cycle as a list of its stages, and what happens between cycles.

use super::constants::{BATCH, PROPAGATED, REACH, VORTICES};
use super::description::stage;
use super::kernels::{MobiusFigures, MobiusPass, Structure, StructureStep};
use super::layout::{self, Slices, buffer};
use super::params::{Shape, Switches};
use super::{Mobius, turns};
use crate::sim::random::Generator;
use crate::sim::{BufferId, Cost, HostBytes, Pass, Plan, Read, StageSet, Step, Variant, Write};
use std::mem::offset_of;

/// No row of the timing table: transitions are not part of a cycle.
const NO_STAGE: StageSet = StageSet(0);
/// Operations of a pair, a multiply-add counting as two: distance 11, phase 5, sine 11 and its sum 2.
const REAL_OPERATIONS: u64 = 29;
/// With the cosine, 9, and its sum.
const COMPLEX_OPERATIONS: u64 = 40;

/// Writes passes into a plan.
pub struct Cycle<'a> {
    pub(super) mobius: &'a Mobius,
    pub(super) switches: Switches,
    constants: MobiusPass,
    plan: &'a mut Plan,
}

impl<'a> Cycle<'a> {
    /// Cycle number `cycle` under these switches.
    pub fn new(mobius: &'a Mobius, switches: Switches, cycle: u64, plan: &'a mut Plan) -> Self {
        let constants = constants(mobius, switches, cycle);
        Self { mobius, switches, constants, plan }
    }

    /// The cycle.
    pub fn write(mut self, cycle: u64) {
        if self.mobius.model.is_strip() {
            self.write_strip(cycle);
        } else {
            self.write_published(cycle);
        }
        self.figures(cycle);
        if !self.switches.recorded_commands {
            self.plan.steps.push(Step::Submit);
        }
    }

    /// The controller sees the field before the waves, and what it says takes effect in the next cycle: so it may run
    /// beside them.
    fn write_strip(&mut self, cycle: u64) {
        self.structure(cycle);
        self.action(cycle);
        self.geometry();
        self.observation();
        self.waves_and_controller(cycle);
        self.vortices();
    }

    /// What the controller says takes effect at once, as published; where it does not drive, it may run beside the waves.
    fn write_published(&mut self, cycle: u64) {
        self.observation();
        if !self.switches.overlap {
            self.controller();
        }
        self.structure(cycle);
        self.action(cycle);
        self.geometry();
        if self.switches.overlap {
            self.waves_and_controller(cycle);
        } else {
            self.waves(cycle);
        }
    }

    fn waves_and_controller(&mut self, cycle: u64) {
        let first = self.plan.steps.len();
        self.waves(cycle);
        if !self.switches.overlap {
            self.controller();
            return;
        }
        // The sums, then the controller, then what follows from the sums: a barrier between any two of the controller's
        // passes leaves the sums alone until they are wanted.
        let waves = self.plan.steps.split_off(first);
        self.controller();
        let controller = self.plan.steps.split_off(first);
        let (mut before, mut together, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for step in waves {
            match step {
                Step::Pass(pass) if pass.stages != stage::WAVES => before.push(Step::Pass(pass)),
                Step::Pass(pass) if pass.variant.kernel == "mobius/finish" => after.push(pass),
                Step::Pass(pass) => together.push(pass),
                step => before.push(step),
            }
        }
        together.extend(controller.into_iter().filter_map(|step| match step {
            Step::Pass(pass) => Some(pass),
            _ => None,
        }));
        together.extend(after);
        self.plan.steps.extend(before);
        self.plan.steps.push(Step::Together(together));
    }

    fn structure(&mut self, cycle: u64) {
        let model = &self.mobius.model;
        let driven = model.is_driven() && (cycle > 1 || !model.is_strip());
        let lazy = self.switches.lazy_geometry;
        let settings = StructureStep {
            lazy_windings: if lazy { model.lazy_windings as f32 } else { -1.0 },
            lazy_torsion: if lazy { model.lazy_torsion as f32 } else { -1.0 },
            driven: driven.into(),
            stale: self.mobius.stale.into(),
            ..self.settings()
        };
        self.structure_pass(stage::STRUCTURE, settings);
    }

    fn settings(&self) -> StructureStep {
        let model = &self.mobius.model;
        let [base, fewest, most] = layout::samples(model, self.switches).unwrap_or_default().map(|count| count as f32);
        StructureStep {
            windings: model.get("windings").unwrap_or_default() as f32,
            torsion: model.torsion as f32,
            uvhl_n: model.uvhl_n as f32,
            half_twists: model.half_twists() as f32,
            half_width: model.half_width() as f32,
            wavenumber: model.wavenumber as f32,
            sources: model.source_count() as f32,
            nodes: model.nodes() as f32,
            base,
            fewest,
            most,
            ..StructureStep::default()
        }
    }

    fn structure_pass(&mut self, stages: StageSet, settings: StructureStep) {
        let variant = Variant::new("mobius/structure", self.strip());
        let bindings = vec![buffer::STRUCTURE, buffer::HEADS];
        self.step(stages, variant, bindings, bytemuck::bytes_of(&settings), [1, 1, 1], Cost::default());
    }

    /// Only where waves are computed, as published.
    fn action(&mut self, cycle: u64) {
        let model = &self.mobius.model;
        let has_spoken = cycle > 1 || !model.is_strip();
        if model.is_driven() && self.switches.evolves(cycle) && has_spoken {
            let bindings = vec![buffer::AMPLITUDES, buffer::ACTION];
            let variant = Variant::new("mobius/act", None);
            self.step(stage::STRUCTURE, variant, bindings, &[], [1, 1, 1], Cost::default());
        }
    }

    fn geometry(&mut self) {
        self.geometry_pass(stage::GEOMETRY);
    }

    fn geometry_pass(&mut self, stages: StageSet) {
        let nodes = self.constants.nodes;
        let cost = Cost { bytes_read: 0, bytes_written: 16 * u64::from(nodes), operations: 0 };
        let variant = Variant::new("mobius/geometry", self.strip());
        self.pass(stages, variant, vec![buffer::PLACES, buffer::STRUCTURE], nodes, cost);
    }

    /// Which nodes, from which sources, and the sums.
    fn waves(&mut self, cycle: u64) {
        if !self.switches.evolves(cycle) {
            return;
        }
        self.samples();
        self.sources();
        let slices = if self.switches.cached_propagator {
            self.propagator(stage::PROPAGATOR);
            self.propagate()
        } else if self.switches.one_dispatch {
            self.direct()
        } else {
            self.batches()
        };
        self.finish(slices);
    }

    fn samples(&mut self) {
        if self.sampled().is_none() {
            return;
        }
        let rows = self.constants.rows;
        let cost = Cost { bytes_read: 0, bytes_written: 4 * u64::from(rows), operations: 0 };
        self.pass(stage::SAMPLES, Variant::new("mobius/samples", self.random()), vec![buffer::SAMPLES], rows, cost);
    }

    fn sources(&mut self) {
        let sources = self.constants.sources;
        let cost = Cost { bytes_read: 28 * u64::from(sources), bytes_written: 28 * u64::from(sources), operations: 0 };
        let bindings = vec![
            buffer::PLACES,
            buffer::PHASES,
            buffer::FREQUENCIES,
            buffer::AMPLITUDES,
            buffer::SOURCES,
            buffer::STRENGTHS,
            buffer::WAVES,
        ];
        self.pass(stage::SOURCES, Variant::new("mobius/sources", self.random()), bindings, sources, cost);
    }

    fn direct(&mut self) -> Slices {
        let slices = layout::slices(self.constants.sources, self.mobius.streaming);
        let mut bindings = vec![buffer::SOURCES, buffer::STRENGTHS, buffer::PLACES, buffer::PARTS];
        bindings.extend(self.sampling());
        let constants = MobiusPass { count: slices.sources, ..self.constants };
        let workgroups = [constants.rows.div_ceil(256), slices.count, 1];
        let cost = self.cost_of_pairs(constants.rows, 16 + 4);
        let definitions = self.definitions(&["REAL", "SAMPLED", "HALF"]);
        let variant = Variant::new("mobius/direct", definitions);
        self.step(stage::WAVES, variant, bindings, bytemuck::bytes_of(&constants), workgroups, cost);
        slices
    }

    /// The published loop: distances of a batch, then its sums.
    fn batches(&mut self) -> Slices {
        let slices = layout::slices(self.constants.sources, self.mobius.streaming);
        let quads = BATCH / 4;
        let distances = layout::bytes_of_distances(self.constants.sources, self.switches);
        for first_row in (0..self.constants.rows).step_by(BATCH as usize) {
            let constants = MobiusPass { first_row, count: slices.sources, ..self.constants };
            let uniform = bytemuck::bytes_of(&constants);
            let mut bindings = vec![buffer::SOURCES, buffer::PLACES, buffer::DISTANCES];
            bindings.extend(self.sampling().first());
            let variant = Variant::new("mobius/distances", self.definitions(&["SAMPLED", "HALF"]));
            let workgroups = [(constants.sources * quads).div_ceil(64), 1, 1];
            let cost = Cost {
                bytes_read: 16 * u64::from(constants.sources),
                bytes_written: distances,
                operations: 11 * u64::from(BATCH) * u64::from(constants.sources),
            };
            self.step(stage::WAVES, variant, bindings, uniform, workgroups, cost);
            let bindings = vec![buffer::SOURCES, buffer::STRENGTHS, buffer::DISTANCES, buffer::PARTS];
            let variant = Variant::new("mobius/batch", self.definitions(&["REAL", "HALF"]));
            let cost = Cost { bytes_read: distances, bytes_written: 0, operations: self.operations(BATCH) };
            self.step(stage::WAVES, variant, bindings, uniform, [slices.count, 1, 1], cost);
        }
        slices
    }

    fn slabs(&self) -> Slices {
        // Slabs are as large as they are for all nodes, however many sources the slider asks for.
        let nodes = self.constants.nodes;
        let slabs = layout::slabs(nodes, nodes, self.mobius.streaming);
        Slices { count: self.constants.sources.div_ceil(slabs.sources), ..slabs }
    }

    fn slab(&self, index: u32, slabs: Slices) -> MobiusPass {
        let first = index * slabs.sources;
        MobiusPass { first, count: slabs.sources.min(self.constants.sources - first), slices: index, ..self.constants }
    }

    /// Returns at once on the device where nothing has moved.
    fn propagator(&mut self, stages: StageSet) {
        let slabs = self.slabs();
        for index in 0..slabs.count {
            let constants = self.slab(index, slabs);
            let bindings = vec![buffer::SOURCES, buffer::PLACES, buffer::STRUCTURE, buffer::slab(index)];
            let workgroups = [constants.nodes.div_ceil(256), constants.count.div_ceil(PROPAGATED), 1];
            let variant = Variant::new("mobius/propagator", self.definitions(&["HALF"]));
            // What it must do at least is nothing: nodes that stay keep their propagator.
            self.step(stages, variant, bindings, bytemuck::bytes_of(&constants), workgroups, Cost::default());
        }
    }

    fn propagate(&mut self) -> Slices {
        let slabs = self.slabs();
        for index in 0..slabs.count {
            let constants = self.slab(index, slabs);
            let mut bindings = vec![buffer::WAVES, buffer::slab(index), buffer::PARTS];
            bindings.extend(self.sampling());
            let rows = u64::from(constants.rows);
            let each = if self.mobius.model.is_strip() { 8 } else { 4 };
            let cost = Cost {
                bytes_read: 8 * u64::from(constants.count) * (rows + 1),
                bytes_written: 8 * rows,
                operations: each * rows * u64::from(constants.count),
            };
            let threads = if self.sampled().is_some() { constants.rows } else { constants.nodes.div_ceil(4) };
            let variant = Variant::new("mobius/propagate", self.definitions(&["REAL", "SAMPLED"]));
            let workgroups = [threads.div_ceil(64), 1, 1];
            self.step(stage::WAVES, variant, bindings, bytemuck::bytes_of(&constants), workgroups, cost);
        }
        slabs
    }

    fn finish(&mut self, slices: Slices) {
        let constants = MobiusPass { slices: slices.count, ..self.constants };
        let rows = u64::from(constants.rows);
        let mut bindings = vec![buffer::PARTS, buffer::PSI, buffer::PHASES];
        bindings.extend(self.sampling());
        bindings.extend(self.sampled().map(|_| buffer::EVOLVED));
        let cost = Cost { bytes_read: 8 * rows * u64::from(slices.count), bytes_written: 8 * rows, operations: 0 };
        let variant = Variant::new("mobius/finish", self.definitions(&["REAL", "SAMPLED"]));
        let workgroups = [constants.rows.div_ceil(64), 1, 1];
        self.step(stage::WAVES, variant, bindings, bytemuck::bytes_of(&constants), workgroups, cost);
    }

    /// Windings, their list, and who became whom.
    fn vortices(&mut self) {
        let plaquettes = self.constants.along * (self.constants.across - 1);
        let cost = |read: u64, written: u64| Cost { bytes_read: read, bytes_written: written, operations: 0 };
        let (nodes, all) = (u64::from(self.constants.nodes), u64::from(plaquettes));
        let kernel = |name| Variant::new(name, None);
        let bindings = vec![buffer::PSI, buffer::WINDINGS];
        self.pass(stage::VORTICES, kernel("mobius/windings"), bindings, plaquettes, cost(8 * nodes, 4 * all));
        let constants = self.constants;
        let uniform = bytemuck::bytes_of(&constants);
        let bindings = vec![buffer::WINDINGS, buffer::FOUND, buffer::COUNTS, buffer::TRACKER];
        self.step(stage::VORTICES, kernel("mobius/list"), bindings, uniform, [1, 1, 1], cost(4 * all, 0));
        let forward = vec![buffer::FOUND, buffer::VORTICES, buffer::COUNTS, buffer::nearest(0)];
        self.pass(stage::VORTICES, kernel("mobius/nearest"), forward, VORTICES, Cost::default());
        let back = vec![buffer::VORTICES, buffer::FOUND, buffer::COUNTS, buffer::nearest(1)];
        let variant = Variant::new("mobius/nearest", Some(("BACK", 1)));
        self.pass(stage::VORTICES, variant, back, VORTICES, Cost::default());
        let bindings = vec![
            buffer::FOUND,
            buffer::VORTICES,
            buffer::nearest(0),
            buffer::nearest(1),
            buffer::COUNTS,
            buffer::TRACKER,
        ];
        self.step(stage::VORTICES, kernel("mobius/settle"), bindings, uniform, [1, 1, 1], Cost::default());
        let bindings = vec![buffer::VORTICES, buffer::TRAIL, buffer::PSI];
        self.pass(stage::VORTICES, kernel("mobius/trail"), bindings, VORTICES, Cost::default());
    }

    fn figures(&mut self, cycle: u64) {
        let constants = self.constants;
        let propagated = self.switches.cached_propagator && self.switches.evolves(cycle);
        let definitions = self.strip().into_iter().chain(propagated.then_some(("PROPAGATED", 1)));
        let variant = Variant::new("mobius/figures", definitions);
        let bindings = vec![buffer::PSI, buffer::STRUCTURE, buffer::TRACKER, buffer::VALUE, buffer::FIGURES];
        let cost = Cost { bytes_read: 8 * u64::from(constants.nodes), bytes_written: 0, operations: 0 };
        self.step(stage::FIGURES, variant, bindings, bytemuck::bytes_of(&constants), [1, 1, 1], cost);
        self.plan.steps.push(Step::Read(Read {
            stages: stage::FIGURES,
            buffer: buffer::FIGURES,
            offset: 0,
            bytes: size_of::<MobiusFigures>() as u64,
            wait: false,
        }));
    }

    /// Draws the initial state.
    pub fn initialise(mut self) {
        let is_strip = self.mobius.model.is_strip();
        let zeroed = [buffer::STRUCTURE, buffer::FIGURES, buffer::TRACKER, buffer::VALUE, buffer::HEADS];
        self.plan.steps.extend(zeroed.map(Step::Clear));
        self.plan.steps.push(Step::Clear(buffer::EVOLVED));
        if is_strip {
            self.plan.steps.extend([buffer::WINDINGS, buffer::VORTICES, buffer::TRAIL].map(Step::Clear));
        }
        if self.sampled().is_some() {
            self.plan.steps.push(Step::Clear(buffer::SAMPLES));
        }
        let bindings = vec![buffer::PHASES, buffer::FREQUENCIES, buffer::AMPLITUDES, buffer::PSI];
        let variant = Variant::new("mobius/start", self.random());
        self.pass(NO_STAGE, variant, bindings, self.constants.nodes.div_ceil(4), Cost::default());
        let settings = StructureStep { starts: 1, lazy_windings: -1.0, lazy_torsion: -1.0, ..self.settings() };
        self.structure_pass(NO_STAGE, settings);
        self.geometry_pass(NO_STAGE);
        self.start_controller();
    }

    /// From another setting: nodes and field stay; a propagator is built anew in the next cycle.
    pub fn carry_over(self, from: Switches) {
        let changes = |of: fn(&Switches) -> bool| of(&from) != of(&self.switches);
        let is_other = changes(|switches| switches.cached_propagator) || changes(|switches| switches.half_distances);
        if self.switches.cached_propagator && is_other {
            self.plan.steps.push(Step::Write(Write {
                buffer: buffer::STRUCTURE,
                offset: offset_of!(Structure, stale) as u64,
                bytes: HostBytes::made(4, || 1.0_f32.to_le_bytes().to_vec()),
            }));
        }
    }

    fn cost_of_pairs(&self, rows: u32, bytes_of_source: u64) -> Cost {
        let bytes_read = bytes_of_source * u64::from(self.constants.sources) + 16 * u64::from(rows);
        Cost { bytes_read, bytes_written: 8 * u64::from(rows), operations: self.operations(rows) }
    }

    fn operations(&self, rows: u32) -> u64 {
        let each = if self.mobius.model.is_strip() { COMPLEX_OPERATIONS } else { REAL_OPERATIONS };
        each * u64::from(rows) * u64::from(self.constants.sources)
    }

    fn sampled(&self) -> Option<[u32; 3]> {
        layout::samples(&self.mobius.model, self.switches)
    }

    /// What a kernel of sampled nodes binds besides.
    fn sampling(&self) -> &'static [BufferId] {
        if self.sampled().is_some() { &[buffer::SAMPLES, buffer::STRUCTURE] } else { &[] }
    }

    /// Those of these definitions that hold.
    fn definitions(&self, names: &[&'static str]) -> Vec<(&'static str, i32)> {
        let holds = |name: &str| match name {
            "REAL" => !self.mobius.model.is_strip(),
            "SAMPLED" => self.sampled().is_some(),
            "HALF" => self.switches.half_distances,
            _ => false,
        };
        names.iter().filter(|name| holds(name)).map(|name| (*name, 1)).collect()
    }

    fn strip(&self) -> Option<(&'static str, i32)> {
        self.mobius.model.is_strip().then_some(("STRIP", 1))
    }

    pub(super) fn random(&self) -> Option<(&'static str, i32)> {
        (self.mobius.model.generator == Generator::Strict).then_some(("STRICT_RANDOM", 1))
    }

    /// 64 invocations a workgroup, one for each of so many.
    fn pass(&mut self, stages: StageSet, variant: Variant, bindings: Vec<BufferId>, count: u32, cost: Cost) {
        let constants = self.constants;
        self.step(stages, variant, bindings, bytemuck::bytes_of(&constants), [count.div_ceil(64), 1, 1], cost);
    }

    /// One pass.
    pub(super) fn step(
        &mut self,
        stages: StageSet,
        variant: Variant,
        bindings: Vec<BufferId>,
        uniform: &[u8],
        workgroups: [u32; 3],
        cost: Cost,
    ) {
        let uniform = uniform.to_vec();
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }

    /// Any other step.
    pub(super) fn other(&mut self, step: Step) {
        self.plan.steps.push(step);
    }

    /// The constants of the cycle.
    pub(super) fn constants(&self) -> MobiusPass {
        self.constants
    }
}

fn constants(mobius: &Mobius, switches: Switches, cycle: u64) -> MobiusPass {
    let model = &mobius.model;
    let [along, across] = model.grid();
    let turn = turns::of_quantum(cycle as f64 * model.time_step);
    let spacing = match model.shape {
        Shape::Strip { along, across, half_width, .. } => {
            (std::f64::consts::TAU / f64::from(along)).max(2.0 * half_width / f64::from(across - 1))
        }
        Shape::Published { .. } => 0.0,
    };
    MobiusPass {
        nodes: model.nodes(),
        along,
        across,
        sources: model.source_count(),
        rows: layout::rows(model, switches),
        first: 0,
        count: 0,
        slices: 0,
        first_row: 0,
        seed: mobius.seed,
        // The counter's word has 32 bits: samples repeat after 2³² cycles.
        cycle: cycle as u32,
        turn_high: (turn >> 32) as u32,
        turn_low: turn as u32,
        phased: model.is_strip().into(),
        twisted: model.half_twists() % 2,
        wavenumber: (model.wavenumber / std::f64::consts::PI) as f32,
        half_width: model.half_width() as f32,
        reach: (REACH * spacing).powi(2) as f32,
    }
}
