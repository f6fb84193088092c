//! What there is to look at.

use super::constants::{MOMENTS, VORTICES};
use super::params::MobiusModel;
use crate::sim::{Axis, Column, Content, Highlight, List, Marks, Meaning, Part, Picture, Places, Seam, Table, Values};
use std::f64::consts::{PI, TAU};

const PHASE: &str = "arg ψ, rad";
const MAGNITUDE: &str = "|ψ|";

/// The unrolled band, or the helix from the side and its field from end to end.
pub fn pictures(model: &MobiusModel) -> Vec<Picture> {
    if model.is_strip() { band(model) } else { helix(model) }
}

fn band(model: &MobiusModel) -> Vec<Picture> {
    let marks = Marks { name: "vortices", array: "trail", lanes: VORTICES, moments: MOMENTS };
    let magnitude = |name, about, content| Picture::new(name, about, Values::Any, content).of(MAGNITUDE);
    let phase = |name, about, content| Picture::new(name, about, Values::Angle, content).of(PHASE);
    let all = vec![
        magnitude("band |ψ|", "the band in space by |ψ|", sheet(model, Part::Magnitude)),
        phase("band arg ψ", "the band in space by the phase of ψ", sheet(model, Part::Argument)),
        magnitude("chart |ψ|", "the unrolled band by |ψ|", chart(model, Part::Magnitude)),
        phase("chart arg ψ", "the unrolled band by the phase of ψ", chart(model, Part::Argument)),
    ];
    let [along, across] = model.grid();
    let standing_out = evolved(Table { columns: along, rows: across, steps: [across, 1], ..table(model, Part::Value) });
    all.into_iter().map(|picture| picture.with_marks(marks).with_highlight(standing_out)).collect()
}

/// The nodes that were evolved in the last cycle that evolved some, by the cycle that stands with each: none where all are
/// evolved in every cycle.
fn evolved(nodes: Table) -> Highlight {
    let table = Table { array: "evolved", ..nodes };
    let newest = Table { first: nodes.columns * nodes.rows, ..Table::whole("evolved", 1, 1) };
    Highlight { name: "evolved nodes", table, newest }
}

/// The vortices that there are now.
pub fn lists(model: &MobiusModel) -> Vec<List> {
    let column = |title, number, meaning| Column { title, number, meaning };
    let columns = vec![
        column("number", 3, Meaning::Number),
        column("sign", 2, Meaning::Sign),
        column("u, rad", 0, Meaning::Number),
        column("v", 1, Meaning::Number),
        column("age, cycles", 4, Meaning::Since),
        column("|ψ| around", 7, Meaning::Number),
    ];
    let vortices = List { name: "Vortices", array: "vortices", records: VORTICES, numbers: 8, present: 2, columns };
    if model.is_strip() { vec![vortices] } else { Vec::new() }
}

fn table(model: &MobiusModel, part: Part) -> Table {
    let [along, across] = model.grid();
    Table { array: "psi", first: 0, columns: along, rows: across, steps: [2 * across, 2], turned: 0, part }
}

/// u along the band and v across it, for nodes in the middle of their cells.
fn axes(model: &MobiusModel, along_the_band: impl Into<String>) -> [Axis; 2] {
    let [along, across] = model.grid();
    let half = [PI / f64::from(along), 1.0 / f64::from(across.saturating_sub(1).max(1))];
    let u = Axis::even(along_the_band, -half[0], TAU - half[0]);
    [u, Axis::even("v across the band", -1.0 - half[1], 1.0 + half[1])]
}

fn sheet(model: &MobiusModel, part: Part) -> Content {
    let [_, across] = model.grid();
    let [x, y] = axes(model, "u, rad");
    Content::Surface {
        table: table(model, part),
        places: Places { array: "places", first: 0, steps: [4 * across, 4] },
        x,
        y,
        seam: if model.half_twists() % 2 == 1 { Seam::Twisted } else { Seam::Closed },
        radius: 1.0 + model.half_width() as f32,
    }
}

fn chart(model: &MobiusModel, part: Part) -> Content {
    let seam = if model.half_twists() % 2 == 1 { "(2π, v) is (0, −v)" } else { "(2π, v) is (0, v)" };
    let [x, y] = axes(model, format!("u, rad; {seam}"));
    Content::Map { table: table(model, part), x, y }
}

fn helix(model: &MobiusModel) -> Vec<Picture> {
    let nodes = model.nodes();
    let psi = |part| Table { part, steps: [2, 2], ..Table::whole("psi", 1, nodes) };
    let along = || Axis::even("node", -0.5, f64::from(nodes) - 0.5);
    let space = Content::Surface {
        table: psi(Part::Magnitude),
        places: Places { array: "places", first: 0, steps: [4, 4] },
        x: along(),
        y: Axis::even("", 0.0, 1.0),
        seam: Seam::Open,
        radius: 1.0,
    };
    let line = Content::Traces {
        table: psi(Part::Magnitude),
        names: vec![MAGNITUDE.to_owned()],
        x: along(),
        y: MAGNITUDE.to_owned(),
        lanes: false,
    };
    let about = "the nodes in space, by |ψ|: those at rest count as vortices";
    let standing_out = evolved(Table::whole("evolved", 1, nodes));
    vec![
        Picture::new("helix", about, Values::Any, space).of(MAGNITUDE).with_highlight(standing_out),
        Picture::new("|ψ|", "|ψ| from end to end: 0 where a node was never evolved", Values::Any, line),
    ]
}
