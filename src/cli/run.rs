//! What every headless command begins with: an open adapter, a checked clock, a scene that fits, a driver.

use super::arguments::SceneArguments;
use super::error::CliError;
use crate::driver::{Command, Driver, DriverError, Event};
use crate::gpu::roof::{SelfCheck, self_check};
use crate::gpu::{AdapterChoice, Gpu, GpuError, Kernels};
use crate::recording::{Facts, scene_record};
use crate::scene::{Prepared, SceneFile};
use crate::shaders::LIBRARY;
use crate::sim::{Refusal, toggles::index_of};
use crate::tuning::{Decision, tune};
use crate::view::Showing;
use crossbeam_channel::Receiver;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// A driver that is ready to run, and what is known of it.
pub struct Run {
    /// The driver.
    pub driver: Driver,
    /// What it tells.
    pub events: Receiver<Event>,
    /// The header of a session of it.
    pub facts: Facts,
    /// What the scene shows of it.
    pub showing: Showing,
    /// What a replay must know beyond the scene's text, as command records.
    pub notes: Vec<String>,
}

/// Opens an adapter and starts its kernel builder.
///
/// # Errors
/// No such adapter.
pub fn open(adapter: Option<&str>) -> Result<Arc<Kernels>, CliError> {
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(adapter))?;
    Ok(Arc::new(Kernels::new(&gpu, LIBRARY)))
}

/// Everything up to cycle 0.
///
/// # Errors
/// No adapter, a scene that cannot be run, a size that does not fit.
pub fn start(arguments: &SceneArguments) -> Result<Run, CliError> {
    start_file(&arguments.read()?, arguments)
}

/// As [`start`], of a scene that was read.
///
/// # Errors
/// As [`start`].
pub fn start_file(file: &SceneFile, arguments: &SceneArguments) -> Result<Run, CliError> {
    // Listens for Ctrl-C before anything is written.
    interrupted();
    let kernels = open(arguments.adapter.as_deref())?;
    let (prepared, decisions) = prepare(file, arguments, &kernels)?;
    if let Some(note) = &prepared.note {
        eprintln!("fieldscope: {note}");
    }
    prepared.remarks.iter().for_each(|remark| eprintln!("fieldscope: {remark}"));
    let check = self_check(&kernels)?;
    let size = prepared.note.as_ref().map(|note| format!("Size({note:?})"));
    let preset = arguments.preset.clone().map(|preset| format!("{:?}", Command::SetPreset(preset)));
    let run = start_prepared(file, prepared, arguments.seed, kernels, check)?;
    tell(&decisions);
    let kernels = decisions.iter().map(|decision| format!("Kernel({:?})", decision.to_string()));
    Ok(Run { notes: size.into_iter().chain(preset).chain(kernels).collect(), ..run })
}

/// What was measured just now, and what went wrong on the way.
pub fn tell(decisions: &[Decision]) {
    for decision in decisions.iter().filter(|decision| decision.measured.is_some() || decision.trouble.is_some()) {
        eprintln!("fieldscope: {decision}");
    }
}

/// The scene under the arguments' preset and toggles, with the kernels that this adapter runs best.
///
/// # Errors
/// A scene, preset, toggle or kernel that cannot be.
pub fn prepare(
    file: &SceneFile,
    arguments: &SceneArguments,
    kernels: &Kernels,
) -> Result<(Prepared, Vec<Decision>), CliError> {
    let mut file = file.clone();
    let description = file.scene.system.description();
    if let Some(preset) = &arguments.preset {
        description.preset(preset).map_err(|refusal| CliError::Input(format!("--preset: {refusal}")))?;
        file.scene.preset.clone_from(preset);
    }
    for (name, on) in &arguments.toggles {
        index_of(&description.toggles, name).map_err(|refusal| CliError::Input(format!("--toggle: {refusal}")))?;
        file.scene.toggles.insert(name.clone(), *on);
    }
    let mut prepared = file.prepare(kernels.gpu(), arguments.size, arguments.seed)?;
    let decisions = tune(kernels, &mut *prepared.simulation, &arguments.tuning.wishes())?;
    Ok((prepared, decisions))
}

/// A driver for a prepared scene.
///
/// # Errors
/// A size that does not fit.
pub fn start_prepared(
    file: &SceneFile,
    prepared: Prepared,
    seed: Option<u64>,
    kernels: Arc<Kernels>,
    check: SelfCheck,
) -> Result<Run, CliError> {
    let (driver, events) = Driver::new(kernels, check.method(), prepared.simulation, prepared.toggles)
        .map_err(|error| name_the_scene(file, error))?;
    let system = driver.simulation().description().name;
    let scene = scene_record(system, &file.path, &file.text, seed.unwrap_or(file.scene.seed));
    let facts = Facts::new(&driver, Some(check), scene);
    Ok(Run { driver, events, facts, showing: prepared.showing, notes: Vec::new() })
}

/// Who wants too large a state has to change the scene.
pub fn name_the_scene(file: &SceneFile, error: DriverError) -> CliError {
    match error {
        DriverError::Gpu(error @ (GpuError::NoRoom { .. } | GpuError::TooLarge { .. })) => {
            file.refuse(Refusal(error.to_string())).into()
        }
        error => error.into(),
    }
}

impl Run {
    /// Runs to a cycle without recording; returns whether it got there before the user stopped it.
    ///
    /// # Errors
    /// A lost device.
    pub fn run_to(&mut self, cycle: u64) -> Result<bool, CliError> {
        let bar = progress(cycle, "running");
        self.driver.run_to(self.driver.status().cycle)?;
        while self.driver.status().cycle < cycle && !interrupted() {
            self.driver.go_towards(self.driver.status().cycle + 1)?;
            self.events.try_iter().for_each(drop);
            bar.set_position(self.driver.status().cycle);
        }
        bar.finish_and_clear();
        self.driver.settle()?;
        Ok(self.driver.status().cycle == cycle)
    }
}

/// Whether the user has asked the program to stop. The first call begins to listen.
pub fn interrupted() -> bool {
    static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let stop = STOP.get_or_init(|| {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = stop.clone();
        if let Err(error) = ctrlc::set_handler(move || flag.store(true, Ordering::Release)) {
            eprintln!("fieldscope: Ctrl-C will end the program at once: {error}");
        }
        stop
    });
    stop.load(Ordering::Acquire)
}

/// A bar that shows cycles and the time left; hidden where nobody watches.
pub fn progress(cycles: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(cycles);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} cycles, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}
