//! The Möbius system as a user runs it.

use super::{Desk, SCENE, assert_says, line_of, with_line};

fn scene(changed: &str) -> String {
    let text = "Scene(
    title: \"Small band\",
    system: Mobius(MobiusModel(
        shape: Strip(
            along: 64,
            across: 8,
            half_twists: 1,
            half_width: 0.4,
        ),
        wavenumber: 6.0,
        controller: Some(ControllerModel(
            hidden: 32,
        )),
    )),
    preset: \"direct\",
    toggles: { \"fused_lstm\": true },
    seed: 7,
)
";
    with_line(text, changed)
}

#[test]
fn a_band_that_cannot_be_is_refused_in_one_line_with_its_limit() {
    for (changed, parts) in [
        ("along: 8", "along = 8 is outside 16 to 2000"),
        ("half_twists: 11", "half_twists = 11 is outside 0 to 9"),
        ("wavenumber: NaN", "wavenumber = NaN is outside 0.1 to 100"),
        ("hidden: 40", "hidden = 40 is not a multiple of 16"),
        (
            "toggles: { \"cached_propagator\": true, \"one_dispatch\": false }",
            "cached_propagator needs one_dispatch on",
        ),
        ("preset: \"stable\"", "no preset is called `stable`; there are direct, cached, loop, seed"),
    ] {
        let text = scene(changed);
        let sentence =
            Desk::with_scene(&text).refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
        let field = changed.split_inclusive(':').next().unwrap();
        if !changed.starts_with("toggles") {
            assert!(sentence.starts_with(&format!("{SCENE}:{}:", line_of(&text, field))), "{sentence}");
        }
        assert_says(&sentence, &[parts]);
    }
}

#[test]
fn an_even_number_of_half_twists_is_allowed_and_said() {
    let record = ["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"];
    let desk = Desk::with_scene(&scene("half_twists: 2"));
    let said = desk.run(&record);
    assert!(said.status.success());
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_says(&said, &["half_twists = 2 is even: the band is two-sided"]);
    let said = Desk::with_scene(&scene("")).run(&record);
    assert!(!String::from_utf8_lossy(&said.stderr).contains("two-sided"), "one half-twist is none of them");
}

/// A propagator beyond any memory: the program does not go on with another computation by itself.
#[test]
fn a_propagator_that_no_memory_holds_is_refused_with_what_would_fit() {
    let text = scene("along: 2000").replace("across: 8", "across: 64");
    let cached = text.replace("toggles: {", "toggles: { \"cached_propagator\": true,");
    let desk = Desk::with_scene(&cached);
    let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--size", "full", "--out", "s.ron"]);
    assert_says(&sentence, &["128000 nodes", "with across: 64 fits", "or turn cached_propagator off"]);
    assert!(!desk.path("s.ron").exists(), "nothing was recorded");
}

#[test]
fn weights_go_out_and_come_in_and_others_are_refused_by_their_tensor() {
    let desk = Desk::with_scene(&scene(""));
    desk.done(&["state", SCENE, "--cycle", "0", "--out", "weights.safetensors"]);
    // Another seed draws others, unless they come from the file.
    let write = |text: &str| std::fs::write(desk.path(SCENE), text.replace("seed: 7", "seed: 8")).unwrap();
    write(&scene(""));
    desk.done(&["state", SCENE, "--cycle", "0", "--out", "drawn.safetensors"]);
    let with_file = scene("hidden: 32, weights: Some(\"weights.safetensors\")");
    write(&with_file);
    desk.done(&["state", SCENE, "--cycle", "3", "--out", "read.safetensors"]);
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert!(read("read.safetensors") == read("weights.safetensors"));
    assert!(read("drawn.safetensors") != read("weights.safetensors"));
    std::fs::write(desk.path(SCENE), with_file.replace("hidden: 32,", "hidden: 48,")).unwrap();
    let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
    assert_says(&sentence, &["tensor `rnn.weight_ih_l0` has shape [128, 256], but hidden: 48 needs [192, 256]"]);
}

#[test]
fn a_band_is_recorded_and_resumed_and_a_state_with_nan_is_refused() {
    let desk = Desk::with_scene(&scene(""));
    let table = desk.done(&["record", SCENE, "--cycles", "20", "--no-roof", "--out", "s.ron"]);
    assert_says(&table, &["waves", "layer 1", "layer 4", "actor", "critic", "heads", "vortices"]);
    let session = std::fs::read_to_string(desk.path("s.ron")).unwrap();
    assert_says(&session, &["positive in the chart", "mobius", "critic's value"]);
    desk.done(&["state", SCENE, "--cycle", "4", "--out", "four.npz"]);
    desk.done(&["state", SCENE, "--cycle", "9", "--out", "straight.npz"]);
    desk.done(&["state", SCENE, "--from", "four.npz", "--cycle", "9", "--out", "resumed.npz"]);
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert!(read("straight.npz") == read("resumed.npz"), "a resumed run goes on as a straight one");
    let mut npz = ndarray_npy::NpzReader::new(std::fs::File::open(desk.path("four.npz")).unwrap()).unwrap();
    let mut out = ndarray_npy::NpzWriter::new(std::fs::File::create(desk.path("nan.npz")).unwrap());
    for name in npz.names().unwrap() {
        let name = name.trim_end_matches(".npy").to_owned();
        if name == "cycle" {
            let cycle: ndarray::Array1<u64> = npz.by_name(&name).unwrap();
            out.add_array(name, &cycle).unwrap();
            continue;
        }
        let mut values: ndarray::ArrayD<f32> = npz.by_name(&name).unwrap();
        if name == "psi" {
            *values.iter_mut().nth(17).unwrap() = f32::NAN;
        }
        out.add_array(name, &values).unwrap();
    }
    out.finish().unwrap();
    let sentence = desk.refused(&["state", SCENE, "--from", "nan.npz", "--cycle", "9", "--out", "never.npz"]);
    assert_says(&sentence, &["array `psi` holds NaN at element 17, which is no finite number"]);
}
