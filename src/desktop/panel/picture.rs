//! The picture of the state, and what the pointer does to it.

use super::{legend, panes};
use crate::desktop::action::Action;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::driver::Command;
use crate::sim::Picture;
use crate::view::{CubeLayout, Grab, Look};
use egui::{CursorIcon, Rect, Response, RichText, Sense, TextureId, Ui, load::SizedTexture, vec2};

/// Points of scrolling that are one notch of a wheel.
const NOTCH: f32 = 40.0;

/// What the picture panel gives back.
pub struct Shown {
    /// What the pointer asked for.
    pub actions: Vec<Action>,
    /// Size of the picture on the screen, in points.
    pub size: egui::Vec2,
}

/// Shows the picture with its controls above and its colour scale beside it.
pub fn show(ui: &mut Ui, model: &Model, texture: Option<TextureId>) -> Shown {
    let right = ui.max_rect().right();
    let mut actions = legend::bar(ui, model);
    ui.add_space(2.0);
    // Controls that do not fit must not push the picture under the next panel.
    let whole = ui.available_rect_before_wrap();
    let whole = whole.with_max_x(whole.right().min(right));
    let size = vec2((whole.width() - legend::SCALE_WIDTH - 6.0).max(64.0), whole.height().max(64.0));
    // Whole pixels, or the picture is sampled between them.
    let scale = ui.ctx().pixels_per_point();
    let size = (size * scale).floor() / scale;
    let place = Rect::from_min_size((whole.min.to_vec2() * scale).round().to_pos2() / scale, size);
    let response = ui.allocate_rect(place, Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, "picture"));
    match (texture, &model.scene) {
        (Some(texture), Some(scene)) => {
            egui::Image::new(SizedTexture::new(texture, size)).corner_radius(6).paint_at(ui, place);
            let parts = panes::rectangles(model, place, pixels(size, scale), scale);
            // A square has nothing to take hold of.
            if let Picture::Cube { sites, .. } = scene.picture {
                // A drag belongs to the picture that it began in.
                let under = ui.input(|input| input.pointer.press_origin().or(input.pointer.latest_pos()));
                let part =
                    parts.and_then(|parts| parts.into_iter().find(|part| under.is_some_and(|at| part.contains(at))));
                let place = part.unwrap_or(place);
                let layout = CubeLayout::new(pixels(place.size(), scale), sites, &model.look);
                actions.extend(Over { place, scale, layout }.pointer(ui, model, &response));
            }
            if let Some(parts) = &parts {
                panes::label(ui, model, place, parts);
            }
        }
        _ => waiting(ui, model, place),
    }
    let beside = Rect::from_min_max(egui::pos2(place.right() + 8.0, place.top()), whole.max);
    ui.scope_builder(egui::UiBuilder::new().max_rect(beside), |ui| legend::scale(ui, model));
    Shown { actions, size }
}

/// The size of a picture in pixels.
pub fn pixels(size: egui::Vec2, scale: f32) -> [u32; 2] {
    let pixels = (size * scale).round().max(egui::Vec2::ONE);
    [pixels.x as u32, pixels.y as u32]
}

fn waiting(ui: &mut Ui, model: &Model, place: Rect) {
    ui.painter().rect_filled(place, 6.0, theme::PICTURE);
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

/// The picture under the pointer.
struct Over {
    place: Rect,
    scale: f32,
    layout: CubeLayout,
}

impl Over {
    fn pixel(&self, at: egui::Pos2) -> [f32; 2] {
        let at = (at - self.place.min) * self.scale;
        [at.x, at.y]
    }

    fn pointer(&self, ui: &Ui, model: &Model, response: &Response) -> Vec<Action> {
        let mut actions: Vec<_> = self.drag(ui, &model.look, response).into_iter().collect();
        if response.clicked() {
            let site = response.interact_pointer_pos().and_then(|at| self.layout.pick(self.pixel(at)));
            actions.extend(site.map(Action::PickVoxel));
        }
        let Some(at) = response.hover_pos() else { return actions };
        if !response.dragged()
            && let Some(grab) = self.layout.grab(self.pixel(at))
        {
            ui.ctx().set_cursor_icon(cursor(grab));
        }
        let (scroll, moved) = ui.input(|input| (input.smooth_scroll_delta().y, input.pointer.is_moving()));
        if scroll != 0.0 {
            let camera = model.look.camera.zoomed(scroll / NOTCH);
            actions.push(Action::Look(Look { camera, ..model.look }));
        }
        if model.follow_pointer && moved {
            let within = (at - self.place.min) / self.place.size();
            actions.push(Action::Driver(Command::Point([within.x.clamp(0.0, 1.0), within.y.clamp(0.0, 1.0)])));
        }
        actions
    }

    /// What was under the pointer when the drag began is moved until it ends.
    fn drag(&self, ui: &Ui, look: &Look, response: &Response) -> Option<Action> {
        if response.drag_started() {
            let origin = ui.input(|input| input.pointer.press_origin())?;
            let grab = self.layout.grab(self.pixel(origin));
            ui.data_mut(|data| data.insert_temp(response.id, grab));
        }
        if !response.dragged() || response.drag_delta() == egui::Vec2::ZERO {
            return None;
        }
        let grab = ui.data(|data| data.get_temp::<Option<Grab>>(response.id))??;
        let to = response.interact_pointer_pos()?;
        let mut moved = *look;
        self.layout.drag(grab, self.pixel(to - response.drag_delta()), self.pixel(to), &mut moved);
        Some(Action::Look(moved))
    }
}

fn cursor(grab: Grab) -> CursorIcon {
    match grab {
        Grab::Slice { plane, axis } if plane.axes()[0] == axis => CursorIcon::ResizeHorizontal,
        Grab::Slice { .. } => CursorIcon::ResizeVertical,
        Grab::Crossing(_) => CursorIcon::Crosshair,
        Grab::Camera => CursorIcon::Grab,
    }
}
