//! Whether two arms have the same distribution: the test of Statistical toggles.
//!
//! At the end of every pair both arms stand at the same cycle. Their moments differ there by the draws; over many pairs
//! the mean difference tends to what the toggle really changes. It is held against the tolerance that the toggle names.

use super::deviation::Comparison;
use super::promise::Promise;
use crate::sim::{Measure, Moment};
use serde::Serialize;

/// Fewest pairs that a mean and its error can be told from.
const FEWEST: usize = 4;
/// Standard errors to either side of the mean difference.
const ERRORS: f64 = 2.0;

/// What a moment's differences came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Agreement {
    /// The difference lies within the tolerance, error included.
    Agrees,
    /// The difference lies beyond the tolerance, error included.
    Differs,
    /// Cannot be told yet.
    Open,
}

/// One moment, judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MomentVerdict {
    /// The array.
    pub array: &'static str,
    /// What was taken of it: `mean` or `standard deviation`.
    pub measure: &'static str,
    /// Mean of B's minus A's, in units of A's standard deviation; `None` before anything was compared.
    pub difference: Option<f64>,
    /// Standard error of that mean.
    pub error: Option<f64>,
    /// Largest difference that counts as none.
    pub tolerance: f64,
    /// The answer.
    pub agreement: Agreement,
}

impl MomentVerdict {
    /// In one sentence.
    pub fn text(&self) -> String {
        let number = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.2e}"));
        let answer = match self.agreement {
            Agreement::Agrees => "agrees",
            Agreement::Differs => "differs",
            Agreement::Open => "cannot be told yet",
        };
        format!(
            "the {} of `{}` {answer}: B's is off by {} ± {} standard deviations of A, {} count as none",
            self.measure,
            self.array,
            number(self.difference),
            number(self.error),
            self.tolerance
        )
    }
}

/// The differences of the named moments, pair by pair.
#[derive(Clone, Debug, Default)]
pub struct Moments {
    named: Vec<(Moment, Vec<f64>)>,
}

impl Moments {
    /// Those that are promised, if any are.
    pub fn of(promise: &Promise) -> Self {
        match promise {
            Promise::Statistical(moments) => {
                Self { named: moments.iter().map(|moment| (*moment, Vec::new())).collect() }
            }
            Promise::Exact { .. } | Promise::Approximate { .. } => Self::default(),
        }
    }

    /// Takes in how an array compares.
    pub fn take(&mut self, comparison: &Comparison) {
        for (moment, differences) in self.named.iter_mut().filter(|(moment, _)| moment.array == comparison.array) {
            let spread = comparison.a.deviation();
            if spread > 0.0 {
                let difference = match moment.measure {
                    Measure::Mean => comparison.b.mean - comparison.a.mean,
                    Measure::Deviation => comparison.b.deviation() - spread,
                };
                differences.push(difference / spread);
            }
        }
    }

    /// What they come to so far.
    pub fn judge(&self) -> Vec<MomentVerdict> {
        self.named.iter().map(|(moment, differences)| judge(moment, differences)).collect()
    }

    /// The first moment that certainly differs.
    pub fn broken(&self) -> Option<MomentVerdict> {
        self.judge().into_iter().find(|verdict| verdict.agreement == Agreement::Differs)
    }
}

fn judge(moment: &Moment, differences: &[f64]) -> MomentVerdict {
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let variance = differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let error = (variance / count).sqrt();
    let agreement = if differences.len() < FEWEST {
        Agreement::Open
    } else if mean.abs() + ERRORS * error <= moment.tolerance {
        Agreement::Agrees
    } else if mean.abs() - ERRORS * error > moment.tolerance {
        Agreement::Differs
    } else {
        Agreement::Open
    };
    let known = |value: f64| value.is_finite().then_some(value);
    MomentVerdict {
        array: moment.array,
        measure: match moment.measure {
            Measure::Mean => "mean",
            Measure::Deviation => "standard deviation",
        },
        difference: known(mean),
        error: known(error),
        tolerance: moment.tolerance,
        agreement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEAN: Moment = Moment { array: "spins", measure: Measure::Mean, tolerance: 0.01 };

    #[test]
    fn a_difference_is_told_from_its_scatter() {
        let agreement = |differences: &[f64]| judge(&MEAN, differences).agreement;
        assert_eq!(agreement(&[0.001, -0.002, 0.0015, -0.0005]), Agreement::Agrees);
        assert_eq!(agreement(&[0.021, 0.019, 0.0195, 0.0205]), Agreement::Differs);
        assert_eq!(agreement(&[0.03, -0.02, 0.01, -0.03]), Agreement::Open);
        assert_eq!(agreement(&[0.02, 0.02, 0.02]), Agreement::Open);
        assert_eq!(judge(&MEAN, &[]).difference, None);
        let verdict = judge(&MEAN, &[0.01, 0.03]);
        assert!((verdict.difference.unwrap() - 0.02).abs() < 1e-12 && (verdict.error.unwrap() - 0.01).abs() < 1e-12);
    }
}
