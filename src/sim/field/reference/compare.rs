//! How far single-precision arrays are from the reference's.

use super::shape::Shape;
use super::tensions::wrapped;
use std::collections::BTreeSet;
use thiserror::Error;

/// The distance between two arrays, over the elements of all sites that were not excluded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// ‖actual − expected‖₂ / ‖expected‖₂; not a number if any actual value is not.
    pub relative_l2: f64,
    /// The largest |actual − expected|; infinite if any actual value is not a number.
    pub maximum: f64,
    /// The element with that difference.
    pub worst: usize,
    /// Pearson's correlation; not a number if either array is constant.
    pub correlation: f64,
    /// Elements compared.
    pub compared: usize,
    /// Elements left out.
    pub excluded: usize,
}

/// Why two arrays cannot be compared.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the arrays have {actual} and {expected} elements, their shape has {shape}")]
pub struct LengthMismatch {
    /// Elements of the array under test.
    pub actual: usize,
    /// Elements of the reference's array.
    pub expected: usize,
    /// Elements of the shape.
    pub shape: usize,
}

/// Compares element arrays, leaving out every channel of the excluded sites.
///
/// # Errors
/// If the lengths are not the shape's.
pub fn compare(
    actual: &[f32],
    expected: &[f64],
    shape: Shape,
    excluded: &BTreeSet<usize>,
) -> Result<Comparison, LengthMismatch> {
    check_lengths(actual, expected, shape)?;
    Ok(measured(expected, shape, excluded, |element| f64::from(actual[element])))
}

/// Compares phases as angles: −π and just below π are neighbours, and rounding may put the two sides on either.
///
/// # Errors
/// If the lengths are not the shape's.
pub fn compare_phases(
    actual: &[f32],
    expected: &[f64],
    shape: Shape,
    excluded: &BTreeSet<usize>,
) -> Result<Comparison, LengthMismatch> {
    check_lengths(actual, expected, shape)?;
    Ok(measured(expected, shape, excluded, |element| {
        expected[element] + wrapped(f64::from(actual[element]) - expected[element])
    }))
}

/// The sites with an element further than `tolerance` from the reference, or not a number: to be held against
/// [`NearThreshold::sites`](super::NearThreshold::sites).
///
/// # Errors
/// If the lengths are not the shape's.
pub fn sites_beyond(
    actual: &[f32],
    expected: &[f64],
    shape: Shape,
    tolerance: f64,
) -> Result<BTreeSet<usize>, LengthMismatch> {
    check_lengths(actual, expected, shape)?;
    let far = |element: &usize| {
        let distance = (f64::from(actual[*element]) - expected[*element]).abs();
        distance.is_nan() || distance > tolerance
    };
    Ok((0..expected.len()).filter(far).map(|element| element % shape.volume()).collect())
}

fn check_lengths(actual: &[f32], expected: &[f64], shape: Shape) -> Result<(), LengthMismatch> {
    let lengths = LengthMismatch { actual: actual.len(), expected: expected.len(), shape: shape.elements() };
    if lengths.actual == lengths.shape && lengths.expected == lengths.shape { Ok(()) } else { Err(lengths) }
}

fn measured(expected: &[f64], shape: Shape, excluded: &BTreeSet<usize>, actual: impl Fn(usize) -> f64) -> Comparison {
    let elements: Vec<usize> =
        (0..expected.len()).filter(|element| !excluded.contains(&(element % shape.volume()))).collect();
    let sum = |figure: &dyn Fn(usize) -> f64| elements.iter().map(|&element| figure(element)).sum::<f64>();
    let count = elements.len() as f64;
    let (mean_actual, mean_expected) = (sum(&actual) / count, sum(&|element| expected[element]) / count);
    let covariance = sum(&|element| (actual(element) - mean_actual) * (expected[element] - mean_expected));
    let spread_actual = sum(&|element| (actual(element) - mean_actual).powi(2));
    let spread_expected = sum(&|element| (expected[element] - mean_expected).powi(2));
    let (worst, maximum) = worst_of(&elements, |element| (actual(element) - expected[element]).abs());
    Comparison {
        relative_l2: (sum(&|element| (actual(element) - expected[element]).powi(2))
            / sum(&|element| expected[element].powi(2)))
        .sqrt(),
        maximum,
        worst,
        correlation: covariance / (spread_actual * spread_expected).sqrt(),
        compared: elements.len(),
        excluded: expected.len() - elements.len(),
    }
}

/// The first element of the greatest distance. A distance that is not a number counts as infinite: `max` would drop it.
fn worst_of(elements: &[usize], distance: impl Fn(usize) -> f64) -> (usize, f64) {
    let mut worst = (0, 0.0);
    for &element in elements {
        let found = distance(element);
        let found = if found.is_nan() { f64::INFINITY } else { found };
        if found > worst.1 {
            worst = (element, found);
        }
    }
    worst
}
