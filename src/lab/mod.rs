//! One setting against another, with proof: two arms from the same start, how much faster the second is, how sure that
//! is, and how far its result moved.
//!
//! A *block* is a run of cycles of one arm; a *pair* is a block of A and one of B in random order, close enough in time
//! that whatever drifts hits both. What is compared is the logarithm of a ratio of times, A over B in a run and OLD over
//! NEW between sessions, so that above 1 always means that the second one is faster.
//!
//! The order of blocks, the statistics, the verdicts and the comparison of sessions are arithmetic on times: they know
//! nothing of the GPU, the driver or a window, and of sessions only their data. A trial runs two drivers and compares
//! their arrays by name. Nothing here knows any one system.

pub mod ablation;
pub mod binning;
mod block;
mod comparison;
pub mod deviation;
mod diagnosis;
mod enough;
pub mod fit;
mod histogram;
mod ledger;
mod moments;
mod promise;
mod report;
mod schedule;
mod statistics;
pub mod sweep;
mod terms;
mod trial;
mod verdict;
mod verdicts;
mod watch;

pub use block::{Block, BlockClock};
pub use comparison::{
    ArmComparison, Comparison, ComparisonError, Difference, Effect, Row, compare_sessions, comparison_table,
};
pub use enough::{Enough, FIRST_LOOK, Look, Looks, Stopping};
pub use histogram::Histograms;
pub use moments::{Agreement, MomentVerdict, Moments};
pub use promise::{HORIZON, Promise};
pub use report::{ArmReport, FigureReport, Report};
pub use schedule::{BlockLength, PairOrder, Schedule};
pub use statistics::{Estimate, block_time, fewest, paired, unpaired};
pub use terms::{Ended, Finding, Pace, Phase, Settings, TrialError};
pub use trial::Trial;
pub use verdict::{Measured, Pair, Rules, Verdict};
pub use verdicts::{Judged, StageVerdict};
pub use watch::Watch;
