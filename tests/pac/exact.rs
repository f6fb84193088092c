//! Exact toggles keep what they promise: the map and the mean surrogate in both positions, on signals that are easy and hard
//! on them.

use super::kernels_against_reference::signal;
use super::{driver, fast, input, model, read};
use fieldscope::sim::Kind;
use fieldscope::sim::pac::design::Input;
use fieldscope::sim::pac::params::{Form, GeneratorModel, Method, PacModel, Source};
use fieldscope::sim::random::{Draws, Generator};

const PHASE: [(f64, f64); 5] = [(4.0, 8.0), (5.0, 7.0), (6.0, 12.0), (8.0, 12.0), (10.0, 14.0)];
const AMPLITUDE: [(f64, f64); 5] = [(40.0, 60.0), (70.0, 90.0), (80.0, 110.0), (60.0, 70.0), (90.0, 120.0)];

/// Of z nothing is promised: without noise every shift is like every other, and rounding decides on it.
const NAMES: [&str; 3] = ["map", "surrogates", "z"];

/// ‖a − b‖ / ‖a‖.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert!(a.iter().chain(b).all(|value| value.is_finite()));
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>().sqrt();
    norm(&mut a.iter().zip(b).map(|(a, b)| a - b)) / norm(&mut a.iter().copied())
}

/// Models and their signals, by name.
fn signals() -> Vec<(String, PacModel, Option<Input>)> {
    let draws = Draws { generator: Generator::Fast, seed: 3 };
    let noise = |channel: u32, samples: u32| (0..samples).map(|at| draws.normals(2, channel, at)[0]).collect();
    let mut all = Vec::new();
    for samples in [640_u32, 5120, 15_360] {
        let of_noise: Vec<Vec<f64>> = (0..4).map(|channel| noise(channel, samples)).collect();
        let coupled: Vec<_> = (0..4).map(|channel| signal(channel, samples as usize)).collect();
        for (name, channels) in [("noise", of_noise), ("coupled noise", coupled)] {
            let model = PacModel { surrogates: 20, ..model(f64::from(samples) / 256.0, &PHASE, &AMPLITUDE) };
            all.push((format!("{name}, {samples} samples"), model, Some(input(256.0, &channels))));
        }
    }
    // A slow wave of a whole number of samples that meets the edges of bins in every turn, and nothing that moves it.
    for (slow, noise) in [(5.0, 0.0), (6.25, 0.0), (5.0, 0.01)] {
        let generator =
            GeneratorModel { form: Form::Gpac, rate: 500.0, channels: 2, slow, fast: 80.0, strength: 0.5, noise };
        let model = PacModel { source: Source::Generator(generator), surrogates: 20, ..model(8.0, &PHASE, &AMPLITUDE) };
        all.push((format!("generator at {slow} Hz, noise {noise}"), model, None));
    }
    all
}

#[test]
fn exact_toggles_keep_their_bounds() {
    let toggles = fieldscope::sim::pac::description::description().toggles;
    let mut largest = vec![[0.0_f64; NAMES.len()]; toggles.len()];
    for (name, model, input) in signals() {
        for method in [Method::Tort, Method::GpacSum] {
            let model = PacModel { method, ..model.clone() };
            let found = |set| {
                let (mut driver, _events) = driver(&model, input.clone(), set);
                driver.run_to(1).unwrap();
                NAMES.map(|array| read(&driver, array))
            };
            let base = found(fast());
            for (index, toggle) in toggles.iter().enumerate() {
                let Kind::Exact { .. } = toggle.kind else { continue };
                let other = found(fast().with(index, !fast().is_on(index)));
                for array in 0..NAMES.len() {
                    let apart = apart(&base[array], &other[array]);
                    largest[index][array] = largest[index][array].max(apart);
                    if apart > 1e-5 {
                        eprintln!("{name}, {method:?}, {}: {} {apart:.1e}", toggle.name, NAMES[array]);
                    }
                }
            }
        }
    }
    for (toggle, [map, surrogates, z]) in toggles.iter().zip(largest) {
        eprintln!("{}: map {map:.1e}, mean surrogate {surrogates:.1e}, z {z:.1e}", toggle.name);
        if let Kind::Exact { relative_bound } = toggle.kind {
            assert!(map.max(surrogates) <= relative_bound, "{}: {map:e}, {surrogates:e}", toggle.name);
        }
    }
}
