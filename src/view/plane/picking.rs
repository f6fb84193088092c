//! Which point of a plane lies under a pointer.

use super::{ends, storage};
use crate::gpu::batch::{Batcher, Dispatch};
use crate::gpu::{self, Gpu, GpuError, Kernels, Variant};
use crate::shader_struct;
use crate::sim::Content;

/// Pixels that a hand may miss a point by.
const REACH: f32 = 8.0;

shader_struct! {
    /// Parameters of `view/nearest_point`.
    pub struct NearestPoint {
        size: [u32; 2],
        count: u32,
        coordinates: u32,
        low: [f32; 2],
        high: [f32; 2],
        pixel: [f32; 2],
        reach: f32,
        padding: u32,
    }
}

/// The kernel.
pub fn variant() -> Variant {
    Variant::new("view/nearest_point", [])
}

/// Finds points. Allocates nothing until it does.
#[derive(Debug)]
pub struct Picker {
    gpu: Gpu,
    /// Of its own: the parameters of a painting are written by the same submission.
    batcher: Batcher,
    nearest: Option<wgpu::Buffer>,
}

impl Picker {
    /// A picker for this device.
    pub fn new(gpu: &Gpu) -> Self {
        Self { gpu: gpu.clone(), batcher: Batcher::new(gpu), nearest: None }
    }

    /// Encodes the search among the scalars of the last painting; where its answer will be. `None` while the kernel is
    /// being built, and for what has no points.
    ///
    /// # Errors
    /// The kernel does not build.
    pub fn pick(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        content: &Content,
        scalars: &wgpu::Buffer,
        (pixel, size): ([f32; 2], [u32; 2]),
    ) -> Result<Option<gpu::Part<'_>>, GpuError> {
        let Content::Points { table, colours, x, y, .. } = content else { return Ok(None) };
        let coordinates = if colours.is_some() { table.columns } else { 0 };
        if scalars.size() < 4 * (u64::from(coordinates) + 2 * u64::from(table.columns)) {
            return Ok(None);
        }
        let Some(kernel) = kernels.get(&variant())? else { return Ok(None) };
        let buffer = self.nearest.get_or_insert_with(|| storage(&self.gpu, "nearest point", 4));
        let [x, y] = [ends(&x.ticks), ends(&y.ticks)].map(|ends| ends.map(|end| end as f32));
        let wanted = NearestPoint {
            size,
            count: table.columns,
            coordinates,
            low: [x[0], y[0]],
            high: [x[1], y[1]],
            pixel,
            reach: REACH,
            padding: 0,
        };
        let dispatch = Dispatch::new(&kernel, &[scalars, buffer], &wanted, [1, 1, 1]);
        self.batcher.encode(encoder, "nearest point", &[dispatch], None);
        Ok(Some(gpu::Part { buffer, offset: 0, bytes: 4 }))
    }
}
