//! The painter of a cube of sites: three slices and a volume of one channel, their mean or their variance.
//!
//! Channels are reduced to one scalar per shown site; the scalars give the range; slices take them as they are, the volume
//! packs them for its rays. Only what is shown is read: slices alone touch three planes, one channel a single slab.

mod passes;
mod resources;
mod source;
#[cfg(test)]
mod tests;

pub use source::{CubeSlab, CubeSource};

use super::{CubeLayout, Look, Painted, Shown, Target, ViewError};
use crate::gpu::batch::Batcher;
use crate::gpu::{Gpu, Kernels};
use crate::view::overlay::Overlay;
use crate::view::ranging::{Ranging, ValueRange};
use passes::{Form, Painting, Tools, tiles};
use resources::{Resources, Shape};

/// Paints cubes. Allocates nothing until it paints, and anew only when sizes change.
#[derive(Debug)]
pub struct CubePainter {
    gpu: Gpu,
    batcher: Batcher,
    resources: Option<Resources>,
    ranging: Ranging,
}

impl CubePainter {
    /// A painter for this device.
    pub fn new(gpu: &Gpu) -> Self {
        Self { gpu: gpu.clone(), batcher: Batcher::new(gpu), resources: None, ranging: Ranging::new(gpu) }
    }

    /// As [`Painter::paint`](super::Painter::paint).
    ///
    /// # Errors
    /// The picture does not fit the state, the look does not fit the picture, or a kernel does not build.
    pub fn paint(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        shown: &Shown<'_>,
        look: &Look,
        target: &Target<'_>,
        timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
    ) -> Result<Painted, ViewError> {
        let sources = sources(shown)?;
        let Some(source) = sources.first() else { return Ok(Painted::NotYet) };
        look.check(source.channels)?;
        let look = &if shown.minus.is_some() { look.of_difference() } else { *look };
        let Some(tools) = Tools::get(kernels, look.quantity, &forms(&sources))? else {
            return Ok(Painted::NotYet);
        };
        let layout = CubeLayout::new(target.size, source.sites, look);
        let overlay = Overlay::new(&layout, source.sites, look, source.spots);
        let pixels_per_ray = look.detail.pixels_per_ray(self.gpu.is_software());
        let [columns, rows, _] = tiles(target.size);
        let shape = Shape {
            sites: source.sites,
            has_slices: layout.slices[0].size[0] > 0,
            has_volume: layout.volume.size.iter().all(|&length| length > 0),
            is_running: sources.iter().any(|source| source.slabs.len() > 1),
            rays: layout.volume.size.map(|length| length.div_ceil(pixels_per_ray)),
            tiles: columns * rows,
            glyph_words: (overlay.glyphs.len() as u32).div_ceil(32).max(1),
        };
        let resources = match self.resources.take().filter(|resources| resources.shape == shape) {
            Some(resources) => resources,
            None => Resources::new(&self.gpu, shape)?,
        };
        let resources = self.resources.insert(resources);
        self.gpu.queue.write_buffer(&resources.colours, 0, bytemuck::cast_slice(&look.colours.packed()));
        self.gpu.queue.write_buffer(&resources.glyphs, 0, bytemuck::cast_slice(&overlay.glyphs));
        let painting = Painting {
            tools: &tools,
            sources: &sources,
            resources,
            ranging: &self.ranging,
            look,
            layout: &layout,
            overlay: &overlay,
            target: target.view.clone(),
            size: target.size,
        };
        self.batcher.encode(encoder, "paint cube", &painting.dispatches(), timestamps);
        self.ranging.request(encoder);
        Ok(Painted::Encoded)
    }

    /// Builds on the calling thread all that painting with this look needs.
    ///
    /// # Errors
    /// The picture does not fit the state, or a kernel does not build.
    pub fn build(kernels: &Kernels, shown: &Shown<'_>, look: &Look) -> Result<(), ViewError> {
        for variant in Tools::variants(look.quantity, &forms(&sources(shown)?)) {
            kernels.build(&variant)?;
        }
        Ok(())
    }

    /// Starts the readback of the last painting's range. To be called after the submission of its encoder.
    pub fn after_submit(&mut self) {
        self.ranging.after_submit();
    }

    /// The range of the latest painting whose figures have come back.
    pub fn range(&mut self) -> Option<ValueRange> {
        self.ranging.latest()
    }

    /// Bytes that the painter holds on the device.
    pub fn bytes(&self) -> u64 {
        self.ranging.bytes() + self.resources.as_ref().map_or(0, Resources::bytes)
    }
}

/// The cube that is shown, and the one that is taken away from it where there is one.
fn sources<'a>(shown: &Shown<'a>) -> Result<Vec<CubeSource<'a>>, ViewError> {
    let source = CubeSource::new(&shown.subject)?;
    let Some(minus) = shown.minus else { return Ok(vec![source]) };
    let other = CubeSource::new(&minus)?;
    let sizes = [&source, &other].map(|cube| (cube.sites, cube.channels));
    if sizes[0] != sizes[1] {
        let [(sites, channels), (other_sites, other_channels)] = sizes;
        let reason = format!("{sites}³ × {channels} minus {other_sites}³ × {other_channels} is no cube");
        return Err(ViewError::Array { array: source.array, reason });
    }
    Ok(vec![source, other])
}

fn forms(sources: &[CubeSource<'_>]) -> Vec<Form> {
    sources.iter().enumerate().map(|(place, source)| Form::of(source, place > 0)).collect()
}
