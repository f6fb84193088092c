//! Waves between the nodes of a Möbius band, their vortices, and a recurrent controller that watches and may drive them.
//!
//! The model `Strip` is a true band whose vortices are phase singularities; `Published` is the published helix, the cycle
//! of its program, and its way of counting nodes at rest as vortices.

pub mod constants;
mod controller;
mod cycle;
pub mod description;
pub mod kernels;
pub mod layout;
pub mod params;
mod pictures;
pub mod reference;
pub mod turns;
pub mod weights;

use crate::sim::{
    Description, List, Picture, Plan, Probe, Refusal, Simulation, State, Streaming, Tensor, ToggleSet, Work,
};
use cycle::Cycle;
use description::switches;
use kernels::MobiusFigures;
use params::{MobiusModel, Shape};
use std::mem::offset_of;
use std::sync::Arc;
use weights::Weights;

/// A band or a helix, ready to plan its cycles. Owns no device.
#[derive(Clone)]
pub struct Mobius {
    description: Description,
    model: MobiusModel,
    streaming: Streaming,
    seed: u32,
    weights: Option<Arc<Weights>>,
    /// Whether the propagator has to be built anew though nothing moves: the memory was written from outside.
    stale: bool,
}

impl Mobius {
    /// A system of this model; reads the controller's weights where it names a file.
    ///
    /// # Errors
    /// A number outside its range, by field and with the remedy, or a file that does not hold such weights.
    pub fn new(model: MobiusModel, seed: u64, streaming: Streaming) -> Result<Self, Refusal> {
        model.check()?;
        let weights = match &model.controller {
            Some(controller) => controller.weights.as_ref().map(|path| Weights::read(path, controller.hidden)),
            None => None,
        };
        let weights = weights.transpose().map_err(|error| Refusal(error.to_string()))?.map(Arc::new);
        let description = description::description(&model);
        let mut mobius = Self { description, model, streaming, seed: 0, weights, stale: false };
        mobius.reseed(seed);
        Ok(mobius)
    }

    /// The model as it stands.
    pub fn model(&self) -> &MobiusModel {
        &self.model
    }

    /// Nodes that are evolved in a cycle by the sliders' n; the controller may ask for another number.
    fn evolved(&self, switches: params::Switches) -> u32 {
        let nodes = self.model.nodes();
        layout::samples(&self.model, switches).map_or(nodes, |[base, fewest, most]| {
            let wanted = (f64::from(base) * self.model.uvhl_n / 3.8) as u32;
            wanted.clamp(fewest, most).min(nodes)
        })
    }

    /// The word that its draws are made with.
    pub fn seed(&self) -> u32 {
        self.seed
    }
}

impl Simulation for Mobius {
    fn description(&self) -> &Description {
        &self.description
    }

    fn state(&self, toggles: ToggleSet) -> State {
        layout::state(&self.model, switches(toggles), self.streaming)
    }

    fn what_would_fit(&self, toggles: ToggleSet, bytes: u64) -> String {
        let most = layout::most_nodes(&self.model, switches(toggles), self.streaming, bytes);
        match (most.map(|model| model.shape), switches(toggles).cached_propagator) {
            (Some(Shape::Strip { along, across, .. }), true) => {
                format!("at most along: {along} with across: {across} fits; or turn cached_propagator off")
            }
            (Some(Shape::Published { nodes, .. }), true) => {
                format!("at most nodes: {nodes} fits; or turn cached_propagator off")
            }
            (None, true) => "turn cached_propagator off".to_owned(),
            (Some(Shape::Strip { along, across, .. }), false) => {
                format!("at most along: {along} with across: {across} fits")
            }
            (Some(Shape::Published { nodes, .. }), false) => format!("at most nodes: {nodes} fits"),
            (None, false) => "a smaller controller: hidden: 512, or none, may fit".to_owned(),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        probes(&self.model)
    }

    fn pictures(&self) -> Vec<Picture> {
        pictures::pictures(&self.model)
    }

    fn lists(&self) -> Vec<List> {
        pictures::lists(&self.model)
    }

    fn caption(&self) -> Option<String> {
        self.model.remark()
    }

    fn work(&self, toggles: ToggleSet) -> Option<Work> {
        let switches = switches(toggles);
        let skipped = if switches.skip_evolution { 0.5 } else { 1.0 };
        let pairs = f64::from(self.evolved(switches)) * f64::from(self.model.source_count());
        Some(Work { unit: "pairs", per_cycle: pairs * skipped })
    }

    fn validate(&self, toggles: ToggleSet) -> Result<(), Refusal> {
        switches(toggles).check(&self.model)?;
        let [sums, binding] = layout::sums_over_slabs(&self.model, self.streaming);
        if !switches(toggles).cached_propagator || sums <= binding {
            return Ok(());
        }
        let would_fit = self.what_would_fit(toggles, u64::MAX);
        let nodes = self.model.nodes();
        Err(Refusal(format!(
            "cached_propagator cannot be for {nodes} nodes: the sums over its slabs take {sums} bytes, and a binding holds \
             {binding}; {would_fit}"
        )))
    }

    fn initialise(&self, toggles: ToggleSet, plan: &mut Plan) {
        Cycle::new(self, switches(toggles), 0, plan).initialise();
    }

    fn switch(&self, from: ToggleSet, to: ToggleSet, plan: &mut Plan) {
        Cycle::new(self, switches(to), 0, plan).carry_over(switches(from));
    }

    fn plan(&self, cycle: u64, toggles: ToggleSet, plan: &mut Plan) {
        plan.clear();
        Cycle::new(self, switches(toggles), cycle, plan).write(cycle);
    }

    fn advance(&mut self, _toggles: ToggleSet, _plan: &Plan) {
        self.stale = false;
    }

    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal> {
        self.description.preset(name)
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        self.model.get(name)
    }

    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Refusal> {
        self.description.check_parameter(name, value)?;
        if self.model.is_driven() && matches!(name, "windings" | "torsion" | "uvhl_n") {
            return Err(Refusal(format!("{name} is driven by the controller; set drives: false in the scene")));
        }
        self.model.set(name, value);
        Ok(())
    }

    fn reseed(&mut self, seed: u64) {
        // The counter has one word for the seed: both halves of the scene's count.
        self.seed = (seed ^ (seed >> 32)) as u32;
        self.stale = false;
    }

    fn resume(&mut self, _cycle: u64, _toggles: ToggleSet) {
        self.stale = true;
    }

    fn duplicate(&self) -> Box<dyn Simulation> {
        Box::new(self.clone())
    }

    fn point(&mut self, _picture: &str, _at: [f32; 2]) {}

    fn period(&self, toggles: ToggleSet) -> u64 {
        if switches(toggles).skip_evolution { 2 } else { 1 }
    }

    fn rules(&self) -> String {
        format!("{:?}, seed {}", self.model, self.seed)
    }

    fn compared(&self) -> &'static [&'static str] {
        &["psi"]
    }

    fn cycles_to_look_at(&self) -> &'static [u64] {
        &[1, 2]
    }

    fn tensors(&self) -> Vec<Tensor> {
        self.model.controller.as_ref().map(|controller| weights::tensors(controller.hidden)).unwrap_or_default()
    }
}

fn probes(model: &MobiusModel) -> Vec<Probe> {
    let probe = |name: &str, plot, offset: usize| Probe { name: name.to_owned(), plot, offset: offset as u64 };
    let mut all = vec![
        probe("vortices", "vortices", offset_of!(MobiusFigures, vortices)),
        probe("vortex density", "vortex density", offset_of!(MobiusFigures, density)),
        probe("mean magnitude", "field", offset_of!(MobiusFigures, magnitude)),
        probe("evolved nodes", "evolved nodes", offset_of!(MobiusFigures, samples)),
        probe("torsion", "torsion", offset_of!(MobiusFigures, torsion)),
        probe("uvhl_n", "uvhl_n", offset_of!(MobiusFigures, uvhl_n)),
    ];
    if model.is_strip() {
        all.extend([
            probe("positive in the chart", "vortices", offset_of!(MobiusFigures, positive)),
            probe("negative in the chart", "vortices", offset_of!(MobiusFigures, negative)),
            probe("unlisted", "vortices", offset_of!(MobiusFigures, unlisted)),
            probe("births", "events", offset_of!(MobiusFigures, births)),
            probe("deaths", "events", offset_of!(MobiusFigures, deaths)),
            probe("mergings", "events", offset_of!(MobiusFigures, mergings)),
        ]);
    } else {
        all.extend([
            probe("windings", "windings", offset_of!(MobiusFigures, windings)),
            probe("reward", "reward", offset_of!(MobiusFigures, reward)),
        ]);
    }
    if model.controller.is_some() {
        all.extend([
            probe("critic's value", "reward", offset_of!(MobiusFigures, value)),
            probe("uvhl_w", "controller", offset_of!(MobiusFigures, uvhl_w)),
            probe("uvhl_L", "controller", offset_of!(MobiusFigures, uvhl_l)),
            probe("sites wanted", "sites", offset_of!(MobiusFigures, sites)),
        ]);
    }
    all
}
