//! The printed comparison.

use super::{ArmComparison, Comparison, Difference, Effect, Row};
use crate::session::{Outcome, aligned, figure};

/// What stands where nothing was measured.
const MISSING: &str = "–";

/// The comparison as aligned plain text, each line ended: differences, notes, a table per arm, the answer.
pub fn comparison_table(comparison: &Comparison) -> String {
    let mut text = String::new();
    match comparison.differences.as_slice() {
        [] => text += "no difference of machine, program or setting\n",
        differences => {
            text += "differences from OLD to NEW\n";
            differences.iter().for_each(|difference| text += &difference_line(difference));
        }
    }
    comparison.notes.iter().for_each(|note| text += &format!("note: {note}\n"));
    for arm in &comparison.arms {
        text += &format!("\narm {}\n{}", arm_name(arm.arm), arm_table(arm));
    }
    text + "\n" + &answer(comparison)
}

/// `A`, `B`, or the number of an arm that has no letter.
pub(super) fn arm_name(arm: u8) -> String {
    match arm {
        0 => "A".to_owned(),
        1 => "B".to_owned(),
        other => other.to_string(),
    }
}

fn difference_line(difference: &Difference) -> String {
    let Difference { what, old, new, effect } = difference;
    let meaning = match effect {
        Effect::Named => "",
        Effect::Incomparable => " (so no verdict can be made)",
    };
    format!("  {what}: {old} → {new}{meaning}\n")
}

fn arm_table(arm: &ArmComparison) -> String {
    let headings = ["", "OLD ms", "NEW ms", "OLD / NEW", "95 % interval", "verdict", "why"];
    // What is told of the whole is the answer, in the last lines.
    let mut whole = cells(&arm.whole);
    "see below".clone_into(&mut whole[6]);
    let rows = arm.stages.iter().map(cells).chain([whole]);
    aligned(&[headings.map(str::to_owned)].into_iter().chain(rows).collect::<Vec<_>>(), &[0, 5, 6])
}

fn cells(row: &Row) -> [String; 7] {
    let missing = || MISSING.to_owned();
    let interval = row.interval.map_or_else(missing, |(low, high)| format!("{} to {}", figure(low), figure(high)));
    [
        row.name.clone(),
        row.old.map_or_else(missing, figure),
        row.new.map_or_else(missing, figure),
        row.ratio.map_or_else(missing, figure),
        interval,
        row.outcome.name().to_owned(),
        row.reason.clone(),
    ]
}

fn answer(comparison: &Comparison) -> String {
    let wholes = comparison.arms.iter().map(|arm| {
        let arm_name = if comparison.arms.len() > 1 { format!(", arm {}", arm_name(arm.arm)) } else { String::new() };
        format!("whole{arm_name}: {}: {}\n", arm.whole.outcome.name(), arm.whole.reason)
    });
    let mut text: String = wholes.collect();
    if let Some(threshold) = comparison.fail_above {
        let threshold = threshold * 100.0;
        text += &match comparison.regressions.as_slice() {
            [] => {
                let rows = || comparison.arms.iter().flat_map(|arm| arm.stages.iter().chain([&arm.whole]));
                let unclear = rows().filter(|row| row.outcome == Outcome::Ambiguous).count();
                let all = rows().count();
                format!("no regression above {threshold} % is confirmed; {unclear} of {all} rows are ambiguous\n")
            }
            rows => format!("confirmed regression above {threshold} %: {}\n", rows.join(", ")),
        };
    }
    text
}
