//! A run of cycles of one arm, and what it took.

use super::ledger::Ledger;
use super::{BlockLength, Measured, block_time};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a block is timed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockClock {
    /// The host's clock from an idle device to an idle device: everything counts, waits of the host included.
    Wall,
    /// The sum of the passes: what a window can measure, where frames come between the cycles.
    Passes,
}

/// A block that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The arm that ran it: 0 is A, 1 is B.
    pub arm: usize,
    /// What it counts as: in a pair of A against A, one of A's blocks counts as B.
    pub role: usize,
    /// Its first cycle, dropped ones included.
    pub first: u64,
    /// Its last cycle.
    pub last: u64,
    /// How many of its first cycles are dropped.
    pub warm_up: u64,
    /// The time of a cycle in milliseconds, and of the canary before it.
    pub measured: Measured,
    /// Milliseconds of every measured cycle's passes.
    pub cycles: Vec<f64>,
    /// Milliseconds a cycle of each stage, waits included.
    pub stages: BTreeMap<String, f64>,
}

/// A block that has begun.
#[derive(Clone, Copy, Debug)]
pub struct OpenBlock {
    /// The arm that runs it.
    pub arm: usize,
    /// What it counts as.
    pub role: usize,
    /// Its first cycle.
    pub first: u64,
    /// The canary before it, in milliseconds.
    pub canary: f64,
}

impl OpenBlock {
    /// Ends it: its measured cycles took the host `wall`, and its passes what the arm's ledger says.
    pub fn close(self, length: BlockLength, clock: BlockClock, wall: Duration, ledger: &Ledger) -> Block {
        let measured_from = self.first + length.warm_up;
        let last = self.first + length.cycles() - 1;
        let timed = ledger.cycles(measured_from, last);
        let cycles: Vec<f64> = timed.iter().map(|cycle| cycle.passes).collect();
        let mut stages = BTreeMap::<String, f64>::new();
        for cycle in &timed {
            for (name, milliseconds) in &cycle.stages {
                *stages.entry(name.clone()).or_default() += milliseconds / timed.len() as f64;
            }
        }
        let count = last + 1 - measured_from;
        let time = match clock {
            BlockClock::Wall => wall.as_secs_f64() * 1e3 / count as f64,
            // A block without a time is thrown out with its pair.
            BlockClock::Passes => block_time(&cycles, length.group as usize).unwrap_or(f64::NAN),
        };
        let measured = Measured { time, canary: Some(self.canary) };
        Block {
            arm: self.arm,
            role: self.role,
            first: self.first,
            last,
            warm_up: length.warm_up,
            measured,
            cycles,
            stages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::{Event, PassKind, Sample};
    use crate::gpu::Variant;
    use crate::sim::Cost;

    #[test]
    fn dropped_cycles_do_not_count() {
        let mut ledger = Ledger::new(1.0);
        let variant = Some(Variant::new("a", []));
        ledger.observe(&Event::PassKind(PassKind { id: 0, stage: "a".to_owned(), variant, cost: Cost::default() }));
        for (cycle, milliseconds) in [(10, 90), (11, 2), (12, 4), (13, 3), (14, 50)] {
            let ticks = milliseconds * 1_000_000;
            ledger.observe(&Event::Sample(Sample { arm: 0, cycle, pass: 0, ticks, begin: 0 }));
        }
        let length = BlockLength { warm_up: 1, group: 1, groups: 3 };
        let open = OpenBlock { arm: 0, role: 1, first: 10, canary: 2.5 };
        let wall = Duration::from_millis(12);
        let block = open.close(length, BlockClock::Passes, wall, &ledger);
        assert_eq!((block.first, block.last, block.cycles.as_slice()), (10, 13, [2.0, 4.0, 3.0].as_slice()));
        assert_eq!((block.measured.time, block.measured.canary, block.stages["a"]), (3.0, Some(2.5), 3.0));
        assert_eq!(open.close(length, BlockClock::Wall, wall, &ledger).measured.time, 4.0);
    }
}
