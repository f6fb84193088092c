//! The coupling analysis as a user runs it: maps of recordings, scenes, and what bad input gets.

use super::{Desk, SCENE, assert_says, line_of, with_line};
use ndarray::{Array2, Array3};
use ndarray_npy::NpzReader;
use std::path::PathBuf;

fn coupled() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenes/coupled.edf")
}

/// A desk with the bundled recording in it.
fn desk() -> Desk {
    let desk = Desk::with_scene(&scene(""));
    std::fs::copy(coupled(), desk.path("coupled.edf")).unwrap();
    desk
}

fn scene(changed: &str) -> String {
    let text = "Scene(
    title: \"Coupling\",
    system: Pac(PacModel(
        source: Recording((path: \"coupled.edf\", channels: [\"C1\", \"U1\"])),
        window: 4.0,
        advance: 1.0,
        phase_bands: Explicit([(2.0, 4.0), (5.0, 7.0), (9.0, 11.0)]),
        amplitude_bands: Explicit([(40.0, 60.0), (65.0, 95.0), (100.0, 120.0)]),
    )),
    preset: \"fast\",
    seed: 7,
)
";
    with_line(text, changed)
}

const BANDS: &str = "2-4,5-7,9-11/40-60,65-95,100-120";

#[test]
fn the_bundled_recording_has_the_couplings_that_its_script_put_there() {
    let desk = desk();
    let told = desk.done(&[
        "comodulogram",
        "coupled.edf",
        "--bands",
        BANDS,
        "--surrogates",
        "60",
        "--out",
        "map.npz",
        "--png",
        "map.png",
    ]);
    assert_says(&told, &["4 channels at 512 Hz", "excluded", "C1", "peak", "phase 5 to 7 Hz, amplitude 65 to 95 Hz"]);
    assert_says(&told, &["buffers", "MB in use on the device during the run"]);
    let megabytes = |before: &str| -> f64 {
        told.split_once(before).unwrap().1.split_whitespace().next().unwrap().parse().unwrap()
    };
    let (buffers, peak) = (megabytes("buffers"), megabytes("at most"));
    assert!(peak >= buffers && peak < buffers + 64.0, "{peak} of {buffers}");
    let mut npz = NpzReader::new(std::fs::File::open(desk.path("map.npz")).unwrap()).unwrap();
    let map: Array3<f32> = npz.by_name("map").unwrap();
    let p: Array3<f32> = npz.by_name("p").unwrap();
    let phase: Array2<f64> = npz.by_name("pha").unwrap();
    assert_eq!((map.dim(), phase.dim()), ((3, 3, 4), (3, 2)));
    // [amplitude band, phase band, channel].
    assert!(p[[1, 1, 0]] < 0.05 && map[[1, 1, 0]] > 0.01, "C1: {map:?}");
    assert!(p[[2, 2, 1]] < 0.05 && map[[2, 2, 1]] > 0.01, "C2: {map:?}");
    for channel in [2, 3] {
        let least = (0..9).map(|at| p[[at / 3, at % 3, channel]]).fold(1.0, f32::min);
        assert!(least > 0.05, "channel {channel}: {p:?}");
    }
    let picture = image::open(desk.path("map.png")).unwrap().to_rgba8();
    let colours: std::collections::BTreeSet<_> = picture.pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 20, "{}", colours.len());
}

#[test]
fn a_scene_of_a_recording_is_recorded_and_found_from_its_folder() {
    let desk = desk();
    let table = desk.done(&["record", SCENE, "--cycles", "8", "--no-roof", "--out", "s.ron"]);
    assert_says(&table, &["window", "phase", "bins", "amplitude", "sums", "coupling"]);
    let session = std::fs::read_to_string(desk.path("s.ron")).unwrap();
    assert_says(&session, &["peak coupling", "\"pac\""]);
    desk.done(&["state", SCENE, "--cycle", "3", "--out", "three.npz"]);
    let mut npz = NpzReader::new(std::fs::File::open(desk.path("three.npz")).unwrap()).unwrap();
    let map: Array3<f32> = npz.by_name("map").unwrap();
    assert_eq!(map.dim(), (2, 3, 3));
}

#[test]
fn a_recording_that_cannot_be_used_gets_one_line() {
    let desk = desk();
    let whole = std::fs::read(coupled()).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(desk.path(name), bytes).unwrap();
    write("cut.edf", &whole[..100_000]);
    write("header.edf", &whole[..700]);
    let mut wrong = whole.clone();
    wrong[184..188].copy_from_slice(b"9999");
    write("wrong.edf", &wrong);
    write("empty.edf", b"");
    write("text.csv", b"a,b\n1,2\n3,hello\n");
    write("numbers.csv", b"1,2\n2,1\n3,2\n4,1\n");
    write("flat.csv", "5\n".repeat(2000).as_bytes());
    write("nothing.csv", "nan\n".repeat(2000).as_bytes());
    write("other.wav", b"RIFF");
    for (arguments, parts) in [
        (vec!["cut.edf"], vec!["cut.edf: byte 236", "it is truncated", "take a complete copy"]),
        (vec!["header.edf"], vec!["header.edf: byte 700", "ends inside the header"]),
        (vec!["wrong.edf"], vec!["wrong.edf: byte 184", "says that its header has"]),
        (vec!["empty.edf"], vec!["empty.edf: is empty"]),
        (vec!["none.edf"], vec!["none.edf: no such file"]),
        (vec!["other.wav"], vec!["recordings end in .edf, .bdf, .npy or .csv"]),
        (vec!["text.csv", "--fs", "100"], vec!["text.csv: line 3", "\"hello\" is no number"]),
        (vec!["numbers.csv"], vec!["give the rate with --fs"]),
        (vec!["numbers.csv", "--fs", "400"], vec!["window = ", "holds 4 samples"]),
        (vec!["flat.csv", "--fs", "512"], vec!["is flat: it never changes"]),
        (vec!["nothing.csv", "--fs", "512"], vec!["no sample that can be used"]),
        (vec!["coupled.edf", "--channel", "Oz"], vec!["no channel is called \"Oz\"; there are C1, C2, U1, U2"]),
        (vec!["coupled.edf", "--fs", "500"], vec!["is recorded at 512 Hz, and 500 Hz was given"]),
        (
            vec!["coupled.edf", "--bands", "4-8/200-256"],
            vec!["the band 200 to 256 Hz reaches half the sampling rate, 256 Hz"],
        ),
        (vec!["coupled.edf", "--bands", "8-4/60-80"], vec!["8 to 4 Hz is no band"]),
        (vec!["coupled.edf", "--bands", "many"], vec!["there are lres, mres, hres, demon, hulk, gpac"]),
        (
            vec!["coupled.edf", "--seconds", "99"],
            vec!["window = 99 s is longer than the recording, which holds 60.000 s"],
        ),
        (vec!["coupled.edf", "--seconds", "0.2"], vec!["less than one cycle of 1.5 Hz"]),
    ] {
        let mut all = vec!["comodulogram"];
        all.extend(&arguments);
        all.extend(["--out", "map.npz"]);
        let sentence = desk.refused(&all);
        assert_says(&sentence, &parts);
    }
}

#[test]
fn a_window_too_short_for_its_filters_is_told_and_not_refused() {
    let desk = desk();
    let output = desk.run(&[
        "comodulogram",
        "coupled.edf",
        "--bands",
        BANDS,
        "--filter",
        "fir",
        "--seconds",
        "1",
        "--out",
        "map.npz",
    ]);
    let error = super::text(&output.stderr);
    assert!(output.status.success(), "{error}");
    assert_says(&error, &["2.0 cycles of 2 Hz", "too short for the filters of 2 of 3 phase bands", "cut to 170"]);
}

#[test]
fn mixed_rates_are_refused_by_name_unless_one_is_chosen() {
    let desk = desk();
    let mut file = std::fs::read(coupled()).unwrap();
    // Samples a record of the fourth channel: half as many, and the annotations take the rest.
    let at = 256 + 5 * (16 + 80 + 8 + 8 + 8 + 8 + 8 + 80) + 3 * 8;
    file[at..at + 8].copy_from_slice(b"256     ");
    file[at + 8..at + 16].copy_from_slice(b"288     ");
    std::fs::write(desk.path("mixed.edf"), file).unwrap();
    let sentence = desk.refused(&["comodulogram", "mixed.edf", "--out", "map.npz"]);
    assert_says(&sentence, &["\"C1\" of 512 Hz and \"U2\" of 256 Hz differ in rate", "--channel"]);
    desk.done(&[
        "comodulogram",
        "mixed.edf",
        "--channel",
        "C1",
        "--bands",
        BANDS,
        "--seconds",
        "4",
        "--out",
        "map.npz",
    ]);
}

#[test]
fn a_scene_that_cannot_be_is_refused_with_its_line() {
    for (changed, part) in [
        ("window: 100.0", "longer than the recording"),
        ("window: NaN", "window = NaN is outside"),
        ("amplitude_bands: Explicit([(100.0, 300.0)])", "reaches half the sampling rate"),
        ("preset: \"stable\"", "no preset is called `stable`; there are fast, all-at-once, regression"),
    ] {
        let text = scene(changed);
        let desk = Desk::with_scene(&text);
        std::fs::copy(coupled(), desk.path("coupled.edf")).unwrap();
        let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
        let field = changed.split_inclusive(':').next().unwrap();
        assert!(sentence.starts_with(&format!("{SCENE}:{}:", line_of(&text, field))), "{sentence}");
        assert_says(&sentence, &[part]);
    }
    let desk = Desk::with_scene(&scene(""));
    let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
    assert_says(&sentence, &["coupled.edf: no such file"]);
}

#[test]
fn the_regression_is_refused_with_its_size() {
    let desk = desk();
    let sentence = desk.refused(&["comodulogram", "coupled.edf", "--toggle", "scatter_bins=off", "--out", "map.npz"]);
    // 30 · 30 pairs · 30,720 samples · 18 bins · 4 bytes.
    assert_says(&sentence, &["expansion", "takes 2.0 GB", "turn scatter_bins on"]);
}

#[test]
fn a_scene_whose_expansion_does_not_fit_is_refused_with_its_size() {
    let text = scene("window: 8.0")
        .replace("phase_bands: Explicit([(2.0, 4.0), (5.0, 7.0), (9.0, 11.0)])", "phase_bands: Tensorpac(Mres)")
        .replace(
            "amplitude_bands: Explicit([(40.0, 60.0), (65.0, 95.0), (100.0, 120.0)])",
            "amplitude_bands: Gpac(30)",
        );
    let desk = Desk::with_scene(&text);
    std::fs::copy(coupled(), desk.path("coupled.edf")).unwrap();
    let sentence = desk.refused(&[
        "record",
        SCENE,
        "--toggle",
        "scatter_bins=off",
        "--cycles",
        "3",
        "--no-roof",
        "--out",
        "s.ron",
    ]);
    // 30 · 30 pairs · 4,096 samples · 18 bins · 4 bytes.
    assert_says(&sentence, &["expansion", "265420800 bytes (0.3 GB)", "holds at most"]);
}

#[test]
fn a_recording_is_a_scene_by_itself_and_can_be_chosen_from() {
    let desk = desk();
    let bands = ["--choose", "phase_bands=linear:4:12:5:2", "--choose", "amplitude_bands=60-80,70-90"];
    let mut arguments = vec!["record", "coupled.edf", "--choose", "channels=C2, U1", "--choose", "window=4"];
    arguments.extend(bands);
    arguments.extend(["--cycles", "3", "--no-roof", "--out", "s.ron"]);
    desk.done(&arguments);
    let session = std::fs::read_to_string(desk.path("s.ron")).unwrap();
    assert_says(&session, &["\"pac\"", "coupled.edf", "C2", "window", "4.0"]);
    for (arguments, parts) in [
        (["--choose", "window=long"], ["window: ", "is no number"]),
        (["--choose", "colour=red"], ["`colour`", "can be chosen"]),
        (["--choose", "window"], ["`window` is not NAME=VALUE", "--choose"]),
        (["--choose", "channels=C2, Oz"], ["\"Oz\"", "there are C1, C2, U1, U2"]),
    ] {
        let mut all = vec!["record", "coupled.edf", "--cycles", "3", "--no-roof", "--out", "t.ron"];
        all.extend(arguments);
        let output = desk.run(&all);
        let error = super::text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert_says(&error, &parts);
        assert!(!desk.path("t.ron").exists());
    }
    std::fs::write(desk.path("notes.docx"), "text").unwrap();
    let sentence = desk.refused(&["record", "notes.docx", "--cycles", "3", "--no-roof", "--out", "t.ron"]);
    assert_says(&sentence, &["notes.docx: is no scene and no recording by its ending"]);
}

#[test]
fn a_rate_that_no_file_says_is_told_to_be_a_guess() {
    let desk = desk();
    let wave = |at: usize| (at as f32 * 0.1).sin() + (at as f32 * 0.7).cos();
    let text: String = (0..3000).map(|at| format!("{}\n", wave(at))).collect();
    std::fs::write(desk.path("numbers.csv"), &text).unwrap();
    std::fs::write(desk.path("numbers_500Hz.csv"), &text).unwrap();
    let run = |name: &str, more: &[&str]| {
        let mut arguments = vec!["record", name, "--cycles", "2", "--no-roof", "--out", "s.ron"];
        arguments.extend(more);
        let output = desk.run(&arguments);
        assert!(output.status.success(), "{}", super::text(&output.stderr));
        super::text(&output.stderr)
    };
    assert_says(&run("numbers.csv", &[]), &["does not say how many samples", "1000 are assumed"]);
    assert_says(&run("numbers_500Hz.csv", &[]), &["500 samples a second, as the file's name says"]);
    let session = |name: &str| std::fs::read_to_string(desk.path(name)).unwrap();
    run("numbers.csv", &["--choose", "rate=250"]);
    assert_says(&session("s.ron"), &["250.0"]);
}
