//! The channels of a clicked voxel.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::Model;
use crate::desktop::theme;
use egui::{Context, RichText, Window, vec2};
use egui_plot::{Bar, BarChart, Plot};

/// Shows the plot where a voxel was clicked.
pub fn show(context: &Context, model: &Model) -> Vec<Action> {
    let Some(voxel) = &model.voxel else { return Vec::new() };
    let [x, y, z] = voxel.site;
    let mut open = true;
    let window = Window::new(format!("Voxel {x}, {y}, {z}"))
        .id(egui::Id::new("voxel"))
        .open(&mut open)
        .default_pos(context.content_rect().center() - vec2(310.0, 160.0))
        .default_size(vec2(420.0, 210.0))
        .collapsible(false);
    window.show(context, |ui| {
        let finite: Vec<f64> = voxel.values.iter().copied().map(f64::from).filter(|value| value.is_finite()).collect();
        let mean = (!finite.is_empty()).then(|| finite.iter().sum::<f64>() / finite.len() as f64);
        let text = format!("{} channels · mean {}", voxel.values.len(), format::figure(mean));
        ui.label(RichText::new(text).small().color(theme::WEAK));
        let bars = voxel.values.iter().enumerate().filter(|(_, value)| value.is_finite());
        let bars = bars.map(|(channel, value)| Bar::new(channel as f64, f64::from(*value)).width(0.85)).collect();
        Plot::new("voxel")
            .height(ui.available_height().max(120.0))
            .allow_scroll(false)
            .grid_color(theme::LINE)
            .show_background(false)
            .x_axis_formatter(|mark, _| format!("{:.0}", mark.value))
            .y_axis_formatter(|mark, _| format::figure(Some(mark.value)))
            .show(ui, |plot| plot.bar_chart(BarChart::new("channels", bars).color(theme::ACCENT)));
    });
    if open { Vec::new() } else { vec![Action::CloseVoxel] }
}
