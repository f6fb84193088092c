//! Passes timed by the host, where timestamps are missing or not to be believed; and not in every cycle, where that would
//! cost too much; and what is told of them in short frames. Needs an adapter, and fails without one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in helpers of tests too, a panic is the report")]

use crossbeam_channel::Receiver;
use fieldscope::driver::{Command, Driver, Event, Sample};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::Simulation;
use fieldscope::sim::Streaming;
use fieldscope::sim::field::Field;
use fieldscope::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use fieldscope::sim::random::Generator;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CYCLES: u64 = 30;
/// Less than the passes of a cycle take together: some of them must wait for the next frame.
const BUDGET: Duration = Duration::from_micros(200);
const PATIENCE: Duration = Duration::from_secs(60);

fn small_field(method: Method) -> (Driver, Receiver<Event>) {
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
    Driver::new(kernels, method, Box::new(field), toggles).unwrap()
}

fn samples_so_far(events: &Receiver<Event>) -> Vec<Sample> {
    let samples = events.try_iter().filter_map(|event| match event {
        Event::Sample(sample) => Some(sample),
        _ => None,
    });
    samples.collect()
}

#[test]
fn every_pass_of_every_cycle_is_timed_and_no_time_is_counted_twice() {
    let method = Method::HostOnly { reason: "the test wants it".to_owned() };
    let (mut driver, events) = small_field(method);
    driver.run_to(1).unwrap();
    driver.settle().unwrap();
    // The first cycle builds its kernels: its time says nothing.
    let mut samples = samples_so_far(&events);
    let began = Instant::now();
    driver.run_to(CYCLES).unwrap();
    driver.settle().unwrap();
    let ran = began.elapsed();
    let later = samples_so_far(&events);
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

#[test]
fn a_clock_that_may_cost_little_times_whole_cycles_now_and_then_and_all_of_them_when_asked() {
    let (mut driver, events) = small_field(Method::GpuPass);
    let passes_by_cycle = |driver: &mut Driver, cycle| {
        driver.run_to(cycle).unwrap();
        driver.settle().unwrap();
        let mut passes = BTreeMap::<u64, usize>::new();
        for sample in samples_so_far(&events) {
            *passes.entry(sample.cycle).or_default() += 1;
        }
        passes
    };
    // As if timing a pass cost 0.2 ms of cycles that take some.
    driver.limit_timing(0.005, 0.2);
    let first = passes_by_cycle(&mut driver, 60);
    assert!(first.keys().copied().eq(1..=60), "every stage needs a time to be planned by: {first:?}");
    passes_by_cycle(&mut driver, 250);
    let every = driver.status().timed_every;
    assert!(every >= 8, "1 in {every}");
    let later = passes_by_cycle(&mut driver, 1050);
    // Four standard deviations above the mean of 100, and what a busy machine makes of it.
    assert!((1..=200).contains(&later.len()), "{} of 800 cycles at about 1 in {every}", later.len());
    let fewest = first.values().min();
    assert!(later.values().min() >= fewest, "a cycle is timed as a whole or not at all: {later:?}, {fewest:?}");
    driver.time_through(1150);
    assert_eq!(passes_by_cycle(&mut driver, 1150).len(), 100);
    assert_eq!(driver.status().counts.dropped, 0);
}

#[test]
fn every_pass_is_told_before_its_first_sample_though_frames_are_short() {
    let (mut driver, events) = small_field(Method::GpuPass);
    let toggles = driver.toggles();
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
