//! Optimisations that can be switched, and sets of them.

use std::ops::RangeInclusive;

/// What switching a toggle does to the result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The same values up to rounding: relative L2 deviation at most this after the same cycles from the same start.
    Exact {
        /// Largest relative L2 deviation that is still rounding.
        relative_bound: f64,
    },
    /// The same distribution, other draws: judged by these moments, not by elements.
    Statistical(&'static [Moment]),
    /// Another computation, whose deviation is shown.
    Approximate,
}

impl Kind {
    /// The word that stands beside the toggle.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact { .. } => "exact",
            Self::Statistical(_) => "statistical",
            Self::Approximate => "approximate",
        }
    }
}

/// A figure of an array that a Statistical toggle leaves as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Name of the array.
    pub array: &'static str,
    /// What is taken of it.
    pub measure: Measure,
    /// Largest difference that still counts as none, in units of the standard deviation of arm A's array.
    pub tolerance: f64,
}

/// What is taken of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The mean over all elements.
    Mean,
    /// The standard deviation over all elements.
    Deviation,
}

/// What the seed document says about a toggle, in its own number.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The claimed factor, from lowest to highest.
    pub factor: RangeInclusive<f32>,
    /// Where it says so.
    pub source: &'static str,
}

/// One optimisation of a system.
#[derive(Clone, Debug, PartialEq)]
pub struct Toggle {
    /// Name as scenes, commands and sessions write it.
    pub name: &'static str,
    /// Heading that the panel lists it under.
    pub group: &'static str,
    /// What is computed when it is off.
    pub off: &'static str,
    /// What is computed when it is on.
    pub on: &'static str,
    /// What switching it does to the result.
    pub kind: Kind,
    /// What the seed claims for it.
    pub claim: Option<Claim>,
}

/// A position for every toggle of one system: bit i is toggle i of its description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ToggleSet(u64);

impl ToggleSet {
    /// Every toggle off.
    pub const NONE: Self = Self(0);

    /// The toggles of `names` on, all others off.
    ///
    /// # Errors
    /// A name that is not among `toggles`, with the known ones.
    pub fn from_names<'a>(toggles: &[Toggle], names: impl IntoIterator<Item = &'a str>) -> Result<Self, Refusal> {
        names.into_iter().try_fold(Self::NONE, |set, name| Ok(set.with(index_of(toggles, name)?, true)))
    }

    /// Whether toggle `index` is on.
    pub fn is_on(self, index: usize) -> bool {
        self.0 >> index & 1 == 1
    }

    /// This set with toggle `index` on or off.
    #[must_use]
    pub fn with(self, index: usize, on: bool) -> Self {
        Self(self.0 & !(1 << index) | u64::from(on) << index)
    }

    /// The names of the toggles that are on.
    pub fn names(self, toggles: &[Toggle]) -> Vec<&'static str> {
        toggles.iter().enumerate().filter(|(index, _)| self.is_on(*index)).map(|(_, toggle)| toggle.name).collect()
    }
}

/// Where the toggle of this name stands in the description.
///
/// # Errors
/// No toggle has that name; the refusal lists those that exist.
pub fn index_of(toggles: &[Toggle], name: &str) -> Result<usize, Refusal> {
    toggles.iter().position(|toggle| toggle.name == name).ok_or_else(|| {
        let known: Vec<_> = toggles.iter().map(|toggle| toggle.name).collect();
        Refusal(format!("no toggle is called `{name}`; there are {}", known.join(", ")))
    })
}

/// A setting that a system does not accept, in one sentence with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_changes_only_the_toggle_it_is_asked_to() {
        let set = ToggleSet::NONE.with(3, true).with(40, true);
        assert!(set.is_on(3) && set.is_on(40) && !set.is_on(4));
        assert_eq!(set.with(3, false), ToggleSet::NONE.with(40, true));
    }
}
