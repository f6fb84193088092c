//! The picture of the state, and what the pointer does to it.

use super::legend;
use crate::desktop::action::Action;
use crate::desktop::look::LookChange;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::driver::Command;
use egui::{Rect, Response, RichText, Sense, TextureId, Ui, load::SizedTexture, vec2};

/// What the picture panel gives back.
pub struct Shown {
    /// What the pointer asked for.
    pub actions: Vec<Action>,
    /// Size of the picture on the screen, in points.
    pub size: egui::Vec2,
}

/// Shows the picture with its controls above and its colour scale beside it.
pub fn show(ui: &mut Ui, model: &Model, texture: Option<TextureId>) -> Shown {
    let mut actions = legend::bar(ui, model);
    ui.add_space(2.0);
    let whole = ui.available_rect_before_wrap();
    let size = vec2((whole.width() - legend::SCALE_WIDTH - 6.0).max(64.0), whole.height().max(64.0));
    let place = Rect::from_min_size(whole.min, size);
    let response = ui.allocate_rect(place, Sense::click_and_drag());
    ui.painter().rect_filled(place, 6.0, theme::GROUND);
    match texture {
        Some(texture) if model.scene.is_some() => {
            egui::Image::new(SizedTexture::new(texture, size)).corner_radius(6).paint_at(ui, place);
            actions.extend(pointer(ui, model, &response));
        }
        _ => waiting(ui, model, place),
    }
    let beside = Rect::from_min_max(egui::pos2(place.right() + 8.0, place.top()), whole.max);
    ui.scope_builder(egui::UiBuilder::new().max_rect(beside), |ui| legend::scale(ui, model));
    Shown { actions, size }
}

fn waiting(ui: &mut Ui, model: &Model, place: Rect) {
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space(place.height() * 0.42);
            if model.notices.list().is_empty() {
                ui.spinner();
                ui.label(RichText::new("opening the scene…").color(theme::WEAK));
            } else {
                ui.label(RichText::new("no picture: see the message above").color(theme::WEAK));
            }
        });
    });
}

fn pointer(ui: &Ui, model: &Model, response: &Response) -> Vec<Action> {
    let mut actions = Vec::new();
    let place = response.rect;
    let within = |at: egui::Pos2| {
        let at = ((at - place.min) / place.size()).clamp(egui::Vec2::ZERO, egui::Vec2::ONE);
        [at.x, at.y]
    };
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
        && response.drag_delta() != egui::Vec2::ZERO
    {
        let (from, to) = (within(at - response.drag_delta()), within(at));
        actions.push(Action::Look(LookChange::Drag { from, to }));
    }
    if response.clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        actions.push(Action::PickVoxel(within(at)));
    }
    let Some(at) = response.hover_pos() else { return actions };
    let (scroll, moved) = ui.input(|input| (input.smooth_scroll_delta().y, input.pointer.is_moving()));
    if scroll != 0.0 {
        actions.push(Action::Look(LookChange::Zoom((scroll * 0.004).exp())));
    }
    if model.follow_pointer && moved {
        actions.push(Action::Driver(Command::Point(within(at))));
    }
    actions
}
