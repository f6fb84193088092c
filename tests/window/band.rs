//! The Möbius band in a window: drawn in space, and turned by hand.

use super::hand::{Window, wait_for};

const BAND: &str = include_str!("../../scenes/mobius_band.ron");

#[test]
fn a_drag_turns_the_band() {
    let window = Window::open(BAND);
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    window.take_pointer_away();
    let before = window.resting_picture();
    assert!(before.colours() > 100, "{} colours", before.colours());
    // The band is the first picture, and the largest one.
    window.drag("Image", "picture", [0.2, 0.35]);
    window.take_pointer_away();
    let changed = wait_for("another picture", || {
        let share = window.resting_picture().difference(&before);
        (share > 0.0).then_some(share)
    });
    assert!(changed > 0.05, "only {:.1} % of the pixels changed", changed * 100.0);
}
