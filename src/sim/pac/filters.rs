//! Filters as weights of a spectrum's bins.

use super::bands::{Band, Side};
use super::fourier::power_response;
use serde::{Deserialize, Serialize};
use std::f64::consts::{PI, TAU};

/// How bands are filtered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Filter {
    /// A band with raised-cosine edges: filter and Hilbert transform are one inverse transform.
    #[default]
    Spectral,
    /// TensorPAC's: a windowed ideal band-pass, forwards and backwards, then a Hilbert transform of its own.
    Fir,
    /// gPAC's: the later half of a Butterworth filter's impulse response, forwards and backwards. With zeros beyond the
    /// window and without gPAC's cut between both directions, which shows at the window's edges alone.
    Gpac,
}

/// The weights of a band: those of the bins from `first` on; all others are zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The first bin.
    pub first: usize,
    /// The weights.
    pub weights: Vec<f64>,
}

/// Width of a raised-cosine edge over the band's width, on either side of the edge.
const EDGE: f64 = 0.25;

/// One-sided weights of a band with raised-cosine edges: 2 inside, 0 outside, 1/2 of amplitude at each edge.
pub fn spectral(band: Band, rate: f64, length: usize) -> Response {
    let edge = EDGE * (band.high - band.low);
    let step = rate / length as f64;
    let first = (((band.low - edge) / step).floor().max(0.0) as usize).max(1);
    // Below half the rate: what a one-sided spectrum has.
    let last = ((((band.high + edge) / step).ceil()) as usize).min(length.div_ceil(2).saturating_sub(1)).max(first);
    let weight = |bin: usize| {
        let f = bin as f64 * step;
        let up = ((f - (band.low - edge)) / (2.0 * edge)).clamp(0.0, 1.0);
        let down = (((band.high + edge) - f) / (2.0 * edge)).clamp(0.0, 1.0);
        2.0 * (0.5 * PI * up).sin().powi(2) * (0.5 * PI * down).sin().powi(2)
    };
    Response { first, weights: (first..=last).map(weight).collect() }
}

/// Order of TensorPAC's filter of a band: `cycles` periods of the lower edge, three for phase and six for amplitude, or
/// what a short window leaves of it.
pub fn fir_order(rate: f64, window: usize, band: Band, side: Side) -> (usize, bool) {
    let cycles = match side {
        Side::Phase => 3,
        Side::Amplitude => 6,
    };
    let order = cycles * (rate / band.low).floor() as usize;
    if window < 3 * order { (window.saturating_sub(1) / 3, true) } else { (order, false) }
}

/// The band-pass of scipy's `firwin(order + 1, band, window='hamming', pass_zero=False, scale=True)`: an ideal one under a
/// Hamming window, with a gain of 1 at the middle of the band.
pub fn fir(order: usize, band: Band, rate: f64) -> Vec<f64> {
    let [low, high] = [band.low, band.high].map(|edge| 2.0 * edge / rate);
    let middle = 0.5 * order as f64;
    let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
    let mut taps: Vec<f64> = (0..=order)
        .map(|tap| {
            let at = tap as f64 - middle;
            let window = if order == 0 { 1.0 } else { 0.54 - 0.46 * (TAU * tap as f64 / order as f64).cos() };
            window * (high * sinc(high * at) - low * sinc(low * at))
        })
        .collect();
    let centre = 0.5 * (low + high);
    let gain: f64 =
        taps.iter().enumerate().map(|(tap, value)| value * (PI * centre * (tap as f64 - middle)).cos()).sum();
    taps.iter_mut().for_each(|tap| *tap /= gain);
    taps
}

/// One-sided weights of a filter's coefficients forwards and backwards.
pub fn forwards_and_backwards(coefficients: &[f64], length: usize) -> Response {
    let weights = power_response(coefficients, length)
        .into_iter()
        .enumerate()
        .map(|(bin, power)| if bin == 0 || 2 * bin == length { power } else { 2.0 * power })
        .collect();
    Response { first: 0, weights }
}

/// gPAC's taps for a band: a Butterworth band-pass of order 4 answers an impulse in the middle of so many samples, and what
/// fits behind it is divided by its largest value.
pub fn gpac(band: Band, rate: f64, taps: usize) -> Vec<f64> {
    let sections = butterworth(band, rate);
    let middle = taps / 2;
    let mut response = vec![0.0; taps];
    if let Some(slot) = response.get_mut(middle) {
        *slot = 1.0;
    }
    for section in sections {
        let [mut first, mut second] = [0.0; 2];
        for value in &mut response {
            let input = *value;
            let output = section.b[0] * input + first;
            first = section.b[1] * input - section.a[0] * output + second;
            second = section.b[2] * input - section.a[1] * output;
            *value = output;
        }
    }
    let largest = response.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    response.iter_mut().for_each(|value| *value /= largest);
    response
}

/// Taps of gPAC's filters: four periods of the lowest edge of all bands, made odd.
pub fn gpac_taps<'a>(bands: impl Iterator<Item = &'a Band>, rate: f64) -> usize {
    let lowest = bands.fold(f64::INFINITY, |lowest, band| lowest.min(band.low));
    (4.0 * rate / lowest) as usize | 1
}

/// A section of second order: b₀ + b₁ z⁻¹ + b₂ z⁻² over 1 + a₁ z⁻¹ + a₂ z⁻².
#[derive(Clone, Copy, Debug)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
}

/// A Butterworth band-pass of order 4 (so of degree 8), by the bilinear transform with its edges in place.
fn butterworth(band: Band, rate: f64) -> Vec<Section> {
    const ORDER: usize = 4;
    let [low, high] = [band.low, band.high].map(|edge| 2.0 * rate * (PI * edge / rate).tan());
    let (centre, width) = ((low * high).sqrt(), high - low);
    let mut sections = Vec::new();
    for k in 0..ORDER / 2 {
        // A pole of the prototype in the upper half plane: both of the band's poles that come of it, with their
        // conjugates, are a section each.
        let angle = PI * (2.0 * k as f64 + 1.0) / (2.0 * ORDER as f64) + 0.5 * PI;
        let half = [0.5 * width * angle.cos(), 0.5 * width * angle.sin()];
        let root = complex_root([half[0] * half[0] - half[1] * half[1] - centre * centre, 2.0 * half[0] * half[1]]);
        for sign in [1.0, -1.0] {
            let pole = [half[0] + sign * root[0], half[1] + sign * root[1]];
            let (re, im) = bilinear(pole, rate);
            let a = [-2.0 * re, re * re + im * im];
            // Zeros at z = 1 and z = -1; gain 1 at the centre.
            let at = 2.0 * (centre / (2.0 * rate)).atan();
            let gain = magnitude([1.0, a[0], a[1]], at) / magnitude([1.0, 0.0, -1.0], at);
            sections.push(Section { b: [gain, 0.0, -gain], a });
        }
    }
    sections
}

fn bilinear([re, im]: [f64; 2], rate: f64) -> (f64, f64) {
    let double = 2.0 * rate;
    let (above, below) = ([double + re, im], [double - re, -im]);
    let norm = below[0] * below[0] + below[1] * below[1];
    ((above[0] * below[0] + above[1] * below[1]) / norm, (above[1] * below[0] - above[0] * below[1]) / norm)
}

/// The square root in the right half plane.
fn complex_root([re, im]: [f64; 2]) -> [f64; 2] {
    let length = re.hypot(im);
    let real = (0.5 * (length + re)).max(0.0).sqrt();
    [real, (0.5 * (length - re)).max(0.0).sqrt().copysign(im)]
}

/// |c₀ + c₁ z⁻¹ + c₂ z⁻²| on the unit circle.
fn magnitude(coefficients: [f64; 3], angle: f64) -> f64 {
    let sum = |part: fn(f64) -> f64| -> f64 {
        coefficients.iter().enumerate().map(|(power, value)| value * part(angle * power as f64)).sum()
    };
    sum(f64::cos).hypot(sum(f64::sin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fir_filter_is_scipys() {
        // scipy 1.17.1: firwin(13, [60, 80], window='hamming', pass_zero=False, scale=True, fs=512), the first seven taps.
        let wanted = [
            0.009746939496516815,
            -0.01682770693532875,
            -0.08900746654478571,
            -0.13934234272374452,
            -0.034946622218402265,
            0.19101858019203363,
            0.3124375416091162,
        ];
        let found = fir(12, Band { low: 60.0, high: 80.0 }, 512.0);
        for (at, wanted) in wanted.into_iter().enumerate() {
            assert!((found[at] - wanted).abs() < 1e-15, "tap {at}: {} against {wanted}", found[at]);
            assert!((found[12 - at] - wanted).abs() < 1e-15);
        }
    }

    #[test]
    fn the_order_is_tensorpacs_and_says_where_it_was_cut() {
        let band = |low| Band { low, high: low + 5.0 };
        assert_eq!(fir_order(512.0, 4096, band(2.0), Side::Phase), (768, false));
        assert_eq!(fir_order(512.0, 512, band(2.0), Side::Phase), (170, true));
        assert_eq!(fir_order(1250.0, 75_000, band(60.0), Side::Amplitude), (120, false));
    }

    #[test]
    fn gpacs_taps_are_an_impulse_response_of_scipys_butterworth() {
        // scipy 1.17.1: butter(4, [6, 10], 'band', fs=512) of an impulse at sample 512 of 1025, over its largest value.
        let found = gpac(Band { low: 6.0, high: 10.0 }, 512.0, 1025);
        assert!(found[..512].iter().all(|value| *value == 0.0));
        for (at, wanted) in [
            (513, 0.000150909584),
            (560, -0.231572213322),
            (600, -0.459348658663),
            (640, 0.993507321392),
            (700, 0.316098204918),
            (800, 0.197735364934),
            (1024, -0.013214431952),
        ] {
            assert!((found[at] - wanted).abs() < 1e-7, "tap {at}: {} against {wanted}", found[at]);
        }
    }

    #[test]
    fn a_spectral_band_is_two_inside_and_a_quarter_of_the_power_at_its_edges() {
        let response = spectral(Band { low: 8.0, high: 12.0 }, 512.0, 5120);
        let at = |hertz: f64| {
            let bin = (hertz * 10.0).round() as usize;
            bin.checked_sub(response.first).and_then(|at| response.weights.get(at)).copied().unwrap_or(0.0)
        };
        assert!((at(10.0) - 2.0).abs() < 1e-12 && (at(8.0) - 1.0).abs() < 1e-12 && (at(12.0) - 1.0).abs() < 1e-12);
        assert_eq!((at(6.9), at(13.1)), (0.0, 0.0));
        // Up to half the rate, and not beyond.
        let high = spectral(Band { low: 200.0, high: 255.0 }, 512.0, 512);
        assert_eq!(high.first + high.weights.len(), 256);
    }
}
