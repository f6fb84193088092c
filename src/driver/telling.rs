//! What the driver tells its listeners: samples and probe values that have come back, kernels that were built.

use super::{Driver, DriverError, Event, Sample, UNTIMED};
use crate::gpu::clock::Mark;
use crate::gpu::readback::Arrived;
use crossbeam_channel::{Sender, TrySendError};

impl Driver {
    /// Takes in samples, probe values and built kernels.
    pub(super) fn take_in(&mut self) -> Result<(), DriverError> {
        self.gpu.poll()?;
        let mut events = Vec::new();
        let period = self.clock.nanoseconds_per_tick();
        let kinds = &mut self.kinds;
        self.clock.collect(|timed| {
            if timed.mark.pass == UNTIMED {
                return;
            }
            kinds.learn(timed.mark.pass, timed.ticks as f64 * period * 1e-6);
            let Mark { arm, cycle, pass } = timed.mark;
            events.push(Event::Sample(Sample { arm, cycle, pass, ticks: timed.ticks, begin: timed.begin }));
        });
        let probes = self.simulation.probes();
        for Arrived { tag, bytes } in self.arrived.try_iter() {
            let values = probes.iter().map(|probe| value_at(&bytes, tag.offset, probe.offset)).collect();
            events.push(Event::Probes { arm: self.arm, cycle: tag.cycle, values });
        }
        events.extend(
            self.kernels
                .drain_built()
                .map(|kernel| Event::Built { variant: kernel.variant.clone(), duration: kernel.duration }),
        );
        for event in events {
            self.tell(&event);
        }
        Ok(())
    }

    pub(super) fn tell(&mut self, event: &Event) {
        tell(&mut self.listeners, &mut self.lost_events, event);
    }
}

/// Listeners that are gone get nothing more; events that a slow one has no room for are counted.
pub fn tell(listeners: &mut Vec<Sender<Event>>, lost: &mut u64, event: &Event) {
    listeners.retain(|listener| match listener.try_send(event.clone()) {
        Ok(()) => true,
        Err(TrySendError::Full(_)) => {
            *lost += 1;
            true
        }
        Err(TrySendError::Disconnected(_)) => false,
    });
}

/// The f32 at `wanted` of a buffer of which `bytes` were read from `offset`; NaN where it was not read.
pub fn value_at(bytes: &[u8], offset: u64, wanted: u64) -> f32 {
    wanted
        .checked_sub(offset)
        .and_then(|at| usize::try_from(at).ok())
        .and_then(|at| bytes.get(at..at + 4))
        .and_then(|four| four.try_into().ok())
        .map_or(f32::NAN, f32::from_le_bytes)
}
