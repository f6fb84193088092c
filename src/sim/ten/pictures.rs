//! What there is to look at: eigenvalues, eigenstates now and over time, energies; and what the pointer chooses of them.

use super::Ten;
use super::complex::Complex;
use super::constants::REMEMBERED;
use super::layout::buffer;
use crate::sim::{Axis, Content, Part, Picture, Table, Values};
use std::f64::consts::TAU;

/// Edge of the picture of the unit disc.
const EDGE: f64 = 1.1;

/// Names of the pictures.
mod name {
    pub const SPECTRUM: &str = "magnitudes";
    pub const EIGENVALUES: &str = "eigenvalues";
    pub const STATES: &str = "states";
    pub const ENERGY: &str = "energy";
    pub const TRACE: &str = "trace";
}

/// What the pictures are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The layer.
    pub layer: u32,
    /// The eigenstate, counted through all cells of the layer.
    pub state: u32,
}

impl Ten {
    /// λ of every eigenstate of a layer.
    pub fn eigenvalues(&self, layer: u32) -> impl Iterator<Item = Complex> {
        self.spectrum.layers.get(layer as usize).into_iter().flatten().flat_map(|cell| cell.values.iter().copied())
    }

    /// The eigenstate of layer 0 that remembers longest.
    pub(super) fn slowest(&self) -> Chosen {
        let values = self.eigenvalues(0).map(Complex::abs).enumerate();
        let state = values.max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(state, _)| state as u32);
        Chosen { layer: 0, state }
    }

    /// All pictures, as they stand now.
    pub(super) fn all_pictures(&self) -> Vec<Picture> {
        vec![
            Picture::new(
                name::SPECTRUM,
                "|c_k| of a layer after each cycle; point at one for its trace",
                Values::Any,
                self.magnitudes(),
            )
            .with_chosen(self.chosen.state),
            Picture::new(
                name::EIGENVALUES,
                "λ_k on the unit disc, coloured by |c_k| now; point at one for its trace",
                Values::Any,
                self.disc(),
            )
            .with_chosen(self.chosen.state),
            Picture::new(
                name::STATES,
                "c_k after the last token as phasors, as shares of the largest and coloured by |λ_k|",
                Values::Any,
                self.phasors(),
            )
            .with_chosen(self.chosen.state),
            Picture::new(
                name::ENERGY,
                "Σ|c_k|² of each layer after each cycle; point at a layer to see its eigenstates",
                Values::Any,
                self.energies(),
            ),
            Picture::new(name::TRACE, "the chosen eigenstate: real and imaginary part", Values::Signed, self.trace()),
        ]
    }

    /// Takes what the pointer is over.
    pub(super) fn choose(&mut self, picture: &str, [across, down]: [f32; 2]) {
        let shape = self.model.shape();
        let place = |share: f32, count: u32| ((share * count as f32).max(0.0) as u32).min(count - 1);
        match picture {
            name::SPECTRUM => self.chosen.state = place(1.0 - down, shape.states()),
            name::ENERGY => self.chosen.layer = place(down, shape.layers),
            name::EIGENVALUES => {
                let [re, im] = [across, 1.0 - down].map(|share| EDGE * (2.0 * f64::from(share) - 1.0));
                let distance = |value: Complex| (value.re - re).hypot(value.im - im);
                let distances = self.eigenvalues(self.chosen.layer).map(distance).enumerate();
                let nearest = distances.min_by(|(_, a), (_, b)| a.total_cmp(b));
                self.chosen.state = nearest.map_or(0, |(state, _)| state as u32);
            }
            _ => {}
        }
    }

    /// Cycles that the rings hold so far: what was never written is not shown.
    fn remembered(&self) -> u32 {
        self.cycles.clamp(1, u64::from(REMEMBERED)) as u32
    }

    /// Columns of the rings: cycles, the oldest first.
    fn ring(&self, array: &'static str, first: u32, rows: u32, steps: [u32; 2], part: Part) -> Table {
        let columns = self.remembered();
        let turned = if columns < REMEMBERED { 0 } else { (self.cycles % u64::from(REMEMBERED)) as u32 };
        Table { array, first, columns, rows, steps, turned, part }
    }

    fn time(&self) -> Axis {
        let tokens = f64::from(self.model.tokens) * f64::from(self.remembered());
        let title = match self.model.tokens {
            1 => "token, from the last".to_owned(),
            chunk => format!("token, from the last; {chunk} a column"),
        };
        Axis::even(title, -tokens, 0.0)
    }

    /// Numbers of a column of the ring of eigenstates, and where those of the chosen layer begin.
    fn column(&self) -> (u32, u32) {
        let shape = self.model.shape();
        (2 * shape.layers * shape.states(), 2 * self.chosen.layer * shape.states())
    }

    fn magnitudes(&self) -> Content {
        let states = self.model.shape().states();
        let (column, first) = self.column();
        Content::Map {
            table: self.ring(buffer::HISTORY.name, first, states, [column, 2], Part::Magnitude),
            x: self.time(),
            y: Axis::even(format!("k of layer {}", self.chosen.layer), 0.0, f64::from(states)),
        }
    }

    fn disc(&self) -> Content {
        let states = self.model.shape().states();
        let (column, first) = self.column();
        let newest = ((self.cycles + u64::from(REMEMBERED) - 1) % u64::from(REMEMBERED)) as u32;
        let axis = |title: &str| Axis::even(format!("{title}, layer {}", self.chosen.layer), -EDGE, EDGE);
        Content::Points {
            table: points(buffer::EIGENVALUES.name, first, states),
            colours: Some(magnitude(buffer::HISTORY.name, newest * column + first, states)),
            spokes: false,
            circle: true,
            x: axis("Re λ"),
            y: axis("Im λ"),
        }
    }

    fn phasors(&self) -> Content {
        let states = self.model.shape().states();
        let (_, first) = self.column();
        let axis = |title: &str| Axis::even(format!("{title} / largest |c|, layer {}", self.chosen.layer), -EDGE, EDGE);
        Content::Points {
            table: points(buffer::PHASORS.name, first, states),
            colours: Some(magnitude(buffer::EIGENVALUES.name, first, states)),
            spokes: true,
            circle: true,
            x: axis("Re c"),
            y: axis("Im c"),
        }
    }

    fn energies(&self) -> Content {
        let layers = self.model.shape().layers;
        Content::Traces {
            table: self.ring(buffer::ENERGY_HISTORY.name, 0, layers, [layers, 1], Part::Value),
            names: (0..layers).map(|layer| format!("layer {layer}")).collect(),
            x: self.time(),
            // Beside the lanes stand the names of the layers.
            y: String::new(),
            lanes: true,
        }
    }

    fn trace(&self) -> Content {
        let Chosen { layer, state } = self.chosen;
        let (column, first) = self.column();
        let value = self.eigenvalues(layer).nth(state as usize);
        Content::Traces {
            table: self.ring(buffer::HISTORY.name, first + 2 * state, 2, [column, 1], Part::Value),
            names: vec!["Re".to_owned(), "Im".to_owned()],
            x: Axis { title: value.map(memory).unwrap_or_default(), ticks: self.time().ticks },
            y: format!("c_{state} of layer {layer}"),
            lanes: false,
        }
    }
}

/// Real and imaginary parts of a layer as places in the plane.
fn points(array: &'static str, first: u32, columns: u32) -> Table {
    Table { array, first, columns, rows: 2, steps: [2, 1], turned: 0, part: Part::Value }
}

fn magnitude(array: &'static str, first: u32, columns: u32) -> Table {
    Table { array, first, columns, rows: 1, steps: [2, 1], turned: 0, part: Part::Magnitude }
}

/// How long an eigenstate remembers, −1 / ln |λ|, and how long it takes to come around, 2π / |arg λ|.
fn memory(value: Complex) -> String {
    let (magnitude, angle) = (value.abs(), value.im.atan2(value.re).abs());
    let period = if angle < 1e-6 { "no period".to_owned() } else { format!("period {:.1}", TAU / angle) };
    format!("time constant {:.1} tokens, {period}", -1.0 / magnitude.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eigenvalue_has_the_time_constant_and_period_of_its_powers() {
        // λ⁸ is real again, and |λ|ⁿ = 1 / e after n = 10.
        let value = Complex::polar((-0.1_f64).exp(), TAU / 8.0);
        assert_eq!(memory(value), "time constant 10.0 tokens, period 8.0");
        assert_eq!(memory(Complex::real(0.5)), "time constant 1.4 tokens, no period");
        // A phase beyond half a turn is the same rotation backwards.
        assert!(memory(Complex::polar(0.5, 7.0 * TAU / 8.0)).ends_with("period 8.0"));
    }
}
