//! The controller's passes: what it sees, four layers of LSTM, actor, critic and heads.

use super::constants::{HEADS, LAYERS, OBSERVED, draw};
use super::cycle::Cycle;
use super::description::stage;
use super::kernels::LayerPass;
use super::layout::buffer;
use super::params::ControllerModel;
use super::weights::{self, WeightArray};
use crate::sim::{BufferId, Cost, StageSet, Step, Variant, Write};

const NO_STAGE: StageSet = StageSet(0);

/// A linear layer: what it multiplies with what, and what its outputs go through.
struct Linear {
    stages: StageSet,
    weights: BufferId,
    biases: BufferId,
    inputs: BufferId,
    outputs: BufferId,
    rows: u32,
    columns: u32,
    /// Rows that share an input; the next group's input lies `columns` further on.
    group: u32,
    through: Option<&'static str>,
}

impl Cycle<'_> {
    fn controller_model(&self) -> Option<&ControllerModel> {
        self.mobius.model.controller.as_ref()
    }

    /// |ψ| and arg ψ of 128 nodes.
    pub(super) fn observation(&mut self) {
        if self.controller_model().is_none() {
            return;
        }
        let constants = self.constants();
        let bindings = vec![buffer::PSI, buffer::OBSERVATION];
        let variant = Variant::new("mobius/controller/observe", None);
        self.step(stage::OBSERVATION, variant, bindings, bytemuck::bytes_of(&constants), [1, 1, 1], Cost::default());
    }

    /// From what is seen to action, value and heads.
    pub(super) fn controller(&mut self) {
        let Some(hidden) = self.controller_model().map(|controller| controller.hidden) else { return };
        for layer in 0..LAYERS {
            if self.switches.fused_lstm {
                self.fused_layer(layer, hidden);
            } else {
                self.gates(layer, hidden);
            }
        }
        self.branch(0, hidden, stage::ACTOR, buffer::ACTION);
        self.branch(1, hidden, stage::CRITIC, buffer::VALUE);
        self.heads(hidden);
        self.keep(hidden);
    }

    fn layer_inputs(layer: u32) -> BufferId {
        if layer == 0 { buffer::OBSERVATION } else { buffer::next(layer - 1) }
    }

    fn layer_constants(layer: u32, hidden: u32) -> LayerPass {
        let inputs = if layer == 0 { OBSERVED } else { hidden };
        LayerPass { rows: 4 * hidden, inputs: inputs / 4, hidden: hidden / 4, ..LayerPass::default() }
    }

    fn layer_bindings(layer: u32) -> Vec<BufferId> {
        vec![
            weights::input_weights(layer),
            weights::hidden_weights(layer),
            weights::biases(layer),
            Self::layer_inputs(layer),
            buffer::hidden(layer),
        ]
    }

    fn fused_layer(&mut self, layer: u32, hidden: u32) {
        let constants = Self::layer_constants(layer, hidden);
        let mut bindings = Self::layer_bindings(layer);
        bindings.extend([buffer::cells(layer), buffer::next(layer)]);
        let variant = Variant::new("mobius/controller/layer", None);
        let cost = matrix_cost(4 * hidden, 4 * (constants.inputs + constants.hidden));
        let uniform = bytemuck::bytes_of(&constants);
        self.step(stage::layer(layer), variant, bindings, uniform, [hidden, 1, 1], cost);
    }

    fn gates(&mut self, layer: u32, hidden: u32) {
        let constants = Self::layer_constants(layer, hidden);
        let cost = matrix_cost(hidden, 4 * (constants.inputs + constants.hidden));
        for gate in 0..4 {
            let constants = LayerPass { first: gate * hidden, ..constants };
            let mut bindings = Self::layer_bindings(layer);
            bindings.push(buffer::GATES);
            let variant = Variant::new("mobius/controller/layer", Some(("GATE", 1)));
            let uniform = bytemuck::bytes_of(&constants);
            self.step(stage::layer(layer), variant, bindings, uniform, [hidden, 1, 1], cost);
        }
        let bindings = vec![buffer::GATES, buffer::cells(layer), buffer::next(layer)];
        let variant = Variant::new("mobius/controller/cell", None);
        let uniform = bytemuck::bytes_of(&constants);
        self.step(stage::layer(layer), variant, bindings, uniform, [hidden.div_ceil(64), 1, 1], Cost::default());
    }

    /// The actor (0) or the critic (1).
    fn branch(&mut self, branch: u32, hidden: u32, stages: StageSet, said: BufferId) {
        let place = 2 * branch as usize;
        let features = buffer::next(LAYERS - 1);
        let chain = [features, buffer::BETWEEN[place], buffer::BETWEEN[place + 1], said];
        let last = (branch == 0).then_some("TANH");
        let through = [Some("RECTIFIED"), Some("RECTIFIED"), last];
        for (layer, [rows, columns]) in (0..3_u32).zip(weights::branch_shapes(hidden, branch)) {
            let at = layer as usize;
            self.linear(&Linear {
                stages,
                weights: weights::branch_weights(branch, layer),
                biases: weights::branch_biases(branch, layer),
                inputs: chain[at],
                outputs: chain[at + 1],
                rows,
                columns,
                group: rows,
                through: through[at],
            });
        }
    }

    fn heads(&mut self, hidden: u32) {
        let between = buffer::BETWEEN[4];
        let linear = |layer, inputs, outputs, rows, columns, group, through| Linear {
            stages: stage::HEADS,
            weights: weights::head_weights(layer),
            biases: weights::head_biases(layer),
            inputs,
            outputs,
            rows,
            columns,
            group,
            through: Some(through),
        };
        let rows = 256 * HEADS;
        self.linear(&linear(0, buffer::next(LAYERS - 1), between, rows, hidden, rows, "RECTIFIED"));
        self.linear(&linear(1, between, buffer::HEADS, HEADS, 256, 1, "LOGISTIC"));
    }

    fn linear(&mut self, linear: &Linear) {
        let constants = LayerPass {
            rows: linear.rows,
            inputs: linear.columns / 4,
            group: linear.group,
            stride: linear.columns / 4,
            ..LayerPass::default()
        };
        let bindings = vec![linear.weights, linear.biases, linear.inputs, linear.outputs];
        let variant = Variant::new("mobius/controller/linear", linear.through.map(|name| (name, 1)));
        let uniform = bytemuck::bytes_of(&constants);
        let cost = matrix_cost(linear.rows, linear.columns);
        self.step(linear.stages, variant, bindings, uniform, [linear.rows, 1, 1], cost);
    }

    fn keep(&mut self, hidden: u32) {
        let bindings = (0..LAYERS).map(buffer::next).chain((0..LAYERS).map(buffer::hidden)).collect();
        let variant = Variant::new("mobius/controller/keep", None);
        let workgroups = [hidden.div_ceil(64), 1, 1];
        self.step(stage::HEADS, variant, bindings, &[], workgroups, Cost::default());
    }

    /// Weights from the file or from the seed, and everything else at rest.
    pub(super) fn start_controller(&mut self) {
        let Some(hidden) = self.controller_model().map(|controller| controller.hidden) else { return };
        for layer in 0..LAYERS {
            self.other(Step::Clear(buffer::hidden(layer)));
            self.other(Step::Clear(buffer::cells(layer)));
        }
        for id in [buffer::ACTION, buffer::OBSERVATION] {
            self.other(Step::Clear(id));
        }
        for (place, array) in weights::arrays(hidden).into_iter().enumerate() {
            match self.mobius.weights.as_ref().and_then(|weights| weights.bytes(array.name)) {
                Some(bytes) => self.other(Step::Write(Write { buffer: array.buffer, offset: 0, bytes: bytes.into() })),
                None => self.draw(&array, place as u32),
            }
        }
    }

    /// PyTorch's own start: evenly within 1 / √fan about 0.
    fn draw(&mut self, array: &WeightArray, place: u32) {
        const ROW: u32 = 32_768;
        let constants = LayerPass {
            seed: self.mobius.seed,
            operation: draw::WEIGHTS + place,
            bound: (1.0 / f64::from(array.fan).sqrt()) as f32,
            count: array.count(),
            ..LayerPass::default()
        };
        let groups = array.count().div_ceil(256);
        let rows = groups.div_ceil(ROW).max(1);
        let variant = Variant::new("mobius/controller/draw", self.random());
        let uniform = bytemuck::bytes_of(&constants);
        self.step(NO_STAGE, variant, vec![array.buffer], uniform, [groups.div_ceil(rows), rows, 1], Cost::default());
    }
}

fn matrix_cost(rows: u32, columns: u32) -> Cost {
    let numbers = u64::from(rows) * u64::from(columns);
    Cost { bytes_read: 4 * (numbers + u64::from(columns)), bytes_written: 4 * u64::from(rows), operations: 2 * numbers }
}
