//! A comparison of A and B as the window knows it: what was asked, how far it is, what it found.

use crate::desktop::lab_link::{Base, Began, LabReport, Progress};
use crate::lab::{Ended, Judged, MomentVerdict, Phase, Watch};
use crate::session::Deviation;
use std::time::Instant;

/// A comparison, running or over.
#[derive(Clone, Debug)]
pub struct Contest {
    /// Names of the toggles that are on in A and in B.
    pub on: [Vec<&'static str>; 2],
    /// What B started from.
    pub base: Base,
    /// Whether nothing but toggles differs.
    pub same_rules: bool,
    /// What B's result promises.
    pub promise: String,
    /// Pairs of A against A that come first.
    pub floor_pairs: u32,
    /// The cycle that both started from.
    pub start: u64,
    /// Bytes on the device, of A and of B.
    pub bytes: [u64; 2],
    /// When it began.
    pub began: Instant,
    /// When it was over.
    pub over: Option<Instant>,
    /// How far it is.
    pub progress: Progress,
    /// Whether it was asked to stop.
    pub stopping: bool,
    /// The pairs so far.
    pub watch: Watch,
    /// The last verdict.
    pub judged: Option<Judged>,
    /// The moments that a Statistical toggle is judged by.
    pub moments: Vec<MomentVerdict>,
    /// How far B was from A.
    pub growth: Vec<Growth>,
    /// The system's own figures, of A and of B, and the cycle that they belong to.
    pub figures: Option<(u64, [Vec<f32>; 2])>,
    /// Why it is over, or what went wrong.
    pub ended: Option<Result<Ended, String>>,
}

/// The deviation of one array over the cycles since the common start.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// The array.
    pub array: String,
    /// Decimal logarithms of the cycles since the start and of the relative L2 deviation, where that is above 0.
    pub points: Vec<[f64; 2]>,
    /// The bound that was promised last.
    pub bound: Option<f64>,
    /// The last comparison.
    pub last: Deviation,
}

impl Contest {
    /// One that has just begun.
    pub fn new(began: Began, now: Instant) -> Self {
        let Began { on, same_rules, base, promise, floor_pairs, start, bytes, positions: _, events: _ } = began;
        Self {
            on,
            base,
            same_rules,
            promise,
            floor_pairs,
            start,
            bytes,
            began: now,
            over: None,
            progress: Progress { phase: Phase::Growth, floor: 0, pairs: 0, most: 0, difference: None },
            stopping: false,
            watch: Watch::default(),
            judged: None,
            moments: Vec::new(),
            growth: Vec::new(),
            figures: None,
            ended: None,
        }
    }

    /// Takes in what was found.
    pub fn take(&mut self, report: LabReport, now: Instant) {
        match report {
            LabReport::Progress(progress) => self.progress = progress,
            LabReport::Block(block, pair) => self.watch.take(*block, pair),
            LabReport::Deviation(deviation) => self.take_deviation(*deviation),
            LabReport::Figures { cycle, values } => self.figures = Some((cycle, values)),
            LabReport::Judged { judged, moments } => (self.judged, self.moments) = (Some(*judged), moments),
            LabReport::Ended(ended) => (self.ended, self.over) = (Some(ended), Some(now)),
            LabReport::Began(_)
            | LabReport::Refused(_)
            | LabReport::Report(_)
            | LabReport::AblationRow(_)
            | LabReport::AblationLeft(_) => {}
        }
    }

    /// Whether both arms run.
    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    /// The promise that B broke, in one sentence.
    pub fn broken(&self) -> Option<&str> {
        match &self.ended {
            Some(Ok(Ended::BrokenPromise(why))) => Some(why),
            _ => None,
        }
    }

    /// What B has otherwise than A: names of toggles, and whether they are on in B.
    pub fn differing(&self) -> Vec<(&'static str, bool)> {
        let [a, b] = &self.on;
        let only = |of: &[&'static str], other: &[&'static str], on: bool| -> Vec<_> {
            of.iter().filter(|name| !other.contains(name)).map(|name| (*name, on)).collect()
        };
        [only(b, a, true), only(a, b, false)].concat()
    }

    fn take_deviation(&mut self, deviation: Deviation) {
        let cycles = deviation.cycle.saturating_sub(self.start);
        let point = [(cycles as f64).log10(), deviation.relative_l2.log10()];
        let place = self.growth.iter().position(|growth| growth.array == deviation.array).unwrap_or_else(|| {
            let (array, last) = (deviation.array.clone(), deviation.clone());
            self.growth.push(Growth { array, points: Vec::new(), bound: None, last });
            self.growth.len() - 1
        });
        let growth = &mut self.growth[place];
        growth.points.extend(Some(point).filter(|point| point.iter().all(|value| value.is_finite())));
        // Later than the horizon no bound is promised, and the line stays where it was.
        growth.bound = deviation.bound.or(growth.bound);
        growth.last = deviation;
    }
}
