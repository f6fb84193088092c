//! Reading a document of any version that there ever was.

use super::error::SessionError;
use super::format::{FORMAT_VERSION, Session};
use super::journal::journal_path;
use crate::ron_file::{RonFileError, parse_ron, read_text};
use std::path::Path;

/// Largest session that is read, in bytes: 1 GiB. It needs about twice that in memory.
pub const SESSION_BYTES: u64 = 1 << 30;

/// How far into a file its version is looked for, in bytes: every version has it among its first fields.
const HEAD: usize = 4096;

/// Reads the session at `path`, whatever version it has.
///
/// # Errors
/// No such file, no session, cut off, of an unknown version, too large, or not readable; each with its remedy.
pub fn read_session(path: &Path) -> Result<Session, SessionError> {
    let text = read_text(path, SESSION_BYTES).map_err(|error| name_the_journal(path, error))?;
    if text.starts_with("Header(") {
        return Err(SessionError::IsJournal { path: path.to_owned() });
    }
    match version_of(&text) {
        // A version that is added is read by its own types here, then brought to the newest ones.
        Some(1) => Ok(parse_ron(path, &text)?),
        Some(found) => Err(SessionError::UnknownVersion { path: path.to_owned(), found, newest: FORMAT_VERSION }),
        None => Err(SessionError::Foreign { path: path.to_owned() }),
    }
}

/// Who looks for the document of an interrupted recording finds its journal.
fn name_the_journal(path: &Path, error: RonFileError) -> SessionError {
    let journal = journal_path(path);
    match error {
        RonFileError::NotFound { .. } if journal.is_file() => {
            SessionError::OnlyJournal { document: path.to_owned(), journal }
        }
        other => other.into(),
    }
}

/// The version that a text names near its start. Looked for in the text, since only then is it known which types fit.
pub(super) fn version_of(text: &str) -> Option<u64> {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
    let (_, behind) = head.split_once("format_version")?;
    let value = behind.trim_start().strip_prefix(':')?.trim_start();
    let end = value.find(|character: char| !character.is_ascii_digit()).unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests;
