//! What only pictures show is brought up to date before they are painted.

use super::{Driver, DriverError};
use crate::gpu::batch::{Batcher, Bound, Dispatch};
use crate::sim::{Pass, Plan, Step};

/// Runs what a system's `look` asks for.
#[derive(Debug)]
pub struct Looking {
    plan: Plan,
    /// One for each run of passes between clears: their uniforms must not be overwritten before they are submitted.
    batchers: Vec<Batcher>,
}

impl Looking {
    pub(super) fn new() -> Self {
        Self { plan: Plan::default(), batchers: Vec::new() }
    }
}

impl Driver {
    /// Encodes what pictures need beside the state, between two cycles; whether it did, or a kernel of it is still being
    /// built. To be submitted before the next call.
    ///
    /// # Errors
    /// A kernel does not build, or a buffer is not there.
    pub fn look(&mut self, encoder: &mut wgpu::CommandEncoder) -> Result<bool, DriverError> {
        let mut looking = std::mem::replace(&mut self.looking, Looking::new());
        self.simulation.look(self.toggles, &mut looking.plan);
        let encoded = self.encode_look(&mut looking, encoder);
        self.looking = looking;
        encoded
    }

    fn encode_look(&self, looking: &mut Looking, encoder: &mut wgpu::CommandEncoder) -> Result<bool, DriverError> {
        let mut dispatches = Vec::new();
        for step in &looking.plan.steps {
            if let Step::Pass(pass) = step {
                let Some(dispatch) = self.dispatch(pass)? else { return Ok(false) };
                dispatches.push(dispatch);
            }
        }
        let mut dispatches = dispatches.into_iter();
        let runs = looking.plan.steps.split_inclusive(|step| !matches!(step, Step::Pass(_)));
        for (run, steps) in runs.enumerate() {
            let passes = steps.iter().filter(|step| matches!(step, Step::Pass(_))).count();
            let list: Vec<_> = dispatches.by_ref().take(passes).collect();
            if looking.batchers.len() <= run {
                looking.batchers.push(Batcher::new(&self.gpu));
            }
            if let Some(batcher) = looking.batchers.get_mut(run).filter(|_| !list.is_empty()) {
                batcher.encode(encoder, "look", &list, None);
            }
            if let Some(Step::Clear(id)) = steps.last() {
                encoder.clear_buffer(self.buffers.require(*id)?, 0, None);
            }
        }
        Ok(true)
    }

    fn dispatch(&self, pass: &Pass) -> Result<Option<Dispatch>, DriverError> {
        let kernel =
            if self.patient { Some(self.kernels.build(&pass.variant)?) } else { self.kernels.get(&pass.variant)? };
        let Some(kernel) = kernel else { return Ok(None) };
        let mut bound = Vec::with_capacity(pass.bindings.len());
        for id in &pass.bindings {
            bound.push(Bound::Buffer(self.buffers.require(*id)?.clone()));
        }
        Ok(Some(Dispatch { kernel, bound, uniform: pass.uniform.clone(), workgroups: pass.workgroups }))
    }
}
