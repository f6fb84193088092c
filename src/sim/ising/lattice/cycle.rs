//! The cycle as a list of passes: sweeps over both colours, then the measurement; and what happens between cycles.

use super::Lattice;
use super::description::stage;
use super::exact;
use super::kernels::{LatticeFigures, LatticePass, LatticeReading, cold, thresholds};
use super::layout::{Form, buffer};
use super::params::{LatticeModel, Switches};
use crate::sim::random::Generator;
use crate::sim::{BufferId, Cost, Pass, Plan, Read, StageSet, Step, Variant};

/// No row of the timing table: transitions are not part of a cycle.
const NO_STAGE: StageSet = StageSet(0);
/// Workgroups of a measurement at most: each of its invocations walks over many words.
const MEASURE_WORKGROUPS: u64 = 1024;

/// Writes passes into a plan.
pub struct Cycle<'a> {
    lattice: &'a Lattice,
    switches: Switches,
    form: Form,
    plan: &'a mut Plan,
}

impl<'a> Cycle<'a> {
    /// For these switches.
    pub fn new(lattice: &'a Lattice, switches: Switches, plan: &'a mut Plan) -> Self {
        Self { lattice, switches, form: Form::of(switches), plan }
    }

    /// Cycle number `cycle`.
    pub fn write(mut self, cycle: u64) {
        let sweeps = self.lattice.model.sweeps;
        // The counter's word has 32 bits: draws repeat after 2³² sweeps.
        let first = ((cycle - 1).wrapping_mul(u64::from(sweeps)) as u32).wrapping_add(1);
        if self.switches.resident {
            self.resident_sweeps(first);
        } else {
            for sweep in 0..sweeps {
                for colour in [0, 1] {
                    self.half_sweep(first.wrapping_add(sweep), colour);
                }
            }
        }
        self.measure(cycle);
    }

    /// All sites of one colour.
    fn half_sweep(&mut self, sweep: u32, colour: u32) {
        let bytes = self.form.bytes(self.lattice.model.sites);
        let cost = Cost { bytes_read: 2 * bytes, bytes_written: bytes, operations: 0 };
        // Replicas are walked four sites at a time.
        let (kernel, together) =
            if self.form == Form::Replicas { ("ising/lattice/replicas", 4) } else { ("ising/lattice/sweep", 1) };
        let constants = LatticePass { sweep, colour, ..self.constants(self.form, together) };
        let bindings = vec![self.form.buffer(colour), self.form.buffer(1 - colour)];
        let definition = (self.form == Form::Bytes).then_some(("BYTES", 1));
        let variant = self.drawing().into_iter().chain(definition).chain(self.halves(self.form));
        self.pass(stage::SWEEP, Variant::new(kernel, variant), bindings, &constants, cost);
    }

    fn resident_sweeps(&mut self, first: u32) {
        const KERNEL: &str = "ising/lattice/resident";
        let bytes = 2 * Form::Bits.bytes(self.lattice.model.sites);
        let cost = Cost { bytes_read: bytes, bytes_written: bytes, operations: 0 };
        let constants = LatticePass { sweep: first, ..self.constants(Form::Bits, 1) };
        let words = ("WORDS", constants.words as i32);
        let variant = Variant::new(KERNEL, self.drawing().into_iter().chain(self.halves(Form::Bits)).chain([words]));
        let bindings = vec![Form::Bits.buffer(0), Form::Bits.buffer(1)];
        let uniform = bytemuck::bytes_of(&constants).to_vec();
        let workgroups = [1, 1, 1];
        let stages = stage::SWEEP;
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }

    /// Counts, then figures and averages from them, then their way to the host.
    fn measure(&mut self, cycle: u64) {
        self.plan.steps.push(Step::Clear(buffer::COUNTS));
        let form = self.form;
        let bytes = 2 * form.bytes(self.lattice.model.sites);
        let mut bindings = vec![form.buffer(0), form.buffer(1), buffer::COUNTS];
        let (definition, shown, written, together) = match form {
            Form::Bytes => (Some(("BYTES", 1)), None, 0, 1),
            Form::Bits => (self.halves(form), None, 0, 1),
            Form::Replicas => {
                let shown = [0, 1].map(|colour| Form::Bits.buffer(colour));
                (Some(("REPLICAS", 1)), Some(shown), 2 * Form::Bits.bytes(self.lattice.model.sites), 32)
            }
        };
        bindings.extend(shown.into_iter().flatten());
        let constants = self.constants(form, 1);
        let workgroups = u64::from(constants.words / together).div_ceil(64).min(MEASURE_WORKGROUPS) as u32;
        self.plan.steps.push(Step::Pass(Pass {
            stages: stage::MEASURE,
            variant: Variant::new("ising/lattice/count", definition),
            bindings,
            uniform: bytemuck::bytes_of(&constants).to_vec(),
            workgroups: [workgroups, 1, 1],
            cost: Cost { bytes_read: bytes, bytes_written: written, operations: 0 },
        }));
        let replicas = definition.filter(|_| form == Form::Replicas);
        self.plan.steps.push(Step::Pass(Pass {
            stages: stage::MEASURE,
            variant: Variant::new("ising/lattice/figures", replicas),
            bindings: vec![buffer::COUNTS, buffer::AVERAGES, buffer::FIGURES],
            uniform: bytemuck::bytes_of(&reading(self.lattice, cycle)).to_vec(),
            workgroups: [1, 1, 1],
            cost: Cost::default(),
        }));
        self.plan.steps.push(Step::Read(Read {
            stages: stage::MEASURE,
            buffer: buffer::FIGURES,
            offset: 0,
            bytes: size_of::<LatticeFigures>() as u64,
            wait: false,
        }));
    }

    /// Draws the initial state.
    pub fn initialise(mut self) {
        self.plan.steps.extend([buffer::AVERAGES, buffer::FIGURES].map(Step::Clear));
        let form = if self.form == Form::Bytes { Form::Bytes } else { Form::Bits };
        let cost = Cost { bytes_read: 0, bytes_written: form.bytes(self.lattice.model.sites), operations: 0 };
        for colour in [0, 1] {
            let constants = LatticePass { colour, ..self.constants(form, 1) };
            let definition = (form == Form::Bytes).then_some(("BYTES", 1));
            let variant = Variant::new("ising/lattice/start", self.random().into_iter().chain(definition));
            self.pass(NO_STAGE, variant, vec![form.buffer(colour)], &constants, cost);
        }
        if self.form == Form::Replicas {
            self.fill_replicas();
        }
    }

    /// Carries the spins over from another form.
    pub fn carry_over(mut self, from: Switches) {
        // Replica 0 is there as bits, too.
        let had = if Form::of(from) == Form::Bytes { Form::Bytes } else { Form::Bits };
        let needs = if self.form == Form::Bytes { Form::Bytes } else { Form::Bits };
        if had != needs {
            for colour in [0, 1] {
                // Walked by words of bits either way.
                let constants = LatticePass { colour, ..self.constants(Form::Bits, 1) };
                let definition = (needs == Form::Bytes).then_some(("TO_BYTES", 1));
                let sites = self.lattice.model.sites;
                let cost = Cost { bytes_read: had.bytes(sites), bytes_written: needs.bytes(sites), operations: 0 };
                let variant = Variant::new("ising/lattice/convert", definition);
                self.pass(NO_STAGE, variant, vec![had.buffer(colour), needs.buffer(colour)], &constants, cost);
            }
        }
        if self.form == Form::Replicas && Form::of(from) != Form::Replicas {
            self.fill_replicas();
        }
    }

    fn fill_replicas(&mut self) {
        let sites = self.lattice.model.sites;
        let cost =
            Cost { bytes_read: Form::Bits.bytes(sites), bytes_written: Form::Replicas.bytes(sites), operations: 0 };
        for colour in [0, 1] {
            let constants = LatticePass { colour, ..self.constants(Form::Replicas, 4) };
            let bindings = vec![Form::Replicas.buffer(colour), Form::Bits.buffer(colour)];
            self.pass(NO_STAGE, Variant::new("ising/lattice/fill", self.random()), bindings, &constants, cost);
        }
    }

    /// Constants of a kernel whose invocations take so many words of this form together.
    fn constants(&self, form: Form, together: u32) -> LatticePass {
        let model = &self.lattice.model;
        let words = form.words(model.sites) / together;
        let halves = if form.has_halves(model.sites) { 2 } else { 1 };
        LatticePass {
            sites: model.sites,
            row: halves * words / model.sites,
            words,
            seed: self.lattice.seed,
            sweep: 0,
            sweeps: model.sweeps,
            colour: 0,
            cold: cold(model),
            thresholds: thresholds(model),
        }
    }

    /// One invocation per word.
    fn pass(
        &mut self,
        stages: StageSet,
        variant: Variant,
        bindings: Vec<BufferId>,
        constants: &LatticePass,
        cost: Cost,
    ) {
        let uniform = bytemuck::bytes_of(constants).to_vec();
        let workgroups = workgroups_for(constants.words);
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }

    /// The definition of kernels that find neighbours in words of this form.
    fn halves(&self, form: Form) -> Option<(&'static str, i32)> {
        form.has_halves(self.lattice.model.sites).then_some(("HALVES", 1))
    }

    fn random(&self) -> Option<(&'static str, i32)> {
        (self.lattice.model.generator == Generator::Strict).then_some(("STRICT_RANDOM", 1))
    }

    /// Definitions of a kernel that decides on flips.
    fn drawing(&self) -> Vec<(&'static str, i32)> {
        let field = (self.lattice.model.field != 0.0).then_some(("FIELD", 1));
        self.random().into_iter().chain(field).collect()
    }
}

/// What the figures of a cycle are made with.
fn reading(lattice: &Lattice, cycle: u64) -> LatticeReading {
    let model = &lattice.model;
    let exact = |value: f64| if model.field == 0.0 { value as f32 } else { f32::NAN };
    LatticeReading {
        volume: model.volume() as f32,
        temperature: model.temperature as f32,
        field: model.field as f32,
        weight: LatticeModel::weight(cycle.saturating_sub(lattice.changed_at)) as f32,
        exact_magnetisation: exact(exact::magnetisation(model.temperature)),
        exact_energy: exact(exact::energy(model.temperature)),
        padding: [0; 2],
    }
}

/// Workgroups of 64 for so many words, in rows that no adapter refuses.
fn workgroups_for(words: u32) -> [u32; 3] {
    const ROW: u32 = 32_768;
    let groups = words.div_ceil(64);
    let rows = groups.div_ceil(ROW).max(1);
    [groups.div_ceil(rows), rows, 1]
}
