//! `fieldscope bench`: a system's targets against this machine's roof.

use super::arguments::BenchArguments;
use super::error::CliError;

/// Runs the command.
///
/// # Errors
/// An unknown system, or anything that keeps it from running.
pub fn bench(arguments: &BenchArguments) -> Result<(), CliError> {
    Err(CliError::Input(format!("no system is called `{}`; there is field", arguments.system)))
}
