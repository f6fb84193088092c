//! Signed places with their tails, drawn onto a map or a surface.

use super::colour::pack;
use super::{Look, Shown, Target, ViewError};
use crate::gpu::batch::{Bound, Dispatch};
use crate::gpu::{Kernel, Variant};
use crate::shader_struct;
use crate::sim::{self, Content, Element};
use std::sync::Arc;

/// Marks of the sign 1, and of -1.
pub const COLOURS: [[u8; 3]; 2] = [[0xff, 0xd1, 0x66], [0x8f, 0xe3, 0xff]];
/// Around a mark, and its sign.
const RIM: [u8; 3] = [0x08, 0x0a, 0x0c];
/// Pixels of a mark's radius.
const RADIUS: f32 = 5.0;

shader_struct! {
    /// Parameters of `view/marks`.
    pub struct Marks {
        size: [u32; 2],
        columns: u32,
        rows: u32,
        lanes: u32,
        moments: u32,
        positive: u32,
        negative: u32,
        rim: u32,
        radius: f32,
        padding: [u32; 2],
    }
}

/// The kernel for a map.
pub fn on_map() -> Variant {
    Variant::new("view/marks", [])
}

/// The kernel for a surface.
pub fn on_surface() -> Variant {
    Variant::new("view/marks", [("SURFACE", 1)])
}

/// Marks whose records lie in their buffer.
#[derive(Clone, Copy, Debug)]
pub struct Marking<'a> {
    marks: sim::Marks,
    records: &'a wgpu::Buffer,
}

impl<'a> Marking<'a> {
    /// The marks of a picture that is to be looked at with them; a difference has none.
    ///
    /// # Errors
    /// The array is missing or not what the picture says.
    pub fn new(shown: &Shown<'a>, content: &Content, look: &Look) -> Result<Option<Self>, ViewError> {
        let subject = &shown.subject;
        let drawable = matches!(content, Content::Map { .. } | Content::Surface { .. });
        let Some(marks) = subject.picture.marks.filter(|_| drawable && look.marks && shown.minus.is_none()) else {
            return Ok(None);
        };
        let array = subject.state.array(marks.array).ok_or(ViewError::UnknownArray(marks.array))?;
        let refuse = |reason: String| Err(ViewError::Array { array: marks.array, reason });
        let wanted = [marks.lanes as usize * marks.moments as usize + 1, 4];
        let [slab] = array.slabs.as_slice() else {
            return refuse(format!("it has {} slabs; marks are drawn from one", array.slabs.len()));
        };
        if array.element != Element::F32 || array.pending.is_some() || array.shape != wanted || marks.moments == 0 {
            return refuse(format!("it is {:?} of {:?}; marks need F32 of {wanted:?}", array.shape, array.element));
        }
        Ok(Some(Self { marks, records: subject.buffers.require(slab.buffer)? }))
    }

    /// The dispatch that draws them onto a map of so many columns and rows.
    pub fn on_map(&self, kernel: &Arc<Kernel>, cells: [u32; 2], target: &Target<'_>) -> Dispatch {
        self.dispatch(kernel, &[self.records], cells, target)
    }

    /// The dispatch that draws them onto a surface: where its nodes are seen, what is nearest, and its constants.
    pub fn on_surface(
        &self,
        kernel: &Arc<Kernel>,
        [seen, nearest, constants]: [&wgpu::Buffer; 3],
        cells: [u32; 2],
        target: &Target<'_>,
    ) -> Dispatch {
        self.dispatch(kernel, &[self.records, seen, nearest, constants], cells, target)
    }

    fn dispatch(
        &self,
        kernel: &Arc<Kernel>,
        buffers: &[&wgpu::Buffer],
        [columns, rows]: [u32; 2],
        target: &Target<'_>,
    ) -> Dispatch {
        let [positive, negative] = COLOURS.map(|colour| pack(colour, 255));
        let uniform = Marks {
            size: target.size,
            columns,
            rows,
            lanes: self.marks.lanes,
            moments: self.marks.moments,
            positive,
            negative,
            rim: pack(RIM, 255),
            radius: RADIUS,
            padding: [0; 2],
        };
        let mut dispatch = Dispatch::new(kernel, buffers, &uniform, [self.marks.lanes.div_ceil(64), 1, 1]);
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
    fn both_sides_lay_the_marks_out_alike() {
        layout::check::<Marks>(&LIBRARY, &on_map()).unwrap();
        layout::check::<Marks>(&LIBRARY, &on_surface()).unwrap();
    }
}
