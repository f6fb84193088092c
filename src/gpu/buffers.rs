//! The buffers of one arm, by name.

use super::{adapter::Gpu, error::GpuError};
use std::collections::BTreeMap;

/// Most bytes that stand beside both while two arms exchange their memory.
const LARGEST_SCRATCH: u64 = 64 << 20;

/// Name of a buffer: unique within one arm, stable from cycle to cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BufferId {
    /// What the buffer holds.
    pub name: &'static str,
    /// Which of several buffers of that name.
    pub index: u32,
}

impl std::fmt::Display for BufferId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.name, self.index)
    }
}

/// A buffer that a system wants to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferRequest {
    /// Its name.
    pub id: BufferId,
    /// Its size in bytes, a multiple of 4.
    pub bytes: u64,
}

/// Allocated buffers by name.
#[derive(Debug, Default)]
pub struct Buffers {
    held: BTreeMap<BufferId, (wgpu::Buffer, u64)>,
}

impl Buffers {
    /// The buffer of this name.
    pub fn get(&self, id: BufferId) -> Option<&wgpu::Buffer> {
        self.held.get(&id).map(|(buffer, _)| buffer)
    }

    /// The buffer of this name, as a plan wants it.
    ///
    /// # Errors
    /// It was never asked for.
    pub fn require(&self, id: BufferId) -> Result<&wgpu::Buffer, GpuError> {
        self.get(id).ok_or_else(|| GpuError::UnknownBuffer(id.to_string()))
    }

    /// Bytes of all buffers.
    pub fn bytes(&self) -> u64 {
        self.held.values().map(|(_, bytes)| bytes).sum()
    }

    /// Allocates what is asked for and not there yet, zeroed.
    ///
    /// # Errors
    /// A request that the adapter cannot hold, with both numbers; nothing is allocated then.
    pub fn allocate(&mut self, gpu: &Gpu, requests: &[BufferRequest]) -> Result<(), GpuError> {
        for request in requests {
            check_size(gpu, request)?;
        }
        let is_held = |request: &BufferRequest| self.held.get(&request.id).is_some_and(|held| held.1 == request.bytes);
        let missing: Vec<_> = requests.iter().copied().filter(|request| !is_held(request)).collect();
        check_room(gpu, missing.iter().map(|request| request.bytes).sum())?;
        for request in missing {
            let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
            let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(&request.id.to_string()),
                size: request.bytes,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            if let Some(error) = pollster::block_on(scope.pop()) {
                return Err(GpuError::OutOfMemory {
                    what: request.id.to_string(),
                    needed: request.bytes,
                    adapter: gpu.info.name.clone(),
                    reason: error.to_string(),
                });
            }
            self.held.insert(request.id, (buffer, request.bytes));
            gpu.sample_memory();
        }
        Ok(())
    }

    /// Gives each side the other's memory for every buffer that both hold in one size; what is in them stays with its
    /// owner. Returns how many bytes of either side moved. Nothing waits: the copies are on the queue.
    ///
    /// # Errors
    /// No room for the scratch memory of the exchange; nothing has changed then.
    pub fn exchange(&mut self, gpu: &Gpu, other: &mut Self) -> Result<u64, GpuError> {
        let is_shared = |(id, held): &(&BufferId, &(wgpu::Buffer, u64))| {
            other.held.get(id).is_some_and(|theirs| theirs.1 == held.1)
        };
        let shared: Vec<(BufferId, u64)> =
            self.held.iter().filter(is_shared).map(|(id, (_, bytes))| (*id, *bytes)).collect();
        let largest = shared.iter().map(|(_, bytes)| *bytes).max().unwrap_or(0);
        let scratch_bytes = largest.min(LARGEST_SCRATCH);
        check_room(gpu, scratch_bytes)?;
        let scratch = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("exchange"),
            size: scratch_bytes,
            usage: wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("exchange") };
        let mut encoder = gpu.device.create_command_encoder(&descriptor);
        let mut moved = 0;
        for (id, bytes) in shared {
            let (Some((own, _)), Some((theirs, _))) = (self.held.get_mut(&id), other.held.get_mut(&id)) else {
                continue;
            };
            for from in (0..bytes).step_by(scratch_bytes.max(1) as usize) {
                let count = scratch_bytes.min(bytes - from);
                encoder.copy_buffer_to_buffer(own, from, &scratch, 0, count);
                encoder.copy_buffer_to_buffer(theirs, from, own, from, count);
                encoder.copy_buffer_to_buffer(&scratch, 0, theirs, from, count);
            }
            std::mem::swap(own, theirs);
            moved += bytes;
        }
        gpu.sample_memory();
        gpu.queue.submit([encoder.finish()]);
        Ok(moved)
    }

    /// Frees every buffer that is not among the requests.
    pub fn retain(&mut self, requests: &[BufferRequest]) {
        self.held.retain(|id, _| requests.iter().any(|request| request.id == *id));
    }
}

fn check_room(gpu: &Gpu, needed: u64) -> Result<(), GpuError> {
    match gpu.room() {
        Some(room) if needed > room => Err(GpuError::NoRoom {
            needed,
            room,
            adapter: gpu.info.name.clone(),
            remedy: "choose a smaller size in the scene".to_owned(),
        }),
        _ => Ok(()),
    }
}

fn check_size(gpu: &Gpu, request: &BufferRequest) -> Result<(), GpuError> {
    let (limit, unit) = if request.bytes > gpu.limits.max_buffer_size {
        (gpu.limits.max_buffer_size, "buffer")
    } else if request.bytes > gpu.largest_binding() {
        (gpu.largest_binding(), "binding")
    } else {
        return Ok(());
    };
    Err(GpuError::TooLarge {
        what: request.id.to_string(),
        needed: request.bytes,
        limit,
        unit,
        adapter: gpu.info.name.clone(),
        remedy: "choose a smaller size in the scene".to_owned(),
    })
}
