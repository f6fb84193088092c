//! The controller of the Möbius system: against the reference, against JAX, and its files. Needs an adapter, and fails
//! without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

#[path = "mobius/common.rs"]
mod common;

use common::{SEED, apart, driver, helix, psi, read, strip, write};
use fieldscope::driver::{Command, Driver, Event};
use fieldscope::sim::Streaming;
use fieldscope::sim::mobius::Mobius;
use fieldscope::sim::mobius::params::{ControllerModel, MobiusModel};
use fieldscope::sim::mobius::reference::controller::{Controller, Said, Tensors};
use fieldscope::sim::mobius::weights::{Weights, WeightsError, tensors};
use fieldscope::sim::random::{Draws, Generator};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::collections::BTreeMap;
use std::path::Path;

fn with(mut model: MobiusModel, hidden: u32, drives: bool) -> MobiusModel {
    model.controller = Some(ControllerModel { hidden, drives, weights: None });
    model
}

/// Shape and numbers of every tensor of a file.
type FileTensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// The weights as they lie on the device, by the names of a file.
fn tensors_of(driver: &Driver) -> Tensors {
    let described = driver.simulation().tensors();
    let take = |name: &str, first: usize, shape: &[usize]| {
        let values = read(driver, name);
        values[first..first + shape.iter().product::<usize>()].iter().map(|value| f64::from(*value)).collect()
    };
    described.iter().map(|tensor| (tensor.name.clone(), take(tensor.array, tensor.first, &tensor.shape))).collect()
}

fn said(driver: &Driver) -> Said {
    let doubles = |name| read(driver, name).into_iter().map(f64::from).collect::<Vec<_>>();
    Said { action: doubles("action"), value: doubles("value")[0], heads: doubles("heads").try_into().unwrap() }
}

#[track_caller]
fn same(found: &Said, wanted: &Said, what: &str) {
    let pairs = found.action.iter().zip(&wanted.action).chain(found.heads.iter().zip(&wanted.heads));
    for (found, wanted) in pairs.chain([(&found.value, &wanted.value)]) {
        assert!((found - wanted).abs() < 2e-6, "{what}: {found} against {wanted}");
    }
}

#[test]
fn every_way_of_running_it_says_what_the_reference_says() {
    for (model, names) in [
        (with(strip(64, 8, 1), 48, false), &["one_dispatch"][..]),
        (with(strip(64, 8, 1), 48, false), &["one_dispatch", "fused_lstm"]),
        (with(strip(64, 8, 1), 512, false), &["one_dispatch", "fused_lstm", "overlap"]),
        (with(strip(64, 8, 1), 16, true), &["overlap"]),
        (with(helix(600, 3.8), 64, true), &["one_dispatch", "fused_lstm"]),
        (with(helix(600, 3.8), 64, false), &["one_dispatch", "overlap", "recorded_commands"]),
    ] {
        let hidden = model.controller.as_ref().unwrap().hidden;
        let (mut driver, _events) = driver(&model, names);
        driver.run_to(0).unwrap();
        let mut reference = Controller::new(tensors_of(&driver), hidden as usize);
        for cycle in 1..=4 {
            driver.run_to(cycle).unwrap();
            let seen: Vec<f64> = read(&driver, "observation").into_iter().map(f64::from).collect();
            same(&said(&driver), &reference.step(&seen), &format!("{names:?} in cycle {cycle}"));
            let hidden = read(&driver, "hidden state 3");
            for (found, wanted) in hidden.iter().zip(&reference.hidden[2]) {
                assert!((f64::from(*found) - wanted).abs() < 1e-6, "{names:?}: {found} against {wanted}");
            }
        }
    }
}

#[test]
fn it_sees_magnitude_and_argument_of_128_nodes() {
    let model = with(strip(128, 8, 1), 16, false);
    let (mut driver, _events) = driver(&model, &["one_dispatch"]);
    driver.run_to(1).unwrap();
    let before = psi(&driver);
    assert!(read(&driver, "observation").iter().all(|value| *value == 0.0), "the field was at rest");
    driver.run_to(2).unwrap();
    let seen = read(&driver, "observation");
    for (place, [real, imaginary]) in before.iter().step_by(4).take(128).enumerate() {
        let (magnitude, argument) = (real.hypot(*imaginary), imaginary.atan2(*real));
        assert!((f64::from(seen[place]) - magnitude).abs() < 1e-5 * magnitude.max(1.0), "{place}");
        assert!((f64::from(seen[128 + place]) - argument).abs() < 1e-5, "{place}: {} {argument}", seen[128 + place]);
    }
}

#[test]
fn drawn_weights_are_those_of_the_counter_within_their_interval() {
    let model = with(strip(64, 8, 1), 32, false);
    let (mut driver, _events) = driver(&model, &["one_dispatch"]);
    driver.run_to(0).unwrap();
    let draws = Draws { generator: Generator::Fast, seed: SEED as u32 };
    // The first array is drawn by operation 16, and 32 units bound it by 1 / √32.
    let found = read(&driver, "rnn.weight_ih_l0");
    for at in [0, 1, 7, 1000, found.len() - 1] {
        let wanted = (2.0 * draws.uniforms(0, 16, at as u32 / 4)[at % 4] - 1.0) / 32.0_f64.sqrt();
        assert!((f64::from(found[at]) - wanted).abs() < 1e-7, "{at}");
    }
    let mean = |values: &[f32]| values.iter().map(|value| f64::from(*value)).sum::<f64>() / values.len() as f64;
    assert!(mean(&found).abs() < 4.0 / (32.0_f64 * 3.0 * found.len() as f64).sqrt());
    assert_ne!(read(&driver, "rnn.weight_hh_l1")[..16], read(&driver, "rnn.weight_hh_l2")[..16]);
}

/// w, τ, n and the amplitudes follow the heads and the actor as the published program has it.
#[test]
fn what_it_says_moves_the_structure_by_the_published_averages() {
    for (model, names, is_strip) in [
        (with(helix(600, 3.8), 64, true), &["one_dispatch", "fused_lstm"][..], false),
        (
            with(helix(600, 3.8), 64, true),
            &["reduced_samples", "skip_evolution", "lazy_geometry", "one_dispatch"],
            false,
        ),
        (with(strip(64, 8, 1), 64, true), &["one_dispatch"], true),
    ] {
        let (mut driver, _events) = driver(&model, names);
        driver.run_to(0).unwrap();
        let mut wanted = [if is_strip { 0.0 } else { 3.8 }, 0.0, 3.2, 7.5, 3.8];
        let mut amplitude = 2.0_f64;
        let mut heard: Option<Said> = None;
        for cycle in 1..=6 {
            driver.run_to(cycle).unwrap();
            let now = said(&driver);
            // On the strip the controller runs beside the waves, and is heard a cycle later.
            let says = if is_strip { heard.replace(now) } else { Some(now) };
            if let Some(Said { action, heads: [w, tau, _, uvhl_w, uvhl_l, n], .. }) = says {
                let w = if is_strip { wanted[0] } else { 0.95 * wanted[0] + 0.05 * (3.8 + 146.2 * w) };
                wanted = [
                    w,
                    0.9 * wanted[1] + 0.1 * 3.0 * tau,
                    0.9 * wanted[2] + 0.1 * (0.1 + 49.9 * uvhl_w),
                    0.9 * wanted[3] + 0.1 * (0.1 + 49.9 * uvhl_l),
                    0.9 * wanted[4] + 0.1 * (0.05 + 19.95 * n),
                ];
                if !names.contains(&"skip_evolution") || cycle % 2 == 0 {
                    amplitude = (amplitude + 0.02 * action[3]).clamp(0.5, 5.0);
                }
            }
            let found = read(&driver, "structure");
            for (found, wanted) in [0, 1, 2, 3, 4].map(|at| f64::from(found[at])).into_iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-4 * wanted.max(1.0), "{names:?}, cycle {cycle}: {found} {wanted}");
            }
            let found = f64::from(read(&driver, "amplitudes")[3]);
            assert!((found - amplitude).abs() < 1e-5, "{names:?}, cycle {cycle}: {found} {amplitude}");
        }
        assert!((amplitude - 2.0).abs() > 1e-4, "the actor acts");
    }
}

#[test]
fn exact_toggles_change_nothing_but_rounding_with_a_controller_that_drives() {
    for (model, base, all) in [
        (
            with(strip(64, 8, 1), 32, true),
            &["one_dispatch"][..],
            &[
                &[][..],
                &["one_dispatch", "overlap"],
                &["one_dispatch", "fused_lstm", "recorded_commands"],
                &["one_dispatch", "cached_propagator", "overlap", "fused_lstm"],
            ][..],
        ),
        (
            with(helix(800, 3.8), 32, true),
            &["one_dispatch"],
            &[&[], &["one_dispatch", "fused_lstm"], &["one_dispatch", "cached_propagator", "recorded_commands"]],
        ),
    ] {
        let (mut driver_of_base, _events) = driver(&model, base);
        driver_of_base.run_to(50).unwrap();
        let wanted = psi(&driver_of_base);
        for names in all {
            let (mut driver, _events) = driver(&model, names);
            driver.run_to(50).unwrap();
            let error = apart(&psi(&driver), &wanted);
            eprintln!("{names:?} against {base:?} after 50 cycles: {error:.2e}");
            assert!(error < 1e-4, "{names:?}: {error}");
        }
    }
}

#[test]
fn a_slider_that_the_controller_moves_is_refused() {
    let (mut driver, events) = driver(&with(strip(64, 8, 1), 16, true), &["one_dispatch"]);
    driver.command(Command::SetParameter { name: "torsion".to_owned(), value: 1.0 });
    driver.run_to(1).unwrap();
    let refused = events.try_iter().find_map(|event| match event {
        Event::Refused { reason, .. } => Some(reason),
        _ => None,
    });
    assert_eq!(refused.unwrap(), "torsion is driven by the controller; set drives: false in the scene");
}

/// Evenly within 1 / √fan about 0 by Knuth's multiplicative hash: as in tests/data/mobius_controller.py.
fn hashed(tensor: usize, count: usize, fan: usize) -> Vec<f32> {
    let index = |at: usize| (at + 1_000_003 * (tensor + 1)) as u64;
    let part = |at| (index(at) * 2_654_435_761 % (1 << 32)) as f64 / 2.0_f64.powi(32);
    (0..count).map(|at| ((2.0 * part(at) - 1.0) / (fan as f64).sqrt()) as f32).collect()
}

/// The file that JAX's numbers were made with, changed by whoever needs a wrong one.
fn save(path: &Path, hidden: usize, change: impl Fn(&mut FileTensors)) {
    let mut all = BTreeMap::new();
    // The script's order: layer by layer, and of the heads weights before biases.
    for (place, tensor) in tensors(hidden as u32).into_iter().enumerate() {
        let is_recurrent = tensor.name.starts_with("rnn.");
        let columns = tensor.shape.last().copied().filter(|_| tensor.shape.len() == 2);
        let fan = match (is_recurrent, columns) {
            (true, _) => hidden,
            (false, Some(columns)) => columns,
            (false, None) => fan_of_bias(&tensor.name, hidden),
        };
        let count = tensor.shape.iter().product();
        all.insert(tensor.name, (tensor.shape, hashed(place, count, fan)));
    }
    change(&mut all);
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> =
        all.into_iter().map(|(name, (shape, values))| (name, shape, bytemuck::cast_slice(&values).to_vec())).collect();
    let views = bytes
        .iter()
        .map(|(name, shape, bytes)| (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    safetensors::serialize_to_file(views, None, path).unwrap();
}

fn fan_of_bias(name: &str, hidden: usize) -> usize {
    match name.split('.').collect::<Vec<_>>().as_slice() {
        ["actor" | "critic", "3", _] => 1024,
        ["actor" | "critic", "5", _] => 512,
        [_, "2", _] => 256,
        _ => hidden,
    }
}

#[test]
fn weights_from_a_file_say_what_jax_says() {
    let data: serde_json::Value = serde_json::from_str(include_str!("data/mobius_controller.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    save(&path, 16, |_| {});
    let numbers = |value: &serde_json::Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    };
    for names in [&["one_dispatch", "skip_evolution"][..], &["one_dispatch", "skip_evolution", "fused_lstm"]] {
        let controller = ControllerModel { hidden: 16, drives: false, weights: Some(path.clone()) };
        let model = MobiusModel { controller: Some(controller), ..strip(64, 8, 1) };
        let (mut driver, _events) = driver(&model, names);
        driver.run_to(0).unwrap();
        for (step, wanted) in data["steps"].as_array().unwrap().iter().enumerate() {
            let field: Vec<f32> = (0..512)
                .flat_map(|node| {
                    let (node, step) = (f64::from(node), step as f64);
                    [(0.37 * node + step).sin() as f32, (0.11 * node * (step + 1.0)).cos() as f32]
                })
                .collect();
            write(&driver, "psi", &field);
            // Odd cycles compute no waves under skip_evolution.
            driver.resume(2 * step as u64);
            driver.run_to(2 * step as u64 + 1).unwrap();
            let features = read(&driver, "hidden state 4");
            for (found, wanted) in features.iter().zip(numbers(&wanted["features"])) {
                assert!((f64::from(*found) - wanted).abs() < 1e-6, "step {step}: {found} against {wanted}");
            }
            let wanted = Said {
                action: numbers(&wanted["action"]),
                value: wanted["value"].as_f64().unwrap(),
                heads: numbers(&wanted["heads"]).try_into().unwrap(),
            };
            same(&said(&driver), &wanted, &format!("{names:?} in step {step}"));
        }
    }
}

#[test]
fn a_file_of_other_weights_is_refused_by_its_tensor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let refused = |change: &dyn Fn(&mut FileTensors)| -> String {
        save(&path, 16, change);
        let controller = ControllerModel { hidden: 16, drives: false, weights: Some(path.clone()) };
        let model = MobiusModel { controller: Some(controller), ..strip(64, 8, 1) };
        Mobius::new(model, 1, Streaming::default()).err().unwrap().0
    };
    let sentence = refused(&|all| {
        all.insert("actor.3.weight".to_owned(), (vec![512, 1020], vec![0.0; 512 * 1020]));
    });
    assert!(
        sentence.ends_with("tensor `actor.3.weight` has shape [512, 1020], but hidden: 16 needs [512, 1024]"),
        "{sentence}"
    );
    let sentence = refused(&|all| drop(all.remove("tau_head.2.bias")));
    assert!(sentence.ends_with("tensor `tau_head.2.bias` is missing"), "{sentence}");
    let sentence = refused(&|all| {
        all.insert("decoder.weight".to_owned(), (vec![1], vec![0.0]));
    });
    assert!(sentence.ends_with("tensor `decoder.weight` is none of the controller's"), "{sentence}");
    let sentence = refused(&|all| all.get_mut("rnn.bias_hh_l2").unwrap().1[5] = f32::NAN);
    assert!(
        sentence.ends_with("tensor `rnn.bias_hh_l2` holds NaN at element 5, which is no finite number"),
        "{sentence}"
    );
    std::fs::write(&path, b"nonsense that is no file of weights").unwrap();
    assert!(matches!(Weights::read(&path, 16), Err(WeightsError::File { .. })));
    let missing = Weights::read(&folder.path().join("none"), 16).unwrap_err().to_string();
    assert!(missing.starts_with("weights: "), "{missing}");
}
