//! A toggle with its position, its wish and its measured factor.

use crate::sim::Toggle;

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
        Self { toggle, on: false, wanted: None, measured: None }
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
