//! What the driver tells of the passes that it runs in small shares, as a window has it. Needs an adapter, and fails
//! without one.

use fieldscope::driver::{Command, Driver, Event};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::field::Field;
use fieldscope::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use fieldscope::sim::random::Generator;
use fieldscope::sim::{Simulation, Streaming};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Less than the passes of a cycle take together: some of them must wait for the next frame.
const BUDGET: Duration = Duration::from_micros(200);
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn every_pass_is_told_before_its_first_sample_though_frames_are_short() {
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
    let model = FieldModel {
        rules: Rules::Stable,
        sites: 16,
        channels: 8,
        reduced_channels: None,
        sensors: 6,
        motors: 3,
        signal: SensorSignal::Constant(0.5),
        generator: Generator::default(),
        matched_variance: false,
        rates: Rates::default(),
    };
    let field = Field::new(model, 7, Streaming::on(&gpu)).unwrap();
    let toggles = field.description().preset("stable").unwrap();
    let kernels = Arc::new(Kernels::new(&gpu, LIBRARY));
    let (mut driver, events) = Driver::new(kernels, Method::GpuPass, Box::new(field), toggles).unwrap();
    let began = Instant::now();
    let (mut told, mut sampled) = (BTreeSet::new(), BTreeSet::new());
    let mut run = |driver: &mut Driver, until: &dyn Fn(&Driver) -> bool| {
        while !until(driver) {
            assert!(began.elapsed() < PATIENCE, "cycle {} after {PATIENCE:?}", driver.status().cycle);
            driver.frame(BUDGET).unwrap();
            for event in events.try_iter() {
                match event {
                    Event::PassKind(kind) => assert!(told.insert(kind.id), "pass {} was told twice", kind.id),
                    Event::Sample(sample) => {
                        assert!(told.contains(&sample.pass), "nobody was told of pass {}", sample.pass);
                        sampled.insert(sample.pass);
                    }
                    _ => {}
                }
            }
        }
        sampled.len()
    };
    let fused = run(&mut driver, &|driver| driver.status().cycle >= 5);
    driver.command(Command::SetToggle { name: "fused_pass".to_owned(), on: false });
    run(&mut driver, &|driver| driver.toggles() != toggles);
    let last = driver.status().cycle + 5;
    let all = run(&mut driver, &|driver| driver.status().cycle >= last);
    assert!(all > fused, "{fused} kinds of passes before the switch, and {all} after it");
}
