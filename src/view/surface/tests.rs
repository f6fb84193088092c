use super::*;
use crate::gpu::{AdapterChoice, BufferId, BufferRequest, Buffers, layout};
use crate::shaders::LIBRARY;
use crate::sim::{Array, Axis, Picture, Slab, State, Values};
use crate::view::{Camera, ColourMap, Range, snapshot};
use image::{Rgba, RgbaImage};

const SIZE: [u32; 2] = [96, 96];

struct Fixture {
    kernels: Kernels,
    buffers: Buffers,
    state: State,
}

impl Fixture {
    fn new(arrays: &[(&'static str, &[f32], &[usize])]) -> Self {
        let gpu = Gpu::open(&AdapterChoice::Best).expect("these tests need an adapter; Mesa's lavapipe will do");
        let (mut buffers, mut state) = (Buffers::default(), State::default());
        for (name, numbers, shape) in arrays {
            let id = BufferId { name, index: 0 };
            let bytes = 4 * numbers.len() as u64;
            state.buffers.push(BufferRequest { id, bytes });
            state.arrays.push(Array {
                name,
                shape: shape.to_vec(),
                element: Element::F32,
                slabs: vec![Slab { buffer: id, bytes }],
                pending: None,
            });
        }
        buffers.allocate(&gpu, &state.buffers).unwrap();
        for (name, numbers, _) in arrays {
            let buffer = buffers.get(BufferId { name, index: 0 }).unwrap();
            gpu.queue.write_buffer(buffer, 0, bytemuck::cast_slice(numbers));
        }
        Self { kernels: Kernels::new(&gpu, LIBRARY), buffers, state }
    }

    fn paint(&self, picture: &Picture, look: &Look) -> Result<RgbaImage, ViewError> {
        let subject = Subject { buffers: &self.buffers, state: &self.state, picture };
        snapshot(&self.kernels, &subject, look, SIZE)
    }
}

fn surface(columns: u32, rows: u32, seam: Seam) -> Picture {
    let table = Table::whole("values", rows, columns);
    let places = Places { array: "places", first: 0, steps: [3, 3 * columns] };
    let (x, y) = (Axis::even("u", 0.0, 1.0), Axis::even("v", 0.0, 1.0));
    Picture::new("sheet", "a sheet", Values::Any, Content::Surface { table, places, x, y, seam, radius: 1.0 })
}

/// From the front: x to the right, z upwards, y away.
fn front() -> Look {
    Look {
        colours: ColourMap::Grey,
        range: Range::Fixed { low: 0.0, high: 1.0 },
        camera: Camera { yaw: 0.0, pitch: 0.0, zoom: 1.0 },
        ..Look::default()
    }
}

fn at(image: &RgbaImage, x: u32, y: u32) -> [u8; 3] {
    let Rgba([red, green, blue, _]) = *image.get_pixel(x, y);
    [red, green, blue]
}

fn near(one: [u8; 3], other: [u8; 3], by: u8) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= by)
}

/// The corners of an upright square at this y.
fn square(y: f32, half: f32) -> [f32; 12] {
    [-half, y, -half, half, y, -half, -half, y, half, half, y, half]
}

#[test]
fn both_sides_lay_the_surface_out_alike() {
    for of_points in [false, true] {
        for variant in &variants(of_points, false)[..3] {
            layout::check::<Surface>(&LIBRARY, variant).unwrap();
        }
    }
}

#[test]
fn a_square_seen_from_the_front_runs_through_its_corners_values() {
    let places = square(0.0, 0.5);
    let fixture = Fixture::new(&[("places", &places, &[12]), ("values", &[0.0, 1.0, 0.0, 1.0], &[4])]);
    let picture = surface(2, 2, Seam::Open);
    let image = fixture.paint(&picture, &front()).unwrap();
    // The frame holds a sphere whose apparent radius is half its height; the square's is 0.5 of 1, nearly undistorted.
    let half = (0.5 * AIR * 48.0) as u32;
    assert_eq!(at(&image, 48 - half - 4, 48), BACKGROUND);
    assert_eq!(at(&image, 48, 48 - half - 4), BACKGROUND);
    for (share, x) in [(0.25, 48 - half / 2), (0.5, 48), (0.75, 48 + half / 2)] {
        for y in [48 - half / 2, 48, 48 + half / 2] {
            let colour = at(&image, x, y);
            assert!(near(colour, ColourMap::Grey.colour(share), 9), "{share} at {x}, {y}: {colour:?}");
        }
    }
}

#[test]
fn what_is_nearer_hides_what_is_behind_it_in_whatever_order_they_come() {
    // Two upright squares, joined by cells that are seen edge on or lie between them.
    for (first, second) in [(-0.5, 0.5), (0.5, -0.5)] {
        let places: Vec<f32> = square(first, 0.3).into_iter().chain(square(second, 0.6)).collect();
        let values: Vec<f32> = [first, second].iter().flat_map(|y| [if *y < 0.0 { 1.0 } else { 0.2 }; 4]).collect();
        let fixture = Fixture::new(&[("places", &places, &[24]), ("values", &values, &[8])]);
        let image = fixture.paint(&surface(2, 4, Seam::Open), &front()).unwrap();
        let colour = at(&image, 48, 50);
        // White, a little darker towards the fold, where the sheet turns away; behind it there is nothing above 0.2.
        assert!(colour[0] > ColourMap::Grey.colour(0.8)[0], "first at {first}: {colour:?}");
    }
}

/// A ring of 16 nodes about z with rows below and above it.
fn ring() -> Vec<f32> {
    let node = |index: usize| {
        let (angle, z) = ((index % 16) as f32 / 16.0 * std::f32::consts::TAU, if index < 16 { -0.3 } else { 0.3 });
        [0.8 * angle.cos(), 0.8 * angle.sin(), z]
    };
    (0..32).flat_map(node).collect()
}

#[test]
fn a_seam_closes_the_ring_and_an_open_one_leaves_a_gap() {
    let values = [0.6; 32];
    let fixture = Fixture::new(&[("places", &ring(), &[96]), ("values", &values, &[32])]);
    // Looking at the first column from outside, past it only the gap's other side is seen.
    let look = Look { camera: Camera { yaw: 90.0 - 11.0, pitch: 0.0, zoom: 1.0 }, ..front() };
    let count = |seam| {
        let image = fixture.paint(&surface(16, 2, seam), &look).unwrap();
        image.pixels().filter(|pixel| near([pixel[0], pixel[1], pixel[2]], SEAM, 6)).count()
    };
    assert_eq!(count(Seam::Open), 0, "no seam, no line");
    assert!(count(Seam::Closed) > 10, "{}", count(Seam::Closed));
    assert!(count(Seam::Twisted) > 10, "{}", count(Seam::Twisted));
}

#[test]
fn marks_stand_where_their_cell_is_and_only_in_front() {
    let places = square(0.0, 0.8);
    let mut records = vec![0.0_f32; 4 * (2 * 3 + 1)];
    // Three moments of two lanes; now is moment 1, when the first mark is in the middle and the second one nowhere.
    records[8..12].copy_from_slice(&[0.5, 0.5, 1.0, 0.0]);
    records[0..4].copy_from_slice(&[0.2, 0.5, -1.0, 0.0]);
    records[24] = 1.0;
    let arrays: [(&'static str, &[f32], &[usize]); 3] =
        [("places", &places, &[12]), ("values", &[0.0; 4], &[4]), ("marks", &records, &[7, 4])];
    let fixture = Fixture::new(&arrays);
    let marks = crate::sim::Marks { name: "marks", array: "marks", lanes: 2, moments: 3 };
    let picture = surface(2, 2, Seam::Open).with_marks(marks);
    let image = fixture.paint(&picture, &front()).unwrap();
    assert_eq!(at(&image, 45, 45), marks::COLOURS[0], "beside the sign in the middle");
    let tail = image.pixels().filter(|pixel| pixel[2] > pixel[0].saturating_add(15) && pixel[2] > 60).count();
    assert!((1..30).contains(&tail), "{tail} pixels of the one before");
    let hidden = fixture.paint(&picture, &Look { marks: false, ..front() }).unwrap();
    assert!(!near(at(&hidden, 45, 45), marks::COLOURS[0], 30));
    let other = picture.with_marks(crate::sim::Marks { lanes: 3, ..marks });
    let refusal = fixture.paint(&other, &front()).unwrap_err().to_string();
    assert!(refusal.contains("`marks`"), "{refusal}");
}

#[test]
fn nodes_beyond_their_array_are_refused() {
    let fixture = Fixture::new(&[("places", &[0.0; 11], &[11]), ("values", &[0.0; 4], &[4])]);
    let refusal = fixture.paint(&surface(2, 2, Seam::Open), &front()).unwrap_err().to_string();
    assert!(refusal.contains("`places`") && refusal.contains("11"), "{refusal}");
}

/// Points in a row before the eye, of which the first two lie one behind the other.
fn points() -> (Fixture, Picture) {
    let places = [0.0, -0.5, 0.0, 0.0, 0.5, 0.0, 0.4, 0.0, 0.0, -0.4, 0.0, 0.0];
    let arrays: [(&'static str, &[f32], &[usize]); 3] = [
        ("places", &places, &[12]),
        ("values", &[1.0, 0.0, 0.5, 0.5], &[4]),
        // The cycle in which each stood out last, and the newest one.
        ("when", &[3.0, 7.0, 7.0, 3.0, 7.0], &[5]),
    ];
    (Fixture::new(&arrays), surface(4, 1, Seam::Open))
}

#[test]
fn a_single_row_is_drawn_as_points_and_the_nearest_one_is_seen() {
    let (fixture, picture) = points();
    let image = fixture.paint(&picture, &front()).unwrap();
    let middle = at(&image, 48, 48);
    // White in front of black, a little darker for its depth.
    assert!(middle[0] > 150, "{middle:?}");
    let lit = image.pixels().filter(|pixel| [pixel[0], pixel[1], pixel[2]] != BACKGROUND).count();
    assert!((45..100).contains(&lit), "{lit} pixels of three discs");
    assert_eq!(at(&image, 48, 30), BACKGROUND);
}

#[test]
fn nodes_of_the_newest_number_stand_out_where_they_are_not_hidden() {
    let (fixture, picture) = points();
    let table = |first, columns| Table { first, ..Table::whole("when", 1, columns) };
    let highlight = crate::sim::Highlight { name: "new ones", table: table(0, 4), newest: table(4, 1) };
    let picture = picture.with_highlight(highlight);
    let white = |look: &Look| {
        let image = fixture.paint(&picture, look).unwrap();
        let is_white = |(x, y): (u32, u32)| at(&image, x, y) == [0xff; 3];
        let all = (0..96).flat_map(|x| (0..96).map(move |y| (x, y)));
        let (left, right): (Vec<_>, Vec<_>) = all.filter(|pixel| is_white(*pixel)).partition(|(x, _)| *x < 56);
        [left.len(), right.len()]
    };
    // The second point is new too, and hidden but for the ring's pixels beyond the disc before it.
    let [hidden, seen] = white(&front());
    assert!(seen >= 8 && hidden < seen, "{hidden} and {seen} pixels");
    assert_eq!(white(&Look { marks: false, ..front() }), [0, 0]);
    let other = crate::sim::Highlight { table: table(0, 3), ..highlight };
    let refusal = fixture.paint(&surface(4, 1, Seam::Open).with_highlight(other), &front()).unwrap_err().to_string();
    assert!(refusal.contains("`when`") && refusal.contains("3 × 1 nodes stand out of 4 × 1"), "{refusal}");
}
