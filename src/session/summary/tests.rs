use super::super::examples::{block, header, pass, session};
use super::super::{Clock, CycleTime, Sample, StageRecord};
use super::*;

fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= 1e-12 * expected.abs(), "{actual} instead of {expected}");
}

fn stage(id: u32, name: &str) -> StageRecord {
    StageRecord { id, name: name.into(), stages: vec![name.into()] }
}

fn sample(arm: u8, cycle: u64, pass: u32, ticks: u64) -> Sample {
    Sample { arm, cycle, pass, ticks, begin: 0 }
}

/// Two stages, the first of two kinds of passes; 2.5 ns a tick, 4000 bytes and 500 operations a pass.
fn measured(samples: Vec<Sample>) -> Session {
    Session {
        stages: vec![stage(1, "one"), stage(2, "two")],
        passes: vec![pass(10, 1, Clock::Device), pass(11, 1, Clock::Device), pass(20, 2, Clock::Device)],
        samples,
        ..Session::new(header())
    }
}

#[test]
fn quantiles_lie_between_neighbours() {
    // numpy.quantile([1, 2, 3, 4, 10], [0.5, 0.95]) gives 3 and 8.8.
    let statistics = Statistics::of(vec![10.0, 2.0, 4.0, 1.0, 3.0]).unwrap();
    assert_eq!((statistics.median, statistics.min, statistics.max, statistics.count), (3.0, 1.0, 10.0, 5));
    near(statistics.p95, 8.8);
    assert_eq!(Statistics::of(vec![1.0, 2.0]).unwrap().median, 1.5);
    assert_eq!(Statistics::of(vec![7.0]).unwrap().p95, 7.0);
    assert_eq!(Statistics::of(Vec::new()), None);
}

#[test]
fn passes_of_a_stage_are_added_up_cycle_by_cycle() {
    let mut session = measured(vec![
        sample(0, 0, 10, 1000),
        sample(0, 0, 11, 3000),
        sample(0, 0, 20, 4000),
        sample(0, 1, 10, 2000),
        sample(0, 1, 10, 2000),
        sample(0, 1, 11, 4000),
    ]);
    session.cycle_times = vec![CycleTime { arm: 0, cycle: 0, nanoseconds: 30_000 }];
    let summary = Summary::of(&session);
    let [arm] = summary.arms.as_slice() else { panic!("{:?}", summary.arms) };
    let one = arm.stages[0].milliseconds.unwrap();
    // 4000 and 8000 ticks of 2.5 ns.
    near(one.min, 0.01);
    near(one.max, 0.02);
    assert_eq!((one.count, arm.stages[1].milliseconds.unwrap().count), (2, 1));
    near(arm.stages[0].share.unwrap(), 0.75);
    near(arm.stages[1].share.unwrap(), 0.25);
    near(arm.passes.unwrap().max, 0.02);
    near(arm.host.unwrap().median, 0.03);
    // Five passes of 4000 bytes in 30 µs.
    near(arm.stages[0].gigabytes_per_second.unwrap(), 20_000.0 / 30e-6 * 1e-9);
    near(arm.stages[0].gigaflops_per_second.unwrap(), 2500.0 / 30e-6 * 1e-9);
    assert_eq!(arm.stages[0].of_roof, None);
}

#[test]
fn the_scarcer_resource_is_the_roof() {
    let mut session = measured(vec![sample(0, 0, 10, 4000)]);
    // 4000 bytes and 500 operations in 10 µs: 0.4 GB/s and 0.05 GFLOP/s.
    let roof = |copy_gb_s, fma_gflop_s| Some(Roof { copy_gb_s, copy_bytes: 1, fma_gflop_s });
    let mut of_roof = |of| {
        session.roof = of;
        Summary::of(&session).arms[0].stages[0].of_roof.unwrap()
    };
    near(of_roof(roof(0.8, 10.0)), 0.5);
    near(of_roof(roof(100.0, 0.2)), 0.25);
}

#[test]
fn arms_are_told_apart_however_their_samples_are_mixed() {
    let mixed = vec![sample(1, 5, 10, 100), sample(0, 5, 10, 400), sample(1, 5, 11, 100), sample(0, 5, 11, 400)];
    let summary = Summary::of(&measured(mixed));
    let times: Vec<_> = summary.arms.iter().map(|arm| (arm.arm, arm.passes.unwrap().median)).collect();
    assert_eq!(times, [(0, 0.002), (1, 0.0005)]);
}

#[test]
fn a_cycle_number_that_comes_back_after_a_reset_is_another_cycle() {
    let again = vec![sample(0, 0, 10, 400), sample(0, 1, 10, 400), sample(0, 0, 10, 400), sample(0, 1, 10, 400)];
    let cycles = Summary::of(&measured(again)).arms[0].passes.unwrap();
    assert_eq!((cycles.count, cycles.max), (4, 0.001));
}

#[test]
fn cycles_that_warm_up_a_block_and_unknown_passes_are_left_out_and_counted() {
    let mut session = measured((0..10).map(|cycle| sample(0, cycle, 10, 400 + cycle)).collect());
    session.samples.push(sample(1, 5, 10, 400));
    session.samples.push(sample(0, 9, 99, 400));
    session.cycle_times = vec![CycleTime { arm: 0, cycle: 5, nanoseconds: 1 }];
    session.blocks = vec![block(0, 5, 9, 2), block(0, 0, 4, 1)];
    let summary = Summary::of(&session);
    assert_eq!((summary.warm_up, summary.unknown), (3, 1));
    assert_eq!(summary.arms[0].passes.unwrap().count, 7);
    assert_eq!(summary.arms[0].host, None);
    assert_eq!(summary.arms[1].passes.unwrap().count, 1);
}

#[test]
fn ticks_of_the_host_are_nanoseconds() {
    let summary = Summary::of(&session());
    let wait = &summary.arms[0].stages[1];
    assert!(wait.host_timed && !summary.arms[0].stages[0].host_timed);
    near(wait.milliseconds.unwrap().median, 0.003);
}

#[test]
fn what_never_ran_has_no_figures() {
    let summary = Summary::of(&measured(vec![sample(0, 0, 10, 400)]));
    let two = &summary.arms[0].stages[1];
    assert_eq!((two.milliseconds, two.share, two.gigabytes_per_second, two.of_roof), (None, None, None, None));
    assert_eq!(Summary::of(&measured(Vec::new())).arms, []);
}
