//! A real window on a screen without a monitor, driven from outside as a hand would drive it: what it shows, what it
//! records, and how soon it answers. Needs Xvfb, xdotool and an adapter, and fails without one of them.

#![cfg(all(feature = "desktop", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

mod band;
mod compare;
mod hand;
mod pac;
mod saving;
mod screen;
mod ten;

use fieldscope::session::{Session, read_session};
use hand::{Window, program, wait_for};
use std::process::Output;
use std::time::Duration;

/// Small enough that a software adapter draws and computes many cycles a second.
fn scene(channels: u32) -> String {
    format!(
        "Scene(
    title: \"Small\",
    system: Field(FieldModel(sites: 16, channels: {channels}, sensors: 6, motors: 3, signal: Sines(shortest: 20.0))),
    preset: \"stable\",
    seed: 7,
    look: (quantity: Variance, marks: false),
)
"
    )
}

/// Runs one cycle of a paused window.
fn step(window: &Window, to: u64) {
    window.press("s");
    wait_for(&format!("cycle {to}"), || (window.cycle()? == to).then_some(()));
}

#[test]
fn what_a_hand_does_stands_in_the_session_at_the_cycle_where_it_took_effect() {
    let window = Window::open(&scene(8));
    window.press("r");
    window.wait_for_widget("Button", "Stop recording");
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    let paused = wait_for("the cycle", || window.cycle());
    step(&window, paused + 1);
    step(&window, paused + 2);
    assert_eq!(window.wait_for_widget("CheckBox", "batched_readback").state, "on");
    window.click("CheckBox", "batched_readback");
    // The box shows the wish at once; that it has come true stands in the journal.
    let journal = window.recorded(".ron.journal");
    wait_for("the switch", || std::fs::read_to_string(&journal).ok()?.contains("SetToggle").then_some(()));
    step(&window, paused + 3);
    window.press("r");
    // The document comes first, then the journal goes.
    wait_for("the end of the journal", || (!journal.exists()).then_some(()));
    let session = read_session(&window.recorded(".ron")).unwrap();
    assert_session(&session, paused);
    window.press("ctrl+q");
    let status = window.ended();
    assert!(status.success(), "{status}");
}

/// The run: paused, two steps, a toggle, one more step.
fn assert_session(session: &Session, paused: u64) {
    let commands: Vec<_> = session.commands.iter().map(|command| (command.cycle, command.command.as_str())).collect();
    let expected = [
        (paused + 1, "Pause"),
        (paused + 1, "Step"),
        (paused + 2, "Step"),
        (paused + 3, "SetToggle(name:\"batched_readback\",on:false)"),
        (paused + 3, "Step"),
    ];
    assert_eq!(commands, expected);
    let blocks: Vec<_> = session
        .blocks
        .iter()
        .map(|block| (block.first_cycle, block.last_cycle, block.toggles["batched_readback"]))
        .collect();
    let first = session.cycle_times.first().unwrap().cycle;
    assert_eq!(blocks, [(first, paused + 2, true), (paused + 3, paused + 3, false)]);
    assert!(session.cycle_times.iter().map(|time| time.cycle).eq(first..=paused + 3), "cycles are missing");
    let closing = session.closing.as_ref().unwrap();
    assert_eq!((closing.cleanly, closing.reason.as_str()), (true, "stopped by the user"));
    assert!(closing.frames > 3, "{} frames", closing.frames);
    assert_eq!(session.header.present_mode, "vsync");
    // The host waits for each of its readings only where they are not batched.
    let waits = |cycle| {
        let is_wait = |pass: u32| session.passes.iter().any(|known| known.id == pass && known.kernel.is_none());
        session.samples.iter().filter(|sample| sample.cycle == cycle && is_wait(sample.pass)).count()
    };
    assert_eq!(waits(paused + 2), 0);
    assert!(waits(paused + 3) > 0, "the toggle changed nothing");
}

#[test]
fn the_picture_is_drawn_and_changes_with_the_slice() {
    let window = Window::open(&scene(8));
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    window.press("1");
    window.take_pointer_away();
    let before = window.resting_picture();
    assert!(before.colours() > 100, "{} colours", before.colours());
    window.press_mouse("Slider", "x ", 0.15);
    window.take_pointer_away();
    // The slider moves a frame or two before the picture.
    let changed = wait_for("another picture", || {
        let share = window.resting_picture().difference(&before);
        (share > 0.0).then_some(share)
    });
    // One slice of three, most of whose pixels have another colour now.
    assert!(changed > 0.05, "only {:.1} % of the pixels changed", changed * 100.0);
}

#[test]
fn an_input_is_answered_while_a_long_cycle_runs() {
    const PRESSES: u64 = 15;
    let window = Window::open(&scene(32).replace("sites: 16", "sites: 96"));
    window.press("r");
    window.wait_for_widget("Button", "Stop recording");
    let marks = window.wait_for_widget("CheckBox", "marks").corners;
    let mut answers: Vec<Duration> = (0..PRESSES)
        .map(|press| {
            // At another moment of the cycle each time.
            std::thread::sleep(Duration::from_millis(300 + 137 * press % 500));
            window.answer("m", marks)
        })
        .collect();
    answers.sort();
    let journal = window.recorded(".ron.journal");
    window.press("r");
    wait_for("the end of the journal", || (!journal.exists()).then_some(()));
    let session = read_session(&window.recorded(".ron")).unwrap();
    let mut cycles: Vec<_> = session.cycle_times.iter().map(|time| Duration::from_nanos(time.nanoseconds)).collect();
    cycles.sort();
    let (answer, cycle) = (answers[answers.len() / 2], cycles[cycles.len() / 2]);
    eprintln!("answered in {answer:?}, at most {:?}, while a cycle takes {cycle:?}", answers[answers.len() - 1]);
    // A window that answers only between two cycles takes half of one. No fixed time: the machine may be loaded.
    assert!(answer < cycle / 2, "answered in {answer:?} while a cycle takes {cycle:?}");
}

/// Runs what must end without a window, and returns its exit code and its one line.
fn refused(scene: &str, display: Option<&str>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scene.ron"), scene).unwrap();
    let mut command = program(folder.path());
    command.arg("scene.ron").envs(display.map(|display| ("DISPLAY", display)));
    let Output { status, stderr, .. } = command.output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "not one line:\n{said}");
    (status.code(), said)
}

#[test]
fn without_a_screen_one_line_says_what_to_do() {
    let (code, said) = refused(&scene(8), None);
    assert_eq!(code, Some(1), "{said}");
    for part in ["fieldscope: there is no screen", "DISPLAY", "`fieldscope record scene.ron --cycles 60`"] {
        assert!(said.contains(part), "{part:?} is not in {said:?}");
    }
    // No server has so high a number.
    let (code, said) = refused(&scene(8), Some(":4711"));
    assert_eq!(code, Some(1), "{said}");
    for part in ["fieldscope: no window can be opened", "does not answer", "`fieldscope record scene.ron"] {
        assert!(said.contains(part), "{part:?} is not in {said:?}");
    }
}

#[test]
fn a_scene_that_cannot_be_read_is_refused_before_there_is_a_window() {
    let text = scene(8).replace("seed: 7", "sede: 7");
    for display in [None, Some(":4711")] {
        let (code, said) = refused(&text, display);
        assert_eq!(code, Some(2), "{said}");
        for part in ["fieldscope: scene.ron:5:", "sede", "seed"] {
            assert!(said.contains(part), "{part:?} is not in {said:?}");
        }
    }
}
