//! `fieldscope bench`: a system's targets against this machine's roof, all settings interleaved in one run.

mod field;
mod ising;
mod mobius;
mod pac;
mod ten;

use super::arguments::BenchArguments;
use super::compare::fraction;
use super::error::CliError;
use super::record::{make_folder, run_cycles};
use super::run::{Run, interrupted, open, start_prepared, tell};
use crate::gpu::roof::{Roof, SelfCheck, Stream, measure_roof, self_check};
use crate::gpu::{Gpu, Kernels};
use crate::lab::{Rules, compare_sessions, comparison_table};
use crate::scene::{Prepared, SceneError, SceneFile, Size};
use crate::session::{Finished, Session, Statistics, Summary, read_session, timing_table};
use crate::sim::{Plan, Simulation, Work, toggles::index_of};
use crate::tuning::tune;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Cycles before anything is measured.
const WARM_UP: u64 = 2;

/// What is measured of one system.
struct Suite {
    /// Its name on the command line.
    system: &'static str,
    /// Every setting; ratios are to the first of them.
    settings: &'static [Setting],
    /// Cycles that each of them runs before anything is measured, where it is more than to warm up.
    after: &'static [u64],
}

const SUITES: [Suite; 8] = [
    Suite { system: "field", settings: &field::SETTINGS, after: &[] },
    Suite { system: "ising", settings: &ising::SETTINGS, after: &[] },
    Suite { system: "ising-agents", settings: &ising::ANNEALS, after: &[] },
    Suite { system: "mobius", settings: &mobius::SETTINGS, after: &[] },
    Suite { system: "pac", settings: &pac::SETTINGS, after: &[] },
    Suite { system: "ten", settings: &ten::SETTINGS, after: &[] },
    Suite { system: "ten-stream", settings: &ten::STREAMING, after: &[] },
    Suite { system: "ten-long", settings: &ten::LONG, after: &ten::LONG_CHUNKS },
];

/// One thing to measure.
struct Setting {
    /// Its row.
    name: &'static str,
    /// The scene that it starts from.
    scene: &'static str,
    /// The preset instead of the scene's.
    preset: &'static str,
    /// Toggles that differ from it.
    toggles: &'static [(&'static str, bool)],
    /// Another system than the scene's own, where only a part of its cycle is measured.
    instead: Option<Instead>,
}

/// Makes a system from a scene.
type Instead = fn(&SceneFile, &Gpu, Size) -> Result<Box<dyn Simulation>, CliError>;

/// What the rounds of one setting gave.
#[derive(Default)]
struct Outcome {
    /// Cycles before anything is measured.
    warm_up: u64,
    /// Wall time of a cycle in each round, in milliseconds: everything, waits of the host included.
    cycles: Vec<f64>,
    /// Median time of a cycle's passes on the device in each round, in milliseconds.
    devices: Vec<f64>,
    /// The last round's session, and the name of its file.
    session: Option<Session>,
    file: Option<PathBuf>,
    /// Bytes that a cycle moves at least, on average over a period.
    bytes: f64,
    /// What a cycle gets done.
    work: Option<Work>,
    /// Why it cannot be measured.
    refused: Option<String>,
    /// Bytes on the device.
    memory: u64,
}

/// Runs the command.
///
/// # Errors
/// An unknown system, or anything that keeps it from running.
pub fn bench(arguments: &BenchArguments) -> Result<(), CliError> {
    let Some(suite) = SUITES.iter().find(|suite| suite.system == arguments.system) else {
        let known = SUITES.map(|suite| suite.system).join(", ");
        return Err(CliError::Input(format!("no system is called `{}`; there are {known}", arguments.system)));
    };
    let settings = suite.settings;
    if arguments.cycles < 2 || arguments.rounds == 0 {
        return Err(CliError::Input("a bench needs --cycles of at least 2 and --rounds of at least 1".to_owned()));
    }
    let limit = arguments.fail_above.as_deref().map(fraction).transpose()?;
    if let Some(folder) = arguments.against.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(CliError::file(folder, "no folder of an earlier bench"));
    }
    let kernels = open(arguments.adapter.as_deref())?;
    let check = self_check(&kernels)?;
    let stream = stream(&kernels, settings, arguments)?;
    let roof = measure_roof(&kernels, stream)?;
    let warm_ups = suite.after.iter().copied().chain(std::iter::repeat(WARM_UP));
    let mut outcomes: Vec<Outcome> =
        settings.iter().zip(warm_ups).map(|(_, warm_up)| Outcome { warm_up, ..Outcome::default() }).collect();
    for round in 0..arguments.rounds {
        for (setting, outcome) in settings.iter().zip(&mut outcomes) {
            if interrupted() {
                break;
            }
            eprintln!("fieldscope: round {} of {}, {}", round + 1, arguments.rounds, setting.name);
            measure(arguments, &kernels, check, roof, setting, round, outcome)?;
        }
    }
    let again = measure_roof(&kernels, stream)?;
    if arguments.json {
        let rows: Vec<_> =
            settings.iter().zip(&outcomes).filter_map(|(setting, outcome)| row(setting, outcome)).collect();
        let report = serde_json::json!({
            "copied_bytes": roof.copied_bytes,
            "copy_gb_s": [roof.copy_gigabytes_per_second, again.copy_gigabytes_per_second],
            "fma_gflop_s": [roof.gigaflops, again.gigaflops],
            "settings": rows,
        });
        println!("{report:#}");
    } else {
        print_outcomes(settings, &outcomes, roof, again);
    }
    match &arguments.against {
        Some(folder) => {
            let threshold = arguments.fail_above.as_deref().unwrap_or_default();
            against(folder, settings, &outcomes, limit, threshold)
        }
        None => Ok(()),
    }
}

/// The figures of one setting, as JSON; `None` where it never ran.
fn row(setting: &Setting, outcome: &Outcome) -> Option<serde_json::Value> {
    let (times, device) = (Statistics::of(outcome.cycles.clone())?, Statistics::of(outcome.devices.clone())?);
    Some(serde_json::json!({
        "setting": setting.name,
        "cycle_ms": times,
        "device_ms": device,
        "bytes_per_cycle": outcome.bytes,
        "memory_bytes": outcome.memory,
        "work_per_cycle": outcome.work.map(|work| work.per_cycle),
        "work_unit": outcome.work.map(|work| work.unit),
    }))
}

/// Compares every setting's last session with the one of its name in an earlier bench's folder.
fn against(
    folder: &Path,
    settings: &[Setting],
    outcomes: &[Outcome],
    limit: Option<f64>,
    threshold: &str,
) -> Result<(), CliError> {
    let mut slower = Vec::new();
    for (setting, outcome) in settings.iter().zip(outcomes) {
        let Some((name, session)) = outcome.file.as_ref().zip(outcome.session.as_ref()) else { continue };
        let earlier = read_session(&folder.join(name))?;
        let comparison = compare_sessions(&earlier, session, limit, &Rules::default())?;
        eprint!("fieldscope: {}, against the earlier bench\n{}", setting.name, comparison_table(&comparison));
        slower.extend(comparison.regressions.iter().map(|row| format!("{}: {row}", setting.name)));
    }
    match slower.is_empty() {
        true => Ok(()),
        false => Err(CliError::Regression { threshold: threshold.to_owned(), rows: slower }),
    }
}

fn measure(
    arguments: &BenchArguments,
    kernels: &Arc<Kernels>,
    check: SelfCheck,
    roof: Roof,
    setting: &Setting,
    round: u64,
    outcome: &mut Outcome,
) -> Result<(), CliError> {
    let mut file = SceneFile::read(Path::new(setting.scene))?;
    setting.preset.clone_into(&mut file.scene.preset);
    let prepared = match prepare(&file, kernels, arguments, setting) {
        // A size may rule a setting out, such as one that needs the whole state in a workgroup's memory.
        Err(refused @ (CliError::Refused(_) | CliError::Scene(SceneError::Refused { .. }))) => {
            outcome.refused = Some(refused.to_string());
            return Ok(());
        }
        prepared => prepared?,
    };
    let mut run: Run = match start_prepared(&file, prepared, None, kernels.clone(), check) {
        // Nor may a size fit the adapter.
        Err(refused @ CliError::Scene(SceneError::Refused { .. })) => {
            outcome.refused = Some(refused.to_string());
            return Ok(());
        }
        started => started?,
    };
    run.facts.roof = Some(roof);
    outcome.bytes = bytes_per_cycle(&run);
    outcome.work = run.driver.simulation().work(run.driver.toggles());
    outcome.memory = run.driver.status().bytes;
    let name: String = setting.name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let file = PathBuf::from(format!("{name}_{round}.ron"));
    let path = arguments.out.join(&file);
    make_folder(&path)?;
    // Kernels run for the first time, and memory is touched for the first time, before anything is measured.
    run.run_to(outcome.warm_up.max(WARM_UP))?;
    let Finished { session, .. } = run_cycles(&mut run, &path, arguments.cycles)?;
    if let Some(closing) = &session.closing {
        outcome.cycles.push(closing.wall_seconds * 1e3 / closing.cycles as f64);
    }
    if let Some(statistics) = Statistics::of(device_times(&session)) {
        outcome.devices.push(statistics.median);
    }
    outcome.session = Some(session);
    outcome.file = Some(file);
    Ok(())
}

/// The bytes that a pass goes through at this size, and in what pieces.
fn stream(kernels: &Kernels, settings: &[Setting], arguments: &BenchArguments) -> Result<Stream, CliError> {
    let Some(first) = settings.first() else { return Ok(Stream::SMALL) };
    let file = SceneFile::read(Path::new(first.scene))?;
    let prepared = prepare(&file, kernels, arguments, first)?;
    Ok(prepared.simulation.state(prepared.toggles).stream())
}

fn prepare(
    file: &SceneFile,
    kernels: &Kernels,
    arguments: &BenchArguments,
    setting: &Setting,
) -> Result<Prepared, CliError> {
    let mut prepared = file.prepare(kernels.gpu(), arguments.size, None)?;
    tell(&tune(kernels, &mut *prepared.simulation, &arguments.tuning.wishes())?);
    for (name, on) in setting.toggles {
        let index = index_of(&prepared.simulation.description().toggles, name)?;
        prepared.toggles = prepared.toggles.with(index, *on);
    }
    prepared.simulation.validate(prepared.toggles)?;
    if let Some(instead) = setting.instead {
        prepared.simulation = instead(file, kernels.gpu(), arguments.size)?;
    }
    Ok(prepared)
}

/// What the plans of a whole period say must move, per cycle.
fn bytes_per_cycle(run: &Run) -> f64 {
    const PERIOD: u64 = 30;
    let mut plan = Plan::default();
    let total: u64 = (1..=PERIOD)
        .map(|cycle| {
            run.driver.simulation().plan(cycle, run.driver.toggles(), &mut plan);
            plan.passes().map(|pass| pass.cost.bytes()).sum::<u64>()
        })
        .sum();
    total as f64 / PERIOD as f64
}

/// Time of every cycle's passes on the device, in milliseconds.
fn device_times(session: &Session) -> Vec<f64> {
    let period = f64::from(session.header.timing.timestamp_period_ns) * 1e-6;
    let on_device: BTreeSet<u32> =
        session.passes.iter().filter(|pass| pass.kernel.is_some()).map(|pass| pass.id).collect();
    let mut cycles = BTreeMap::<u64, f64>::new();
    for sample in session.samples.iter().filter(|sample| on_device.contains(&sample.pass)) {
        *cycles.entry(sample.cycle).or_default() += sample.ticks as f64 * period;
    }
    cycles.into_values().collect()
}

/// What is done a second, where a cycle takes so many milliseconds.
fn rate_of(work: Work, milliseconds: f64) -> String {
    let rate = work.per_cycle / milliseconds * 1e3;
    let (scaled, prefix) = [(1e-9, "G"), (1e-6, "M"), (1e-3, "k")]
        .into_iter()
        .find(|(factor, _)| rate * factor >= 1.0)
        .map_or((rate, ""), |(factor, prefix)| (rate * factor, prefix));
    format!("{scaled:.2} {prefix}{}/s", work.unit)
}

fn print_outcomes(settings: &[Setting], outcomes: &[Outcome], roof: Roof, again: Roof) {
    let copy = 0.5 * (roof.copy_gigabytes_per_second + again.copy_gigabytes_per_second);
    println!(
        "roof: copy of {:.0} MB {:.2} GB/s before and {:.2} GB/s after, multiply-add {:.1} and {:.1} GFLOP/s",
        roof.copied_bytes as f64 * 1e-6,
        roof.copy_gigabytes_per_second,
        again.copy_gigabytes_per_second,
        roof.gigaflops,
        again.gigaflops
    );
    println!();
    println!(
        "{:<32} {:>9} {:>16} {:>10} {:>9} {:>6} {:>7} {:>10} {:>19} {:>18}",
        "setting",
        "cycle ms",
        "over the rounds",
        "device ms",
        "GB/cycle",
        "GB/s",
        "% copy",
        "memory GB",
        "first / this",
        "work done"
    );
    let first = outcomes.first().map(|outcome| outcome.cycles.clone()).unwrap_or_default();
    for (setting, outcome) in settings.iter().zip(outcomes) {
        if let Some(reason) = &outcome.refused {
            println!("{:<32} left out: {reason}", setting.name);
        }
        let Some(times) = Statistics::of(outcome.cycles.clone()) else { continue };
        let Some(device) = Statistics::of(outcome.devices.clone()) else { continue };
        let gigabytes = outcome.bytes * 1e-9;
        let rate = gigabytes / times.median * 1e3;
        let ratios: Vec<f64> = first.iter().zip(&outcome.cycles).map(|(first, this)| first / this).collect();
        let ratio = Statistics::of(ratios);
        let ratio =
            ratio.map_or("–".to_owned(), |ratio| format!("{:.2} ({:.2}–{:.2})", ratio.median, ratio.min, ratio.max));
        println!(
            "{:<32} {:>9.2} {:>16} {:>10.2} {:>9.3} {:>6.2} {:>7.0} {:>10.3} {:>19} {:>18}",
            setting.name,
            times.median,
            format!("{:.2}–{:.2}", times.min, times.max),
            device.median,
            gigabytes,
            rate,
            100.0 * rate / copy,
            outcome.memory as f64 * 1e-9,
            ratio,
            outcome.work.map_or("–".to_owned(), |work| rate_of(work, times.median))
        );
    }
    for (setting, outcome) in settings.iter().zip(outcomes) {
        if let Some(session) = &outcome.session {
            println!("\n{}\n{}", setting.name, timing_table(&Summary::of(session)));
        }
    }
}
