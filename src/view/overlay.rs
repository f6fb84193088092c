//! Lines and rings over the pictures, as a list of glyphs: frames, slice lines, marked sites, the cube's edges.

use super::camera::Eye;
use super::colour::{AXES, SPOTS, pack};
use super::layout::{CubeLayout, Plane, Rectangle};
use super::look::Look;
use crate::shader_struct;
use glam::{Vec2, Vec3};

/// Most glyphs in one picture; each costs every tile of the target a bit and a test.
pub const GLYPHS_MAX: usize = 1024;
/// The panel of glyphs that are drawn everywhere. Panels 0 to 2 are the slices', 3 is the volume's.
const EVERYWHERE: u32 = u32::MAX;
/// The volume's panel.
const VOLUME: u32 = 3;
/// Slices within this many sites of a marked site show it, fainter with the distance.
const NEAR: u32 = 3;

shader_struct! {
    /// A line or a ring with soft edges, in pixels of the target.
    pub struct Glyph {
        /// One end of the line; the ring's middle.
        pub start: [f32; 2],
        /// The other end; the same for a ring.
        pub end: [f32; 2],
        /// Red in the lowest byte, opacity in the highest.
        pub colour: u32,
        /// The ring's radius; 0 for a line.
        pub radius: f32,
        /// Width of the stroke.
        pub width: f32,
        /// The panel that it is drawn in.
        pub panel: u32,
    }
}

impl Glyph {
    fn line(panel: u32, from: Vec2, to: Vec2, width: f32, colour: u32) -> Self {
        Self { start: from.to_array(), end: to.to_array(), colour, radius: 0.0, width, panel }
    }

    fn ring(panel: u32, middle: Vec2, radius: f32, width: f32, colour: u32) -> Self {
        Self { start: middle.to_array(), end: middle.to_array(), colour, radius, width, panel }
    }
}

/// The glyphs of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// In drawing order.
    pub glyphs: Vec<Glyph>,
    /// How many of them, from the first, stand behind the volume.
    pub behind: usize,
}

impl Overlay {
    /// Draws the list for a cube of this many sites along an edge; at most [`GLYPHS_MAX`] are kept.
    pub fn new(layout: &CubeLayout, sites: u32, look: &Look, spots: &[(&'static str, Vec<[u32; 3]>)]) -> Self {
        let mut overlay = Self::default();
        let cut = look.slices_in(sites);
        let eye = Eye::new(&look.camera, layout.volume);
        let has_volume = layout.volume.size[0] > 0;
        let has_slices = layout.slices[0].size[0] > 0;
        if has_volume {
            overlay.box_edges(&eye, false);
            overlay.behind = overlay.glyphs.len();
            overlay.box_edges(&eye, true);
            overlay.slice_outlines(&eye, sites, cut);
        }
        if has_slices {
            overlay.frames(layout);
        }
        if look.marks {
            if has_slices {
                overlay.slice_lines(layout, cut);
            }
            for (group, (_, sites_of_group)) in spots.iter().enumerate() {
                for &spot in sites_of_group {
                    if has_slices {
                        overlay.spot_on_slices(layout, cut, spot, SPOTS[group % SPOTS.len()]);
                    }
                    if has_volume {
                        overlay.spot_in_volume(&eye, sites, spot, SPOTS[group % SPOTS.len()]);
                    }
                }
            }
        }
        overlay.glyphs.truncate(GLYPHS_MAX);
        overlay
    }

    /// The cube's edges: those between two hidden faces, or all others.
    fn box_edges(&mut self, eye: &Eye, in_front: bool) {
        const LINE: [u8; 3] = [0x9a, 0xa7, 0xb4];
        for axis in 0..3 {
            let [one, other] = [(axis + 1) % 3, (axis + 2) % 3];
            for (first, second) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
                let normals = [Vec3::AXES[one] * first, Vec3::AXES[other] * second];
                let seen = normals.map(|normal| eye.sees(normal));
                if (seen[0] || seen[1]) != in_front {
                    continue;
                }
                let middle = 0.5 * (normals[0] + normals[1]);
                let [from, to] = [-0.5, 0.5].map(|end| eye.project(middle + Vec3::AXES[axis] * end));
                // An edge between two seen faces crosses the picture; a faint one does not hide it.
                let opacity = if seen[0] && seen[1] { 60 } else { 130 };
                self.glyphs.push(Glyph::line(VOLUME, from, to, 1.2, pack(LINE, opacity)));
            }
        }
    }

    /// Where the slices cut the cube, in the colour of the axis that each moves along.
    fn slice_outlines(&mut self, eye: &Eye, sites: u32, cut: [u32; 3]) {
        for plane in Plane::ALL {
            let [right, up] = plane.axes().map(|axis| Vec3::AXES[axis] * 0.5);
            let normal = plane.normal();
            let middle = Vec3::AXES[normal] * ((cut[normal] as f32 + 0.5) / sites as f32 - 0.5);
            let corners = [-right - up, right - up, right + up, up - right].map(|corner| eye.project(middle + corner));
            for side in 0..4 {
                let colour = pack(AXES[normal], 110);
                self.glyphs.push(Glyph::line(VOLUME, corners[side], corners[(side + 1) % 4], 1.0, colour));
            }
        }
    }

    /// A frame around each slice, in the colour of the axis that it moves along.
    fn frames(&mut self, layout: &CubeLayout) {
        for plane in Plane::ALL {
            let [low, high] = corners(layout.slices[plane as usize]);
            let (low, high) = (low - 1.0, high + 1.0);
            let around = [low, Vec2::new(high.x, low.y), high, Vec2::new(low.x, high.y)];
            for side in 0..4 {
                let colour = pack(AXES[plane.normal()], 200);
                self.glyphs.push(Glyph::line(EVERYWHERE, around[side], around[(side + 1) % 4], 1.4, colour));
            }
        }
    }

    /// Where the other two slices cut each slice. The lines leave the crossing free, so that they do not hide its site.
    fn slice_lines(&mut self, layout: &CubeLayout, cut: [u32; 3]) {
        for plane in Plane::ALL {
            let panel = plane as u32;
            let [low, high] = corners(layout.slices[plane as usize]);
            let crossing = Vec2::from(layout.pixel(plane, cut));
            let free = 5.0 + 0.5 * layout.pixels_per_site();
            let [right, up] = plane.axes().map(|axis| pack(AXES[axis], 150));
            let ends = [
                (Vec2::new(crossing.x, low.y), Vec2::new(crossing.x, crossing.y - free), right),
                (Vec2::new(crossing.x, high.y), Vec2::new(crossing.x, crossing.y + free), right),
                (Vec2::new(low.x, crossing.y), Vec2::new(crossing.x - free, crossing.y), up),
                (Vec2::new(high.x, crossing.y), Vec2::new(crossing.x + free, crossing.y), up),
            ];
            for (from, to, colour) in ends {
                // Near a face there may be no room between the edge and the free middle.
                if (to - from).dot(crossing - from) > 0.0 {
                    self.glyphs.push(Glyph::line(panel, from, to, 1.0, colour));
                }
            }
        }
    }

    fn spot_on_slices(&mut self, layout: &CubeLayout, cut: [u32; 3], spot: [u32; 3], colour: [u8; 3]) {
        let radius = (0.9 * layout.pixels_per_site()).clamp(3.5, 9.0);
        for plane in Plane::ALL {
            let distance = spot[plane.normal()].abs_diff(cut[plane.normal()]);
            if distance <= NEAR {
                let opacity = 255 - 60 * distance as u8;
                let middle = Vec2::from(layout.pixel(plane, spot));
                // A dark ring below keeps the bright one legible on bright sites.
                self.glyphs.push(Glyph::ring(plane as u32, middle, radius, 3.4, pack([8, 10, 12], opacity / 2)));
                self.glyphs.push(Glyph::ring(plane as u32, middle, radius, 1.6, pack(colour, opacity)));
            }
        }
    }

    fn spot_in_volume(&mut self, eye: &Eye, sites: u32, spot: [u32; 3], colour: [u8; 3]) {
        let point = Vec3::from(spot.map(|site| (site as f32 + 0.5) / sites as f32 - 0.5));
        self.glyphs.push(Glyph::ring(VOLUME, eye.project(point), 3.0, 1.2, pack(colour, 170)));
    }
}

/// The top left and the bottom right corner, at the middles of the panel's outermost pixels' outer edges.
fn corners(panel: Rectangle) -> [Vec2; 2] {
    let low = Vec2::new(panel.at[0] as f32, panel.at[1] as f32);
    [low, low + Vec2::new(panel.size[0] as f32, panel.size[1] as f32)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::look::Arrangement;

    #[test]
    fn a_box_has_twelve_edges_and_three_of_them_are_hidden() {
        let look = Look { arrangement: Arrangement::Volume, marks: false, ..Look::default() };
        let overlay = Overlay::new(&CubeLayout::new([400, 400], 16, &look), 16, &look, &[]);
        assert_eq!(overlay.behind, 3);
        assert_eq!(overlay.glyphs.len(), 12 + 3 * 4);
    }

    #[test]
    fn spots_show_on_the_slices_that_are_near() {
        let look = Look { arrangement: Arrangement::Slices, slices: Some([8, 8, 8]), ..Look::default() };
        let layout = CubeLayout::new([900, 320], 16, &look);
        let rings = |spot| {
            let overlay = Overlay::new(&layout, 16, &look, &[("sensors", vec![spot])]);
            overlay.glyphs.iter().filter(|glyph| glyph.radius > 0.0 && glyph.width < 2.0).count()
        };
        assert_eq!([[8, 8, 8], [8, 0, 0], [10, 7, 0], [0, 0, 0]].map(rings), [3, 1, 2, 0]);
    }

    #[test]
    fn no_list_grows_without_end() {
        let look = Look::default();
        let layout = CubeLayout::new([900, 600], 16, &look);
        let many = vec![[8, 8, 8]; 4000];
        assert_eq!(Overlay::new(&layout, 16, &look, &[("sensors", many)]).glyphs.len(), GLYPHS_MAX);
    }
}
