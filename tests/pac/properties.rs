//! What must hold of a coupling, whatever computes it.

use super::{driver, fast, input, map, model, on, read};
use fieldscope::driver::Event;
use fieldscope::sim::pac::bands::Bands;
use fieldscope::sim::pac::params::{Form, GeneratorModel, Method, PacModel, Source, Surrogate};
use fieldscope::sim::random::{Draws, Generator};
use std::f64::consts::TAU;

const RATE: f64 = 512.0;

fn generated(strength: f64, noise: f64) -> PacModel {
    let generator =
        GeneratorModel { form: Form::Gpac, rate: RATE, channels: 1, slow: 6.0, fast: 80.0, strength, noise };
    PacModel {
        source: Source::Generator(generator),
        phase_bands: Bands::Linear { from: 3.0, to: 15.0, count: 13, width: 2.0 },
        amplitude_bands: Bands::Linear { from: 40.0, to: 140.0, count: 11, width: 20.0 },
        ..model(8.0, &[], &[])
    }
}

#[test]
fn a_planted_coupling_is_the_peak_of_every_method() {
    for (name, method) in Method::ALL {
        let model = PacModel { method, surrogates: 40, ..generated(0.8, 0.3) };
        let (mut driver, events) = driver(&model, None, fast());
        driver.run_to(1).unwrap();
        driver.settle().unwrap();
        let probes = events.try_iter().find_map(|event| match event {
            Event::Probes { values, .. } => Some(values),
            _ => None,
        });
        let values = probes.unwrap();
        // Both neighbours of the band at 6 Hz hold the wave too, at half its height and with the same phase.
        assert!((values[1] - 6.0).abs() <= 1.0 && values[2] == 80.0, "{name}: {values:?}");
        // Two waves that never drift stay coupled under any lag: here a surrogate shows nothing.
        assert!(values[0] > 0.0 && values[5] <= 1.0 && values[6] == 0.0, "{name}: {values:?}");
    }
}

#[test]
fn coupling_grows_with_its_strength() {
    let peak = |strength| map_of(&generated(strength, 0.1)).into_iter().fold(0.0, f64::max);
    let peaks: Vec<f64> = [0.1, 0.3, 0.5, 0.7, 0.9].into_iter().map(peak).collect();
    assert!(peaks.is_sorted_by(|a, b| a < b), "{peaks:?}");
}

fn map_of(model: &PacModel) -> Vec<f64> {
    let (mut driver, _events) = driver(model, None, fast());
    driver.run_to(1).unwrap();
    read(&driver, "map")
}

#[test]
fn noise_without_coupling_is_rarely_significant() {
    let draws = Draws { generator: Generator::Fast, seed: 5 };
    let (signals, samples) = (200, 1024);
    let channels: Vec<Vec<f64>> =
        (0..signals).map(|channel| (0..samples).map(|at| draws.normals(1, channel, at)[0]).collect()).collect();
    for kind in [Surrogate::TimeLag, Surrogate::TrialPermutation(8)] {
        let model = PacModel {
            surrogates: 99,
            surrogate: kind,
            ..model(2.0, &[(4.0, 8.0), (8.0, 12.0)], &[(40.0, 60.0), (70.0, 100.0), (110.0, 150.0)])
        };
        let all = on(&["scatter_bins", "no_copies", "pruned_fft", "lazy_surrogates"]);
        let (mut driver, _events) = driver(&model, Some(input(RATE, &channels)), all);
        driver.run_to(1).unwrap();
        // By the maximum over all pairs of a channel: a channel is significant where its best pair is.
        let p = read(&driver, "p");
        let best: Vec<f64> = p.chunks(6).map(|pairs| pairs.iter().copied().fold(1.0, f64::min)).collect();
        let significant = best.iter().filter(|p| **p <= 0.05).count();
        eprintln!("{kind:?}: {significant} of {signals} noise signals have p <= 0.05");
        // 10 are expected; 20 or more of 200 have a probability of 0.3 %.
        assert!(significant < 20, "{significant}");
        assert!(best.iter().any(|p| *p < 0.2) && best.iter().any(|p| *p > 0.8), "p is spread out");
    }
}

#[test]
fn a_shift_of_one_bands_phase_moves_no_coupling() {
    let samples = 4096;
    let signal = |turn: f64| -> Vec<f64> {
        (0..samples)
            .map(|at| {
                let time = f64::from(at) / RATE;
                let slow = (TAU * 6.0 * time).cos();
                // The slow wave by a whole number of bins' widths, the amplitude that follows it as before.
                (TAU * (6.0 * time + turn)).cos() + (1.0 + 0.8 * slow) * (TAU * 80.0 * time).cos()
            })
            .collect()
    };
    let model = model(8.0, &[(5.0, 7.0)], &[(65.0, 95.0)]);
    let values: Vec<f64> = [0.0, 1.0 / 18.0, 5.0 / 18.0, 0.5]
        .into_iter()
        .map(|turn| map(&model, input(RATE, &[signal(turn)]), fast())[0])
        .collect();
    eprintln!("coupling under a shift of the phase: {values:?}");
    for value in &values {
        assert!((value - values[0]).abs() < 5e-3 * values[0], "{values:?}");
    }
}

#[test]
fn a_wave_that_is_no_sine_couples_to_nothing_by_means_and_to_everything_by_sums() {
    let samples = 20 * 512;
    let signal: Vec<f64> = (0..samples)
        .map(|at| {
            let time = f64::from(at) / RATE;
            let even = TAU * 5.0 * time;
            (even + 0.6 * even.sin()).sin() + 0.3 * (TAU * 80.0 * time).sin()
        })
        .collect();
    let of = |method| {
        let model = PacModel { method, ..model(20.0, &[(2.0, 30.0)], &[(65.0, 95.0)]) };
        map(&model, input(RATE, std::slice::from_ref(&signal)), fast())[0]
    };
    let [tort, sums, soft] = [Method::Tort, Method::GpacSum, Method::GpacSoft].map(of);
    eprintln!("no sine, no coupling: Tort {tort:.2e}, gPAC's sums {sums:.4}, soft {soft:.4}");
    // Of an analytic signal that was filtered; of the phase itself 0.0354, as the reference's own test has it.
    assert!(tort < 1e-6 && sums > 0.01 && soft > 0.01);
}

#[test]
fn the_window_moves_over_a_recording_and_begins_anew() {
    let samples = 3072;
    let signal: Vec<f64> = (0..samples)
        .map(|at| {
            let time = f64::from(at) / RATE;
            let slow = (TAU * 6.0 * time).sin();
            // Coupled in the second half alone.
            let coupling = if at >= samples / 2 { slow } else { 0.0 };
            slow + 0.5 * (1.0 + coupling) * (TAU * 80.0 * time).sin()
        })
        .collect();
    let whole = PacModel { advance: 1.0, ..model(2.0, &[(5.0, 7.0)], &[(65.0, 95.0)]) };
    let (mut driver, events) = driver(&whole, Some(input(RATE, std::slice::from_ref(&signal))), fast());
    driver.run_to(6).unwrap();
    driver.settle().unwrap();
    let peaks: Vec<f32> = events
        .try_iter()
        .filter_map(|event| match event {
            Event::Probes { values, .. } => Some(values[0]),
            _ => None,
        })
        .collect();
    for (cycle, found) in peaks.iter().enumerate() {
        // Places 0 to 4 s, then anew: (5 s · 512) mod (3072 − 1024 + 1).
        let first = (cycle * 512) % 2049;
        let part = PacModel { advance: 0.0, ..whole.clone() };
        let wanted = map(&part, input(RATE, &[signal[first..first + 1024].to_vec()]), fast())[0];
        assert!((f64::from(*found) - wanted).abs() < 1e-6, "cycle {cycle}: {found} against {wanted}");
    }
    assert!(peaks[3] > 20.0 * peaks[0], "{peaks:?}");
}
