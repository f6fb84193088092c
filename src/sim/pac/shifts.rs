//! The sums of all surrogates by a cross-correlation around the window: one for every pair of phase bins and four bands of
//! amplitude, in the place of a pass over the samples for every surrogate.
//!
//! Of an indicator w of a bin and an amplitude A, the sum at the shift s is Σ w[t] A[t + s] over all t, with t + s around the
//! window. As a function of s its spectrum is that of A times that of w with the other sign of the exponent. Two bins make
//! one complex signal, and so their sums one complex number.

use super::cycle::Cycle;
use super::description::stage;
use super::design::Design;
use super::fourier::{LONGEST, fast_length, radices};
use super::kernels::PacPass;
use super::layout::{buffer, sums_bytes};
use super::params::{Method, Needs, PacModel, Surrogate};
use super::transforms::{Finish, Transform};
use crate::sim::{BufferId, Cost, Refusal, Variant};

/// Pairs of phase bins of a band.
const BIN_PAIRS: u32 = 9;
/// Bytes of either buffer that signals are transformed in: so few that they stay in a processor's cache, or for long windows
/// as many as four pairs of bins take, up to the second figure, since four are transformed together. One pair always goes.
const TRANSFORMED_BYTES: [u64; 2] = [8 << 20, 32 << 20];
/// Bytes of the sums that are kept of surrogates at once: well below what an adapter binds.
const SUMS_BYTES: u64 = 96 << 20;
/// Workgroups along an axis at most.
const MOST_WORKGROUPS: u32 = 65_535;
/// What a term of a sum over single places costs, in points of a stage.
const TERM_COST: usize = 2;

/// How a channel's cross-correlations are cut up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correlation {
    /// Points of the transforms.
    pub length: usize,
    /// Pairs of bins that are correlated at once.
    pub pairs: u32,
    /// Surrogates whose sums are kept at once.
    pub surrogates: u32,
    /// Stages of the inverse transform that are left to a sum for each drawn shift.
    pub left: usize,
}

/// Whether the surrogates of a model are shifts that a cross-correlation finds.
///
/// # Errors
/// What they are instead, with the remedy.
pub fn accept(model: &PacModel, design: &Design) -> Result<(), Refusal> {
    if let Surrogate::TrialPermutation(trials) = model.surrogate {
        return Err(Refusal(format!(
            "all_shifts_fft finds sums at shifts around the window, and the surrogate permutes {trials} trials; choose \
             TimeLag or BlockSwap, or turn all_shifts_fft off"
        )));
    }
    if model.method.needs() != Needs::Bins {
        let is_this = |(_, method): &&(&str, Method)| *method == model.method;
        let name = Method::ALL.iter().find(is_this).map_or("", |(name, _)| *name);
        return Err(Refusal(format!(
            "all_shifts_fft finds sums over hard phase bins, and the method {name} has none; choose tort, tensorpac, gpac, \
             hr or tensorpac-hr, or turn all_shifts_fft off"
        )));
    }
    let length = length_around(design);
    if length > LONGEST {
        return Err(Refusal(format!(
            "all_shifts_fft transforms {length} points for a window of {} samples, and at most {LONGEST} can be; choose a \
             shorter window, or turn all_shifts_fft off",
            design.window
        )));
    }
    Ok(())
}

/// Points in which no shift reaches beyond the window: its own where it fills a transform, or else twice as many.
fn length_around(design: &Design) -> usize {
    let own = fast_length(design.window);
    if own == design.window && !design.excludes() { own } else { fast_length(2 * design.window) }
}

/// How many stages to leave over, where each goes over all points: what is left is a sum over so many terms as the product
/// of their radices, for every surrogate.
fn stages_left(length: usize, surrogates: u32) -> usize {
    let all = radices(length);
    let cost = |left: &usize| {
        let terms: usize = all.iter().rev().take(*left).map(|radix| *radix as usize).product();
        (all.len() - left) * length + TERM_COST * surrogates as usize * terms
    };
    // One stage is always run.
    (0..all.len()).min_by_key(cost).unwrap_or(0)
}

impl Correlation {
    /// That of a model; `None` where it has no surrogates, or such as no cross-correlation finds.
    pub fn of(model: &PacModel, design: &Design) -> Option<Self> {
        if model.surrogates == 0 || accept(model, design).is_err() {
            return None;
        }
        let length = length_around(design);
        let groups = design.amplitude.groups();
        let all = BIN_PAIRS * design.phase.bands.len() as u32;
        let [few, most] = TRANSFORMED_BYTES.map(|bytes| bytes / (32 * length as u64 * u64::from(groups)));
        let pairs = if few > 4 { few / 4 * 4 } else { most.min(4) };
        let pairs = (pairs as u32).min(MOST_WORKGROUPS / groups).clamp(1, all);
        let kept = (SUMS_BYTES / sums_bytes(design, 1)).clamp(1, u64::from(model.surrogates)) as u32;
        Some(Self { length, pairs, surrogates: kept, left: stages_left(length, kept) })
    }

    /// Bytes of four complex signals.
    pub fn row_bytes(&self) -> u64 {
        32 * self.length as u64
    }
}

/// Both buffers of a transform of so many stages whose result is to lie in `result`.
fn ending_in(result: BufferId, other: BufferId, stages: usize) -> [BufferId; 2] {
    if stages.is_multiple_of(2) { [result, other] } else { [other, result] }
}

impl Cycle<'_> {
    /// All surrogates of the channels from this one on, channel by channel.
    pub(super) fn correlate(&mut self, channel: u32, by: &Correlation) {
        let of_all = self.constants(channel);
        let length = by.length as u32;
        for place in 0..of_all.taken {
            let constants = PacPass {
                length,
                kept: length,
                before: 0,
                channel: channel + place,
                taken: 1,
                groups: self.design().phase.groups(),
                scale: 1.0 / by.length as f32,
                slot: place,
                ..of_all
            };
            self.spectra_of_amplitudes(&constants, by);
            for first in (0..self.model().surrogates).step_by(by.surrogates as usize) {
                let last = self.model().surrogates.min(first + by.surrogates);
                self.sums_at_shifts(&PacPass { surrogate: first, surrogates: last - first, ..constants }, by);
                for surrogate in first..last {
                    let of_one = PacPass { slot: surrogate - first, ..constants };
                    self.map(stage::SURROGATES, &of_one, Some(surrogate));
                    self.accumulate(&of_one, surrogate);
                }
            }
        }
    }

    fn spectra_of_amplitudes(&mut self, constants: &PacPass, by: &Correlation) {
        let rows = constants.amplitudes;
        let bytes = by.row_bytes() * u64::from(rows);
        let cost = Cost { bytes_read: bytes / 2, bytes_written: bytes, operations: 0 };
        let buffers = ending_in(buffer::AMPLITUDE_SPECTRA, buffer::work(0), radices(by.length).len());
        let definitions = std::iter::once(("AMPLITUDES", 1)).chain(self.half());
        let bindings = vec![buffer::AMPLITUDES, buffer::VALID, buffers[0]];
        let workgroups = [constants.length.div_ceil(64), rows, 1];
        self.pass(stage::SURROGATES, Variant::new("pac/around", definitions), bindings, constants, workgroups, cost);
        self.transform(Transform { is_forward: true, ..around(buffers, rows, *constants) }, Finish::Signal);
    }

    /// Sums over all bins of all bands of phase, for some surrogates: pairs of bins by pairs of bins.
    fn sums_at_shifts(&mut self, constants: &PacPass, by: &Correlation) {
        let all = BIN_PAIRS * constants.phases;
        for first_pair in (0..all).step_by(by.pairs as usize) {
            let pairs = by.pairs.min(all - first_pair);
            let constants = PacPass { first_pair, pairs, ..*constants };
            self.spectra_of_bins(&constants, by);
            let held = self.correlated(&constants, by);
            let radices = radices(by.length);
            let stride: u32 = radices.iter().take(radices.len() - by.left).product();
            let rows = pairs * constants.amplitudes;
            let terms = u64::from(rows * constants.surrogates) * u64::from(constants.length / stride);
            let cost = Cost { bytes_read: 32 * terms, bytes_written: 0, operations: 32 * terms };
            let bindings = vec![held, buffer::twiddles(2), buffer::VALID, buffer::MOVED, buffer::SURROGATE_SUMS];
            let workgroups = [rows.div_ceil(64), constants.surrogates, 1];
            let constants = PacPass { stride, ..constants };
            let variant = Variant::new("pac/at_shifts", []);
            self.pass(stage::SURROGATES, variant, bindings, &constants, workgroups, cost);
        }
    }

    fn spectra_of_bins(&mut self, constants: &PacPass, by: &Correlation) {
        let rows = constants.pairs.div_ceil(4);
        let bytes = by.row_bytes() * u64::from(rows);
        let cost = Cost { bytes_read: bytes / 2, bytes_written: bytes, operations: 0 };
        let buffers = ending_in(buffer::INDICATORS, buffer::work(0), radices(by.length).len());
        let bindings = vec![buffer::BINS, buffer::VALID, buffers[0]];
        let workgroups = [constants.length.div_ceil(64), rows, 1];
        self.pass(stage::SURROGATES, Variant::new("pac/around", []), bindings, constants, workgroups, cost);
        self.transform(around(buffers, rows, *constants), Finish::Signal);
    }

    /// The cross-correlations as far as the stages that are left over; returns the buffer that holds them.
    fn correlated(&mut self, constants: &PacPass, by: &Correlation) -> BufferId {
        let rows = constants.pairs * constants.amplitudes;
        let bytes = by.row_bytes() * u64::from(rows);
        let cost = Cost { bytes_read: bytes, bytes_written: bytes, operations: bytes };
        let buffers = [0, 1].map(buffer::work);
        let bindings = vec![buffer::INDICATORS, buffer::AMPLITUDE_SPECTRA, buffers[0]];
        let workgroups = [constants.length.div_ceil(64), rows, 1];
        self.pass(stage::SURROGATES, Variant::new("pac/correlate", []), bindings, constants, workgroups, cost);
        self.transform(Transform { left: by.left, ..around(buffers, rows, *constants) }, Finish::Signal)
    }
}

/// A transform of so many signals of the cross-correlation.
fn around(buffers: [BufferId; 2], rows: u32, constants: PacPass) -> Transform {
    Transform {
        stages: stage::SURROGATES,
        buffers,
        twiddles: buffer::twiddles(2),
        rows,
        kept: constants.length,
        is_forward: false,
        left: 0,
        constants,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_surrogates_leave_more_stages_to_sums_than_many() {
        // 30,720 = 8 · 8 · 8 · 5 · 3 · 4.
        let left = [20, 200, 2000, 100_000].map(|surrogates| stages_left(30_720, surrogates));
        assert!(left.is_sorted_by(|a, b| a >= b) && left[0] > left[3], "{left:?}");
        assert_eq!((stages_left(16, 1), left[3]), (1, 0));
    }

    #[test]
    fn a_transform_ends_in_the_buffer_that_was_asked_for() {
        let [result, other] = [buffer::INDICATORS, buffer::work(0)];
        assert_eq!(ending_in(result, other, 4), [result, other]);
        assert_eq!(ending_in(result, other, 5), [other, result]);
    }
}
