//! The dispatches of one painting, from channels to pixels.

use super::resources::{Resources, Shape};
use super::source::{CubeSlab, CubeSource};
use crate::gpu::batch::{Bound, Dispatch, workgroups_for};
use crate::gpu::{GpuError, Kernel, Kernels, Variant};
use crate::shader_struct;
use crate::view::camera::Eye;
use crate::view::colour::{BACKGROUND, NOT_FINITE, pack};
use crate::view::layout::CubeLayout;
use crate::view::look::{Look, Quantity};
use crate::view::overlay::Overlay;
use crate::view::ranging::{Ranging, RangingKernels};
use glam::Vec3;
use std::sync::Arc;

/// Optical depth of the densest value across the cube at opacity 1.
const DENSITY: f32 = 14.0;

shader_struct! {
    /// Parameters of `view/extract`.
    pub struct Extract {
        sites: u32,
        count: u32,
        first_group: u32,
        groups: u32,
        lane: u32,
        before: u32,
        is_last: u32,
        scale_index: u32,
        slices: [u32; 4],
    }
}

shader_struct! {
    /// Parameters of `view/corners`.
    pub struct Corners {
        sites: u32,
        climb: u32,
        padding: [u32; 2],
    }
}

shader_struct! {
    /// Parameters of `view/march`.
    pub struct March {
        eye: [f32; 4],
        forward: [f32; 4],
        right: [f32; 4],
        up: [f32; 4],
        rays: [u32; 2],
        sites: u32,
        density_low: f32,
        density_high: f32,
        padding: [u32; 3],
    }
}

shader_struct! {
    /// Parameters of `view/bin`.
    pub struct Bin {
        tiles: [u32; 2],
        glyphs: u32,
        words: u32,
    }
}

shader_struct! {
    /// Parameters of `view/compose`.
    pub struct Compose {
        panels: [[u32; 4]; 4],
        size: [u32; 2],
        rays: [u32; 2],
        sites: u32,
        glyphs: u32,
        behind: u32,
        background: u32,
        not_finite: u32,
        words: u32,
        tile_columns: u32,
        padding: u32,
    }
}

/// How much less dense than the highest value the lowest one is under a sequential map.
const DARK: f32 = 0.15;
/// Cells that one invocation of `view/corners` climbs along z: enough to save layers, few enough to fill a GPU.
const CLIMB: u32 = 16;

/// How an extraction reads its cube.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Whether numbers have 16 bits instead of 32.
    pub is_half: bool,
    /// Whether a scale and offsets are still to be applied to them.
    pub is_pending: bool,
    /// Whether its scalars are taken away from those that are there.
    pub subtracts: bool,
}

impl Form {
    /// The form of this cube, as the one that is shown or as the one that is taken away from it.
    pub fn of(source: &CubeSource<'_>, subtracts: bool) -> Self {
        Self { is_half: source.is_half, is_pending: source.pending.is_some(), subtracts }
    }

    /// The kernels that extract planes and volume.
    fn variants(self, quantity: Quantity) -> [Variant; 2] {
        let reduction = match quantity {
            Quantity::Channel(_) => None,
            Quantity::Mean => Some("MEAN"),
            Quantity::Variance => Some("VARIANCE"),
        };
        [true, false].map(|planes| {
            let definitions = [
                self.is_half.then_some("HALF"),
                self.is_pending.then_some("PENDING"),
                self.subtracts.then_some("SUBTRACT"),
                planes.then_some("PLANES"),
                reduction,
            ];
            Variant::new("view/extract", definitions.into_iter().flatten().map(|name| (name, 1)))
        })
    }
}

/// The kernels that turn one cube into scalars.
#[derive(Clone, Debug)]
struct Extractors {
    planes: Arc<Kernel>,
    volume: Arc<Kernel>,
}

/// The kernels of one painting.
#[derive(Clone, Debug)]
pub struct Tools {
    /// One pair per cube: the one that is shown, and the one that is taken away from it.
    extractors: Vec<Extractors>,
    ranging: Arc<RangingKernels>,
    corners: Arc<Kernel>,
    march: Arc<Kernel>,
    bin: Arc<Kernel>,
    compose: Arc<Kernel>,
}

impl Tools {
    /// Every variant that a painting of these cubes uses: two to extract each, then those that all share.
    pub fn variants(quantity: Quantity, forms: &[Form]) -> Vec<Variant> {
        let shared = ["view/corners", "view/march", "view/bin", "view/compose"].map(|kernel| Variant::new(kernel, []));
        let extract = forms.iter().flat_map(|form| form.variants(quantity));
        extract.chain(shared).chain(RangingKernels::variants()).collect()
    }

    /// The kernels, if all are built; those that are not are asked for.
    ///
    /// # Errors
    /// One that does not build.
    pub fn get(kernels: &Kernels, quantity: Quantity, forms: &[Form]) -> Result<Option<Self>, GpuError> {
        let asked: Result<Vec<_>, _> =
            Self::variants(quantity, forms).iter().map(|variant| kernels.get(variant)).collect();
        let ranging = RangingKernels::get(kernels)?;
        let Some(mut built) = asked?.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let shared = built.split_off(2 * forms.len());
        let ([corners, march, bin, compose, ..], Some(ranging)) = (shared.as_slice(), ranging) else {
            return Ok(None);
        };
        let [corners, march, bin, compose] = [corners, march, bin, compose].map(Arc::clone);
        let pairs = built.chunks_exact(2);
        let extractors = pairs
            .filter_map(|pair| match pair {
                [planes, volume] => Some(Extractors { planes: planes.clone(), volume: volume.clone() }),
                _ => None,
            })
            .collect();
        Ok(Some(Self { extractors, ranging: Arc::new(ranging), corners, march, bin, compose }))
    }
}

/// Everything that one painting is made from.
#[derive(Debug)]
pub struct Painting<'a> {
    /// The kernels.
    pub tools: &'a Tools,
    /// The arrays: the one that is shown, and the one that is taken away from it where there is one.
    pub sources: &'a [CubeSource<'a>],
    /// The buffers.
    pub resources: &'a Resources,
    /// The range of the values.
    pub ranging: &'a Ranging,
    /// How it is to look.
    pub look: &'a Look,
    /// Where the panels stand.
    pub layout: &'a CubeLayout,
    /// Lines and rings.
    pub overlay: &'a Overlay,
    /// The target.
    pub target: wgpu::TextureView,
    /// Its size.
    pub size: [u32; 2],
}

impl Painting<'_> {
    /// Extract, survey, settle, march, compose: each reads what those before it wrote.
    pub fn dispatches(&self) -> Vec<Dispatch> {
        let shape = self.resources.shape;
        let mut list = Vec::new();
        for (source, extractors) in self.sources.iter().zip(&self.tools.extractors) {
            if shape.has_slices {
                self.extract(&mut list, source, &extractors.planes, true);
            }
            if shape.has_volume {
                self.extract(&mut list, source, &extractors.volume, false);
            }
        }
        self.range(&mut list, shape);
        if shape.has_volume {
            list.push(self.corners(shape));
            list.push(self.march(shape));
        }
        list.push(self.bin(shape));
        list.push(self.compose(shape));
        list
    }

    /// One dispatch per slab; a single channel needs only the slab that holds it.
    fn extract(&self, list: &mut Vec<Dispatch>, source: &CubeSource<'_>, kernel: &Arc<Kernel>, planes: bool) {
        let resources = self.resources;
        let (running, scalars, count) = if planes {
            (&resources.planes_running, &resources.planes, resources.shape.plane_scalars())
        } else {
            (&resources.volume_running, &resources.volume, resources.shape.volume_scalars())
        };
        let [x, y, z] = self.look.slices_in(source.sites);
        for part in parts(&source.slabs, self.look.quantity) {
            let uniform = Extract {
                sites: source.sites,
                count,
                first_group: part.first_group,
                groups: part.groups,
                lane: part.lane,
                before: part.before,
                is_last: u32::from(part.is_last),
                scale_index: source.pending.map_or(0, |pending| pending.scale_index),
                slices: [x, y, z, 0],
            };
            let mut buffers = vec![part.buffer, running, scalars];
            buffers.extend(source.pending.iter().flat_map(|pending| [pending.scale, pending.offsets]));
            list.push(Dispatch::new(kernel, &buffers, &uniform, workgroups_for(count)));
        }
    }

    /// The range over what is shown; the volume holds the slices' sites too.
    fn range(&self, list: &mut Vec<Dispatch>, shape: Shape) {
        let resources = self.resources;
        let (scalars, count) = if shape.has_volume {
            (&resources.volume, shape.volume_scalars())
        } else {
            (&resources.planes, shape.plane_scalars())
        };
        list.extend(self.ranging.dispatches(&self.tools.ranging, scalars, count, self.look));
    }

    fn corners(&self, shape: Shape) -> Dispatch {
        let resources = self.resources;
        let bound = [&resources.volume, &self.ranging.range, &resources.corners];
        let uniform = Corners { sites: shape.sites, climb: CLIMB, padding: [0; 2] };
        let climbs = shape.sites * shape.sites * shape.sites.div_ceil(CLIMB);
        Dispatch::new(&self.tools.corners, &bound, &uniform, workgroups_for(climbs))
    }

    fn march(&self, shape: Shape) -> Dispatch {
        let resources = self.resources;
        let eye = Eye::new(&self.look.camera, self.layout.volume);
        let four = |vector: Vec3| vector.extend(0.0).to_array();
        let density = DENSITY * self.look.opacity;
        let uniform = March {
            eye: four(eye.position),
            forward: four(eye.forward),
            right: four(eye.right),
            up: four(eye.up),
            rays: shape.rays,
            sites: shape.sites,
            density_low: density * if self.look.colours.is_diverging() { 1.0 } else { DARK },
            density_high: density,
            padding: [0; 3],
        };
        let bound = [&resources.corners, &self.ranging.range, &resources.colours, &resources.image];
        Dispatch::new(&self.tools.march, &bound, &uniform, tiles(shape.rays))
    }

    fn bin(&self, shape: Shape) -> Dispatch {
        let [columns, rows, _] = tiles(self.size);
        let glyphs = self.overlay.glyphs.len() as u32;
        let uniform = Bin { tiles: [columns, rows], glyphs, words: shape.glyph_words };
        let bound = [&self.resources.glyphs, &self.resources.bins];
        Dispatch::new(&self.tools.bin, &bound, &uniform, workgroups_for(shape.tiles * shape.glyph_words))
    }

    fn compose(&self, shape: Shape) -> Dispatch {
        let resources = self.resources;
        let [a, b, c] = self.layout.slices;
        let uniform = Compose {
            panels: [a, b, c, self.layout.volume].map(|panel| [panel.at[0], panel.at[1], panel.size[0], panel.size[1]]),
            size: self.size,
            rays: shape.rays,
            sites: shape.sites,
            glyphs: self.overlay.glyphs.len() as u32,
            behind: self.overlay.behind as u32,
            background: pack(BACKGROUND, 255),
            not_finite: pack(NOT_FINITE, 255),
            words: shape.glyph_words,
            tile_columns: tiles(self.size)[0],
            padding: 0,
        };
        let bound = [
            &resources.planes,
            &self.ranging.range,
            &resources.colours,
            &resources.image,
            &resources.glyphs,
            &resources.bins,
        ];
        let mut dispatch = Dispatch::new(&self.tools.compose, &bound, &uniform, tiles(self.size));
        dispatch.bound.push(Bound::View(self.target.clone()));
        dispatch
    }
}

/// What one extraction takes from one slab.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    buffer: &'a wgpu::Buffer,
    first_group: u32,
    groups: u32,
    lane: u32,
    before: u32,
    is_last: bool,
}

fn parts<'a>(slabs: &[CubeSlab<'a>], quantity: Quantity) -> Vec<Part<'a>> {
    let mut parts = Vec::with_capacity(slabs.len());
    let mut before = 0;
    for (index, slab) in slabs.iter().enumerate() {
        let channels = 4 * slab.groups;
        let whole = Part {
            buffer: slab.buffer,
            first_group: 0,
            groups: slab.groups,
            lane: 0,
            before,
            is_last: index + 1 == slabs.len(),
        };
        match quantity {
            Quantity::Mean | Quantity::Variance => parts.push(whole),
            Quantity::Channel(channel) if (before..before + channels).contains(&channel) => {
                let within = channel - before;
                parts.push(Part { first_group: within / 4, groups: 1, lane: within % 4, ..whole });
            }
            Quantity::Channel(_) => {}
        }
        before += channels;
    }
    parts
}

/// Workgroups of 8 × 8 over an area.
pub fn tiles([width, height]: [u32; 2]) -> [u32; 3] {
    [width.div_ceil(8).max(1), height.div_ceil(8).max(1), 1]
}
