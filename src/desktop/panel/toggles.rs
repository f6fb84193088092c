//! The optimisations: presets, and every toggle with its kind, what the seed claims and what was measured.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Model, ToggleRow};
use crate::desktop::theme;
use crate::driver::Command;
use crate::sim::Kind;
use egui::{Grid, RichText, Ui};

/// Shows the panel.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let building = |ui: &mut Ui| {
        if model.status.building > 0 {
            ui.label(RichText::new(format!("{} kernels building", model.status.building)).small().color(theme::AMBER));
            ui.add(egui::Spinner::new().size(12.0).color(theme::AMBER));
        }
    };
    theme::card(ui, "optimisations", building, |ui| {
        if let Some(scene) = &model.scene {
            ui.horizontal_wrapped(|ui| {
                for preset in scene.presets {
                    let chosen = is_chosen(model, preset.on);
                    if theme::switch(ui, preset.name, chosen).on_hover_text(preset.about).clicked() {
                        actions.push(Action::Driver(Command::SetPreset(preset.name.to_owned())));
                    }
                }
            });
        }
        Grid::new("toggles").num_columns(4).spacing([8.0, 3.0]).striped(false).show(ui, |ui| {
            columns(ui);
            let mut group = "";
            for row in &model.toggles {
                if row.toggle.group != group {
                    group = row.toggle.group;
                    ui.label(RichText::new(group).small().strong().color(theme::TEXT));
                    ui.end_row();
                }
                actions.extend(toggle(ui, row));
                ui.end_row();
            }
        });
    });
    actions
}

fn is_chosen(model: &Model, on: &[&str]) -> bool {
    model.toggles.iter().all(|row| row.on == on.contains(&row.toggle.name))
}

fn columns(ui: &mut Ui) {
    for title in ["", "kind", "claimed", "measured"] {
        ui.label(RichText::new(title).small().color(theme::WEAK));
    }
    ui.end_row();
}

fn toggle(ui: &mut Ui, row: &ToggleRow) -> Option<Action> {
    let toggle = &row.toggle;
    let mut on = row.shown();
    let action = ui
        .horizontal(|ui| {
            let name = RichText::new(toggle.name).color(if on { theme::TEXT } else { theme::WEAK });
            let hover = format!("off: {}\non: {}", toggle.off, toggle.on);
            let changed = ui.checkbox(&mut on, name).on_hover_text(hover).changed();
            if row.is_pending() {
                ui.add(egui::Spinner::new().size(11.0).color(theme::AMBER))
                    .on_hover_text("its kernels are being built; it takes effect at the next cycle after that");
            }
            let name = toggle.name.to_owned();
            changed.then_some(Action::Driver(Command::SetToggle { name, on }))
        })
        .inner;
    theme::tag(ui, toggle.kind.name(), theme::kind_colour(toggle.kind)).on_hover_text(meaning(toggle.kind));
    match &toggle.claim {
        Some(claim) => {
            let text = format::factor(f64::from(*claim.factor.start()), f64::from(*claim.factor.end()));
            ui.label(theme::number(text).color(theme::WEAK)).on_hover_text(claim.source);
        }
        None => {
            ui.label(theme::number(format::MISSING).color(theme::LINE)).on_hover_text("the seed claims no factor");
        }
    }
    measured(ui, row);
    action
}

fn meaning(kind: Kind) -> String {
    match kind {
        Kind::Exact { relative_bound } => {
            format!("the same values up to rounding: relative L2 deviation at most {relative_bound:e}")
        }
        Kind::Statistical => "the same distribution from other draws".to_owned(),
        Kind::Approximate => "another computation, whose deviation is shown".to_owned(),
    }
}

fn measured(ui: &mut Ui, row: &ToggleRow) {
    match row.measured {
        Some(measured) => {
            let [low, high] = measured.interval;
            let faster = if low > 1.0 {
                theme::GREEN
            } else if high < 1.0 {
                theme::RED
            } else {
                theme::TEXT
            };
            let text = format!("{}×", format::figure(Some(measured.factor)));
            let interval = format!("{}–{}", format::figure(Some(low)), format::figure(Some(high)));
            ui.label(theme::number(text).color(faster)).on_hover_text(format!("95 % interval {interval}"));
        }
        None => {
            ui.label(theme::number(format::MISSING).color(theme::LINE)).on_hover_text("not measured yet");
        }
    }
}
