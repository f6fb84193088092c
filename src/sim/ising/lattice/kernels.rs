//! Blocks of constants that the lattice's kernels read, byte for byte as WGSL lays them out, and what they leave.

use super::constants::COUPLING;
use super::params::{LatticeModel, Start};
use crate::shader_struct;

/// A flip that needs no luck.
const ALWAYS: u32 = u32::MAX;

shader_struct! {
    /// Constants of one pass; `LatticePass` in `shaders/ising/lattice/shared.wgsl`.
    #[derive(Default)]
    pub struct LatticePass {
        /// Sites along an edge.
        pub sites: u32,
        /// Words of a row of one colour, as the kernel walks them; halves of words with `HALVES`.
        pub row: u32,
        /// Words of one colour, as the kernel walks them.
        pub words: u32,
        /// Seed of the draws.
        pub seed: u32,
        /// The sweep, counted from 1, which is the cycle of the draws.
        pub sweep: u32,
        /// Sweeps of a resident pass.
        pub sweeps: u32,
        /// Which sites are updated: 0 even, 1 odd.
        pub colour: u32,
        /// Whether the start is cold.
        pub cold: u32,
        /// Draws below these flip a spin that is up with 0 to 4 aligned neighbours, then one that is down; two unused.
        pub thresholds: [[u32; 4]; 3],
    }
}

shader_struct! {
    /// What the figures are made with; `LatticeReading` in `shaders/ising/lattice/figures.wgsl`.
    pub struct LatticeReading {
        /// Sites of the lattice.
        pub volume: f32,
        /// The temperature.
        pub temperature: f32,
        /// The field.
        pub field: f32,
        /// Weight of this cycle in the averages.
        pub weight: f32,
        /// Exact |m|, or no number.
        pub exact_magnetisation: f32,
        /// Exact energy per site, or no number.
        pub exact_energy: f32,
        /// Unused.
        pub padding: [u32; 2],
    }
}

shader_struct! {
    /// Averages over the last cycles; `Averages` in `shaders/ising/lattice/figures.wgsl`.
    pub struct Averages {
        /// Of the energy per site.
        pub energy: f32,
        /// Its variance.
        pub energy_variance: f32,
        /// Of |m|.
        pub magnitude: f32,
        /// Its variance.
        pub magnitude_variance: f32,
        /// Of m².
        pub square: f32,
        /// Of m⁴.
        pub fourth: f32,
    }
}

shader_struct! {
    /// The probe buffer; `LatticeFigures` in `shaders/ising/lattice/figures.wgsl`.
    pub struct LatticeFigures {
        /// m, −1 to 1.
        pub magnetisation: f32,
        /// |m|.
        pub magnitude: f32,
        /// Energy per site.
        pub energy: f32,
        /// Fluctuation of |m|: volume · (⟨m²⟩ − ⟨|m|⟩²) / T.
        pub susceptibility: f32,
        /// Fluctuation of the energy: volume · (⟨e²⟩ − ⟨e⟩²) / T².
        pub specific_heat: f32,
        /// 1 − ⟨m⁴⟩ / (3 ⟨m²⟩²).
        pub binder: f32,
        /// Exact |m| of the infinite lattice; no number in a field.
        pub exact_magnetisation: f32,
        /// Its exact energy per site; no number in a field.
        pub exact_energy: f32,
        /// Mean product of the spins of two replicas at one site; no number without replicas.
        pub overlap: f32,
    }
}

/// The threshold of a spin with so many of its four neighbours aligned: a draw of 32 bits below it flips the spin.
///
/// A flip costs 2 s (Σ s′ + h), which is 4 · aligned − 8 ± 2 h. A draw is below ⌈2³² p⌉ just where its fraction is below p.
pub fn threshold(model: &LatticeModel, up: bool, aligned: u32) -> u32 {
    let along = if up { model.field } else { -model.field };
    let cost = COUPLING * (4.0 * f64::from(aligned) - 8.0) + 2.0 * along;
    if cost <= 0.0 {
        return ALWAYS;
    }
    ((-cost / model.temperature).exp() * 2.0_f64.powi(32)).ceil() as u32
}

/// All thresholds, in the order of [`LatticePass`].
pub fn thresholds(model: &LatticeModel) -> [[u32; 4]; 3] {
    let mut all = [[0; 4]; 3];
    let cases = [true, false].into_iter().flat_map(|up| (0..5).map(move |aligned| (up, aligned)));
    for (slot, (up, aligned)) in all.as_flattened_mut().iter_mut().zip(cases) {
        *slot = threshold(model, up, aligned);
    }
    all
}

/// Whether the start is cold, as a kernel wants it.
pub fn cold(model: &LatticeModel) -> u32 {
    u32::from(model.start == Start::Cold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Variant, layout};
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_their_blocks_out_alike() {
        let figures = Variant::new("ising/lattice/figures", []);
        layout::check::<LatticePass>(&LIBRARY, &Variant::new("ising/lattice/sweep", [])).unwrap();
        layout::check::<LatticeReading>(&LIBRARY, &figures).unwrap();
        layout::check::<Averages>(&LIBRARY, &figures).unwrap();
        layout::check::<LatticeFigures>(&LIBRARY, &figures).unwrap();
    }
}
