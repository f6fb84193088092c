//! What will happen to a file that hovers over the window.

use crate::desktop::model::Model;
use crate::desktop::theme;
use egui::{Align2, Color32, Context, FontId, Id, LayerId, Order};

/// Shows it over everything else.
pub fn show(context: &Context, model: &Model) {
    let Some(file) = &model.hovering else { return };
    let painter = context.layer_painter(LayerId::new(Order::Foreground, Id::new("drop")));
    let all = context.content_rect();
    painter.rect_filled(all, 0.0, Color32::from_black_alpha(150));
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let text = format!("drop {name} to open it");
    painter.text(all.center(), Align2::CENTER_CENTER, text, FontId::proportional(24.0), theme::TEXT);
}
