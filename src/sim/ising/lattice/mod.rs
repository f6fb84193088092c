//! The two-dimensional lattice: spins of ±1 on a periodic square, Metropolis on a checkerboard.
//!
//! All sites of one colour are decided at once, then all of the other: their neighbours stand still meanwhile. Such a sweep
//! keeps Boltzmann's distribution stationary; detailed balance, which a sweep does not have, is not claimed.

pub mod constants;
mod cycle;
pub mod description;
pub mod exact;
pub mod kernels;
pub mod layout;
pub mod params;
pub mod reference;

use crate::sim::{
    Content, Course, Description, Landmark, Observable, Picture, Plan, Probe, Refusal, Simulation, State, ToggleSet,
    Values, Work,
};
use cycle::Cycle;
use description::switches;
use kernels::LatticeFigures;
use params::LatticeModel;
use std::mem::offset_of;

/// A lattice, ready to plan its cycles. Owns no device.
#[derive(Clone)]
pub struct Lattice {
    description: Description,
    model: LatticeModel,
    seed: u32,
    next_cycle: u64,
    /// The cycle after which temperature or field last changed: averages begin there.
    changed_at: u64,
}

impl Lattice {
    /// A lattice of this model.
    ///
    /// # Errors
    /// A number outside its range, by field and with the remedy.
    pub fn new(model: LatticeModel, seed: u64) -> Result<Self, Refusal> {
        model.check()?;
        let mut lattice =
            Self { description: description::description(), model, seed: 0, next_cycle: 1, changed_at: 0 };
        lattice.reseed(seed);
        Ok(lattice)
    }

    /// The model as it stands.
    pub fn model(&self) -> &LatticeModel {
        &self.model
    }
}

impl Simulation for Lattice {
    fn description(&self) -> &Description {
        &self.description
    }

    fn state(&self, toggles: ToggleSet) -> State {
        layout::state(&self.model, switches(toggles))
    }

    fn what_would_fit(&self, toggles: ToggleSet, bytes: u64) -> String {
        match layout::most_sites(&self.model, switches(toggles), bytes) {
            Some(sites) => format!("at most sites: {sites} fits"),
            None => "not even sites: 64 fits".to_owned(),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |name: &str, plot, offset: usize| Probe { name: name.to_owned(), plot, offset: offset as u64 };
        vec![
            probe("magnetisation", "magnetisation", offset_of!(LatticeFigures, magnetisation)),
            probe("magnitude", "magnetisation", offset_of!(LatticeFigures, magnitude)),
            probe("magnitude, exact", "magnetisation", offset_of!(LatticeFigures, exact_magnetisation)),
            probe("energy per site", "energy", offset_of!(LatticeFigures, energy)),
            probe("energy per site, exact", "energy", offset_of!(LatticeFigures, exact_energy)),
            probe("susceptibility", "susceptibility", offset_of!(LatticeFigures, susceptibility)),
            probe("specific heat", "specific heat", offset_of!(LatticeFigures, specific_heat)),
            probe("Binder cumulant", "Binder cumulant", offset_of!(LatticeFigures, binder)),
            probe("overlap of replicas", "overlap", offset_of!(LatticeFigures, overlap)),
        ]
    }

    fn observables(&self) -> Vec<Observable> {
        description::observables(&self.model)
    }

    fn pictures(&self) -> Vec<Picture> {
        let content = Content::Checkerboard { array: "spins", sites: self.model.sites };
        vec![Picture::new("spins", "the spins, or those of the first replica", Values::Any, content)]
    }

    fn work(&self, toggles: ToggleSet) -> Option<Work> {
        let replicas = if switches(toggles).multi_replica { 32.0 } else { 1.0 };
        let sites = f64::from(self.model.sites).powi(2);
        Some(Work { unit: "flips", per_cycle: replicas * sites * f64::from(self.model.sweeps) })
    }

    fn validate(&self, toggles: ToggleSet) -> Result<(), Refusal> {
        switches(toggles).check(&self.model)
    }

    fn initialise(&self, toggles: ToggleSet, plan: &mut Plan) {
        Cycle::new(self, switches(toggles), plan).initialise();
    }

    fn switch(&self, from: ToggleSet, to: ToggleSet, plan: &mut Plan) {
        Cycle::new(self, switches(to), plan).carry_over(switches(from));
    }

    fn plan(&self, cycle: u64, toggles: ToggleSet, plan: &mut Plan) {
        plan.clear();
        Cycle::new(self, switches(toggles), plan).write(cycle);
    }

    fn advance(&mut self, _toggles: ToggleSet, _plan: &Plan) {
        self.next_cycle += 1;
    }

    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal> {
        self.description.preset(name)
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        self.model.get(name)
    }

    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Refusal> {
        self.description.check_parameter(name, value)?;
        if let Some(slot) = self.model.get_mut(name) {
            *slot = value;
        }
        self.changed_at = self.next_cycle - 1;
        Ok(())
    }

    fn landmarks(&self) -> Vec<Landmark> {
        description::landmarks()
    }

    fn courses(&self) -> Vec<Course> {
        description::courses()
    }

    fn reseed(&mut self, seed: u64) {
        // The counter has one word for the seed: both halves of the scene's count.
        self.seed = (seed ^ (seed >> 32)) as u32;
        self.next_cycle = 1;
        self.changed_at = 0;
    }

    fn resume(&mut self, cycle: u64, _toggles: ToggleSet) {
        self.next_cycle = cycle + 1;
        self.changed_at = 0;
    }

    fn duplicate(&self) -> Box<dyn Simulation> {
        Box::new(self.clone())
    }

    fn point(&mut self, _picture: &str, _at: [f32; 2]) {}

    fn rules(&self) -> String {
        format!("{:?}, seed {}", self.model, self.seed)
    }

    fn compared(&self) -> &'static [&'static str] {
        &["spins"]
    }

    fn cycles_to_look_at(&self) -> &'static [u64] {
        &[1]
    }
}
