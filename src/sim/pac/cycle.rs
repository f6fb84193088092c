//! The cycle as a list of passes: the window and its spectrum, the bands of every channel, their coupling, surrogates.

use super::Pac;
use super::bands::Side;
use super::description::stage;
use super::design::Design;
use super::kernels::{PacFigures, PacPass};
use super::layout::{WINDOWS, buffer, stretches, taken};
use super::params::{Method, Needs, PacModel, Switches};
use super::shifts::Correlation;
use crate::sim::{BufferId, Cost, Pass, Plan, Read, StageSet, Step, Variant};

/// Definitions of a kernel.
pub type Definitions = Vec<(&'static str, i32)>;

/// Writes passes into a plan.
pub struct Cycle<'a> {
    pub(super) pac: &'a Pac,
    pub(super) switches: Switches,
    pub(super) plan: &'a mut Plan,
    /// First sample of the window in the recording.
    start: u32,
}

impl<'a> Cycle<'a> {
    /// For these switches.
    pub fn new(pac: &'a Pac, switches: Switches, plan: &'a mut Plan) -> Self {
        Self { pac, switches, plan, start: 0 }
    }

    pub(super) fn model(&self) -> &'a PacModel {
        &self.pac.model
    }

    pub(super) fn design(&self) -> &'a Design {
        &self.pac.design
    }

    /// Cycle number `cycle`.
    pub fn write(mut self, cycle: u64) {
        let first = self.pac.first_sample(cycle);
        match self.model().generator() {
            Some(generator) => self.generate(generator, first),
            // A recording of so many samples has been checked to have 32-bit places.
            None => self.start = first as u32,
        }
        self.rank();
        self.spectrum();
        let channels = self.design().channels();
        let taken = taken(self.design(), self.switches);
        let chunks: Vec<u32> = (0..channels.div_ceil(taken)).map(|chunk| chunk * taken).collect();
        let is_pooled = self.model().method.is_pooled();
        if self.model().method.needs() == Needs::Bins {
            self.plan.steps.push(Step::Clear(buffer::COUNTS));
        }
        if is_pooled {
            for channel in &chunks {
                self.phases(*channel);
            }
            self.pool();
        }
        for channel in &chunks {
            if !is_pooled {
                self.phases(*channel);
            } else if chunks.len() > 1 && self.switches.scatter_bins {
                self.sort(*channel, false);
            }
            self.amplitudes(*channel);
            self.couple(*channel, None);
            self.surrogates(*channel);
        }
        self.finish(cycle);
    }

    /// The window's place among the samples that are kept.
    fn rank(&mut self) {
        if self.design().excludes() {
            let constants = self.constants(0);
            let bindings = vec![buffer::EXCLUDED, buffer::RANKS, buffer::VALID];
            let workgroups = [self.design().channels(), 1, 1];
            self.pass(stage::WINDOW, Variant::new("pac/rank", []), bindings, &constants, workgroups, Cost::default());
        }
    }

    /// Everything of the phase bands that coupling needs.
    fn phases(&mut self, channel: u32) {
        self.bands(Side::Phase, channel);
        match self.model().method.needs() {
            Needs::Bins if self.switches.scatter_bins => self.sort(channel, true),
            Needs::Bins => self.count(channel),
            _ => {}
        }
    }

    /// The order of the samples by their bins; `counts` them where they were not counted before.
    fn sort(&mut self, channel: u32, counts: bool) {
        let constants = PacPass { groups: self.design().phase.groups(), ..self.constants(channel) };
        let words = self.samples() * u64::from(constants.groups);
        let cost = Cost { bytes_read: 4 * words, bytes_written: 16 * words, operations: 0 };
        let mut bindings = vec![buffer::BINS, buffer::VALID, buffer::ORDER, buffer::STARTS];
        bindings.extend(counts.then_some(buffer::COUNTS));
        let variant = Variant::new("pac/sort", counts.then_some(("COUNT", 1)));
        let workgroups = [stretches(self.design()), constants.phases, constants.taken];
        self.pass(stage::BINS, variant, bindings, &constants, workgroups, cost);
    }

    fn count(&mut self, channel: u32) {
        let constants = PacPass { groups: self.design().phase.groups(), ..self.constants(channel) };
        let words = u64::from(constants.taken) * u64::from(constants.groups) * self.design().window as u64;
        let cost = Cost { bytes_read: 4 * words, bytes_written: 0, operations: 0 };
        let bindings = vec![buffer::BINS, buffer::VALID, buffer::COUNTS];
        let workgroups = [stretches(self.design()), constants.groups, constants.taken];
        self.pass(stage::BINS, Variant::new("pac/count", []), bindings, &constants, workgroups, cost);
    }

    fn amplitudes(&mut self, channel: u32) {
        self.bands(Side::Amplitude, channel);
    }

    fn pool(&mut self) {
        let constants = self.constants(0);
        let bindings = vec![buffer::COUNTS, buffer::POOLED];
        self.pass(stage::COUPLING, Variant::new("pac/pool", []), bindings, &constants, [1, 1, 1], Cost::default());
    }

    /// All surrogates of some channels.
    fn surrogates(&mut self, channel: u32) {
        if self.switches.all_shifts_fft
            && let Some(correlation) = Correlation::of(self.model(), self.design())
        {
            return self.correlate(channel, &correlation);
        }
        for surrogate in 0..self.model().surrogates {
            self.couple(channel, Some(surrogate));
        }
    }

    /// The map of some channels, or that of a surrogate and what it adds to the running figures.
    fn couple(&mut self, channel: u32, surrogate: Option<u32>) {
        let (stages, coupling) = match surrogate {
            Some(_) => (stage::SURROGATES, stage::SURROGATES),
            None => (stage::SUMS, stage::COUPLING),
        };
        let (constants, definitions) = self.drawn(channel, surrogate);
        match self.model().method.needs() {
            Needs::Bins if self.switches.scatter_bins => self.sum(stages, &constants, definitions),
            Needs::Bins => self.expand_and_sum(stages, &constants, definitions),
            Needs::SoftBins => self.soft_sum(stages, &constants, definitions),
            Needs::Directions | Needs::BothDirections => self.products(stages, &constants, definitions, surrogate),
        }
        if self.model().method.has_distribution() {
            self.map(coupling, &constants, surrogate);
        }
        if let Some(surrogate) = surrogate {
            self.accumulate(&constants, surrogate);
        }
    }

    fn sum(&mut self, stages: StageSet, constants: &PacPass, mut definitions: Definitions) {
        let lanes = constants.amplitudes.next_power_of_two();
        let constants = PacPass { stride: lanes, ..*constants };
        let sums = self.sums(is_surrogate(&definitions));
        definitions.extend(self.half());
        let stretches = stretches(self.design());
        // Stretches lie one behind the other, beginning with the first slot.
        let (partial, slot) = if stretches == 1 { (sums, constants.slot) } else { (buffer::PARTIAL_SUMS, 0) };
        let samples = self.samples();
        let (slow, fast) = (u64::from(constants.phases), u64::from(4 * constants.amplitudes));
        let written = 72 * u64::from(stretches) * u64::from(constants.taken) * slow * fast;
        let cost = Cost {
            bytes_read: samples * (4 * slow + self.amplitude_bytes() * fast),
            bytes_written: written,
            operations: samples * slow * fast,
        };
        let mut bindings = vec![buffer::ORDER, buffer::STARTS, buffer::AMPLITUDES, partial, buffer::VALID];
        bindings.extend(permutation(&definitions));
        let workgroups = [stretches * (18 * lanes).div_ceil(64), constants.phases, constants.taken];
        let pass = PacPass { slot, ..constants };
        self.pass(stages, Variant::new("pac/sum", definitions), bindings, &pass, workgroups, cost);
        if stretches > 1 {
            let cost =
                Cost { bytes_read: written, bytes_written: written / u64::from(stretches), operations: written / 4 };
            let elements = constants.taken * constants.phases * 18 * constants.amplitudes;
            let bindings = vec![partial, sums];
            let workgroups = [elements.div_ceil(64), 1, 1];
            self.pass(stages, Variant::new("pac/total", []), bindings, &constants, workgroups, cost);
        }
    }

    fn expand_and_sum(&mut self, stages: StageSet, constants: &PacPass, mut definitions: Definitions) {
        let fast = self.design().amplitude.bands.len() as u32;
        let sums = self.sums(is_surrogate(&definitions));
        definitions.extend(self.half());
        let constants = PacPass { bands: fast, groups: self.design().phase.groups(), ..*constants };
        let expanded = super::layout::expansion_bytes(self.design(), self.switches);
        let mut bindings = vec![buffer::BINS, buffer::AMPLITUDES, buffer::EXPANSION, buffer::VALID];
        bindings.extend(permutation(&definitions));
        let pairs = fast * constants.phases;
        let workgroups = [constants.window.div_ceil(64), pairs, constants.taken];
        let cost = Cost { bytes_read: expanded / 18, bytes_written: expanded, operations: 0 };
        self.pass(stages, Variant::new("pac/one_hot", definitions), bindings, &constants, workgroups, cost);
        let cost = Cost { bytes_read: expanded, bytes_written: 0, operations: expanded / 4 };
        let bindings = vec![buffer::EXPANSION, sums];
        let workgroups = [pairs, constants.taken, 1];
        self.pass(stages, Variant::new("pac/one_hot_sum", []), bindings, &constants, workgroups, cost);
    }

    fn soft_sum(&mut self, stages: StageSet, constants: &PacPass, mut definitions: Definitions) {
        let sums = self.sums(is_surrogate(&definitions));
        definitions.extend(self.half());
        let lanes = constants.amplitudes.next_power_of_two();
        let constants = PacPass { stride: lanes, groups: self.design().phase.groups(), ..*constants };
        let mut bindings = vec![buffer::DIRECTIONS, buffer::AMPLITUDES, sums, buffer::VALID];
        bindings.extend(permutation(&definitions));
        let pairs = self.samples() * u64::from(constants.phases);
        let cost = Cost {
            bytes_read: self.samples() * u64::from(32 * constants.groups + 16 * constants.amplitudes),
            bytes_written: 0,
            operations: 2 * pairs * u64::from(4 * constants.amplitudes),
        };
        let workgroups = [18, constants.phases, constants.taken];
        self.pass(stages, Variant::new("pac/soft", definitions), bindings, &constants, workgroups, cost);
    }

    fn products(
        &mut self,
        stages: StageSet,
        constants: &PacPass,
        mut definitions: Definitions,
        surrogate: Option<u32>,
    ) {
        match self.model().method {
            Method::PhaseLocking => definitions.push(("DIRECTIONS", 1)),
            Method::NormalisedDirect => definitions.push(("NORMALISED", 1)),
            _ => {}
        }
        if self.model().method != Method::PhaseLocking {
            definitions.extend(self.half());
        }
        let (map, slot) = self.map_of(surrogate);
        let fast = self.design().amplitude.bands.len() as u32;
        let constants = PacPass { bands: fast, groups: self.design().phase.groups(), slot, ..*constants };
        let mut bindings = vec![buffer::DIRECTIONS, buffer::AMPLITUDES, map, buffer::VALID];
        bindings.extend(permutation(&definitions));
        let pairs = self.samples() * u64::from(constants.phases * 4 * constants.amplitudes);
        let cost = Cost {
            bytes_read: self.samples() * u64::from(32 * constants.groups + 16 * constants.amplitudes),
            bytes_written: 0,
            operations: 4 * pairs,
        };
        let workgroups = [constants.phases, constants.amplitudes, constants.taken];
        self.pass(stages, Variant::new("pac/products", definitions), bindings, &constants, workgroups, cost);
    }

    /// From sums to coupling, for the channels of `of` and from its slot of the sums on.
    pub(super) fn map(&mut self, stages: StageSet, of: &PacPass, surrogate: Option<u32>) {
        let definitions = definitions_of(self.model().method);
        let (map, at) = self.map_of(surrogate);
        let bands = self.design().amplitude.bands.len() as u32;
        let constants = PacPass { bands, surrogate: at, ..*of };
        let bindings = vec![self.sums(surrogate.is_some()), buffer::COUNTS, buffer::POOLED, map];
        let workgroups = [(bands * constants.phases).div_ceil(64), constants.taken, 1];
        self.pass(stages, Variant::new("pac/couple", definitions), bindings, &constants, workgroups, Cost::default());
    }

    /// The buffer and the place in it that a map goes to.
    fn map_of(&self, surrogate: Option<u32>) -> (BufferId, u32) {
        match surrogate {
            None => (buffer::MAP, 0),
            Some(_) if self.switches.lazy_surrogates => (buffer::SURROGATE_MAPS, 0),
            Some(surrogate) => (buffer::SURROGATE_MAPS, surrogate),
        }
    }

    pub(super) fn sums(&self, is_surrogate: bool) -> BufferId {
        if is_surrogate { buffer::SURROGATE_SUMS } else { buffer::SUMS }
    }

    /// z, p, the peak, and their way to the host.
    fn finish(&mut self, cycle: u64) {
        let bands = self.design().amplitude.bands.len() as u32;
        let has_surrogates = self.model().surrogates > 0;
        let constants = PacPass { bands, surrogates: self.model().surrogates, ..self.constants(0) };
        if has_surrogates {
            let pairs = constants.channels * bands * constants.phases;
            let bindings = vec![buffer::MAP, buffer::RUNNING, buffer::Z, buffer::P, buffer::MEANS];
            let variant = Variant::new("pac/significance", []);
            self.pass(stage::SURROGATES, variant, bindings, &constants, [pairs.div_ceil(64), 1, 1], Cost::default());
        }
        let place = PacPass { slot: (cycle.saturating_sub(1) % u64::from(WINDOWS)) as u32, ..constants };
        let (bindings, workgroups) = (vec![buffer::MAP, buffer::HISTORY], [constants.channels, 1, 1]);
        self.pass(stage::COUPLING, Variant::new("pac/history", []), bindings, &place, workgroups, Cost::default());
        let mut bindings = vec![buffer::MAP, buffer::CENTRES, buffer::VALID, buffer::FIGURES];
        let definition = has_surrogates.then_some(("SURROGATES", 1));
        bindings.extend(has_surrogates.then_some([buffer::Z, buffer::P]).into_iter().flatten());
        let variant = Variant::new("pac/figures", definition);
        self.pass(stage::COUPLING, variant, bindings, &constants, [1, 1, 1], Cost::default());
        self.plan.steps.push(Step::Read(Read {
            stages: stage::COUPLING,
            buffer: buffer::FIGURES,
            offset: 0,
            bytes: size_of::<PacFigures>() as u64,
            wait: false,
        }));
    }

    /// Constants of a pass over the channels from this one on.
    pub(super) fn constants(&self, channel: u32) -> PacPass {
        let design = self.design();
        let channels = design.channels();
        PacPass {
            length: design.length as u32,
            window: design.window as u32,
            before: design.before as u32,
            start: self.start,
            total: if self.model().generator().is_some() { design.window } else { design.input.total } as u32,
            channels,
            channel,
            taken: taken(design, self.switches).min(channels - channel),
            phases: design.phase.bands.len() as u32,
            amplitudes: design.amplitude.groups(),
            slot: channel,
            ..PacPass::default()
        }
    }

    /// Samples of all channels that a pass takes.
    fn samples(&self) -> u64 {
        u64::from(taken(self.design(), self.switches)) * self.design().window as u64
    }

    fn amplitude_bytes(&self) -> u64 {
        if self.switches.half_amplitude { 2 } else { 4 }
    }

    pub(super) fn half(&self) -> Option<(&'static str, i32)> {
        self.switches.half_amplitude.then_some(("HALF", 1))
    }

    pub(super) fn pass(
        &mut self,
        stages: StageSet,
        variant: Variant,
        bindings: Vec<BufferId>,
        constants: &PacPass,
        workgroups: [u32; 3],
        cost: Cost,
    ) {
        let uniform = bytemuck::bytes_of(constants).to_vec();
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }
}

/// What a method makes of sums over bins.
pub(super) fn definitions_of(method: Method) -> Definitions {
    match method {
        Method::Tensorpac => vec![("POOLED", 1)],
        Method::TensorpacHeightsRatio => vec![("POOLED", 1), ("HEIGHTS", 1)],
        Method::HeightsRatio => vec![("HEIGHTS", 1)],
        Method::GpacSum | Method::GpacSoft => vec![("SUMS", 1)],
        _ => Vec::new(),
    }
}

/// Whether a kernel with these definitions computes a surrogate.
fn is_surrogate(definitions: &Definitions) -> bool {
    definitions.iter().any(|(name, _)| matches!(*name, "MOVED" | "TRIALS"))
}

/// The permutation that a surrogate of trials binds.
fn permutation(definitions: &Definitions) -> Option<BufferId> {
    definitions.iter().any(|(name, _)| *name == "TRIALS").then_some(buffer::PERMUTATION)
}
