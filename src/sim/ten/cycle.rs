//! The cycle as a list of passes: one token, or one chunk of them, through all layers to its cross-entropy.

use super::Ten;
use super::constants::{NORM_TINY, REMEMBERED};
use super::description::stage;
use super::kernels::{TenFigures, TenPass, TenReading};
use super::layout::{Form, buffer, embedding_slabs, numbered, position_slabs, weight_names};
use super::params::{Rules, Shape};
use super::product::{Precision, Product};
use crate::sim::{BufferId, Cost, Pass, Plan, Read, StageSet, Step, Variant};

/// Writes passes into a plan.
pub struct Cycle<'a> {
    pub(super) ten: &'a Ten,
    pub(super) form: Form,
    pub(super) shape: Shape,
    pub(super) plan: &'a mut Plan,
}

impl<'a> Cycle<'a> {
    /// For this form.
    pub fn new(ten: &'a Ten, form: Form, plan: &'a mut Plan) -> Self {
        Self { ten, form, shape: ten.model.shape(), plan }
    }

    /// Cycle number `cycle`.
    pub fn write(mut self, cycle: u64) {
        let first = (cycle - 1) * u64::from(self.form.tokens);
        self.embed(first);
        for layer in 0..self.shape.layers {
            match self.form.rules {
                Rules::Corrected => self.normalised_before(layer),
                Rules::Published => self.normalised_after(layer),
            }
        }
        self.normalise(buffer::RESIDUAL, self.shape.layers, 0, buffer::OUTPUT);
        self.head(first);
        self.measure(first);
        self.remember(cycle);
    }

    /// x ← x + mixer(LN x), x ← x + feed-forward(LN x).
    fn normalised_before(&mut self, layer: u32) {
        self.normalise(buffer::RESIDUAL, layer, 0, buffer::NORMED);
        self.mix(layer, buffer::NORMED);
        self.normalise(buffer::MIXED, layer, 2, buffer::NORMED);
        self.feed_forward(layer, buffer::NORMED, buffer::MIXED, buffer::RESIDUAL);
    }

    /// x ← LN(x + mixer x), x ← LN(x + feed-forward x).
    fn normalised_after(&mut self, layer: u32) {
        self.mix(layer, buffer::RESIDUAL);
        self.normalise(buffer::MIXED, layer, 0, buffer::NORMED);
        self.feed_forward(layer, buffer::NORMED, buffer::NORMED, buffer::MIXED);
        self.normalise(buffer::MIXED, layer, 2, buffer::RESIDUAL);
    }

    /// From `source` through the eigenstates and back, added to the residual, into the rows in the middle.
    fn mix(&mut self, layer: u32, source: BufferId) {
        self.project_in(layer, source);
        self.recur(layer);
        if !self.form.switches.fused_energy {
            self.energy(layer);
        }
        self.project_out(layer);
    }

    /// Constants of a kernel that goes over the chunk.
    pub(super) fn constants(&self, layer: u32) -> TenPass {
        let Shape { width, cells, eigenstates, .. } = self.shape;
        let Form { tokens, .. } = self.form;
        TenPass { rows: tokens, inner: width, layer, cells, eigenstates, scale: 1.0, ..TenPass::default() }
    }

    fn embed(&mut self, first: u64) {
        let width = self.shape.width;
        let tokens = self.form.tokens;
        let half = self.form.switches.half_weights.then_some(("HALF", 1));
        let rows = 4 * u64::from(tokens) * u64::from(width);
        for (slab, (first_column, columns)) in embedding_slabs(&self.ten.model).into_iter().enumerate() {
            let constants = TenPass { columns, first_column, ..self.in_text(first) };
            self.pass(
                stage::EMBED,
                Variant::new("ten/embed", half),
                vec![buffer::TEXT, numbered("embedding", slab as u32), buffer::RESIDUAL],
                &constants,
                [width.div_ceil(64), tokens, 1],
                Cost { bytes_read: rows, bytes_written: rows, operations: 0 },
            );
        }
        for (slab, (first_column, count)) in position_slabs(&self.ten.model, self.form.rules).into_iter().enumerate() {
            let position = (first % u64::from(self.shape.positions)) as u32;
            let constants =
                TenPass { rows: count, columns: self.shape.positions, first_column, position, ..self.constants(0) };
            self.pass(
                stage::EMBED,
                Variant::new("ten/place", half),
                vec![numbered("positions", slab as u32), buffer::RESIDUAL],
                &constants,
                [(width / 4).div_ceil(64), tokens, 1],
                Cost { bytes_read: 2 * rows, bytes_written: rows, operations: rows / 4 },
            );
        }
    }

    /// Constants of a kernel that reads the text.
    fn in_text(&self, first: u64) -> TenPass {
        let length = self.ten.text.len() as u64;
        TenPass { position: (first % length) as u32, text_length: length as u32, ..self.constants(0) }
    }

    fn normalise(&mut self, source: BufferId, vectors: u32, offset: u32, into: BufferId) {
        let bias = offset * self.shape.width / 4;
        let constants = TenPass { bias, scale: NORM_TINY, ..self.constants(vectors) };
        let rows = 4 * u64::from(self.form.tokens) * u64::from(self.shape.width);
        self.pass(
            stage::NORMALISE,
            Variant::new("ten/normalise", []),
            vec![source, numbered("vectors", vectors), into],
            &constants,
            [self.form.tokens, 1, 1],
            Cost { bytes_read: rows, bytes_written: rows, operations: 2 * rows },
        );
    }

    fn project_in(&mut self, layer: u32, source: BufferId) {
        let [input, ..] = weight_names(self.form.rules);
        let product = Product {
            inner: self.shape.width,
            columns: self.form.drive_width(),
            ..Product::new(stage::PROJECT_IN, source, numbered(input, layer), buffer::DRIVE)
        };
        self.batched_or_by_step(self.form.switches.batched_projection, &product);
    }

    fn project_out(&mut self, layer: u32) {
        let [_, output, ..] = weight_names(self.form.rules);
        let mut source = buffer::STATES;
        if self.form.has_resonance_pass() {
            let product = Product {
                inner: self.form.stored_width(),
                columns: self.form.read_width(),
                half: false,
                ..Product::new(stage::RESONANCE, source, numbered("basis", layer), buffer::READ)
            };
            self.batched_or_by_step(self.form.switches.batched_output, &product);
            source = buffer::READ;
        }
        let preallocated = self.form.switches.preallocated;
        let into = if preallocated { buffer::MIXED } else { buffer::GATHERED };
        let product = Product {
            inner: self.form.output_rows(),
            columns: self.shape.width,
            scale: 1.0 / self.shape.cells as f32,
            addend: Some(buffer::RESIDUAL),
            ..Product::new(stage::PROJECT_OUT, source, numbered(output, layer), into)
        };
        self.batched_or_by_step(self.form.switches.batched_output, &product);
        if !preallocated {
            self.gather();
        }
    }

    /// The outputs of all steps into one array.
    fn gather(&mut self) {
        let numbers = self.form.tokens * self.shape.width;
        self.plan.steps.push(Step::Pass(Pass {
            stages: stage::PROJECT_OUT,
            variant: Variant::new("common/copy", []),
            bindings: vec![buffer::GATHERED, buffer::MIXED],
            uniform: Vec::new(),
            workgroups: workgroups_for(numbers / 4),
            cost: Cost { bytes_read: 4 * u64::from(numbers), bytes_written: 4 * u64::from(numbers), operations: 0 },
        }));
    }

    fn feed_forward(&mut self, layer: u32, source: BufferId, addend: BufferId, into: BufferId) {
        let Shape { width, .. } = self.shape;
        let hidden = self.shape.hidden();
        let vectors = numbered("vectors", layer);
        let gelu = if self.form.switches.tanh_gelu { "TANH_GELU" } else { "GELU" };
        let expansion = Product {
            inner: width,
            columns: hidden,
            bias: Some((vectors, width)),
            gelu: Some(gelu),
            ..Product::new(stage::FEED_FORWARD, source, numbered("expansion weights", layer), buffer::HIDDEN)
        };
        self.product(&expansion, self.form.tokens, 0);
        let contraction = Product {
            inner: hidden,
            columns: width,
            bias: Some((vectors, 2 * width)),
            addend: Some(addend),
            ..Product::new(stage::FEED_FORWARD, buffer::HIDDEN, numbered("contraction weights", layer), into)
        };
        self.product(&contraction, self.form.tokens, 0);
    }

    fn head(&mut self, first: u64) {
        let vocabulary = self.ten.model.vocabulary.tokens();
        for (slab, (first_column, columns)) in embedding_slabs(&self.ten.model).into_iter().enumerate() {
            let product = Product {
                inner: self.shape.width,
                columns,
                ..Product::new(stage::HEAD, buffer::OUTPUT, numbered("embedding", slab as u32), buffer::LOGITS)
            };
            self.product(&product, self.form.tokens, 0);
            let valid_columns = columns.min(vocabulary - first_column);
            let constants = TenPass { columns, first_column, valid_columns, ..self.in_text(first) };
            let logits = u64::from(self.form.tokens) * u64::from(columns);
            self.pass(
                stage::HEAD,
                Variant::new("ten/cross_entropy", (slab == 0).then_some(("FIRST", 1))),
                vec![buffer::LOGITS, buffer::TEXT, buffer::SUMS],
                &constants,
                [self.form.tokens, 1, 1],
                Cost { bytes_read: 4 * logits, bytes_written: 0, operations: 3 * logits },
            );
        }
    }

    fn measure(&mut self, first: u64) {
        let reading = TenReading {
            rows: self.form.tokens,
            layers: self.shape.layers,
            largest: self.ten.spectrum.largest as f32,
            tokens: (first + u64::from(self.form.tokens)) as f32,
        };
        self.plan.steps.push(Step::Pass(Pass {
            stages: stage::MEASURE,
            variant: Variant::new("ten/figures", []),
            bindings: vec![buffer::SUMS, buffer::ENERGIES, buffer::FIGURES],
            uniform: bytemuck::bytes_of(&reading).to_vec(),
            workgroups: [1, 1, 1],
            cost: Cost::default(),
        }));
        self.plan.steps.push(Step::Read(Read {
            stages: stage::MEASURE,
            buffer: buffer::FIGURES,
            offset: 0,
            bytes: size_of::<TenFigures>() as u64,
            wait: false,
        }));
    }

    /// Eigenstates and energies into the column of this cycle.
    fn remember(&mut self, cycle: u64) {
        let layers = self.shape.layers;
        let position = ((cycle - 1) % u64::from(REMEMBERED)) as u32;
        let constants = TenPass { rows: layers, position, ..self.constants(0) };
        let states = 8 * u64::from(layers) * u64::from(self.form.states);
        self.pass(
            stage::REMEMBER,
            Variant::new("ten/remember", []),
            vec![buffer::EIGENSTATES, buffer::FIGURES, buffer::HISTORY, buffer::PHASORS, buffer::ENERGY_HISTORY],
            &constants,
            [layers, 1, 1],
            Cost { bytes_read: states, bytes_written: 2 * states, operations: states },
        );
    }

    /// A product of the whole chunk in one pass, or of one row after the other.
    fn batched_or_by_step(&mut self, batched: bool, product: &Product) {
        if batched {
            self.product(product, self.form.tokens, 0);
        } else {
            for row in 0..self.form.tokens {
                self.product(product, 1, row);
            }
        }
    }

    /// So many rows of a product, from this one on.
    pub(super) fn product(&mut self, product: &Product, rows: u32, first_row: u32) {
        let half = product.half && self.form.switches.half_weights;
        let precision = match half {
            true if self.ten.streaming.long_words => Precision::HalfInLongWords,
            true => Precision::Half,
            false => Precision::Single,
        };
        self.plan.steps.push(Step::Pass(product.pass(self.ten.tile, rows, first_row, precision)));
    }

    pub(super) fn pass(
        &mut self,
        stages: StageSet,
        variant: Variant,
        bindings: Vec<BufferId>,
        constants: &TenPass,
        workgroups: [u32; 3],
        cost: Cost,
    ) {
        let uniform = bytemuck::bytes_of(constants).to_vec();
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }
}

/// Workgroups of 64 for so many invocations, in rows that no adapter refuses.
pub fn workgroups_for(invocations: u32) -> [u32; 3] {
    const ROW: u32 = 32_768;
    let groups = invocations.div_ceil(64);
    let rows = groups.div_ceil(ROW).max(1);
    [groups.div_ceil(rows), rows, 1]
}
