//! Weights and texts from files: used as they are, or refused by name.

use super::{SEED, deviation, driver, model, read, write_weights};
use fieldscope::sim::ten::Ten;
use fieldscope::sim::ten::params::{Rules, Shape, Size, TenModel};
use fieldscope::sim::ten::reference::Weights;
use fieldscope::sim::{Simulation, Streaming};
use safetensors::tensor::TensorView;

#[test]
fn weights_from_a_file_are_those_of_the_seed_they_were_drawn_from() {
    for (preset, rules) in
        [("corrected", Rules::Corrected), ("published-scan", Rules::Published), ("published", Rules::Published)]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.safetensors");
        write_weights(&path, &Weights::drawn(&model(64), rules, SEED as u32), |_, _| {});
        let given = TenModel { weights: Some(path), ..model(64) };
        let outputs = [model(64), given].map(|model| {
            let (mut driver, _events) = driver(model, preset, &[]);
            driver.run_to(2).unwrap();
            read(&driver, "output")
        });
        let wanted: Vec<_> = outputs[0].iter().map(|number| f64::from(*number)).collect();
        let apart = deviation(&outputs[1], &wanted);
        assert!(apart < 1e-5, "{preset}: {apart:e}");
    }
}

fn refusal(model: TenModel, preset: &str) -> String {
    let mut ten = match Ten::new(model, SEED, Streaming::default()) {
        Ok(ten) => ten,
        Err(refusal) => return refusal.0,
    };
    match ten.take_preset(preset) {
        Err(refusal) => refusal.0,
        Ok(toggles) => ten.validate(toggles).unwrap_err().0,
    }
}

#[test]
fn bad_weights_and_texts_are_refused_by_name_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = Weights::drawn(&model(64), Rules::Corrected, SEED as u32);
    let with = |name: &str, change: &dyn Fn(&str, &mut Vec<f32>)| {
        let path = folder.path().join(name);
        write_weights(&path, &drawn, change);
        TenModel { weights: Some(path), ..model(64) }
    };
    let growing = with("growing", &|name, numbers| {
        if name == "layers.1.cells.0.magnitude" {
            numbers[5] = -30.0;
        }
    });
    let sentence = refusal(growing, "corrected");
    assert!(sentence.contains("layers.1.cells.0.magnitude[5] = -30 gives |λ| = 1.0"), "{sentence}");
    // Two equal eigenvalues joined by a triangular resonance have one eigenvector.
    let defective = with("defective", &|name, numbers| match name {
        "layers.0.cells.1.magnitude" => numbers.fill(-3.0),
        "layers.0.cells.1.phase" => numbers.fill(0.5),
        "layers.0.cells.1.resonance" => {
            for (at, number) in numbers.iter_mut().enumerate() {
                *number = if at % 32 == at / 32 + 1 { 1.0 } else { 0.0 };
            }
        }
        _ => {}
    });
    let sentence = refusal(defective, "corrected");
    assert!(sentence.contains("layer 0, cell 1 have cond(V) = "), "{sentence}");
    let resonant = with("resonant", &|name, numbers| match name {
        "layers.0.cells.0.magnitude" => numbers.fill(-9.0),
        "layers.0.cells.0.phase" => numbers.fill(0.0),
        "layers.0.cells.0.resonance" => numbers.fill(1.0),
        _ => {}
    });
    let sentence = refusal(TenModel { resonance: 1.0, ..resonant }, "corrected");
    assert!(sentence.contains("layers.0.cells.0 has an eigenvalue of magnitude 1.99"), "{sentence}");
    let other_size = Size::Custom(Shape { width: 128, layers: 2, eigenstates: 32, cells: 2, positions: 96 });
    let sentence = refusal(TenModel { size: other_size, ..with("narrow", &|_, _| {}) }, "corrected");
    assert!(
        sentence.contains("tensor `embedding` is [256, 64]") && sentence.contains("wants [256, 128]"),
        "{sentence}"
    );
    let sentence = refusal(with("complex", &|_, _| {}), "published");
    assert!(sentence.contains("has no tensor `positions`"), "{sentence}");
    let path = folder.path().join("integers");
    let numbers = vec![0_u8; 2 * 256 * 64];
    let view = TensorView::new(safetensors::Dtype::I16, vec![256, 64], &numbers).unwrap();
    std::fs::write(&path, safetensors::serialize([("embedding", view)], None).unwrap()).unwrap();
    let sentence = refusal(TenModel { weights: Some(path.clone()), ..model(64) }, "corrected");
    assert!(sentence.contains("tensor `embedding` is I16"), "{sentence}");
    std::fs::write(&path, [1, 2, 3]).unwrap();
    let sentence = refusal(TenModel { weights: Some(path.clone()), ..model(64) }, "corrected");
    assert!(sentence.contains("is no whole .safetensors file"), "{sentence}");
    std::fs::write(&path, []).unwrap();
    let sentence = refusal(TenModel { text: Some(path), ..model(64) }, "corrected");
    assert!(sentence.contains("has 0 bytes; a text needs at least 2"), "{sentence}");
}
