//! Parameters as sliders, applied while the system runs.

use crate::desktop::action::Action;
use crate::desktop::model::{Model, ParameterRow};
use crate::desktop::theme;
use crate::driver::Command;
use egui::{Grid, RichText, Slider, Ui};

/// Shows the panel; nothing where the system has no parameter to move.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    if model.parameters.is_empty() {
        return actions;
    }
    theme::card(
        ui,
        "parameters",
        |_| {},
        |ui| {
            // Within a grid the width that is left is not known.
            ui.spacing_mut().slider_width = (ui.available_width() - 175.0).clamp(60.0, 220.0);
            Grid::new("parameters").num_columns(2).spacing([10.0, 4.0]).show(ui, |ui| {
                for row in &model.parameters {
                    actions.extend(parameter(ui, row));
                    ui.end_row();
                }
            });
        },
    );
    actions
}

fn parameter(ui: &mut Ui, row: &ParameterRow) -> Option<Action> {
    let parameter = &row.parameter;
    let label = ui.label(RichText::new(parameter.name).color(theme::TEXT)).on_hover_text(parameter.about);
    let Some(shown) = row.shown() else {
        ui.label(theme::number(crate::desktop::format::MISSING));
        return None;
    };
    let mut value = shown;
    let slider = Slider::new(&mut value, parameter.range.clone())
        .logarithmic(parameter.logarithmic)
        .max_decimals(6)
        .update_while_editing(false);
    let response = ui.add(slider).labelled_by(label.id).on_hover_text(parameter.about);
    let name = parameter.name.to_owned();
    // The slider rounds what it shows and calls that a change; a system that keeps the value as f32 sees none.
    let moved = response.changed() && value as f32 != shown as f32;
    moved.then_some(Action::Driver(Command::SetParameter { name, value }))
}
