//! A sweep over a parameter: what is to be done, and what was found, with errors over what theory says.

use super::plots;
use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Model, SweepAction, SweepPlan, Sweeping};
use crate::desktop::theme;
use egui::{Button, Color32, ComboBox, DragValue, ProgressBar, RichText, Ui, vec2};
use egui_plot::{Line, MarkerShape, Points, VLine};

/// Shows the card with the plan, and a plot per figure.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    theme::card(
        ui,
        "sweep",
        |_| {},
        |ui| {
            match &model.sweep_plan {
                Some(plan) => actions.extend(choose(ui, model, plan)),
                None => {
                    ui.label(RichText::new("this system has no parameter to move").color(theme::WEAK));
                }
            }
            if let Some(sweep) = &model.sweeping {
                progress(ui, sweep);
            }
        },
    );
    if let Some(sweep) = &model.sweeping {
        for name in sweep.names() {
            theme::card(ui, name, |_| {}, |ui| plot(ui, model, sweep, name));
        }
    }
    actions
}

fn choose(ui: &mut Ui, model: &Model, plan: &SweepPlan) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut wanted = plan.clone();
    let runs = model.sweeping.as_ref().is_some_and(|sweep| sweep.stand.is_some());
    ui.add_enabled_ui(!runs, |ui| {
        let range = model.parameters.iter().find(|row| row.parameter.name == plan.parameter);
        let range = range.map_or(0.0..=1.0, |row| row.parameter.range.clone());
        ui.horizontal(|ui| {
            ComboBox::from_id_salt("swept").selected_text(plan.parameter).width(120.0).show_ui(ui, |ui| {
                for row in &model.parameters {
                    if ui.selectable_label(plan.parameter == row.parameter.name, row.parameter.name).clicked() {
                        wanted = SweepPlan::over(&row.parameter);
                    }
                }
            });
            let speed = (range.end() - range.start()) / 1000.0;
            for (name, value) in [("from", &mut wanted.from), ("to", &mut wanted.to)] {
                let label = ui.label(RichText::new(name).color(theme::WEAK));
                ui.add(DragValue::new(value).range(range.clone()).speed(speed).max_decimals(4)).labelled_by(label.id);
            }
        });
        ui.horizontal(|ui| {
            let label = ui.label(RichText::new("values").color(theme::WEAK));
            ui.add(DragValue::new(&mut wanted.steps)).labelled_by(label.id);
            let label = ui.label(RichText::new("cycles left out").color(theme::WEAK));
            ui.add(DragValue::new(&mut wanted.equilibrate)).labelled_by(label.id);
            let label = ui.label(RichText::new("measured").color(theme::WEAK));
            ui.add(DragValue::new(&mut wanted.measure)).labelled_by(label.id);
        });
        wanted = wanted.clone().within(&range);
    });
    if wanted != *plan {
        actions.push(Action::Sweep(SweepAction::Plan(wanted)));
    }
    let (text, action) = if runs { ("⏹ Stop", SweepAction::Stop) } else { ("▶ Sweep", SweepAction::Start) };
    let text = RichText::new(text).color(Color32::WHITE);
    let button = Button::new(text).fill(Color32::from_rgb(38, 84, 122)).min_size(vec2(120.0, 26.0));
    let about =
        "moves the parameter from value to value; a recording keeps it, and `fieldscope sweep --read` reads it again";
    if ui.add(button).on_hover_text(about).clicked() {
        actions.push(Action::Sweep(action));
    }
    actions
}

fn progress(ui: &mut Ui, sweep: &Sweeping) {
    let Some(stand) = &sweep.stand else {
        let text = format!("{} of {} values measured", sweep.points.len(), sweep.plan.steps);
        ui.label(RichText::new(text).small().color(theme::WEAK));
        return;
    };
    let within = stand.measured as f32 / sweep.plan.measure.max(1) as f32;
    let share = (stand.step as f32 + within) / sweep.plan.steps.max(1) as f32;
    let text = format!("value {} of {}", stand.step + 1, sweep.plan.steps);
    ui.add(ProgressBar::new(share).text(RichText::new(text).small()));
}

fn plot(ui: &mut Ui, model: &Model, sweep: &Sweeping, name: &str) {
    let curve: Vec<_> = sweep.curve(name).collect();
    let exact: Vec<[f64; 2]> = curve.iter().filter_map(|(at, figure)| Some([*at, figure.exact?])).collect();
    let marks = model.scene.iter().flat_map(|scene| &scene.landmarks);
    let marks = marks.filter(|mark| mark.parameter == sweep.plan.parameter);
    plots::still(&format!("sweep of {name}"), 150.0)
        .label_formatter(plots::near(|name, at| {
            format!("{name}\n{}\n{}", format::figure(Some(at.x)), format::figure(Some(at.y)))
        }))
        .show(ui, |shown| {
            for mark in marks {
                shown.vline(VLine::new(mark.name, mark.value).color(theme::AMBER.gamma_multiply(0.5)).width(1.0));
            }
            shown.line(Line::new("exact", exact).color(theme::AMBER).width(1.6));
            let colour = theme::SERIES[0];
            for (at, figure) in &curve {
                let ends = vec![[*at, figure.value - figure.error], [*at, figure.value + figure.error]];
                shown.line(Line::new("error", ends).color(colour).width(1.6).allow_hover(false));
            }
            let rests = |wanted: bool| -> Vec<[f64; 2]> {
                let all = curve.iter().filter(|(_, figure)| figure.plateau == wanted);
                all.map(|(at, figure)| [*at, figure.value]).collect()
            };
            let points = |points| Points::new(name, points).shape(MarkerShape::Circle).radius(3.0).color(colour);
            shown.points(points(rests(true)));
            shown.points(points(rests(false)).filled(false));
        });
    if curve.iter().any(|(_, figure)| !figure.plateau) {
        let text = "hollow: its error still grows with the bins and is a lower bound";
        ui.label(RichText::new(text).small().color(theme::WEAK));
    }
}
