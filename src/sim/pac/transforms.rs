//! Passes of the transforms: the window's spectrum, and every band's analytic signal.

use super::bands::Side;
use super::cycle::{Cycle, Definitions};
use super::description::stage;
use super::filters::Filter;
use super::fourier::radices;
use super::kernels::{PacGenerator, PacPass};
use super::layout::buffer;
use super::params::{Form, GeneratorModel, Needs};
use crate::sim::{BufferId, Cost, Pass, StageSet, Step, Variant};

/// What the last stage of a transform leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finish {
    /// The signal itself, in a buffer of the same form.
    Signal,
    /// Its real part as a signal of its own, to be transformed by itself.
    Filtered,
    /// Its magnitude as such a signal.
    Envelope,
    /// Phase bins.
    Bins,
    /// Its direction.
    Directions(BufferId),
    /// Its magnitude.
    Amplitude,
}

/// A transform of many signals.
#[derive(Clone, Copy)]
pub(super) struct Transform {
    pub(super) stages: StageSet,
    /// Both buffers, the one that holds the signals first.
    pub(super) buffers: [BufferId; 2],
    pub(super) twiddles: BufferId,
    pub(super) rows: u32,
    /// Points that are transformed, of `constants.length`.
    pub(super) kept: u32,
    pub(super) is_forward: bool,
    /// Stages at the end that are not run.
    pub(super) left: usize,
    pub(super) constants: PacPass,
}

impl Cycle<'_> {
    /// The window of a generated signal.
    pub(super) fn generate(&mut self, of: &GeneratorModel, first: u64) {
        let design = self.design();
        let turns = |hertz: f64, sample: u64| {
            // In f64 the phase of any sample of a run of years is right to a millionth of a turn.
            let turns = hertz / of.rate * sample as f64;
            ((turns - turns.floor()) * 2.0_f64.powi(32)) as u64 as u32
        };
        let constants = PacGenerator {
            samples: design.window as u32,
            first: first as u32,
            seed: self.pac.seed,
            slow_phase: turns(of.slow, first),
            slow_step: turns(of.slow, 1),
            fast_phase: turns(of.fast, first),
            fast_step: turns(of.fast, 1),
            strength: of.strength as f32,
            noise: of.noise as f32,
            padding: [0; 3],
        };
        let gaussian = (of.form == Form::Gpac).then_some(("GAUSSIAN", 1));
        self.plan.steps.push(Step::Pass(Pass {
            stages: stage::WINDOW,
            variant: Variant::new("pac/generate", gaussian),
            bindings: vec![buffer::SAMPLES],
            uniform: bytemuck::bytes_of(&constants).to_vec(),
            workgroups: [constants.samples.div_ceil(64), design.channels(), 1],
            cost: Cost { bytes_read: 0, bytes_written: 4 * design.window as u64, operations: 0 },
        }));
    }

    /// The spectra of all channels, four a group.
    pub(super) fn spectrum(&mut self) {
        let design = self.design();
        let constants = self.constants(0);
        let groups = design.channels().div_ceil(4);
        let odd = (self.model().filter == Filter::Fir).then_some(("ODD", 1));
        let bytes = 32 * u64::from(groups) * design.length as u64;
        let cost = Cost { bytes_read: bytes / 8, bytes_written: bytes, operations: 0 };
        let workgroups = [constants.length.div_ceil(64), groups, 1];
        // So that the last of the stages leaves the spectrum in the first buffer.
        let stages = radices(design.length).len();
        let buffers = if stages.is_multiple_of(2) { [0, 1] } else { [1, 0] }.map(buffer::spectrum);
        let bindings = vec![buffer::SAMPLES, buffers[0]];
        self.pass(stage::WINDOW, Variant::new("pac/load", odd), bindings, &constants, workgroups, cost);
        let transform = Transform {
            stages: stage::WINDOW,
            buffers,
            twiddles: buffer::twiddles(0),
            rows: groups,
            kept: constants.length,
            is_forward: true,
            left: 0,
            constants,
        };
        self.transform(transform, Finish::Signal);
    }

    /// Filters and analyses the bands of one side, for the channels from this one on.
    pub(super) fn bands(&mut self, side: Side, channel: u32) {
        let constants = PacPass { groups: self.design().side(side).groups(), ..self.constants(channel) };
        self.analyse(side, constants, self.finish_of(side));
    }

    /// The analytic signal of one group of four bands of one channel: where it lies, and where the window begins in it.
    pub(super) fn group(&mut self, side: Side, channel: u32, first_group: u32) -> (BufferId, u32) {
        let constants = PacPass { groups: 1, taken: 1, first_group, ..self.constants(channel) };
        let held = self.analyse(side, constants, Finish::Signal);
        (held, if self.design().hilbert.is_some() { 0 } else { constants.before })
    }

    /// Filters and analyses so many groups of bands; returns the buffer that holds the result, where that is a buffer of the
    /// transform.
    fn analyse(&mut self, side: Side, constants: PacPass, finish: Finish) -> BufferId {
        let design = self.design();
        let bands = design.side(side);
        let stages = match side {
            Side::Phase => stage::PHASE,
            Side::Amplitude => stage::AMPLITUDE,
        };
        let length = design.length as u32;
        let kept = if self.switches.pruned_fft { bands.pruned as u32 } else { length };
        let index = side as u32;
        let constants = PacPass { bands: bands.bands.len() as u32, stride: length / kept, kept, ..constants };
        let rows = constants.taken * constants.groups;
        let bytes = 32 * u64::from(rows) * u64::from(length);
        let bindings = vec![
            buffer::spectrum(0),
            buffer::bands(index),
            buffer::weights(index),
            buffer::twiddles(0),
            buffer::work(0),
        ];
        let cost = Cost { bytes_read: 0, bytes_written: bytes, operations: 0 };
        let workgroups = [length.div_ceil(64), rows, 1];
        self.pass(stages, Variant::new("pac/expand", []), bindings, &constants, workgroups, cost);
        let transform = Transform {
            stages,
            buffers: [0, 1].map(buffer::work),
            twiddles: buffer::twiddles(0),
            rows,
            kept,
            is_forward: false,
            left: 0,
            constants,
        };
        let needs_phase_of_envelope = side == Side::Amplitude && self.model().method.needs() == Needs::BothDirections;
        let is_envelope = needs_phase_of_envelope && finish != Finish::Signal;
        match (self.model().filter, design.hilbert) {
            (Filter::Fir | Filter::Gpac, Some(hilbert)) => {
                let held = self.transform_cut(transform, Finish::Filtered, hilbert);
                if is_envelope {
                    let held = self.hilbert(transform, held, hilbert, Finish::Envelope);
                    self.hilbert(transform, held, hilbert, finish)
                } else {
                    self.hilbert(transform, held, hilbert, finish)
                }
            }
            (_, Some(hilbert)) if is_envelope => {
                let held = self.transform_cut(transform, Finish::Envelope, hilbert);
                self.hilbert(transform, held, hilbert, finish)
            }
            _ => self.leave(transform, finish),
        }
    }

    fn finish_of(&self, side: Side) -> Finish {
        match (side, self.model().method.needs()) {
            (Side::Phase, Needs::Bins) => Finish::Bins,
            (Side::Phase, _) => Finish::Directions(buffer::DIRECTIONS),
            (Side::Amplitude, Needs::BothDirections) => Finish::Directions(buffer::AMPLITUDES),
            (Side::Amplitude, _) => Finish::Amplitude,
        }
    }

    /// A transform whose result is cut to the window and padded with zeros to another length.
    fn transform_cut(&mut self, transform: Transform, finish: Finish, length: usize) -> BufferId {
        let constants = PacPass { kept: length as u32, ..transform.constants };
        self.transform(Transform { constants, ..transform }, finish)
    }

    /// The analytic signal of what `held` holds, as scipy's `hilbert` with a fast length has it.
    fn hilbert(&mut self, transform: Transform, held: BufferId, length: usize, finish: Finish) -> BufferId {
        let length = length as u32;
        let constants =
            PacPass { length, before: 0, kept: length, stride: 1, scale: 1.0 / length as f32, ..transform.constants };
        let other = if held == transform.buffers[0] { transform.buffers[1] } else { transform.buffers[0] };
        let forward = Transform {
            buffers: [held, other],
            twiddles: buffer::twiddles(1),
            kept: length,
            is_forward: true,
            constants,
            ..transform
        };
        let held = self.transform(forward, Finish::Signal);
        let workgroups = [length.div_ceil(64), transform.rows, 1];
        let bytes = 32 * u64::from(transform.rows) * u64::from(length);
        let cost = Cost { bytes_read: bytes, bytes_written: bytes, operations: 0 };
        self.pass(transform.stages, Variant::new("pac/one_side", []), vec![held], &constants, workgroups, cost);
        let other = if held == transform.buffers[0] { transform.buffers[1] } else { transform.buffers[0] };
        let inverse = Transform { buffers: [held, other], is_forward: false, ..forward };
        if finish == Finish::Envelope {
            return self.transform(inverse, finish);
        }
        self.leave(inverse, finish)
    }

    /// The transform's result as coupling needs it: by its last stage, or by way of an array for every step.
    fn leave(&mut self, transform: Transform, finish: Finish) -> BufferId {
        if self.switches.no_copies || finish == Finish::Signal {
            return self.transform(transform, finish);
        }
        let held = self.transform(transform, Finish::Signal);
        let constants = transform.constants;
        let samples = u64::from(transform.rows) * u64::from(constants.window);
        let workgroups = [constants.window.div_ceil(64), transform.rows, 1];
        for (index, name) in ["FILTERED", "ANALYTIC", "PHASE", "AMPLITUDE"].into_iter().enumerate() {
            let bytes_written = if name == "ANALYTIC" { 32 * samples } else { 16 * samples };
            let cost = Cost { bytes_read: 32 * samples, bytes_written, operations: 0 };
            let bindings = vec![held, buffer::part(index as u32)];
            let variant = Variant::new("pac/part", [(name, 1)]);
            self.pass(transform.stages, variant, bindings, &constants, workgroups, cost);
        }
        let (definitions, result, excluded) = self.definitions_of(finish);
        let bindings = [buffer::part(1)].into_iter().chain(result).chain(excluded).collect();
        let cost = Cost { bytes_read: 32 * samples, bytes_written: 4 * samples, operations: 0 };
        let variant = Variant::new("pac/take", definitions);
        self.pass(transform.stages, variant, bindings, &constants, workgroups, cost);
        held
    }

    /// All stages but those that are left over; returns the buffer that holds the result, where that is a buffer of the transform.
    pub(super) fn transform(&mut self, transform: Transform, finish: Finish) -> BufferId {
        let Transform { stages, buffers: [mut from, mut to], twiddles, rows, kept, is_forward, left, constants } =
            transform;
        let all = radices(kept as usize);
        let length = constants.length;
        let mut stride = length / kept;
        let bytes = 32 * u64::from(rows) * u64::from(length);
        for (at, radix) in all.iter().copied().enumerate().take(all.len() - left) {
            let is_last = at + 1 == all.len();
            let mut definitions: Definitions = vec![("RADIX", radix as i32), (radix_name(radix), 1)];
            definitions.extend(is_forward.then_some(("FORWARD", 1)));
            let (mut result, mut excluded) = (to, None);
            if is_last {
                let (last, other, ranks) = self.definitions_of(finish);
                definitions.push(("LAST", 1));
                definitions.extend(last);
                result = other.unwrap_or(to);
                excluded = ranks;
                if matches!(finish, Finish::Filtered | Finish::Envelope) {
                    // Zeros behind the window.
                    self.plan.steps.push(Step::Clear(to));
                }
            }
            let operations = 5 * bytes / 8 * u64::from(radix.ilog2().max(1));
            let cost = Cost { bytes_read: bytes, bytes_written: bytes, operations };
            let constants = PacPass { stride, ..constants };
            let bindings = [from, twiddles, result].into_iter().chain(excluded).collect();
            let workgroups = [(length / radix).div_ceil(64), rows, 1];
            self.pass(stages, Variant::new("pac/fourier", definitions), bindings, &constants, workgroups, cost);
            stride *= radix;
            std::mem::swap(&mut from, &mut to);
        }
        from
    }

    /// What makes the last stage leave something: definitions, its buffer, and the ranks where samples are excluded.
    fn definitions_of(&self, finish: Finish) -> (Definitions, Option<BufferId>, Option<BufferId>) {
        let (mut definitions, result) = match finish {
            Finish::Signal => (vec![("SIGNAL", 1)], None),
            Finish::Filtered => (vec![("FILTERED", 1)], None),
            Finish::Envelope => (vec![("ENVELOPE", 1)], None),
            Finish::Bins => (vec![("BINS", 1)], Some(buffer::BINS)),
            Finish::Directions(result) => (vec![("UNITS", 1)], Some(result)),
            Finish::Amplitude => {
                (std::iter::once(("AMPLITUDE", 1)).chain(self.half()).collect(), Some(buffer::AMPLITUDES))
            }
        };
        let excluded = (result.is_some() && self.design().excludes()).then_some(buffer::RANKS);
        definitions.extend(excluded.map(|_| ("EXCLUDED", 1)));
        (definitions, result, excluded)
    }
}

fn radix_name(radix: u32) -> &'static str {
    match radix {
        2 => "RADIX2",
        3 => "RADIX3",
        4 => "RADIX4",
        5 => "RADIX5",
        _ => "RADIX8",
    }
}
