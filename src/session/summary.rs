//! Figures from samples: what the timing table shows.

use super::format::{Counts, Session};
use super::machine::{Roof, TimingMethod};
use super::samples::{Clock, PassRecord, Sample};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Order statistics of a set of measurements, in the measurements' unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Statistics {
    /// Half of the values are below.
    pub median: f64,
    /// 95 of 100 values are below.
    pub p95: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// How many values there are; never 0.
    pub count: usize,
}

impl Statistics {
    /// Of these values; `None` where there is none. Quantiles lie linearly between neighbouring values.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_unstable_by(f64::total_cmp);
        Some(Self {
            median: quantile(&values, 0.5)?,
            p95: quantile(&values, 0.95)?,
            min: *values.first()?,
            max: *values.last()?,
            count: values.len(),
        })
    }
}

/// Between the two values on either side of `fraction` of the way through `sorted`.
fn quantile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let position = fraction * sorted.len().checked_sub(1)? as f64;
    let below = sorted.get(position.floor() as usize)?;
    let above = sorted.get(position.ceil() as usize)?;
    // Equal neighbours first: the difference of two infinities is no number.
    Some(if below == above { *below } else { below + (above - below) * position.fract() })
}

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
        let passes: BTreeMap<u32, &PassRecord> = session.passes.iter().map(|pass| (pass.id, pass)).collect();
        let warm_up = WarmUp::of(session);
        let mut tallies: BTreeMap<u8, Tally> = BTreeMap::new();
        let mut summary = Self {
            timing: session.header.timing.method.clone(),
            roof: session.roof,
            arms: Vec::new(),
            counts: session.counts,
            unrecorded: session.unrecorded,
            warm_up: 0,
            unknown: 0,
        };
        for sample in &session.samples {
            match passes.get(&sample.pass) {
                _ if warm_up.contains(sample.arm, sample.cycle) => summary.warm_up += 1,
                Some(pass) => tallies.entry(sample.arm).or_default().take(*sample, pass, session),
                None => summary.unknown += 1,
            }
        }
        let host_arms = session.cycle_times.iter().map(|time| time.arm);
        let arms: BTreeSet<u8> = host_arms.chain(tallies.keys().copied()).collect();
        summary.arms = arms
            .into_iter()
            .map(|arm| ArmSummary {
                host: host_cycles(session, arm, &warm_up),
                ..tallies.remove(&arm).unwrap_or_default().summarise(arm, session)
            })
            .collect();
        summary
    }
}

fn host_cycles(session: &Session, arm: u8, warm_up: &WarmUp) -> Option<Statistics> {
    let cycles = session.cycle_times.iter().filter(|time| time.arm == arm && !warm_up.contains(arm, time.cycle));
    Statistics::of(cycles.map(|time| time.nanoseconds as f64 * 1e-6).collect())
}

/// The cycles that are no measurement: per arm, first cycle and how many.
struct WarmUp(BTreeMap<u8, Vec<(u64, u64)>>);

impl WarmUp {
    fn of(session: &Session) -> Self {
        let mut ranges: BTreeMap<u8, Vec<(u64, u64)>> = BTreeMap::new();
        for block in &session.blocks {
            ranges.entry(block.arm).or_default().push((block.first_cycle, block.warm_up_cycles));
        }
        ranges.values_mut().for_each(|of_arm| of_arm.sort_unstable());
        Self(ranges)
    }

    fn contains(&self, arm: u8, cycle: u64) -> bool {
        let Some(ranges) = self.0.get(&arm) else { return false };
        let later = ranges.partition_point(|(first, _)| *first <= cycle);
        ranges.get(..later).and_then(<[_]>::last).is_some_and(|(first, count)| cycle - first < *count)
    }
}

/// The samples of one arm, added up.
#[derive(Default)]
struct Tally {
    /// The cycle that is being added up. Cycles follow each other: after a reset the same number is another cycle.
    cycle: Option<u64>,
    /// Milliseconds of each stage in that cycle.
    open: BTreeMap<u32, f64>,
    /// Milliseconds of each stage in each finished cycle.
    stages: BTreeMap<u32, StageTally>,
    /// Milliseconds of all stages in each finished cycle.
    cycles: Vec<f64>,
}

#[derive(Default)]
struct StageTally {
    cycles: Vec<f64>,
    bytes: f64,
    operations: f64,
    host_timed: bool,
}

impl Tally {
    fn take(&mut self, sample: Sample, pass: &PassRecord, session: &Session) {
        if self.cycle != Some(sample.cycle) {
            self.close_cycle();
            self.cycle = Some(sample.cycle);
        }
        let nanoseconds_per_tick = match pass.clock {
            Clock::Device => f64::from(session.header.timing.timestamp_period_ns),
            Clock::Host => 1.0,
        };
        *self.open.entry(pass.stage).or_default() += sample.ticks as f64 * nanoseconds_per_tick * 1e-6;
        let stage = self.stages.entry(pass.stage).or_default();
        stage.bytes += pass.bytes_read as f64 + pass.bytes_written as f64;
        stage.operations += pass.operations as f64;
        stage.host_timed |= pass.clock == Clock::Host;
    }

    fn close_cycle(&mut self) {
        let open = std::mem::take(&mut self.open);
        if !open.is_empty() {
            self.cycles.push(open.values().sum());
        }
        for (stage, milliseconds) in open {
            self.stages.entry(stage).or_default().cycles.push(milliseconds);
        }
    }

    fn summarise(mut self, arm: u8, session: &Session) -> ArmSummary {
        self.close_cycle();
        let total: f64 = self.cycles.iter().sum();
        let stages = session
            .stages
            .iter()
            .map(|stage| {
                let tally = self.stages.remove(&stage.id).unwrap_or_default();
                tally.summarise(stage.name.clone(), total, session.roof)
            })
            .collect();
        ArmSummary { arm, stages, passes: Statistics::of(self.cycles), host: None }
    }
}

impl StageTally {
    fn summarise(self, name: String, total: f64, roof: Option<Roof>) -> StageSummary {
        let milliseconds: f64 = self.cycles.iter().sum();
        // Units of 10⁹ a second: 10⁹ · 10⁻³.
        let rate = |amount: f64| (amount > 0.0 && milliseconds > 0.0).then(|| amount / (milliseconds * 1e6));
        let (gigabytes_per_second, gigaflops_per_second) = (rate(self.bytes), rate(self.operations));
        StageSummary {
            name,
            host_timed: self.host_timed,
            share: (milliseconds > 0.0).then(|| milliseconds / total),
            of_roof: roof.and_then(|roof| of_roof(roof, gigabytes_per_second, gigaflops_per_second)),
            gigabytes_per_second,
            gigaflops_per_second,
            milliseconds: Statistics::of(self.cycles),
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
