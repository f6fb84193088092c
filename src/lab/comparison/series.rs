//! What is compared of a session: one figure per batch of consecutive cycles.
//!
//! Neighbouring cycles are alike in whatever disturbs them. Resampling whole batches instead of cycles keeps that: it is
//! a block bootstrap, with the batch's median in the place of its cycles.

use crate::session::{ArmCycles, StageCycles, median};

/// Fewest batches that a sample is cut into, as far as it has that many figures.
const FEWEST_BATCHES: usize = 24;
/// Longest period that is looked for, in cycles.
const LONGEST_PERIOD: usize = 1024;
/// A period must fit this often into what it was found in.
const FEWEST_PERIODS: usize = 8;
/// Part of the cycles that may leave the pattern, since samples get lost.
const STRAYS: f64 = 0.02;
/// What the timing table calls the host's own work.
const ENCODING: &str = "encoding by the host, waits included";

/// A sample of times in milliseconds, in batches.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    /// What it is of; empty where the session has none.
    pub(super) name: String,
    /// Whether the host's clock timed it.
    pub(super) host_timed: bool,
    /// One figure per batch of consecutive cycles.
    pub(super) batches: Vec<f64>,
    /// How many cycles there are, where they do not say what a cycle takes on average.
    pub(super) without_period: Option<usize>,
}

impl Series {
    fn new(name: &str, host_timed: bool, times: &[f64]) -> Self {
        Self { name: name.to_owned(), host_timed, batches: batches(times), without_period: None }
    }

    fn of_stage(stage: &StageCycles) -> Self {
        Self::new(&stage.name, stage.host_timed, &stage.milliseconds)
    }

    /// Whether nothing was measured.
    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// How far the two halves are apart, as a logarithm: the same code at two times.
    pub(super) fn unsteadiness(&self) -> f64 {
        let (first, second) = self.batches.split_at(self.batches.len() / 2);
        let halves = median(first).zip(median(second));
        halves.map_or(0.0, |(first, second)| (first.ln() - second.ln()).abs()).min(f64::MAX)
    }
}

/// Medians of consecutive cycles: of one cycle each in a short sample, of up to √n in a long one of n. A median of zero is
/// none: no clock resolves it.
fn batches(times: &[f64]) -> Vec<f64> {
    let count = times.len().min(times.len().isqrt().max(FEWEST_BATCHES));
    let edge = |batch: usize| batch * times.len() / count;
    let medians = (0..count).filter_map(|batch| median(times.get(edge(batch)..edge(batch + 1))?));
    medians.filter(|median| *median > 0.0).collect()
}

/// The stages of both, joined by name, and the host's encoding.
pub(super) fn stage_series(old: &ArmCycles, new: &ArmCycles) -> Vec<(Series, Series)> {
    let find = |arm: &ArmCycles, name: &str| {
        arm.stages.iter().find(|stage| stage.name == name).map(Series::of_stage).unwrap_or_default()
    };
    let of_old = old.stages.iter().map(|stage| (Series::of_stage(stage), find(new, &stage.name)));
    let others = new.stages.iter().filter(|stage| old.stages.iter().all(|known| known.name != stage.name));
    let of_new = others.map(|stage| (Series::default(), Series::of_stage(stage)));
    let encoding = |arm: &ArmCycles| Series::new(ENCODING, true, &arm.host);
    of_old.chain(of_new).chain([(encoding(old), encoding(new))]).collect()
}

/// All passes of a cycle: those that the device timed, or those that the host timed where the device timed none.
///
/// The host's waits are left out beside the device's passes, since they pass at the same time.
pub(super) fn whole_series(old: &ArmCycles, new: &ArmCycles) -> (Series, Series) {
    (whole(old), whole(new))
}

fn whole(arm: &ArmCycles) -> Series {
    let by_device = arm.device.iter().any(|time| *time > 0.0);
    let (name, times) = if by_device {
        ("cycle, by the device's clock", &arm.device)
    } else {
        ("cycle, by the host's clock", &arm.passes)
    };
    match period(&arm.patterns) {
        Some(Period { first, length }) => {
            let steady = times.get(first..).unwrap_or_default().chunks_exact(length);
            let means: Vec<f64> = steady.map(|cycles| cycles.iter().sum::<f64>() / length as f64).collect();
            Series::new(name, !by_device, &means)
        }
        None => Series { without_period: Some(times.len()), ..Series::new(name, !by_device, times) },
    }
}

/// Cycles from `first` on repeat their work every `length` cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Period {
    first: usize,
    length: usize,
}

/// The shortest period of the whole run, or of all but its first quarter: the first cycles may not do everything yet.
fn period(patterns: &[u32]) -> Option<Period> {
    [0, patterns.len() / 4].into_iter().find_map(|first| {
        let patterns = patterns.get(first..)?;
        let longest = (patterns.len() / FEWEST_PERIODS).min(LONGEST_PERIOD);
        let length = (1..=longest).find(|length| repeats(patterns, *length))?;
        Some(Period { first, length })
    })
}

fn repeats(patterns: &[u32], length: usize) -> bool {
    let allowed = (STRAYS * (patterns.len() - length) as f64) as usize;
    let strays = patterns.iter().zip(&patterns[length..]).filter(|(now, later)| now != later);
    strays.take(allowed + 1).count() <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_found_behind_a_beginning_and_beside_lost_samples() {
        let found = |patterns: &[u32]| period(patterns).map(|period| (period.first, period.length));
        assert_eq!(found(&[7; 40]), Some((0, 1)));
        let fifth: Vec<u32> = (0..400).map(|cycle| u32::from(cycle % 5 == 0)).collect();
        assert_eq!(found(&fifth), Some((0, 5)));
        let mut lost = fifth.clone();
        lost[100] = 9;
        assert_eq!(found(&lost), Some((0, 5)));
        let mut beginning = fifth;
        (0..90).for_each(|cycle| beginning[cycle] = 2 + cycle as u32);
        assert_eq!(found(&beginning), Some((100, 5)));
        assert_eq!(found(&(0..400).collect::<Vec<_>>()), None);
        assert_eq!((found(&[]), found(&[1; 7])), (None, None));
    }

    #[test]
    fn the_whole_counts_what_only_some_cycles_do() {
        let arm = ArmCycles {
            device: (0..120).map(|cycle| if cycle % 5 == 4 { 6.0 } else { 1.0 }).collect(),
            passes: vec![9.0; 120],
            patterns: (0..120).map(|cycle| u32::from(cycle % 5 == 4)).collect(),
            ..ArmCycles::default()
        };
        let series = whole(&arm);
        assert_eq!((series.batches.len(), series.without_period, series.host_timed), (24, None, false));
        assert!(series.batches.iter().all(|mean| *mean == 2.0), "four cycles of 1 ms and one of 6 ms");
        let by_host = whole(&ArmCycles { device: vec![0.0; 120], ..arm });
        assert!(by_host.host_timed && by_host.batches[0] == 9.0);
    }

    #[test]
    fn batches_are_consecutive_and_few() {
        let counted = |count: usize| batches(&(1..=count).map(|cycle| cycle as f64).collect::<Vec<_>>());
        assert_eq!((counted(0).len(), counted(19).len(), counted(50).len()), (0, 19, 24));
        let many = counted(10_000);
        assert_eq!((many.len(), many[0], many[99]), (100, 50.5, 9950.5));
    }
}
