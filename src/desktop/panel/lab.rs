//! The right side of the window: the stages' timings and the sides of the lab, one at a time.

use super::{ablation, compare, lists, roofline, sweep, timing};
use crate::desktop::action::Action;
use crate::desktop::model::{LabAction, Model, Tab};
use crate::desktop::theme;
use egui::Ui;

const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Stages, "Stages", "what every stage takes, and the recent cycles"),
    (Tab::Compare, "A against B", "this run against the same one under another setting, with proof"),
    (Tab::Ablation, "Ablation", "what each optimisation brings by itself and on top of the others"),
    (Tab::Roofline, "Roofline", "how near every stage comes to what this machine can do"),
    (Tab::Sweep, "Sweep", "what the figures are at every value of a parameter, with errors"),
];

/// Shows the tabs, and the side that is chosen.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.horizontal(|ui| {
        for (tab, name, about) in TABS {
            let chosen = model.lab.tab == tab;
            if theme::switch(ui, name, chosen).on_hover_text(about).clicked() && !chosen {
                actions.push(Action::Lab(LabAction::Show(tab)));
            }
        }
        let lists = model.scene.as_ref().map_or(&[][..], |scene| &scene.lists);
        for (index, list) in lists.iter().enumerate() {
            let (tab, about) = (Tab::List(index), "those that there are now, one by one");
            let chosen = model.lab.tab == tab;
            if theme::switch(ui, list.name, chosen).on_hover_text(about).clicked() && !chosen {
                actions.push(Action::Lab(LabAction::Show(tab)));
            }
        }
        if model.lab.is_busy() && model.lab.tab == Tab::Stages {
            theme::tag(ui, "A and B are being compared", theme::ACCENT);
        }
    });
    ui.add_space(2.0);
    actions.extend(match model.lab.tab {
        Tab::Stages => timing::show(ui, model),
        Tab::Compare => compare::show(ui, model),
        Tab::Ablation => ablation::show(ui, model),
        Tab::Sweep => sweep::show(ui, model),
        Tab::Roofline => {
            roofline::show(ui, model);
            Vec::new()
        }
        Tab::List(index) => {
            lists::show(ui, model, index);
            Vec::new()
        }
    });
    actions
}
