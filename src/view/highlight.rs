//! Rings around the nodes of a map or a surface that stand out.

use super::colour::pack;
use super::{Look, Shown, Target};
use crate::gpu::batch::{Bound, Dispatch, workgroups_for};
use crate::gpu::{Kernel, Variant};
use crate::shader_struct;
use crate::sim::{Content, Table};
use std::sync::Arc;

/// The rings.
const COLOUR: [u8; 3] = [0xff, 0xff, 0xff];
/// Their inner and outer radius in pixels: the rim of a point, and around a node of a map or a sheet.
const RADII: [[f32; 2]; 2] = [[1.7, 2.6], [1.2, 2.4]];

shader_struct! {
    /// Parameters of `view/highlight`.
    pub struct Highlighting {
        size: [u32; 2],
        columns: u32,
        rows: u32,
        first: u32,
        colour: u32,
        inner: f32,
        outer: f32,
    }
}

/// The kernel for a map.
pub fn on_map() -> Variant {
    Variant::new("view/highlight", [])
}

/// The kernel for a surface.
pub fn on_surface() -> Variant {
    Variant::new("view/highlight", [("SURFACE", 1)])
}

/// The tables behind those of the picture itself that say which nodes stand out; none of a traces' or points' picture.
pub fn tables(shown: &Content, highlight: Option<crate::sim::Highlight>) -> Vec<Table> {
    let drawable = matches!(shown, Content::Map { .. } | Content::Surface { .. });
    highlight.filter(|_| drawable).map_or_else(Vec::new, |highlight| vec![highlight.table, highlight.newest])
}

/// Whether rings are drawn: a difference has none.
pub fn is_drawn(shown: &Shown<'_>, look: &Look) -> bool {
    let picture = shown.subject.picture;
    look.marks && shown.minus.is_none() && !tables(&picture.content, picture.highlight).is_empty()
}

/// The dispatch that draws the rings, from scalars behind those of the nodes of so many columns and rows; of a surface also
/// where its nodes are seen, what is nearest, and its constants.
pub fn dispatch(
    kernel: &Arc<Kernel>,
    scalars: &wgpu::Buffer,
    surface: &[&wgpu::Buffer],
    [columns, rows]: [u32; 2],
    target: &Target<'_>,
) -> Dispatch {
    let [inner, outer] = RADII[usize::from(surface.is_empty() || rows > 1)];
    let nodes = columns * rows;
    let uniform =
        Highlighting { size: target.size, columns, rows, first: nodes, colour: pack(COLOUR, 255), inner, outer };
    let buffers: Vec<_> = std::iter::once(scalars).chain(surface.iter().copied()).collect();
    let mut dispatch = Dispatch::new(kernel, &buffers, &uniform, workgroups_for(nodes));
    dispatch.bound.push(Bound::View(target.view.clone()));
    dispatch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::layout;
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_the_highlight_out_alike() {
        layout::check::<Highlighting>(&LIBRARY, &on_map()).unwrap();
        layout::check::<Highlighting>(&LIBRARY, &on_surface()).unwrap();
    }
}
