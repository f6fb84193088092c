//! A recording in a window: opened by its path, chosen from, exported.

#[path = "../pac/long.rs"]
mod long;

use super::hand::{Window, wait_for};
use super::scene;
use ndarray::{Array1, Array2};
use ndarray_npy::NpzReader;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A line of text is named by what stands in it.
/// What has just been opened may move a field away from under the click: a hand sees that and types again.
fn rewrite(window: &Window, before: &str, after: &str) {
    for _ in 0..5 {
        window.click("TextInput", before);
        window.press("ctrl+a");
        window.type_text(after);
        if shows_within(window, after, Duration::from_secs(3)) {
            break;
        }
    }
    window.press("Return");
}

fn shows_within(window: &Window, text: &str, most: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < most {
        if window.widget("TextInput", text).is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn said(window: &Window, part: &str) {
    wait_for(part, || window.widgets().iter().any(|widget| widget.name.contains(part)).then_some(()));
}

#[test]
fn a_recording_is_opened_by_its_path_and_chosen_from_and_exported() {
    let window = Window::open(&scene(8));
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/scenes/coupled.edf"), window.folder.path().join("rat.edf"))
        .unwrap();
    rewrite(&window, "", "rat.edf");
    said(&window, "C1 · 0.00 to 10.00 s of 60.0 s");
    rewrite(&window, "10", "4");
    said(&window, "C1 · 0.00 to 4.00 s of 60.0 s");
    wait_for("a cycle", || (window.cycle()? > 0).then_some(()));
    window.click("Button", "Export");
    let folder = wait_for("the export", || {
        let folders = std::fs::read_dir(window.folder.path().join("out")).ok()?;
        let is_ours =
            |path: &PathBuf| path.to_string_lossy().contains("rat-cycle") && path.join("numbers.npz").exists();
        folders.map(|entry| entry.unwrap().path()).find(is_ours)
    });
    said(&window, "pictures and numbers in");
    let mut npz = NpzReader::new(std::fs::File::open(folder.join("numbers.npz")).unwrap()).unwrap();
    let map: Array2<f32> = npz.by_name("comodulogram").unwrap();
    let phase: Array1<f64> = npz.by_name("comodulogram.x").unwrap();
    assert_eq!((map.dim(), phase.len()), ((30, 30), 30));
    let peak = map.indexed_iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    // The coupling that the recording's script put there: 6 Hz and 80 Hz.
    assert!((phase[peak.0.1] - 6.0).abs() < 1.0 && *peak.1 > 0.005, "{peak:?}");
    let csv = std::fs::read_to_string(folder.join("comodulogram.csv")).unwrap();
    assert!(csv.starts_with("amplitude frequency Hz") && csv.lines().count() == 31, "{csv}");
    assert!(image::open(folder.join("pictures.png")).unwrap().width() > 1000);

    // What cannot be is said in one line, and what was open is opened again.
    rewrite(&window, "linear:30:150:30:20", "100-300");
    said(&window, "reaches half the sampling rate");
    said(&window, "C1 · 0.00 to 4.00 s of 60.0 s");
    window.wait_for_widget("TextInput", "linear:30:150:30:20");
    rewrite(&window, "", "notes.docx");
    said(&window, "is no scene and no recording by its ending");
    said(&window, "C1 · 0.00 to 4.00 s of 60.0 s");
}

#[test]
fn a_long_recording_is_scrolled_through_while_the_window_answers() {
    let window = Window::open(&scene(8));
    long::write_edf(&window.folder.path().join("long.edf"));
    rewrite(&window, "", "long.edf");
    said(&window, "E0 · 0.00 to 10.00 s of 600.0 s");
    wait_for("a cycle", || (window.cycle()? > 0).then_some(()));
    let first = window.cycle().unwrap();
    let button = window.wait_for_widget("Button", "vsync").corners;
    let slider = window.wait_for_widget("Slider", "position");
    let mut answers = Vec::new();
    for press in 0..12_u64 {
        std::thread::sleep(Duration::from_millis(200 + 137 * press % 500));
        // To another place, and then something else is asked.
        window.press_mouse("Slider", "position", 0.1 + 0.06 * press as f64);
        answers.push(window.answer("v", button));
    }
    let moved = window.wait_for_widget("Slider", "position");
    assert_ne!(slider.state, moved.state);
    wait_for("other cycles", || (window.cycle()? > first).then_some(()));
    answers.sort();
    eprintln!(
        "answered in {:?} at the median and {:?} at the most",
        answers[answers.len() / 2],
        answers.last().unwrap()
    );
}
