//! The pictures of the state, and what the pointer does to them.

use super::{axes, legend, panes, reading};
use crate::desktop::action::Action;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::driver::Command;
use crate::sim::{Content, Picture};
use crate::view::{Camera, CubeLayout, Grab, Look, Pointed, Rectangle, places, square};
use egui::{CursorIcon, Rect, Response, RichText, Sense, TextureId, Ui, load::SizedTexture, vec2};

/// Points of scrolling that are one notch of a wheel.
const NOTCH: f32 = 40.0;

/// Height of the line of text under the pictures, in points.
const CAPTION: f32 = 22.0;

/// What the picture panel gives back.
pub struct Shown {
    /// What the pointer asked for.
    pub actions: Vec<Action>,
    /// Size of the picture on the screen, in points.
    pub size: egui::Vec2,
}

/// Shows the pictures with their controls above and a cube's colour scale beside them.
pub fn show(ui: &mut Ui, model: &Model, texture: Option<TextureId>) -> Shown {
    let right = ui.max_rect().right();
    let mut actions = legend::bar(ui, model);
    ui.add_space(2.0);
    // Controls that do not fit must not push the picture under the next panel.
    let whole = ui.available_rect_before_wrap();
    let whole = whole.with_max_x(whole.right().min(right));
    let below = if model.caption.is_some() { CAPTION } else { 0.0 };
    let size = vec2((whole.width() - legend::width(model)).max(64.0), (whole.height() - below).max(64.0));
    // Whole pixels, or the picture is sampled between them.
    let scale = ui.ctx().pixels_per_point();
    let size = (size * scale).floor() / scale;
    let place = Rect::from_min_size((whole.min.to_vec2() * scale).round().to_pos2() / scale, size);
    let response = ui.allocate_rect(place, Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, "picture"));
    match (texture, &model.scene) {
        (Some(texture), Some(scene)) => {
            let canvas = Canvas { place, scale, texture };
            let pointed = match panes::rectangles(model, place, pixels(size, scale), scale) {
                Some(parts) => {
                    actions.extend(canvas.arms(ui, model, &response, &parts));
                    None
                }
                None => {
                    actions.extend(canvas.pictures(ui, model, &response, &scene.pictures));
                    canvas.pointed(model, &response, &scene.pictures)
                }
            };
            if pointed != model.pointed {
                actions.push(Action::Point(pointed));
            }
            if let Some(pointed) = pointed {
                reading::show(&response, model, &scene.pictures, pointed.picture);
            }
        }
        _ => waiting(ui, model, place),
    }
    if let Some(caption) = &model.caption {
        let under = Rect::from_min_max(egui::pos2(place.left(), place.bottom() + 3.0), whole.max);
        ui.scope_builder(egui::UiBuilder::new().max_rect(under), |ui| {
            // What comes last stands at the right edge, under the newest of what a picture shows.
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add(
                    egui::Label::new(theme::number(caption.clone()).color(theme::TEXT))
                        .wrap_mode(egui::TextWrapMode::Extend),
                );
            });
        });
    }
    if legend::width(model) > 0.0 {
        let beside = Rect::from_min_max(egui::pos2(place.right() + 8.0, place.top()), whole.max);
        ui.scope_builder(egui::UiBuilder::new().max_rect(beside), |ui| legend::scale(ui, model));
    }
    Shown { actions, size }
}

/// The texture on the screen.
struct Canvas {
    place: Rect,
    scale: f32,
    texture: TextureId,
}

impl Canvas {
    /// A rectangle of pixels, in points of the screen.
    fn rect(&self, part: &Rectangle) -> Rect {
        let [at, size] = [part.at, part.size].map(|[x, y]| vec2(x as f32, y as f32) / self.scale);
        Rect::from_min_size(self.place.min + at, size)
    }

    /// The pictures of A, B and their difference.
    fn arms(&self, ui: &Ui, model: &Model, response: &Response, parts: &[Rect; 3]) -> Vec<Action> {
        egui::Image::new(SizedTexture::new(self.texture, self.place.size())).corner_radius(6).paint_at(ui, self.place);
        let part = pressed(ui).and_then(|at| parts.iter().find(|part| part.contains(at)));
        let main = model.showing.main();
        let picture = model.scene.as_ref().and_then(|scene| scene.pictures.get(main));
        let actions = match (part, picture) {
            (Some(part), Some(picture)) => self.pointer(ui, model, response, main, picture, *part),
            _ => Vec::new(),
        };
        panes::label(ui, model, self.place, parts);
        actions
    }

    /// All pictures, or the one that stands alone.
    fn pictures(&self, ui: &Ui, model: &Model, response: &Response, pictures: &[Picture]) -> Vec<Action> {
        let places = places(pictures, model.showing.focus, pixels(self.place.size(), self.scale), self.scale);
        let pressed = pressed(ui);
        let mut actions = Vec::new();
        for place in &places {
            let Some(picture) = pictures.get(place.picture) else { continue };
            let [frame, inner] = [&place.frame, &place.inner].map(|part| self.rect(part));
            if frame != inner {
                ui.painter().rect_filled(frame, 6.0, theme::PICTURE);
            }
            let within = |at: egui::Pos2| ((at - self.place.min) / self.place.size()).to_pos2();
            let corners = Rect::from_min_max(within(inner.min), within(inner.max));
            let corner_radius = if frame == inner { 6 } else { 0 };
            let image = egui::Image::new(SizedTexture::new(self.texture, inner.size()));
            image.uv(corners).corner_radius(corner_radius).paint_at(ui, inner);
            axes::around(ui, model, place.picture, picture, frame, inner);
            if !pressed.is_some_and(|at| frame.contains(at)) {
                continue;
            }
            if response.double_clicked() && pictures.len() > 1 && !is_in_space(picture) {
                let focus = if model.showing.focus.is_some() { None } else { Some(place.picture) };
                actions.push(Action::Focus(focus));
            } else if response.clicked() && model.selected() != place.picture {
                actions.push(Action::Select(place.picture));
            }
            if pressed.is_some_and(|at| inner.contains(at)) {
                actions.extend(self.pointer(ui, model, response, place.picture, picture, inner));
            }
        }
        actions
    }

    /// What the pointer does over one picture.
    fn pointer(
        &self,
        ui: &Ui,
        model: &Model,
        response: &Response,
        index: usize,
        picture: &Picture,
        place: Rect,
    ) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Content::Cube { sites, .. } = picture.content
            && model.selected() == index
        {
            let layout = CubeLayout::new(pixels(place.size(), self.scale), sites, &model.look());
            actions.extend(Over { place, scale: self.scale, layout }.pointer(ui, model, response));
        }
        if let Content::Checkerboard { sites, .. } = picture.content
            && model.selected() == index
        {
            actions.extend(self.square(ui, &model.look(), response, place, sites));
        }
        if let Content::Surface { .. } = picture.content {
            actions.extend(turn(ui, index, &model.showing.look(index), response, model.selected() == index));
        }
        let Some(at) = response.hover_pos().filter(|at| place.contains(*at)) else { return actions };
        let within = (at - place.min) / place.size();
        let at = [within.x.clamp(0.0, 1.0), within.y.clamp(0.0, 1.0)];
        if picture.content.axes().is_some() {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        let follows = model.follow_pointer && ui.input(|input| input.pointer.is_moving());
        let points = picture.content.axes().is_some() && (response.clicked() || response.dragged());
        if follows || points {
            actions.push(Action::Driver(Command::Point { picture: picture.name.to_owned(), at }));
        }
        actions
    }
}

impl Canvas {
    /// The pixel of a picture that the pointer is over, unless it drags something.
    fn pointed(&self, model: &Model, response: &Response, pictures: &[Picture]) -> Option<Pointed> {
        let at = response.hover_pos().filter(|_| !response.dragged())?;
        let pixel = (at - self.place.min) * self.scale;
        let places = places(pictures, model.showing.focus, pixels(self.place.size(), self.scale), self.scale);
        let place = places.into_iter().find(|place| place.inner.contains([pixel.x, pixel.y]))?;
        let [left, top] = place.inner.at.map(|length| length as f32);
        Some(Pointed { picture: place.picture, pixel: [pixel.x - left, pixel.y - top], size: place.inner.size })
    }

    /// A wheel zooms a square about the pointer, down to single sites, and a hand moves it.
    fn square(&self, ui: &Ui, look: &Look, response: &Response, place: Rect, sites: u32) -> Option<Action> {
        let size = pixels(place.size(), self.scale);
        let scroll = ui.input(|input| input.smooth_scroll_delta().y);
        if response.dragged() && response.drag_delta() != egui::Vec2::ZERO && look.camera.zoom > 1.0 {
            let by = response.drag_delta() * self.scale;
            return Some(Action::Look(square::dragged(sites, look, size, [by.x, by.y])));
        }
        let at = (response.hover_pos()? - place.min) * self.scale;
        (scroll != 0.0).then(|| Action::Look(square::zoomed(sites, look, size, [at.x, at.y], scroll / NOTCH)))
    }
}

/// Whether it is looked at from an orbit, which a double click brings back.
fn is_in_space(picture: &Picture) -> bool {
    matches!(picture.content, Content::Surface { .. })
}

/// A hand turns a surface, a wheel goes nearer, and a double click looks from where it all began.
fn turn(ui: &Ui, index: usize, look: &Look, response: &Response, selected: bool) -> Vec<Action> {
    let scroll = if response.hovered() { ui.input(|input| input.smooth_scroll_delta().y) } else { 0.0 };
    let camera = if response.double_clicked() {
        Camera::default()
    } else if response.dragged() && response.drag_delta() != egui::Vec2::ZERO {
        look.camera.orbited(response.drag_delta().into())
    } else if scroll != 0.0 {
        look.camera.zoomed(scroll / NOTCH)
    } else {
        return Vec::new();
    };
    // A look is the selected picture's.
    let select = (!selected).then_some(Action::Select(index));
    select.into_iter().chain([Action::Look(Look { camera, ..*look })]).collect()
}

/// A drag belongs to the picture that it began in.
fn pressed(ui: &Ui) -> Option<egui::Pos2> {
    ui.input(|input| input.pointer.press_origin().or(input.pointer.latest_pos()))
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
        let look = model.look();
        let mut actions: Vec<_> = self.drag(ui, &look, response).into_iter().collect();
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
        let scroll = ui.input(|input| input.smooth_scroll_delta().y);
        if scroll != 0.0 {
            let camera = look.camera.zoomed(scroll / NOTCH);
            actions.push(Action::Look(Look { camera, ..look }));
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
