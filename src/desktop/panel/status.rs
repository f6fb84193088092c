//! The status line: adapter, clock, lost samples, own cost, presenting.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Model, Timing};
use crate::desktop::theme;
use egui::{RichText, Ui};

/// Shows the line.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.horizontal(|ui| {
        adapter(ui, model);
        ui.separator();
        clock(ui, model);
        ui.separator();
        lost(ui, model);
        ui.separator();
        own(ui, model);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button(small("? Help")).on_hover_text("keyboard shortcuts (H)").clicked() {
                actions.push(Action::ShowHelp(!model.help));
            }
            let presenting = ui.button(small(model.presenting.name()));
            if presenting.on_hover_text("whether frames wait for the screen (V)").clicked() {
                actions.push(Action::Present(model.presenting.other()));
            }
            if !model.focused {
                ui.label(small("without focus").color(theme::WEAK));
            }
        });
    });
    actions
}

fn small(text: impl Into<String>) -> RichText {
    RichText::new(text).size(11.5)
}

fn adapter(ui: &mut Ui, model: &Model) {
    let machine = &model.machine;
    if machine.adapter.is_empty() {
        ui.label(small("opening the device…").color(theme::WEAK));
        return;
    }
    theme::dot(ui, if machine.software { theme::AMBER } else { theme::GREEN });
    // The name of a software adapter carries its compiler in brackets; the tooltip has all of it.
    let short = machine.adapter.split('(').next().unwrap_or(&machine.adapter).trim();
    let kind = if machine.software { " · software" } else { "" };
    let text = small(format!("{short} · {}{kind}", machine.backend)).color(theme::TEXT);
    ui.label(text).on_hover_text(format!("{}\n{}", machine.adapter, machine.driver));
}

fn clock(ui: &mut Ui, model: &Model) {
    let colour = if matches!(model.machine.timing, Timing::Host) { theme::AMBER } else { theme::WEAK };
    let every = model.status.timed_every;
    let text = match model.machine.timing {
        Timing::Device { .. } if every > 1 => format!("device timestamps of one cycle in {every}"),
        Timing::Device { .. } => "device timestamps".to_owned(),
        Timing::Host => "no trusted GPU timing: host time".to_owned(),
        Timing::Unknown => "clock –".to_owned(),
    };
    let label = ui.label(small(text).color(colour));
    if every > 1 {
        label.on_hover_text(
            "Timing every cycle would cost more than half a per cent of the time.\nThe cycles are drawn at random; a \
             comparison times all of its own.",
        );
    } else if let Some(reason) = &model.machine.host_time_because {
        label.on_hover_text(reason);
    }
}

fn lost(ui: &mut Ui, model: &Model) {
    let counts = model.status.counts;
    let any = counts.dropped + counts.zero + counts.negative > 0;
    let text = format!("samples dropped {} · zero {} · negative {}", counts.dropped, counts.zero, counts.negative);
    let colour = if any { theme::AMBER } else { theme::WEAK };
    ui.label(small(text).color(colour)).on_hover_text("samples that did not become figures");
}

fn own(ui: &mut Ui, model: &Model) {
    let text = format!(
        "fieldscope's own cost {} % ({} ms a second)",
        format::percent(model.own.share()),
        format::figure(model.own.milliseconds_per_second())
    );
    let (count, spent) = model.built;
    let hint = format!(
        "host time of panels, event handling, driver and painter, and what the timestamps cost\n{count} kernels built in {} s",
        format::figure(Some(spent.as_secs_f64()).filter(|_| count > 0))
    );
    ui.label(small(text).color(theme::WEAK)).on_hover_text(hint);
}
