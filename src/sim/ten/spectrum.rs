//! The recurrence of each cell in double precision: its eigenvalues λ, its resonance R, and A = diag(λ) R taken apart.
//!
//! States are rows: c_t = (λ∘c_{t−1} + γ∘β_t) R = c_{t−1} A + (γ∘β_t) R. With A = V Λ V⁻¹ the modes c V follow a diagonal
//! recurrence: (c V)_t = (c V)_{t−1} Λ + (γ∘β_t) R V.

use super::complex::{Complex, Matrix};
use super::constants::{CLIP, RING, TINY, WORST_CONDITION, draw};
use super::eigen::Eigen;
use super::params::{Rules, Shape};
use super::weights::WeightsFile;
use crate::sim::Refusal;
use crate::sim::random::{Draws, Generator};
use rayon::prelude::*;
use std::f64::consts::TAU;

/// The recurrence of one cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// λ_k = ρ_k e^{iω_k}.
    pub values: Vec<Complex>,
    /// γ_k: what the drive is multiplied by; √(1 − ρ²) under the corrected rules, else 1.
    pub gain: Vec<f64>,
    /// R, row after row.
    pub resonance: Vec<f64>,
    /// A = diag(λ) R taken apart.
    pub eigen: Eigen,
}

impl Cell {
    fn new(values: Vec<Complex>, gain: Vec<f64>, resonance: Vec<f64>) -> Self {
        let size = values.len();
        let step = Matrix::from_fn(size, |i, j| values[i].times(resonance[i * size + j]));
        Self { eigen: Eigen::of(&step), values, gain, resonance }
    }

    /// Eigenstates of the cell.
    pub fn size(&self) -> usize {
        self.values.len()
    }

    /// A = diag(λ) R.
    pub fn step(&self) -> Matrix {
        Matrix::from_fn(self.size(), |i, j| self.values[i].times(self.resonance[i * self.size() + j]))
    }

    /// R as a complex matrix.
    pub fn resonance_matrix(&self) -> Matrix {
        Matrix::from_fn(self.size(), |i, j| Complex::real(self.resonance[i * self.size() + j]))
    }

    /// diag(γ) R V: from the drive to the modes.
    pub fn into_modes(&self) -> Matrix {
        let product = self.resonance_matrix().times(&self.eigen.vectors);
        Matrix::from_fn(self.size(), |i, j| product.at(i, j).times(self.gain[i]))
    }
}

/// The recurrences of all layers, each with its cells.
#[derive(Clone, Debug)]
pub struct Spectrum {
    /// By layer, then by cell.
    pub layers: Vec<Vec<Cell>>,
    /// The largest |eigenvalue| of any A.
    pub largest: f64,
    /// The largest condition number of any V, with its layer and cell.
    pub worst: (f64, usize, usize),
}

impl Spectrum {
    /// From drawn or from given weights.
    ///
    /// # Errors
    /// Weights of another shape or form, or weights under which the states grow: an eigenvalue of magnitude 1 or more.
    pub fn new(
        shape: Shape,
        rules: Rules,
        strength: f64,
        seed: u32,
        weights: Option<&WeightsFile>,
    ) -> Result<Self, Refusal> {
        let places: Vec<_> =
            (0..shape.layers).flat_map(|layer| (0..shape.cells).map(move |cell| (layer, cell))).collect();
        let made: Vec<_> = places
            .par_iter()
            .map(|(layer, cell)| match weights {
                None => Ok(drawn(shape, rules, strength, seed, *layer, *cell)),
                Some(file) => read(shape, rules, strength, file, *layer, *cell),
            })
            .collect::<Result<_, Refusal>>()?;
        let (mut largest, mut worst) = (0.0_f64, (0.0, 0, 0));
        for (cell, (layer, index)) in made.iter().zip(&places) {
            let radius = cell.eigen.values.iter().map(|value| value.abs()).fold(0.0, f64::max);
            if weights.is_some() && (radius >= 1.0 || radius.is_nan()) {
                return Err(Refusal(format!(
                    "weights: layers.{layer}.cells.{index} has an eigenvalue of magnitude {radius:.6}, and from 1 on the \
                     states grow without end; lower its magnitudes or the resonance"
                )));
            }
            largest = largest.max(radius);
            if cell.eigen.condition >= worst.0 {
                worst = (cell.eigen.condition, *layer as usize, *index as usize);
            }
        }
        let layers = made.chunks(shape.cells as usize).map(<[Cell]>::to_vec).collect();
        Ok(Self { layers, largest, worst })
    }

    /// Whether the recurrence can be computed in the basis of its eigenvectors.
    ///
    /// # Errors
    /// Their condition number and its limit.
    pub fn check_basis(&self) -> Result<(), Refusal> {
        let (condition, layer, cell) = self.worst;
        if condition <= WORST_CONDITION {
            return Ok(());
        }
        Err(Refusal(format!(
            "diagonalised is refused: the eigenvectors of layer {layer}, cell {cell} have cond(V) = {condition:.3e}, and above \
             {WORST_CONDITION:.0e} rounding would show; turn diagonalised off or lower the resonance"
        )))
    }
}

/// R = I + ε M / (‖M‖ + 10⁻⁸), by the Frobenius norm.
fn resonance_of(matrix: &[f64], size: usize, strength: f64) -> Vec<f64> {
    let norm = matrix.iter().map(|x| x * x).sum::<f64>().sqrt() + TINY;
    let unit = |at: usize| if at / size == at % size { 1.0 } else { 0.0 };
    matrix.iter().enumerate().map(|(at, x)| unit(at) + strength * x / norm).collect()
}

/// ρ from what is learned, and γ.
fn magnitude_of(rules: Rules, learned: f64) -> (f64, f64) {
    match rules {
        Rules::Published => (CLIP / (1.0 + (-learned).exp()), 1.0),
        Rules::Corrected => {
            let rate = learned.exp();
            // √(1 − ρ²) without cancellation.
            ((-rate).exp(), (-(-2.0 * rate).exp_m1()).sqrt())
        }
    }
}

/// What is learned of the magnitudes and phases, and M, as drawn for one cell.
pub fn drawn_parts(shape: Shape, rules: Rules, seed: u32, layer: u32, cell: u32) -> [Vec<f64>; 3] {
    let draws = Draws { generator: Generator::Fast, seed };
    let size = shape.eigenstates;
    let operation = draw::LAYERS + draw::PER_LAYER * layer + cell;
    let four_by_four =
        |count: u32, of: &dyn Fn(u32) -> [f64; 4]| (0..count.div_ceil(4)).flat_map(of).collect::<Vec<_>>();
    let uniforms = four_by_four(size, &|index| draws.uniforms(0, operation + draw::MAGNITUDE, index));
    let learned = uniforms.into_iter().map(|u| match rules {
        Rules::Published => 3.0 * u - 3.0,
        Rules::Corrected => {
            let [low, high] = RING.map(|edge| edge * edge);
            (-0.5 * (low + u * (high - low)).ln()).ln()
        }
    });
    let phases = (0..size).map(|k| TAU * f64::from(k) / f64::from(size));
    let matrix = four_by_four(size * size, &|index| draws.normals(0, operation + draw::RESONANCE, index));
    [learned.collect(), phases.collect(), matrix]
}

fn assemble(rules: Rules, strength: f64, [learned, phases, matrix]: &[Vec<f64>; 3]) -> Cell {
    let (magnitudes, gain): (Vec<_>, Vec<_>) = learned.iter().map(|x| magnitude_of(rules, *x)).unzip();
    let values = magnitudes.iter().zip(phases).map(|(rho, omega)| Complex::polar(*rho, *omega)).collect();
    Cell::new(values, gain, resonance_of(matrix, phases.len(), strength))
}

fn drawn(shape: Shape, rules: Rules, strength: f64, seed: u32, layer: u32, cell: u32) -> Cell {
    assemble(rules, strength, &drawn_parts(shape, rules, seed, layer, cell))
}

fn read(shape: Shape, rules: Rules, strength: f64, file: &WeightsFile, layer: u32, cell: u32) -> Result<Cell, Refusal> {
    let size = shape.eigenstates as usize;
    let name = |part: &str| format!("layers.{layer}.cells.{cell}.{part}");
    let take = |part: &str, shape: &[usize]| -> Result<Vec<f64>, Refusal> {
        Ok(file.tensor(&name(part), shape)?.into_iter().map(f64::from).collect())
    };
    let parts = [take("magnitude", &[size])?, take("phase", &[size])?, take("resonance", &[size, size])?];
    for (at, learned) in parts[0].iter().enumerate() {
        let rho = magnitude_of(rules, *learned).0;
        // As the kernels see it: a magnitude that single precision rounds to 1 does not decay.
        if rho.is_nan() || rho as f32 >= 1.0 {
            return Err(Refusal(format!(
                "weights: {}[{at}] = {learned} gives |λ| = {rho:.9}, and from 1 on the states grow without end",
                name("magnitude")
            )));
        }
    }
    Ok(assemble(rules, strength, &parts))
}
