//! Which elements a pixel of a picture stands for, and what they say once they are read.

use super::{Cell, Figure, Numbers, Pointed, Reading, Told};
use crate::gpu;
use crate::sim::{Axis, Content, Element, Part, Table, Ticks};
use crate::view::camera::Eye;
use crate::view::layout::{CubeLayout, Rectangle};
use crate::view::plane::source::Source;
use crate::view::probe::Stored;
use crate::view::{Look, Quantity, Subject, ViewError, square, surface};
use glam::Vec3;

/// Most lines whose values at a column are read.
const LINES: u32 = 24;

/// What is to be copied, and what it then means.
#[derive(Debug)]
pub struct Question<'a> {
    /// The parts, in order.
    pub parts: Vec<gpu::Part<'a>>,
    /// What they mean.
    pub asked: Asked,
    bytes: u64,
}

/// What bytes mean that were read.
#[derive(Clone, Debug)]
pub struct Asked {
    picture: usize,
    means: Means,
}

#[derive(Clone, Debug)]
enum Means {
    /// All channels of a site, of which one number is shown.
    Site(Stored, Quantity),
    /// A place.
    Place(Place),
    /// The one of these nodes that is seen nearest to the pixel.
    Nearest { nodes: Vec<Place>, eye: Eye, scale: f32, pixel: [f32; 2] },
}

/// A place of a picture.
#[derive(Clone, Debug, Default)]
struct Place {
    known: Vec<Figure>,
    /// Coordinates that are read.
    coordinates: Vec<(String, Cell)>,
    values: Vec<(String, Cell)>,
}

impl<'a> Question<'a> {
    /// What a pixel asks for; `None` where nothing is shown there. `word` is what the painting says is seen, where only it
    /// knows.
    ///
    /// # Errors
    /// The picture does not fit the state.
    pub fn new(
        subject: &Subject<'a>,
        look: &Look,
        pointed: &Pointed,
        word: Option<u32>,
    ) -> Result<Option<Self>, ViewError> {
        let asked = Asked { picture: pointed.picture, means: Means::Place(Place::default()) };
        let mut question = Self { parts: Vec::new(), asked, bytes: 0 };
        let picture = subject.picture;
        let means = match &picture.content {
            Content::Cube { sites, .. } => {
                let Some(site) = CubeLayout::new(pointed.size, *sites, look).pick(pointed.pixel) else {
                    return Ok(None);
                };
                let (parts, stored) = Stored::at(subject, site)?;
                question.parts = parts;
                Means::Site(stored, look.quantity)
            }
            Content::Checkerboard { sites, .. } => {
                let Some(site) = square::site_at(*sites, look, pointed.size, pointed.pixel) else { return Ok(None) };
                Means::Place(question.square(subject, site)?)
            }
            Content::Map { table, x, y } => {
                let cell = [share(pointed, 0, table.columns), table.rows - 1 - share(pointed, 1, table.rows)];
                Means::Place(question.cell(subject, *table, cell, [x, y])?)
            }
            Content::Traces { table, .. } => {
                Means::Place(question.column(subject, pointed, share(pointed, 0, table.columns))?)
            }
            Content::Sectors { table, .. } => {
                let Some(sector) = sector_at(pointed, table.columns) else { return Ok(None) };
                Means::Place(question.sector(subject, *table, sector)?)
            }
            Content::Points { table, .. } => {
                let Some(point) = word.unwrap_or(0).checked_sub(1).filter(|point| *point < table.columns) else {
                    return Ok(None);
                };
                Means::Place(question.point(subject, point)?)
            }
            Content::Surface { .. } => match question.nodes(subject, look, pointed, word.unwrap_or(0))? {
                Some(means) => means,
                None => return Ok(None),
            },
        };
        question.asked.means = means;
        Ok(Some(question))
    }

    fn read(&mut self, buffer: &'a wgpu::Buffer, element: Element, part: Part, index: u64) -> Cell {
        let (copied, cell) = Cell::in_buffer(buffer, element, part, index, self.bytes);
        self.parts.push(copied);
        self.bytes += copied.bytes;
        cell
    }

    fn element(&mut self, source: &Source<'a>, [column, row]: [u32; 2]) -> Cell {
        self.read(source.buffer(), source.element(), source.table.part, source.index(column, row))
    }

    fn square(&mut self, subject: &Subject<'a>, [x, y]: [u32; 2]) -> Result<Place, ViewError> {
        let (buffer, element, index) = square::element_at(subject, [x, y])?;
        let cell = self.read(buffer, element, Part::Value, index);
        Ok(Place {
            known: vec![Figure::number("x", x), Figure::number("y", y)],
            values: vec![(subject.picture.quantity.clone(), cell)],
            ..Place::default()
        })
    }

    fn cell(
        &mut self,
        subject: &Subject<'a>,
        table: Table,
        cell: [u32; 2],
        [x, y]: [&Axis; 2],
    ) -> Result<Place, ViewError> {
        let source = Source::new(subject, table)?;
        let known = vec![along(x, cell[0], table.columns), along(y, cell[1], table.rows)];
        let value = self.element(&source, cell);
        Ok(Place { known, values: vec![(subject.picture.quantity.clone(), value)], ..Place::default() })
    }

    fn sector(&mut self, subject: &Subject<'a>, table: Table, sector: u32) -> Result<Place, ViewError> {
        let source = Source::new(subject, table)?;
        let degrees = 360.0 * (f64::from(sector) + 0.5) / f64::from(table.columns) - 180.0;
        let value = self.element(&source, [sector, 0]);
        let values = vec![(subject.picture.quantity.clone(), value)];
        Ok(Place { known: vec![Figure::number("angle, °", degrees)], values, ..Place::default() })
    }

    /// All lines at a column, or the one whose lane it is.
    fn column(&mut self, subject: &Subject<'a>, pointed: &Pointed, column: u32) -> Result<Place, ViewError> {
        let Content::Traces { table, names, x, y, lanes } = &subject.picture.content else {
            return Ok(Place::default());
        };
        let source = Source::new(subject, *table)?;
        let rows = if *lanes {
            let lane = share(pointed, 1, table.rows);
            lane..lane + 1
        } else {
            0..table.rows.min(LINES)
        };
        let name = |row: u32| match names.get(row as usize) {
            Some(name) if name != y => format!("{name} ({y})"),
            _ => y.clone(),
        };
        let values = rows.map(|row| (name(row), self.element(&source, [column, row]))).collect();
        Ok(Place { known: vec![along(x, column, table.columns)], values, ..Place::default() })
    }

    fn point(&mut self, subject: &Subject<'a>, point: u32) -> Result<Place, ViewError> {
        let Content::Points { table, colours, x, y, .. } = &subject.picture.content else {
            return Ok(Place::default());
        };
        let source = Source::new(subject, *table)?;
        let coordinates = [x, y].into_iter().zip(0..).map(|(axis, row)| (axis.title.clone(), [point, row]));
        let coordinates = coordinates.map(|(title, cell)| (title, self.element(&source, cell))).collect();
        let colours = colours.map(|colours| Source::new(subject, colours)).transpose()?;
        let values = colours.iter().map(|source| (subject.picture.quantity.clone(), self.element(source, [point, 0])));
        let values = values.collect();
        Ok(Place { known: vec![Figure::number("point", point)], coordinates, values })
    }

    /// The nodes around what is seen of a surface.
    fn nodes(
        &mut self,
        subject: &Subject<'a>,
        look: &Look,
        pointed: &Pointed,
        word: u32,
    ) -> Result<Option<Means>, ViewError> {
        let Content::Surface { table, x, y, .. } = &subject.picture.content else { return Ok(None) };
        let sheet = surface::Sheet::new(subject)?;
        let Some(corners) = sheet.corners(word) else { return Ok(None) };
        let mut nodes = Vec::new();
        for corner in corners {
            let mut place = self.cell(subject, *table, corner, [x, y])?;
            // A single row has nothing across it.
            place.known.truncate(if table.rows > 1 { 2 } else { 1 });
            for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
                let index = sheet.place_of(corner) + axis as u64;
                let cell = self.read(sheet.places, Element::F32, Part::Value, index);
                place.coordinates.push((name.to_owned(), cell));
            }
            nodes.push(place);
        }
        let eye = Eye::new(&look.camera, Rectangle { at: [0, 0], size: pointed.size });
        Ok(Some(Means::Nearest { nodes, eye, scale: sheet.scale(), pixel: pointed.pixel }))
    }
}

impl Asked {
    /// What the bytes say.
    pub fn answer(&self, bytes: &[u8]) -> Reading {
        let (place, values) = match &self.means {
            Means::Site(stored, quantity) => of_site(stored, *quantity, bytes),
            Means::Place(place) => place.answer(bytes),
            Means::Nearest { nodes, eye, scale, pixel } => {
                let apart = |node: &Place| {
                    let at: Vec<f32> = node.coordinates.iter().map(|(_, cell)| cell.value(bytes) as f32).collect();
                    let at = Vec3::from_slice(at.get(..3).unwrap_or(&[f32::NAN; 3]));
                    eye.project(at * *scale).distance(glam::Vec2::from_array(*pixel))
                };
                let nearest = nodes.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)));
                nearest.map(|node| node.answer(bytes)).unwrap_or_default()
            }
        };
        Reading { picture: self.picture, place, values }
    }
}

impl Place {
    fn answer(&self, bytes: &[u8]) -> (Vec<Figure>, Vec<Figure>) {
        let read = |(name, cell): &(String, Cell)| Figure::number(name.clone(), cell.value(bytes));
        let place = self.known.iter().cloned().chain(self.coordinates.iter().map(read)).collect();
        let values = self.values.iter().flat_map(|(name, cell)| {
            let mut all = vec![Figure::number(name.clone(), cell.value(bytes))];
            if let Numbers::Complex([real, imaginary]) = cell.numbers(bytes) {
                all.push(match cell.part() {
                    Part::Argument => Figure::number("magnitude", real.hypot(imaginary)),
                    _ => Figure::number("argument, rad", imaginary.atan2(real)),
                });
                all.extend([Figure::number("real part", real), Figure::number("imaginary part", imaginary)]);
            }
            all
        });
        (place, values.collect())
    }
}

fn of_site(stored: &Stored, quantity: Quantity, bytes: &[u8]) -> (Vec<Figure>, Vec<Figure>) {
    let place = ["x", "y", "z"].into_iter().zip(stored.site).map(|(name, at)| Figure::number(name, at)).collect();
    let values = stored.values(bytes);
    let count = values.len() as f64;
    let mean = values.iter().copied().map(f64::from).sum::<f64>() / count;
    let figure = match quantity {
        Quantity::Channel(channel) => {
            let value = values.get(channel as usize).copied().map_or(f64::NAN, f64::from);
            Figure::number(format!("channel {channel}"), value)
        }
        Quantity::Mean => Figure::number(format!("mean of {count} channels"), mean),
        Quantity::Variance => {
            let squares: f64 = values.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum();
            Figure::number(format!("variance of {count} channels"), squares / (count - 1.0).max(1.0))
        }
    };
    (place, vec![figure])
}

/// The cell that a pixel lies in, along the width (0) or from the top (1).
fn share(pointed: &Pointed, side: usize, cells: u32) -> u32 {
    let at = pointed.pixel[side] / pointed.size[side].max(1) as f32;
    ((at.max(0.0) * cells as f32) as u32).min(cells.saturating_sub(1))
}

/// The sector of a circle under the pointer, as `view/sectors` lays them out.
fn sector_at(pointed: &Pointed, sectors: u32) -> Option<u32> {
    let [width, height] = pointed.size.map(|side| side as f32);
    let apart = [pointed.pixel[0] - 0.5 * width, 0.5 * height - pointed.pixel[1]];
    let turn = apart[1].atan2(apart[0]) / std::f32::consts::TAU + 0.5;
    let is_within = apart[0].hypot(apart[1]) <= 0.5 * width.min(height);
    is_within.then(|| ((turn * sectors as f32) as u32).min(sectors.saturating_sub(1)))
}

/// What an axis says of the middle of a cell.
fn along(axis: &Axis, cell: u32, cells: u32) -> Figure {
    let value = match &axis.ticks {
        Ticks::Even { low, high } => {
            Told::Number(low + (high - low) * (f64::from(cell) + 0.5) / f64::from(cells.max(1)))
        }
        Ticks::At(values) => Told::Number(values.get(cell as usize).copied().unwrap_or(f64::NAN)),
        Ticks::Named(names) => Told::Name(names.get(cell as usize).cloned().unwrap_or_default()),
        Ticks::OfValues => Told::Number(f64::from(cell)),
    };
    Figure { name: axis.title.clone(), value }
}
