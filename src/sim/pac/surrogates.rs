//! Surrogates: what each draws, and what its map adds to the running figures.

use super::Pac;
use super::cycle::{Cycle, Definitions};
use super::description::stage;
use super::kernels::PacPass;
use super::layout::buffer;
use super::params::Surrogate;
use crate::sim::random::{Draws, Generator};
use crate::sim::{Cost, Variant};

/// Operations of the draws: time lags, block cuts, permutations.
const OPERATIONS: [u32; 3] = [41, 42, 43];

/// A number in (0, 1) for a surrogate: how far around the window its amplitudes are moved.
pub fn part_moved(kind: Surrogate, seed: u32, surrogate: u32) -> f32 {
    let operation = match kind {
        Surrogate::TimeLag => OPERATIONS[0],
        Surrogate::BlockSwap | Surrogate::TrialPermutation(_) => OPERATIONS[1],
    };
    let draws = Draws { generator: Generator::Fast, seed };
    // 23 bits and a half: exact in f32.
    draws.uniforms(0, operation, surrogate)[0] as f32
}

/// Which trial's amplitudes each trial of a surrogate gets: a permutation, drawn by Fisher and Yates.
pub fn permuted(trials: u32, seed: u32, surrogate: u32) -> Vec<u32> {
    let draws = Draws { generator: Generator::Fast, seed };
    let mut from: Vec<u32> = (0..trials).collect();
    for last in (1..trials).rev() {
        let drawn = draws.uniforms(surrogate, OPERATIONS[2], last)[0];
        let other = (drawn * f64::from(last + 1)) as u32;
        from.swap(last as usize, other.min(last) as usize);
    }
    from
}

impl Pac {
    /// The permutations of all surrogates, one after another.
    pub(super) fn permutations(&self, trials: u32) -> Vec<u32> {
        (0..self.model.surrogates).flat_map(|surrogate| permuted(trials, self.seed, surrogate)).collect()
    }
}

impl Cycle<'_> {
    /// Constants and definitions of what sums up a surrogate, or what was observed.
    pub(super) fn drawn(&self, channel: u32, surrogate: Option<u32>) -> (PacPass, Definitions) {
        let constants = self.constants(channel);
        let Some(surrogate) = surrogate else { return (constants, Vec::new()) };
        let kind = self.model().surrogate;
        let constants = PacPass { surrogate, slot: 0, ..constants };
        match kind {
            Surrogate::TrialPermutation(trials) => (PacPass { trials, ..constants }, vec![("TRIALS", 1)]),
            Surrogate::TimeLag | Surrogate::BlockSwap => {
                let moved = part_moved(kind, self.pac.seed, surrogate);
                (PacPass { moved, ..constants }, vec![("MOVED", 1)])
            }
        }
    }

    /// Takes a surrogate's map into the running figures: at once, or after the last one where all are stored.
    /// `of` says which channels.
    pub(super) fn accumulate(&mut self, of: &PacPass, surrogate: u32) {
        let is_lazy = self.switches.lazy_surrogates;
        let last = self.model().surrogates - 1;
        let now = if is_lazy {
            surrogate..surrogate + 1
        } else if surrogate == last {
            0..last + 1
        } else {
            return;
        };
        for surrogate in now {
            let bands = self.design().amplitude.bands.len() as u32;
            let constants = PacPass { bands, surrogate, ..*of };
            let definition = (!is_lazy).then_some(("STORED", 1));
            let bindings = vec![buffer::MAP, buffer::SURROGATE_MAPS, buffer::RUNNING];
            let workgroups = [constants.taken, 1, 1];
            let variant = Variant::new("pac/accumulate", definition);
            self.pass(stage::SURROGATES, variant, bindings, &constants, workgroups, Cost::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trial_is_taken_once() {
        for surrogate in 0..50 {
            let mut from = permuted(7, 3, surrogate);
            from.sort_unstable();
            assert_eq!(from, [0, 1, 2, 3, 4, 5, 6]);
        }
        let firsts: std::collections::BTreeSet<_> = (0..100).map(|surrogate| permuted(7, 3, surrogate)[0]).collect();
        assert_eq!(firsts.len(), 7);
    }

    #[test]
    fn lags_and_cuts_are_drawn_apart_and_evenly() {
        let mean = |kind| (0..4000).map(|at| f64::from(part_moved(kind, 1, at))).sum::<f64>() / 4000.0;
        for kind in [Surrogate::TimeLag, Surrogate::BlockSwap] {
            assert!((mean(kind) - 0.5).abs() < 0.02, "{}", mean(kind));
        }
        assert_ne!(part_moved(Surrogate::TimeLag, 1, 0), part_moved(Surrogate::BlockSwap, 1, 0));
    }
}
