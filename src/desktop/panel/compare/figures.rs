//! The system's own figures in both arms.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Contest, Model};
use crate::desktop::theme;
use egui::{RichText, Ui};

/// Width of a figure's name and of its two values.
const WIDTHS: [f32; 3] = [104.0, 58.0, 58.0];

/// Shows the card, once both arms have figures of the same cycle.
pub fn show(ui: &mut Ui, model: &Model, contest: &Contest) -> Vec<Action> {
    let (Some(scene), Some((cycle, [of_a, of_b]))) = (&model.scene, &contest.figures) else { return Vec::new() };
    let aside = |ui: &mut Ui| {
        let text = format!("after cycle {}", format::grouped(*cycle));
        ui.label(RichText::new(text).small().color(theme::WEAK));
    };
    theme::card(ui, "figures of A and B", aside, |ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 0.0);
        let rows: Vec<_> = scene.probes.iter().zip(of_a.iter().zip(of_b)).collect();
        let width: f32 = WIDTHS.iter().map(|width| width + 4.0).sum();
        let columns = (ui.available_width() / width).floor().max(1.0) as usize;
        for line in rows.chunks(columns) {
            ui.horizontal(|ui| {
                for (probe, (a, b)) in line {
                    theme::left_cell(ui, WIDTHS[0], |ui| {
                        ui.add(egui::Label::new(RichText::new(&probe.name).size(11.5).color(theme::WEAK)).truncate());
                    });
                    for (value, colour, width) in [(*a, super::A, WIDTHS[1]), (*b, super::B, WIDTHS[2])] {
                        let text = format::figure(Some(f64::from(*value)));
                        theme::cell(ui, width, theme::number(text).size(11.0).color(colour));
                    }
                }
            });
        }
        let [a, b] = contest.bytes.map(format::bytes);
        ui.label(RichText::new(format!("on the device: A {a}, B {b}")).small().color(theme::WEAK));
    });
    Vec::new()
}
