//! Faults, refusals and notes, above the picture until they are dismissed.

use crate::desktop::action::Action;
use crate::desktop::model::{Model, Severity};
use crate::desktop::theme;
use egui::{CornerRadius, Frame, Margin, RichText, ScrollArea, Stroke, Ui};

/// Shows the banners.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    for (index, notice) in model.notices.list().iter().enumerate() {
        let (colour, word) = match notice.severity {
            Severity::Note => (theme::ACCENT, "note"),
            Severity::Warning => (theme::AMBER, "warning"),
            Severity::Error => (theme::RED, "error"),
        };
        let frame = Frame::new()
            .fill(colour.gamma_multiply(0.10))
            .stroke(Stroke::new(1.0, colour.gamma_multiply(0.55)))
            .corner_radius(CornerRadius::same(6))
            .inner_margin(Margin::symmetric(9, 5));
        frame.show(ui, |ui| {
            let aside = egui::Layout::right_to_left(egui::Align::Min);
            ui.with_layout(aside, |ui| {
                if ui.button("✖").on_hover_text("dismiss").clicked() {
                    actions.push(Action::DismissNotice(index));
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Min), |ui| {
                    theme::tag(ui, word, colour);
                    if notice.times > 1 {
                        ui.label(theme::number(format!("{}×", notice.times)).color(theme::WEAK));
                    }
                    sentence(ui, index, &notice.text);
                });
            });
        });
        ui.add_space(3.0);
    }
    actions
}

fn sentence(ui: &mut Ui, index: usize, text: &str) {
    // A compiler's message is many lines long and stays readable only with its columns kept.
    let compiler = text.contains('\n');
    ScrollArea::both().id_salt(index).max_height(130.0).auto_shrink([false, true]).show(ui, |ui| {
        let label = if compiler {
            egui::Label::new(RichText::new(text).color(theme::TEXT).monospace()).extend()
        } else {
            egui::Label::new(prose(ui, text)).wrap()
        };
        ui.add(label.selectable(true));
    });
}

/// A sentence in which what stands between backticks is set like code, without them.
fn prose(ui: &Ui, text: &str) -> egui::text::LayoutJob {
    let mut job = egui::text::LayoutJob::default();
    for (place, part) in text.split('`').enumerate() {
        let part = RichText::new(part).color(theme::TEXT);
        let part = if place % 2 == 1 { part.monospace() } else { part };
        part.append_to(&mut job, ui.style(), egui::FontSelection::Default, egui::Align::BOTTOM);
    }
    job
}
