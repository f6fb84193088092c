//! What the cycles of one arm took: the sum of its passes, cycle by cycle and stage by stage.

use crate::driver::{Event, Sample};
use crossbeam_channel::Receiver;
use std::collections::BTreeMap;

/// Whether more than half of the room for events is taken: then they have to be heard before some are lost.
pub(super) fn is_crowded(events: &Receiver<Event>) -> bool {
    events.capacity().is_some_and(|room| events.len() > room / 2)
}

/// Milliseconds of one cycle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CycleTime {
    /// All passes together. What the host waited for is not in it: a wait lasts as long as the passes that it waits for.
    pub passes: f64,
    /// The passes and the waits of each stage.
    pub stages: BTreeMap<String, f64>,
}

/// What a kind of pass is, as far as the ledger needs it.
#[derive(Clone, Debug)]
struct Kind {
    stage: String,
    is_wait: bool,
}

/// Adds up one arm's samples.
#[derive(Clone, Debug)]
pub struct Ledger {
    milliseconds_per_tick: f64,
    kinds: BTreeMap<u32, Kind>,
    cycles: BTreeMap<u64, CycleTime>,
    figures: BTreeMap<u64, Vec<f32>>,
}

impl Ledger {
    /// An empty one for samples in ticks of so many nanoseconds. Waits of the host come in nanoseconds.
    pub fn new(nanoseconds_per_tick: f64) -> Self {
        Self {
            milliseconds_per_tick: nanoseconds_per_tick * 1e-6,
            kinds: BTreeMap::new(),
            cycles: BTreeMap::new(),
            figures: BTreeMap::new(),
        }
    }

    /// Takes in one event of its arm.
    pub fn observe(&mut self, event: &Event) {
        match event {
            Event::PassKind(kind) => {
                self.kinds.insert(kind.id, Kind { stage: kind.stage.clone(), is_wait: kind.variant.is_none() });
            }
            Event::Sample(sample) => self.add(*sample),
            Event::Probes { cycle, values, .. } => {
                self.figures.insert(*cycle, values.clone());
            }
            _ => {}
        }
    }

    fn add(&mut self, sample: Sample) {
        let Some(kind) = self.kinds.get(&sample.pass) else { return };
        let scale = if kind.is_wait { 1e-6 } else { self.milliseconds_per_tick };
        let milliseconds = sample.ticks as f64 * scale;
        let cycle = self.cycles.entry(sample.cycle).or_default();
        *cycle.stages.entry(kind.stage.clone()).or_default() += milliseconds;
        if !kind.is_wait {
            cycle.passes += milliseconds;
        }
    }

    /// The cycles from `first` to `last`, both included, of which anything was timed.
    pub fn cycles(&self, first: u64, last: u64) -> Vec<&CycleTime> {
        self.cycles.range(first..=last).map(|(_, cycle)| cycle).collect()
    }

    /// The figures of a cycle, in the order of the system's probes, if they have arrived.
    pub fn figures(&self, cycle: u64) -> Option<&[f32]> {
        self.figures.get(&cycle).map(Vec::as_slice)
    }

    /// Forgets every cycle before this one: their block is closed.
    pub fn forget_before(&mut self, cycle: u64) {
        self.cycles = self.cycles.split_off(&cycle);
        self.figures = self.figures.split_off(&cycle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PassKind;
    use crate::gpu::Variant;
    use crate::sim::Cost;

    #[test]
    fn passes_add_up_and_waits_stand_by_themselves() {
        let mut ledger = Ledger::new(10.0);
        for (id, stage, variant) in
            [(0, "learn", Some(Variant::new("a", []))), (1, "clamp", Some(Variant::new("b", []))), (2, "read", None)]
        {
            ledger.observe(&Event::PassKind(PassKind { id, stage: stage.to_owned(), variant, cost: Cost::default() }));
        }
        for (cycle, pass, ticks) in [(1, 0, 100_000), (1, 0, 100_000), (1, 1, 50_000), (1, 2, 3_000_000), (2, 1, 10)] {
            ledger.observe(&Event::Sample(Sample { arm: 0, cycle, pass, ticks, begin: 0 }));
        }
        // A sample of a pass that nobody was told of has no stage.
        ledger.observe(&Event::Sample(Sample { arm: 0, cycle: 1, pass: 9, ticks: 1, begin: 0 }));
        let cycles = ledger.cycles(1, 1);
        let [cycle] = cycles.as_slice() else { panic!("{cycles:?}") };
        assert!((cycle.passes - 2.5).abs() < 1e-12, "{cycle:?}");
        let stages: Vec<_> = cycle.stages.iter().map(|(name, time)| (name.as_str(), (time * 1e6).round())).collect();
        assert_eq!(stages, [("clamp", 5e5), ("learn", 2e6), ("read", 3e6)]);
        ledger.forget_before(2);
        assert!(ledger.cycles(1, 1).is_empty() && ledger.cycles(1, 9).len() == 1);
    }
}
