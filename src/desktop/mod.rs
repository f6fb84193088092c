//! The window: the only layer that knows Bevy and egui. It holds no numerics.
//!
//! Two worlds run side by side. In the render world the [`engine`] owns the driver and the painter and gives both their
//! turn once a frame, on the window's own device. In the main world the [`desk`] takes in what the driver tells, keeps
//! the [`model`] up to date, and carries out the [`action`]s that the [`panel`]s return. Bounded channels lie between
//! them ([`link`]), so that neither waits for the other.

mod ablating;
pub mod action;
mod adapter;
mod app;
mod desk;
mod engine;
mod exporting;
pub mod format;
pub mod keys;
mod lab_link;
mod laboratory;
mod launch;
mod link;
pub mod model;
mod pace;
pub mod panel;
mod panes;
mod places;
mod recording;
mod rereading;
mod running;
#[cfg(test)]
mod testing;
pub mod theme;
mod watch;

pub use launch::{Launch, Options, Presenting, SceneRequest, Shot};

use crate::gpu::GpuError;
use std::path::PathBuf;

/// Why the window did not open, or closed early.
#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    /// The adapter.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// No screen to open a window on.
    #[error(
        "there is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set; start it from a desktop or through \
         `xvfb-run -a`, or run the scene without a window: `fieldscope record {} --cycles 60`",
        scene.display()
    )]
    NoScreen {
        /// The scene that was to be shown.
        scene: PathBuf,
    },
    /// The screen does not answer, or offers too little.
    #[error(
        "no window can be opened on this screen ({reason}): check DISPLAY and WAYLAND_DISPLAY, or run the scene without a \
         window: `fieldscope record {} --cycles 60`",
        scene.display()
    )]
    Unopened {
        /// The scene that was to be shown.
        scene: PathBuf,
        /// What the window library says.
        reason: String,
    },
    /// Bevy brought no renderer.
    #[error("the window library opened without its renderer; `fieldscope doctor` says what the adapter can do")]
    NoRenderer,
    /// The device is gone; what was recorded is kept.
    #[error("the device was lost: {0}; a running recording was closed and kept")]
    DeviceLost(String),
    /// The picture of the window could not be written.
    #[error("cannot write {path}: {reason}")]
    Screenshot {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The window ended with this code.
    #[error("the window ended with code {0}; the log above says why")]
    Ended(u8),
}

/// Opens the window and runs until it is closed.
///
/// # Errors
/// No adapter or screen, or a device that was lost on the way.
pub fn run(launch: Launch) -> Result<(), DesktopError> {
    app::run(launch)
}
