//! Blocks of constants that the field's kernels read, byte for byte as WGSL lays them out.

use super::constants::SPOTS_MAX;
use crate::shader_struct;

shader_struct! {
    /// Constants of one pass over one slab; `FieldPass` in `shaders/field/shared.wgsl`.
    #[derive(Default)]
    pub struct FieldPass {
        /// Sites along an edge.
        pub sites: u32,
        /// Groups of four channels before this slab.
        pub first_group: u32,
        /// Groups of four channels in this slab.
        pub groups: u32,
        /// Groups of four channels in all.
        pub all_groups: u32,
        /// Seed of the draws.
        pub seed: u32,
        /// Cycle of the draws.
        pub cycle: u32,
        /// Index of this slab's first partial sum.
        pub first_partial: u32,
        /// Partial sums of all slabs.
        pub partials: u32,
        /// Gain of a sensor.
        pub injection: f32,
        /// Rate of the Laplacian, or weight of the box blend.
        pub diffusion: f32,
        /// Factor on the field.
        pub decay: f32,
        /// Standard deviation of the background noise.
        pub noise: f32,
        /// Standard deviation of the exploration noise.
        pub exploration: f32,
        /// Weight of the momentum.
        pub momentum: f32,
        /// Standard deviation of the sparse noise.
        pub sparse_noise: f32,
        /// The same while the field explores.
        pub sparse_noise_exploring: f32,
        /// Slabs in all.
        pub slabs: u32,
        /// Unused.
        pub padding: [u32; 3],
    }
}

shader_struct! {
    /// Values and spots of the sensors; `Sensors` in `shaders/field/inject.wgsl`.
    pub struct Sensors {
        /// Constants of the pass.
        pub pass_constants: FieldPass,
        /// How many sensors there are.
        pub count: u32,
        /// Channels that they are spread over.
        pub channels: u32,
        /// Unused.
        pub padding: [u32; 2],
        /// Their values.
        pub values: [f32; SPOTS_MAX],
        /// Their spots: x, y, z and an unused word.
        pub spots: [[u32; 4]; SPOTS_MAX],
    }
}

shader_struct! {
    /// Sensor values and trend for the predictor; `Prediction` in `shaders/field/predictor.wgsl`.
    pub struct Prediction {
        /// Constants of the pass.
        pub pass_constants: FieldPass,
        /// How many sensors there are.
        pub count: u32,
        /// 1 when the history holds two vectors.
        pub trend_known: u32,
        /// Learning rate.
        pub rate: f32,
        /// Unused.
        pub padding: u32,
        /// This cycle's values.
        pub values: [f32; SPOTS_MAX],
        /// Difference of the two vectors before.
        pub trend: [f32; SPOTS_MAX],
    }
}

shader_struct! {
    /// Spots of the motors; `Motors` in `shaders/field/motors.wgsl` and `shaders/field/figures.wgsl`.
    pub struct Motors {
        /// Constants of the pass.
        pub pass_constants: FieldPass,
        /// How many motors there are.
        pub count: u32,
        /// This slab.
        pub slab: u32,
        /// Slabs in all.
        pub slabs: u32,
        /// Unused.
        pub padding: u32,
        /// Their spots: x, y, z and an unused word.
        pub spots: [[u32; 4]; SPOTS_MAX],
    }
}

shader_struct! {
    /// Scalars that one pass leaves for the next; `Scalars` in `shaders/field/shared.wgsl`.
    #[derive(Default)]
    pub struct Scalars {
        /// ⟨F⟩.
        pub mean: f32,
        /// ⟨|F|⟩.
        pub mean_magnitude: f32,
        /// ⟨F²⟩.
        pub mean_square: f32,
        /// Mean over the sites of the unbiased channel variance.
        pub mean_site_variance: f32,
        /// Mean absolute prediction error.
        pub error: f32,
        /// 1 while exploring.
        pub explore: f32,
        /// Phase of the global oscillation.
        pub phase: f32,
        /// 1 once there is a prediction.
        pub predicted: f32,
        /// Errors recorded.
        pub error_count: f32,
        /// The last ten errors, oldest first.
        pub errors: [f32; 10],
        /// The field is scale · stored + offset.
        pub scale: f32,
        /// Upper bound of the stored field's magnitude.
        pub bound: f32,
        /// Upper bound of the field's own magnitude.
        pub reach: f32,
        /// Unused.
        pub padding: [f32; 2],
    }
}

shader_struct! {
    /// Figures of a cycle; `Figures` in `shaders/field/figures.wgsl`. The probe buffer.
    pub struct Figures {
        /// ⟨|F|⟩.
        pub energy: f32,
        /// ⟨F⟩.
        pub mean: f32,
        /// Population variance of all elements.
        pub variance: f32,
        /// Mean over the sites of the unbiased channel variance.
        pub site_variance: f32,
        /// 1 − |⟨F⟩ − 0.1| / 0.1.
        pub resting: f32,
        /// min(1, site variance / 0.05).
        pub variance_comfort: f32,
        /// min(1, energy / 0.1).
        pub activity: f32,
        /// The least of the three.
        pub comfort: f32,
        /// Mean absolute prediction error.
        pub error: f32,
        /// 1 while exploring.
        pub explore: f32,
        /// Euclidean norm of the motor outputs.
        pub motor_norm: f32,
        /// Unused.
        pub padding: f32,
        /// Motor outputs.
        pub motors: [f32; SPOTS_MAX],
    }
}

/// Values padded to the length that the kernels read.
pub fn padded(values: &[f32]) -> [f32; SPOTS_MAX] {
    let mut all = [0.0; SPOTS_MAX];
    for (slot, value) in all.iter_mut().zip(values) {
        *slot = *value;
    }
    all
}

/// Spots padded to the length that the kernels read.
pub fn padded_spots(spots: &[[u32; 3]]) -> [[u32; 4]; SPOTS_MAX] {
    let mut all = [[0; 4]; SPOTS_MAX];
    for (slot, [x, y, z]) in all.iter_mut().zip(spots) {
        *slot = [*x, *y, *z, 0];
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Variant, layout::check as check_layout};
    use crate::shaders::LIBRARY;

    #[test]
    fn every_block_lies_in_memory_as_its_shader_reads_it() {
        let pointwise = Variant::new("field/pointwise", [("WRITE", 1), ("DECAY", 1), ("PLANES", 8)]);
        check_layout::<FieldPass>(&LIBRARY, &pointwise).unwrap();
        check_layout::<Scalars>(&LIBRARY, &pointwise).unwrap();
        check_layout::<Sensors>(&LIBRARY, &Variant::new("field/inject", [])).unwrap();
        check_layout::<Prediction>(&LIBRARY, &Variant::new("field/next_prediction", [])).unwrap();
        check_layout::<Motors>(&LIBRARY, &Variant::new("field/motors", [])).unwrap();
        let figures = Variant::new("field/figures", [("TELEMETRY", 1)]);
        check_layout::<Figures>(&LIBRARY, &figures).unwrap();
        check_layout::<Motors>(&LIBRARY, &figures).unwrap();
    }
}
