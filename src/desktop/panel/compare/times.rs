//! How long the cycles of both arms take: two histograms laid over each other.

use crate::desktop::format;
use crate::desktop::model::Contest;
use crate::desktop::panel::plots;
use crate::desktop::theme;
use egui::{Color32, RichText, Ui};
use egui_plot::{Bar, BarChart};

/// Shows the card, once there is something in it.
pub fn show(ui: &mut Ui, contest: &Contest) {
    let Some(histograms) = contest.watch.histograms() else { return };
    let times = contest.judged.as_ref().map_or([None; 2], |judged| judged.times);
    let aside = |ui: &mut Ui| {
        for (name, colour, time) in [("B", super::B, times[1]), ("A", super::A, times[0])] {
            ui.label(theme::number(format!("{name} {} ms", format::figure(time))).color(colour));
        }
    };
    theme::card(ui, "cycle times", aside, |ui| {
        let chart = |name: &str, counts: &[u32], colour: Color32| {
            let bars =
                histograms.edges.windows(2).zip(counts).filter(|(_, count)| **count > 0).map(|(edges, count)| {
                    let middle = 0.5 * (edges[0] + edges[1]);
                    Bar::new(middle, f64::from(*count)).width((edges[1] - edges[0]) * 0.96)
                });
            let fill = colour.gamma_multiply(0.55);
            let bars: Vec<_> = bars.map(|bar| bar.fill(fill).stroke(egui::Stroke::new(0.6, colour))).collect();
            BarChart::new(name.to_owned(), bars).color(colour)
        };
        let total: u32 = histograms.baseline.iter().sum();
        plots::still("cycle times", 104.0)
            .include_y(0.0)
            .x_axis_formatter(|mark, _| format!("{} ms", format::figure(Some(mark.value))))
            .y_axis_formatter(|mark, _| format!("{:.0}", mark.value))
            .show(ui, |shown| {
                shown.bar_chart(chart("A", &histograms.baseline, super::A));
                shown.bar_chart(chart("B", &histograms.variant, super::B));
            });
        let text = format!("device time of {} cycles of each arm", format::grouped(u64::from(total)));
        ui.label(RichText::new(text).small().color(theme::WEAK));
    });
}
