//! Faster, slower, same or ambiguous, and why.

use super::diagnosis::unrest;
use super::statistics::{Estimate, fewest, paired, smallest_error};
use crate::session::{self, Claim, Outcome, figure};
use serde::Serialize;

/// The part of a verdict's error at which canaries are believed to differ: they scatter more than the blocks do, and to
/// believe them by mistake hides true differences.
const CANARY_ERROR: f64 = 0.02;

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

    /// Whether both blocks have a time.
    pub(super) fn is_timed(&self) -> bool {
        self.log_ratio().is_some()
    }

    /// Logarithm of A's canary over B's; `None` where either is missing or not positive and finite.
    fn canary_log_ratio(&self) -> Option<f64> {
        let (baseline, variant) = self.baseline.canary.zip(self.variant.canary)?;
        Some(baseline.ln() - variant.ln()).filter(|ratio| ratio.is_finite())
    }
}

/// The stated limits behind a verdict, all as fractions: 0.01 is 1 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Differences below this are never called faster or slower, however sure they are.
    pub smallest_margin: f64,
    /// With a noise floor above this nothing is called the same: that would say little.
    pub widest_margin: f64,
    /// Canaries of a pair that differ by more than this say that the machine changed its speed.
    pub canary_tolerance: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { smallest_margin: 0.01, widest_margin: 0.05, canary_tolerance: 0.1 }
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
    /// What counts as no difference, as a fraction: the stated minimum, or what A against A came to where that is more, and
    /// what the canaries differ by.
    pub margin: f64,
    /// Pairs behind it, without those thrown out.
    pub pairs: u32,
    /// Pairs left out since a block of them has no time.
    pub thrown_out: u32,
    /// Why, in one sentence.
    pub reason: String,
}

impl Verdict {
    /// From pairs of blocks in the order in which they ran, with the probability of error of this [`super::Look`].
    ///
    /// `floor` is the verdict of A against A, from the same function; the ratio that it came to, where there is none, is
    /// the least that counts as a difference. To it comes the ratio of the canaries, the same work in both arms, once it is
    /// sure that there is one: then the machine is not the same for both arms. A single canary decides nothing, since it tells of a
    /// few milliseconds and its block may last for seconds: where the machine changes its speed at random, that scatters
    /// the pairs, and their interval knows it. Faster and slower need the whole interval beyond the margin, the same needs
    /// it inside; everything else is ambiguous.
    pub fn of_pairs(pairs: &[Pair], floor: Option<&Self>, error: f64, rules: &Rules) -> Self {
        let kept: Vec<(&Pair, f64)> = pairs.iter().filter_map(|pair| Some((pair, pair.log_ratio()?))).collect();
        let log_ratios: Vec<f64> = kept.iter().map(|(_, log_ratio)| *log_ratio).collect();
        let estimate = paired(&log_ratios, error);
        let canaries: Vec<f64> = kept.iter().filter_map(|(pair, _)| pair.canary_log_ratio()).collect();
        // As sure as can be asked for, and where there are few pairs as sure as they can make.
        let canary_error = (CANARY_ERROR * error).max(smallest_error(canaries.len()));
        let shift = paired(&canaries, canary_error).filter(|shift| shift.low > 0.0 || shift.high < 0.0);
        let margin = margin(floor.and_then(|floor| floor.ratio).map_or(0.0, f64::ln), rules)
            + shift.map_or(0.0, |shift| shift.low.abs().max(shift.high.abs()));
        // Where the same work takes another time in either arm, nothing can be called the same.
        let widest = if shift.is_some() { 0.0 } else { rules.widest_margin.ln_1p() };
        let judge = Judge { names: Names::ARMS, margin, widest };
        let (outcome, reason) = if floor.is_some_and(|floor| floor.ratio.is_none()) {
            (Outcome::Ambiguous, "the noise floor, A against A, was measured with too few pairs".to_owned())
        } else {
            match estimate {
                Some(estimate) => judge.of(estimate, || {
                    unrest(&levels(&kept, estimate.log_ratio)).or_else(|| changes(&canaries, rules.canary_tolerance))
                }),
                None => {
                    let told = format!("{} pairs are too few: at least {} are needed", kept.len(), fewest(error));
                    (Outcome::Ambiguous, told)
                }
            }
        };
        let follows = shift.map_or_else(String::new, follows);
        Self {
            outcome,
            ratio: estimate.map(Estimate::ratio),
            interval: estimate.map(Estimate::interval),
            noise_floor: floor.and_then(|floor| floor.interval),
            margin: margin.exp_m1(),
            pairs: kept.len() as u32,
            thrown_out: (pairs.len() - kept.len()) as u32,
            reason: reason + &follows,
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

/// In how many pairs the canaries, by these logarithms of their ratios, say that the machine changed its speed.
fn changes(canaries: &[f64], tolerance: f64) -> Option<String> {
    let count = canaries.iter().filter(|ratio| ratio.abs() > tolerance.ln_1p()).count();
    let told = || format!("the canary says in {count} of {} pairs that the machine changed its speed", canaries.len());
    (count > 0).then(told)
}

/// How the canaries differ.
fn follows(shift: Estimate) -> String {
    let slower = if shift.log_ratio > 0.0 { "A" } else { "B" };
    let times = shift.log_ratio.abs().exp();
    format!("; the canary, the same work in both, takes {times:.2} times as long before blocks of {slower}")
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
