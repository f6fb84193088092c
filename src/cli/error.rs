//! Everything that ends a command, with its exit code.

use crate::driver::DriverError;
use crate::gpu::GpuError;
use crate::lab::{ComparisonError, TrialError};
use crate::ron_file::RonFileError;
use crate::scene::SceneError;
use crate::session::SessionError;
use crate::signal::SignalError;
use crate::sim::Refusal;
use crate::tuning::TuningError;
use crate::view::ViewError;
use std::path::{Path, PathBuf};

/// Why a command ended without its result.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A scene that cannot be run.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// A session that cannot be read or written.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A recording that cannot be read or used.
    #[error(transparent)]
    Signal(#[from] SignalError),
    /// The adapter.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// A picture that cannot be painted.
    #[error(transparent)]
    View(#[from] ViewError),
    /// A setting that the system refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file that is not there, or that cannot be opened.
    #[error(transparent)]
    Unreadable(#[from] RonFileError),
    /// Two sessions that cannot be compared.
    #[error(transparent)]
    Comparison(#[from] ComparisonError),
    /// A confirmed regression: what the command found out, not a fault of it.
    #[error("confirmed regression above {threshold}: {}", rows.join(", "))]
    Regression {
        /// The threshold, as it was given.
        threshold: String,
        /// The rows that are slower by more.
        rows: Vec<String>,
    },
    /// A trial that could not go on.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// B's result is not what its toggles promise.
    #[error("broken promise: {0}")]
    BrokenPromise(String),
    /// Something in the arguments.
    #[error("{0}")]
    Input(String),
    /// A file that cannot be written or read.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The window failed.
    #[cfg(feature = "desktop")]
    #[error("{0}")]
    Window(String),
}

impl CliError {
    /// A file with what is wrong with it.
    pub fn file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File { path: path.to_owned(), reason: reason.to_string() }
    }

    /// 2 where the input has to change, 1 where something failed on the way.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Scene(_)
            | Self::Session(_)
            | Self::Signal(_)
            | Self::View(_)
            | Self::Refused(_)
            | Self::Unreadable(_)
            | Self::Comparison(_)
            | Self::Input(_)
            | Self::File { .. } => 2,
            Self::Gpu(
                GpuError::TooLarge { .. }
                | GpuError::NoRoom { .. }
                | GpuError::OutOfMemory { .. }
                | GpuError::UnknownAdapter { .. },
            ) => 2,
            Self::Gpu(_) | Self::Trial(_) | Self::Regression { .. } | Self::BrokenPromise(_) => 1,
            #[cfg(feature = "desktop")]
            Self::Window(_) => 1,
        }
    }
}

impl From<TuningError> for CliError {
    fn from(error: TuningError) -> Self {
        match error {
            TuningError::Gpu(error) => Self::Gpu(error),
            refused @ TuningError::Refused(_) => Self::Input(refused.to_string()),
        }
    }
}

impl From<DriverError> for CliError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::Gpu(error) => Self::Gpu(error),
            DriverError::Refused(refusal) => Self::Refused(refusal),
        }
    }
}
