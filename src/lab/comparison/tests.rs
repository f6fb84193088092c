use super::*;
use crate::session::examples::{header, pass};
use crate::session::{Clock, CycleTime, Roof, Sample, StageRecord, TimingMethod};

type Change = fn(&mut Session);

/// A scatter of ±`spread` without order.
fn scatter(place: u64, spread: f64) -> f64 {
    1.0 + spread * ((place as f64 * 0.618_034).fract() * 2.0 - 1.0)
}

/// Stages by name and milliseconds a cycle, over `cycles` cycles; those of 0 ms never run.
fn session(stages: &[(&str, f64)], cycles: u64) -> Session {
    let mut session = Session::new(header());
    for (id, (name, _)) in (1_u32..).zip(stages) {
        session.stages.push(StageRecord { id, name: (*name).into(), stages: vec![(*name).into()] });
        session.passes.push(pass(id, id, Clock::Device));
    }
    for cycle in 1..=cycles {
        for (id, (_, milliseconds)) in (1_u32..).zip(stages).filter(|(_, stage)| stage.1 > 0.0) {
            // 2.5 ns a tick.
            let ticks = (milliseconds * scatter(cycle + u64::from(id), 0.01) * 4e5) as u64;
            session.samples.push(Sample { arm: 0, cycle, pass: id, ticks, begin: 0 });
        }
    }
    session
}

fn compared(old: &Session, new: &Session) -> Comparison {
    compare_sessions(old, new, Some(0.05), &Rules::default()).unwrap()
}

fn outcomes(comparison: &Comparison) -> Vec<Outcome> {
    let [arm] = comparison.arms.as_slice() else { panic!("{:?}", comparison.arms) };
    arm.stages.iter().chain([&arm.whole]).map(|row| row.outcome).collect()
}

#[test]
fn the_table_says_what_differs_what_is_slower_and_why() {
    let mut old = session(&[("learn", 1.0), ("diffuse", 2.0), ("noise", 3.0), ("clamp", 1.0)], 40);
    let mut new = session(&[("diffuse", 2.5), ("noise", 3.0), ("learn", 0.5), ("momentum", 0.25)], 40);
    new.header.machine.driver_info = "1.2.4".into();
    new.header.toggles.insert("fused".into(), true);
    new.header.scene.text = "// A \"small\" field.\n(\n  size: 16,\n)\n".into();
    old.cycle_times = vec![CycleTime { arm: 0, cycle: 1, nanoseconds: 1000 }];
    let expected = "\
differences from OLD to NEW
  driver version: 1.2.3 → 1.2.4
  scene text from line 3 on: `size: 8,` → `size: 16,`
  toggle fused: off → on
note: OLD was cut off before its end
note: NEW was cut off before its end

arm A
                                        OLD ms  NEW ms  OLD / NEW     95 % interval  verdict    why
learn                                   1.0000  0.5001      1.999    1.991 to 2.008  faster     NEW is 2.00 times as fast as OLD: the interval 1.991 to 2.008 lies beyond the noise floor of ±1.0 %
diffuse                                  1.999   2.500     0.7997  0.7965 to 0.8034  slower     NEW takes 1.25 times as long as OLD: the interval 0.7965 to 0.8034 lies beyond the noise floor of ±1.0 %
noise                                    3.001   2.999      1.001   0.9960 to 1.005  same       the interval 0.9960 to 1.005 lies within ±1.0 %
clamp                                   0.9999       –          –                 –  ambiguous  only in OLD
momentum                                     –  0.2500          –                 –  ambiguous  only in NEW
encoding by the host, waits included  0.001000       –          –                 –  ambiguous  only in OLD
cycle, by the device's clock             6.998   6.252      1.119    1.117 to 1.123  faster     see below

whole: faster: NEW is 1.12 times as fast as OLD: the interval 1.117 to 1.123 lies beyond the noise floor of ±1.0 %; the sessions differ in driver version, scene text from line 3 on, toggle fused
confirmed regression above 5 %: diffuse
";
    assert_eq!(comparison_table(&compared(&old, &new)), expected);
}

#[test]
fn a_session_against_itself_is_the_same_in_every_row() {
    let session = session(&[("learn", 1.0), ("diffuse", 2.0)], 60);
    let comparison = compared(&session, &session);
    assert_eq!(comparison.differences, []);
    let [arm] = comparison.arms.as_slice() else { panic!("{:?}", comparison.arms) };
    assert!(arm.stages[..2].iter().chain([&arm.whole]).all(|row| row.outcome == Outcome::Same), "{arm:#?}");
    assert_eq!(arm.stages[2].reason, "measured in neither session");
    assert!(comparison_table(&comparison).starts_with("no difference of machine, program or setting\n"));
}

#[test]
fn a_regression_is_confirmed_by_the_whole_interval_above_the_threshold() {
    let old = session(&[("learn", 1.0)], 60);
    for (new, threshold, expected) in [(1.051, 0.05, 0), (1.051, 0.03, 2), (1.2, 0.05, 2), (0.5, 0.0, 0)] {
        let new = session(&[("learn", new)], 60);
        let comparison = compare_sessions(&old, &new, Some(threshold), &Rules::default()).unwrap();
        assert_eq!(comparison.regressions.len(), expected, "{comparison:#?}");
    }
    // Slower, but without a threshold no regression.
    let comparison = compare_sessions(&old, &session(&[("learn", 2.0)], 60), None, &Rules::default()).unwrap();
    assert_eq!((outcomes(&comparison)[0], comparison.regressions.len()), (Outcome::Slower, 0));
}

#[test]
fn what_the_machine_does_by_itself_is_the_noise_floor() {
    let (mut old, mut new) = (session(&[("learn", 1.0)], 60), session(&[("learn", 1.2)], 60));
    let roof = |copy_gb_s, copy_bytes| Some(Roof { copy_gb_s, copy_bytes, fma_gflop_s: 50.0 });
    (old.roof, new.roof) = (roof(400.0, 1024), roof(300.0, 1024));
    let comparison = compared(&old, &new);
    let row = &comparison.arms[0].stages[0];
    assert_eq!((row.outcome, comparison.regressions.len()), (Outcome::Ambiguous, 0));
    assert!(
        row.reason.contains("noise floor of ±33.3 %")
            && row.reason.ends_with("; the machine's roof or canary changed by 33.3 %"),
        "{}",
        row.reason
    );
    // Roofs that were measured by copying other amounts say nothing of each other.
    new.roof = roof(300.0, 4096);
    assert_eq!(outcomes(&compared(&old, &new))[0], Outcome::Slower);
    // A session that drifts calls its own halves different.
    let drifting = |sample: &Sample| Sample { ticks: sample.ticks * (60 + sample.cycle) / 60, ..*sample };
    new.samples = old.samples.iter().map(drifting).collect();
    let row = &compared(&old, &new).arms[0].stages[0];
    assert_eq!(row.outcome, Outcome::Ambiguous);
    assert!(row.reason.contains("; NEW's halves differ by 4"), "{}", row.reason);
}

#[test]
fn times_of_another_kind_are_shown_but_not_judged() {
    let old = session(&[("learn", 1.0)], 60);
    let changes: [(&str, Change); 4] = [
        ("adapter", |session| session.header.machine.adapter = "Other Adapter".into()),
        ("device type", |session| session.header.machine.device_type = "Cpu".into()),
        ("timing method", |session| session.header.timing.method = TimingMethod::HostOnly { reason: "asked".into() }),
        ("system", |session| session.header.scene.system = "ising".into()),
    ];
    for (what, change) in changes {
        let mut new = session(&[("learn", 3.0)], 60);
        change(&mut new);
        let comparison = compare_sessions(&old, &new, None, &Rules::default()).unwrap();
        let row = &comparison.arms[0].stages[0];
        assert!((row.ratio.unwrap() - 1.0 / 3.0).abs() < 0.01 && row.outcome == Outcome::Ambiguous, "{row:?}");
        assert!(row.reason.starts_with(&format!("no comparison: {what} is ")), "{}", row.reason);
        assert!(comparison_table(&comparison).contains(" (so no verdict can be made)\n"));
        let error = compare_sessions(&old, &new, Some(0.05), &Rules::default()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("the sessions cannot be held against a threshold: {what} is ")), "{error}");
    }
    let mut new = session(&[("learn", 3.0)], 60);
    new.passes[0].clock = Clock::Host;
    let row = &compared(&old, &new).arms[0].stages[0];
    assert_eq!(row.reason, "no comparison: timed by the device in OLD and by the host in NEW");
}

#[test]
fn sessions_without_a_common_stage_are_refused() {
    let told =
        |old: &Session, new: &Session| compare_sessions(old, new, None, &Rules::default()).unwrap_err().to_string();
    let (old, new) = (session(&[("learn", 1.0), ("noise", 1.0)], 9), session(&[("flip", 1.0)], 9));
    assert_eq!(
        told(&old, &new),
        "the sessions share no stage: OLD timed learn, noise, NEW timed flip; compare two sessions of one system"
    );
    // A stage that never ran is none that could be compared.
    let never = session(&[("learn", 0.0)], 9);
    assert!(told(&old, &never).contains("NEW timed none"));
    let mut other_arm = old.clone();
    other_arm.samples.iter_mut().for_each(|sample| sample.arm = 1);
    assert!(told(&old, &other_arm).contains("share no stage"));
}

#[test]
fn few_cycles_and_cycles_of_changing_work_are_no_verdict() {
    let (few, old) = (session(&[("learn", 1.0)], 5), session(&[("learn", 1.0)], 60));
    let row = &compared(&old, &few).arms[0].stages[0];
    assert_eq!(row.reason, "24 and 5 measurements are too few: at least 7 each are needed");
    // Every 30th cycle does more: 60 cycles say nothing of their average.
    let mut rare = session(&[("learn", 1.0), ("noise", 5.0)], 60);
    rare.samples.retain(|sample| sample.pass == 1 || sample.cycle % 30 == 0);
    let comparison = compared(&old, &rare);
    assert_eq!(comparison.arms[0].stages[0].outcome, Outcome::Same);
    let whole = &comparison.arms[0].whole;
    assert_eq!(whole.outcome, Outcome::Ambiguous);
    assert!(
        whole.reason.starts_with("the work of NEW's cycles does not repeat often enough within its 60"),
        "{}",
        whole.reason
    );
}
