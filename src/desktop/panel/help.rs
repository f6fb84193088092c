//! The overlay that lists every shortcut.

use crate::desktop::action::Action;
use crate::desktop::keys::SHORTCUTS;
use crate::desktop::model::Model;
use crate::desktop::theme;
use egui::{Context, Grid, Id, Modal, RichText, Ui};

/// What the pointer does, for the overlay: not a key, so not in the table of shortcuts.
const POINTER: [(&str, &str); 7] = [
    ("drag in a slice", "moves the other two slices"),
    ("drag in a volume or on a surface", "turns it"),
    ("wheel", "closer, further"),
    ("double click on a surface", "looks at it from where it all began"),
    ("double click on a flat picture", "shows it alone, or all of them again"),
    ("click", "plots the channels of that voxel"),
    ("drag over the cycles", "narrows the timing table to them"),
];

/// Shows the overlay where it is open.
pub fn show(context: &Context, model: &Model) -> Vec<Action> {
    if !model.help {
        return Vec::new();
    }
    let modal = Modal::new(Id::new("help")).show(context, list);
    if modal.should_close() { vec![Action::ShowHelp(false)] } else { Vec::new() }
}

fn list(ui: &mut Ui) {
    ui.set_width(460.0);
    ui.label(RichText::new("Keyboard and pointer").heading().strong());
    let mut group = "";
    Grid::new("shortcuts").num_columns(2).spacing([18.0, 4.0]).min_col_width(130.0).show(ui, |ui| {
        for shortcut in SHORTCUTS {
            if shortcut.group != group {
                group = shortcut.group;
                theme::heading(ui, group);
                ui.end_row();
            }
            line(ui, shortcut.keys, shortcut.about);
        }
        theme::heading(ui, "pointer");
        ui.end_row();
        for (gesture, about) in POINTER {
            line(ui, gesture, about);
        }
    });
}

fn line(ui: &mut Ui, keys: &str, about: &str) {
    ui.label(RichText::new(keys).monospace().color(theme::ACCENT));
    ui.label(RichText::new(about).color(theme::TEXT));
    ui.end_row();
}
