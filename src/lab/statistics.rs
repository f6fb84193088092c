//! The ratio of two times and its interval.
//!
//! Pairs ran in random order next to each other, so whatever disturbed them is as likely to have struck one block as the
//! other: the logarithms of their ratios lie symmetrically about the true one. Then the middle of all their averages two
//! by two is the estimate that needs no normal distribution and forgives a quarter of spoilt pairs (Hodges and Lehmann,
//! Annals of Mathematical Statistics 34, 1963), and the counts of Wilcoxon's signed ranks give its interval, exactly. Under
//! normal noise it needs 0.95⁻¹ times the pairs of a mean; a median would need 1.57 times.
//!
//! Two sessions have no pairs. Their centres are medians, and their interval is a percentile bootstrap. The bootstrap
//! distribution of a median needs no resampling: the r-th smallest of n values drawn from x₁ ≤ … ≤ xₙ with replacement
//! is at most x_k with the probability P(Bin(n, k/n) ≥ r) (Efron, Annals of Statistics 7, 1979, section 3; Maritz and
//! Jarrett, JASA 73, 1978). So it is exact too, and draws no random number.

mod signed_rank;

use crate::session::median;

/// A ratio of times with its interval, kept as natural logarithms: then the inverse ratio is the mirror image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Logarithm of the ratio.
    pub log_ratio: f64,
    /// Logarithm of the interval's lower end; at most `log_ratio`.
    pub low: f64,
    /// Logarithm of the interval's upper end; at least `log_ratio`.
    pub high: f64,
}

impl Estimate {
    /// The ratio.
    pub fn ratio(self) -> f64 {
        self.log_ratio.exp()
    }

    /// Its interval, from lowest to highest.
    pub fn interval(self) -> (f64, f64) {
        (self.low.exp(), self.high.exp())
    }

    /// Half the interval's width: 0.01 is about ±1 %.
    pub fn half_width(self) -> f64 {
        0.5 * (self.high - self.low)
    }
}

/// The time of one cycle in a block: the median over groups of `group` cycles of the mean in each group.
///
/// The mean inside a group keeps what only some cycles of a period do; the median over groups leaves spikes out.
/// Cycles that fill no group are left out; `None` where there is no whole group.
pub fn block_time(times: &[f64], group: usize) -> Option<f64> {
    let group = group.max(1);
    let means: Vec<f64> = times.chunks_exact(group).map(|cycles| cycles.iter().sum::<f64>() / group as f64).collect();
    median(&means)
}

/// The middle of `log_ratios`, one per pair, with an interval that misses the truth with at most the probability `error`.
///
/// `None` where there are fewer than [`fewest`] of them. The word is kept for any number of pairs whose noise is
/// symmetric.
pub fn paired(log_ratios: &[f64], error: f64) -> Option<Estimate> {
    let outside = signed_rank::place(log_ratios.len(), 0.5 * error)?;
    let averages = signed_rank::averages(log_ratios);
    Some(Estimate {
        log_ratio: median(&averages)?,
        low: *averages.get(outside - 1)?,
        high: *averages.get(averages.len() - outside)?,
    })
}

/// The ratio of the medians of two samples that were not taken in pairs, positive times, with such an interval.
///
/// Each sample is resampled by itself; the distribution of the difference of both logarithms is exact again.
/// `None` where either has fewer than [`fewest`] values or one that is not positive and finite.
pub fn unpaired(numerator: &[f64], denominator: &[f64], error: f64) -> Option<Estimate> {
    let [numerator, denominator] = [Resampled::of(numerator, error)?, Resampled::of(denominator, error)?];
    let low = difference_quantile(&numerator, &numerator.lower, &denominator, &denominator.upper, 0.5 * error)?;
    let high = -difference_quantile(&denominator, &denominator.lower, &numerator, &numerator.upper, 0.5 * error)?;
    let log_ratio = numerator.median.ln() - denominator.median.ln();
    Some(Estimate { log_ratio, low: low.min(log_ratio), high: high.max(log_ratio) })
}

/// Fewest values that an interval with this probability of error can be made of: the range of n independent values
/// misses the median of their distribution with the probability 2^(1 − n).
pub fn fewest(error: f64) -> usize {
    (1.0 - error.log2()).ceil().max(2.0) as usize
}

/// Smallest probability of error of an interval that so many values can make.
pub fn smallest_error(count: usize) -> f64 {
    (1.0 - count as f64).exp2()
}

/// A sample in order, with the probabilities that each of its values is a resampled median.
struct Resampled {
    logarithms: Vec<f64>,
    median: f64,
    /// For the lower of the two middle values; for an odd number there is one middle.
    lower: Vec<f64>,
    /// For the upper one.
    upper: Vec<f64>,
}

impl Resampled {
    fn of(values: &[f64], error: f64) -> Option<Self> {
        if values.len() < fewest(error) || !values.iter().all(|value| value.is_finite() && *value > 0.0) {
            return None;
        }
        let mut logarithms: Vec<f64> = values.iter().map(|value| value.ln()).collect();
        logarithms.sort_unstable_by(f64::total_cmp);
        let binomial = Binomial::new(values.len());
        let lower = binomial.bootstrap_probabilities();
        let upper = lower.iter().rev().copied().collect();
        Some(Self { logarithms, median: median(values)?, lower, upper })
    }
}

/// The smallest difference x − y that is not exceeded with at least the probability `fraction`.
fn difference_quantile(x: &Resampled, of_x: &[f64], y: &Resampled, of_y: &[f64], fraction: f64) -> Option<f64> {
    let mut differences: Vec<(f64, f64)> = Vec::with_capacity(of_x.len() * of_y.len());
    for (x, probability) in x.logarithms.iter().zip(of_x) {
        differences.extend(y.logarithms.iter().zip(of_y).map(|(y, other)| (x - y, probability * other)));
    }
    differences.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut sum = 0.0;
    differences
        .iter()
        .find(|(_, probability)| {
            sum += probability;
            sum >= fraction
        })
        .map(|(difference, _)| *difference)
}

/// Binomial probabilities of n trials.
struct Binomial {
    /// Logarithms of the binomial coefficients of n over 0, …, n.
    coefficients: Vec<f64>,
}

impl Binomial {
    fn new(n: usize) -> Self {
        let mut coefficients = vec![0.0; n + 1];
        for j in 1..=n {
            coefficients[j] = coefficients[j - 1] + ((n + 1 - j) as f64 / j as f64).ln();
        }
        Self { coefficients }
    }

    fn n(&self) -> usize {
        self.coefficients.len() - 1
    }

    /// P(Bin(n, p) ≥ least).
    fn at_least(&self, least: usize, p: f64) -> f64 {
        if p >= 1.0 {
            return 1.0;
        }
        let (log_p, log_q) = (p.ln(), (1.0 - p).ln());
        let term = |j: usize| (self.coefficients[j] + j as f64 * log_p + (self.n() - j) as f64 * log_q).exp();
        (least..=self.n()).map(term).sum()
    }

    /// The chance that the lower middle of a resample is at most the k-th smallest value, counted from 1.
    fn bootstrap_at_most(&self, k: usize) -> f64 {
        self.at_least(self.n().div_ceil(2), k as f64 / self.n() as f64)
    }

    /// The probability of each value to be the lower middle of a resample.
    fn bootstrap_probabilities(&self) -> Vec<f64> {
        let mut below = 0.0;
        (1..=self.n())
            .map(|k| {
                let at_most = self.bootstrap_at_most(k);
                let here = at_most - below;
                below = at_most;
                here
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
