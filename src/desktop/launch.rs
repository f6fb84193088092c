//! What the caller hands over to open the window.

use crate::gpu::AdapterChoice;
use crate::scene::Size;
use crate::tuning::Wishes;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that the window needs to know at its start.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The scene to begin with.
    pub scene: SceneRequest,
    /// The scenes on offer in the list.
    pub scenes: Vec<PathBuf>,
    /// The adapter to take.
    pub adapter: AdapterChoice,
    /// Everything with a sensible default.
    pub options: Options,
}

/// Which scene, and how large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneRequest {
    /// The scene file.
    pub path: PathBuf,
    /// How large.
    pub size: Size,
    /// The seed; the scene's own where none is given.
    pub seed: Option<u64>,
    /// The preset; the scene's own where none is given.
    pub preset: Option<String>,
    /// Positions of toggles that differ from the scene's.
    pub toggles: Vec<(String, bool)>,
    /// What was chosen of the model, by name; the last of each name holds.
    pub choices: Vec<(String, String)>,
    /// Which of several kernels are taken.
    pub kernels: Wishes,
}

impl SceneRequest {
    /// The scene in the size that suits the adapter, with its own seed, preset and toggles.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            size: Size::Auto,
            seed: None,
            preset: None,
            toggles: Vec::new(),
            choices: Vec::new(),
            kernels: Wishes::default(),
        }
    }

    /// The same scene in another size.
    #[must_use]
    pub fn sized(&self, size: Size) -> Self {
        Self { size, ..self.clone() }
    }

    /// The same scene with something else chosen of its model.
    #[must_use]
    pub fn choosing(&self, name: &str, value: &str) -> Self {
        let mut request = self.clone();
        request.choices.retain(|(known, _)| known != name);
        request.choices.push((name.to_owned(), value.to_owned()));
        request
    }
}

/// Settings of the window.
#[derive(Clone, Debug)]
pub struct Options {
    /// Width and height of the window in points.
    pub window: [u32; 2],
    /// Whether frames wait for the screen.
    pub presenting: Presenting,
    /// Device time for the simulation in each frame; `None` takes what suits the adapter.
    pub budget: Option<Duration>,
    /// Take a picture of the window, then leave.
    pub screenshot: Option<Shot>,
    /// Keep names and places of the widgets in this file.
    pub places: Option<PathBuf>,
    /// Take the kernels from this folder, and again whenever one of its files is saved.
    pub shaders: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            window: [1600, 1000],
            presenting: Presenting::Vsync,
            budget: None,
            screenshot: None,
            places: None,
            shaders: None,
        }
    }
}

/// A picture of the window, taken without a hand on the mouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    /// The PNG to write.
    pub path: PathBuf,
    /// Once this many cycles are done.
    pub after_cycles: u64,
}

/// Whether frames wait for the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presenting {
    /// At most one frame per refresh of the screen.
    #[default]
    Vsync,
    /// As many frames as the machine can draw.
    Immediate,
}

impl Presenting {
    /// What panel and session call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vsync => "vsync",
            Self::Immediate => "no vsync",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Vsync => Self::Immediate,
            Self::Immediate => Self::Vsync,
        }
    }
}
