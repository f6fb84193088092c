//! One setting against another, with proof: the order of blocks, the statistics, the verdict and when there is enough.
//!
//! A *block* is a run of cycles of one arm; a *pair* is a block of A and one of B in random order, close enough in time
//! that whatever drifts hits both. What is compared is the logarithm of a ratio of times, A over B in a run and OLD over
//! NEW between sessions, so that above 1 always means that the second one is faster.
//!
//! This layer is arithmetic on times: it knows nothing of the GPU, the systems, the driver or a window, and of sessions
//! only their data.

mod comparison;
mod diagnosis;
mod enough;
mod histogram;
mod schedule;
mod statistics;
mod verdict;

pub use comparison::{
    ArmComparison, Comparison, ComparisonError, Difference, Effect, Row, compare_sessions, comparison_table,
};
pub use enough::{Enough, FIRST_LOOK, Look, Looks, Stopping};
pub use histogram::Histograms;
pub use schedule::{BlockLength, PairOrder, Schedule};
pub use statistics::{Estimate, block_time, fewest, paired, unpaired};
pub use verdict::{Measured, Pair, Rules, Verdict};
