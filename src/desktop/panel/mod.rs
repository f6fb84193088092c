//! The panels: plain functions of the model that return what the user asked for. None of them knows Bevy or a device,
//! and none changes anything, so a frame may be laid out twice.

pub mod ablation;
mod axes;
pub mod choices;
pub mod compare;
mod drop;
pub mod help;
pub mod lab;
pub mod legend;
mod lists;
pub mod notices;
pub mod panes;
pub mod parameters;
pub mod picture;
mod plots;
pub mod probes;
mod reading;
pub mod roofline;
pub mod scenes;
pub mod status;
pub mod strip;
pub mod sweep;
pub mod timing;
pub mod toggles;
pub mod transport;
pub mod voxel;

use super::action::Action;
use super::keys;
use super::model::Model;
use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, TextureId, Ui};

#[cfg(test)]
mod tests;

/// What the whole window gives back.
pub struct Shown {
    /// What the user asked for.
    pub actions: Vec<Action>,
    /// Size of the picture, in pixels.
    pub picture: [u32; 2],
}

/// Shows the whole window in `root`.
pub fn window(root: &mut Ui, model: &Model, texture: Option<TextureId>) -> Shown {
    let context = root.ctx().clone();
    let mut actions = keys::actions(&context, model);
    // No fill: the window is cleared to the panels' colour, and on a software adapter every layer counts.
    let plain = |x, y| Frame::new().inner_margin(Margin::symmetric(x, y));
    let narrow = root.available_width() < 1500.0;
    // A panel remembers its size; on a small window the sizes of a large one would leave nothing for the picture.
    let sized = |name: &str| egui::Id::new((name, narrow));
    Panel::bottom("status").frame(plain(10, 4)).resizable(false).show(root, |ui| {
        actions.extend(status::show(ui, model));
    });
    let (left, right) = if narrow { (330.0, 474.0) } else { (376.0, 530.0) };
    Panel::left(sized("controls")).frame(plain(8, 8)).default_size(left).size_range(280.0..=520.0).show(root, |ui| {
        ScrollArea::vertical().id_salt("controls").auto_shrink([false, false]).show(ui, |ui| {
            actions.extend(scenes::show(ui, model));
            actions.extend(transport::show(ui, model));
            actions.extend(choices::show(ui, model));
            actions.extend(toggles::show(ui, model));
            actions.extend(parameters::show(ui, model));
        });
    });
    let plots = if narrow { 150.0 } else { 200.0 };
    Panel::bottom(sized("probes"))
        .frame(plain(10, 6))
        .default_size(plots)
        .size_range(110.0..=420.0)
        .resizable(true)
        .show(root, |ui| probes::show(ui, model));
    Panel::right(sized("timing")).frame(plain(8, 8)).default_size(right).size_range(320.0..=760.0).show(root, |ui| {
        ScrollArea::vertical().id_salt("timing").auto_shrink([false, false]).show(ui, |ui| {
            actions.extend(lab::show(ui, model));
        });
    });
    let picture = CentralPanel::default().frame(plain(10, 8)).show(root, |ui| {
        actions.extend(notices::show(ui, model));
        let shown = picture::show(ui, model, texture);
        actions.extend(shown.actions);
        shown.size
    });
    drop::show(&context, model);
    actions.extend(voxel::show(&context, model));
    actions.extend(help::show(&context, model));
    Shown { actions, picture: picture::pixels(picture.inner, context.pixels_per_point()) }
}
