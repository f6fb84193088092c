//! What lies under the pointer, beside it: where it is, and its values.

use crate::desktop::format;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::sim::Picture;
use crate::view::{Figure, Reading, Told};
use egui::{Id, PopupAnchor, Response, RichText, Tooltip, Ui};

/// Points between the pointer and what is said.
const GAP: f32 = 14.0;

/// Shows what was read of this picture, if anything was yet.
pub fn show(response: &Response, model: &Model, pictures: &[Picture], index: usize) {
    let Some(picture) = pictures.get(index) else { return };
    let Some(reading) = model.reading.as_ref().filter(|reading| reading.picture == index) else { return };
    if reading.values.is_empty() && reading.place.is_empty() {
        return;
    }
    let (context, layer) = (response.ctx.clone(), response.layer_id);
    Tooltip::always_open(context, layer, Id::new("reading"), PopupAnchor::Pointer).gap(GAP).show(|ui| {
        told(ui, picture, reading);
    });
}

fn told(ui: &mut Ui, picture: &Picture, reading: &Reading) {
    ui.label(RichText::new(picture.name).strong());
    for figure in &reading.place {
        ui.label(theme::number(line(figure)).color(theme::WEAK));
    }
    for figure in &reading.values {
        ui.label(theme::number(line(figure)).color(theme::TEXT));
    }
}

fn line(figure: &Figure) -> String {
    match &figure.value {
        Told::Number(value) => format!("{}: {}", figure.name, format::precise(*value)),
        Told::Name(name) => format!("{}: {name}", figure.name),
    }
}
