//! Nodes, draws and waves of the Möbius system against the reference. Needs an adapter, and fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

#[path = "mobius/common.rs"]
mod common;

use common::{SEED, apart, driver, helix, probe, psi, read, strip, write};
use fieldscope::driver::{Command, Driver};
use fieldscope::sim::mobius::params::MobiusModel;
use fieldscope::sim::mobius::reference::band::Band;
use fieldscope::sim::mobius::reference::waves::{
    Source, complex_sum, complex_sums, drawn, helix as helix_node, permuted,
};
use fieldscope::sim::random::{Draws, Generator};

fn draws() -> Draws {
    Draws { generator: Generator::Fast, seed: SEED as u32 }
}

fn band(model: &MobiusModel) -> Band {
    let [along, across] = model.grid();
    Band {
        along: along as usize,
        across: across as usize,
        half_twists: model.half_twists(),
        half_width: model.half_width(),
        torsion: model.torsion,
    }
}

/// The sources that the reference has, from amplitudes and frequencies as they stand on the device.
fn sources(model: &MobiusModel, driver: &Driver) -> Vec<Source> {
    let nodes = model.nodes();
    let (phases, frequencies, amplitudes) =
        (read(driver, "phases"), read(driver, "frequencies"), read(driver, "amplitudes"));
    let places = places(model);
    let chosen = (0..model.source_count()).map(|place| match model.sources {
        Some(_) => permuted(draws(), 0, 8, place, nodes) as usize,
        None => place as usize,
    });
    chosen
        .map(|node| Source {
            place: places[node],
            amplitude: f64::from(amplitudes[node]),
            phase: if model.is_strip() { std::f64::consts::TAU * f64::from(phases[node]) } else { 0.0 },
            frequency: f64::from(frequencies[node]),
        })
        .collect()
}

fn places(model: &MobiusModel) -> Vec<[f64; 3]> {
    if model.is_strip() {
        return band(model).places();
    }
    let windings = f64::from(model.get("windings").unwrap() as f32);
    (0..model.nodes()).map(|node| helix_node(node, model.nodes(), windings, f64::from(model.torsion as f32))).collect()
}

#[test]
fn nodes_lie_where_the_formulas_say() {
    for (half_twists, torsion) in [(0, 0.0), (1, 0.0), (2, 1.0), (3, 0.6), (9, 3.0)] {
        same_places(&MobiusModel { torsion, ..strip(96, 7, half_twists) });
    }
    for (windings, torsion) in [(3.8, 0.0), (68.83, 1.641), (150.0, 3.0)] {
        same_places(&MobiusModel { torsion, ..helix(8000, windings) });
    }
}

#[track_caller]
fn same_places(model: &MobiusModel) {
    let (mut driver, _events) = driver(model, &["one_dispatch"]);
    driver.run_to(0).unwrap();
    let found = read(&driver, "places");
    let wanted = places(model);
    assert_eq!(found.len(), 4 * wanted.len());
    let worst = found
        .chunks_exact(4)
        .zip(&wanted)
        .flat_map(|(found, wanted)| (0..3).map(move |axis| (f64::from(found[axis]) - wanted[axis]).abs()))
        .fold(0.0, f64::max);
    // φ goes up to eleven half turns, which f32 knows to 5e-7 of one.
    assert!(worst < 5e-6, "{model:?}: {worst}");
}

#[test]
fn phases_and_frequencies_are_those_of_the_counter() {
    let model = strip(64, 9, 1);
    let (mut driver, _events) = driver(&model, &["one_dispatch"]);
    driver.run_to(0).unwrap();
    let (phases, frequencies) = (read(&driver, "phases"), read(&driver, "frequencies"));
    for node in 0..model.nodes() {
        let (phase, frequency) = drawn(draws(), node);
        assert!((f64::from(phases[node as usize]) - phase).abs() < 1e-9, "{node}");
        assert!((f64::from(frequencies[node as usize]) - frequency).abs() < 2e-6, "{node}");
        assert_eq!((frequencies[node as usize] * 4_194_304.0).fract(), 0.0, "{node}");
    }
    assert!(read(&driver, "amplitudes").iter().all(|amplitude| *amplitude == 2.0));
}

/// Errors of every exact setting at 500 of 8,000 nodes, with all 8,000 as sources, over ten thousand seconds.
#[test]
fn the_sum_is_that_of_the_reference_however_long_the_run() {
    let model = MobiusModel { time_step: 0.01, ..strip(400, 20, 1) };
    for names in [&["one_dispatch"][..], &[], &["one_dispatch", "cached_propagator"]] {
        let (mut driver, _events) = driver(&model, names);
        driver.run_to(0).unwrap();
        let sources = sources(&model, &driver);
        let nodes: Vec<usize> = (0..500).map(|place| permuted(draws(), 1, 2, place, 8000) as usize).collect();
        let at: Vec<_> = nodes.iter().map(|node| sources[*node].place).collect();
        for cycle in [1, 100, 10_000, 100_000, 999_999] {
            driver.resume(cycle - 1);
            driver.run_to(cycle).unwrap();
            let seconds = cycle as f64 * model.time_step;
            let wanted = complex_sums(&at, &sources, model.wavenumber, seconds);
            let all = psi(&driver);
            let found: Vec<_> = nodes.iter().map(|node| all[*node]).collect();
            let error = apart(&found, &wanted);
            eprintln!("{names:?} at {seconds} s: relative L2 error {error:.2e}");
            assert!(error < 1e-5, "{names:?} at {seconds} s: {error}");
        }
    }
}

#[test]
fn half_distances_are_off_by_their_rounding_and_no_more() {
    let model = MobiusModel { wavenumber: 3.0, ..strip(64, 12, 1) };
    for names in [
        &["half_distances", "one_dispatch"][..],
        &["half_distances"],
        &["half_distances", "one_dispatch", "cached_propagator"],
    ] {
        let (mut driver, _events) = driver(&model, names);
        driver.run_to(3).unwrap();
        let sources = sources(&model, &driver);
        let wanted = complex_sums(&places(&model), &sources, model.wavenumber, 3.0 * model.time_step);
        let error = apart(&psi(&driver), &wanted);
        eprintln!("{names:?}: relative L2 error {error:.2e}");
        assert!((1e-6..3e-3).contains(&error), "{names:?}: {error}");
    }
}

#[test]
fn one_source_alone_has_the_right_wavelength_and_speed_on_the_device() {
    let model = MobiusModel { wavenumber: 5.0, time_step: 0.1, ..strip(200, 5, 1) };
    let (mut driver, _events) = driver(&model, &["one_dispatch"]);
    driver.run_to(0).unwrap();
    let mut amplitudes = vec![0.0; model.nodes() as usize];
    amplitudes[2] = 2.0;
    write(&driver, "amplitudes", &amplitudes);
    let source = sources(&model, &driver)[2];
    let places = places(&model);
    for cycle in [1, 2, 500] {
        driver.resume(cycle - 1);
        driver.run_to(cycle).unwrap();
        for (at, [real, imaginary]) in places.iter().zip(psi(&driver)) {
            let squares: f64 = at.iter().zip(source.place).map(|(a, b)| (a - b).powi(2)).sum();
            let distance = squares.sqrt() + 0.05;
            // Crests are 2π / k apart and go outwards with f / k.
            let angle = source.phase + source.frequency * 0.1 * cycle as f64 - 5.0 * distance;
            let off = (imaginary.atan2(real) - angle + std::f64::consts::PI).rem_euclid(std::f64::consts::TAU);
            assert!((off - std::f64::consts::PI).abs() < 2e-5, "{off}");
            assert!((real.hypot(imaginary) * distance - 2.0).abs() < 1e-5);
        }
    }
}

#[test]
fn waves_superpose() {
    let model = strip(64, 8, 3);
    let (mut driver, _events) = driver(&model, &["one_dispatch"]);
    driver.run_to(0).unwrap();
    let nodes = model.nodes() as usize;
    let mut with = |keep: fn(usize) -> bool| {
        let amplitudes: Vec<f32> = (0..nodes).map(|node| if keep(node) { 2.0 } else { 0.0 }).collect();
        write(&driver, "amplitudes", &amplitudes);
        driver.resume(6);
        driver.run_to(7).unwrap();
        psi(&driver)
    };
    let (one, other, both) = (with(|node| node % 3 == 0), with(|node| node % 3 != 0), with(|_| true));
    let sum: Vec<_> = one.iter().zip(&other).map(|(a, b)| [a[0] + b[0], a[1] + b[1]]).collect();
    assert!(apart(&sum, &both) < 2e-6);
    assert!(apart(&one, &both) > 0.1);
}

#[test]
fn sources_wave_number_and_shape_move_live() {
    let model = strip(64, 8, 1);
    for names in [
        &["one_dispatch"][..],
        &[],
        &["one_dispatch", "cached_propagator"],
        &["one_dispatch", "cached_propagator", "lazy_geometry"],
    ] {
        let (mut driver, _events) = driver(&model, names);
        driver.run_to(2).unwrap();
        let mut moved = model.clone();
        for (name, value) in
            [("sources", 37.0), ("wavenumber", 7.5), ("half_twists", 2.0), ("torsion", 0.5), ("half_width", 0.25)]
        {
            driver.command(Command::SetParameter { name: name.to_owned(), value });
            moved.set(name, value);
        }
        driver.run_to(4).unwrap();
        let wanted = complex_sums(&places(&moved), &sources(&moved, &driver), 7.5, 4.0 * moved.time_step);
        let error = apart(&psi(&driver), &wanted);
        assert!(error < 1e-5, "{names:?}: {error}");
    }
}

#[test]
fn a_propagator_that_is_switched_on_and_off_is_that_of_the_nodes() {
    let model = strip(64, 8, 1);
    let (mut driver, _events) = driver(&model, &["one_dispatch", "cached_propagator"]);
    let mut cycle = 2;
    for (name, is_on) in
        [("cached_propagator", false), ("cached_propagator", true), ("half_distances", true), ("half_distances", false)]
    {
        driver.run_to(cycle).unwrap();
        driver.command(Command::SetToggle { name: name.to_owned(), on: is_on });
        cycle += 2;
        driver.run_to(cycle).unwrap();
    }
    let seconds = cycle as f64 * model.time_step;
    let wanted = complex_sums(&places(&model), &sources(&model, &driver), model.wavenumber, seconds);
    let error = apart(&psi(&driver), &wanted);
    assert!(error < 1e-5, "{error}");
}

#[test]
fn lazy_geometry_waits_for_its_threshold() {
    let model = strip(64, 8, 1);
    let (mut driver, _events) = driver(&model, &["one_dispatch", "lazy_geometry"]);
    driver.run_to(1).unwrap();
    let before = read(&driver, "places");
    let mut torsion = |value: f64, cycle: u64| {
        driver.command(Command::SetParameter { name: "torsion".to_owned(), value });
        driver.run_to(cycle).unwrap();
        read(&driver, "places")
    };
    assert_eq!(torsion(0.09, 2), before, "0.09 is within 0.1");
    let after = torsion(0.11, 3);
    assert_ne!(after, before);
    assert_eq!(torsion(0.2, 4), after, "0.2 is within 0.1 of 0.11");
}

#[test]
fn skipped_cycles_leave_the_field_alone() {
    let model = strip(64, 8, 1);
    let (mut driver, _events) = driver(&model, &["one_dispatch", "skip_evolution"]);
    driver.run_to(1).unwrap();
    assert!(psi(&driver).iter().all(|value| *value == [0.0; 2]), "the first call is skipped");
    driver.run_to(2).unwrap();
    let second = psi(&driver);
    let wanted = complex_sums(&places(&model), &sources(&model, &driver), model.wavenumber, 2.0 * model.time_step);
    assert!(apart(&second, &wanted) < 1e-5);
    driver.run_to(3).unwrap();
    assert_eq!(psi(&driver), second);
}

/// The published cycle: the sampled nodes of each cycle get Ψ e^{iϕ}, all others keep what they had.
#[test]
fn the_published_model_evolves_its_samples_and_nothing_else() {
    for (names, n, samples) in [
        (&["one_dispatch"][..], 3.8, 1000),
        (&[], 1.0, 500),
        (&["one_dispatch", "cached_propagator"], 20.0, 2000),
        (&["one_dispatch", "reduced_samples"], 3.8, 200),
        (&["reduced_samples"], 20.0, 300),
        (&["reduced_samples"], 0.1, 100),
    ] {
        let model = MobiusModel { uvhl_n: n, ..helix(2500, 3.8) };
        let (mut driver, events) = driver(&model, names);
        driver.run_to(3).unwrap();
        let sources = sources(&model, &driver);
        let phases = read(&driver, "phases");
        let mut wanted = vec![[0.0; 2]; 2500];
        for cycle in 1..=3 {
            let seconds = f64::from(cycle) * model.time_step;
            for place in 0..samples {
                let node = permuted(draws(), cycle, 2, place, 2500) as usize;
                let [_, sum] = complex_sum(sources[node].place, &sources, model.wavenumber, seconds);
                let phase = std::f64::consts::TAU * f64::from(phases[node]);
                wanted[node] = [sum * phase.cos(), sum * phase.sin()];
            }
        }
        let error = apart(&psi(&driver), &wanted);
        assert!(error < 1e-5, "{names:?}: {error}");
        // Every node knows the cycle in which it was evolved last, and the newest one stands behind them.
        let mut last = vec![0.0; 2501];
        for cycle in 1..=3 {
            for place in 0..samples {
                last[permuted(draws(), cycle, 2, place, 2500) as usize] = cycle as f32;
            }
        }
        last[2500] = 3.0;
        assert_eq!(read(&driver, "evolved"), last, "{names:?}");
        assert_eq!(probe(&mut driver, &events, "evolved nodes"), [f64::from(samples); 3]);
    }
}

/// The published collapse of the density: it is the part of the nodes that was never sampled.
#[test]
fn the_published_density_is_that_of_nodes_never_sampled() {
    // M = 200 of 8,000 every second cycle, as the published optimised sphere has it at n = 3.8.
    let model = helix(8000, 3.8);
    let (mut driver, events) = driver(&model, &["one_dispatch", "reduced_samples", "skip_evolution"]);
    // Events that nobody takes find no room after some hundred cycles.
    let mut density = Vec::new();
    for last in (100..787).step_by(100).chain([787]) {
        driver.run_to(last).unwrap();
        density.extend(probe(&mut driver, &events, "vortex density"));
    }
    assert_eq!(density.len(), 787, "no probe is lost");
    for (cycle, published) in
        [(1, 1.0), (2, 0.975), (10, 0.882), (50, 0.534), (100, 0.283), (200, 0.079), (400, 0.0066), (787, 0.0004)]
    {
        let (found, expected) = (density[cycle - 1], 0.975_f64.powi(cycle as i32 / 2));
        // 1,000 nodes are counted: four standard errors of a drawn one, and a few that happen to be near 0.
        let error = 4.0 * (expected * (1.0 - expected) / 1000.0).sqrt() + 4e-3;
        eprintln!("cycle {cycle}: density {found:.4}, never sampled {expected:.4}, published {published}");
        assert!((found - expected).abs() < error, "cycle {cycle}: {found} against {expected}");
        assert!((found - published).abs() < error, "cycle {cycle}: {found} against {published}");
    }
    // To the node: those at rest are those that no permutation ever put among the first 200.
    let mut rests = vec![true; 8000];
    for cycle in (2..=787).step_by(2) {
        (0..200).for_each(|place| rests[permuted(draws(), cycle, 2, place, 8000) as usize] = false);
    }
    let field = psi(&driver);
    assert!(rests.iter().zip(&field).all(|(rests, value)| *rests == (*value == [0.0; 2])));
    let counted = field.iter().step_by(8).filter(|value| value[0].hypot(value[1]) < 0.3).count();
    assert!((density[786] - counted as f64 / 1000.0).abs() < 1e-6, "{counted}");
}

#[test]
fn a_state_that_is_written_back_goes_on_as_it_would_have() {
    let banded = strip(64, 8, 1);
    let published = helix(600, 3.8);
    for (model, names) in [
        (&banded, &["one_dispatch"][..]),
        (&banded, &["one_dispatch", "cached_propagator", "lazy_geometry"]),
        (&published, &[]),
        (&published, &["one_dispatch", "reduced_samples", "skip_evolution", "lazy_geometry"]),
    ] {
        let (mut first, _first_events) = driver(model, names);
        first.run_to(3).unwrap();
        let (mut second, _second_events) = driver(model, names);
        second.run_to(0).unwrap();
        for array in &first.state().arrays {
            write(&second, array.name, &read(&first, array.name));
        }
        second.resume(3);
        for driver in [&mut first, &mut second] {
            driver.run_to(7).unwrap();
        }
        assert_eq!(read(&first, "psi"), read(&second, "psi"), "{names:?}");
    }
}
