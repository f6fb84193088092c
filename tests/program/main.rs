//! The whole program, run as a user runs it: bad input, recording, replay, kills and pictures. Needs an adapter, and
//! fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

mod bad_files;
mod bad_scenes;
mod compare;
mod doctor;
mod ising;
#[cfg(unix)]
mod kill;
mod lab;
mod mobius;
mod pac;
mod record;
mod replay;
mod snapshot;
mod ten;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The name of the scene in every desk.
const SCENE: &str = "scene.ron";
/// A signal that changes every cycle.
const SINES: &str = "Sines(shortest: 20.0)";
/// The seed of the scene.
const SEED: u64 = 7;

/// A scene small enough that a cycle takes a few milliseconds on a software adapter.
fn scene_text(preset: &str, signal: &str) -> String {
    format!(
        "// A scene of the tests.
Scene(
    title: \"Small\",
    system: Field(FieldModel(
        sites: 16,
        channels: 8,
        sensors: 6,
        motors: 3,
        signal: {signal},
    )),
    preset: \"{preset}\",
    seed: {SEED},
)
"
    )
}

/// A folder of its own with a scene in it, which the program is run in.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self::with_scene(&scene_text("stable", SINES))
    }

    fn with_scene(text: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::write(desk.path(SCENE), text).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fieldscope"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        // Not the folder of whoever runs the tests; the same for all of them, so that kernels are measured once.
        command.env("FIELDSCOPE_CACHE", env!("CARGO_TARGET_TMPDIR"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs what must work, and returns its standard output.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}\n{}", output.status, text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs what must be refused as bad input, and returns the sentence: one line, exit code 2, nothing written.
    fn refused(&self, arguments: &[&str]) -> String {
        let before = files_under(self.folder.path());
        let output = self.run(arguments);
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {out}{error}");
        assert_eq!(out, "", "{arguments:?} printed although it failed");
        assert_eq!(error.lines().count(), 1, "{arguments:?} is refused in more or less than one line:\n{error}");
        assert_eq!(files_under(self.folder.path()), before, "{arguments:?} wrote something");
        error.trim_end().strip_prefix("fieldscope: ").unwrap_or_else(|| panic!("no prefix: {error}")).to_owned()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Everything in a folder and its folders, with sizes.
fn files_under(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let metadata = entry.metadata().unwrap();
        found.push((entry.path(), metadata.len()));
        if metadata.is_dir() {
            found.extend(files_under(&entry.path()));
        }
    }
    found.sort();
    found
}

/// The sentence must hold all of these parts.
#[track_caller]
fn assert_says(sentence: &str, parts: &[&str]) {
    for part in parts {
        assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
    }
}

/// A scene's text in which the line of one field says this instead: `spins: 1`. Nothing changes where nothing is said.
fn with_line(text: &str, changed: &str) -> String {
    let field = changed.split(':').next().unwrap_or_default();
    let lines = text.lines().map(|line| match line.trim_start().strip_prefix(field) {
        Some(rest) if rest.starts_with(':') && !changed.is_empty() => format!("{changed},\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// Line of the first occurrence, counted from 1.
fn line_of(text: &str, part: &str) -> usize {
    1 + text.lines().position(|line| line.contains(part)).unwrap_or_else(|| panic!("{part:?} is not in {text}"))
}
