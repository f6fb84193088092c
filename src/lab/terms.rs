//! The terms of a trial: how it is run, how far it is, what it tells, why it ends.

use super::block::{Block, BlockClock};
use super::deviation::DeviationError;
use super::{Enough, Looks, Rules, Stopping, Verdict};
use crate::driver::{DriverError, Event};
use crate::gpu::GpuError;
use crate::session;
use std::time::Duration;

/// Why a trial could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// An arm.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The canary.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// The comparison of the arms' arrays.
    #[error(transparent)]
    Deviation(#[from] DeviationError),
}

/// How a trial is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Seed of the order of blocks.
    pub seed: u64,
    /// When to look, and after how many pairs at most.
    pub looks: Looks,
    /// Pairs of A against A before anything is compared.
    pub floor_pairs: u32,
    /// What A against A came to before; with 0 `floor_pairs` it is all that is known of the noise floor.
    pub floor: Option<Verdict>,
    /// What ends it early.
    pub stopping: Stopping,
    /// What a verdict needs.
    pub rules: Rules,
    /// Cycles after the common start at which the deviation is taken before anything is timed, ascending.
    pub growth: Vec<u64>,
    /// Whole periods that a block measures, where that is not to be chosen from the cycles' times.
    pub periods: Option<u64>,
    /// Whether the blocks of each arm are whole periods of its own, however many cycles the other's have. A slow arm
    /// then need not run as many cycles as a fast one, but after the growth they no longer stand at the same cycle, and
    /// nothing is compared any more; where a cycle's work depends on how old the state is, their times differ by that too.
    pub apart: bool,
    /// What blocks are timed by.
    pub clock: BlockClock,
    /// What is compared, as sessions name it: a toggle, or `A against B`.
    pub subject: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            looks: Looks::up_to(96),
            floor_pairs: 12,
            floor: None,
            stopping: Stopping::default(),
            rules: Rules::default(),
            growth: vec![1, 2, 3, 5, 10],
            periods: None,
            apart: false,
            clock: BlockClock::Wall,
            subject: "A against B".to_owned(),
        }
    }
}

/// How far a trial is.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The deviation grows; nothing is timed yet.
    Growth,
    /// A against A.
    Floor,
    /// A against B.
    Pairs,
    /// It is over.
    Done(Ended),
}

/// Why a trial is over.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// There is enough.
    Enough(Enough),
    /// B's result broke its promise, in one sentence: how fast it is does not matter.
    BrokenPromise(String),
}

/// What a trial has to tell whoever records or shows it.
#[derive(Clone, Debug)]
pub enum Finding {
    /// An event of one of the arms.
    Event(Event),
    /// A block is over; the number of its pair, if it belongs to one of A against B.
    Block(Block, Option<u32>),
    /// How far B is from A.
    Deviation(session::Deviation),
}

/// How much may be done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// What a frame of a window has room for, in device time.
    Frame(Duration),
    /// A whole step.
    Step,
}
