use super::super::StageRecord;
use super::super::examples::{block, header, pass};
use super::*;

#[test]
fn cycles_that_run_the_same_passes_have_the_same_pattern_and_waits_are_no_device_time() {
    let sample = |cycle, pass, ticks| Sample { arm: 0, cycle, pass, ticks, begin: 0 };
    let session = Session {
        stages: vec![
            StageRecord { id: 1, name: "one".into(), stages: vec!["one".into()] },
            StageRecord { id: 2, name: "wait".into(), stages: vec!["wait".into()] },
        ],
        passes: vec![pass(10, 1, Clock::Device), pass(11, 1, Clock::Device), pass(20, 2, Clock::Host)],
        // 2.5 ns a tick of the device, 1 ns a tick of the host.
        samples: vec![
            sample(1, 10, 9_000_000),
            sample(2, 10, 400_000),
            sample(2, 11, 400_000),
            sample(2, 20, 1_000_000),
            sample(3, 10, 400_000),
            sample(4, 20, 1_000_000),
            sample(4, 11, 800_000),
            sample(4, 10, 800_000),
        ],
        blocks: vec![block(0, 1, 4, 1)],
        ..Session::new(header())
    };
    let cycles = Cycles::of(&session);
    let [arm] = cycles.arms.as_slice() else { panic!("{cycles:?}") };
    assert_eq!((cycles.warm_up, arm.arm), (1, 0));
    assert_eq!((&arm.passes, &arm.device), (&vec![3.0, 1.0, 5.0], &vec![2.0, 1.0, 4.0]));
    assert_eq!(arm.patterns, [0, 1, 0], "whatever the order of its samples");
    assert_eq!((&arm.stages[0].milliseconds, arm.stages[0].host_timed), (&vec![2.0, 1.0, 4.0], false));
    assert_eq!((&arm.stages[1].milliseconds, arm.stages[1].host_timed), (&vec![1.0, 1.0], true));
}
