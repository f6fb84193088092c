//! Tables that the kernels, the reference and the plan share: the numbers of the random draws and the rates of the
//! published system (section numbers are those of the published system's description in ARCHITECTURE.md).

/// What a random draw is for: the `operation` word of the counter, so that no two operations share a draw.
///
/// The WGSL side has the same table in `shaders/field/draws.wgsl`; a test compares the two.
pub mod draw {
    /// Initial field, 0.01·N per element, cycle 0.
    pub const INITIAL_FIELD: u32 = 0;
    /// Initial predictor weights, 0.1·N; index = sensor·(C/4) + channel group, cycle 0.
    pub const INITIAL_WEIGHTS: u32 = 1;
    /// Frequency map ω = 0.1 + 0.02·N per element, cycle 0.
    pub const FREQUENCY_MAP: u32 = 2;
    /// Decay map d = clip(0.995 + 0.005·N, 0.98, 1) per element, cycle 0.
    pub const DECAY_MAP: u32 = 3;
    /// N₁ of the learning step.
    pub const LEARNING_NOISE: u32 = 4;
    /// N₂ of the learning step, inside the sine.
    pub const LEARNING_PHASE: u32 = 5;
    /// Noise at sites whose channel variance is below 0.01.
    pub const BOREDOM: u32 = 6;
    /// Prediction error heat on the field.
    pub const ERROR_HEAT: u32 = 7;
    /// Prediction error noise on the phase.
    pub const ERROR_PHASE: u32 = 8;
    /// Starvation noise, dense.
    pub const STARVATION: u32 = 9;
    /// Background noise of the physics step.
    pub const NOISE: u32 = 10;
    /// Exploration noise of the physics step.
    pub const EXPLORATION: u32 = 11;
    /// Bernoulli(0.01) site mask of the sparse noise; index = site, first uniform.
    pub const SPARSE_SITES: u32 = 12;
    /// Values of the sparse noise, per element.
    pub const SPARSE_NOISE: u32 = 13;
    /// Bernoulli(0.05) site mask of the sparse energy; index = site, first uniform.
    pub const ENERGY_SITES: u32 = 14;
    /// Values of the sparse energy, per element.
    pub const ENERGY_NOISE: u32 = 15;
    /// Sensor spots; index = sensor, three words modulo S, cycle 0.
    pub const SENSOR_SPOTS: u32 = 16;
    /// Motor spots; index = motor, three words modulo S, cycle 0.
    pub const MOTOR_SPOTS: u32 = 17;
    /// Stochastic rounding of the stored field.
    pub const ROUNDING_FIELD: u32 = 18;
    /// Stochastic rounding of the stored momentum.
    pub const ROUNDING_MOMENTUM: u32 = 19;
    /// Stochastic rounding of the stored phase.
    pub const ROUNDING_PHASE: u32 = 20;
    /// Random-walk sensors; index = sensor, first Gaussian.
    pub const SENSOR_WALK: u32 = 21;
}

/// The clamp of the physics step: the field stays in ±10.
pub const CLAMP: f32 = 10.0;
/// Channels that the dense cycle injects into: sensor i goes to channel i mod 8.
pub const INJECTION_CHANNELS: u32 = 8;
/// Sites whose unbiased channel variance is below this get boredom noise.
pub const BOREDOM_VARIANCE: f32 = 0.01;
/// The prediction error above which heat and phase noise act.
pub const ERROR_THRESHOLD: f32 = 0.01;
/// The mean magnitude below which starvation noise acts.
pub const STARVATION_LEVEL: f32 = 0.05;
/// The rest level that the mean is pulled towards.
pub const REST_LEVEL: f32 = 0.1;
/// Errors that the explore flag looks at.
pub const ERROR_WINDOW: usize = 10;
/// Improvement of the mean error below which the field explores.
pub const EXPLORE_IMPROVEMENT: f32 = 0.01;
/// Most sensors and most motors that a model may have: the uniform block holds this many.
pub const SPOTS_MAX: usize = 64;
