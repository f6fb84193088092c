//! Painters: compute passes that draw a system's state into a texture, never through the host.
//!
//! A painter is given a system's memory as the contract describes it ([`Subject`]), a [`Look`] and a [`Target`]; it knows
//! neither the system nor the window. Colours in the target are sRGB-encoded, ready for a file or a screen: a texture of
//! [`TARGET_FORMAT`] is written, and whoever samples it into a linear pipeline does so through a view of
//! [`SAMPLED_FORMAT`] ([`target_texture`] allows both).

pub mod board;
pub mod camera;
pub mod colour;
pub mod cube;
pub mod highlight;
pub mod layout;
mod listing;
pub mod look;
pub mod marks;
pub mod numbers;
pub mod outline;
pub mod overlay;
pub mod plane;
mod probe;
mod ranging;
pub mod reading;
mod snapshot;
pub mod square;
pub mod surface;

pub use board::{BoardPainter, Exhibition, Place, Showing, places};
pub use colour::ColourMap;
pub use cube::CubePainter;
pub use layout::{CubeLayout, Grab, Plane, Rectangle};
pub use listing::{Listed, Lister};
pub use look::{Arrangement, Camera, Detail, Look, Quantity, Range};
pub use plane::PlanePainter;
pub use probe::{Voxel, VoxelProbe};
pub use ranging::ValueRange;
pub use reading::{Figure, Pointed, Reader, Reading, Told};
pub use snapshot::{snapshot, snapshot_of_board};
pub use square::SquarePainter;
pub use surface::SurfacePainter;

use crate::gpu::{Buffers, Gpu, GpuError, Kernels, Part};
use crate::sim::{Content, Picture, State};

/// The format that painters write.
pub const TARGET_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
/// The format of the view through which a linear pipeline samples what was painted.
pub const SAMPLED_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8UnormSrgb;

/// Why a picture could not be painted.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The adapter or a kernel.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// The picture names an array that the state does not have.
    #[error("the picture shows the array `{0}`, which the state does not list")]
    UnknownArray(&'static str),
    /// The array is not what its picture says.
    #[error("the array `{array}` cannot be drawn: {reason}")]
    Array {
        /// The array.
        array: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A picture that the system does not offer.
    #[error("no picture is called `{name}`; there are {known}")]
    UnknownPicture {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A field of the look that cannot be drawn.
    #[error("the look's field `{field}` is {value}; it must be {right}")]
    Look {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        right: String,
    },
    /// A target of no size, or larger than the adapter's textures.
    #[error("a picture of {0} × {1} pixels cannot be painted; this adapter holds 1 to {2} along each side")]
    Size(u32, u32, u32),
}

/// What is drawn: a system's memory and how to read it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The buffers behind the state.
    pub buffers: &'a Buffers,
    /// The memory as it stands.
    pub state: &'a State,
    /// What there is to draw in it.
    pub picture: &'a Picture,
}

/// What a picture shows: one system's state, or how far it is from another's.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The system.
    pub subject: Subject<'a>,
    /// The system that is taken away from it, site by site: what is shown is the look's quantity of the one minus that of
    /// the other, as [`Look::of_difference`] says.
    pub minus: Option<Subject<'a>>,
}

impl<'a> Shown<'a> {
    /// `a` minus `b`.
    pub fn difference(a: &Subject<'a>, b: &Subject<'a>) -> Self {
        Self { subject: *a, minus: Some(*b) }
    }
}

impl<'a> From<&Subject<'a>> for Shown<'a> {
    fn from(subject: &Subject<'a>) -> Self {
        Self { subject: *subject, minus: None }
    }
}

/// What is drawn into.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// A view of [`TARGET_FORMAT`] with the usage `STORAGE_BINDING`.
    pub view: &'a wgpu::TextureView,
    /// Its size in pixels.
    pub size: [u32; 2],
}

/// What became of a painting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Painted {
    /// It is encoded; after the submission, [`Painter::after_submit`] wants to be called.
    Encoded,
    /// Its kernels are being built; nothing was encoded and the target keeps what it shows.
    NotYet,
}

/// Draws any picture that a system offers.
///
/// One painting per submission: its parameters are written when the queue is next submitted to. Two pictures in one frame
/// need two painters.
#[derive(Debug)]
pub struct Painter {
    cube: CubePainter,
    square: SquarePainter,
    plane: PlanePainter,
    surface: SurfacePainter,
}

impl Painter {
    /// A painter for this device. Allocates nothing until it paints.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            cube: CubePainter::new(gpu),
            square: SquarePainter::new(gpu),
            plane: PlanePainter::new(gpu),
            surface: SurfacePainter::new(gpu),
        }
    }

    /// Encodes the painting as one compute pass, timed where `timestamps` are given. Never waits.
    ///
    /// # Errors
    /// The picture does not fit the state, the look does not fit the picture, or a kernel does not build.
    pub fn paint<'a>(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        shown: impl Into<Shown<'a>>,
        look: &Look,
        target: &Target<'_>,
        timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
    ) -> Result<Painted, ViewError> {
        let shown = shown.into();
        match shown.subject.picture.content {
            Content::Cube { .. } => self.cube.paint(kernels, encoder, &shown, look, target, timestamps),
            Content::Checkerboard { .. } => self.square.paint(kernels, encoder, &shown, look, target, timestamps),
            Content::Map { .. } | Content::Traces { .. } | Content::Points { .. } | Content::Sectors { .. } => {
                self.plane.paint(kernels, encoder, &shown, look, target, timestamps)
            }
            Content::Surface { .. } => self.surface.paint(kernels, encoder, &shown, look, target, timestamps),
        }
    }

    /// Builds on the calling thread all that painting with this look needs; after it, `paint` never answers `NotYet`.
    ///
    /// # Errors
    /// As [`Self::paint`].
    pub fn build<'a>(&self, kernels: &Kernels, shown: impl Into<Shown<'a>>, look: &Look) -> Result<(), ViewError> {
        let shown = shown.into();
        match shown.subject.picture.content {
            Content::Cube { .. } => CubePainter::build(kernels, &shown, look),
            Content::Checkerboard { .. } => SquarePainter::build(kernels, &shown),
            Content::Map { .. } | Content::Traces { .. } | Content::Points { .. } | Content::Sectors { .. } => {
                PlanePainter::build(kernels, &shown)
            }
            Content::Surface { .. } => SurfacePainter::build(kernels, &shown),
        }
    }

    /// Where the answer will be to what the last painting shows at a pixel, a word that is 0 for nothing: of a surface the
    /// nearest triangle, of points the number of one. `None` where the host can work it out, and where there is no painting
    /// of this size.
    ///
    /// # Errors
    /// A kernel does not build.
    pub fn pick(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        content: &Content,
        pointed: &Pointed,
    ) -> Result<Option<Part<'_>>, ViewError> {
        let Pointed { pixel, size, .. } = *pointed;
        match content {
            Content::Surface { .. } => Ok(self.surface.nearest_at(pixel, size)),
            Content::Points { .. } => Ok(self.plane.pick(kernels, encoder, content, pixel, size)?),
            Content::Cube { .. }
            | Content::Checkerboard { .. }
            | Content::Map { .. }
            | Content::Traces { .. }
            | Content::Sectors { .. } => Ok(None),
        }
    }

    /// Starts the readbacks of the last painting. To be called after the submission of its encoder.
    pub fn after_submit(&mut self) {
        self.cube.after_submit();
        self.plane.after_submit();
        self.surface.after_submit();
    }

    /// The range that colours or heights stand for, of the latest painting whose figures have come back: for the legend. A
    /// picture of two values has none.
    pub fn range(&mut self) -> Option<ValueRange> {
        self.cube.range().or(self.plane.range()).or(self.surface.range())
    }

    /// Bytes that the painter holds on the device: part of fieldscope's own cost.
    pub fn bytes(&self) -> u64 {
        self.cube.bytes() + self.square.bytes() + self.plane.bytes() + self.surface.bytes()
    }
}

/// A texture that painters can write, windows can sample and files can be made from.
pub fn target_texture(gpu: &Gpu, size: [u32; 2]) -> Result<wgpu::Texture, ViewError> {
    let largest = gpu.limits.max_texture_dimension_2d;
    if size.iter().any(|&length| length == 0 || length > largest) {
        return Err(ViewError::Size(size[0], size[1], largest));
    }
    Ok(gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some("picture"),
        size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: TARGET_FORMAT,
        usage: wgpu::TextureUsages::STORAGE_BINDING
            | wgpu::TextureUsages::TEXTURE_BINDING
            | wgpu::TextureUsages::COPY_SRC
            | wgpu::TextureUsages::COPY_DST,
        view_formats: &[SAMPLED_FORMAT],
    }))
}

/// The view of a target texture that a painter writes through.
pub fn target_view(texture: &wgpu::Texture) -> wgpu::TextureView {
    texture.create_view(&wgpu::TextureViewDescriptor {
        label: Some("picture, written"),
        format: Some(TARGET_FORMAT),
        usage: Some(wgpu::TextureUsages::STORAGE_BINDING),
        ..Default::default()
    })
}

/// The view of a target texture that a window samples: colours arrive linear, as its pipeline expects them.
pub fn sampled_view(texture: &wgpu::Texture) -> wgpu::TextureView {
    texture.create_view(&wgpu::TextureViewDescriptor {
        label: Some("picture, sampled"),
        format: Some(SAMPLED_FORMAT),
        usage: Some(wgpu::TextureUsages::TEXTURE_BINDING),
        ..Default::default()
    })
}
