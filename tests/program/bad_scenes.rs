//! Scenes and arguments that must be refused.

use super::{Desk, SCENE, SINES, assert_says, line_of, scene_text};
use fieldscope::gpu::{AdapterChoice, Gpu};
use std::fs::File;
use std::path::Path;

/// What every refused recording is asked for.
const RECORD: [&str; 7] = ["record", SCENE, "--cycles", "3", "--no-roof", "--out", "out/session.ron"];

fn recording_of(text: &str) -> String {
    Desk::with_scene(text).refused(&RECORD)
}

fn recording_with(arguments: &[&str]) -> String {
    Desk::new().refused(&[&RECORD, arguments].concat())
}

/// The small scene with `from` changed `to`: refused with its file, the line of `field`, and these parts.
#[track_caller]
fn assert_refused(from: &str, to: &str, field: &str, parts: &[&str]) {
    let text = scene_text("stable", SINES);
    assert!(text.contains(from));
    let text = text.replacen(from, to, 1);
    let sentence = recording_of(&text);
    let place = format!("{SCENE}:{}:", line_of(&text, field));
    assert!(sentence.starts_with(&place), "{to}: {place} does not begin {sentence:?}");
    assert_says(&sentence, parts);
}

#[test]
fn an_unknown_field_is_named_with_its_line_and_the_one_that_was_meant() {
    assert_refused("sensors: 6", "sensor: 6", "sensor:", &["unexpected field `sensor`", "did you mean `sensors`?"]);
    assert_refused("seed: 7", "sead: 7", "sead:", &["unexpected field `sead`", "did you mean `seed`?"]);
}

#[test]
fn unknown_toggles_and_presets_are_named_with_those_that_exist() {
    let toggles = "seed: 7,\n    toggles: {\n        \"nope\": true,\n    }";
    assert_refused("seed: 7", toggles, "nope", &["no toggle is called `nope`", "fused_pass", "half_storage"]);
    assert_says(&recording_with(&["--toggle", "nope=on"]), &["--toggle: no toggle is called `nope`", "fused_pass"]);
    let presets = ["no preset is called `nope`", "stable", "published-dense", "published-blazing"];
    assert_refused("\"stable\"", "\"nope\"", "preset:", &presets);
    let sentence = recording_with(&["--preset", "nope"]);
    assert!(sentence.starts_with("--preset: "), "{sentence}");
    assert_says(&sentence, &presets);
}

#[test]
fn a_toggle_that_makes_no_sense_alone_is_refused_by_name_with_what_it_needs() {
    let parts = ["lazy_scale needs", "global_momentum on", "learning_left_out on"];
    assert_refused("seed: 7", "seed: 7,\n    toggles: {\"lazy_scale\": true}", "lazy_scale", &parts);
    assert_says(&recording_with(&["--toggle", "lazy_scale=on"]), &parts);
}

#[test]
fn numbers_out_of_their_range_are_refused_with_the_range() {
    for (from, to, range) in [
        ("sites: 16", "sites: 0", "sites = 0 is outside 16 to 160"),
        ("sites: 16", "sites: 161", "sites = 161 is outside 16 to 160"),
        ("channels: 8", "channels: 0", "channels = 0 is not a multiple of 8 from 8 to 512"),
        ("channels: 8", "channels: 7", "channels = 7 is not a multiple of 8 from 8 to 512"),
        ("channels: 8", "channels: 520", "channels = 520 is not a multiple of 8 from 8 to 512"),
        ("channels: 8", "channels: 8, reduced_channels: Some(4)", "reduced_channels = 4 is not a multiple of 8"),
        ("sensors: 6", "sensors: 65", "sensors = 65 is outside 1 to 64"),
        ("motors: 3", "motors: 0", "motors = 0 is outside 1 to 64"),
    ] {
        assert_refused(from, to, to, &[range]);
    }
    // A size that only another adapter would run is wrong on this one, too.
    let reduced = scene_text("stable", SINES).replace("channels: 8", "channels: 12, reduced_channels: Some(8)");
    assert_says(&recording_of(&reduced), &["channels = 12 is not a multiple of 8"]);
}

#[test]
fn rates_and_signals_that_are_no_numbers_or_out_of_range_are_refused() {
    for (to, range) in [
        ("rates: (decay: NaN)", "rates.decay = NaN is outside 0.9 to 1"),
        ("rates: (noise: -0.001)", "rates.noise = -0.001 is outside 0 to 0.1"),
        ("rates: (injection: inf)", "rates.injection = inf is outside 0 to 2"),
        ("rates: (momentum: 1e30)", "rates.momentum = 1000000000000000000000000000000 is outside 0 to 0.2"),
        ("rates: (diffusion: 0.5)", "rates.diffusion = 0.5 is outside 0 to 0.1666"),
        ("rates: (exploration: -inf)", "rates.exploration = -inf is outside 0 to 0.2"),
    ] {
        assert_refused("motors: 3", &format!("motors: 3,\n        {to}"), to, &[range]);
    }
    for (signal, range) in [
        ("Constant(NaN)", "Constant(NaN) is outside 0 to 1"),
        ("Constant(-0.5)", "Constant(-0.5) is outside 0 to 1"),
        ("Sines(shortest: 1.0)", "is outside 2 to 1000000 cycles"),
        ("Sines(shortest: inf)", "is outside 2 to 1000000 cycles"),
        ("RandomWalk(step: NaN)", "RandomWalk(step: NaN) is outside 0 to 1"),
    ] {
        assert_refused(SINES, signal, signal, &[range]);
    }
}

#[test]
fn a_look_that_cannot_be_drawn_is_refused_before_anything_runs() {
    let look = |field: &str| format!("seed: 7,\n    look: ({field})");
    assert_refused("seed: 7", &look("quantity: Channel(8)"), "quantity", &["quantity", "Channel(8)", "0 to 7"]);
    assert_refused("seed: 7", &look("opacity: NaN"), "opacity", &["opacity", "NaN", "0 to 20"]);
    assert_refused("seed: 7", &look("camera: (zoom: 0.0)"), "zoom", &["camera.zoom", "0.1 to 20"]);
}

#[test]
fn a_file_that_is_no_scene_is_told_what_it_is() {
    assert_says(&recording_of("hello world\n"), &[SCENE, ":1:1: expected struct `Scene`", "hello"]);
    assert_says(&recording_of(""), &[SCENE, "is empty; "]);
    let whole = scene_text("stable", SINES);
    assert_says(&recording_of(&whole[..whole.len() / 2]), &[SCENE, "was cut off: take a complete copy"]);
    let desk = Desk::new();
    std::fs::write(desk.path(SCENE), b"Scene(\n\xff)").unwrap();
    assert_says(&desk.refused(&RECORD), &[&format!("{SCENE}:2:1: is not UTF-8 text; ")]);
    std::fs::remove_file(desk.path(SCENE)).unwrap();
    assert_says(&desk.refused(&RECORD), &[SCENE, "no such file; check the path"]);
    std::fs::create_dir(desk.path(SCENE)).unwrap();
    assert_says(&desk.refused(&RECORD), &[SCENE, "is a directory, not a file"]);
}

#[test]
fn a_file_of_a_hundred_megabytes_is_not_read() {
    let desk = Desk::new();
    File::create(desk.path(SCENE)).unwrap().set_len(100 << 20).unwrap();
    assert_says(&desk.refused(&RECORD), &[SCENE, "holds 104857600 bytes, more than the 1048576 that are read; "]);
}

#[test]
fn arguments_that_ask_for_nothing_or_for_what_is_not_there_are_refused() {
    let desk = Desk::new();
    let none = ["record", SCENE, "--cycles", "0", "--out", "out/session.ron"];
    assert_says(&desk.refused(&none), &["--cycles 0 records nothing; give at least 1"]);
    let tiny = ["snapshot", SCENE, "--cycle", "1", "--out", "out/a.png", "--pixels", "10", "10"];
    assert_says(&desk.refused(&tiny), &["--pixels [10, 10] is not two numbers from 64 to 8192"]);
    let sentence = recording_with(&["--adapter", "no such adapter"]);
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
    assert_says(&sentence, &["no adapter is called `no such adapter`; there are: ", &gpu.info.name]);
}

/// A field of the largest size that a scene may ask for, with everything stored: 42 GB.
const LARGEST_BYTES: u64 = 42_000_000_000;

#[test]
fn a_size_that_the_machine_cannot_hold_is_refused_with_both_numbers_and_what_would_fit() {
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
    match gpu.room() {
        Some(room) if room < LARGEST_BYTES => {}
        room => {
            eprintln!("nothing to refuse: {} may take {room:?} bytes", gpu.info.name);
            return;
        }
    }
    let text = scene_text("published-dense", SINES).replace("channels: 8", "channels: 512");
    let text = text.replace("sites: 16", "sites: 160");
    let desk = Desk::with_scene(&text);
    // Should the refusal be broken, the limit of the shell ends the program before it fills the machine.
    let limited = "ulimit -v 16000000; exec \"$0\" state scene.ron --cycle 0 --out out/state.npz";
    let mut shell = desk.command(&[]);
    let program = Path::new(shell.get_program()).to_owned();
    shell = std::process::Command::new("sh");
    let output = shell.args(["-c", limited]).arg(program).current_dir(desk.folder.path()).output().unwrap();
    let sentence = super::text(&output.stderr);
    assert_eq!((output.status.code(), sentence.lines().count()), (Some(2), 1), "{sentence}");
    assert_says(&sentence, &["fieldscope: scene.ron:5: the state needs 42", " bytes, but ", "can take at most "]);
    let channels: u32 = number_after(&sentence, "with sites: 160 at most channels: ");
    assert!(channels.is_multiple_of(8) && (8..512).contains(&channels), "{sentence}");
    let (needed, room): (u64, u64) = (number_after(&sentence, "needs "), number_after(&sentence, "at most "));
    assert!(needed > LARGEST_BYTES && room < needed, "{sentence}");
    // All but the small arrays grow with the channels: what is said to fit must fill the room up to one step.
    let per_channel = needed as f64 / 512.0;
    let filled = f64::from(channels) * per_channel;
    assert!(filled < room as f64 * 1.05 && filled > room as f64 - 24.0 * per_channel, "{sentence}");
    assert_eq!(super::files_under(desk.folder.path()).len(), 1, "something was written");
}

fn number_after<T: std::str::FromStr>(sentence: &str, words: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    let (_, rest) = sentence.split_once(words).unwrap_or_else(|| panic!("{words:?} is not in {sentence:?}"));
    rest.split(|character: char| !character.is_ascii_digit()).next().unwrap().parse().unwrap()
}
