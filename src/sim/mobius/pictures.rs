//! What there is to look at.

use super::constants::{MOMENTS, VORTICES};
use super::params::MobiusModel;
use crate::sim::{Axis, Content, Marks, Part, Picture, Places, Seam, Table, Ticks, Values};
use std::f64::consts::{PI, TAU};

/// The unrolled band, or the helix from the side and its field from end to end.
pub fn pictures(model: &MobiusModel) -> Vec<Picture> {
    if model.is_strip() { band(model) } else { helix(model) }
}

fn band(model: &MobiusModel) -> Vec<Picture> {
    let marks = Marks { name: "vortices", array: "trail", lanes: VORTICES, moments: MOMENTS };
    let all = vec![
        Picture::new("band |ψ|", "the band in space by |ψ|", Values::Any, sheet(model, Part::Magnitude)),
        Picture::new("band arg ψ", "the band in space by the phase of ψ", Values::Angle, sheet(model, Part::Argument)),
        Picture::new("chart |ψ|", "the unrolled band by |ψ|", Values::Any, chart(model, Part::Magnitude)),
        Picture::new("chart arg ψ", "the unrolled band by the phase of ψ", Values::Angle, chart(model, Part::Argument)),
    ];
    all.into_iter().map(|picture| picture.with_marks(marks)).collect()
}

fn table(model: &MobiusModel, part: Part) -> Table {
    let [along, across] = model.grid();
    Table { array: "psi", first: 0, columns: along, rows: across, steps: [2 * across, 2], turned: 0, part }
}

fn sheet(model: &MobiusModel, part: Part) -> Content {
    let [_, across] = model.grid();
    Content::Surface {
        table: table(model, part),
        places: Places { array: "places", first: 0, steps: [4 * across, 4] },
        seam: if model.half_twists() % 2 == 1 { Seam::Twisted } else { Seam::Closed },
        radius: 1.0 + model.half_width() as f32,
    }
}

fn chart(model: &MobiusModel, part: Part) -> Content {
    let [along, across] = model.grid();
    // A cell has its node in the middle.
    let half = [PI / f64::from(along), 1.0 / f64::from(across.saturating_sub(1).max(1))];
    let seam = if model.half_twists() % 2 == 1 { "(2π, v) is (0, −v)" } else { "(2π, v) is (0, v)" };
    Content::Map {
        table: table(model, part),
        x: Axis::even(format!("u, rad: seam at both ends, {seam}"), -half[0], TAU - half[0]),
        y: Axis::even("v across the band", -1.0 - half[1], 1.0 + half[1]),
    }
}

fn helix(model: &MobiusModel) -> Vec<Picture> {
    let nodes = model.nodes();
    let psi = |part| Table { part, steps: [2, 2], ..Table::whole("psi", 1, nodes) };
    let axis = |title: &str| Axis { title: title.to_owned(), ticks: Ticks::Even { low: -1.05, high: 1.05 } };
    let places = Table { steps: [4, 2], ..Table::whole("places", 2, nodes) };
    let side = Content::Points {
        table: places,
        colours: Some(psi(Part::Magnitude)),
        spokes: false,
        circle: true,
        x: axis("x"),
        y: axis("z"),
    };
    let line = Content::Traces {
        table: psi(Part::Magnitude),
        names: vec!["|ψ|".to_owned()],
        x: Axis::even("node, from the first to the last", 0.0, f64::from(nodes)),
        y: "|ψ|".to_owned(),
        lanes: false,
    };
    vec![
        Picture::new("helix", "the nodes from the side, by |ψ|: those at rest count as vortices", Values::Any, side),
        Picture::new("|ψ|", "|ψ| from end to end: 0 where a node was never evolved", Values::Any, line),
    ]
}
