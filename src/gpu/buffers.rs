//! The buffers of one arm, by name.

use super::{adapter::Gpu, error::GpuError};
use std::collections::BTreeMap;

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
        }
        Ok(())
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
