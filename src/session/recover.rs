//! From the journal of a recording that did not end to a session.

use super::document::write_document;
use super::error::SessionError;
use super::format::{FORMAT_VERSION, Header, Record, Recovery, Session};
use super::read::{SESSION_BYTES, version_of};
use crate::ron_file::{RonFileError, open_bounded, parse_ron};
use std::fs::{self, TryLockError};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What a journal held.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// The session, as far as it was recorded.
    pub session: Session,
    /// Records kept, the header not counted.
    pub kept: u64,
    /// Lines that could not be read.
    pub dropped: u64,
    /// The first of those.
    pub first_dropped: Option<DroppedLine>,
    /// Whether only the last line could not be read: what a kill leaves. False where nothing was dropped.
    pub only_torn: bool,
}

impl Recovered {
    /// What was kept and lost, as the session tells it.
    pub(super) fn account(&self) -> Recovery {
        Recovery { kept: self.kept, dropped: self.dropped }
    }

    /// Whether the closing record is there: the recording had ended and only its document is missing.
    pub fn closed(&self) -> bool {
        self.session.closing.is_some()
    }
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// A recovered session that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveredFile {
    /// What the journal held.
    pub recovered: Recovered,
    /// Where the document is.
    pub document: PathBuf,
    /// Whether the journal was kept: it is where lines other than a torn last one could not be read.
    pub journal_kept: bool,
}

/// Reads a journal, finished or not, and changes nothing.
///
/// # Errors
/// No such file, too large, not readable, no journal, or of an unknown version.
pub fn read_journal(journal: &Path) -> Result<Recovered, SessionError> {
    let mut recovered = fold(BufReader::new(open_bounded(journal, SESSION_BYTES)?), journal)?;
    recovered.session.recovery = Some(recovered.account());
    Ok(recovered)
}

/// Turns a journal into a document: `document`, or else the one that the recording was to become.
///
/// The journal is removed once the document is on disk, unless it holds damaged lines that someone may want to mend.
///
/// # Errors
/// Those of [`read_journal`]; the document exists already, cannot be written, or the recording still goes on.
pub fn recover(journal: &Path, document: Option<&Path>) -> Result<RecoveredFile, SessionError> {
    let file = open_bounded(journal, SESSION_BYTES)?;
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return Err(SessionError::BeingRecorded { journal: journal.to_owned() });
    }
    // Where locks bind readers, too, this handle must not stand in the way of the next.
    drop(file);
    // Read first: what is no journal is told as such, whatever it is called.
    let recovered = read_journal(journal)?;
    let document = match document {
        Some(document) => document.to_owned(),
        None => document_of(journal)?,
    };
    if document.exists() {
        return Err(SessionError::DocumentExists { document });
    }
    write_document(&recovered.session, &document)?;
    let worth_keeping = recovered.dropped > 0 && !recovered.only_torn;
    let journal_kept = worth_keeping || fs::remove_file(journal).is_err();
    Ok(RecoveredFile { recovered, document, journal_kept })
}

fn document_of(journal: &Path) -> Result<PathBuf, SessionError> {
    match journal.extension() {
        Some(extension) if extension == "journal" => Ok(journal.with_extension("")),
        _ => Err(SessionError::Nameless { path: journal.to_owned() }),
    }
}

/// Folds a journal's lines into a session; `path` is what errors call it.
///
/// Records do not depend on each other's place, so a damaged line costs only itself.
///
/// # Errors
/// Not readable, no journal, or of an unknown version.
pub(super) fn fold(mut reader: impl BufRead, path: &Path) -> Result<Recovered, SessionError> {
    let mut line = Vec::new();
    if !next_line(&mut reader, &mut line, path)? {
        return Err(SessionError::EmptyJournal { path: path.to_owned() });
    }
    let mut recovered = Recovered {
        session: Session::new(read_header(&line, path)?),
        kept: 0,
        dropped: 0,
        first_dropped: None,
        only_torn: false,
    };
    let mut number = 1;
    while next_line(&mut reader, &mut line, path)? {
        number += 1;
        match read_record(&line) {
            Ok(record) => {
                recovered.session.apply(record);
                recovered.kept += 1;
            }
            Err(reason) => {
                recovered.dropped += 1;
                recovered.first_dropped.get_or_insert(DroppedLine { line: number, reason });
            }
        }
    }
    recovered.only_torn = recovered.first_dropped.as_ref().is_some_and(|dropped| dropped.line == number);
    Ok(recovered)
}

/// Puts the next line into `line`; false at the end.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>, path: &Path) -> Result<bool, SessionError> {
    line.clear();
    let read = reader.read_until(b'\n', line);
    Ok(read.map_err(|source| RonFileError::Unreadable { path: path.to_owned(), source })? > 0)
}

fn read_header(line: &[u8], path: &Path) -> Result<Header, SessionError> {
    let not_a_journal = || SessionError::NotAJournal { path: path.to_owned() };
    let text = str::from_utf8(line).ok().filter(|text| text.starts_with("Header(")).ok_or_else(not_a_journal)?;
    match version_of(text) {
        Some(1) => Ok(parse_ron(path, text)?),
        Some(found) => Err(SessionError::UnknownVersion { path: path.to_owned(), found, newest: FORMAT_VERSION }),
        None => Err(not_a_journal()),
    }
}

fn read_record(line: &[u8]) -> Result<Record, String> {
    let text = str::from_utf8(line).map_err(|error| error.to_string())?;
    ron::from_str(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
