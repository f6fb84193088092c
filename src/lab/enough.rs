//! When to look at the figures, and when there are enough of them.
//!
//! Whoever looks after every pair and stops at the first difference finds one in identical arms sooner or later. So
//! verdicts are made only at a fixed schedule of pair counts, and the 5 % of error are shared out among these looks: the
//! intervals of all looks together miss the truth in at most 5 % of runs, however the looks depend on each other and
//! whatever made the run stop (Bonferroni's inequality). Each look gets twice the share of the one before, since an
//! early one needs little to see a large difference, and the last one is mostly the one that has to see a small one.

use super::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Probability that any of a run's intervals misses the truth.
pub(super) const ERROR: f64 = 0.05;
/// Fewest pairs before the first look.
pub const FIRST_LOOK: u32 = 12;

/// A moment at which a verdict may be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Pairs that have run by then; in a trial, those that have a time.
    pub pairs: u32,
    /// Probability that its interval misses the truth.
    pub error: f64,
}

/// All looks of a run, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks(Vec<Look>);

impl Looks {
    /// One look, after `pairs` pairs: a run whose length is fixed beforehand.
    pub fn fixed(pairs: u32) -> Self {
        Self(vec![Look { pairs, error: ERROR }])
    }

    /// Looks that double up to `most` pairs, the first at [`FIRST_LOOK`] pairs or later.
    pub fn up_to(most: u32) -> Self {
        let mut counts = vec![most];
        let mut count = most / 2;
        while count >= FIRST_LOOK {
            counts.push(count);
            count /= 2;
        }
        // 1 + 2 + 4 + …
        let shares = (1_u64 << counts.len()) - 1;
        let share = |place: usize| ERROR * (1_u64 << place) as f64 / shares as f64;
        Self(counts.into_iter().rev().enumerate().map(|(place, pairs)| Look { pairs, error: share(place) }).collect())
    }

    /// All looks, in order.
    pub fn all(&self) -> &[Look] {
        &self.0
    }

    /// The look to make after exactly `pairs` pairs, if it is time for one.
    pub fn at(&self, pairs: u32) -> Option<Look> {
        self.0.iter().copied().find(|look| look.pairs == pairs)
    }

    /// The next look once `pairs` pairs have run; `None` after the last one.
    ///
    /// A run that is stopped between two looks, by its user or by its time, is judged with the error of this one, which
    /// will not be made any more.
    pub fn after(&self, pairs: u32) -> Option<Look> {
        self.0.iter().copied().find(|look| look.pairs > pairs)
    }
}

/// What ends a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stopping {
    /// Half the width of an interval that is narrow enough: 0.01 is ±1 %.
    pub half_width: f64,
    /// Longest time that the run may take.
    pub most_time: Duration,
}

impl Default for Stopping {
    fn default() -> Self {
        Self { half_width: 0.01, most_time: Duration::from_secs(600) }
    }
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Enough {
    /// The interval is narrow enough, and the verdict is clear.
    Narrow,
    /// All pairs have run.
    Pairs,
    /// Its time is over.
    Time,
    /// The user ended it.
    User,
}

impl Stopping {
    /// Whether a run ends at a look with this verdict; `None` goes on to `next`.
    pub fn at(&self, verdict: &Verdict, next: Option<Look>) -> Option<Enough> {
        let narrow = verdict.half_width().is_some_and(|half_width| half_width <= self.half_width);
        if narrow && !verdict.is_ambiguous() {
            return Some(Enough::Narrow);
        }
        next.is_none().then_some(Enough::Pairs)
    }

    /// Whether a run ends between two looks.
    pub fn between(&self, elapsed: Duration, asked_to_stop: bool) -> Option<Enough> {
        match asked_to_stop {
            true => Some(Enough::User),
            false => (elapsed >= self.most_time).then_some(Enough::Time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::verdict::{Measured, Pair, Rules};
    use super::*;

    #[test]
    fn looks_double_and_share_the_error() {
        let looks = Looks::up_to(192);
        let counts: Vec<u32> = looks.all().iter().map(|look| look.pairs).collect();
        assert_eq!(counts, [12, 24, 48, 96, 192]);
        for most in [1, 11, 12, 23, 24, 60, 1000, u32::MAX] {
            let looks = Looks::up_to(most);
            assert!((looks.all().iter().map(|look| look.error).sum::<f64>() - 0.05).abs() < 1e-12);
            assert_eq!(looks.all().last().unwrap().pairs, most);
            assert!(looks.all().windows(2).all(|two| two[0].pairs >= FIRST_LOOK && two[0].pairs < two[1].pairs));
            assert!(looks.all().windows(2).all(|two| (two[1].error / two[0].error - 2.0).abs() < 1e-9));
        }
    }

    #[test]
    fn a_look_is_made_at_its_count_only() {
        let looks = Looks::up_to(48);
        assert_eq!(looks.at(24), looks.after(12));
        assert_eq!((looks.at(25), looks.after(48)), (None, None));
        assert_eq!(looks.after(25).map(|look| look.pairs), Some(48));
        assert_eq!(Looks::fixed(60).at(60).unwrap().error, 0.05);
    }

    /// A B that takes half the time, by pairs that scatter by ±`spread`.
    fn verdict(spread: f64) -> Verdict {
        let time = |time| Measured { time, canary: None };
        let scatter = |place: usize| (spread * (place as f64 / 29.5 - 1.0)).exp();
        let pairs = (0..60).map(|place| Pair { baseline: time(2.0 * scatter(place)), variant: time(1.0) });
        Verdict::of_pairs(&pairs.collect::<Vec<_>>(), None, 0.05, &Rules::default())
    }

    #[test]
    fn a_run_ends_when_its_interval_is_narrow_or_nothing_is_left() {
        let stopping = Stopping { half_width: 0.01, most_time: Duration::from_secs(10) };
        let next = Looks::up_to(48).after(12);
        assert_eq!(stopping.at(&verdict(0.01), next), Some(Enough::Narrow));
        assert_eq!(stopping.at(&verdict(0.5), next), None);
        assert_eq!(stopping.at(&verdict(0.5), None), Some(Enough::Pairs));
        assert_eq!(stopping.between(Duration::from_secs(9), false), None);
        assert_eq!(stopping.between(Duration::from_secs(10), false), Some(Enough::Time));
        assert_eq!(stopping.between(Duration::ZERO, true), Some(Enough::User));
    }
}
