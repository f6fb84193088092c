//! The list of scenes, and what is to be known of the open one.

use super::choices;
use crate::desktop::action::Action;
use crate::desktop::launch::SceneRequest;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::scene::Size;
use egui::{RichText, Ui};
use std::path::Path;

/// Shows the panel.
pub fn show(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let aside = |ui: &mut Ui| {
        if model.scene.is_none() && model.notices.list().is_empty() {
            ui.spinner();
        }
    };
    theme::card(ui, "scenes", aside, |ui| {
        ui.horizontal_wrapped(|ui| {
            for path in &model.scenes {
                let open = *path == model.request.path;
                let button = theme::switch(ui, &name(path), open).on_hover_text(path.display().to_string());
                if button.clicked() && !open {
                    actions.push(Action::OpenScene(SceneRequest::new(path)));
                }
            }
        });
        ui.horizontal(|ui| {
            let label = ui.label(RichText::new("open").color(theme::WEAK));
            let width = ui.available_width() - 8.0;
            let about = "path of a scene or recording, or drop one on the window";
            if let Some(path) = choices::typed(ui, "open", "", label.id, width, about) {
                actions.push(Action::OpenScene(SceneRequest::new(path)));
            }
        });
        match &model.scene {
            Some(scene) => {
                ui.label(RichText::new(scene.title).color(theme::TEXT));
                if let Some(picture) = scene.pictures.first() {
                    ui.label(RichText::new(picture.content.extent()).small().color(theme::WEAK));
                }
                if scene.note.is_some() && model.request.size != Size::Full {
                    let full = ui.button("Open in full size").on_hover_text("the size that the scene file asks for");
                    if full.clicked() {
                        actions.push(Action::OpenScene(model.request.sized(Size::Full)));
                    }
                }
            }
            None => {
                let text = format!("opening {}…", name(&model.request.path));
                ui.label(RichText::new(text).color(theme::WEAK));
                if model.request.size != Size::Reduced && !model.notices.list().is_empty() {
                    let fitting = ui
                        .button("Open reduced")
                        .on_hover_text("the size that the scene file names for adapters that hold less");
                    if fitting.clicked() {
                        actions.push(Action::OpenScene(model.request.sized(Size::Reduced)));
                    }
                }
            }
        }
    });
    actions
}

/// A scene's file name without its ending.
fn name(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
