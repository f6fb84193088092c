//! Errors of means over correlated values, as those of a Markov chain are.
//!
//! Neighbours are averaged again and again, so that the values become independent of each other and the error of their
//! mean no longer grows: a plateau (Flyvbjerg and Petersen, Journal of Chemical Physics 91, 1989; Ambegaokar and Troyer,
//! American Journal of Physics 78, 2010). Where none is reached the series is too short, and the error is a lower bound.

/// Fewest bins of which an error is taken: it is then known to 13 %.
const FEWEST: usize = 32;

/// Standard deviations by which a level has to be above another one to count as above it.
const SURE: f64 = 2.0;

/// The mean of a correlated series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binned {
    /// The mean.
    pub mean: f64,
    /// Its standard error: that of the plateau's second level, for the first may still lie a little below.
    pub error: f64,
    /// The integrated autocorrelation time τ in steps of the series, by error² = (error of independent values)² · (1 + 2τ).
    pub time: f64,
    /// Whether a plateau was reached; otherwise error and time are lower bounds.
    pub plateau: bool,
}

/// An error at one size of bins, and what it is known to.
#[derive(Clone, Copy)]
struct Level {
    error: f64,
    doubt: f64,
}

/// Of a series in the order in which it was taken; `None` for fewer than two values.
pub fn binned(series: &[f64]) -> Option<Binned> {
    if series.len() < 2 {
        return None;
    }
    let mean = mean(series);
    let mut levels = vec![level(series)];
    let mut bins = series.to_vec();
    while bins.len() / 2 >= FEWEST {
        bins = bins.chunks_exact(2).map(|two| 0.5 * (two[0] + two[1])).collect();
        levels.push(level(&bins));
    }
    // The first level that no later one is above by more than chance.
    let rests = |at: &usize| {
        let here = levels[*at];
        levels[at + 1..].iter().all(|later| later.error - here.error <= SURE * later.doubt.hypot(here.doubt))
    };
    let start = (0..levels.len()).find(rests).unwrap_or(0);
    let error = levels[(start + 1).min(levels.len() - 1)].error;
    let plain = levels[0].error;
    let time = if plain > 0.0 { (0.5 * ((error / plain).powi(2) - 1.0)).max(0.0) } else { 0.0 };
    // One level that rests because none comes after it says nothing.
    Some(Binned { mean, error, time, plateau: start + 2 < levels.len() })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn level(bins: &[f64]) -> Level {
    let (count, mean) = (bins.len() as f64, mean(bins));
    let variance = bins.iter().map(|bin| (bin - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let error = (variance / count).sqrt();
    Level { error, doubt: error / (2.0 * (count - 1.0)).sqrt() }
}

/// A function of the means of x, x² and x⁴, with its error by a jackknife over 32 bins and its bias of first order taken
/// away; `None` for fewer values than bins.
pub fn jackknifed(series: &[f64], of: impl Fn([f64; 3]) -> f64) -> Option<(f64, f64)> {
    let long = series.len() / FEWEST;
    if long == 0 {
        return None;
    }
    // What fills no bin is left out at the beginning, which is nearest to the start.
    let used = &series[series.len() - long * FEWEST..];
    let moments = |values: &[f64]| {
        values.iter().fold([0.0; 3], |[one, two, four], x| {
            let square = x * x;
            [one + x, two + square, four + square * square]
        })
    };
    let bins: Vec<[f64; 3]> = used.chunks_exact(long).map(moments).collect();
    let all = bins.iter().fold([0.0; 3], |sum, bin| [0, 1, 2].map(|at| sum[at] + bin[at]));
    let count = FEWEST as f64;
    let whole = of(all.map(|sum| sum / used.len() as f64));
    let rest = (used.len() - long) as f64;
    let left: Vec<f64> = bins.iter().map(|bin| of([0, 1, 2].map(|at| (all[at] - bin[at]) / rest))).collect();
    let centre = mean(&left);
    let spread: f64 = left.iter().map(|value| (value - centre).powi(2)).sum();
    Some((count * whole - (count - 1.0) * centre, (spread * (count - 1.0) / count).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::{Draws, Generator, uniform};

    /// x ← φ x + noise: 1 + 2τ = (1 + φ) / (1 − φ), variance (noise's) / (1 − φ²).
    fn chain(phi: f64, length: usize, seed: u32) -> Vec<f64> {
        let draws = Draws { generator: Generator::Strict, seed };
        let mut x = 0.0;
        (0..length)
            .map(|step| {
                let words = draws.words(step as u32, 0, 0);
                let noise: f64 = words.iter().map(|word| uniform(*word) - 0.5).sum();
                x = phi * x + noise;
                x
            })
            .collect()
    }

    #[test]
    fn the_time_of_a_chain_with_a_known_one_is_found_and_its_error_with_it() {
        for phi in [0.0, 0.5, 0.9] {
            let (length, factor) = (1 << 16, (1.0 + phi) / (1.0 - phi));
            // Four uniforms have a variance of ⅓.
            let wanted = (factor / (3.0 * (1.0 - phi * phi)) / length as f64).sqrt();
            for seed in 0..4 {
                let found = binned(&chain(phi, length, seed)).unwrap();
                assert!(found.plateau, "φ = {phi}: {found:?}");
                assert!((0.85..1.15).contains(&(found.error / wanted)), "φ = {phi}: {found:?}, {wanted}");
                assert!(found.mean.abs() < 4.0 * wanted, "φ = {phi}: {found:?}");
                let time = 0.5 * (factor - 1.0);
                assert!((found.time - time).abs() < 0.05 + 0.25 * time, "φ = {phi}: {found:?}, {time}");
            }
        }
    }

    #[test]
    fn a_series_that_is_too_short_for_its_time_says_so() {
        assert!(!binned(&chain(0.999, 500, 1)).unwrap().plateau);
        // A drift has no error at all.
        let drift: Vec<f64> = (0..4096).map(f64::from).collect();
        assert!(!binned(&drift).unwrap().plateau);
        assert!(!binned(&[1.0, 2.0, 3.0]).unwrap().plateau);
        assert_eq!(binned(&[1.0]), None);
        let still = binned(&[2.0; 256]).unwrap();
        assert_eq!((still.mean, still.error, still.time, still.plateau), (2.0, 0.0, 0.0, true));
    }

    #[test]
    fn a_jackknife_gives_the_error_of_a_mean_and_takes_the_bias_of_a_variance_away() {
        let series = chain(0.0, 1 << 14, 5);
        let (mean, error) = jackknifed(&series, |[one, _, _]| one).unwrap();
        let plain = binned(&series).unwrap();
        assert!((mean - plain.mean).abs() < 1e-12 && (0.7..1.4).contains(&(error / plain.error)), "{error} {plain:?}");
        let variance = |[one, two, _]: [f64; 3]| two - one * one;
        // As by n − 1 instead of n.
        let few = &series[..32];
        let mean = few.iter().sum::<f64>() / 32.0;
        let unbiased = few.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 31.0;
        let (found, _) = jackknifed(few, variance).unwrap();
        assert!((found - unbiased).abs() < 1e-12, "{found} {unbiased}");
        let (found, error) = jackknifed(&series, variance).unwrap();
        assert!((found - 1.0 / 3.0).abs() < 4.0 * error && error < 0.01, "{found} ± {error}");
        assert_eq!(jackknifed(&series[..31], variance), None);
    }
}
