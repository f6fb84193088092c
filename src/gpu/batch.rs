//! A list of dispatches in one compute pass: uniforms in one buffer, bind groups kept from frame to frame.

use super::{Gpu, Kernel};
use std::collections::HashMap;
use std::sync::Arc;

/// Batches after which an unused bind group is dropped: slabs rotate with a period below this, and a group keeps the
/// buffers alive that a system may have given up long ago.
const KEPT_FOR: u64 = 24;

/// Something that is bound.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// The whole of a storage buffer.
    Buffer(wgpu::Buffer),
    /// A storage texture.
    View(wgpu::TextureView),
}

/// One dispatch.
#[derive(Debug)]
pub struct Dispatch {
    /// The kernel.
    pub kernel: Arc<Kernel>,
    /// Bindings 0, 1, … of group 0, but for the uniform that follows them.
    pub bound: Vec<Bound>,
    /// Contents of the uniform binding.
    pub uniform: Vec<u8>,
    /// Workgroups along x, y, z.
    pub workgroups: [u32; 3],
}

impl Dispatch {
    /// A dispatch that binds whole buffers, with this uniform behind them.
    pub fn new<T: bytemuck::Pod>(
        kernel: &Arc<Kernel>,
        buffers: &[&wgpu::Buffer],
        uniform: &T,
        workgroups: [u32; 3],
    ) -> Self {
        Self {
            kernel: kernel.clone(),
            bound: buffers.iter().map(|&buffer| Bound::Buffer(buffer.clone())).collect(),
            uniform: bytemuck::bytes_of(uniform).to_vec(),
            workgroups,
        }
    }
}

/// Runs batches of dispatches.
#[derive(Debug)]
pub struct Batcher {
    gpu: Gpu,
    uniforms: Option<wgpu::Buffer>,
    groups: HashMap<Key, Group>,
    round: u64,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    layout: wgpu::BindGroupLayout,
    uniforms: wgpu::Buffer,
    bound: Vec<Bound>,
    uniform_bytes: usize,
}

#[derive(Debug)]
struct Group {
    group: wgpu::BindGroup,
    used: u64,
}

impl Batcher {
    /// An empty one.
    pub fn new(gpu: &Gpu) -> Self {
        Self { gpu: gpu.clone(), uniforms: None, groups: HashMap::new(), round: 0 }
    }

    /// Encodes the dispatches in order, in one pass.
    pub fn encode(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        label: &str,
        dispatches: &[Dispatch],
        timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
    ) {
        self.round += 1;
        let (uniforms, offsets) = self.upload(dispatches);
        let groups: Vec<_> = dispatches.iter().map(|dispatch| self.group(dispatch, &uniforms)).collect();
        let mut pass = encoder
            .begin_compute_pass(&wgpu::ComputePassDescriptor { label: Some(label), timestamp_writes: timestamps });
        for ((dispatch, group), offset) in dispatches.iter().zip(&groups).zip(offsets) {
            pass.set_pipeline(&dispatch.kernel.pipeline);
            pass.set_bind_group(0, group, &[offset]);
            let [x, y, z] = dispatch.workgroups;
            pass.dispatch_workgroups(x, y, z);
        }
        drop(pass);
        let round = self.round;
        self.groups.retain(|_, group| group.used + KEPT_FOR > round);
    }

    /// Writes all uniforms into one buffer and says where each begins.
    fn upload(&mut self, dispatches: &[Dispatch]) -> (wgpu::Buffer, Vec<u32>) {
        let step = self.gpu.limits.min_uniform_buffer_offset_alignment as usize;
        let mut bytes = Vec::new();
        let mut offsets = Vec::with_capacity(dispatches.len());
        for dispatch in dispatches {
            offsets.push(bytes.len() as u32);
            bytes.extend_from_slice(&dispatch.uniform);
            bytes.resize(bytes.len().next_multiple_of(step), 0);
        }
        let kept = self.uniforms.take().filter(|buffer| buffer.size() >= bytes.len() as u64);
        let uniforms = kept.unwrap_or_else(|| {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("uniforms of a batch"),
                size: bytes.len() as u64,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        self.gpu.queue.write_buffer(&uniforms, 0, &bytes);
        self.uniforms = Some(uniforms.clone());
        (uniforms, offsets)
    }

    /// Lets go of every bind group at once, and so of the buffers in them.
    pub fn forget(&mut self) {
        self.groups.clear();
    }

    fn group(&mut self, dispatch: &Dispatch, uniforms: &wgpu::Buffer) -> wgpu::BindGroup {
        let key = Key {
            layout: dispatch.kernel.layout.clone(),
            uniforms: uniforms.clone(),
            bound: dispatch.bound.clone(),
            uniform_bytes: dispatch.uniform.len(),
        };
        let (gpu, round) = (&self.gpu, self.round);
        let kept = self
            .groups
            .entry(key)
            .or_insert_with_key(|key| Group { group: make(gpu, &dispatch.kernel, key), used: round });
        kept.used = round;
        kept.group.clone()
    }
}

fn make(gpu: &Gpu, kernel: &Kernel, key: &Key) -> wgpu::BindGroup {
    let uniform = wgpu::BindingResource::Buffer(wgpu::BufferBinding {
        buffer: &key.uniforms,
        offset: 0,
        size: wgpu::BufferSize::new(key.uniform_bytes as u64),
    });
    let resources = key
        .bound
        .iter()
        .map(|bound| match bound {
            Bound::Buffer(buffer) => buffer.as_entire_binding(),
            Bound::View(view) => wgpu::BindingResource::TextureView(view),
        })
        .chain([uniform]);
    let entries: Vec<_> = kernel
        .bindings
        .iter()
        .zip(resources)
        .map(|(kind, resource)| wgpu::BindGroupEntry { binding: kind.binding, resource })
        .collect();
    gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some(&kernel.variant.to_string()),
        layout: &key.layout,
        entries: &entries,
    })
}

/// Workgroups of 64 invocations for this many items, spread over two dimensions where one is not long enough.
pub fn workgroups_for(items: u32) -> [u32; 3] {
    const LONGEST: u32 = 32_768;
    let groups = items.div_ceil(64).max(1);
    let rows = groups.div_ceil(LONGEST);
    [groups.div_ceil(rows), rows, 1]
}
