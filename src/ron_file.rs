//! Reading RON files that someone else may have written: bounded, and with errors that say where, what and what to do.

mod explain;

use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest scene file, in bytes. A scene is a page of text; anything far larger is another file.
pub const SCENE_BYTES: u64 = 1 << 20;

/// A file that could not be read as RON. Every message is one line and begins with the path.
#[derive(Debug, thiserror::Error)]
pub enum RonFileError {
    /// Nothing is there.
    #[error("{}: no such file; check the path", path.display())]
    NotFound {
        /// The path asked for.
        path: PathBuf,
    },
    /// A directory, a device or a pipe, whose size says nothing about what reading it would give.
    #[error("{}: is {kind}, not a file; name a file", path.display())]
    NotAFile {
        /// The path asked for.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// Too large to be what was asked for. Nothing was read.
    #[error(
        "{}: holds {bytes} bytes, more than the {limit} that are read; check that it is the right file",
        path.display()
    )]
    TooLarge {
        /// The path asked for.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The system refused.
    #[error("{}: cannot be read ({source}); check its permissions and its disk", path.display())]
    Unreadable {
        /// The path asked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Bytes that are no text.
    #[error(
        "{}:{line}:{column}: is not UTF-8 text; check that it is the right file, or save it as UTF-8",
        path.display()
    )]
    NotText {
        /// The path asked for.
        path: PathBuf,
        /// Line of the first such byte, counted from 1.
        line: usize,
        /// Its column in characters, counted from 1.
        column: usize,
    },
    /// Nothing but white space.
    #[error("{}: is empty; check that it was written to its end", path.display())]
    Empty {
        /// The path asked for.
        path: PathBuf,
    },
    /// The text stops before its brackets are closed.
    #[error("{}:{line}:{column}: ends here in the middle; it was cut off: take a complete copy", path.display())]
    Truncated {
        /// The path asked for.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column in characters, counted from 1.
        column: usize,
    },
    /// Text that is not RON, or RON of another shape.
    #[error("{}:{line}:{column}: {problem}; {remedy}", path.display())]
    Malformed {
        /// The path asked for.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column in characters, counted from 1.
        column: usize,
        /// What is wrong.
        problem: String,
        /// What would be right.
        remedy: String,
    },
}

/// Reads the file at `path` as a `T`, if it has at most `max_bytes` bytes.
///
/// Unknown fields are errors only where `T` is declared with `deny_unknown_fields`.
///
/// # Errors
/// Every [`RonFileError`].
pub fn read_ron<T: DeserializeOwned>(path: &Path, max_bytes: u64) -> Result<T, RonFileError> {
    parse_ron(path, &read_text(path, max_bytes)?)
}

/// Reads the file at `path` as text, if it has at most `max_bytes` bytes.
///
/// # Errors
/// Every [`RonFileError`] but those about RON itself.
pub fn read_text(path: &Path, max_bytes: u64) -> Result<String, RonFileError> {
    let mut bytes = Vec::new();
    let file = open_bounded(path, max_bytes)?;
    // The file may grow after its size was asked for: the limit holds for what is read, too.
    file.take(max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|source| RonFileError::Unreadable { path: path.to_owned(), source })?;
    let size = bytes.len() as u64;
    if size > max_bytes {
        return Err(RonFileError::TooLarge { path: path.to_owned(), bytes: size, limit: max_bytes });
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let (valid, _) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let (line, column) = explain::end_of(&String::from_utf8_lossy(valid));
        RonFileError::NotText { path: path.to_owned(), line, column }
    })?;
    match text.trim().is_empty() {
        true => Err(RonFileError::Empty { path: path.to_owned() }),
        false => Ok(text),
    }
}

/// Opens the file at `path`, if it is a regular one of at most `max_bytes` bytes.
///
/// # Errors
/// Nothing there, no file, too large, or refused by the system.
pub fn open_bounded(path: &Path, max_bytes: u64) -> Result<File, RonFileError> {
    let refused = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => RonFileError::NotFound { path: path.to_owned() },
        _ => RonFileError::Unreadable { path: path.to_owned(), source },
    };
    let metadata = path.metadata().map_err(refused)?;
    if metadata.is_dir() {
        return Err(RonFileError::NotAFile { path: path.to_owned(), kind: "a directory" });
    }
    if !metadata.is_file() {
        return Err(RonFileError::NotAFile { path: path.to_owned(), kind: "a device or a pipe" });
    }
    if metadata.len() > max_bytes {
        return Err(RonFileError::TooLarge { path: path.to_owned(), bytes: metadata.len(), limit: max_bytes });
    }
    File::open(path).map_err(refused)
}

/// Parses `text` as a `T`; `path` is what errors call it.
///
/// # Errors
/// [`RonFileError::Truncated`] or [`RonFileError::Malformed`].
pub fn parse_ron<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, RonFileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    ron::from_str(text).map_err(|error| explain::explain(path, text, &error))
}

#[cfg(test)]
mod tests;
