//! Every stage as a point under what the machine can do.

use super::plots;
use crate::desktop::format;
use crate::desktop::model::{Figures, Model};
use crate::desktop::theme;
use crate::gpu::roof::Roof;
use egui::{RichText, Ui};
use egui_plot::{Line, MarkerShape, Points};

/// Decades to either side of the ridge that the roof is drawn over at least.
const DECADES: f64 = 1.6;

/// Shows the plot and its table.
pub fn show(ui: &mut Ui, model: &Model) {
    let arm = if model.shown_arm == 1 { "roofline of B" } else { "roofline" };
    theme::card(
        ui,
        arm,
        |_| {},
        |ui| {
            let Some(roof) = model.machine.roof else {
                ui.label(RichText::new("the machine's limits were not measured yet").color(theme::WEAK));
                return;
            };
            let points: Vec<Point<'_>> = model.shown_timing().figures().iter().filter_map(Point::of).collect();
            plot(ui, &roof, &points);
            let text = format!(
                "roof measured here: copy {} GB/s, multiply-add {} GFLOP/s",
                format::bandwidth(Some(roof.copy_gigabytes_per_second)),
                format::figure(Some(roof.gigaflops))
            );
            ui.label(RichText::new(text).small().color(theme::WEAK));
            if points.is_empty() {
                ui.label(RichText::new("no stage was timed yet").color(theme::WEAK));
            }
            ui.spacing_mut().item_spacing = egui::vec2(4.0, 1.0);
            table(ui, &roof, &points);
        },
    );
}

/// A stage that computes and moves bytes.
struct Point<'a> {
    stage: &'a str,
    intensity: f64,
    gigaflops: f64,
}

impl<'a> Point<'a> {
    fn of(figures: &'a Figures) -> Option<Self> {
        Some(Self { stage: &figures.stage, intensity: figures.intensity?, gigaflops: figures.gigaflops? })
    }

    /// Part of what the machine could do at this intensity.
    fn of_roof(&self, roof: &Roof) -> f64 {
        self.gigaflops / roof.gigaflops_at(self.intensity)
    }
}

fn plot(ui: &mut Ui, roof: &Roof, points: &[Point<'_>]) {
    let intensities = points.iter().map(|point| point.intensity.log10());
    let ridge = roof.ridge().log10();
    let low = intensities.clone().fold(ridge - DECADES, f64::min) - 0.2;
    let high = intensities.fold(ridge + DECADES, f64::max) + 0.2;
    let corner = |x: f64| [x, roof.gigaflops_at(10.0_f64.powf(x)).log10()];
    plots::still("roofline", 240.0)
        .x_axis_formatter(plots::decade)
        .y_axis_formatter(plots::decade)
        .x_grid_spacer(plots::whole_decades)
        .y_grid_spacer(plots::whole_decades)
        .x_axis_label(RichText::new("FLOP per byte").small())
        .y_axis_label(RichText::new("GFLOP/s").small())
        .label_formatter(plots::near(|name, at| {
            let (intensity, gigaflops) = (10.0_f64.powf(at.x), 10.0_f64.powf(at.y));
            format!(
                "{name}\n{} FLOP/byte\n{} GFLOP/s",
                format::figure(Some(intensity)),
                format::figure(Some(gigaflops))
            )
        }))
        .show(ui, |shown| {
            let line = Line::new("roof", vec![corner(low), corner(ridge), corner(high)]);
            shown.line(line.color(theme::AMBER).width(1.8));
            for (point, colour) in points.iter().zip(theme::SERIES.into_iter().cycle()) {
                let at = [point.intensity.log10(), point.gigaflops.log10()];
                // A thread up to the roof shows how much is left.
                let up = vec![at, corner(at[0])];
                shown.line(Line::new(point.stage, up).color(colour.gamma_multiply(0.35)).width(1.0).allow_hover(false));
                let name = point.stage.replace('+', " + ");
                shown.points(Points::new(name, vec![at]).shape(MarkerShape::Circle).radius(4.0).color(colour));
            }
        });
}

fn table(ui: &mut Ui, roof: &Roof, points: &[Point<'_>]) {
    const COLUMNS: [(&str, f32, &str); 4] = [
        ("FLOP/byte", 66.0, "floating-point operations per byte that must move"),
        ("GFLOP/s", 66.0, "operations over the time that the stage took"),
        ("roof", 66.0, "the most GFLOP/s at this many operations per byte"),
        ("% of it", 52.0, "how near the stage comes to the roof"),
    ];
    let name = (ui.available_width() - COLUMNS.iter().map(|(_, width, _)| width + 4.0).sum::<f32>()).max(100.0);
    if points.is_empty() {
        return;
    }
    let weak = |text: &str| RichText::new(text).small().color(theme::WEAK);
    ui.horizontal(|ui| {
        theme::left_cell(ui, name, |ui| ui.label(weak("stage")));
        for (title, width, about) in COLUMNS {
            theme::cell(ui, width, weak(title)).on_hover_text(about);
        }
    });
    for (point, colour) in points.iter().zip(theme::SERIES.into_iter().cycle()) {
        ui.horizontal(|ui| {
            theme::left_cell(ui, name, |ui| {
                theme::dot(ui, colour);
                let text = RichText::new(point.stage.replace('+', " + ")).size(12.0);
                ui.add(egui::Label::new(text).truncate());
            });
            let texts = [
                format::figure(Some(point.intensity)),
                format::milliseconds(Some(point.gigaflops)),
                format::figure(Some(roof.gigaflops_at(point.intensity))),
                format::percent(Some(point.of_roof(roof))),
            ];
            for (text, (_, width, _)) in texts.into_iter().zip(COLUMNS) {
                theme::cell(ui, width, theme::number(text));
            }
        });
    }
}
