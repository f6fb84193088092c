//! One setting against another: what is printed and recorded, what is refused, and the exit codes.

use super::{Desk, assert_says, scene_text, text};
use fieldscope::session::{Session, read_session};

/// Few and short blocks: these tests are about what is told, not about how fast anything is.
const SHORT: [&str; 6] = ["--pairs", "6", "--floor-pairs", "1", "--block", "2"];

fn ab(desk: &Desk, arguments: &[&str]) -> (String, Session) {
    let printed = desk.done(&[&["ab", "scene.ron", "--out", "s.ron"], arguments, &SHORT].concat());
    (printed, read_session(&desk.path("s.ron")).unwrap())
}

#[test]
fn an_exact_toggle_is_compared_block_by_block_and_recorded() {
    let desk = Desk::new();
    let (printed, session) = ab(&desk, &["--b-toggle", "fused_pass=off"]);
    assert_says(
        &printed,
        &["stable, fused_pass off", "exact: relative L2 at most 1e-5", "`field`", "% of roof", "whole cycle"],
    );
    let pairs: Vec<_> = session.blocks.iter().filter_map(|block| Some((block.pair?, block.arm))).collect();
    // More than six where the machine changed its speed within some.
    let last = pairs.iter().map(|(pair, _)| *pair).max().unwrap();
    assert!((6..=24).contains(&last), "{last} pairs");
    for pair in 1..=last {
        let mut arms: Vec<_> = pairs.iter().filter(|(of, _)| *of == pair).map(|(_, arm)| *arm).collect();
        arms.sort_unstable();
        assert_eq!(arms, [0, 1], "pair {pair}");
    }
    for block in &session.blocks {
        assert_eq!(block.toggles["fused_pass"], block.arm == 0, "{block:?}");
        assert_eq!((block.warm_up_cycles, block.last_cycle - block.first_cycle), (1, 2));
        // Every block has its samples, under the numbers of its own arm's passes.
        let of_block = session
            .samples
            .iter()
            .filter(|sample| sample.arm == block.arm && (block.first_cycle..=block.last_cycle).contains(&sample.cycle));
        assert!(of_block.clone().count() >= 9, "{block:?}");
        assert!(of_block.clone().all(|sample| (sample.pass >= 1 << 16) == (block.arm == 1)));
    }
    let cycles: Vec<_> =
        session.deviations.iter().filter(|found| found.array == "field").map(|found| found.cycle).collect();
    assert_eq!(cycles[..5], [1, 2, 3, 5, 10]);
    // A deviation after every pair, and one before the first.
    assert_eq!(cycles.len(), 5 + 1 + last as usize);
    assert!(session.deviations.iter().all(|found| !found.breaks_its_bound()));
    let judged = session.deviations.iter().filter(|found| found.bound.is_some());
    assert!(judged.clone().count() > 0 && judged.clone().all(|found| found.cycle <= 50));
    assert_eq!(session.canary.len(), session.blocks.len());
    let whole: Vec<_> = session.verdicts.iter().filter(|verdict| verdict.stage.is_none()).collect();
    assert!(whole.len() == 1 && !whole[0].reason.is_empty(), "{whole:?}");
    assert!(session.verdicts.iter().any(|verdict| verdict.stage.is_some()), "stages that both arms have");
    assert_eq!(session.closing.unwrap().reason, "all pairs have run");
}

#[test]
fn another_computation_is_shown_and_not_judged() {
    let (printed, session) = ab(&Desk::new(), &["--a", "published-dense", "--b", "published-blazing"]);
    assert_says(&printed, &["approximate: sparse_noise, sparse_energy", "learn"]);
    assert!(session.deviations.iter().any(|found| found.relative_l2 > 1e-3));
    assert!(session.deviations.iter().all(|found| found.bound.is_none()));
    let (printed, _) = ab(&Desk::new(), &["--b", "published-dense"]);
    assert_says(&printed, &["approximate: the arms run under different rules"]);
}

#[test]
fn a_kernel_broken_on_purpose_is_found_within_ten_cycles() {
    let desk = Desk::new();
    let arguments =
        ["ab", "scene.ron", "--a-toggle", "fused_pass=off", "--b-define", "BROKEN_ON_PURPOSE", "--out", "s.ron"];
    let output = desk.run(&[&arguments[..], &SHORT].concat());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let error = text(&output.stderr);
    assert_eq!(error.lines().count(), 1, "{error}");
    assert_says(
        &error,
        &["broken promise: `", "` deviates by a relative L2 of ", "the first element that differs is [0, "],
    );
    let session = read_session(&desk.path("s.ron")).unwrap();
    let broken: Vec<_> = session.deviations.iter().filter(|found| found.breaks_its_bound()).collect();
    assert!(broken.iter().any(|found| found.array == "field" && found.cycle <= 10), "{broken:?}");
    assert!(broken.iter().all(|found| found.first_difference.is_some()));
    assert!(session.verdicts.is_empty(), "a broken toggle has no speed: {:?}", session.verdicts);
    // It is the definition that breaks it: without it the same arms keep their promise.
    desk.done(&[&["ab", "scene.ron", "--out", "t.ron", "--a-toggle", "fused_pass=off"], &SHORT[..]].concat());
}

#[test]
fn an_ablation_is_a_table_a_session_and_a_csv() {
    let desk = Desk::new();
    let arguments = ["ablate", "scene.ron", "--test", "fused_pass,lazy_scale", "--csv", "t.csv", "--out", "s.ron"];
    let printed = desk.done(&[&arguments[..], &SHORT].concat());
    let row = |name: &str| printed.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert_says(&row("fused_pass"), &["exact", "none after 10"]);
    assert_says(&printed, &["not compared: lazy_scale (left out): lazy_scale does not go with everything else"]);
    let csv = std::fs::read_to_string(desk.path("t.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 6, "{csv}");
    let session = read_session(&desk.path("s.ron")).unwrap();
    let told: Vec<_> =
        session.verdicts.iter().map(|verdict| (verdict.subject.as_str(), verdict.position.as_str())).collect();
    assert_eq!(
        told,
        [("fused_pass", "alone"), ("fused_pass", "left out"), ("fused_pass", "cumulative"), ("lazy_scale", "alone"),]
    );
    assert!(session.deviations.len() >= 4);

    let json = desk.done(
        &[
            &["ablate", "scene.ron", "--test", "batched_readback", "--only", "alone", "--json", "--out", "j.ron"],
            &SHORT[..],
        ]
        .concat(),
    );
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0]["toggle"], "batched_readback");
    assert!(rows[0]["found"]["Ok"]["milliseconds"][1].as_f64().unwrap() > 0.0, "{rows}");
}

#[test]
fn what_cannot_be_compared_is_refused_in_one_line() {
    let desk = Desk::new();
    let other = scene_text("stable", super::SINES).replace("channels: 8", "channels: 16");
    std::fs::write(desk.path("larger.ron"), other).unwrap();
    let refused = |arguments: &[&str]| desk.refused(&[&["ab", "scene.ron"], arguments].concat());
    assert_says(
        &refused(&["--b", "fastest"]),
        &["`fastest` is neither a preset (stable, ", "nor a scene file (*.ron)"],
    );
    assert_says(&refused(&["--b", "missing.ron"]), &["missing.ron"]);
    let sizes = refused(&["--b", "larger.ron"]);
    assert_says(
        &sizes,
        &["the arms are of different sizes: `field` is [2, 16, 16, 16, 4] in A and [4, 16, 16, 16, 4]"],
    );
    assert_says(&refused(&["--b-toggle", "lazy_scale=on"]), &["lazy_scale needs "]);
    assert_says(&refused(&["--b-toggle", "faster=on"]), &["no toggle is called `faster`"]);
    assert_says(&refused(&["--fail-above", "five"]), &["--fail-above: `five` is no percentage"]);
    assert_says(&refused(&["--pairs", "0"]), &["--pairs and --seconds of at least 1"]);
    assert_says(&refused(&["--narrow", "0"]), &["--narrow is half the width of an interval"]);
    assert_says(&refused(&["--block", "0"]), &["--block 0 measures nothing"]);
    assert_says(&desk.refused(&["ablate", "scene.ron", "--fail-above", "5"]), &["--fail-above: `5` is no percentage"]);
    assert_says(&desk.refused(&["bench", "--against", "nowhere"]), &["nowhere: no folder of an earlier bench"]);
    let limits = ["bench", "--against", ".", "--fail-above", "5"];
    assert_says(&desk.refused(&limits), &["--fail-above: `5` is no percentage"]);
    assert_says(&desk.refused(&["ablate", "scene.ron", "--test", "faster"]), &["--test: no toggle is called `faster`"]);
}

/// On a machine whose free memory is known, which is where the check is made.
#[cfg(target_os = "linux")]
#[test]
fn a_state_that_fits_once_but_not_twice_is_refused_with_what_would_fit() {
    let known = std::fs::read_to_string("/proc/meminfo").unwrap();
    let available = known.lines().find_map(|line| line.strip_prefix("MemAvailable:")).unwrap();
    let available: f64 = available.trim().trim_end_matches(" kB").parse().unwrap();
    // Field, momentum and phase, in f32; two thirds of what may be taken.
    let channels = (0.6 * available * 1024.0 / (12.0 * 160.0_f64.powi(3)) / 8.0) as u32 * 8;
    let text = scene_text("stable", super::SINES)
        .replace("sites: 16", "sites: 160")
        .replace("channels: 8", &format!("channels: {channels}"));
    let refused = Desk::with_scene(&text).refused(&["ab", "scene.ron"]);
    assert_says(&refused, &["both arms need memory of their own", "at most channels: ", " fits twice"]);
}
