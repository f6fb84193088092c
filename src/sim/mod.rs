//! The contract between a system and everything else, and a folder per system.
//!
//! A system owns no device: it says what memory it needs ([`State`]) and what its next cycle does ([`Plan`]), both as
//! plain data. The driver allocates, encodes and times. So plans are tested without a GPU, and driver, lab, session and
//! window hold no line for any one system.

#[cfg(test)]
mod checks;
pub mod course;
pub mod field;
pub mod ising;
pub mod list;
pub mod mobius;
pub mod observable;
pub mod pac;
pub mod picture;
pub mod plan;
pub mod random;
pub mod state;
pub mod ten;
pub mod toggles;
pub mod tunable;

pub use crate::gpu::{BufferId, BufferRequest, Variant};
pub use course::{Course, Landmark, Leg};
pub use list::{Column, List, Meaning};
pub use observable::{Combination, Observable};
pub use picture::{
    Axis, Content, Highlight, Marks, Outline, Part, Picture, Places, Seam, Stretch, Table, Ticks, Values,
};
pub use plan::{Cost, HostBytes, Pass, Plan, Read, StageSet, Step, Write};
pub use state::{Array, Element, Pending, Slab, State, Tensor};
pub use toggles::{Claim, Kind, Measure, Moment, Refusal, Toggle, ToggleSet};
pub use tunable::{Candidate, Tunable};

/// How a system's passes should stream memory on the adapter at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streaming {
    /// Largest buffer that one pass should go through, in bytes.
    pub largest_bytes: u64,
    /// How long the run of cells along an axis is that one invocation walks through: long runs save loads, short ones
    /// give more invocations.
    pub planes: u32,
    /// Whether the adapter computes on the processor.
    pub software: bool,
    /// Whether eight neighbouring invocations can hand each other numbers.
    pub broadcast: bool,
    /// Whether kernels can load words of 64 bits.
    pub long_words: bool,
}

impl Streaming {
    /// What suits an adapter. On a software adapter there are few cores and every load counts: 48 planes took a third off
    /// the Laplacian against 8 (PERFORMANCE.md). A GPU wants many invocations.
    pub fn on(gpu: &crate::gpu::Gpu) -> Self {
        Self {
            largest_bytes: gpu.largest_stream(),
            planes: if gpu.is_software() { 48 } else { 8 },
            software: gpu.is_software(),
            broadcast: gpu.can_broadcast(),
            long_words: gpu.has_long_words(),
        }
    }
}

impl Default for Streaming {
    /// What every adapter can do.
    fn default() -> Self {
        Self { largest_bytes: 1 << 27, planes: 8, software: false, broadcast: false, long_words: false }
    }
}

/// What a system is made of: constants, readable as tables.
#[derive(Clone, Debug)]
pub struct Description {
    /// Name as scenes and commands write it.
    pub name: &'static str,
    /// Title in the window.
    pub title: &'static str,
    /// Stages in cycle order: rows of the timing table.
    pub stages: &'static [&'static str],
    /// Toggles in the specification's order.
    pub toggles: Vec<Toggle>,
    /// Presets by name.
    pub presets: &'static [Preset],
    /// Parameters that may be moved while the system runs.
    pub parameters: Vec<Parameter>,
}

impl Description {
    /// Whether a parameter may be moved to this value.
    ///
    /// # Errors
    /// An unknown name, with those that exist, or a value outside the parameter's range.
    pub fn check_parameter(&self, name: &str, value: f64) -> Result<(), Refusal> {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
            let names: Vec<_> = self.parameters.iter().map(|parameter| parameter.name).collect();
            Refusal(format!("no parameter is called `{name}`; there are {}", names.join(", ")))
        })?;
        if parameter.range.contains(&value) {
            return Ok(());
        }
        let (low, high) = (parameter.range.start(), parameter.range.end());
        Err(Refusal(format!("{name} = {value} is outside its range {low} to {high}")))
    }

    /// The toggles that a preset puts on.
    ///
    /// # Errors
    /// No preset has that name; the refusal lists those that exist.
    pub fn preset(&self, name: &str) -> Result<ToggleSet, Refusal> {
        let preset = self.presets.iter().find(|preset| preset.name == name).ok_or_else(|| {
            let known: Vec<_> = self.presets.iter().map(|preset| preset.name).collect();
            Refusal(format!("no preset is called `{name}`; there are {}", known.join(", ")))
        })?;
        ToggleSet::from_names(&self.toggles, preset.on.iter().copied())
    }
}

/// A named setting of all toggles, with the rules it stands for.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// Name as scenes and commands write it.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// The toggles that are on.
    pub on: &'static [&'static str],
}

/// A number of the model that may be moved while it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name as commands and sessions write it.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// Lowest and highest accepted value.
    pub range: std::ops::RangeInclusive<f64>,
    /// Whether a slider should be logarithmic.
    pub logarithmic: bool,
}

/// Something of the model that is chosen before it runs, as text: which channels, which bands. Changing one opens the scene
/// anew, since memory and tables follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Name as the model's field is called.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// What is chosen.
    pub value: String,
    /// What may be chosen; where `is_free`, examples of it.
    pub options: Vec<String>,
    /// Whether any text of the right form may be given.
    pub is_free: bool,
}

/// What a cycle gets done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// What is counted: "flips", "pairs", "tokens".
    pub unit: &'static str,
    /// How many of them a cycle does.
    pub per_cycle: f64,
}

/// A figure that the system computes each cycle: one f32 of its probe buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Name as plots and sessions write it.
    pub name: String,
    /// Heading of the plot that it belongs to.
    pub plot: &'static str,
    /// Where its f32 stands in the probe buffer, in bytes.
    pub offset: u64,
}

/// A system: what it is made of, and what its next cycle does.
pub trait Simulation: Send {
    /// Name, stages, toggles, presets, parameters.
    fn description(&self) -> &Description;

    /// The memory that the system has under these toggles, as it stands now.
    fn state(&self, toggles: ToggleSet) -> State;

    /// What to change in the scene so that the memory under these toggles fits so many bytes, as the end of a sentence.
    fn what_would_fit(&self, toggles: ToggleSet, bytes: u64) -> String {
        let _ = (toggles, bytes);
        "choose a smaller size in the scene".to_owned()
    }

    /// The same for a single buffer of so many bytes at most; `None` where nothing is known.
    fn what_would_bind(&self, toggles: ToggleSet, limit: u64) -> Option<String> {
        let _ = (toggles, limit);
        None
    }

    /// Figures that arrive in the probe buffer.
    fn probes(&self) -> Vec<Probe>;

    /// What a measurement over many cycles makes of the probes, with the parameters as they stand: without more knowledge the
    /// mean of each.
    fn observables(&self) -> Vec<Observable> {
        self.probes().iter().map(Observable::mean).collect()
    }

    /// What there is to look at, the most important first, and never nothing: as it stands now.
    fn pictures(&self) -> Vec<Picture>;

    /// What is listed beside the pictures, as it stands now.
    fn lists(&self) -> Vec<List> {
        Vec::new()
    }

    /// A line of text that goes with the pictures as they stand now, such as what a model of language has read last.
    fn caption(&self) -> Option<String> {
        None
    }

    /// What a cycle gets done under these toggles on average, counted in what the field counts.
    fn work(&self, toggles: ToggleSet) -> Option<Work> {
        let _ = toggles;
        None
    }

    /// What can be chosen of the model before it runs, with what is chosen now; a scene takes it by its `choose`.
    fn choices(&self) -> Vec<Choice> {
        Vec::new()
    }

    /// What a user of this model should know before trusting its results, a sentence each.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether these toggles make sense together.
    ///
    /// # Errors
    /// A combination that makes no sense, by name and with the remedy.
    fn validate(&self, toggles: ToggleSet) -> Result<(), Refusal>;

    /// The passes that draw the initial state.
    fn initialise(&self, toggles: ToggleSet, plan: &mut Plan);

    /// The passes that carry the state over from one setting of the toggles to another; both states' buffers exist
    /// while they run.
    fn switch(&self, from: ToggleSet, to: ToggleSet, plan: &mut Plan);

    /// Cycle number `cycle`, counted from 1, as data. Touches no device; the same inputs give the same plan.
    fn plan(&self, cycle: u64, toggles: ToggleSet, plan: &mut Plan);

    /// Passes that bring up to date what only pictures show, such as the traces of what is pointed at. They run before
    /// painting, between two cycles, and are no part of any: they may change no buffer that a cycle reads before it writes
    /// it. Passes and clears alone.
    fn look(&self, toggles: ToggleSet, plan: &mut Plan) {
        let _ = toggles;
        plan.clear();
    }

    /// After the plan's last pass is encoded: takes over where the arrays stand now.
    fn advance(&mut self, toggles: ToggleSet, plan: &Plan);

    /// Takes over a preset's rules; its toggles are the caller's to set.
    ///
    /// # Errors
    /// An unknown preset.
    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal>;

    /// The value of a parameter.
    fn parameter(&self, name: &str) -> Option<f64>;

    /// Moves a parameter from the next cycle on.
    ///
    /// # Errors
    /// An unknown name, or a value outside the parameter's range.
    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Refusal>;

    /// Values of the parameters that deserve a mark: those that theory knows, such as a critical one.
    fn landmarks(&self) -> Vec<Landmark> {
        Vec::new()
    }

    /// Courses that the driver can let a parameter follow cycle by cycle: what a hand would do at a slider, only evenly and
    /// so that a recording gives it again.
    fn courses(&self) -> Vec<Course> {
        Vec::new()
    }

    /// Restarts from another seed: the next `initialise` draws with it.
    fn reseed(&mut self, seed: u64);

    /// Goes on after `cycle` cycles whose state was written into the arrays: whatever the system keeps on the host is
    /// as if it had run them.
    fn resume(&mut self, cycle: u64, toggles: ToggleSet);

    /// A second one that goes on exactly as this one would: same seed, rules and parameters, and whatever the system keeps
    /// on the host, as it stands.
    fn duplicate(&self) -> Box<dyn Simulation>;

    /// Where the pointer is over a picture, by its name: from its left and from its top, both in [0, 1]. Systems with
    /// pointer input use it.
    fn point(&mut self, picture: &str, at: [f32; 2]);

    /// Cycles after which the work of this setting repeats: those that do something only now and then are measured over
    /// whole periods.
    fn period(&self, toggles: ToggleSet) -> u64 {
        let _ = toggles;
        1
    }

    /// Everything beside the toggles that decides the results, as text: rules, sizes, parameters and seed. Where it is the
    /// same and the toggles are, the results are.
    fn rules(&self) -> String;

    /// Why the bounds of Exact toggles do not hold between these two settings, if they do not: something that both have
    /// in common may turn what differs into another computation.
    fn loosens(&self, a: ToggleSet, b: ToggleSet) -> Option<String> {
        let _ = (a, b);
        None
    }

    /// Names of the arrays that mean the same under every setting: what deviations are taken of. Others, such as scalars
    /// that one setting keeps and another does not, are the setting's own affair.
    fn compared(&self) -> &'static [&'static str];

    /// Cycles whose plans together show every kernel that a setting ever runs.
    fn cycles_to_look_at(&self) -> &'static [u64];

    /// What is to be measured on an adapter before a plan is made for it.
    fn tunables(&self) -> Vec<Tunable> {
        Vec::new()
    }

    /// Takes a candidate from the next plan on; results stay as they are.
    ///
    /// # Errors
    /// No work or no candidate has that name.
    fn tune(&mut self, work: &str, candidate: &str) -> Result<(), Refusal> {
        Err(Refusal(format!(
            "there is one kernel for everything here, and nothing called `{work}` (for `{candidate}`)"
        )))
    }

    /// What a `.safetensors` file of this system holds; empty where it has no weights.
    fn tensors(&self) -> Vec<Tensor> {
        Vec::new()
    }
}

/// What a cycle must do at least under a setting, on average over its period: what a choice between memory and arithmetic
/// can be made by before anything was measured.
pub fn cost(simulation: &dyn Simulation, toggles: ToggleSet) -> Cost {
    let period = simulation.period(toggles).max(1);
    let mut plan = Plan::default();
    let mut whole = Cost::default();
    for cycle in period + 1..=2 * period {
        plan.clear();
        simulation.plan(cycle, toggles, &mut plan);
        whole = plan.passes().fold(whole, |sum, pass| sum.plus(pass.cost));
    }
    whole.over(period)
}

/// Every kernel variant that a setting needs: for its start and for a whole period of its cycles.
pub fn variants(simulation: &dyn Simulation, toggles: ToggleSet) -> Vec<Variant> {
    let mut found = std::collections::BTreeSet::new();
    let mut plan = Plan::default();
    simulation.initialise(toggles, &mut plan);
    found.extend(plan.passes().map(|pass| pass.variant.clone()));
    for cycle in simulation.cycles_to_look_at() {
        plan.clear();
        simulation.plan(*cycle, toggles, &mut plan);
        found.extend(plan.passes().map(|pass| pass.variant.clone()));
    }
    simulation.look(toggles, &mut plan);
    found.extend(plan.passes().map(|pass| pass.variant.clone()));
    found.into_iter().collect()
}
