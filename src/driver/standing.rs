//! Makes one driver stand exactly where another stands: the start of a comparison.

use super::{Driver, DriverError, Work};
use crate::sim::{BufferId, Refusal, Simulation, State, ToggleSet};

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
        self.check_can_stand_as(other)?;
        let mut simulation = other.simulation.duplicate();
        change(&mut *simulation)?;
        // Under other rules there may be memory that the other arm does not have: the switch fills it.
        let theirs = other.simulation.state(other.toggles).buffers;
        let requests = simulation.state(other.toggles).buffers;
        let shared = requests.iter().filter(|request| theirs.contains(request));
        let copies: Vec<_> = shared.map(|request| (request.id, request.id, request.bytes)).collect();
        self.take_over(other, simulation, &copies)
    }

    /// Takes over the other driver's arrays and goes on with its own system, which may be of another model, as if it had
    /// run all cycles so far.
    ///
    /// What its own system keeps on the host is made by [`Simulation::resume`](crate::sim::Simulation::resume); buffers
    /// that are no arrays are carried over where both have them in one size, and else begin as zeros.
    ///
    /// # Errors
    /// As [`Self::stand_as`]; or an array differs in size, or is not stored as it is because a toggle of the other driver
    /// keeps part of it pending.
    pub fn stand_as_another(&mut self, other: &Self) -> Result<(), DriverError> {
        self.check_can_stand_as(other)?;
        let mut simulation = self.simulation.duplicate();
        simulation.validate(other.toggles)?;
        simulation.resume(other.status.cycle, other.toggles);
        let [theirs, own] = [&other.simulation, &simulation].map(|it| it.state(other.toggles));
        let copies = copies_between(&theirs, &own)?;
        self.take_over(other, simulation, &copies)
    }

    fn check_can_stand_as(&self, other: &Self) -> Result<(), Refusal> {
        if !self.gpu.is_same(&other.gpu) {
            return Err(Refusal("the two arms run on two devices; open both on one".to_owned()));
        }
        if !other.is_at_boundary() {
            let reason = "the arm to start from is in the middle of a cycle; wait until it stands between two";
            return Err(Refusal(reason.to_owned()));
        }
        Ok(())
    }

    /// Goes on with this system from the other's memory: each copy is a buffer of the other's, one of its own, and bytes.
    fn take_over(
        &mut self,
        other: &Self,
        simulation: Box<dyn Simulation>,
        copies: &[(BufferId, BufferId, u64)],
    ) -> Result<(), DriverError> {
        let own = self.wanted();
        simulation.validate(own)?;
        let requests = simulation.state(other.toggles).buffers;
        if let Err(error) = self.buffers.allocate(&self.gpu, &requests) {
            self.buffers.retain(&self.simulation.state(self.toggles).buffers);
            return Err(error.into());
        }
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("carry over") };
        let mut encoder = self.gpu.device.create_command_encoder(&descriptor);
        for (from, to, bytes) in copies {
            let (source, target) = (other.buffers.require(*from)?, self.buffers.require(*to)?);
            encoder.copy_buffer_to_buffer(source, 0, target, 0, *bytes);
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.buffers.retain(&requests);
        self.encoder.forget();
        self.simulation = simulation;
        self.underway.clone_from(&other.underway);
        self.toggles = other.toggles;
        self.plan.clear();
        self.position = 0;
        self.work = Work::Boundary;
        self.status.cycle = other.status.cycle;
        self.want(own, None, true)?;
        self.refresh_status();
        Ok(())
    }

    /// Exchanges memory with the other driver, buffer by buffer where both have one of the same name and size, beginning
    /// `after` one of them and until `most` bytes have moved: every array is what it was before, but lies where the other's
    /// lay. Where an array lies can make its kernels slower, so a fair comparison gives each arm both places. Waits for the
    /// device. Returns the bytes of each arm that moved, and the last buffer where there are more to come.
    ///
    /// # Errors
    /// The other runs on another device, either is in the middle of a cycle, or there is no memory for the copies.
    pub fn exchange_memory(
        &mut self,
        other: &mut Self,
        after: Option<BufferId>,
        most: u64,
    ) -> Result<(u64, Option<BufferId>), DriverError> {
        self.check_can_stand_as(other)?;
        other.check_can_stand_as(self)?;
        self.settle()?;
        other.settle()?;
        let exchanged = self.buffers.exchange(&self.gpu, &mut other.buffers, after, most)?;
        self.encoder.forget();
        other.encoder.forget();
        self.gpu.wait()?;
        Ok(exchanged)
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

/// Which buffer of one state becomes which of the other: arrays by their names, the rest by theirs.
fn copies_between(theirs: &State, own: &State) -> Result<Vec<(BufferId, BufferId, u64)>, Refusal> {
    let mut copies = Vec::new();
    for array in &own.arrays {
        let name = array.name;
        let Some(from) = theirs.array(name) else { continue };
        if from.pending.is_some() || array.pending.is_some() {
            return Err(Refusal(format!(
                "`{name}` is stored with a factor that is still pending; switch off the toggle that keeps it so"
            )));
        }
        let sizes = |slabs: &[crate::sim::Slab]| slabs.iter().map(|slab| slab.bytes).collect::<Vec<_>>();
        if from.element != array.element || sizes(&from.slabs) != sizes(&array.slabs) {
            return Err(Refusal(format!(
                "the arms are of different sizes: `{name}` is {:?} in A and {:?} in B; give both the same size",
                from.shape, array.shape
            )));
        }
        copies.extend(from.slabs.iter().zip(&array.slabs).map(|(from, to)| (from.buffer, to.buffer, from.bytes)));
    }
    let is_array = |id: BufferId| own.arrays.iter().flat_map(|array| &array.slabs).any(|slab| slab.buffer == id);
    let shared = own.buffers.iter().filter(|request| !is_array(request.id) && theirs.buffers.contains(request));
    copies.extend(shared.map(|request| (request.id, request.id, request.bytes)));
    Ok(copies)
}
