//! What is computed once on the host, in double precision, and written for the kernels in single precision.

use super::complex::{Complex, Matrix};
use super::layout::Form;
use super::params::{Rules, Shape};
use super::spectrum::Cell;
use super::weights::WeightsFile;

/// Numbers as bytes.
pub fn bytes_of(numbers: &[f32]) -> Vec<u8> {
    bytemuck::cast_slice(numbers).to_vec()
}

/// Five planes over all states of a layer: real and imaginary part of what a step multiplies by, of what a block does, and
/// the gain of the drive. The gain is 1 in the basis of the eigenvectors, whose input projection has it already.
pub fn recurrence(cells: &[Cell], form: Form) -> Vec<f32> {
    let diagonalised = form.switches.diagonalised;
    let steps = form.blocks().0 as i32;
    let values: Vec<_> = cells
        .iter()
        .flat_map(|cell| if diagonalised { cell.eigen.values.clone() } else { cell.values.clone() })
        .collect();
    let powers: Vec<_> =
        values.iter().map(|value| Complex::polar(value.abs().powi(steps), angle(*value) * f64::from(steps))).collect();
    let gains = cells.iter().flat_map(|cell| cell.gain.iter().map(|gain| if diagonalised { 1.0 } else { *gain }));
    let planes = [&values, &powers].map(|numbers| {
        let real = numbers.iter().map(|number| number.re);
        real.chain(numbers.iter().map(|number| number.im)).collect::<Vec<_>>()
    });
    planes.into_iter().flatten().chain(gains).map(|number| number as f32).collect()
}

fn angle(number: Complex) -> f64 {
    number.im.atan2(number.re)
}

/// The matrices of all cells of a layer, in four planes. Step by step: R, then Aˢ for blocks of s steps, and one unused. In
/// the basis of the eigenvectors: V⁻¹, then V.
pub fn matrices(cells: &[Cell], form: Form) -> Vec<f32> {
    let of_all = |of: &dyn Fn(&Cell) -> Matrix| {
        let numbers: Vec<_> = cells.iter().flat_map(|cell| of(cell).numbers).collect();
        let real: Vec<_> = numbers.iter().map(|number| number.re as f32).collect();
        (real, numbers.iter().map(|number| number.im as f32).collect::<Vec<_>>())
    };
    if form.switches.diagonalised {
        let (inverse, vectors) =
            (of_all(&|cell| cell.eigen.inverse.clone()), of_all(&|cell| cell.eigen.vectors.clone()));
        return [inverse.0, inverse.1, vectors.0, vectors.1].concat();
    }
    let resonance = of_all(&Cell::resonance_matrix).0;
    let power = if form.blocks().1 > 1 && form.switches.scan {
        of_all(&|cell| cell.step().power(form.blocks().0))
    } else {
        (vec![0.0; resonance.len()], vec![0.0; resonance.len()])
    };
    let unused = vec![0.0; resonance.len()];
    [resonance, power.0, power.1, unused].concat()
}

/// The matrices of all cells on the diagonal of one that acts on planes of all states: rows [real; imaginary] times
/// [[Re, Im], [−Im, Re]], without the imaginary rows or columns where there are none.
fn on_planes(blocks: &[Matrix], complex_rows: bool, complex_columns: bool) -> Vec<f32> {
    let size = blocks.first().map_or(0, |block| block.size);
    let states = size * blocks.len();
    let (rows, columns) = (states * (1 + usize::from(complex_rows)), states * (1 + usize::from(complex_columns)));
    let mut numbers = vec![0.0; rows * columns];
    for row in 0..rows {
        let (cell, i) = (row % states / size, row % size);
        for j in 0..size {
            let number = blocks[cell].at(i, j);
            let (real, imaginary) = if row < states { (number.re, number.im) } else { (-number.im, number.re) };
            let place = row * columns + cell * size + j;
            numbers[place] = real as f32;
            if complex_columns {
                numbers[place + states] = imaginary as f32;
            }
        }
    }
    numbers
}

/// From the drive to that of the modes: diag(γ) R V.
pub fn basis_in(cells: &[Cell], form: Form) -> Vec<f32> {
    let blocks: Vec<_> = cells.iter().map(Cell::into_modes).collect();
    on_planes(&blocks, form.rules == Rules::Corrected, true)
}

/// From what is stored to what is read: V⁻¹ or R. The published fix applies R once more to what has it already.
pub fn basis_out(cells: &[Cell], form: Form) -> Vec<f32> {
    let published_fix = form.rules == Rules::Published && form.switches.fused_resonance;
    let blocks: Vec<_> = cells
        .iter()
        .map(|cell| match (form.switches.diagonalised, published_fix) {
            (true, true) => cell.eigen.inverse.times(&cell.resonance_matrix()),
            (true, false) => cell.eigen.inverse.clone(),
            (false, _) => cell.resonance_matrix(),
        })
        .collect();
    let corrected = form.rules == Rules::Corrected;
    on_planes(&blocks, form.switches.diagonalised || corrected, corrected)
}

/// Matrices of cells, each with a row for every number of the width, as one whose columns are all real parts and then all
/// imaginary ones.
pub fn spread_columns(parts: &[Vec<f32>], shape: Shape, states: u32) -> Vec<f32> {
    let [width, size, states] = [shape.width, shape.eigenstates, states].map(|number| number as usize);
    let own = states / parts.len().max(1);
    let mut numbers = vec![0.0; width * states];
    for (cell, part) in parts.iter().enumerate() {
        for (at, number) in part.iter().enumerate() {
            let (row, column) = (at / own, at % own);
            let plane = column / size * size * parts.len();
            numbers[row * states + plane + cell * size + column % size] = *number;
        }
    }
    numbers
}

/// The vectors of a layer: weight and bias of both normalisations, then the biases of the feed-forward part; behind the last
/// layer those of the last normalisation. Without a file weights are 1 and biases 0.
pub fn layer_vectors(shape: Shape, layer: u32, file: Option<&WeightsFile>) -> Vec<f32> {
    let (width, hidden) = (shape.width as usize, shape.hidden() as usize);
    let in_layer = |name: &str| format!("layers.{layer}.{name}");
    let parts = if layer == shape.layers {
        vec![("norm.weight".to_owned(), width, 1.0), ("norm.bias".to_owned(), width, 0.0)]
    } else {
        vec![
            (in_layer("norm_1.weight"), width, 1.0),
            (in_layer("norm_1.bias"), width, 0.0),
            (in_layer("norm_2.weight"), width, 1.0),
            (in_layer("norm_2.bias"), width, 0.0),
            (in_layer("feed_forward.expansion.bias"), hidden, 0.0),
            (in_layer("feed_forward.contraction.bias"), width, 0.0),
        ]
    };
    let numbers = parts.into_iter().map(|(name, count, plain)| {
        file.and_then(|file| file.tensor(&name, &[count]).ok()).unwrap_or_else(|| vec![plain; count])
    });
    numbers.flatten().collect()
}
