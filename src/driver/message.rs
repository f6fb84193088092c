//! What goes into the driver and what comes out of it.
//!
//! Everything that a click can do is a [`Command`], so the command line, the tests and a replayed session can do it too.

use crate::gpu::Variant;
use crate::sim::Cost;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A wish of the user. Takes effect at the next cycle boundary; [`Event::Applied`] says at which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Switches one toggle, once its kernels are built.
    SetToggle {
        /// The toggle's name.
        name: String,
        /// On or off.
        on: bool,
    },
    /// Takes over a preset's toggles and rules.
    SetPreset(String),
    /// Moves a parameter.
    SetParameter {
        /// The parameter's name.
        name: String,
        /// Its new value.
        value: f64,
    },
    /// Lets a parameter follow one of the system's courses, by its name, from the next cycle on. Every value that it takes
    /// is told as a [`Self::SetParameter`]; one that comes from elsewhere ends the course, as [`Self::Reset`] does.
    Follow(String),
    /// Stops after the current cycle.
    Pause,
    /// Goes on.
    Resume,
    /// Runs one cycle and stops.
    Step,
    /// Cycles per rendered frame; `None` runs as many as the frame's budget holds.
    SetCyclesPerFrame(Option<u32>),
    /// Runs with a long budget, so that pictures come rarely and cycles fast.
    FastForward(bool),
    /// Starts again from cycle 0 with this seed.
    Reset {
        /// The new seed.
        seed: u64,
    },
    /// Moves the pointer over a picture.
    Point {
        /// The picture's name.
        picture: String,
        /// From its left and from its top, both in [0, 1].
        at: [f32; 2],
    },
}

/// One timed pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// The cycle.
    pub cycle: u64,
    /// Which kind of pass: the id of an [`Event::PassKind`].
    pub pass: u32,
    /// Its duration: timestamp ticks, or nanoseconds of host time where the clock says so.
    pub ticks: u64,
    /// The timestamp at its beginning, in ticks of the same clock; 0 under host time.
    pub begin: u64,
}

/// A kind of pass: what its samples have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct PassKind {
    /// Its number: those of an arm follow each other in order of first appearance, arm B's from 65,536.
    pub id: u32,
    /// The row of the timing table: names of its stages.
    pub stage: String,
    /// The kernel and its definitions; `None` for a wait of the host.
    pub variant: Option<Variant>,
    /// What one such pass must do at least.
    pub cost: Cost,
}

/// What the driver tells whoever listens: panel, recorder, lab.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A new kind of pass was encoded; sent before its first sample.
    PassKind(PassKind),
    /// A pass was timed.
    Sample(Sample),
    /// All passes of a cycle have been encoded and submitted.
    Cycle {
        /// The arm.
        arm: u8,
        /// The cycle.
        cycle: u64,
        /// Host time from the cycle's first step to its last, waits included.
        host: Duration,
    },
    /// Probe values have arrived: in the order of the simulation's probes.
    Probes {
        /// The arm.
        arm: u8,
        /// The cycle that they belong to.
        cycle: u64,
        /// One value per probe.
        values: Vec<f32>,
    },
    /// A command took effect before this cycle.
    Applied {
        /// The first cycle that ran under it.
        cycle: u64,
        /// The command.
        command: Command,
    },
    /// Toggles and memory from this cycle on; sent at the start and after every switch.
    Setting {
        /// The first cycle that runs under it.
        cycle: u64,
        /// Names of the toggles that are on.
        toggles_on: Vec<&'static str>,
        /// Bytes on the device by what they hold.
        memory: Vec<(&'static str, u64)>,
    },
    /// A command was refused.
    Refused {
        /// The command.
        command: Command,
        /// Why, with the remedy.
        reason: String,
    },
    /// A pipeline was built.
    Built {
        /// The kernel and its definitions.
        variant: Variant,
        /// How long composing, validating and building took.
        duration: Duration,
    },
    /// A pipeline could not be built, or a device failed: the sentence says what and what to do.
    Fault(String),
}

/// Samples that did not become figures, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// No slot was free, or the listener's channel was full.
    pub dropped: u64,
    /// Begin and end were equal.
    pub zero: u64,
    /// The end came before the begin.
    pub negative: u64,
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            dropped: self.dropped + other.dropped,
            zero: self.zero + other.zero,
            negative: self.negative + other.negative,
        }
    }
}

/// How far a course has been followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Following {
    /// Name of the course.
    pub name: &'static str,
    /// The parameter.
    pub parameter: &'static str,
    /// Cycles of it that are done, and all that it has.
    pub cycles: [u64; 2],
}

/// Where the driver stands, for the window and for progress bars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Cycles finished since the start.
    pub cycle: u64,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether it runs fast-forward.
    pub fast_forward: bool,
    /// Cycles per frame; `None` means as many as fit.
    pub cycles_per_frame: Option<u32>,
    /// Names of the toggles that are on.
    pub toggles_on: Vec<&'static str>,
    /// The course that a parameter follows.
    pub following: Option<Following>,
    /// Kernels that a requested switch still waits for.
    pub building: usize,
    /// Bytes on the device.
    pub bytes: u64,
    /// Samples that were lost.
    pub counts: Counts,
    /// Host time that the driver's last frame took, and what the timestamps of its passes cost: part of fieldscope's own
    /// cost.
    pub own: Duration,
    /// One cycle of so many is timed; 1 where all are.
    pub timed_every: u64,
}
