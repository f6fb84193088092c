//! Running, stopping, stepping, recording; and the three clocks.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::driver::Command;
use egui::{DragValue, RichText, Ui};

/// Shows the panel.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let cycle = |ui: &mut Ui| {
        ui.label(theme::number(format!("cycle {}", format::grouped(model.status.cycle))).color(theme::TEXT));
    };
    theme::card(ui, "run", cycle, |ui| {
        ui.add_enabled_ui(model.scene.is_some(), |ui| {
            ui.horizontal_wrapped(|ui| {
                actions.extend(run(ui, model));
                actions.extend(record(ui, model));
            });
            ui.horizontal(|ui| actions.extend(pace(ui, model)));
            ui.horizontal(|ui| actions.extend(reset(ui, model)));
        });
        clocks(ui, model);
    });
    actions
}

fn run(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let status = &model.status;
    let (text, command) = if status.paused { ("▶ Go on", Command::Resume) } else { ("⏸ Pause", Command::Pause) };
    if ui.button(text).on_hover_text("Space").clicked() {
        actions.push(Action::Driver(command));
    }
    if ui.button("⏭ Step").on_hover_text("one cycle, then stop (S)").clicked() {
        actions.push(Action::Driver(Command::Step));
    }
    let fast = theme::switch(ui, "⏩ Fast", status.fast_forward);
    if fast.on_hover_text("many cycles, few pictures (F)").clicked() {
        actions.push(Action::Driver(Command::FastForward(!status.fast_forward)));
    }
    actions
}

fn record(ui: &mut Ui, model: &Model) -> Option<Action> {
    match &model.recording {
        None => {
            let text = RichText::new("⏺ Record").color(theme::RED);
            let button = ui.button(text).on_hover_text("writes a session file (R)");
            button.clicked().then_some(Action::StartRecording)
        }
        Some((since, path)) => {
            let elapsed = format::elapsed(model.now.saturating_duration_since(*since));
            let text = RichText::new(format!("⏹ {elapsed}")).monospace().color(egui::Color32::WHITE);
            let button = ui.add(egui::Button::new(text).fill(theme::RED.gamma_multiply(0.55)));
            let button = button.on_hover_text(format!("recording into {}; click to close it (R)", path.display()));
            // The time changes with every frame; whoever looks for the button needs a name that stays.
            let name = || egui::WidgetInfo::labeled(egui::WidgetType::Button, true, "Stop recording");
            button.widget_info(name);
            button.clicked().then_some(Action::StopRecording)
        }
    }
}

fn pace(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let limit = model.status.cycles_per_frame;
    let mut free = limit.is_none();
    ui.label(RichText::new("cycles per frame").color(theme::WEAK));
    let mut count = limit.unwrap_or(1);
    let drag = ui.add_enabled(!free, DragValue::new(&mut count).range(1..=1024).update_while_editing(false));
    if drag.changed() {
        actions.push(Action::Driver(Command::SetCyclesPerFrame(Some(count))));
    }
    if ui.checkbox(&mut free, "as many as fit").changed() {
        actions.push(Action::Driver(Command::SetCyclesPerFrame((!free).then_some(1))));
    }
    actions
}

fn reset(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let label = ui.label(RichText::new("seed").color(theme::WEAK));
    let mut seed = model.seed;
    let field = ui.add(DragValue::new(&mut seed).update_while_editing(false)).labelled_by(label.id);
    if field.changed() {
        actions.push(Action::Driver(Command::Reset { seed }));
    }
    if ui.button("⟲ Reset").on_hover_text("start again from cycle 0 (Ctrl R)").clicked() {
        actions.push(Action::Driver(Command::Reset { seed: model.seed }));
    }
    let mut follow = model.follow_pointer;
    let follow_box = ui.checkbox(&mut follow, "pointer as input");
    if follow_box.on_hover_text("the pointer over the picture is fed to the simulation").changed() {
        actions.push(Action::FollowPointer(follow));
    }
    actions
}

fn clocks(ui: &mut Ui, model: &Model) {
    let rate = if model.status.paused { None } else { model.rate.per_second() };
    let work = model.work.map(|work| {
        let done = rate.map(|rate| rate * work.per_cycle);
        format!(" · {} {}/s", format::many(done), work.unit)
    });
    let text = format!(
        "{} cycles/s{} · {} frames/s · {} on the device",
        format::figure(rate),
        work.unwrap_or_default(),
        format::figure(model.own.frames_per_second()),
        if model.status.bytes == 0 { format::MISSING.to_owned() } else { format::bytes(model.status.bytes) },
    );
    let line = ui.label(RichText::new(text).small().color(theme::WEAK));
    let memory = model.memory.iter().map(|(name, size)| format!("{:>9}  {name}", format::bytes(*size)));
    let memory = memory.collect::<Vec<_>>().join("\n");
    if !memory.is_empty() {
        line.on_hover_text(RichText::new(memory).monospace());
    }
}
