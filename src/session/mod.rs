//! Recorded runs: the format, the journal that a recording is while it lasts, reading, recovering and summing up.
//!
//! A session is one RON document, [`Session`]. While it is being recorded it is a journal beside that document: a
//! [`Header`] on the first line, then one [`Record`] a line, so that a kill costs at most the last second.
//! [`Session::apply`] is the only way a record becomes part of a session: closing a recording and recovering one are
//! the same fold over the journal's lines.
//!
//! This layer knows nothing of the GPU, of the systems or of a window: whatever it holds is a name or a number.

mod cycles;
mod document;
mod error;
mod export;
mod format;
mod journal;
mod machine;
mod quantile;
mod read;
mod recover;
mod results;
mod samples;
mod summary;
mod table;

pub use cycles::{ArmCycles, Cycles, StageCycles};
pub use document::write_document;
pub use error::SessionError;
pub use export::{Exported, write_csv, write_perfetto};
pub use format::{
    Block, Closing, CommandRecord, Counts, FORMAT_VERSION, FocusChange, Header, Record, Recovery, Scene, Session,
};
pub use journal::{Finished, JOURNAL_BYTES, Recorder, journal_path};
pub use machine::{KernelBuild, Machine, MemoryUse, Program, Roof, SelfCheck, Timing, TimingMethod};
pub use quantile::{Statistics, median, quantile};
pub use read::{SESSION_BYTES, read_session};
pub use recover::{DroppedLine, Recovered, RecoveredFile, read_journal, recover};
pub use results::{Claim, Deviation, DifferingElement, ElementCounts, Outcome, Verdict};
pub use samples::{Canary, Clock, CycleTime, PassRecord, Probe, ProbeSeries, Sample, StageRecord};
pub use summary::{ArmSummary, StageSummary, Summary};
pub use table::timing_table;
pub(crate) use table::{aligned, figure};

#[cfg(test)]
pub(crate) mod examples;
