//! What can go wrong with a session's files, each in one sentence with its remedy.

use crate::ron_file::RonFileError;
use std::io;
use std::path::PathBuf;

/// A session that could not be read, recorded or recovered.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The file could not be read as RON of the right shape.
    #[error(transparent)]
    File(#[from] RonFileError),
    /// RON or other text, but no session.
    #[error(
        "{}: is not a fieldscope session: no format_version near its start; give a file that `record`, `ab` or \
         `ablate` wrote",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A version that this program does not know.
    #[error(
        "{}: has format version {found}, but fieldscope {} reads versions 1 to {newest}; use the fieldscope that \
         wrote it or a newer one",
        path.display(), env!("CARGO_PKG_VERSION")
    )]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// The version it names.
        found: u64,
        /// The newest version that can be read.
        newest: u32,
    },
    /// A journal was given where a document was expected.
    #[error(
        "{path}: is the journal of a recording that did not end; run `fieldscope recover {path}` first",
        path = path.display()
    )]
    IsJournal {
        /// The file.
        path: PathBuf,
    },
    /// There is no document, but there is its journal.
    #[error(
        "{}: no such file, but the journal of a recording that did not end lies beside it; run `fieldscope \
         recover {}`",
        document.display(), journal.display()
    )]
    OnlyJournal {
        /// The document asked for.
        document: PathBuf,
        /// Its journal.
        journal: PathBuf,
    },
    /// A document was given where a journal was expected, or a file that is neither.
    #[error(
        "{}: is not a fieldscope journal: its first line is no header; give the `.journal` file of a recording \
         that did not end",
        path.display()
    )]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// A journal that was cut off before its header.
    #[error("{}: is empty: the recording ended as it began; delete it", path.display())]
    EmptyJournal {
        /// The file.
        path: PathBuf,
    },
    /// A journal whose own name does not say what the document was to be called.
    #[error("{}: does not end in `.journal`, so the session's name is unknown; name the file to write with `--out`", path.display())]
    Nameless {
        /// The journal.
        path: PathBuf,
    },
    /// A journal is in the way of a new recording.
    #[error(
        "{journal}: is left from a recording that did not end; run `fieldscope recover {journal}` to keep it, or \
         delete it",
        journal = journal.display()
    )]
    LeftOver {
        /// The journal.
        journal: PathBuf,
    },
    /// Another process holds the journal.
    #[error("{}: another fieldscope is still recording into it; let that end first", journal.display())]
    BeingRecorded {
        /// The journal.
        journal: PathBuf,
    },
    /// A recovered session would overwrite another one.
    #[error(
        "{}: exists already and is not overwritten; move it away, or name another file to write",
        document.display()
    )]
    DocumentExists {
        /// The document.
        document: PathBuf,
    },
    /// The name to write to is no file.
    #[error("{}: is a directory; name a file to write", document.display())]
    DocumentIsDirectory {
        /// The document.
        document: PathBuf,
    },
    /// The system refused to write.
    #[error(
        "{}: cannot be written ({source}); check that its directory exists, may be written to and has room",
        path.display()
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A recording's journal is complete, but its document could not be made.
    #[error(
        "{source}; what was recorded is kept: run `fieldscope recover {journal}` once that is mended",
        journal = journal.display()
    )]
    KeptInJournal {
        /// The journal.
        journal: PathBuf,
        /// Why there is no document.
        source: Box<SessionError>,
    },
    /// The recording has reached its largest size.
    #[error(
        "{}: has reached {bytes} bytes, the most that is recorded; end the recording: what was recorded is kept",
        journal.display()
    )]
    Full {
        /// The journal.
        journal: PathBuf,
        /// Its size in bytes.
        bytes: u64,
    },
    /// Writing failed earlier, and that was told.
    #[error("{}: the recording stopped at an earlier error", journal.display())]
    Stopped {
        /// The journal.
        journal: PathBuf,
    },
}
