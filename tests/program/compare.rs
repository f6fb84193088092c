//! Comparing sessions: what is printed, what is refused, and the exit codes a pipeline lives on.

use super::{Desk, assert_says, text};
use fieldscope::session::{Session, read_session, write_document};
use std::path::Path;

/// The committed session of version 1 with cycles that take `milliseconds` each, within ±1 %.
fn session(milliseconds: f64) -> Session {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/session_v1.ron");
    let mut session = read_session(&golden).unwrap();
    let sample = session.samples[0];
    session.blocks.clear();
    session.samples.clear();
    for cycle in 0..60_u64 {
        let scatter = 0.99 + 0.02 * (cycle as f64 * 0.618_034).fract();
        // 2.5 ns a tick.
        let ticks = (milliseconds * scatter * 4e5) as u64;
        session.samples.push(fieldscope::session::Sample { cycle, ticks, ..sample });
    }
    session
}

fn desk() -> Desk {
    let desk = Desk::new();
    for (name, milliseconds) in [("old.ron", 1.0), ("same.ron", 1.002), ("slow.ron", 1.2), ("fast.ron", 0.5)] {
        write_document(&session(milliseconds), &desk.path(name)).unwrap();
    }
    desk
}

#[test]
fn only_a_confirmed_regression_ends_with_1() {
    let desk = desk();
    let printed = desk.done(&["compare", "old.ron", "same.ron", "--fail-above", "5%"]);
    assert_says(&printed, &["OLD old.ron, 2026-01-31T12:00:00Z\n", "no difference of machine", "whole: same: "]);
    assert_says(&printed, &["no regression above 5 % is confirmed; "]);
    assert_says(&desk.done(&["compare", "old.ron", "fast.ron", "--fail-above", "0%"]), &["NEW is 2.00 times as fast"]);
    // Slower, but nobody asked for a limit, or less than the limit.
    assert_says(&desk.done(&["compare", "old.ron", "slow.ron"]), &["whole: slower: NEW takes 1.20 times as long"]);
    desk.done(&["compare", "old.ron", "slow.ron", "--fail-above", "25 %"]);

    let output = desk.run(&["compare", "old.ron", "slow.ron", "--fail-above", "5%"]);
    assert_eq!(output.status.code(), Some(1));
    assert_says(
        &text(&output.stdout),
        &["confirmed regression above 5 %: inject+learn, cycle, by the device's clock\n"],
    );
    assert_says(&text(&output.stderr), &["fieldscope: confirmed regression above 5%: inject+learn, "]);
    assert_eq!(text(&output.stderr).lines().count(), 1);
}

#[test]
fn json_alone_goes_to_stdout_also_when_the_exit_code_is_1() {
    let desk = desk();
    let output = desk.run(&["compare", "old.ron", "slow.ron", "--fail-above", "5%", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let comparison: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let row = &comparison["arms"][0]["stages"][0];
    assert_eq!((&row["name"], &row["outcome"]), (&"inject+learn".into(), &"Slower".into()));
    let (low, high) = (row["interval"][0].as_f64().unwrap(), row["interval"][1].as_f64().unwrap());
    let ratio = row["ratio"].as_f64().unwrap();
    assert!(low < ratio && ratio < high && (ratio * 1.2 - 1.0).abs() < 0.005, "{comparison:#}");
    assert_eq!(comparison["regressions"].as_array().unwrap().len(), 2);
    assert_eq!(comparison["fail_above"], 0.05);
}

#[test]
fn differences_are_named_and_sessions_that_cannot_be_judged_pass_no_threshold() {
    let desk = desk();
    let mut other = session(1.0);
    other.header.machine.driver_info = "9.9".into();
    other.header.scene.seed = 3;
    write_document(&other, &desk.path("driver.ron")).unwrap();
    let printed = desk.done(&["compare", "old.ron", "driver.ron", "--fail-above", "5%"]);
    assert_says(&printed, &["  driver version: 1.2.3 → 9.9\n", "the sessions differ in driver version, seed\n"]);
    other.header.machine.adapter = "Other Adapter".into();
    write_document(&other, &desk.path("adapter.ron")).unwrap();
    let printed = desk.done(&["compare", "old.ron", "adapter.ron"]);
    assert_says(
        &printed,
        &["whole: ambiguous: no comparison: adapter is Example Adapter in OLD and Other Adapter in NEW"],
    );
    let sentence = desk.refused(&["compare", "old.ron", "adapter.ron", "--fail-above", "5%"]);
    assert_says(
        &sentence,
        &["cannot be held against a threshold: adapter is Example Adapter", "leave out --fail-above"],
    );
}

#[test]
fn what_cannot_be_compared_is_refused_in_one_line() {
    let desk = desk();
    for threshold in ["5", "five%", "-1%", "", "nan%"] {
        let sentence = desk.refused(&["compare", "old.ron", "same.ron", "--fail-above", threshold]);
        assert_says(&sentence, &["--fail-above: `", "` is no percentage from 0 on; give one such as `5%`"]);
    }
    assert_says(&desk.refused(&["compare", "none.ron", "old.ron"]), &["none.ron: no such file; check the path"]);
    assert_says(&desk.refused(&["compare", "old.ron", "scene.ron"]), &["scene.ron: is not a fieldscope session"]);
    let mut stranger = session(1.0);
    stranger.stages[0].name = "flip".into();
    write_document(&stranger, &desk.path("stranger.ron")).unwrap();
    let sentence = desk.refused(&["compare", "old.ron", "stranger.ron"]);
    assert_says(
        &sentence,
        &["share no stage: OLD timed inject+learn, NEW timed flip; compare two sessions of one system"],
    );
    let whole = std::fs::read(desk.path("old.ron")).unwrap();
    std::fs::write(desk.path("cut.ron"), &whole[..whole.len() / 2]).unwrap();
    assert_says(&desk.refused(&["compare", "cut.ron", "old.ron"]), &["cut.ron:", "cut off"]);
}

#[test]
fn recorded_sessions_join_by_their_stages() {
    let desk = Desk::new();
    for (name, toggle) in [("on.ron", "fused_pass=on"), ("off.ron", "fused_pass=off")] {
        desk.done(&["record", super::SCENE, "--cycles", "30", "--no-roof", "--toggle", toggle, "--out", name]);
    }
    let printed = desk.done(&["compare", "on.ron", "off.ron"]);
    assert_says(&printed, &["  toggle fused_pass: on → off\n", "motors", "predict", "only in NEW", "whole: "]);
}
