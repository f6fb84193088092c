//! Figures from samples: what the timing table shows.

use super::cycles::{ArmCycles, Cycles, StageCycles};
use super::format::{Counts, Session};
use super::machine::{Roof, TimingMethod};
use super::quantile::Statistics;
use serde::Serialize;

/// What a session measured, arm by arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How passes were timed.
    pub timing: TimingMethod,
    /// Whether the machine's limits were measured: without them no fraction of the roof is known.
    pub roof: Option<Roof>,
    /// The arms that ran, in order.
    pub arms: Vec<ArmSummary>,
    /// Samples that did not become figures.
    pub counts: Counts,
    /// Values that were measured but not recorded.
    pub unrecorded: u64,
    /// Samples left out because their cycle warmed up a block.
    pub warm_up: u64,
    /// Samples left out because the session does not say which pass they are of.
    pub unknown: u64,
}

/// What one arm took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmSummary {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// Every stage of the session, in its order, those that this arm never ran included.
    pub stages: Vec<StageSummary>,
    /// All timed passes of a cycle together, in milliseconds.
    pub passes: Option<Statistics>,
    /// A cycle by the host's clock, waits included, in milliseconds.
    pub host: Option<Statistics>,
}

/// What one stage took. Figures that were not measured are `None`, never 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageSummary {
    /// Its name.
    pub name: String,
    /// Whether the host's clock timed any of it.
    pub host_timed: bool,
    /// Time of all its passes in a cycle, in milliseconds, over the cycles in which it ran.
    pub milliseconds: Option<Statistics>,
    /// Its part in the time of all stages, from 0 to 1.
    pub share: Option<f64>,
    /// Bytes that had to move over the time it took, in GB/s (10⁹ bytes).
    pub gigabytes_per_second: Option<f64>,
    /// Operations that had to be done over the time it took, in GFLOP/s.
    pub gigaflops_per_second: Option<f64>,
    /// Shortest time that the roof allows over the time it took: 1 is as fast as the machine can be.
    pub of_roof: Option<f64>,
}

impl Summary {
    /// Of everything in `session` but the cycles that warmed up a block.
    pub fn of(session: &Session) -> Self {
        let cycles = Cycles::of(session);
        Self {
            timing: session.header.timing.method.clone(),
            roof: session.roof,
            arms: cycles.arms.into_iter().map(|arm| ArmSummary::of(arm, session.roof)).collect(),
            counts: session.counts,
            unrecorded: session.unrecorded,
            warm_up: cycles.warm_up,
            unknown: cycles.unknown,
        }
    }
}

impl ArmSummary {
    fn of(cycles: ArmCycles, roof: Option<Roof>) -> Self {
        let total: f64 = cycles.passes.iter().sum();
        Self {
            arm: cycles.arm,
            stages: cycles.stages.into_iter().map(|stage| StageSummary::of(stage, total, roof)).collect(),
            passes: Statistics::of(cycles.passes),
            host: Statistics::of(cycles.host),
        }
    }
}

impl StageSummary {
    fn of(stage: StageCycles, total: f64, roof: Option<Roof>) -> Self {
        let milliseconds: f64 = stage.milliseconds.iter().sum();
        // Units of 10⁹ a second: 10⁹ · 10⁻³.
        let rate = |amount: f64| (amount > 0.0 && milliseconds > 0.0).then(|| amount / (milliseconds * 1e6));
        let (gigabytes_per_second, gigaflops_per_second) = (rate(stage.bytes), rate(stage.operations));
        Self {
            name: stage.name,
            host_timed: stage.host_timed,
            share: (milliseconds > 0.0).then(|| milliseconds / total),
            of_roof: roof.and_then(|roof| of_roof(roof, gigabytes_per_second, gigaflops_per_second)),
            gigabytes_per_second,
            gigaflops_per_second,
            milliseconds: Statistics::of(stage.milliseconds),
        }
    }
}

/// The scarcer of the two resources decides how fast a stage could be at best.
fn of_roof(roof: Roof, gigabytes: Option<f64>, gigaflops: Option<f64>) -> Option<f64> {
    let part = |rate: Option<f64>, best: f64| rate.filter(|_| best > 0.0).map(|rate| rate / best);
    [part(gigabytes, roof.copy_gb_s), part(gigaflops, roof.fma_gflop_s)].into_iter().flatten().max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests;
