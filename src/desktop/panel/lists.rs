//! What a system lists, as a table: the things that are there now, a row each.

use crate::desktop::format;
use crate::desktop::model::Model;
use crate::desktop::theme;
use crate::sim::{Column, Meaning};
use egui::{Grid, RichText, Ui};

/// Most rows that are shown.
const ROWS: usize = 200;

/// Shows one of the lists.
pub fn show(ui: &mut Ui, model: &Model, index: usize) {
    let Some(list) = model.scene.as_ref().and_then(|scene| scene.lists.get(index)) else { return };
    let listed = model.listed.as_ref().filter(|listed| listed.list == index);
    let aside = |ui: &mut Ui| {
        if let Some(listed) = listed {
            let text = format!("{} after cycle {}", listed.records.len(), format::grouped(listed.cycle));
            ui.label(theme::number(text).color(theme::WEAK));
        }
    };
    theme::card(ui, list.name, aside, |ui| {
        let Some(listed) = listed else {
            ui.label(RichText::new("being read…").color(theme::WEAK));
            return;
        };
        Grid::new(list.name).striped(true).min_col_width(52.0).spacing(egui::vec2(14.0, 2.0)).show(ui, |ui| {
            for column in &list.columns {
                ui.label(RichText::new(column.title).small().color(theme::WEAK));
            }
            ui.end_row();
            for record in listed.records.iter().take(ROWS) {
                for column in &list.columns {
                    figure(ui, column, record, listed.cycle);
                }
                ui.end_row();
            }
        });
        let more = listed.records.len().saturating_sub(ROWS);
        if more > 0 {
            ui.label(RichText::new(format!("and {more} more")).color(theme::WEAK));
        }
        if listed.records.is_empty() {
            ui.label(RichText::new("none at the moment").color(theme::WEAK));
        }
    });
}

fn figure(ui: &mut Ui, column: &Column, record: &[f32], cycle: u64) {
    let Some(value) = record.get(column.number as usize).copied() else { return };
    let (text, colour) = match column.meaning {
        Meaning::Number => (format::precise(f64::from(value)), theme::TEXT),
        Meaning::Sign if value > 0.0 => ("+".to_owned(), theme::SIGNS[0]),
        Meaning::Sign => ("−".to_owned(), theme::SIGNS[1]),
        Meaning::Since => (format::grouped(cycle.saturating_sub(value.max(0.0) as u64)), theme::TEXT),
    };
    ui.label(theme::number(text).color(colour));
}
