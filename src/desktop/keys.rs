//! Keyboard shortcuts. One table is the source of both the handling and the overlay that lists them.

use super::action::Action;
use super::model::Model;
use crate::driver::Command;
use crate::view::{Arrangement, Look};
use egui::{Key, Modifiers};

/// A shortcut.
pub struct Shortcut {
    /// How the overlay writes the keys.
    pub keys: &'static str,
    /// What the overlay says it does.
    pub about: &'static str,
    /// Heading in the overlay.
    pub group: &'static str,
    /// The keys that do it.
    pub pressed: &'static [(Modifiers, Key)],
    /// What it asks for.
    pub action: fn(&Model) -> Option<Action>,
}

const NONE: Modifiers = Modifiers::NONE;

/// Every shortcut, in the order of the overlay.
pub const SHORTCUTS: &[Shortcut] = &[
    Shortcut {
        keys: "Space",
        about: "pause, go on",
        group: "run",
        pressed: &[(NONE, Key::Space)],
        action: |model| Some(Action::Driver(if model.status.paused { Command::Resume } else { Command::Pause })),
    },
    Shortcut {
        keys: "S  .",
        about: "one cycle, then stop",
        group: "run",
        pressed: &[(NONE, Key::S), (NONE, Key::Period)],
        action: |_| Some(Action::Driver(Command::Step)),
    },
    Shortcut {
        keys: "F",
        about: "fast-forward: many cycles, few pictures",
        group: "run",
        pressed: &[(NONE, Key::F)],
        action: |model| Some(Action::Driver(Command::FastForward(!model.status.fast_forward))),
    },
    Shortcut {
        keys: "+",
        about: "twice as many cycles per frame",
        group: "run",
        pressed: &[(NONE, Key::Plus), (Modifiers::SHIFT, Key::Plus), (NONE, Key::Equals)],
        action: |model| {
            let more = model.status.cycles_per_frame.map(|count| count.saturating_mul(2).max(1));
            Some(Action::Driver(Command::SetCyclesPerFrame(more.filter(|count| *count <= 1024))))
        },
    },
    Shortcut {
        keys: "-",
        about: "half as many cycles per frame",
        group: "run",
        pressed: &[(NONE, Key::Minus)],
        action: |model| {
            let fewer = model.status.cycles_per_frame.map_or(16, |count| (count / 2).max(1));
            Some(Action::Driver(Command::SetCyclesPerFrame(Some(fewer))))
        },
    },
    Shortcut {
        keys: "Ctrl R",
        about: "start again from cycle 0",
        group: "run",
        pressed: &[(Modifiers::COMMAND, Key::R)],
        action: |model| Some(Action::Driver(Command::Reset { seed: model.seed })),
    },
    Shortcut {
        keys: "R",
        about: "start or close a recording",
        group: "measure",
        pressed: &[(NONE, Key::R)],
        action: |model| Some(if model.recording.is_some() { Action::StopRecording } else { Action::StartRecording }),
    },
    Shortcut {
        keys: "B",
        about: "pin the medians as baseline, or forget them",
        group: "measure",
        pressed: &[(NONE, Key::B)],
        action: |model| {
            Some(if model.shown_timing().is_pinned() { Action::UnpinBaseline } else { Action::PinBaseline })
        },
    },
    Shortcut {
        keys: "V",
        about: "wait for the screen's refresh, or not",
        group: "measure",
        pressed: &[(NONE, Key::V)],
        action: |model| Some(Action::Present(model.presenting.other())),
    },
    Shortcut {
        keys: "1",
        about: "three slices",
        group: "look",
        pressed: &[(NONE, Key::Num1)],
        action: |model| Some(arranged(model, Arrangement::Slices)),
    },
    Shortcut {
        keys: "2",
        about: "volume",
        group: "look",
        pressed: &[(NONE, Key::Num2)],
        action: |model| Some(arranged(model, Arrangement::Volume)),
    },
    Shortcut {
        keys: "3",
        about: "both",
        group: "look",
        pressed: &[(NONE, Key::Num3)],
        action: |model| Some(arranged(model, Arrangement::Both)),
    },
    Shortcut {
        keys: "M",
        about: "show or hide the marks",
        group: "look",
        pressed: &[(NONE, Key::M)],
        action: |model| Some(Action::Look(Look { marks: !model.look().marks, ..model.look() })),
    },
    Shortcut {
        keys: "H  ?",
        about: "show or hide this list",
        group: "window",
        pressed: &[
            (NONE, Key::H),
            (NONE, Key::Questionmark),
            (Modifiers::SHIFT, Key::Questionmark),
            (Modifiers::SHIFT, Key::Slash),
        ],
        action: |model| Some(Action::ShowHelp(!model.help)),
    },
    Shortcut {
        keys: "Ctrl Q",
        about: "close the window, and a recording with it",
        group: "window",
        pressed: &[(Modifiers::COMMAND, Key::Q)],
        action: |_| Some(Action::Leave),
    },
    Shortcut {
        keys: "Esc",
        about: "close what lies on top",
        group: "window",
        pressed: &[(NONE, Key::Escape)],
        action: |model| match (model.help, model.voxel.is_some(), model.shown_timing().selected()) {
            (true, _, _) => Some(Action::ShowHelp(false)),
            (_, true, _) => Some(Action::CloseVoxel),
            (_, _, Some(_)) => Some(Action::SelectCycles(None)),
            (false, false, None) => None,
        },
    },
];

fn arranged(model: &Model, arrangement: Arrangement) -> Action {
    Action::Look(Look { arrangement, ..model.look() })
}

/// What the keys pressed in this frame ask for; nothing while a text field has the keyboard.
pub fn actions(context: &egui::Context, model: &Model) -> Vec<Action> {
    if context.text_edit_focused() {
        return Vec::new();
    }
    // The space bar also presses the widget that has the focus; then it is not ours.
    let focused = context.egui_wants_keyboard_input();
    let pressed: Vec<_> = context.input(|input| input.events.iter().filter_map(key_press).collect());
    let ours = |(_, key): &&(Modifiers, Key)| !(focused && *key == Key::Space);
    let shortcut = |(modifiers, key): &(Modifiers, Key)| {
        let same = |wanted: &(Modifiers, Key)| wanted.1 == *key && modifiers.matches_exact(wanted.0);
        SHORTCUTS.iter().find(|shortcut| shortcut.pressed.iter().any(same))
    };
    pressed.iter().filter(ours).filter_map(shortcut).filter_map(|shortcut| (shortcut.action)(model)).collect()
}

/// A key that went down or up, by its place on the keyboard, with the modifiers that were down with it.
pub struct Stroke {
    /// The key; `None` where egui has no name for it.
    pub key: Option<Key>,
    /// Down or up.
    pub pressed: bool,
    /// The modifiers at that moment.
    pub modifiers: Modifiers,
}

/// Gives every key of a frame the modifiers of its own moment. By itself it has those at the end of the frame, and when
/// frames are long, Ctrl and R are both up again by then: `R` would record where `Ctrl R` was to start over.
pub fn correct_modifiers(events: &mut [egui::Event], strokes: &[Stroke]) {
    let mut strokes = strokes.iter();
    for event in events {
        if let egui::Event::Key { physical_key, pressed, modifiers, .. } = event
            && let Some(stroke) = strokes.find(|stroke| stroke.key == *physical_key && stroke.pressed == *pressed)
        {
            *modifiers = stroke.modifiers;
        }
    }
}

/// Drops what says that the modifiers are as they were: it comes with every frame, and egui takes it for an input, after
/// which it wants to be drawn again.
pub fn drop_unchanged(events: &mut Vec<egui::Event>, told: &mut Modifiers) {
    events.retain(|event| match event {
        egui::Event::ModifiersChanged(now) => std::mem::replace(told, *now) != *now,
        _ => true,
    });
}

fn key_press(event: &egui::Event) -> Option<(Modifiers, Key)> {
    match event {
        egui::Event::Key { key, pressed: true, repeat: false, modifiers, .. } => Some((*modifiers, *key)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_modifiers_of_its_own_moment() {
        let event =
            |key, pressed| egui::Event::Key { key, physical_key: Some(key), pressed, repeat: false, modifiers: NONE };
        let stroke = |key, pressed, modifiers| Stroke { key: Some(key), pressed, modifiers };
        // Within one frame: S, then Ctrl R, then R. The key that egui does not know stands for Ctrl itself.
        let ctrl = Stroke { key: None, pressed: true, modifiers: Modifiers::COMMAND };
        let strokes = [
            stroke(Key::S, true, NONE),
            ctrl,
            stroke(Key::R, true, Modifiers::COMMAND),
            stroke(Key::R, false, NONE),
            stroke(Key::R, true, NONE),
        ];
        let mut events =
            [event(Key::S, true), egui::Event::Copy, event(Key::R, true), event(Key::R, false), event(Key::R, true)];
        correct_modifiers(&mut events, &strokes);
        let pressed: Vec<_> = events.iter().filter_map(key_press).collect();
        assert_eq!(pressed, [(NONE, Key::S), (Modifiers::COMMAND, Key::R), (NONE, Key::R)]);
    }
}
