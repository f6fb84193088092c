//! What is written over the pictures of two arms.

use super::compare;
use crate::desktop::format;
use crate::desktop::model::Model;
use crate::desktop::panes::places;
use crate::desktop::theme;
use crate::view::ColourMap;
use egui::{Align2, Color32, FontId, Mesh, Pos2, Rect, Shape, Ui, pos2, vec2};

/// Size of the colour scale of the difference, in points.
const SCALE: egui::Vec2 = vec2(120.0, 7.0);

/// Where the pictures of A, B and their difference stand on the screen, while there are two arms.
pub fn rectangles(model: &Model, place: Rect, pixels: [u32; 2], scale: f32) -> Option<[Rect; 3]> {
    model.lab.compares().then(|| {
        places(pixels).map(|part| {
            let at = vec2(part.at[0] as f32, part.at[1] as f32) / scale;
            Rect::from_min_size(place.min + at, vec2(part.size[0] as f32, part.size[1] as f32) / scale)
        })
    })
}

/// Names the pictures, and says what the colours of the difference stand for.
pub fn label(ui: &Ui, model: &Model, place: Rect, parts: &[Rect; 3]) {
    // Between them the canvas still shows what was there before.
    for pair in parts.windows(2) {
        let gap = match pair[1].left() >= pair[0].right() {
            true => Rect::from_min_max(pair[0].right_top(), pos2(pair[1].left(), pair[0].bottom())),
            false => Rect::from_x_y_ranges(place.x_range(), pair[0].bottom()..=pair[1].top()),
        };
        ui.painter().rect_filled(gap, 0.0, theme::PANEL);
    }
    for (part, (name, colour)) in parts.iter().zip([("A", compare::A), ("B", compare::B), ("A − B", theme::TEXT)]) {
        tag(ui, part.left_top() + vec2(8.0, 7.0), name, colour);
    }
    let range = model.lab.contest.as_ref().and_then(|contest| contest.progress.difference);
    if let Some([low, high]) = range {
        difference(ui, model, &parts[2], [low, high]);
    }
}

fn tag(ui: &Ui, at: Pos2, name: &str, colour: Color32) {
    let painter = ui.painter();
    let text = painter.layout_no_wrap(name.to_owned(), FontId::proportional(14.0), colour);
    let behind = Rect::from_min_size(at, text.size()).expand2(vec2(6.0, 2.0));
    painter.rect_filled(behind, 4.0, Color32::from_black_alpha(170));
    painter.galley(at, text, colour);
}

/// The scale of the difference, beside its name.
fn difference(ui: &Ui, model: &Model, part: &Rect, [low, high]: [f32; 2]) {
    let map = model.showing.look(model.showing.main()).of_difference().colours;
    let strip = Rect::from_min_size(part.left_top() + vec2(66.0, 9.0), SCALE);
    let painter = ui.painter();
    painter.rect_filled(
        strip.expand2(vec2(6.0, 4.0)).with_max_y(strip.max.y + 17.0),
        4.0,
        Color32::from_black_alpha(170),
    );
    painter.add(gradient(strip, map));
    let figure = |value: f32| format::figure(Some(f64::from(value)));
    let ends = [(strip.left_bottom(), Align2::LEFT_TOP, low), (strip.right_bottom(), Align2::RIGHT_TOP, high)];
    for (at, align, value) in ends {
        painter.text(at + vec2(0.0, 2.0), align, figure(value), FontId::monospace(10.0), theme::TEXT);
    }
}

fn gradient(rect: Rect, map: ColourMap) -> Shape {
    const STEPS: u32 = 48;
    let mut mesh = Mesh::default();
    for step in 0..=STEPS {
        let at = step as f32 / STEPS as f32;
        let [red, green, blue] = map.colour(at);
        let x = egui::lerp(rect.left()..=rect.right(), at);
        mesh.colored_vertex(pos2(x, rect.top()), Color32::from_rgb(red, green, blue));
        mesh.colored_vertex(pos2(x, rect.bottom()), Color32::from_rgb(red, green, blue));
        if step > 0 {
            let last = 2 * step;
            mesh.add_triangle(last - 2, last - 1, last);
            mesh.add_triangle(last - 1, last, last + 1);
        }
    }
    Shape::mesh(mesh)
}
