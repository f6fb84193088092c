//! Reading device memory: through a ring that never waits, or at once.
//!
//! A request copies into a free staging buffer of a small ring; after the submission the buffer is mapped, and when the
//! device is done the bytes arrive through a bounded channel. Callbacks run inside `Device::poll` or `Queue::submit`, by
//! whoever calls those.

use super::adapter::Gpu;
use super::error::GpuError;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a finished readback may take to be reported.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes that came back, with the tag of their request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived<T> {
    /// What the request was tagged with.
    pub tag: T,
    /// The bytes of its parts, one after the other.
    pub bytes: Vec<u8>,
}

/// A part of a buffer; offset and length in bytes, both multiples of 4. The buffer must allow `COPY_SRC`.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The buffer.
    pub buffer: &'a wgpu::Buffer,
    /// First byte.
    pub offset: u64,
    /// Number of bytes.
    pub bytes: u64,
}

/// A ring of staging buffers.
#[derive(Debug)]
pub struct Readback<T> {
    gpu: Gpu,
    label: &'static str,
    idle: Receiver<Staging>,
    returned: Sender<Staging>,
    asked: Vec<Asked<T>>,
    arrived: Sender<Arrived<T>>,
    missed: Arc<AtomicU64>,
}

/// A staging buffer that is not in use; it is made when first needed and made again when it is too small.
type Staging = Option<wgpu::Buffer>;

#[derive(Debug)]
struct Asked<T> {
    staging: wgpu::Buffer,
    bytes: u64,
    tag: T,
}

impl<T: Send + 'static> Readback<T> {
    /// A ring of `slots` staging buffers, and the channel that results arrive through. The channel holds four times as
    /// many results; those that find it full are counted as missed.
    pub fn new(gpu: &Gpu, label: &'static str, slots: usize) -> (Self, Receiver<Arrived<T>>) {
        let (returned, idle) = bounded(slots);
        for _ in 0..slots {
            // The channel was made for exactly this many.
            let _ = returned.try_send(None);
        }
        let (arrived, results) = bounded(4 * slots);
        let missed = Arc::new(AtomicU64::new(0));
        (Self { gpu: gpu.clone(), label, idle, returned, asked: Vec::new(), arrived, missed }, results)
    }

    /// Encodes the copy of one part. `false`, and one more missed, where no staging buffer is free.
    pub fn request(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        buffer: &wgpu::Buffer,
        offset: u64,
        bytes: u64,
        tag: T,
    ) -> bool {
        self.request_parts(encoder, &[Part { buffer, offset, bytes }], tag)
    }

    /// Encodes the copies of several parts that arrive as one result. `false`, and one more missed, where no staging
    /// buffer is free.
    pub fn request_parts(&mut self, encoder: &mut wgpu::CommandEncoder, parts: &[Part<'_>], tag: T) -> bool {
        let Ok(staging) = self.idle.try_recv() else {
            self.missed.fetch_add(1, Ordering::Relaxed);
            return false;
        };
        let bytes = parts.iter().map(|part| part.bytes).sum();
        let staging = self.fitting(staging, bytes);
        let mut at = 0;
        for part in parts {
            encoder.copy_buffer_to_buffer(part.buffer, part.offset, &staging, at, part.bytes);
            at += part.bytes;
        }
        self.asked.push(Asked { staging, bytes, tag });
        true
    }

    /// Maps what was requested. To be called once the encoder's commands are submitted: a buffer that is being mapped
    /// must not stand in a submission.
    pub fn after_submit(&mut self) {
        for Asked { staging, bytes, tag } in self.asked.drain(..) {
            let (arrived, returned, missed) = (self.arrived.clone(), self.returned.clone(), self.missed.clone());
            let mapped = staging.clone();
            staging.slice(..bytes).map_async(wgpu::MapMode::Read, move |result| {
                let delivered = result.is_ok() && {
                    let bytes = mapped.slice(..bytes).get_mapped_range().to_vec();
                    mapped.unmap();
                    arrived.try_send(Arrived { tag, bytes }).is_ok()
                };
                if !delivered {
                    missed.fetch_add(1, Ordering::Relaxed);
                }
                // Fails only when the ring is gone, and then nobody misses the buffer.
                let _ = returned.try_send(Some(mapped));
            });
        }
    }

    /// Whether one more request finds a staging buffer.
    pub fn has_room(&self) -> bool {
        !self.idle.is_empty()
    }

    /// Whether nothing is under way: every result there will be is in the channel.
    pub fn is_idle(&self) -> bool {
        self.asked.is_empty() && self.idle.is_full()
    }

    /// Requests that were given up: no staging buffer was free, the channel was full, or the mapping failed.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    fn fitting(&self, staging: Staging, bytes: u64) -> wgpu::Buffer {
        staging.filter(|buffer| buffer.size() >= bytes).unwrap_or_else(|| {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(self.label),
                size: bytes,
                usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
                mapped_at_creation: false,
            })
        })
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
    gpu.sample_memory();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::AdapterChoice;

    fn filled(gpu: &Gpu, values: &[u32]) -> wgpu::Buffer {
        let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: 4 * values.len() as u64,
            usage: wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        gpu.queue.write_buffer(&buffer, 0, bytemuck::cast_slice(values));
        buffer
    }

    #[test]
    fn parts_arrive_in_order_and_buffers_are_used_again() {
        let gpu = Gpu::open(&AdapterChoice::Best).unwrap();
        let buffer = filled(&gpu, &[1, 2, 3, 4, 5, 6, 7, 8]);
        let (mut readback, results) = Readback::new(&gpu, "test", 1);
        for round in 0..3_u32 {
            let mut encoder = gpu.device.create_command_encoder(&Default::default());
            let parts = [Part { buffer: &buffer, offset: 24, bytes: 8 }, Part { buffer: &buffer, offset: 0, bytes: 4 }];
            assert!(readback.request_parts(&mut encoder, &parts[..1 + (round as usize % 2)], round));
            gpu.queue.submit([encoder.finish()]);
            readback.after_submit();
            gpu.wait().unwrap();
            let arrived = results.try_recv().unwrap();
            assert_eq!(arrived.tag, round);
            let values: &[u32] = bytemuck::cast_slice(&arrived.bytes);
            assert_eq!(values, &[7, 8, 1][..2 + (round as usize % 2)]);
        }
        assert_eq!(readback.missed(), 0);
    }

    #[test]
    fn a_full_ring_is_counted_and_nothing_waits() {
        let gpu = Gpu::open(&AdapterChoice::Best).unwrap();
        let buffer = filled(&gpu, &[9]);
        let (mut readback, results) = Readback::new(&gpu, "test", 2);
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let taken: Vec<_> = (0..5).map(|tag| readback.request(&mut encoder, &buffer, 0, 4, tag)).collect();
        assert_eq!((taken, readback.has_room()), (vec![true, true, false, false, false], false));
        assert!(!readback.is_idle());
        gpu.queue.submit([encoder.finish()]);
        readback.after_submit();
        gpu.wait().unwrap();
        assert_eq!(results.try_iter().map(|arrived| arrived.tag).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((readback.missed(), readback.has_room(), readback.is_idle()), (3, true, true));
    }
}
