//! What the toggles that differ between two arms promise about their results.

use crate::session;
use crate::sim::{Description, Kind, Moment, Simulation, ToggleSet};

/// How far B's result may be from A's.
#[derive(Clone, Debug, PartialEq)]
pub enum Promise {
    /// Nothing differs, or only toggles that leave the values as they are up to rounding.
    Exact {
        /// Largest relative L2 deviation within [`HORIZON`] cycles of the common start.
        relative_bound: f64,
    },
    /// The same distribution: these moments agree.
    Statistical(Vec<Moment>),
    /// Another computation.
    Approximate {
        /// The toggles, or what else makes it another.
        because: String,
    },
}

/// Cycles after a common start within which the bound of an Exact toggle holds. Later on rounding may have grown, and
/// the deviation is shown but not judged.
pub const HORIZON: u64 = 50;

impl Promise {
    /// Of two systems under their toggles: whatever differs beside the toggles makes B another computation.
    pub fn of(a: &dyn Simulation, of_a: ToggleSet, b: &dyn Simulation, of_b: ToggleSet) -> Self {
        if a.rules() != b.rules() {
            return Self::Approximate { because: "the arms run under different rules".to_owned() };
        }
        match (Self::between(a.description(), of_a, of_b), a.loosens(of_a, of_b)) {
            (Self::Exact { .. }, Some(because)) => Self::Approximate { because },
            (promise, _) => promise,
        }
    }

    /// Of everything that differs between the arms' toggles.
    fn between(description: &Description, a: ToggleSet, b: ToggleSet) -> Self {
        let differing = description.toggles.iter().enumerate().filter(|(index, _)| a.is_on(*index) != b.is_on(*index));
        let differing: Vec<_> = differing.map(|(_, toggle)| toggle).collect();
        let approximate: Vec<_> =
            differing.iter().filter(|toggle| toggle.kind == Kind::Approximate).map(|toggle| toggle.name).collect();
        if !approximate.is_empty() {
            return Self::Approximate { because: approximate.join(", ") };
        }
        let moments: Vec<Moment> = differing
            .iter()
            .flat_map(|toggle| match toggle.kind {
                Kind::Statistical(moments) => moments,
                Kind::Exact { .. } | Kind::Approximate => &[],
            })
            .copied()
            .collect();
        if !moments.is_empty() {
            return Self::Statistical(moments);
        }
        // Every switch may round once more.
        let bounds = differing.iter().map(|toggle| match toggle.kind {
            Kind::Exact { relative_bound } => relative_bound,
            Kind::Statistical(_) | Kind::Approximate => 0.0,
        });
        Self::Exact { relative_bound: bounds.sum() }
    }

    /// The bound on the relative L2 deviation so many cycles after the common start, if one is promised there.
    pub fn bound_after(&self, cycles: u64) -> Option<f64> {
        match self {
            Self::Exact { relative_bound } if cycles <= HORIZON => Some(*relative_bound),
            _ => None,
        }
    }

    /// In a few words.
    pub fn text(&self) -> String {
        match self {
            Self::Exact { relative_bound: 0.0 } => "exact: nothing may differ, not by a bit".to_owned(),
            Self::Exact { relative_bound } => {
                format!("exact: relative L2 at most {relative_bound:.0e} within {HORIZON} cycles of the start")
            }
            Self::Statistical(_) => "statistical: the same moments".to_owned(),
            Self::Approximate { because } => format!("approximate: {because}"),
        }
    }
}

/// Which array broke its bound, and where.
pub(super) fn broken(record: &session::Deviation) -> String {
    let place = record.first_difference.as_ref().map_or_else(String::new, |first| {
        format!(
            "; the first element that differs is {:?}: {} in A, {} in B",
            first.index, first.baseline, first.variant
        )
    });
    format!(
        "`{}` deviates by a relative L2 of {:.3e} after cycle {}, over the bound of {:.0e} that {} promises{place}",
        record.array,
        record.relative_l2,
        record.cycle,
        record.bound.unwrap_or(f64::NAN),
        record.subject
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Measure, Toggle};

    const MEAN: Moment = Moment { array: "spins", measure: Measure::Mean, tolerance: 0.01 };

    fn description() -> Description {
        let toggle = |name, kind| Toggle { name, group: "", off: "", on: "", kind, claim: None };
        Description {
            name: "example",
            title: "",
            stages: &[],
            toggles: vec![
                toggle("fused", Kind::Exact { relative_bound: 1e-6 }),
                toggle("packed", Kind::Exact { relative_bound: 2e-6 }),
                toggle("checkerboard", Kind::Statistical(&[MEAN])),
                toggle("sparse", Kind::Approximate),
            ],
            presets: &[],
            parameters: Vec::new(),
        }
    }

    fn on(indices: &[usize]) -> ToggleSet {
        indices.iter().fold(ToggleSet::NONE, |set, index| set.with(*index, true))
    }

    #[test]
    fn the_weakest_promise_of_what_differs_counts() {
        let between = |a, b| Promise::between(&description(), on(a), on(b));
        assert_eq!(between(&[0, 3], &[0, 3]), Promise::Exact { relative_bound: 0.0 });
        assert_eq!(between(&[3], &[0, 1, 3]), Promise::Exact { relative_bound: 3e-6 });
        assert_eq!(between(&[0], &[2]), Promise::Statistical(vec![MEAN]));
        assert_eq!(between(&[], &[0, 2, 3]), Promise::Approximate { because: "sparse".to_owned() });
    }

    #[test]
    fn an_exact_bound_holds_as_far_as_the_horizon() {
        let exact = Promise::Exact { relative_bound: 1e-6 };
        assert_eq!(exact.bound_after(HORIZON), Some(1e-6));
        assert_eq!(exact.bound_after(HORIZON + 1), None);
        assert_eq!(Promise::Statistical(vec![MEAN]).bound_after(1), None);
    }
}
