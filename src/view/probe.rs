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

/// How a site's channels are stored: what a request must remember until its bytes arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    /// The site x, y, z.
    pub site: [u32; 3],
    is_half: bool,
    is_pending: bool,
}

impl Stored {
    /// What has to be copied of a site, and how it is stored.
    ///
    /// # Errors
    /// The picture does not fit the state, or the site lies outside the cube.
    pub fn at<'a>(subject: &Subject<'a>, site: [u32; 3]) -> Result<(Vec<Part<'a>>, Self), ViewError> {
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
        if let Some(pending) = source.pending {
            let channels = u64::from(source.channels);
            parts.push(Part { buffer: pending.offsets, offset: 0, bytes: 4 * channels });
            parts.push(Part { buffer: pending.scale, offset: 4 * u64::from(pending.scale_index), bytes: 4 });
        }
        Ok((parts, Self { site, is_half: source.is_half, is_pending: source.pending.is_some() }))
    }

    /// The site's channels among these bytes.
    pub fn values(self, bytes: &[u8]) -> Vec<f32> {
        let halves = |bytes: &[u8]| -> Vec<f32> {
            bytes.chunks_exact(2).map(|pair| half::f16::from_le_bytes([pair[0], pair[1]]).to_f32()).collect()
        };
        let words = |bytes: &[u8]| -> Vec<f32> {
            bytes.chunks_exact(4).map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
        };
        match (self.is_half, self.is_pending) {
            (true, false) => halves(bytes),
            (false, false) => words(bytes),
            (is_half, true) => settled(is_half, bytes, halves, words),
        }
    }
}

/// Reads single sites without waiting for them.
#[derive(Debug)]
pub struct VoxelProbe {
    readback: Readback<Stored>,
    results: Receiver<Arrived<Stored>>,
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
        let (parts, stored) = Stored::at(subject, site)?;
        Ok(self.readback.request_parts(encoder, &parts, stored))
    }

    /// Starts the readbacks. To be called after the submission of the encoder.
    pub fn after_submit(&mut self) {
        self.readback.after_submit();
    }

    /// The next site that has come back, in the order of the requests.
    pub fn take(&mut self) -> Option<Voxel> {
        let Arrived { tag, bytes } = self.results.try_recv().ok()?;
        Some(Voxel { site: tag.site, values: tag.values(&bytes) })
    }

    /// Requests that were given up.
    pub fn missed(&self) -> u64 {
        self.readback.missed()
    }
}

/// What is stored, then the offsets of all channels, then the scale: together the array's own values.
fn settled(
    is_half: bool,
    bytes: &[u8],
    halves: impl Fn(&[u8]) -> Vec<f32>,
    words: impl Fn(&[u8]) -> Vec<f32>,
) -> Vec<f32> {
    // Four bytes of offset stand beside the stored bytes of every channel, and four more for the scale.
    let stored_bytes = if is_half { 2 } else { 4 };
    let channels = bytes.len().saturating_sub(4) / (stored_bytes + 4);
    let (stored, rest) = bytes.split_at(channels * stored_bytes);
    let stored = if is_half { halves(stored) } else { words(stored) };
    let pending = words(rest);
    let scale = pending.last().copied().unwrap_or(f32::NAN);
    stored.iter().zip(&pending).map(|(value, offset)| scale * value + offset).collect()
}
