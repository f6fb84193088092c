//! The tensions: published system, section 1.2 step 3, and their scalar variants from section 1.4.

use super::shape::{Shape, Source, add_normals, add_normals_at, map_channels, mean_of, update_with_normals};
use crate::sim::field::constants::{BOREDOM_VARIANCE, ERROR_THRESHOLD, REST_LEVEL, STARVATION_LEVEL};
use rayon::prelude::*;
use std::f64::consts::{PI, TAU};

/// F += 0.01·(0.1 − ⟨F⟩) (section 1.2 step 3a).
pub fn pull_to_rest(field: &mut [f64], shape: Shape) {
    let pull = 0.01 * (f64::from(REST_LEVEL) - mean_of(field, shape, |value| value));
    field.par_iter_mut().for_each(|value| *value += pull);
}

/// F += 0.02·N at the sites whose channel variance is below 0.01 (section 1.2 step 3b).
///
/// The variances may be those before the rest pull: one constant added to all channels leaves them as they are.
pub fn stir_boredom(field: &mut [f64], shape: Shape, variances: &[f64], noise: Source) {
    add_normals_at(field, shape, noise, 0.02, |site| variances[site] < f64::from(BOREDOM_VARIANCE));
}

/// The same angle in [−π, π): its sine is unchanged, and an f32 that holds it keeps its digits however long it turns.
pub fn wrapped(angle: f64) -> f64 {
    let turned = angle - TAU * ((angle + PI) / TAU).floor();
    // Just below −π the subtraction can round up to π itself.
    if turned >= PI { turned - TAU } else { turned }
}

/// φ += ω with ω = 0.1 + 0.02·N rad a cycle, a map fixed from the start (sections 1.1 and 1.2 step 3c).
pub fn turn_phase(phase: &mut [f64], shape: Shape, frequency_map: Source) {
    update_with_normals(phase, shape, [frequency_map], |angle, [normal]| {
        *angle = wrapped(*angle + 0.1 + 0.02 * normal);
    });
}

/// F += 0.01·sin φ·(1 + |F|) (section 1.2 step 3c).
pub fn oscillate(field: &mut [f64], phase: &[f64]) {
    field.par_iter_mut().zip(phase).for_each(|(value, angle)| *value += 0.01 * angle.sin() * (1.0 + value.abs()));
}

/// F *= 1 + 0.01·sin θ, the one phase of section 1.4's tensions, item c.
pub fn oscillate_together(field: &mut [f64], angle: f64) {
    let factor = 1.0 + 0.01 * angle.sin();
    field.par_iter_mut().for_each(|value| *value *= factor);
}

/// d = clip(0.995 + 0.005·N, 0.98, 1) (section 1.1).
pub fn decay_of(normal: f64) -> f64 {
    (0.995 + 0.005 * normal).clamp(0.98, 1.0)
}

/// F *= d, a map fixed from the start (section 1.2 step 3d).
pub fn decay_by_map(field: &mut [f64], shape: Shape, decay_map: Source) {
    update_with_normals(field, shape, [decay_map], |value, [normal]| *value *= decay_of(normal));
}

/// F *= 0.995, the one factor of section 1.4's tensions, item d.
pub fn decay_uniformly(field: &mut [f64]) {
    field.par_iter_mut().for_each(|value| *value *= 0.995);
}

/// Whether the error is large enough for heat and phase noise: ē > 0.01 (section 1.2 step 3e).
pub fn is_hot(error: f64) -> bool {
    error > f64::from(ERROR_THRESHOLD)
}

/// F += 0.1·ē·N (section 1.2 step 3e, only where [`is_hot`]).
pub fn heat(field: &mut [f64], shape: Shape, error: f64, noise: Source) {
    add_normals(field, shape, noise, 0.1 * error);
}

/// φ += ē·N (section 1.2 step 3e, only where [`is_hot`]).
pub fn disturb_phase(phase: &mut [f64], shape: Shape, error: f64, noise: Source) {
    update_with_normals(phase, shape, [noise], |angle, [normal]| *angle = wrapped(*angle + error * normal));
}

/// F += 0.01·√(Dx² + Dy² + Dz²) with the backward differences of the F before (section 1.2 step 3f).
pub fn sharpen_edges(field: &mut [f64], shape: Shape) {
    map_channels(field, shape, |channel, site| {
        channel[site] + 0.01 * steepness(shape.backward_differences(channel, site))
    });
}

/// √(Dx² + Dy² + Dz²).
pub fn steepness(differences: [f64; 3]) -> f64 {
    differences.iter().map(|difference| difference * difference).sum::<f64>().sqrt()
}

/// F += 0.05·10·(0.05 − a)·N where a = ⟨|F|⟩ is below 0.05 (section 1.2 step 3g).
pub fn feed_starving(field: &mut [f64], shape: Shape, magnitude: f64, noise: Source) {
    let level = f64::from(STARVATION_LEVEL);
    if magnitude < level {
        add_normals(field, shape, noise, 0.05 * 10.0 * (level - magnitude));
    }
}
