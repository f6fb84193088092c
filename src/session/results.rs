//! What a comparison of two arms came to.

use serde::{Deserialize, Serialize};

/// How far arm B's result is from arm A's after the same cycles from the same start with the same draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// What was switched between the arms: a toggle, or `A against B`.
    pub subject: String,
    /// The array or the observable that was compared.
    pub array: String,
    /// The cycle after which it was.
    pub cycle: u64,
    /// Largest absolute difference of an element.
    pub max_abs: f64,
    /// L2 norm of the difference over the L2 norm of A.
    pub relative_l2: f64,
    /// Pearson correlation; `None` where an arm is constant.
    pub correlation: Option<f64>,
    /// The first element that differs, in the order of the array's axes; `None` where none does.
    pub first_difference: Option<DifferingElement>,
    /// Largest `relative_l2` that the toggle promises; `None` where it promises none.
    pub bound: Option<f64>,
    /// The element of the largest absolute difference; `None` where none differs, or where it was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_difference: Option<DifferingElement>,
    /// How many elements there are and how many differ; `None` where it was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elements: Option<ElementCounts>,
}

impl Deviation {
    /// Whether a promised bound is broken. A deviation that is not a number breaks every bound.
    pub fn breaks_its_bound(&self) -> bool {
        self.bound.is_some_and(|bound| self.relative_l2.is_nan() || self.relative_l2 > bound)
    }
}

/// Elements of a compared array, counted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElementCounts {
    /// All of them.
    pub compared: u64,
    /// Those that differ by more than the tolerance, or in whether they are finite.
    pub differing: u64,
    /// Those of arm A that are infinite or not a number.
    pub not_finite_baseline: u64,
    /// Those of arm B.
    pub not_finite_variant: u64,
    /// The absolute difference up to which two values count as the same.
    pub tolerance: f64,
}

/// An element that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferingElement {
    /// Its index along each axis.
    pub index: Vec<u64>,
    /// Its value in arm A.
    pub baseline: f64,
    /// Its value in arm B.
    pub variant: f64,
}

/// Whether arm B is faster than arm A, and how sure that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// What was switched between the arms: a toggle, or `A against B`.
    pub subject: String,
    /// How it was switched: `alone`, `left out`, `cumulative`, or empty for a plain comparison.
    pub position: String,
    /// The stage it is about, by id; `None` for the whole cycle.
    pub stage: Option<u32>,
    /// Time of A over time of B: above 1 means that B is faster. `None` where it could not be measured.
    pub ratio: Option<f64>,
    /// Its 95 % interval, from lowest to highest.
    pub interval: Option<(f64, f64)>,
    /// The same interval for A against A: what the machine calls a difference where there is none.
    pub noise_floor: Option<(f64, f64)>,
    /// Pairs of blocks behind it.
    pub pairs: u32,
    /// The verdict.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub reason: String,
    /// What the seed document claims.
    pub claim: Option<Claim>,
}

/// The four answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// B is faster.
    Faster,
    /// B is slower.
    Slower,
    /// No difference that matters.
    Same,
    /// Cannot be told.
    Ambiguous,
}

impl Outcome {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::Same => "same",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// A speed-up that a seed document claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The lowest factor claimed.
    pub lowest: f64,
    /// The highest factor claimed.
    pub highest: f64,
    /// Where it says so.
    pub source: String,
}
