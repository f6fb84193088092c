//! What B is to be, before a comparison.

use crate::desktop::action::Action;
use crate::desktop::lab_link::Base;
use crate::desktop::launch::SceneRequest;
use crate::desktop::model::{Choice, LabAction, Model};
use crate::desktop::theme;
use egui::{Button, ComboBox, DragValue, RichText, Ui, vec2};
use std::path::Path;

/// Width of a toggle's box.
const TOGGLE: f32 = 158.0;

/// Shows the card.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut choice = model.lab.choice.clone();
    let mut actions = Vec::new();
    let waiting = model.lab.is_busy();
    let aside = |ui: &mut Ui| {
        if waiting {
            ui.label(RichText::new("A comes to a stand").small().color(theme::WEAK));
        }
    };
    theme::card(ui, "what B is", aside, |ui| {
        ui.add(
            egui::Label::new(
                RichText::new("A is this run as it is set now. B starts from the same arrays with the same draws.")
                    .small()
                    .color(theme::WEAK),
            )
            .wrap(),
        );
        ui.add_enabled_ui(!waiting, |ui| {
            ui.horizontal(|ui| {
                ui.label("B starts as");
                base(ui, model, &mut choice);
                if !choice.flipped.is_empty() && ui.small_button("as it was").clicked() {
                    choice.flipped.clear();
                }
            });
            match choice.base {
                // Nobody knows a scene's toggles before it is opened.
                Base::Scene(_) => {
                    let text = "B's toggles and model are those of its scene.";
                    ui.label(RichText::new(text).small().color(theme::WEAK));
                }
                Base::A | Base::Preset(_) => toggles(ui, model, &mut choice),
            }
            limits(ui, &mut choice);
            ui.add_space(3.0);
            let text = RichText::new("▶ Compare A and B").color(egui::Color32::WHITE);
            let button = Button::new(text).fill(egui::Color32::from_rgb(38, 84, 122)).min_size(vec2(160.0, 26.0));
            let start = ui.add_enabled(model.scene.is_some(), button);
            if start.on_hover_text("A against A first, for the noise floor; then A against B").clicked() {
                actions.push(Action::Lab(LabAction::Start));
            }
        });
    });
    if choice != model.lab.choice {
        actions.push(Action::Lab(LabAction::Choose(Box::new(choice))));
    }
    actions
}

fn base(ui: &mut Ui, model: &Model, choice: &mut Choice) {
    let Some(scene) = &model.scene else { return };
    let before = choice.base.clone();
    let shown = match &before {
        Base::A => "A".to_owned(),
        Base::Preset(name) => name.clone(),
        Base::Scene(request) => name_of(&request.path),
    };
    ComboBox::from_id_salt("base of B").selected_text(shown).width(150.0).show_ui(ui, |ui| {
        ui.selectable_value(&mut choice.base, Base::A, "A");
        for preset in scene.presets {
            let value = Base::Preset(preset.name.to_owned());
            ui.selectable_value(&mut choice.base, value, preset.name).on_hover_text(preset.about);
        }
        ui.separator();
        for path in model.scenes.iter().filter(|path| **path != model.request.path) {
            let request =
                SceneRequest { size: model.request.size, seed: Some(model.seed), ..SceneRequest::new(path.clone()) };
            let about = "the model and toggles of this scene; it has to be of the same system and size";
            ui.selectable_value(&mut choice.base, Base::Scene(request), name_of(path)).on_hover_text(about);
        }
    });
    if choice.base != before {
        choice.flipped.clear();
    }
}

/// A scene's file name without its ending.
fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Every toggle as it would stand in B; those that differ from A are marked.
fn toggles(ui: &mut Ui, model: &Model, choice: &mut Choice) {
    let columns = (ui.available_width() / TOGGLE).floor().max(1.0) as usize;
    let width = ui.available_width() / columns as f32 - 4.0;
    for line in model.toggles.chunks(columns) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for row in line {
                let name = row.toggle.name;
                let mut on = model.stands_in_b(name);
                let colour = match (on == row.on, on) {
                    (false, _) => super::B,
                    (true, true) => theme::TEXT,
                    (true, false) => theme::WEAK,
                };
                let hover = format!("off: {}\non: {}", row.toggle.off, row.toggle.on);
                let changed = theme::left_cell(ui, width, |ui| {
                    ui.checkbox(&mut on, RichText::new(name).color(colour)).on_hover_text(hover).changed()
                });
                if changed && !choice.flipped.remove(name) {
                    choice.flipped.insert(name);
                }
            }
        });
    }
}

fn limits(ui: &mut Ui, choice: &mut Choice) {
    ui.horizontal(|ui| {
        let narrow = DragValue::new(&mut choice.narrow).range(0.1..=50.0).speed(0.05).max_decimals(2).suffix(" %");
        field(ui, "until ±", narrow, "half the width of an interval that is narrow enough");
        let pairs = DragValue::new(&mut choice.pairs).range(1..=1000).suffix(" pairs");
        let about = "verdicts are made only after 12 pairs, 24, 48 and so on, or as this number halves: looking more \
                     often would find differences that are not there";
        field(ui, "at most", pairs, about);
        let floor = DragValue::new(&mut choice.floor_pairs).range(6..=200).suffix(" of A/A");
        field(ui, "after", floor, "pairs of A against A: the noise floor of this machine");
    });
}

/// A number with its name before it.
fn field(ui: &mut Ui, name: &str, value: DragValue<'_>, about: &str) {
    let label = ui.label(RichText::new(name).color(theme::WEAK));
    ui.add(value.update_while_editing(false)).labelled_by(label.id).on_hover_text(about);
}
