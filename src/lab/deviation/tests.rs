use super::*;
use crate::gpu::{AdapterChoice, BufferRequest, layout};
use crate::session;
use crate::shaders::LIBRARY;
use crate::sim::{Pending, Slab};
use std::sync::OnceLock;

const SCALE: f32 = 0.75;

fn kernels() -> &'static Kernels {
    static KERNELS: OnceLock<Kernels> = OnceLock::new();
    KERNELS.get_or_init(|| Kernels::new(&Gpu::open(&AdapterChoice::Best).unwrap(), LIBRARY))
}

/// How one arm stores an array.
#[derive(Clone, Copy, Debug)]
struct Storage {
    element: Element,
    /// Whether a scale and an offset per channel are pending.
    pending: bool,
    /// Numbers of every slab but the last.
    cut: usize,
}

const WHOLE: Storage = Storage { element: Element::F32, pending: false, cut: usize::MAX };
const HALF: Storage = Storage { element: Element::F16, ..WHOLE };

/// One arm with one array, given by the bits that are stored.
struct Held {
    state: State,
    buffers: Buffers,
    /// What a reader sees, in memory order.
    values: Vec<f32>,
}

impl Held {
    fn new(shape: &[usize], storage: Storage, words: &[u32]) -> Self {
        let gpu = kernels().gpu();
        let (mut state, mut buffers) = (State::default(), Buffers::default());
        let mut add = |name, index, bytes: &[u8]| {
            let request = BufferRequest { id: BufferId { name, index }, bytes: bytes.len() as u64 };
            buffers.allocate(gpu, &[request]).unwrap();
            gpu.queue.write_buffer(buffers.get(request.id).unwrap(), 0, bytes);
            Slab { buffer: request.id, bytes: request.bytes }
        };
        let slabs = (0..).zip(words.chunks(storage.cut.min(words.len())));
        let slabs = slabs.map(|(index, part)| add("numbers", index, &stored(storage.element, part))).collect();
        let offsets: Vec<f32> = (0..4 * shape[0]).map(|channel| 0.125 * channel as f32).collect();
        let pending = storage.pending.then(|| {
            add("scales", 0, bytemuck::cast_slice(&[9.0, SCALE]));
            add("offsets", 0, bytemuck::cast_slice(&offsets));
            let [scale, offsets] = ["scales", "offsets"].map(|name| BufferId { name, index: 0 });
            Pending { scale, scale_index: 1, offsets }
        });
        let array = Array { name: "numbers", shape: shape.to_vec(), element: storage.element, slabs, pending };
        state.arrays.push(array);
        let group = 4 * shape.iter().skip(1).take(3).product::<usize>();
        let value = |(place, word): (usize, &u32)| {
            let value = f32::from_bits(*word);
            let rounded = if storage.element == Element::F16 { half::f16::from_f32(value).to_f32() } else { value };
            let offset = || offsets[place / group * 4 + place % 4];
            if storage.pending { SCALE * rounded + offset() } else { rounded }
        };
        let values = words.iter().enumerate().map(value).collect();
        Self { state, buffers, values }
    }

    fn floats(shape: &[usize], storage: Storage, values: &[f32]) -> Self {
        Self::new(shape, storage, &values.iter().map(|value| value.to_bits()).collect::<Vec<_>>())
    }

    fn arm(&self) -> Arm<'_> {
        Arm { state: &self.state, buffers: &self.buffers }
    }
}

fn stored(element: Element, words: &[u32]) -> Vec<u8> {
    match element {
        Element::F16 => {
            words.iter().flat_map(|word| half::f16::from_f32(f32::from_bits(*word)).to_le_bytes()).collect()
        }
        Element::F32 | Element::U32 => bytemuck::cast_slice(words).to_vec(),
        Element::U8 => words.iter().map(|word| *word as u8).collect(),
        Element::Bit => {
            words.chunks(8).map(|eight| (0..).zip(eight).fold(0, |byte, (at, bit)| byte | (*bit as u8) << at)).collect()
        }
    }
}

fn ask<'a>(a: &'a Held, b: &'a Held, tolerance: f32) -> Question<'a> {
    Question { a: a.arm(), b: b.arm(), array: "numbers", cycle: 7, tolerance }
}

fn compared(a: &Held, b: &Held, tolerance: f32) -> Comparison {
    compare(kernels(), &ask(a, b, tolerance)).unwrap()
}

/// Numbers between −1 and 1 that repeat with the seed.
fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// `values` with noise of this size added.
fn disturbed(values: &[f32], size: f32, seed: u64) -> Vec<f32> {
    values.iter().zip(noise(values.len(), seed)).map(|(value, noise)| value + size * noise).collect()
}

/// The same figures on the host, in double precision.
struct Expected {
    relative_l2: f64,
    correlation: f64,
    max_abs: f64,
}

fn expected(a: &[f32], b: &[f32]) -> Expected {
    let count = a.len() as f64;
    let pairs = || a.iter().zip(b).map(|(a, b)| (f64::from(*a), f64::from(*b)));
    let (mean_a, mean_b) =
        (pairs().map(|pair| pair.0).sum::<f64>() / count, pairs().map(|pair| pair.1).sum::<f64>() / count);
    let sum = |of: &dyn Fn(f64, f64) -> f64| pairs().map(|(a, b)| of(a, b)).sum::<f64>();
    let product = sum(&|a, b| (a - mean_a) * (b - mean_b));
    let (spread_a, spread_b) = (sum(&|a, _| (a - mean_a).powi(2)), sum(&|_, b| (b - mean_b).powi(2)));
    Expected {
        relative_l2: (sum(&|a, b| (a - b).powi(2)) / sum(&|a, _| a * a)).sqrt(),
        correlation: product / (spread_a * spread_b).sqrt(),
        max_abs: pairs().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max),
    }
}

#[track_caller]
fn assert_close(found: f64, wanted: f64, relative: f64, what: &str) {
    assert!((found - wanted).abs() <= relative * wanted.abs(), "{what}: {found:e}, expected {wanted:e}");
}

#[test]
fn every_form_agrees_with_double_precision() {
    let shape = [2, 19, 23, 31, 4];
    let count = shape.iter().product();
    let a = noise(count, 1);
    let b = disturbed(&a, 0.01, 2);
    let forms = |cut| {
        [Element::F32, Element::F16]
            .into_iter()
            .flat_map(move |element| [false, true].map(|pending| Storage { element, pending, cut }))
    };
    // Cuts within a channel, within a workgroup's share and within a word would be odd, but nothing forbids the first two.
    for (form_a, form_b) in forms(40_002).flat_map(|a| forms(54_188).map(move |b| (a, b))) {
        let (held_a, held_b) = (Held::floats(&shape, form_a, &a), Held::floats(&shape, form_b, &b));
        let found = compared(&held_a, &held_b, 0.0);
        let wanted = expected(&held_a.values, &held_b.values);
        let what = format!("{form_a:?} {form_b:?}");
        assert_close(found.relative_l2(), wanted.relative_l2, 1e-5, &what);
        assert_close(1.0 - found.correlation().unwrap(), 1.0 - wanted.correlation, 1e-4, &what);
        assert_close(found.max_abs(), wanted.max_abs, 1e-4, &what);
        assert_eq!((found.array, found.cycle, found.numbers), ("numbers", 7, count as u64));
        assert_eq!((found.not_finite, found.unlike, found.a.count), ([0, 0], 0, count as f64));
        let differing = held_a.values.iter().zip(&held_b.values).filter(|(a, b)| a != b).count() as f64;
        // Multiplied and added in one step or in two: a few values come out alike or unlike by that.
        assert_close(
            found.differing as f64,
            differing,
            if form_a.pending || form_b.pending { 0.01 } else { 0.0 },
            &what,
        );
        let pair = found.largest.unwrap();
        let [channel, z, y, x] = [0, 1, 2, 3].map(|axis| pair.index[axis] as usize);
        let place = (((channel / 4 * 19 + z) * 23 + y) * 31 + x) * 4 + channel % 4;
        assert_close(pair.a, f64::from(held_a.values[place]), 1e-5, &what);
        assert_close(pair.b, f64::from(held_b.values[place]), 1e-5, &what);
        assert_close((pair.a - pair.b).abs(), wanted.max_abs, 1e-4, &what);
    }
}

#[test]
fn a_deviation_in_the_last_digits_is_right_over_millions_of_numbers() {
    let shape = [1 << 22];
    let a = noise(1 << 22, 3);
    for size in [1e-3, 1e-5, 2e-7] {
        let b = disturbed(&a, size, 4);
        let found = compared(&Held::floats(&shape, WHOLE, &a), &Held::floats(&shape, WHOLE, &b), 0.0);
        let wanted = expected(&a, &b);
        assert_close(found.relative_l2(), wanted.relative_l2, 1e-5, &format!("relative L2 at {size}"));
        // 1 − correlation is half the square of that: down to 1e-14, where f64 itself has few digits left.
        let apart = 0.5 * wanted.relative_l2.powi(2);
        let tolerance = 0.01 + 1e-15 / apart;
        assert_close(1.0 - found.correlation().unwrap(), apart, tolerance, &format!("correlation at {size}"));
    }
}

#[test]
fn large_means_and_extreme_sizes_lose_nothing() {
    let shape = [100_000];
    let around = |mean: f32, spread: f32, seed| disturbed(&vec![mean; 100_000], spread, seed);
    let cases = [
        ("a large mean", around(1000.0, 0.1, 5), 0.01),
        ("tiny numbers", around(0.0, 1e-30, 6), 1e-32),
        ("huge numbers", around(0.0, 1e36, 7), 1e33),
    ];
    for (what, a, size) in cases {
        let b = disturbed(&a, size, 8);
        let found = compared(&Held::floats(&shape, WHOLE, &a), &Held::floats(&shape, WHOLE, &b), 0.0);
        let wanted = expected(&a, &b);
        assert_close(found.relative_l2(), wanted.relative_l2, 1e-5, what);
        assert_close(1.0 - found.correlation().unwrap(), 1.0 - wanted.correlation, 1e-3, what);
        assert_close(found.max_abs(), wanted.max_abs, 1e-6, what);
    }
}

#[test]
fn correlation_holds_at_both_ends_and_between() {
    let a = noise(50_000, 9);
    let held = Held::floats(&[50_000], WHOLE, &a);
    let against = |b: &[f32]| (compared(&held, &Held::floats(&[50_000], WHOLE, b), 0.0), expected(&a, b));
    let (found, _) = against(&a.iter().map(|value| -3.0 * value).collect::<Vec<_>>());
    assert!((found.correlation().unwrap() + 1.0).abs() < 1e-6, "{found:?}");
    // Another size altogether, and almost nothing in common.
    let faint: Vec<_> = noise(50_000, 10).iter().zip(&a).map(|(noise, a)| 1e-6 * (noise + 0.1 * a)).collect();
    let (found, wanted) = against(&faint);
    assert!(
        (found.correlation().unwrap() - wanted.correlation).abs() < 1e-5,
        "{} {}",
        wanted.correlation,
        found.product
    );
    let (found, _) = against(&vec![0.3; 50_000]);
    assert_eq!((found.correlation(), found.b.spread), (None, 0.0));
    assert!((found.b.mean - f64::from(0.3_f32)).abs() < 1e-12);
}

#[test]
fn what_is_the_same_differs_nowhere() {
    let a = noise(70_000, 11);
    let mut b = a.clone();
    (b[5], b[6]) = (0.0, f32::from_bits(3));
    let mut a = b.clone();
    a[5] = -0.0;
    let same = compared(&Held::floats(&[70_000], WHOLE, &a), &Held::floats(&[70_000], WHOLE, &b), 0.0);
    assert_eq!((same.differing, &same.largest, &same.first), (0, &None, &None));
    assert_eq!((same.max_abs(), same.relative_l2(), same.correlation()), (0.0, 0.0, Some(1.0)));
    let zero = Held::floats(&[70_000], WHOLE, &vec![0.0; 70_000]);
    let nothing = compared(&zero, &zero, 0.0);
    assert_eq!((nothing.relative_l2(), nothing.correlation()), (0.0, None));
    assert_eq!(compared(&zero, &Held::floats(&[70_000], WHOLE, &a), 0.0).relative_l2(), f64::INFINITY);
}

#[test]
fn the_smallest_difference_there_is_counts() {
    let a = [0.5, f32::from_bits(3), 1.0, 0.0];
    let b = [0.5, f32::from_bits(4), 1.0, 0.0];
    let found = compared(&Held::floats(&[4], WHOLE, &a), &Held::floats(&[4], WHOLE, &b), 0.0);
    assert_eq!((found.differing, found.first.clone().unwrap().index), (1, vec![1]));
    assert!(found.max_abs() > 0.0);
}

#[test]
fn the_first_difference_is_first_for_a_reader_and_above_the_tolerance() {
    let shape = [3, 10, 20, 30, 4];
    let place =
        |channel: usize, z: usize, y: usize, x: usize| (((channel / 4 * 10 + z) * 20 + y) * 30 + x) * 4 + channel % 4;
    let a = vec![0.5; 3 * 10 * 20 * 30 * 4];
    let mut b = a.clone();
    b[place(2, 0, 0, 1)] = 0.75;
    // Later in memory, earlier for a reader.
    b[place(1, 9, 19, 28)] = 0.625;
    b[place(1, 0, 3, 3)] = 0.5625;
    b[place(11, 9, 19, 29)] = 2.5;
    let (held_a, held_b) = (Held::floats(&shape, WHOLE, &a), Held::floats(&shape, Storage { cut: 30_000, ..HALF }, &b));
    let found = compared(&held_a, &held_b, 0.0);
    assert_eq!(found.first, Some(Pair { index: vec![1, 0, 3, 3], a: 0.5, b: 0.5625 }));
    assert_eq!((found.differing, found.largest), (4, Some(Pair { index: vec![11, 9, 19, 29], a: 0.5, b: 2.5 })));
    let coarse = compared(&held_a, &held_b, 0.125);
    assert_eq!(
        (coarse.differing, coarse.first.unwrap().index),
        (2, vec![2, 0, 0, 1]),
        "0.125 apart is not above 0.125"
    );
    assert_eq!(compared(&held_a, &held_b, 0.1).first.unwrap().index, [1, 9, 19, 28]);
}

#[test]
fn of_equal_distances_the_first_is_named() {
    let a = vec![1.0; 60_000];
    let mut b = a.clone();
    for place in [59_999, 40_000, 21_001, 21_000] {
        b[place] = 3.0;
    }
    let found = compared(&Held::floats(&[60_000], WHOLE, &a), &Held::floats(&[60_000], WHOLE, &b), 0.0);
    assert_eq!((found.largest.unwrap().index, found.first.unwrap().index), (vec![21_000], vec![21_000]));
}

#[test]
fn what_is_not_finite_is_counted_and_named_and_spoils_no_other_figure() {
    for element in [Element::F32, Element::F16] {
        let storage = Storage { element, ..WHOLE };
        let a = noise(40_000, 12);
        let mut b = disturbed(&a, 0.01, 13);
        let clean = compared(&Held::floats(&[40_000], storage, &a), &Held::floats(&[40_000], storage, &b), 0.02);
        assert_eq!((clean.differing, clean.first), (0, None));
        let mut broken = a.clone();
        // Alike in both arms, then in one alone, then unlike.
        (broken[50], b[50]) = (f32::NAN, f32::NAN);
        (broken[60], b[60]) = (f32::INFINITY, f32::INFINITY);
        (broken[20_000], b[20_001]) = (f32::NAN, f32::INFINITY);
        (broken[70], b[70]) = (f32::INFINITY, f32::NEG_INFINITY);
        let found = compared(&Held::floats(&[40_000], storage, &broken), &Held::floats(&[40_000], storage, &b), 0.02);
        assert_eq!((found.not_finite, found.unlike, found.differing), ([4, 4], 3, 3), "{element:?}");
        let first = found.first.clone().unwrap();
        assert_eq!((first.index, first.a, first.b), (vec![70], f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!((found.max_abs(), found.correlation()), (f64::INFINITY, None));
        assert!(found.relative_l2().is_nan() && found.record("toggle", Some(1.0)).breaks_its_bound());
        assert_close(found.difference.squares(), clean.difference.squares(), 1e-3, "what is finite");
        assert!((found.largest.unwrap().a).is_finite());
    }
}

#[test]
fn integers_are_compared_exactly() {
    let a: Vec<u32> = (0..50_000_u32).map(|number| number.wrapping_mul(2_654_435_761)).collect();
    let mut b = a.clone();
    b[17_000] ^= 1;
    // No float tells these two apart.
    (b[300], b[40_000]) = (a[300].wrapping_add(1), u32::MAX - a[40_000]);
    let storage = |cut| Storage { element: Element::U32, cut, ..WHOLE };
    let (held_a, held_b) = (Held::new(&[5, 10_000], storage(7000), &a), Held::new(&[5, 10_000], storage(50_000), &b));
    let found = compared(&held_a, &held_b, 0.0);
    assert_eq!((found.differing, found.not_finite), (3, [0, 0]));
    let pair = |place: usize| Pair {
        index: vec![place as u64 / 10_000, place as u64 % 10_000],
        a: f64::from(a[place]),
        b: f64::from(b[place]),
    };
    assert_eq!((found.first.clone(), found.largest.clone()), (Some(pair(300)), Some(pair(40_000))));
    let mean = b.iter().map(|number| f64::from(*number)).sum::<f64>() / 50_000.0;
    assert_close(found.b.mean, mean, 1e-5, "mean of B");
    assert_eq!(compared(&held_a, &held_b, 1.0).differing, 1);
}

#[test]
fn integers_of_every_width_are_compared_with_one_another() {
    let a: Vec<u32> = (0..64_000_u32).map(|number| number.wrapping_mul(2_654_435_761) >> 31).collect();
    let mut b = a.clone();
    for place in [31, 32, 63_999] {
        b[place] ^= 1;
    }
    let widths = [Element::U32, Element::U8, Element::Bit];
    for (of_a, of_b) in widths.into_iter().flat_map(|of_a| widths.map(|of_b| (of_a, of_b))) {
        let held = |element, cut, words: &[u32]| Held::new(&[64_000], Storage { element, cut, ..WHOLE }, words);
        let found = compared(&held(of_a, 32_000, &a), &held(of_b, 6_400, &b), 0.0);
        let what = format!("{of_a:?} {of_b:?}");
        assert_eq!(found.differing, 3, "{what}");
        let first = found.first.clone().unwrap();
        assert_eq!((first.index, first.a, first.b), (vec![31], f64::from(a[31]), f64::from(b[31])), "{what}");
        let ones = b.iter().sum::<u32>();
        assert_close(found.b.mean, f64::from(ones) / 64_000.0, 1e-6, &what);
    }
}

#[test]
fn arrays_that_cannot_be_compared_are_told_in_words() {
    let numbers = Held::floats(&[8], WHOLE, &[0.0; 8]);
    let told = |a: &Held, b: &Held| compare(kernels(), &ask(a, b, 0.0)).unwrap_err().to_string();
    assert!(told(&numbers, &Held::floats(&[2, 4], WHOLE, &[0.0; 8])).contains("[8] in arm A and [2, 4] in arm B"));
    let integers = Held::new(&[8], Storage { element: Element::U32, ..WHOLE }, &[0; 8]);
    assert!(told(&numbers, &integers).contains("holds integers"));
    let mut short = Held::floats(&[8], WHOLE, &[0.0; 8]);
    short.state.arrays[0].slabs[0].bytes = 16;
    assert!(told(&numbers, &short).contains("16 bytes, its 8 numbers take 32"));
    let flat = Held::floats(&[8], Storage { pending: true, ..WHOLE }, &[0.0; 8]);
    assert!(told(&numbers, &flat).contains("four channels side by side"));
    let question = Question { array: "phase", ..ask(&numbers, &numbers, 0.0) };
    assert!(compare(kernels(), &question).unwrap_err().to_string().contains("no array `phase`"));
    assert_eq!(shared_arrays(&numbers.state, &State::default()), Vec::<&str>::new());
    assert_eq!(shared_arrays(&numbers.state, &integers.state), ["numbers"]);
}

#[test]
fn answers_come_without_waiting_and_in_order() {
    let gpu = kernels().gpu();
    // Kernels of its own, so that none is built yet.
    let fresh = Kernels::new(gpu, LIBRARY);
    let a = noise(40_000, 14);
    let helds: Vec<_> = (0..3).map(|seed| Held::floats(&[40_000], HALF, &disturbed(&a, 0.1, seed))).collect();
    let held = Held::floats(&[40_000], WHOLE, &a);
    let mut comparer = Comparer::new(gpu);
    assert_eq!(comparer.request(&fresh, &ask(&held, &helds[0], 0.0)).unwrap(), Request::NotYet);
    for (cycle, other) in (0..).zip(&helds) {
        let question = Question { cycle, ..ask(&held, other, 0.0) };
        while comparer.request(&fresh, &question).unwrap() == Request::NotYet {
            std::thread::yield_now();
        }
    }
    gpu.wait().unwrap();
    for (cycle, other) in (0..).zip(&helds) {
        let answer = comparer.take().unwrap();
        assert_eq!(answer, Comparison { cycle, ..compared(&held, other, 0.0) });
    }
    assert_eq!((comparer.take(), comparer.missed()), (None, 0));
}

#[test]
fn a_record_carries_what_was_found() {
    let mut b = vec![2.0; 600];
    b[402] = 2.5;
    let found = compared(&Held::floats(&[3, 200], WHOLE, &[2.0; 600]), &Held::floats(&[3, 200], WHOLE, &b), 0.0);
    let record = found.record("fused", Some(1e-5));
    let element = session::DifferingElement { index: vec![2, 2], baseline: 2.0, variant: 2.5 };
    assert_eq!(
        (record.first_difference.as_ref(), record.largest_difference.as_ref()),
        (Some(&element), Some(&element))
    );
    let counts = record.elements.unwrap();
    assert_eq!((counts.compared, counts.differing, counts.not_finite_baseline), (600, 1, 0));
    assert!(record.breaks_its_bound() && !found.record("fused", None).breaks_its_bound());
    assert_eq!((record.subject.as_str(), record.array.as_str(), record.cycle), ("fused", "numbers", 7));
    let text = ron::to_string(&record).unwrap();
    assert_eq!(ron::from_str::<session::Deviation>(&text).unwrap(), record);
}

/// Time and accuracy at the field's full size; run with `--ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn what_a_comparison_costs_at_full_size() {
    let shape = [48, 96, 96, 96, 4];
    let storage = Storage { cut: 16 * 96 * 96 * 96, ..WHOLE };
    let a = noise(shape.iter().product(), 15);
    let b = disturbed(&a, 2e-7, 16);
    let wanted = expected(&a, &b);
    let (held_a, held_b) = (Held::floats(&shape, storage, &a), Held::floats(&shape, storage, &b));
    for _ in 0..4 {
        let began = std::time::Instant::now();
        let found = compared(&held_a, &held_b, 0.0);
        let error = found.relative_l2() / wanted.relative_l2 - 1.0;
        println!("{:?}: relative L2 {:e}, off by {error:e} of itself", began.elapsed(), found.relative_l2());
        assert!(error.abs() < 0.02);
    }
}

#[test]
fn host_and_shader_lay_their_structs_out_alike() {
    let plain = Variant::new("lab/deviation", []);
    layout::check::<Compare>(&LIBRARY, &plain).unwrap();
    layout::check::<Partial>(&LIBRARY, &plain).unwrap();
}
