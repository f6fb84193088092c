//! The system's figures as live plots, side by side.

use crate::desktop::format;
use crate::desktop::model::{Model, ProbePlot};
use crate::desktop::theme;
use egui::{RichText, ScrollArea, Ui, vec2};
use egui_plot::{Line, Plot};

/// A plot is not drawn narrower than this; the row scrolls instead.
const NARROWEST: f32 = 230.0;

/// Most points of a line that are drawn: more than that no screen shows.
const DRAWN: usize = 800;

/// Shows the plots.
pub fn show(ui: &mut Ui, model: &Model) {
    if model.plots.is_empty() {
        ui.centered_and_justified(|ui| ui.label(RichText::new("no probes").color(theme::WEAK)));
        return;
    }
    let count = model.plots.len() as f32;
    let gap = ui.spacing().item_spacing.x;
    let width = ((ui.available_width() - gap * (count - 1.0)) / count).max(NARROWEST);
    let height = ui.available_height();
    ScrollArea::horizontal().show(ui, |ui| {
        ui.horizontal_top(|ui| {
            for plot in &model.plots {
                ui.allocate_ui_with_layout(vec2(width, height), egui::Layout::top_down(egui::Align::Min), |ui| {
                    ui.set_width(width);
                    show_plot(ui, plot);
                });
            }
        });
    });
}

fn show_plot(ui: &mut Ui, plot: &ProbePlot) {
    ui.horizontal(|ui| {
        theme::heading(ui, plot.title);
        let few = plot.series.len() <= 4;
        for (series, colour) in plot.series.iter().zip(theme::SERIES.iter().cycle()) {
            theme::dot(ui, *colour);
            if few {
                ui.label(RichText::new(&series.name).small().color(theme::WEAK));
            }
            let value = ui.label(theme::number(format::figure(series.last())).color(*colour));
            let broken =
                if series.broken > 0 { format!(", {} values not finite", series.broken) } else { String::new() };
            value.on_hover_text(format!("{}{broken}", series.name));
        }
    });
    Plot::new(plot.title)
        .height((ui.available_height() - 2.0).max(60.0))
        .show_grid([true, true])
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .y_axis_min_width(34.0)
        .grid_color(theme::LINE)
        .show_background(false)
        .y_axis_formatter(|mark, _| format::figure(Some(mark.value)))
        .x_axis_formatter(|mark, _| format::grouped(mark.value.max(0.0) as u64))
        .show(ui, |shown| {
            for (series, colour) in plot.series.iter().zip(theme::SERIES.iter().cycle()) {
                let every = series.values.len().div_ceil(DRAWN).max(1);
                let points: Vec<[f64; 2]> = series.values.iter().copied().step_by(every).collect();
                shown.line(Line::new(series.name.clone(), points).color(*colour).width(1.4));
            }
        });
}
