//! What of the state is shown and in which colours: the bar above the picture, and the colour scale beside it.

use crate::desktop::action::Action;
use crate::desktop::format;
use crate::desktop::look::{ColourMap, Layout, LookChange, Quantity, Range};
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::sim::Picture;
use egui::{Color32, ComboBox, DragValue, Mesh, Rect, RichText, Shape, Slider, Ui, pos2, vec2};

/// Width of the colour scale with its numbers, in points.
pub const SCALE_WIDTH: f32 = 74.0;

/// Shows the bar above the picture.
pub fn bar(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut changes = Vec::new();
    let look = &model.look;
    ui.horizontal_wrapped(|ui| {
        for (layout, name) in Layout::ALL {
            if theme::switch(ui, name, look.layout == layout).clicked() {
                changes.push(LookChange::Layout(layout));
            }
        }
        ui.separator();
        changes.extend(quantity(ui, model));
        ui.separator();
        changes.extend(colours(ui, model));
        let mut spots = look.spots;
        if ui.checkbox(&mut spots, "spots").on_hover_text("mark named sites (M)").changed() {
            changes.push(LookChange::Spots(spots));
        }
    });
    changes.extend(slices(ui, model));
    changes.into_iter().map(Action::Look).collect()
}

fn quantity(ui: &mut Ui, model: &Model) -> Vec<LookChange> {
    let mut changes = Vec::new();
    let chosen = model.look.quantity;
    let channels = match model.scene.as_ref().map(|scene| &scene.picture) {
        Some(Picture::Cube { channels, .. }) => *channels,
        None => 1,
    };
    let kind = match chosen {
        Quantity::Channel(_) => "channel",
        Quantity::Mean => "channel mean",
        Quantity::Variance => "channel variance",
    };
    ComboBox::from_id_salt("quantity").selected_text(kind).width(118.0).show_ui(ui, |ui| {
        for (quantity, name) in [
            (Quantity::Channel(0), "channel"),
            (Quantity::Mean, "channel mean"),
            (Quantity::Variance, "channel variance"),
        ] {
            if ui.selectable_label(kind == name, name).clicked() {
                changes.push(LookChange::Quantity(quantity));
            }
        }
    });
    if let Quantity::Channel(mut channel) = chosen {
        let drag = DragValue::new(&mut channel).range(0..=channels.saturating_sub(1)).speed(0.1);
        if ui.add(drag).on_hover_text(format!("of {channels}; drag or click")).changed() {
            changes.push(LookChange::Quantity(Quantity::Channel(channel)));
        }
    }
    changes
}

fn colours(ui: &mut Ui, model: &Model) -> Vec<LookChange> {
    let mut changes = Vec::new();
    let look = &model.look;
    ComboBox::from_id_salt("colours").selected_text(look.colour_map.name()).width(84.0).show_ui(ui, |ui| {
        for (map, name) in ColourMap::ALL {
            if ui.selectable_label(look.colour_map == map, name).clicked() {
                changes.push(LookChange::ColourMap(map));
            }
        }
    });
    let mut auto = look.range == Range::Auto;
    if ui.checkbox(&mut auto, "auto range").changed() {
        let [low, high] = model.legend.unwrap_or([-1.0, 1.0]);
        changes.push(LookChange::Range(if auto { Range::Auto } else { Range::Fixed { low, high } }));
    }
    if let Range::Fixed { mut low, mut high } = look.range {
        let speed = f64::from((high - low).abs().max(1e-6)) * 0.01;
        let lower = ui.add(DragValue::new(&mut low).speed(speed).max_decimals(5)).on_hover_text("lowest colour");
        let upper = ui.add(DragValue::new(&mut high).speed(speed).max_decimals(5)).on_hover_text("highest colour");
        if lower.changed() || upper.changed() {
            changes.push(LookChange::Range(Range::Fixed { low, high }));
        }
    }
    changes
}

fn slices(ui: &mut Ui, model: &Model) -> Vec<LookChange> {
    let mut changes = Vec::new();
    if model.look.layout == Layout::Volume {
        return changes;
    }
    let sites = match model.scene.as_ref().map(|scene| &scene.picture) {
        Some(Picture::Cube { sites, .. }) => *sites,
        None => 1,
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new("slices at").color(theme::WEAK));
        ui.spacing_mut().slider_width = ((ui.available_width() - 200.0) / 3.0).clamp(30.0, 150.0);
        for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
            let mut place = model.look.slices[axis];
            let site = ((place * sites as f32) as u32).min(sites.saturating_sub(1));
            let label = ui.label(theme::number(format!("{name} {site:>3}")).color(theme::WEAK));
            let slider = ui.add(Slider::new(&mut place, 0.0..=1.0).show_value(false)).labelled_by(label.id);
            if slider.on_hover_text(format!("slice across {name}; or drag in the picture")).changed() {
                changes.push(LookChange::Slice(axis, place));
            }
        }
    });
    changes
}

/// Shows the colour scale.
pub fn scale(ui: &mut Ui, model: &Model) {
    ui.vertical(|ui| {
        ui.add(egui::Label::new(RichText::new(model.look.quantity.name()).small().color(theme::TEXT)).wrap());
        let size = vec2(14.0, (ui.available_height() - 90.0).clamp(80.0, 420.0));
        let (rect, _) = ui.allocate_exact_size(vec2(SCALE_WIDTH - 8.0, size.y + 12.0), egui::Sense::hover());
        let strip = Rect::from_min_size(rect.left_top() + vec2(0.0, 6.0), size);
        ui.painter().add(gradient(strip, model.look.colour_map));
        ticks(ui, strip, model.legend);
        spots(ui, model);
    });
}

fn gradient(rect: Rect, map: ColourMap) -> Shape {
    const STEPS: usize = 48;
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

fn ticks(ui: &Ui, strip: Rect, legend: Option<[f32; 2]>) {
    for step in 0_u8..=4 {
        let at = f32::from(step) / 4.0;
        let y = egui::lerp(strip.bottom()..=strip.top(), at);
        let value = legend.map(|[low, high]| f64::from(low + (high - low) * at));
        ui.painter().hline(strip.right()..=strip.right() + 4.0, y, (1.0, theme::WEAK));
        let place = pos2(strip.right() + 7.0, y);
        let font = egui::FontId::monospace(10.0);
        ui.painter().text(place, egui::Align2::LEFT_CENTER, format::figure(value), font, theme::TEXT);
    }
}

fn spots(ui: &mut Ui, model: &Model) {
    let Some(scene) = model.scene.as_ref().filter(|_| model.look.spots) else { return };
    let Picture::Cube { spots, .. } = &scene.picture;
    for (place, (name, sites)) in spots.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            theme::dot(ui, spot_colour(place));
            ui.label(RichText::new(format!("{name} × {}", sites.len())).small().color(theme::WEAK));
        });
    }
}

/// The colour of the spots of this place in the picture's list.
pub fn spot_colour(place: usize) -> Color32 {
    [Color32::WHITE, theme::RED, theme::SERIES[4], theme::SERIES[5]][place % 4]
}
