//! The optimisations: presets, and every toggle with its kind, what the seed claims and what was measured.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Model, ToggleRow, Trade};
use crate::desktop::theme;
use crate::driver::Command;
use crate::gpu::roof::Roof;
use crate::sim::Kind;
use egui::{RichText, Ui};

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
                    // Presets that differ in their rules alone have the same toggles: of them it is the one that was asked for.
                    let same = scene.presets.iter().filter(|other| stands_as(model, other.on)).count();
                    let chosen = stands_as(model, preset.on) && (same == 1 || scene.preset == preset.name);
                    if theme::switch(ui, preset.name, chosen).on_hover_text(preset.about).clicked() {
                        actions.push(Action::Driver(Command::SetPreset(preset.name.to_owned())));
                    }
                }
            });
        }
        ui.spacing_mut().item_spacing.y = 2.0;
        columns(ui);
        let mut group = "";
        for row in &model.toggles {
            if row.toggle.group != group {
                group = row.toggle.group;
                ui.add_space(3.0);
                ui.label(RichText::new(group).small().strong().color(theme::TEXT));
            }
            actions.extend(toggle(ui, row, model.machine.roof.as_ref()));
        }
    });
    actions
}

/// Widths of what stands right of a toggle's name: kind, claim, measured factor.
const WIDTHS: [f32; 3] = [78.0, 60.0, 56.0];

/// Points between the columns.
const GAP: f32 = 4.0;

/// What is left for a toggle's name.
fn name_width(ui: &Ui) -> f32 {
    (ui.available_width() - WIDTHS.iter().map(|width| width + GAP).sum::<f32>()).max(110.0)
}

/// Whether exactly these toggles are on.
fn stands_as(model: &Model, on: &[&str]) -> bool {
    model.toggles.iter().all(|row| row.on == on.contains(&row.toggle.name))
}

fn columns(ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        ui.add_space(name_width(ui) + GAP);
        for (title, width) in ["kind", "claimed", "measured"].into_iter().zip(WIDTHS) {
            theme::left_cell(ui, width, |ui| ui.label(RichText::new(title).small().color(theme::WEAK)));
        }
    });
}

fn toggle(ui: &mut Ui, row: &ToggleRow, roof: Option<&Roof>) -> Option<Action> {
    let trade = roof.and_then(|roof| row.trade(roof)).filter(Trade::is_one);
    let action = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let [kind_width, claim_width, measured_width] = WIDTHS;
        let action = theme::left_cell(ui, name_width(ui), |ui| switch(ui, row));
        let kind = row.toggle.kind;
        theme::left_cell(ui, kind_width, |ui| {
            theme::tag(ui, kind.name(), theme::kind_colour(kind)).on_hover_text(meaning(kind));
        });
        theme::left_cell(ui, claim_width, |ui| claimed(ui, row));
        theme::left_cell(ui, measured_width, |ui| measured(ui, row));
        action
    });
    if let Some(trade) = trade {
        ui.label(RichText::new(traded(&trade)).small().color(theme::WEAK)).on_hover_text(AT_BEST);
    }
    action.inner
}

/// What the roof's figures leave out.
const AT_BEST: &str = "from the bytes and operations that a cycle must do at least, and the measured roof; roots and \
                       divisions cost more than the multiply-adds that the roof is of, so a comparison has the last word";

/// What is to be said of a toggle that pays memory for arithmetic, or the other way round.
fn traded(trade: &Trade) -> String {
    let milliseconds = |value: f64| format::figure(Some(value.abs()));
    let (memory, arithmetic) = (milliseconds(trade.memory), milliseconds(trade.arithmetic));
    let change = match trade.memory > 0.0 {
        true => format!("on: {memory} ms more of memory for {arithmetic} ms less of arithmetic"),
        false => format!("on: {arithmetic} ms more of arithmetic for {memory} ms less of memory"),
    };
    let faster = if trade.memory + trade.arithmetic < 0.0 { "on" } else { "off" };
    format!("    {change}; by the roof {faster} is faster here")
}

fn switch(ui: &mut Ui, row: &ToggleRow) -> Option<Action> {
    let toggle = &row.toggle;
    let mut on = row.shown();
    let name = RichText::new(toggle.name).color(if on { theme::TEXT } else { theme::WEAK });
    let hover = format!("off: {}\non: {}", toggle.off, toggle.on);
    let changed = ui.checkbox(&mut on, name).on_hover_text(hover).changed();
    if row.is_pending() {
        ui.add(egui::Spinner::new().size(11.0).color(theme::AMBER))
            .on_hover_text("its kernels are being built; it takes effect at the next cycle after that");
    }
    changed.then(|| Action::Driver(Command::SetToggle { name: toggle.name.to_owned(), on }))
}

fn claimed(ui: &mut Ui, row: &ToggleRow) {
    let (text, colour, hint) = match &row.toggle.claim {
        Some(claim) => {
            let text = format::factor(f64::from(*claim.factor.start()), f64::from(*claim.factor.end()));
            (text, theme::WEAK, claim.source)
        }
        None => (format::MISSING.to_owned(), theme::LINE, "the seed claims no factor"),
    };
    ui.label(theme::number(text).color(colour)).on_hover_text(hint);
}

fn meaning(kind: Kind) -> String {
    match kind {
        Kind::Exact { relative_bound } => {
            format!("the same values up to rounding: relative L2 deviation at most {relative_bound:e}")
        }
        Kind::Statistical(_) => "the same distribution from other draws".to_owned(),
        Kind::Approximate => "another computation, whose deviation is shown".to_owned(),
    }
}

fn measured(ui: &mut Ui, row: &ToggleRow) {
    match row.measured {
        Some(measured) => {
            let [low, high] = measured.interval;
            let faster = if !measured.clear {
                theme::AMBER
            } else if low > 1.0 {
                theme::GREEN
            } else if high < 1.0 {
                theme::RED
            } else {
                theme::TEXT
            };
            let text = format!("{}×", format::figure(Some(measured.factor)));
            let interval = format!("{}–{}", format::figure(Some(low)), format::figure(Some(high)));
            let clear = if measured.clear { "" } else { "; the verdict was ambiguous" };
            ui.label(theme::number(text).color(faster)).on_hover_text(format!("95 % interval {interval}{clear}"));
        }
        None => {
            ui.label(theme::number(format::MISSING).color(theme::LINE)).on_hover_text("not measured yet");
        }
    }
}
