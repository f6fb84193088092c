//! Lengths, stages and tables of the transforms.
//!
//! Lengths have the prime factors 2, 3 and 5 alone, and stages the radices 8, 4, 2, 3 and 5, in place of powers of two:
//! parity with scipy's `hilbert` needs its own lengths to the sample, since the transform is circular, and the length of a
//! recording padded to a power of two would be up to twice as long.

use std::f64::consts::TAU;

/// The longest transform: what the kernels' divisions by multiplication are exact for.
pub const LONGEST: usize = 1 << 22;

/// The shortest length of at least `least` whose prime factors are 2, 3 and 5.
pub fn fast_length(least: usize) -> usize {
    let mut best = least.max(1).next_power_of_two();
    let mut fives = 1;
    while fives < best {
        let mut threes = fives;
        while threes < best {
            let twos = least.div_ceil(threes).max(1).next_power_of_two();
            best = best.min(threes * twos);
            threes *= 3;
        }
        fives *= 5;
    }
    best
}

/// The radices whose product is `length`, largest powers of two first; `length` has the prime factors 2, 3 and 5 alone.
pub fn radices(length: usize) -> Vec<u32> {
    let mut rest = length;
    let mut found = Vec::new();
    for radix in [8, 5, 3, 4, 2] {
        while rest.is_multiple_of(radix) && rest > 1 {
            // 16 as 4 · 4 is cheaper than as 8 · 2.
            if radix == 8 && rest.is_power_of_two() && rest == 16 {
                break;
            }
            found.push(radix as u32);
            rest /= radix;
        }
    }
    found
}

/// The divisor of `length` of at least `least` whose transform has the fewest stages, and of those the smallest: every
/// stage goes over all points, however few it transforms.
pub fn divisor(length: usize, least: usize) -> usize {
    let divisors = (least.max(1)..=length).filter(|candidate| length.is_multiple_of(*candidate));
    divisors.min_by_key(|divisor| (radices(*divisor).len(), *divisor)).unwrap_or(length)
}

/// e^(2πi k / length) for every k.
pub fn twiddles(length: usize) -> Vec<[f32; 2]> {
    let step = TAU / length as f64;
    (0..length)
        .map(|k| {
            let (sine, cosine) = (step * k as f64).sin_cos();
            [cosine as f32, sine as f32]
        })
        .collect()
}

/// |B(f)|² of a filter's coefficients at the bins 0 to `length` / 2 of a transform to `length` points: the response of the
/// filter forwards and backwards. By a recursive transform, since filters are as long as windows are.
pub fn power_response(coefficients: &[f64], length: usize) -> Vec<f64> {
    let mut signal: Vec<[f64; 2]> = coefficients.iter().map(|value| [*value, 0.0]).collect();
    signal.resize(length, [0.0; 2]);
    let roots: Vec<[f64; 2]> = (0..length)
        .map(|k| {
            let (sine, cosine) = (TAU * k as f64 / length as f64).sin_cos();
            [cosine, -sine]
        })
        .collect();
    let transformed = transform(&signal, 1, length, &roots);
    transformed.iter().take(length / 2 + 1).map(|[re, im]| re * re + im * im).collect()
}

/// The transform of every `stride`-th value, so many of them: decimation in time.
fn transform(values: &[[f64; 2]], stride: usize, count: usize, roots: &[[f64; 2]]) -> Vec<[f64; 2]> {
    if count == 1 {
        return values.first().map(|value| vec![*value]).unwrap_or_default();
    }
    let radix = [2, 3, 5].into_iter().find(|radix| count.is_multiple_of(*radix)).unwrap_or(count);
    let part = count / radix;
    let parts: Vec<_> = (0..radix)
        .map(|at| transform(values.get(at * stride..).unwrap_or_default(), stride * radix, part, roots))
        .collect();
    let turn = roots.len() / count;
    let mut result = vec![[0.0; 2]; count];
    for (bin, slot) in result.iter_mut().enumerate() {
        for (at, of_part) in parts.iter().enumerate() {
            let [cosine, sine] = roots[at * bin % count * turn];
            let [re, im] = of_part[bin % part];
            slot[0] += re * cosine - im * sine;
            slot[1] += re * sine + im * cosine;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_length_is_the_shortest_with_small_factors() {
        let is_fast = |mut length: usize| {
            for factor in [2, 3, 5] {
                while length.is_multiple_of(factor) {
                    length /= factor;
                }
            }
            length == 1
        };
        for least in (1..3000).chain([30_720, 33_792, 75_000, 75_001]) {
            let wanted = (least..).find(|length| is_fast(*length)).unwrap();
            assert_eq!(fast_length(least), wanted, "{least}");
            assert_eq!(radices(wanted).iter().product::<u32>() as usize, wanted);
        }
    }

    #[test]
    fn the_response_is_that_of_the_sum_by_its_definition() {
        let coefficients = [0.3, -0.2, 0.5, 0.1, -0.7];
        for length in [8, 15, 30, 60] {
            let found = power_response(&coefficients, length);
            assert_eq!(found.len(), length / 2 + 1);
            for (bin, found) in found.iter().enumerate() {
                let sum = coefficients.iter().enumerate().fold([0.0; 2], |[re, im], (at, value)| {
                    let (sine, cosine) = (TAU * (at * bin) as f64 / length as f64).sin_cos();
                    [re + value * cosine, im - value * sine]
                });
                assert!((found - sum[0] * sum[0] - sum[1] * sum[1]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_divisor_is_large_enough_and_has_the_fewest_stages() {
        // 2048 = 8 · 8 · 8 · 4, and 1920 = 8 · 8 · 5 · 3 · 2.
        assert_eq!(divisor(30_720, 1800), 2048);
        assert_eq!(divisor(30_720, 181), 192);
        assert_eq!(divisor(512, 257), 512);
    }
}
