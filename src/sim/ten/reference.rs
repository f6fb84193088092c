//! The network in double precision, token by token, written for reading. Tests alone use it. It takes the same draws as the
//! kernels, and shares no step of the computation: no chunks, no blocks, no change of basis.

use super::constants::{CLIP, NORM_TINY, SLAB_COLUMNS, SLAB_POSITIONS, SPREAD, TINY, draw};
use super::params::{Rules, Shape, TenModel};
use super::spectrum::drawn_parts;
use crate::sim::random::{Draws, Generator};

/// A matrix with a row for each output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dense {
    /// Numbers of a row.
    pub inputs: usize,
    /// Row after row.
    pub numbers: Vec<f64>,
}

impl Dense {
    fn times(&self, x: &[f64]) -> Vec<f64> {
        self.numbers.chunks(self.inputs).map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
    }
}

/// What is learned of one cell.
#[derive(Clone, Debug, Default)]
pub struct CellWeights {
    /// α or ν.
    pub magnitude: Vec<f64>,
    /// ω.
    pub phase: Vec<f64>,
    /// M, row after row.
    pub resonance: Vec<f64>,
    /// From the width to the states: real parts, then imaginary ones under the corrected rules.
    pub input: Dense,
    /// And back.
    pub output: Dense,
}

/// What is learned of one layer.
#[derive(Clone, Debug, Default)]
pub struct LayerWeights {
    /// Its cells.
    pub cells: Vec<CellWeights>,
    /// Weight and bias of both normalisations.
    pub norms: [[Vec<f64>; 2]; 2],
    /// The feed-forward part: matrix and bias, twice.
    pub expansion: (Dense, Vec<f64>),
    /// The second of them.
    pub contraction: (Dense, Vec<f64>),
}

/// All that is learned.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// A row for each token.
    pub embedding: Dense,
    /// A row for each position; empty where there are none.
    pub positions: Dense,
    /// The layers.
    pub layers: Vec<LayerWeights>,
    /// Weight and bias of the last normalisation.
    pub norm: [Vec<f64>; 2],
}

impl Weights {
    /// As drawn from a seed. The kernels' matrices have a row for each input, so that is the order of the draws.
    pub fn drawn(model: &TenModel, rules: Rules, seed: u32) -> Self {
        let shape = model.shape();
        let [width, hidden, states] = [shape.width, shape.hidden(), shape.states()].map(|n| n as usize);
        let columns = if rules == Rules::Corrected { 2 * states } else { states };
        let vocabulary = model.vocabulary.tokens() as usize;
        let padded = vocabulary.next_multiple_of(64);
        let by_input = |operation: u32, inputs: usize, outputs: usize| {
            let numbers = drawn_numbers(seed, operation, inputs * outputs);
            Dense {
                inputs,
                numbers: (0..inputs * outputs).map(|at| numbers[at % inputs * outputs + at / inputs]).collect(),
            }
        };
        let mut embedding = Dense { inputs: width, numbers: Vec::new() };
        for (slab, first) in (0..padded).step_by(SLAB_COLUMNS as usize).enumerate() {
            let count = (padded - first).min(SLAB_COLUMNS as usize);
            embedding.numbers.extend(by_input(draw::EMBEDDING + slab as u32, width, count).numbers);
        }
        embedding.numbers.truncate(vocabulary * width);
        let mut positions = Dense { inputs: width, numbers: Vec::new() };
        if rules == Rules::Published {
            for (slab, first) in (0..shape.positions).step_by(SLAB_POSITIONS as usize).enumerate() {
                let count = (shape.positions - first).min(SLAB_POSITIONS) as usize;
                positions.numbers.extend(drawn_numbers(seed, draw::POSITIONS + slab as u32, count * width));
            }
        }
        let plain = || [vec![1.0; width], vec![0.0; width]];
        let layers = (0..shape.layers).map(|layer| {
            let operation = draw::LAYERS + draw::PER_LAYER * layer;
            let input = by_input(operation + draw::INPUT, width, columns);
            let output = by_input(operation + draw::OUTPUT, columns, width);
            LayerWeights {
                cells: (0..shape.cells).map(|cell| cell_of(shape, rules, seed, layer, cell, &input, &output)).collect(),
                norms: [plain(), plain()],
                expansion: (by_input(operation + draw::EXPANSION, width, hidden), vec![0.0; hidden]),
                contraction: (by_input(operation + draw::CONTRACTION, hidden, width), vec![0.0; width]),
            }
        });
        Self { embedding, positions, layers: layers.collect(), norm: plain() }
    }
}

fn drawn_numbers(seed: u32, operation: u32, count: usize) -> Vec<f64> {
    let draws = Draws { generator: Generator::Fast, seed };
    (0..count.div_ceil(4) as u32)
        .flat_map(|index| draws.normals(0, operation, index))
        .map(|normal| SPREAD * normal)
        .take(count)
        .collect()
}

/// Takes a cell's part of the projections of all cells: real parts of all, then imaginary ones.
fn cell_of(shape: Shape, rules: Rules, seed: u32, layer: u32, cell: u32, input: &Dense, output: &Dense) -> CellWeights {
    let [magnitude, phase, resonance] = drawn_parts(shape, rules, seed, layer, cell);
    let (size, states) = (shape.eigenstates as usize, shape.states() as usize);
    let planes = if rules == Rules::Corrected { 2 } else { 1 };
    let own: Vec<_> = (0..planes * size).map(|k| k / size * states + cell as usize * size + k % size).collect();
    let rows = own.iter().flat_map(|row| &input.numbers[row * input.inputs..(row + 1) * input.inputs]);
    let columns = output.numbers.chunks(output.inputs).flat_map(|row| own.iter().map(|at| row[*at]));
    CellWeights {
        magnitude,
        phase,
        resonance,
        input: Dense { inputs: input.inputs, numbers: rows.copied().collect() },
        output: Dense { inputs: planes * size, numbers: columns.collect() },
    }
}

/// A complex number as a pair.
type Pair = [f64; 2];

/// The network with its eigenstates as they stand.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The rules.
    pub rules: Rules,
    /// Strength of the resonance.
    pub strength: f64,
    /// Whether the feed-forward part takes the tanh approximation.
    pub tanh_gelu: bool,
    /// Whether the resonance is applied once more to what is read, as the published fix has it.
    pub resonance_twice: bool,
    /// What is learned.
    pub weights: Weights,
    /// c_k by layer and cell.
    pub states: Vec<Vec<Vec<Pair>>>,
    /// Tokens so far.
    pub position: usize,
}

impl Reference {
    /// With its eigenstates at nothing.
    pub fn new(rules: Rules, strength: f64, weights: Weights) -> Self {
        let states = weights
            .layers
            .iter()
            .map(|layer| layer.cells.iter().map(|cell| vec![[0.0; 2]; cell.phase.len()]).collect());
        let states = states.collect();
        Self { rules, strength, tanh_gelu: false, resonance_twice: false, weights, states, position: 0 }
    }

    /// One token: the row that the head reads.
    pub fn step(&mut self, token: u32) -> Vec<f64> {
        let width = self.weights.embedding.inputs;
        let row = |table: &Dense, at: usize| table.numbers[at * width..(at + 1) * width].to_vec();
        let mut x = row(&self.weights.embedding, token as usize);
        if self.rules == Rules::Published {
            let learned = self.weights.positions.numbers.len() / width;
            x = sum(&x, &row(&self.weights.positions, self.position % learned));
        }
        for layer in 0..self.weights.layers.len() {
            x = self.layer(layer, &x);
        }
        self.position += 1;
        normalised(&x, &self.weights.norm)
    }

    fn layer(&mut self, layer: usize, x: &[f64]) -> Vec<f64> {
        let weights = self.weights.layers[layer].clone();
        let [first, second] = &weights.norms;
        match self.rules {
            Rules::Corrected => {
                let x = sum(x, &self.mix(layer, &weights, &normalised(x, first)));
                sum(&x, &self.feed_forward(&weights, &normalised(&x, second)))
            }
            Rules::Published => {
                let x = normalised(&sum(x, &self.mix(layer, &weights, x)), first);
                normalised(&sum(&x, &self.feed_forward(&weights, &x)), second)
            }
        }
    }

    /// The mean over the cells of W_out c.
    fn mix(&mut self, layer: usize, weights: &LayerWeights, x: &[f64]) -> Vec<f64> {
        let mut mean = vec![0.0; x.len()];
        for (cell, own) in weights.cells.iter().enumerate() {
            let size = own.phase.len();
            let drive = own.input.times(x);
            let resonance = self.resonance(own);
            let mut before = vec![[0.0; 2]; size];
            for k in 0..size {
                let (rho, gain) = match self.rules {
                    Rules::Published => (CLIP / (1.0 + (-own.magnitude[k]).exp()), 1.0),
                    Rules::Corrected => {
                        let rho = (-own.magnitude[k].exp()).exp();
                        (rho, (1.0 - rho * rho).sqrt())
                    }
                };
                let [r, q] = self.states[layer][cell][k];
                let (sine, cosine) = own.phase[k].sin_cos();
                let imaginary = if self.rules == Rules::Corrected { drive[size + k] } else { 0.0 };
                before[k] =
                    [rho * (r * cosine - q * sine) + gain * drive[k], rho * (r * sine + q * cosine) + gain * imaginary];
            }
            let after = row_times(&before, &resonance);
            let read = if self.resonance_twice { row_times(&after, &resonance) } else { after.clone() };
            self.states[layer][cell] = after;
            let mut planes: Vec<f64> = read.iter().map(|c| c[0]).collect();
            if self.rules == Rules::Corrected {
                planes.extend(read.iter().map(|c| c[1]));
            }
            let y = own.output.times(&planes);
            for (slot, y) in mean.iter_mut().zip(y) {
                *slot += y / weights.cells.len() as f64;
            }
        }
        mean
    }

    /// R = I + ε M / (‖M‖ + 10⁻⁸).
    fn resonance(&self, cell: &CellWeights) -> Vec<f64> {
        let size = cell.phase.len();
        let norm = cell.resonance.iter().map(|m| m * m).sum::<f64>().sqrt() + TINY;
        let mut resonance: Vec<_> = cell.resonance.iter().map(|m| self.strength * m / norm).collect();
        for k in 0..size {
            resonance[k * size + k] += 1.0;
        }
        resonance
    }

    fn feed_forward(&self, weights: &LayerWeights, x: &[f64]) -> Vec<f64> {
        let hidden = sum(&weights.expansion.0.times(x), &weights.expansion.1);
        let hidden: Vec<_> = hidden.iter().map(|x| gelu(*x, self.tanh_gelu)).collect();
        sum(&weights.contraction.0.times(&hidden), &weights.contraction.1)
    }

    /// Cross-entropy in nats of guessing this token from this output.
    pub fn loss(&self, output: &[f64], next: u32) -> f64 {
        let logits = self.weights.embedding.times(output);
        let largest = logits.iter().copied().fold(f64::MIN, f64::max);
        largest + logits.iter().map(|logit| (logit - largest).exp()).sum::<f64>().ln() - logits[next as usize]
    }

    /// Σ |c_k|² of a layer.
    pub fn energy(&self, layer: usize) -> f64 {
        self.states[layer].iter().flatten().map(|[r, q]| r * r + q * q).sum()
    }

    /// The eigenstates as the array of that name has them: by layer all real parts, then all imaginary ones.
    pub fn eigenstates(&self) -> Vec<f64> {
        let planes = self.states.iter().flat_map(|layer| {
            let flat: Vec<_> = layer.iter().flatten().copied().collect();
            [0, 1].map(|plane| flat.iter().map(|c| c[plane]).collect::<Vec<_>>())
        });
        planes.flatten().collect()
    }
}

fn row_times(row: &[Pair], matrix: &[f64]) -> Vec<Pair> {
    let size = row.len();
    let mut product = vec![[0.0; 2]; size];
    for (k, c) in row.iter().enumerate() {
        for (j, slot) in product.iter_mut().enumerate() {
            slot[0] += c[0] * matrix[k * size + j];
            slot[1] += c[1] * matrix[k * size + j];
        }
    }
    product
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn normalised(x: &[f64], [weight, bias]: &[Vec<f64>; 2]) -> Vec<f64> {
    let count = x.len() as f64;
    let mean = x.iter().sum::<f64>() / count;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    let scale = (variance + f64::from(NORM_TINY)).sqrt();
    x.iter().zip(weight).zip(bias).map(|((x, weight), bias)| (x - mean) / scale * weight + bias).collect()
}

/// x/2 (1 + erf(x/√2)), or its tanh approximation.
pub fn gelu(x: f64, tanh: bool) -> f64 {
    if tanh {
        return 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh());
    }
    0.5 * x * (1.0 + erf(x / std::f64::consts::SQRT_2))
}

/// erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms are all of one sign.
pub fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..300 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_has_its_tabulated_values() {
        for (x, wanted) in [
            (0.0, 0.0),
            (0.5, 0.520_499_877_813_046_5),
            (1.0, 0.842_700_792_949_714_9),
            (-2.0, -0.995_322_265_018_952_7),
        ] {
            assert!((erf(x) - wanted).abs() < 1e-15, "{x}: {}", erf(x));
        }
        assert!((erf(5.99) - 1.0).abs() < 1e-14);
        assert!((gelu(1.0, true) - 0.841_191_990_607_476_8).abs() < 1e-12);
    }
}
