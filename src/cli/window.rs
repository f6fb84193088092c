//! Without a command: the window.

use super::arguments::WindowArguments;
use super::error::CliError;

/// Opens the window.
///
/// # Errors
/// No display, no adapter, or a scene that cannot be run.
#[cfg(feature = "desktop")]
pub fn window(_arguments: &WindowArguments) -> Result<(), CliError> {
    Err(CliError::Window("not built yet".to_owned()))
}

/// Says that this build has no window.
///
/// # Errors
/// Always.
#[cfg(not(feature = "desktop"))]
pub fn window(arguments: &WindowArguments) -> Result<(), CliError> {
    Err(CliError::Input(format!(
        "this build has no window (it was built without the feature `desktop`); `fieldscope record {} --cycles 60` runs \
         the scene without one",
        arguments.scene.scene.display()
    )))
}
