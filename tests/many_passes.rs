//! A cycle of more passes than the clock has places: every one of them is timed and told. Needs an adapter, and fails
//! without one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in helpers of tests too, a panic is the report")]

use fieldscope::driver::{Driver, Event};
use fieldscope::gpu::clock::{Method, PASSES_PER_BATCH};
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::ten::Ten;
use fieldscope::sim::ten::params::{Shape, Size, TenModel, Vocabulary};
use fieldscope::sim::{Plan, Simulation, Streaming};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A dispatch for every step of 1,024 tokens, three times a layer.
fn network(streaming: Streaming) -> Ten {
    let model = TenModel {
        size: Size::Custom(Shape { width: 64, layers: 2, eigenstates: 32, cells: 2, positions: 1024 }),
        reduced_size: None,
        tokens: 1024,
        vocabulary: Vocabulary::Bytes,
        text: None,
        weights: None,
        resonance: 0.01,
    };
    Ten::new(model, 7, streaming).unwrap()
}

#[test]
fn every_pass_of_a_cycle_of_thousands_is_timed() {
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
    let kernels = Arc::new(Kernels::new(&gpu, LIBRARY));
    let ten = network(Streaming::on(&gpu));
    let toggles = ten.description().preset("corrected-plain").unwrap();
    let mut plan = Plan::default();
    ten.plan(1, toggles, &mut plan);
    let passes = plan.passes().count();
    assert!(passes > 10 * PASSES_PER_BATCH, "{passes} passes are too few for this test");
    let (mut driver, events) = Driver::new(kernels, Method::GpuPass, Box::new(ten), toggles).unwrap();
    let mut timed = BTreeMap::<u64, usize>::new();
    let mut hear = || {
        for event in events.try_iter() {
            if let Event::Sample(sample) = event {
                *timed.entry(sample.cycle).or_default() += 1;
            }
        }
    };
    // Headless, from one round to the next.
    while !driver.go_towards(1).unwrap() {
        hear();
    }
    driver.run_to(2).unwrap();
    // And in frames, as a window has it.
    let began = Instant::now();
    while driver.status().cycle < 3 {
        driver.frame_to(Duration::from_millis(50), 3).unwrap();
        hear();
        assert!(began.elapsed() < Duration::from_secs(120), "the third cycle never ended");
    }
    driver.settle().unwrap();
    hear();
    let counts = driver.status().counts;
    assert_eq!(counts.dropped, 0);
    let lost = counts.zero + counts.negative;
    let all: usize = timed.values().sum();
    assert_eq!(all as u64 + lost, 3 * passes as u64, "{timed:?} and {lost} without a length");
}
