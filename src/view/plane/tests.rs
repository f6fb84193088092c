use super::*;
use crate::gpu::{AdapterChoice, BufferId, BufferRequest, Buffers, layout};
use crate::shaders::LIBRARY;
use crate::sim::{Array, Axis, Element, Outline, Part, Picture, Slab, State, Table, Values};
use crate::view::{ColourMap, Exhibition, Range, Showing, Subject, snapshot, snapshot_of_board};
use image::{Rgba, RgbaImage};

struct Fixture {
    kernels: Kernels,
    buffers: Buffers,
    state: State,
}

impl Fixture {
    /// One array of these numbers.
    fn new(numbers: &[f32]) -> Self {
        Self::of(Element::F32, bytemuck::cast_slice(numbers))
    }

    fn of(element: Element, bytes: &[u8]) -> Self {
        let gpu = Gpu::open(&AdapterChoice::Best).expect("these tests need an adapter; Mesa's lavapipe will do");
        let id = BufferId { name: "numbers", index: 0 };
        let size = bytes.len() as u64;
        let mut buffers = Buffers::default();
        buffers.allocate(&gpu, &[BufferRequest { id, bytes: size }]).unwrap();
        gpu.queue.write_buffer(buffers.get(id).unwrap(), 0, bytes);
        let array = Array {
            name: "numbers",
            shape: vec![element.count_in(size) as usize],
            element,
            slabs: vec![Slab { buffer: id, bytes: size }],
            pending: None,
        };
        let state = State { arrays: vec![array], buffers: vec![BufferRequest { id, bytes: size }] };
        Self { kernels: Kernels::new(&gpu, LIBRARY), buffers, state }
    }

    fn paint(&self, content: Content, look: &Look, size: [u32; 2]) -> Result<RgbaImage, ViewError> {
        self.paint_picture(&picture(content), look, size)
    }

    fn paint_picture(&self, picture: &Picture, look: &Look, size: [u32; 2]) -> Result<RgbaImage, ViewError> {
        let subject = Subject { buffers: &self.buffers, state: &self.state, picture };
        snapshot(&self.kernels, &subject, look, size)
    }
}

fn picture(content: Content) -> Picture {
    Picture::new("numbers", "numbers", Values::Any, content)
}

fn axis() -> Axis {
    Axis::even("x", -2.0, 2.0)
}

fn map(table: Table) -> Content {
    Content::Map { table, x: axis(), y: axis() }
}

fn fixed(low: f32, high: f32) -> Look {
    Look { colours: ColourMap::Grey, range: Range::Fixed { low, high }, ..Look::default() }
}

fn grey(value: f32) -> [u8; 3] {
    ColourMap::Grey.colour(value)
}

fn at(image: &RgbaImage, x: u32, y: u32) -> [u8; 3] {
    let Rgba([red, green, blue, _]) = *image.get_pixel(x, y);
    [red, green, blue]
}

fn near(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 2)
}

#[test]
fn a_map_has_its_first_row_at_the_bottom_and_columns_to_the_right() {
    let fixture = Fixture::new(&[0.0, 1.0, 2.0, 3.0, 4.0, f32::NAN]);
    let image = fixture.paint(map(Table::whole("numbers", 2, 3)), &fixed(0.0, 5.0), [30, 20]).unwrap();
    let upper = picture(map(Table::whole("numbers", 2, 3))).with_chosen(1);
    let chosen = fixture.paint_picture(&upper, &fixed(0.0, 5.0), [30, 20]).unwrap();
    assert_eq!([at(&chosen, 1, 5), at(&chosen, 28, 5)], [[255; 3]; 2], "hands point at the upper row");
    assert!([(15, 5), (1, 15), (28, 15)].iter().all(|(x, y)| at(&chosen, *x, *y) == at(&image, *x, *y)));
    for (x, y, value) in [(5, 15, 0.0), (15, 15, 0.2), (25, 15, 0.4), (5, 5, 0.6), (15, 5, 0.8), (9, 10, 0.0)] {
        assert!(near(at(&image, x, y), grey(value)), "pixel {x}, {y}: {:?}", at(&image, x, y));
    }
    assert_eq!(at(&image, 25, 5), NOT_FINITE);
}

#[test]
fn a_ring_begins_at_its_oldest_column_and_steps_choose_what_is_shown() {
    let fixture = Fixture::new(&[9.0, 0.0, 9.0, 1.0, 9.0, 2.0, 9.0, 3.0]);
    let table = Table { first: 1, steps: [2, 8], turned: 3, ..Table::whole("numbers", 1, 4) };
    let image = fixture.paint(map(table), &fixed(0.0, 3.0), [40, 10]).unwrap();
    for (x, value) in [(5, 3.0), (15, 0.0), (25, 1.0), (35, 2.0)] {
        assert!(near(at(&image, x, 5), grey(value / 3.0)), "column at {x}: {:?}", at(&image, x, 5));
    }
}

#[test]
fn many_cells_in_a_pixel_show_their_mean() {
    let numbers: Vec<f32> = (0..64).map(|index| (index % 2) as f32).collect();
    let image = Fixture::new(&numbers).paint(map(Table::whole("numbers", 1, 64)), &fixed(0.0, 1.0), [16, 4]).unwrap();
    assert!((0..16).all(|x| near(at(&image, x, 2), grey(0.5))), "{:?}", at(&image, 3, 2));
}

#[test]
fn complex_numbers_show_magnitude_and_argument() {
    let fixture = Fixture::new(&[3.0, 4.0, 0.0, -1.0]);
    let table = |part| Table { steps: [2, 4], part, ..Table::whole("numbers", 1, 2) };
    let image = fixture.paint(map(table(Part::Magnitude)), &fixed(0.0, 10.0), [20, 4]).unwrap();
    assert!(near(at(&image, 5, 2), grey(0.5)) && near(at(&image, 15, 2), grey(0.1)));
    let angles = fixed(-std::f32::consts::PI, std::f32::consts::PI);
    let image = fixture.paint(map(table(Part::Argument)), &angles, [20, 4]).unwrap();
    let expected = |angle: f32| grey((angle + std::f32::consts::PI) / std::f32::consts::TAU);
    assert!(near(at(&image, 5, 2), expected(4.0_f32.atan2(3.0))));
    assert!(near(at(&image, 15, 2), expected(-std::f32::consts::FRAC_PI_2)));
}

#[test]
fn halves_and_integers_are_read_as_what_they_are() {
    let halves: Vec<u8> = [1.0, 0.5].iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect();
    let image = Fixture::of(Element::F16, &halves).paint(map(Table::whole("numbers", 1, 2)), &fixed(0.0, 2.0), [20, 4]);
    let image = image.unwrap();
    assert!(near(at(&image, 5, 2), grey(0.5)) && near(at(&image, 15, 2), grey(0.25)));
    let bytes = Fixture::of(Element::U8, &[1, 3, 0, 2]);
    let image = bytes.paint(map(Table::whole("numbers", 1, 4)), &fixed(0.0, 4.0), [40, 4]).unwrap();
    assert!(
        near(at(&image, 5, 2), grey(0.25)) && near(at(&image, 15, 2), grey(0.75)) && near(at(&image, 35, 2), grey(0.5))
    );
    let bits = Fixture::of(Element::Bit, &[0b0000_0010, 0, 0, 0]);
    let image = bits.paint(map(Table::whole("numbers", 1, 4)), &fixed(0.0, 1.0), [40, 4]).unwrap();
    assert!(
        near(at(&image, 5, 2), grey(0.0)) && near(at(&image, 15, 2), grey(1.0)) && near(at(&image, 25, 2), grey(0.0))
    );
    let words = Fixture::of(Element::U32, bytemuck::cast_slice(&[4_u32, 1]));
    let image = words.paint(map(Table::whole("numbers", 1, 2)), &fixed(0.0, 4.0), [20, 4]).unwrap();
    assert!(near(at(&image, 5, 2), grey(1.0)) && near(at(&image, 15, 2), grey(0.25)));
}

#[test]
fn the_difference_of_a_map_with_itself_is_the_middle_of_a_diverging_map() {
    let fixture = Fixture::new(&[1.0, 2.0, 3.0, 4.0]);
    let [one, other] = [[1, 2], [2, 1]].map(|steps| picture(map(Table { steps, ..Table::whole("numbers", 2, 2) })));
    let subject = |picture| Subject { buffers: &fixture.buffers, state: &fixture.state, picture };
    let (a, b) = (subject(&one), subject(&other));
    let image = snapshot(&fixture.kernels, Shown::difference(&a, &b), &Look::default(), [20, 20]).unwrap();
    // [[1, 2], [3, 4]] minus its transpose: 0 on the diagonal, -1 and 1 beside it.
    let polar = |value: f32| ColourMap::Polar.colour(value);
    for (x, y, value) in [(5, 15, 0.5), (15, 5, 0.5), (15, 15, 0.0), (5, 5, 1.0)] {
        assert!(near(at(&image, x, y), polar(value)), "pixel {x}, {y}: {:?}", at(&image, x, y));
    }
}

#[test]
fn a_line_covers_all_heights_that_it_takes_within_a_column_of_pixels() {
    // Level, then so fast that each column of pixels sees both ends.
    let numbers: Vec<f32> = (0..1000).map(|sample| if sample < 500 { 0.5 } else { (sample % 2) as f32 }).collect();
    let table = Table::whole("numbers", 1, 1000);
    let names = vec!["line".to_owned()];
    let content = Content::Traces { table, names, x: axis(), y: "value".to_owned(), lanes: false };
    let image = Fixture::new(&numbers).paint(content, &fixed(0.0, 1.0), [100, 60]).unwrap();
    let covered = |x: u32| (0..60).filter(|y| at(&image, x, *y) == LINES[0]).count();
    assert!((2..=4).contains(&covered(20)), "{}", covered(20));
    assert_eq!(at(&image, 20, 30), LINES[0]);
    assert!(covered(80) > 52, "{}", covered(80));
}

#[test]
fn lanes_keep_lines_apart() {
    let content = Content::Traces {
        table: Table::whole("numbers", 2, 4),
        names: vec!["a".to_owned(), "b".to_owned()],
        x: axis(),
        y: "value".to_owned(),
        lanes: true,
    };
    let image = Fixture::new(&[0.5; 8]).paint(content, &fixed(0.0, 1.0), [40, 80]).unwrap();
    let rows = |line: usize| (0..80).filter(|y| at(&image, 20, *y) == LINES[line]).collect::<Vec<_>>();
    assert!(rows(0).iter().all(|y| *y < 40) && !rows(0).is_empty());
    assert!(rows(1).iter().all(|y| *y >= 40) && !rows(1).is_empty());
}

#[test]
fn points_stand_where_they_are_and_have_their_colours() {
    let fixture = Fixture::new(&[1.0, -1.0, 1.0, 0.0, 0.0, 10.0]);
    let content = Content::Points {
        table: Table::whole("numbers", 2, 2),
        colours: Some(Table { first: 4, ..Table::whole("numbers", 1, 2) }),
        spokes: false,
        circle: true,
        x: axis(),
        y: axis(),
    };
    let image = fixture.paint(content.clone(), &fixed(0.0, 10.0), [80, 80]).unwrap();
    // (1, 1) and (-1, 0) in a square from -2 to 2.
    assert!(near(at(&image, 60, 20), grey(0.0)), "{:?}", at(&image, 60, 20));
    assert!(near(at(&image, 20, 40), grey(1.0)), "{:?}", at(&image, 20, 40));
    let chosen = fixture.paint_picture(&picture(content).with_chosen(0), &fixed(0.0, 10.0), [80, 80]).unwrap();
    // A ring of two pixels, two away from the black disc of the first point; the second one's disc is white and has none.
    let is_white = |x: u32, y: u32| at(&chosen, x, y) == [255; 3];
    assert!((60..72).any(|x| is_white(x, 20)) && !(20 + RADIUS as u32 + 1..34).any(|x| is_white(x, 40)));
    // The unit circle's lowest point.
    assert_eq!(at(&image, 40, 59), GUIDE);
    assert_eq!(at(&image, 5, 5), BACKGROUND);
}

/// A map of 3 by 2 cells of 10 by 10 pixels, and behind it the numbers that outline it.
fn outlined(levels: [f32; 6], look: &Look) -> RgbaImage {
    let mut numbers = vec![0.5; 6];
    numbers.extend(levels);
    let table = Table { first: 6, ..Table::whole("numbers", 2, 3) };
    let outline = Outline { name: "p < 0.05", table, below: 0.05 };
    let picture = picture(map(Table::whole("numbers", 2, 3))).with_outline(outline);
    Fixture::new(&numbers).paint_picture(&picture, look, [30, 20]).unwrap()
}

#[test]
fn cells_below_the_level_have_a_line_around_them_along_their_edges() {
    const LINE: [u8; 3] = [0xff; 3];
    const RIM: [u8; 3] = [0x08, 0x0a, 0x0c];
    // One cell, the right one of the upper row: columns 20 to 29, rows of pixels 0 to 9.
    let one = outlined([0.5, 0.5, 0.5, 0.5, 0.5, 0.04], &fixed(0.0, 1.0));
    for y in [1, 5, 8] {
        // The line takes a pixel on either side of the edge, and its rim one more.
        assert_eq!([19, 20].map(|x| at(&one, x, y)), [LINE; 2], "row {y}");
        assert_eq!([18, 21].map(|x| at(&one, x, y))[0], RIM, "row {y}");
    }
    assert_eq!([9, 10].map(|y| at(&one, 25, y)), [LINE; 2]);
    assert_eq!([8, 11].map(|y| at(&one, 25, y)), [RIM; 2]);
    // Along the map's own edge, too.
    assert_eq!([at(&one, 29, 5), at(&one, 28, 5), at(&one, 25, 0), at(&one, 25, 1)], [LINE, RIM, LINE, RIM]);
    // Inside it and in other cells nothing changes.
    for (x, y) in [(25, 5), (15, 5), (5, 5), (5, 15), (15, 15), (25, 15)] {
        assert!(near(at(&one, x, y), grey(0.5)), "{x}, {y}: {:?}", at(&one, x, y));
    }
    // Two neighbours have one line around both. A level that is not reached by a hair, or no number, has none.
    let two = outlined([0.5, 0.5, 0.5, 0.5, 0.0, 0.049], &fixed(0.0, 1.0));
    assert!(near(at(&two, 19, 5), grey(0.5)) && near(at(&two, 20, 5), grey(0.5)));
    assert_eq!([at(&two, 9, 5), at(&two, 10, 5)], [LINE; 2]);
    let none = outlined([0.05, 0.06, 1.0, 0.5, f32::NAN, 0.05], &fixed(0.0, 1.0));
    assert!(none.pixels().all(|pixel| near([pixel.0[0], pixel.0[1], pixel.0[2]], grey(0.5))));
    // Without marks there is none, either.
    let bare = outlined([0.0; 6], &Look { marks: false, ..fixed(0.0, 1.0) });
    assert!(bare.pixels().all(|pixel| near([pixel.0[0], pixel.0[1], pixel.0[2]], grey(0.5))));
}

#[test]
fn an_outline_of_another_size_than_its_map_is_refused() {
    let table = Table { first: 2, ..Table::whole("numbers", 2, 3) };
    let picture = picture(map(Table::whole("numbers", 2, 2))).with_outline(Outline { name: "p", table, below: 0.05 });
    let refusal = Fixture::new(&[0.0; 8]).paint_picture(&picture, &Look::default(), [8, 8]).unwrap_err().to_string();
    assert!(refusal.contains("3 × 2 numbers do not outline this map"), "{refusal}");
}

#[test]
fn sectors_begin_at_half_a_turn_and_are_as_long_as_their_numbers() {
    // Four sectors of 90 degrees: from -180, -90, 0 and 90 degrees on, counter-clockwise; the second is the largest.
    let content = Content::Sectors { table: Table::whole("numbers", 1, 4), title: "four".to_owned() };
    let image = Fixture::new(&[0.5, 1.0, 0.25, 0.0]).paint(content, &Look::default(), [162, 162]).unwrap();
    // A rim of 80 pixels about (81, 81). Along the middle of a sector.
    let along = |degrees: f32, radius: f32| {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        at(&image, (81.0 + radius * cosine) as u32, (81.0 - radius * sine) as u32)
    };
    let is_filled = |degrees, radius| !near(along(degrees, radius), BACKGROUND);
    for (degrees, reach) in [(-135.0, 40.0), (-45.0, 80.0), (45.0, 20.0), (135.0, 0.0)] {
        // Beside the circles at a half and at the whole of the rim.
        for radius in [8.0, 15.0, 25.0, 35.0, 45.0, 60.0, 75.0] {
            assert_eq!(is_filled(degrees, radius), radius < reach, "{degrees} degrees, {radius} pixels");
        }
    }
    // Circles at the half and the whole, and nothing beyond.
    let is_circle = |radius: f32| (0..4).any(|step| is_filled(135.0, radius - 1.0 + 0.5 * step as f32));
    assert!(is_circle(40.0) && is_circle(80.0) && !is_filled(135.0, 60.0));
    assert_eq!([at(&image, 1, 1), at(&image, 160, 160)], [BACKGROUND; 2]);
}

#[test]
fn sectors_without_a_positive_number_are_empty() {
    let content = || Content::Sectors { table: Table::whole("numbers", 1, 3), title: "three".to_owned() };
    for numbers in [[0.0; 3], [f32::NAN; 3], [-1.0, -2.0, -0.5]] {
        let image = Fixture::new(&numbers).paint(content(), &Look::default(), [82, 82]).unwrap();
        assert!([(30, 33), (52, 33), (30, 49), (52, 49)].iter().all(|(x, y)| at(&image, *x, *y) == BACKGROUND));
    }
}

#[test]
fn tables_that_reach_beyond_their_array_are_refused() {
    let fixture = Fixture::new(&[0.0; 6]);
    let refusal = |content| fixture.paint(content, &Look::default(), [8, 8]).unwrap_err().to_string();
    let beyond = refusal(map(Table::whole("numbers", 2, 4)));
    assert!(beyond.contains("ends at element 8") && beyond.contains("holds 6"), "{beyond}");
    assert!(refusal(map(Table { array: "nothing", ..Table::whole("numbers", 2, 3) })).contains("`nothing`"));
    assert!(refusal(map(Table::whole("numbers", 0, 4))).contains("4 × 0 numbers"));
    let pair = Table { part: Part::Magnitude, first: 5, ..Table::whole("numbers", 1, 1) };
    assert!(refusal(map(pair)).contains("ends at element 7"));
}

#[test]
fn a_board_paints_every_picture_into_its_place() {
    let fixture = Fixture::new(&[1.0, 1.0, 1.0, 1.0]);
    let pictures = ["left", "right"].map(|name| {
        let content = map(Table::whole("numbers", 2, 2));
        Picture::new(name, "numbers", Values::Within(0.0, 1.0), content)
    });
    let showing = Showing::new(&pictures, &Look::default(), None).unwrap();
    let (buffers, state) = (&fixture.buffers, &fixture.state);
    let exhibition = Exhibition { buffers, state, pictures: &pictures, showing: &showing };
    let size = [800, 400];
    let image = snapshot_of_board(&fixture.kernels, &exhibition, size).unwrap();
    let bright = ColourMap::Ember.colour(1.0);
    for place in crate::view::places(&pictures, None, size, 1.0) {
        let middle = [0, 1].map(|side| place.inner.at[side] + place.inner.size[side] / 2);
        assert!(near(at(&image, middle[0], middle[1]), bright), "{place:?}");
        assert_eq!(at(&image, place.frame.at[0] + 1, place.frame.at[1] + 1), BACKGROUND);
    }
}

#[test]
fn both_sides_lay_the_parameters_out_alike() {
    let plain = |path| Variant::new(path, []);
    layout::check::<Gather>(&LIBRARY, &plain("view/gather")).unwrap();
    layout::check::<Map>(&LIBRARY, &plain("view/map")).unwrap();
    layout::check::<Backdrop>(&LIBRARY, &plain("view/backdrop")).unwrap();
    layout::check::<Traces>(&LIBRARY, &plain("view/traces")).unwrap();
    layout::check::<Points>(&LIBRARY, &plain("view/points")).unwrap();
    layout::check::<Sectors>(&LIBRARY, &plain("view/sectors")).unwrap();
}
