use super::*;
use crate::desktop::lab_link::{AblationRequest, Base};
use crate::desktop::launch::SceneRequest;
use crate::gpu::clock::Method;
use crate::gpu::{AdapterChoice, Gpu, Kernels};
use crate::lab::Enough;
use crate::lab::ablation::Position;
use crate::lab::deviation::{Arm, Question, compare};
use crate::shaders::LIBRARY;
use crate::sim::field::Field;
use crate::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use crate::sim::random::Generator;
use crate::sim::{Simulation, Streaming};
use std::sync::{Arc, OnceLock};

/// What a frame has room for.
const BUDGET: Duration = Duration::from_millis(8);

fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    let open = || Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
    KERNELS.get_or_init(|| Arc::new(Kernels::new(&open(), LIBRARY))).clone()
}

/// A small system under these toggles that has run for a few cycles.
fn arm(on: &[&str]) -> Driver {
    let model = FieldModel {
        rules: Rules::Stable,
        sites: 16,
        channels: 8,
        reduced_channels: None,
        sensors: 4,
        motors: 2,
        signal: SensorSignal::Sines { shortest: 20.0 },
        generator: Generator::Fast,
        matched_variance: false,
        rates: Rates::default(),
    };
    let field = Field::new(model, 7, Streaming::default()).unwrap();
    let toggles = ToggleSet::from_names(&field.description().toggles, on.iter().copied()).unwrap();
    let (mut driver, _) = Driver::new(kernels(), Method::GpuPass, Box::new(field), toggles).unwrap();
    driver.run_to(3).unwrap();
    driver
}

fn request(toggles: &[(&str, bool)]) -> LabOrder {
    let toggles = toggles.iter().map(|(name, on)| ((*name).to_owned(), *on)).collect();
    LabOrder::Start(TrialRequest { base: Base::A, toggles, pairs: 6, floor_pairs: 3, narrow: 0.000_1 })
}

/// Frame after frame, until nothing is left to do.
fn run(lab: &mut Laboratory, a: &mut Driver) -> Vec<LabReport> {
    let mut reports = Vec::new();
    let began = Instant::now();
    while lab.is_busy() {
        lab.advance(a, BUDGET).unwrap();
        reports.extend(lab.take_reports());
        assert!(began.elapsed() < Duration::from_secs(240), "it does not end: {:?}", reports.last());
    }
    reports.extend(lab.take_reports());
    reports
}

fn ended(reports: &[LabReport]) -> Vec<&Result<Ended, String>> {
    reports.iter().filter_map(|report| if let LabReport::Ended(ended) = report { Some(ended) } else { None }).collect()
}

/// Lets A take the commands that it got.
fn settle(a: &mut Driver) {
    let cycle = a.status().cycle;
    a.run_to(cycle).unwrap();
}

#[test]
fn a_comparison_goes_from_frame_to_frame_to_its_verdict_and_leaves_a_as_it_was() {
    let mut a = arm(&[]);
    a.command(Command::Pause);
    a.command(Command::SetCyclesPerFrame(Some(3)));
    let mut lab = Laboratory::default();
    lab.order(request(&[("fused_pass", true)]), &a);
    let reports = run(&mut lab, &mut a);
    assert!(matches!(ended(&reports).as_slice(), [Ok(Ended::Enough(Enough::Pairs))]), "{:?}", ended(&reports));
    let Some(LabReport::Began(began)) = reports.iter().find(|report| matches!(report, LabReport::Began(_))) else {
        panic!("it never began")
    };
    assert_eq!((began.start, &began.on), (3, &[Vec::new(), vec!["fused_pass"]]));
    let blocks = |of_floor: bool| {
        reports
            .iter()
            .filter(|report| matches!(report, LabReport::Block(_, pair) if pair.is_none() == of_floor))
            .count()
    };
    // Six pairs, and those again that have no time.
    assert!((12..=48).contains(&blocks(false)) && blocks(false) % 2 == 0, "{}", blocks(false));
    assert!(blocks(true) >= 6 && blocks(true) % 2 == 0, "{}", blocks(true));
    let judged = reports
        .iter()
        .rev()
        .find_map(|report| if let LabReport::Judged { judged, .. } = report { Some(judged) } else { None });
    assert_eq!(2 * (judged.unwrap().whole.pairs + judged.unwrap().whole.thrown_out) as usize, blocks(false));
    let deviations =
        reports.iter().filter_map(|report| if let LabReport::Deviation(it) = report { Some(it) } else { None });
    let deviations: Vec<_> = deviations.collect();
    assert!(deviations.len() > 6 && deviations.iter().all(|deviation| !deviation.breaks_its_bound()));
    settle(&mut a);
    assert!(a.status().paused && a.status().cycles_per_frame == Some(3));

    let mut alone = arm(&[]);
    alone.run_to(a.status().cycle).unwrap();
    let (of_a, of_alone) = (a.state(), alone.state());
    let question = Question {
        a: Arm { state: &of_a, buffers: a.buffers() },
        b: Arm { state: &of_alone, buffers: alone.buffers() },
        array: "field",
        cycle: a.status().cycle,
        tolerance: 0.0,
    };
    assert_eq!(compare(a.kernels(), &question).unwrap().differing, 0, "A ran as it would have run alone");
}

#[test]
fn what_makes_no_sense_is_refused_and_a_goes_on() {
    let mut a = arm(&[]);
    let mut lab = Laboratory::default();
    lab.order(request(&[("lazy_scale", true)]), &a);
    let reports = run(&mut lab, &mut a);
    assert!(matches!(reports.as_slice(), [LabReport::Refused(reason)] if reason.contains("lazy_scale")), "{reports:?}");
    lab.order(request(&[("no_such_toggle", true)]), &a);
    let reports = run(&mut lab, &mut a);
    assert!(matches!(reports.as_slice(), [LabReport::Refused(reason)] if reason.contains("no_such_toggle")));
}

/// A scene file of the arms' model, with these changes to its text.
fn scene(name: &str, changes: &[(&str, &str)]) -> Base {
    let text = "Scene(title: \"B\", system: Field(FieldModel(sites: 16, channels: 8, sensors: 4, motors: 2, \
                signal: Sines(shortest: 20.0))), preset: \"stable\", toggles: {\"fused_pass\": false, \
                \"procedural_maps\": false, \"batched_readback\": false})";
    let text = changes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    let folder = std::env::temp_dir().join(format!("fieldscope-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    Base::Scene(SceneRequest { seed: Some(7), ..SceneRequest::new(path) })
}

fn against(base: Base) -> LabOrder {
    LabOrder::Start(TrialRequest { base, toggles: Vec::new(), pairs: 6, floor_pairs: 3, narrow: 0.000_1 })
}

#[test]
fn a_scene_as_b_starts_from_the_arrays_of_a_and_goes_its_own_way() {
    let deviations = |base: Base| {
        let mut a = arm(&[]);
        let mut lab = Laboratory::default();
        lab.order(against(base), &a);
        let reports = run(&mut lab, &mut a);
        assert!(matches!(ended(&reports).as_slice(), [Ok(Ended::Enough(_))]), "{:?}", ended(&reports));
        let of_field = reports.iter().filter_map(|report| match report {
            LabReport::Deviation(deviation) if deviation.array == "field" => Some(deviation.relative_l2),
            _ => None,
        });
        of_field.collect::<Vec<_>>()
    };
    let same = deviations(scene("same.ron", &[]));
    assert!(same.len() > 3 && same.iter().all(|deviation| *deviation == 0.0), "{same:?}");
    let other = deviations(scene("other.ron", &[("Sines(shortest: 20.0)", "Constant(0.5)")]));
    assert!(other[0] < 0.5 && other.iter().all(|deviation| *deviation > 0.0), "{other:?}");
}

#[test]
fn scenes_of_another_size_or_system_are_refused() {
    let lattice =
        "Scene(title: \"L\", system: IsingLattice(LatticeModel(sites: 64, temperature: 2.0)), preset: \"plain\")";
    let cases = [
        (scene("large.ron", &[("channels: 8", "channels: 16")]), "different sizes"),
        (scene("broken.ron", &[("Scene(", "Scene")]), "broken.ron"),
    ];
    let mut a = arm(&[]);
    let Base::Scene(request) = scene("lattice.ron", &[]) else { panic!("a scene") };
    std::fs::write(&request.path, lattice).unwrap();
    for (base, part) in cases.into_iter().chain([(Base::Scene(request), "different systems")]) {
        let mut lab = Laboratory::default();
        lab.order(against(base), &a);
        let reports = run(&mut lab, &mut a);
        assert!(matches!(reports.as_slice(), [LabReport::Refused(reason)] if reason.contains(part)), "{reports:?}");
    }
}

#[test]
fn a_second_comparison_has_to_wait_for_the_first() {
    let mut a = arm(&[]);
    let mut lab = Laboratory::default();
    lab.order(request(&[]), &a);
    lab.order(request(&[]), &a);
    assert!(matches!(lab.take_reports().as_slice(), [LabReport::Refused(_)]));
    lab.order(LabOrder::Stop, &a);
    let reports = run(&mut lab, &mut a);
    assert!(matches!(ended(&reports).as_slice(), [Ok(Ended::Enough(Enough::User))]));
}

#[test]
fn stopping_ends_it_before_all_pairs_have_run_even_during_the_floor() {
    let mut a = arm(&[]);
    let mut lab = Laboratory::default();
    lab.order(request(&[("fused_pass", true)]), &a);
    let mut reports = Vec::new();
    while !reports.iter().any(|report| matches!(report, LabReport::Block(..))) {
        lab.advance(&mut a, BUDGET).unwrap();
        reports.extend(lab.take_reports());
    }
    lab.order(LabOrder::Stop, &a);
    reports.extend(run(&mut lab, &mut a));
    assert!(matches!(ended(&reports).as_slice(), [Ok(Ended::Enough(Enough::User))]), "{:?}", ended(&reports));
    assert!(!reports.iter().any(|report| matches!(report, LabReport::Block(_, Some(_)))), "no pair of A against B");
}

#[test]
fn an_ablation_tries_every_toggle_and_sets_a_back() {
    let mut a = arm(&["fused_pass"]);
    let home = a.toggles();
    let count = a.simulation().description().toggles.len();
    let mut lab = Laboratory::default();
    let positions = vec![Position::Cumulative];
    lab.order(LabOrder::Ablate(AblationRequest { positions, pairs: 1, floor_pairs: 1, narrow: 0.5 }), &a);
    let reports = run(&mut lab, &mut a);
    let rows: Vec<_> = reports
        .iter()
        .filter_map(|report| if let LabReport::AblationRow(row) = report { Some(row) } else { None })
        .collect();
    assert_eq!(rows.len(), count);
    assert!(rows.iter().filter(|row| row.found.is_ok()).count() > count / 2, "{rows:?}");
    settle(&mut a);
    assert_eq!(a.toggles(), home);
    let is_floor = |report: &LabReport| matches!(report, LabReport::Block(_, None));
    let last = reports.iter().rposition(is_floor).unwrap();
    let first = reports.iter().position(|report| matches!(report, LabReport::Block(_, Some(_)))).unwrap();
    assert!(last < first, "the floor is measured once, before anything else");
}
