//! A against B by hand: from the tab to the verdict.

use super::hand::{Window, wait_for};
use super::scene;
use fieldscope::session::{Session, read_session};
use std::collections::BTreeSet;

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
    window.press("r");
    window.wait_for_widget("Button", "Stop recording");
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
    window.click("Button", "Stop recording");
    wait_for("the recording", || {
        window.widgets().into_iter().find(|widget| widget.name.contains("cycles recorded in"))
    });
    assert_both_arms(&read_session(&window.recorded(".ron")).unwrap());
    window.press("ctrl+q");
    let status = window.ended();
    assert!(status.success(), "{status}");
}

/// The recording has what both arms measured, block by block, and what came of it.
fn assert_both_arms(session: &Session) {
    let of_arm = |arm: u8| session.samples.iter().filter(|sample| sample.arm == arm).count();
    assert!(of_arm(0) > 100 && of_arm(1) > 100, "{} samples of A, {} of B", of_arm(0), of_arm(1));
    let pairs: BTreeSet<_> = session.blocks.iter().filter_map(|block| block.pair).collect();
    assert!(pairs.len() >= 12, "{} pairs", pairs.len());
    for pair in pairs {
        let mut arms: Vec<_> =
            session.blocks.iter().filter(|block| block.pair == Some(pair)).map(|block| block.arm).collect();
        arms.sort_unstable();
        assert_eq!(arms, [0, 1], "pair {pair}");
    }
    assert!(session.blocks.iter().any(|block| block.pair.is_none() && block.arm == 0));
    assert!(!session.deviations.is_empty() && session.verdicts.iter().any(|verdict| verdict.stage.is_none()));
    assert!(session.memory.iter().any(|memory| memory.arm == 1));
}
