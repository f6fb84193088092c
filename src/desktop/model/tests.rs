use super::*;
use crate::desktop::testing::{announce, cycle, opened, ran};
use crate::driver::Sample;

fn line<'a>(model: &'a Model, stage: &str) -> &'a Figures {
    model.shown_timing().figures().iter().find(|line| line.stage == stage).unwrap()
}

fn close(found: Option<f64>, wanted: f64) {
    let found = found.unwrap();
    assert!((found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{found} is not {wanted}");
}

/// Five cycles of 1, 2, 3, 4 and 10 ms of stirring and 1 ms of settling in every second one.
fn five() -> Model {
    let mut model = opened();
    announce(&mut model);
    for (count, milliseconds) in [1, 2, 3, 4, 10].into_iter().enumerate() {
        let count = count as u64 + 1;
        let stir = (0, milliseconds * 1_000_000);
        if count.is_multiple_of(2) {
            cycle(&mut model, count, &[stir, (1, 1_000_000)]);
        } else {
            cycle(&mut model, count, &[stir]);
        }
    }
    model
}

fn rest(model: &mut Model) {
    let status = Status { paused: true, ..model.status.clone() };
    model.take_status(status, &[]);
    model.refresh();
}

#[test]
fn figures_are_those_computed_by_hand() {
    let mut model = five();
    rest(&mut model);
    let stir = line(&model, "stir");
    assert_eq!(stir.count, 5);
    close(stir.median, 3.0);
    close(stir.min, 1.0);
    close(stir.max, 10.0);
    // Four gaps between five values: 0.95 of them is 3.8, so 4 + 0.8 · 6.
    close(stir.p95, 8.8);
    close(stir.share, 20.0 / 22.0);
    // Five times 1 MB in 20 ms.
    close(stir.bandwidth, 0.25);
    close(stir.of_roof, 0.025);
    let settle = line(&model, "settle");
    assert_eq!(settle.count, 2);
    close(settle.share, 2.0 / 22.0);
    assert_eq!(settle.bandwidth, None, "it moves no bytes");
}

#[test]
fn passes_of_a_cycle_add_up_and_the_unfinished_cycle_waits() {
    let mut model = opened();
    announce(&mut model);
    cycle(&mut model, 1, &[(0, 1_000_000), (0, 2_000_000)]);
    cycle(&mut model, 2, &[(0, 5_000_000)]);
    model.refresh();
    let stir = line(&model, "stir");
    assert_eq!(stir.count, 1, "of cycle 2 more may come");
    close(stir.median, 3.0);
    rest(&mut model);
    assert_eq!(line(&model, "stir").count, 2, "a resting driver sends no more");
}

#[test]
fn waits_of_the_host_are_host_time_and_take_no_share() {
    let model = ran();
    let wait = line(&model, "measure");
    assert!(wait.host);
    close(wait.median, 0.05);
    assert_eq!(wait.share, None);
    assert_eq!(wait.bandwidth, None);
}

#[test]
fn what_was_not_measured_has_no_figure() {
    let mut model = opened();
    model.refresh();
    let stages: Vec<_> = model.shown_timing().figures().iter().map(|line| line.stage.as_str()).collect();
    assert_eq!(stages, ["stir", "settle", "measure"]);
    let stir = line(&model, "stir");
    assert_eq!((stir.median, stir.share, stir.max, stir.count), (None, None, None, 0));
}

#[test]
fn a_switched_toggle_starts_the_figures_anew() {
    let mut model = five();
    model.observe(&Event::Applied { cycle: 5, command: Command::SetToggle { name: "fused".to_owned(), on: true } });
    rest(&mut model);
    assert_eq!(line(&model, "stir").count, 1);
    close(line(&model, "stir").median, 10.0);
    cycle(&mut model, 4, &[(0, 1)]);
    rest(&mut model);
    assert_eq!(line(&model, "stir").count, 1, "a late sample of the old setting does not count");
}

#[test]
fn a_reset_forgets_the_run_and_takes_no_sample_of_it() {
    let mut model = ran();
    model.observe(&Event::Applied { cycle: 1, command: Command::Reset { seed: 9 } });
    model.observe(&Event::Sample(Sample { arm: 0, cycle: 100, pass: 0, ticks: 1, begin: 0 }));
    rest(&mut model);
    assert!(!model.shown_timing().has_samples());
    assert_eq!(model.strip.bars().len(), 0);
    assert!(model.plots.iter().all(|plot| plot.series.iter().all(|series| series.values.is_empty())));
    assert_eq!(model.seed, 9);
    cycle(&mut model, 1, &[(0, 2_000_000)]);
    rest(&mut model);
    close(line(&model, "stir").median, 2.0);
}

#[test]
fn a_fused_row_stands_for_its_stages() {
    let mut model = opened();
    let stage = "stir+settle".to_owned();
    let variant = Some(crate::gpu::Variant::new("tiny/both", []));
    let cost = Cost::default();
    model.observe(&Event::PassKind(PassKind { id: 0, stage, variant, cost }));
    cycle(&mut model, 1, &[(0, 1_000_000)]);
    rest(&mut model);
    let stages: Vec<_> = model.shown_timing().figures().iter().map(|line| line.stage.as_str()).collect();
    assert_eq!(stages, ["stir+settle", "measure"]);
}

#[test]
fn a_selection_narrows_and_a_pin_compares() {
    let mut model = five();
    rest(&mut model);
    model.shown_timing_mut().pin(true);
    close(line(&model, "stir").against_pinned, 1.0);
    model.shown_timing_mut().select(Some((2, 3)));
    assert_eq!(line(&model, "stir").count, 2);
    close(line(&model, "stir").median, 2.5);
    close(line(&model, "stir").against_pinned, 2.5 / 3.0);
    model.shown_timing_mut().select(None);
    model.shown_timing_mut().pin(false);
    assert_eq!(line(&model, "stir").against_pinned, None);
}

#[test]
fn the_window_rolls() {
    let mut model = opened();
    announce(&mut model);
    for count in 1..=2_000 {
        cycle(&mut model, count, &[(0, 1_000)]);
    }
    rest(&mut model);
    assert_eq!(line(&model, "stir").count, 513);
}

#[test]
fn without_timestamps_every_row_is_host_time() {
    let mut model = opened();
    let mut table = TimingTable::new(&["stir"], Timing::Host, None);
    let variant = Some(crate::gpu::Variant::new("tiny/stir", []));
    let cost = Cost { bytes_read: 8, ..Default::default() };
    table.kind(&PassKind { id: 0, stage: "stir".to_owned(), variant, cost });
    assert_eq!(table.sample(&Sample { arm: 0, cycle: 1, pass: 0, ticks: 3_000_000, begin: 0 }), None);
    table.newest_is_whole(true);
    table.refresh();
    model.timing[0] = table;
    let stir = line(&model, "stir");
    assert!(stir.host);
    close(stir.median, 3.0);
    close(stir.share, 1.0);
    assert_eq!(stir.bandwidth, None, "a bandwidth from host time would be no measurement");
}

#[test]
fn the_strip_marks_the_slowest_and_stays_bounded() {
    let mut model = five();
    assert_eq!(model.strip.slowest().map(|bar| bar.cycle), Some(5));
    close(model.strip.slowest().unwrap().milliseconds(), 10.0);
    for count in 6..1_000 {
        cycle(&mut model, count, &[(0, 1_000)]);
    }
    assert_eq!(model.strip.bars().len(), 240);
    assert_eq!(model.strip.bars().last().unwrap().cycle, 999);
    cycle(&mut model, 3, &[(0, 1_000)]);
    assert_eq!(model.strip.bars().len(), 240);
    assert_eq!(model.strip.bars().next().unwrap().cycle, 760);
}

#[test]
fn probes_go_to_their_plots_and_broken_values_are_counted() {
    let mut model = opened();
    assert_eq!(model.plots.iter().map(|plot| plot.title).collect::<Vec<_>>(), ["energy", "motors"]);
    model.observe(&Event::Probes { arm: 0, cycle: 1, values: vec![1.0, 2.0, f32::NAN] });
    assert_eq!(model.plots[0].series[0].last(), Some(1.0));
    assert_eq!(model.plots[1].series[0].last(), Some(2.0));
    assert_eq!((model.plots[1].series[1].last(), model.plots[1].series[1].broken), (None, 1));
}

#[test]
fn a_wish_shows_until_it_is_granted_or_refused() {
    let mut model = opened();
    let command = Command::SetToggle { name: "fused".to_owned(), on: true };
    model.asked(&command);
    assert!(model.toggles[0].shown() && model.toggles[0].is_pending());
    model.observe(&Event::Refused { command: command.clone(), reason: "not with sparse".to_owned() });
    assert!(!model.toggles[0].shown() && !model.toggles[0].is_pending());
    assert_eq!(model.notices.list()[0].severity, Severity::Warning);
    model.asked(&command);
    model.observe(&Event::Applied { cycle: 1, command });
    model.take_status(Status { toggles_on: vec!["fused"], ..Status::default() }, &[]);
    assert!(model.toggles[0].shown() && !model.toggles[0].is_pending());
}

#[test]
fn the_same_fault_twice_is_one_notice() {
    let mut model = opened();
    for _ in 0..2 {
        model.observe(&Event::Fault("line 3: unknown identifier".to_owned()));
    }
    assert_eq!(model.notices.list().len(), 1);
    assert_eq!(model.notices.list()[0].times, 2);
    model.notices.dismiss(0);
    assert!(model.notices.list().is_empty());
}

#[test]
fn another_scene_keeps_nothing_of_the_old_one_but_the_machine() {
    let mut model = ran();
    let request = SceneRequest::new("scenes/other.ron");
    model.forget_scene(request.clone());
    assert_eq!(model.request, request);
    assert!(model.scene.is_none() && model.toggles.is_empty() && model.plots.is_empty());
    assert!(!model.shown_timing().has_samples());
    assert!(!model.machine.adapter.is_empty());
    assert_eq!(model.scenes.len(), 2);
}

#[test]
fn own_cost_is_an_average_over_frames() {
    let mut cost = OwnCost::default();
    assert_eq!((cost.milliseconds_per_second(), cost.share()), (None, None));
    cost.frame(Duration::from_millis(1), Duration::from_millis(10), true);
    cost.frame(Duration::from_millis(3), Duration::from_millis(30), false);
    close(cost.milliseconds_per_second(), 100.0);
    close(cost.share(), 0.1);
    close(cost.frames_per_second(), 25.0);
    cost.frame(Duration::ZERO, Duration::from_secs(4), true);
    close(cost.share(), 0.0);
    close(cost.frames_per_second(), 0.25);
}

#[test]
fn cycles_per_second_come_from_the_wall_clock() {
    let mut rate = Rate::default();
    let start = Instant::now();
    rate.cycles(100, start);
    assert_eq!(rate.per_second(), None);
    rate.cycles(150, start + Duration::from_millis(500));
    close(rate.per_second(), 100.0);
    rate.cycles(0, start + Duration::from_secs(1));
    assert_eq!(rate.per_second(), None, "a reset begins anew");
}
