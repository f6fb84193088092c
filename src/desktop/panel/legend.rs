//! What of the state is shown and in which colours: the bar above the picture, and the colour scale beside it.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::sim::Content;
use crate::view::colour::{AXES, SPOTS};
use crate::view::{Arrangement, ColourMap, Look, Quantity, Range, ValueRange};
use egui::{Color32, ComboBox, DragValue, Mesh, Rect, RichText, Shape, Slider, Ui, pos2, vec2};

/// Width of the colour scale with its numbers, in points.
const SCALE_WIDTH: f32 = 74.0;

/// The range that an automatic one becomes when it is to be fixed before anything was painted.
const UNPAINTED: [f32; 2] = [-1.0, 1.0];

/// Shows the bar above the picture.
pub fn bar(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = chooser(ui, model);
    let Some(picture) = model.picture() else { return actions };
    let mut look = model.look();
    match &picture.content {
        Content::Cube { sites, channels, .. } => cube(ui, model, &mut look, (*sites, *channels)),
        Content::Checkerboard { .. } => {
            ui.horizontal_wrapped(|ui| theme::left_cell(ui, 90.0, |ui| colours(ui, &mut look)));
        }
        Content::Map { .. } | Content::Points { .. } | Content::Surface { .. } => {
            ui.horizontal_wrapped(|ui| {
                theme::left_cell(ui, 90.0, |ui| colours(ui, &mut look));
                theme::left_cell(ui, 104.0, |ui| range(ui, model, &mut look));
                ends(ui, &mut look);
                let names = [
                    picture.marks.map(|marks| marks.name),
                    picture.outline.map(|outline| outline.name),
                    picture.highlight.map(|nodes| nodes.name),
                ];
                let names: Vec<_> = names.into_iter().flatten().collect();
                if !names.is_empty() {
                    let about = "what is marked in the picture; signed marks show where they were before";
                    ui.checkbox(&mut look.marks, names.join(", ")).on_hover_text(about);
                }
            });
        }
        Content::Sectors { .. } => {}
        Content::Traces { .. } => {
            ui.horizontal_wrapped(|ui| {
                theme::left_cell(ui, 104.0, |ui| range(ui, model, &mut look));
                ends(ui, &mut look);
            });
        }
    }
    if look != model.look() {
        actions.push(Action::Look(look));
    }
    actions
}

/// Names the pictures where there are several, to show one of them alone or all.
fn chooser(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let pictures = model.scene.as_ref().map_or(&[][..], |scene| &scene.pictures);
    if pictures.len() < 2 {
        return actions;
    }
    ui.horizontal_wrapped(|ui| {
        if theme::switch(ui, "all", model.showing.focus.is_none()).on_hover_text("all pictures side by side").clicked()
        {
            actions.push(Action::Focus(None));
        }
        for (index, picture) in pictures.iter().enumerate() {
            let alone = model.showing.focus == Some(index);
            if theme::switch(ui, picture.name, alone).on_hover_text(picture.about).clicked() {
                actions.push(Action::Focus(Some(index)));
            }
        }
        let about = "writes all pictures as PNG, and the numbers of each as CSV and npz, into a folder under out/";
        if ui.button("Export").on_hover_text(about).clicked() {
            actions.push(Action::Export);
        }
    });
    actions
}

fn cube(ui: &mut Ui, model: &Model, look: &mut Look, (sites, channels): (u32, u32)) {
    ui.horizontal_wrapped(|ui| {
        arrangement(ui, look);
        ui.separator();
        // Cells of a known width, for only those wrap.
        theme::left_cell(ui, 138.0, |ui| quantity(ui, look));
        channel(ui, channels, look);
        theme::left_cell(ui, 90.0, |ui| colours(ui, look));
        theme::left_cell(ui, 104.0, |ui| range(ui, model, look));
        ends(ui, look);
        ui.checkbox(&mut look.marks, "marks").on_hover_text("named sites and slice lines (M)");
    });
    ui.horizontal_wrapped(|ui| {
        if look.arrangement != Arrangement::Volume {
            slices(ui, sites, look);
        }
        if look.arrangement != Arrangement::Slices {
            density(ui, look);
        }
    });
}

fn arrangement(ui: &mut Ui, look: &mut Look) {
    for (arrangement, name) in
        [(Arrangement::Slices, "slices"), (Arrangement::Volume, "volume"), (Arrangement::Both, "both")]
    {
        if theme::switch(ui, name, look.arrangement == arrangement).clicked() {
            look.arrangement = arrangement;
        }
    }
}

fn quantity(ui: &mut Ui, look: &mut Look) {
    ComboBox::from_id_salt("quantity").selected_text(kind_of(look.quantity)).width(112.0).show_ui(ui, |ui| {
        for quantity in [Quantity::Channel(0), Quantity::Mean, Quantity::Variance] {
            let chosen = kind_of(quantity) == kind_of(look.quantity);
            if ui.selectable_label(chosen, kind_of(quantity)).clicked() && !chosen {
                look.quantity = quantity;
            }
        }
    });
}

fn channel(ui: &mut Ui, channels: u32, look: &mut Look) {
    if let Quantity::Channel(channel) = &mut look.quantity {
        let drag = DragValue::new(channel).range(0..=channels.saturating_sub(1)).speed(0.1);
        ui.add(drag).on_hover_text(format!("of {channels}; drag, or click and type"));
    }
}

fn kind_of(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Channel(_) => "one channel",
        Quantity::Mean => "channel mean",
        Quantity::Variance => "channel variance",
    }
}

fn colours(ui: &mut Ui, look: &mut Look) {
    ComboBox::from_id_salt("colours").selected_text(look.colours.name()).width(74.0).show_ui(ui, |ui| {
        for map in ColourMap::ALL {
            ui.selectable_value(&mut look.colours, map, map.name());
        }
    });
}

fn range(ui: &mut Ui, model: &Model, look: &mut Look) {
    let [low, high] = model.legend(model.selected()).map_or(UNPAINTED, |legend| [legend.low, legend.high]);
    // A field of equal values has no width; a fixed range must have one.
    let fixed = Range::Fixed { low, high: if high > low { high } else { low + 1.0 } };
    let choices = [(Range::Auto, "auto: all"), (Range::Spread(4.0), "auto: ± 4 σ"), (fixed, "fixed")];
    let same = |range: &Range| std::mem::discriminant(range) == std::mem::discriminant(&look.range);
    let chosen = choices.iter().find(|(range, _)| same(range)).map_or("", |(_, name)| *name);
    let mut wanted = None;
    ComboBox::from_id_salt("range").selected_text(chosen).width(84.0).show_ui(ui, |ui| {
        for (range, name) in choices {
            if ui.selectable_label(name == chosen, name).clicked() && name != chosen {
                wanted = Some(range);
            }
        }
    });
    look.range = wanted.unwrap_or(look.range);
}

/// The ends of a fixed range.
fn ends(ui: &mut Ui, look: &mut Look) {
    if let Range::Fixed { low, high } = look.range {
        let speed = f64::from(high - low) * 0.01;
        let (mut lower, mut upper) = (low, high);
        ui.add(DragValue::new(&mut lower).speed(speed).max_decimals(6)).on_hover_text("value of the first colour");
        ui.add(DragValue::new(&mut upper).speed(speed).max_decimals(6)).on_hover_text("value of the last colour");
        if lower < upper {
            look.range = Range::Fixed { low: lower, high: upper };
        }
    }
}

fn slices(ui: &mut Ui, sites: u32, look: &mut Look) {
    let mut cut = look.slices_in(sites);
    let slider_width = (ui.available_width() / 4.0 - 60.0).clamp(40.0, 150.0);
    for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
        let [red, green, blue] = AXES[axis];
        let text = theme::number(format!("{name} {:>3}", cut[axis])).color(Color32::from_rgb(red, green, blue));
        let slider = Slider::new(&mut cut[axis], 0..=sites.saturating_sub(1)).show_value(false);
        let slider = labelled(ui, text, slider_width, slider);
        if slider.on_hover_text(format!("slice across {name}; or drag its line in the picture")).changed() {
            look.slices = Some(cut);
        }
    }
}

fn density(ui: &mut Ui, look: &mut Look) {
    let slider = Slider::new(&mut look.opacity, 0.0..=10.0).show_value(false).logarithmic(true);
    let label = RichText::new("density").color(theme::WEAK);
    labelled(ui, label, 50.0, slider).on_hover_text("how dense the volume is");
}

/// A slider with its label, kept together where the line wraps.
fn labelled(ui: &mut Ui, text: RichText, slider_width: f32, slider: Slider<'_>) -> egui::Response {
    theme::left_cell(ui, slider_width + 50.0, |ui| {
        ui.spacing_mut().slider_width = slider_width;
        let label = ui.label(text);
        ui.add(slider).labelled_by(label.id)
    })
}

/// Width that the colour scale beside the pictures takes, in points: a cube's stands there, that of others in its frame.
pub fn width(model: &Model) -> f32 {
    let is_cube = model.picture().is_none_or(|picture| matches!(picture.content, Content::Cube { .. }));
    if is_cube { SCALE_WIDTH + 6.0 } else { 0.0 }
}

/// Shows the colour scale of a cube.
pub fn scale(ui: &mut Ui, model: &Model) {
    ui.vertical(|ui| {
        let look = model.look();
        let name = match look.quantity {
            Quantity::Channel(channel) => format!("channel {channel}"),
            other => kind_of(other).to_owned(),
        };
        ui.add(egui::Label::new(RichText::new(name).small().color(theme::TEXT)).wrap());
        let size = vec2(14.0, (ui.available_height() - 110.0).clamp(80.0, 420.0));
        let place = vec2(SCALE_WIDTH - 8.0, size.y + 12.0);
        let (rect, response) = ui.allocate_exact_size(place, egui::Sense::hover());
        let strip = Rect::from_min_size(rect.left_top() + vec2(0.0, 6.0), size);
        ui.painter().add(gradient(strip, look.colours));
        let legend = model.legend(model.selected());
        ticks(ui, strip, legend);
        if let Some(legend) = legend {
            response.on_hover_text(figures(&legend));
            if legend.not_finite > 0 {
                let text = format!("{} not finite", format::grouped(u64::from(legend.not_finite)));
                ui.label(RichText::new(text).small().color(theme::RED));
            }
        }
        spots(ui, model);
    });
}

fn figures(legend: &ValueRange) -> RichText {
    let figure = |value: f32| format::figure(Some(f64::from(value)));
    let text = format!(
        "lowest  {}\nhighest {}\nmean    {}\nσ       {}",
        figure(legend.minimum),
        figure(legend.maximum),
        figure(legend.mean),
        figure(legend.deviation)
    );
    RichText::new(text).monospace()
}

/// A colour map from its last colour at the top to its first at the bottom.
pub fn gradient(rect: Rect, map: ColourMap) -> Shape {
    const STEPS: usize = 64;
    let mut mesh = Mesh::default();
    for step in 0..=STEPS {
        let at = step as f32 / STEPS as f32;
        let [red, green, blue] = map.colour(1.0 - at);
        let colour = Color32::from_rgb(red, green, blue);
        let y = egui::lerp(rect.top()..=rect.bottom(), at);
        mesh.colored_vertex(pos2(rect.left(), y), colour);
        mesh.colored_vertex(pos2(rect.right(), y), colour);
        if step > 0 {
            let last = 2 * step as u32;
            mesh.add_triangle(last - 2, last - 1, last);
            mesh.add_triangle(last - 1, last, last + 1);
        }
    }
    Shape::mesh(mesh)
}

/// The values that a scale's colours stand for, to its right.
pub fn ticks(ui: &Ui, strip: Rect, legend: Option<ValueRange>) {
    for step in 0_u8..=4 {
        let at = f32::from(step) / 4.0;
        let y = egui::lerp(strip.bottom()..=strip.top(), at);
        let value = legend.map(|legend| f64::from(legend.low + (legend.high - legend.low) * at));
        ui.painter().hline(strip.right()..=strip.right() + 4.0, y, (1.0, theme::WEAK));
        let place = pos2(strip.right() + 7.0, y);
        let font = egui::FontId::monospace(10.0);
        ui.painter().text(place, egui::Align2::LEFT_CENTER, format::figure(value), font, theme::TEXT);
    }
}

fn spots(ui: &mut Ui, model: &Model) {
    let Some(picture) = model.picture().filter(|_| model.look().marks) else { return };
    let Content::Cube { spots, .. } = &picture.content else { return };
    for ((name, sites), [red, green, blue]) in spots.iter().zip(SPOTS.into_iter().cycle()) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            theme::dot(ui, Color32::from_rgb(red, green, blue));
            ui.label(RichText::new(format!("{name} × {}", sites.len())).small().color(theme::WEAK));
        });
    }
}
