//! What the caller hands over to open the window.

use super::look::Look;
use crate::gpu::{AdapterChoice, Gpu};
use crate::sim::{Simulation, ToggleSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything that the window needs to know at its start.
pub struct Launch {
    /// Turns a request into a system; called on a thread of its own, so it may read files.
    pub open: OpenScene,
    /// The scene to begin with.
    pub first: SceneRequest,
    /// The scenes on offer in the list.
    pub scenes: Vec<PathBuf>,
    /// The adapter to take.
    pub adapter: AdapterChoice,
    /// How to look at the first scene.
    pub look: Look,
    /// Everything with a sensible default.
    pub options: Options,
}

/// Opens a scene for an adapter, or says in a sentence why not and what would do.
pub type OpenScene = Arc<dyn Fn(&SceneRequest, &Gpu) -> Result<Scene, String> + Send + Sync>;

/// Which scene, and how large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneRequest {
    /// The scene file.
    pub path: PathBuf,
    /// How large.
    pub size: Size,
}

/// How large a scene is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// The scene's own size where the adapter holds it well, else the largest that it does.
    #[default]
    Fitting,
    /// The scene's own size, come what may.
    Full,
}

/// An opened scene.
pub struct Scene {
    /// Its name.
    pub name: String,
    /// Its text, for the session.
    pub text: String,
    /// The system.
    pub simulation: Box<dyn Simulation>,
    /// The seed of its initial state.
    pub seed: u64,
    /// The toggles that are on at the start.
    pub toggles: ToggleSet,
    /// What the user should know: for instance that the size was reduced, and from what.
    pub note: Option<String>,
}

/// Settings of the window.
#[derive(Clone, Debug)]
pub struct Options {
    /// Width and height of the window in points.
    pub window: [u32; 2],
    /// Whether frames wait for the screen.
    pub presenting: Presenting,
    /// Device time for the simulation in each frame.
    pub budget: Duration,
    /// Where recordings are written.
    pub recordings: PathBuf,
    /// Take a picture of the window, then leave.
    pub screenshot: Option<Shot>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            window: [1600, 1000],
            presenting: Presenting::Vsync,
            budget: Duration::from_millis(8),
            recordings: PathBuf::from("."),
            screenshot: None,
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
