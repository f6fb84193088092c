//! What there is to look at.

use super::constants::{MOMENTS, VORTICES};
use super::params::MobiusModel;
use crate::sim::{Axis, Content, Marks, Part, Picture, Places, Seam, Table, Ticks, Values};
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
    all.into_iter().map(|picture| picture.with_marks(marks)).collect()
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
    let [x, y] = axes(model, format!("u, rad: seam at both ends, {seam}"));
    Content::Map { table: table(model, part), x, y }
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
