//! Makes one driver stand exactly where another stands: the start of a comparison.

use super::{Driver, DriverError, Work};
use crate::sim::{Refusal, Simulation, ToggleSet};

impl Driver {
    /// Takes over the other driver's system as it stands after its last cycle, with every byte of its memory, and goes
    /// on under its own toggles.
    ///
    /// The system is duplicated and every buffer is copied on the device, so that both hold the same arrays, scratch and
    /// pending scales under the same names. From there this driver's own toggles are reached as a click would reach them,
    /// by [`Simulation::switch`](crate::sim::Simulation::switch) before the next cycle: what an array becomes in another
    /// form, and what an array starts as that the other driver does not have, is what the system itself does when that
    /// toggle is flipped. Nothing waits: the copy and the switch are on the queue ahead of the next cycle.
    ///
    /// A command that was given but not yet carried out stays, as do pause and pace.
    ///
    /// # Errors
    /// The other driver is in the middle of a cycle or runs on another device, its system does not accept this driver's
    /// toggles, or its memory does not fit beside what is there; nothing has changed then.
    pub fn stand_as(&mut self, other: &Self) -> Result<(), DriverError> {
        self.stand_as_but(other, |_| Ok(()))
    }

    /// As [`Self::stand_as`], under rules or parameters that `change` makes others.
    ///
    /// # Errors
    /// As [`Self::stand_as`], or what `change` refuses.
    pub fn stand_as_but(
        &mut self,
        other: &Self,
        change: impl FnOnce(&mut dyn Simulation) -> Result<(), Refusal>,
    ) -> Result<(), DriverError> {
        if !self.gpu.is_same(&other.gpu) {
            return Err(Refusal("the two arms run on two devices; open both on one".to_owned()).into());
        }
        if !other.is_at_boundary() {
            let reason = "the arm to start from is in the middle of a cycle; wait until it stands between two";
            return Err(Refusal(reason.to_owned()).into());
        }
        let own = self.wanted();
        let mut simulation = other.simulation.duplicate();
        change(&mut *simulation)?;
        simulation.validate(own)?;
        let requests = simulation.state(other.toggles).buffers;
        if let Err(error) = self.buffers.allocate(&self.gpu, &requests) {
            self.buffers.retain(&self.simulation.state(self.toggles).buffers);
            return Err(error.into());
        }
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("carry over") };
        let mut encoder = self.gpu.device.create_command_encoder(&descriptor);
        for request in &requests {
            // Under other rules there may be memory that the other arm does not have: the switch below fills it.
            let Some(source) = other.buffers.get(request.id).filter(|source| source.size() == request.bytes) else {
                continue;
            };
            let target = self.buffers.require(request.id)?;
            encoder.copy_buffer_to_buffer(source, 0, target, 0, request.bytes);
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.buffers.retain(&requests);
        self.encoder.forget();
        self.simulation = simulation;
        self.toggles = other.toggles;
        self.plan.clear();
        self.position = 0;
        self.work = Work::Boundary;
        self.status.cycle = other.status.cycle;
        self.want(own, None, true)?;
        self.refresh_status();
        Ok(())
    }
    /// Whether it stands between two cycles and nothing that was asked for is still to be done.
    pub fn is_quiet(&self) -> bool {
        self.is_at_boundary() && self.commands.is_empty() && self.waiting.is_none()
    }

    /// Asks for a whole setting of the toggles at once; no cycle runs until it is there.
    ///
    /// # Errors
    /// The system does not accept them together.
    pub fn ask_for(&mut self, toggles: ToggleSet) -> Result<(), DriverError> {
        Ok(self.want(toggles, None, true)?)
    }
}
