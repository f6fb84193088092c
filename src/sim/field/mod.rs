//! The field brain: a tensor field of sites³ × channels under injection, learning, tensions, momentum and diffusion.
//!
//! The cycle reads as a list in [`cycle`]; how its operations become passes stands in [`operation`] and [`passes`].

pub mod constants;
pub mod cycle;
pub mod description;
pub mod kernels;
pub mod layout;
pub mod operation;
pub mod params;
pub mod passes;
pub mod reference;
pub mod sensors;
pub mod spots;
mod transition;

use crate::sim::random::Draws;
use crate::sim::{
    Content, Description, Picture, Plan, Probe, Refusal, Simulation, State, Streaming, ToggleSet, Values,
};
use cycle::Cycle;
use kernels::Figures;
use layout::{Rotation, Slabs};
use operation::Operation;
use params::{FieldModel, Rules};
use std::mem::offset_of;

/// A field, ready to plan its cycles. Owns no device.
#[derive(Clone)]
pub struct Field {
    description: Description,
    model: FieldModel,
    seed: u32,
    slabs: Slabs,
    rotation: Rotation,
    sensor_spots: Vec<[u32; 3]>,
    motor_spots: Vec<[u32; 3]>,
    /// Sensor values of the next cycle.
    sensors: Vec<f32>,
    /// Sensor values of the cycles that the predictor has seen, the last two.
    history: Vec<Vec<f32>>,
    /// Their difference, once there are two.
    trend: Option<Vec<f32>>,
    walk: Vec<f32>,
    pointer: [f32; 2],
    next_cycle: u64,
    only: Option<&'static [Operation]>,
}

impl Field {
    /// A field of this model, in slabs that stream well.
    ///
    /// # Errors
    /// A size outside its range, by field and with the remedy.
    pub fn new(model: FieldModel, seed: u64, streaming: Streaming) -> Result<Self, Refusal> {
        model.check()?;
        let slabs = Slabs::new(&model, streaming);
        let mut field = Self {
            description: description::description(),
            model,
            seed: 0,
            slabs,
            rotation: Rotation::new(slabs),
            sensor_spots: Vec::new(),
            motor_spots: Vec::new(),
            sensors: Vec::new(),
            history: Vec::new(),
            trend: None,
            walk: Vec::new(),
            pointer: [0.5; 2],
            next_cycle: 1,
            only: None,
        };
        field.reseed(seed);
        Ok(field)
    }

    /// A field whose cycle is nothing but these operations, to measure them by themselves.
    #[must_use]
    pub fn doing_only(mut self, operations: &'static [Operation]) -> Self {
        self.only = Some(operations);
        self
    }

    /// The model as it stands.
    pub fn model(&self) -> &FieldModel {
        &self.model
    }

    /// Sensor values of the next cycle.
    pub fn sensors(&self) -> &[f32] {
        &self.sensors
    }

    fn draws(&self) -> Draws {
        Draws { generator: self.model.generator, seed: self.seed }
    }

    fn read_sensors(&mut self) {
        let (model, draws) = (self.model, self.draws());
        self.sensors = sensors::sensor_values(&model, draws, self.next_cycle, self.pointer, &mut self.walk);
    }

    /// Appends this cycle's sensors to the predictor's history and reads the next cycle's.
    fn take_sensors(&mut self, toggles: ToggleSet) {
        if description::switches(toggles).learning_left_out {
            // As on the device: what learning finds when it comes back is a fresh start.
            self.history.clear();
            self.trend = None;
        } else {
            self.history.push(self.sensors.clone());
            if self.history.len() > 2 {
                self.history.remove(0);
            }
            if let [before, last] = self.history.as_slice() {
                self.trend = Some(last.iter().zip(before).map(|(last, before)| last - before).collect());
            }
        }
        self.next_cycle += 1;
        self.read_sensors();
    }
}

impl Simulation for Field {
    fn description(&self) -> &Description {
        &self.description
    }

    fn state(&self, toggles: ToggleSet) -> State {
        layout::state(&self.model, self.slabs, &self.rotation, &description::switches(toggles))
    }

    fn what_would_fit(&self, toggles: ToggleSet, bytes: u64) -> String {
        let sites = self.model.sites;
        match layout::most_channels(&self.model, self.slabs, &description::switches(toggles), bytes) {
            Some(channels) => format!("with sites: {sites} at most channels: {channels} fits"),
            None => format!("with sites: {sites} not even channels: 8 fits; choose fewer sites"),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |name: &str, plot, offset: usize| Probe { name: name.to_owned(), plot, offset: offset as u64 };
        let mut probes = vec![
            probe("energy", "energy", offset_of!(Figures, energy)),
            probe("mean", "energy", offset_of!(Figures, mean)),
            probe("variance", "variance", offset_of!(Figures, variance)),
            probe("site variance", "variance", offset_of!(Figures, site_variance)),
            probe("resting", "comfort", offset_of!(Figures, resting)),
            probe("variance comfort", "comfort", offset_of!(Figures, variance_comfort)),
            probe("activity", "comfort", offset_of!(Figures, activity)),
            probe("overall comfort", "comfort", offset_of!(Figures, comfort)),
            probe("prediction error", "prediction", offset_of!(Figures, error)),
            probe("explore", "prediction", offset_of!(Figures, explore)),
        ];
        let first = offset_of!(Figures, motors);
        let motors =
            (0..self.model.motors as usize).map(|motor| probe(&format!("motor {motor}"), "motors", first + 4 * motor));
        probes.extend(motors);
        probes
    }

    fn pictures(&self) -> Vec<Picture> {
        let content = Content::Cube {
            array: "field",
            sites: self.model.sites,
            channels: self.model.channels,
            spots: vec![("sensor", self.sensor_spots.clone()), ("motor", self.motor_spots.clone())],
        };
        vec![Picture::new("field", "the field in slices and as a volume", Values::Any, content)]
    }

    fn validate(&self, toggles: ToggleSet) -> Result<(), Refusal> {
        let switches = description::switches(toggles);
        let needed = [
            ("global_momentum", switches.global_momentum, "on"),
            ("sparse_noise", switches.sparse_noise, "on"),
            ("direct_motors", switches.direct_motors, "on"),
            ("tensions_left_out", switches.tensions_left_out, "on"),
            ("learning_left_out", switches.learning_left_out, "on"),
            ("half_storage", !switches.half_storage, "off"),
        ];
        let missing: Vec<_> =
            needed.iter().filter(|(_, met, _)| !met).map(|(name, _, position)| format!("{name} {position}")).collect();
        if switches.lazy_scale && !missing.is_empty() {
            return Err(Refusal(format!(
                "lazy_scale needs {}: otherwise every cycle writes or reads the whole field anyway",
                missing.join(", ")
            )));
        }
        Ok(())
    }

    fn initialise(&self, toggles: ToggleSet, plan: &mut Plan) {
        transition::initialise(self, description::switches(toggles), plan);
    }

    fn switch(&self, from: ToggleSet, to: ToggleSet, plan: &mut Plan) {
        transition::switch(self, description::switches(from), description::switches(to), plan);
    }

    fn plan(&self, cycle: u64, toggles: ToggleSet, plan: &mut Plan) {
        plan.clear();
        let cycle = Cycle::new(self, description::switches(toggles), cycle, plan);
        match self.only {
            Some(operations) => cycle.write_only(operations),
            None => cycle.write(),
        }
    }

    fn advance(&mut self, toggles: ToggleSet, plan: &Plan) {
        self.rotation.take(&plan.rotation);
        self.take_sensors(toggles);
    }

    fn resume(&mut self, cycle: u64, toggles: ToggleSet) {
        self.history.clear();
        self.trend = None;
        self.walk.clear();
        self.next_cycle = 1;
        self.read_sensors();
        for _ in 0..cycle {
            self.take_sensors(toggles);
        }
    }

    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal> {
        let toggles = self.description.preset(name)?;
        self.model.rules = if name == "stable" { Rules::Stable } else { Rules::Published };
        Ok(toggles)
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        self.model.rates.get(name).map(f64::from)
    }

    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Refusal> {
        self.description.check_parameter(name, value)?;
        if let Some(rate) = self.model.rates.get_mut(name) {
            *rate = value as f32;
        }
        Ok(())
    }

    fn reseed(&mut self, seed: u64) {
        // The counter has one word for the seed: both halves of the scene's count.
        self.seed = (seed ^ (seed >> 32)) as u32;
        self.sensor_spots = spots::sensor_spots(self.draws(), &self.model);
        self.motor_spots = spots::motor_spots(self.draws(), &self.model);
        self.rotation = Rotation::new(self.slabs);
        self.history.clear();
        self.trend = None;
        self.walk.clear();
        self.next_cycle = 1;
        self.read_sensors();
    }

    fn duplicate(&self) -> Box<dyn Simulation> {
        Box::new(self.clone())
    }

    fn point(&mut self, _picture: &str, at: [f32; 2]) {
        self.pointer = at;
    }

    fn period(&self, toggles: ToggleSet) -> u64 {
        let switches = description::switches(toggles);
        let periods = [
            (switches.sparse_noise, cycle::NOISE_PERIOD),
            (switches.sparse_energy && !switches.tensions_left_out, cycle::ENERGY_PERIOD),
            (switches.temporal_batching, cycle::DIFFUSION_PERIOD),
        ];
        let periods: Vec<u64> = periods.into_iter().filter(|(on, _)| *on).map(|(_, period)| period).collect();
        let repeats = |cycles: &u64| periods.iter().all(|period| cycles.is_multiple_of(*period));
        (1..).find(repeats).unwrap_or(1)
    }

    fn rules(&self) -> String {
        format!("{:?}, seed {}", self.model, self.seed)
    }

    fn loosens(&self, a: ToggleSet, b: ToggleSet) -> Option<String> {
        let [of_a, of_b] = [a, b].map(description::switches);
        let both_half = of_a.half_storage && of_b.half_storage;
        (both_half && of_a.fused_pass != of_b.fused_pass)
            .then(|| "half_storage rounds at the end of every pass, and fused_pass makes them fewer".to_owned())
    }

    fn compared(&self) -> &'static [&'static str] {
        &["field", "momentum", "phase"]
    }

    fn cycles_to_look_at(&self) -> &'static [u64] {
        // Diffusion every fifth, noise every third, energy every tenth cycle: all combinations that occur.
        &[1, 3, 5, 10, 15, 30]
    }
}
