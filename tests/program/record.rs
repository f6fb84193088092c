//! Recording: what is asked for stands in the session, and what is printed goes where a program can read it.

use super::{Desk, SCENE, SEED, SINES, assert_says, scene_text, text};
use fieldscope::session::{Session, read_session};
use fieldscope::sim::field::description::{STAGES, description};
use std::collections::{BTreeMap, BTreeSet};

const CYCLES: u64 = 40;

fn record(desk: &Desk, arguments: &[&str]) -> (Session, String) {
    let cycles = CYCLES.to_string();
    let asked = ["record", SCENE, "--cycles", &cycles, "--no-roof", "--out", "out/session.ron"];
    let printed = desk.done(&[&asked, arguments].concat());
    assert!(!desk.path("out/session.ron.journal").exists(), "the journal is left");
    (read_session(&desk.path("out/session.ron")).unwrap(), printed)
}

#[test]
fn a_recorded_session_says_what_ran_and_how_it_ended() {
    let scene = scene_text("stable", SINES);
    let desk = Desk::with_scene(&scene);
    let (session, printed) = record(&desk, &[]);
    let header = &session.header;
    assert_eq!(header.scene.text, scene, "the scene's text is not verbatim");
    let said = (header.scene.system.as_str(), header.scene.name.as_str(), header.scene.seed);
    assert_eq!(said, ("field", "scene", SEED));
    assert_eq!(header.present_mode, "headless");
    let description = description();
    let preset = description.preset("stable").unwrap().names(&description.toggles);
    let expected: BTreeMap<String, bool> =
        description.toggles.iter().map(|toggle| (toggle.name.to_owned(), preset.contains(&toggle.name))).collect();
    assert_eq!(header.toggles, expected);
    let parameters: BTreeSet<&str> = description.parameters.iter().map(|parameter| parameter.name).collect();
    assert_eq!(header.parameters.keys().map(String::as_str).collect::<BTreeSet<_>>(), parameters);

    let closing = session.closing.as_ref().unwrap();
    assert_eq!((closing.cleanly, closing.reason.as_str(), closing.cycles), (true, "all cycles done", CYCLES));
    let [block] = session.blocks.as_slice() else { panic!("one setting is one block: {:?}", session.blocks) };
    assert_eq!((block.arm, block.first_cycle, block.last_cycle), (0, 1, CYCLES));
    assert_eq!((&block.toggles, &block.parameters), (&header.toggles, &header.parameters));
    assert_eq!((session.recovery, session.unrecorded, session.roof), (None, 0, None));
    assert!(session.memory.iter().any(|memory| memory.array == "field" && memory.bytes >= 4 * 8 * 16 * 16 * 16));
    assert!(session.kernels.iter().all(|kernel| kernel.build_ms > 0.0) && !session.kernels.is_empty());

    for name in session.stages.iter().map(|stage| &stage.name) {
        assert!(printed.contains(name.as_str()), "stage {name} is not in the table:\n{printed}");
    }
    assert!(printed.contains("arm A") && printed.ends_with("session: out/session.ron\n"), "{printed}");
}

#[test]
fn every_cycle_has_its_time_every_stage_its_samples_and_every_probe_its_values() {
    for preset in ["stable", "published-dense"] {
        let (session, _) = record(&Desk::with_scene(&scene_text(preset, SINES)), &[]);
        let all: Vec<u64> = (1..=CYCLES).collect();
        assert_eq!(session.cycle_times.iter().map(|time| time.cycle).collect::<Vec<_>>(), all, "{preset}");
        // Rows without a kernel are waits of the host; they are no stages of the cycle.
        let kernels = session.passes.iter().filter(|pass| pass.kernel.is_some());
        let rows: BTreeSet<u32> = kernels.map(|pass| pass.stage).collect();
        let rows = session.stages.iter().filter(|stage| rows.contains(&stage.id));
        let stages: BTreeSet<&str> = rows.flat_map(|stage| &stage.stages).map(String::as_str).collect();
        assert_eq!(stages, STAGES.into_iter().collect(), "{preset}");
        assert_eq!(session.counts.dropped, 0, "{preset}");
        let lost = session.counts.zero + session.counts.negative;
        for pass in &session.passes {
            let cycles: BTreeSet<u64> =
                session.samples.iter().filter(|sample| sample.pass == pass.id).map(|sample| sample.cycle).collect();
            assert!(cycles.len() as u64 + lost >= CYCLES, "{preset}: {pass:?} ran in {} cycles only", cycles.len());
        }
        let names: Vec<&str> = session.probes.iter().map(|probe| probe.name.as_str()).collect();
        for name in ["energy", "variance", "prediction error", "motor 0", "motor 2"] {
            assert!(names.contains(&name), "{preset}: no {name} among {names:?}");
        }
        for probe in &session.probes {
            let cycles: Vec<u64> = probe.values.iter().map(|(cycle, _)| *cycle).collect();
            assert_eq!(cycles, all, "{preset}: {}", probe.name);
            assert!(probe.values.iter().all(|(_, value)| value.is_finite()), "{preset}: {}", probe.name);
        }
    }
}

#[test]
fn toggles_and_seed_of_the_command_line_stand_in_the_session() {
    let scene = scene_text("stable", SINES).replace("seed: 7", "seed: 7, toggles: {\"sparse_noise\": true}");
    let desk = Desk::with_scene(&scene);
    let arguments = ["--toggle", "half_storage=on", "--toggle", "fused_pass=off", "--seed", "9"];
    let (session, _) = record(&desk, &arguments);
    let header = &session.header;
    assert_eq!((header.scene.seed, &header.scene.text), (9, &scene));
    let on: Vec<&str> = header.toggles.iter().filter(|(_, on)| **on).map(|(name, _)| name.as_str()).collect();
    assert_eq!(on, ["batched_readback", "half_storage", "procedural_maps", "sparse_noise"]);
    assert!(session.memory.iter().any(|memory| memory.array == "field as f16"), "{:?}", session.memory);
    let (other, _) = record(&desk, &["--toggle", "sparse_noise=off", "--preset", "published-dense"]);
    assert!(other.header.toggles.values().all(|on| !on), "{:?}", other.header.toggles);
}

#[test]
fn json_alone_goes_to_stdout_and_a_session_without_a_name_goes_to_out() {
    let desk = Desk::new();
    let output = desk.run(&["record", SCENE, "--cycles", "5", "--json", "--picture", "out/last.png"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let stages = summary["arms"][0]["stages"].as_array().unwrap();
    assert!(stages.iter().all(|stage| stage["milliseconds"]["median"].as_f64().unwrap() > 0.0), "{summary:#}");
    assert_eq!(summary["arms"][0]["host"]["count"], 4, "the first cycle warms up");
    assert!(summary["roof"]["copy_gb_s"].as_f64().unwrap() > 0.0);
    let written: Vec<String> = super::files_under(&desk.path("out"))
        .into_iter()
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let [picture, session] = written.as_slice() else { panic!("{written:?}") };
    assert_eq!(picture, "last.png");
    assert!(session.starts_with("scene-2") && session.ends_with("Z.ron"), "{session}");
    assert_eq!(read_session(&desk.path("out").join(session)).unwrap().cycle_times.len(), 5);
}

#[test]
fn a_session_becomes_a_table_and_a_timeline() {
    let desk = Desk::new();
    desk.done(&["record", SCENE, "--cycles", "5", "--no-roof", "--out", "s.ron"]);
    let session = read_session(&desk.path("s.ron")).unwrap();
    assert_says(&desk.done(&["export", "s.ron", "--to", "csv"]), &["s.csv"]);
    let table = std::fs::read_to_string(desk.path("s.csv")).unwrap();
    assert_eq!(table.lines().count(), session.samples.len() + 1);
    assert_says(&desk.done(&["export", "s.ron", "--to", "perfetto", "--out", "out/t.json"]), &["out/t.json"]);
    let text = std::fs::read_to_string(desk.path("out/t.json")).unwrap();
    let trace: serde_json::Value = serde_json::from_str(&text).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    assert_eq!(events.iter().filter(|event| event["cat"] == "cycle").count(), 5);
    assert_says(&desk.refused(&["export", "t.ron", "--to", "csv"]), &["t.ron"]);
}
