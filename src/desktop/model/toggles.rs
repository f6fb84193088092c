//! A toggle with its position, its wish and its measured factor.

use crate::gpu::roof::Roof;
use crate::sim::{Cost, Toggle};

/// A toggle as the panel shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToggleRow {
    /// The toggle.
    pub toggle: Toggle,
    /// Whether it is on in the simulation.
    pub on: bool,
    /// What was asked for and waits for its kernels or for the end of a cycle.
    pub wanted: Option<bool>,
    /// What the lab measured for it.
    pub measured: Option<Measured>,
    /// What a cycle must do at least while it is off, and while it is on.
    pub cost: Option<[Cost; 2]>,
}

/// What a toggle changes of a cycle at best, in milliseconds by the roof; less than 0 is saved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trade {
    /// For the bytes that must move.
    pub memory: f64,
    /// For the operations.
    pub arithmetic: f64,
}

impl Trade {
    /// Whether one is paid for the other.
    pub fn is_one(&self) -> bool {
        // Hundredths of a millisecond are no reason for a choice.
        self.memory * self.arithmetic < 0.0 && self.memory.abs().min(self.arithmetic.abs()) > 0.01
    }
}

/// A measured speed-up with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Time off over time on.
    pub factor: f64,
    /// Ends of the 95 % interval.
    pub interval: [f64; 2],
    /// Whether the verdict was a clear one.
    pub clear: bool,
}

impl ToggleRow {
    /// A toggle that is off, as far as is known.
    pub fn new(toggle: Toggle) -> Self {
        Self { toggle, on: false, wanted: None, measured: None, cost: None }
    }

    /// What it changes at best, where that is known.
    pub fn trade(&self, roof: &Roof) -> Option<Trade> {
        let [off, on] = self.cost?.map(|cost| roof.at_best(cost.bytes(), cost.operations));
        Some(Trade { memory: on[0] - off[0], arithmetic: on[1] - off[1] })
    }

    /// What the box shows.
    pub fn shown(&self) -> bool {
        self.wanted.unwrap_or(self.on)
    }

    /// Whether a switch was asked for and has not taken effect.
    pub fn is_pending(&self) -> bool {
        self.wanted.is_some_and(|wanted| wanted != self.on)
    }
}
