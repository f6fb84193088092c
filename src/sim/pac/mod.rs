//! Phase–amplitude coupling: how much the amplitude of fast bands of a recording follows the phase of slow ones.
//!
//! A cycle is one window: its spectrum, every band's analytic signal by one inverse transform each, the coupling of every
//! pair of bands, and as many surrogates as were asked for. Then the window moves on. The recording lies on the device.

pub mod bands;
pub mod choices;
mod cycle;
pub mod description;
pub mod design;
pub mod filters;
pub mod fourier;
pub mod kernels;
pub mod layout;
mod looks;
pub mod params;
pub mod reference;
pub mod shifts;
mod start;
pub mod surrogates;
mod transforms;
mod views;

use crate::sim::{Choice, Description, Picture, Plan, Probe, Refusal, Simulation, State, ToggleSet, Work};
use cycle::Cycle;
use description::switches;
use design::{Design, Input};
use kernels::PacFigures;
use params::{PacModel, Source};
use std::mem::offset_of;
use std::sync::Arc;

/// An analysis, ready to plan its cycles. Owns no device.
#[derive(Clone)]
pub struct Pac {
    description: Description,
    model: PacModel,
    design: Arc<Design>,
    seed: u32,
    next_cycle: u64,
    /// The cycle from which on the window moves, from the model's position.
    moves_from: u64,
    /// What is looked at.
    pointed: views::Pointed,
}

impl Pac {
    /// An analysis of this signal; `input` is ignored where the model makes its own.
    ///
    /// # Errors
    /// A number outside its range, bands or a window that cannot be, by field and with the remedy.
    pub fn new(model: PacModel, input: Option<Input>, seed: u64) -> Result<Self, Refusal> {
        model.check()?;
        let input = match (&model.source, input) {
            (Source::Generator(generator), _) => Input {
                rate: generator.rate,
                names: (1..=generator.channels).map(|channel| format!("generator {channel}")).collect(),
                total: ((model.window * generator.rate).round() as usize).max(1),
                ..Input::default()
            },
            (Source::Recording(_), Some(input)) => input,
            (Source::Recording(of), None) => {
                return Err(Refusal(format!("path: {} was not read", of.path.display())));
            }
        };
        let design = Arc::new(Design::new(&model, input)?);
        let mut description = description::description();
        if model.generator().is_none() {
            description::within_recording(&mut description, design.input.total - design.window, design.input.rate);
        }
        let pointed = views::Pointed::default();
        let mut pac = Self { description, model, design, seed: 0, next_cycle: 1, moves_from: 1, pointed };
        pac.reseed(seed);
        Ok(pac)
    }

    /// The model as it stands.
    pub fn model(&self) -> &PacModel {
        &self.model
    }

    /// What follows from it.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The sample that the window of a cycle begins with.
    pub fn first_sample(&self, cycle: u64) -> u64 {
        let rate = self.design.input.rate;
        let moved = cycle.saturating_sub(self.moves_from) as f64 * self.model.advance;
        let sample = ((self.model.position + moved) * rate).round() as u64;
        match self.model.generator() {
            Some(_) => sample,
            None => sample % (self.design.input.total - self.design.window + 1) as u64,
        }
    }

    /// The sample that the last window began with; before the first cycle, that with which the first one will.
    fn stands(&self) -> u64 {
        self.first_sample(self.next_cycle.saturating_sub(1).max(1))
    }

    fn value(&mut self, name: &str) -> Option<&mut f64> {
        match (name, &mut self.model.source) {
            ("position", _) => Some(&mut self.model.position),
            ("advance", _) => Some(&mut self.model.advance),
            ("strength", Source::Generator(generator)) => Some(&mut generator.strength),
            ("noise", Source::Generator(generator)) => Some(&mut generator.noise),
            _ => None,
        }
    }
}

impl Simulation for Pac {
    fn description(&self) -> &Description {
        &self.description
    }

    fn state(&self, toggles: ToggleSet) -> State {
        layout::state(&self.model, &self.design, switches(toggles))
    }

    fn what_would_fit(&self, toggles: ToggleSet, _bytes: u64) -> String {
        let switches = switches(toggles);
        if !switches.scatter_bins && Design::has_bins(self.model.method) {
            let expansion = layout::expansion_bytes(&self.design, switches) as f64 / 1e9;
            return format!("the one-hot expansion alone takes {expansion:.1} GB, turn scatter_bins on");
        }
        if !switches.chunked && self.design.channels() > 1 {
            return "turn chunked on, or choose a shorter window".to_owned();
        }
        "choose a shorter window or fewer bands".to_owned()
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |name: &str, plot, offset: usize| Probe { name: name.to_owned(), plot, offset: offset as u64 };
        vec![
            probe("peak coupling", "coupling", offset_of!(PacFigures, peak)),
            probe("phase at the peak, Hz", "phase", offset_of!(PacFigures, phase_hertz)),
            probe("amplitude at the peak, Hz", "amplitude", offset_of!(PacFigures, amplitude_hertz)),
            probe("channel of the peak", "channel", offset_of!(PacFigures, channel)),
            probe("z at the peak", "z", offset_of!(PacFigures, z)),
            probe("p at the peak", "p", offset_of!(PacFigures, p)),
            probe("part excluded", "excluded", offset_of!(PacFigures, excluded)),
        ]
    }

    fn pictures(&self) -> Vec<Picture> {
        views::pictures(self)
    }

    fn caption(&self) -> Option<String> {
        Some(views::caption(self))
    }

    fn work(&self, _toggles: ToggleSet) -> Option<Work> {
        let maps = f64::from(self.design.channels()) * f64::from(1 + self.model.surrogates);
        Some(Work { unit: "pairs", per_cycle: maps * self.design.pairs() as f64 })
    }

    fn choices(&self) -> Vec<Choice> {
        self.model.choices(&self.design.input.known)
    }

    fn remarks(&self) -> Vec<String> {
        self.design.warnings.clone()
    }

    fn validate(&self, toggles: ToggleSet) -> Result<(), Refusal> {
        if switches(toggles).all_shifts_fft && self.model.surrogates > 0 {
            shifts::accept(&self.model, &self.design)?;
        }
        Ok(())
    }

    fn initialise(&self, _toggles: ToggleSet, plan: &mut Plan) {
        self.write_tables(plan);
    }

    fn switch(&self, _from: ToggleSet, _to: ToggleSet, _plan: &mut Plan) {
        // Tables are the same under every setting, and everything else is made anew in every cycle.
    }

    fn plan(&self, cycle: u64, toggles: ToggleSet, plan: &mut Plan) {
        plan.clear();
        Cycle::new(self, switches(toggles), plan).write(cycle);
    }

    fn look(&self, toggles: ToggleSet, plan: &mut Plan) {
        plan.clear();
        Cycle::new(self, switches(toggles), plan).look();
    }

    fn advance(&mut self, _toggles: ToggleSet, _plan: &Plan) {
        self.next_cycle += 1;
    }

    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal> {
        self.description.preset(name)
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        // Where the window stands, not where it once began.
        let place = || self.stands() as f64 / self.design.input.rate;
        if name == "position" { Some(place()) } else { self.clone().value(name).map(|value| *value) }
    }

    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Refusal> {
        self.description.check_parameter(name, value)?;
        let rate = self.design.input.rate;
        // The window goes on from where it stands, unless it is the place that is set.
        let stands = self.first_sample(self.next_cycle) as f64 / rate;
        if let Some(slot) = self.value(name) {
            *slot = value;
        }
        if name == "advance" {
            self.model.position = stands;
        }
        if matches!(name, "advance" | "position") {
            self.moves_from = self.next_cycle;
        }
        Ok(())
    }

    fn reseed(&mut self, seed: u64) {
        // The counter has one word for the seed: both halves of the scene's count.
        self.seed = (seed ^ (seed >> 32)) as u32;
        self.next_cycle = 1;
        self.moves_from = 1;
    }

    fn resume(&mut self, cycle: u64, _toggles: ToggleSet) {
        self.next_cycle = cycle + 1;
    }

    fn duplicate(&self) -> Box<dyn Simulation> {
        Box::new(self.clone())
    }

    fn point(&mut self, picture: &str, at: [f32; 2]) {
        self.pointed = self.pointed.moved(&self.design, picture, at);
    }

    fn rules(&self) -> String {
        format!("{:?}, seed {}", self.model, self.seed)
    }

    fn compared(&self) -> &'static [&'static str] {
        // Not z and p: where every shift of a signal is like every other, rounding decides on them.
        &["map", "surrogates"]
    }

    fn cycles_to_look_at(&self) -> &'static [u64] {
        &[1]
    }
}
