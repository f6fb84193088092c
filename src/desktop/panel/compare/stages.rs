//! Every stage of both arms.

use super::outcome_colour;
use super::verdict::three;
use crate::desktop::format;
use crate::desktop::model::{Contest, Model};
use crate::desktop::theme;
use crate::lab::{Judged, StageVerdict};
use crate::session::Outcome;
use egui::{RichText, ScrollArea, Ui};

/// Columns of numbers: heading and width.
const COLUMNS: [(&str, f32); 4] = [("A ms", 52.0), ("B ms", 52.0), ("A over B", 56.0), ("95 %", 92.0)];
/// Width of the verdict.
const VERDICT: f32 = 74.0;

/// Shows the card, once there is a verdict.
pub fn show(ui: &mut Ui, model: &Model, contest: &Contest) {
    let Some(judged) = &contest.judged else { return };
    let order = model.scene.as_ref().map_or(&[][..], |scene| scene.stages);
    theme::card(
        ui,
        "stages of A and B",
        |_| {},
        |ui| {
            ScrollArea::horizontal().id_salt("stages of both").show(ui, |ui| {
                ui.spacing_mut().item_spacing = egui::vec2(4.0, 1.0);
                table(ui, judged, order);
            });
        },
    );
}

fn table(ui: &mut Ui, judged: &Judged, order: &[&str]) {
    let numbers: f32 = COLUMNS.iter().map(|(_, width)| width + 4.0).sum::<f32>() + VERDICT + 8.0;
    let name_width = (ui.available_width() - numbers).max(110.0);
    let weak = |text: &str| RichText::new(text).small().color(theme::WEAK);
    ui.horizontal(|ui| {
        theme::left_cell(ui, name_width, |ui| ui.label(weak("stage, ms a cycle")));
        for (name, width) in COLUMNS {
            theme::cell(ui, width, weak(name));
        }
    });
    // In the order in which a cycle runs them; a fused pass where its first stage would stand.
    let place = |row: &&StageVerdict| order.iter().position(|stage| row.stage.split('+').next() == Some(*stage));
    let mut rows: Vec<_> = judged.stages.iter().collect();
    rows.sort_by_key(|row| place(row).unwrap_or(order.len()));
    for row in rows {
        line(ui, row, name_width);
    }
    let whole = StageVerdict {
        stage: "whole cycle".to_owned(),
        baseline: judged.times[0],
        variant: judged.times[1],
        verdict: Some(judged.whole.clone()),
        of_roof: [None; 2],
    };
    ui.separator();
    line(ui, &whole, name_width);
}

fn line(ui: &mut Ui, row: &StageVerdict, name_width: f32) {
    let verdict = row.verdict.as_ref();
    let outcome = verdict.map(|verdict| verdict.outcome);
    let colour = outcome.map_or(theme::WEAK, |outcome| match outcome {
        // Most stages are the same: only what differs calls for the eye.
        Outcome::Same | Outcome::Ambiguous => theme::WEAK,
        outcome => outcome_colour(outcome),
    });
    let shown = ui.horizontal(|ui| {
        theme::left_cell(ui, name_width, |ui| {
            let name = row.stage.replace('+', " + ");
            ui.add(egui::Label::new(RichText::new(name).size(12.0)).truncate());
        });
        let interval = verdict.and_then(|verdict| verdict.interval);
        let texts = [
            format::milliseconds(row.baseline),
            format::milliseconds(row.variant),
            verdict.and_then(|verdict| verdict.ratio).map_or(format::MISSING.to_owned(), three),
            interval.map_or(format::MISSING.to_owned(), |(low, high)| format!("{}–{}", three(low), three(high))),
        ];
        for (place, (text, (_, width))) in texts.into_iter().zip(COLUMNS).enumerate() {
            theme::cell(ui, width, theme::number(text).color(if place < 2 { theme::TEXT } else { colour }));
        }
        ui.add_space(4.0);
        let only = match (row.baseline, row.variant) {
            (Some(_), None) => "only in A",
            (None, Some(_)) => "only in B",
            _ => outcome.map_or(format::MISSING, Outcome::name),
        };
        theme::left_cell(ui, VERDICT, |ui| ui.label(RichText::new(only).size(11.5).color(colour)));
    });
    if let Some(verdict) = verdict {
        shown.response.on_hover_text(&verdict.reason);
    }
}
