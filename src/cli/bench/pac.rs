//! What is measured of the coupling analysis: the specification's sizes, then every toggle in its other position.

use super::{CliError, Gpu, Instead, SceneFile, Setting, Simulation, Size};
use crate::sim::pac::Pac;
use crate::sim::pac::bands::Bands;
use crate::sim::pac::design::Input;
use crate::sim::pac::filters::Filter;
use crate::sim::pac::params::{Method, PacModel, RecordingModel, Source, Surrogate};
use crate::sim::random::{Draws, Generator};

const SCENE: &str = "scenes/pac_live.ron";
/// Samples a second.
const RATE: f64 = 512.0;

/// 30 by 30 bands at 512 Hz. What is not said of a row is as in the preset `fast`.
pub const SETTINGS: [Setting; 16] = [
    setting("large: 16 channels, 60 s", "fast", &[], large),
    setting("large, all at once", "all-at-once", &[], large),
    setting("large, pruned_fft off", "fast", &[("pruned_fft", false)], large),
    setting("large, no_copies off", "fast", &[("no_copies", false)], large),
    setting("large, half_amplitude on", "fast", &[("half_amplitude", true)], large),
    setting("large, regression", "regression", &[], large),
    setting("medium: 8 channels, 4 s", "fast", &[], medium),
    setting("medium, all at once", "all-at-once", &[], medium),
    setting("medium, 20 surrogates", "fast", &[], surrogates),
    setting("medium, 20, lazy_surrogates off", "fast", &[("lazy_surrogates", false)], surrogates),
    setting("medium, 200 surrogates", "fast", &[], many_surrogates),
    setting("medium, 200, all_shifts_fft on", "fast", &[("all_shifts_fft", true)], many_surrogates),
    setting("1 channel, 60 s, 200 surrogates", "fast", &[], long_surrogates),
    setting("1 channel, 60 s, 200, all_shifts_fft on", "fast", &[("all_shifts_fft", true)], long_surrogates),
    setting("small: 1 channel, 1 s", "fast", &[], small),
    setting("small, regression", "regression", &[], small),
];

const fn setting(
    name: &'static str,
    preset: &'static str,
    toggles: &'static [(&'static str, bool)],
    instead: Instead,
) -> Setting {
    Setting { name, scene: SCENE, preset, toggles, instead: Some(instead) }
}

fn large(_: &SceneFile, _: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(16, 60.0, 0)
}

fn medium(_: &SceneFile, _: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(8, 4.0, 0)
}

fn surrogates(_: &SceneFile, _: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(8, 4.0, 20)
}

fn many_surrogates(_: &SceneFile, _: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(8, 4.0, 200)
}

/// A channel of the large size: all of its surrogates would take minutes.
fn long_surrogates(_: &SceneFile, _: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(1, 60.0, 200)
}

fn small(_: &SceneFile, _: &Gpu, _: Size) -> Result<Box<dyn Simulation>, CliError> {
    of(1, 1.0, 0)
}

/// An analysis of so many channels of noise: what is measured does not depend on the numbers.
fn of(channels: u32, seconds: f64, surrogates: u32) -> Result<Box<dyn Simulation>, CliError> {
    let draws = Draws { generator: Generator::Fast, seed: 1 };
    let total = (seconds * RATE) as u32;
    let noise = |channel: u32| (0..total).map(move |at| draws.normals(0, channel, at)[0] as f32);
    let input = Input {
        rate: RATE,
        names: (1..=channels).map(|channel| format!("noise {channel}")).collect(),
        total: total as usize,
        samples: (0..channels).flat_map(noise).collect(),
        ..Input::default()
    };
    let model = PacModel {
        source: Source::Recording(RecordingModel { path: "noise".into(), channels: Vec::new(), rate: Some(RATE) }),
        window: seconds,
        advance: 0.0,
        position: 0.0,
        phase_bands: Bands::Linear { from: 2.0, to: 20.0, count: 30, width: 2.0 },
        amplitude_bands: Bands::Linear { from: 30.0, to: 150.0, count: 30, width: 20.0 },
        method: Method::Tort,
        filter: Filter::Spectral,
        surrogates,
        surrogate: Surrogate::TimeLag,
    };
    Ok(Box::new(Pac::new(model, Some(input), 1)?))
}
