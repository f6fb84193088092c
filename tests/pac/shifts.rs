//! Surrogates by one cross-correlation against a pass over the samples for each.

use super::kernels_against_reference::signal;
use super::{driver, fast, input, model, read};
use fieldscope::sim::pac::bands::Bands;
use fieldscope::sim::pac::design::Input;
use fieldscope::sim::pac::params::{Method, PacModel, Surrogate};
use fieldscope::sim::toggles::index_of;

const RATE: f64 = 256.0;

/// Relative L2 deviation of z with the toggle on from that with it off, and the largest difference of p.
fn deviations(model: &PacModel, input: &Input, others_off: &[&str]) -> [f64; 2] {
    let toggles = fieldscope::sim::pac::description::description().toggles;
    let [off, on] = [false, true].map(|on| {
        let set = others_off.iter().fold(fast(), |set, name| set.with(index_of(&toggles, name).unwrap(), false));
        let set = set.with(index_of(&toggles, "all_shifts_fft").unwrap(), on);
        let (mut driver, _events) = driver(model, Some(input.clone()), set);
        driver.run_to(2).unwrap();
        [read(&driver, "z"), read(&driver, "p")]
    });
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>().sqrt();
    let apart = norm(&mut off[0].iter().zip(&on[0]).map(|(off, on)| off - on));
    let largest = off[1].iter().zip(&on[1]).map(|(off, on)| (off - on).abs()).fold(0.0, f64::max);
    assert!(on.iter().flatten().all(|value| value.is_finite()));
    [apart / norm(&mut off[0].iter().copied()), largest]
}

#[test]
fn one_correlation_finds_the_z_and_p_of_a_pass_for_every_surrogate() {
    let phase = [(4.0, 8.0), (5.0, 7.0), (6.0, 12.0), (8.0, 12.0), (10.0, 14.0)];
    let amplitude = [(40.0, 60.0), (70.0, 90.0), (80.0, 110.0), (60.0, 70.0), (90.0, 120.0)];
    // 640 fills a transform; 601 and 2161 are prime, and windows twice as long are transformed.
    for (samples, surrogates) in [(640, 40), (601, 40), (2161, 12), (5120, 200)] {
        let channels: Vec<_> = (0..3).map(|channel| signal(channel, samples + 100)).collect();
        let mut recording = input(RATE, &channels);
        for (method, kind) in [
            (Method::Tort, Surrogate::TimeLag),
            (Method::GpacSum, Surrogate::BlockSwap),
            (Method::Tensorpac, Surrogate::TimeLag),
            (Method::HeightsRatio, Surrogate::TimeLag),
        ] {
            for (excluded, others_off) in [(false, ["chunked"].as_slice()), (true, &["lazy_surrogates"])] {
                let words = (samples + 100).div_ceil(32);
                // Of the channels, none, two words and every word of the first quarter.
                let bits = (0..3 * words).map(|at| u32::from(at / words > 0 && at % words < 2 * (at / words)) * 0xffff);
                recording.excluded = excluded.then(|| bits.collect());
                let model = PacModel {
                    method,
                    surrogates,
                    surrogate: kind,
                    position: 17.0 / RATE,
                    advance: 11.0 / RATE,
                    ..model(samples as f64 / RATE, &phase, &amplitude)
                };
                let [z, p] = deviations(&model, &recording, others_off);
                eprintln!("{samples} samples, {method:?}, excluded: {excluded}: z {z:.1e}, p {p}");
                assert!(z < 1e-4 && p == 0.0, "{samples} {method:?} {excluded}: z {z:e}, p {p}");
            }
        }
    }
}

#[test]
fn more_surrogates_than_are_kept_at_once_are_found_in_several_batches() {
    // Bands of several bins: the phase of a single one is even, and all of its shifts are alike.
    let channels: Vec<_> = (0..2).map(|channel| signal(channel, 256)).collect();
    let model = PacModel {
        surrogates: 1500,
        phase_bands: Bands::Linear { from: 6.0, to: 20.0, count: 30, width: 5.0 },
        amplitude_bands: Bands::Linear { from: 30.0, to: 110.0, count: 30, width: 20.0 },
        ..model(1.0, &[], &[])
    };
    let [z, p] = deviations(&model, &input(RATE, &channels), &[]);
    eprintln!("1500 surrogates: z {z:.1e}, p {p}");
    assert!(z < 1e-4 && p == 0.0, "z {z:e}, p {p}");
}
