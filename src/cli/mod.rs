//! The command line: one file per command.

mod ab;
mod ablate;
mod ablation_table;
mod arguments;
mod arms;
mod bench;
mod comodulogram;
mod comodulogram_picture;
mod compare;
mod crossing;
mod doctor;
mod error;
mod export;
mod record;
mod recover;
mod run;
mod snapshot;
mod state;
mod sweep;
mod trial;
mod window;

use arguments::{Arguments, Command};
use clap::Parser;
use error::CliError;
use std::process::ExitCode;

/// Runs the program and returns its exit code: 0 fine, 1 a confirmed regression, a broken bound or a failed run, 2 bad
/// input.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fieldscope: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn dispatch(arguments: &Arguments) -> Result<(), CliError> {
    match &arguments.command {
        Some(Command::Record(record)) => record::record(record),
        Some(Command::Ab(ab)) => ab::ab(ab),
        Some(Command::Ablate(ablate)) => ablate::ablate(ablate),
        Some(Command::Sweep(sweep)) => sweep::sweep(sweep),
        Some(Command::Crossing(crossing)) => crossing::crossing(crossing),
        Some(Command::Snapshot(snapshot)) => snapshot::snapshot(snapshot),
        Some(Command::State(state)) => state::state(state),
        Some(Command::Bench(bench)) => bench::bench(bench),
        Some(Command::Comodulogram(comodulogram)) => comodulogram::comodulogram(comodulogram),
        Some(Command::Compare(compare)) => compare::compare(compare),
        Some(Command::Export(export)) => export::export(export),
        Some(Command::Recover(recover)) => recover::recover(recover),
        Some(Command::Doctor(doctor)) => doctor::doctor(doctor),
        None => window::window(&arguments.window),
    }
}
