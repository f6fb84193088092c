//! The temporal eigenstate network: layers whose memory is a complex linear recurrence, c_t = (λ∘c_{t−1} + β_t) R.
//!
//! A cycle is one token, or one chunk of them, through all layers; the eigenstates are carried from cycle to cycle, so
//! memory does not grow with the sequence.

pub mod complex;
pub mod constants;
mod cycle;
pub mod description;
pub mod eigen;
pub mod kernels;
pub mod layout;
pub mod params;
mod pictures;
pub mod product;
mod recurrence;
pub mod reference;
pub mod spectrum;
pub mod tables;
mod text;
mod transition;
pub mod weights;

use crate::sim::{Description, Picture, Plan, Probe, Refusal, Simulation, State, Streaming, ToggleSet, Tunable, Work};
use constants::MOST_LAYERS;
use cycle::Cycle;
use description::{rules_of, switches};
use kernels::TenFigures;
use layout::Form;
use params::{Rules, TenModel};
use pictures::Chosen;
use product::{TILES, Tile};
use spectrum::Spectrum;
use std::mem::offset_of;
use std::sync::Arc;
use weights::WeightsFile;

/// A network, ready to plan its cycles. Owns no device.
#[derive(Clone, Debug)]
pub struct Ten {
    description: Description,
    model: TenModel,
    rules: Rules,
    /// The rules whose weights are on the device.
    drawn: Rules,
    seed: u32,
    streaming: Streaming,
    tile: Tile,
    spectrum: Arc<Spectrum>,
    text: Arc<[u32]>,
    weights: Option<WeightsFile>,
    /// Cycles that are done.
    cycles: u64,
    chosen: Chosen,
}

impl Ten {
    /// A network of this model under the default rules; a preset may take others.
    ///
    /// # Errors
    /// A number outside its range, a text or weights that cannot be read or do not fit, by field and with the remedy.
    pub fn new(model: TenModel, seed: u64, streaming: Streaming) -> Result<Self, Refusal> {
        model.check()?;
        let seed = word(seed);
        let text = text::read(&model, seed)?;
        let weights = model.weights.as_deref().map(WeightsFile::read).transpose()?;
        let rules = match &weights {
            // Only the published network has positions.
            Some(file) if file.has("positions") => Rules::Published,
            _ => Rules::Corrected,
        };
        let spectrum = spectrum_of(&model, rules, seed, weights.as_ref())?;
        let description = description::description(rules);
        let (cycles, chosen) = (0, Chosen::default());
        let (drawn, tile) = (rules, Tile::usual(streaming));
        let mut ten =
            Self { description, model, rules, drawn, seed, streaming, tile, spectrum, text, weights, cycles, chosen };
        ten.chosen = ten.slowest();
        Ok(ten)
    }

    /// The model as it stands.
    pub fn model(&self) -> &TenModel {
        &self.model
    }

    /// The rules as they stand.
    pub fn rules_now(&self) -> Rules {
        self.rules
    }

    /// The recurrences of all layers.
    pub fn spectrum(&self) -> &Spectrum {
        &self.spectrum
    }

    /// The tokens, read over and over.
    pub fn text(&self) -> &[u32] {
        &self.text
    }

    fn form(&self, toggles: ToggleSet) -> Form {
        Form::new(&self.model, self.rules, switches(toggles), self.streaming)
    }
}

/// The counter has one word for the seed: both halves of the scene's count.
fn word(seed: u64) -> u32 {
    (seed ^ (seed >> 32)) as u32
}

fn spectrum_of(
    model: &TenModel,
    rules: Rules,
    seed: u32,
    weights: Option<&WeightsFile>,
) -> Result<Arc<Spectrum>, Refusal> {
    if let Some(file) = weights {
        file.check(model.shape(), model.vocabulary.tokens(), rules)?;
    }
    Ok(Arc::new(Spectrum::new(model.shape(), rules, model.resonance, seed, weights)?))
}

impl Simulation for Ten {
    fn description(&self) -> &Description {
        &self.description
    }

    fn state(&self, toggles: ToggleSet) -> State {
        layout::state(&self.model, self.form(toggles), self.text.len() as u64)
    }

    fn what_would_fit(&self, toggles: ToggleSet, bytes: u64) -> String {
        let text = self.text.len() as u64;
        match layout::largest_size(&self.model, self.form(toggles), text, bytes) {
            Some(name) => format!("at most size: {name} fits with tokens: {}", self.model.tokens),
            None => format!("not even size: Nano fits with tokens: {}", self.model.tokens),
        }
    }

    fn what_would_bind(&self, toggles: ToggleSet, limit: u64) -> Option<String> {
        let text = self.text.len() as u64;
        if text * 4 > limit {
            return Some(format!("choose a text of at most {} bytes", limit / 4));
        }
        let form = self.form(toggles);
        Some(match layout::most_tokens(&self.model, form, text, limit) {
            Some(tokens) => format!("at most tokens: {tokens} fits with this size"),
            None => match layout::largest_bindable_size(&self.model, form, text, limit) {
                Some(name) => format!("at most size: {name} fits with tokens: {}", self.model.tokens),
                None => "choose fewer tokens and a smaller size".to_owned(),
            },
        })
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |name: String, plot, offset: usize| Probe { name, plot, offset: offset as u64 };
        let mut probes = vec![
            probe("cross-entropy".to_owned(), "loss", offset_of!(TenFigures, loss)),
            probe("largest |λ|".to_owned(), "spectrum", offset_of!(TenFigures, largest)),
            probe("tokens".to_owned(), "tokens", offset_of!(TenFigures, tokens)),
            probe("energy".to_owned(), "energy", offset_of!(TenFigures, energy)),
        ];
        let layers = (self.model.shape().layers as usize).min(MOST_LAYERS);
        probes.extend((0..layers).map(|layer| {
            probe(format!("layer {layer}"), "energy per layer", offset_of!(TenFigures, energies) + 4 * layer)
        }));
        probes
    }

    fn pictures(&self) -> Vec<Picture> {
        self.all_pictures()
    }

    fn caption(&self) -> Option<String> {
        Some(text::passage(&self.text, self.cycles * u64::from(self.model.tokens)))
    }

    fn work(&self, _toggles: ToggleSet) -> Option<Work> {
        Some(Work { unit: "tokens", per_cycle: f64::from(self.model.tokens) })
    }

    fn validate(&self, toggles: ToggleSet) -> Result<(), Refusal> {
        if switches(toggles).diagonalised { self.spectrum.check_basis() } else { Ok(()) }
    }

    fn initialise(&self, toggles: ToggleSet, plan: &mut Plan) {
        Cycle::new(self, self.form(toggles), plan).initialise();
    }

    fn switch(&self, from: ToggleSet, to: ToggleSet, plan: &mut Plan) {
        Cycle::new(self, self.form(to), plan).carry_over(switches(from), self.drawn == self.rules);
    }

    fn plan(&self, cycle: u64, toggles: ToggleSet, plan: &mut Plan) {
        plan.clear();
        Cycle::new(self, self.form(toggles), plan).write(cycle);
    }

    fn advance(&mut self, _toggles: ToggleSet, _plan: &Plan) {
        self.drawn = self.rules;
        self.cycles += 1;
    }

    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal> {
        let rules = rules_of(name)?;
        let toggles = self.description.preset(name)?;
        if rules != self.rules {
            self.spectrum = spectrum_of(&self.model, rules, self.seed, self.weights.as_ref())?;
            self.rules = rules;
            self.description = description::description(rules);
        }
        Ok(toggles)
    }

    fn parameter(&self, _name: &str) -> Option<f64> {
        None
    }

    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Refusal> {
        self.description.check_parameter(name, value)
    }

    fn reseed(&mut self, seed: u64) {
        self.seed = word(seed);
        self.cycles = 0;
        // Drawn weights are never refused, and those of a file were accepted before.
        if let Ok(spectrum) = spectrum_of(&self.model, self.rules, self.seed, self.weights.as_ref()) {
            self.spectrum = spectrum;
        }
        if self.model.text.is_none() {
            self.text = text::drawn(&self.model, self.seed);
        }
    }

    fn resume(&mut self, cycle: u64, _toggles: ToggleSet) {
        self.cycles = cycle;
        self.drawn = self.rules;
    }

    fn duplicate(&self) -> Box<dyn Simulation> {
        Box::new(self.clone())
    }

    fn point(&mut self, picture: &str, at: [f32; 2]) {
        self.choose(picture, at);
    }

    fn rules(&self) -> String {
        format!("{:?}, {:?}, seed {}", self.rules, self.model, self.seed)
    }

    fn loosens(&self, a: ToggleSet, b: ToggleSet) -> Option<String> {
        let [of_a, of_b] = [a, b].map(switches);
        let both_half = of_a.half_weights && of_b.half_weights;
        let folded = |switches: params::Switches| (switches.diagonalised, switches.fused_resonance);
        (both_half && folded(of_a) != folded(of_b)).then(|| {
            "half_weights rounds a matrix after diagonalised or fused_resonance has folded another into it".to_owned()
        })
    }

    fn compared(&self) -> &'static [&'static str] {
        &["eigenstates", "output"]
    }

    fn tunables(&self) -> Vec<Tunable> {
        // A single row has one kernel.
        if self.model.tokens == 1 { Vec::new() } else { vec![product::tunable(self.streaming)] }
    }

    fn tune(&mut self, work: &str, candidate: &str) -> Result<(), Refusal> {
        if work != product::CHOICE {
            return Err(Refusal(format!("nothing is called `{work}`; there is {}", product::CHOICE)));
        }
        let able: Vec<_> = TILES.into_iter().filter(|(_, tile)| tile.runs_on(self.streaming)).collect();
        let found = able.iter().find(|(name, _)| *name == candidate);
        let (_, tile) = found.ok_or_else(|| {
            let names: Vec<_> = able.iter().map(|(name, _)| *name).collect();
            Refusal(format!("{work} cannot be `{candidate}` on this adapter; there are {}", names.join(", ")))
        })?;
        self.tile = *tile;
        Ok(())
    }

    fn cycles_to_look_at(&self) -> &'static [u64] {
        &[1]
    }
}
