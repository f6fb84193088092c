//! `fieldscope crossing`: where a figure of two swept sessions is the same.

use super::arguments::CrossingArguments;
use super::error::CliError;
use crate::lab::sweep::{Crossing, Known, Sweep, crossing as crossing_of};
use crate::session::read_session;
use serde::Serialize;
use std::path::PathBuf;

/// What is found of two sessions.
#[derive(Serialize)]
struct Found<'a> {
    sessions: [&'a PathBuf; 2],
    figure: &'a str,
    parameter: &'a str,
    crossing: Crossing,
    known: Vec<Known>,
}

/// Runs the command.
///
/// # Errors
/// A session that cannot be read or is no sweep, or curves that do not cross.
pub fn crossing(arguments: &CrossingArguments) -> Result<(), CliError> {
    let parameter = arguments.parameter.as_str();
    let read = |path: &PathBuf| {
        let session = read_session(path)?;
        Sweep::of(&session, parameter).map_err(|refusal| CliError::file(path, refusal))
    };
    let sweeps: Vec<Sweep> = arguments.sessions.iter().map(read).collect::<Result<_, CliError>>()?;
    let mut all = Vec::new();
    for (paths, of) in arguments.sessions.windows(2).zip(sweeps.windows(2)) {
        let ([one, other], [first, second]) = (paths, of) else { continue };
        if let Some(missing) = of.iter().find(|sweep| sweep.curve(&arguments.figure).next().is_none()) {
            let names = missing.names().join(", ");
            return Err(CliError::Input(format!(
                "--figure: no figure is called `{}`; there are {names}",
                arguments.figure
            )));
        }
        let crossing = crossing_of(first, second, &arguments.figure)?;
        let known = first.known.clone();
        all.push(Found { sessions: [one, other], figure: &arguments.figure, parameter, crossing, known });
    }
    if arguments.json {
        let text = serde_json::to_string_pretty(&all).map_err(|error| CliError::Input(error.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    for Found { sessions: [one, other], figure, parameter, crossing, known } in all {
        let Crossing { at, error, points } = crossing;
        print!("{} and {}: {figure} crosses at {parameter} = {at:.5} ± {error:.5}", one.display(), other.display());
        print!(" (a line through {points} points)");
        for Known { name, value, .. } in known {
            print!("; {name} = {value:.5} is {:+.3} % off", 100.0 * (value / at - 1.0));
        }
        println!();
    }
    Ok(())
}
