//! A recording as the window holds it: fed with every event, closed on a thread of its own, so that writing a long
//! session does not stop the window.

use super::lab_link::LabReport;
use super::launch::Presenting;
use crate::driver::{Command, Counts, Event};
use crate::recording::{Facts, Positions, Recording, Start, default_path};
use crate::session::{Finished, Record, SessionError};
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the journal gets what was observed.
const FLUSH_EVERY: Duration = Duration::from_millis(250);

/// What the verdicts of a recording are about.
const SUBJECT: &str = "A against B";

/// Recordings of this window: one at most at a time, and those that are still being written.
#[derive(Default)]
pub struct Recorder {
    open: Option<Open>,
    closing: Vec<JoinHandle<Result<Finished, SessionError>>>,
}

struct Open {
    recording: Recording,
    path: PathBuf,
    since: Instant,
    flushed: Instant,
    first_cycle: u64,
    /// How both arms of the comparison at hand stand, if it began within the recording.
    pairs: Option<[Positions; 2]>,
}

impl Open {
    fn lab(&mut self, report: &LabReport) -> Result<(), SessionError> {
        match (report, &self.pairs) {
            (LabReport::Began(began), _) => {
                self.recording.begin_pairs(&began.positions[1])?;
                self.pairs = Some(began.positions.clone());
            }
            (LabReport::Block(block, pair), Some(positions)) => self.recording.block(block, *pair, positions)?,
            (LabReport::Deviation(deviation), Some(_)) => {
                self.recording.put(Record::Deviation((**deviation).clone()))?;
            }
            (LabReport::Report(report), Some(_)) => {
                for verdict in report.records(SUBJECT, "", None, |name| self.recording.stage(name)) {
                    self.recording.put(Record::Verdict(verdict))?;
                }
            }
            (LabReport::Ended(_), Some(_)) => {
                self.recording.end_pairs();
                self.pairs = None;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Recorder {
    /// Leaves out so many cycles at the beginning of every block from now on.
    pub fn leave_out(&mut self, cycles: u64) {
        if let Some(open) = &mut self.open {
            open.recording.leave_out(cycles);
        }
    }

    /// Starts one; one that runs already goes on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn start(&mut self, facts: Facts, start: Start) -> Result<(), String> {
        if self.open.is_some() {
            return Ok(());
        }
        let path = default_path(&facts.scene.name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let first_cycle = start.cycle;
        let recording = Recording::start(&path, facts, start).map_err(|error| error.to_string())?;
        let now = Instant::now();
        self.open = Some(Open { recording, path, since: now, flushed: now, first_cycle, pairs: None });
        Ok(())
    }

    /// Takes in what the driver tells.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn observe(&mut self, event: &Event) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let cycle = match event {
            Event::Sample(sample) => Some(sample.cycle),
            Event::Probes { cycle, .. } => Some(*cycle),
            _ => None,
        };
        // Figures of cycles before the start were still under way when the recording began.
        if cycle.is_some_and(|cycle| cycle < open.first_cycle) {
            return Ok(());
        }
        if let Event::Applied { command: Command::Reset { .. }, .. } = event {
            open.first_cycle = 0;
        }
        open.recording.observe(event).map_err(|error| error.to_string())
    }

    /// Counts a drawn frame.
    pub fn count_frame(&mut self) {
        if let Some(open) = &mut self.open {
            open.recording.frame();
        }
    }

    /// Hands the journal what it is due.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn flush(&mut self, now: Instant) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if now.saturating_duration_since(open.flushed) < FLUSH_EVERY {
            return Ok(());
        }
        open.flushed = now;
        open.recording.flush().map_err(|error| error.to_string())
    }

    /// Notes that the window gained or lost the focus.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn focus(&mut self, focused: bool) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.recording.focus(focused).map_err(|error| error.to_string())
    }

    /// Notes another present mode.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn presenting(&mut self, presenting: Presenting) -> Result<(), String> {
        self.note(format!("PresentMode({:?})", presenting.name()))
    }

    /// Takes in what arm B tells. A comparison that began before the recording has no arm B in it.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn observe_b(&mut self, event: &Event) -> Result<(), String> {
        match &mut self.open {
            Some(open) if open.pairs.is_some() => open.recording.observe(event).map_err(|error| error.to_string()),
            _ => Ok(()),
        }
    }

    /// Takes in what the lab tells: blocks, deviations and verdicts of a comparison that began within the recording.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn lab(&mut self, report: &LabReport) -> Result<(), String> {
        if let LabReport::Began(began) = report {
            let [of_a, of_b] = &began.on;
            let base = began.base.told().unwrap_or_default();
            self.note(format!("CompareBegan(a: {of_a:?}, b: {of_b:?}, base: {base:?})"))?;
        }
        if let LabReport::Ended(ended) = report {
            self.note(format!("CompareEnded({ended:?})"))?;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        open.lab(report).map_err(|error| error.to_string())
    }

    /// Notes something that is no command of the driver.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn note(&mut self, command: String) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.recording.note(command).map_err(|error| error.to_string())
    }

    /// Closes the one that runs; its document is written beside the window's work.
    pub fn finish(&mut self, counts: Counts, cleanly: bool, reason: &str) {
        let Some(open) = self.open.take() else { return };
        let reason = reason.to_owned();
        self.closing.push(std::thread::spawn(move || open.recording.finish(counts, cleanly, &reason)));
    }

    /// What has become of those that were closed; waits for them where `patient`.
    pub fn finished(&mut self, patient: bool) -> Vec<Result<Finished, String>> {
        let (done, rest) = std::mem::take(&mut self.closing)
            .into_iter()
            .partition(|thread: &JoinHandle<_>| patient || thread.is_finished());
        self.closing = rest;
        let result = |thread: JoinHandle<Result<Finished, SessionError>>| match thread.join() {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_) => {
                Err("the thread that wrote it ended early; `fieldscope recover` makes a session of its journal"
                    .to_owned())
            }
        };
        done.into_iter().map(result).collect()
    }

    /// Since when one runs, and into which file.
    pub fn running(&self) -> Option<(Instant, PathBuf)> {
        self.open.as_ref().map(|open| (open.since, open.path.clone()))
    }
}
