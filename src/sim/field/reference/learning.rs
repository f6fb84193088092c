//! Learning and prediction: published system, section 1.2 steps 2, 5 and 8.

use super::shape::{Shape, Source, update_with_normals};
use crate::sim::field::constants::{ERROR_WINDOW, EXPLORE_IMPROVEMENT};
use crate::sim::field::params::Rules;
use std::collections::VecDeque;

/// The mean of each channel over x and y in the plane z = ⌊S/2⌋: what the predictor sees (section 1.2 step 2).
pub fn summary(field: &[f64], shape: Shape) -> Vec<f64> {
    let plane = shape.sites.pow(2);
    let first = shape.sites / 2 * plane;
    field
        .chunks(shape.volume())
        .map(|channel| channel[first..first + plane].iter().sum::<f64>() / plane as f64)
        .collect()
}

/// 1, 0 or −1; unlike `f64::signum`, 0 at 0.
pub fn sign(value: f64) -> f64 {
    if value > 0.0 {
        1.0
    } else if value < 0.0 {
        -1.0
    } else {
        0.0
    }
}

/// F ← F + 0.1·ē·N₁ + 0.05·ē·sin(F + ē·N₂) + 0.02·ē·sign F, every F on the right the one before (section 1.2 step 2).
pub fn imprint_error(field: &mut [f64], shape: Shape, error: f64, noise: Source, phase: Source) {
    update_with_normals(field, shape, [noise, phase], |value, [normal, turned]| {
        let before = *value;
        let wave = (before + error * turned).sin();
        *value = before + 0.1 * error * normal + 0.05 * error * wave + 0.02 * error * sign(before);
    });
}

/// One step of the predictor, weights as \[sensor\]\[channel\].
///
/// Published: W ← clip(W + 0.01·e uᵀ, −1, 1) (section 1.2 step 2). Stable: W ← clip(W + 0.1·e uᵀ/(‖u‖² + 10⁻⁶), −1, 1),
/// because the published step diverges once 0.01·‖u‖² exceeds 2 (section 1.8 item 2).
pub fn step_weights(weights: &mut [f64], errors: &[f64], summary: &[f64], rules: Rules) {
    let rate = match rules {
        Rules::Published => 0.01,
        Rules::Stable => 0.1 / (summary.iter().map(|value| value * value).sum::<f64>() + 1e-6),
    };
    for (row, error) in weights.chunks_mut(summary.len()).zip(errors) {
        for (weight, value) in row.iter_mut().zip(summary) {
            *weight = (*weight + rate * error * value).clamp(-1.0, 1.0);
        }
    }
}

/// ŝ = W u, plus 0.3·(s_{t−1} − s_{t−2}) where `seen` holds two sensor vectors, the later one last (section 1.2 step 8).
pub fn predict(weights: &[f64], summary: &[f64], seen: &VecDeque<Vec<f64>>) -> Vec<f64> {
    let product = |row: &[f64]| row.iter().zip(summary).map(|(weight, value)| weight * value).sum::<f64>();
    let mut prediction: Vec<f64> = weights.chunks(summary.len()).map(product).collect();
    let mut backwards = seen.iter().rev();
    if let (Some(last), Some(earlier)) = (backwards.next(), backwards.next()) {
        for (value, (late, early)) in prediction.iter_mut().zip(last.iter().zip(earlier)) {
            *value += 0.3 * (late - early);
        }
    }
    prediction
}

/// mean(err\[−10:−5\]) − mean(err\[−5:\]), the improvement of the error; nothing while fewer than 10 are recorded
/// (section 1.2 step 5).
pub fn improvement(errors: &VecDeque<f64>) -> Option<f64> {
    let older = errors.len().checked_sub(ERROR_WINDOW)?;
    let half = ERROR_WINDOW / 2;
    let mean = |first: usize| errors.iter().skip(first).take(half).sum::<f64>() / half as f64;
    Some(mean(older) - mean(older + half))
}

/// Whether the field explores: true until 10 errors are recorded, then while the error improves by less than 0.01
/// (section 1.2 step 5).
pub fn explores(errors: &VecDeque<f64>) -> bool {
    improvement(errors).is_none_or(|gain| gain < f64::from(EXPLORE_IMPROVEMENT))
}
