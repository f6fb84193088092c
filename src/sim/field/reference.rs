//! The field in f64 on the host, written for reading: what the kernels are held against.
//!
//! Shares with the kernels only the constants, the random draws and the spots. The steps are free functions on slices,
//! one file per part of the cycle; [`Reference::cycle`] puts them in order. Section numbers are those of the published
//! system. Switches that only change how a result is reached (`fused_pass`, `procedural_maps`, `batched_readback`,
//! `lazy_scale`, `half_storage`) change nothing here.

pub mod compare;
pub mod learning;
pub mod motors;
mod near_threshold;
pub mod physics;
pub mod shape;
mod telemetry;
pub mod tensions;
#[cfg(test)]
mod tests;

pub use near_threshold::NearThreshold;
pub use shape::Shape;
pub use telemetry::{Comfort, Motivation, Telemetry};

use super::constants::{ERROR_WINDOW, STARVATION_LEVEL, draw};
use super::params::{FieldModel, Switches};
use super::spots::{motor_spots, sensor_spots};
use crate::sim::random::Draws;
use shape::{Moment, add_normals, mean_of, site_variances};
use std::collections::VecDeque;

/// Sensor vectors that the trend of the prediction needs.
const SENSORS_SEEN: usize = 2;
/// Cycles from one diffusion to the next when batched (section 1.3 step 3).
const DIFFUSION_PERIOD: u64 = 5;
/// Cycles from one check of sparse energy to the next (section 1.3 step 6).
const ENERGY_PERIOD: u64 = 10;

/// The state of a field and what its last cycle gave.
///
/// Quantities have no dimension; the unit of time is one cycle. Element arrays are \[channel\]\[z\]\[y\]\[x\], x fastest.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The model; its rates may be moved between cycles.
    pub model: FieldModel,
    /// Generator and seed.
    pub draws: Draws,
    /// Cycles done.
    pub cycle: u64,
    /// F, \[C\]\[S\]\[S\]\[S\].
    pub field: Vec<f64>,
    /// M, \[C\]\[S\]\[S\]\[S\]; stands still while the momentum is global.
    pub momentum: Vec<f64>,
    /// φ in [−π, π), \[C\]\[S\]\[S\]\[S\]; stands still while the phase is global.
    pub phase: Vec<f64>,
    /// g, \[C\]: the momentum of the channel means.
    pub global_momentum: Vec<f64>,
    /// θ in rad: the one phase of the whole field.
    pub global_phase: f64,
    /// W, \[sensor\]\[C\].
    pub weights: Vec<f64>,
    /// ŝ for the next cycle, \[sensor\].
    pub prediction: Option<Vec<f64>>,
    /// The last two sensor vectors that were predicted from, the later one last.
    pub sensors_seen: VecDeque<Vec<f64>>,
    /// The last ten mean errors, the latest last.
    pub errors: VecDeque<f64>,
    /// Mean errors ever recorded.
    pub errors_recorded: u64,
    /// The motors' outputs, each in (−1, 1); 0 before the first cycle.
    pub motors: Vec<f64>,
    /// The figures of the last cycle, or of the initial field.
    pub telemetry: Telemetry,
    /// The decisions of all cycles so far that single precision may take otherwise.
    pub near_threshold: NearThreshold,
    sensor_spots: Vec<[u32; 3]>,
    motor_spots: Vec<[u32; 3]>,
}

impl Reference {
    /// The state before the first cycle (section 1.1). The model's sizes must be valid.
    pub fn new(model: &FieldModel, seed: u32) -> Self {
        let draws = Draws { generator: model.generator, seed };
        let shape = Shape::of(model);
        let mut field = vec![0.0; shape.elements()];
        add_normals(&mut field, shape, Moment { draws, cycle: 0 }.source(draw::INITIAL_FIELD), 0.01);
        Self {
            model: *model,
            draws,
            cycle: 0,
            telemetry: Telemetry::of(&field, shape, 0.0, true),
            field,
            momentum: vec![0.0; shape.elements()],
            phase: vec![0.0; shape.elements()],
            global_momentum: vec![0.0; shape.channels],
            global_phase: 0.0,
            weights: initial_weights(draws, model),
            prediction: None,
            sensors_seen: VecDeque::new(),
            errors: VecDeque::new(),
            errors_recorded: 0,
            motors: vec![0.0; model.motors as usize],
            near_threshold: NearThreshold::default(),
            sensor_spots: sensor_spots(draws, model),
            motor_spots: motor_spots(draws, model),
        }
    }

    /// The shape of the element arrays.
    pub fn shape(&self) -> Shape {
        Shape::of(&self.model)
    }

    /// One cycle under these sensor values, in the order of section 1.2; what the switches put elsewhere or leave out
    /// follows section 1.3. Values beyond the model's sensors are dropped, missing ones are 0.
    pub fn cycle(&mut self, switches: &Switches, sensors: &[f32]) {
        self.cycle += 1;
        let shape = self.shape();
        let mut sensors: Vec<f64> = sensors.iter().map(|&value| f64::from(value)).collect();
        sensors.resize(self.model.sensors as usize, 0.0);
        let rate = f64::from(self.model.rates.injection);
        physics::inject(&mut self.field, shape, &self.sensor_spots, &sensors, rate, switches.spread_injection);
        let error = if switches.learning_left_out { 0.0 } else { self.learn(&sensors) };
        if !switches.tensions_left_out {
            self.tense(switches, error);
        }
        if !switches.global_momentum {
            let rate = f64::from(self.model.rates.momentum);
            physics::carry_momentum(&mut self.field, &mut self.momentum, rate, self.model.rules);
        }
        let explore = self.explore();
        self.spread(switches);
        self.stir(switches, explore);
        if switches.direct_motors {
            self.motors = motors::direct_motors(&self.field, shape, &self.motor_spots);
        }
        physics::clamp(&mut self.field);
        if !switches.direct_motors {
            self.motors = motors::gradient_motors(&self.field, shape, &self.motor_spots);
        }
        if !switches.learning_left_out {
            self.predict(sensors);
        }
        self.telemetry = Telemetry::of(&self.field, shape, error, explore);
    }

    /// Section 1.2 step 2: field and weights learn from the error of the last prediction. Gives ē, 0 without one.
    fn learn(&mut self, sensors: &[f64]) -> f64 {
        let Some(prediction) = &self.prediction else { return 0.0 };
        let (shape, now) = (self.shape(), self.now());
        let errors: Vec<f64> = sensors.iter().zip(prediction).map(|(sensor, predicted)| sensor - predicted).collect();
        let error = errors.iter().map(|error| error.abs()).sum::<f64>() / errors.len() as f64;
        self.record_error(error);
        self.near_threshold.note_signs(&self.field, shape);
        let (noise, phase) = (now.source(draw::LEARNING_NOISE), now.source(draw::LEARNING_PHASE));
        learning::imprint_error(&mut self.field, shape, error, noise, phase);
        let summary = learning::summary(&self.field, shape);
        learning::step_weights(&mut self.weights, &errors, &summary, self.model.rules);
        error
    }

    fn record_error(&mut self, error: f64) {
        self.errors_recorded += 1;
        self.errors.push_back(error);
        while self.errors.len() > ERROR_WINDOW {
            self.errors.pop_front();
        }
    }

    /// Section 1.2 step 3: the tensions, one after the other.
    fn tense(&mut self, switches: &Switches, error: f64) {
        let (shape, now, start) = (self.shape(), self.now(), self.start());
        let variances = site_variances(&self.field, shape);
        self.near_threshold.note_variances(&variances);
        tensions::pull_to_rest(&mut self.field, shape);
        tensions::stir_boredom(&mut self.field, shape, &variances, now.source(draw::BOREDOM));
        if switches.global_phase {
            self.global_phase += 0.1;
            tensions::oscillate_together(&mut self.field, self.global_phase);
        } else {
            tensions::turn_phase(&mut self.phase, shape, start.source(draw::FREQUENCY_MAP));
            tensions::oscillate(&mut self.field, &self.phase);
        }
        if switches.uniform_decay {
            tensions::decay_uniformly(&mut self.field);
        } else {
            tensions::decay_by_map(&mut self.field, shape, start.source(draw::DECAY_MAP));
        }
        self.near_threshold.note_error(self.cycle, error);
        if tensions::is_hot(error) {
            tensions::heat(&mut self.field, shape, error, now.source(draw::ERROR_HEAT));
            if !switches.global_phase {
                tensions::disturb_phase(&mut self.phase, shape, error, now.source(draw::ERROR_PHASE));
            }
        }
        tensions::sharpen_edges(&mut self.field, shape);
        if !switches.sparse_energy {
            let magnitude = self.magnitude();
            tensions::feed_starving(&mut self.field, shape, magnitude, now.source(draw::STARVATION));
        }
    }

    /// ⟨|F|⟩ where starvation is decided.
    fn magnitude(&mut self) -> f64 {
        let magnitude = mean_of(&self.field, self.shape(), f64::abs);
        self.near_threshold.note_magnitude(self.cycle, magnitude);
        magnitude
    }

    /// Section 1.2 step 5.
    fn explore(&mut self) -> bool {
        if let Some(improvement) = learning::improvement(&self.errors) {
            self.near_threshold.note_improvement(self.cycle, improvement);
        }
        learning::explores(&self.errors)
    }

    /// Section 1.2 step 6, first half: decay and diffusion (section 1.3 steps 2 and 3).
    fn spread(&mut self, switches: &Switches) {
        let shape = self.shape();
        physics::decay(&mut self.field, f64::from(self.model.rates.decay));
        if switches.temporal_batching && !self.cycle.is_multiple_of(DIFFUSION_PERIOD) {
            return;
        }
        let rate = f64::from(self.model.rates.diffusion);
        if switches.box_diffusion {
            physics::blend_box(&mut self.field, shape, rate);
        } else {
            physics::diffuse(&mut self.field, shape, rate);
        }
    }

    /// Section 1.2 step 6, second half: noise, and what section 1.3 puts after it (its steps 4 to 6).
    fn stir(&mut self, switches: &Switches, explore: bool) {
        let (shape, now) = (self.shape(), self.now());
        let rates = self.model.rates;
        if switches.sparse_noise {
            self.stir_sparsely(explore);
        } else {
            let (noise, exploration) = (now.source(draw::NOISE), now.source(draw::EXPLORATION));
            add_normals(&mut self.field, shape, noise, f64::from(rates.noise));
            if explore {
                add_normals(&mut self.field, shape, exploration, f64::from(rates.exploration));
            }
        }
        if switches.global_momentum {
            let (rate, rules) = (f64::from(rates.momentum), self.model.rules);
            physics::carry_global_momentum(&mut self.field, shape, &mut self.global_momentum, rate, rules);
        }
        if switches.sparse_energy {
            self.feed_sparsely();
        }
    }

    /// Section 1.3 step 4.
    fn stir_sparsely(&mut self, explore: bool) {
        if !self.cycle.is_multiple_of(physics::SPARSE_PERIOD) {
            return;
        }
        let (shape, now) = (self.shape(), self.now());
        let (sites, noise) = (now.source(draw::SPARSE_SITES), now.source(draw::SPARSE_NOISE));
        let amplitude = physics::sparse_amplitude(&self.model.rates, explore, self.model.matched_variance);
        physics::add_sparse_noise(&mut self.field, shape, sites, physics::SPARSE_SHARE, noise, amplitude);
    }

    /// Section 1.3 step 6.
    fn feed_sparsely(&mut self) {
        if !self.cycle.is_multiple_of(ENERGY_PERIOD) || self.magnitude() >= f64::from(STARVATION_LEVEL) {
            return;
        }
        let (shape, now) = (self.shape(), self.now());
        let (sites, noise) = (now.source(draw::ENERGY_SITES), now.source(draw::ENERGY_NOISE));
        physics::add_sparse_noise(&mut self.field, shape, sites, physics::ENERGY_SHARE, noise, 0.05);
    }

    /// Section 1.2 step 8: the trend comes from the sensors before this cycle's, which are recorded only now.
    fn predict(&mut self, sensors: Vec<f64>) {
        let summary = learning::summary(&self.field, self.shape());
        self.prediction = Some(learning::predict(&self.weights, &summary, &self.sensors_seen));
        self.sensors_seen.push_back(sensors);
        while self.sensors_seen.len() > SENSORS_SEEN {
            self.sensors_seen.pop_front();
        }
    }

    /// The draws of this cycle. The counter's cycle word has 32 bits: draws repeat after 2³² cycles.
    fn now(&self) -> Moment {
        Moment { draws: self.draws, cycle: self.cycle as u32 }
    }

    /// The draws of what is fixed from the start.
    fn start(&self) -> Moment {
        Moment { draws: self.draws, cycle: 0 }
    }
}

/// W\[i\]\[c\] = 0.1·N (section 1.1), four channels to a draw.
fn initial_weights(draws: Draws, model: &FieldModel) -> Vec<f64> {
    let source = Moment { draws, cycle: 0 }.source(draw::INITIAL_WEIGHTS);
    let groups = (model.sensors * model.channels / 4) as usize;
    (0..groups).flat_map(|index| source.normals(index)).map(|normal| 0.1 * normal).collect()
}
