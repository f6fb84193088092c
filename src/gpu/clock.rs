//! Times passes by timestamps, without ever waiting for them.
//!
//! Each pass gets two timestamps; only slots that were written are resolved, because resolving an unwritten one can hang
//! a Vulkan queue.
//! Ticks are subtracted as integers: as f64 they would lose what a clock that counts nanoseconds since 1970 has to say.
//! On Vulkan both timestamps are taken at the bottom of the pipe, so adjacent passes share out the time without
//! overlap, and a tiny pass may inherit the drain of its neighbour.

use super::adapter::Gpu;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Passes that one batch can time.
pub const PASSES_PER_BATCH: usize = 512;
/// Batches that may be under way at once.
const BATCHES: usize = 4;
/// Passes whose host time may wait to be collected: more than a cycle has.
const HOST_TIMES: usize = 4096;

/// How passes are timed.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// By timestamps of the device, two per pass.
    GpuPass,
    /// By the host, from submission to completion, one pass at a time.
    HostOnly {
        /// Why timestamps are not used.
        reason: String,
    },
}

/// What a pass was, as the one who encodes it wants to know later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The arm.
    pub arm: u8,
    /// The cycle.
    pub cycle: u64,
    /// Which kind of pass.
    pub pass: u32,
}

/// A timed pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// What it was.
    pub mark: Mark,
    /// Its first timestamp; 0 under host time.
    pub begin: u64,
    /// Ticks from begin to end; nanoseconds under host time.
    pub ticks: u64,
}

/// Samples that did not become figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// No slot was free.
    pub dropped: u64,
    /// Begin and end were equal.
    pub zero: u64,
    /// The end came before the begin.
    pub negative: u64,
}

#[derive(Debug)]
struct Slot {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    readback: wgpu::Buffer,
    free: bool,
}

/// Passes of one submission.
#[derive(Debug)]
pub struct Batch {
    slot: Option<usize>,
    marks: Vec<Mark>,
    submitted: Option<Instant>,
}

#[derive(Debug)]
struct Arrived {
    slot: Option<usize>,
    marks: Vec<Mark>,
    stamps: Vec<u64>,
    host: Option<u64>,
}

/// Times passes.
#[derive(Debug)]
pub struct Clock {
    device: wgpu::Device,
    method: Method,
    nanoseconds_per_tick: f64,
    slots: Vec<Slot>,
    sender: Sender<Arrived>,
    receiver: Receiver<Arrived>,
    losses: Losses,
    /// Passes whose time nobody collected soon enough.
    uncollected: Arc<AtomicU64>,
}

impl Clock {
    /// A clock of this method; [`Method::GpuPass`] where the device has no timestamps becomes host time, with the reason.
    pub fn new(gpu: &Gpu, method: Method) -> Self {
        let method = match method {
            Method::GpuPass if !gpu.has_timestamps() => {
                Method::HostOnly { reason: "the adapter has no timestamp queries".to_owned() }
            }
            method => method,
        };
        let timed = method == Method::GpuPass;
        let slots = if timed { (0..BATCHES).map(|_| Slot::new(&gpu.device)).collect() } else { Vec::new() };
        let period = if timed { f64::from(gpu.queue.get_timestamp_period()) } else { 1.0 };
        let (sender, receiver) = bounded(if timed { 2 * BATCHES } else { HOST_TIMES });
        Self {
            device: gpu.device.clone(),
            method,
            nanoseconds_per_tick: period,
            slots,
            sender,
            receiver,
            losses: Losses::default(),
            uncollected: Arc::default(),
        }
    }

    /// How it times.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Nanoseconds per tick of its samples.
    pub fn nanoseconds_per_tick(&self) -> f64 {
        self.nanoseconds_per_tick
    }

    /// What was lost so far.
    pub fn losses(&self) -> Losses {
        Losses { dropped: self.losses.dropped + self.uncollected.load(Ordering::Relaxed), ..self.losses }
    }

    /// Most passes that a batch should hold: one under host time, so that its time is that pass's.
    pub fn passes_per_batch(&self) -> usize {
        if self.slots.is_empty() { 1 } else { PASSES_PER_BATCH }
    }

    /// Begins a batch. Without a free slot its passes are counted as dropped.
    pub fn open(&mut self) -> Batch {
        let slot = self.slots.iter().position(|slot| slot.free);
        if let Some(slot) = slot.and_then(|slot| self.slots.get_mut(slot)) {
            slot.free = false;
        }
        Batch { slot, marks: Vec::new(), submitted: None }
    }

    /// The timestamps of the batch's next pass.
    pub fn time<'a>(&'a mut self, batch: &mut Batch, mark: Mark) -> Option<wgpu::ComputePassTimestampWrites<'a>> {
        let at = 2 * batch.marks.len() as u32;
        if self.method == Method::GpuPass && (batch.slot.is_none() || batch.marks.len() == PASSES_PER_BATCH) {
            self.losses.dropped += 1;
            return None;
        }
        batch.marks.push(mark);
        let slot = self.slots.get(batch.slot?)?;
        Some(wgpu::ComputePassTimestampWrites {
            query_set: &slot.queries,
            beginning_of_pass_write_index: Some(at),
            end_of_pass_write_index: Some(at + 1),
        })
    }

    /// Resolves what was written, in an encoder of its own: resolved too soon after the passes, timestamps read as zero.
    pub fn close(&self, batch: &Batch) -> Option<wgpu::CommandBuffer> {
        let slot = self.slots.get(batch.slot?)?;
        if batch.marks.is_empty() {
            return None;
        }
        let written = 2 * batch.marks.len() as u32;
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("clock") });
        encoder.resolve_query_set(&slot.queries, 0..written, &slot.resolved, 0);
        encoder.copy_buffer_to_buffer(&slot.resolved, 0, &slot.readback, 0, u64::from(written) * 8);
        Some(encoder.finish())
    }

    /// Notes the moment before submission, for host time.
    pub fn submitting(&self, batch: &mut Batch) {
        batch.submitted = Some(Instant::now());
    }

    /// Asks for the batch's timestamps, after its submission.
    pub fn submitted(&mut self, gpu: &Gpu, batch: Batch) {
        let sender = self.sender.clone();
        let marks = batch.marks;
        let Some(index) = batch.slot else {
            if self.slots.is_empty() && !marks.is_empty() {
                let start = batch.submitted.unwrap_or_else(Instant::now);
                let uncollected = self.uncollected.clone();
                gpu.queue.on_submitted_work_done(move || {
                    let host = u64::try_from(start.elapsed().as_nanos()).ok();
                    if sender.try_send(Arrived { slot: None, marks, stamps: Vec::new(), host }).is_err() {
                        uncollected.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            return;
        };
        let Some(slot) = self.slots.get_mut(index) else { return };
        if marks.is_empty() {
            slot.free = true;
            return;
        }
        let readback = slot.readback.clone();
        let bytes = 16 * marks.len() as u64;
        slot.readback.slice(0..bytes).map_async(wgpu::MapMode::Read, move |outcome| {
            let stamps = match outcome {
                Ok(()) => {
                    let stamps = bytemuck::pod_collect_to_vec(&readback.slice(0..bytes).get_mapped_range());
                    readback.unmap();
                    stamps
                }
                Err(_) => Vec::new(),
            };
            let _ = sender.try_send(Arrived { slot: Some(index), marks, stamps, host: None });
        });
    }

    /// Whether no timestamps are under way.
    pub fn is_idle(&self) -> bool {
        self.slots.iter().all(|slot| slot.free)
    }

    /// What has come back since the last call.
    pub fn collect(&mut self, mut sink: impl FnMut(Timed)) {
        while let Ok(arrived) = self.receiver.try_recv() {
            if let Some(slot) = arrived.slot.and_then(|slot| self.slots.get_mut(slot)) {
                slot.free = true;
            }
            if let (Some(ticks), Some(mark)) = (arrived.host, arrived.marks.first()) {
                sink(Timed { mark: *mark, begin: 0, ticks });
                continue;
            }
            if arrived.stamps.len() < 2 * arrived.marks.len() {
                self.losses.dropped += arrived.marks.len() as u64;
                continue;
            }
            for (mark, pair) in arrived.marks.iter().zip(arrived.stamps.chunks_exact(2)) {
                match judge(pair[0], pair[1]) {
                    Ok(ticks) => sink(Timed { mark: *mark, begin: pair[0], ticks }),
                    Err(Fault::Zero) => self.losses.zero += 1,
                    Err(Fault::Negative) => self.losses.negative += 1,
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Zero,
    Negative,
}

/// Ticks between two timestamps. A clock that wrapped round is not repaired: the sample is dropped and counted.
fn judge(begin: u64, end: u64) -> Result<u64, Fault> {
    match end.checked_sub(begin) {
        Some(0) => Err(Fault::Zero),
        Some(ticks) => Ok(ticks),
        None => Err(Fault::Negative),
    }
}

impl Slot {
    fn new(device: &wgpu::Device) -> Self {
        let bytes = 16 * PASSES_PER_BATCH as u64;
        let buffer = |label, usage| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes,
                usage,
                mapped_at_creation: false,
            })
        };
        Self {
            queries: device.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("clock"),
                ty: wgpu::QueryType::Timestamp,
                count: 2 * PASSES_PER_BATCH as u32,
            }),
            resolved: buffer("clock, resolved", wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC),
            readback: buffer("clock, readback", wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST),
            free: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_near_the_end_of_the_counter_keep_their_difference() {
        let now = 1_763_000_000_000_000_000;
        assert_eq!(judge(now, now + 1), Ok(1));
        assert_eq!(judge(u64::MAX - 7, u64::MAX), Ok(7));
    }

    #[test]
    fn wrapped_and_empty_samples_are_told_apart() {
        assert_eq!(judge(5, 5), Err(Fault::Zero));
        assert_eq!(judge(6, 5), Err(Fault::Negative));
    }
}
