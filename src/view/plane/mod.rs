//! The painter of flat pictures: a table as coloured cells, as lines, or as points.
//!
//! The numbers that are shown become scalars, the scalars give the range, and one kernel per kind draws them. Axes and
//! names are the window's to write, around the picture.

pub mod picking;
pub(super) mod source;
#[cfg(test)]
mod tests;

pub use source::{Gather, variants as gather_variants};

use super::colour::{BACKGROUND, ENTRIES, LINES, NOT_FINITE, pack};
use super::marks::{self, Marking};
use super::outline::{self, Outlining};
use super::ranging::{Ranging, RangingKernels, ValueRange};
use super::{Look, Painted, Shown, Target, ViewError, highlight};
use crate::gpu::batch::{Batcher, Bound, Dispatch};
use crate::gpu::{self, Gpu, GpuError, Kernel, Kernels, Variant};
use crate::shader_struct;
use crate::sim::{Content, Picture, Ticks};
use picking::Picker;
use source::Sources;
use std::sync::Arc;

/// Lines where a value is 0, and the unit circle.
const GUIDE: [u8; 3] = [0x3a, 0x44, 0x4f];
/// Points without colours of their own.
const PLAIN: [u8; 3] = [0xd8, 0xe0, 0xe8];
/// Pixels of a point's radius.
const RADIUS: f32 = 3.5;

shader_struct! {
    /// Parameters of `view/map`.
    pub struct Map {
        size: [u32; 2],
        columns: u32,
        rows: u32,
        not_finite: u32,
        is_cyclic: u32,
        chosen: u32,
        padding: u32,
    }
}

shader_struct! {
    /// Parameters of `view/backdrop`.
    pub struct Backdrop {
        size: [u32; 2],
        ground: u32,
        line: u32,
        origin: [f32; 2],
        radii: [f32; 2],
    }
}

shader_struct! {
    /// Parameters of `view/traces`.
    pub struct Traces {
        size: [u32; 2],
        columns: u32,
        rows: u32,
        lanes: u32,
        stroke: u32,
        colours: u32,
        padding: u32,
    }
}

shader_struct! {
    /// Parameters of `view/points`.
    pub struct Points {
        size: [u32; 2],
        count: u32,
        coordinates: u32,
        low: [f32; 2],
        high: [f32; 2],
        radius: f32,
        has_spokes: u32,
        plain: u32,
        chosen: u32,
    }
}

shader_struct! {
    /// Parameters of `view/sectors`.
    pub struct Sectors {
        size: [u32; 2],
        count: u32,
        ground: u32,
        line: u32,
        fill: u32,
        padding: [u32; 2],
    }
}

/// Paints flat pictures. Allocates nothing until it paints, and anew only when there are more numbers.
#[derive(Debug)]
pub struct PlanePainter {
    gpu: Gpu,
    batcher: Batcher,
    ranging: Ranging,
    picker: Picker,
    scalars: Option<wgpu::Buffer>,
    colours: Option<wgpu::Buffer>,
}

impl PlanePainter {
    /// A painter for this device.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            gpu: gpu.clone(),
            batcher: Batcher::new(gpu),
            ranging: Ranging::new(gpu),
            picker: Picker::new(gpu),
            scalars: None,
            colours: None,
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
        let (sources, minus) = both(shown)?;
        look.check(1)?;
        let look = &if minus.is_some() { look.of_difference() } else { *look };
        let Picture { content, chosen, .. } = shown.subject.picture;
        let chosen = *chosen;
        let drawing: Result<Option<Vec<_>>, _> =
            drawing(content).iter().map(|path| kernels.get(&Variant::new(path, []))).collect();
        let (Some(drawing), Some(ranging)) = (drawing?, RangingKernels::get(kernels)?) else {
            return Ok(Painted::NotYet);
        };
        let outlining = Outlining::new(shown, content, look)?;
        let outlined = outlining.as_ref().map(|_| kernels.get(&outline::kernel())).transpose()?.flatten();
        let marking = Marking::new(shown, content, look)?;
        let marked = marking.as_ref().map(|_| kernels.get(&marks::on_map())).transpose()?.flatten();
        if marking.is_some() != marked.is_some() || outlining.is_some() != outlined.is_some() {
            return Ok(Painted::NotYet);
        }
        let ringed = highlight::is_drawn(shown, look).then(|| kernels.get(&highlight::on_map())).transpose()?;
        if matches!(ringed, Some(None)) {
            return Ok(Painted::NotYet);
        }
        let scalars = self.scalars(sources.scalars());
        let Some(mut list) = sources.dispatches(kernels, &scalars, false)? else { return Ok(Painted::NotYet) };
        if let Some(minus) = &minus {
            let Some(more) = minus.dispatches(kernels, &scalars, true)? else { return Ok(Painted::NotYet) };
            list.extend(more);
        }
        list.extend(self.ranging.dispatches(&ranging, &scalars, sources.ranged(), look));
        let colours = self.colours();
        let table = match content {
            Content::Traces { .. } => LINES.map(|line| pack(line, 255)).to_vec(),
            _ => look.colours.packed(),
        };
        self.gpu.queue.write_buffer(&colours, 0, bytemuck::cast_slice(&table));
        let drawn = Drawn { content, look, sources: &sources, size: target.size, chosen };
        let bound = [&scalars, &self.ranging.range, &colours];
        list.extend(drawn.dispatches(&drawing, &bound, target.view));
        if let Some(Some(kernel)) = &ringed {
            list.push(highlight::dispatch(kernel, &scalars, &[], drawn.table(), target));
        }
        if let (Some(outlining), Some(kernel)) = (&outlining, &outlined) {
            list.push(outlining.dispatch(kernel, target));
        }
        if let (Some(marking), Some(kernel)) = (&marking, &marked) {
            list.push(marking.on_map(kernel, drawn.table(), target));
        }
        self.batcher.encode(encoder, "paint plane", &list, timestamps);
        self.ranging.request(encoder);
        Ok(Painted::Encoded)
    }

    /// Encodes the search for the point of the last painting that lies under a pixel; where its answer will be: its number
    /// from 1 on, or 0. `None` where nothing was painted or the kernel is being built.
    ///
    /// # Errors
    /// The kernel does not build.
    pub fn pick(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        content: &Content,
        pixel: [f32; 2],
        size: [u32; 2],
    ) -> Result<Option<gpu::Part<'_>>, GpuError> {
        let Some(scalars) = &self.scalars else { return Ok(None) };
        self.picker.pick(kernels, encoder, content, scalars, (pixel, size))
    }

    /// Builds on the calling thread all that painting needs.
    ///
    /// # Errors
    /// The picture does not fit the state, or a kernel does not build.
    pub fn build(kernels: &Kernels, shown: &Shown<'_>) -> Result<(), ViewError> {
        let (sources, minus) = both(shown)?;
        let mut variants = sources.variants(false);
        variants.extend(minus.iter().flat_map(|minus| minus.variants(true)));
        variants.extend(RangingKernels::variants());
        variants.extend(drawing(&shown.subject.picture.content).iter().map(|path| Variant::new(path, [])));
        variants.extend(shown.subject.picture.marks.map(|_| marks::on_map()));
        variants.extend(shown.subject.picture.highlight.map(|_| highlight::on_map()));
        variants.extend(shown.subject.picture.outline.map(|_| outline::kernel()));
        for variant in &variants {
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
        let own = [&self.scalars, &self.colours].into_iter().flatten().map(wgpu::Buffer::size).sum::<u64>();
        own + self.ranging.bytes()
    }

    fn scalars(&mut self, count: u32) -> wgpu::Buffer {
        let needed = 4 * u64::from(count);
        let kept = self.scalars.take().filter(|buffer| buffer.size() >= needed);
        self.scalars.insert(kept.unwrap_or_else(|| storage(&self.gpu, "scalars of a plane", needed))).clone()
    }

    fn colours(&mut self) -> wgpu::Buffer {
        self.colours.get_or_insert_with(|| storage(&self.gpu, "colours of a plane", 4 * ENTRIES as u64)).clone()
    }
}

pub(super) fn storage(gpu: &Gpu, label: &str, size: u64) -> wgpu::Buffer {
    gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

/// The tables that are shown, and those that are taken away from them where there are any.
pub(super) fn both<'a>(shown: &Shown<'a>) -> Result<(Sources<'a>, Option<Sources<'a>>), ViewError> {
    let sources = Sources::new(&shown.subject)?;
    let minus = shown.minus.as_ref().map(Sources::new).transpose()?;
    if let Some(minus) = &minus {
        sources.check_like(minus)?;
    }
    Ok((sources, minus))
}

/// The kernels that draw a kind of picture, in order.
fn drawing(content: &Content) -> &'static [&'static str] {
    match content {
        Content::Traces { .. } => &["view/backdrop", "view/traces"],
        Content::Points { .. } => &["view/backdrop", "view/points"],
        Content::Sectors { .. } => &["view/sectors"],
        _ => &["view/map"],
    }
}

/// What is drawn, and how large.
struct Drawn<'a> {
    content: &'a Content,
    look: &'a Look,
    sources: &'a Sources<'a>,
    size: [u32; 2],
    chosen: Option<u32>,
}

impl Drawn<'_> {
    fn dispatches(
        &self,
        kernels: &[Arc<Kernel>],
        bound: &[&wgpu::Buffer; 3],
        target: &wgpu::TextureView,
    ) -> Vec<Dispatch> {
        let drawing = match (self.content, kernels) {
            (Content::Traces { lanes, .. }, [backdrop, traces]) => {
                vec![self.backdrop(backdrop, None), self.traces(traces, bound, *lanes)]
            }
            (Content::Points { spokes, circle, x, y, .. }, [backdrop, points]) => {
                let edges = [ends(&x.ticks), ends(&y.ticks)];
                vec![self.backdrop(backdrop, Some((edges, *circle))), self.points(points, bound, edges, *spokes)]
            }
            (Content::Sectors { .. }, [sectors]) => vec![self.sectors(sectors, bound)],
            (_, [map, ..]) => vec![self.map(map, bound)],
            (_, []) => Vec::new(),
        };
        let with_target = |mut dispatch: Dispatch| {
            dispatch.bound.push(Bound::View(target.clone()));
            dispatch
        };
        drawing.into_iter().map(with_target).collect()
    }

    fn tiles(&self) -> [u32; 3] {
        [self.size[0].div_ceil(8), self.size[1].div_ceil(8), 1]
    }

    fn table(&self) -> [u32; 2] {
        self.sources.tables.first().map_or([1, 1], |source| [source.table.columns, source.table.rows])
    }

    fn map(&self, kernel: &Arc<Kernel>, bound: &[&wgpu::Buffer]) -> Dispatch {
        let [columns, rows] = self.table();
        let uniform = Map {
            size: self.size,
            columns,
            rows,
            not_finite: pack(NOT_FINITE, 255),
            is_cyclic: u32::from(self.look.colours.is_cyclic()),
            chosen: self.chosen.unwrap_or(u32::MAX),
            padding: 0,
        };
        Dispatch::new(kernel, bound, &uniform, self.tiles())
    }

    /// The ground, with axes and circle where the edges' values are known.
    fn backdrop(&self, kernel: &Arc<Kernel>, plane: Option<([[f64; 2]; 2], bool)>) -> Dispatch {
        let [width, height] = self.size.map(|length| length as f32);
        let (origin, radii) = match plane {
            Some(([[left, right], [bottom, top]], circle)) => {
                let (across, up) = ((right - left) as f32, (top - bottom) as f32);
                let origin = [-left as f32 / across * width, top as f32 / up * height];
                (origin, if circle { [width / across, height / up] } else { [0.0; 2] })
            }
            None => ([-1.0; 2], [0.0; 2]),
        };
        let uniform =
            Backdrop { size: self.size, ground: pack(BACKGROUND, 255), line: pack(GUIDE, 255), origin, radii };
        Dispatch::new(kernel, &[], &uniform, self.tiles())
    }

    fn traces(&self, kernel: &Arc<Kernel>, bound: &[&wgpu::Buffer], lanes: bool) -> Dispatch {
        let [columns, rows] = self.table();
        let uniform = Traces {
            size: self.size,
            columns,
            rows,
            lanes: if lanes { rows } else { 1 },
            stroke: 2,
            colours: LINES.len() as u32,
            padding: 0,
        };
        Dispatch::new(kernel, bound, &uniform, [self.size[0].div_ceil(64), rows, 1])
    }

    fn sectors(&self, kernel: &Arc<Kernel>, [scalars, range, _]: &[&wgpu::Buffer; 3]) -> Dispatch {
        let [count, _] = self.table();
        let [ground, line, fill] = [BACKGROUND, GUIDE, LINES[0]].map(|colour| pack(colour, 255));
        let uniform = Sectors { size: self.size, count, ground, line, fill, padding: [0; 2] };
        Dispatch::new(kernel, &[scalars, range], &uniform, self.tiles())
    }

    fn points(&self, kernel: &Arc<Kernel>, bound: &[&wgpu::Buffer], edges: [[f64; 2]; 2], spokes: bool) -> Dispatch {
        let [count, _] = self.table();
        let [x, y] = edges.map(|edge| edge.map(|value| value as f32));
        let uniform = Points {
            size: self.size,
            count,
            coordinates: if self.sources.tables.len() > 1 { count } else { 0 },
            low: [x[0], y[0]],
            high: [x[1], y[1]],
            radius: RADIUS,
            has_spokes: u32::from(spokes),
            plain: pack(PLAIN, 255),
            chosen: self.chosen.unwrap_or(u32::MAX),
        };
        Dispatch::new(kernel, bound, &uniform, [count.div_ceil(64), 1, 1])
    }
}

/// The values of an axis' ends; -1 to 1 where it does not say them.
fn ends(ticks: &Ticks) -> [f64; 2] {
    match ticks {
        Ticks::Even { low, high } => [*low, *high],
        Ticks::At(_) | Ticks::Named(_) | Ticks::OfValues => [-1.0, 1.0],
    }
}
