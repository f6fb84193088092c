//! What a cube's painter holds on the device.

use crate::gpu::{Gpu, GpuError};
use crate::view::colour::ENTRIES;
use crate::view::overlay::{GLYPHS_MAX, Glyph};

/// Sizes that the buffers follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Sites along an edge.
    pub sites: u32,
    /// Whether slices are shown.
    pub has_slices: bool,
    /// Whether the volume is shown.
    pub has_volume: bool,
    /// Whether scalars grow over several slabs.
    pub is_running: bool,
    /// Rays along the volume's panel.
    pub rays: [u32; 2],
    /// Tiles of 8 × 8 pixels in the target.
    pub tiles: u32,
    /// Words that hold a bit per glyph.
    pub glyph_words: u32,
}

impl Shape {
    /// Scalars of three planes.
    pub fn plane_scalars(self) -> u32 {
        3 * self.sites * self.sites
    }

    /// Scalars of the cube.
    pub fn volume_scalars(self) -> u32 {
        self.sites.pow(3)
    }
}

/// The painter's buffers for one shape.
#[derive(Debug)]
pub struct Resources {
    /// What they were made for.
    pub shape: Shape,
    /// One f32 per site of three planes.
    pub planes: wgpu::Buffer,
    /// Sums of those over slabs.
    pub planes_running: wgpu::Buffer,
    /// One f32 per site of the cube.
    pub volume: wgpu::Buffer,
    /// Sums of those over slabs.
    pub volume_running: wgpu::Buffer,
    /// Eight bytes per site.
    pub corners: wgpu::Buffer,
    /// Four bytes per ray.
    pub image: wgpu::Buffer,
    /// The colour map.
    pub colours: wgpu::Buffer,
    /// Lines and rings.
    pub glyphs: wgpu::Buffer,
    /// A bit per tile and glyph.
    pub bins: wgpu::Buffer,
}

impl Resources {
    /// Makes all buffers; those that the shape has no use for stay at a few bytes.
    ///
    /// # Errors
    /// The device has no room.
    pub fn new(gpu: &Gpu, shape: Shape) -> Result<Self, GpuError> {
        let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let planes = if shape.has_slices { u64::from(shape.plane_scalars()) } else { 1 };
        let volume = if shape.has_volume { u64::from(shape.volume_scalars()) } else { 1 };
        let rays = shape.rays.iter().map(|&rays| u64::from(rays)).product::<u64>().max(1);
        let running = |scalars: u64| if shape.is_running { 8 * scalars } else { 8 };
        let made = Self {
            shape,
            planes: buffer(gpu, "planes", 4 * planes),
            planes_running: buffer(gpu, "planes, running", running(planes)),
            volume: buffer(gpu, "volume", 4 * volume),
            volume_running: buffer(gpu, "volume, running", running(volume)),
            corners: buffer(gpu, "corners", 8 * volume),
            image: buffer(gpu, "rays", 4 * rays),
            colours: buffer(gpu, "colours", 4 * ENTRIES as u64),
            glyphs: buffer(gpu, "glyphs", (GLYPHS_MAX * size_of::<Glyph>()) as u64),
            bins: buffer(gpu, "bins", 4 * u64::from(shape.tiles) * u64::from(shape.glyph_words)),
        };
        match pollster::block_on(scope.pop()) {
            None => Ok(made),
            Some(error) => Err(GpuError::OutOfMemory {
                what: "the picture".to_owned(),
                needed: made.bytes(),
                adapter: gpu.info.name.clone(),
                reason: error.to_string(),
            }),
        }
    }

    /// Bytes of all of them.
    pub fn bytes(&self) -> u64 {
        let all = [
            &self.planes,
            &self.planes_running,
            &self.volume,
            &self.volume_running,
            &self.corners,
            &self.image,
            &self.colours,
            &self.glyphs,
            &self.bins,
        ];
        all.iter().map(|buffer| buffer.size()).sum()
    }
}

fn buffer(gpu: &Gpu, label: &str, size: u64) -> wgpu::Buffer {
    gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}
