//! How far a running comparison is, and how to end it.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Contest, LabAction, Model};
use crate::desktop::theme;
use crate::lab::Phase;
use egui::{ProgressBar, RichText, Ui};

/// Shows the card.
pub fn show(ui: &mut Ui, model: &Model, contest: &Contest) -> Vec<Action> {
    let mut actions = Vec::new();
    let elapsed = model.now.saturating_duration_since(contest.began);
    let aside = |ui: &mut Ui| {
        ui.label(theme::number(format::elapsed(elapsed)).color(theme::WEAK));
    };
    theme::card(ui, "A against B", aside, |ui| {
        ui.add(egui::Label::new(RichText::new(format!("B has {}", super::difference(contest))).color(super::B)).wrap());
        let (part, text) = stand(contest);
        ui.add(ProgressBar::new(part).desired_height(17.0).text(RichText::new(text).size(11.5)));
        ui.horizontal(|ui| {
            let text = if contest.stopping { "stopping after this pair…" } else { "■ Stop" };
            let stop = ui.add_enabled(!contest.stopping, egui::Button::new(text));
            if stop.on_hover_text("ends after the running pair, with a verdict of what there is").clicked() {
                actions.push(Action::Lab(LabAction::Stop));
            }
            let again =
                ui.add_enabled(contest.progress.phase == Phase::Pairs, egui::Button::new("Measure floor again"));
            if again.on_hover_text("A against A once more, before the next pair").clicked() {
                actions.push(Action::Lab(LabAction::MeasureFloor));
            }
        });
    });
    actions
}

fn stand(contest: &Contest) -> (f32, String) {
    let progress = &contest.progress;
    let part = |done: u32, of: u32| (done as f32 / of.max(1) as f32).min(1.0);
    match &progress.phase {
        Phase::Growth => (0.0, "how far the result moves in the first cycles".to_owned()),
        Phase::Floor => {
            let text = format!("noise floor: A against A, pair {} of {}", progress.floor + 1, contest.floor_pairs);
            (part(progress.floor, contest.floor_pairs), text)
        }
        Phase::Pairs | Phase::Done(_) => {
            let text = format!("A against B, pair {} of at most {}", progress.pairs + 1, progress.most);
            (part(progress.pairs, progress.most), text)
        }
    }
}
