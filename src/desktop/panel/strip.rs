//! Recent cycles as bars, the slowest one marked; dragging over them narrows the timing table.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::{Bar, Model};
use crate::desktop::theme;
use egui::{Color32, Rect, RichText, Sense, Ui, pos2, vec2};

/// Height of the bars, in points.
const HEIGHT: f32 = 62.0;

/// Shows the strip.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let slowest = model.strip.slowest().copied();
    let aside = |ui: &mut Ui| {
        if let Some((bar, milliseconds)) = slowest.and_then(|bar| Some((bar, bar.milliseconds()?))) {
            let text =
                format!("slowest {} ms, cycle {}", format::figure(Some(milliseconds)), format::grouped(bar.cycle));
            ui.label(theme::number(text).color(theme::RED));
        }
    };
    theme::card(ui, "recent cycles", aside, |ui| {
        let size = vec2(ui.available_width(), HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        ui.painter().rect_filled(rect, 4.0, theme::GROUND);
        let bars: Vec<Bar> = model.strip.bars().copied().collect();
        let Some(longest) = slowest.and_then(|bar| bar.milliseconds()).filter(|longest| *longest > 0.0) else {
            let place = rect.center();
            let font = egui::FontId::proportional(12.0);
            ui.painter().text(place, egui::Align2::CENTER_CENTER, "no cycle yet", font, theme::WEAK);
            return;
        };
        let chart = Chart { rect, bars: &bars, longest };
        chart.paint(ui, model, slowest.map(|bar| bar.cycle));
        actions.extend(chart.select(ui, &response));
        let hovered = response.hover_pos().and_then(|at| chart.at(at.x));
        if let Some(bar) = hovered {
            response.on_hover_text_at_pointer(hint(bar));
        }
    });
    actions
}

struct Chart<'a> {
    rect: Rect,
    bars: &'a [Bar],
    longest: f64,
}

impl Chart<'_> {
    /// The newest bar stands at the right edge.
    fn width(&self) -> f32 {
        (self.rect.width() / self.bars.len().max(60) as f32).min(6.0)
    }

    fn left(&self, place: usize) -> f32 {
        self.rect.right() - (self.bars.len() - place) as f32 * self.width()
    }

    fn at(&self, x: f32) -> Option<&Bar> {
        let from_right = ((self.rect.right() - x) / self.width()).floor().max(0.0) as usize;
        self.bars.get(self.bars.len().checked_sub(1 + from_right)?)
    }

    fn paint(&self, ui: &Ui, model: &Model, slowest: Option<u64>) {
        let selected = model.shown_timing().selected();
        let painter = ui.painter().with_clip_rect(self.rect);
        for (place, bar) in self.bars.iter().enumerate() {
            let Some(milliseconds) = bar.milliseconds() else { continue };
            let height = (milliseconds / self.longest) as f32 * (self.rect.height() - 6.0);
            let left = self.left(place);
            let right = (left + self.width() - 0.8).max(left + 0.8);
            let body =
                Rect::from_min_max(pos2(left, self.rect.bottom() - height.max(1.0)), pos2(right, self.rect.bottom()));
            painter.rect_filled(body, 0.0, colour(bar, slowest, selected));
            if Some(bar.cycle) == slowest {
                painter.circle_filled(pos2(body.center().x, body.top() - 1.0), 2.5, theme::RED);
            }
        }
        let label = format!("{} ms", format::figure(Some(self.longest)));
        let font = egui::FontId::monospace(9.5);
        painter.text(self.rect.left_top() + vec2(5.0, 3.0), egui::Align2::LEFT_TOP, label, font, theme::WEAK);
    }

    fn select(&self, ui: &Ui, response: &egui::Response) -> Option<Action> {
        if response.clicked() {
            return Some(Action::SelectCycles(None));
        }
        let (from, to) = ui.input(|input| (input.pointer.press_origin(), input.pointer.latest_pos()));
        if !response.dragged() {
            return None;
        }
        let (from, to) = (self.at(from?.x)?.cycle, self.at(to?.x)?.cycle);
        Some(Action::SelectCycles(Some((from.min(to), from.max(to)))))
    }
}

fn colour(bar: &Bar, slowest: Option<u64>, selected: Option<(u64, u64)>) -> Color32 {
    let plain = if bar.device.is_some() { theme::ACCENT } else { theme::AMBER };
    match selected {
        _ if Some(bar.cycle) == slowest => theme::RED,
        Some((from, to)) if !(from..=to).contains(&bar.cycle) => plain.gamma_multiply(0.3),
        _ => plain.gamma_multiply(0.85),
    }
}

fn hint(bar: &Bar) -> RichText {
    let text = format!(
        "cycle {}\ndevice {} ms\nhost time {} ms",
        format::grouped(bar.cycle),
        format::figure(bar.device),
        format::figure(bar.host)
    );
    RichText::new(text).monospace()
}
