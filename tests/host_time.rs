//! Passes timed by the host, where timestamps are missing or not to be believed. Needs an adapter, and fails without one.

use fieldscope::driver::{Driver, Event};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::Simulation;
use fieldscope::sim::Streaming;
use fieldscope::sim::field::Field;
use fieldscope::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use fieldscope::sim::random::Generator;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CYCLES: u64 = 30;

#[test]
fn every_pass_of_every_cycle_is_timed_and_no_time_is_counted_twice() {
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
    let method = Method::HostOnly { reason: "the test wants it".to_owned() };
    let kernels = Arc::new(Kernels::new(&gpu, LIBRARY));
    let (mut driver, events) = Driver::new(kernels, method, Box::new(field), toggles).unwrap();
    let samples_so_far = || {
        let samples = events.try_iter().filter_map(|event| match event {
            Event::Sample(sample) => Some(sample),
            _ => None,
        });
        samples.collect::<Vec<_>>()
    };
    driver.run_to(1).unwrap();
    driver.settle().unwrap();
    // The first cycle builds its kernels: its time says nothing.
    let mut samples = samples_so_far();
    let began = Instant::now();
    driver.run_to(CYCLES).unwrap();
    driver.settle().unwrap();
    let ran = began.elapsed();
    let later = samples_so_far();
    let timed = Duration::from_nanos(later.iter().map(|sample| sample.ticks).sum());
    samples.extend(later);
    let mut cycles = BTreeMap::<u32, Vec<u64>>::new();
    for sample in samples {
        cycles.entry(sample.pass).or_default().push(sample.cycle);
    }
    assert!(cycles.len() > 5, "a cycle of the stable preset has more passes than {}", cycles.len());
    for (pass, cycles) in cycles {
        assert!(cycles.into_iter().eq(1..=CYCLES), "pass {pass} was not timed in every cycle");
    }
    assert_eq!(driver.status().counts.dropped, 0);
    assert!(timed <= ran, "passes of {timed:?} in {ran:?}");
}
