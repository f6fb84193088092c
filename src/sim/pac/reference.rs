//! The same analysis in f64, written for reading: filters by convolution in time or by sums over bins, no transform that is
//! fast, no order of samples. Tests alone use it.

use super::bands::{Band, Side};
use super::filters::{self, Filter};
use super::fourier::fast_length;
use super::params::{BINS, Form, GeneratorModel, Method, Surrogate};
use super::surrogates::{part_moved, permuted};
use crate::sim::random::{Draws, Generator};
use std::f64::consts::{PI, TAU};

/// A complex number.
pub type Complex = [f64; 2];

/// Σ x[n] e^(−2πi k n / N) for every k, or with e^(+…) and divided by N.
pub fn transform(signal: &[Complex], is_inverse: bool) -> Vec<Complex> {
    let count = signal.len();
    let roots: Vec<Complex> = (0..count)
        .map(|k| {
            let (sine, cosine) = (TAU * k as f64 / count as f64).sin_cos();
            [cosine, if is_inverse { sine } else { -sine }]
        })
        .collect();
    let factor = if is_inverse { 1.0 / count as f64 } else { 1.0 };
    (0..count)
        .map(|k| {
            let mut sum = [0.0; 2];
            for (n, value) in signal.iter().enumerate() {
                let root = roots[k * n % count];
                sum[0] += value[0] * root[0] - value[1] * root[1];
                sum[1] += value[0] * root[1] + value[1] * root[0];
            }
            [factor * sum[0], factor * sum[1]]
        })
        .collect()
}

/// The analytic signal of a real one, as scipy's `hilbert` of a fast length gives it.
pub fn hilbert(signal: &[f64]) -> Vec<Complex> {
    let length = fast_length(signal.len());
    let mut padded: Vec<Complex> = signal.iter().map(|value| [*value, 0.0]).collect();
    padded.resize(length, [0.0; 2]);
    let mut spectrum = transform(&padded, false);
    for (bin, value) in spectrum.iter_mut().enumerate() {
        let factor = match bin {
            0 => 1.0,
            _ if 2 * bin == length => 1.0,
            _ if 2 * bin < length => 2.0,
            _ => 0.0,
        };
        *value = value.map(|part| factor * part);
    }
    let mut analytic = transform(&spectrum, true);
    analytic.truncate(signal.len());
    analytic
}

/// scipy's `filtfilt` of a filter without feedback, with an odd extension by its order: step by step, with the initial
/// state of a signal that has always been its first value.
pub fn filtfilt(taps: &[f64], signal: &[f64]) -> Vec<f64> {
    let order = taps.len() - 1;
    let last = signal.len() - 1;
    let before = (1..=order).rev().map(|at| 2.0 * signal[0] - signal[at]);
    let after = (1..=order).map(|at| 2.0 * signal[last] - signal[last - at]);
    let extended: Vec<f64> = before.chain(signal.iter().copied()).chain(after).collect();
    let filter = |signal: &[f64]| -> Vec<f64> {
        let at = |index: usize, tap: usize| index.checked_sub(tap).map_or(signal[0], |place| signal[place]);
        (0..signal.len())
            .map(|index| taps.iter().enumerate().map(|(tap, value)| value * at(index, tap)).sum())
            .collect()
    };
    let mut back = filter(&extended);
    back.reverse();
    let mut both = filter(&back);
    both.reverse();
    both[order..order + signal.len()].to_vec()
}

/// Forwards and backwards with zeros beyond the signal.
fn both_ways_with_zeros(taps: &[f64], signal: &[f64]) -> Vec<f64> {
    let reach = taps.len();
    let mut padded = vec![0.0; reach];
    padded.extend_from_slice(signal);
    padded.resize(signal.len() + 2 * reach, 0.0);
    let get =
        |signal: &[f64], at: isize| usize::try_from(at).ok().and_then(|at| signal.get(at)).copied().unwrap_or(0.0);
    let forward: Vec<f64> = (0..padded.len() as isize)
        .map(|at| taps.iter().enumerate().map(|(tap, value)| value * get(&padded, at - tap as isize)).sum())
        .collect();
    (reach as isize..(reach + signal.len()) as isize)
        .map(|at| taps.iter().enumerate().map(|(tap, value)| value * get(&forward, at + tap as isize)).sum())
        .collect()
}

/// The analytic signal of one band. `all` are the bands of both sides, which gPAC's filters depend on.
pub fn analytic(signal: &[f64], rate: f64, band: Band, side: Side, filter: Filter, all: &[Band]) -> Vec<Complex> {
    match filter {
        Filter::Spectral => raised_cosine(signal, rate, band),
        Filter::Fir => {
            let (order, _) = filters::fir_order(rate, signal.len(), band, side);
            hilbert(&filtfilt(&filters::fir(order, band, rate), signal))
        }
        Filter::Gpac => {
            let taps = filters::gpac(band, rate, filters::gpac_taps(all.iter(), rate));
            hilbert(&both_ways_with_zeros(&taps, signal))
        }
    }
}

/// A band with raised-cosine edges, a quarter of its width to either side of each.
fn raised_cosine(signal: &[f64], rate: f64, band: Band) -> Vec<Complex> {
    let length = fast_length(signal.len());
    let mut padded: Vec<Complex> = signal.iter().map(|value| [*value, 0.0]).collect();
    padded.resize(length, [0.0; 2]);
    let mut spectrum = transform(&padded, false);
    let edge = 0.25 * (band.high - band.low);
    let rise = |x: f64| 0.5 - 0.5 * (PI * x.clamp(0.0, 1.0)).cos();
    for (bin, value) in spectrum.iter_mut().enumerate() {
        let f = bin as f64 * rate / length as f64;
        let up = rise((f - band.low + edge) / (2.0 * edge));
        let down = rise((band.high + edge - f) / (2.0 * edge));
        let factor = if bin > 0 && 2 * bin < length { 2.0 * up * down } else { 0.0 };
        *value = value.map(|part| factor * part);
    }
    let mut analytic = transform(&spectrum, true);
    analytic.truncate(signal.len());
    analytic
}

/// The phase, −π to π.
pub fn phase(analytic: &[Complex]) -> Vec<f64> {
    analytic.iter().map(|[re, im]| im.atan2(*re)).collect()
}

/// The amplitude.
pub fn amplitude(analytic: &[Complex]) -> Vec<f64> {
    analytic.iter().map(|[re, im]| re.hypot(*im)).collect()
}

/// Which of 18 bins a phase falls in.
pub fn bin_of(phase: f64) -> usize {
    (((phase + PI) / TAU * BINS as f64).floor().max(0.0) as usize).min(BINS - 1)
}

/// Counts of the bins of a phase.
pub fn counts(phase: &[f64]) -> [f64; BINS] {
    let mut counts = [0.0; BINS];
    phase.iter().for_each(|phase| counts[bin_of(*phase)] += 1.0);
    counts
}

/// Coupling of one pair. `pooled` are the counts of the bins over all phase bands and channels.
pub fn coupling(method: Method, phase: &[f64], amplitude: &[f64], pooled: &[f64; BINS]) -> f64 {
    let count = phase.len() as f64;
    let own = counts(phase);
    let weights = match method {
        Method::Tort | Method::HeightsRatio => own,
        Method::Tensorpac | Method::TensorpacHeightsRatio => *pooled,
        _ => [1.0; BINS],
    };
    match method {
        Method::MeanVectorLength => direction_sum(phase, amplitude) / count,
        Method::NormalisedDirect => {
            let mean = amplitude.iter().sum::<f64>() / count;
            let variance = amplitude.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
            let normal: Vec<f64> = amplitude.iter().map(|value| (value - mean) / variance.sqrt()).collect();
            let sum = direction_sum(phase, &normal);
            // erfinv(0.95) = 1.385903824349678
            if sum * sum <= 2.0 * count * 1.385_903_824_349_678_f64.powi(2) { 0.0 } else { sum / count }
        }
        Method::PhaseLocking => {
            let other = self::phase(&hilbert(amplitude));
            let difference: Vec<f64> = phase.iter().zip(other).map(|(phase, other)| phase - other).collect();
            direction_sum(&difference, &vec![1.0; phase.len()]) / count
        }
        Method::GpacSoft => entropy_index(&soft_sums(phase, amplitude)),
        _ => {
            let mut means = [0.0; BINS];
            phase.iter().zip(amplitude).for_each(|(phase, value)| means[bin_of(*phase)] += value);
            for (mean, count) in means.iter_mut().zip(weights) {
                *mean = if count == 0.0 { 0.0 } else { *mean / count };
            }
            match method {
                Method::HeightsRatio | Method::TensorpacHeightsRatio => {
                    let highest = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let lowest = means.iter().copied().fold(f64::INFINITY, f64::min);
                    (highest - lowest) / highest
                }
                _ => entropy_index(&means),
            }
        }
    }
}

/// |Σ A e^(iφ)|.
fn direction_sum(phase: &[f64], amplitude: &[f64]) -> f64 {
    let [re, im] = phase.iter().zip(amplitude).fold([0.0; 2], |[re, im], (phase, value)| {
        let (sine, cosine) = phase.sin_cos();
        [re + value * cosine, im + value * sine]
    });
    re.hypot(im)
}

/// 1 + Σ P ln P / ln 18 of heights that are made a distribution; an empty bin adds nothing.
pub fn entropy_index(heights: &[f64; BINS]) -> f64 {
    let total: f64 = heights.iter().sum();
    let terms = heights.iter().map(|height| height / total).filter(|p| *p > 0.0).map(|p| p * p.ln());
    1.0 + terms.sum::<f64>() / (BINS as f64).ln()
}

/// Sums over gPAC's soft bins: softmax over the bins of −|distance| / 0.01.
fn soft_sums(phase: &[f64], amplitude: &[f64]) -> [f64; BINS] {
    let mut sums = [0.0; BINS];
    for (phase, value) in phase.iter().zip(amplitude) {
        let distances: Vec<f64> = (0..BINS)
            .map(|bin| {
                let centre = -PI + (bin as f64 + 0.5) * TAU / BINS as f64;
                let apart = (phase - centre).rem_euclid(TAU);
                apart.min(TAU - apart)
            })
            .collect();
        let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
        let weights: Vec<f64> = distances.iter().map(|distance| (-(distance - nearest) / 0.01).exp()).collect();
        let total: f64 = weights.iter().sum();
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += value * weight / total;
        }
    }
    sums
}

/// The amplitudes that a surrogate holds against the phase.
pub fn moved(kind: Surrogate, seed: u32, surrogate: u32, amplitude: &[f64]) -> Vec<f64> {
    let count = amplitude.len();
    match kind {
        Surrogate::TimeLag | Surrogate::BlockSwap => {
            // In f32, as the device rounds it: a place is a place.
            let part = part_moved(kind, seed, surrogate) * (count as f32 - 1.0);
            let shift = (1 + part as usize).min(count - 1);
            (0..count).map(|at| amplitude[(at + shift) % count]).collect()
        }
        Surrogate::TrialPermutation(trials) => {
            let from = permuted(trials, seed, surrogate);
            let trial = count / trials as usize;
            (0..count)
                .map(|at| match from.get(at / trial.max(1)) {
                    Some(from) => amplitude[*from as usize * trial + at % trial],
                    None => amplitude[at],
                })
                .collect()
        }
    }
}

/// z of an observed value against surrogates, with the standard deviation of all of them.
pub fn z(observed: f64, surrogates: &[f64]) -> f64 {
    let count = surrogates.len() as f64;
    let mean = surrogates.iter().sum::<f64>() / count;
    let variance = surrogates.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (observed - mean) / variance.sqrt()
}

/// A generated signal from its sample `first` on.
pub fn generate(of: &GeneratorModel, seed: u32, channel: u32, first: u64, count: usize) -> Vec<f64> {
    let draws = Draws { generator: Generator::Fast, seed };
    (first..first + count as u64)
        .map(|sample| {
            let time = sample as f64 / of.rate;
            let slow = (TAU * (of.slow * time + 0.1 * f64::from(channel))).sin();
            let fast = (TAU * of.fast * time).sin();
            let (index, lane) = ((sample / 4) as u32, (sample % 4) as usize);
            match of.form {
                Form::Gpac => {
                    let noise = draws.normals(channel, 40, index)[lane];
                    slow + (0.5 + 0.5 * of.strength * slow) * fast + of.noise * noise
                }
                Form::Tort => {
                    let chi = 1.0 - of.strength;
                    let noise = draws.uniforms(channel, 40, index)[lane];
                    slow + 0.5 * ((1.0 - chi) * slow + 1.0 + chi) * fast + of.noise * noise
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A phase that is slower on one side, and an amplitude that does not care.
    fn uneven(samples: usize) -> (Vec<f64>, Vec<f64>) {
        let phase = (0..samples).map(|at| {
            let even = TAU * 5.0 * at as f64 / 5120.0;
            let angle = even + 0.6 * even.sin();
            (angle + PI).rem_euclid(TAU) - PI
        });
        let draws = Draws { generator: Generator::Fast, seed: 3 };
        let amplitude = (0..samples).map(|at| 1.0 + 0.1 * draws.normals(0, 0, at as u32)[0]);
        (phase.collect(), amplitude.collect())
    }

    #[test]
    fn sums_find_a_coupling_that_is_not_there_and_means_do_not() {
        let (phase, amplitude) = uneven(51_200);
        let pooled = counts(&phase);
        let of = |method| coupling(method, &phase, &amplitude, &pooled);
        assert!(of(Method::Tort) < 2e-5, "{}", of(Method::Tort));
        assert!((of(Method::GpacSum) - 0.0354).abs() < 5e-4, "{}", of(Method::GpacSum));
        assert!((of(Method::GpacSoft) - 0.0354).abs() < 5e-4, "{}", of(Method::GpacSoft));
        // TensorPAC's counts over even bands beside it.
        let beside = pooled.map(|own| own + 9.0 * 51_200.0 / 18.0);
        let found = coupling(Method::Tensorpac, &phase, &amplitude, &beside);
        assert!((found - 0.0276).abs() < 2e-3, "{found}");
    }

    #[test]
    fn with_an_even_phase_sums_and_means_agree_with_the_published_value() {
        let samples = 18 * 2000;
        let phase: Vec<f64> = (0..samples).map(|at| TAU * (f64::from(at) + 0.5) / f64::from(samples) - PI).collect();
        let amplitude: Vec<f64> = phase.iter().map(|phase| 1.0 + 0.5 * phase.cos()).collect();
        let pooled = counts(&phase);
        for method in [Method::Tort, Method::GpacSum, Method::Tensorpac] {
            let found = coupling(method, &phase, &amplitude, &pooled);
            assert!((found - 0.02213).abs() < 2e-4, "{method:?}: {found}");
        }
    }

    #[test]
    fn a_flat_distribution_has_no_coupling_and_one_bin_has_all() {
        assert!(entropy_index(&[0.25; BINS]).abs() < 1e-12);
        let mut one = [0.0; BINS];
        one[4] = 2.0;
        assert!((entropy_index(&one) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_hilbert_transform_turns_a_cosine_into_a_circle() {
        let signal: Vec<f64> = (0..120).map(|at| (TAU * 7.0 * f64::from(at) / 120.0).cos()).collect();
        for (at, [re, im]) in hilbert(&signal).into_iter().enumerate() {
            assert!((re - signal[at]).abs() < 1e-12 && (re.hypot(im) - 1.0).abs() < 1e-12);
        }
    }
}
