//! Nodes, draws and the sum of the waves.

use crate::sim::mobius::constants::{FREQUENCY_QUANTUM, ROUNDS, SOFTENING, draw};
use crate::sim::random::Draws;
use rayon::prelude::*;
use std::f64::consts::{PI, TAU};

/// A source: where it is, its amplitude, its phase at t = 0 in rad, its frequency in rad/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    /// x, y, z.
    pub place: [f64; 3],
    /// Amplitude.
    pub amplitude: f64,
    /// Phase.
    pub phase: f64,
    /// Frequency.
    pub frequency: f64,
}

/// Node i of the published helix of N nodes: u = 2π i / N, θ = π (1 + cos u), φ = w u + τ θ + u / 2.
pub fn helix(node: u32, nodes: u32, windings: f64, torsion: f64) -> [f64; 3] {
    let u = TAU * f64::from(node) / f64::from(nodes);
    let theta = PI * (1.0 + u.cos());
    let phi = windings * u + torsion * theta + 0.5 * u;
    [theta.sin() * phi.cos(), theta.sin() * phi.sin(), theta.cos()]
}

/// Σ A e^{i (phase + f t − k d)} / d with d the distance and 0.05, as real and imaginary part.
pub fn complex_sum(at: [f64; 3], sources: &[Source], wavenumber: f64, seconds: f64) -> [f64; 2] {
    let mut sum = [0.0; 2];
    for source in sources {
        let squares: f64 = at.iter().zip(source.place).map(|(a, b)| (a - b).powi(2)).sum();
        let distance = squares.sqrt() + SOFTENING;
        let angle = source.phase + source.frequency * seconds - wavenumber * distance;
        sum[0] += source.amplitude * angle.cos() / distance;
        sum[1] += source.amplitude * angle.sin() / distance;
    }
    sum
}

/// The same at many places.
pub fn complex_sums(places: &[[f64; 3]], sources: &[Source], wavenumber: f64, seconds: f64) -> Vec<[f64; 2]> {
    places.par_iter().map(|at| complex_sum(*at, sources, wavenumber, seconds)).collect()
}

/// Phase in turns and frequency in rad/s of a node at the start.
pub fn drawn(draws: Draws, node: u32) -> (f64, f64) {
    let (counter, lane) = (node / 4, node as usize % 4);
    let turns = draws.uniforms(0, draw::PHASES, counter)[lane];
    let frequency = 1.5 + 0.3 * draws.normals(0, draw::FREQUENCIES, counter)[lane];
    (turns, (frequency / FREQUENCY_QUANTUM).round() * FREQUENCY_QUANTUM)
}

/// Where a permutation of 0..count takes a place: six rounds that add a draw of one half of the place's bits to the other,
/// again and again until it is back in the range.
pub fn permuted(draws: Draws, cycle: u32, operation: u32, place: u32, count: u32) -> u32 {
    let mut bits = 2;
    while (1_u64 << bits) < u64::from(count) {
        bits += 1;
    }
    let (low_size, high_size) = (1_u32 << (bits / 2), 1_u32 << (bits - bits / 2));
    let mut at = place;
    loop {
        let (mut high, mut low) = (at / low_size, at % low_size);
        for round in 0..ROUNDS {
            if round % 2 == 0 {
                high ^= (draws.words(cycle, operation + round, low)[0] >> 8) % high_size;
            } else {
                low ^= (draws.words(cycle, operation + round, high)[0] >> 8) % low_size;
            }
        }
        at = high * low_size + low;
        if at < count {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Generator;

    #[test]
    fn every_place_is_taken_once() {
        let draws = Draws { generator: Generator::Fast, seed: 3 };
        for count in [2, 3, 16, 17, 1000, 8000] {
            let mut taken: Vec<u32> = (0..count).map(|place| permuted(draws, 5, draw::SAMPLES, place, count)).collect();
            taken.sort_unstable();
            assert!(taken.iter().copied().eq(0..count), "{count}");
        }
    }

    #[test]
    fn the_first_places_are_spread_evenly() {
        // χ² of the first 500 of 8,000 in 16 equal parts over 200 cycles: expected 15 (1 − M/N), and rarely beyond 40.
        let draws = Draws { generator: Generator::Fast, seed: 9 };
        let mut counts = [0_f64; 16];
        for cycle in 1..=200 {
            for place in 0..500 {
                counts[permuted(draws, cycle, draw::SAMPLES, place, 8000) as usize / 500] += 1.0;
            }
        }
        let expected = 200.0 * 500.0 / 16.0;
        let chi: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
        assert!(chi < 40.0, "{chi}");
    }

    #[test]
    fn one_source_alone_is_a_spherical_wave() {
        let source = Source { place: [0.0; 3], amplitude: 2.0, phase: 0.4, frequency: 1.5 };
        let wavenumber = 3.0;
        let at = |x: f64, t: f64| complex_sum([x, 0.0, 0.0], &[source], wavenumber, t);
        let angle = |[real, imaginary]: [f64; 2]| imaginary.atan2(real);
        // A wavelength further on the phase is the same, and the magnitude falls as 1 / d.
        let length = TAU / wavenumber;
        assert!((angle(at(0.3, 0.0)) - angle(at(0.3 + length, 0.0))).abs() < 1e-12);
        let magnitude = |[real, imaginary]: [f64; 2]| real.hypot(imaginary);
        assert!((magnitude(at(0.3, 7.0)) - 2.0 / 0.35).abs() < 1e-12);
        // The crest goes outwards with f / k.
        assert!((angle(at(0.3, 0.0)) - angle(at(0.3 + 0.2 * 1.5 / wavenumber, 0.2))).abs() < 1e-12);
    }
}
