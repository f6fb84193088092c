//! `fieldscope record`: runs a scene and writes a timing session.

use super::arguments::RecordArguments;
use super::error::CliError;
use super::run::{Run, interrupted, progress, start};
use super::snapshot::write_picture;
use crate::driver::Command;
use crate::gpu::roof::measure_roof;
use crate::recording::{Recording, Start, default_path};
use crate::session::{Finished, Summary, timing_table};
use indicatif::ProgressBar;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the journal gets what was observed.
const FLUSH_EVERY: Duration = Duration::from_millis(250);

/// Runs the command.
///
/// # Errors
/// Anything that keeps the session from being recorded; a lost device leaves the session as far as it went.
pub fn record(arguments: &RecordArguments) -> Result<(), CliError> {
    if arguments.cycles == 0 {
        return Err(CliError::Input("--cycles 0 records nothing; give at least 1".to_owned()));
    }
    let mut run = start(&arguments.scene)?;
    if let Some(name) = &arguments.course {
        run.driver.course(name).map_err(|refusal| CliError::Input(format!("--course: {refusal}")))?;
        run.driver.command(Command::Follow(name.clone()));
    }
    if !arguments.no_roof {
        run.facts.roof = Some(measure_roof(run.driver.kernels(), run.driver.state().stream())?);
    }
    let path = arguments.out.clone().unwrap_or_else(|| default_path(&run.facts.scene.name));
    if interrupted() {
        return Err(CliError::Input("interrupted: nothing was recorded".to_owned()));
    }
    make_folder(&path)?;
    let finished = run_cycles(&mut run, &path, arguments.cycles)?;
    if let Some(picture) = &arguments.picture {
        write_picture(&mut run.driver, &run.showing, picture, [1200, 900])?;
        eprintln!("fieldscope: picture of cycle {} in {}", run.driver.status().cycle, picture.display());
    }
    print_summary(&run, &finished, arguments.json)
}

/// Runs and records up to `cycles` cycles from where the driver stands.
///
/// # Errors
/// The journal or the document cannot be written, or the device was lost; then the session is closed with the reason.
pub fn run_cycles(run: &mut Run, path: &Path, cycles: u64) -> Result<Finished, CliError> {
    let mut recording = Recording::start(path, run.facts.clone(), Start::headless(&run.driver))?;
    for note in &run.notes {
        recording.note(note.clone())?;
    }
    let bar = progress(cycles, "recording");
    let outcome = record_on(run, &mut recording, cycles, &bar);
    bar.finish_and_clear();
    close(run, recording, outcome)
}

/// Runs and records so many cycles more, or as many as the user waits for.
///
/// # Errors
/// The journal cannot be written, or the device was lost.
pub fn record_on(run: &mut Run, recording: &mut Recording, cycles: u64, bar: &ProgressBar) -> Result<(), CliError> {
    let last = run.driver.status().cycle + cycles;
    let mut flushed = Instant::now();
    while run.driver.status().cycle < last && !interrupted() {
        let arrived = run.driver.go_towards(run.driver.status().cycle + 1)?;
        for event in run.events.try_iter() {
            recording.observe(&event)?;
        }
        if flushed.elapsed() > FLUSH_EVERY {
            recording.flush()?;
            flushed = Instant::now();
        }
        bar.inc(u64::from(arrived));
    }
    Ok(())
}

/// Waits for what is under way and writes the document, also of a run that went wrong.
///
/// # Errors
/// What went wrong, or the document cannot be written.
pub fn close(run: &mut Run, mut recording: Recording, outcome: Result<(), CliError>) -> Result<Finished, CliError> {
    let outcome = outcome.and_then(|()| Ok(run.driver.settle()?));
    for event in run.events.try_iter() {
        recording.observe(&event)?;
    }
    let counts = run.driver.status().counts;
    match outcome {
        Ok(()) if interrupted() => Ok(recording.finish(counts, true, "interrupted by the user")?),
        Ok(()) => Ok(recording.finish(counts, true, "all cycles done")?),
        Err(error) => {
            recording.finish(counts, false, &error.to_string())?;
            Err(error)
        }
    }
}

fn print_summary(run: &Run, finished: &Finished, json: bool) -> Result<(), CliError> {
    let summary = Summary::of(&finished.session);
    if json {
        let text = serde_json::to_string_pretty(&summary).map_err(|error| CliError::Input(error.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    print!("{}", timing_table(&summary));
    println!("memory on the device: {:.3} GB", run.driver.status().bytes as f64 * 1e-9);
    if let Some(roof) = run.facts.roof {
        println!("roof: copy {:.1} GB/s, multiply-add {:.1} GFLOP/s", roof.copy_gigabytes_per_second, roof.gigaflops);
    }
    println!("session: {}", finished.document.display());
    Ok(())
}

/// Makes the folder that a file is to stand in.
///
/// # Errors
/// The folder cannot be made.
pub fn make_folder(path: &Path) -> Result<(), CliError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).map_err(|error| CliError::file(folder, error))
        }
        _ => Ok(()),
    }
}
