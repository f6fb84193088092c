//! Which of several kernels that compute the same an adapter runs: measured once, kept in a file, shown, and the user's to
//! say.
//!
//! A plan must not depend on how busy a machine was.
//! So candidates take turns for about a second, the fastest time of each counts, and what came out holds for that adapter,
//! driver and kernel text until somebody asks for it to be measured again.

mod cache;
mod measure;

pub use cache::{Entry, cache_file, entries};

use crate::gpu::{GpuError, Kernels};
use crate::sim::{Refusal, Simulation, Tunable};
use cache::{Key, find, keep};
use measure::measure;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What a user wants beyond what the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Whether everything is measured again.
    pub again: bool,
    /// Candidates by the name of their choice.
    pub named: Vec<(String, String)>,
}

/// What this process has decided: whatever becomes of the file, a run does not change its mind.
static DECIDED: Mutex<BTreeMap<Key, String>> = Mutex::new(BTreeMap::new());

/// Why nothing was chosen.
#[derive(Debug, thiserror::Error)]
pub enum TuningError {
    /// No such choice or candidate.
    #[error("--kernel: {0}")]
    Refused(#[from] Refusal),
    /// A candidate does not build, or the device was lost.
    #[error(transparent)]
    Gpu(#[from] GpuError),
}

/// What was taken of a choice, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The choice.
    pub choice: &'static str,
    /// The candidate.
    pub candidate: String,
    /// Milliseconds of each candidate, where they were measured just now.
    pub measured: Option<Vec<(String, f64)>>,
    /// What went wrong with the file, if anything: the decision holds for this run all the same.
    pub trouble: Option<String>,
}

impl std::fmt::Display for Decision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.choice, self.candidate)?;
        if let Some(times) = &self.measured {
            write!(formatter, ", measured now: {}", times_of(times))?;
        }
        match &self.trouble {
            Some(trouble) => write!(formatter, " ({trouble})"),
            None => Ok(()),
        }
    }
}

/// Times of candidates, for people.
pub fn times_of(times: &[(String, f64)]) -> String {
    let each: Vec<_> = times.iter().map(|(name, milliseconds)| format!("{name} {milliseconds:.2} ms")).collect();
    each.join(", ")
}

/// Settles every choice of a system, in its favour and before its first plan.
///
/// # Errors
/// A wish that names what is not there, a candidate that does not build, or a lost device.
pub fn tune(kernels: &Kernels, simulation: &mut dyn Simulation, wishes: &Wishes) -> Result<Vec<Decision>, TuningError> {
    let choices = simulation.tunables();
    for (name, _) in &wishes.named {
        if !choices.iter().any(|choice| choice.name == name) {
            let known: Vec<_> = choices.iter().map(|choice| choice.name).collect();
            let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
            return Err(Refusal(format!("nothing is called `{name}`; this scene has {known} to choose")).into());
        }
    }
    let mut decisions = Vec::new();
    for choice in &choices {
        let wish = wishes.named.iter().rev().find(|(name, _)| name == choice.name);
        let decision = match wish {
            Some((_, candidate)) => taken(choice, candidate.clone()),
            None => decide(kernels, choice, wishes.again)?,
        };
        simulation.tune(choice.name, &decision.candidate)?;
        decisions.push(decision);
    }
    Ok(decisions)
}

fn taken(choice: &Tunable, candidate: String) -> Decision {
    Decision { choice: choice.name, candidate, measured: None, trouble: None }
}

/// From the file, or by measuring.
fn decide(kernels: &Kernels, choice: &Tunable, again: bool) -> Result<Decision, TuningError> {
    if let [only] = choice.candidates.as_slice() {
        return Ok(taken(choice, only.name.to_owned()));
    }
    let key = Key::of(kernels, choice);
    // Held while it is measured: two that measure at once would disturb each other.
    let mut decided = DECIDED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(candidate) = decided.get(&key) {
        return Ok(taken(choice, candidate.clone()));
    }
    let known = find(&key);
    if let (Ok(Some(entry)), false) = (&known, again)
        && choice.candidates.iter().any(|candidate| candidate.name == entry.chosen)
    {
        decided.insert(key, entry.chosen.clone());
        return Ok(taken(choice, entry.chosen.clone()));
    }
    let times = measure(kernels, choice)?;
    let chosen = fastest(&times).to_owned();
    decided.insert(key.clone(), chosen.clone());
    let trouble = keep(&key, &chosen, &times).err().or(known.err());
    Ok(Decision { choice: choice.name, candidate: chosen, measured: Some(times), trouble })
}

/// Candidates within this share of the fastest are as good: then the one that stands first is taken.
const AS_GOOD: f64 = 1.03;

fn fastest(times: &[(String, f64)]) -> &str {
    let least = times.iter().map(|(_, time)| *time).fold(f64::INFINITY, f64::min);
    times.iter().find(|(_, time)| *time <= AS_GOOD * least).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_those_that_are_as_good_the_first_is_taken() {
        let times =
            |all: &[(&str, f64)]| all.iter().map(|(name, time)| ((*name).to_owned(), *time)).collect::<Vec<_>>();
        assert_eq!(fastest(&times(&[("usual", 1.02), ("other", 1.0)])), "usual");
        assert_eq!(fastest(&times(&[("usual", 1.04), ("other", 1.0)])), "other");
        let decision = Decision {
            choice: "product",
            candidate: "rows".to_owned(),
            measured: Some(times(&[("rows", 1.0), ("tiles", 2.5)])),
            trouble: None,
        };
        assert_eq!(decision.to_string(), "product: rows, measured now: rows 1.00 ms, tiles 2.50 ms");
    }
}
