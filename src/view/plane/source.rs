//! The table of a flat picture, as its painter reads it.

use crate::gpu::Variant;
use crate::gpu::batch::{Dispatch, workgroups_for};
use crate::gpu::{GpuError, Kernel, Kernels};
use crate::shader_struct;
use crate::sim::{Content, Element, Part, Table};
use crate::view::{Subject, ViewError, highlight};
use std::sync::Arc;

/// Most scalars of a picture: as many as a binding of 128 MiB holds.
const SCALARS_MAX: u64 = 1 << 25;

shader_struct! {
    /// Parameters of `view/gather`.
    pub struct Gather {
        columns: u32,
        rows: u32,
        first: u32,
        column_step: u32,
        row_step: u32,
        turned: u32,
        offset: u32,
        padding: u32,
    }
}

/// A table whose every element lies in its buffer.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Where it lies.
    pub table: Table,
    element: Element,
    /// The buffer behind it.
    pub(in crate::view) buffer: &'a wgpu::Buffer,
}

impl<'a> Source<'a> {
    /// Finds the table's array and checks that the table lies in it.
    ///
    /// # Errors
    /// The array or its buffer is missing, its numbers cannot be drawn, or the table reaches beyond it.
    pub fn new(subject: &Subject<'a>, table: Table) -> Result<Self, ViewError> {
        let array = subject.state.array(table.array).ok_or(ViewError::UnknownArray(table.array))?;
        let refuse = |reason: String| Err(ViewError::Array { array: table.array, reason });
        if array.pending.is_some() {
            return refuse(
                "a factor of its numbers is still pending; only numbers as they stand can be drawn".to_owned(),
            );
        }
        let [slab] = array.slabs.as_slice() else {
            return refuse(format!("it has {} slabs; a table is drawn from one", array.slabs.len()));
        };
        let scalars = u64::from(table.columns) * u64::from(table.rows);
        if scalars == 0 || scalars > SCALARS_MAX {
            let Table { columns, rows, .. } = table;
            return refuse(format!("{columns} × {rows} numbers; 1 to {SCALARS_MAX} can be drawn"));
        }
        let holds = array.element.count_in(slab.bytes);
        if table.end() > holds {
            return refuse(format!("the table ends at element {}, and it holds {holds}", table.end()));
        }
        let buffer = subject.buffers.require(slab.buffer)?;
        Ok(Self { table, element: array.element, buffer })
    }

    /// How many scalars it gives.
    pub fn scalars(&self) -> u32 {
        self.table.columns * self.table.rows
    }

    /// Where it lies.
    pub fn buffer(&self) -> &'a wgpu::Buffer {
        self.buffer
    }

    /// What its numbers are.
    pub fn element(&self) -> Element {
        self.element
    }

    /// Which element of the array is shown at a column and row.
    pub fn index(&self, column: u32, row: u32) -> u64 {
        let Table { columns, first, steps, turned, .. } = self.table;
        let column = (u64::from(column) + u64::from(turned)) % u64::from(columns);
        u64::from(first) + column * u64::from(steps[0]) + u64::from(row) * u64::from(steps[1])
    }

    /// The kernel that reads it; as what is taken away from scalars that are there, or as those.
    pub fn variant(&self, subtracts: bool) -> Variant {
        variant(self.element, self.table.part, subtracts)
    }

    /// The dispatch that writes its scalars behind the first `offset` ones.
    pub fn dispatch(&self, kernel: &Arc<Kernel>, scalars: &wgpu::Buffer, offset: u32) -> Dispatch {
        let Table { columns, rows, first, steps: [column_step, row_step], turned, .. } = self.table;
        let turned = turned % columns;
        let uniform = Gather { columns, rows, first, column_step, row_step, turned, offset, padding: 0 };
        Dispatch::new(kernel, &[self.buffer, scalars], &uniform, workgroups_for(self.scalars()))
    }
}

/// The tables of a flat picture. The first one is what colours and heights stand for: of points it is what they are
/// coloured by, where they are, and their coordinates come behind it. What says which nodes stand out comes last.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// In the order in which their scalars stand.
    pub tables: Vec<Source<'a>>,
}

impl<'a> Sources<'a> {
    /// Finds the tables of a picture.
    ///
    /// # Errors
    /// As [`Source::new`]; or the picture is not flat, or its tables do not fit each other.
    pub fn new(subject: &Subject<'a>) -> Result<Self, ViewError> {
        let tables = match &subject.picture.content {
            Content::Map { table, .. }
            | Content::Traces { table, .. }
            | Content::Surface { table, .. }
            | Content::Sectors { table, .. } => vec![*table],
            Content::Points { table, colours, .. } => points(*table, *colours)?,
            Content::Cube { array, .. } | Content::Checkerboard { array, .. } => {
                return Err(ViewError::Array { array, reason: "its picture is not flat".to_owned() });
            }
        };
        let picture = subject.picture;
        let standing_out = highlight::tables(&picture.content, picture.highlight);
        if let ([shown, ..], [table, newest]) = (tables.as_slice(), standing_out.as_slice())
            && ([table.columns, table.rows] != [shown.columns, shown.rows] || [newest.columns, newest.rows] != [1, 1])
        {
            return Err(ViewError::Array {
                array: table.array,
                reason: format!(
                    "{} × {} nodes stand out of {} × {}",
                    table.columns, table.rows, shown.columns, shown.rows
                ),
            });
        }
        let all = tables.into_iter().chain(standing_out);
        Ok(Self { tables: all.map(|table| Source::new(subject, table)).collect::<Result<_, _>>()? })
    }

    /// Scalars of the first table: what the range is taken of.
    pub fn ranged(&self) -> u32 {
        self.tables.first().map_or(0, Source::scalars)
    }

    /// Scalars of all tables.
    pub fn scalars(&self) -> u32 {
        self.tables.iter().map(Source::scalars).sum()
    }

    /// Whether the other picture's scalars can be taken away from this one's, one by one.
    ///
    /// # Errors
    /// They differ in number.
    pub fn check_like(&self, other: &Self) -> Result<(), ViewError> {
        let sizes = |sources: &Self| -> Vec<_> {
            sources.tables.iter().map(|source| [source.table.columns, source.table.rows]).collect()
        };
        match self.tables.first() {
            Some(first) if sizes(self) != sizes(other) => Err(ViewError::Array {
                array: first.table.array,
                reason: format!("{:?} minus {:?} numbers is no picture", sizes(self), sizes(other)),
            }),
            _ => Ok(()),
        }
    }

    /// The kernels that read the tables.
    pub fn variants(&self, subtracts: bool) -> Vec<Variant> {
        self.tables.iter().map(|source| source.variant(subtracts)).collect()
    }

    /// The dispatches that write all scalars, once the kernels are built.
    ///
    /// # Errors
    /// A kernel does not build.
    pub fn dispatches(
        &self,
        kernels: &Kernels,
        scalars: &wgpu::Buffer,
        subtracts: bool,
    ) -> Result<Option<Vec<Dispatch>>, GpuError> {
        let mut list = Vec::with_capacity(self.tables.len());
        let mut offset = 0;
        for source in &self.tables {
            let Some(kernel) = kernels.get(&source.variant(subtracts))? else { return Ok(None) };
            list.push(source.dispatch(&kernel, scalars, offset));
            offset += source.scalars();
        }
        Ok(Some(list))
    }
}

fn points(table: Table, colours: Option<Table>) -> Result<Vec<Table>, ViewError> {
    let refuse = |reason: String| Err(ViewError::Array { array: table.array, reason });
    if table.rows != 2 {
        return refuse(format!("points have 2 rows, x and y, and not {}", table.rows));
    }
    match colours {
        Some(colours) if [colours.columns, colours.rows] != [table.columns, 1] => {
            refuse(format!("{} points have {} × {} colours", table.columns, colours.columns, colours.rows))
        }
        colours => Ok(colours.into_iter().chain([table]).collect()),
    }
}

fn variant(element: Element, part: Part, subtracts: bool) -> Variant {
    let definitions = [
        (element != Element::F32).then_some("WORDS"),
        match element {
            Element::F32 => None,
            Element::U32 => Some("INTEGER"),
            Element::F16 => Some("HALF"),
            Element::U8 => Some("BYTES"),
            Element::Bit => Some("BITS"),
        },
        (part == Part::Magnitude).then_some("MAGNITUDE"),
        (part == Part::Argument).then_some("ARGUMENT"),
        subtracts.then_some("SUBTRACT"),
    ];
    Variant::new("view/gather", definitions.into_iter().flatten().map(|name| (name, 1)))
}

/// Every form of the kernel.
pub fn variants() -> Vec<Variant> {
    let mut all = Vec::new();
    for element in [Element::F32, Element::F16, Element::U32, Element::U8, Element::Bit] {
        for part in [Part::Value, Part::Magnitude, Part::Argument] {
            all.extend([false, true].map(|subtracts| variant(element, part, subtracts)));
        }
    }
    all
}
