//! One look for all panels: colours, spacing, and the few pieces that every panel is made of.

use crate::sim::Kind;
use crate::view::colour::{BACKGROUND, LINES};
use crate::view::marks::COLOURS;
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Frame, Margin, Response, RichText, Stroke, TextStyle, Ui, Vec2, vec2,
};

/// Behind everything.
pub const GROUND: Color32 = Color32::from_rgb(13, 15, 19);
/// Behind the picture: what the painters paint there.
pub const PICTURE: Color32 = Color32::from_rgb(BACKGROUND[0], BACKGROUND[1], BACKGROUND[2]);
/// Panels.
pub const PANEL: Color32 = Color32::from_rgb(19, 22, 28);
/// Cards on panels.
pub const CARD: Color32 = Color32::from_rgb(25, 29, 37);
/// Lines between things.
pub const LINE: Color32 = Color32::from_rgb(43, 49, 60);
/// Text.
pub const TEXT: Color32 = Color32::from_rgb(216, 222, 232);
/// Text that may be overlooked.
pub const WEAK: Color32 = Color32::from_rgb(133, 143, 160);
/// What can be touched, and what is on.
pub const ACCENT: Color32 = Color32::from_rgb(86, 182, 246);
/// Recording, errors, the slowest cycle.
pub const RED: Color32 = Color32::from_rgb(242, 92, 92);
/// Warnings.
pub const AMBER: Color32 = Color32::from_rgb(232, 178, 76);
/// What is well.
pub const GREEN: Color32 = Color32::from_rgb(98, 208, 152);
/// What is positive, and what is negative: the marks of the pictures.
pub const SIGNS: [Color32; 2] = {
    let [[a, b, c], [d, e, f]] = COLOURS;
    [Color32::from_rgb(a, b, c), Color32::from_rgb(d, e, f)]
};
/// Lines of plots, in order; told apart with weak colour sight too.
pub const SERIES: [Color32; 8] = {
    let mut colours = [Color32::BLACK; 8];
    let mut line = 0;
    while line < colours.len() {
        let [red, green, blue] = LINES[line];
        colours[line] = Color32::from_rgb(red, green, blue);
        line += 1;
    }
    colours
};

/// Size of numbers in tables.
pub const NUMBER_SIZE: f32 = 11.5;

/// Sets fonts, colours and spacing of the whole window.
pub fn apply(context: &egui::Context) {
    context.set_theme(egui::Theme::Dark);
    context.all_styles_mut(style);
}

fn style(style: &mut egui::Style) {
    let proportional = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Heading, proportional(17.0)),
        (TextStyle::Body, proportional(13.0)),
        (TextStyle::Button, proportional(13.0)),
        (TextStyle::Small, proportional(10.5)),
        (TextStyle::Monospace, FontId::new(NUMBER_SIZE, FontFamily::Monospace)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(7.0, 5.0);
    spacing.button_padding = vec2(9.0, 3.5);
    spacing.interact_size = vec2(34.0, 22.0);
    spacing.slider_rail_height = 5.0;
    spacing.scroll = egui::style::ScrollStyle::thin();
    spacing.tooltip_width = 420.0;
    style.interaction.selectable_labels = false;
    let visuals = &mut style.visuals;
    *visuals = egui::Visuals::dark();
    visuals.panel_fill = PANEL;
    visuals.window_fill = CARD;
    visuals.extreme_bg_color = GROUND;
    visuals.faint_bg_color = Color32::from_rgb(29, 33, 42);
    visuals.window_stroke = Stroke::new(1.0, LINE);
    visuals.window_corner_radius = CornerRadius::same(9);
    visuals.menu_corner_radius = CornerRadius::same(7);
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(WEAK);
    visuals.hyperlink_color = ACCENT;
    visuals.selection.bg_fill = Color32::from_rgb(38, 84, 122);
    visuals.selection.stroke = Stroke::new(1.0, Color32::WHITE);
    visuals.slider_trailing_fill = true;
    visuals.warn_fg_color = AMBER;
    visuals.error_fg_color = RED;
    widget(&mut visuals.widgets.noninteractive, PANEL, LINE, TEXT);
    widget(&mut visuals.widgets.inactive, Color32::from_rgb(42, 48, 60), Color32::from_rgb(56, 64, 79), TEXT);
    widget(&mut visuals.widgets.hovered, Color32::from_rgb(53, 61, 76), ACCENT, Color32::WHITE);
    widget(&mut visuals.widgets.active, Color32::from_rgb(38, 84, 122), ACCENT, Color32::WHITE);
    widget(&mut visuals.widgets.open, Color32::from_rgb(48, 55, 69), LINE, Color32::WHITE);
}

fn widget(visuals: &mut egui::style::WidgetVisuals, fill: Color32, line: Color32, text: Color32) {
    visuals.bg_fill = fill;
    visuals.weak_bg_fill = fill;
    visuals.bg_stroke = Stroke::new(1.0, line);
    visuals.fg_stroke = Stroke::new(1.0, text);
    visuals.corner_radius = CornerRadius::same(5);
    visuals.expansion = 0.0;
}

/// A heading in small capitals.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    ui.label(RichText::new(text.to_uppercase()).size(10.5).extra_letter_spacing(1.1).strong().color(WEAK))
}

/// A card with a heading; `aside` draws at the heading's right.
pub fn card<R>(ui: &mut Ui, title: &str, aside: impl FnOnce(&mut Ui), body: impl FnOnce(&mut Ui) -> R) -> R {
    let frame = Frame::new()
        .fill(CARD)
        .corner_radius(CornerRadius::same(8))
        .stroke(Stroke::new(1.0, Color32::from_rgb(33, 38, 48)))
        .inner_margin(Margin::symmetric(11, 9));
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            heading(ui, title);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), aside);
        });
        ui.add_space(2.0);
        body(ui)
    });
    ui.add_space(2.0);
    shown.inner
}

/// A number in a table.
pub fn number(text: impl Into<String>) -> RichText {
    RichText::new(text).monospace()
}

/// Text at the right edge of a cell of this width.
pub fn cell(ui: &mut Ui, width: f32, text: RichText) -> Response {
    let size = vec2(width, ui.text_style_height(&TextStyle::Monospace));
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        ui.add(egui::Label::new(text).extend())
    })
    .inner
}

/// A cell of this width whose contents stand at its left edge.
pub fn left_cell<R>(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(width, ui.spacing().interact_size.y - 2.0);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        content(ui)
    })
    .inner
}

/// The colour of a kind of toggle.
pub fn kind_colour(kind: Kind) -> Color32 {
    match kind {
        Kind::Exact { .. } => GREEN,
        Kind::Statistical(_) => AMBER,
        Kind::Approximate => SERIES[3],
    }
}

/// A word on a tinted ground.
pub fn tag(ui: &mut Ui, text: &str, colour: Color32) -> Response {
    Frame::new()
        .fill(colour.gamma_multiply(0.14))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(5, 0))
        .show(ui, |ui| ui.add(egui::Label::new(RichText::new(text).size(10.5).color(colour)).extend()))
        .response
}

/// A button that shows whether it is on.
pub fn switch(ui: &mut Ui, text: &str, on: bool) -> Response {
    let button = egui::Button::selectable(on, text).frame(true);
    ui.add(button)
}

/// A filled circle, for states.
pub fn dot(ui: &mut Ui, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(9.0), egui::Sense::hover());
    ui.painter().circle_filled(rect.center(), 3.5, colour);
}
