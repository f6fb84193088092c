//! `fieldscope recover`: the journal of a killed recording becomes a session.

use super::arguments::RecoverArguments;
use super::error::CliError;

/// Runs the command.
///
/// # Errors
/// The journal cannot be read, is still being written, or the session cannot be written.
pub fn recover(arguments: &RecoverArguments) -> Result<(), CliError> {
    let file = crate::session::recover(&arguments.journal, arguments.out.as_deref())?;
    let recovered = &file.recovered;
    let ending = if recovered.closed() { "the recording had ended by itself" } else { "the recording was cut off" };
    println!("{} records kept, {} lines dropped; {ending}", recovered.kept, recovered.dropped);
    println!("session: {}", file.document.display());
    Ok(())
}
