//! The timing table and the strip of recent cycles.

use super::strip;
use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Figures, Model, Timing};
use crate::desktop::theme;
use egui::{Color32, RichText, ScrollArea, Ui, vec2};

/// Columns of numbers: heading, width in points, what it means.
const COLUMNS: [(&str, f32, &str); 9] = [
    ("share", 34.0, "part of the device time of all stages, in percent"),
    ("median", 46.0, "milliseconds per cycle in which the stage ran, all its passes together"),
    ("p95", 46.0, "milliseconds; exceeded in one cycle of twenty"),
    ("min", 46.0, "shortest, in milliseconds"),
    ("max", 46.0, "longest, in milliseconds"),
    ("n", 28.0, "cycles in which the stage ran, of those that the table goes over"),
    ("GB/s", 38.0, "bytes that must move over the time that it took"),
    ("roof", 36.0, "that, in percent of the measured copy bandwidth"),
    ("base", 42.0, "median over the pinned median"),
];

/// Shows the table and the strip.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let aside = |ui: &mut Ui| actions.extend(buttons(ui, model));
    theme::card(ui, "stages", aside, |ui| {
        ScrollArea::horizontal().id_salt("stages").show(ui, |ui| table(ui, model));
        ui.label(RichText::new(scope(model)).small().color(theme::WEAK)).on_hover_text(
            "On Vulkan a pass begins when the one before it has drained, so the rows add up, but a very short stage may \
             carry a neighbour's tail.",
        );
    });
    actions.extend(strip::show(ui, model));
    actions
}

fn buttons(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let table = model.shown_timing();
    let (text, action) =
        if table.is_pinned() { ("Unpin", Action::UnpinBaseline) } else { ("Pin baseline", Action::PinBaseline) };
    let pin = ui.add_enabled(table.has_samples(), egui::Button::new(RichText::new(text).small()));
    if pin.on_hover_text("keep these medians and show later ones against them (B)").clicked() {
        actions.push(action);
    }
    let roof = model.machine.roof;
    let known = roof.map_or(format::MISSING.to_owned(), |roof| format::bandwidth(Some(roof.copy_gigabytes_per_second)));
    let text = RichText::new(format!("roof {known} GB/s")).small();
    let hint = "a plain copy's bandwidth on this machine; click to measure it again, while everything else waits";
    if ui.button(text).on_hover_text(hint).clicked() {
        actions.push(Action::MeasureRoof);
    }
    // Right to left: the later arm comes first.
    if model.timing[1].has_samples() {
        for (arm, name) in [(1, "B"), (0, "A")] {
            if theme::switch(ui, name, model.shown_arm == arm).clicked() {
                actions.push(Action::ShowArm(arm));
            }
        }
    }
    actions
}

fn scope(model: &Model) -> String {
    let table = model.shown_timing();
    let clock = if model.machine.timing == Timing::Host { "host time" } else { "device timestamps" };
    match table.selected() {
        _ if !table.has_samples() => "no samples yet".to_owned(),
        Some((from, to)) => format!("cycles {} to {} (Esc for all)", format::grouped(from), format::grouped(to)),
        None => format!("milliseconds per cycle · {clock} · up to 512 cycles"),
    }
}

fn table(ui: &mut Ui, model: &Model) {
    let pinned = model.shown_timing().is_pinned();
    let shown = |name: &str| name != "base" || pinned;
    let numbers: f32 = COLUMNS.iter().filter(|(name, ..)| shown(name)).map(|(_, width, _)| width + 4.0).sum();
    let stage_width = (ui.available_width() - numbers).max(90.0);
    ui.spacing_mut().item_spacing = vec2(4.0, 1.0);
    ui.horizontal(|ui| {
        stage_cell(ui, stage_width, RichText::new("stage").small().color(theme::WEAK));
        for (name, width, about) in COLUMNS.iter().filter(|(name, ..)| shown(name)) {
            theme::cell(ui, *width, RichText::new(*name).small().color(theme::WEAK)).on_hover_text(*about);
        }
    });
    for line in model.shown_timing().figures() {
        row(ui, line, stage_width, &shown);
    }
}

fn row(ui: &mut Ui, line: &Figures, stage_width: f32, shown: &dyn Fn(&str) -> bool) {
    let measured = line.median.is_some();
    let colour = if measured { theme::TEXT } else { theme::LINE };
    let bar = ui.painter().add(egui::Shape::Noop);
    let whole = ui.horizontal(|ui| {
        let name = line.stage.replace('+', " + ");
        let (name, name_colour) = match (line.host, measured) {
            (true, _) => (format!("{name} · host time"), theme::AMBER),
            (false, true) => (name, theme::TEXT),
            (false, false) => (name, theme::WEAK),
        };
        stage_cell(ui, stage_width, RichText::new(&name).size(12.0).color(name_colour)).on_hover_text(name);
        let count = if measured { line.count.to_string() } else { format::MISSING.to_owned() };
        let texts = [
            format::percent(line.share),
            format::milliseconds(line.median),
            format::milliseconds(line.p95),
            format::milliseconds(line.min),
            format::milliseconds(line.max),
            count,
            format::bandwidth(line.bandwidth),
            format::percent(line.of_roof),
            line.against_pinned.map_or(format::MISSING.to_owned(), |ratio| format!("{}×", format::figure(Some(ratio)))),
        ];
        for ((name, width, _), text) in COLUMNS.iter().zip(texts).filter(|((name, ..), _)| shown(name)) {
            let strong = *name == "median" && measured;
            let own = if *name == "base" { ratio_colour(line.against_pinned) } else { colour };
            theme::cell(ui, *width, theme::number(text).color(if strong { Color32::WHITE } else { own }));
        }
    });
    if let Some(share) = line.share {
        let mut rect = whole.response.rect;
        rect.set_width(rect.width() * share as f32);
        ui.painter().set(bar, egui::Shape::rect_filled(rect, 3.0, theme::ACCENT.gamma_multiply(0.16)));
    }
}

fn stage_cell(ui: &mut Ui, width: f32, text: RichText) -> egui::Response {
    let size = vec2(width, 18.0);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        ui.add_space(3.0);
        ui.add(egui::Label::new(text).truncate())
    })
    .inner
}

/// Half a per cent either way is no colour: the clock is not that good.
fn ratio_colour(ratio: Option<f64>) -> Color32 {
    match ratio {
        Some(ratio) if ratio < 0.995 => theme::GREEN,
        Some(ratio) if ratio > 1.005 => theme::RED,
        Some(_) => theme::TEXT,
        None => theme::LINE,
    }
}
