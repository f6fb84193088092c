use super::*;
use crate::session::examples::header;
use crate::session::{CommandRecord, ProbeSeries};

fn block(first_cycle: u64, last_cycle: u64, rate: f64) -> Block {
    let (toggles, parameters) = (Default::default(), [("rate".to_owned(), rate)].into());
    Block { arm: 0, pair: None, first_cycle, last_cycle, warm_up_cycles: 10, toggles, parameters }
}

/// Two values of `rate`, a hundred cycles each, of which ten warm up with nonsense.
fn session() -> Session {
    let value = |cycle: u64| match (cycle - 1) % 100 {
        0..10 => 1e9,
        step => (cycle / 100) as f64 + if step % 2 == 0 { 1.0 } else { -1.0 },
    };
    let values = (1..=200).map(|cycle| (cycle, value(cycle))).collect();
    let mut session = Session::new(header());
    session.blocks = vec![block(1, 100, 0.5), block(101, 200, 0.75)];
    session.probes = vec![ProbeSeries { arm: 0, name: "x".to_owned(), values }];
    session
}

fn note(session: &mut Session, cycle: u64, command: String) {
    session.commands.push(CommandRecord { cycle, command });
}

#[test]
fn every_block_is_a_point_without_what_warms_it_up() {
    let sweep = Sweep::of(&session(), "rate").unwrap();
    assert_eq!(
        sweep.points.iter().map(|point| (point.value, point.cycles)).collect::<Vec<_>>(),
        [(0.5, 90), (0.75, 90)]
    );
    let curve: Vec<_> = sweep.curve("x").map(|(at, figure)| (at, figure.value, figure.exact)).collect();
    // The last cycle of the first block counts as the second hundred.
    assert!((curve[0].1 - 1.0 / 90.0).abs() < 1e-12 && (curve[1].1 - 1.0 - 1.0 / 90.0).abs() < 1e-12, "{curve:?}");
    let refusal = Sweep::of(&session(), "heat").unwrap_err().0;
    assert_eq!(refusal, "the session has no parameter `heat`; it has rate");
    let mut empty = session();
    empty.probes.clear();
    assert!(Sweep::of(&empty, "rate").is_err());
}

#[test]
fn what_is_made_of_the_probes_stands_in_the_session() {
    let mut session = session();
    let observable = |name: &str, kind, exact| Observable { name: name.to_owned(), probe: "x".to_owned(), kind, exact };
    let observables = [
        observable("spread", Combination::Variance { factor: 3.0 }, Some(3.0)),
        observable("cumulant", Combination::Cumulant, None),
    ];
    note(&mut session, 1, observables_note(&observables));
    note(&mut session, 101, observables_note(&observables[..1]));
    let mark = Landmark { parameter: "rate", name: "half", about: "", value: 0.625 };
    note(&mut session, 1, landmark_note(&mark));
    let sweep = Sweep::of(&session, "rate").unwrap();
    assert_eq!((sweep.names(), sweep.curve("cumulant").count()), (vec!["spread", "cumulant"], 1));
    let [first, second] = [0, 1].map(|at| sweep.curve("spread").nth(at).unwrap().1.clone());
    assert!((first.value - 3.0).abs() < 0.2 && first.exact == Some(3.0), "{first:?}");
    assert!((second.value - 3.0).abs() < 0.2, "{second:?}");
    // ±1 alone: ⟨x⁴⟩ = ⟨x²⟩².
    assert!((sweep.curve("cumulant").next().unwrap().1.value - 2.0 / 3.0).abs() < 0.05);
    assert_eq!((sweep.known[0].name.as_str(), sweep.known[0].value), ("half", 0.625));
}

fn curve(values: &[(f64, f64, f64)]) -> Sweep {
    let figure = |value, error| Figure { name: "u".to_owned(), value, error, time: 0.0, plateau: true, exact: None };
    let points = values
        .iter()
        .map(|(at, value, error)| Point { value: *at, left_out: 0, cycles: 1, figures: vec![figure(*value, *error)] })
        .collect();
    let [system, scene] = ["system", "scene"].map(str::to_owned);
    Sweep { system, scene, parameter: "heat".to_owned(), known: Vec::new(), points }
}

#[test]
fn two_curves_cross_where_their_difference_is_nothing() {
    let flat = curve(&[(2.0, 0.5, 0.0), (2.2, 0.5, 0.0), (2.4, 0.5, 0.0)]);
    let steep = curve(&[(2.0, 0.7, 0.01), (2.2, 0.55, 0.01), (2.4, 0.4, 0.01)]);
    let found = crossing(&steep, &flat, "u").unwrap();
    let mirrored = crossing(&flat, &steep, "u").unwrap();
    assert!((found.at - mirrored.at).abs() < 1e-12);
    // By hand: the difference is 0.05 at 2.2 and −0.1 at 2.4; one third of the way, each end's error by its share.
    assert!((found.at - (2.2 + 0.2 / 3.0)).abs() < 1e-12 && found.points == 2, "{found:?}");
    let wanted = 0.2 / 0.15 * 0.01 * ((2.0_f64 / 3.0).powi(2) + (1.0_f64 / 3.0).powi(2)).sqrt();
    assert!((found.error - wanted).abs() < 1e-9, "{found:?} {wanted}");
    let refusal = crossing(&flat, &flat.clone(), "v").unwrap_err().0;
    assert_eq!(refusal, "v: the sweeps have fewer than two values of heat in common");
    let above = curve(&[(2.0, 0.9, 0.0), (2.2, 0.9, 0.0)]);
    assert_eq!(crossing(&above, &flat, "u").unwrap_err().0, "u: the curves do not cross between 2 and 2.2");
}

#[test]
fn noise_about_the_crossing_is_smoothed_by_the_line() {
    let zero = curve(&(0..9).map(|step| (f64::from(step), 0.0, 0.0)).collect::<Vec<_>>());
    let noise = [0.0, 0.0, 0.0, -1.4, 1.4, -1.4, 0.0, 0.0, 0.0];
    let noisy: Vec<_> =
        (0..9).map(|step| (f64::from(step), 4.2 - f64::from(step) + noise[step as usize], 0.8)).collect();
    let found = crossing(&curve(&noisy), &zero, "u").unwrap();
    assert!(found.points > 2 && (found.at - 4.2).abs() < 2.0 * found.error, "{found:?}");
}
