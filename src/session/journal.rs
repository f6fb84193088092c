//! Recording: one record a line into a journal beside the document, never more than a second behind; at the end the
//! document.

use super::document::{with_suffix, write_document};
use super::error::SessionError;
use super::format::{Closing, Header, Record, Session};
use super::recover::fold;
use crossbeam_channel::{Receiver, RecvError, RecvTimeoutError, Sender, TrySendError, bounded};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Largest journal, in bytes: 512 MiB. Its document is up to two thirds larger and must stay below what is read back.
pub const JOURNAL_BYTES: u64 = 512 << 20;

/// How long a record may wait for its way to disk: half of the promised second; the disk has the other half.
const FLUSH_AFTER: Duration = Duration::from_millis(500);

/// Records that may wait for the disk.
const WAITING: usize = 1024;

/// The journal of a document: `S.ron.journal` beside `S.ron`.
pub fn journal_path(document: &Path) -> PathBuf {
    with_suffix(document, ".journal")
}

/// A recording that goes on.
///
/// A thread writes, so that whoever pushes never waits for the disk while it measures. Between them is a bounded
/// channel. When that is full, measured values (samples, cycle times, probes, canary) are left out and counted in
/// [`Session::unrecorded`]; everything else is rare and needed to understand the rest, so it waits for room.
///
/// Dropped without [`Recorder::finish`], it leaves the journal, which `fieldscope recover` turns into a session.
#[derive(Debug)]
pub struct Recorder {
    document: PathBuf,
    journal: PathBuf,
    // Holds the lock that keeps a recovery away, and reads the journal back at the end.
    file: File,
    sender: Option<Sender<Record>>,
    thread: Option<JoinHandle<io::Result<()>>>,
    shared: Arc<Shared>,
}

/// A recording that has become a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// Where the document is.
    pub document: PathBuf,
    /// What is in it.
    pub session: Session,
}

/// What both threads know.
#[derive(Debug, Default)]
struct Shared {
    /// Measured values that were left out.
    unrecorded: AtomicU64,
    /// Bytes written so far.
    bytes: AtomicU64,
}

impl Recorder {
    /// Begins a recording that is to become `document`. The header is on disk when this returns.
    ///
    /// A document that is there is replaced when the recording finishes, not before.
    ///
    /// # Errors
    /// A journal is left from a recording that did not end, `document` is a directory, or the system refuses.
    pub fn create(document: &Path, header: &Header) -> Result<Self, SessionError> {
        if document.is_dir() {
            return Err(SessionError::DocumentIsDirectory { document: document.to_owned() });
        }
        let journal = journal_path(document);
        let unwritable = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => SessionError::LeftOver { journal: journal.clone() },
            _ => SessionError::Unwritable { path: journal.clone(), source },
        };
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&journal).map_err(unwritable)?;
        // Some network file systems have no locks; recording is worth more than the guard.
        let _ = file.try_lock();
        let shared = Arc::new(Shared::default());
        let mut lines = Lines::new(file.try_clone().map_err(unwritable)?, Arc::clone(&shared));
        lines.header(header).map_err(unwritable)?;
        let (sender, receiver) = bounded(WAITING);
        let thread = std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || write_records(&receiver, lines))
            .map_err(unwritable)?;
        Ok(Self { document: document.to_owned(), journal, file, sender: Some(sender), thread: Some(thread), shared })
    }

    /// Hands a record over to be written.
    ///
    /// # Errors
    /// Writing failed (told once, then [`SessionError::Stopped`]), or the journal has reached [`JOURNAL_BYTES`] and
    /// takes no more measured values; [`Recorder::finish`] keeps what was recorded.
    pub fn push(&mut self, record: Record) -> Result<(), SessionError> {
        let bytes = self.shared.bytes.load(Ordering::Relaxed);
        let bulk = record.bulk();
        if bulk.is_some() && bytes >= JOURNAL_BYTES {
            return Err(SessionError::Full { journal: self.journal.clone(), bytes });
        }
        let Some(sender) = &self.sender else {
            return Err(SessionError::Stopped { journal: self.journal.clone() });
        };
        let alive = match bulk {
            Some(values) => offer(sender, record, values, &self.shared.unrecorded),
            None => sender.send(record).is_ok(),
        };
        if alive { Ok(()) } else { self.stop() }
    }

    /// Measured values that were left out so far because the disk was too slow.
    pub fn unrecorded(&self) -> u64 {
        self.shared.unrecorded.load(Ordering::Relaxed)
    }

    /// Ends the recording: writes the document from the journal and removes the journal.
    ///
    /// # Errors
    /// The document cannot be written; then the journal stays, and the error says how to go on.
    pub fn finish(mut self, closing: Closing) -> Result<Finished, SessionError> {
        let document =
            self.push(Record::Closing(closing)).and_then(|()| self.stop()).and_then(|()| self.write_from_journal());
        match document {
            Ok(session) => Ok(Finished { document: self.document.clone(), session }),
            Err(source) => Err(SessionError::KeptInJournal { journal: self.journal.clone(), source: Box::new(source) }),
        }
    }

    /// Waits until everything handed over is on disk, and tells what went wrong on the way.
    fn stop(&mut self) -> Result<(), SessionError> {
        self.sender = None;
        let written = self.thread.take().map_or(Ok(Ok(())), JoinHandle::join);
        written
            .unwrap_or_else(|_| Err(io::Error::other("the writing thread ended early")))
            .map_err(|source| SessionError::Unwritable { path: self.journal.clone(), source })
    }

    /// The journal is read back rather than kept in memory: a long recording must not be there twice.
    fn write_from_journal(&mut self) -> Result<Session, SessionError> {
        self.file.rewind().map_err(|source| SessionError::Unwritable { path: self.journal.clone(), source })?;
        let read_back = fold(BufReader::new(&self.file), &self.journal)?;
        let damage = (read_back.dropped > 0).then(|| read_back.account());
        let session = Session { recovery: damage, ..read_back.session };
        write_document(&session, &self.document)?;
        // The document is whole. A journal that cannot be removed is found, and named, by the next recording.
        let _ = fs::remove_file(&self.journal);
        Ok(session)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // Nobody is left to tell; what is missing shows when the journal is recovered.
        let _ = self.stop();
    }
}

/// Hands over measured values if there is room, else counts them. False when the writer has ended.
fn offer(sender: &Sender<Record>, record: Record, values: u64, unrecorded: &AtomicU64) -> bool {
    match sender.try_send(record) {
        Ok(()) => true,
        Err(TrySendError::Full(_)) => {
            unrecorded.fetch_add(values, Ordering::Relaxed);
            true
        }
        Err(TrySendError::Disconnected(_)) => false,
    }
}

/// Writes what arrives until nobody can send any more. Nothing waits longer than [`FLUSH_AFTER`] for its flush.
fn write_records(receiver: &Receiver<Record>, mut lines: Lines) -> io::Result<()> {
    let mut due: Option<Instant> = None;
    loop {
        let arrived = match due {
            Some(deadline) => receiver.recv_deadline(deadline),
            None => receiver.recv().map_err(|RecvError| RecvTimeoutError::Disconnected),
        };
        match arrived {
            Ok(record) => {
                lines.record(&record)?;
                due.get_or_insert_with(|| Instant::now() + FLUSH_AFTER);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return lines.flush(),
        }
        if due.is_some_and(|deadline| Instant::now() >= deadline) {
            lines.flush()?;
            due = None;
        }
    }
}

/// The journal's lines on their way to disk.
struct Lines {
    writer: BufWriter<File>,
    shared: Arc<Shared>,
    /// The number of left-out values that the journal tells already.
    told: u64,
}

impl Lines {
    fn new(file: File, shared: Arc<Shared>) -> Self {
        Self { writer: BufWriter::new(file), shared, told: 0 }
    }

    /// The name in front tells a journal from a document at its first byte.
    fn header(&mut self, header: &Header) -> io::Result<()> {
        let fields = ron::to_string(header).map_err(io::Error::other)?;
        self.line(&format!("Header{fields}"))?;
        self.flush()
    }

    fn record(&mut self, record: &Record) -> io::Result<()> {
        let line = ron::to_string(record).map_err(io::Error::other)?;
        self.line(&line)
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        self.shared.bytes.fetch_add(line.len() as u64 + 1, Ordering::Relaxed);
        self.writer.write_all(line.as_bytes())?;
        self.writer.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        let unrecorded = self.shared.unrecorded.load(Ordering::Relaxed);
        if unrecorded != self.told {
            self.record(&Record::Unrecorded(unrecorded))?;
            self.told = unrecorded;
        }
        self.writer.flush()?;
        self.writer.get_ref().sync_data()
    }
}

#[cfg(test)]
mod tests;
