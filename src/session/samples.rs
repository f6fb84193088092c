//! What is measured again and again. Written as tuples, since names would be most of a file.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A row of the timing table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRecord {
    /// Its number.
    pub id: u32,
    /// Its name as shown.
    pub name: String,
    /// The system's stages that it carries out: more than one where they are fused.
    pub stages: Vec<String>,
}

/// A kind of pass: what its samples have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassRecord {
    /// Its number.
    pub id: u32,
    /// The row of the timing table it belongs to: the id of a [`StageRecord`].
    pub stage: u32,
    /// The kernel; `None` for a wait of the host.
    pub kernel: Option<String>,
    /// Its shader definitions.
    pub definitions: BTreeMap<String, i32>,
    /// The clock that times it: the unit of its samples.
    pub clock: Clock,
    /// Bytes that one such pass must read.
    pub bytes_read: u64,
    /// Bytes that one such pass must write.
    pub bytes_written: u64,
    /// Floating-point operations of one such pass, a multiply-add counting as two.
    pub operations: u64,
}

/// A clock, and so the unit of a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// The device's timestamps: a tick is the session's `timestamp_period_ns`.
    Device,
    /// The host's clock: a tick is a nanosecond.
    Host,
}

/// One timed pass. Written as `(arm, cycle, pass, ticks, begin)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u8, u64, u32, u64, u64)", into = "(u8, u64, u32, u64, u64)")]
pub struct Sample {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// The cycle.
    pub cycle: u64,
    /// The id of a [`PassRecord`].
    pub pass: u32,
    /// Its duration in ticks of that pass's clock: the difference of two unrounded integers. Never 0: a pass that the
    /// clock cannot resolve is counted, not recorded.
    pub ticks: u64,
    /// Its begin in ticks of the same clock, from an origin common to the session; 0 where it is not known.
    /// Whoever records takes the first begin as origin, or files grow by a dozen digits a sample.
    pub begin: u64,
}

impl From<(u8, u64, u32, u64, u64)> for Sample {
    fn from((arm, cycle, pass, ticks, begin): (u8, u64, u32, u64, u64)) -> Self {
        Self { arm, cycle, pass, ticks, begin }
    }
}

impl From<Sample> for (u8, u64, u32, u64, u64) {
    fn from(sample: Sample) -> Self {
        (sample.arm, sample.cycle, sample.pass, sample.ticks, sample.begin)
    }
}

/// A cycle as the host timed it, waits included. Written as `(arm, cycle, nanoseconds)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u8, u64, u64)", into = "(u8, u64, u64)")]
pub struct CycleTime {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// The cycle.
    pub cycle: u64,
    /// From its first step to its last, in nanoseconds.
    pub nanoseconds: u64,
}

impl From<(u8, u64, u64)> for CycleTime {
    fn from((arm, cycle, nanoseconds): (u8, u64, u64)) -> Self {
        Self { arm, cycle, nanoseconds }
    }
}

impl From<CycleTime> for (u8, u64, u64) {
    fn from(time: CycleTime) -> Self {
        (time.arm, time.cycle, time.nanoseconds)
    }
}

/// One run of the fixed dispatch that shows the machine's own speed. Written as `(arm, cycle, nanoseconds)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u8, u64, f64)", into = "(u8, u64, f64)")]
pub struct Canary {
    /// The arm whose block it ran in: 0 is A, 1 is B.
    pub arm: u8,
    /// The cycle before which it ran.
    pub cycle: u64,
    /// Its time in nanoseconds, by the session's timing method.
    pub nanoseconds: f64,
}

impl From<(u8, u64, f64)> for Canary {
    fn from((arm, cycle, nanoseconds): (u8, u64, f64)) -> Self {
        Self { arm, cycle, nanoseconds }
    }
}

impl From<Canary> for (u8, u64, f64) {
    fn from(canary: Canary) -> Self {
        (canary.arm, canary.cycle, canary.nanoseconds)
    }
}

/// One value of a probe, as the journal has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// The cycle after which it was taken.
    pub cycle: u64,
    /// The probe's name.
    pub name: String,
    /// Its value in the probe's own unit.
    pub value: f64,
}

/// All values of a probe in one arm, as the document has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeSeries {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// The probe's name.
    pub name: String,
    /// Cycle and value, in the order in which they arrived.
    pub values: Vec<(u64, f64)>,
}
