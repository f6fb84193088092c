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

    /// Gives each side the other's memory for buffers that both hold in one size, beginning `after` one of them; what is in
    /// them stays with its owner. Stops once so many bytes have moved. Returns how many of either side did, and the last
    /// buffer where there are more to come. Nothing waits: the copies are on the queue.
    ///
    /// # Errors
    /// No memory for the copies; nothing has changed then.
    pub fn exchange(
        &mut self,
        gpu: &Gpu,
        other: &mut Self,
        after: Option<BufferId>,
        most: u64,
    ) -> Result<(u64, Option<BufferId>), GpuError> {
        let is_shared = |(id, held): &(&BufferId, &(wgpu::Buffer, u64))| {
            other.held.get(id).is_some_and(|theirs| theirs.1 == held.1)
        };
        let is_next = |id: &BufferId| after.is_none_or(|after| *id > after);
        let shared = self.held.iter().filter(is_shared).filter(|(id, _)| is_next(id));
        let shared: Vec<(BufferId, u64)> = shared.map(|(id, (_, bytes))| (*id, *bytes)).collect();
        let largest = shared.iter().map(|(_, bytes)| *bytes).max().unwrap_or(0);
        let scratch = scratch(gpu, largest.min(LARGEST_SCRATCH))?;
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("exchange") };
        let mut encoder = gpu.device.create_command_encoder(&descriptor);
        let (mut moved, mut last) = (0, None);
        for (id, bytes) in shared {
            let (Some((own, _)), Some((theirs, _))) = (self.held.get_mut(&id), other.held.get_mut(&id)) else {
                continue;
            };
            if moved >= most {
                gpu.queue.submit([encoder.finish()]);
                return Ok((moved, last));
            }
            for from in (0..bytes).step_by(scratch.size().max(1) as usize) {
                let count = scratch.size().min(bytes - from);
                encoder.copy_buffer_to_buffer(own, from, &scratch, 0, count);
                encoder.copy_buffer_to_buffer(theirs, from, own, from, count);
                encoder.copy_buffer_to_buffer(&scratch, 0, theirs, from, count);
            }
            std::mem::swap(own, theirs);
            (moved, last) = (moved + bytes, Some(id));
        }
        gpu.sample_memory();
        gpu.queue.submit([encoder.finish()]);
        Ok((moved, None))
    }

    /// Frees every buffer that is not among the requests.
    pub fn retain(&mut self, requests: &[BufferRequest]) {
        self.held.retain(|id, _| requests.iter().any(|request| request.id == *id));
    }
}

/// Memory for copies, of so many bytes.
fn scratch(gpu: &Gpu, bytes: u64) -> Result<wgpu::Buffer, GpuError> {
    check_room(gpu, bytes)?;
    let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("exchange"),
        size: bytes,
        usage: wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    match pollster::block_on(scope.pop()) {
        None => Ok(buffer),
        Some(error) => Err(GpuError::OutOfMemory {
            what: "the exchange of two arms' memory".to_owned(),
            needed: bytes,
            adapter: gpu.info.name.clone(),
            reason: error.to_string(),
        }),
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
