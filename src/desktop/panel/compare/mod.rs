//! A against B: what B is, how far the comparison is, and what it found.

mod choice;
mod deviation;
mod figures;
mod progress;
mod stages;
#[cfg(test)]
mod tests;
mod times;
mod verdict;

use crate::desktop::action::Action;
use crate::desktop::model::{Contest, Model};
use crate::desktop::theme;
use crate::session::Outcome;
use egui::{Color32, Ui};

pub use verdict::three as verdict_text;

/// The colour of A in plots.
pub const A: Color32 = theme::SERIES[0];
/// The colour of B in plots.
pub const B: Color32 = theme::SERIES[1];

/// Shows the panel.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = match model.lab.contest.as_ref().filter(|_| model.lab.is_busy()) {
        Some(contest) if contest.is_running() => progress::show(ui, model, contest),
        _ => choice::show(ui, model),
    };
    if let Some(contest) = &model.lab.contest {
        verdict::show(ui, contest);
        times::show(ui, contest);
        stages::show(ui, model, contest);
        deviation::show(ui, contest);
        actions.extend(figures::show(ui, model, contest));
    }
    actions
}

/// The colour of an answer.
pub fn outcome_colour(outcome: Outcome) -> Color32 {
    match outcome {
        Outcome::Faster => theme::GREEN,
        Outcome::Slower => theme::RED,
        Outcome::Same => theme::ACCENT,
        Outcome::Ambiguous => theme::AMBER,
    }
}

/// What B has otherwise than A, in a few words.
pub fn difference(contest: &Contest) -> String {
    let base = contest.base.told().into_iter();
    let toggles = contest.differing().into_iter().map(|(name, on)| format!("{name} {}", if on { "on" } else { "off" }));
    let told: Vec<_> = base.chain(toggles).collect();
    if told.is_empty() { "nothing: B is A once more".to_owned() } else { told.join(", ") }
}
