//! Without a command: the window.

use super::arguments::WindowArguments;
use super::error::CliError;

/// Opens the window.
///
/// # Errors
/// No display, no adapter, or a device that was lost.
#[cfg(feature = "desktop")]
pub fn window(arguments: &WindowArguments) -> Result<(), CliError> {
    use crate::desktop::{DesktopError, Launch, Options, SceneRequest, Shot, run};
    use crate::gpu::AdapterChoice;

    let scene = &arguments.scene;
    // A scene that is not there is bad input before it is a window.
    scene.read()?;
    if let Some(folder) = &arguments.shaders {
        crate::shaders::LIBRARY.read(folder).map_err(|error| CliError::Input(format!("--shaders: {error}")))?;
    }
    let launch = Launch {
        scene: SceneRequest {
            path: scene.scene.clone(),
            size: scene.size,
            seed: scene.seed,
            preset: scene.preset.clone(),
            toggles: scene.toggles.clone(),
            choices: scene.choices.clone(),
            kernels: scene.tuning.wishes(),
        },
        scenes: scenes_beside(&scene.scene),
        adapter: AdapterChoice::from_flag_or_environment(scene.adapter.as_deref()),
        options: Options {
            screenshot: arguments.screenshot.clone().map(|path| Shot { path, after_cycles: arguments.after_cycles }),
            places: arguments.places.clone(),
            shaders: arguments.shaders.clone(),
            ..Options::default()
        },
    };
    run(launch).map_err(|error| match error {
        DesktopError::Gpu(error) => CliError::Gpu(error),
        error => CliError::Window(error.to_string()),
    })
}

/// The scene files of the folder that this one lies in, itself among them.
#[cfg(feature = "desktop")]
fn scenes_beside(scene: &std::path::Path) -> Vec<std::path::PathBuf> {
    let folder = scene.parent().filter(|folder| !folder.as_os_str().is_empty());
    let listed = std::fs::read_dir(folder.unwrap_or(std::path::Path::new("."))).into_iter().flatten().flatten();
    let is_scene = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "ron");
    let mut scenes: Vec<_> = match folder {
        Some(_) => listed.map(|entry| entry.path()).filter(is_scene).collect(),
        None => Vec::new(),
    };
    scenes.push(scene.to_owned());
    scenes.sort();
    scenes.dedup();
    scenes
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
