//! Faster, slower, same or ambiguous, and why.

use super::diagnosis::unrest;
use super::statistics::{Estimate, fewest, paired};
use crate::session::{self, Claim, Outcome, figure};
use serde::Serialize;

/// One block, measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The time of a cycle, in any unit, the same for all blocks.
    pub time: f64,
    /// The time of its canary, in any unit; `None` where none ran.
    pub canary: Option<f64>,
}

/// Two blocks that are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The block of A.
    pub baseline: Measured,
    /// The block of B.
    pub variant: Measured,
}

impl Pair {
    /// Logarithm of time of A over time of B; `None` where either is not positive and finite.
    fn log_ratio(&self) -> Option<f64> {
        let ratio = self.baseline.time.ln() - self.variant.time.ln();
        ratio.is_finite().then_some(ratio)
    }

    /// Whether the machine ran both blocks at the same speed, as far as is known.
    pub(super) fn is_steady(&self, tolerance: f64) -> bool {
        let canaries = self.baseline.canary.zip(self.variant.canary);
        canaries.is_none_or(|(a, b)| (a.ln() - b.ln()).abs() <= tolerance.ln_1p())
    }
}

/// The stated limits behind a verdict, all as fractions: 0.01 is 1 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Differences below this are never called faster or slower, however sure they are.
    pub smallest_margin: f64,
    /// With a noise floor above this nothing is called the same: that would say little.
    pub widest_margin: f64,
    /// A pair whose canaries differ by more than this is thrown out.
    pub canary_tolerance: f64,
    /// With more than this part of the pairs thrown out there is no clear verdict.
    pub most_thrown_out: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { smallest_margin: 0.01, widest_margin: 0.05, canary_tolerance: 0.1, most_thrown_out: 1.0 / 3.0 }
    }
}

/// Whether B is faster than A, how sure that is, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The answer.
    pub outcome: Outcome,
    /// Time of A over time of B: above 1 means that B is faster. `None` where there are too few measurements.
    pub ratio: Option<f64>,
    /// Its interval, from lowest to highest, which misses the truth with the probability of error that was asked for.
    pub interval: Option<(f64, f64)>,
    /// The interval of A against A; `None` where that was not measured.
    pub noise_floor: Option<(f64, f64)>,
    /// What counts as no difference, as a fraction: the stated minimum, or what A against A came to where that is more.
    pub margin: f64,
    /// Pairs behind it, without those thrown out.
    pub pairs: u32,
    /// Pairs left out since the machine changed speed within them, or since a block of them has no time.
    pub thrown_out: u32,
    /// Why, in one sentence.
    pub reason: String,
}

impl Verdict {
    /// From pairs of blocks in the order in which they ran, with the probability of error of this [`super::Look`].
    ///
    /// `floor` is the verdict of A against A, from the same function; the ratio that it came to, where there is none, is
    /// the least that counts as a difference. Faster and slower need the whole interval beyond that margin, the same
    /// needs it inside; everything else is ambiguous.
    pub fn of_pairs(pairs: &[Pair], floor: Option<&Self>, error: f64, rules: &Rules) -> Self {
        let steady = pairs.iter().filter(|pair| pair.is_steady(rules.canary_tolerance));
        let kept: Vec<(&Pair, f64)> = steady.filter_map(|pair| Some((pair, pair.log_ratio()?))).collect();
        let log_ratios: Vec<f64> = kept.iter().map(|(_, log_ratio)| *log_ratio).collect();
        let estimate = paired(&log_ratios, error);
        let thrown_out = pairs.len() - kept.len();
        let margin = margin(floor.and_then(|floor| floor.ratio).map_or(0.0, f64::ln), rules);
        let judge = Judge { names: Names::ARMS, margin, widest: rules.widest_margin.ln_1p() };
        let (outcome, reason) = if thrown_out as f64 > rules.most_thrown_out * pairs.len() as f64 {
            let told = format!(
                "in {thrown_out} of {} pairs the canary says that the machine changed speed between the blocks, or a \
                 block has no time",
                pairs.len()
            );
            (Outcome::Ambiguous, told)
        } else if floor.is_some_and(|floor| floor.ratio.is_none()) {
            (Outcome::Ambiguous, "the noise floor, A against A, was measured with too few pairs".to_owned())
        } else {
            match estimate {
                Some(estimate) => judge.of(estimate, || unrest(&levels(&kept, estimate.log_ratio))),
                None => {
                    let told = format!("{} pairs are too few: at least {} are needed", kept.len(), fewest(error));
                    (Outcome::Ambiguous, told)
                }
            }
        };
        Self {
            outcome,
            ratio: estimate.map(Estimate::ratio),
            interval: estimate.map(Estimate::interval),
            noise_floor: floor.and_then(|floor| floor.interval),
            margin: margin.exp_m1(),
            pairs: kept.len() as u32,
            thrown_out: thrown_out as u32,
            reason,
        }
    }

    /// Whether there is no clear answer.
    pub fn is_ambiguous(&self) -> bool {
        self.outcome == Outcome::Ambiguous
    }

    /// Half the interval's width as a logarithm: 0.01 is about ±1 %.
    pub fn half_width(&self) -> Option<f64> {
        self.interval.map(|(low, high)| 0.5 * (high.ln() - low.ln()))
    }

    /// The factor that a toggle brings, time off over time on, with its interval: of a verdict on two arms that differ in
    /// it alone, `is_on` in B or in A.
    pub fn factor_of_toggle(&self, is_on: bool) -> Option<(f64, (f64, f64))> {
        let (ratio, (low, high)) = (self.ratio?, self.interval?);
        Some(if is_on { (ratio, (low, high)) } else { (1.0 / ratio, (1.0 / high, 1.0 / low)) })
    }

    /// As a session keeps it: of a toggle or `A against B`, how it was switched, of a stage or of the whole cycle.
    pub fn record(&self, subject: &str, position: &str, stage: Option<u32>, claim: Option<Claim>) -> session::Verdict {
        let thrown_out = match self.thrown_out {
            0 => String::new(),
            count => format!("; {count} more pairs were thrown out"),
        };
        session::Verdict {
            subject: subject.to_owned(),
            position: position.to_owned(),
            stage,
            ratio: self.ratio,
            interval: self.interval,
            noise_floor: self.noise_floor,
            pairs: self.pairs,
            outcome: self.outcome,
            reason: format!("{}{thrown_out}", self.reason),
            claim,
        }
    }
}

/// What counts as no difference, as a logarithm: the stated minimum, or this logarithm of a ratio where that is more.
pub(super) fn margin(floor: f64, rules: &Rules) -> f64 {
    floor.abs().max(rules.smallest_margin.ln_1p())
}

/// How fast the machine was in every block, in order: B's times as if B were as fast as A.
fn levels(pairs: &[(&Pair, f64)], log_ratio: f64) -> Vec<f64> {
    pairs.iter().flat_map(|(pair, _)| [pair.baseline.time.ln(), pair.variant.time.ln() + log_ratio]).collect()
}

/// What the two sides of a comparison are called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    baseline: &'static str,
    variant: &'static str,
}

impl Names {
    /// Two arms of a run.
    pub(super) const ARMS: Self = Self { baseline: "A", variant: "B" };
    /// Two sessions.
    pub(super) const SESSIONS: Self = Self { baseline: "OLD", variant: "NEW" };
}

/// Makes an answer of an estimate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge {
    /// What the two sides are called.
    pub(super) names: Names,
    /// Logarithm of the largest ratio that counts as no difference.
    pub(super) margin: f64,
    /// Logarithm of the widest margin within which anything is called the same.
    pub(super) widest: f64,
}

impl Judge {
    /// The answer and its reason; `unrest` says why the times scatter, and is asked only where that matters.
    pub(super) fn of(self, estimate: Estimate, unrest: impl FnOnce() -> Option<String>) -> (Outcome, String) {
        let Names { baseline, variant } = self.names;
        let margin = percent(self.margin);
        let (low, high) = estimate.interval();
        let interval = format!("the interval {} to {}", figure(low), figure(high));
        if estimate.low > self.margin {
            let told = format!(
                "{variant} is {:.2} times as fast as {baseline}: {interval} lies beyond the noise floor of ±{margin}",
                estimate.ratio()
            );
            (Outcome::Faster, told)
        } else if estimate.high < -self.margin {
            let told = format!(
                "{variant} takes {:.2} times as long as {baseline}: {interval} lies beyond the noise floor of ±{margin}",
                (-estimate.log_ratio).exp()
            );
            (Outcome::Slower, told)
        } else if estimate.low >= -self.margin && estimate.high <= self.margin && self.margin <= self.widest {
            (Outcome::Same, format!("{interval} lies within ±{margin}"))
        } else {
            let told = if estimate.low >= -self.margin && estimate.high <= self.margin {
                format!("the noise floor of ±{margin} is too high to call anything the same")
            } else if estimate.low > 0.0 || estimate.high < 0.0 {
                format!("{interval} lies off 1 but reaches into the noise floor of ±{margin}")
            } else {
                format!("{interval} is too wide to tell a difference of more than {margin} from none")
            };
            let why = unrest().map_or_else(String::new, |why| format!("; {why}"));
            (Outcome::Ambiguous, told + &why)
        }
    }
}

/// A logarithm of a ratio as the percentage by which that exceeds 1.
pub(super) fn percent(logarithm: f64) -> String {
    format!("{:.1} %", 100.0 * logarithm.exp_m1())
}

#[cfg(test)]
mod tests;
