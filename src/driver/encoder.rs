//! From passes to commands: one encoder per submission, bind groups kept, uniforms gathered in one buffer.

use crate::gpu::clock::{Batch, Clock, Mark};
use crate::gpu::{BufferId, Buffers, Gpu, GpuError, Kernel};
use crate::sim::Pass;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Bytes for the uniforms of one submission.
const UNIFORM_BYTES: u64 = 1 << 20;
/// Uniform blocks begin at multiples of this: the largest alignment that an adapter may ask for.
const UNIFORM_ALIGNMENT: usize = 256;

/// Commands of one submission.
#[derive(Debug)]
pub struct Submission {
    /// The commands.
    pub encoder: wgpu::CommandEncoder,
    /// Its timed passes.
    pub batch: Batch,
    /// How many passes it holds.
    pub passes: usize,
    uniforms: Vec<u8>,
}

impl Submission {
    /// Whether there is room for one more pass.
    pub fn has_room(&self, clock: &Clock) -> bool {
        self.passes < clock.passes_per_batch() && (self.uniforms.len() as u64) < UNIFORM_BYTES / 2
    }
}

/// Encodes passes.
#[derive(Debug)]
pub struct Encoder {
    gpu: Gpu,
    uniforms: wgpu::Buffer,
    /// Each with its kernel, so that no other can come to stand at the address that names it.
    groups: HashMap<(usize, Vec<BufferId>), (Arc<Kernel>, wgpu::BindGroup)>,
}

impl Encoder {
    /// An encoder for this device.
    pub fn new(gpu: &Gpu) -> Self {
        let uniforms = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("uniforms"),
            size: UNIFORM_BYTES,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { gpu: gpu.clone(), uniforms, groups: HashMap::new() }
    }

    /// Begins a submission.
    pub fn open(&self, clock: &mut Clock) -> Submission {
        let encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("cycle") });
        Submission { encoder, batch: clock.open(), passes: 0, uniforms: Vec::new() }
    }

    /// Encodes passes as one, with timestamps where it has a mark.
    ///
    /// # Errors
    /// A pass names a buffer that is not there.
    pub fn encode(
        &mut self,
        clock: &mut Clock,
        buffers: &Buffers,
        submission: &mut Submission,
        kernels: &[Arc<Kernel>],
        passes: &[Pass],
        mark: Option<Mark>,
    ) -> Result<(), GpuError> {
        let timestamp_writes = mark.and_then(|mark| clock.time(&mut submission.batch, mark));
        let mut compute =
            submission.encoder.begin_compute_pass(&wgpu::ComputePassDescriptor { label: None, timestamp_writes });
        for (kernel, pass) in kernels.iter().zip(passes) {
            let offset = submission.uniforms.len() as u32;
            if !pass.uniform.is_empty() {
                submission.uniforms.extend_from_slice(&pass.uniform);
                let padded = submission.uniforms.len().next_multiple_of(UNIFORM_ALIGNMENT);
                submission.uniforms.resize(padded, 0);
            }
            compute.set_pipeline(&kernel.pipeline);
            let offsets: &[u32] = if pass.uniform.is_empty() { &[] } else { &[offset] };
            compute.set_bind_group(0, self.bind_group(buffers, kernel, pass)?, offsets);
            let [x, y, z] = pass.workgroups;
            compute.dispatch_workgroups(x, y, z);
        }
        submission.passes += 1;
        Ok(())
    }

    /// Submits, with the resolution of its timestamps.
    pub fn submit(&self, clock: &mut Clock, mut submission: Submission) {
        if !submission.uniforms.is_empty() {
            self.gpu.queue.write_buffer(&self.uniforms, 0, &submission.uniforms);
        }
        self.gpu.sample_memory();
        let resolve = clock.close(&submission.batch);
        clock.submitting(&mut submission.batch);
        self.gpu.queue.submit([Some(submission.encoder.finish()), resolve].into_iter().flatten());
        clock.submitted(&self.gpu, submission.batch);
    }

    /// Forgets bind groups: their buffers may be gone.
    pub fn forget(&mut self) {
        self.groups.clear();
    }

    fn bind_group(
        &mut self,
        buffers: &Buffers,
        kernel: &Arc<Kernel>,
        pass: &Pass,
    ) -> Result<&wgpu::BindGroup, GpuError> {
        let key = (Arc::as_ptr(kernel) as usize, pass.bindings.clone());
        match self.groups.entry(key) {
            Entry::Occupied(entry) => Ok(&entry.into_mut().1),
            Entry::Vacant(entry) => {
                let group = new_bind_group(&self.gpu, buffers, &self.uniforms, kernel, pass)?;
                Ok(&entry.insert((kernel.clone(), group)).1)
            }
        }
    }
}

fn new_bind_group(
    gpu: &Gpu,
    buffers: &Buffers,
    uniforms: &wgpu::Buffer,
    kernel: &Kernel,
    pass: &Pass,
) -> Result<wgpu::BindGroup, GpuError> {
    let mut storage = pass.bindings.iter();
    let mut entries = Vec::with_capacity(kernel.bindings.len());
    for kind in &kernel.bindings {
        let is_uniform = matches!(kind.ty, wgpu::BindingType::Buffer { ty: wgpu::BufferBindingType::Uniform, .. });
        let resource = if is_uniform {
            let size = wgpu::BufferSize::new(pass.uniform.len() as u64);
            wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: uniforms, offset: 0, size })
        } else {
            let id = storage.next().ok_or_else(|| mismatch(kernel, pass))?;
            buffers.require(*id)?.as_entire_binding()
        };
        entries.push(wgpu::BindGroupEntry { binding: kind.binding, resource });
    }
    if storage.next().is_some() {
        return Err(mismatch(kernel, pass));
    }
    Ok(gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &kernel.layout,
        entries: &entries,
    }))
}

fn mismatch(kernel: &Kernel, pass: &Pass) -> GpuError {
    let wanted = kernel.bindings.len();
    let given: Vec<_> = pass.bindings.iter().map(ToString::to_string).collect();
    GpuError::Kernel {
        variant: kernel.variant.to_string(),
        reason: format!("it has {wanted} bindings, but its pass gives it {}", given.join(", ")),
    }
}
