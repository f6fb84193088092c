//! Parity with TensorPAC 0.6.5: `tests/reference/pac/`, made by the scripts there.

use super::{assert_near, fast, input, map, model, on};
use fieldscope::gpu::readback::read_and_wait;
use fieldscope::sim::BufferId;
use fieldscope::sim::pac::filters::Filter;
use fieldscope::sim::pac::params::{Method, PacModel};
use ndarray::{Array2, ArrayD, Axis};
use ndarray_npy::NpzReader;
use std::fs::File;

const SIGNALS: [&str; 4] = ["coupled_6_80", "uncoupled_noise", "nonsinusoidal_uncoupled", "short_1s"];

fn open(name: &str) -> NpzReader<File> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/pac");
    NpzReader::new(File::open(folder.join(format!("{name}.npz"))).unwrap()).unwrap()
}

struct Reference {
    npz: NpzReader<File>,
    channels: Vec<Vec<f64>>,
    model: PacModel,
}

fn reference(name: &str) -> Reference {
    let mut npz = open(name);
    let x: Array2<f64> = npz.by_name("x").unwrap();
    let mut bands = |name: &str| -> Vec<(f64, f64)> {
        let edges: Array2<f64> = npz.by_name(name).unwrap();
        edges.axis_iter(Axis(0)).map(|band| (band[0], band[1])).collect()
    };
    let (phase, amplitude) = (bands("pha"), bands("amp"));
    let channels: Vec<Vec<f64>> = x.axis_iter(Axis(0)).map(|row| row.to_vec()).collect();
    let seconds = channels[0].len() as f64 / 512.0;
    let model = PacModel { filter: Filter::Fir, ..model(seconds, &phase, &amplitude) };
    Reference { npz, channels, model }
}

/// TensorPAC's [amplitude, phase, channel] in our order.
fn in_our_order(map: &ArrayD<f64>) -> Vec<f64> {
    map.view().permuted_axes(vec![2, 0, 1]).iter().copied().collect()
}

/// Ours and TensorPAC's largest relative difference.
fn worst(found: &[f64], wanted: &[f64]) -> f64 {
    found.iter().zip(wanted).map(|(found, wanted)| (found - wanted).abs() / wanted.abs()).fold(0.0, f64::max)
}

#[test]
fn every_method_gives_tensorpacs_map() {
    let mut more = open("more");
    for name in SIGNALS {
        let mut of = reference(name);
        for (method, array) in [
            (Method::Tort, "mi_per_band"),
            (Method::Tensorpac, "mi_pooled"),
            (Method::MeanVectorLength, "mvl"),
            (Method::TensorpacHeightsRatio, "hr"),
            (Method::PhaseLocking, "plv"),
            (Method::NormalisedDirect, "ndpac"),
        ] {
            let wanted: ArrayD<f64> = match array {
                "plv" | "ndpac" => more.by_name(&format!("{name}_{array}")).unwrap(),
                _ => of.npz.by_name(array).unwrap(),
            };
            let wanted = in_our_order(&wanted);
            let model = PacModel { method, ..of.model.clone() };
            let found = map(&model, input(512.0, &of.channels), fast());
            eprintln!("{name} {array}: within {:.1e}", worst(&found, &wanted));
            assert_near(&found, &wanted, 1e-4, &format!("{name} {array}"));
        }
    }
}

/// Amplitudes of the last channel as the device leaves them, [time, band].
#[test]
fn filtered_phase_and_amplitude_are_tensorpacs() {
    for name in SIGNALS {
        let mut of = reference(name);
        let last = of.channels.len() - 1;
        let wanted_phase: ArrayD<f32> = of.npz.by_name("phase").unwrap();
        let wanted: ArrayD<f32> = of.npz.by_name("amplitude").unwrap();
        let model = PacModel { method: Method::MeanVectorLength, ..of.model.clone() };
        let (mut driver, _events) =
            super::driver(&model, Some(input(512.0, &of.channels)), on(&["chunked", "no_copies", "pruned_fft"]));
        driver.run_to(1).unwrap();
        let window = of.channels[0].len();
        let buffer = |name| driver.buffers().require(BufferId { name, index: 0 }).unwrap();
        let floats = |name, count: usize| -> Vec<f32> {
            let bytes = read_and_wait(driver.gpu(), buffer(name), 0, 4 * count as u64).unwrap();
            bytemuck::pod_collect_to_vec(&bytes)
        };
        // Two groups of four bands on each side.
        let amplitudes = floats("amplitudes", window * 8);
        let directions = floats("directions", window * 16);
        let (mut worst_amplitude, mut worst_phase) = (0.0_f64, 0.0_f64);
        for band in 0..6 {
            let largest = (0..window).map(|time| wanted[[band, last, time]]).fold(0.0, f32::max);
            for time in 0..window {
                let off = (amplitudes[time * 8 + band] - wanted[[band, last, time]]).abs() / largest;
                worst_amplitude = worst_amplitude.max(f64::from(off));
                let four = (time * 2 + band / 4) * 8 + band % 4;
                let found = f64::from(directions[four + 4]).atan2(f64::from(directions[four]));
                let off = (found - f64::from(wanted_phase[[band, last, time]])).sin().abs();
                worst_phase = worst_phase.max(off);
            }
        }
        eprintln!("{name}: amplitude within {worst_amplitude:.1e} of its largest, phase within {worst_phase:.1e}");
        assert!(worst_amplitude < 1e-4 && worst_phase < 1e-3, "{name}: {worst_amplitude} {worst_phase}");
    }
}

#[test]
fn sums_and_pooled_counts_find_coupling_in_the_non_sinusoidal_signal_and_means_do_not() {
    let of = reference("nonsinusoidal_uncoupled");
    // (4, 6) Hz holds the slow wave at 5 Hz, (60, 80) Hz the fast one at 75 Hz, whose amplitude is constant.
    let at = 2 * 6 + 1;
    let value = |method| map(&PacModel { method, ..of.model.clone() }, input(512.0, &of.channels), fast())[at];
    let [tort, pooled, sums] = [Method::Tort, Method::Tensorpac, Method::GpacSum].map(value);
    eprintln!("non-sinusoidal, uncoupled: Tort {tort:.6}, TensorPAC {pooled:.6}, gPAC's sums {sums:.6}");
    assert!(tort < 1e-3 && sums > 10.0 * tort && pooled > 5.0 * tort);
}
