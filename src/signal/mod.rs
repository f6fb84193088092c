//! Recordings of electrical activity: channels of samples read from files that someone else wrote.
//!
//! EDF, EDF+ and BDF have a reader of their own, since BDF is wanted too and the format is small.
//! Sizes are checked against the file before anything is allocated for them.

mod csv;
mod edf;
mod npy;
mod spans;

pub use spans::{Span, Why};

use crate::ron_file::{RonFileError, open_bounded};
use crate::sim::Stretch;
use crate::sim::pac::design::Input;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest file that is read, in bytes.
const MOST_BYTES: u64 = 8 << 30;
/// Most samples of all channels together: 4 GiB of them.
const MOST_SAMPLES: u64 = 1 << 30;

/// What was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Signals {
    /// The channels, in the file's order.
    pub channels: Vec<Channel>,
    /// What the file says happened, in order of time.
    pub annotations: Vec<Annotation>,
}

/// One channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Its name as the file says it.
    pub name: String,
    /// Unit of its samples, where the file says it.
    pub unit: Option<String>,
    /// Samples a second; none where the file does not say.
    pub rate: Option<f64>,
    /// The samples. Where one is no number, a straight line between its neighbours.
    pub samples: Vec<f32>,
    /// Spans that are no measurement, in order.
    pub excluded: Vec<Span>,
}

/// A remark at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Seconds from the recording's start.
    pub onset: f64,
    /// How long it lasts, seconds.
    pub duration: Option<f64>,
    /// What it says.
    pub text: String,
}

/// Why a recording cannot be used. Every message is one line that says what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// The file is not there or cannot be opened.
    #[error(transparent)]
    File(#[from] RonFileError),
    /// It cannot be read to its end.
    #[error("{}: cannot be read ({source}); check its disk", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What it holds is not what its kind holds.
    #[error("{}: {place}: {problem}; {remedy}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in it.
        place: String,
        /// What is wrong.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// It is fine, but cannot be used as asked for.
    #[error("{}: {problem}; {remedy}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        problem: String,
        /// What to do.
        remedy: String,
    },
}

/// What is wrong in a file, before it has its name.
#[derive(Debug, PartialEq)]
struct Fault {
    place: String,
    problem: String,
    remedy: String,
}

impl Fault {
    fn new(place: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

/// A kind of file, by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Edf,
    Npy,
    Csv,
}

/// The kind of a file, by its ending.
fn kind_of(path: &Path) -> Option<Kind> {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    match ending.as_deref() {
        Some("edf" | "bdf" | "rec") => Some(Kind::Edf),
        Some("npy") => Some(Kind::Npy),
        Some("csv" | "txt" | "tsv") => Some(Kind::Csv),
        _ => None,
    }
}

/// Whether a file is a recording by its ending.
pub fn is_recording(path: &Path) -> bool {
    kind_of(path).is_some()
}

/// Reads a recording by its file's ending: `.edf`, `.bdf`, `.npy` of shape [channels, samples] or [samples], `.csv` or
/// `.txt` with a column a channel.
///
/// # Errors
/// Another ending, a file that is missing, too large, cut off or not of its kind; an empty one.
pub fn read(path: &Path) -> Result<Signals, SignalError> {
    let kind = kind_of(path).ok_or_else(|| SignalError::Unusable {
        path: path.to_owned(),
        problem: "is no recording by its ending".to_owned(),
        remedy: "recordings end in .edf, .bdf, .npy or .csv".to_owned(),
    })?;
    let mut file = open_bounded(path, MOST_BYTES)?;
    let unreadable = |source| SignalError::Unreadable { path: path.to_owned(), source };
    let bytes = file.seek(std::io::SeekFrom::End(0)).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    if bytes == 0 {
        return Err(RonFileError::Empty { path: path.to_owned() }.into());
    }
    let mut content = Vec::new();
    file.take(bytes).read_to_end(&mut content).map_err(unreadable)?;
    let read = match kind {
        Kind::Edf => edf::read(&content),
        Kind::Npy => npy::read(&content),
        Kind::Csv => csv::read(&content),
    };
    let mut signals = read.map_err(|Fault { place, problem, remedy }| SignalError::Malformed {
        path: path.to_owned(),
        place,
        problem,
        remedy,
    })?;
    for channel in &mut signals.channels {
        channel.excluded = spans::mark(&mut channel.samples, channel.rate);
    }
    Ok(signals)
}

impl Channel {
    /// Why nothing of it can be used, if that is so.
    fn problem(&self) -> Option<String> {
        let name = &self.name;
        match self.excluded.as_slice() {
            [Span { start: 0, end, why: Why::Flat }] if *end == self.samples.len() => {
                Some(format!("its channel {name:?} is flat: it never changes"))
            }
            spans if spans.iter().map(Span::samples).sum::<usize>() == self.samples.len() => {
                Some(format!("its channel {name:?} holds no sample that can be used"))
            }
            _ => None,
        }
    }
}

impl Signals {
    /// The channels that can be analysed together: as the first one that can be used.
    pub fn usable(&self) -> Vec<&Channel> {
        let mut usable: Vec<_> = self.channels.iter().filter(|channel| channel.problem().is_none()).collect();
        if let Some(first) = usable.first().copied() {
            usable.retain(|channel| channel.rate == first.rate && channel.samples.len() == first.samples.len());
        }
        usable
    }

    /// What happened, and what of these channels is excluded, in seconds.
    fn stretches(&self, channels: &[&Channel], rate: f64) -> Vec<Stretch> {
        let remark = |of: &Annotation| Stretch {
            from: of.onset,
            to: of.onset + of.duration.unwrap_or(0.0),
            row: None,
            text: of.text.clone(),
        };
        let excluded = channels.iter().enumerate().flat_map(|(row, channel)| {
            channel.excluded.iter().map(move |span| Stretch {
                from: span.start as f64 / rate,
                to: span.end as f64 / rate,
                row: Some(row as u32),
                text: match span.why {
                    Why::NotANumber => "no numbers".to_owned(),
                    Why::Flat => "flat".to_owned(),
                },
            })
        });
        self.annotations.iter().map(remark).chain(excluded).collect()
    }

    /// The channels of these names, or all of them, as one signal to analyse; `rate` where the file says none, and then
    /// for all channels.
    ///
    /// # Errors
    /// No channel of a name, no rate or two of them, channels of different rates or lengths, or one that never changes.
    pub fn select(&self, path: &Path, names: &[String], rate: Option<f64>) -> Result<Input, SignalError> {
        let unusable =
            |problem: String, remedy: String| Err(SignalError::Unusable { path: path.to_owned(), problem, remedy });
        let mut chosen = Vec::new();
        for name in names {
            let named = self.channels.iter().find(|channel| channel.name.eq_ignore_ascii_case(name));
            let counted = name.parse::<usize>().ok().and_then(|at| self.channels.get(at.checked_sub(1)?));
            match named.or(counted) {
                Some(channel) => chosen.push(channel),
                None => {
                    let known: Vec<_> = self.channels.iter().take(32).map(|channel| channel.name.as_str()).collect();
                    let remedy = format!("there are {}, or their numbers from 1 on", known.join(", "));
                    return unusable(format!("no channel is called {name:?}"), remedy);
                }
            }
        }
        if names.is_empty() {
            chosen.extend(&self.channels);
        }
        let Some(first) = chosen.first() else {
            return unusable("holds no channel".to_owned(), "check that it is the right file".to_owned());
        };
        for channel in &chosen {
            if channel.rate != first.rate || channel.samples.len() != first.samples.len() {
                let told = |of: &Channel| match of.rate {
                    Some(rate) => format!("{:?} of {rate} Hz", of.name),
                    None => format!("{:?} of {} samples", of.name, of.samples.len()),
                };
                let problem = format!("its channels {} and {} differ in rate", told(first), told(channel));
                return unusable(
                    problem,
                    "choose channels of one rate with --channel, or `channels` in a scene".to_owned(),
                );
            }
            if let Some(problem) = channel.problem() {
                return unusable(problem, "choose another channel".to_owned());
            }
        }
        let rate = match (first.rate, rate) {
            (Some(own), Some(given)) if (own - given).abs() > 1e-6 * own => {
                let problem = format!("is recorded at {own} Hz, and {given} Hz was given");
                return unusable(problem, "leave the rate out".to_owned());
            }
            (Some(rate), _) | (None, Some(rate)) => rate,
            (None, None) => {
                let problem = "does not say how many samples a second it has".to_owned();
                return unusable(problem, "give the rate with --fs, or `rate` in a scene".to_owned());
            }
        };
        let total = first.samples.len();
        let has_excluded = chosen.iter().any(|channel| !channel.excluded.is_empty());
        Ok(Input {
            rate,
            names: chosen.iter().map(|channel| channel.name.clone()).collect(),
            known: self.channels.iter().map(|channel| channel.name.clone()).collect(),
            unit: unit_of(&chosen),
            stretches: self.stretches(&chosen, rate),
            total,
            samples: chosen.iter().flat_map(|channel| channel.samples.iter().copied()).collect(),
            excluded: has_excluded.then(|| excluded_bits(&chosen, total)),
        })
    }
}

/// The unit that all channels have.
fn unit_of(channels: &[&Channel]) -> String {
    let unit = channels.first().and_then(|channel| channel.unit.clone()).unwrap_or_default();
    let same = channels.iter().all(|channel| channel.unit.as_deref().unwrap_or_default() == unit);
    let unit = if same { unit } else { String::new() };
    // Many files have no byte for it.
    if unit == "uV" { "µV".to_owned() } else { unit }
}

fn excluded_bits(channels: &[&Channel], total: usize) -> Arc<[u32]> {
    let row = total.div_ceil(32);
    let mut bits = vec![0_u32; row * channels.len()];
    for (channel, words) in channels.iter().zip(bits.chunks_mut(row.max(1))) {
        for at in channel.excluded.iter().flat_map(|span| span.start..span.end) {
            if let Some(word) = words.get_mut(at / 32) {
                *word |= 1 << (at % 32);
            }
        }
    }
    bits.into()
}

#[cfg(test)]
mod tests;
