//! What painters draw, on a real device: golden images, and that a picture follows its look.
//!
//! `FIELDSCOPE_BLESS=1` writes the golden images anew; look at them before committing them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::gpu::{AdapterChoice, BufferId, BufferRequest, Buffers, Gpu, Kernels, Readback};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::{Array, Content, Element, Picture, Slab, State, Values};
use fieldscope::view::{
    Arrangement, Camera, ColourMap, CubeLayout, Detail, Look, Painter, Plane, Quantity, Range, Shown, Subject, Target,
    sampled_view, snapshot, target_texture, target_view,
};
use image::RgbaImage;
use std::path::PathBuf;

/// Largest difference of a colour value that still counts as the same: rounding differs between compilers.
const TOLERANCE: u8 = 2;
/// Share of the pixels that may differ by more: those where a ray or an edge decides otherwise.
const STRAY: f64 = 1e-3;

struct Scene {
    kernels: Kernels,
    buffers: Buffers,
    state: State,
    picture: Picture,
}

impl Scene {
    /// A cube of `sites`³ × `channels`, filled with `value` of the place in [0, 1]³ and the channel.
    fn new(sites: u32, channels: u32, value: impl Fn([f32; 3], u32) -> f32) -> Self {
        let gpu = Gpu::open(&AdapterChoice::Best).expect("these tests need an adapter; Mesa's lavapipe will do");
        let id = BufferId { name: "field", index: 0 };
        let mut numbers = Vec::new();
        for group in 0..channels / 4 {
            for index in 0..sites.pow(3) {
                let site = [index % sites, index / sites % sites, index / sites / sites];
                let place = site.map(|at| (at as f32 + 0.5) / sites as f32);
                numbers.extend((0..4).map(|lane| value(place, 4 * group + lane)));
            }
        }
        let bytes = 4 * numbers.len() as u64;
        let mut buffers = Buffers::default();
        buffers.allocate(&gpu, &[BufferRequest { id, bytes }]).unwrap();
        gpu.queue.write_buffer(buffers.get(id).unwrap(), 0, bytemuck::cast_slice(&numbers));
        let edge = sites as usize;
        let state = State {
            arrays: vec![Array {
                name: "field",
                shape: vec![channels as usize / 4, edge, edge, edge, 4],
                element: Element::F32,
                slabs: vec![Slab { buffer: id, bytes }],
                pending: None,
            }],
            buffers: vec![BufferRequest { id, bytes }],
        };
        let near = |x: f32, y: f32, z: f32| [x, y, z].map(|at| (at * sites as f32) as u32);
        let spots = vec![
            ("sensors", vec![near(0.3, 0.35, 0.4), near(0.7, 0.6, 0.5), near(0.5, 0.5, 0.9), near(0.1, 0.8, 0.5)]),
            ("motors", vec![near(0.5, 0.2, 0.5), near(0.85, 0.5, 0.2)]),
        ];
        let picture = Picture::new(
            "picture",
            "what is drawn",
            Values::Any,
            Content::Cube { array: "field", sites, channels, spots },
        );
        Self { kernels: Kernels::new(&gpu, LIBRARY), buffers, state, picture }
    }

    fn subject(&self) -> Subject<'_> {
        Subject { buffers: &self.buffers, state: &self.state, picture: &self.picture }
    }

    fn paint(&self, look: &Look, size: [u32; 2]) -> RgbaImage {
        snapshot(&self.kernels, &self.subject(), look, size).unwrap()
    }
}

/// Two bright lumps, a dim one and a dark one over a level background; channels differ in strength.
fn lumps([x, y, z]: [f32; 3], channel: u32) -> f32 {
    let lump = |at: [f32; 3], radius: f32| {
        let square = (x - at[0]).powi(2) + (y - at[1]).powi(2) + (z - at[2]).powi(2);
        (-square / (radius * radius)).exp()
    };
    let strength = 1.0 + 0.3 * (channel as f32).sin();
    let ripple = 0.02 * (25.0 * x).sin() * (25.0 * y).sin() * (25.0 * z).sin();
    0.05 + strength
        * (lump([0.3, 0.35, 0.4], 0.16) + 0.8 * lump([0.7, 0.6, 0.5], 0.2) + 0.4 * lump([0.5, 0.5, 0.85], 0.12))
        - 0.5 * strength * lump([0.25, 0.8, 0.3], 0.15)
        + ripple
}

/// Detail does not follow the adapter here: the golden images are the same everywhere.
fn look(arrangement: Arrangement) -> Look {
    Look { arrangement, detail: Detail::Full, slices: None, ..Look::default() }
}

fn compare(name: &str, painted: &RgbaImage) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    if std::env::var_os("FIELDSCOPE_BLESS").is_some() {
        painted.save(&path).unwrap();
        return;
    }
    let golden = image::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; FIELDSCOPE_BLESS=1 writes it", path.display()))
        .to_rgba8();
    assert_eq!(painted.dimensions(), golden.dimensions());
    let differs = |(one, other): (&image::Rgba<u8>, &image::Rgba<u8>)| {
        one.0.iter().zip(other.0).any(|(one, other)| one.abs_diff(other) > TOLERANCE)
    };
    let strays = painted.pixels().zip(golden.pixels()).filter(|pair| differs(*pair)).count();
    let pixels = painted.pixels().len();
    if strays as f64 > STRAY * pixels as f64 {
        let beside = std::env::temp_dir().join(format!("{name}.png"));
        painted.save(&beside).unwrap();
        panic!("{strays} of {pixels} pixels differ from {}; painted: {}", path.display(), beside.display());
    }
}

#[test]
fn slices_look_as_they_did() {
    let scene = Scene::new(32, 8, lumps);
    compare("cube_slices", &scene.paint(&look(Arrangement::Slices), [960, 340]));
}

#[test]
fn the_volume_looks_as_it_did() {
    let scene = Scene::new(48, 8, lumps);
    compare("cube_volume", &scene.paint(&look(Arrangement::Volume), [640, 560]));
}

#[test]
fn both_look_as_they_did() {
    let scene = Scene::new(48, 8, lumps);
    let look = Look { colours: ColourMap::Lagoon, slices: Some([14, 17, 20]), ..look(Arrangement::Both) };
    compare("cube_both", &scene.paint(&look, [960, 640]));
}

#[test]
fn a_diverging_map_looks_as_it_did() {
    let scene = Scene::new(32, 8, |place, channel| lumps(place, channel) - 0.05);
    let look = Look {
        colours: ColourMap::Polar,
        quantity: Quantity::Channel(5),
        camera: Camera { yaw: 200.0, pitch: -20.0, zoom: 1.1 },
        ..look(Arrangement::Both)
    };
    compare("cube_diverging", &scene.paint(&look, [520, 720]));
}

#[test]
fn the_picture_follows_its_look() {
    let scene = Scene::new(16, 8, lumps);
    let start = Look { slices: Some([4, 5, 6]), ..look(Arrangement::Both) };
    let picture = scene.paint(&start, [320, 240]);
    assert_eq!(picture, scene.paint(&start, [320, 240]), "the same look gives the same picture");
    let others = [
        Look { slices: Some([4, 5, 7]), ..start },
        Look { quantity: Quantity::Variance, ..start },
        Look { colours: ColourMap::Lagoon, ..start },
        Look { range: Range::Fixed { low: 0.0, high: 3.0 }, ..start },
        Look { camera: Camera { yaw: 33.0, ..start.camera }, ..start },
        Look { opacity: 2.0, ..start },
        Look { marks: false, ..start },
    ];
    for other in others {
        assert_ne!(picture, scene.paint(&other, [320, 240]), "{other:?}");
    }
}

#[test]
fn a_pixel_shows_the_colour_of_the_site_that_it_picks() {
    let scene = Scene::new(16, 8, lumps);
    let range = Range::Fixed { low: -0.5, high: 1.5 };
    let look = Look { quantity: Quantity::Channel(3), range, marks: false, ..look(Arrangement::Slices) };
    let size = [620, 230];
    let picture = scene.paint(&look, size);
    let layout = CubeLayout::new(size, 16, &look);
    for plane in Plane::ALL {
        for (a, b) in (0..16).flat_map(|a| (0..16).map(move |b| (a, b))) {
            let mut site = look.slices_in(16);
            let [right, up] = plane.axes();
            (site[right], site[up]) = (a, b);
            let [x, y] = layout.pixel(plane, site).map(|at| at as u32);
            let value = lumps(site.map(|at| (at as f32 + 0.5) / 16.0), 3);
            let wanted = look.colours.colour((value + 0.5) / 2.0);
            let found = picture.get_pixel(x, y).0;
            let near = (0..3).all(|part| found[part].abs_diff(wanted[part]) <= 3);
            assert!(near, "{plane:?} {site:?}: {found:?}, expected {wanted:?}");
        }
    }
}

/// A square of ones and zeros, as bytes or as bits: a ring and a corner on it.
fn square(sites: u32, element: Element) -> Scene {
    let gpu = Gpu::open(&AdapterChoice::Best).expect("these tests need an adapter; Mesa's lavapipe will do");
    let mut buffers = Buffers::default();
    let colours = [0, 1].map(|colour| {
        let coloured = (0..sites * sites).map(|at| [at % sites, at / sites]).filter(|[x, y]| (x + y) % 2 == colour);
        let values: Vec<u8> = coloured.map(|site| u8::from(is_up(site, sites))).collect();
        let bytes = match element {
            Element::Bit => values.chunks(8).map(|eight| (0..8).map(|at| eight[at] << at).sum()).collect(),
            _ => values,
        };
        let request = BufferRequest { id: BufferId { name: "spins", index: colour }, bytes: bytes.len() as u64 };
        buffers.allocate(&gpu, &[request]).unwrap();
        gpu.queue.write_buffer(buffers.get(request.id).unwrap(), 0, &bytes);
        request
    });
    let slabs = colours.map(|request| Slab { buffer: request.id, bytes: request.bytes }).to_vec();
    let edge = sites as usize;
    let array = Array { name: "spins", shape: vec![2, edge, edge / 2], element, slabs, pending: None };
    let state = State { arrays: vec![array], buffers: colours.to_vec() };
    let picture =
        Picture::new("picture", "what is drawn", Values::Any, Content::Checkerboard { array: "spins", sites });
    Scene { kernels: Kernels::new(&gpu, LIBRARY), buffers, state, picture }
}

fn is_up([x, y]: [u32; 2], sites: u32) -> bool {
    let from_middle = [x, y].map(|at| (at as f32 + 0.5) / sites as f32 - 0.5);
    let radius = from_middle[0].hypot(from_middle[1]);
    (0.25..0.4).contains(&radius) || (x < sites / 8 && y < sites / 16) || (x * 7 + y * 13) % 29 == 0
}

#[test]
fn a_square_looks_as_it_did() {
    let scene = square(320, Element::Bit);
    compare("square", &scene.paint(&Look { colours: ColourMap::Lagoon, ..Look::default() }, [240, 200]));
}

#[test]
fn every_site_of_a_square_has_its_colour_in_either_form_and_a_zoom_shows_its_site() {
    for element in [Element::U8, Element::Bit] {
        let scene = square(64, element);
        let look = Look { colours: ColourMap::Grey, ..Look::default() };
        let picture = scene.paint(&look, [128, 128]);
        for [x, y] in (0..64).flat_map(|y| (0..64).map(move |x| [x, y])) {
            let [red, green, blue] = look.colours.colour(f32::from(u8::from(is_up([x, y], 64))));
            assert_eq!(picture.get_pixel(2 * x + 1, 2 * y).0, [red, green, blue, 255], "{element:?} {x} {y}");
        }
        let camera = Camera { zoom: 8.0, ..Camera::default() };
        let near = scene.paint(&Look { camera, slices: Some([20, 40, 0]), ..look }, [128, 128]);
        for (pixel, site) in [([64, 64], [20, 40]), ([80, 64], [21, 40]), ([64, 48], [20, 39])] {
            let [red, green, blue] = look.colours.colour(f32::from(u8::from(is_up(site, 64))));
            assert_eq!(near.get_pixel(pixel[0], pixel[1]).0, [red, green, blue, 255], "{site:?}");
        }
    }
}

#[test]
fn the_difference_of_two_squares_is_grey_where_they_agree() {
    let (one, other) = (square(64, Element::U8), square(64, Element::Bit));
    let bits = other.state.array("spins").unwrap().slabs[0];
    let shown = |scene: &Scene| {
        snapshot(&one.kernels, Shown::difference(&one.subject(), &scene.subject()), &Look::default(), [64, 64])
    };
    // Both scenes have a device of their own: the bits go to that of the bytes.
    let gpu = one.kernels.gpu();
    let mut buffers = Buffers::default();
    buffers.allocate(gpu, &other.state.buffers).unwrap();
    for slab in &other.state.array("spins").unwrap().slabs {
        let values: Vec<u8> = (0..64 * 64)
            .filter(|at| (at % 64 + at / 64) % 2 == slab.buffer.index)
            .map(|at| u8::from(is_up([at % 64, at / 64], 64)))
            .collect();
        let mut bytes: Vec<u8> = values.chunks(8).map(|eight| (0..8).map(|at| eight[at] << at).sum()).collect();
        // The first spin of the even sites is another one.
        bytes[0] ^= u8::from(slab.buffer == bits.buffer);
        gpu.queue.write_buffer(buffers.get(slab.buffer).unwrap(), 0, &bytes);
    }
    let other = Scene { buffers, ..other };
    let picture = shown(&other).unwrap();
    let middle = picture.get_pixel(40, 40).0;
    let others: Vec<_> =
        picture.enumerate_pixels().filter(|(_, _, pixel)| pixel.0 != middle).map(|(x, y, _)| (x, y)).collect();
    assert_eq!(others, [(0, 0)]);
}

#[test]
fn any_size_of_target_can_be_painted() {
    let scene = Scene::new(16, 8, lumps);
    for arrangement in [Arrangement::Slices, Arrangement::Volume, Arrangement::Both] {
        for size in [[1, 1], [9, 300], [31, 17], [21, 21], [64, 64]] {
            assert_eq!(scene.paint(&look(arrangement), size).dimensions(), (size[0], size[1]));
        }
    }
    let refused = snapshot(&scene.kernels, &scene.subject(), &Look::default(), [0, 5]).unwrap_err().to_string();
    assert!(refused.contains("0 × 5"), "{refused}");
}

#[test]
fn a_painting_can_be_timed_and_its_texture_sampled() {
    let scene = Scene::new(16, 8, lumps);
    let gpu = scene.kernels.gpu();
    let look = look(Arrangement::Both);
    let size = [200, 160];
    let texture = target_texture(gpu, size).unwrap();
    let sampled = sampled_view(&texture);
    assert_eq!(sampled.texture().size().width, 200);
    assert!(gpu.has_timestamps(), "lavapipe has timestamps");
    let queries = gpu.device.create_query_set(&wgpu::QuerySetDescriptor {
        label: None,
        ty: wgpu::QueryType::Timestamp,
        count: 2,
    });
    let resolved = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 16,
        usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
        mapped_at_creation: false,
    });
    let mut painter = Painter::new(gpu);
    painter.build(&scene.kernels, &scene.subject(), &look).unwrap();
    let (mut readback, results) = Readback::new(gpu, "ticks", 1);
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    let timestamps = wgpu::ComputePassTimestampWrites {
        query_set: &queries,
        beginning_of_pass_write_index: Some(0),
        end_of_pass_write_index: Some(1),
    };
    let target = Target { view: &target_view(&texture), size };
    painter.paint(&scene.kernels, &mut encoder, &scene.subject(), &look, &target, Some(timestamps)).unwrap();
    encoder.resolve_query_set(&queries, 0..2, &resolved, 0);
    readback.request(&mut encoder, &resolved, 0, 16, ());
    gpu.queue.submit([encoder.finish()]);
    readback.after_submit();
    painter.after_submit();
    gpu.wait().unwrap();
    let ticks: Vec<u64> = bytemuck::pod_collect_to_vec(&results.try_recv().unwrap().bytes);
    assert!(ticks[1] > ticks[0], "{ticks:?}");
    assert_eq!(painter.range().unwrap().count, 16 * 16 * 16);
}

/// Noise about a level with a decaying peak at each of 16 places: what a field under injection looks like.
fn injected([x, y, z]: [f32; 3], channel: u32) -> f32 {
    let scrambled = |seed: u32| {
        let mixed = (seed ^ 0x9e37_79b9).wrapping_mul(0x85eb_ca6b);
        ((mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35) >> 8) as f32 / 16_777_216.0
    };
    let noise = scrambled(x.to_bits() ^ y.to_bits().rotate_left(7) ^ z.to_bits().rotate_left(13) ^ channel) - 0.5;
    let peaks: f32 = (0..16)
        .map(|spot| {
            let at = [3 * spot, 3 * spot + 1, 3 * spot + 2].map(scrambled);
            let distance = ((x - at[0]).powi(2) + (y - at[1]).powi(2) + (z - at[2]).powi(2)).sqrt();
            0.02 * (-distance / 0.08).exp() / (distance + 0.02)
        })
        .sum();
    0.05 + 0.14 * noise + peaks
}

/// What painting costs on this adapter, by the host's clock, from encoding to completion; run with `--ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn what_painting_costs() {
    let scene = Scene::new(96, 16, injected);
    let gpu = scene.kernels.gpu();
    let size = [1200, 720];
    let texture = target_texture(gpu, size).unwrap();
    let view = target_view(&texture);
    for arrangement in [Arrangement::Slices, Arrangement::Volume, Arrangement::Both] {
        for detail in [Detail::Half, Detail::Full] {
            let look = Look { arrangement, detail, ..Look::default() };
            scene.paint(&look, size).save(std::env::temp_dir().join(format!("{arrangement:?}.png"))).unwrap();
            let mut painter = Painter::new(gpu);
            painter.build(&scene.kernels, &scene.subject(), &look).unwrap();
            let times: Vec<_> = (0..8)
                .map(|_| {
                    let start = std::time::Instant::now();
                    let mut encoder = gpu.device.create_command_encoder(&Default::default());
                    let target = Target { view: &view, size };
                    painter.paint(&scene.kernels, &mut encoder, &scene.subject(), &look, &target, None).unwrap();
                    let encoded = start.elapsed();
                    gpu.queue.submit([encoder.finish()]);
                    painter.after_submit();
                    gpu.wait().unwrap();
                    (start.elapsed(), encoded)
                })
                .collect();
            let (best, encoded) = times.iter().min().unwrap();
            println!("{arrangement:?} {detail:?}: {best:?}, of it encoding {encoded:?}, {} bytes", painter.bytes());
        }
    }
}
