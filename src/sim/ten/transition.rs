//! Between cycles: the weights in the form that a setting wants, drawn or from a file, and the eigenstates in its basis.

use super::constants::{SPREAD, draw};
use super::cycle::{Cycle, workgroups_for};
use super::kernels::TenPass;
use super::layout::{buffer, embedding_slabs, numbered, position_slabs, weight_names};
use super::params::Switches;
use super::product::Product;
use super::tables::{basis_in, basis_out, bytes_of, layer_vectors, matrices, recurrence, spread_columns};
use super::weights::{WeightsFile, transposed};
use crate::sim::{BufferId, Cost, HostBytes, StageSet, Step, Variant, Write};
use std::sync::Arc;

/// No row of the timing table: transitions are not part of a cycle.
const NO_STAGE: StageSet = StageSet(0);

/// A matrix of weights: where it comes from and how large it is.
struct Source {
    rows: u32,
    columns: u32,
    /// Operation of its draws.
    operation: u32,
    /// Its numbers, in memory order, where there is a file.
    read: Option<Arc<dyn Fn() -> Vec<f32> + Send + Sync>>,
}

impl Cycle<'_> {
    /// Everything that a run begins with.
    pub fn initialise(mut self) {
        let text = self.ten.text.clone();
        self.write_bytes(buffer::TEXT, 4 * text.len() as u64, move || bytemuck::cast_slice(&text).to_vec());
        self.plan
            .steps
            .extend([buffer::EIGENSTATES, buffer::ENERGIES, buffer::FIGURES, buffer::OUTPUT].map(Step::Clear));
        self.forget();
        if self.form.switches.diagonalised {
            self.plan.steps.push(Step::Clear(buffer::MODES));
        }
        self.all_weights();
        self.projections();
    }

    /// From another setting to this one; `same_rules` where the weights on the device are those of these rules.
    pub fn carry_over(mut self, from: Switches, same_rules: bool) {
        let to = self.form.switches;
        let same_form = from.half_weights == to.half_weights && same_rules;
        if !same_form {
            self.all_weights();
        }
        if !same_rules {
            self.plan.steps.push(Step::Clear(buffer::EIGENSTATES));
            self.forget();
        }
        if !same_form || (from.diagonalised, from.fused_resonance) != (to.diagonalised, to.fused_resonance) {
            self.projections();
        }
        if to.diagonalised && !(from.diagonalised && same_rules) {
            let [_, _, _, matrices] = weight_names(self.form.rules);
            for layer in 0..self.shape.layers {
                let constants = self.constants(layer);
                self.pass(
                    NO_STAGE,
                    Variant::new("ten/into_modes", []),
                    vec![buffer::EIGENSTATES, numbered(matrices, layer), buffer::MODES],
                    &constants,
                    [self.form.states.div_ceil(32), 1, 1],
                    Cost::default(),
                );
            }
        }
    }

    /// Nothing of what the pictures show is of another network.
    fn forget(&mut self) {
        self.plan.steps.extend([buffer::HISTORY, buffer::PHASORS, buffer::ENERGY_HISTORY].map(Step::Clear));
        let ten = self.ten.clone();
        let layers = self.shape.layers;
        let bytes = 8 * u64::from(layers) * u64::from(self.form.states);
        self.write_bytes(buffer::EIGENVALUES, bytes, move || {
            let values = (0..layers).flat_map(|layer| ten.eigenvalues(layer));
            bytes_of(&values.flat_map(|value| [value.re as f32, value.im as f32]).collect::<Vec<_>>())
        });
    }

    /// Embedding, positions, feed-forward parts and vectors.
    fn all_weights(&mut self) {
        let width = self.shape.width;
        let file = self.ten.weights.clone();
        for (slab, (first, columns)) in embedding_slabs(&self.ten.model).into_iter().enumerate() {
            let vocabulary = self.ten.model.vocabulary.tokens();
            let read = file.clone().map(|file| {
                reader(move || {
                    let all = numbers(&file, "embedding", &[vocabulary, width]);
                    let rows = all.chunks(width as usize).skip(first as usize).take(columns as usize);
                    let mut part: Vec<f32> = rows.flatten().copied().collect();
                    part.resize((columns * width) as usize, 0.0);
                    transposed(&part, width as usize)
                })
            });
            let operation = draw::EMBEDDING + slab as u32;
            self.matrix(numbered("embedding", slab as u32), &Source { rows: width, columns, operation, read });
        }
        let positions = self.shape.positions;
        for (slab, (first, count)) in position_slabs(&self.ten.model, self.form.rules).into_iter().enumerate() {
            let read = file.clone().map(|file| {
                reader(move || {
                    let all = numbers(&file, "positions", &[positions, width]);
                    all.chunks(width as usize).skip(first as usize).take(count as usize).flatten().copied().collect()
                })
            });
            let operation = draw::POSITIONS + slab as u32;
            self.matrix(numbered("positions", slab as u32), &Source { rows: count, columns: width, operation, read });
        }
        for layer in 0..self.shape.layers {
            self.feed_forward_weights(layer);
        }
        for layer in 0..=self.shape.layers {
            let (shape, file) = (self.shape, file.clone());
            let count = if layer == shape.layers { 2 } else { 9 };
            self.write_bytes(numbered("vectors", layer), 4 * u64::from(count * width), move || {
                bytes_of(&layer_vectors(shape, layer, file.as_ref()))
            });
        }
    }

    fn feed_forward_weights(&mut self, layer: u32) {
        let (width, hidden) = (self.shape.width, self.shape.hidden());
        for (id, name, kind, rows, columns) in [
            ("expansion weights", "expansion", draw::EXPANSION, width, hidden),
            ("contraction weights", "contraction", draw::CONTRACTION, hidden, width),
        ] {
            let read = self.ten.weights.clone().map(|file| {
                let name = format!("layers.{layer}.feed_forward.{name}.weight");
                reader(move || transposed(&numbers(&file, &name, &[columns, rows]), rows as usize))
            });
            let operation = draw::LAYERS + draw::PER_LAYER * layer + kind;
            self.matrix(numbered(id, layer), &Source { rows, columns, operation, read });
        }
    }

    /// Recurrence, and both projections in the basis of this setting.
    fn projections(&mut self) {
        let [input, output, recurrence_name, matrices_name] = weight_names(self.form.rules);
        let form = self.form;
        let (shape, width) = (self.shape, self.shape.width);
        let square = u64::from(shape.cells) * u64::from(shape.eigenstates).pow(2);
        for layer in 0..shape.layers {
            let cells = layer as usize;
            let spectrum = self.ten.spectrum.clone();
            self.write_bytes(numbered(recurrence_name, layer), 20 * u64::from(form.states), move || {
                bytes_of(&recurrence(&spectrum.layers[cells], form))
            });
            let spectrum = self.ten.spectrum.clone();
            self.write_bytes(numbered(matrices_name, layer), 16 * square, move || {
                bytes_of(&matrices(&spectrum.layers[cells], form))
            });
            let source = self.projection(layer, "input", draw::INPUT);
            if form.switches.diagonalised {
                let spectrum = self.ten.spectrum.clone();
                let (rows, columns) = (form.input_width(), form.drive_width());
                self.matrix_in_single_precision(buffer::FOLD_SOURCE, &source);
                self.write_bytes(buffer::FOLD_BASIS, 4 * u64::from(rows * columns), move || {
                    bytes_of(&basis_in(&spectrum.layers[cells], form))
                });
                self.fold(buffer::FOLD_SOURCE, buffer::FOLD_BASIS, [width, rows, columns], numbered(input, layer));
            } else {
                self.matrix(numbered(input, layer), &source);
            }
            let source = self.projection(layer, "output", draw::OUTPUT);
            let (rows, columns) = (form.stored_width(), form.read_width());
            let spectrum = self.ten.spectrum.clone();
            let basis = move || bytes_of(&basis_out(&spectrum.layers[cells], form));
            let bytes = 4 * u64::from(rows * columns);
            if form.switches.fused_resonance {
                self.matrix_in_single_precision(buffer::FOLD_SOURCE, &source);
                self.write_bytes(buffer::FOLD_BASIS, bytes, basis);
                self.fold(buffer::FOLD_BASIS, buffer::FOLD_SOURCE, [rows, columns, width], numbered(output, layer));
            } else {
                self.matrix(numbered(output, layer), &source);
                if form.has_resonance_pass() {
                    self.write_bytes(numbered("basis", layer), bytes, basis);
                }
            }
        }
    }

    /// The input or output projection of a layer: of all its cells side by side, with a row for each input.
    fn projection(&self, layer: u32, name: &'static str, kind: u32) -> Source {
        let (shape, width, states) = (self.shape, self.shape.width, self.form.input_width());
        let is_input = name == "input";
        let read = self.ten.weights.clone().map(|file| {
            reader(move || {
                let own = states / shape.cells;
                let parts = (0..shape.cells).map(|cell| {
                    let name = format!("layers.{layer}.cells.{cell}.{name}");
                    // With a row for each of the width's numbers, whichever way the file has it.
                    if is_input {
                        transposed(&numbers(&file, &name, &[own, width]), width as usize)
                    } else {
                        numbers(&file, &name, &[width, own])
                    }
                });
                let side_by_side = spread_columns(&parts.collect::<Vec<_>>(), shape, states);
                if is_input { side_by_side } else { transposed(&side_by_side, states as usize) }
            })
        });
        let (rows, columns) = if is_input { (width, states) } else { (states, width) };
        Source { rows, columns, operation: draw::LAYERS + draw::PER_LAYER * layer + kind, read }
    }

    /// left · matrix into weights; `sizes` are the rows of left, what both share, and the columns of the matrix.
    fn fold(&mut self, left: BufferId, matrix: BufferId, [rows, inner, columns]: [u32; 3], into: BufferId) {
        let halved = self.form.switches.half_weights;
        let product = Product {
            inner,
            columns,
            half: false,
            ..Product::new(NO_STAGE, left, matrix, if halved { buffer::FOLD_RESULT } else { into })
        };
        self.product(&product, rows, 0);
        if halved {
            let constants = TenPass { rows, columns, ..TenPass::default() };
            self.pass(
                NO_STAGE,
                Variant::new("ten/halve", []),
                vec![buffer::FOLD_RESULT, into],
                &constants,
                workgroups_for(rows * columns / 4),
                Cost::default(),
            );
        }
    }

    /// Weights in the form of the setting.
    fn matrix(&mut self, id: BufferId, source: &Source) {
        self.matrix_as(id, source, self.form.switches.half_weights);
    }

    fn matrix_in_single_precision(&mut self, id: BufferId, source: &Source) {
        self.matrix_as(id, source, false);
    }

    fn matrix_as(&mut self, id: BufferId, source: &Source, half: bool) {
        let count = u64::from(source.rows) * u64::from(source.columns);
        if let Some(read) = source.read.clone() {
            self.write_bytes(id, count * if half { 2 } else { 4 }, move || {
                let numbers = read();
                if half { halves_of(&numbers) } else { bytes_of(&numbers) }
            });
            return;
        }
        let constants = TenPass {
            rows: source.rows,
            columns: source.columns,
            seed: self.ten.seed,
            operation: source.operation,
            scale: SPREAD as f32,
            ..TenPass::default()
        };
        self.pass(
            NO_STAGE,
            Variant::new("ten/draw", half.then_some(("HALF", 1))),
            vec![id],
            &constants,
            workgroups_for((count / 4) as u32),
            Cost::default(),
        );
    }

    fn write_bytes(&mut self, buffer: BufferId, bytes: u64, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) {
        self.plan.steps.push(Step::Write(Write { buffer, offset: 0, bytes: HostBytes::made(bytes, make) }));
    }
}

fn reader(read: impl Fn() -> Vec<f32> + Send + Sync + 'static) -> Arc<dyn Fn() -> Vec<f32> + Send + Sync> {
    Arc::new(read)
}

/// The numbers of a tensor that was checked when the file was opened; the file is in memory and cannot have changed.
fn numbers(file: &WeightsFile, name: &str, shape: &[u32]) -> Vec<f32> {
    let shape: Vec<_> = shape.iter().map(|size| *size as usize).collect();
    file.tensor(name, &shape).unwrap_or_default()
}

fn halves_of(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| half::f16::from_f32(*number).to_le_bytes()).collect()
}
