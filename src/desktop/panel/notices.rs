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
            ui.horizontal_top(|ui| {
                theme::tag(ui, word, colour);
                if notice.times > 1 {
                    ui.label(theme::number(format!("{}×", notice.times)).color(theme::WEAK));
                }
                let width = (ui.available_width() - 30.0).max(80.0);
                // A compiler's message is many lines long and stays readable only with its columns kept.
                let compiler = notice.text.contains('\n');
                ScrollArea::vertical().id_salt(index).max_height(120.0).max_width(width).show(ui, |ui| {
                    let text = RichText::new(&notice.text).color(theme::TEXT);
                    let text = if compiler { text.monospace() } else { text };
                    ui.set_width(width);
                    ui.add(egui::Label::new(text).wrap().selectable(true));
                });
                if ui.button("✖").on_hover_text("dismiss").clicked() {
                    actions.push(Action::DismissNotice(index));
                }
            });
        });
        ui.add_space(3.0);
    }
    actions
}
