//! All channels of one site, for the plot of a clicked voxel.

use super::cube::CubeSource;
use super::{Subject, ViewError};
use crate::gpu::{Arrived, Gpu, Part, Readback};
use crossbeam_channel::Receiver;

/// One site's channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Voxel {
    /// The site x, y, z.
    pub site: [u32; 3],
    /// One value per channel.
    pub values: Vec<f32>,
}

/// What a request must remember until its bytes arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    site: [u32; 3],
    is_half: bool,
}

/// Reads single sites without waiting for them.
#[derive(Debug)]
pub struct VoxelProbe {
    readback: Readback<Asked>,
    results: Receiver<Arrived<Asked>>,
}

impl VoxelProbe {
    /// A probe with four requests in flight at most.
    pub fn new(gpu: &Gpu) -> Self {
        let (readback, results) = Readback::new(gpu, "voxel", 4);
        Self { readback, results }
    }

    /// Encodes the copy of a site's channels: 4 values of each group of channels. `false` where four requests are already
    /// in flight.
    ///
    /// # Errors
    /// The picture does not fit the state, or the site lies outside the cube.
    pub fn request(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        subject: &Subject<'_>,
        site: [u32; 3],
    ) -> Result<bool, ViewError> {
        let source = CubeSource::new(subject)?;
        if site.iter().any(|&at| at >= source.sites) {
            let reason = format!("site {site:?} lies outside its {} sites along an edge", source.sites);
            return Err(ViewError::Array { array: source.array, reason });
        }
        let bytes = source.group_bytes();
        let edge = u64::from(source.sites);
        let [x, y, z] = site.map(u64::from);
        let index = (z * edge + y) * edge + x;
        let stride = source.sites_in_cube() * bytes;
        let mut parts = Vec::new();
        for slab in &source.slabs {
            for group in 0..u64::from(slab.groups) {
                parts.push(Part { buffer: slab.buffer, offset: group * stride + index * bytes, bytes });
            }
        }
        Ok(self.readback.request_parts(encoder, &parts, Asked { site, is_half: source.is_half }))
    }

    /// Starts the readbacks. To be called after the submission of the encoder.
    pub fn after_submit(&mut self) {
        self.readback.after_submit();
    }

    /// The next site that has come back, in the order of the requests.
    pub fn take(&mut self) -> Option<Voxel> {
        let Arrived { tag, bytes } = self.results.try_recv().ok()?;
        let values = if tag.is_half {
            bytes.chunks_exact(2).map(|pair| half::f16::from_le_bytes([pair[0], pair[1]]).to_f32()).collect()
        } else {
            bytes.chunks_exact(4).map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
        };
        Some(Voxel { site: tag.site, values })
    }

    /// Requests that were given up.
    pub fn missed(&self) -> u64 {
        self.readback.missed()
    }
}
