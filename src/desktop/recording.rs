//! The seam to the session: starts, feeds and closes a recording.

use super::launch::Presenting;
use crate::driver::Event;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Something of the window that explains timings later on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Frames wait for the screen, or do not, from now on.
    Presenting(Presenting),
    /// The window has the focus, or has lost it.
    Focus(bool),
}

/// A recording, running or not.
#[derive(Debug, Default)]
pub struct Recording {
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    path: PathBuf,
    since: Instant,
    events: u64,
    notes: Vec<(Duration, Note)>,
}

/// A closed recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Its file.
    pub path: PathBuf,
    /// Events in it.
    pub events: u64,
    /// How long it ran.
    pub elapsed: Duration,
    /// What the window had to say, and when.
    pub notes: Vec<(Duration, Note)>,
}

impl Recording {
    /// Starts one; one that runs already goes on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn start(&mut self, path: &Path) -> Result<(), String> {
        self.open.get_or_insert_with(|| Open {
            path: path.to_owned(),
            since: Instant::now(),
            events: 0,
            notes: Vec::new(),
        });
        Ok(())
    }

    /// Takes in what the driver tells.
    pub fn observe(&mut self, _event: &Event) {
        if let Some(open) = &mut self.open {
            open.events += 1;
        }
    }

    /// Notes something of the window.
    pub fn note(&mut self, note: Note) {
        if let Some(open) = &mut self.open {
            open.notes.push((open.since.elapsed(), note));
        }
    }

    /// Closes it, if one runs.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(&mut self) -> Result<Option<Closed>, String> {
        Ok(self.open.take().map(|open| Closed {
            path: open.path,
            events: open.events,
            elapsed: open.since.elapsed(),
            notes: open.notes,
        }))
    }

    /// Since when one runs, and into which file.
    pub fn running(&self) -> Option<(Instant, PathBuf)> {
        self.open.as_ref().map(|open| (open.since, open.path.clone()))
    }
}
