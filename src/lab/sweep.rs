//! What a session says of its probes at each value that a parameter had: a sweep, read off its blocks.
//!
//! Whoever moved the parameter, a command or a hand at a slider, every block of cycles under one value is a point.

use super::binning::{binned, jackknifed};
use crate::session::{Block, Session};
use crate::sim::{Combination, Landmark, Observable, Refusal};
use serde::{Deserialize, Serialize};

/// How a session's command record begins that says what to make of the probes of the block that it lies in.
const OBSERVABLES: &str = "Observables";
/// The same for the values of a parameter that deserve a mark.
const LANDMARK: &str = "Landmark";

/// The command record that says what to make of the probes of the block that it lies in.
pub fn observables_note(observables: &[Observable]) -> String {
    // Plain data: writing it cannot fail.
    format!("{OBSERVABLES}{}", ron::to_string(&Told(observables.to_vec())).unwrap_or_default())
}

#[derive(Serialize, Deserialize)]
struct Told(Vec<Observable>);

/// The command record of a landmark.
pub fn landmark_note(landmark: &Landmark) -> String {
    let Landmark { parameter, name, value, .. } = landmark;
    let known = Known { parameter: (*parameter).to_owned(), name: (*name).to_owned(), value: *value };
    format!("{LANDMARK}{}", ron::to_string(&known).unwrap_or_default())
}

/// A value of a parameter that theory knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The parameter.
    pub parameter: String,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub value: f64,
}

/// Means over cycles at every value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sweep {
    /// The system.
    pub system: String,
    /// The scene.
    pub scene: String,
    /// The parameter.
    pub parameter: String,
    /// Values of it that theory knows.
    pub known: Vec<Known>,
    /// Its values in the order of the run.
    pub points: Vec<Point>,
}

/// What was found under one value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The parameter's value.
    pub value: f64,
    /// Cycles that were left out before.
    pub left_out: u64,
    /// Cycles that were measured.
    pub cycles: u64,
    /// What was made of the probes.
    pub figures: Vec<Figure>,
}

/// A figure with its error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its name.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// The autocorrelation time of what it is made of, in cycles.
    pub time: f64,
    /// Whether the errors of ever larger bins came to rest; otherwise error and time are lower bounds.
    pub plateau: bool,
    /// What theory says.
    pub exact: Option<f64>,
}

impl Sweep {
    /// Every block of the session's first arm is a point.
    ///
    /// # Errors
    /// The session has no such parameter, or no block with probes.
    pub fn of(session: &Session, parameter: &str) -> Result<Self, Refusal> {
        let blocks: Vec<&Block> = session.blocks.iter().filter(|block| block.arm == 0).collect();
        if blocks.iter().all(|block| !block.parameters.contains_key(parameter)) {
            let names: Vec<_> = session.header.parameters.keys().map(String::as_str).collect();
            return Err(Refusal(format!("the session has no parameter `{parameter}`; it has {}", names.join(", "))));
        }
        let points: Vec<Point> = blocks.iter().filter_map(|block| point(session, block, parameter)).collect();
        if points.is_empty() {
            return Err(Refusal("no block of the session has probes of at least two measured cycles".to_owned()));
        }
        let notes = session.commands.iter().filter_map(|note| note.command.strip_prefix(LANDMARK));
        let known = notes.filter_map(|note| ron::from_str::<Known>(note).ok());
        Ok(Self {
            system: session.header.scene.system.clone(),
            scene: session.header.scene.name.clone(),
            parameter: parameter.to_owned(),
            known: known.filter(|known| known.parameter == parameter).collect(),
            points,
        })
    }

    /// A figure at every value where there is one, in the order of the run.
    pub fn curve<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (f64, &'a Figure)> {
        self.points
            .iter()
            .filter_map(move |point| Some((point.value, point.figures.iter().find(|figure| figure.name == name)?)))
    }

    /// Names of all figures.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for figure in self.points.iter().flat_map(|point| &point.figures) {
            if !names.contains(&figure.name.as_str()) {
                names.push(&figure.name);
            }
        }
        names
    }
}

fn point(session: &Session, block: &Block, parameter: &str) -> Option<Point> {
    let value = *block.parameters.get(parameter)?;
    let measured = block.first_cycle + block.warm_up_cycles..=block.last_cycle;
    let within = block.first_cycle..=block.last_cycle;
    let note = session.commands.iter().rev().filter(|note| within.contains(&note.cycle));
    let told = note.filter_map(|note| ron::from_str::<Told>(note.command.strip_prefix(OBSERVABLES)?).ok());
    let observables = { told }.next().map_or_else(|| means(session), |told| told.0);
    let series = |probe: &str| -> Vec<f64> {
        let all = session.probes.iter().filter(|series| series.arm == 0 && series.name == probe);
        let values = all.flat_map(|series| &series.values);
        values.filter(|(cycle, _)| measured.contains(cycle)).map(|(_, value)| *value).collect()
    };
    let figures: Vec<Figure> = observables.iter().filter_map(|of| figure(of, &series(&of.probe))).collect();
    let cycles = (block.last_cycle + 1).saturating_sub(*measured.start());
    (!figures.is_empty()).then_some(Point { value, left_out: block.warm_up_cycles, cycles, figures })
}

/// What is made of the probes where nobody said anything.
fn means(session: &Session) -> Vec<Observable> {
    let names = session.probes.iter().filter(|series| series.arm == 0).map(|series| &series.name);
    let mean =
        |name: &String| Observable { name: name.clone(), probe: name.clone(), kind: Combination::Mean, exact: None };
    names.map(mean).collect()
}

/// An observable of a series; `None` where the series is too short for it.
pub fn figure(observable: &Observable, series: &[f64]) -> Option<Figure> {
    let centre = series.iter().sum::<f64>() / series.len().max(1) as f64;
    let squares = |about: f64| -> Vec<f64> { series.iter().map(|x| (x - about).powi(2)).collect() };
    let (value, error, of) = match observable.kind {
        Combination::Mean => {
            let of = binned(series)?;
            (of.mean, of.error, of)
        }
        Combination::Variance { factor } => {
            let about: Vec<f64> = series.iter().map(|x| x - centre).collect();
            let (value, error) = jackknifed(&about, |[one, two, _]| factor * (two - one * one))?;
            (value, error, binned(&squares(centre))?)
        }
        Combination::Cumulant => {
            let (value, error) = jackknifed(series, |[_, two, four]| 1.0 - four / (3.0 * two * two))?;
            (value, error, binned(&squares(0.0))?)
        }
    };
    let (name, exact) = (observable.name.clone(), observable.exact);
    Some(Figure { name, value, error, time: of.time, plateau: of.plateau, exact })
}

/// Where two curves cross.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// The parameter's value.
    pub at: f64,
    /// Its standard error, from those of the curves.
    pub error: f64,
    /// Points that the line goes through.
    pub points: usize,
}

/// Where a figure of two sweeps is the same: the zero of a line through the differences, weighted by their errors, from the
/// first change of sign to the last.
///
/// # Errors
/// The sweeps have no two values of the parameter in common, or their curves do not cross between them.
pub fn crossing(one: &Sweep, other: &Sweep, name: &str) -> Result<Crossing, Refusal> {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    let pairs = one.curve(name).filter_map(|(at, figure)| {
        let (_, theirs) = other.curve(name).find(|(value, _)| close(at, *value))?;
        Some([at, figure.value - theirs.value, figure.error.hypot(theirs.error)])
    });
    let mut differences: Vec<[f64; 3]> = pairs.filter(|[_, difference, _]| difference.is_finite()).collect();
    differences.sort_by(|a, b| a[0].total_cmp(&b[0]));
    if differences.len() < 2 {
        return Err(Refusal(format!("{name}: the sweeps have fewer than two values of {} in common", one.parameter)));
    }
    let changes = |at: &usize| differences[*at][1] * differences[at + 1][1] <= 0.0;
    let places = 0..differences.len() - 1;
    let (Some(first), Some(last)) = (places.clone().find(changes), places.rev().find(changes)) else {
        let (low, high) = (differences[0][0], differences[differences.len() - 1][0]);
        return Err(Refusal(format!("{name}: the curves do not cross between {low} and {high}")));
    };
    line_to_zero(&differences[first..=last + 1])
        .ok_or_else(|| Refusal(format!("{name}: the curves do not tell where they cross")))
}

/// The zero of the weighted line through points of x, y and the error of y.
fn line_to_zero(points: &[[f64; 3]]) -> Option<Crossing> {
    let least = points.iter().map(|[_, _, error]| *error).filter(|error| *error > 0.0).fold(f64::INFINITY, f64::min);
    // A difference without an error counts as much as the surest one that has one.
    let weight = |error: f64| if least.is_finite() { error.max(least).powi(-2) } else { 1.0 };
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|[x, y, error]| weight(*error) * of(*x, *y)).sum::<f64>();
    let all = sum(&|_, _| 1.0);
    let (x, y) = (sum(&|x, _| x) / all, sum(&|_, y| y) / all);
    let spread = sum(&|at, _| (at - x).powi(2));
    let slope = sum(&|at, of| (at - x) * (of - y)) / spread;
    let at = x - y / slope;
    let variance = (1.0 / all + (at - x).powi(2) / spread) / slope.powi(2);
    let error = if least.is_finite() { variance.sqrt() } else { 0.0 };
    (at.is_finite() && error.is_finite()).then_some(Crossing { at, error, points: points.len() })
}

#[cfg(test)]
mod tests;
