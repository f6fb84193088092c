//! What is edited while it runs: the scene file, and the kernels where a folder of them was named.

use super::engine::Bench;
use super::launch::SceneRequest;
use super::watch::Watch;
use crate::scene::SceneFile;
use crate::shaders::LIBRARY;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::PathBuf;
use std::time::Instant;

/// Answers that may wait for the next frame.
const ANSWERS: usize = 8;

/// What was saved, and what has come of reading it.
#[derive(Debug)]
pub enum Reread {
    /// The scene can be opened anew, or why it cannot.
    Scene(Result<(), String>),
    /// So many kernels took the place of others, or why none did.
    Kernels(Result<usize, String>),
}

/// Looks after the files.
#[derive(Debug)]
pub struct Rereading {
    scene: Watch,
    shaders: Option<Watch>,
    sender: Sender<Reread>,
    receiver: Receiver<Reread>,
}

impl Rereading {
    /// Of this scene, and of this folder of WGSL files if there is one.
    pub fn new(scene: &SceneRequest, shaders: Option<&PathBuf>) -> Self {
        let (sender, receiver) = bounded(ANSWERS);
        let shaders = shaders.map(|folder| Watch::new(folder));
        Self { scene: Watch::new(&scene.path), shaders, sender, receiver }
    }

    /// Another scene is open.
    pub fn follow(&mut self, scene: &SceneRequest) {
        if scene.path != self.scene.path() {
            self.scene = Watch::new(&scene.path);
        }
    }

    /// Reads what was saved, on threads of its own, so that the window answers meanwhile. While the lab `compares`, kernels
    /// wait: both arms would go on with others in the middle of a verdict.
    pub fn look(&mut self, scene: &SceneRequest, bench: &Bench, compares: bool) {
        let now = Instant::now();
        if self.scene.was_saved(now) {
            let (scene, bench, sender) = (scene.clone(), bench.clone(), self.sender.clone());
            std::thread::spawn(move || {
                // Whoever has gone does not want to know.
                let _ = sender.send(Reread::Scene(check(&scene, &bench)));
            });
        }
        if let Some(folder) = &mut self.shaders
            && !compares
            && folder.was_saved(now)
        {
            let (folder, bench, sender) = (folder.path().to_owned(), bench.clone(), self.sender.clone());
            std::thread::spawn(move || {
                let taken = LIBRARY.read(&folder).and_then(|library| bench.kernels.take_library(library));
                let _ = sender.send(Reread::Kernels(taken.map_err(|error| error.to_string())));
            });
        }
    }

    /// What has come of it since the last call.
    pub fn take(&self) -> Vec<Reread> {
        self.receiver.try_iter().collect()
    }
}

/// Whether the scene as it stands in its file can be opened: it goes on as it was where it cannot.
fn check(request: &SceneRequest, bench: &Bench) -> Result<(), String> {
    let opened = SceneFile::read(&request.path).and_then(|mut file| {
        file.choose(&request.choices)?;
        file.prepare(bench.kernels.gpu(), request.size, request.seed).map(|_| ())
    });
    opened.map_err(|error| error.to_string())
}
