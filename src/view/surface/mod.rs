//! The painter of a sheet in space: which triangle is nearest in every pixel is found first, its colour then.
//!
//! Depth and triangle share a word, so one atomic maximum per pixel decides; the colour is computed once per pixel from the
//! winner, as exactly as the nodes' values allow.

#[cfg(test)]
mod tests;

use super::camera::{DISTANCE, Eye, RADIUS};
use super::colour::{BACKGROUND, ENTRIES, NOT_FINITE, pack};
use super::layout::Rectangle;
use super::marks::{self, Marking};
use super::plane::{both, storage};
use super::ranging::{Ranging, RangingKernels, ValueRange};
use super::{Look, Painted, Shown, Subject, Target, ViewError, highlight};
use crate::gpu::batch::{Batcher, Bound, Dispatch, workgroups_for};
use crate::gpu::{self, Gpu, Kernels, Variant};
use crate::shader_struct;
use crate::sim::{Content, Element, Places, Seam, Table};

/// Air around the sheet, as a share of the sphere that the camera frames.
const AIR: f32 = 0.98;
/// The line along the seam.
const SEAM: [u8; 3] = [0xf4, 0xf6, 0xf8];
/// Bytes of a node as it is seen.
const SEEN_BYTES: u64 = 32;
/// Fewest levels of depth that a word leaves room for.
const LEVEL_BITS: u32 = 12;

shader_struct! {
    /// What the kernels know of a surface.
    pub struct Surface {
        eye: [f32; 4],
        forward: [f32; 4],
        right: [f32; 4],
        up: [f32; 4],
        size: [u32; 2],
        columns: u32,
        rows: u32,
        seam: u32,
        first: u32,
        column_step: u32,
        row_step: u32,
        background: u32,
        not_finite: u32,
        is_cyclic: u32,
        seam_colour: u32,
        triangle_bits: u32,
        padding: u32,
        far: f32,
        near: f32,
    }
}

/// Paints surfaces. Allocates nothing until it paints, and anew only when there are more nodes or pixels.
#[derive(Debug)]
pub struct SurfacePainter {
    gpu: Gpu,
    batcher: Batcher,
    ranging: Ranging,
    kept: [Option<wgpu::Buffer>; 5],
    /// Size of the last painting in pixels.
    painted: [u32; 2],
}

impl SurfacePainter {
    /// A painter for this device.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            gpu: gpu.clone(),
            batcher: Batcher::new(gpu),
            ranging: Ranging::new(gpu),
            kept: [const { None }; 5],
            painted: [0; 2],
        }
    }

    /// As [`Painter::paint`](super::Painter::paint).
    ///
    /// # Errors
    /// The picture does not fit the state, the look makes no sense, or a kernel does not build.
    pub fn paint(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        shown: &Shown<'_>,
        look: &Look,
        target: &Target<'_>,
        timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
    ) -> Result<Painted, ViewError> {
        let sheet = Sheet::new(&shown.subject)?;
        let (sources, minus) = both(shown)?;
        look.check(1)?;
        let look = &if minus.is_some() { look.of_difference() } else { *look };
        let marking = Marking::new(shown, &shown.subject.picture.content, look)?;
        let is_ringed = highlight::is_drawn(shown, look);
        let wanted = variants(sheet.is_points(), is_ringed);
        let drawing: Result<Option<Vec<_>>, _> = wanted.iter().map(|variant| kernels.get(variant)).collect();
        let (Some(drawing), Some(ranging)) = (drawing?, RangingKernels::get(kernels)?) else {
            return Ok(Painted::NotYet);
        };
        let nodes = sources.ranged();
        let pixels = u64::from(target.size[0]) * u64::from(target.size[1]);
        let [scalars, colours, seen, nearest, constants] = self.buffers([
            4 * u64::from(sources.scalars()),
            4 * ENTRIES as u64,
            SEEN_BYTES * u64::from(nodes),
            4 * pixels,
            size_of::<Surface>() as u64,
        ]);
        let Some(mut list) = sources.dispatches(kernels, &scalars, false)? else { return Ok(Painted::NotYet) };
        if let Some(minus) = &minus {
            let Some(more) = minus.dispatches(kernels, &scalars, true)? else { return Ok(Painted::NotYet) };
            list.extend(more);
        }
        list.extend(self.ranging.dispatches(&ranging, &scalars, nodes, look));
        let surface = sheet.surface(look, target.size);
        self.gpu.queue.write_buffer(&colours, 0, bytemuck::cast_slice(&look.colours.packed()));
        self.gpu.queue.write_buffer(&constants, 0, bytemuck::bytes_of(&surface));
        let [project, cover, shade, marked, rest @ ..] = drawing.as_slice() else { return Ok(Painted::NotYet) };
        list.push(Dispatch::new(project, &[sheet.places, &seen], &surface, workgroups_for(nodes)));
        list.push(Dispatch::new(cover, &[&seen, &nearest], &surface, sheet.workgroups_to_cover()));
        let tiles = [target.size[0].div_ceil(8), target.size[1].div_ceil(8), 1];
        let bound = [&scalars, &self.ranging.range, &colours, &seen, &nearest];
        let mut shading = Dispatch::new(shade, &bound, &surface, tiles);
        shading.bound.push(Bound::View(target.view.clone()));
        list.push(shading);
        let nodes = [sheet.table.columns, sheet.table.rows];
        if let [ringed, ..] = rest {
            list.push(highlight::dispatch(ringed, &scalars, &[&seen, &nearest, &constants], nodes, target));
        }
        if let Some(marking) = &marking {
            list.push(marking.on_surface(marked, [&seen, &nearest, &constants], nodes, target));
        }
        encoder.clear_buffer(&nearest, 0, Some(4 * pixels));
        self.batcher.encode(encoder, "paint surface", &list, timestamps);
        self.ranging.request(encoder);
        self.painted = target.size;
        Ok(Painted::Encoded)
    }

    /// Where the last painting keeps what is nearest at a pixel: a word for [`Sheet::corners`]. `None` where it was of
    /// another size.
    pub fn nearest_at(&self, pixel: [f32; 2], size: [u32; 2]) -> Option<gpu::Part<'_>> {
        let buffer = self.kept[3].as_ref().filter(|_| size == self.painted)?;
        let [x, y] = [0, 1].map(|side| (pixel[side].max(0.0) as u32).min(size[side].saturating_sub(1)));
        let offset = 4 * (u64::from(y) * u64::from(size[0]) + u64::from(x));
        Some(gpu::Part { buffer, offset, bytes: 4 })
    }

    /// Builds on the calling thread all that painting needs.
    ///
    /// # Errors
    /// The picture does not fit the state, or a kernel does not build.
    pub fn build(kernels: &Kernels, shown: &Shown<'_>) -> Result<(), ViewError> {
        let sheet = Sheet::new(&shown.subject)?;
        let (sources, minus) = both(shown)?;
        let mut all = sources.variants(false);
        all.extend(minus.iter().flat_map(|minus| minus.variants(true)));
        all.extend(RangingKernels::variants());
        all.extend(variants(sheet.is_points(), shown.subject.picture.highlight.is_some()));
        for variant in &all {
            kernels.build(variant)?;
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
        self.kept.iter().flatten().map(wgpu::Buffer::size).sum::<u64>() + self.ranging.bytes()
    }

    /// Scalars, colours, nodes as they are seen, the nearest triangle of every pixel, and the constants.
    fn buffers(&mut self, needed: [u64; 5]) -> [wgpu::Buffer; 5] {
        let labels = ["scalars", "colours", "nodes", "nearest triangles", "constants"];
        let mut place = 0;
        self.kept.each_mut().map(|kept| {
            let (label, size) = (labels[place], needed[place]);
            place += 1;
            let large_enough = kept.take().filter(|buffer| buffer.size() >= size);
            kept.insert(large_enough.unwrap_or_else(|| storage(&self.gpu, label, size))).clone()
        })
    }
}

/// The kernels that draw a sheet or points, in order.
pub fn variants(of_points: bool, ringed: bool) -> Vec<Variant> {
    let [cover, shade] = match of_points {
        true => ["view/surface/cover_points", "view/surface/shade_points"],
        false => ["view/surface/cover", "view/surface/shade"],
    };
    let drawing = ["view/surface/project", cover, shade].map(|path| Variant::new(path, []));
    drawing.into_iter().chain([marks::on_surface()]).chain(ringed.then(highlight::on_surface)).collect()
}

/// A surface whose every node lies in its buffer.
pub(super) struct Sheet<'a> {
    table: Table,
    at: Places,
    seam: Seam,
    radius: f32,
    /// Where the nodes lie.
    pub places: &'a wgpu::Buffer,
}

impl<'a> Sheet<'a> {
    /// Finds the nodes of a picture and checks that all of them are there.
    ///
    /// # Errors
    /// The picture is no surface, or does not fit the state.
    pub fn new(subject: &Subject<'a>) -> Result<Self, ViewError> {
        let Content::Surface { table, places: at, seam, radius, .. } = subject.picture.content else {
            return Err(ViewError::Array { array: "places", reason: "its picture is no surface".to_owned() });
        };
        let array = subject.state.array(at.array).ok_or(ViewError::UnknownArray(at.array))?;
        let refuse = |reason: String| Err(ViewError::Array { array: at.array, reason });
        let [slab] = array.slabs.as_slice() else {
            return refuse(format!("it has {} slabs; nodes lie in one", array.slabs.len()));
        };
        if array.element != Element::F32 || array.pending.is_some() {
            return refuse(format!("its numbers are {:?}; nodes lie at F32 as they stand", array.element));
        }
        // x, y and z of the last node.
        let last = Table { first: at.first, steps: at.steps, ..table }.end().max(1) + 2;
        if last > slab.bytes / 4 {
            return refuse(format!("its nodes end at element {last}, and it holds {}", slab.bytes / 4));
        }
        if table.rows > 1 && table.columns < 2 {
            return refuse(format!("{} × {} nodes are no sheet", table.columns, table.rows));
        }
        let sheet = Self { table, at, seam, radius, places: subject.buffers.require(slab.buffer)? };
        if sheet.triangle_bits() > 32 - LEVEL_BITS {
            return refuse(format!(
                "{} nodes are more than a picture can tell apart",
                u64::from(table.columns) * u64::from(table.rows)
            ));
        }
        Ok(sheet)
    }

    fn cells(&self) -> u32 {
        let along = self.table.columns - u32::from(self.seam == Seam::Open);
        along.saturating_mul(self.table.rows - 1)
    }

    /// Whether its nodes are drawn as points.
    fn is_points(&self) -> bool {
        self.table.rows < 2
    }

    fn triangle_bits(&self) -> u32 {
        let told_apart = if self.is_points() { self.table.columns } else { self.cells().saturating_mul(2) };
        32 - told_apart.leading_zeros()
    }

    /// An invocation per point, or a workgroup per cell.
    fn workgroups_to_cover(&self) -> [u32; 3] {
        if self.is_points() {
            return workgroups_for(self.table.columns);
        }
        let cells = self.cells();
        let rows = cells.div_ceil(32_768).max(1);
        [cells.div_ceil(rows), rows, 1]
    }

    /// Columns and rows of the nodes around what a word of a painting says is nearest, or of the point; nothing where nothing
    /// is.
    pub fn corners(&self, word: u32) -> Option<Vec<[u32; 2]>> {
        let triangle = word & ((1 << self.triangle_bits()) - 1);
        if self.is_points() {
            return (word != 0 && triangle < self.table.columns).then(|| vec![[triangle, 0]]);
        }
        let (cell, along) = (triangle / 2, self.cells() / (self.table.rows - 1));
        if word == 0 || cell >= self.cells() {
            return None;
        }
        let [column, row] = [cell % along, cell / along];
        let node = |column: u32, row: u32| match (column == self.table.columns, self.seam) {
            (false, _) => [column, row],
            (true, Seam::Twisted) => [0, self.table.rows - 1 - row],
            (true, _) => [0, row],
        };
        let (a, c) = (node(column, row), node(column + 1, row + 1));
        let upper = if triangle.is_multiple_of(2) { node(column + 1, row) } else { node(column, row + 1) };
        Some(vec![a, c, upper])
    }

    /// The element of the places that a node's x is.
    pub fn place_of(&self, [column, row]: [u32; 2]) -> u64 {
        let [across, up] = self.at.steps.map(u64::from);
        u64::from(self.at.first) + u64::from(column) * across + u64::from(row) * up
    }

    /// What places are multiplied by before they are seen.
    pub fn scale(&self) -> f32 {
        RADIUS * AIR / self.radius.max(f32::MIN_POSITIVE)
    }

    fn surface(&self, look: &Look, size: [u32; 2]) -> Surface {
        let eye = Eye::new(&look.camera, Rectangle { at: [0, 0], size });
        let four = |vector: glam::Vec3, last: f32| vector.extend(last).to_array();
        let scale = self.scale();
        Surface {
            eye: four(eye.position, scale),
            forward: four(eye.forward, 0.0),
            right: four(eye.right / eye.right.length_squared(), 0.0),
            up: four(eye.up / eye.up.length_squared(), 0.0),
            size,
            columns: self.table.columns,
            rows: self.table.rows,
            seam: match self.seam {
                Seam::Open => 0,
                Seam::Closed => 1,
                Seam::Twisted => 2,
            },
            first: self.at.first,
            column_step: self.at.steps[0],
            row_step: self.at.steps[1],
            background: pack(BACKGROUND, 255),
            not_finite: pack(NOT_FINITE, 255),
            is_cyclic: look.colours.is_cyclic().into(),
            seam_colour: pack(SEAM, 255),
            triangle_bits: self.triangle_bits(),
            padding: 0,
            far: 1.0 / (DISTANCE + RADIUS),
            near: 1.0 / (DISTANCE - RADIUS),
        }
    }
}
