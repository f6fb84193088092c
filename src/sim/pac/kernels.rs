//! Blocks of constants that the kernels read, byte for byte as WGSL lays them out, and what they leave.

use crate::shader_struct;

shader_struct! {
    /// Constants of one pass; `PacPass` in `shaders/pac/shared.wgsl`.
    #[derive(Default)]
    pub struct PacPass {
        /// Points of the transform.
        pub length: u32,
        /// Samples of the window.
        pub window: u32,
        /// Samples by which the window is extended on either side.
        pub before: u32,
        /// First sample of the window in the recording.
        pub start: u32,
        /// Samples of a channel of the recording.
        pub total: u32,
        /// Channels of the recording.
        pub channels: u32,
        /// The first channel of this pass.
        pub channel: u32,
        /// How many channels it takes.
        pub taken: u32,
        /// Bands of the side of this pass.
        pub bands: u32,
        /// The same in groups of four.
        pub groups: u32,
        /// Bands of phase.
        pub phases: u32,
        /// Groups of bands of amplitude.
        pub amplitudes: u32,
        /// Points between neighbours of a transform's stage; lanes side by side in a sum.
        pub stride: u32,
        /// Bins that are transformed, or length of the transform that follows.
        pub kept: u32,
        /// Number of the surrogate.
        pub surrogate: u32,
        /// How many there are.
        pub surrogates: u32,
        /// How far amplitudes are moved, as a part of the samples; 0 for not at all.
        pub moved: f32,
        /// Factor of a spectrum.
        pub scale: f32,
        /// Trials that a surrogate permutes.
        pub trials: u32,
        /// First row of the sums, or of the maps, that the pass writes.
        pub slot: u32,
        /// First group of bands that is expanded.
        pub first_group: u32,
        /// First pair of phase bins that is correlated, counted over all bands of phase.
        pub first_pair: u32,
        /// How many pairs are.
        pub pairs: u32,
        /// Unused.
        pub padding: u32,
    }
}

shader_struct! {
    /// The traces of one band of what is pointed at; `PacTrace` in `shaders/pac/trace.wgsl`.
    pub struct PacTrace {
        /// Samples of the window.
        pub window: u32,
        /// Where the window begins in the analytic signal.
        pub before: u32,
        /// Which of four bands it is.
        pub lane: u32,
        /// First sample of the window in the recording.
        pub first: u32,
    }
}

shader_struct! {
    /// Which pair of which channel is looked at; `PacPointed` in `shaders/pac/pointed.wgsl`.
    pub struct PacPointed {
        /// The channel.
        pub channel: u32,
        /// The band of phase.
        pub phase: u32,
        /// The band of amplitude.
        pub amplitude: u32,
        /// Bands of phase.
        pub phases: u32,
        /// Bands of amplitude.
        pub amplitudes: u32,
        /// Unused.
        pub padding: [u32; 3],
    }
}

shader_struct! {
    /// A window of a generated signal; `PacGenerator` in `shaders/pac/generate.wgsl`. Phases are parts of a turn of 2³².
    pub struct PacGenerator {
        /// Samples of the window.
        pub samples: u32,
        /// Sample of the run that it begins with.
        pub first: u32,
        /// Seed of the noise.
        pub seed: u32,
        /// Phase of the slow wave at the first sample.
        pub slow_phase: u32,
        /// What it gains a sample.
        pub slow_step: u32,
        /// Phase of the fast wave at the first sample.
        pub fast_phase: u32,
        /// What it gains a sample.
        pub fast_step: u32,
        /// Strength of the coupling.
        pub strength: f32,
        /// Factor of the noise.
        pub noise: f32,
        /// Unused.
        pub padding: [u32; 3],
    }
}

shader_struct! {
    /// The probe buffer; `PacFigures` in `shaders/pac/figures.wgsl`.
    pub struct PacFigures {
        /// The largest coupling of all channels and pairs.
        pub peak: f32,
        /// Centre of its band of phase, Hz.
        pub phase_hertz: f32,
        /// Centre of its band of amplitude, Hz.
        pub amplitude_hertz: f32,
        /// Its channel.
        pub channel: f32,
        /// Its z; no number without surrogates.
        pub z: f32,
        /// Its p; no number without surrogates.
        pub p: f32,
        /// Part of the window's samples that was excluded.
        pub excluded: f32,
        /// Unused.
        pub padding: f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Variant, layout};
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_their_blocks_out_alike() {
        layout::check::<PacPass>(&LIBRARY, &Variant::new("pac/couple", [])).unwrap();
        layout::check::<PacGenerator>(&LIBRARY, &Variant::new("pac/generate", [])).unwrap();
        layout::check::<PacTrace>(&LIBRARY, &Variant::new("pac/trace", [])).unwrap();
        layout::check::<PacPointed>(&LIBRARY, &Variant::new("pac/pointed", [])).unwrap();
        layout::check::<PacFigures>(&LIBRARY, &Variant::new("pac/figures", [])).unwrap();
    }
}
