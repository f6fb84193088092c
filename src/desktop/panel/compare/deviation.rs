//! How far B's result moved: what it promises, and how the deviation grows.

use crate::desktop::format;
use crate::desktop::model::{Contest, Growth};
use crate::desktop::panel::plots;
use crate::desktop::theme;
use crate::lab::Agreement;
use egui::{Label, RichText, Ui};
use egui_plot::{HLine, Line, LineStyle, Points};

/// Shows the card, once both arms were compared.
pub fn show(ui: &mut Ui, contest: &Contest) {
    if contest.growth.is_empty() {
        return;
    }
    let broken = contest.broken().is_some();
    let aside = |ui: &mut Ui| {
        let (text, colour) = if broken { ("broken", theme::RED) } else { ("kept so far", theme::GREEN) };
        if contest.promise.starts_with("exact") || broken {
            ui.label(RichText::new(text).small().color(colour));
        }
    };
    theme::card(ui, "deviation", aside, |ui| {
        ui.add(Label::new(RichText::new(&contest.promise).color(theme::TEXT)).wrap());
        if contest.growth.iter().any(|growth| !growth.points.is_empty()) {
            plot(ui, contest);
        }
        for (place, growth) in contest.growth.iter().enumerate() {
            array(ui, growth, colour(place));
        }
        for moment in &contest.moments {
            let colour = match moment.agreement {
                Agreement::Agrees => theme::GREEN,
                Agreement::Differs => theme::RED,
                Agreement::Open => theme::AMBER,
            };
            ui.add(Label::new(RichText::new(moment.text()).small().color(colour)).wrap());
        }
    });
}

fn colour(place: usize) -> egui::Color32 {
    theme::SERIES[(place + 3) % theme::SERIES.len()]
}

fn plot(ui: &mut Ui, contest: &Contest) {
    plots::still("growth of the deviation", 100.0)
        .x_axis_formatter(plots::decade)
        .y_axis_formatter(plots::decade)
        .x_grid_spacer(plots::whole_decades)
        .y_grid_spacer(plots::whole_decades)
        .include_x(0.0)
        .include_x(1.0)
        .label_formatter(plots::near(|name, at| {
            format!("{name}\ncycle {:.0}\nrelative L2 {:.2e}", 10.0_f64.powf(at.x), 10.0_f64.powf(at.y))
        }))
        .show(ui, |shown| {
            for (place, growth) in contest.growth.iter().enumerate() {
                let colour = colour(place);
                shown.line(Line::new(growth.array.clone(), growth.points.clone()).color(colour).width(1.2));
                shown.points(Points::new(growth.array.clone(), growth.points.clone()).color(colour).radius(2.0));
            }
            let bound = contest.growth.iter().filter_map(|growth| growth.bound).find(|bound| *bound > 0.0);
            if let Some(bound) = bound {
                let line = HLine::new("bound", bound.log10()).color(theme::RED).style(LineStyle::dashed_loose());
                shown.hline(line);
            }
        });
    ui.label(
        RichText::new("relative L2 over the cycles since the common start, both logarithmic")
            .small()
            .color(theme::WEAK),
    );
}

fn array(ui: &mut Ui, growth: &Growth, colour: egui::Color32) {
    let last = &growth.last;
    let shown = ui.horizontal(|ui| {
        theme::dot(ui, colour);
        ui.label(RichText::new(&growth.array).size(12.0));
        let text = match &last.first_difference {
            None => format!("bit for bit the same after cycle {}", format::grouped(last.cycle)),
            Some(_) => format!(
                "relative L2 {:.2e} · largest {:.2e} · correlation {}",
                last.relative_l2,
                last.max_abs,
                last.correlation.map_or(format::MISSING.to_owned(), |value| format!("{value:.6}"))
            ),
        };
        ui.label(theme::number(text).size(11.0).color(theme::WEAK));
    });
    if let Some(first) = &last.first_difference {
        let text = format!(
            "after cycle {}; the first element that differs is {:?}: {} in A, {} in B",
            last.cycle,
            first.index,
            format::figure(Some(first.baseline)),
            format::figure(Some(first.variant))
        );
        shown.response.on_hover_text(text);
    }
}
