//! Parameters as sliders, applied while the system runs, with the values that deserve a mark; and courses to let them follow.

use crate::desktop::action::Action;
use crate::desktop::model::{Model, ParameterRow};
use crate::desktop::theme;
use crate::driver::Command;
use crate::sim::Landmark;
use egui::{Grid, ProgressBar, Rect, RichText, Slider, Stroke, Ui, pos2};

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
                    let landmarks = model.scene.iter().flat_map(|scene| &scene.landmarks);
                    let own: Vec<_> = landmarks.filter(|mark| mark.parameter == row.parameter.name).copied().collect();
                    actions.extend(parameter(ui, row, &own));
                    ui.end_row();
                }
            });
            actions.extend(courses(ui, model));
        },
    );
    actions
}

fn parameter(ui: &mut Ui, row: &ParameterRow, landmarks: &[Landmark]) -> Vec<Action> {
    let parameter = &row.parameter;
    let label = ui.label(RichText::new(parameter.name).color(theme::TEXT)).on_hover_text(parameter.about);
    let Some(shown) = row.shown() else {
        ui.label(theme::number(crate::desktop::format::MISSING));
        return Vec::new();
    };
    let set = |value| Action::Driver(Command::SetParameter { name: parameter.name.to_owned(), value });
    let mut actions = Vec::new();
    ui.vertical(|ui| {
        let mut value = shown;
        let slider = Slider::new(&mut value, parameter.range.clone())
            .logarithmic(parameter.logarithmic)
            .max_decimals(6)
            .update_while_editing(false);
        let response = ui.add(slider).labelled_by(label.id).on_hover_text(parameter.about);
        // The slider rounds what it shows and calls that a change; a system that keeps the value as f32 sees none.
        if response.changed() && value as f32 != shown as f32 {
            actions.push(set(value));
        }
        for mark in landmarks {
            actions.extend(landmark(ui, row, response.rect, mark).then(|| set(mark.value)));
        }
    });
    actions
}

/// A notch above the slider's rail, and a button below it that moves the parameter there.
fn landmark(ui: &mut Ui, row: &ParameterRow, slider: Rect, mark: &Landmark) -> bool {
    let is_there = row.shown().is_some_and(|value| value as f32 == mark.value as f32);
    let colour = if is_there { theme::ACCENT } else { theme::AMBER };
    let (low, high) = (*row.parameter.range.start(), *row.parameter.range.end());
    let share = if row.parameter.logarithmic {
        (mark.value / low).ln() / (high / low).ln()
    } else {
        (mark.value - low) / (high - low)
    };
    // The handle's middle goes from its radius behind the left end of the rail to as much before the right one.
    let radius = ui.text_style_height(&egui::TextStyle::Body).max(ui.spacing().interact_size.y) / 2.5;
    let rail = slider.left() + radius..=slider.left() + ui.spacing().slider_width - radius;
    let x = egui::lerp(rail, share as f32);
    if (0.0..=1.0).contains(&share) {
        ui.painter().line_segment(
            [pos2(x, slider.center().y - 10.0), pos2(x, slider.center().y + 10.0)],
            Stroke::new(1.5, colour),
        );
    }
    let text = RichText::new(format!("{} {:.4}", mark.name, mark.value)).small().color(colour);
    ui.add(egui::Button::new(text).small()).on_hover_text(mark.about).clicked()
}

/// A button for every course, and how far the one under way has come.
fn courses(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let courses = model.scene.iter().flat_map(|scene| &scene.courses);
    ui.horizontal_wrapped(|ui| {
        for course in courses {
            let about = format!("{}: {}", course.parameter, course.about);
            let following = model.status.following.as_ref().is_some_and(|following| following.name == course.name);
            if theme::switch(ui, course.name, following).on_hover_text(about).clicked() {
                actions.push(Action::Driver(Command::Follow(course.name.to_owned())));
            }
        }
    });
    let Some(following) = &model.status.following else { return actions };
    let [done, all] = following.cycles;
    ui.horizontal(|ui| {
        let text = RichText::new(format!("{} {done} of {all} cycles", following.name)).small();
        let share = done as f32 / all.max(1) as f32;
        ui.add(ProgressBar::new(share).desired_width(ui.available_width() - 60.0).text(text));
        let value = model.parameters.iter().find(|row| row.parameter.name == following.parameter);
        if ui.small_button("Stay").on_hover_text("leaves the parameter where it is now").clicked()
            && let Some(value) = value.and_then(ParameterRow::shown)
        {
            let name = following.parameter.to_owned();
            actions.push(Action::Driver(Command::SetParameter { name, value }));
        }
    });
    actions
}
