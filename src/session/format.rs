//! Version 1 of the format: the document, the journal's records, and how one becomes the other.

use super::machine::{KernelBuild, Machine, MemoryUse, Program, Roof, Timing};
use super::results::{Deviation, Verdict};
use super::samples::{Canary, CycleTime, PassRecord, Probe, ProbeSeries, Sample, StageRecord};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version that this program writes. Older ones stay readable.
pub const FORMAT_VERSION: u32 = 1;

/// A recorded run: everything needed to judge its figures and to run it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// What was known when the recording began.
    pub header: Header,
    /// How it ended; `None` where it was cut off.
    pub closing: Option<Closing>,
    /// Set where the document was put together from the journal of a recording that did not end by itself, and where
    /// lines of the journal could not be read back.
    pub recovery: Option<Recovery>,
    /// Samples that did not become figures, as last counted.
    pub counts: Counts,
    /// Samples, cycle times, probe and canary values that were measured but not recorded: the disk was too slow.
    pub unrecorded: u64,
    /// The machine's measured limits.
    pub roof: Option<Roof>,
    /// Rows of the timing table.
    pub stages: Vec<StageRecord>,
    /// Kinds of passes.
    pub passes: Vec<PassRecord>,
    /// Kernels built during the recording.
    pub kernels: Vec<KernelBuild>,
    /// Memory on the device, one entry per arm and array, as last told.
    pub memory: Vec<MemoryUse>,
    /// Commands, in the order in which they took effect. With scene and seed they replay the run.
    pub commands: Vec<CommandRecord>,
    /// The window's focus, since timings follow it.
    pub focus: Vec<FocusChange>,
    /// Blocks of cycles of one arm, in order.
    pub blocks: Vec<Block>,
    /// Verdicts.
    pub verdicts: Vec<Verdict>,
    /// Deviations between arms.
    pub deviations: Vec<Deviation>,
    /// Times of the fixed dispatch that shows when the machine itself changed speed.
    pub canary: Vec<Canary>,
    /// Probes, one series per arm and name.
    pub probes: Vec<ProbeSeries>,
    /// Cycles as the host timed them.
    pub cycle_times: Vec<CycleTime>,
    /// Timed passes, those of an arm in the order in which they ran.
    pub samples: Vec<Sample>,
}

/// What is known when a recording begins: the journal's first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT_VERSION`] at the time of writing. First, so that a reader finds it before anything else.
    pub format_version: u32,
    /// The program that recorded.
    pub program: Program,
    /// When the recording began: UTC as in RFC 3339, `2026-01-31T12:00:00Z`.
    pub started: String,
    /// The machine that it ran on.
    pub machine: Machine,
    /// How passes are timed.
    pub timing: Timing,
    /// Present mode of the window, as its name; `headless` without one.
    pub present_mode: String,
    /// What was run.
    pub scene: Scene,
    /// Toggles at the start, by name.
    pub toggles: BTreeMap<String, bool>,
    /// Parameters at the start, by name.
    pub parameters: BTreeMap<String, f64>,
}

/// What was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The system: `field`, `ising`, …
    pub system: String,
    /// The scene's name.
    pub name: String,
    /// The scene file's text, verbatim.
    pub text: String,
    /// The seed that was used, whatever the text says.
    pub seed: u64,
}

/// A command that took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandRecord {
    /// The first cycle that ran under it.
    pub cycle: u64,
    /// The command as RON text, so that this layer need not know the commands: `SetToggle(name:"x",on:true)`.
    pub command: String,
}

/// The window gained or lost the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FocusChange {
    /// The first cycle after it.
    pub cycle: u64,
    /// Whether the window has it now.
    pub focused: bool,
}

/// Consecutive cycles of one arm under one setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// The pair of blocks that are compared with each other; `None` outside a comparison.
    pub pair: Option<u32>,
    /// First cycle.
    pub first_cycle: u64,
    /// Last cycle, included.
    pub last_cycle: u64,
    /// How many of its first cycles are no measurement.
    pub warm_up_cycles: u64,
    /// Toggles during the block, by name.
    pub toggles: BTreeMap<String, bool>,
    /// Parameters during the block, by name.
    pub parameters: BTreeMap<String, f64>,
}

/// Samples that did not become figures, by reason, counted since the recording began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// No slot was free, or a listener's channel was full.
    pub dropped: u64,
    /// Begin and end were equal.
    pub zero: u64,
    /// The end came before the begin.
    pub negative: u64,
    /// The adapter gave no timestamp.
    pub unavailable: u64,
}

/// How a recording ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Whether it reached what it was asked for.
    pub cleanly: bool,
    /// Why it ended, in a few words: `all cycles done`, `Ctrl-C`, `device lost: …`.
    pub reason: String,
    /// Cycles that ran, over all arms.
    pub cycles: u64,
    /// Time from the start to the end, in seconds.
    pub wall_seconds: f64,
    /// Time that the simulation advanced, in the scene's own unit; `None` where the system has none.
    pub simulated: Option<f64>,
    /// Frames rendered; 0 without a window.
    pub frames: u64,
}

/// What a recovery kept and what it lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// Records read from the journal, its header not counted.
    pub kept: u64,
    /// Lines that could not be read, a torn last one included.
    pub dropped: u64,
}

/// One line of a journal after its header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Record {
    /// A row of the timing table; before the passes that name it.
    Stage(StageRecord),
    /// A kind of pass; before the samples that name it.
    Pass(PassRecord),
    /// Timed passes.
    Samples(Vec<Sample>),
    /// Cycles as the host timed them.
    CycleTimes(Vec<CycleTime>),
    /// Values of probes.
    Probes(Vec<Probe>),
    /// Times of the canary.
    Canary(Vec<Canary>),
    /// A command that took effect.
    Command(CommandRecord),
    /// A finished block.
    Block(Block),
    /// The machine's limits; replaces what was told before.
    Roof(Roof),
    /// A kernel was built.
    Kernel(KernelBuild),
    /// Memory on the device; replaces what was told of the same arm and array.
    Memory(MemoryUse),
    /// The window gained or lost the focus.
    Focus(FocusChange),
    /// Counts since the start; replaces what was told before.
    Counts(Counts),
    /// Values that the recorder could not keep up with, since the start. Written by the recorder itself.
    Unrecorded(u64),
    /// A deviation.
    Deviation(Deviation),
    /// A verdict.
    Verdict(Verdict),
    /// The end.
    Closing(Closing),
}

impl Record {
    /// How many measured values it holds, if it is one that may be left out when the disk is too slow.
    pub(super) fn bulk(&self) -> Option<u64> {
        match self {
            Self::Samples(samples) => Some(samples.len() as u64),
            Self::CycleTimes(times) => Some(times.len() as u64),
            Self::Probes(probes) => Some(probes.len() as u64),
            Self::Canary(canary) => Some(canary.len() as u64),
            _ => None,
        }
    }
}

impl Session {
    /// A session of which only the beginning is known.
    pub fn new(header: Header) -> Self {
        Self {
            header,
            closing: None,
            recovery: None,
            counts: Counts::default(),
            unrecorded: 0,
            roof: None,
            stages: Vec::new(),
            passes: Vec::new(),
            kernels: Vec::new(),
            memory: Vec::new(),
            commands: Vec::new(),
            focus: Vec::new(),
            blocks: Vec::new(),
            verdicts: Vec::new(),
            deviations: Vec::new(),
            canary: Vec::new(),
            probes: Vec::new(),
            cycle_times: Vec::new(),
            samples: Vec::new(),
        }
    }

    /// Takes in the journal's next record.
    pub fn apply(&mut self, record: Record) {
        match record {
            Record::Stage(stage) => self.stages.push(stage),
            Record::Pass(pass) => self.passes.push(pass),
            Record::Samples(mut samples) => self.samples.append(&mut samples),
            Record::CycleTimes(mut times) => self.cycle_times.append(&mut times),
            Record::Probes(probes) => probes.into_iter().for_each(|probe| self.take_probe(probe)),
            Record::Canary(mut canary) => self.canary.append(&mut canary),
            Record::Command(command) => self.commands.push(command),
            Record::Block(block) => self.blocks.push(block),
            Record::Roof(roof) => self.roof = Some(roof),
            Record::Kernel(kernel) => self.kernels.push(kernel),
            Record::Memory(memory) => self.take_memory(memory),
            Record::Focus(focus) => self.focus.push(focus),
            Record::Counts(counts) => self.counts = counts,
            Record::Unrecorded(unrecorded) => self.unrecorded = unrecorded,
            Record::Deviation(deviation) => self.deviations.push(deviation),
            Record::Verdict(verdict) => self.verdicts.push(verdict),
            Record::Closing(closing) => self.closing = Some(closing),
        }
    }

    fn take_probe(&mut self, probe: Probe) {
        let value = (probe.cycle, probe.value);
        match self.probes.iter_mut().find(|series| series.arm == probe.arm && series.name == probe.name) {
            Some(series) => series.values.push(value),
            None => self.probes.push(ProbeSeries { arm: probe.arm, name: probe.name, values: vec![value] }),
        }
    }

    fn take_memory(&mut self, memory: MemoryUse) {
        match self.memory.iter_mut().find(|known| known.arm == memory.arm && known.array == memory.array) {
            Some(known) => *known = memory,
            None => self.memory.push(memory),
        }
    }
}
