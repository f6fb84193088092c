//! The network as a user runs it.

use super::{Desk, SCENE, assert_says, line_of, with_line};
use fieldscope::gpu::{AdapterChoice, Gpu};
use fieldscope::sim::ten::params::{Rules, Shape};
use fieldscope::sim::ten::weights::tensors;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

fn scene(changed: &str) -> String {
    let text = "Scene(
    title: \"Small network\",
    system: Ten(TenModel(
        size: Custom((
            width: 64,
            layers: 2,
            eigenstates: 32,
        )),
        tokens: 64,
        resonance: 0.01,
        text: None,
        weights: None,
    )),
    preset: \"corrected\",
    seed: 7,
)
";
    with_line(text, changed)
}

#[test]
fn a_network_that_cannot_be_is_refused_in_one_line() {
    for (changed, parts) in [
        ("width: 100", "width = 100 is not a multiple of 64 from 64 to 4096"),
        ("tokens: 3", "tokens = 3 is neither 1 nor a multiple of 64"),
        ("resonance: 2.0", "resonance = 2 is outside 0 to 1"),
        ("text: Some(\"empty\")", "empty has 0 bytes; a text needs at least 2"),
        ("text: Some(\"absent\")", "absent cannot be read"),
        ("weights: Some(\"empty\")", "empty is no whole .safetensors file"),
        ("preset: \"stable\"", "no preset is called `stable`; there are corrected, corrected-plain, published"),
    ] {
        let text = scene(changed);
        let desk = Desk::with_scene(&text);
        std::fs::write(desk.path("empty"), []).unwrap();
        let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
        let field = changed.split_inclusive(':').next().unwrap();
        assert!(sentence.starts_with(&format!("{SCENE}:{}:", line_of(&text, field))), "{sentence}");
        assert_says(&sentence, &[parts]);
    }
}

#[test]
fn a_network_is_recorded_and_resumed() {
    let desk = Desk::with_scene(&scene("text: Some(\"scene-text\")"));
    std::fs::write(desk.path("scene-text"), "the quick brown fox jumps over the lazy dog").unwrap();
    let table = desk.done(&["record", SCENE, "--cycles", "5", "--no-roof", "--out", "s.ron"]);
    assert_says(&table, &["project in", "recur", "feed forward", "head"]);
    let session = std::fs::read_to_string(desk.path("s.ron")).unwrap();
    assert_says(&session, &["cross-entropy", "largest |λ|", "layer 1"]);
    desk.done(&["state", SCENE, "--cycle", "2", "--out", "two.npz"]);
    desk.done(&["state", SCENE, "--cycle", "5", "--out", "straight.npz"]);
    desk.done(&["state", SCENE, "--from", "two.npz", "--cycle", "5", "--out", "resumed.npz"]);
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert!(read("straight.npz") == read("resumed.npz"), "a resumed run goes on as a straight one");
}

#[test]
fn kernels_are_measured_once_for_an_adapter_kept_shown_and_the_users_to_say() {
    let desk = Desk::with_scene(&scene(""));
    let run = |more: &[&str]| {
        let all = [&["record", SCENE, "--cycles", "2", "--no-roof", "--out", "s.ron"], more].concat();
        let output = desk.command(&all).env("FIELDSCOPE_CACHE", desk.path("cache")).output().unwrap();
        let session = std::fs::read_to_string(desk.path("s.ron")).unwrap_or_default();
        let _ = std::fs::remove_file(desk.path("s.ron"));
        (output.status.code(), String::from_utf8(output.stderr).unwrap(), session)
    };
    let kernel_of = |session: &str| {
        let at = session.find("ten/product_").expect("a session names the kernels that ran");
        session[at..].split('"').next().unwrap().to_owned()
    };
    let (code, told, session) = run(&[]);
    assert_eq!(code, Some(0), "{told}");
    assert_says(&told, &["ten-product: ", "measured now: ", "rows ", "tiles "]);
    assert_says(&session, &["Kernel(", "measured now"]);
    let file = desk.path("cache/tuning.ron");
    let kept = std::fs::read_to_string(&file).unwrap();
    // Another run takes what the file says, whatever is fastest.
    for name in ["rows", "tiles"] {
        let at = kept.find("chosen:").unwrap();
        let end = at + kept[at..].find(',').unwrap();
        std::fs::write(&file, format!("{}chosen: {name:?}{}", &kept[..at], &kept[end..])).unwrap();
        let (code, told, session) = run(&[]);
        assert_eq!((code, kernel_of(&session).as_str()), (Some(0), format!("ten/product_{name}").as_str()), "{told}");
        assert!(!told.contains("measured now"), "{told}");
    }
    let (_, told, session) = run(&["--kernel", "ten-product=rows"]);
    assert_eq!(kernel_of(&session), "ten/product_rows", "{told}");
    let doctor = desk.command(&["doctor"]).env("FIELDSCOPE_CACHE", desk.path("cache")).output().unwrap();
    assert_says(&String::from_utf8(doctor.stdout).unwrap(), &["kernels     ten-product: tiles, measured 20", "rows "]);
    assert_says(&run(&["--retune"]).1, &["measured now"]);
    // A file that is none is told, and replaced.
    std::fs::write(&file, "no list").unwrap();
    assert_says(&run(&[]).1, &["measured now", "tuning.ron:1:"]);
    assert!(!run(&[]).1.contains("measured now"));
    for (wish, parts) in [
        ("ten-product=fast", ["--kernel: ten-product cannot be `fast`", "there are rows"]),
        ("product=rows", ["--kernel: nothing is called `product`", "this scene has ten-product to choose"]),
    ] {
        let (code, told, _) = run(&["--kernel", wish]);
        assert_eq!(code, Some(2), "{told}");
        assert_says(&told, &parts);
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

/// Every tensor of the small network above, all of one number but for what `change` does.
fn weights(path: &std::path::Path, change: impl Fn(&str, &mut Vec<f32>)) {
    let shape = Shape { width: 64, layers: 2, eigenstates: 32, cells: 2, positions: 2048 };
    let all = tensors(shape, 256, Rules::Corrected);
    let bytes: Vec<Vec<u8>> = all
        .iter()
        .map(|(name, shape)| {
            let mut numbers = vec![if name.ends_with("magnitude") { -3.0_f32 } else { 0.01 }; shape.iter().product()];
            if name.ends_with("phase") {
                numbers.iter_mut().enumerate().for_each(|(k, phase)| *phase = 0.1 * k as f32);
            }
            change(name, &mut numbers);
            numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
        })
        .collect();
    let views = all.iter().zip(&bytes).map(|((name, shape), bytes)| {
        // What is half as long was meant to be of half the size.
        let wanted = 4 * shape.iter().product::<usize>();
        let form = if bytes.len() == wanted { Dtype::F32 } else { Dtype::I16 };
        (name.clone(), TensorView::new(form, shape.clone(), bytes).unwrap())
    });
    std::fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

#[test]
fn weights_that_cannot_be_run_are_refused_in_one_line_by_tensor() {
    let text = scene("weights: Some(\"weights.safetensors\")");
    let refused = |text: &str, change: &dyn Fn(&str, &mut Vec<f32>)| {
        let desk = Desk::with_scene(text);
        weights(&desk.path("weights.safetensors"), change);
        let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
        assert!(sentence.starts_with(&format!("{SCENE}:")), "{sentence}");
        sentence
    };
    // Another size than the file's.
    let wider = text.replace("width: 64", "width: 128");
    assert_says(
        &refused(&wider, &|_, _| {}),
        &["tensor `embedding` is [256, 64]", "the scene's size wants [256, 128]"],
    );
    let halved = |name: &str, numbers: &mut Vec<f32>| {
        if name == "layers.1.norm_2.bias" {
            numbers.truncate(32);
        }
    };
    assert_says(&refused(&text, &halved), &["tensor `layers.1.norm_2.bias` is I16", "F32 and F16 can be read"]);
    let unstable = |name: &str, numbers: &mut Vec<f32>| {
        if name == "layers.0.cells.1.magnitude" {
            numbers[7] = -40.0;
        }
    };
    let parts = ["layers.0.cells.1.magnitude[7] = -40 gives |λ| = 1.0", "the states grow without end"];
    assert_says(&refused(&text, &unstable), &parts);
    // Equal eigenvalues that a triangular resonance joins have one eigenvector between them.
    let defective = |name: &str, numbers: &mut Vec<f32>| match name {
        "layers.1.cells.0.phase" => numbers.fill(0.5),
        "layers.1.cells.0.resonance" => {
            for (at, number) in numbers.iter_mut().enumerate() {
                *number = if at % 32 == at / 32 + 1 { 1.0 } else { 0.0 };
            }
        }
        _ => {}
    };
    let parts = ["diagonalised is refused", "layer 1, cell 0", "cond(V) = ", "turn diagonalised off"];
    assert_says(&refused(&text, &defective), &parts);
}

#[test]
fn a_size_that_the_adapter_cannot_hold_is_refused_with_both_numbers_and_the_largest_that_it_can() {
    // Rows of the feed-forward part: 8,192 tokens of 4 · 1536 numbers, more than a binding of the software adapter shows.
    let limit = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).unwrap().largest_binding();
    let record = ["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"];
    let tokens = limit / (4 * 4 * 1536) / 64 * 64;
    if tokens < 8192 {
        let text = scene("tokens: 8192").replace("width: 64", "width: 1536");
        let sentence = Desk::with_scene(&text).refused(&record);
        let fits = format!("at most tokens: {tokens} fits with this size");
        assert_says(&sentence, &["hidden/0 needs 201326592 bytes", &limit.to_string(), &fits]);
    }
    // More than any machine has: 32 layers of 4032 numbers.
    let text = scene("tokens: 8192").replace("width: 64", "width: 4032").replace("layers: 2", "layers: 32");
    let sentence = Desk::with_scene(&text).refused(&record);
    assert_says(&sentence, &["bytes", "at most size: ", " fits with tokens: 8192"]);
}
