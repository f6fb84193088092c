//! The field's kernels against the double-precision reference: every preset, every toggle alone, with noise, the same
//! draws. Needs an adapter, and fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::driver::{Command, Driver, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::field::Field;
use fieldscope::sim::field::description::switches;
use fieldscope::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use fieldscope::sim::field::reference::Reference;
use fieldscope::sim::field::reference::compare::{Comparison, compare};
use fieldscope::sim::field::sensors::sensor_values;
use fieldscope::sim::random::Generator;
use fieldscope::sim::{Simulation, State, Streaming, ToggleSet, toggles::index_of};
use fieldscope::view::{Arrangement, Look, Quantity, Range, Subject, VoxelProbe, snapshot};
use std::sync::{Arc, OnceLock};

const SEED: u64 = 7;
const CYCLES: u64 = 50;

fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    KERNELS
        .get_or_init(|| {
            let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
            Arc::new(Kernels::new(&gpu, LIBRARY))
        })
        .clone()
}

fn model(rules: Rules, channels: u32) -> FieldModel {
    FieldModel {
        rules,
        sites: 16,
        channels,
        reduced_channels: None,
        sensors: 12,
        motors: 6,
        signal: SensorSignal::Sines { shortest: 20.0 },
        generator: Generator::Fast,
        matched_variance: false,
        rates: Rates::default(),
    }
}

fn driver(model: FieldModel, toggles: ToggleSet) -> Driver {
    let field = Field::new(model, SEED, Streaming::default()).unwrap();
    Driver::new(kernels(), Method::GpuPass, Box::new(field), toggles).unwrap().0
}

fn read(driver: &Driver, name: &str) -> Vec<f32> {
    let state = driver.state();
    let array = state.array(name).unwrap();
    let values = arrays::read_array(driver.gpu(), driver.buffers(), array).unwrap();
    arrays::to_plain(array, &values)
}

fn reference(model: &FieldModel, toggles: ToggleSet, cycles: u64) -> Reference {
    let mut reference = Reference::new(model, SEED as u32);
    let mut walk = Vec::new();
    for cycle in 1..=cycles {
        let values = sensor_values(model, reference.draws, cycle, [0.5; 2], &mut walk);
        reference.cycle(&switches(toggles), &values);
    }
    reference
}

/// Both sides from the same start, compared over all sites whose decisions were clear.
fn deviation(model: FieldModel, toggles: ToggleSet, cycles: u64) -> (Comparison, Reference, Driver) {
    let mut driver = driver(model, toggles);
    driver.run_to(cycles).unwrap();
    let reference = reference(&model, toggles, cycles);
    let field = read(&driver, "field");
    let comparison = compare(&field, &reference.field, reference.shape(), &reference.near_threshold.sites()).unwrap();
    (comparison, reference, driver)
}

fn only(name: &str) -> ToggleSet {
    let description = Field::new(model(Rules::Stable, 8), SEED, Streaming::default()).unwrap();
    ToggleSet::NONE.with(index_of(&description.description().toggles, name).unwrap(), true)
}

#[test]
fn the_initial_state_is_the_references() {
    let (comparison, reference, driver) = deviation(model(Rules::Published, 24), ToggleSet::NONE, 0);
    assert!(comparison.relative_l2 < 1e-6, "{comparison:?}");
    let weights: Vec<f64> = read(&driver, "weights").into_iter().map(f64::from).collect();
    let worst = weights.iter().zip(&reference.weights).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-6, "weights differ by {worst}");
}

#[test]
fn one_cycle_of_every_preset_is_the_references() {
    for (preset, rules) in
        [("stable", Rules::Stable), ("published-dense", Rules::Published), ("published-blazing", Rules::Published)]
    {
        let model = model(rules, 8);
        let toggles = Field::new(model, SEED, Streaming::default()).unwrap().description().preset(preset).unwrap();
        for cycles in [1, 2, 3, 5, 10] {
            let (comparison, _, _) = deviation(model, toggles, cycles);
            eprintln!("{preset} after {cycles}: relative L2 {:.2e}", comparison.relative_l2);
            assert!(comparison.relative_l2 < 1e-5, "{preset} after {cycles}: {comparison:?}");
        }
    }
}

#[test]
fn every_preset_follows_the_reference_for_fifty_cycles() {
    for (preset, rules) in
        [("stable", Rules::Stable), ("published-dense", Rules::Published), ("published-blazing", Rules::Published)]
    {
        let model = model(rules, 8);
        let toggles = Field::new(model, SEED, Streaming::default()).unwrap().description().preset(preset).unwrap();
        let (comparison, reference, _) = deviation(model, toggles, CYCLES);
        eprintln!("{preset}: {comparison:?}, clear {}", reference.near_threshold.whole_field_is_clear());
        assert!(comparison.relative_l2 < 1e-4, "{preset}: {comparison:?}");
    }
}

#[test]
fn every_toggle_alone_follows_the_reference_for_fifty_cycles() {
    let model = model(Rules::Stable, 8);
    let field = Field::new(model, SEED, Streaming::default()).unwrap();
    for toggle in &field.description().toggles {
        let toggles = only(toggle.name);
        if toggle.name == "half_storage" || field.validate(toggles).is_err() {
            continue;
        }
        let (comparison, reference, _) = deviation(model, toggles, CYCLES);
        eprintln!(
            "{}: relative L2 {:.2e}, excluded {}, clear {}",
            toggle.name,
            comparison.relative_l2,
            comparison.excluded,
            reference.near_threshold.whole_field_is_clear()
        );
        assert!(comparison.relative_l2 < 1e-4, "{}: {comparison:?}", toggle.name);
    }
}

/// Blazing with its scale and offsets pending.
fn lazy(model: FieldModel) -> ToggleSet {
    let field = Field::new(model, SEED, Streaming::default()).unwrap();
    let description = field.description();
    let lazy = index_of(&description.toggles, "lazy_scale").unwrap();
    description.preset("published-blazing").unwrap().with(lazy, true)
}

#[test]
fn the_lazy_scale_follows_the_reference_and_leaves_most_cycles_without_a_sweep() {
    for (rules, channels) in [(Rules::Published, 8), (Rules::Stable, 8), (Rules::Published, 40)] {
        let model = model(rules, channels);
        for cycles in [1, 3, 4, 5, 10, 15, CYCLES] {
            let (comparison, _, _) = deviation(model, lazy(model), cycles);
            eprintln!("lazy, {rules:?}, {channels} channels, after {cycles}: {:.2e}", comparison.relative_l2);
            assert!(comparison.relative_l2 < 1e-5, "{rules:?} after {cycles}: {comparison:?}");
        }
    }
    let field = Field::new(model(Rules::Published, 8), SEED, Streaming::default()).unwrap();
    let mut plan = fieldscope::sim::Plan::default();
    field.plan(7, lazy(*field.model()), &mut plan);
    let moved: u64 = plan.passes().map(|pass| pass.cost.bytes()).sum();
    assert!(moved < field.model().bytes() / 4, "a cycle without diffusion or noise moves {moved} bytes");
}

#[test]
fn switching_the_lazy_scale_on_and_off_again_changes_nothing_but_rounding() {
    let model = model(Rules::Published, 8);
    let lazy = lazy(model);
    let index =
        index_of(&Field::new(model, SEED, Streaming::default()).unwrap().description().toggles, "lazy_scale").unwrap();
    let mut driver = driver(model, lazy.with(index, false));
    for (cycle, on) in [(7, true), (13, false), (20, true), (22, false)] {
        driver.run_to(cycle).unwrap();
        driver.command(Command::SetToggle { name: "lazy_scale".to_owned(), on });
    }
    driver.run_to(26).unwrap();
    let reference = reference(&model, lazy, 26);
    let field = read(&driver, "field");
    let comparison = compare(&field, &reference.field, reference.shape(), &reference.near_threshold.sites()).unwrap();
    assert!(comparison.relative_l2 < 1e-5, "{comparison:?}");
}

#[test]
fn the_lazy_clamp_binds_when_it_must() {
    let mut model = model(Rules::Published, 8);
    model.rates.injection = 2.0;
    model.signal = SensorSignal::Constant(1.0);
    let (comparison, reference, _) = deviation(model, lazy(model), 9);
    let clamped = reference.field.iter().filter(|value| value.abs() >= 10.0).count();
    assert!(clamped > 0, "the test clamps nothing");
    assert!(comparison.relative_l2 < 1e-5, "{comparison:?}");
}

#[test]
fn pictures_and_voxels_show_the_field_and_not_what_is_stored() {
    let mut model = model(Rules::Published, 40);
    // Far from 1 after two cycles, so that nobody can take what is stored for the field.
    model.rates.decay = 0.9;
    let mut driver = driver(model, lazy(model));
    // Two cycles after a diffusion, so that scale and offsets are pending.
    driver.run_to(7).unwrap();
    // A range of its own would follow what is shown, and hide a forgotten scale.
    let range = Range::Fixed { low: -0.005, high: 0.005 };
    let look = Look { quantity: Quantity::Mean, arrangement: Arrangement::Slices, range, ..Look::default() };
    let picture_with = |driver: &Driver, state: &State| {
        let subject = Subject { buffers: driver.buffers(), state, picture: &driver.pictures()[0] };
        snapshot(driver.kernels(), &subject, &look, [640, 480]).unwrap()
    };
    let far = |a: &image::RgbaImage, b: &image::RgbaImage| {
        let far = a.as_raw().iter().zip(b.as_raw()).filter(|(a, b)| a.abs_diff(**b) > 2).count();
        far as f64 / a.as_raw().len() as f64
    };
    let mut stored = driver.state();
    stored.arrays.iter_mut().for_each(|array| array.pending = None);
    let stored = picture_with(&driver, &stored);
    let picture_of = |driver: &Driver| picture_with(driver, &driver.state());
    let pending = picture_of(&driver);
    let voxel = voxel_of(&driver, [3, 5, 7]);
    let field = read(&driver, "field");
    let at = (7 * 16 + 5) * 16 + 3;
    for (channel, value) in voxel.iter().enumerate() {
        assert!((value - field[channel * 4096 + at]).abs() < 1e-6, "channel {channel}");
    }
    driver.command(Command::SetToggle { name: "lazy_scale".to_owned(), on: false });
    driver.run_to(7).unwrap();
    assert!(!driver.status().toggles_on.contains(&"lazy_scale"));
    let settled = picture_of(&driver);
    assert!(far(&pending, &stored) > 0.1, "the test shows nothing: {}", far(&pending, &stored));
    assert!(far(&pending, &settled) < 1e-3, "{} of all colour values differ", far(&pending, &settled));
}

fn voxel_of(driver: &Driver, site: [u32; 3]) -> Vec<f32> {
    let gpu = driver.gpu();
    let (state, picture) = (driver.state(), driver.pictures().remove(0));
    let subject = Subject { buffers: driver.buffers(), state: &state, picture: &picture };
    let mut probe = VoxelProbe::new(gpu);
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    assert!(probe.request(&mut encoder, &subject, site).unwrap());
    gpu.queue.submit([encoder.finish()]);
    probe.after_submit();
    for _ in 0..1000 {
        gpu.wait().unwrap();
        if let Some(voxel) = probe.take() {
            return voxel.values;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the voxel never came");
}

/// Fusing moves operations from memory to registers and back, and changes no operation: where the compiler contracts the
/// same products either way, not even the last bit differs, and no decision of a site can fall on another side.
#[test]
fn fused_and_separate_passes_agree_to_the_bit() {
    for (preset, rules) in
        [("stable", Rules::Stable), ("published-dense", Rules::Published), ("published-blazing", Rules::Published)]
    {
        let model = model(rules, 24);
        let field = Field::new(model, SEED, Streaming::default()).unwrap();
        let index = |name| index_of(&field.description().toggles, name).unwrap();
        let fused = field.description().preset(preset).unwrap().with(index("fused_pass"), true);
        let run = |toggles| {
            let mut driver = driver(model, toggles);
            driver.run_to(CYCLES).unwrap();
            read(&driver, "field")
        };
        let wanted = run(fused);
        for toggles in [
            fused.with(index("fused_pass"), false),
            fused.with(index("procedural_maps"), !fused.is_on(index("procedural_maps"))),
            fused.with(index("batched_readback"), !fused.is_on(index("batched_readback"))),
        ] {
            let found = run(toggles);
            let differing = wanted.iter().zip(&found).filter(|(a, b)| a.to_bits() != b.to_bits()).count();
            let names = toggles.names(&field.description().toggles);
            assert_eq!(differing, 0, "{preset} with {names:?}: elements differ");
        }
    }
}

#[test]
fn several_slabs_give_what_one_gives() {
    let model = model(Rules::Stable, 40);
    let toggles = Field::new(model, SEED, Streaming::default()).unwrap().description().preset("stable").unwrap();
    let (comparison, _, _) = deviation(model, toggles, 10);
    assert!(comparison.relative_l2 < 1e-5, "{comparison:?}");
}

#[test]
fn half_storage_stays_near_and_switching_it_keeps_the_state() {
    let model = model(Rules::Stable, 8);
    let preset = Field::new(model, SEED, Streaming::default()).unwrap().description().preset("stable").unwrap();
    let mut driver = driver(model, preset);
    driver.run_to(10).unwrap();
    let before = read(&driver, "field");
    driver.command(Command::SetToggle { name: "half_storage".to_owned(), on: true });
    driver.command(Command::Pause);
    driver.run_to(10).unwrap();
    assert!(driver.status().toggles_on.contains(&"half_storage"));
    let after = read(&driver, "field");
    let square = |values: &[f32]| values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    let difference: Vec<f32> = before.iter().zip(&after).map(|(a, b)| a - b).collect();
    let relative = square(&difference) / square(&before);
    // A half has eleven bits: rounding to either neighbour leaves about 2⁻¹¹·√(2/3) at the worst, and never nothing.
    assert!(relative > 1e-5 && relative < 1e-3, "{relative}");
}

#[test]
fn motors_telemetry_and_predictions_are_the_references() {
    for preset in ["stable", "published-blazing"] {
        let mut model = model(Rules::Published, 8);
        if preset == "stable" {
            model.rules = Rules::Stable;
        }
        let field = Field::new(model, SEED, Streaming::default()).unwrap();
        let toggles = field.description().preset(preset).unwrap();
        let (mut driver, events) = Driver::new(kernels(), Method::GpuPass, Box::new(field), toggles).unwrap();
        driver.run_to(12).unwrap();
        driver.settle().unwrap();
        let reference = reference(&model, toggles, 12);
        let values = events
            .try_iter()
            .filter_map(|event| match event {
                fieldscope::driver::Event::Probes { cycle: 12, values, .. } => Some(values),
                _ => None,
            })
            .last()
            .expect("cycle 12 has figures");
        let telemetry = &reference.telemetry;
        let mut expected = vec![
            ("energy", telemetry.energy),
            ("mean", telemetry.mean),
            ("variance", telemetry.variance),
            ("site variance", telemetry.site_variance),
            ("resting", telemetry.comfort.resting),
            ("variance comfort", telemetry.comfort.variance),
            ("activity", telemetry.comfort.activity),
            ("overall", telemetry.comfort.overall),
            ("error", telemetry.error),
            ("explore", f64::from(u8::from(telemetry.explore))),
        ];
        expected.extend(reference.motors.iter().map(|motor| ("motor", *motor)));
        for (value, (name, wanted)) in values.iter().zip(&expected) {
            let tolerance = 1e-5 * (1.0 + wanted.abs());
            assert!((f64::from(*value) - wanted).abs() < tolerance, "{preset}, {name}: {value} against {wanted}");
        }
    }
}
