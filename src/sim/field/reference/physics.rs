//! Injection, momentum, decay, diffusion and noise: published system, section 1.2 steps 1, 4 and 6, and section 1.3.

use super::shape::{Shape, Source, add_normals_at, channel_means, map_channels};
use crate::sim::field::constants::{CLAMP, INJECTION_CHANNELS};
use crate::sim::field::params::{Rates, Rules};
use rayon::prelude::*;

/// Share of the sites that sparse noise reaches (section 1.3 step 4).
pub const SPARSE_SHARE: f64 = 0.01;
/// Cycles from one sparse noise to the next (section 1.3 step 4).
pub const SPARSE_PERIOD: u64 = 3;
/// Share of the sites that sparse energy reaches (section 1.3 step 6).
pub const ENERGY_SHARE: f64 = 0.05;

/// F\[p_i, i mod 8\] += rate·s_i (section 1.2 step 1), or channel i mod C where `spread` (section 1.3 step 1).
pub fn inject(field: &mut [f64], shape: Shape, spots: &[[u32; 3]], sensors: &[f64], rate: f64, spread: bool) {
    let channels = if spread { shape.channels } else { INJECTION_CHANNELS as usize };
    for (sensor, (spot, value)) in spots.iter().zip(sensors).enumerate() {
        let site = shape.site(spot.map(|coordinate| coordinate as usize));
        field[sensor % channels * shape.volume() + site] += rate * value;
    }
}

/// M ← 0.9M + 0.1F, then F += rate·M (Published, section 1.2 step 4) or F += rate·(M − F) (Stable: the published gain
/// (1 + 0.05)·decay is above 1, section 1.8 item 2).
pub fn carry_momentum(field: &mut [f64], momentum: &mut [f64], rate: f64, rules: Rules) {
    field.par_iter_mut().zip(momentum).for_each(|(value, memory)| {
        *memory = 0.9 * *memory + 0.1 * *value;
        *value += rate * pulled(*memory, *value, rules);
    });
}

/// g ← 0.9g + 0.1μ with μ the spatial mean of each channel, then F\[c\] += rate·g (Published, section 1.3 step 5) or
/// F\[c\] += rate·(g − μ) (Stable).
pub fn carry_global_momentum(field: &mut [f64], shape: Shape, memory: &mut [f64], rate: f64, rules: Rules) {
    let means = channel_means(field, shape);
    for ((channel, memory), mean) in field.chunks_mut(shape.volume()).zip(memory).zip(means) {
        *memory = 0.9 * *memory + 0.1 * mean;
        let offset = rate * pulled(*memory, mean, rules);
        channel.iter_mut().for_each(|value| *value += offset);
    }
}

/// What momentum adds per unit of its rate.
fn pulled(memory: f64, value: f64, rules: Rules) -> f64 {
    match rules {
        Rules::Published => memory,
        Rules::Stable => memory - value,
    }
}

/// F *= factor (section 1.2 step 6, section 1.3 step 2).
pub fn decay(field: &mut [f64], factor: f64) {
    field.par_iter_mut().for_each(|value| *value *= factor);
}

/// F += rate·(Σ of the six face neighbours − 6F), zero outside the walls (section 1.2 step 6).
pub fn diffuse(field: &mut [f64], shape: Shape, rate: f64) {
    map_channels(field, shape, |channel, site| {
        let [x, y, z] = shape.coordinates(site).map(|coordinate| coordinate as isize);
        let neighbours = [[x - 1, y, z], [x + 1, y, z], [x, y - 1, z], [x, y + 1, z], [x, y, z - 1], [x, y, z + 1]];
        let sum: f64 = neighbours.iter().map(|&position| shape.padded(channel, position)).sum();
        channel[site] + rate * (sum - 6.0 * channel[site])
    });
}

/// F ← (1 − weight)·F + weight·A(F), A the mean over 3×3×3 sites with the zeros outside the walls counted
/// (section 1.3 step 3).
pub fn blend_box(field: &mut [f64], shape: Shape, weight: f64) {
    map_channels(field, shape, |channel, site| {
        let centre = shape.coordinates(site).map(|coordinate| coordinate as isize);
        let mut sum = 0.0;
        for place in 0..27 {
            let offset = [place % 3 - 1, place / 3 % 3 - 1, place / 9 - 1];
            sum += shape.padded(channel, [0, 1, 2].map(|axis| centre[axis] + offset[axis]));
        }
        (1.0 - weight) * channel[site] + weight * sum / 27.0
    });
}

/// F += amplitude·N at a share of the sites, drawn anew, the same in all channels (section 1.3 steps 4 and 6).
pub fn add_sparse_noise(field: &mut [f64], shape: Shape, sites: Source, share: f64, noise: Source, amplitude: f64) {
    add_normals_at(field, shape, noise, amplitude, |site| sites.site_uniform(site) < share);
}

/// The standard deviation of sparse noise: the published 0.01 (section 1.3 step 4), or the one whose variance per
/// element and cycle, at 1 % of the sites every third cycle, is that of the dense noise it stands for.
pub fn sparse_amplitude(rates: &Rates, explore: bool, matched: bool) -> f64 {
    if !matched {
        return 0.01;
    }
    let exploration = if explore { f64::from(rates.exploration).powi(2) } else { 0.0 };
    (SPARSE_PERIOD as f64 / SPARSE_SHARE * (f64::from(rates.noise).powi(2) + exploration)).sqrt()
}

/// F = clip(F, −10, 10) (section 1.2 step 6, section 1.3 step 8).
pub fn clamp(field: &mut [f64]) {
    let bound = f64::from(CLAMP);
    field.par_iter_mut().for_each(|value| *value = value.clamp(-bound, bound));
}
