//! Runs a system cycle by cycle, in the window and headless alike.
//!
//! A cycle is a plan; the driver encodes its steps until the frame's budget is spent and goes on in the next frame, so a
//! slow cycle spans frames and the window stays alive, and many fast cycles fit one frame.
//! Three clocks are kept apart: the cycle number (simulated time), rendered frames (the window's) and wall time.

mod message;

pub use message::{Command, Counts, Event, PassKind, Sample, Status};

use crate::gpu::{Buffers, Gpu, GpuError, Kernels, Library};
use crate::sim::{Picture, Probe, Refusal, Simulation, State, ToggleSet};
use crossbeam_channel::Receiver;
use std::sync::Arc;
use std::time::Duration;

/// Why the driver could not go on.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The adapter or a kernel.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// A setting that the system does not accept.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Runs one system.
pub struct Driver {
    simulation: Box<dyn Simulation>,
    kernels: Arc<Kernels>,
    buffers: Buffers,
    toggles: ToggleSet,
    status: Status,
}

impl Driver {
    /// Allocates the system's memory and draws its initial state. Nothing waits for the device.
    ///
    /// # Errors
    /// The toggles make no sense together, or the adapter cannot hold the state.
    pub fn new(
        _gpu: &Gpu,
        _library: Library,
        _simulation: Box<dyn Simulation>,
        _toggles: ToggleSet,
    ) -> Result<(Self, Receiver<Event>), DriverError> {
        Err(Refusal("not there yet".to_owned()).into())
    }

    /// Takes a command; it takes effect at the next cycle boundary.
    pub fn command(&mut self, _command: Command) {}

    /// Encodes and submits up to `budget` of device time, by the last measured times, and takes in what has come back.
    /// Never waits, except where the plan itself asks for it.
    ///
    /// # Errors
    /// A kernel that does not build, or a lost device.
    pub fn frame(&mut self, _budget: Duration) -> Result<(), DriverError> {
        Ok(())
    }

    /// Runs until `cycle` cycles are done and all their samples have arrived: the headless loop.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub fn run_to(&mut self, _cycle: u64) -> Result<(), DriverError> {
        Ok(())
    }

    /// Where it stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The system it runs.
    pub fn simulation(&self) -> &dyn Simulation {
        &*self.simulation
    }

    /// The system's memory as it stands.
    pub fn state(&self) -> State {
        self.simulation.state(self.toggles)
    }

    /// The buffers behind the state.
    pub fn buffers(&self) -> &Buffers {
        &self.buffers
    }

    /// The kernels, shared with painters.
    pub fn kernels(&self) -> &Arc<Kernels> {
        &self.kernels
    }

    /// What there is to draw.
    pub fn picture(&self) -> Picture {
        self.simulation.picture()
    }

    /// The figures that the system computes.
    pub fn probes(&self) -> Vec<Probe> {
        self.simulation.probes()
    }
}
