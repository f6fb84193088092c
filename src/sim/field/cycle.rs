//! A cycle of the field as a list of its stages.

use super::description::stage;
use super::kernels::{Figures, Motors, Prediction, Sensors, padded, padded_spots};
use super::layout::buffer;
use super::operation::{Operation, Sums};
use super::params::{Rules, Switches};
use super::passes::Passes;
use super::{Field, constants::INJECTION_CHANNELS};
use crate::sim::{Cost, Plan, Read, Step};
use std::mem::offset_of;

/// Cycles between two diffusions when they are batched.
pub const DIFFUSION_PERIOD: u64 = 5;
/// Cycles between two sparse noises.
pub const NOISE_PERIOD: u64 = 3;
/// Cycles between two checks for starvation when energy is sparse.
pub const ENERGY_PERIOD: u64 = 10;

/// Writes the passes of one cycle.
pub struct Cycle<'a> {
    field: &'a Field,
    switches: Switches,
    cycle: u64,
    passes: Passes<'a>,
}

impl<'a> Cycle<'a> {
    /// A cycle under these switches; nothing is written yet.
    pub fn new(field: &'a Field, switches: Switches, cycle: u64, plan: &'a mut Plan) -> Self {
        Self { field, switches, cycle, passes: Passes::new(field, switches, cycle, plan) }
    }

    /// The whole cycle.
    pub fn write(mut self) {
        if self.switches.lazy_scale {
            return self.write_lazily();
        }
        self.inject();
        if !self.switches.learning_left_out {
            self.learn();
        }
        if !self.switches.tensions_left_out {
            self.tensions();
        }
        if !self.switches.global_momentum {
            self.passes.apply(Operation::Momentum);
        }
        self.physics();
        if self.switches.global_momentum {
            self.momentum_of_means();
        }
        if self.switches.sparse_energy && self.cycle.is_multiple_of(ENERGY_PERIOD) {
            self.passes.sum(Sums::MOMENTS, stage::NOISE);
            self.passes.apply(Operation::SparseEnergy);
        }
        if self.switches.direct_motors {
            self.motors();
        }
        self.passes.apply(Operation::Clamp);
        self.passes.sum(Sums::SITES, stage::TELEMETRY);
        if !self.switches.direct_motors {
            self.motors();
        }
        if !self.switches.learning_left_out {
            self.predict();
        }
        self.telemetry();
        self.passes.finish();
    }

    /// Just these operations.
    pub fn write_only(mut self, operations: &[Operation]) {
        for operation in operations {
            self.passes.apply(*operation);
        }
        self.passes.finish();
    }

    /// The cycle with decay and momentum kept as a scale and offsets: the field is written only where noise hits it and
    /// where it diffuses.
    fn write_lazily(mut self) {
        let diffuses = self.diffusion_is_due();
        let noise_is_due = self.cycle.is_multiple_of(NOISE_PERIOD);
        self.inject();
        self.passes.lazy(stage::DIFFUSE, &["DECAY"]);
        if diffuses {
            self.passes.apply(Operation::Settle);
            self.passes.apply(Operation::Diffusion);
            if noise_is_due {
                self.passes.apply(Operation::SparseNoise);
            }
            self.passes.sum(Sums::LAZY, stage::MOMENTUM);
            self.passes.lazy(stage::MOMENTUM, &["SETTLED"]);
        } else if noise_is_due {
            self.passes.noise_at_sites();
            self.passes.lazy(stage::NOISE, &["SITES"]);
        }
        self.passes.lazy(stage::MOMENTUM, &["MOMENTUM"]);
        if self.switches.sparse_energy && self.cycle.is_multiple_of(ENERGY_PERIOD) {
            self.passes.sum_unsettled(Sums::MOMENTS, stage::NOISE);
            self.passes.apply(Operation::Settle);
            self.passes.apply(Operation::SparseEnergy);
            self.passes.sum(Sums::LAZY, stage::MOMENTUM);
            self.passes.lazy(stage::MOMENTUM, &["SETTLED"]);
            self.passes.lazy(stage::CLAMP, &["REACH"]);
        }
        self.motors();
        self.passes.clamp_when_bound();
        self.passes.lazy(stage::CLAMP, &["SETTLED", "ONLY_WHEN_BOUND"]);
        if diffuses {
            self.passes.sum_unsettled(Sums::SITES, stage::TELEMETRY);
        }
        self.telemetry_of(diffuses);
        self.passes.finish();
    }

    fn diffusion_is_due(&self) -> bool {
        !self.switches.temporal_batching || self.cycle.is_multiple_of(DIFFUSION_PERIOD)
    }

    fn inject(&mut self) {
        let model = &self.field.model;
        let channels = if self.switches.spread_injection { model.channels } else { INJECTION_CHANNELS };
        let touched = channels.min(model.sensors).div_ceil(4);
        for slab in self.field.slabs.iter().take_while(|slab| slab.first_group < touched) {
            let uniform = Sensors {
                pass_constants: self.passes.constants(slab),
                count: model.sensors,
                channels,
                padding: [0; 2],
                values: padded(&self.field.sensors),
                spots: padded_spots(&self.field.sensor_spots),
            };
            let mut bindings = vec![self.passes.field_buffer(slab), buffer::SCALARS];
            let mut definitions = Vec::new();
            if self.switches.lazy_scale {
                definitions.push("LAZY");
                bindings.push(buffer::MEANS);
            }
            let cost = Cost {
                bytes_read: 4 * u64::from(model.sensors),
                bytes_written: 4 * u64::from(model.sensors),
                operations: u64::from(model.sensors),
            };
            self.passes.small(
                stage::INJECT,
                "field/inject",
                &definitions,
                bindings,
                bytemuck::bytes_of(&uniform),
                [1, 1, 1],
                cost,
            );
        }
    }

    fn learn(&mut self) {
        self.predictor(stage::LEARN, "field/prediction_error");
        self.passes.apply(Operation::Learn);
        if self.switches.tensions_left_out {
            self.passes.flush();
        } else {
            // The tensions want these sums of the learned field: taking them here saves a pass.
            self.passes.sum(Sums::SITES, stage::TENSIONS);
        }
        self.summarise(stage::LEARN);
        self.predictor(stage::LEARN, "field/learning_step");
    }

    fn tensions(&mut self) {
        if self.switches.learning_left_out {
            self.passes.sum(Sums::SITES, stage::TENSIONS);
        }
        if self.switches.global_phase {
            self.passes.advance_phase();
        }
        self.passes.apply(Operation::RestPull);
        self.passes.apply(Operation::Boredom);
        self.passes.apply(Operation::Oscillation);
        self.passes.apply(Operation::DecayMap);
        self.passes.apply(Operation::ErrorHeat);
        self.passes.apply(Operation::Edge);
        if !self.switches.sparse_energy {
            self.passes.sum(Sums::MOMENTS, stage::TENSIONS);
            self.passes.apply(Operation::Starvation);
        }
    }

    fn physics(&mut self) {
        self.passes.apply(Operation::Decay);
        if self.diffusion_is_due() {
            self.passes.apply(Operation::Diffusion);
        }
        if !self.switches.sparse_noise {
            self.passes.apply(Operation::Noise);
        } else if self.cycle.is_multiple_of(NOISE_PERIOD) {
            self.passes.apply(Operation::SparseNoise);
        }
    }

    fn momentum_of_means(&mut self) {
        self.passes.sum(Sums::CHANNELS, stage::MOMENTUM);
        self.passes.channel_momentum();
        self.passes.apply(Operation::Offset);
    }

    /// Samples around the spots. In the direct form they are read before the clamp: what is still to be applied to the
    /// field is applied to the samples.
    fn motors(&mut self) {
        let direct = self.switches.direct_motors;
        let lazy = self.switches.lazy_scale;
        let pending = lazy || (direct && self.passes.pending_is(&[Operation::Offset]));
        if !pending || lazy {
            self.passes.flush();
        }
        let model = &self.field.model;
        for slab in self.field.slabs.iter() {
            let uniform = self.motor_block(slab.index, self.passes.constants(slab));
            let mut definitions = Vec::new();
            let mut bindings = vec![self.passes.field_buffer(slab), buffer::MOTOR_SUMS, buffer::SCALARS];
            if direct {
                definitions.push("DIRECT");
            }
            if lazy {
                definitions.push("SCALE");
            }
            if pending {
                definitions.push("OFFSET");
                bindings.push(buffer::OFFSETS);
            }
            let cells = if direct { 1 } else { 27 };
            let read = u64::from(model.motors) * u64::from(slab.groups) * 16 * cells;
            let cost = Cost { bytes_read: read, bytes_written: 8 * u64::from(model.motors), operations: read };
            let workgroups = [model.motors, 1, 1];
            self.passes.small(
                stage::MOTORS,
                "field/motors",
                &definitions,
                bindings,
                bytemuck::bytes_of(&uniform),
                workgroups,
                cost,
            );
        }
        if !self.switches.batched_readback {
            self.figures(stage::MOTORS, true, false);
            let first = offset_of!(Figures, motors) as u64;
            for motor in 0..u64::from(model.motors) {
                self.wait_for(stage::MOTORS, first + 4 * motor);
            }
        }
    }

    fn predict(&mut self) {
        self.summarise(stage::PREDICT);
        self.predictor(stage::PREDICT, "field/next_prediction");
    }

    fn telemetry(&mut self) {
        self.telemetry_of(true);
    }

    /// The figures of this cycle; only those of the motors where the field as a whole was not looked at.
    fn telemetry_of(&mut self, whole_field: bool) {
        let motors = offset_of!(Figures, motor_norm) as u64;
        let all = size_of::<Figures>() as u64;
        if self.switches.batched_readback {
            self.figures(stage::TELEMETRY, true, whole_field);
            let offset = if whole_field { 0 } else { motors };
            let bytes = all - offset;
            let read = Read { stages: stage::TELEMETRY, buffer: buffer::FIGURES, offset, bytes, wait: false };
            self.passes.step(Step::Read(read));
        } else if whole_field {
            self.figures(stage::TELEMETRY, false, true);
            for offset in (0..offset_of!(Figures, padding) as u64).step_by(4) {
                self.wait_for(stage::TELEMETRY, offset);
            }
        }
    }

    fn wait_for(&mut self, stages: crate::sim::StageSet, offset: u64) {
        let read = Read { stages, buffer: buffer::FIGURES, offset, bytes: 4, wait: true };
        self.passes.step(Step::Read(read));
    }

    fn figures(&mut self, stages: crate::sim::StageSet, motors: bool, telemetry: bool) {
        let Some(slab) = self.field.slabs.iter().next() else { return };
        let uniform = self.motor_block(0, self.passes.constants(slab));
        let mut definitions = Vec::new();
        let mut bindings = vec![buffer::SCALARS, buffer::FIGURES];
        if motors {
            definitions.push("MOTORS");
            bindings.push(buffer::MOTOR_SUMS);
            if self.switches.direct_motors {
                definitions.push("DIRECT");
            }
        }
        if telemetry {
            definitions.push("TELEMETRY");
        }
        let cost = Cost { bytes_read: 0, bytes_written: size_of::<Figures>() as u64, operations: 0 };
        self.passes.small(
            stages,
            "field/figures",
            &definitions,
            bindings,
            bytemuck::bytes_of(&uniform),
            [1, 1, 1],
            cost,
        );
    }

    fn motor_block(&self, slab: u32, pass_constants: super::kernels::FieldPass) -> Motors {
        Motors {
            pass_constants,
            count: self.field.model.motors,
            slab,
            slabs: self.field.slabs.count(),
            padding: 0,
            spots: padded_spots(&self.field.motor_spots),
        }
    }

    fn summarise(&mut self, stages: crate::sim::StageSet) {
        self.passes.flush();
        let plane = u64::from(self.field.model.sites).pow(2);
        for slab in self.field.slabs.iter() {
            let uniform = self.passes.constants(slab);
            let bindings = vec![self.passes.field_buffer(slab), buffer::SUMMARY];
            let cells = plane * u64::from(slab.groups);
            let cost = Cost {
                bytes_read: 4 * cells * self.passes.element_bytes(),
                bytes_written: 16 * u64::from(slab.groups),
                operations: 4 * cells,
            };
            let workgroups = [slab.groups, 1, 1];
            self.passes.small(stages, "field/summary", &[], bindings, bytemuck::bytes_of(&uniform), workgroups, cost);
        }
    }

    fn predictor(&mut self, stages: crate::sim::StageSet, kernel: &'static str) {
        let Some(slab) = self.field.slabs.iter().next() else { return };
        let model = &self.field.model;
        let rules = model.rules;
        let uniform = Prediction {
            pass_constants: self.passes.constants(slab),
            count: model.sensors,
            trend_known: u32::from(self.field.trend.is_some()),
            rate: if rules == Rules::Stable { 0.1 } else { 0.01 },
            padding: 0,
            values: padded(&self.field.sensors),
            trend: padded(self.field.trend.as_deref().unwrap_or_default()),
        };
        let mut definitions = Vec::new();
        let mut bindings = vec![buffer::SCALARS, buffer::PREDICTIONS];
        if kernel != "field/prediction_error" {
            bindings.extend([buffer::WEIGHTS, buffer::SUMMARY]);
            if kernel == "field/learning_step" && rules == Rules::Stable {
                definitions.push("STABLE");
            }
        }
        let weights = u64::from(model.sensors) * u64::from(model.channels);
        let cost = match kernel {
            "field/learning_step" => {
                Cost { bytes_read: 4 * weights, bytes_written: 4 * weights, operations: 4 * weights }
            }
            "field/next_prediction" => Cost { bytes_read: 4 * weights, bytes_written: 0, operations: 2 * weights },
            _ => Cost::default(),
        };
        self.passes.small(stages, kernel, &definitions, bindings, bytemuck::bytes_of(&uniform), [1, 1, 1], cost);
    }
}
