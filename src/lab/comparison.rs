//! A session against another one: what differs between the two runs, and a verdict for every stage and for the whole.
//!
//! The two runs were not interleaved, so nothing here shares out the machine's moods between them. What the machine
//! does by itself is therefore measured where it can be: each session's first half against its second, and the change of
//! roof and canary from one session to the other. The largest of these is the noise floor of the comparison.

mod differences;
mod series;
mod table;

pub use differences::{Difference, Effect};
pub use table::comparison_table;

use super::statistics::{Estimate, fewest, unpaired};
use super::verdict::{Judge, Names, Rules, margin, percent};
use crate::session::{ArmCycles, Cycles, Outcome, Session, median};
use differences::{differences, machine_change, notes};
use serde::Serialize;
use series::{Series, stage_series, whole_series};
use std::collections::BTreeSet;

/// Probability that any of a comparison's intervals misses the truth: it is shared out evenly among its rows.
const ERROR: f64 = 0.05;

/// What two sessions come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Everything in which machine, program and setting differ.
    pub differences: Vec<Difference>,
    /// What else has to be known of either session: how it ended, what it lost.
    pub notes: Vec<String>,
    /// The arms that both have.
    pub arms: Vec<ArmComparison>,
    /// The threshold of a regression, as a fraction; `None` where none was asked for.
    pub fail_above: Option<f64>,
    /// Rows that are slower by more than the threshold with their whole interval.
    pub regressions: Vec<String>,
}

/// One arm of both sessions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmComparison {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// Every stage of either session: those of OLD in its order, then those that only NEW has.
    pub stages: Vec<Row>,
    /// All passes of a cycle together, on average over the period with which its work repeats.
    pub whole: Row,
}

/// One thing that both sessions measured, or only one of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The stage, or what the row is about.
    pub name: String,
    /// OLD's median, in milliseconds a cycle; `None` where it was not measured.
    pub old: Option<f64>,
    /// NEW's.
    pub new: Option<f64>,
    /// Time of OLD over time of NEW: above 1 means that NEW is faster.
    pub ratio: Option<f64>,
    /// Its interval; those of all rows together miss a truth with a probability of 5 %.
    pub interval: Option<(f64, f64)>,
    /// What counts as no difference, as a fraction.
    pub margin: f64,
    /// The verdict.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub reason: String,
}

/// Two sessions that cannot be compared as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComparisonError {
    /// Nothing to join by.
    #[error(
        "the sessions share no stage: OLD timed {}, NEW timed {}; compare two sessions of one system",
        list(old),
        list(new)
    )]
    NoSharedStage {
        /// Stages that OLD timed.
        old: Vec<String>,
        /// Stages that NEW timed.
        new: Vec<String>,
    },
    /// A threshold was given for sessions that no threshold can judge.
    #[error(
        "the sessions cannot be held against a threshold: {what} is {old} in OLD and {new} in NEW; record both alike, \
         or leave out --fail-above to see the figures"
    )]
    NoThreshold {
        /// What differs.
        what: String,
        /// OLD's.
        old: String,
        /// NEW's.
        new: String,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Compares two sessions; a row that is slower by more than `fail_above` (0.05 is 5 %) is a regression.
///
/// # Errors
/// No stage was timed in the same arm of both, or there is a threshold and they were timed on different adapters, by
/// different clocks, or are of different systems.
pub fn compare_sessions(
    old: &Session,
    new: &Session,
    fail_above: Option<f64>,
    rules: &Rules,
) -> Result<Comparison, ComparisonError> {
    let differences = differences(old, new);
    let obstacle = differences.iter().find(|difference| difference.effect == Effect::Incomparable);
    if let (Some(Difference { what, old, new, .. }), Some(_)) = (obstacle, fail_above) {
        return Err(ComparisonError::NoThreshold { what: what.clone(), old: old.clone(), new: new.clone() });
    }
    let notes = notes(old, new);
    let machine = machine_change(old, new);
    let [old, new] = [old, new].map(|session| Cycles::of(session).arms);
    let arms: Vec<(&ArmCycles, &ArmCycles)> =
        old.iter().filter_map(|old| Some((old, new.iter().find(|new| new.arm == old.arm)?))).collect();
    if !arms.iter().any(|(old, new)| !timed(old).is_disjoint(&timed(new))) {
        let names = |arms: &[ArmCycles]| arms.iter().flat_map(timed).collect::<BTreeSet<_>>().into_iter().collect();
        return Err(ComparisonError::NoSharedStage { old: names(&old), new: names(&new) });
    }
    let joined: Vec<_> =
        arms.iter().map(|(old, new)| (old.arm, stage_series(old, new), whole_series(old, new))).collect();
    let rows = joined.iter().flat_map(|(_, stages, whole)| stages.iter().chain([whole]));
    let rows = rows.filter(|(old, new)| !old.is_empty() && !new.is_empty()).count();
    let judging = Judging { error: ERROR / rows as f64, machine, rules, obstacle, differences: &differences };
    let arms: Vec<ArmComparison> = joined
        .iter()
        .map(|(arm, stages, whole)| ArmComparison {
            arm: *arm,
            stages: stages.iter().map(|(old, new)| judging.row(old, new)).collect(),
            whole: judging.whole(&whole.0, &whole.1),
        })
        .collect();
    let regressions = fail_above.map_or_else(Vec::new, |threshold| regressions(&arms, threshold));
    Ok(Comparison { differences, notes, arms, fail_above, regressions })
}

/// Names of the stages that this arm timed.
fn timed(arm: &ArmCycles) -> BTreeSet<String> {
    arm.stages.iter().filter(|stage| !stage.milliseconds.is_empty()).map(|stage| stage.name.clone()).collect()
}

fn regressions(arms: &[ArmComparison], threshold: f64) -> Vec<String> {
    let rows = arms.iter().flat_map(|arm| arm.stages.iter().chain([&arm.whole]).map(move |row| (arm.arm, row)));
    let beyond = rows.filter(|(_, row)| {
        let surely = row.interval.is_some_and(|(_, high)| high * (1.0 + threshold) < 1.0);
        row.outcome == Outcome::Slower && surely
    });
    let several = arms.len() > 1;
    let told = |(arm, row): (u8, &Row)| match several {
        true => format!("{} of arm {}", row.name, table::arm_name(arm)),
        false => row.name.clone(),
    };
    beyond.map(told).collect()
}

/// What all rows of a comparison have in common.
struct Judging<'a> {
    /// Probability of error of each row.
    error: f64,
    /// How much the machine itself changed between the sessions, as a logarithm.
    machine: f64,
    rules: &'a Rules,
    /// What makes it no comparison.
    obstacle: Option<&'a Difference>,
    differences: &'a [Difference],
}

impl Judging<'_> {
    fn row(&self, old: &Series, new: &Series) -> Row {
        let estimate = unpaired(&old.batches, &new.batches, self.error);
        let margin = margin(self.machine.abs().max(old.unsteadiness()).max(new.unsteadiness()), self.rules);
        let (outcome, reason) = self.judge(old, new, estimate, margin);
        Row {
            name: if old.name.is_empty() { new.name.clone() } else { old.name.clone() },
            old: median(&old.batches),
            new: median(&new.batches),
            ratio: estimate.map(Estimate::ratio),
            interval: estimate.map(Estimate::interval),
            margin: margin.exp_m1(),
            outcome,
            reason,
        }
    }

    /// The row of the whole names all differences, since none may be overlooked.
    fn whole(&self, old: &Series, new: &Series) -> Row {
        let mut row = self.row(old, new);
        if !self.differences.is_empty() {
            let names: Vec<&str> = self.differences.iter().map(|difference| difference.what.as_str()).collect();
            row.reason = format!("{}; the sessions differ in {}", row.reason, names.join(", "));
        }
        row
    }

    fn judge(&self, old: &Series, new: &Series, estimate: Option<Estimate>, margin: f64) -> (Outcome, String) {
        let ambiguous = |reason: String| (Outcome::Ambiguous, reason);
        match (old.is_empty(), new.is_empty()) {
            (true, true) => return ambiguous("measured in neither session".to_owned()),
            (false, true) => return ambiguous("only in OLD".to_owned()),
            (true, false) => return ambiguous("only in NEW".to_owned()),
            (false, false) => {}
        }
        if let Some(Difference { what, old, new, .. }) = self.obstacle {
            return ambiguous(format!("no comparison: {what} is {old} in OLD and {new} in NEW"));
        }
        if old.host_timed != new.host_timed {
            let clock = |host| if host { "the host" } else { "the device" };
            let (old, new) = (clock(old.host_timed), clock(new.host_timed));
            return ambiguous(format!("no comparison: timed by {old} in OLD and by {new} in NEW"));
        }
        for (series, name) in [(old, "OLD"), (new, "NEW")] {
            if let Some(cycles) = series.without_period {
                return ambiguous(format!(
                    "the work of {name}'s cycles does not repeat often enough within its {cycles} cycles to know what \
                     one takes on average: record more"
                ));
            }
        }
        let Some(estimate) = estimate else {
            let (fewest, old, new) = (fewest(self.error), old.batches.len(), new.batches.len());
            return ambiguous(format!("{old} and {new} measurements are too few: at least {fewest} each are needed"));
        };
        let judge = Judge { names: Names::SESSIONS, margin, widest: self.rules.widest_margin.ln_1p() };
        judge.of(estimate, || self.unrest(old, new, margin))
    }

    /// What the noise floor is made of, where it is more than the stated minimum.
    fn unrest(&self, old: &Series, new: &Series, margin: f64) -> Option<String> {
        let causes = [
            (self.machine.abs(), "the machine's roof or canary changed by"),
            (old.unsteadiness(), "OLD's halves differ by"),
            (new.unsteadiness(), "NEW's halves differ by"),
        ];
        let (cause, told) = causes.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        (cause >= margin).then(|| format!("{told} {}", percent(cause)))
    }
}

#[cfg(test)]
mod tests;
