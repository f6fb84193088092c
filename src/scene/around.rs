//! Scenes around files that are none: a recording becomes an analysis with what suits it.

use super::{Scene, SceneError, SceneFile, System};
use crate::signal::{self, Signals};
use crate::sim::pac::bands::Bands;
use crate::sim::pac::filters::Filter;
use crate::sim::pac::params::{MOST_CHANNELS, Method, PacModel, RecordingModel, Source, Surrogate};
use crate::view::Look;
use std::collections::BTreeMap;
use std::path::Path;

/// Seconds of the window.
const WINDOW: f64 = 10.0;
/// Samples a second where nothing says how many there are.
const ASSUMED_RATE: f64 = 1000.0;
/// Bytes of samples that every adapter can bind as one buffer.
const MOST_BYTES: usize = 1 << 27;
/// Cycles of the lowest frequency that a window should hold.
const LEAST_CYCLES: f64 = 3.0;

/// The scene of a recording: its channels of the first one's rate, a window of ten seconds at its beginning. `given` is how
/// many samples a second it has, where the file does not say it.
///
/// # Errors
/// The file cannot be read, or holds no channel that can be used.
pub fn recording(path: &Path, given: Option<f64>) -> Result<SceneFile, SceneError> {
    let signals = signal::read(path)?;
    let mut notes = Vec::new();
    let name = path.file_name().map(Path::new).unwrap_or(path);
    let channels = channels(&signals, &mut notes);
    let first = channels.first().and_then(|name| signals.channels.iter().find(|channel| channel.name == *name));
    let first = first.or(signals.channels.first());
    let (rate, told) = match (first.and_then(|channel| channel.rate), given) {
        (Some(rate), _) => (rate, None),
        (None, Some(rate)) => (rate, Some(rate)),
        (None, None) => {
            let rate = rate_by_name(name, &mut notes);
            (rate, Some(rate))
        }
    };
    let seconds = first.map_or(0, |channel| channel.samples.len()) as f64 / rate;
    let model = PacModel {
        source: Source::Recording(RecordingModel { path: name.to_owned(), channels, rate: told }),
        ..model(rate, seconds.min(WINDOW))
    };
    let title = format!("Coupling, {}", name.display());
    let scene = Scene {
        title,
        system: System::Pac(model),
        preset: "fast".to_owned(),
        seed: 1,
        toggles: BTreeMap::new(),
        picture: None,
        look: Look::default(),
    };
    let note = notes.into_iter().reduce(|a, b| format!("{a}; {b}"));
    Ok(SceneFile { path: path.to_owned(), text: text(&scene), scene, note })
}

/// A scene as its file would say it.
pub fn text(scene: &Scene) -> String {
    // A scene that was read can be written: it holds numbers, names and lists alone.
    ron::ser::to_string_pretty(scene, ron::ser::PrettyConfig::default()).unwrap_or_default()
}

/// Bands and a window for a recording of so many samples and seconds.
fn model(rate: f64, window: f64) -> PacModel {
    let lowest = (LEAST_CYCLES / window + 1.0).max(2.0);
    let highest = (0.45 * rate - 10.0).clamp(1.0, 150.0);
    PacModel {
        source: Source::Recording(RecordingModel { path: "".into(), channels: Vec::new(), rate: None }),
        window,
        advance: 0.0,
        position: 0.0,
        phase_bands: Bands::Linear { from: round(lowest), to: 20.0, count: 30, width: 2.0 },
        amplitude_bands: Bands::Linear {
            from: round((0.5 * highest).min(30.0)),
            to: round(highest),
            count: 30,
            width: round((0.5 * highest).min(20.0)),
        },
        method: Method::Tort,
        filter: Filter::Spectral,
        surrogates: 0,
        surrogate: Surrogate::TimeLag,
    }
}

fn round(hertz: f64) -> f64 {
    (10.0 * hertz).round() / 10.0
}

/// Names of the channels to begin with: all that can be analysed together, or the first where there are too many of them.
/// None where those are all that there are.
fn channels(signals: &Signals, notes: &mut Vec<String>) -> Vec<String> {
    let usable = signals.usable();
    let (Some(first), all) = (usable.first(), signals.channels.len()) else { return Vec::new() };
    let bytes = 4 * first.samples.len() * usable.len();
    if usable.len() > MOST_CHANNELS || bytes > MOST_BYTES {
        notes.push(format!("only {:?} of {all} channels is analysed; choose others by `channels`", first.name));
        return vec![first.name.clone()];
    }
    if usable.len() == all {
        return Vec::new();
    }
    notes.push(format!(
        "{} of {all} channels are analysed; the others are flat, or of another rate than {:?}",
        usable.len(),
        first.name
    ));
    usable.into_iter().map(|channel| channel.name.clone()).collect()
}

/// The rate that a file's name says, as in `ca1_1250Hz.npy`; otherwise one that is told to be a guess.
fn rate_by_name(name: &Path, notes: &mut Vec<String>) -> f64 {
    let text = name.to_string_lossy().to_lowercase();
    let before = text.split("hz").next().filter(|before| before.len() < text.len()).unwrap_or_default();
    let before = before.trim_end_matches([' ', '_', '-']);
    let (digits, factor) = before.strip_suffix('k').map_or((before, 1.0), |before| (before, 1000.0));
    let start = digits.rfind(|letter: char| !(letter.is_ascii_digit() || letter == '.')).map_or(0, |at| at + 1);
    match digits.get(start..).and_then(|digits| digits.parse::<f64>().ok()).filter(|rate| *rate >= 1.0) {
        Some(number) => {
            let rate = factor * number;
            notes.push(format!("{rate} samples a second, as the file's name says"));
            rate
        }
        None => {
            notes.push(format!(
                "the file does not say how many samples a second it has: {ASSUMED_RATE} are assumed, and all frequencies \
                 follow from it; set `rate`"
            ));
            ASSUMED_RATE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::pac::bands::Side;

    #[test]
    fn a_rate_stands_in_the_name_or_is_said_to_be_a_guess() {
        for (name, rate) in [
            ("ca1_1250Hz.npy", 1250.0),
            ("lfp-512.5 hz.csv", 512.5),
            ("HZ.npy", ASSUMED_RATE),
            ("rat12.npy", ASSUMED_RATE),
            ("2khz.npy", 2000.0),
            ("2_cahz.npy", ASSUMED_RATE),
        ] {
            let mut notes = Vec::new();
            assert_eq!(rate_by_name(Path::new(name), &mut notes), rate, "{name}");
            assert_eq!(notes[0].contains("assumed"), rate == ASSUMED_RATE, "{name}");
        }
    }

    #[test]
    fn bands_fit_every_rate_and_window() {
        for rate in [64.0, 100.0, 128.0, 256.0, 512.0, 1250.0, 30_000.0] {
            for window in [1.0, 2.0, 10.0] {
                let model = model(rate, window);
                model.phase_bands.resolve(Side::Phase, rate).unwrap();
                let fast = model.amplitude_bands.resolve(Side::Amplitude, rate).unwrap();
                assert!(fast.iter().all(|band| band.high < 0.5 * rate), "{rate}: {fast:?}");
            }
        }
    }

    #[test]
    fn the_bundled_recording_is_a_scene_and_a_scene_reads_its_own_text() {
        let mut file = SceneFile::read(Path::new("scenes/coupled.edf")).unwrap();
        assert_eq!(ron::from_str::<Scene>(&file.text).unwrap(), file.scene);
        file.choose(&[("window".to_owned(), "4".to_owned()), ("channels".to_owned(), "C2".to_owned())]).unwrap();
        let System::Pac(model) = &file.scene.system else { panic!("{}", file.text) };
        assert_eq!(model.window, 4.0);
        assert_eq!(ron::from_str::<Scene>(&file.text).unwrap(), file.scene);
        let error = file.choose(&[("colour".to_owned(), "4".to_owned())]).unwrap_err().to_string();
        assert!(error.contains("`colour`"), "{error}");
        let error = SceneFile::read(Path::new("README.md")).unwrap_err().to_string();
        assert!(error.contains("README.md: is no scene and no recording"), "{error}");
    }
}
