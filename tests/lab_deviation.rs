//! Two arms of a real system: carried over from one to the other, compared on the device, and painted. Needs an adapter,
//! and fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::driver::{Command, Driver, DriverError, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels, Library};
use fieldscope::lab::deviation::{Arm, Comparison, Question, compare, shared_arrays};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::field::Field;
use fieldscope::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use fieldscope::sim::random::Generator;
use fieldscope::sim::toggles::index_of;
use fieldscope::sim::{BufferRequest, Element, Kind, Simulation, Streaming, ToggleSet};
use fieldscope::view::{Arrangement, ColourMap, CubeLayout, Look, Plane, Quantity, Shown, Subject, snapshot};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const SITES: u32 = 16;
/// What `lazy_scale` needs, and half storage is off.
const LAZY: [&str; 6] =
    ["lazy_scale", "global_momentum", "sparse_noise", "direct_motors", "tensions_left_out", "learning_left_out"];

fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    KERNELS
        .get_or_init(|| {
            let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
            Arc::new(Kernels::new(&gpu, LIBRARY))
        })
        .clone()
}

/// Makes `to` stand where `from` stands, under `to`'s own toggles and ready for its next cycle.
fn carry_over(from: &mut Driver, to: &mut Driver) -> Result<(), DriverError> {
    from.run_to(from.status().cycle)?;
    to.stand_as(from)?;
    to.run_to(to.status().cycle)
}

fn field(seed: u64, streaming: Streaming) -> Field {
    let model = FieldModel {
        rules: Rules::Stable,
        sites: SITES,
        channels: 24,
        reduced_channels: None,
        sensors: 12,
        motors: 6,
        signal: SensorSignal::Sines { shortest: 20.0 },
        generator: Generator::Fast,
        matched_variance: false,
        rates: Rates::default(),
    };
    Field::new(model, seed, streaming).unwrap()
}

fn arm_on(kernels: Arc<Kernels>, seed: u64, streaming: Streaming, on: &[&str]) -> Driver {
    let field = field(seed, streaming);
    let toggles = ToggleSet::from_names(&field.description().toggles, on.iter().copied()).unwrap();
    Driver::new(kernels, Method::GpuPass, Box::new(field), toggles).unwrap().0
}

fn arm(on: &[&str]) -> Driver {
    arm_on(kernels(), 7, Streaming::default(), on)
}

fn compared(a: &Driver, b: &Driver, array: &str, tolerance: f32) -> Comparison {
    let (state_a, state_b) = (a.state(), b.state());
    let question = Question {
        a: Arm { state: &state_a, buffers: a.buffers() },
        b: Arm { state: &state_b, buffers: b.buffers() },
        array,
        cycle: a.status().cycle,
        tolerance,
    };
    compare(a.kernels(), &question).unwrap()
}

/// An array as a reader sees it.
fn read(driver: &Driver, name: &str) -> Vec<f32> {
    let state = driver.state();
    let array = state.array(name).unwrap();
    arrays::to_plain(array, &arrays::read_array(driver.gpu(), driver.buffers(), array).unwrap())
}

/// Every array that the state lists, bit for bit, and the figures that probes show.
fn assert_bitwise_alike(a: &Driver, b: &Driver, what: &str) {
    let (state_a, state_b) = (a.state(), b.state());
    assert_eq!(state_a, state_b, "{what}");
    assert!(state_a.arrays.len() > 5);
    for name in shared_arrays(&state_a, &state_b) {
        let bits = |driver| read(driver, name).into_iter().map(f32::to_bits).collect::<Vec<_>>();
        assert!(bits(a) == bits(b), "{what}: {name} is not the same");
        let found = compared(a, b, name, 0.0);
        assert_eq!((found.differing, found.max_abs()), (0, 0.0), "{what}: {name}");
    }
}

fn run_both(a: &mut Driver, b: &mut Driver, cycles: u64) {
    let last = a.status().cycle + cycles;
    for driver in [a, b] {
        driver.run_to(last).unwrap();
        assert_eq!(driver.status().cycle, last);
    }
}

#[test]
fn under_the_same_toggles_both_arms_go_on_bitwise_alike() {
    let settings: [&[&str]; 5] = [
        &["fused_pass", "procedural_maps", "batched_readback"],
        &[],
        &["fused_pass", "half_storage", "temporal_batching"],
        &["global_momentum", "global_phase", "uniform_decay", "spread_injection"],
        &LAZY,
    ];
    for on in settings {
        // B begins with another seed and on its way: nothing of that may stay.
        let (mut a, mut b) = (arm(on), arm_on(kernels(), 8, Streaming::default(), on));
        a.command(Command::SetParameter { name: "diffusion".to_owned(), value: 0.07 });
        a.run_to(7).unwrap();
        b.run_to(3).unwrap();
        assert!(compared(&a, &b, "field", 0.0).differing > 0, "{on:?}: two seeds are not one");
        carry_over(&mut a, &mut b).unwrap();
        assert_eq!((b.status().cycle, b.is_at_boundary()), (7, true));
        assert_bitwise_alike(&a, &b, &format!("{on:?}, carried over"));
        run_both(&mut a, &mut b, 20);
        assert_bitwise_alike(&a, &b, &format!("{on:?}, twenty cycles later"));
        assert_eq!(b.simulation().parameter("diffusion"), a.simulation().parameter("diffusion"));
    }
}

#[test]
fn the_arm_that_was_carried_over_from_goes_on_as_if_nothing_had_been() {
    let on = ["fused_pass"];
    let (mut a, mut b, mut alone) = (arm(&on), arm(&["half_storage"]), arm(&on));
    a.run_to(4).unwrap();
    carry_over(&mut a, &mut b).unwrap();
    for driver in [&mut a, &mut alone] {
        driver.run_to(9).unwrap();
    }
    assert_bitwise_alike(&a, &alone, "A with and without a B");
}

/// As a window does it: nothing is waited for, and no cycle runs before the arm's own toggles are there.
#[test]
fn frame_by_frame_the_arm_comes_out_as_by_waiting() {
    let on = ["fused_pass", "half_storage"];
    let (mut a, mut waited, mut framed) = (arm(&[]), arm(&on), arm(&on));
    a.run_to(4).unwrap();
    carry_over(&mut a, &mut waited).unwrap();
    framed.stand_as(&a).unwrap();
    assert_eq!((framed.status().cycle, framed.toggles()), (4, a.toggles()), "it begins as what it was made from");
    while framed.status().cycle < 6 {
        framed.frame_to(Duration::from_millis(8), 6).unwrap();
        assert!(framed.status().cycle == 4 || framed.toggles() == waited.toggles(), "a cycle ran under A's toggles");
    }
    waited.run_to(6).unwrap();
    assert_bitwise_alike(&waited, &framed, "by frames");
}

#[test]
fn another_system_takes_the_arrays_over_and_goes_on_as_if_it_had_run() {
    // With separate passes slabs rotate, so that buffers of one name hold other parts of an array in the two.
    for on in [&[][..], &["fused_pass", "procedural_maps", "batched_readback"]] {
        let (mut a, mut b) = (arm(on), arm(on));
        a.run_to(5).unwrap();
        b.stand_as_another(&a).unwrap();
        b.run_to(5).unwrap();
        assert_eq!(compared(&a, &b, "field", 0.0).differing, 0);
        run_both(&mut a, &mut b, 20);
        let apart = compared(&a, &b, "field", 0.0).relative_l2();
        // Sums may be added up in another order of slabs, and nothing else may differ.
        assert!(apart < 1e-6, "{on:?}: {apart}");
    }
    let mut lazy = arm(&[
        "lazy_scale",
        "global_momentum",
        "sparse_noise",
        "direct_motors",
        "tensions_left_out",
        "learning_left_out",
    ]);
    lazy.run_to(7).unwrap();
    let told = arm(&[]).stand_as_another(&lazy).unwrap_err().to_string();
    assert!(told.contains("pending"), "{told}");
}

#[test]
fn arms_that_exchange_their_memory_go_on_as_if_they_had_not() {
    // Alike; with other rotations of the slabs; and with half of the arrays in another form, which stay where they are.
    for (of_a, of_b, share) in
        [(&[][..], &[][..], 1.0..=1.0), (&[], &["fused_pass"], 0.5..=1.0), (&[], &["half_storage"], 0.0..=0.5)]
    {
        let [(mut a, mut b), (mut still_a, mut still_b)] = [(arm(of_a), arm(of_b)), (arm(of_a), arm(of_b))];
        for cycles in [3, 4, 9] {
            run_both(&mut a, &mut b, cycles);
            let places = |arm: &Driver| {
                let state = arm.state();
                let held = |request: &BufferRequest| arm.buffers().get(request.id).cloned();
                state.buffers.iter().map(held).collect::<Vec<_>>()
            };
            let before = [places(&a), places(&b)];
            // In parts, as frames have room.
            let (first, last) = a.exchange_memory(&mut b, None, 1).unwrap();
            assert!(first > 0 && last.is_some());
            let (rest, last) = a.exchange_memory(&mut b, last, u64::MAX).unwrap();
            assert_eq!(last, None);
            let moved = first + rest;
            let part = moved as f64 / a.status().bytes.max(b.status().bytes) as f64;
            assert!(share.contains(&part), "{of_b:?}: {part}");
            assert!(share.end() < &1.0 || of_a != of_b || [places(&b), places(&a)] == before, "nothing moved");
        }
        run_both(&mut a, &mut b, 20);
        run_both(&mut still_a, &mut still_b, 3 + 4 + 9 + 20);
        assert_bitwise_alike(&a, &still_a, "A");
        assert_bitwise_alike(&b, &still_b, "B");
    }
    let (mut a, mut fresh) = (arm(&[]), arm(&[]));
    a.run_to(1).unwrap();
    let told = a.exchange_memory(&mut fresh, None, u64::MAX).unwrap_err().to_string();
    assert!(told.contains("in the middle of a cycle"), "{told}");
}

#[test]
fn an_exact_toggle_stays_within_its_bound() {
    let toggles = field(7, Streaming::default()).description().toggles.clone();
    let exact = toggles.iter().filter(|toggle| matches!(toggle.kind, Kind::Exact { .. }));
    let mut tried = 0;
    for toggle in exact {
        let Kind::Exact { relative_bound } = toggle.kind else { unreachable!() };
        let others: Vec<_> = if toggle.name == "lazy_scale" { LAZY[1..].to_vec() } else { vec!["global_phase"] };
        let with: Vec<_> = others.iter().copied().chain([toggle.name]).collect();
        for (on_a, on_b) in [(&others, &with), (&with, &others)] {
            let (mut a, mut b) = (arm(on_a), arm(on_b));
            a.run_to(6).unwrap();
            carry_over(&mut a, &mut b).unwrap();
            assert_eq!(b.status().toggles_on.contains(&toggle.name), on_b.contains(&toggle.name));
            let start = compared(&a, &b, "field", 0.0);
            assert!(start.relative_l2() < 1e-6, "{}: {:e} at the start", toggle.name, start.relative_l2());
            run_both(&mut a, &mut b, 20);
            let record = compared(&a, &b, "field", 0.0).record(toggle.name, Some(relative_bound));
            assert!(!record.breaks_its_bound(), "{record:?}");
            assert!(record.correlation.unwrap() > 0.999_999, "{record:?}");
        }
        tried += 1;
    }
    assert!(tried >= 4, "only {tried} exact toggles were found");
}

#[test]
fn an_array_in_another_form_is_what_the_switch_makes_of_it() {
    // Halves are floats as they are; floats are rounded to halves, stochastically: by at most one step of 2⁻¹⁰.
    for (on_a, on_b, bound) in [("half_storage", "", 0.0), ("", "half_storage", 1e-3)] {
        let names = |name: &'static str| [name].into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
        let (mut a, mut b) = (arm(&names(on_a)), arm(&names(on_b)));
        a.run_to(5).unwrap();
        carry_over(&mut a, &mut b).unwrap();
        let (state_a, state_b) = (a.state(), b.state());
        for name in ["field", "momentum", "phase"] {
            let elements = [&state_a, &state_b].map(|state| state.array(name).unwrap().element);
            assert!(elements.contains(&Element::F16) && elements.contains(&Element::F32), "{elements:?}");
            let found = compared(&a, &b, name, 0.0);
            assert!(found.relative_l2() <= bound, "{name} {on_a} to {on_b}: {:e}", found.relative_l2());
            assert_eq!(found.differing > 0, bound > 0.0, "{name} {on_a} to {on_b}");
        }
        run_both(&mut a, &mut b, 5);
        let found = compared(&a, &b, "field", 0.0);
        assert!(found.relative_l2() < 0.02 && found.differing > 0, "{found:?}");
    }
}

#[test]
fn what_the_other_arm_does_not_have_starts_as_its_toggle_makes_it() {
    let lean = ["global_momentum", "procedural_maps", "global_phase"];
    let (mut a, mut b) = (arm(&lean), arm(&[]));
    a.run_to(5).unwrap();
    carry_over(&mut a, &mut b).unwrap();
    for name in ["momentum", "phase"] {
        assert!(a.state().array(name).is_none() && read(&b, name).iter().all(|value| *value == 0.0), "{name}");
    }
    let mut fresh = arm(&[]);
    fresh.run_to(1).unwrap();
    assert_eq!(read(&b, "frequency map"), read(&fresh, "frequency map"), "maps are a function of the seed");
    assert_eq!(compared(&a, &b, "field", 0.0).differing, 0);
}

#[test]
fn what_cannot_be_carried_over_is_told_and_changes_nothing() {
    let (mut a, mut b) = (arm(&[]), arm(&[]));
    // Never run: its initial state is not drawn yet.
    let told = b.stand_as(&a).unwrap_err().to_string();
    assert!(told.contains("in the middle of a cycle"), "{told}");
    a.run_to(2).unwrap();
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).unwrap();
    let mut elsewhere = arm_on(Arc::new(Kernels::new(&gpu, LIBRARY)), 7, Streaming::default(), &[]);
    let told = elsewhere.stand_as(&a).unwrap_err().to_string();
    assert!(told.contains("two devices"), "{told}");
    elsewhere.run_to(1).unwrap();
    b.run_to(2).unwrap();
    assert_bitwise_alike(&a, &b, "after a refusal");
}

#[test]
fn two_arms_are_compared_as_on_the_host() {
    // Another cut into slabs, another element, a pending scale.
    let small = Streaming { largest_bytes: 1 << 17, ..Streaming::default() };
    let others: [(&[&str], Streaming); 3] =
        [(&LAZY, Streaming::default()), (&["half_storage", "fused_pass"], small), (&["sparse_noise"], small)];
    let mut a = arm(&["fused_pass"]);
    a.run_to(12).unwrap();
    for (on, streaming) in others {
        let mut b = arm_on(kernels(), 7, streaming, on);
        b.run_to(12).unwrap();
        let cut = |driver: &Driver| driver.state().array("field").unwrap().slabs.len();
        assert!(streaming == Streaming::default() || cut(&a) != cut(&b));
        let pairs = || read(&a, "field").into_iter().map(f64::from).zip(read(&b, "field").into_iter().map(f64::from));
        let values: Vec<_> = pairs().collect();
        let sum = |of: &dyn Fn(f64, f64) -> f64| values.iter().map(|(a, b)| of(*a, *b)).sum::<f64>();
        let count = values.len() as f64;
        let (mean_a, mean_b) = (sum(&|a, _| a) / count, sum(&|_, b| b) / count);
        let relative = (sum(&|a, b| (a - b).powi(2)) / sum(&|a, _| a * a)).sqrt();
        let correlation = sum(&|a, b| (a - mean_a) * (b - mean_b))
            / (sum(&|a, _| (a - mean_a).powi(2)) * sum(&|_, b| (b - mean_b).powi(2))).sqrt();
        let largest = values.iter().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let found = compared(&a, &b, "field", 1e-3);
        assert!((found.relative_l2() / relative - 1.0).abs() < 1e-5, "{on:?}: {} {relative}", found.relative_l2());
        assert!((found.correlation().unwrap() - correlation).abs() < 1e-5, "{on:?}: {correlation} {found:?}");
        assert!((found.max_abs() / largest - 1.0).abs() < 1e-5, "{on:?}: {largest} {found:?}");
        let first = values.iter().position(|(a, b)| (a - b).abs() > 1e-3).unwrap();
        let edge = SITES as usize;
        let index = [first / edge.pow(3), first / edge.pow(2) % edge, first / edge % edge, first % edge];
        let pair = found.first.clone().unwrap();
        assert_eq!(pair.index, index.map(|at| at as u64), "{on:?}");
        assert!((pair.a - values[first].0).abs() < 1e-6 && (pair.b - values[first].1).abs() < 1e-6, "{on:?}: {pair:?}");
    }
}

#[test]
fn one_broken_element_is_found_named_and_seen() {
    let (mut a, mut b) = (arm(&[]), arm(&[]));
    a.run_to(3).unwrap();
    carry_over(&mut a, &mut b).unwrap();
    let (channel, site) = (18_usize, [9_usize, 4, 13]);
    let state = b.state();
    let array = state.array("field").unwrap();
    let mut values = arrays::read_array(b.gpu(), b.buffers(), array).unwrap();
    let edge = SITES as usize;
    let place = ((((channel / 4 * edge) + site[2]) * edge + site[1]) * edge + site[0]) * 4 + channel % 4;
    let before = values[place];
    values[place] += 0.25;
    arrays::write_array(b.gpu(), b.buffers(), array, &values).unwrap();
    let found = compared(&a, &b, "field", 0.0);
    let pair = found.first.clone().unwrap();
    assert_eq!((found.differing, pair.index.as_slice()), (1, &[18, 13, 4, 9][..]), "[channel, z, y, x]");
    assert_eq!((pair.a, pair.b), (f64::from(before), f64::from(before + 0.25)));
    assert_eq!(found.largest, found.first);

    let (state_a, state_b, picture) = (a.state(), b.state(), a.pictures().remove(0));
    let subject = Subject { buffers: a.buffers(), state: &state_a, picture: &picture };
    let minus = Subject { buffers: b.buffers(), state: &state_b, picture: &picture };
    let slices = Some(site.map(|at| at as u32));
    let look = Look {
        quantity: Quantity::Channel(18),
        arrangement: Arrangement::Slices,
        slices,
        marks: false,
        ..Look::default()
    };
    let painted = |minus| snapshot(a.kernels(), Shown::difference(&subject, &minus), &look, [480, 170]).unwrap();
    let (broken, whole) = (painted(minus), painted(subject));
    let layout = CubeLayout::new([480, 170], SITES, &look);
    let seen = |image: &image::RgbaImage, site: [u32; 3]| {
        let [x, y] = layout.pixel(Plane::ALL[0], site).map(|at| at as u32);
        let pixel = image.get_pixel(x, y).0;
        [pixel[0], pixel[1], pixel[2]]
    };
    let neutral = ColourMap::Polar.colour(0.5);
    let [x, y, z] = site.map(|at| at as u32);
    assert_eq!((seen(&whole, [x, y, z]), seen(&broken, [x + 3, y, z])), (neutral, neutral));
    assert_eq!(seen(&broken, [x, y, z]), ColourMap::Polar.colour(0.0), "A − B is below 0 where B is too large");
    let changed = broken.pixels().zip(whole.pixels()).filter(|(one, other)| one != other).count();
    assert!(changed > 3 * 50 && changed < 3 * 250, "one site on each of three slices, not {changed} pixels");
}

/// The kernels with a fault in those of the fused pass: channel 5 comes out 1 + 1e-3 times as large.
fn broken() -> Library {
    let source = LIBRARY.kernel("field/stencil").unwrap().source;
    let right = "                field_after[cell] = value;\n";
    let wrong =
        "                field_after[cell] = value * select(vec4(1.0), vec4(1.0, 1.001, 1.0, 1.0), whole == 1u);\n";
    assert_eq!(source.matches(right).count(), 1);
    let mut kernels = LIBRARY.kernels.to_vec();
    let kernel = kernels.iter_mut().find(|kernel| kernel.name == "field/stencil").unwrap();
    kernel.source = Box::leak(source.replace(right, wrong).into_boxed_str());
    Library { kernels: Box::leak(kernels.into_boxed_slice()), ..LIBRARY }
}

#[test]
fn a_broken_kernel_under_an_exact_toggle_is_found_within_ten_cycles() {
    let mut a = arm(&[]);
    let broken = Arc::new(Kernels::new(kernels().gpu(), broken()));
    let mut b = arm_on(broken, 7, Streaming::default(), &["fused_pass"]);
    carry_over(&mut a, &mut b).unwrap();
    let toggles = &a.simulation().description().toggles;
    let toggle = &toggles[index_of(toggles, "fused_pass").unwrap()];
    let Kind::Exact { relative_bound } = toggle.kind else { panic!("{toggle:?}") };
    let found = (1..=10).find_map(|cycle| {
        a.run_to(cycle).unwrap();
        b.run_to(cycle).unwrap();
        let record = compared(&a, &b, "field", 1e-5).record("fused_pass", Some(relative_bound));
        record.breaks_its_bound().then_some(record)
    });
    let record = found.expect("the fault was not found in ten cycles");
    assert_eq!(record.first_difference.unwrap().index[0], 5, "the channel is named");
}
