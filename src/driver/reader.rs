//! Brings probe values to the host: without waiting where the plan does not ask for it.

use crate::gpu::{Gpu, GpuError};
use crossbeam_channel::{Receiver, Sender, bounded};

/// Readbacks that may be under way at once.
const SLOTS: usize = 64;
/// Bytes of the largest readback.
const SLOT_BYTES: u64 = 4096;

/// How long a finished readback may take to be reported.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// Values that have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The arm.
    pub arm: u8,
    /// The cycle that they belong to.
    pub cycle: u64,
    /// Place of the first byte in the probe buffer.
    pub offset: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Request {
    slot: usize,
    arm: u8,
    cycle: u64,
    offset: u64,
    bytes: u64,
}

/// A ring of staging buffers.
#[derive(Debug)]
pub struct Reader {
    slots: Vec<(wgpu::Buffer, bool)>,
    requested: Vec<Request>,
    sender: Sender<(usize, Option<Arrived>)>,
    receiver: Receiver<(usize, Option<Arrived>)>,
    /// Readbacks for which no staging buffer was free.
    pub dropped: u64,
}

impl Reader {
    /// A ring on this device.
    pub fn new(gpu: &Gpu) -> Self {
        let staging = |_| {
            let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("probe readback"),
                size: SLOT_BYTES,
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            (buffer, true)
        };
        let (sender, receiver) = bounded(2 * SLOTS);
        Self { slots: (0..SLOTS).map(staging).collect(), requested: Vec::new(), sender, receiver, dropped: 0 }
    }

    /// Encodes the copy of a part of a buffer into a free staging buffer.
    pub fn request(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        source: &wgpu::Buffer,
        (offset, bytes): (u64, u64),
        (arm, cycle): (u8, u64),
    ) {
        let free = self.slots.iter().position(|(_, free)| *free);
        let Some((slot, (staging, is_free))) = free.and_then(|slot| Some((slot, self.slots.get_mut(slot)?))) else {
            self.dropped += 1;
            return;
        };
        if bytes > SLOT_BYTES {
            self.dropped += 1;
            return;
        }
        *is_free = false;
        encoder.copy_buffer_to_buffer(source, offset, staging, 0, bytes);
        self.requested.push(Request { slot, arm, cycle, offset, bytes });
    }

    /// Asks for what was requested, after its submission.
    pub fn submitted(&mut self) {
        for request in self.requested.drain(..) {
            let Some((staging, _)) = self.slots.get(request.slot) else { continue };
            let (staging, sender) = (staging.clone(), self.sender.clone());
            staging.clone().slice(0..request.bytes).map_async(wgpu::MapMode::Read, move |outcome| {
                let arrived = outcome.ok().map(|()| {
                    let bytes = staging.slice(0..request.bytes).get_mapped_range().to_vec();
                    staging.unmap();
                    Arrived { arm: request.arm, cycle: request.cycle, offset: request.offset, bytes }
                });
                let _ = sender.try_send((request.slot, arrived));
            });
        }
    }

    /// Whether one more readback can be asked for.
    pub fn has_room(&self) -> bool {
        self.slots.iter().any(|(_, free)| *free)
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.slots.iter().all(|(_, free)| *free)
    }

    /// What has arrived since the last call.
    pub fn collect(&mut self, mut sink: impl FnMut(Arrived)) {
        while let Ok((slot, arrived)) = self.receiver.try_recv() {
            if let Some((_, free)) = self.slots.get_mut(slot) {
                *free = true;
            }
            match arrived {
                Some(arrived) => sink(arrived),
                None => self.dropped += 1,
            }
        }
    }
}

/// Copies a part of a buffer to the host and waits for it: everything submitted before is waited for too.
///
/// # Errors
/// The device was lost, or the copy could not be mapped.
pub fn read_and_wait(gpu: &Gpu, source: &wgpu::Buffer, offset: u64, bytes: u64) -> Result<Vec<u8>, GpuError> {
    let staging = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("blocking readback"),
        size: bytes,
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("readback") });
    encoder.copy_buffer_to_buffer(source, offset, &staging, 0, bytes);
    gpu.queue.submit([encoder.finish()]);
    let (sender, receiver) = bounded(1);
    staging.slice(..).map_async(wgpu::MapMode::Read, move |outcome| {
        let _ = sender.try_send(outcome);
    });
    gpu.wait()?;
    // Another thread that shares the device may be the one that runs the callback.
    match receiver.recv_timeout(PATIENCE) {
        Ok(Ok(())) => Ok(staging.slice(..).get_mapped_range().to_vec()),
        Ok(Err(error)) => Err(GpuError::Lost(error.to_string())),
        Err(_) => Err(GpuError::Lost("a readback was never answered".to_owned())),
    }
}
