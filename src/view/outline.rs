//! The outline of those cells of a map where another table is below a level.

use super::colour::pack;
use super::{Look, Shown, Target, ViewError};
use crate::gpu::batch::{Bound, Dispatch};
use crate::gpu::{Kernel, Variant};
use crate::shader_struct;
use crate::sim::{self, Content, Element};
use std::sync::Arc;

/// The line, and what keeps it legible on bright cells.
const COLOURS: [[u8; 3]; 2] = [[0xff, 0xff, 0xff], [0x08, 0x0a, 0x0c]];

shader_struct! {
    /// Parameters of `view/outline`.
    pub struct Outline {
        size: [u32; 2],
        columns: u32,
        rows: u32,
        first: u32,
        column_step: u32,
        row_step: u32,
        line: u32,
        rim: u32,
        below: f32,
        padding: [u32; 2],
    }
}

/// The kernel.
pub fn kernel() -> Variant {
    Variant::new("view/outline", [])
}

/// An outline whose numbers lie in their buffer.
#[derive(Clone, Copy, Debug)]
pub struct Outlining<'a> {
    outline: sim::Outline,
    numbers: &'a wgpu::Buffer,
}

impl<'a> Outlining<'a> {
    /// The outline of a map that is to be looked at with its marks; a difference has none.
    ///
    /// # Errors
    /// The array is missing, is not what the picture says, or does not hold the table.
    pub fn new(shown: &Shown<'a>, content: &Content, look: &Look) -> Result<Option<Self>, ViewError> {
        let subject = &shown.subject;
        let (Content::Map { table, .. }, Some(outline)) = (content, subject.picture.outline) else { return Ok(None) };
        if !look.marks || shown.minus.is_some() {
            return Ok(None);
        }
        let own = outline.table;
        let array = subject.state.array(own.array).ok_or(ViewError::UnknownArray(own.array))?;
        let refuse = |reason: String| Err(ViewError::Array { array: own.array, reason });
        let [slab] = array.slabs.as_slice() else {
            return refuse(format!("it has {} slabs; an outline is drawn from one", array.slabs.len()));
        };
        if array.element != Element::F32 || array.pending.is_some() {
            return refuse(format!("it is of {:?}; an outline needs F32", array.element));
        }
        if [own.columns, own.rows] != [table.columns, table.rows] || own.end() > array.element.count_in(slab.bytes) {
            return refuse(format!("its {} × {} numbers do not outline this map", own.columns, own.rows));
        }
        Ok(Some(Self { outline, numbers: subject.buffers.require(slab.buffer)? }))
    }

    /// The dispatch that draws it.
    pub fn dispatch(&self, kernel: &Arc<Kernel>, target: &Target<'_>) -> Dispatch {
        let sim::Table { columns, rows, first, steps: [column_step, row_step], .. } = self.outline.table;
        let [line, rim] = COLOURS.map(|colour| pack(colour, 255));
        let below = self.outline.below;
        let size = target.size;
        let uniform = Outline { size, columns, rows, first, column_step, row_step, line, rim, below, padding: [0; 2] };
        let tiles = [size[0].div_ceil(8), size[1].div_ceil(8), 1];
        let mut dispatch = Dispatch::new(kernel, &[self.numbers], &uniform, tiles);
        dispatch.bound.push(Bound::View(target.view.clone()));
        dispatch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::layout;
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_the_outline_out_alike() {
        layout::check::<Outline>(&LIBRARY, &kernel()).unwrap();
    }
}
