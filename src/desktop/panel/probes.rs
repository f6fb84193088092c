//! The system's figures as live plots, side by side.

use crate::desktop::format;
use crate::desktop::model::{Model, ProbePlot, ProbeSeries};
use crate::desktop::theme;
use egui::{Color32, RichText, ScrollArea, Ui, vec2};
use egui_plot::{Line, Plot};

/// A plot is not drawn narrower than this; the row scrolls instead.
const NARROWEST: f32 = 160.0;

/// Height of the line with the heading and the last values.
const HEADING: f32 = 24.0;

/// Width that a series' last value takes in the heading.
const VALUE: f32 = 78.0;

/// Most points of a line that are drawn: more than that no screen shows.
const DRAWN: usize = 800;

/// Shows the plots.
pub fn show(ui: &mut Ui, model: &Model) {
    let available = ui.available_size();
    // A panel takes the size of its contents; these take what there is, so it keeps the size that the user gave it.
    ui.set_min_height(available.y);
    if model.plots.is_empty() {
        return;
    }
    let count = model.plots.len() as f32;
    let gap = ui.spacing().item_spacing.x;
    let width = ((available.x - gap * (count - 1.0)) / count).max(NARROWEST);
    // Room for the scroll bar is always left, or the panel would grow by it from frame to frame.
    let height = (available.y - ui.spacing().scroll.allocated_width() - 2.0).max(HEADING + 60.0);
    ScrollArea::horizontal().max_height(height).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            for plot in &model.plots {
                ui.allocate_ui_with_layout(vec2(width, height), egui::Layout::top_down(egui::Align::Min), |ui| {
                    ui.set_width(width);
                    heading(ui, plot, width);
                    lines(ui, plot, height - HEADING - ui.spacing().item_spacing.y);
                });
            }
        });
    });
}

/// The title, and the last values of as many lines as there is room for; the rest are in the title's tooltip.
fn heading(ui: &mut Ui, plot: &ProbePlot, width: f32) {
    ui.allocate_ui_with_layout(vec2(width, HEADING), egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        theme::heading(ui, plot.title).on_hover_text(all_values(plot));
        for (series, colour) in coloured(plot) {
            if ui.available_width() < VALUE {
                ui.label(RichText::new("…").color(theme::WEAK)).on_hover_text(all_values(plot));
                return;
            }
            ui.add_space(2.0);
            theme::dot(ui, colour);
            ui.label(theme::number(format::figure(series.last())).color(colour)).on_hover_text(value(series));
        }
    });
}

fn lines(ui: &mut Ui, plot: &ProbePlot, height: f32) {
    Plot::new(plot.title)
        .height(height)
        .show_grid([true, true])
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .y_axis_min_width(30.0)
        .grid_color(theme::LINE)
        .grid_spacing(26.0..=200.0)
        .show_background(false)
        .y_axis_formatter(|mark, _| axis_figure(mark.value, mark.step_size))
        .x_axis_formatter(|mark, _| format::grouped(mark.value.max(0.0) as u64))
        .show(ui, |shown| {
            // A line that never moves has no height of its own, and a made-up one of hundreds would say nothing.
            let values = plot.series.iter().flat_map(|series| series.values.iter().map(|[_, value]| *value));
            if let Some(only) = values.clone().next().filter(|first| values.clone().all(|value| value == *first)) {
                let room = if only == 0.0 { 1.0 } else { only.abs() * 0.01 };
                shown.set_plot_bounds_y(only - room..=only + room);
            }
            for (series, colour) in coloured(plot) {
                let every = series.values.len().div_ceil(DRAWN).max(1);
                let points: Vec<[f64; 2]> = series.values.iter().copied().step_by(every).collect();
                shown.line(Line::new(series.name.clone(), points).color(colour).width(1.4));
            }
        });
}

fn coloured(plot: &ProbePlot) -> impl Iterator<Item = (&ProbeSeries, Color32)> {
    plot.series.iter().zip(theme::SERIES.into_iter().cycle())
}

fn value(series: &ProbeSeries) -> String {
    let broken = if series.broken > 0 { format!(", {} values not finite", series.broken) } else { String::new() };
    format!("{} {}{broken}", series.name, format::figure(series.last()))
}

fn all_values(plot: &ProbePlot) -> String {
    plot.series.iter().map(value).collect::<Vec<_>>().join("\n")
}

/// As many decimals as tell neighbouring marks apart.
fn axis_figure(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).clamp(0.0, 8.0) as usize;
    format!("{value:.decimals$}")
}
