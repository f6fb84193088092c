//! The network in its window.

use super::hand::{Window, wait_for};
use super::step;

/// The scene as it is delivered, but for the place of its text.
fn scene() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenes/");
    let text = std::fs::read_to_string(format!("{folder}ten_stream.ron")).unwrap();
    let moved = text.replace("\"ten_stream.txt", &format!("\"{folder}ten_stream.txt"));
    assert_ne!(moved, text, "the scene names its text");
    moved
}

#[test]
fn a_network_shows_what_it_reads_and_another_picture_after_each_token() {
    let window = Window::open(&scene());
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    window.take_pointer_away();
    let paused = wait_for("the cycle", || window.cycle());
    let mut before = window.resting_picture();
    assert!(before.colours() > 50, "{} colours", before.colours());
    for cycle in paused + 1..paused + 4 {
        step(&window, cycle);
        let now = window.resting_picture();
        assert!(now.difference(&before) > 0.0, "cycle {cycle} shows what was there before");
        before = now;
    }
    let said = |part: &str| window.widgets().iter().any(|widget| widget.name.contains(part));
    assert!(said("tokens/s"), "{:?}", window.widgets());
    // What was read last stands under the pictures: the end of the text up to here.
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenes/ten_stream.txt")).unwrap();
    let bytes = text.as_bytes();
    let last: String = (paused.saturating_sub(9)..paused + 3)
        .map(|at| match bytes[at as usize % bytes.len()] {
            b'\n' => '¶',
            byte => char::from(byte),
        })
        .collect();
    wait_for(&format!("{last:?} under the pictures"), || said(&last).then_some(()));
}
