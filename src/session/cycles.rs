//! From single samples to cycles: what every stage took in every cycle, in the order in which they ran.

use super::format::Session;
use super::samples::{Clock, PassRecord, Sample};
use std::collections::{BTreeMap, BTreeSet};

/// The measured cycles of a session, arm by arm; those that warmed up a block are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cycles {
    /// The arms that ran, in order.
    pub arms: Vec<ArmCycles>,
    /// Samples left out because their cycle warmed up a block.
    pub warm_up: u64,
    /// Samples left out because the session does not say which pass they are of.
    pub unknown: u64,
}

/// The measured cycles of one arm. Times are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmCycles {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// Every stage of the session, in its order, those that this arm never ran included.
    pub stages: Vec<StageCycles>,
    /// All timed passes of each cycle together.
    pub passes: Vec<f64>,
    /// The same without what the host's clock timed; 0 in a cycle that the device did not time.
    pub device: Vec<f64>,
    /// Which passes each cycle ran: equal numbers for equal passes. As long as `passes`.
    pub patterns: Vec<u32>,
    /// Each cycle by the host's clock, waits included.
    pub host: Vec<f64>,
}

/// What one stage took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageCycles {
    /// Its name.
    pub name: String,
    /// Whether the host's clock timed any of it.
    pub host_timed: bool,
    /// Milliseconds of all its passes in each cycle in which it ran.
    pub milliseconds: Vec<f64>,
    /// Bytes that had to move in all these cycles.
    pub bytes: f64,
    /// Operations that had to be done in all these cycles.
    pub operations: f64,
}

impl Cycles {
    /// Of everything in `session` but the cycles that warmed up a block.
    pub fn of(session: &Session) -> Self {
        let passes: BTreeMap<u32, &PassRecord> = session.passes.iter().map(|pass| (pass.id, pass)).collect();
        let warm_up = WarmUp::of(session);
        let mut tallies: BTreeMap<u8, Tally> = BTreeMap::new();
        let mut cycles = Self::default();
        for sample in &session.samples {
            match passes.get(&sample.pass) {
                _ if warm_up.contains(sample.arm, sample.cycle) => cycles.warm_up += 1,
                Some(pass) => tallies.entry(sample.arm).or_default().take(*sample, pass, session),
                None => cycles.unknown += 1,
            }
        }
        let host_arms = session.cycle_times.iter().map(|time| time.arm);
        let arms: BTreeSet<u8> = host_arms.chain(tallies.keys().copied()).collect();
        cycles.arms = arms
            .into_iter()
            .map(|arm| ArmCycles {
                host: host_cycles(session, arm, &warm_up),
                ..tallies.remove(&arm).unwrap_or_default().finish(arm, session)
            })
            .collect();
        cycles
    }
}

fn host_cycles(session: &Session, arm: u8, warm_up: &WarmUp) -> Vec<f64> {
    let cycles = session.cycle_times.iter().filter(|time| time.arm == arm && !warm_up.contains(arm, time.cycle));
    cycles.map(|time| time.nanoseconds as f64 * 1e-6).collect()
}

/// The cycles that are no measurement: per arm, first cycle and how many.
pub(super) struct WarmUp(BTreeMap<u8, Vec<(u64, u64)>>);

impl WarmUp {
    pub(super) fn of(session: &Session) -> Self {
        let mut ranges: BTreeMap<u8, Vec<(u64, u64)>> = BTreeMap::new();
        for block in &session.blocks {
            ranges.entry(block.arm).or_default().push((block.first_cycle, block.warm_up_cycles));
        }
        ranges.values_mut().for_each(|of_arm| of_arm.sort_unstable());
        Self(ranges)
    }

    pub(super) fn contains(&self, arm: u8, cycle: u64) -> bool {
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
    open: OpenCycle,
    stages: BTreeMap<u32, StageCycles>,
    cycles: ArmCycles,
    /// The number of every pattern of passes that was seen.
    patterns: BTreeMap<Vec<u32>, u32>,
}

/// The cycle that is being added up.
#[derive(Default)]
struct OpenCycle {
    /// Milliseconds of each stage.
    stages: BTreeMap<u32, f64>,
    device: f64,
    passes: Vec<u32>,
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
        let milliseconds = sample.ticks as f64 * nanoseconds_per_tick * 1e-6;
        *self.open.stages.entry(pass.stage).or_default() += milliseconds;
        self.open.passes.push(pass.id);
        let stage = self.stages.entry(pass.stage).or_default();
        stage.bytes += pass.bytes_read as f64 + pass.bytes_written as f64;
        stage.operations += pass.operations as f64;
        match pass.clock {
            Clock::Device => self.open.device += milliseconds,
            Clock::Host => stage.host_timed = true,
        }
    }

    fn close_cycle(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        if open.stages.is_empty() {
            return;
        }
        self.cycles.passes.push(open.stages.values().sum());
        self.cycles.device.push(open.device);
        open.passes.sort_unstable();
        let next = self.patterns.len() as u32;
        self.cycles.patterns.push(*self.patterns.entry(open.passes).or_insert(next));
        for (stage, milliseconds) in open.stages {
            self.stages.entry(stage).or_default().milliseconds.push(milliseconds);
        }
    }

    fn finish(mut self, arm: u8, session: &Session) -> ArmCycles {
        self.close_cycle();
        let stages = session
            .stages
            .iter()
            .map(|stage| StageCycles { name: stage.name.clone(), ..self.stages.remove(&stage.id).unwrap_or_default() });
        let stages = stages.collect();
        ArmCycles { arm, stages, ..self.cycles }
    }
}

#[cfg(test)]
mod tests;
