//! Every filter, method, surrogate and toggle against the f64 reference.

use super::{assert_near, driver, fast, input, map, model, read, settings};
use fieldscope::driver::Command;
use fieldscope::sim::ToggleSet;
use fieldscope::sim::pac::bands::{Band, Side};
use fieldscope::sim::pac::filters::Filter;
use fieldscope::sim::pac::params::{BINS, Form, GeneratorModel, Method, PacModel, Source, Surrogate};
use fieldscope::sim::pac::reference::{self, amplitude, analytic, counts, coupling, phase};
use fieldscope::sim::random::{Draws, Generator};
use std::f64::consts::TAU;

const PHASE: [(f64, f64); 5] = [(4.0, 8.0), (5.0, 7.0), (6.0, 12.0), (8.0, 12.0), (10.0, 14.0)];
const AMPLITUDE: [(f64, f64); 3] = [(40.0, 60.0), (70.0, 90.0), (80.0, 110.0)];
const RATE: f64 = 256.0;

/// Coupled noise, rounded to f32 as the device has it.
pub fn signal(channel: u32, samples: usize) -> Vec<f64> {
    let draws = Draws { generator: Generator::Fast, seed: 11 };
    (0..samples)
        .map(|at| {
            let time = at as f64 / RATE;
            let slow = (TAU * 6.3 * time + f64::from(channel)).sin();
            let fast = (1.0 + slow) * (TAU * 80.0 * time).sin();
            f64::from((slow + 0.5 * fast + 0.7 * draws.normals(0, channel, at as u32)[0]) as f32)
        })
        .collect()
}

fn bands(edges: &[(f64, f64)]) -> Vec<Band> {
    edges.iter().map(|(low, high)| Band { low: *low, high: *high }).collect()
}

/// Phases and amplitudes of a channel, band by band.
fn analysed(signal: &[f64], filter: Filter) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let (slow, fast) = (bands(&PHASE), bands(&AMPLITUDE));
    let all: Vec<Band> = slow.iter().chain(&fast).copied().collect();
    let of = |band: &Band, side| analytic(signal, RATE, *band, side, filter, &all);
    let phases = slow.iter().map(|band| phase(&of(band, Side::Phase))).collect();
    let amplitudes = fast.iter().map(|band| amplitude(&of(band, Side::Amplitude))).collect();
    (phases, amplitudes)
}

/// The map of all channels, with amplitudes changed by `change`.
fn wanted(channels: &[Vec<f64>], filter: Filter, method: Method, change: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let all: Vec<_> = channels.iter().map(|signal| analysed(signal, filter)).collect();
    let mut pooled = [0.0; BINS];
    for phase in all.iter().flat_map(|(phases, _)| phases) {
        pooled.iter_mut().zip(counts(phase)).for_each(|(sum, count)| *sum += count);
    }
    let of_channel = |(phases, amplitudes): &(Vec<Vec<f64>>, Vec<Vec<f64>>)| -> Vec<f64> {
        let pair = |amplitude: &Vec<f64>| {
            let changed = change(amplitude);
            phases.iter().map(|phase| coupling(method, phase, &changed, &pooled)).collect::<Vec<_>>()
        };
        amplitudes.iter().flat_map(pair).collect()
    };
    all.iter().flat_map(of_channel).collect()
}

fn three_channels(samples: usize) -> Vec<Vec<f64>> {
    (0..3).map(|channel| signal(channel, samples)).collect()
}

#[test]
fn every_filter_and_method_is_the_references() {
    // 720 = 2⁴ · 3² · 5: every radix; 601 is prime, so that windows are padded.
    for samples in [720, 601] {
        let channels = three_channels(samples);
        for filter in [Filter::Spectral, Filter::Fir, Filter::Gpac] {
            for (name, method) in Method::ALL {
                let model = PacModel { filter, method, ..model(samples as f64 / RATE, &PHASE, &AMPLITUDE) };
                let found = map(&model, input(RATE, &channels), fast());
                let wanted = wanted(&channels, filter, method, <[f64]>::to_vec);
                assert_near(&found, &wanted, 2e-4, &format!("{samples} samples, {filter:?}, {name}"));
            }
        }
    }
}

#[test]
fn every_toggle_in_both_positions_is_the_references() {
    // More than one stretch of the sums.
    let samples = 2160;
    let channels = three_channels(samples);
    for (filter, method) in [
        (Filter::Spectral, Method::Tort),
        (Filter::Fir, Method::Tensorpac),
        (Filter::Spectral, Method::MeanVectorLength),
    ] {
        let wanted = wanted(&channels, filter, method, <[f64]>::to_vec);
        let model = PacModel { filter, method, ..model(samples as f64 / RATE, &PHASE, &AMPLITUDE) };
        for setting in settings(&model, &input(RATE, &channels)) {
            let found = map(&model, input(RATE, &channels), setting);
            let half = super::on(&["half_amplitude"]);
            let is_half = setting.names(&toggles()).iter().any(|name| half.names(&toggles()).contains(name));
            let bound = if is_half { 5e-3 } else { 2e-4 };
            assert_near(&found, &wanted, bound, &format!("{filter:?} {method:?} {:?}", setting.names(&toggles())));
        }
    }
}

fn toggles() -> Vec<fieldscope::sim::Toggle> {
    fieldscope::sim::pac::description::description().toggles
}

#[test]
fn surrogates_z_and_p_are_the_references_under_every_setting() {
    let (samples, count) = (640, 12);
    let channels = three_channels(samples);
    for kind in [Surrogate::TimeLag, Surrogate::BlockSwap, Surrogate::TrialPermutation(7)] {
        for method in [Method::Tort, Method::MeanVectorLength, Method::GpacSoft, Method::Tensorpac] {
            let model = PacModel {
                method,
                surrogates: count,
                surrogate: kind,
                ..model(samples as f64 / RATE, &PHASE, &AMPLITUDE)
            };
            let observed = wanted(&channels, Filter::Spectral, method, <[f64]>::to_vec);
            let maps: Vec<Vec<f64>> = (0..count)
                .map(|at| wanted(&channels, Filter::Spectral, method, |values| reference::moved(kind, 7, at, values)))
                .collect();
            let pairs = PHASE.len() * AMPLITUDE.len();
            let mut z = Vec::new();
            let mut p = Vec::new();
            let mut means = Vec::new();
            for (at, value) in observed.iter().enumerate() {
                let of_pair: Vec<f64> = maps.iter().map(|map| map[at]).collect();
                z.push(reference::z(*value, &of_pair));
                means.push(of_pair.iter().sum::<f64>() / f64::from(count));
                let channel = at / pairs;
                let highest = |map: &Vec<f64>| map[channel * pairs..][..pairs].iter().copied().fold(0.0, f64::max);
                let reached = maps.iter().filter(|map| highest(map) >= *value).count();
                p.push((1 + reached) as f64 / f64::from(1 + count));
            }
            for setting in settings(&model, &input(RATE, &channels)) {
                if setting.names(&toggles()).contains(&"half_amplitude") {
                    continue;
                }
                let (mut driver, _events) = driver(&model, Some(input(RATE, &channels)), setting);
                driver.run_to(1).unwrap();
                let what = format!("{kind:?} {method:?} {:?}", setting.names(&toggles()));
                let found = read(&driver, "z");
                for (found, wanted) in found.iter().zip(&z) {
                    assert!((found - wanted).abs() < 2e-2 * (1.0 + wanted.abs()), "{what}: z {found} against {wanted}");
                }
                assert_near(&read(&driver, "p"), &p, 1e-6, &format!("{what}: p"));
                assert_near(&read(&driver, "surrogates"), &means, 1e-3, &format!("{what}: mean"));
            }
        }
    }
}

#[test]
fn what_is_pointed_at_is_the_references_trace_and_distribution() {
    let samples = 640;
    let channels = three_channels(samples);
    let (channel, slow_band, fast_band) = (1, 3, 2);
    for filter in [Filter::Spectral, Filter::Fir] {
        for (method, setting) in [
            (Method::Tort, fast()),
            (Method::GpacSum, ToggleSet::NONE),
            (Method::Tensorpac, fast()),
            (Method::PhaseLocking, fast()),
        ] {
            let model = PacModel { filter, method, ..model(samples as f64 / RATE, &PHASE, &AMPLITUDE) };
            let (mut driver, _events) = driver(&model, Some(input(RATE, &channels)), setting);
            driver.run_to(1).unwrap();
            let parts = [slow_band as f32 / PHASE.len() as f32, fast_band as f32 / AMPLITUDE.len() as f32];
            let at = [parts[0] + 0.1, 1.0 - parts[1] - 0.1];
            for (picture, at) in [("signals", [0.5, (channel as f32 + 0.5) / 3.0]), ("comodulogram", at)] {
                driver.command(Command::Point { picture: picture.to_owned(), at });
            }
            driver.run_to(1).unwrap();
            let mut encoder = driver.gpu().device.create_command_encoder(&Default::default());
            assert!(driver.look(&mut encoder).unwrap());
            driver.gpu().queue.submit([encoder.finish()]);
            let all: Vec<Band> = bands(&PHASE).into_iter().chain(bands(&AMPLITUDE)).collect();
            let of = |edges: &[(f64, f64)], band: usize, side| {
                analytic(&channels[channel], RATE, bands(edges)[band], side, filter, &all)
            };
            let [slow, quick] = [of(&PHASE, slow_band, Side::Phase), of(&AMPLITUDE, fast_band, Side::Amplitude)];
            let mut wanted = channels[channel].clone();
            wanted.extend(slow.iter().map(|value| value[0]));
            wanted.extend(quick.iter().map(|value| value[0]));
            wanted.extend(amplitude(&quick));
            let what = format!("{filter:?} {method:?}");
            for (at, (found, wanted)) in read(&driver, "traces").iter().zip(&wanted).enumerate() {
                assert!((found - wanted).abs() < 2e-5, "{what} {at}: {found} against {wanted}");
            }
            let map = read(&driver, "map");
            let of_channel = &map[15 * channel..][..15];
            let highest = (0..15).max_by(|a, b| of_channel[*a].total_cmp(&of_channel[*b])).unwrap();
            assert_eq!(read(&driver, "peak")[..3], [(highest % 5) as f64, (highest / 5) as f64, 1.0], "{what}");
            if method == Method::PhaseLocking {
                continue;
            }
            let mut pooled = [0.0; BINS];
            for of in channels.iter().flat_map(|signal| analysed(signal, filter).0) {
                pooled.iter_mut().zip(counts(&of)).for_each(|(sum, count)| *sum += count);
            }
            let slow = phase(&slow);
            let divisors = match method {
                Method::Tort => counts(&slow),
                Method::Tensorpac => pooled,
                _ => [1.0; BINS],
            };
            let mut means = [0.0; BINS];
            slow.iter().zip(amplitude(&quick)).for_each(|(phase, value)| means[reference::bin_of(*phase)] += value);
            means
                .iter_mut()
                .zip(divisors)
                .for_each(|(mean, count)| *mean = if count > 0.0 { *mean / count } else { 0.0 });
            let total: f64 = means.iter().sum();
            let wanted: Vec<f64> = means.iter().map(|mean| mean / total).collect();
            assert_near(&read(&driver, "distribution"), &wanted, 2e-4, &what);
        }
    }
}

#[test]
fn the_history_holds_the_peaks_of_the_windows_before() {
    let channels = three_channels(1280);
    let model = PacModel { advance: 1.0, ..model(2.0, &PHASE, &AMPLITUDE) };
    let (mut driver, _events) = driver(&model, Some(input(RATE, &channels)), fast());
    let mut wanted = Vec::new();
    for cycle in 1..=3 {
        driver.run_to(cycle).unwrap();
        wanted.push(
            read(&driver, "map").chunks(15).map(|map| map.iter().copied().fold(0.0, f64::max)).collect::<Vec<_>>(),
        );
    }
    let history = read(&driver, "history");
    for channel in 0..3 {
        for (cycle, peaks) in wanted.iter().enumerate() {
            assert_eq!(history[256 * channel + cycle], peaks[channel], "channel {channel}, cycle {cycle}");
        }
    }
    assert!(history[3..256].iter().all(|value| *value == 0.0));
}

#[test]
fn a_generated_signal_is_the_references() {
    for form in [Form::Tort, Form::Gpac] {
        let generator =
            GeneratorModel { form, rate: 500.0, channels: 2, slow: 6.3, fast: 81.7, strength: 0.6, noise: 0.4 };
        let model = PacModel {
            source: Source::Generator(generator),
            advance: 0.35,
            ..model(2.0, &[(5.0, 8.0)], &[(70.0, 95.0)])
        };
        let (mut driver, _events) = driver(&model, None, fast());
        driver.run_to(40).unwrap();
        let buffer = driver.buffers().require(fieldscope::sim::BufferId { name: "samples", index: 0 }).unwrap();
        let bytes = fieldscope::gpu::readback::read_and_wait(driver.gpu(), buffer, 0, 8000).unwrap();
        let found: Vec<f32> = bytemuck::pod_collect_to_vec(&bytes);
        for channel in 0..2 {
            let wanted = reference::generate(&generator, 7, channel, 39 * 175, 1000);
            for (at, wanted) in wanted.iter().enumerate() {
                let found = f64::from(found[1000 * channel as usize + at]);
                assert!((found - wanted).abs() < 2e-5, "{form:?} {channel} {at}: {found} against {wanted}");
            }
        }
    }
}

#[test]
fn excluded_samples_are_as_if_they_were_not_there() {
    let samples = 640;
    let channels = three_channels(samples);
    let mut recording = input(RATE, &channels);
    let is_out = |channel: usize, at: usize| channel > 0 && (100..140).contains(&(at / channel)) || at == 639;
    let mut bits = vec![0_u32; 3 * 20];
    for (channel, at) in (0..3).flat_map(|channel| (0..samples).map(move |at| (channel, at))) {
        bits[channel * 20 + at / 32] |= u32::from(is_out(channel, at)) << (at % 32);
    }
    recording.excluded = Some(bits.into());
    for (method, kind) in
        [(Method::Tort, Surrogate::TimeLag), (Method::MeanVectorLength, Surrogate::TrialPermutation(5))]
    {
        let model =
            PacModel { method, surrogates: 3, surrogate: kind, ..model(samples as f64 / RATE, &PHASE, &AMPLITUDE) };
        for setting in settings(&model, &recording) {
            if setting.names(&toggles()).contains(&"half_amplitude") {
                continue;
            }
            let (mut driver, _events) = driver(&model, Some(recording.clone()), setting);
            driver.run_to(1).unwrap();
            let (found, z) = (read(&driver, "map"), read(&driver, "z"));
            let mut at = 0;
            for (channel, signal) in channels.iter().enumerate() {
                let keep = |values: &[f64]| -> Vec<f64> {
                    (0..samples).filter(|at| !is_out(channel, *at)).map(|at| values[at]).collect()
                };
                let (phases, amplitudes) = analysed(signal, Filter::Spectral);
                for amplitude in &amplitudes {
                    for phase in &phases {
                        let (phase, amplitude) = (keep(phase), keep(amplitude));
                        let wanted = coupling(method, &phase, &amplitude, &[1.0; BINS]);
                        assert_near(&found[at..=at], &[wanted], 2e-4, &format!("{method:?} {setting:?} {channel}"));
                        let moved = (0..3).map(|number| {
                            coupling(method, &phase, &reference::moved(kind, 7, number, &amplitude), &[1.0; BINS])
                        });
                        let wanted = reference::z(wanted, &moved.collect::<Vec<_>>());
                        assert!((z[at] - wanted).abs() < 3e-2 * (1.0 + wanted.abs()), "{} against {wanted}", z[at]);
                        at += 1;
                    }
                }
            }
        }
    }
}
