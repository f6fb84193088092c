//! What is written around a picture: its name, the ticks and titles of its axes, and what its colours stand for.

use super::legend;
use crate::desktop::format;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::sim::{Axis, Content, Picture, Stretch, Ticks};
use crate::view::ValueRange;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, FontId, Galley, Rect, Ui, pos2, vec2};
use std::sync::Arc;

/// Points between two ticks, at least: along the lower edge, and along the left one.
const APART: [f32; 2] = [64.0, 24.0];
/// Size of ticks' figures.
const FIGURE: f32 = 10.0;
/// Size of axes' titles.
const TITLE: f32 = 11.0;

/// A value along an axis and where it stands, from 0 at the axis' beginning to 1 at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its place.
    pub at: f32,
    /// What is written there.
    pub text: String,
}

/// Writes all that belongs to a picture around it.
pub fn around(ui: &Ui, model: &Model, index: usize, picture: &Picture, frame: Rect, inner: Rect) {
    let legend = model.legend(index);
    if frame.top() < inner.top() - 16.0 {
        let colour = if model.selected() == index { theme::TEXT } else { theme::WEAK };
        let at = frame.left_top() + vec2(2.0, 2.0);
        ui.painter().text(at, Align2::LEFT_TOP, picture.name, FontId::proportional(12.5), colour);
    }
    if let Some([x, mut y]) = picture.content.axes() {
        if let (Content::Traces { lanes: true, .. }, Some(legend)) = (&picture.content, legend) {
            // Lanes have names; what their height stands for is the same for all.
            let [low, high] = [legend.low, legend.high].map(|value| format::figure(Some(f64::from(value))));
            y.title = format!("{low} to {high} {}", y.title);
        }
        below(ui, &x, frame, inner);
        beside(ui, &y, legend, frame, inner);
        ui.painter().rect_stroke(inner, 0.0, (1.0, theme::LINE), egui::StrokeKind::Outside);
    }
    let coloured = matches!(
        &picture.content,
        Content::Map { .. } | Content::Surface { .. } | Content::Points { colours: Some(_), .. }
    );
    if coloured && frame.right() - inner.right() > 30.0 {
        let strip = Rect::from_min_max(
            pos2(inner.right() + 8.0, inner.top()),
            pos2(inner.right() + 18.0, inner.bottom().min(inner.top() + 260.0)),
        );
        ui.painter().add(legend::gradient(strip, model.showing.look(index).colours));
        legend::ticks(ui, strip, legend);
    }
    match &picture.content {
        Content::Traces { names, lanes, x, .. } => {
            let rows = if *lanes { names.len() } else { 1 };
            stretches(ui, &picture.stretches, &x.ticks, rows, inner);
            if !lanes {
                keys(ui, names, inner);
            }
        }
        Content::Sectors { title, .. } => around_circle(ui, title, legend, frame, inner),
        Content::Map { table, .. } => {
            if let Some(cell) = picture.pointed {
                pointed(ui, cell, [table.columns, table.rows], inner);
            }
        }
        _ => {}
    }
}

fn below(ui: &Ui, axis: &Axis, frame: Rect, inner: Rect) {
    let painter = ui.painter();
    for tick in ticks(&axis.ticks, None, (inner.width() / APART[0]) as usize) {
        let x = egui::lerp(inner.left()..=inner.right(), tick.at);
        painter.vline(x, inner.bottom()..=inner.bottom() + 4.0, (1.0, theme::WEAK));
        painter.text(
            pos2(x, inner.bottom() + 5.0),
            Align2::CENTER_TOP,
            tick.text,
            FontId::monospace(FIGURE),
            theme::WEAK,
        );
    }
    let title = title(ui, &axis.title, inner.width());
    let bottom = frame.bottom().min(inner.bottom() + 35.0) - 2.0;
    let at = pos2(inner.center().x - 0.5 * title.size().x, bottom - title.size().y);
    painter.galley(at, title, theme::TEXT);
}

fn beside(ui: &Ui, axis: &Axis, legend: Option<ValueRange>, frame: Rect, inner: Rect) {
    let painter = ui.painter();
    for tick in ticks(&axis.ticks, legend, (inner.height() / APART[1]) as usize) {
        let y = egui::lerp(inner.bottom()..=inner.top(), tick.at);
        painter.hline(inner.left() - 4.0..=inner.left(), y, (1.0, theme::WEAK));
        let at = pos2(inner.left() - 6.0, y);
        painter.text(at, Align2::RIGHT_CENTER, tick.text, FontId::monospace(FIGURE), theme::WEAK);
    }
    let text = title(ui, &axis.title, inner.height());
    let left = frame.left().max(inner.left() - 58.0);
    // Turned by a quarter, the text begins at its lower end.
    let at = pos2(left, inner.center().y + 0.5 * text.size().x);
    painter.add(egui::epaint::TextShape::new(at, text, theme::TEXT).with_angle(-std::f32::consts::FRAC_PI_2));
}

/// An axis' title on one line of at most `length` points; what is too long ends in an ellipsis.
fn title(ui: &Ui, text: &str, length: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), FontId::proportional(TITLE), theme::TEXT);
    job.wrap = TextWrapping::truncate_at_width(length);
    ui.painter().layout_job(job)
}

/// Remarks as lines with their text, and stretches as shades over the rows that they are about.
fn stretches(ui: &Ui, stretches: &[Stretch], ticks: &Ticks, rows: usize, inner: Rect) {
    let Ticks::Even { low, high } = ticks else { return };
    let place = |at: f64| egui::lerp(inner.x_range(), ((at - low) / (high - low)).clamp(0.0, 1.0) as f32);
    let painter = ui.painter().with_clip_rect(inner);
    for (number, stretch) in stretches.iter().enumerate() {
        let tall = inner.height() / rows.max(1) as f32;
        let y = match stretch.row {
            Some(row) => egui::Rangef::new(inner.top() + tall * row as f32, inner.top() + tall * (row + 1) as f32),
            None => inner.y_range(),
        };
        let (from, to) = (place(stretch.from), place(stretch.to));
        let colour = if stretch.row.is_some() { theme::RED } else { theme::AMBER };
        let over = Rect::from_x_y_ranges(from..=to.max(from), y);
        painter.rect_filled(over, 0.0, colour.gamma_multiply(0.18));
        painter.vline(from, y, (1.0, colour.gamma_multiply(0.8)));
        // Texts of neighbours stand below each other.
        let down = if stretch.row.is_some() { 2.0 } else { 2.0 + 13.0 * (number % 4) as f32 };
        painter.text(
            pos2(from + 3.0, y.min + down),
            Align2::LEFT_TOP,
            &stretch.text,
            FontId::proportional(TITLE),
            colour,
        );
    }
}

/// Angles around a circle of sectors, and what its rim stands for.
fn around_circle(ui: &Ui, title: &str, legend: Option<ValueRange>, frame: Rect, inner: Rect) {
    let write = |at: egui::Pos2, align: Align2, text: &str| {
        ui.painter().text(at, align, text, FontId::monospace(FIGURE), theme::WEAK);
    };
    write(inner.right_center() + vec2(4.0, 0.0), Align2::LEFT_CENTER, "0°");
    write(inner.left_center() - vec2(4.0, 0.0), Align2::RIGHT_CENTER, "180°");
    write(inner.center_top() - vec2(0.0, 2.0), Align2::CENTER_BOTTOM, "90°");
    write(inner.center_bottom() + vec2(0.0, 2.0), Align2::CENTER_TOP, "−90°");
    let rim =
        legend.map_or_else(String::new, |legend| format!("rim {}", format::figure(Some(f64::from(legend.maximum)))));
    let at = pos2(frame.center().x, frame.bottom() - 2.0);
    let text = format!("{title} · {rim}");
    ui.painter().text(at, Align2::CENTER_BOTTOM, text, FontId::proportional(TITLE), theme::TEXT);
}

/// A frame around the cell that is pointed at.
fn pointed(ui: &Ui, [column, row]: [u32; 2], [columns, rows]: [u32; 2], inner: Rect) {
    let cell = inner.size() / vec2(columns as f32, rows as f32);
    let corner = pos2(inner.left() + column as f32 * cell.x, inner.bottom() - (row + 1) as f32 * cell.y);
    let around = Rect::from_min_size(corner, cell).expand(1.5);
    ui.painter().rect_stroke(around, 1.0, (1.5, theme::ACCENT), egui::StrokeKind::Outside);
}

/// The names of lines that share a picture, each in its colour.
fn keys(ui: &Ui, names: &[String], inner: Rect) {
    let mut at = inner.right_top() + vec2(-6.0, 4.0);
    for (name, colour) in names.iter().zip(theme::SERIES.into_iter().cycle()) {
        let place = ui.painter().text(at, Align2::RIGHT_TOP, name, FontId::proportional(TITLE), colour);
        at.y = place.bottom() + 1.0;
        if at.y > inner.bottom() - 10.0 {
            return;
        }
    }
}

/// At most so many ticks along an axis, at round values or at cells; at least two where there is anything to say.
pub fn ticks(ticks: &Ticks, legend: Option<ValueRange>, most: usize) -> Vec<Tick> {
    let most = most.clamp(2, 12);
    let centre = |index: usize, count: usize| (index as f32 + 0.5) / count as f32;
    match ticks {
        Ticks::Even { low, high } => round(*low, *high, most),
        Ticks::OfValues => {
            legend.map_or_else(Vec::new, |legend| round(f64::from(legend.low), f64::from(legend.high), most))
        }
        Ticks::At(values) => {
            let every = values.len().div_ceil(most).max(1);
            let places = values.iter().enumerate().step_by(every);
            places
                .map(|(index, value)| Tick { at: centre(index, values.len()), text: format::figure(Some(*value)) })
                .collect()
        }
        Ticks::Named(names) => {
            let every = names.len().div_ceil(most).max(1);
            let places = names.iter().enumerate().step_by(every);
            places.map(|(index, name)| Tick { at: centre(index, names.len()), text: name.clone() }).collect()
        }
    }
}

/// Multiples of 1, 2 or 5 times a power of ten between two values.
fn round(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let width = high - low;
    if !(width.is_finite() && width > 0.0) {
        return Vec::new();
    }
    let least = width / most as f64;
    let power = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= least * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let decimals = (-step.log10().floor()).clamp(0.0, 8.0) as usize;
    let far = low.abs().max(high.abs()) >= 1e6 || step < 1e-6;
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last)
        .map(|multiple| {
            let value = multiple as f64 * step;
            let text = if far { format!("{value:.2e}") } else { format!("{value:.decimals$}") };
            Tick { at: ((value - low) / width) as f32, text }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Shape;
    use egui_kittest::Harness;

    #[test]
    fn remarks_are_written_where_they_happened_and_spans_over_their_rows() {
        let remark =
            |from: f64, to: f64, row: Option<u32>, text: &str| Stretch { from, to, row, text: text.to_owned() };
        let all = [
            remark(11.0, 11.0, None, "spike"),
            remark(9.0, 12.0, None, "eyes closed"),
            remark(13.0, 13.5, Some(1), "flat"),
        ];
        // From 10 to 14 s over 400 points, two rows of 50.
        let inner = Rect::from_min_max(pos2(100.0, 20.0), pos2(500.0, 120.0));
        let show = |ui: &mut Ui| stretches(ui, &all, &Ticks::Even { low: 10.0, high: 14.0 }, 2, inner);
        let mut harness = Harness::builder().with_size(vec2(600.0, 200.0)).build_ui(show);
        harness.run_steps(2);
        let shapes = &harness.output().shapes;
        let written = |wanted: &str| {
            shapes.iter().find_map(|clipped| match &clipped.shape {
                Shape::Text(text) if text.galley.text() == wanted => Some([text.pos.x, text.pos.y]),
                _ => None,
            })
        };
        // At their beginning, or at the edge, texts of neighbours below each other.
        assert_eq!(written("spike"), Some([203.0, 22.0]));
        assert_eq!(written("eyes closed"), Some([103.0, 35.0]));
        assert_eq!(written("flat"), Some([403.0, 72.0]));
        let shades: Vec<Rect> = shapes
            .iter()
            .filter_map(|clipped| match &clipped.shape {
                Shape::Rect(shade) => Some(shade.rect),
                _ => None,
            })
            .collect();
        for (from, to, top, bottom) in [(100.0, 300.0, 20.0, 120.0), (400.0, 450.0, 70.0, 120.0)] {
            let wanted = Rect::from_min_max(pos2(from, top), pos2(to, bottom));
            assert!(shades.contains(&wanted), "{wanted:?} is not among {shades:?}");
        }
    }

    fn texts(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.text.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_few() {
        let even = ticks(&Ticks::Even { low: -1.0, high: 1.0 }, None, 5);
        assert_eq!(texts(&even), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(even.iter().map(|tick| tick.at).collect::<Vec<_>>(), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(texts(&round(3.0, 187.0, 4)), ["50", "100", "150"]);
        assert_eq!(texts(&round(0.0, 4e-9, 4)).len(), 5);
        assert!(round(1.0, 1.0, 4).is_empty() && round(0.0, f64::NAN, 4).is_empty());
    }

    #[test]
    fn cells_have_their_ticks_in_the_middle() {
        let values = Ticks::At(vec![2.0, 4.0, 8.0, 16.0]);
        let all = ticks(&values, None, 4);
        assert_eq!(all.iter().map(|tick| tick.at).collect::<Vec<_>>(), [0.125, 0.375, 0.625, 0.875]);
        assert_eq!(ticks(&values, None, 2).len(), 2);
    }
}
