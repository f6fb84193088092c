//! What is chosen of the model before it runs; another choice opens the scene anew.

use crate::desktop::action::Action;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::sim::Choice;
use egui::{ComboBox, Grid, Id, RichText, TextEdit, Ui};

/// Width of a list that stands beside a text.
const LIST: f32 = 18.0;

/// Shows the panel; nothing where the system offers no choice.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(scene) = model.scene.as_ref().filter(|scene| !scene.choices.is_empty()) else { return actions };
    theme::card(
        ui,
        "model",
        |_| {},
        |ui| {
            // Within a grid the width that is left is not known.
            let width = (ui.available_width() - 130.0).max(80.0);
            Grid::new("choices").num_columns(2).spacing([10.0, 4.0]).show(ui, |ui| {
                for choice in &scene.choices {
                    let label = ui.label(RichText::new(choice.name).color(theme::TEXT)).on_hover_text(choice.about);
                    let chosen =
                        if choice.is_free { free(ui, choice, label.id, width) } else { of_list(ui, choice, width) };
                    if let Some(value) = chosen.filter(|value| *value != choice.value) {
                        actions.push(Action::OpenScene(model.request.choosing(choice.name, &value)));
                    }
                    ui.end_row();
                }
            });
        },
    );
    actions
}

fn of_list(ui: &mut Ui, choice: &Choice, width: f32) -> Option<String> {
    let mut chosen = None;
    let list = ComboBox::from_id_salt(choice.name).selected_text(&choice.value).width(width);
    list.show_ui(ui, |ui| chosen = options(ui, choice)).response.on_hover_text(choice.about);
    chosen
}

/// A text with examples beside it.
fn free(ui: &mut Ui, choice: &Choice, label: Id, width: f32) -> Option<String> {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let typed = typed(ui, ("choice", choice.name), &choice.value, label, width - LIST - 12.0, choice.about);
        let mut picked = None;
        let list = ComboBox::from_id_salt(choice.name).width(LIST);
        list.show_ui(ui, |ui| picked = options(ui, choice)).response.on_hover_text("examples");
        picked.or(typed)
    })
    .inner
}

fn options(ui: &mut Ui, choice: &Choice) -> Option<String> {
    let mut chosen = None;
    for option in &choice.options {
        if ui.selectable_label(*option == choice.value, option).clicked() {
            chosen = Some(option.clone());
        }
    }
    chosen
}

/// A line of text that is given back once Enter ends it. What is being typed is egui's to keep: the model does not know it.
pub fn typed(
    ui: &mut Ui,
    name: impl std::hash::Hash + std::fmt::Debug,
    value: &str,
    label: Id,
    width: f32,
    about: &str,
) -> Option<String> {
    let id = ui.id().with(name);
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| value.to_owned());
    let line = ui.add(TextEdit::singleline(&mut text).id(id.with("line")).desired_width(width).hint_text(about));
    let line = line.labelled_by(label).on_hover_text(about);
    let ended = line.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    if line.has_focus() || line.changed() {
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
    } else {
        // Left without Enter, it shows what holds again.
        ui.data_mut(|data| data.remove::<String>(id));
    }
    ended.then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}
