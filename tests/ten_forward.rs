//! The network's kernels against the reference in double precision. Needs an adapter, and fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use crossbeam_channel::Receiver;
use fieldscope::driver::{Command, Driver, Event, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::ten::Ten;
use fieldscope::sim::ten::params::{Rules, Shape, Size, TenModel, Vocabulary};
use fieldscope::sim::ten::reference::{Reference, Weights};
use fieldscope::sim::{Simulation, Streaming, ToggleSet, toggles::index_of};
use std::sync::{Arc, OnceLock};

const SEED: u64 = 7;

fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    KERNELS
        .get_or_init(|| {
            let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
            Arc::new(Kernels::new(&gpu, LIBRARY))
        })
        .clone()
}

fn model(tokens: u32) -> TenModel {
    TenModel {
        size: Size::Custom(Shape { width: 64, layers: 2, eigenstates: 32, cells: 2, positions: 96 }),
        reduced_size: None,
        tokens,
        vocabulary: Vocabulary::Bytes,
        text: None,
        weights: None,
        resonance: 0.01,
    }
}

/// A driver of this model under a preset, with some toggles turned over.
fn driver(model: TenModel, preset: &str, turned: &[&str]) -> (Driver, Receiver<Event>) {
    let kernels = kernels();
    let mut ten = Ten::new(model, SEED, Streaming::on(kernels.gpu())).unwrap();
    let mut toggles = ten.take_preset(preset).unwrap();
    for name in turned {
        let index = index_of(&ten.description().toggles, name).unwrap();
        toggles = toggles.with(index, !toggles.is_on(index));
    }
    Driver::new(kernels, Method::GpuPass, Box::new(ten), toggles).unwrap()
}

fn read(driver: &Driver, name: &str) -> Vec<f32> {
    let state = driver.state();
    arrays::read_array(driver.gpu(), driver.buffers(), state.array(name).unwrap()).unwrap()
}

fn text(model: &TenModel) -> Vec<u32> {
    Ten::new(model.clone(), SEED, Streaming::default()).unwrap().text().to_vec()
}

fn reference(model: &TenModel, rules: Rules) -> Reference {
    Reference::new(rules, model.resonance, Weights::drawn(model, rules, SEED as u32))
}

/// What the reference gives for so many tokens: every output row, and every loss.
fn run(reference: &mut Reference, text: &[u32], tokens: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut rows, mut losses) = (Vec::new(), Vec::new());
    for at in 0..tokens {
        let output = reference.step(text[at % text.len()]);
        losses.push(reference.loss(&output, text[(at + 1) % text.len()]));
        rows.extend(output);
    }
    (rows, losses)
}

/// Relative L2 distance.
fn deviation(found: &[f32], wanted: &[f64]) -> f64 {
    assert_eq!(found.len(), wanted.len());
    let (apart, size) = found.iter().zip(wanted).fold((0.0, 0.0), |(apart, size), (found, wanted)| {
        (apart + (f64::from(*found) - wanted).powi(2), size + wanted * wanted)
    });
    (apart / size).sqrt()
}

fn last_probes(driver: &mut Driver, events: &Receiver<Event>) -> Vec<f32> {
    driver.settle().unwrap();
    let probes = events.try_iter().filter_map(|event| match event {
        Event::Probes { values, .. } => Some(values),
        _ => None,
    });
    probes.last().expect("a cycle tells its figures")
}

const TOGGLES: [&str; 9] = [
    "batched_projection",
    "preallocated",
    "batched_output",
    "fused_resonance",
    "scan",
    "diagonalised",
    "tanh_gelu",
    "fused_energy",
    "half_weights",
];

#[test]
fn every_toggle_in_both_positions_gives_the_references_output_states_loss_and_energy() {
    // 192 tokens: several blocks of either recurrence, and positions that begin again.
    let model = TenModel { tokens: 192, ..model(192) };
    let text = text(&model);
    for (preset, rules) in [
        ("corrected", Rules::Corrected),
        ("corrected-plain", Rules::Corrected),
        ("published", Rules::Published),
        ("published-fix", Rules::Published),
        ("published-scan", Rules::Published),
    ] {
        for turned in [None].into_iter().chain(TOGGLES.map(Some)) {
            let turned: Vec<_> = turned.into_iter().collect();
            let (mut driver, events) = driver(model.clone(), preset, &turned);
            driver.run_to(2).unwrap();
            let on = |name| driver.toggles().is_on(index_of(&driver.simulation().description().toggles, name).unwrap());
            let mut reference = reference(&model, rules);
            reference.tanh_gelu = on("tanh_gelu");
            reference.resonance_twice = rules == Rules::Published && on("fused_resonance");
            let (rows, losses) = run(&mut reference, &text, 384);
            // Halves have eleven bits.
            let bound = if on("half_weights") { 2e-3 } else { 1e-5 };
            let output = deviation(&read(&driver, "output"), &rows[192 * 64..]);
            let states = deviation(&read(&driver, "eigenstates"), &reference.eigenstates());
            let probes = last_probes(&mut driver, &events);
            let loss = losses[192..].iter().sum::<f64>() / 192.0;
            let what = format!("{preset} with {turned:?} turned");
            eprintln!("{what}: output {output:.1e}, states {states:.1e}");
            assert!(output < bound && states < bound, "{what}: output {output:e}, states {states:e}");
            assert!((f64::from(probes[0]) - loss).abs() < bound * loss, "{what}: loss {} against {loss}", probes[0]);
            assert_eq!(probes[2], 384.0);
            for layer in 0..2 {
                let (found, wanted) = (f64::from(probes[4 + layer]), reference.energy(layer));
                assert!((found / wanted - 1.0).abs() < 2.0 * bound, "{what}: energy {found} against {wanted}");
            }
        }
    }
}

#[test]
fn chunks_of_any_size_and_single_tokens_are_one_sequence() {
    for preset in ["corrected", "published-scan", "corrected-plain"] {
        let mut ends = Vec::new();
        for (tokens, cycles) in [(192, 1), (64, 3), (1, 192)] {
            let (mut driver, _events) = driver(model(tokens), preset, &[]);
            driver.run_to(cycles).unwrap();
            let output = read(&driver, "output");
            ends.push((read(&driver, "eigenstates"), output[output.len() - 64..].to_vec()));
        }
        for (states, output) in &ends[1..] {
            for (found, wanted) in [(states, &ends[0].0), (output, &ends[0].1)] {
                let wanted: Vec<_> = wanted.iter().map(|number| f64::from(*number)).collect();
                let apart = deviation(found, &wanted);
                assert!(apart < 1e-5, "{preset}: {apart:e}");
            }
        }
    }
}

/// A text of bytes in a file of its own.
fn with_text(bytes: &[u8], tokens: u32) -> (tempfile::TempDir, TenModel) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    std::fs::write(&path, bytes).unwrap();
    (folder, TenModel { text: Some(path), ..model(tokens) })
}

#[test]
fn a_changed_token_changes_no_output_before_it() {
    let mut bytes: Vec<u8> = (0..128_u8).map(|at| at.wrapping_mul(37)).collect();
    for preset in ["corrected", "published-fix", "published-scan"] {
        let outputs = [false, true].map(|changed| {
            bytes[77] = if changed { 200 } else { 100 };
            let (_folder, model) = with_text(&bytes, 128);
            let (mut driver, _events) = driver(model, preset, &[]);
            driver.run_to(1).unwrap();
            read(&driver, "output")
        });
        let row = |at: usize| at * 64..(at + 1) * 64;
        assert!(outputs[0][..77 * 64] == outputs[1][..77 * 64], "{preset}: the future reaches back");
        // And from there on each does: the eigenstates keep it.
        for at in [77, 78, 90] {
            assert!(outputs[0][row(at)] != outputs[1][row(at)], "{preset}: row {at} is blind");
        }
    }
}

#[test]
fn toggles_and_rules_can_be_switched_while_it_runs() {
    let model = model(64);
    let text = text(&model);
    let (mut driver, _events) = driver(model.clone(), "corrected", &[]);
    let mut reference = reference(&model, Rules::Corrected);
    for (cycle, name, is_on) in
        [(1, "diagonalised", false), (2, "scan", false), (3, "half_weights", true), (3, "half_weights", false), (4, "diagonalised", true)]
    {
        driver.run_to(cycle).unwrap();
        driver.command(Command::SetToggle { name: name.to_owned(), on: is_on });
    }
    driver.run_to(5).unwrap();
    let (rows, _) = run(&mut reference, &text, 320);
    let output = deviation(&read(&driver, "output"), &rows[256 * 64..]);
    assert!(output < 2e-5, "{output:e}");
    driver.command(Command::SetPreset("published-scan".to_owned()));
    driver.run_to(6).unwrap();
    // Other weights, and eigenstates that begin anew at the place where the text stands.
    let mut published = self::reference(&model, Rules::Published);
    published.position = 320;
    let rows: Vec<_> = (320..384).flat_map(|at| published.step(text[at])).collect();
    let output = deviation(&read(&driver, "output"), &rows);
    assert!(output < 1e-5, "{output:e}");
}

#[test]
fn a_state_that_is_written_back_goes_on_as_it_would_have() {
    for preset in ["corrected", "published"] {
        let (mut first, _first_events) = driver(model(64), preset, &[]);
        first.run_to(3).unwrap();
        let (mut second, _second_events) = driver(model(64), preset, &[]);
        second.run_to(0).unwrap();
        for array in &first.state().arrays {
            arrays::write_array(second.gpu(), second.buffers(), array, &read(&first, array.name)).unwrap();
        }
        second.resume(3);
        for driver in [&mut first, &mut second] {
            driver.run_to(5).unwrap();
        }
        assert!(read(&first, "output") == read(&second, "output"), "{preset}");
    }
}

#[test]
fn one_arm_can_stand_where_another_stands_under_other_rules() {
    let (mut first, _first_events) = driver(model(64), "published", &[]);
    first.run_to(2).unwrap();
    let (mut second, _second_events) = driver(model(64), "corrected", &[]);
    second
        .stand_as_but(&first, |simulation| simulation.take_preset("corrected").map(|_| ()))
        .unwrap();
    second.run_to(3).unwrap();
    let mut reference = reference(&model(64), Rules::Corrected);
    let text = text(&model(64));
    let rows: Vec<_> = (128..192).flat_map(|at| reference.step(text[at])).collect();
    assert!(deviation(&read(&second, "output"), &rows) < 1e-5);
}

#[test]
fn the_published_fix_is_off_by_a_thousandth_and_every_exact_form_by_nothing() {
    // The recurrence of the small published size: 128 eigenstates to a cell. What the two differ in is what the eigenstates
    // say, so it is taken between the layers' own contributions, before anything is added or normalised.
    let shape = Shape { width: 128, layers: 1, eigenstates: 128, cells: 2, positions: 256 };
    let model = TenModel { size: Size::Custom(shape), ..model(256) };
    let mixed = |preset, turned: &[&str]| {
        let (mut driver, _events) = driver(model.clone(), preset, turned);
        driver.run_to(1).unwrap();
        let buffers = driver.buffers();
        let read = |name| {
            let slab = fieldscope::sim::Slab {
                buffer: fieldscope::sim::BufferId { name, index: 0 },
                bytes: 4 * 256 * 128,
            };
            let array = fieldscope::sim::Array {
                name: "rows",
                shape: vec![256, 128],
                element: fieldscope::sim::Element::F32,
                slabs: vec![slab],
                pending: None,
            };
            arrays::read_array(driver.gpu(), buffers, &array).unwrap()
        };
        read("gathered")
    };
    // Gathered rows are x + y: x is the same on all sides, and what no recurrence adds to is x.
    let plain = mixed("published", &[]);
    let silent = {
        let mut reference = reference(&model, Rules::Published);
        let text = text(&model);
        let width = 128;
        let mut rows = Vec::new();
        for at in 0..256 {
            let row = |numbers: &[f64], at: usize| numbers[at * width..(at + 1) * width].to_vec();
            let token = row(&reference.weights.embedding.numbers, text[at] as usize);
            let place = row(&reference.weights.positions.numbers, at);
            rows.extend(token.iter().zip(&place).map(|(a, b)| a + b));
        }
        reference.position = 256;
        rows
    };
    let contribution = |rows: &[f32]| -> Vec<f64> { rows.iter().zip(&silent).map(|(y, x)| f64::from(*y) - x).collect() };
    let wanted = contribution(&plain);
    let apart = |rows: &[f32]| {
        let found = contribution(rows);
        let size = wanted.iter().map(|y| y * y).sum::<f64>();
        (found.iter().zip(&wanted).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / size).sqrt()
    };
    let fixed = apart(&mixed("published-fix", &["preallocated", "tanh_gelu"]));
    let scanned = apart(&mixed("published-scan", &["preallocated"]));
    eprintln!("published fix {fixed:.3e}, every exact form {scanned:.3e}");
    assert!((6e-4..1.2e-3).contains(&fixed), "{fixed:e}");
    assert!(scanned < 2e-5, "{scanned:e}");
}

#[test]
fn an_impulse_rings_as_the_powers_of_the_eigenvalues() {
    // Without resonance each eigenstate answers one drive by λ^t. The drive is the first token's: all later ones have an
    // embedding of nothing, so the normalised row is its bias, which is 0.
    let tokens = 4096_u32;
    let shape = Shape { width: 64, layers: 1, eigenstates: 32, cells: 2, positions: 1 };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    let mut bytes = vec![0_u8; tokens as usize];
    bytes[0] = 1;
    std::fs::write(&path, &bytes).unwrap();
    let weights = folder.path().join("impulse.safetensors");
    let base = TenModel { size: Size::Custom(shape), text: Some(path), resonance: 0.0, ..model(tokens) };
    let drawn = Weights::drawn(&base, Rules::Corrected, SEED as u32);
    write_weights(&weights, &drawn, |name, numbers| {
        if name == "embedding" {
            for (at, number) in numbers.iter_mut().enumerate() {
                *number = if at / 64 == 1 { (at % 64) as f32 - 31.5 } else { 0.0 };
            }
        }
    });
    let model = TenModel { weights: Some(weights), ..base };
    for turned in [&[][..], &["diagonalised"][..], &["diagonalised", "scan"][..]] {
        let (mut driver, _events) = driver(model.clone(), "corrected", turned);
        driver.run_to(1).unwrap();
        let found = read(&driver, "eigenstates");
        let cells = &drawn.layers[0].cells;
        let row: Vec<f64> = (0..64).map(|at| f64::from(at) - 31.5).collect();
        let variance = row.iter().map(|x| x * x).sum::<f64>() / 64.0;
        let drive: Vec<f64> = row.iter().map(|x| x / (variance + 1e-5).sqrt()).collect();
        let mut worst = 0.0_f64;
        let largest = found.iter().map(|c| f64::from(c.abs())).fold(0.0, f64::max);
        for (at, (cell, k)) in (0..2).flat_map(|cell| (0..32).map(move |k| (cell, k))).enumerate() {
            let weights: &fieldscope::sim::ten::reference::CellWeights = &cells[cell];
            let dot = |row: usize| -> f64 {
                weights.input.numbers[row * 64..(row + 1) * 64].iter().zip(&drive).map(|(a, b)| a * b).sum()
            };
            // The weights went through single precision on their way.
            let rho = (-f64::from(weights.magnitude[k] as f32).exp()).exp();
            let gain = (1.0 - rho * rho).sqrt();
            let power = rho.powi(tokens as i32 - 1);
            let (sine, cosine) = (f64::from(weights.phase[k] as f32) * f64::from(tokens - 1)).sin_cos();
            let (re, im) = (gain * dot(k), gain * dot(32 + k));
            let wanted = [power * (re * cosine - im * sine), power * (re * sine + im * cosine)];
            for (plane, wanted) in wanted.into_iter().enumerate() {
                worst = worst.max((f64::from(found[64 * plane + at]) - wanted).abs());
            }
        }
        eprintln!("{turned:?}: {worst:.1e} of {largest:.1e}");
        assert!(largest > 1e-4 && worst < 1e-3 * largest, "{turned:?}: {worst:e} of {largest:e}");
    }
}

/// Writes weights as a `.safetensors` file, each tensor changed on its way.
fn write_weights(path: &std::path::Path, weights: &Weights, change: impl Fn(&str, &mut Vec<f32>)) {
    let mut all: Vec<(String, Vec<usize>, Vec<f32>)> = Vec::new();
    let mut add = |name: String, shape: Vec<usize>, numbers: &[f64]| {
        let mut numbers: Vec<f32> = numbers.iter().map(|number| *number as f32).collect();
        change(&name, &mut numbers);
        all.push((name, shape, numbers));
    };
    let dense = |dense: &fieldscope::sim::ten::reference::Dense| vec![dense.numbers.len() / dense.inputs, dense.inputs];
    add("embedding".into(), dense(&weights.embedding), &weights.embedding.numbers);
    if !weights.positions.numbers.is_empty() {
        add("positions".into(), dense(&weights.positions), &weights.positions.numbers);
    }
    for (layer, own) in weights.layers.iter().enumerate() {
        for (cell, own) in own.cells.iter().enumerate() {
            let name = |part: &str| format!("layers.{layer}.cells.{cell}.{part}");
            let size = own.phase.len();
            add(name("magnitude"), vec![size], &own.magnitude);
            add(name("phase"), vec![size], &own.phase);
            add(name("resonance"), vec![size, size], &own.resonance);
            add(name("input"), dense(&own.input), &own.input.numbers);
            add(name("output"), dense(&own.output), &own.output.numbers);
        }
        let name = |part: &str| format!("layers.{layer}.{part}");
        for (norm, [weight, bias]) in own.norms.iter().enumerate() {
            add(name(&format!("norm_{}.weight", norm + 1)), vec![weight.len()], weight);
            add(name(&format!("norm_{}.bias", norm + 1)), vec![bias.len()], bias);
        }
        for (part, (matrix, bias)) in [("expansion", &own.expansion), ("contraction", &own.contraction)] {
            add(name(&format!("feed_forward.{part}.weight")), dense(matrix), &matrix.numbers);
            add(name(&format!("feed_forward.{part}.bias")), vec![bias.len()], bias);
        }
    }
    add("norm.weight".into(), vec![weights.norm[0].len()], &weights.norm[0]);
    add("norm.bias".into(), vec![weights.norm[1].len()], &weights.norm[1]);
    let bytes: Vec<_> = all.iter().map(|(_, _, numbers)| bytemuck::cast_slice::<f32, u8>(numbers).to_vec()).collect();
    let views = all.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes).unwrap();
        (name.clone(), view)
    });
    std::fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

#[test]
fn weights_from_a_file_are_those_of_the_seed_they_were_drawn_from() {
    for (preset, rules) in [("corrected", Rules::Corrected), ("published-scan", Rules::Published), ("published", Rules::Published)] {
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
    assert!(sentence.contains("tensor `embedding` is [256, 64]") && sentence.contains("wants [256, 128]"), "{sentence}");
    let sentence = refusal(with("complex", &|_, _| {}), "published");
    assert!(sentence.contains("has no tensor `positions`"), "{sentence}");
    let path = folder.path().join("integers");
    let numbers = vec![0_u8; 2 * 256 * 64];
    let view = safetensors::tensor::TensorView::new(safetensors::Dtype::I16, vec![256, 64], &numbers).unwrap();
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

#[test]
fn memory_does_not_grow_with_the_sequence() {
    let (mut driver, _events) = driver(model(64), "corrected", &[]);
    driver.run_to(1).unwrap();
    let before = driver.status().bytes;
    driver.run_to(64).unwrap();
    assert_eq!(driver.status().bytes, before);
    assert_eq!(driver.toggles(), driver.simulation().description().preset("corrected").unwrap());
    assert_ne!(driver.toggles(), ToggleSet::NONE);
}
