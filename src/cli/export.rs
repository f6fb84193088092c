//! `fieldscope export`: a session for other programs.

use super::arguments::{ExportArguments, ExportKind};
use super::error::CliError;
use super::record::make_folder;
use crate::session::{Exported, read_session, write_csv, write_perfetto};
use std::fs::File;
use std::io::{BufWriter, Write};

/// Runs the command.
///
/// # Errors
/// The session cannot be read, has nothing to export, or the file cannot be written.
pub fn export(arguments: &ExportArguments) -> Result<(), CliError> {
    let session = read_session(&arguments.session)?;
    let ending = match arguments.to {
        ExportKind::Perfetto => "json",
        ExportKind::Csv => "csv",
    };
    let path = arguments.out.clone().unwrap_or_else(|| arguments.session.with_extension(ending));
    let in_time = |pass: &crate::session::PassRecord| pass.clock == crate::session::Clock::Device;
    if arguments.to == ExportKind::Perfetto && !session.passes.iter().any(in_time) {
        return Err(CliError::Input(format!(
            "{}: the host timed its passes, which says how long they took and not when: `--to csv` has them",
            arguments.session.display()
        )));
    }
    make_folder(&path)?;
    let failed = |error: std::io::Error| CliError::file(&path, error);
    let mut out = BufWriter::new(File::create(&path).map_err(failed)?);
    let exported = match arguments.to {
        ExportKind::Perfetto => write_perfetto(&session, &mut out),
        ExportKind::Csv => write_csv(&session, &mut out),
    };
    let Exported { passes, without_place, unknown } = exported.map_err(failed)?;
    out.flush().map_err(failed)?;
    println!("{passes} passes: {}", path.display());
    if without_place > 0 {
        println!("left out: {without_place} waits that the host timed, which have no place on the device's timeline");
    }
    if unknown > 0 {
        println!("left out: {unknown} samples of passes that the session does not describe");
    }
    Ok(())
}
