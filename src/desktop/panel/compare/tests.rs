use super::*;
use crate::desktop::lab_link::{Base, Began, LabOrder, LabReport, Progress, TrialRequest};
use crate::desktop::model::lab::{LabAction, Tab};
use crate::desktop::panel::window;
use crate::desktop::testing::{TICK, ran};
use crate::driver::{Command, Event, PassKind, Sample};
use crate::gpu::Variant;
use crate::lab::ablation::{Found, Position, Row};
use crate::lab::{Block, Ended, Enough, Judged, Measured, Pair, Phase, Rules, StageVerdict, Verdict};
use crate::session::{Deviation, DifferingElement};
use crate::sim::Cost;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::collections::BTreeMap;

type Shown = Harness<'static, (Model, Vec<Action>)>;

fn harness(mut model: Model, tab: Tab) -> Shown {
    model.lab.tab = tab;
    let show = |ui: &mut Ui, (model, asked): &mut (Model, Vec<Action>)| {
        asked.extend(window(ui, model, None).actions);
    };
    let builder = Harness::builder().with_size(egui::vec2(1600.0, 1600.0)).with_max_steps(32);
    let mut harness = builder.build_ui_state(show, (model, Vec::new()));
    theme::apply(&harness.ctx);
    harness.run_steps(3);
    harness
}

fn asked(harness: &mut Shown) -> Vec<Action> {
    harness.run_steps(3);
    std::mem::take(&mut harness.state_mut().1)
}

fn click(harness: &mut Shown, label: &str) -> Vec<Action> {
    harness.get_by_label(label).click();
    asked(harness)
}

fn began(on: [Vec<&'static str>; 2]) -> LabReport {
    LabReport::Began(Box::new(Began {
        on,
        same_rules: true,
        base: Base::A,
        positions: Default::default(),
        promise: "exact: relative L2 at most 1e-6 within 50 cycles of the start".to_owned(),
        floor_pairs: 12,
        start: 100,
        bytes: [1_000_000, 2_000_000],
        events: crossbeam_channel::never(),
    }))
}

fn verdict(ratio: f64) -> Verdict {
    let time = |time| Measured { time, canary: None };
    let scatter = |place: u32| 1.0 + 0.001 * f64::from(place % 5);
    let pairs = (0..24).map(|place| Pair { baseline: time(ratio * scatter(place)), variant: time(1.0) });
    Verdict::of_pairs(&pairs.collect::<Vec<_>>(), None, 0.05, &Rules::default())
}

fn judged(ratio: f64) -> LabReport {
    let stage = |name: &str, baseline, variant, verdict| StageVerdict {
        stage: name.to_owned(),
        baseline,
        variant,
        verdict,
        of_roof: [None; 2],
    };
    let stages = vec![stage("stir", Some(0.8), Some(0.4), Some(verdict(2.0))), stage("settle", Some(0.3), None, None)];
    let judged = Judged { whole: verdict(ratio), floor: None, times: [Some(1.1), Some(0.55)], stages };
    LabReport::Judged { judged: Box::new(judged), moments: Vec::new() }
}

fn block(role: usize, time: f64) -> LabReport {
    let measured = Measured { time, canary: Some(1.0) };
    let (first, last, warm_up) = (101, 108, 1);
    let block =
        Block { arm: role, role, first, last, warm_up, measured, cycles: vec![time; 7], stages: BTreeMap::new() };
    LabReport::Block(Box::new(block), Some(1))
}

fn deviation(cycle: u64, relative_l2: f64) -> LabReport {
    let first = DifferingElement { index: vec![0, 1, 2], baseline: 0.5, variant: 0.25 };
    LabReport::Deviation(Box::new(Deviation {
        subject: "A against B".to_owned(),
        array: "field".to_owned(),
        cycle,
        max_abs: 0.25,
        relative_l2,
        correlation: Some(0.5),
        first_difference: (relative_l2 > 0.0).then_some(first),
        bound: Some(1e-6),
        largest_difference: None,
        elements: None,
    }))
}

fn progress(phase: Phase) -> LabReport {
    LabReport::Progress(Progress { phase, floor: 12, pairs: 5, most: 96, difference: Some([-0.5, 0.5]) })
}

fn fused() -> [Vec<&'static str>; 2] {
    [Vec::new(), vec!["fused"]]
}

/// A model in which B with `fused` on is being compared.
fn comparing() -> Model {
    let mut model = ran();
    for report in [began(fused()), progress(Phase::Pairs), deviation(101, 0.0), block(0, 2.0), block(1, 1.0)] {
        model.take_lab(report);
    }
    model
}

fn over(ratio: f64, ended: Ended) -> Model {
    let mut model = comparing();
    model.take_lab(judged(ratio));
    model.take_lab(LabReport::Ended(Ok(ended)));
    model
}

#[test]
fn the_tabs_lead_to_the_sides_of_the_lab() {
    for (name, tab) in [("A against B", Tab::Compare), ("Ablation", Tab::Ablation), ("Roofline", Tab::Roofline)] {
        let mut harness = harness(ran(), Tab::Stages);
        assert_eq!(click(&mut harness, name), [Action::Lab(LabAction::Show(tab))]);
    }
}

#[test]
fn every_toggle_can_be_flipped_for_b_alone() {
    let mut harness = harness(ran(), Tab::Compare);
    for name in ["fused", "sparse"] {
        harness.get_all_by_label(name).last().unwrap().click();
        let asked = asked(&mut harness);
        let [Action::Lab(LabAction::Choose(choice))] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!(choice.flipped.iter().copied().collect::<Vec<_>>(), [name]);
    }
}

#[test]
fn starting_sends_what_was_chosen() {
    let mut model = ran();
    model.lab.choice.base = Base::Preset("quick".to_owned());
    model.lab.choice.flipped.insert("sparse");
    model.lab.choice.narrow = 2.0;
    assert_eq!([model.stands_in_b("fused"), model.stands_in_b("sparse")], [true, false]);
    let mut harness = harness(model, Tab::Compare);
    assert_eq!(click(&mut harness, "▶ Compare A and B"), [Action::Lab(LabAction::Start)]);
    let order = harness.state_mut().0.ask_lab(LabAction::Start);
    let request = TrialRequest {
        base: Base::Preset("quick".to_owned()),
        toggles: vec![("sparse".to_owned(), false)],
        pairs: 96,
        floor_pairs: 12,
        narrow: 0.02,
    };
    assert_eq!(order, Some(LabOrder::Start(request)));
    assert_eq!(harness.state_mut().0.ask_lab(LabAction::Start), None, "one at a time");
}

#[test]
fn b_follows_a_where_nothing_else_was_chosen() {
    let mut model = ran();
    model.toggles[0].on = true;
    assert!(model.stands_in_b("fused") && !model.stands_in_b("sparse"));
    model.lab.choice.flipped.insert("fused");
    assert!(!model.stands_in_b("fused"));
}

#[test]
fn a_running_comparison_shows_how_far_it_is_and_can_be_stopped() {
    let mut harness = harness(comparing(), Tab::Compare);
    harness.get_by_label("B has fused on");
    assert!(harness.query_by_label("▶ Compare A and B").is_none());
    assert_eq!(click(&mut harness, "Measure floor again"), [Action::Lab(LabAction::MeasureFloor)]);
    assert_eq!(click(&mut harness, "■ Stop"), [Action::Lab(LabAction::Stop)]);
    assert_eq!(harness.state_mut().0.ask_lab(LabAction::Stop), Some(LabOrder::Stop));
    harness.run_steps(2);
    harness.get_by_label("stopping after this pair…");
}

#[test]
fn the_floor_is_measured_again_only_between_pairs() {
    let mut model = comparing();
    model.take_lab(progress(Phase::Floor));
    let mut harness = harness(model, Tab::Compare);
    assert_eq!(click(&mut harness, "Measure floor again"), []);
}

#[test]
fn a_cannot_be_changed_meanwhile_and_is_told_why() {
    let model = comparing();
    let told = model.lab_forbids(&Command::SetToggle { name: "fused".to_owned(), on: true });
    assert!(told.is_some_and(|told| told.contains("stop the comparison")));
    assert!(model.lab_forbids(&Command::Point { picture: "field".to_owned(), at: [0.5, 0.5] }).is_none());
    assert!(over(2.0, Ended::Enough(Enough::Narrow)).lab_forbids(&Command::Pause).is_none());
}

#[test]
fn the_verdict_is_a_sentence_with_its_ratio_and_interval() {
    let harness = harness(over(2.0, Ended::Enough(Enough::Narrow)), Tab::Compare);
    let ratio = verdict_text(verdict(2.0).ratio.unwrap());
    harness.get_by_label(&format!("{ratio}×"));
    harness.get_by_label_contains("B is 2.00 times as fast as A");
    harness.get_by_label("the interval is narrow enough");
    harness.get_by_label("B had fused on");
    harness.get_by_label("only in A");
    harness.get_by_label("device time of 7 cycles of each arm");
}

#[test]
fn a_broken_promise_outweighs_every_speed_up() {
    let broken = Ended::BrokenPromise("`field` deviates by 1".to_owned());
    let model = over(2.0, broken);
    assert_eq!(model.toggles[0].measured, None);
    let harness = harness(model, Tab::Compare);
    harness.get_by_label("broken promise");
    harness.get_by_label("`field` deviates by 1");
    harness.get_by_label("broken");
    assert!(harness.query_by_label_contains("times as fast as A").is_none());
}

#[test]
fn the_deviation_is_zero_only_where_it_is() {
    let same = harness(comparing(), Tab::Compare);
    same.get_by_label("bit for bit the same after cycle 101");
    let mut model = comparing();
    model.take_lab(deviation(110, 1e-3));
    let contest = model.lab.contest.as_ref().unwrap();
    assert_eq!(contest.growth[0].points, [[1.0, -3.0]], "ten cycles after the start");
    let moved = harness(model, Tab::Compare);
    moved.get_by_label_contains("relative L2 1.00e-3");
}

#[test]
fn one_toggle_apart_fills_its_measured_column_whichever_way_it_was_flipped() {
    let measured = |model: &Model| model.toggles[0].measured.map(|measured| measured.factor);
    let faster = over(2.0, Ended::Enough(Enough::Pairs));
    assert!((measured(&faster).unwrap() - 2.0).abs() < 0.01);
    let mut model = ran();
    let [off, on] = fused();
    for report in [began([on, off]), judged(0.5), LabReport::Ended(Ok(Ended::Enough(Enough::Pairs)))] {
        model.take_lab(report);
    }
    assert!((measured(&model).unwrap() - 2.0).abs() < 0.01);
    let [low, high] = model.toggles[0].measured.unwrap().interval;
    assert!(low > 1.9 && low <= high && high < 2.1, "{low} to {high}");
    let mut two = ran();
    let both = [Vec::new(), vec!["fused", "sparse"]];
    for report in [began(both), judged(2.0), LabReport::Ended(Ok(Ended::Enough(Enough::Pairs)))] {
        two.take_lab(report);
    }
    assert_eq!(measured(&two), None);
}

#[test]
fn a_refusal_gives_the_form_back() {
    let mut model = ran();
    model.ask_lab(LabAction::Start);
    assert!(model.lab.is_busy());
    model.take_lab(LabReport::Refused("the state needs 5 bytes".to_owned()));
    let mut harness = harness(model, Tab::Compare);
    harness.get_by_label_contains("the state needs 5 bytes");
    assert_eq!(click(&mut harness, "▶ Compare A and B"), [Action::Lab(LabAction::Start)]);
}

#[test]
fn arm_b_has_a_timing_table_of_its_own() {
    let mut model = comparing();
    let variant = Some(Variant::new("tiny/stir", []));
    let kind = PassKind { id: 1 << 16, stage: "stir".to_owned(), variant, cost: Cost::default() };
    model.observe_b(&Event::PassKind(kind));
    let ticks = (0.25 / TICK).round() as u64;
    for cycle in 101..=104 {
        model.observe_b(&Event::Sample(Sample { arm: 1, cycle, pass: 1 << 16, ticks, begin: 0 }));
    }
    model.refresh();
    let median = |arm: usize| model.timing[arm].figures().iter().find(|line| line.stage == "stir").unwrap().median;
    assert!((median(1).unwrap() - 0.25).abs() < 1e-9, "{:?}", median(1));
    assert!(median(0).unwrap() > 0.4, "{:?}", median(0));
}

#[test]
fn the_pictures_are_named_while_there_are_two_arms() {
    let model = comparing();
    let place = egui::Rect::from_min_size(egui::pos2(10.0, 20.0), egui::vec2(600.0, 500.0));
    let parts = crate::desktop::panel::panes::rectangles(&model, place, [600, 500], 1.0).unwrap();
    assert!(parts.iter().all(|part| place.contains_rect(*part)), "{parts:?}");
    assert_eq!(crate::desktop::panel::panes::rectangles(&ran(), place, [600, 500], 1.0), None);
}

fn row(toggle: &'static str, ratio: Option<f64>) -> LabReport {
    let found = |ratio: f64| Found {
        milliseconds: [Some(ratio), Some(1.0)],
        ratio: Some(ratio),
        interval: Some((ratio * 0.9, ratio * 1.1)),
        outcome: Some(Outcome::Faster),
        reason: "beyond the noise floor".to_owned(),
        deviation: Some((110, 1e-7)),
        bytes: [1, 2],
        build_ms: 3.0,
    };
    let found = ratio.map(found).ok_or_else(|| "it needs another one".to_owned());
    LabReport::AblationRow(Box::new(Row {
        toggle,
        kind: "exact",
        claimed: None,
        position: Position::Cumulative,
        found,
    }))
}

#[test]
fn an_ablation_is_asked_for_runs_and_fills_its_table() {
    let mut idle = harness(ran(), Tab::Ablation);
    assert_eq!(click(&mut idle, "▶ Run the ablation"), [Action::Lab(LabAction::Ablate)]);
    let mut model = ran();
    let order = model.ask_lab(LabAction::Ablate);
    assert!(matches!(order, Some(LabOrder::Ablate(request)) if request.pairs == 12 && request.narrow == 0.01));
    model.take_lab(LabReport::AblationLeft(2));
    for report in [row("fused", Some(2.5)), row("sparse", None)] {
        model.take_lab(report);
    }
    let mut running = harness(model, Tab::Ablation);
    for text in ["2 comparisons to come", "2.500×", "faster", "not compared", "1 fused"] {
        assert!(running.query_all_by_label(text).count() > 0, "{text}");
    }
    assert_eq!(click(&mut running, "■ Stop"), [Action::Lab(LabAction::Stop)]);
    running.state_mut().0.take_lab(LabReport::AblationLeft(0));
    assert!(!running.state().0.lab.is_busy());
}

#[test]
fn the_roofline_shows_what_computes_and_how_near_it_comes() {
    let mut model = ran();
    let empty = harness(ran(), Tab::Roofline);
    empty.get_by_label("no stage was timed yet");
    let cost = Cost { bytes_read: 1_000_000, bytes_written: 0, operations: 2_000_000 };
    let variant = Some(Variant::new("tiny/churn", []));
    model.observe(&Event::PassKind(PassKind { id: 9, stage: "churn".to_owned(), variant, cost }));
    // A millisecond: 1 GB/s and 2 GFLOP/s, a tenth of what the copy would feed.
    let ticks = (1.0 / TICK).round() as u64;
    for cycle in 98..=100 {
        model.observe(&Event::Sample(Sample { arm: 0, cycle, pass: 9, ticks, begin: 0 }));
    }
    model.refresh();
    let harness = harness(model, Tab::Roofline);
    for text in ["churn", "2.00", "20.0", "10.0"] {
        assert!(harness.query_all_by_label(text).count() > 0, "{text}");
    }
}
