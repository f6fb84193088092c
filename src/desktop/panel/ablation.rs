//! What each optimisation brings: the table, and a waterfall of all of them together.

use super::compare::{outcome_colour, verdict_text};
use super::plots;
use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Choice, LabAction, Model};
use crate::desktop::theme;
use crate::lab::ablation::{Found, Position, Row};
use egui::{Button, Color32, DragValue, RichText, ScrollArea, Ui, vec2};
use egui_plot::{Bar, BarChart, HLine};

/// Shows the panel.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let left = model.lab.left;
    let aside = |ui: &mut Ui| {
        if let Some(left) = left {
            ui.label(RichText::new(format!("{left} comparisons to come")).small().color(theme::WEAK));
        }
    };
    theme::card(ui, "ablation", aside, |ui| {
        let text = "Every toggle is put to the test, one comparison after another; then A is set back as it was.";
        ui.add(egui::Label::new(RichText::new(text).small().color(theme::WEAK)).wrap());
        actions.extend(controls(ui, model));
    });
    if model.lab.rows.iter().any(|row| row.position == Position::Cumulative) {
        theme::card(ui, "all together, one after another", |_| {}, |ui| waterfall(ui, &model.lab.rows));
    }
    if !model.lab.rows.is_empty() {
        theme::card(
            ui,
            "every comparison",
            |_| {},
            |ui| {
                ScrollArea::horizontal().id_salt("every comparison").show(ui, |ui| table(ui, &model.lab.rows));
            },
        );
    }
    actions
}

fn controls(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut choice = model.lab.choice.clone();
    ui.add_enabled_ui(!model.lab.is_busy(), |ui| {
        ui.horizontal(|ui| {
            for position in Position::ALL {
                let mut on = choice.positions.contains(&position);
                if ui.checkbox(&mut on, position.name()).on_hover_text(about(position)).changed() {
                    switch(&mut choice, position, on);
                }
            }
            ui.label(RichText::new("at most").color(theme::WEAK));
            ui.add(DragValue::new(&mut choice.ablation_pairs).range(1..=1000).suffix(" pairs each"));
        });
    });
    if choice != model.lab.choice {
        actions.push(Action::Lab(LabAction::Choose(Box::new(choice))));
    }
    if model.lab.left.is_some() {
        if ui.button("■ Stop").on_hover_text("ends after the running pair").clicked() {
            actions.push(Action::Lab(LabAction::Stop));
        }
    } else {
        let text = RichText::new("▶ Run the ablation").color(Color32::WHITE);
        let button = Button::new(text).fill(Color32::from_rgb(38, 84, 122)).min_size(vec2(160.0, 26.0));
        let possible = model.scene.is_some() && !model.lab.is_busy() && !model.lab.choice.positions.is_empty();
        if ui.add_enabled(possible, button).clicked() {
            actions.push(Action::Lab(LabAction::Ablate));
        }
    }
    actions
}

fn switch(choice: &mut Choice, position: Position, on: bool) {
    choice.positions = Position::ALL
        .into_iter()
        .filter(|other| if *other == position { on } else { choice.positions.contains(other) })
        .collect();
}

fn about(position: Position) -> &'static str {
    match position {
        Position::Alone => "the toggle alone against nothing at all",
        Position::LeftOut => "everything against everything but the toggle",
        Position::Cumulative => "the toggle and all before it against nothing at all",
    }
}

/// What stands for a comparison's answer.
fn colour(found: &Found) -> Color32 {
    found.outcome.map_or(theme::RED, outcome_colour)
}

/// The factor of every toggle with all before it; each bar begins where the one before it ends.
fn waterfall(ui: &mut Ui, rows: &[Row]) {
    let steps: Vec<(&str, f64, &Found)> = rows
        .iter()
        .filter(|row| row.position == Position::Cumulative)
        .filter_map(|row| row.found.as_ref().ok().and_then(|found| Some((row.toggle, found.ratio?, found))))
        .collect();
    let before = std::iter::once(1.0).chain(steps.iter().map(|(_, ratio, _)| *ratio));
    let bars: Vec<Bar> = steps
        .iter()
        .zip(before)
        .enumerate()
        .map(|(place, ((name, ratio, _), before))| {
            let fill = if *ratio >= before { theme::GREEN } else { theme::RED };
            Bar::new(place as f64, ratio - before)
                .base_offset(before)
                .width(0.7)
                .fill(fill.gamma_multiply(0.7))
                .stroke(egui::Stroke::new(1.0, fill))
                .name(format!("{name}: {} times as fast as nothing at all", format::figure(Some(*ratio))))
        })
        .collect();
    let names: Vec<String> = steps.iter().map(|(name, ..)| (*name).to_owned()).collect();
    plots::still("waterfall", 190.0)
        .include_y(0.0)
        .x_grid_spacer(|input| {
            let (low, high) = (input.bounds.0.ceil() as i64, input.bounds.1.floor() as i64);
            (low..=high).map(|place| egui_plot::GridMark { value: place as f64, step_size: 1.0 }).collect()
        })
        .x_axis_formatter(move |mark, _| {
            let place = mark.value.round();
            let name = (place >= 0.0).then(|| names.get(place as usize)).flatten();
            name.map_or(String::new(), |_| format!("{}", place as usize + 1))
        })
        .y_axis_formatter(|mark, _| format!("{}×", format::figure(Some(mark.value))))
        .show(ui, |shown| {
            shown.hline(HLine::new("nothing at all", 1.0).color(theme::WEAK).width(1.0));
            shown.bar_chart(BarChart::new("factor", bars));
        });
    let told = steps.iter().enumerate().map(|(place, (name, ..))| format!("{} {name}", place + 1));
    let text = RichText::new(told.collect::<Vec<_>>().join(" · ")).small().color(theme::WEAK);
    ui.add(egui::Label::new(text).wrap());
}

fn table(ui: &mut Ui, rows: &[Row]) {
    const COLUMNS: [(&str, f32); 5] =
        [("position", 66.0), ("claimed", 60.0), ("measured", 54.0), ("95 %", 92.0), ("deviation", 62.0)];
    ui.spacing_mut().item_spacing = vec2(4.0, 1.0);
    let numbers = COLUMNS.iter().map(|(_, width)| width + 4.0).sum::<f32>() + 84.0;
    let name = (ui.available_width() - numbers).max(96.0);
    ui.horizontal(|ui| {
        theme::left_cell(ui, name, |ui| ui.label(RichText::new("toggle").small().color(theme::WEAK)));
        for (title, width) in COLUMNS {
            theme::cell(ui, width, RichText::new(title).small().color(theme::WEAK));
        }
    });
    for row in rows {
        let shown = ui.horizontal(|ui| {
            theme::left_cell(ui, name, |ui| {
                ui.add(egui::Label::new(RichText::new(row.toggle).size(12.0)).truncate());
            });
            let found = row.found.as_ref().ok();
            let missing = || format::MISSING.to_owned();
            let texts = [
                row.position.name().to_owned(),
                row.claimed.map_or_else(missing, |(low, high)| format::factor(f64::from(low), f64::from(high))),
                found.and_then(|found| found.ratio).map_or_else(missing, |ratio| format!("{}×", verdict_text(ratio))),
                found
                    .and_then(|found| found.interval)
                    .map_or_else(missing, |(low, high)| format!("{}–{}", verdict_text(low), verdict_text(high))),
                found
                    .and_then(|found| found.deviation)
                    .map_or_else(missing, |(_, deviation)| format!("{deviation:.1e}")),
            ];
            let own = found.map_or(theme::WEAK, colour);
            for (place, (text, (_, width))) in texts.into_iter().zip(COLUMNS).enumerate() {
                let colour = if place == 2 || place == 3 { own } else { theme::WEAK };
                theme::cell(ui, width, theme::number(text).size(11.0).color(colour));
            }
            let text = found.map_or("not compared", Found::verdict);
            theme::left_cell(ui, 80.0, |ui| ui.label(RichText::new(text).size(11.5).color(own)));
        });
        let reason = match &row.found {
            Ok(found) => found.reason.clone(),
            Err(reason) => reason.clone(),
        };
        shown.response.on_hover_text(reason);
    }
}
