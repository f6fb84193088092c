//! Which settings an ablation holds against each other, and the table that comes of it: the seed's own table, measured.

use super::report::Report;
use crate::session::Outcome;
use crate::sim::{Description, Refusal, Toggle, ToggleSet};
use serde::{Deserialize, Serialize};

/// How a toggle is put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Position {
    /// It alone against nothing at all; where it needs others to make sense, both arms have those.
    Alone,
    /// Everything against everything but it.
    LeftOut,
    /// It and all before it, in the specification's order, against nothing at all.
    Cumulative,
}

impl Position {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 3] = [Self::Alone, Self::LeftOut, Self::Cumulative];

    /// As sessions and tables write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::LeftOut => "left out",
            Self::Cumulative => "cumulative",
        }
    }
}

/// One comparison of an ablation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The toggle, by its place in the description.
    pub toggle: usize,
    /// How it is put to the test.
    pub position: Position,
    /// A and B, or why there is nothing to compare.
    pub arms: Result<[ToggleSet; 2], Refusal>,
}

/// Every comparison at these positions, toggle by toggle.
///
/// B always has the toggle on, so that a ratio above 1 says that it pays.
pub fn plan(
    description: &Description,
    positions: &[Position],
    validate: impl Fn(ToggleSet) -> Result<(), Refusal>,
) -> Vec<Planned> {
    let count = description.toggles.len();
    let nothing = bare(description, &validate);
    let everything = grown(nothing, 0..count, &validate);
    (0..count)
        .flat_map(|toggle| positions.iter().map(move |position| (toggle, *position)))
        .map(|(toggle, position)| {
            let arms = match position {
                Position::Alone => alone(toggle, count, [nothing, everything], &validate),
                Position::LeftOut => left_out(toggle, &description.toggles, everything, &validate),
                Position::Cumulative => {
                    let set = grown(nothing, 0..toggle, &validate).with(toggle, true);
                    validate(nothing.with(toggle, false)).and_then(|()| validate(set)).map(|()| [nothing, set])
                }
            };
            Planned { toggle, position, arms }
        })
        .collect()
}

/// The setting with nothing on but what the system cannot do without.
pub fn bare(description: &Description, validate: &impl Fn(ToggleSet) -> Result<(), Refusal>) -> ToggleSet {
    let all: Vec<usize> = (0..description.toggles.len()).collect();
    least(&all, validate).unwrap_or_default()
}

/// The setting with nothing on but what of `toggles` the system cannot do without: as few as possible, at most two.
fn least(toggles: &[usize], validate: &impl Fn(ToggleSet) -> Result<(), Refusal>) -> Option<ToggleSet> {
    let single = || toggles.iter().map(|toggle| ToggleSet::NONE.with(*toggle, true));
    let pairs = single().flat_map(|set| toggles.iter().map(move |toggle| set.with(*toggle, true)));
    std::iter::once(ToggleSet::NONE).chain(single()).chain(pairs).find(|set| validate(*set).is_ok())
}

/// Adds toggles in order, those that make sense with what is there.
fn grown(
    set: ToggleSet,
    toggles: std::ops::Range<usize>,
    validate: &impl Fn(ToggleSet) -> Result<(), Refusal>,
) -> ToggleSet {
    toggles.fold(set, |set, toggle| if validate(set.with(toggle, true)).is_ok() { set.with(toggle, true) } else { set })
}

fn alone(
    toggle: usize,
    count: usize,
    [nothing, everything]: [ToggleSet; 2],
    validate: &impl Fn(ToggleSet) -> Result<(), Refusal>,
) -> Result<[ToggleSet; 2], Refusal> {
    // What takes the place of this toggle where the system cannot do without any of several.
    let others: Vec<usize> = (0..count).filter(|other| *other != toggle).collect();
    let instead = || if nothing.is_on(toggle) { least(&others, validate) } else { Some(nothing) };
    let without = instead().unwrap_or_else(|| nothing.with(toggle, false));
    let only = without.with(toggle, true);
    validate(without)?;
    let Err(refusal) = validate(only) else { return Ok([without, only]) };
    // With as much as it bears, then with as little of that as it needs.
    let full = everything.with(toggle, true);
    let bearing = std::iter::once(full).chain((0..count).map(|other| full.with(other, other == toggle)));
    let Some(start) = bearing.into_iter().find(|set| validate(*set).is_ok()) else { return Err(refusal) };
    let needed = (0..count).filter(|other| *other != toggle).fold(start, |set, other| {
        let without = set.with(other, false);
        if validate(without).is_ok() { without } else { set }
    });
    let baseline = needed.with(toggle, false);
    validate(baseline).map(|()| [baseline, needed])
}

fn left_out(
    toggle: usize,
    toggles: &[Toggle],
    everything: ToggleSet,
    validate: &impl Fn(ToggleSet) -> Result<(), Refusal>,
) -> Result<[ToggleSet; 2], Refusal> {
    if !everything.is_on(toggle) {
        let name = toggles.get(toggle).map_or("", |toggle| toggle.name);
        return Err(Refusal(format!("{name} does not go with everything else")));
    }
    let without = everything.with(toggle, false);
    validate(without).map(|()| [without, everything])
}

/// One comparison, run or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The toggle.
    pub toggle: &'static str,
    /// `exact`, `statistical` or `approximate`.
    pub kind: &'static str,
    /// The lowest and highest factor that the seed claims.
    pub claimed: Option<(f32, f32)>,
    /// How it was put to the test.
    pub position: Position,
    /// What it came to, or why there is nothing to compare.
    pub found: Result<Found, String>,
}

impl Row {
    /// Of a toggle at a position.
    pub fn of(toggle: &Toggle, position: Position, found: Result<Found, String>) -> Self {
        let claimed = toggle.claim.as_ref().map(|claim| (*claim.factor.start(), *claim.factor.end()));
        Self { toggle: toggle.name, kind: toggle.kind.name(), claimed, position, found }
    }
}

/// What one comparison came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Milliseconds a cycle of A and of B.
    pub milliseconds: [Option<f64>; 2],
    /// Time of A over time of B.
    pub ratio: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Whether B is faster; `None` where its result is not what the toggle promises, and its speed does not matter.
    pub outcome: Option<Outcome>,
    /// Why.
    pub reason: String,
    /// Relative L2 deviation of the first compared array after the cycles that both ran from their start.
    pub deviation: Option<(u64, f64)>,
    /// Bytes on the device, of A and of B.
    pub bytes: [u64; 2],
    /// What building arm B's kernels took that A does not have, in milliseconds.
    pub build_ms: f64,
}

impl Found {
    /// Of a trial's report.
    pub fn of(report: &Report, growth: u64, build_ms: f64) -> Self {
        let whole = report.judged.as_ref().map(|judged| &judged.whole);
        let outcome = whole.map_or(Outcome::Ambiguous, |whole| whole.outcome);
        let first = report.deviations.first().map(|deviation| deviation.array.clone());
        let grown = report.deviations.iter().filter(|deviation| Some(&deviation.array) == first.as_ref());
        let grown = grown.take_while(|deviation| deviation.cycle <= growth).last();
        Self {
            milliseconds: report.judged.as_ref().map_or([None; 2], |judged| judged.times),
            ratio: whole.and_then(|whole| whole.ratio),
            interval: whole.and_then(|whole| whole.interval),
            outcome: report.broken.is_none().then_some(outcome),
            reason: report
                .broken
                .clone()
                .or_else(|| whole.map(|whole| whole.reason.clone()))
                .unwrap_or_else(|| report.ended.clone()),
            deviation: grown.map(|deviation| (deviation.cycle, deviation.relative_l2)),
            bytes: [report.arms[0].bytes, report.arms[1].bytes],
            build_ms,
        }
    }

    /// The answer in a word or two.
    pub fn verdict(&self) -> &'static str {
        self.outcome.map_or("broken promise", Outcome::name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Kind;

    const NAMES: [&str; 4] = ["fused", "lazy", "sparse", "half"];

    fn description() -> Description {
        let toggle = |name| Toggle { name, group: "", off: "", on: "", kind: Kind::Approximate, claim: None };
        Description {
            name: "example",
            title: "",
            stages: &[],
            toggles: NAMES.map(toggle).to_vec(),
            presets: &[],
            parameters: Vec::new(),
        }
    }

    /// `lazy` needs `sparse`, and does not go with `half`.
    fn validate(set: ToggleSet) -> Result<(), Refusal> {
        match set.is_on(1) && (!set.is_on(2) || set.is_on(3)) {
            true => Err(Refusal("lazy needs sparse on, half off".to_owned())),
            false => Ok(()),
        }
    }

    fn names(set: ToggleSet) -> String {
        set.names(&description().toggles).join(" ")
    }

    fn planned(toggle: usize, position: Position) -> Result<[String; 2], Refusal> {
        let rows = plan(&description(), &Position::ALL, validate);
        assert_eq!(rows.len(), 12);
        let row = rows.into_iter().find(|row| row.toggle == toggle && row.position == position).unwrap();
        row.arms.map(|arms| arms.map(names))
    }

    #[test]
    fn each_toggle_is_held_against_what_lacks_it_and_nothing_else() {
        for row in plan(&description(), &Position::ALL, validate) {
            let Ok([a, b]) = row.arms else { continue };
            assert!(!a.is_on(row.toggle) && b.is_on(row.toggle), "{row:?}");
            assert!(validate(a).is_ok() && validate(b).is_ok());
            if row.position != Position::Cumulative {
                assert_eq!(a.with(row.toggle, true), b, "{row:?}");
            }
        }
        assert_eq!(planned(2, Position::Alone).unwrap(), ["", "sparse"].map(str::to_owned));
        assert_eq!(planned(0, Position::LeftOut).unwrap(), ["sparse half", "fused sparse half"].map(str::to_owned));
        assert_eq!(planned(3, Position::Cumulative).unwrap(), ["", "fused sparse half"].map(str::to_owned));
    }

    #[test]
    fn a_toggle_that_needs_others_gets_what_it_needs_and_no_more() {
        assert_eq!(planned(1, Position::Alone).unwrap(), ["sparse", "lazy sparse"].map(str::to_owned));
        assert!(planned(1, Position::LeftOut).unwrap_err().0.contains("lazy"));
        assert!(planned(1, Position::Cumulative).is_err());
    }

    #[test]
    fn where_one_of_two_has_to_be_on_each_is_held_against_the_other() {
        let validate = |set: ToggleSet| match set.is_on(0) || set.is_on(2) {
            true => Ok(()),
            false => Err(Refusal("turn on fused or sparse".to_owned())),
        };
        let rows = plan(&description(), &[Position::Alone], validate);
        let arms: Vec<_> = rows.into_iter().map(|row| row.arms.map(|arms| arms.map(names)).unwrap()).collect();
        let pairs =
            [["sparse", "fused sparse"], ["fused", "fused lazy"], ["fused", "fused sparse"], ["fused", "fused half"]];
        assert_eq!(arms, pairs.map(|pair| pair.map(str::to_owned)));
    }

    #[test]
    fn a_toggle_that_nothing_goes_without_is_on_in_both_arms() {
        let validate = |set: ToggleSet| match set.is_on(3) {
            true => Ok(()),
            false => Err(Refusal("half cannot be off".to_owned())),
        };
        for row in plan(&description(), &Position::ALL, validate) {
            match row.arms {
                Ok([a, b]) => assert!(a.is_on(3) && b.is_on(3) && row.toggle != 3, "{a:?} {b:?}"),
                Err(refusal) => assert_eq!((row.toggle, refusal.0.as_str()), (3, "half cannot be off")),
            }
        }
    }
}
