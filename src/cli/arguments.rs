//! What the command line accepts.

mod sessions;

pub use sessions::{CompareArguments, CrossingArguments, ExportArguments, ExportKind, RecoverArguments};

use crate::scene::{DEFAULT_SCENE, SceneError, SceneFile, Size};
use crate::sim::pac::choices::{filter, method, surrogate};
use crate::sim::pac::filters::Filter;
use crate::sim::pac::params::{Method, Surrogate};
use crate::tuning::Wishes;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Watch five GPU simulations live, switch every optimisation while they run, and see what it gains and what it changes.
///
/// Without a command it opens the window.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The window's own arguments.
    #[command(flatten)]
    pub window: WindowArguments,
}

/// Commands that need no window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scene and write a timing session.
    Record(RecordArguments),
    /// Run two settings of a scene against each other: how much faster, how sure, and how far the result moved.
    Ab(AbArguments),
    /// Put every toggle of a scene to the test: alone, left out, and cumulatively.
    Ablate(AblateArguments),
    /// Move a parameter step by step and measure what the probes say at each of its values, with errors.
    Sweep(SweepArguments),
    /// Say where a figure of two swept sessions is the same, such as a Binder cumulant of two sizes.
    Crossing(CrossingArguments),
    /// Run a scene and draw its state into a PNG.
    Snapshot(SnapshotArguments),
    /// Run a scene and write its state arrays as npz, for numpy.
    State(StateArguments),
    /// Measure a system's targets against this machine's roof.
    Bench(BenchArguments),
    /// Map the phase–amplitude coupling of a recording.
    Comodulogram(ComodulogramArguments),
    /// Hold one session against another: what differs, and which stages are faster or slower.
    Compare(CompareArguments),
    /// Turn a session into a timeline for Perfetto or a table.
    Export(ExportArguments),
    /// Turn the journal of a killed recording into a session.
    Recover(RecoverArguments),
    /// Say what this machine can and cannot do.
    Doctor(DoctorArguments),
}

/// Which scene to run, and how.
#[derive(Clone, Debug, Args)]
pub struct SceneArguments {
    /// The scene file.
    #[arg(default_value = DEFAULT_SCENE)]
    pub scene: PathBuf,
    /// Adapter: `best`, `software` or part of a name (also FIELDSCOPE_ADAPTER).
    #[arg(long)]
    pub adapter: Option<String>,
    /// Size: the scene's own, its reduced one, or whichever suits the adapter.
    #[arg(long, value_enum, default_value_t)]
    pub size: Size,
    /// Seed instead of the scene's.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Preset instead of the scene's.
    #[arg(long)]
    pub preset: Option<String>,
    /// A toggle's position, such as `fused_pass=off`; may be given often.
    #[arg(long = "toggle", value_name = "NAME=on|off", value_parser = toggle_position)]
    pub toggles: Vec<(String, bool)>,
    /// Something else of the model, where the system offers it: `window=4` of a recording; may be given often.
    #[arg(long = "choose", value_name = "NAME=VALUE", value_parser = choice)]
    pub choices: Vec<(String, String)>,
    /// Which kernels to take, and how to find out.
    #[command(flatten)]
    pub tuning: TuningArguments,
}

impl SceneArguments {
    /// The scene with what was chosen of its model.
    ///
    /// # Errors
    /// The file is no scene, or there is no such choice.
    pub fn read(&self) -> Result<SceneFile, SceneError> {
        let mut file = SceneFile::read(&self.scene)?;
        file.choose(&self.choices)?;
        Ok(file)
    }
}

/// Which of several kernels that compute the same are taken.
#[derive(Clone, Debug, Default, Args)]
pub struct TuningArguments {
    /// Measure again which kernels are fastest on this adapter, instead of taking what an earlier run found.
    #[arg(long)]
    pub retune: bool,
    /// A kernel by name instead of the fastest, such as `ten-product=rows`; may be given often.
    #[arg(long = "kernel", value_name = "WORK=NAME", value_parser = choice)]
    pub kernels: Vec<(String, String)>,
}

impl TuningArguments {
    /// As wishes.
    pub fn wishes(&self) -> Wishes {
        Wishes { again: self.retune, named: self.kernels.clone() }
    }
}

/// Arguments of the window.
#[derive(Clone, Debug, Args)]
pub struct WindowArguments {
    /// Which scene to open, and how.
    #[command(flatten)]
    pub scene: SceneArguments,
    /// Write a picture of the window to this PNG after some cycles, and leave.
    #[arg(long)]
    pub screenshot: Option<PathBuf>,
    /// Cycles before the screenshot.
    #[arg(long, default_value_t = 60)]
    pub after_cycles: u64,
    /// Take the kernels from this folder of WGSL files, and again whenever one of them is saved.
    #[arg(long)]
    pub shaders: Option<PathBuf>,
    /// Keep names and places of the widgets in this file, for tests that drive the window.
    #[arg(long, hide = true)]
    pub places: Option<PathBuf>,
}

/// Arguments of `record`.
#[derive(Clone, Debug, Args)]
pub struct RecordArguments {
    /// Which scene to run, and how.
    #[command(flatten)]
    pub scene: SceneArguments,
    /// Cycles to record.
    #[arg(long)]
    pub cycles: u64,
    /// A course of the system for one of its parameters to follow from the first cycle on, such as `quench`.
    #[arg(long)]
    pub course: Option<String>,
    /// The session file to write; `out/<scene>-<moment>.ron` unless given.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Also draw the last state into this PNG.
    #[arg(long)]
    pub picture: Option<PathBuf>,
    /// Leave out the measurement of the machine's roof.
    #[arg(long)]
    pub no_roof: bool,
    /// Print the summary as JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sweep`.
#[derive(Clone, Debug, Args)]
pub struct SweepArguments {
    /// Which scene to run, and how.
    #[command(flatten)]
    pub scene: SceneArguments,
    /// The parameter to move.
    #[arg(long)]
    pub parameter: String,
    /// Its first value.
    #[arg(long, required_unless_present = "read", allow_negative_numbers = true)]
    pub from: Option<f64>,
    /// Its last value.
    #[arg(long, required_unless_present = "read", allow_negative_numbers = true)]
    pub to: Option<f64>,
    /// Values in equal steps, the first and the last included.
    #[arg(long, default_value_t = 11)]
    pub steps: u32,
    /// Cycles after each move that are not measured.
    #[arg(long, default_value_t = 200)]
    pub equilibrate: u64,
    /// Cycles that are measured at each value.
    #[arg(long, default_value_t = 2000)]
    pub measure: u64,
    /// Another plain value for a field of the scene's text, such as `sites=128`; may be given often.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Run nothing, and read the sweep off this session.
    #[arg(long, value_name = "SESSION", conflicts_with_all = ["from", "to", "set", "out"])]
    pub read: Option<PathBuf>,
    /// The session file to write; `out/<scene>-<moment>.ron` unless given.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Also write the figures as CSV.
    #[arg(long)]
    pub csv: Option<PathBuf>,
    /// Print the figures as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What an arm of a comparison is.
#[derive(Clone, Debug, Default)]
pub struct ArmArguments {
    /// A preset, or another scene of the same system; the scene's own preset unless given.
    pub setting: Option<String>,
    /// Positions of toggles that differ from it.
    pub toggles: Vec<(String, bool)>,
}

/// Arguments of `ab`.
#[derive(Clone, Debug, Args)]
pub struct AbArguments {
    /// Which scene to run, and what both arms have in common.
    #[command(flatten)]
    pub scene: SceneArguments,
    /// The baseline: a preset, or another scene of the same system.
    #[arg(long, value_name = "PRESET|SCENE")]
    pub a: Option<String>,
    /// The variant: a preset, or another scene of the same system.
    #[arg(long, value_name = "PRESET|SCENE")]
    pub b: Option<String>,
    /// A toggle's position in A alone; may be given often.
    #[arg(long, value_name = "NAME=on|off", value_parser = toggle_position)]
    pub a_toggle: Vec<(String, bool)>,
    /// A toggle's position in B alone; may be given often.
    #[arg(long, value_name = "NAME=on|off", value_parser = toggle_position)]
    pub b_toggle: Vec<(String, bool)>,
    /// How long and how often blocks run.
    #[command(flatten)]
    pub trial: TrialArguments,
    /// The session file to write; `out/<scene>-<moment>.ron` unless given.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Exit with 1 where B is confirmed to be slower than A by more than this.
    #[arg(long, value_name = "PERCENT")]
    pub fail_above: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// A shader definition for B's kernels alone, which tests break a kernel with.
    #[arg(long, hide = true)]
    pub b_define: Option<String>,
}

/// Arguments of `ablate`.
#[derive(Clone, Debug, Args)]
pub struct AblateArguments {
    /// Which scene to run; its own toggles do not matter.
    #[command(flatten)]
    pub scene: SceneArguments,
    /// Which columns to measure; all of them unless given.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<Column>,
    /// Toggles to put to the test; all of them unless given.
    #[arg(long = "test", value_delimiter = ',', value_name = "NAME")]
    pub tested: Vec<String>,
    /// How long and how often blocks run.
    #[command(flatten)]
    pub trial: TrialArguments,
    /// The session file to write, with every verdict and deviation; `out/<scene>-<moment>.ron` unless given.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Also write the table as CSV.
    #[arg(long)]
    pub csv: Option<PathBuf>,
    /// Exit with 1 where a toggle is confirmed to be slower than its baseline by more than this.
    #[arg(long, value_name = "PERCENT")]
    pub fail_above: Option<String>,
    /// Print the table as JSON.
    #[arg(long)]
    pub json: bool,
}

/// A column of the ablation's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Column {
    /// Each toggle alone.
    Alone,
    /// Each toggle left out of all.
    LeftOut,
    /// All toggles up to each, in the specification's order.
    Cumulative,
}

/// How a trial is run.
#[derive(Clone, Debug, Args)]
pub struct TrialArguments {
    /// Most pairs of blocks, one of A and one of B each.
    #[arg(long, default_value_t = 96)]
    pub pairs: u32,
    /// Pairs of A against A for the noise floor.
    #[arg(long, default_value_t = 12)]
    pub floor_pairs: u32,
    /// Longest time for a comparison.
    #[arg(long, default_value_t = 600)]
    pub seconds: u64,
    /// Half the width of an interval that is narrow enough, in per cent.
    #[arg(long, default_value_t = 1.0, value_name = "PERCENT")]
    pub narrow: f64,
    /// Measured cycles of a block, or periods of several cycles where the work repeats only then; chosen from the cycles'
    /// time unless given.
    #[arg(long)]
    pub block: Option<u64>,
    /// Cycles that both arms run before the first block, with their deviation at 1, 2, 3, 5, 10, … of them.
    #[arg(long, default_value_t = 10)]
    pub growth: u64,
}

/// Arguments of `snapshot`.
#[derive(Clone, Debug, Args)]
pub struct SnapshotArguments {
    /// Which scene to run, and how.
    #[command(flatten)]
    pub scene: SceneArguments,
    /// The cycle to draw.
    #[arg(long)]
    pub cycle: u64,
    /// The PNG to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Width and height in pixels.
    #[arg(long, num_args = 2, value_names = ["WIDTH", "HEIGHT"], default_values_t = [1200, 900])]
    pub pixels: Vec<u32>,
    /// The picture that stands alone, by its name, instead of what the scene shows.
    #[arg(long)]
    pub picture: Option<String>,
}

/// Arguments of `state`.
#[derive(Clone, Debug, Args)]
pub struct StateArguments {
    /// Which scene to run, and how.
    #[command(flatten)]
    pub scene: SceneArguments,
    /// The cycle whose state is written.
    #[arg(long)]
    pub cycle: u64,
    /// The npz file to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Start from the state in this npz file.
    #[arg(long)]
    pub from: Option<PathBuf>,
}

/// Arguments of `bench`.
#[derive(Clone, Debug, Args)]
pub struct BenchArguments {
    /// The system.
    #[arg(default_value = "field")]
    pub system: String,
    /// Adapter: `best`, `software` or part of a name (also FIELDSCOPE_ADAPTER).
    #[arg(long)]
    pub adapter: Option<String>,
    /// Size to measure at.
    #[arg(long, value_enum, default_value_t)]
    pub size: Size,
    /// Measured cycles of each setting in each round.
    #[arg(long, default_value_t = 10)]
    pub cycles: u64,
    /// Rounds: every setting runs once a round, so that a drifting machine is shared out.
    #[arg(long, default_value_t = 3)]
    pub rounds: u64,
    /// Folder for one session per setting and round.
    #[arg(long, default_value = "out/bench")]
    pub out: PathBuf,
    /// Folder of an earlier bench: each setting's last session is compared with the one of that name there.
    #[arg(long)]
    pub against: Option<PathBuf>,
    /// Exit with 1 where a comparison with the earlier bench confirms a regression above this.
    #[arg(long, value_name = "PERCENT", requires = "against")]
    pub fail_above: Option<String>,
    /// Print the figures as JSON instead of tables.
    #[arg(long)]
    pub json: bool,
    /// Which kernels to take, and how to find out.
    #[command(flatten)]
    pub tuning: TuningArguments,
}

/// Arguments of `comodulogram`.
#[derive(Clone, Debug, Args)]
pub struct ComodulogramArguments {
    /// The recording: `.edf`, `.bdf`, `.npy` of shape [channels, samples], `.csv` with a column a channel.
    pub recording: PathBuf,
    /// Samples a second, where the recording does not say.
    #[arg(long, value_name = "HZ")]
    pub fs: Option<f64>,
    /// A channel to analyse, by name or by number from 1 on; may be given often. All unless given.
    #[arg(long)]
    pub channel: Vec<String>,
    /// Bands: lres, mres, hres, demon, hulk, gpac, an npz file with `pha` and `amp`, or PHASE/AMPLITUDE such as
    /// 4-8,8-12/30-60,60-90 or linear:2:20:30:2/log:30:150:30:0.3, in Hz.
    #[arg(long, default_value = "mres")]
    pub bands: String,
    /// Method: tort, tensorpac, gpac, gpac-soft, mvl, hr, tensorpac-hr, plv, ndpac.
    #[arg(long, default_value = "tort", value_parser = method)]
    pub method: Method,
    /// Filter: spectral, fir (TensorPAC's), gpac.
    #[arg(long, default_value = "spectral", value_parser = filter)]
    pub filter: Filter,
    /// Surrogates, for z and p.
    #[arg(long, default_value_t = 0)]
    pub surrogates: u32,
    /// Kind of surrogate: time-lag, block-swap, trials:N.
    #[arg(long, default_value = "time-lag", value_parser = surrogate)]
    pub surrogate: Surrogate,
    /// Where the window begins, seconds.
    #[arg(long)]
    pub start: Option<f64>,
    /// Length of the window, seconds; to the recording's end unless given.
    #[arg(long)]
    pub seconds: Option<f64>,
    /// Seed of the surrogates.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Adapter: `best`, `software` or part of a name (also FIELDSCOPE_ADAPTER).
    #[arg(long)]
    pub adapter: Option<String>,
    /// A toggle's position, such as `half_amplitude=on`; may be given often.
    #[arg(long = "toggle", value_name = "NAME=on|off", value_parser = toggle_position)]
    pub toggles: Vec<(String, bool)>,
    /// How often to compute it; every time's duration is told.
    #[arg(long, default_value_t = 1, hide = true)]
    pub repeat: u64,
    /// The npz file to write: map, z and p as [amplitude band, phase band, channel], the bands' edges in Hz.
    #[arg(long)]
    pub out: PathBuf,
    /// Also draw the map of the first channel into this PNG.
    #[arg(long)]
    pub png: Option<PathBuf>,
}

/// Arguments of `doctor`.
#[derive(Clone, Debug, Args)]
pub struct DoctorArguments {
    /// Adapter: `best`, `software` or part of a name (also FIELDSCOPE_ADAPTER).
    #[arg(long)]
    pub adapter: Option<String>,
    /// Print JSON instead of text.
    #[arg(long)]
    pub json: bool,
}

fn choice(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

fn toggle_position(text: &str) -> Result<(String, bool), String> {
    match text.split_once('=') {
        Some((name, "on")) => Ok((name.to_owned(), true)),
        Some((name, "off")) => Ok((name.to_owned(), false)),
        _ => Err(format!("`{text}` is not NAME=on or NAME=off")),
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{text}` is not FIELD=VALUE")),
    }
}
