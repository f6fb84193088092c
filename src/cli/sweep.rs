//! `fieldscope sweep`: moves a parameter step by step, and tells what the probes say at each of its values.

use super::arguments::SweepArguments;
use super::error::CliError;
use super::record::{close, make_folder, record_on};
use super::run::{Run, interrupted, progress, start_file};
use crate::driver::Command;
use crate::lab::sweep::{Figure, Known, Sweep, landmark_note, observables_note};
use crate::recording::{Recording, Start, default_path};
use crate::scene::SceneFile;
use crate::session::{Finished, Session, read_session};
use std::fmt::Write as _;
use std::path::Path;

/// Fewest measured cycles: below that there is no error that could be trusted.
const FEWEST: u64 = 64;

/// Runs the command.
///
/// # Errors
/// Arguments that make no sense, or anything that keeps the sweep from being recorded.
pub fn sweep(arguments: &SweepArguments) -> Result<(), CliError> {
    if let Some(path) = &arguments.read {
        return tell(arguments, &read_session(path)?, path);
    }
    let values = values(arguments)?;
    let file = SceneFile::read(&arguments.scene.scene)?.with(&arguments.set)?;
    let mut run = start_file(&file, &arguments.scene)?;
    for value in [values.first(), values.last()].into_iter().flatten() {
        let checked = run.driver.simulation().description().check_parameter(&arguments.parameter, *value);
        checked.map_err(|refusal| CliError::Input(format!("--parameter: {refusal}")))?;
    }
    let path = arguments.out.clone().unwrap_or_else(|| default_path(&run.facts.scene.name));
    if interrupted() {
        return Err(CliError::Input("interrupted: nothing was recorded".to_owned()));
    }
    make_folder(&path)?;
    let finished = record(arguments, &mut run, &path, &values)?;
    tell(arguments, &finished.session, &finished.document)
}

/// The values of the parameter.
fn values(arguments: &SweepArguments) -> Result<Vec<f64>, CliError> {
    let refuse = |reason: String| Err(CliError::Input(reason));
    let (Some(from), Some(to)) = (arguments.from, arguments.to) else {
        return refuse("give --from and --to".to_owned());
    };
    let steps = arguments.steps;
    if !(2..=10_000).contains(&steps) {
        return refuse(format!("--steps {steps} is outside 2 to 10000: the first and the last value are steps"));
    }
    if arguments.measure < FEWEST {
        return refuse(format!("--measure {} is too short to know an error: at least {FEWEST}", arguments.measure));
    }
    // Like this the last one is --to itself.
    let share = |step: u32| f64::from(step) / f64::from(steps - 1);
    Ok((0..steps).map(|step| from * (1.0 - share(step)) + to * share(step)).collect())
}

/// Runs and records the steps.
fn record(arguments: &SweepArguments, run: &mut Run, path: &Path, values: &[f64]) -> Result<Finished, CliError> {
    let mut recording = Recording::start(path, run.facts.clone(), Start::headless(&run.driver))?;
    recording.leave_out(arguments.equilibrate);
    let landmarks = run.driver.simulation().landmarks();
    for note in run.notes.iter().cloned().chain(landmarks.iter().map(landmark_note)) {
        recording.note(note)?;
    }
    // A block leaves out one cycle at least.
    let cycles = arguments.equilibrate.max(1) + arguments.measure;
    let bar = progress(cycles * values.len() as u64, "sweeping");
    let mut outcome = Ok(());
    for value in values {
        if outcome.is_err() || interrupted() {
            break;
        }
        outcome =
            step(arguments, run, &mut recording, *value).and_then(|()| record_on(run, &mut recording, cycles, &bar));
    }
    bar.finish_and_clear();
    close(run, recording, outcome)
}

/// Moves the parameter, and notes what is to be made of the probes there.
fn step(arguments: &SweepArguments, run: &mut Run, recording: &mut Recording, value: f64) -> Result<(), CliError> {
    run.driver.command(Command::SetParameter { name: arguments.parameter.clone(), value });
    run.driver.run_to(run.driver.status().cycle)?;
    for event in run.events.try_iter() {
        recording.observe(&event)?;
    }
    Ok(recording.note(observables_note(&run.driver.simulation().observables()))?)
}

/// Prints and writes what a session says.
fn tell(arguments: &SweepArguments, session: &Session, path: &Path) -> Result<(), CliError> {
    let sweep = Sweep::of(session, &arguments.parameter).map_err(|refusal| CliError::file(path, refusal))?;
    if let Some(path) = &arguments.csv {
        make_folder(path)?;
        std::fs::write(path, csv(&sweep)).map_err(|error| CliError::file(path, error))?;
    }
    if arguments.json {
        let text = serde_json::to_string_pretty(&sweep).map_err(|error| CliError::Input(error.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    print!("{}", text(&sweep));
    println!("session: {}", path.display());
    Ok(())
}

/// A table per figure.
fn text(sweep: &Sweep) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_text(&mut text, sweep);
    text
}

fn write_text(out: &mut String, sweep: &Sweep) -> std::fmt::Result {
    let Sweep { system, parameter, points, known, .. } = sweep;
    let range = |of: &dyn Fn(&crate::lab::sweep::Point) -> u64| {
        let (low, high) = points.iter().map(of).fold((u64::MAX, 0), |(low, high), at| (low.min(at), high.max(at)));
        if low == high { low.to_string() } else { format!("{low} to {high}") }
    };
    writeln!(
        out,
        "{system}: {} values of {parameter}, {} cycles each after {} that were left out",
        points.len(),
        range(&|point| point.cycles),
        range(&|point| point.left_out),
    )?;
    for Known { name, value, .. } in known {
        writeln!(out, "{name} = {value:.6}")?;
    }
    let mut bounds = false;
    for name in sweep.names() {
        writeln!(out, "\n{name}")?;
        writeln!(
            out,
            "{parameter:>14} {:>14}   {:<12} {:>9} {:>12} {:>8}",
            "", "error", "τ, cycles", "exact", "off by"
        )?;
        for (value, figure) in sweep.curve(name) {
            let Figure { value: found, error, time, plateau, exact, .. } = figure;
            bounds |= !plateau;
            let least = if *plateau { " " } else { "≥" };
            let off = exact.filter(|_| *error > 0.0).map(|exact| format!("{:.1} σ", (found - exact).abs() / error));
            let exact = exact.map_or_else(String::new, |exact| format!("{exact:.6}"));
            let off = off.unwrap_or_default();
            let error = format!("{error:.2e}");
            writeln!(out, "{value:>14.6} {found:>14.6} {least}± {error:<12} {time:>8.1} {exact:>12} {off:>8}")?;
        }
    }
    if bounds {
        writeln!(
            out,
            "\n≥: errors still grow with the bins, so that they and τ are lower bounds; measure more cycles there"
        )?;
    }
    Ok(())
}

/// A line per value and figure.
fn csv(sweep: &Sweep) -> String {
    let mut text = format!("{},figure,value,error,autocorrelation_cycles,plateau,cycles,exact\n", sweep.parameter);
    for point in &sweep.points {
        for Figure { name, value, error, time, plateau, exact } in &point.figures {
            let exact = exact.map_or_else(String::new, |exact| exact.to_string());
            let (at, cycles) = (point.value, point.cycles);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{at},\"{name}\",{value},{error},{time},{plateau},{cycles},{exact}");
        }
    }
    text
}
