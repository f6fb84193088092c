//! The dispatches of one painting, from channels to pixels.

use super::resources::{Resources, SURVEYORS, Shape};
use super::source::{CubeSlab, CubeSource};
use crate::gpu::{GpuError, Kernel, Kernels, Variant};
use crate::shader_struct;
use crate::view::batch::{Bound, Dispatch, workgroups_for};
use crate::view::camera::Eye;
use crate::view::colour::{BACKGROUND, NOT_FINITE, pack};
use crate::view::layout::CubeLayout;
use crate::view::look::{Look, Quantity, Range};
use crate::view::overlay::Overlay;
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
    /// Parameters of `view/survey`.
    pub struct Survey {
        count: u32,
        padding: [u32; 3],
    }
}

shader_struct! {
    /// Parameters of `view/settle`.
    pub struct Settle {
        parts: u32,
        is_fixed: u32,
        is_symmetric: u32,
        padding: u32,
        low: f32,
        high: f32,
        deviations: f32,
        padding_end: f32,
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

/// The kernels of one painting.
#[derive(Clone, Debug)]
pub struct Tools {
    extract_planes: Arc<Kernel>,
    extract_volume: Arc<Kernel>,
    survey: Arc<Kernel>,
    settle: Arc<Kernel>,
    corners: Arc<Kernel>,
    march: Arc<Kernel>,
    bin: Arc<Kernel>,
    compose: Arc<Kernel>,
}

impl Tools {
    /// Every variant that a painting uses, in the order of the fields.
    pub fn variants(quantity: Quantity, is_half: bool, is_pending: bool) -> [Variant; 8] {
        let extract = |planes: bool| {
            let reduction = match quantity {
                Quantity::Channel(_) => None,
                Quantity::Mean => Some(("MEAN", 1)),
                Quantity::Variance => Some(("VARIANCE", 1)),
            };
            let pending = is_pending.then_some(("PENDING", 1));
            let definitions = [is_half.then_some(("HALF", 1)), planes.then_some(("PLANES", 1)), reduction, pending];
            Variant::new("view/extract", definitions.into_iter().flatten())
        };
        let plain = |kernel| Variant::new(kernel, []);
        [
            extract(true),
            extract(false),
            plain("view/survey"),
            plain("view/settle"),
            plain("view/corners"),
            plain("view/march"),
            plain("view/bin"),
            plain("view/compose"),
        ]
    }

    /// The kernels, if all are built; those that are not are asked for.
    ///
    /// # Errors
    /// One that does not build.
    pub fn get(
        kernels: &Kernels,
        quantity: Quantity,
        is_half: bool,
        is_pending: bool,
    ) -> Result<Option<Self>, GpuError> {
        let asked: Result<Vec<_>, _> =
            Self::variants(quantity, is_half, is_pending).iter().map(|variant| kernels.get(variant)).collect();
        let Some(built) = asked?.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let Ok([extract_planes, extract_volume, survey, settle, corners, march, bin, compose]) =
            <[Arc<Kernel>; 8]>::try_from(built)
        else {
            return Ok(None);
        };
        Ok(Some(Self { extract_planes, extract_volume, survey, settle, corners, march, bin, compose }))
    }
}

/// Everything that one painting is made from.
#[derive(Debug)]
pub struct Painting<'a> {
    /// The kernels.
    pub tools: &'a Tools,
    /// The array.
    pub source: &'a CubeSource<'a>,
    /// The buffers.
    pub resources: &'a Resources,
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
        if shape.has_slices {
            self.extract(&mut list, &self.tools.extract_planes, true);
        }
        if shape.has_volume {
            self.extract(&mut list, &self.tools.extract_volume, false);
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
    fn extract(&self, list: &mut Vec<Dispatch>, kernel: &Arc<Kernel>, planes: bool) {
        let resources = self.resources;
        let (running, scalars, count) = if planes {
            (&resources.planes_running, &resources.planes, resources.shape.plane_scalars())
        } else {
            (&resources.volume_running, &resources.volume, resources.shape.volume_scalars())
        };
        let [x, y, z] = self.look.slices_in(self.source.sites);
        for part in parts(&self.source.slabs, self.look.quantity) {
            let uniform = Extract {
                sites: self.source.sites,
                count,
                first_group: part.first_group,
                groups: part.groups,
                lane: part.lane,
                before: part.before,
                is_last: u32::from(part.is_last),
                scale_index: self.source.pending.map_or(0, |pending| pending.scale_index),
                slices: [x, y, z, 0],
            };
            let mut buffers = vec![part.buffer, running, scalars];
            buffers.extend(self.source.pending.iter().flat_map(|pending| [pending.scale, pending.offsets]));
            list.push(dispatch(kernel, &buffers, &uniform, workgroups_for(count)));
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
        let survey = Survey { count, padding: [0; 3] };
        list.push(dispatch(&self.tools.survey, &[scalars, &resources.moments], &survey, [SURVEYORS, 1, 1]));
        let (fixed, deviations) = match self.look.range {
            Range::Auto => (None, 0.0),
            Range::Spread(deviations) => (None, deviations),
            Range::Fixed { low, high } => (Some((low, high)), 0.0),
        };
        let (low, high) = fixed.unwrap_or_default();
        let settle = Settle {
            parts: SURVEYORS,
            is_fixed: u32::from(fixed.is_some()),
            is_symmetric: u32::from(self.look.colours.is_diverging()),
            padding: 0,
            low,
            high,
            deviations,
            padding_end: 0.0,
        };
        list.push(dispatch(&self.tools.settle, &[&resources.moments, &resources.range], &settle, [1; 3]));
    }

    fn corners(&self, shape: Shape) -> Dispatch {
        let resources = self.resources;
        let bound = [&resources.volume, &resources.range, &resources.corners];
        let uniform = Corners { sites: shape.sites, climb: CLIMB, padding: [0; 2] };
        let climbs = shape.sites * shape.sites * shape.sites.div_ceil(CLIMB);
        dispatch(&self.tools.corners, &bound, &uniform, workgroups_for(climbs))
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
        let bound = [&resources.corners, &resources.range, &resources.colours, &resources.image];
        dispatch(&self.tools.march, &bound, &uniform, tiles(shape.rays))
    }

    fn bin(&self, shape: Shape) -> Dispatch {
        let [columns, rows, _] = tiles(self.size);
        let glyphs = self.overlay.glyphs.len() as u32;
        let uniform = Bin { tiles: [columns, rows], glyphs, words: shape.glyph_words };
        let bound = [&self.resources.glyphs, &self.resources.bins];
        dispatch(&self.tools.bin, &bound, &uniform, workgroups_for(shape.tiles * shape.glyph_words))
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
            &resources.range,
            &resources.colours,
            &resources.image,
            &resources.glyphs,
            &resources.bins,
        ];
        let mut dispatch = dispatch(&self.tools.compose, &bound, &uniform, tiles(self.size));
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

fn dispatch<T: bytemuck::Pod>(
    kernel: &Arc<Kernel>,
    buffers: &[&wgpu::Buffer],
    uniform: &T,
    workgroups: [u32; 3],
) -> Dispatch {
    Dispatch {
        kernel: kernel.clone(),
        bound: buffers.iter().map(|&buffer| Bound::Buffer(buffer.clone())).collect(),
        uniform: bytemuck::bytes_of(uniform).to_vec(),
        workgroups,
    }
}

/// Workgroups of 8 × 8 over an area.
pub fn tiles([width, height]: [u32; 2]) -> [u32; 3] {
    [width.div_ceil(8).max(1), height.div_ceil(8).max(1), 1]
}
