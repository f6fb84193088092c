//! What the plots of the lab have in common.

use crate::desktop::theme;
use egui_plot::{GridInput, GridMark, HoverPosition, Plot, PlotPoint};
use std::ops::RangeInclusive;

/// Most grid lines of a logarithmic axis.
const DECADES: f64 = 8.0;

/// A plot that only shows: nothing in it can be dragged or zoomed by accident while the page scrolls.
pub fn still(name: &str, height: f32) -> Plot<'static> {
    Plot::new(name.to_owned())
        .height(height)
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .grid_color(theme::LINE)
        .y_axis_min_width(34.0)
        .set_margin_fraction(egui::vec2(0.03, 0.08))
}

/// Grid lines of an axis whose values are decimal logarithms: whole decades, every so many that they stay few.
#[expect(clippy::needless_pass_by_value, reason = "a plot hands it over by value")]
pub fn whole_decades(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let step = ((high - low) / DECADES).ceil().max(1.0);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    let count = (last - first).clamp(0, 2 * DECADES as i64);
    (first..=first + count).map(|place| GridMark { value: place as f64 * step, step_size: step }).collect()
}

/// A mark of such an axis, as the number whose logarithm it is.
pub fn decade(mark: GridMark, _: &RangeInclusive<f64>) -> String {
    match mark.value.round() as i32 {
        exponent @ 0..=4 => 10_u32.pow(exponent.unsigned_abs()).to_string(),
        exponent @ -2..0 => 10.0_f64.powi(exponent).to_string(),
        exponent => format!("1e{exponent}"),
    }
}

/// What is said of the point under the pointer, by its line's name; nothing is said between points.
pub fn near<'a>(text: impl Fn(&str, &PlotPoint) -> String + 'a) -> impl Fn(&HoverPosition<'_>) -> Option<String> + 'a {
    move |at| match at {
        HoverPosition::NearDataPoint { plot_name, position, .. } => Some(text(plot_name, position)),
        HoverPosition::Elsewhere { .. } => None,
    }
}
