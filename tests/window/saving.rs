//! Files that are saved while the window shows what they say.

use super::hand::{Window, wait_for};
use super::scene;
use std::path::Path;

/// Copies a folder with what is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, &target).map(|_| ()).unwrap() }
    }
}

/// Waits for a sentence that has all of these words.
#[track_caller]
fn wait_for_sentence(window: &Window, words: &[&str]) {
    let says = |name: &str| words.iter().all(|word| name.contains(word));
    wait_for(&format!("a sentence with {words:?}"), || {
        window.widgets().into_iter().find(|widget| says(&widget.name)).map(|_| ())
    });
}

/// Waits until so many more cycles are done.
#[track_caller]
fn wait_for_cycles(window: &Window, more: u64) {
    let now = wait_for("the cycle", || window.cycle());
    wait_for("more cycles", || (window.cycle()? >= now + more).then_some(()));
}

#[test]
fn a_scene_and_a_kernel_that_are_saved_run_anew_and_bad_ones_leave_the_last_good_ones_running() {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders"), &folder.path().join("shaders"));
    let window = Window::open_in(folder, &scene(8), &["--shaders", "shaders"]);
    let path = window.folder.path().join("scene.ron");

    std::fs::write(&path, scene(8).replace("seed: 7", "sead: 7")).unwrap();
    wait_for_sentence(&window, &["sead", "the scene goes on as it was"]);
    wait_for_cycles(&window, 5);
    let before = window.cycle().unwrap();
    std::fs::write(&path, scene(16)).unwrap();
    wait_for_sentence(&window, &["scene.ron", "it runs anew"]);
    wait_for("a count that begins again", || (window.cycle()? < before).then_some(()));
    wait_for_cycles(&window, 5);

    let kernel = window.folder.path().join("shaders/field/channels.wgsl");
    let text = std::fs::read_to_string(&kernel).unwrap();
    std::fs::write(&kernel, format!("{text}\nfn broken( {{\n")).unwrap();
    let line = format!("field/channels:{}", text.lines().count() + 2);
    wait_for_sentence(&window, &[&line, "go on as they were"]);
    wait_for_cycles(&window, 5);
    std::fs::write(&kernel, format!("{text}\n// Edited while it ran.\n")).unwrap();
    wait_for_sentence(&window, &["kernels were saved and run from now on"]);
    wait_for_cycles(&window, 5);
    window.press("ctrl+q");
    assert!(window.ended().success());
}
