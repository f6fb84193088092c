use super::passes::{Bin, Compose, Corners, Extract, Form, March, Tools};
use super::*;
use crate::gpu::{AdapterChoice, BufferId, BufferRequest, Buffers, Readback, Variant, layout};
use crate::shaders::LIBRARY;
use crate::sim::{Array, Content, Element, Picture, Slab, State, Values};
use crate::view::overlay::Glyph;
use crate::view::{Arrangement, ColourMap, Quantity, Range, Shown, Subject, VoxelProbe, target_texture, target_view};

const SITES: u32 = 16;
const CHANNELS: u32 = 8;

/// A smooth field with another wave in each channel.
fn wave(channel: u32, [x, y, z]: [u32; 3]) -> f64 {
    let place = [x, y, z].map(|site| f64::from(site) / f64::from(SITES));
    let c = f64::from(channel);
    3.0 + (6.0 * place[0] + c).sin() * (4.0 * place[1] - 0.5 * c).cos() + 0.3 * c * place[2]
}

struct Fixture {
    kernels: Kernels,
    buffers: Buffers,
    state: State,
    picture: Picture,
}

impl Fixture {
    /// A cube filled with `value`, in slabs of these many groups of four channels.
    fn new(element: Element, slabs: &[u32], value: impl Fn(u32, [u32; 3]) -> f64) -> Self {
        Self::on(&Gpu::open(&AdapterChoice::Best).unwrap(), element, slabs, value)
    }

    /// One on the same device.
    fn beside(&self, element: Element, slabs: &[u32], value: impl Fn(u32, [u32; 3]) -> f64) -> Self {
        Self::on(self.kernels.gpu(), element, slabs, value)
    }

    fn on(gpu: &Gpu, element: Element, slabs: &[u32], value: impl Fn(u32, [u32; 3]) -> f64) -> Self {
        let (mut buffers, mut state) = (Buffers::default(), State::default());
        let mut array =
            Array { name: "field", shape: vec![2, 16, 16, 16, 4], element, slabs: Vec::new(), pending: None };
        let mut first = 0;
        for (index, &groups) in slabs.iter().enumerate() {
            let id = BufferId { name: "field", index: index as u32 };
            let bytes = contents(element, first..first + groups, &value);
            let request = BufferRequest { id, bytes: bytes.len() as u64 };
            buffers.allocate(gpu, &[request]).unwrap();
            gpu.queue.write_buffer(buffers.get(id).unwrap(), 0, &bytes);
            array.slabs.push(Slab { buffer: id, bytes: bytes.len() as u64 });
            state.buffers.push(request);
            first += groups;
        }
        state.arrays.push(array);
        let picture = Picture::new(
            "picture",
            "what is drawn",
            Values::Any,
            Content::Cube { array: "field", sites: SITES, channels: CHANNELS, spots: Vec::new() },
        );
        Self { kernels: Kernels::new(gpu, LIBRARY), buffers, state, picture }
    }

    fn subject(&self) -> Subject<'_> {
        Subject { buffers: &self.buffers, state: &self.state, picture: &self.picture }
    }

    /// Paints and returns the scalars of the planes, those of the volume, and the range.
    fn paint(&self, look: &Look) -> (Vec<f32>, Vec<f32>, ValueRange) {
        self.paint_shown(&Shown::from(&self.subject()), look)
    }

    fn paint_shown(&self, shown: &Shown<'_>, look: &Look) -> (Vec<f32>, Vec<f32>, ValueRange) {
        let gpu = self.kernels.gpu();
        CubePainter::build(&self.kernels, shown, look).unwrap();
        let mut painter = CubePainter::new(gpu);
        let size = [300, 200];
        let view = target_view(&target_texture(gpu, size).unwrap());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let target = Target { view: &view, size };
        let painted = painter.paint(&self.kernels, &mut encoder, shown, look, &target, None).unwrap();
        assert_eq!(painted, Painted::Encoded);
        let (mut readback, results) = Readback::new(gpu, "scalars", 2);
        let resources = painter.resources.as_ref().unwrap();
        for buffer in [&resources.planes, &resources.volume] {
            assert!(readback.request(&mut encoder, buffer, 0, buffer.size(), ()));
        }
        gpu.queue.submit([encoder.finish()]);
        readback.after_submit();
        painter.after_submit();
        gpu.wait().unwrap();
        let scalars = || bytemuck::pod_collect_to_vec(&results.try_recv().unwrap().bytes);
        (scalars(), scalars(), painter.range().unwrap())
    }
}

fn contents(element: Element, groups: std::ops::Range<u32>, value: &impl Fn(u32, [u32; 3]) -> f64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for group in groups {
        for index in 0..SITES.pow(3) {
            for lane in 0..4 {
                let value = value(4 * group + lane, site_of(index));
                match element {
                    Element::F16 => bytes.extend(half::f16::from_f64(value).to_le_bytes()),
                    _ => bytes.extend((value as f32).to_le_bytes()),
                }
            }
        }
    }
    bytes
}

fn site_of(index: u32) -> [u32; 3] {
    [index % SITES, index / SITES % SITES, index / SITES / SITES]
}

/// The scalar of a site in double precision, from the numbers as they are stored.
fn expected(element: Element, quantity: Quantity, site: [u32; 3]) -> f64 {
    let stored = |channel| match element {
        Element::F16 => half::f16::from_f64(wave(channel, site)).to_f64(),
        _ => f64::from(wave(channel, site) as f32),
    };
    let mean = (0..CHANNELS).map(stored).sum::<f64>() / f64::from(CHANNELS);
    match quantity {
        Quantity::Channel(channel) => stored(channel),
        Quantity::Mean => mean,
        Quantity::Variance => {
            (0..CHANNELS).map(|channel| (stored(channel) - mean).powi(2)).sum::<f64>() / f64::from(CHANNELS - 1)
        }
    }
}

#[test]
fn scalars_agree_with_double_precision() {
    let cut = [3, 7, 11];
    for element in [Element::F32, Element::F16] {
        for slabs in [&[2_u32][..], &[1, 1]] {
            let fixture = Fixture::new(element, slabs, wave);
            for quantity in [Quantity::Channel(0), Quantity::Channel(6), Quantity::Mean, Quantity::Variance] {
                let (planes, volume, range) = fixture.paint(&Look { quantity, slices: Some(cut), ..Look::default() });
                let close = |found: f32, site| {
                    let wanted = expected(element, quantity, site);
                    assert!(
                        (f64::from(found) - wanted).abs() < 2e-6 * wanted.abs().max(1.0),
                        "{element:?} {slabs:?} {quantity:?} at {site:?}: {found}, expected {wanted}"
                    );
                };
                for (index, &found) in (0..).zip(&volume) {
                    close(found, site_of(index));
                }
                for (index, &found) in (0..).zip(&planes) {
                    let [a, b, plane] = site_of(index);
                    close(found, [[a, b, cut[2]], [a, cut[1], b], [cut[0], a, b]][plane as usize]);
                }
                let all: Vec<_> = (0..SITES.pow(3)).map(|index| expected(element, quantity, site_of(index))).collect();
                let mean = all.iter().sum::<f64>() / all.len() as f64;
                let deviation = (all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / all.len() as f64).sqrt();
                assert!((f64::from(range.mean) - mean).abs() < 1e-5, "{range:?}, mean {mean}");
                assert!((f64::from(range.deviation) - deviation).abs() < 1e-5, "{range:?}, deviation {deviation}");
                let extremes = [f64::min, f64::max].map(|pick| all.iter().copied().reduce(pick).unwrap());
                assert!((f64::from(range.minimum) - extremes[0]).abs() < 1e-5, "{range:?}");
                assert!((f64::from(range.maximum) - extremes[1]).abs() < 1e-5, "{range:?}");
                assert_eq!((range.count, range.not_finite), (SITES.pow(3), 0));
            }
        }
    }
}

#[test]
fn a_small_variance_survives_a_large_mean() {
    let value = |channel: u32, _: [u32; 3]| 1000.0 + 0.01 * f64::from(channel);
    let fixture = Fixture::new(Element::F32, &[1, 1], value);
    let (_, volume, _) = fixture.paint(&Look { quantity: Quantity::Variance, ..Look::default() });
    let stored: Vec<_> = (0..CHANNELS).map(|channel| f64::from(value(channel, [0; 3]) as f32)).collect();
    let mean = stored.iter().sum::<f64>() / 8.0;
    let variance = stored.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 7.0;
    assert!((f64::from(volume[0]) / variance - 1.0).abs() < 1e-2, "{} instead of {variance}", volume[0]);
}

#[test]
fn ranges_are_what_the_look_asks_for() {
    let fixture = Fixture::new(Element::F32, &[2], wave);
    let range = |range, colours| fixture.paint(&Look { range, colours, ..Look::default() }).2;
    let all = range(Range::Auto, ColourMap::Ember);
    assert_eq!((all.low, all.high), (all.minimum, all.maximum));
    let spread = range(Range::Spread(1.0), ColourMap::Ember);
    assert!((spread.low - (all.mean - all.deviation)).abs() < 1e-5 && spread.high < all.maximum, "{spread:?}");
    let fixed = range(Range::Fixed { low: -2.0, high: 7.0 }, ColourMap::Polar);
    assert_eq!((fixed.low, fixed.high, fixed.minimum), (-2.0, 7.0, all.minimum));
    let diverging = range(Range::Auto, ColourMap::Polar);
    assert_eq!((diverging.low, diverging.high), (-all.maximum, all.maximum));
}

#[test]
fn constant_fields_and_broken_values_have_a_range_too() {
    let constant = Fixture::new(Element::F32, &[2], |_, _| 0.0).paint(&Look::default()).2;
    assert!(constant.low == 0.0 && constant.high > 0.0, "{constant:?}");
    let broken = Fixture::new(Element::F32, &[2], |channel, site| match site {
        [1, 2, 3] => f64::NAN,
        [4, 5, 6] => f64::INFINITY,
        _ => wave(channel, site),
    });
    let range = broken.paint(&Look::default()).2;
    assert_eq!((range.not_finite, range.count), (2, SITES.pow(3) - 2));
    assert!(range.low.is_finite() && range.high.is_finite() && range.high < 10.0, "{range:?}");
}

#[test]
fn only_what_is_shown_is_held() {
    let fixture = Fixture::new(Element::F32, &[2], wave);
    let (planes, volume, _) = fixture.paint(&Look { arrangement: Arrangement::Slices, ..Look::default() });
    assert_eq!((planes.len(), volume.len()), (3 * 256, 1));
    let (planes, volume, _) = fixture.paint(&Look { arrangement: Arrangement::Volume, ..Look::default() });
    assert_eq!((planes.len(), volume.len()), (1, 4096));
}

#[test]
fn a_voxel_gives_all_its_channels() {
    for element in [Element::F32, Element::F16] {
        let fixture = Fixture::new(element, &[1, 1], wave);
        let gpu = fixture.kernels.gpu();
        let mut probe = VoxelProbe::new(gpu);
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        assert!(probe.request(&mut encoder, &fixture.subject(), [5, 9, 2]).unwrap());
        assert!(probe.request(&mut encoder, &fixture.subject(), [5, 16, 2]).is_err());
        gpu.queue.submit([encoder.finish()]);
        probe.after_submit();
        gpu.wait().unwrap();
        let voxel = probe.take().unwrap();
        assert_eq!((voxel.site, voxel.values.len()), ([5, 9, 2], 8));
        for (channel, &value) in (0..).zip(&voxel.values) {
            assert_eq!(f64::from(value), expected(element, Quantity::Channel(channel), voxel.site));
        }
        assert_eq!(probe.take(), None);
    }
}

#[test]
fn the_difference_of_two_cubes_is_that_of_their_quantities() {
    let other = |channel: u32, site: [u32; 3]| wave(channel, site) + if site == [5, 6, 7] { 0.5 } else { 0.0 };
    let a = Fixture::new(Element::F32, &[2], other);
    // Stored in another form, and cut in another way.
    for (element, slabs, rounding) in [(Element::F32, &[1_u32, 1][..], 2e-6), (Element::F16, &[2], 2e-3)] {
        let b = a.beside(element, slabs, wave);
        for (quantity, changed) in [(Quantity::Channel(6), 0.5), (Quantity::Mean, 0.5), (Quantity::Variance, 0.0)] {
            let look = Look { quantity, slices: Some([3, 6, 7]), ..Look::default() };
            let (subject, minus) = (a.subject(), b.subject());
            let (planes, volume, range) = a.paint_shown(&Shown::difference(&subject, &minus), &look);
            for (index, &found) in (0..).zip(&volume) {
                let wanted = if site_of(index) == [5, 6, 7] { changed } else { 0.0 };
                let exact =
                    expected(Element::F32, quantity, site_of(index)) - expected(element, quantity, site_of(index));
                assert!((f64::from(found) - wanted - exact).abs() < 1e-5, "{quantity:?} {:?}: {found}", site_of(index));
            }
            assert!((f64::from(planes[(6 * SITES + 5) as usize]) - changed).abs() < 2.0 * rounding + 1e-5);
            assert_eq!(range.low, -range.high, "{range:?}");
        }
    }
}

#[test]
fn what_does_not_differ_is_zero_and_neutral() {
    let a = Fixture::new(Element::F32, &[2], wave);
    let b = a.beside(Element::F32, &[1, 1], wave);
    let (subject, minus) = (a.subject(), b.subject());
    // Of one channel: sums over other slabs are rounded otherwise.
    let look = Look { quantity: Quantity::Channel(5), ..Look::default() };
    let (planes, volume, range) = a.paint_shown(&Shown::difference(&subject, &minus), &look);
    assert!(planes.iter().chain(&volume).all(|&value| value == 0.0));
    assert!(range.low < 0.0 && range.high == -range.low, "0 must stand in the middle: {range:?}");
    let small = a.beside(Element::F32, &[2], wave);
    let picture = Picture::new(
        "picture",
        "what is drawn",
        Values::Any,
        Content::Cube { array: "field", sites: SITES, channels: 4, spots: Vec::new() },
    );
    let mut state = small.state.clone();
    state.arrays[0].shape[0] = 1;
    state.arrays[0].slabs[0].bytes /= 2;
    let minus = Subject { state: &state, picture: &picture, buffers: &small.buffers };
    let refused = CubePainter::build(&a.kernels, &Shown::difference(&subject, &minus), &Look::default()).unwrap_err();
    assert!(refused.to_string().contains("16³ × 8 minus 16³ × 4"), "{refused}");
}

#[test]
fn kernels_that_are_not_built_yet_paint_nothing() {
    let fixture = Fixture::new(Element::F32, &[2], wave);
    let gpu = fixture.kernels.gpu();
    let view = target_view(&target_texture(gpu, [64, 64]).unwrap());
    let target = Target { view: &view, size: [64, 64] };
    let mut painter = CubePainter::new(gpu);
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    let first = painter.paint(
        &fixture.kernels,
        &mut encoder,
        &Shown::from(&fixture.subject()),
        &Look::default(),
        &target,
        None,
    );
    assert_eq!(first.unwrap(), Painted::NotYet);
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let mut fixture = Fixture::new(Element::F32, &[2], wave);
    let refusal = |fixture: &Fixture| CubeSource::new(&fixture.subject()).unwrap_err().to_string();
    fixture.picture.content = Content::Cube { array: "field", sites: SITES, channels: 12, spots: Vec::new() };
    assert!(refusal(&fixture).contains("[3, 16, 16, 16, 4]"));
    fixture.picture.content = Content::Cube { array: "phase", sites: SITES, channels: 8, spots: Vec::new() };
    assert!(refusal(&fixture).contains("`phase`"));
    fixture.picture.content = Content::Cube { array: "field", sites: SITES, channels: 8, spots: Vec::new() };
    fixture.state.arrays[0].slabs[0].bytes -= 16;
    assert!(refusal(&fixture).contains("no whole groups"));
}

#[test]
fn host_and_shader_lay_their_structs_out_alike() {
    let form = Form { is_half: false, is_pending: true, subtracts: false };
    layout::check::<Extract>(&LIBRARY, &Tools::variants(Quantity::Mean, &[form])[0]).unwrap();
    let plain = |kernel| Variant::new(kernel, []);
    layout::check::<Corners>(&LIBRARY, &plain("view/corners")).unwrap();
    layout::check::<March>(&LIBRARY, &plain("view/march")).unwrap();
    layout::check::<Bin>(&LIBRARY, &plain("view/bin")).unwrap();
    layout::check::<Glyph>(&LIBRARY, &plain("view/bin")).unwrap();
    layout::check::<Compose>(&LIBRARY, &plain("view/compose")).unwrap();
    layout::check::<Glyph>(&LIBRARY, &plain("view/compose")).unwrap();
}
