//! The painter of a square of sites with two values each, down to single sites.

use super::colour::{BACKGROUND, pack};
use super::{Camera, Look, Painted, Shown, Subject, Target, ViewError};
use crate::gpu::batch::{Batcher, Bound, Dispatch};
use crate::gpu::{Gpu, Kernels, Variant};
use crate::shader_struct;
use crate::sim::{Content, Element};

/// Samples along an edge of a pixel that covers many sites.
const SAMPLES_MAX: u32 = 8;
/// Colours of a map.
const COLOURS: u64 = 256;

shader_struct! {
    /// Parameters of `view/square`.
    pub struct Square {
        corner: [f32; 2],
        step: f32,
        sites: u32,
        size: [u32; 2],
        background: u32,
        samples: u32,
    }
}

/// Paints squares. Allocates nothing until it paints.
#[derive(Debug)]
pub struct SquarePainter {
    gpu: Gpu,
    batcher: Batcher,
    colours: Option<wgpu::Buffer>,
}

impl SquarePainter {
    /// A painter for this device.
    pub fn new(gpu: &Gpu) -> Self {
        Self { gpu: gpu.clone(), batcher: Batcher::new(gpu), colours: None }
    }

    /// As [`Painter::paint`](super::Painter::paint). The look's camera zooms, about the first two of its slices' positions
    /// where it has any; its range is not asked, since there are two values.
    ///
    /// # Errors
    /// The picture does not fit the state, the look makes no sense, or the kernel does not build.
    pub fn paint(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        shown: &Shown<'_>,
        look: &Look,
        target: &Target<'_>,
        timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
    ) -> Result<Painted, ViewError> {
        let (source, minus) = sources(shown)?;
        look.check(1)?;
        let look = &if minus.is_some() { look.of_difference() } else { *look };
        let Some(kernel) = kernels.get(&variant(&source, minus.as_ref()))? else { return Ok(Painted::NotYet) };
        let colours = self.colours.get_or_insert_with(|| {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("colours of a square"),
                size: 4 * COLOURS,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        self.gpu.queue.write_buffer(colours, 0, bytemuck::cast_slice(&look.colours.packed()));
        let mut buffers = vec![source.even, source.odd, colours];
        buffers.extend(minus.iter().flat_map(|minus| [minus.even, minus.odd]));
        let workgroups = [target.size[0].div_ceil(8), target.size[1].div_ceil(8), 1];
        let mut dispatch = Dispatch::new(&kernel, &buffers, &square(source.sites, look, target.size), workgroups);
        dispatch.bound.push(Bound::View(target.view.clone()));
        self.batcher.encode(encoder, "paint square", &[dispatch], timestamps);
        Ok(Painted::Encoded)
    }

    /// Builds on the calling thread all that painting needs.
    ///
    /// # Errors
    /// The picture does not fit the state, or the kernel does not build.
    pub fn build(kernels: &Kernels, shown: &Shown<'_>) -> Result<(), ViewError> {
        let (source, minus) = sources(shown)?;
        kernels.build(&variant(&source, minus.as_ref()))?;
        Ok(())
    }

    /// Bytes that the painter holds on the device.
    pub fn bytes(&self) -> u64 {
        self.colours.as_ref().map_or(0, wgpu::Buffer::size)
    }
}

/// Every form of the kernel.
pub fn variants() -> Vec<Variant> {
    let forms = [vec![], vec!["MINUS"], vec!["MINUS", "MINUS_BYTES"]];
    let of = |bytes: Option<&'static str>, minus: &[&'static str]| {
        Variant::new("view/square", bytes.into_iter().chain(minus.iter().copied()).map(|name| (name, 1)))
    };
    forms.iter().flat_map(|minus| [None, Some("BYTES")].map(|bytes| of(bytes, minus))).collect()
}

fn variant(source: &Source<'_>, minus: Option<&Source<'_>>) -> Variant {
    let names =
        [("BYTES", source.bytes), ("MINUS", minus.is_some()), ("MINUS_BYTES", minus.is_some_and(|minus| minus.bytes))];
    Variant::new("view/square", names.into_iter().filter(|(_, is_on)| *is_on).map(|(name, _)| (name, 1)))
}

/// The look that has another zoom about a pixel, so that the site under it stays there. Zoomed out the whole square is
/// shown in the middle.
pub fn zoomed(sites: u32, look: &Look, size: [u32; 2], pixel: [f32; 2], notches: f32) -> Look {
    let before = square(sites, look, size);
    // Down to some sixteen sites across.
    let zoom = (look.camera.zoom * 1.15_f32.powf(notches)).clamp(1.0, (sites as f32 / 16.0).max(1.0));
    let camera = Camera { zoom, ..look.camera };
    let under = [0, 1].map(|side| before.corner[side] + pixel[side] * before.step);
    let step = square(sites, &Look { camera, ..*look }, size).step;
    let centre = [0, 1].map(|side| under[side] - (pixel[side] - 0.5 * size[side] as f32) * step);
    Look { camera, slices: Some(site(sites, centre)), ..*look }
}

/// The look that shows what lies so many pixels to the left and above, as a hand drags the picture.
pub fn dragged(sites: u32, look: &Look, size: [u32; 2], by: [f32; 2]) -> Look {
    let before = square(sites, look, size);
    let centre = [0, 1].map(|side| before.corner[side] + (0.5 * size[side] as f32 - by[side]) * before.step);
    Look { slices: Some(site(sites, centre)), ..*look }
}

/// The site that a pixel shows.
pub fn site_at(sites: u32, look: &Look, size: [u32; 2], pixel: [f32; 2]) -> Option<[u32; 2]> {
    let square = square(sites, look, size);
    let at = [0, 1].map(|side| square.corner[side] + pixel[side] * square.step);
    at.iter().all(|at| (0.0..sites as f32).contains(at)).then(|| at.map(|at| at as u32))
}

/// The buffer, kind and number of the element of a site.
///
/// # Errors
/// The picture does not fit the state.
pub fn element_at<'a>(subject: &Subject<'a>, [x, y]: [u32; 2]) -> Result<(&'a wgpu::Buffer, Element, u64), ViewError> {
    let source = source(subject)?;
    let buffer = if (x + y).is_multiple_of(2) { source.even } else { source.odd };
    let element = if source.bytes { Element::U8 } else { Element::Bit };
    Ok((buffer, element, u64::from(y) * u64::from(source.sites / 2) + u64::from(x / 2)))
}

/// The site that a place lies in.
fn site(sites: u32, [x, y]: [f32; 2]) -> [u32; 3] {
    let [x, y] = [x, y].map(|at| (at.max(0.0) as u32).min(sites.saturating_sub(1)));
    [x, y, 0]
}

/// Where the square stands in the picture: whole and in the middle, or zoomed about a site.
fn square(sites: u32, look: &Look, size: [u32; 2]) -> Square {
    let edge = sites as f32;
    let step = edge / (size[0].min(size[1]) as f32 * look.camera.zoom);
    let centre = match look.slices {
        Some([x, y, _]) if look.camera.zoom > 1.0 => [x, y].map(|site| site.min(sites - 1) as f32 + 0.5),
        _ => [0.5 * edge; 2],
    };
    let corner = [0, 1].map(|side| centre[side] - 0.5 * size[side] as f32 * step);
    let samples = (step.ceil() as u32).clamp(1, SAMPLES_MAX);
    Square { corner, step, sites, size, background: pack(BACKGROUND, 255), samples }
}

/// The array of a square.
struct Source<'a> {
    sites: u32,
    bytes: bool,
    even: &'a wgpu::Buffer,
    odd: &'a wgpu::Buffer,
}

fn sources<'a>(shown: &Shown<'a>) -> Result<(Source<'a>, Option<Source<'a>>), ViewError> {
    let source = source(&shown.subject)?;
    let minus = shown.minus.as_ref().map(self::source).transpose()?;
    match &minus {
        Some(other) if other.sites != source.sites => Err(ViewError::Array {
            array: "spins",
            reason: format!("{}² minus {}² sites is no square", source.sites, other.sites),
        }),
        _ => Ok((source, minus)),
    }
}

/// Finds the array of the picture and checks that it is what the picture says.
fn source<'a>(subject: &Subject<'a>) -> Result<Source<'a>, ViewError> {
    let Content::Checkerboard { array: name, sites } = subject.picture.content else {
        return Err(ViewError::Array { array: "spins", reason: "its picture is no square".to_owned() });
    };
    let array = subject.state.array(name).ok_or(ViewError::UnknownArray(name))?;
    let refuse = |reason: String| Err(ViewError::Array { array: name, reason });
    let edge = sites as usize;
    let shape = [2, edge, edge / 2];
    if array.shape != shape {
        return refuse(format!("its shape is {:?}, its picture's {shape:?}", array.shape));
    }
    let bytes = match array.element {
        Element::U8 => true,
        Element::Bit => false,
        other => return refuse(format!("its numbers are {other:?}, not of two values")),
    };
    let colour = array.element.bytes_for(u64::from(sites).pow(2) / 2);
    match array.slabs.as_slice() {
        [even, odd] if [even, odd].iter().all(|slab| slab.bytes == colour) => Ok(Source {
            sites,
            bytes,
            even: subject.buffers.require(even.buffer)?,
            odd: subject.buffers.require(odd.buffer)?,
        }),
        slabs => refuse(format!("it has {} slabs, not one of {colour} bytes for either colour", slabs.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::layout;
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_the_square_out_alike() {
        layout::check::<Square>(&LIBRARY, &Variant::new("view/square", [])).unwrap();
    }

    #[test]
    fn the_whole_square_is_shown_in_the_middle_and_a_zoom_goes_to_its_site() {
        let whole = square(64, &Look::default(), [256, 128]);
        assert_eq!((whole.step, whole.corner, whole.samples), (0.5, [-32.0, 0.0], 1));
        let camera = Camera { zoom: 16.0, ..Camera::default() };
        let near = square(64, &Look { camera, slices: Some([3, 70, 0]), ..Look::default() }, [256, 128]);
        assert_eq!((near.step, near.corner), (1.0 / 32.0, [-0.5, 61.5]));
        assert_eq!(square(4096, &Look::default(), [256, 128]).samples, SAMPLES_MAX);
    }

    #[test]
    fn a_wheel_keeps_the_site_under_it_and_a_hand_drags_the_square_along() {
        let (size, pixel) = ([256, 128], [160.0, 40.0]);
        let under = |look: &Look| {
            let square = square(64, look, size);
            [0, 1].map(|side| square.corner[side] + pixel[side] * square.step)
        };
        let near = zoomed(64, &Look::default(), size, pixel, 12.0);
        let (before, after) = (under(&Look::default()), under(&near));
        assert!(near.camera.zoom > 2.0, "{near:?}");
        // Centres are whole sites.
        assert!((0..2).all(|side| (before[side] - after[side]).abs() <= 1.0), "{before:?} and {after:?}");
        let step = square(64, &near, size).step;
        let moved = under(&dragged(64, &near, size, [-10.0 / step, 0.0]));
        assert!((moved[0] - after[0] - 10.0).abs() <= 1.0 && (moved[1] - after[1]).abs() <= 1.0, "{moved:?}");
    }
}
