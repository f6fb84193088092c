use super::*;
use crate::gpu::{AdapterChoice, BufferId, BufferRequest, Buffers};
use crate::shaders::LIBRARY;
use crate::sim::{Array, Axis, Element, Part, Picture, Places, Seam, Slab, State, Table, Ticks, Values};
use crate::view::{Camera, Look, Quantity, Showing, board, target_texture, target_view};

const SIZE: [u32; 2] = [120, 120];

/// Arrays with known numbers, and one picture of them that has the canvas for itself.
struct Fixture {
    kernels: Kernels,
    buffers: Buffers,
    state: State,
    picture: Picture,
}

/// An array's name, kind, shape and the bytes of its slabs.
type Given<'a> = (&'static str, Element, &'a [usize], Vec<Vec<u8>>);

impl Fixture {
    fn new(content: Content, arrays: &[Given<'_>]) -> Self {
        let gpu = Gpu::open(&AdapterChoice::Best).expect("these tests need an adapter; Mesa's lavapipe will do");
        let (mut buffers, mut state) = (Buffers::default(), State::default());
        for (name, element, shape, slabs) in arrays {
            let id = |index: usize| BufferId { name, index: index as u32 };
            let slab = |(index, bytes): (usize, &Vec<u8>)| Slab { buffer: id(index), bytes: bytes.len() as u64 };
            let slabs_of: Vec<_> = slabs.iter().enumerate().map(slab).collect();
            state.buffers.extend(slabs_of.iter().map(|slab| BufferRequest { id: slab.buffer, bytes: slab.bytes }));
            let (shape, element) = (shape.to_vec(), *element);
            state.arrays.push(Array { name, shape, element, slabs: slabs_of, pending: None });
            buffers.allocate(&gpu, &state.buffers).unwrap();
            for (index, bytes) in slabs.iter().enumerate() {
                gpu.queue.write_buffer(buffers.get(id(index)).unwrap(), 0, bytes);
            }
        }
        let picture = Picture::new("numbers", "numbers", Values::Any, content).of("number, V");
        Self { kernels: Kernels::new(&gpu, LIBRARY), buffers, state, picture }
    }

    /// Of one array of 32-bit floats.
    fn floats(content: Content, numbers: &[f32]) -> Self {
        Self::new(content, &[("numbers", Element::F32, &[numbers.len()], vec![bytes(numbers)])])
    }

    /// What stands at a pixel of the inner part of the picture, given as a share of it; painted first, as in the window.
    fn read(&self, look: Look, at: [f32; 2]) -> Reading {
        let pictures = std::slice::from_ref(&self.picture);
        let showing = Showing { looks: vec![look], focus: None };
        let (buffers, state) = (&self.buffers, &self.state);
        let exhibition = Exhibition { buffers, state, pictures, showing: &showing };
        let gpu = self.kernels.gpu();
        let mut painter = BoardPainter::new(gpu);
        BoardPainter::build(&self.kernels, &exhibition).unwrap();
        let texture = target_texture(gpu, SIZE).unwrap();
        let places = board::places(pictures, None, SIZE, 1.0);
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        painter
            .paint(&self.kernels, &mut encoder, &exhibition, &places, &texture, &target_view(&texture))
            .map(|_| ())
            .unwrap();
        gpu.queue.submit([encoder.finish()]);
        painter.after_submit();
        let size = places[0].inner.size;
        let pixel = [0, 1].map(|side| at[side] * size[side] as f32);
        let pointed = Pointed { picture: 0, pixel, size };
        let mut reader = Reader::new(gpu);
        for _ in 0..2000 {
            let mut encoder = gpu.device.create_command_encoder(&Default::default());
            let again = Some(&pointed);
            reader.request(&self.kernels, &mut encoder, &mut painter, &exhibition, again).unwrap();
            gpu.queue.submit([encoder.finish()]);
            reader.after_submit();
            gpu.wait().unwrap();
            if let Some(reading) = reader.take() {
                return reading;
            }
            // A kernel may still be on its way.
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("nothing was read");
    }
}

fn bytes(numbers: &[f32]) -> Vec<u8> {
    bytemuck::cast_slice(numbers).to_vec()
}

fn figures(figures: &[Figure]) -> Vec<(&str, f64)> {
    let number = |figure: &Figure| match &figure.value {
        Told::Number(value) => *value,
        Told::Name(name) => panic!("{name}"),
    };
    figures.iter().map(|figure| (figure.name.as_str(), number(figure))).collect()
}

fn axis(title: &str) -> Axis {
    Axis::even(title, 0.0, 4.0)
}

#[test]
fn a_cell_of_a_map_tells_its_axes_and_every_part_of_a_complex_number() {
    // Two rows of four columns of complex numbers; the ring begins at its column 3.
    let numbers: Vec<f32> = (0..16).map(|at| at as f32 + 1.0).collect();
    let table = |part| Table { steps: [2, 8], turned: 3, part, ..Table::whole("numbers", 2, 4) };
    let y = Axis { title: "row".to_owned(), ticks: Ticks::Named(vec!["low".to_owned(), "high".to_owned()]) };
    let content = |part| Content::Map { table: table(part), x: axis("time, s"), y: y.clone() };
    // The second cell from the left is column 0; the upper row is row 1: element 8.
    let reading = Fixture::floats(content(Part::Magnitude), &numbers).read(Look::default(), [0.3, 0.2]);
    assert_eq!(figures(&reading.place[..1]), [("time, s", 1.5)]);
    assert_eq!(reading.place[1], Figure { name: "row".to_owned(), value: Told::Name("high".to_owned()) });
    let (magnitude, angle) = (9.0_f64.hypot(10.0), 10.0_f64.atan2(9.0));
    let expected = [("number, V", magnitude), ("argument, rad", angle), ("real part", 9.0), ("imaginary part", 10.0)];
    assert_eq!(figures(&reading.values), expected);
    let reading = Fixture::floats(content(Part::Argument), &numbers).read(Look::default(), [0.3, 0.2]);
    assert_eq!(figures(&reading.values)[..2], [("number, V", angle), ("magnitude", magnitude)]);
}

#[test]
fn every_kind_of_number_is_found_among_its_neighbours() {
    let content = || Content::Map { table: Table::whole("numbers", 1, 8), x: axis("x"), y: axis("y") };
    let halves: Vec<u8> = (0..8).flat_map(|value| half::f16::from_f32(value as f32 * 0.5).to_le_bytes()).collect();
    let words: Vec<u8> = (0..8_u32).flat_map(|value| (value * 3).to_le_bytes()).collect();
    let cases = [
        (Element::F16, halves, 2.5),
        (Element::U32, words, 15.0),
        (Element::U8, vec![7, 6, 5, 4, 3, 2, 1, 0], 2.0),
        (Element::Bit, vec![0b0010_0000, 0, 0, 0], 1.0),
        (Element::Bit, vec![0b1101_1111, 0, 0, 0], 0.0),
    ];
    for (element, bytes, expected) in cases {
        let fixture = Fixture::new(content(), &[("numbers", element, &[8], vec![bytes])]);
        let reading = fixture.read(Look::default(), [5.5 / 8.0, 0.5]);
        assert_eq!(figures(&reading.values), [("number, V", expected)], "{element:?}");
    }
}

#[test]
fn lines_tell_all_their_values_at_a_column_and_a_lane_its_own() {
    let content = |lanes| Content::Traces {
        table: Table::whole("numbers", 2, 4),
        names: vec!["a".to_owned(), "b".to_owned()],
        x: axis("time, s"),
        y: "V".to_owned(),
        lanes,
    };
    let numbers = [0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 12.0, 13.0];
    let reading = Fixture::floats(content(false), &numbers).read(Look::default(), [0.6, 0.1]);
    assert_eq!(figures(&reading.place), [("time, s", 2.5)]);
    assert_eq!(figures(&reading.values), [("a (V)", 2.0), ("b (V)", 12.0)]);
    for (height, expected) in [(0.2, ("a (V)", 2.0)), (0.8, ("b (V)", 12.0))] {
        let reading = Fixture::floats(content(true), &numbers).read(Look::default(), [0.6, height]);
        assert_eq!(figures(&reading.values), [expected]);
    }
}

#[test]
fn a_site_of_a_checkerboard_is_found_in_its_colour() {
    let content = Content::Checkerboard { array: "numbers", sites: 4 };
    // Rows of two sites each: the even colour of row 2 has x = 0 and 2, the odd one 1 and 3.
    let slabs = vec![vec![0, 0, 0, 0, 0, 1, 0, 0], vec![0, 0, 0, 0, 1, 0, 0, 0]];
    let fixture = Fixture::new(content, &[("numbers", Element::U8, &[2, 4, 2], slabs)]);
    for (x, expected) in [(0, 0.0), (1, 1.0), (2, 1.0), (3, 0.0)] {
        let reading = fixture.read(Look::default(), [(x as f32 + 0.5) / 4.0, 2.5 / 4.0]);
        assert_eq!(figures(&reading.place), [("x", f64::from(x)), ("y", 2.0)]);
        assert_eq!(figures(&reading.values), [("number, V", expected)], "{x}");
    }
}

#[test]
fn a_site_of_a_cube_tells_what_is_shown_of_its_channels() {
    let content = Content::Cube { array: "numbers", sites: 4, channels: 4, spots: Vec::new() };
    let numbers: Vec<f32> = (0..256).map(|at| ((at * 37) % 101) as f32).collect();
    let fixture = Fixture::new(content, &[("numbers", Element::F32, &[1, 4, 4, 4, 4], vec![bytes(&numbers)])]);
    let look = Look { arrangement: crate::view::Arrangement::Slices, slices: Some([1, 2, 3]), ..Look::default() };
    let layout = crate::view::CubeLayout::new(SIZE, 4, &look);
    let pixel = layout.pixel(crate::view::Plane::Xy, [2, 0, 3]);
    let at = [0, 1].map(|side| pixel[side] / SIZE[side] as f32);
    let stored = &numbers[4 * (3 * 16 + 2)..][..4];
    let mean = stored.iter().map(|value| f64::from(*value)).sum::<f64>() / 4.0;
    let variance = stored.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / 3.0;
    let cases = [
        (Quantity::Channel(3), "channel 3", f64::from(stored[3])),
        (Quantity::Mean, "mean of 4 channels", mean),
        (Quantity::Variance, "variance of 4 channels", variance),
    ];
    for (quantity, name, expected) in cases {
        let reading = fixture.read(Look { quantity, ..look }, at);
        assert_eq!(figures(&reading.place), [("x", 2.0), ("y", 0.0), ("z", 3.0)]);
        assert_eq!(figures(&reading.values), [(name, expected)]);
    }
}

#[test]
fn the_point_under_the_pointer_tells_where_it_is_and_its_colour() {
    let content = Content::Points {
        table: Table::whole("numbers", 2, 3),
        colours: Some(Table { first: 6, ..Table::whole("numbers", 1, 3) }),
        spokes: false,
        circle: false,
        x: Axis::even("re", -1.0, 1.0),
        y: Axis::even("im", -1.0, 1.0),
    };
    let fixture = Fixture::floats(content, &[0.5, -0.5, 0.5, 0.5, -0.5, 0.0, 7.0, 8.0, 9.0]);
    let reading = fixture.read(Look::default(), [0.26, 0.74]);
    assert_eq!(figures(&reading.place), [("point", 1.0), ("re", -0.5), ("im", -0.5)]);
    assert_eq!(figures(&reading.values), [("number, V", 8.0)]);
    let nothing = fixture.read(Look::default(), [0.05, 0.05]);
    assert!(nothing.place.is_empty() && nothing.values.is_empty(), "{nothing:?}");
}

/// A band of so many columns and two rows round the z axis, half a unit wide: node (column, row) is number
/// 10 · column + row.
fn band(columns: u32, seam: Seam) -> Fixture {
    let mut places = vec![0.0; 6 * columns as usize];
    let mut values = vec![0.0; 2 * columns as usize];
    for column in 0..columns {
        for row in 0..2 {
            let turn = std::f32::consts::TAU * column as f32 / columns as f32;
            let node = (row * columns + column) as usize;
            // The first column is in front, where y is lowest.
            places[3 * node..][..3].copy_from_slice(&[turn.sin() * 0.8, -turn.cos() * 0.8, row as f32 * 0.5 - 0.25]);
            values[node] = (10 * column + row) as f32;
        }
    }
    let content = Content::Surface {
        table: Table::whole("values", 2, columns),
        places: Places { array: "places", first: 0, steps: [3, 3 * columns] },
        x: Axis::even("u", -0.5, f64::from(columns) - 0.5),
        y: Axis::even("v", -0.5, 1.5),
        seam,
        radius: 1.0,
    };
    let count = columns as usize;
    let places = ("places", Element::F32, &[6 * count] as &[usize], vec![bytes(&places)]);
    Fixture::new(content, &[places, ("values", Element::F32, &[2 * count], vec![bytes(&values)])])
}

#[test]
fn the_nearest_node_of_a_sheet_is_the_one_in_front() {
    let camera = Camera { yaw: 0.0, pitch: 0.0, zoom: 1.0 };
    let look = Look { camera, ..Look::default() };
    let fixture = band(12, Seam::Closed);
    // Column 0 stands in the middle of the picture, before column 6; the upper row is row 1.
    let reading = fixture.read(look, [0.5, 0.42]);
    assert_eq!(figures(&reading.place)[..2], [("u", 0.0), ("v", 1.0)]);
    assert_eq!(figures(&reading.values), [("number, V", 1.0)]);
    let [x, y, z] = [2, 3, 4].map(|place| figures(&reading.place)[place].1);
    assert!(x.abs() < 1e-6 && (y + 0.8).abs() < 1e-6 && (z - 0.25).abs() < 1e-6, "{reading:?}");
    // A little to the right of the middle between columns 0 and 1, and left of column 0 beyond the seam.
    assert_eq!(figures(&fixture.read(look, [0.64, 0.58]).values), [("number, V", 10.0)]);
    assert_eq!(figures(&fixture.read(look, [0.36, 0.58]).values), [("number, V", 110.0)]);
    assert!(fixture.read(look, [0.5, 0.05]).values.is_empty(), "above the band is nothing");
}

#[test]
fn a_point_in_space_is_the_one_in_front() {
    let content = Content::Surface {
        table: Table::whole("numbers", 1, 3),
        places: Places { array: "numbers", first: 3, steps: [3, 3] },
        x: Axis::even("node", -0.5, 2.5),
        y: Axis::even("", 0.0, 1.0),
        seam: Seam::Open,
        radius: 1.0,
    };
    let fixture = Fixture::floats(content, &[7.0, 8.0, 9.0, 0.0, 0.6, 0.0, 0.0, -0.6, 0.0, 0.5, 0.0, 0.0]);
    let look = Look { camera: Camera { yaw: 0.0, pitch: 0.0, zoom: 1.0 }, ..Look::default() };
    let reading = fixture.read(look, [0.5, 0.5]);
    let [x, y] = [0.0, -0.6].map(|at: f32| f64::from(at));
    assert_eq!(figures(&reading.place), [("node", 1.0), ("x", x), ("y", y), ("z", 0.0)]);
    assert_eq!(figures(&reading.values), [("number, V", 8.0)]);
    assert!(fixture.read(look, [0.5, 0.3]).values.is_empty());
}
