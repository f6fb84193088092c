//! Where the pictures of a cube stand in the target, and what a pointer over them means.

use super::look::{Arrangement, Look};

/// Pixels between panels and around them.
pub const GAP: u32 = 10;
/// Pixels within which a pointer takes hold of a slice line.
const GRIP: f32 = 6.0;

/// Pixels of the target, from the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rectangle {
    /// Left and top edge.
    pub at: [u32; 2],
    /// Width and height.
    pub size: [u32; 2],
}

impl Rectangle {
    /// Whether a point lies in it.
    pub fn contains(&self, point: [f32; 2]) -> bool {
        (0..2).all(|side| {
            let from = self.at[side] as f32;
            point[side] >= from && point[side] < from + self.size[side] as f32
        })
    }

    fn square(left: u32, top: u32, edge: u32) -> Self {
        Self { at: [left, top], size: [edge; 2] }
    }
}

/// A plane through the cube; its panel shows the first axis to the right and the second one upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plane {
    /// x to the right, y upwards, z fixed.
    Xy,
    /// x to the right, z upwards, y fixed.
    Xz,
    /// y to the right, z upwards, x fixed.
    Yz,
}

impl Plane {
    /// The planes in the order of [`CubeLayout::slices`].
    pub const ALL: [Self; 3] = [Self::Xy, Self::Xz, Self::Yz];

    /// The axes (0 is x) that run right and up.
    pub fn axes(self) -> [usize; 2] {
        match self {
            Self::Xy => [0, 1],
            Self::Xz => [0, 2],
            Self::Yz => [1, 2],
        }
    }

    /// The axis (0 is x) that the plane is moved along.
    pub fn normal(self) -> usize {
        match self {
            Self::Xy => 2,
            Self::Xz => 1,
            Self::Yz => 0,
        }
    }
}

/// What a drag that begins at some pixel moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grab {
    /// The slice across this axis (0 is x): its line in another slice's panel was taken.
    Slice {
        /// The panel that the drag began in.
        plane: Plane,
        /// The axis that the slice moves along.
        axis: usize,
    },
    /// Both slices whose lines cross in this panel: the crossing follows the pointer.
    Crossing(Plane),
    /// The camera of the volume.
    Camera,
}

/// The panels of a cube's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CubeLayout {
    /// The panels of [`Plane::ALL`]; of no size where slices are not shown.
    pub slices: [Rectangle; 3],
    /// The volume's panel; of no size where it is not shown.
    pub volume: Rectangle,
    sites: u32,
    cut: [u32; 3],
}

impl CubeLayout {
    /// Lays out a target of this size in pixels for a cube of this many sites along an edge.
    pub fn new(size: [u32; 2], sites: u32, look: &Look) -> Self {
        let (slices, volume) = match look.arrangement {
            Arrangement::Slices => (largest_squares(size), Rectangle::default()),
            Arrangement::Volume => (<[Rectangle; 3]>::default(), inner(size)),
            Arrangement::Both => beside(size),
        };
        Self { slices, volume, sites, cut: look.slices_in(sites) }
    }

    /// The site that a pixel of a slice shows.
    pub fn pick(&self, pixel: [f32; 2]) -> Option<[u32; 3]> {
        self.plane_at(pixel).map(|plane| self.site(plane, pixel))
    }

    /// The slice whose panel holds the pixel.
    pub fn plane_at(&self, pixel: [f32; 2]) -> Option<Plane> {
        Plane::ALL.into_iter().zip(&self.slices).find(|(_, panel)| panel.contains(pixel)).map(|(plane, _)| plane)
    }

    /// The middle of a site, in pixels of the target, where it would stand in this plane's panel.
    pub fn pixel(&self, plane: Plane, site: [u32; 3]) -> [f32; 2] {
        let panel = self.slices[plane as usize];
        let scale = panel.size[0] as f32 / self.sites as f32;
        let [right, up] = plane.axes().map(|axis| (site[axis] as f32 + 0.5) * scale);
        [panel.at[0] as f32 + right, panel.at[1] as f32 + panel.size[1] as f32 - up]
    }

    /// Pixels along the edge of one site in the slices' panels.
    pub fn pixels_per_site(&self) -> f32 {
        self.slices[0].size[0] as f32 / self.sites.max(1) as f32
    }

    /// What a drag that begins at this pixel moves.
    pub fn grab(&self, pixel: [f32; 2]) -> Option<Grab> {
        if self.volume.contains(pixel) {
            return Some(Grab::Camera);
        }
        let plane = self.plane_at(pixel)?;
        let crossing = self.pixel(plane, self.cut);
        let [right, up] = plane.axes();
        let near = [0, 1].map(|side| (pixel[side] - crossing[side]).abs() <= GRIP.max(0.5 * self.pixels_per_site()));
        Some(match near {
            // The vertical line marks a position along the axis that runs right.
            [true, false] => Grab::Slice { plane, axis: right },
            [false, true] => Grab::Slice { plane, axis: up },
            _ => Grab::Crossing(plane),
        })
    }

    /// Moves what was grabbed: the pointer went from one pixel to the other. The pointer may leave the panel; slices stop
    /// at the cube's faces.
    pub fn drag(&self, grab: Grab, from: [f32; 2], to: [f32; 2], look: &mut Look) {
        let mut cut = look.slices_in(self.sites);
        match grab {
            Grab::Camera => look.camera = look.camera.orbited([to[0] - from[0], to[1] - from[1]]),
            Grab::Slice { plane, axis } => {
                cut[axis] = self.site(plane, to)[axis];
                look.slices = Some(cut);
            }
            Grab::Crossing(plane) => {
                let site = self.site(plane, to);
                for axis in plane.axes() {
                    cut[axis] = site[axis];
                }
                look.slices = Some(cut);
            }
        }
    }

    /// The nearest site of this plane's panel.
    fn site(&self, plane: Plane, pixel: [f32; 2]) -> [u32; 3] {
        let panel = self.slices[plane as usize];
        let scale = self.sites as f32 / panel.size[0].max(1) as f32;
        let right = (pixel[0] - panel.at[0] as f32) * scale;
        let up = (panel.at[1] as f32 + panel.size[1] as f32 - pixel[1]) * scale;
        let mut site = self.cut;
        for (axis, at) in plane.axes().into_iter().zip([right, up]) {
            site[axis] = (at.max(0.0) as u32).min(self.sites.saturating_sub(1));
        }
        site
    }
}

fn inner(size: [u32; 2]) -> Rectangle {
    Rectangle { at: [GAP; 2], size: size.map(|length| length.saturating_sub(2 * GAP)) }
}

/// Three squares in a row, in a column or around a corner, whichever makes them largest.
fn largest_squares([width, height]: [u32; 2]) -> [Rectangle; 3] {
    let fit = |across: u32, down: u32| {
        let along = |length: u32, count: u32| length.saturating_sub((count + 1) * GAP) / count;
        along(width, across).min(along(height, down))
    };
    let (row, column, corner) = (fit(3, 1), fit(1, 3), fit(2, 2));
    let (edge, cells) = if corner > row.max(column) {
        // Panels that share an axis stand in one line: x-y under x-z, y-z to the right of it.
        (corner, [[0, 1], [0, 0], [1, 0]])
    } else if row >= column {
        (row, [[0, 0], [1, 0], [2, 0]])
    } else {
        (column, [[0, 0], [0, 1], [0, 2]])
    };
    let span = |side: usize| {
        let count = cells.iter().map(|cell: &[u32; 2]| cell[side]).max().unwrap_or(0) + 1;
        count * edge + (count - 1) * GAP
    };
    let start = [width.saturating_sub(span(0)) / 2, height.saturating_sub(span(1)) / 2];
    cells.map(|[column, row]| Rectangle::square(start[0] + column * (edge + GAP), start[1] + row * (edge + GAP), edge))
}

/// The volume with the slices beside it along the target's shorter side.
fn beside([width, height]: [u32; 2]) -> ([Rectangle; 3], Rectangle) {
    let is_wide = width >= height;
    let (long, short) = if is_wide { (width, height) } else { (height, width) };
    // A third of the shorter side, but never more than two fifths of the longer one.
    let edge = (short.saturating_sub(4 * GAP) / 3).min(long.saturating_sub(3 * GAP) * 2 / 5);
    let taken = 3 * edge + 2 * GAP;
    let start = short.saturating_sub(taken) / 2;
    let across = long.saturating_sub(edge + GAP);
    let place = |[along, aside]: [u32; 2]| if is_wide { [along, aside] } else { [aside, along] };
    let slices = [0, 1, 2].map(|index| {
        let [left, top] = place([across, start + index * (edge + GAP)]);
        Rectangle::square(left, top, edge)
    });
    let volume =
        Rectangle { at: [GAP; 2], size: place([across.saturating_sub(2 * GAP), short.saturating_sub(2 * GAP)]) };
    (slices, volume)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arrangement() -> impl Strategy<Value = Arrangement> {
        prop_oneof![Just(Arrangement::Slices), Just(Arrangement::Volume), Just(Arrangement::Both)]
    }

    proptest! {
        #[test]
        fn a_site_is_picked_where_it_is_drawn(
            size in [200..2000_u32, 200..2000_u32], sites in 2..160_u32, cut in [0..160_u32, 0..160_u32, 0..160_u32],
            at in [0..160_u32, 0..160_u32], plane in 0..3_usize, both in any::<bool>(),
        ) {
            let arrangement = if both { Arrangement::Both } else { Arrangement::Slices };
            let look = Look { arrangement, slices: Some(cut), ..Look::default() };
            let layout = CubeLayout::new(size, sites, &look);
            let mut site = look.slices_in(sites);
            for (axis, at) in Plane::ALL[plane].axes().into_iter().zip(at) {
                site[axis] = at % sites;
            }
            prop_assert_eq!(layout.pick(layout.pixel(Plane::ALL[plane], site)), Some(site));
        }

        #[test]
        fn panels_lie_in_the_target_and_apart(size in [0..1500_u32, 0..1500_u32], arrangement in arrangement()) {
            let layout = CubeLayout::new(size, 16, &Look { arrangement, ..Look::default() });
            let panels: Vec<_> = layout.slices.into_iter().chain([layout.volume]).filter(|p| p.size[0] * p.size[1] > 0).collect();
            for (index, panel) in panels.iter().enumerate() {
                prop_assert!((0..2).all(|side| panel.at[side] + panel.size[side] <= size[side]), "{:?}", panel);
                for other in &panels[..index] {
                    prop_assert!((0..2).any(|side| panel.at[side] + panel.size[side] <= other.at[side]
                        || other.at[side] + other.size[side] <= panel.at[side]), "{:?} and {:?}", panel, other);
                }
            }
        }

        #[test]
        fn a_drag_anywhere_leaves_slices_inside(to in [-500.0..3000.0_f32, -500.0..3000.0_f32], plane in 0..3_usize) {
            let mut look = Look::default();
            let layout = CubeLayout::new([900, 600], 48, &look);
            layout.drag(Grab::Crossing(Plane::ALL[plane]), [0.0; 2], to, &mut look);
            prop_assert!(look.slices.unwrap().iter().all(|&site| site < 48));
        }
    }

    #[test]
    fn a_line_moves_its_slice_and_the_rest_moves_both() {
        let mut look = Look { arrangement: Arrangement::Slices, slices: Some([10, 20, 30]), ..Look::default() };
        let layout = CubeLayout::new([1200, 400], 40, &look);
        let on_x_line = layout.pixel(Plane::Xy, [10, 3, 0]);
        let grab = layout.grab(on_x_line).unwrap();
        assert_eq!(grab, Grab::Slice { plane: Plane::Xy, axis: 0 });
        layout.drag(grab, on_x_line, layout.pixel(Plane::Xy, [17, 35, 0]), &mut look);
        assert_eq!(look.slices, Some([17, 20, 30]));
        assert_eq!(layout.grab(layout.pixel(Plane::Yz, [0, 3, 30])), Some(Grab::Slice { plane: Plane::Yz, axis: 2 }));
        let grab = layout.grab(layout.pixel(Plane::Xz, [3, 0, 3])).unwrap();
        layout.drag(grab, [0.0; 2], layout.pixel(Plane::Xz, [4, 0, 5]), &mut look);
        assert_eq!((grab, look.slices), (Grab::Crossing(Plane::Xz), Some([4, 20, 5])));
    }

    #[test]
    fn a_drag_over_the_volume_orbits() {
        let mut look = Look { arrangement: Arrangement::Volume, ..Look::default() };
        let layout = CubeLayout::new([300, 300], 16, &look);
        assert_eq!(layout.grab([150.0, 150.0]), Some(Grab::Camera));
        layout.drag(Grab::Camera, [150.0; 2], [160.0, 900.0], &mut look);
        assert_eq!(look.camera.pitch, 89.0);
        assert_eq!(layout.pick([150.0, 150.0]), None);
    }
}
