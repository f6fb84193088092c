//! What a scene says about a coupling analysis: where the signal comes from, its window, bands, method and surrogates.

use super::bands::Bands;
use super::filters::Filter;
use crate::sim::Refusal;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Phase bins of 20 degrees.
pub const BINS: usize = 18;
/// Most channels.
pub const MOST_CHANNELS: usize = 512;
/// Most surrogates.
pub const MOST_SURROGATES: u32 = 10_000;
/// Ranges of the numbers of a model, by name.
const RANGES: [(&str, RangeInclusive<f64>); 8] = [
    ("window", 0.01..=7200.0),
    ("advance", 0.0..=3600.0),
    ("position", 0.0..=1e7),
    ("strength", 0.0..=1.0),
    ("noise", 0.0..=10.0),
    ("slow", 0.1..=1e5),
    ("fast", 0.1..=1e5),
    ("rate", 1.0..=1e6),
];

/// How coupling is measured. Formulas: part 4 of the published comparison; `P` is the mean amplitude of a phase bin over
/// the sum of all 18 such means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// (ln 18 + Σ P ln P) / ln 18, of Tort et al., J. Neurophysiol. 104 (2010): with the mean of each bin.
    #[default]
    Tort,
    /// The same with TensorPAC's means: the sum of a bin over the count of that bin in all phase bands and channels
    /// together.
    Tensorpac,
    /// The same with sums instead of means, as gPAC.
    GpacSum,
    /// The same with sums over gPAC's soft bins, at temperature 0.01, wrapped as angles wrap.
    GpacSoft,
    /// |Σ A e^(iφ)| / T, of Canolty et al. (2006).
    MeanVectorLength,
    /// (max P − min P) / max P, of Lakatos et al. (2005).
    HeightsRatio,
    /// The same with TensorPAC's means.
    TensorpacHeightsRatio,
    /// |Σ e^(iφ) e^(−iψ)| / T with ψ the phase of the amplitude, of Penny et al. (2008).
    PhaseLocking,
    /// |Σ A′ e^(iφ)| / T with A′ the amplitude less its mean over its deviation, and 0 where p ≥ 0.05, of Özkurt (2012).
    NormalisedDirect,
}

/// What a method needs of the two signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Phase bins and amplitudes.
    Bins,
    /// Directions of phase and amplitudes, summed into bins.
    SoftBins,
    /// Directions of phase and amplitudes.
    Directions,
    /// Directions of phase, and directions of the amplitude's own phase.
    BothDirections,
}

impl Method {
    /// Every method by the name that commands know it by.
    pub const ALL: [(&'static str, Self); 9] = [
        ("tort", Self::Tort),
        ("tensorpac", Self::Tensorpac),
        ("gpac", Self::GpacSum),
        ("gpac-soft", Self::GpacSoft),
        ("mvl", Self::MeanVectorLength),
        ("hr", Self::HeightsRatio),
        ("tensorpac-hr", Self::TensorpacHeightsRatio),
        ("plv", Self::PhaseLocking),
        ("ndpac", Self::NormalisedDirect),
    ];

    /// What it needs.
    pub fn needs(self) -> Needs {
        match self {
            Self::Tort | Self::Tensorpac | Self::GpacSum | Self::HeightsRatio | Self::TensorpacHeightsRatio => {
                Needs::Bins
            }
            Self::GpacSoft => Needs::SoftBins,
            Self::MeanVectorLength | Self::NormalisedDirect => Needs::Directions,
            Self::PhaseLocking => Needs::BothDirections,
        }
    }

    /// Whether it goes by the distribution of amplitude over phase bins.
    pub fn has_distribution(self) -> bool {
        matches!(self.needs(), Needs::Bins | Needs::SoftBins)
    }

    /// Whether it counts bins over all phase bands and channels together.
    pub fn is_pooled(self) -> bool {
        matches!(self, Self::Tensorpac | Self::TensorpacHeightsRatio)
    }
}

/// How a surrogate breaks the link between phase and amplitude and keeps everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Surrogate {
    /// Amplitudes later by 1 to T − 1 samples, around the window's end.
    #[default]
    TimeLag,
    /// Amplitudes cut in two at a drawn sample, and the two blocks swapped. The same distribution as a time lag: both are
    /// a turn around the window.
    BlockSwap,
    /// The window in so many equal trials, 2 to 64, and the amplitudes of each against the phase of another. What is left
    /// behind the last whole trial stays where it is.
    TrialPermutation(u32),
}

/// The form of a generated signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// sin(2π f t) + ½((1 − χ) sin(2π f t) + 1 + χ) sin(2π F t) + noise in (0, 1), with χ = 1 − strength.
    #[default]
    Tort,
    /// sin(2π f t) + (½ + ½ strength · sin(2π f t)) sin(2π F t) + normal noise.
    Gpac,
}

/// A live signal of known coupling.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorModel {
    /// The form.
    #[serde(default)]
    pub form: Form,
    /// Samples a second.
    pub rate: f64,
    /// Channels, each with noise of its own and the slow wave a tenth of a turn later than in the one before.
    #[serde(default = "one")]
    pub channels: u32,
    /// Frequency of the slow wave, Hz.
    pub slow: f64,
    /// Frequency of the fast wave, Hz.
    pub fast: f64,
    /// Strength of the coupling, 0 to 1.
    pub strength: f64,
    /// Factor of the noise: of numbers in (0, 1) in Tort's form, of standard normals in gPAC's.
    pub noise: f64,
}

fn one() -> u32 {
    1
}

/// A recording of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingModel {
    /// The file, relative to the scene's folder.
    pub path: PathBuf,
    /// Names of the channels to analyse; all of them unless given.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Samples a second, where the file does not say.
    #[serde(default)]
    pub rate: Option<f64>,
}

/// Where the signal comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// Made while it runs.
    Generator(GeneratorModel),
    /// Read from a file.
    Recording(RecordingModel),
}

/// A coupling analysis as a scene describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PacModel {
    /// Where the signal comes from.
    pub source: Source,
    /// Length of the window, seconds.
    pub window: f64,
    /// Seconds by which the window moves on after each cycle; at the recording's end it begins anew.
    #[serde(default)]
    pub advance: f64,
    /// Where the first window begins, seconds.
    #[serde(default)]
    pub position: f64,
    /// Bands of the slow wave.
    #[serde(default)]
    pub phase_bands: Bands,
    /// Bands of the fast wave.
    #[serde(default)]
    pub amplitude_bands: Bands,
    /// How coupling is measured.
    #[serde(default)]
    pub method: Method,
    /// How bands are filtered.
    #[serde(default)]
    pub filter: Filter,
    /// Surrogates a window, 0 to 10,000.
    #[serde(default)]
    pub surrogates: u32,
    /// What a surrogate is.
    #[serde(default)]
    pub surrogate: Surrogate,
}

impl PacModel {
    /// Whether every number lies in its range.
    ///
    /// # Errors
    /// The first that does not, by name and with its range.
    pub fn check(&self) -> Result<(), Refusal> {
        let range = |name: &str, value: f64| match RANGES.iter().find(|(known, _)| *known == name) {
            Some((_, range)) if !range.contains(&value) => {
                Err(Refusal(format!("{name} = {value} is outside {} to {}", range.start(), range.end())))
            }
            _ => Ok(()),
        };
        for (name, value) in [("window", self.window), ("advance", self.advance), ("position", self.position)] {
            range(name, value)?;
        }
        match &self.source {
            Source::Generator(of) => {
                let numbers = [
                    ("rate", of.rate),
                    ("slow", of.slow),
                    ("fast", of.fast),
                    ("strength", of.strength),
                    ("noise", of.noise),
                ];
                numbers.into_iter().try_for_each(|(name, value)| range(name, value))?;
                if !(1..=MOST_CHANNELS as u32).contains(&of.channels) {
                    return Err(Refusal(format!("channels = {} is outside 1 to {MOST_CHANNELS}", of.channels)));
                }
            }
            Source::Recording(of) => of.rate.map_or(Ok(()), |rate| range("rate", rate))?,
        }
        if self.surrogates > MOST_SURROGATES {
            return Err(Refusal(format!("surrogates = {} is outside 0 to {MOST_SURROGATES}", self.surrogates)));
        }
        match self.surrogate {
            Surrogate::TrialPermutation(trials) if !(2..=64).contains(&trials) => {
                Err(Refusal(format!("surrogate: {trials} trials are outside 2 to 64")))
            }
            _ => Ok(()),
        }
    }

    /// The generator, if the signal is made.
    pub fn generator(&self) -> Option<&GeneratorModel> {
        match &self.source {
            Source::Generator(generator) => Some(generator),
            Source::Recording(_) => None,
        }
    }
}

/// The toggles as plain switches, one per row of the specification's table, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Amplitudes are added to a running sum for every bin, instead of by an expansion of every pair, time and bin.
    pub scatter_bins: bool,
    /// A channel at a time, instead of all at once.
    pub chunked: bool,
    /// The last stage of a transform writes what is wanted, instead of every step into an array of its own.
    pub no_copies: bool,
    /// Only the bins where a band is not zero are transformed.
    pub pruned_fft: bool,
    /// Running sums over surrogates, instead of all their maps.
    pub lazy_surrogates: bool,
    /// Sums of all surrogates by one cross-correlation around the window, instead of a pass over the samples for each.
    pub all_shifts_fft: bool,
    /// Amplitudes as 16-bit floats.
    pub half_amplitude: bool,
}
