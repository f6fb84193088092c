use super::*;
use crate::desktop::keys::SHORTCUTS;
use crate::desktop::launch::{Presenting, SceneRequest};
use crate::desktop::model::{LabAction, Measured, Severity, SweepAction, Tab};
use crate::desktop::testing::{opened, ran};
use crate::desktop::theme;
use crate::driver::{Command, Following, Status};
use crate::lab::sweep::{self, Point};
use crate::scene::Size;
use crate::sim::{Column, Cost, List, Meaning};
use crate::view::{Arrangement, Figure, Listed, Look, Reading, Told, Voxel};
use egui::Key;
use egui::accesskit::Toggled;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// Shows the whole window and keeps what it asks for.
fn harness(model: Model) -> Harness<'static, (Model, Vec<Action>)> {
    let show = |ui: &mut Ui, (model, asked): &mut (Model, Vec<Action>)| {
        let shown = window(ui, model, None);
        asked.extend(shown.actions);
    };
    let builder = Harness::builder().with_size(egui::vec2(1600.0, 1000.0)).with_max_steps(32);
    let mut harness = builder.build_ui_state(show, (model, Vec::new()));
    theme::apply(&harness.ctx);
    harness.run_steps(3);
    harness
}

fn asked(harness: &mut Harness<'_, (Model, Vec<Action>)>) -> Vec<Action> {
    harness.run_steps(3);
    std::mem::take(&mut harness.state_mut().1)
}

fn click(harness: &mut Harness<'_, (Model, Vec<Action>)>, label: &str) -> Vec<Action> {
    harness.get_by_label(label).click();
    asked(harness)
}

#[test]
fn every_toggle_is_found_by_its_label_and_asks_to_be_switched() {
    let mut harness = harness(opened());
    for name in ["fused", "sparse"] {
        let node = harness.get_by_label(name);
        assert_eq!(node.accesskit_node().toggled(), Some(Toggled::False));
        let wanted = Command::SetToggle { name: name.to_owned(), on: true };
        assert_eq!(click(&mut harness, name), [Action::Driver(wanted)]);
    }
}

#[test]
fn a_toggle_that_is_on_asks_to_be_switched_off() {
    let mut model = opened();
    model.toggles[0].on = true;
    let mut harness = harness(model);
    let wanted = Command::SetToggle { name: "fused".to_owned(), on: false };
    assert_eq!(click(&mut harness, "fused"), [Action::Driver(wanted)]);
}

#[test]
fn toggles_show_group_kind_claim_and_measured_factor() {
    let mut model = opened();
    model.toggles[1].measured = Some(Measured { factor: 3.21, interval: [3.1, 3.3], clear: true });
    let harness = harness(model);
    for text in ["passes", "work left out", "exact", "approximate", "2–10×", "3.21×"] {
        harness.get_by_label(text);
    }
}

#[test]
fn presets_are_buttons() {
    let mut harness = harness(opened());
    assert_eq!(click(&mut harness, "quick"), [Action::Driver(Command::SetPreset("quick".to_owned()))]);
}

#[test]
fn a_parameter_is_a_slider_that_asks_for_its_value() {
    let mut harness = harness(opened());
    let slider = harness.get_by_role_and_label(egui::accesskit::Role::Slider, "gain");
    slider.focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    let asked = asked(&mut harness);
    let [Action::Driver(Command::SetParameter { name, value })] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(name, "gain");
    assert!(*value > 0.5 && *value < 0.6, "{value}");
}

#[test]
fn a_landmark_moves_the_parameter_there_and_a_course_is_asked_for_and_left() {
    let mut idle = harness(opened());
    let set = |value| Action::Driver(Command::SetParameter { name: "gain".to_owned(), value });
    assert_eq!(click(&mut idle, "half 0.2500"), [set(0.25)]);
    assert_eq!(click(&mut idle, "calm down"), [Action::Driver(Command::Follow("calm down".to_owned()))]);
    assert!(idle.query_by_label("Stay").is_none());
    let mut model = opened();
    let following = Following { name: "calm down", parameter: "gain", cycles: [10, 40] };
    model.take_status(Status { following: Some(following), ..model.status.clone() }, &[Some(0.375)]);
    let mut calming = harness(model);
    assert_eq!(calming.get_by_label("calm down").accesskit_node().toggled(), Some(Toggled::True));
    assert_eq!(click(&mut calming, "Stay"), [set(0.375)]);
}

#[test]
fn a_sweep_is_planned_begun_stopped_and_its_figures_are_plotted() {
    let mut model = opened();
    model.lab.tab = Tab::Sweep;
    let mut idle = harness(model);
    let planned = |action| Action::Sweep(action);
    assert_eq!(click(&mut idle, "▶ Sweep"), [planned(SweepAction::Start)]);
    let mut model = opened();
    model.lab.tab = Tab::Sweep;
    model.ask_sweep(SweepAction::Start);
    assert!(model.sweep_on().is_some_and(|(command, _)| command.is_some()));
    let figure = |value| sweep::Figure {
        name: "gain of it".to_owned(),
        value,
        error: 0.1,
        time: 1.0,
        plateau: false,
        exact: None,
    };
    if let Some(sweep) = &mut model.sweeping {
        let point = |value: f64| Point { value, left_out: 1, cycles: 64, figures: vec![figure(2.0 * value)] };
        sweep.points = vec![point(0.0), point(0.1)];
    }
    let mut running = harness(model);
    running.get_by_label("GAIN OF IT");
    running.get_by_label_contains("hollow");
    assert_eq!(click(&mut running, "⏹ Stop"), [planned(SweepAction::Stop)]);
}

#[test]
fn a_value_that_a_slider_rounds_is_not_asked_for_again_and_again() {
    let mut model = opened();
    // What a system that keeps 0.3 as f32 gives back, and more decimals than a slider shows.
    for value in [f64::from(0.3_f32), 0.269_185_314_213] {
        model.parameters[0].value = Some(value);
        let mut harness = harness(model);
        harness.run_steps(3);
        assert_eq!(asked(&mut harness), []);
        model = opened();
    }
}

#[test]
fn running_stopping_stepping_and_resetting() {
    let mut running = harness(opened());
    assert_eq!(click(&mut running, "⏸ Pause"), [Action::Driver(Command::Pause)]);
    assert_eq!(click(&mut running, "⏭ Step"), [Action::Driver(Command::Step)]);
    assert_eq!(click(&mut running, "⏩ Fast"), [Action::Driver(Command::FastForward(true))]);
    assert_eq!(click(&mut running, "⟲ Reset"), [Action::Driver(Command::Reset { seed: 7 })]);
    assert_eq!(click(&mut running, "as many as fit"), [Action::Driver(Command::SetCyclesPerFrame(Some(1)))]);
    let mut paused = harness(ran());
    assert_eq!(click(&mut paused, "▶ Go on"), [Action::Driver(Command::Resume)]);
}

#[test]
fn the_record_button_starts_and_stops() {
    let mut idle = harness(opened());
    assert_eq!(click(&mut idle, "⏺ Record"), [Action::StartRecording]);
    let mut model = opened();
    model.recording = Some((model.now, "tiny.ron".into()));
    model.now += std::time::Duration::from_millis(61_500);
    let mut recording = harness(model);
    assert_eq!(click(&mut recording, "Stop recording"), [Action::StopRecording]);
}

#[test]
fn another_scene_is_opened_from_the_list() {
    let mut harness = harness(opened());
    let request = SceneRequest::new("scenes/other.ron");
    assert_eq!(click(&mut harness, "other"), [Action::OpenScene(request)]);
}

#[test]
fn a_scene_that_does_not_fit_says_so_and_offers_what_does() {
    let mut model = opened();
    model.scene = None;
    model.request.size = Size::Full;
    model.notices.add(Severity::Error, "field needs 679 bytes".to_owned());
    let mut harness = harness(model);
    harness.get_by_label("field needs 679 bytes");
    let request = SceneRequest::new("scenes/tiny.ron").sized(Size::Reduced);
    assert_eq!(click(&mut harness, "Open reduced"), [Action::OpenScene(request)]);
    assert_eq!(click(&mut harness, "✖"), [Action::DismissNotice(0)]);
}

#[test]
fn a_reduced_scene_says_so_and_offers_its_full_size() {
    let mut model = opened();
    if let Some(scene) = &mut model.scene {
        scene.note = Some("reduced to 96³ × 16".to_owned());
    }
    let mut harness = harness(model);
    let request = SceneRequest::new("scenes/tiny.ron").sized(Size::Full);
    assert_eq!(click(&mut harness, "Open in full size"), [Action::OpenScene(request)]);
}

#[test]
fn timings_that_are_missing_are_dashes_and_none_is_zero() {
    let empty = harness(opened());
    assert!(empty.query_all_by_label("–").count() >= 3 * 9);
    assert!(empty.query_by_label_contains("0.000").is_none());
    let measured = harness(ran());
    measured.get_by_label("measure · host time");
    // The median of 401, 402, … 500 µs.
    measured.get_by_label("0.450");
}

#[test]
fn the_baseline_is_pinned_and_forgotten() {
    let mut model = ran();
    let mut free = harness(ran());
    assert_eq!(click(&mut free, "Pin baseline"), [Action::PinBaseline]);
    model.shown_timing_mut().pin(true);
    let mut pinned = harness(model);
    pinned.get_all_by_label("1.00×").next().expect("each stage against itself");
    assert_eq!(click(&mut pinned, "Unpin"), [Action::UnpinBaseline]);
}

#[test]
fn the_roof_is_shown_and_measured_again() {
    let mut harness = harness(ran());
    assert_eq!(click(&mut harness, "roof 10.0 GB/s"), [Action::MeasureRoof]);
}

#[test]
fn the_status_line_names_adapter_clock_and_lost_samples() {
    let mut model = opened();
    model.status.counts.dropped = 3;
    let mut harness = harness(model);
    harness.get_by_label_contains("Pretended GPU · vulkan · software");
    harness.get_by_label("device timestamps");
    harness.get_by_label("samples dropped 3 · zero 0 · negative 0");
    harness.get_by_label_contains("own cost – % (– ms a second)");
    assert_eq!(click(&mut harness, "vsync"), [Action::Present(Presenting::Immediate)]);
}

#[test]
fn without_timestamps_the_status_line_says_host_time() {
    let mut model = opened();
    model.machine.timing = crate::desktop::model::Timing::Host;
    harness(model).get_by_label("no trusted GPU timing: host time");
}

#[test]
fn the_picture_is_looked_at_in_other_ways() {
    let mut harness = harness(opened());
    let look = harness.state().0.look();
    let slices = Look { arrangement: Arrangement::Slices, ..look };
    assert_eq!(click(&mut harness, "slices"), [Action::Look(slices)]);
    assert_eq!(click(&mut harness, "marks"), [Action::Look(Look { marks: false, ..look })]);
}

#[test]
fn probes_show_their_last_value() {
    let harness = harness(ran());
    harness.get_by_label("ENERGY");
    harness.get_by_label("MOTORS");
    // The last value of the first motor's cosine.
    harness.get_by_label("-0.839");
}

#[test]
fn the_overlay_lists_every_shortcut() {
    let mut model = opened();
    model.help = true;
    let harness = harness(model);
    for shortcut in SHORTCUTS {
        assert!(harness.query_all_by_label(shortcut.about).count() > 0, "{}", shortcut.about);
        assert!(harness.query_all_by_label(shortcut.keys).count() > 0, "{}", shortcut.keys);
    }
}

#[test]
fn every_shortcut_asks_for_what_its_table_says() {
    let mut model = opened();
    model.status.cycles_per_frame = Some(4);
    model.help = false;
    for shortcut in SHORTCUTS {
        for (modifiers, key) in shortcut.pressed {
            let expected: Vec<_> = (shortcut.action)(&model).into_iter().collect();
            let mut harness = harness(opened());
            harness.state_mut().0.status.cycles_per_frame = Some(4);
            harness.key_press_modifiers(*modifiers, *key);
            assert_eq!(asked(&mut harness), expected, "{}", shortcut.keys);
        }
    }
}

#[test]
fn no_two_shortcuts_share_a_key() {
    let mut all: Vec<_> =
        SHORTCUTS.iter().flat_map(|shortcut| shortcut.pressed).map(|keys| format!("{keys:?}")).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn keys_typed_into_a_field_are_no_shortcuts() {
    let mut harness = harness(opened());
    // The seed's field turns into a text field on a click.
    harness.get_by_role_and_label(egui::accesskit::Role::SpinButton, "seed").click();
    harness.run_steps(3);
    harness.key_press(Key::R);
    harness.key_press(Key::Space);
    assert_eq!(asked(&mut harness), []);
}

#[test]
fn a_clicked_voxel_shows_its_channels() {
    let mut model = opened();
    model.voxel = Some(Voxel { site: [1, 2, 3], values: vec![0.5, 1.5] });
    let harness = harness(model);
    harness.get_by_label("Voxel 1, 2, 3");
    harness.get_by_label("2 channels · mean 1.00");
}

#[test]
fn it_stays_usable_on_a_small_screen() {
    let mut harness = harness(ran());
    harness.set_size(egui::vec2(1280.0, 720.0));
    harness.run_steps(4);
    let picture = harness.get_by_label("slices").rect();
    assert!(picture.left() > 280.0 && picture.right() < 1000.0, "{picture:?}");
}

#[test]
fn the_plots_keep_their_height() {
    let mut harness = harness(ran());
    let height = |harness: &Harness<'_, (Model, Vec<Action>)>| {
        let bottom = harness.get_by_label("device timestamps").rect().top();
        bottom - harness.get_by_label("ENERGY").rect().top()
    };
    let first = height(&harness);
    harness.run_steps(20);
    assert_eq!(height(&harness), first);
    assert!(first < 240.0, "{first}");
    // Now the plots are too many for the width, and a scroll bar comes.
    let more = harness.state().0.plots[1].clone();
    let plots = ["c", "d", "e", "f", "g", "h"].map(|title| crate::desktop::model::ProbePlot { title, ..more.clone() });
    harness.state_mut().0.plots.extend(plots);
    harness.run_steps(20);
    assert_eq!(height(&harness), first);
}

#[test]
fn what_lies_under_the_pointer_is_told_with_its_units_and_nothing_is_told_of_nothing() {
    let figure = |name: &str, value| Figure { name: name.to_owned(), value };
    let reading = |values| Reading {
        picture: 0,
        place: vec![figure("time, s", Told::Number(1.5)), figure("row", Told::Name("Fp1".to_owned()))],
        values,
    };
    let show = |reading: Reading| {
        let shown = move |ui: &mut Ui, reading: &mut Reading| {
            let response = ui.allocate_response(egui::vec2(100.0, 100.0), egui::Sense::hover());
            let mut model = opened();
            model.reading = Some(reading.clone());
            let pictures = model.scene.as_ref().unwrap().pictures.clone();
            reading::show(&response, &model, &pictures, 0);
        };
        let mut harness = Harness::builder().build_ui_state(shown, reading);
        harness.event(egui::Event::PointerMoved(egui::pos2(50.0, 50.0)));
        harness.run_steps(3);
        harness
    };
    let told = show(reading(vec![figure("amplitude, µV", Told::Number(-12.345_678))]));
    for line in ["field", "time, s: 1.50000", "row: Fp1", "amplitude, µV: -12.3457"] {
        told.get_by_label(line);
    }
    let nothing = show(Reading { picture: 0, place: Vec::new(), values: Vec::new() });
    assert!(nothing.query_by_label("field").is_none());
}

#[test]
fn a_list_is_a_tab_with_a_row_for_everything_that_is_there() {
    let column = |title, number, meaning| Column { title, number, meaning };
    let columns = vec![
        column("place", 0, Meaning::Number),
        column("sign", 1, Meaning::Sign),
        column("age, cycles", 2, Meaning::Since),
    ];
    let list = List { name: "Whirls", array: "whirls", records: 9, numbers: 3, present: 1, columns };
    let mut model = ran();
    model.scene.as_mut().unwrap().lists = vec![list];
    let mut first = harness(model);
    assert_eq!(click(&mut first, "Whirls"), [Action::Lab(LabAction::Show(Tab::List(0)))]);
    let mut model = std::mem::replace(&mut first.state_mut().0, opened());
    model.lab.tab = Tab::List(0);
    let records = vec![vec![0.25, 1.0, 90.0], vec![-3.0, -1.0, 100.0]];
    model.listed = Some(Listed { list: 0, cycle: 100, records });
    let shown = harness(model);
    for text in ["age, cycles", "0.250000", "+", "10", "-3", "−", "0", "2 after cycle 100"] {
        assert!(shown.query_all_by_label(text).next().is_some(), "{text}");
    }
}

#[test]
fn a_toggle_that_pays_memory_for_arithmetic_says_which_is_faster_here() {
    let cost = |bytes_read, operations| Cost { bytes_read, operations, ..Cost::default() };
    let said = |on| {
        let mut model = opened();
        // The roof of these tests is 10 GB/s and 100 GFLOP/s.
        model.take_costs(&[Some([cost(0, 2_000_000_000), on]), None]);
        let harness = harness(model);
        let found = harness.query_by_label_contains("by the roof").map(|node| node.accesskit_node().value());
        found.flatten().or_else(|| Some(String::new())).unwrap()
    };
    let dear = said(cost(500_000_000, 0));
    assert!(dear.contains("on: 50.0 ms more of memory for 20.0 ms less of arithmetic; by the roof off"), "{dear}");
    assert!(said(cost(50_000_000, 0)).contains("by the roof on is faster here"));
    assert_eq!(said(cost(0, 1_000_000_000)), "", "nothing is paid for what is saved");
}
