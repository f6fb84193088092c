//! A against B by hand: from the tab to the verdict.

use super::hand::{Window, wait_for};
use super::scene;

/// Types a number into a field of figures.
fn enter(window: &Window, field: &str, number: &str) {
    window.click("SpinButton", field);
    for key in ["ctrl+a"].into_iter().chain(number.split("").filter(|key| !key.is_empty())).chain(["Return"]) {
        window.press(key);
    }
}

#[test]
fn a_hand_compares_a_with_b_from_start_to_verdict() {
    let window = Window::open(&scene(8));
    window.click("Button", "A against B");
    window.wait_for_widget("Button", "▶ Compare A and B");
    enter(&window, "96 pairs", "12");
    enter(&window, "12 of A/A", "6");
    window.click("Button", "▶ Compare A and B");
    window.wait_for_widget("Button", "■ Stop");
    // Nobody can change A under its comparison.
    window.press("space");
    wait_for("the refusal", || window.widgets().into_iter().find(|widget| widget.name.contains("A stays as it is")));
    wait_for("the verdict", || {
        window
            .widgets()
            .into_iter()
            .find(|widget| widget.name == "all pairs have run" || widget.name == "the interval is narrow enough")
    });
    window.wait_for_widget("Button", "▶ Compare A and B");
    let named = |name: &str| window.widgets().iter().any(|widget| widget.name == name);
    assert!(named("bit for bit the same") || window.widgets().iter().any(|it| it.name.starts_with("bit for bit")));
    assert!(named("whole cycle"), "the table of stages ends with the whole");
    window.press("ctrl+q");
    let status = window.ended();
    assert!(status.success(), "{status}");
}
