//! `fieldscope bench`: a system's targets against this machine's roof, all settings interleaved in one run.

use super::arguments::BenchArguments;
use super::error::CliError;
use super::record::{ROOF_BYTES, make_folder, run_cycles};
use super::run::{Run, interrupted, open, start_prepared};
use crate::gpu::Kernels;
use crate::gpu::roof::{Roof, SelfCheck, measure_roof, self_check};
use crate::scene::{DEFAULT_SCENE, Prepared, SceneFile, Size};
use crate::session::{Finished, Session, Statistics, Summary, timing_table};
use crate::sim::field::Field;
use crate::sim::field::operation::Operation;
use crate::sim::{Plan, toggles::index_of};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// One thing to measure.
struct Setting {
    /// Its row.
    name: &'static str,
    /// The preset that it starts from.
    preset: &'static str,
    /// Toggles that differ from it.
    toggles: &'static [(&'static str, bool)],
    /// The only operations of its cycle, where it measures them by themselves.
    only: Option<&'static [Operation]>,
}

/// The field's settings: the spec's targets, and every Exact toggle in both positions.
const FIELD: [Setting; 8] = [
    Setting { name: "dense, all exact on", preset: "stable", toggles: &[], only: None },
    Setting { name: "dense, fused_pass off", preset: "stable", toggles: &[("fused_pass", false)], only: None },
    Setting {
        name: "dense, procedural_maps off",
        preset: "stable",
        toggles: &[("procedural_maps", false)],
        only: None,
    },
    Setting {
        name: "dense, batched_readback off",
        preset: "stable",
        toggles: &[("batched_readback", false)],
        only: None,
    },
    Setting {
        name: "Laplacian and decay alone",
        preset: "stable",
        toggles: &[],
        only: Some(&[Operation::Decay, Operation::Diffusion]),
    },
    Setting { name: "blazing as published", preset: "published-blazing", toggles: &[], only: None },
    Setting {
        name: "blazing, fused and batched",
        preset: "published-blazing",
        toggles: &[("fused_pass", true), ("batched_readback", true)],
        only: None,
    },
    Setting {
        name: "blazing, lazy_scale too",
        preset: "published-blazing",
        toggles: &[("fused_pass", true), ("batched_readback", true), ("lazy_scale", true)],
        only: None,
    },
];

/// What the rounds of one setting gave.
#[derive(Default)]
struct Outcome {
    /// Median time of a cycle in each round, in milliseconds: device passes and waits of the host.
    medians: Vec<f64>,
    /// The last round's session.
    session: Option<Session>,
    /// Bytes that a cycle moves at least, on average over a period.
    bytes: f64,
    /// Bytes on the device.
    memory: u64,
}

/// Runs the command.
///
/// # Errors
/// An unknown system, or anything that keeps it from running.
pub fn bench(arguments: &BenchArguments) -> Result<(), CliError> {
    if arguments.system != "field" {
        return Err(CliError::Input(format!("no system is called `{}`; there is field", arguments.system)));
    }
    if arguments.cycles < 2 || arguments.rounds == 0 {
        return Err(CliError::Input("a bench needs --cycles of at least 2 and --rounds of at least 1".to_owned()));
    }
    let kernels = open(arguments.adapter.as_deref())?;
    let check = self_check(&kernels)?;
    let roof = measure_roof(&kernels, ROOF_BYTES)?;
    let mut outcomes: Vec<Outcome> = FIELD.iter().map(|_| Outcome::default()).collect();
    for round in 0..arguments.rounds {
        for (setting, outcome) in FIELD.iter().zip(&mut outcomes) {
            if interrupted() {
                break;
            }
            eprintln!("fieldscope: round {} of {}, {}", round + 1, arguments.rounds, setting.name);
            measure(arguments, &kernels, check, roof, setting, round, outcome)?;
        }
    }
    let again = measure_roof(&kernels, ROOF_BYTES)?;
    print_outcomes(&outcomes, roof, again);
    Ok(())
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
    let mut file = SceneFile::read(Path::new(DEFAULT_SCENE))?;
    setting.preset.clone_into(&mut file.scene.preset);
    let prepared = prepare(&file, kernels, arguments.size, setting)?;
    let mut run: Run = start_prepared(&file, prepared, None, kernels.clone(), check)?;
    run.facts.roof = Some(roof);
    outcome.bytes = bytes_per_cycle(&run);
    outcome.memory = run.driver.status().bytes;
    let name: String = setting.name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let path = arguments.out.join(format!("{name}_{round}.ron"));
    make_folder(&path)?;
    // The recording leaves its first cycle out as warm-up.
    let Finished { session, .. } = run_cycles(&mut run, &path, arguments.cycles + 1)?;
    let times = cycle_times(&session);
    if let Some(statistics) = Statistics::of(times) {
        outcome.medians.push(statistics.median);
    }
    outcome.session = Some(session);
    Ok(())
}

fn prepare(file: &SceneFile, kernels: &Kernels, size: Size, setting: &Setting) -> Result<Prepared, CliError> {
    let mut prepared = file.prepare(kernels.gpu(), size, None)?;
    for (name, on) in setting.toggles {
        let index = index_of(&prepared.simulation.description().toggles, name)?;
        prepared.toggles = prepared.toggles.with(index, *on);
    }
    prepared.simulation.validate(prepared.toggles)?;
    if let Some(operations) = setting.only {
        let crate::scene::System::Field(model) = file.fitted(kernels.gpu(), size);
        let field = Field::new(model, file.scene.seed, kernels.gpu().largest_stream())?.doing_only(operations);
        prepared.simulation = Box::new(field);
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

/// Time of every measured cycle in milliseconds: passes on the device and waits of the host.
fn cycle_times(session: &Session) -> Vec<f64> {
    let period = f64::from(session.header.timing.timestamp_period_ns);
    let on_host: BTreeMap<u32, bool> =
        session.passes.iter().map(|pass| (pass.id, pass.clock == crate::session::Clock::Host)).collect();
    let mut cycles = BTreeMap::<u64, f64>::new();
    for sample in &session.samples {
        let period = if on_host.get(&sample.pass).copied().unwrap_or(false) { 1.0 } else { period };
        *cycles.entry(sample.cycle).or_default() += sample.ticks as f64 * period * 1e-6;
    }
    cycles.into_iter().skip(1).map(|(_, milliseconds)| milliseconds).collect()
}

fn print_outcomes(outcomes: &[Outcome], roof: Roof, again: Roof) {
    let copy = 0.5 * (roof.copy_gigabytes_per_second + again.copy_gigabytes_per_second);
    println!(
        "roof: copy {:.2} GB/s before and {:.2} GB/s after, multiply-add {:.1} and {:.1} GFLOP/s",
        roof.copy_gigabytes_per_second, again.copy_gigabytes_per_second, roof.gigaflops, again.gigaflops
    );
    println!();
    println!(
        "{:<28} {:>10} {:>20} {:>9} {:>7} {:>7} {:>9} {:>16}",
        "setting", "cycle ms", "over the rounds", "GB/cycle", "GB/s", "% copy", "memory GB", "dense / this"
    );
    let dense = outcomes.first().map(|outcome| outcome.medians.clone()).unwrap_or_default();
    for (setting, outcome) in FIELD.iter().zip(outcomes) {
        let Some(times) = Statistics::of(outcome.medians.clone()) else { continue };
        let gigabytes = outcome.bytes * 1e-9;
        let rate = gigabytes / times.median * 1e3;
        let ratios: Vec<f64> = dense.iter().zip(&outcome.medians).map(|(dense, this)| dense / this).collect();
        let ratio = Statistics::of(ratios);
        let ratio =
            ratio.map_or("–".to_owned(), |ratio| format!("{:.2} ({:.2}–{:.2})", ratio.median, ratio.min, ratio.max));
        println!(
            "{:<28} {:>10.1} {:>20} {:>9.3} {:>7.2} {:>7.0} {:>9.3} {:>16}",
            setting.name,
            times.median,
            format!("{:.1}–{:.1}", times.min, times.max),
            gigabytes,
            rate,
            100.0 * rate / copy,
            outcome.memory as f64 * 1e-9,
            ratio
        );
    }
    for (setting, outcome) in FIELD.iter().zip(outcomes) {
        if let Some(session) = &outcome.session {
            println!("\n{}\n{}", setting.name, timing_table(&Summary::of(session)));
        }
    }
}
