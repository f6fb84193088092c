//! The lattice's kernels against the reference, spin for spin, and against the exact solution. Needs an adapter, and fails
//! without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use crossbeam_channel::Receiver;
use fieldscope::driver::{Command, Driver, Event, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::ising::lattice::Lattice;
use fieldscope::sim::ising::lattice::params::{LatticeModel, Start};
use fieldscope::sim::ising::lattice::reference::Reference;
use fieldscope::sim::ising::lattice::{exact, kernels::threshold};
use fieldscope::sim::random::Generator;
use fieldscope::sim::{Simulation, ToggleSet, toggles::index_of};
use std::sync::{Arc, OnceLock};

const SEED: u64 = 7;

fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    KERNELS
        .get_or_init(|| {
            let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
            Arc::new(Kernels::new(&gpu, LIBRARY))
        })
        .clone()
}

fn model(sites: u32, temperature: f64) -> LatticeModel {
    LatticeModel {
        sites,
        reduced_sites: None,
        temperature,
        field: 0.0,
        sweeps: 3,
        start: Start::Hot,
        generator: Generator::Fast,
    }
}

fn on(names: &[&str]) -> ToggleSet {
    let lattice = Lattice::new(model(64, 2.0), 0).unwrap();
    let toggles = &lattice.description().toggles;
    names.iter().fold(ToggleSet::NONE, |set, name| set.with(index_of(toggles, name).unwrap(), true))
}

fn driver(model: LatticeModel, toggles: ToggleSet) -> (Driver, Receiver<Event>) {
    let lattice = Lattice::new(model, SEED).unwrap();
    Driver::new(kernels(), Method::GpuPass, Box::new(lattice), toggles).unwrap()
}

fn read(driver: &Driver, name: &str) -> Vec<f32> {
    let state = driver.state();
    arrays::read_array(driver.gpu(), driver.buffers(), state.array(name).unwrap()).unwrap()
}

fn reference(model: &LatticeModel, cycles: u64) -> Reference {
    let mut reference = Reference::new(model, SEED as u32);
    for _ in 0..cycles * u64::from(model.sweeps) {
        reference.sweep();
    }
    reference
}

/// Every setting that keeps a draw for every spin.
fn exact_settings() -> [ToggleSet; 3] {
    [on(&[]), on(&["bit_packed"]), on(&["bit_packed", "resident"])]
}

#[track_caller]
fn assert_same(found: &[f32], wanted: &[f32], what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    let differing: Vec<_> = (0..found.len()).filter(|at| found[*at] != wanted[*at]).collect();
    assert!(
        differing.is_empty(),
        "{what}: {} of {} differ, first at {:?}",
        differing.len(),
        found.len(),
        differing.first()
    );
}

/// Magnetisation, its magnitude and the energy per site after the last cycle, once there was one.
fn last_figures(driver: &mut Driver, events: &Receiver<Event>) -> Option<[f64; 3]> {
    driver.settle().unwrap();
    let last = events.try_iter().filter_map(|event| match event {
        Event::Probes { values, .. } => Some(values),
        _ => None,
    });
    last.last().map(|values| [0, 1, 3].map(|at| f64::from(values[at])))
}

/// Values of a probe, cycle by cycle; takes all events.
fn probes(driver: &mut Driver, events: &Receiver<Event>, name: &str) -> Vec<f64> {
    driver.settle().unwrap();
    let index = driver.probes().iter().position(|probe| probe.name == name).unwrap();
    events
        .try_iter()
        .filter_map(|event| match event {
            Event::Probes { values, .. } => Some(f64::from(values[index])),
            _ => None,
        })
        .collect()
}

#[test]
fn every_exact_setting_gives_the_references_spins() {
    for (sites, field, start, generator) in [
        (64, 0.0, Start::Hot, Generator::Fast),
        (64, 0.0, Start::Cold, Generator::Strict),
        (128, 0.35, Start::Hot, Generator::Fast),
        (64, -1.5, Start::Cold, Generator::Fast),
        (192, 0.0, Start::Hot, Generator::Fast),
        // Words that end one row and begin the next.
        (96, 0.0, Start::Hot, Generator::Fast),
        (96, 0.35, Start::Cold, Generator::Strict),
        (160, 0.0, Start::Hot, Generator::Fast),
    ] {
        let model = LatticeModel { field, start, generator, ..model(sites, 2.3) };
        for cycles in [0, 1, 5] {
            let reference = reference(&model, cycles);
            let wanted = reference.by_colour();
            for setting in exact_settings() {
                let (mut driver, events) = driver(model, setting);
                driver.run_to(cycles).unwrap();
                let found = read(&driver, "spins");
                assert_same(&found, &wanted, &format!("{model:?} {setting:?} after {cycles}"));
                let figures = last_figures(&mut driver, &events);
                assert_eq!(figures.is_some(), cycles > 0);
                let wanted = [reference.magnetisation(), reference.magnetisation().abs(), reference.energy()];
                for (found, wanted) in figures.into_iter().flatten().zip(wanted) {
                    assert!((found - wanted).abs() < 1e-6, "{found} against {wanted}, {setting:?} after {cycles}");
                }
            }
        }
    }
}

#[test]
fn a_size_that_no_word_divides_is_done_in_bytes() {
    let model = model(72, 2.3);
    let (mut driver, _events) = driver(model, on(&[]));
    driver.run_to(4).unwrap();
    assert_same(&read(&driver, "spins"), &reference(&model, 4).by_colour(), "72²");
}

#[test]
fn forms_and_temperature_can_be_switched_while_it_runs() {
    for sites in [64, 96] {
        switched_while_it_runs(model(sites, 3.0));
    }
}

fn switched_while_it_runs(model: LatticeModel) {
    let (mut driver, _events) = driver(model, on(&["bit_packed"]));
    let mut reference = Reference::new(&model, SEED as u32);
    for (cycle, name, is_on) in [(2, "bit_packed", false), (4, "bit_packed", true), (6, "resident", true)] {
        driver.run_to(cycle).unwrap();
        driver.command(Command::SetToggle { name: name.to_owned(), on: is_on });
    }
    driver.run_to(8).unwrap();
    driver.command(Command::SetParameter { name: "temperature".to_owned(), value: 1.5 });
    driver.command(Command::SetParameter { name: "field".to_owned(), value: 0.1 });
    driver.run_to(11).unwrap();
    for _ in 0..8 * 3 {
        reference.sweep();
    }
    reference.model.temperature = 1.5;
    reference.model.field = 0.1;
    for _ in 0..3 * 3 {
        reference.sweep();
    }
    assert_same(&read(&driver, "spins"), &reference.by_colour(), "after all switches");
}

#[test]
fn a_state_that_is_written_back_goes_on_as_it_would_have() {
    for setting in exact_settings() {
        let model = model(64, 2.2);
        let (mut first, _first_events) = driver(model, setting);
        first.run_to(3).unwrap();
        let (mut second, _second_events) = driver(model, setting);
        second.run_to(0).unwrap();
        for array in &first.state().arrays {
            arrays::write_array(second.gpu(), second.buffers(), array, &read(&first, array.name)).unwrap();
        }
        second.resume(3);
        for driver in [&mut first, &mut second] {
            driver.run_to(7).unwrap();
        }
        assert_same(&read(&first, "spins"), &read(&second, "spins"), &format!("{setting:?}"));
        assert_eq!(read(&first, "averages"), read(&second, "averages"), "{setting:?}");
    }
}

/// Each replica alone, decided as the kernel says: one draw per site for all of them.
#[test]
fn every_replica_follows_metropolis_with_the_shared_draw() {
    for field in [0.0, 0.4] {
        let edge = if field == 0.0 { 64 } else { 96 };
        let model = LatticeModel { sweeps: 1, field, ..model(edge, 2.3) };
        let (mut driver, _events) = driver(model, on(&["bit_packed", "multi_replica"]));
        driver.run_to(2).unwrap();
        let before = read(&driver, "replicas");
        driver.run_to(3).unwrap();
        let after = read(&driver, "replicas");
        let sites = edge as usize;
        let place = |x: usize, y: usize| {
            let (x, y) = (x % sites, y % sites);
            ((x + y) % 2 * sites + y) * sites / 2 + x / 2
        };
        let draws = fieldscope::sim::random::Draws { generator: Generator::Fast, seed: SEED as u32 };
        for replica in [0, 1, 17, 31] {
            let mut spins: Vec<bool> = before.iter().skip(replica).step_by(32).map(|bit| *bit == 1.0).collect();
            for colour in [0, 1] {
                let coloured = (0..sites * sites).map(|at| (at % sites, at / sites));
                for (x, y) in coloured.filter(|(x, y)| (x + y) % 2 == colour) {
                    let at = place(x, y);
                    let around = [(x + 1, y), (x + sites - 1, y), (x, y + 1), (x, y + sites - 1)];
                    let aligned = around.iter().filter(|(x, y)| spins[place(*x, *y)] == spins[at]).count() as u32;
                    let own = at - colour * sites * sites / 2;
                    let draw = draws.words(3, 20 + colour as u32, own as u32 / 4)[own % 4];
                    let limit = threshold(&model, spins[at], aligned);
                    if limit == u32::MAX || draw < limit {
                        spins[at] = !spins[at];
                    }
                }
            }
            let found: Vec<bool> = after.iter().skip(replica).step_by(32).map(|bit| *bit == 1.0).collect();
            assert!(found == spins, "replica {replica}");
        }
        let shown: Vec<f32> = after.iter().step_by(32).copied().collect();
        assert_same(&read(&driver, "spins"), &shown, "what is shown is replica 0");
    }
}

#[test]
fn replicas_begin_apart_and_become_one_another_below_the_critical_temperature() {
    let model = LatticeModel { sweeps: 20, ..model(64, 2.1) };
    let (mut driver, events) = driver(model, on(&["bit_packed", "multi_replica"]));
    driver.run_to(1).unwrap();
    let first = probes(&mut driver, &events, "overlap of replicas");
    driver.run_to(150).unwrap();
    let overlap = probes(&mut driver, &events, "overlap of replicas");
    assert!(first[0].abs() < 0.3, "{first:?}");
    // By hand from the array: the mean over the pairs and sites.
    let replicas = read(&driver, "replicas");
    let spread: f64 = replicas
        .chunks(32)
        .map(|word| {
            let sum: f64 = word.iter().map(|bit| 2.0 * f64::from(*bit) - 1.0).sum();
            (sum * sum - 32.0) / (32.0 * 31.0)
        })
        .sum();
    let wanted = spread / f64::from(model.sites).powi(2);
    assert!((overlap.last().unwrap() - wanted).abs() < 1e-5, "{:?} against {wanted}", overlap.last());
    let distinct: std::collections::BTreeSet<Vec<u8>> =
        (0..32).map(|replica| replicas.iter().skip(replica).step_by(32).map(|bit| *bit as u8).collect()).collect();
    eprintln!("{} of 32 replicas are distinct after 3,000 sweeps at T = 2.1, overlap {wanted:.3}", distinct.len());
    assert!(distinct.len() < 32);
}

/// Mean and standard error of a correlated series, by the scatter of the means of 20 blocks.
fn mean_and_error(series: &[f64]) -> (f64, f64) {
    let blocks: Vec<f64> =
        series.chunks_exact(series.len() / 20).map(|block| block.iter().sum::<f64>() / block.len() as f64).collect();
    let count = blocks.len() as f64;
    let mean = blocks.iter().sum::<f64>() / count;
    let variance = blocks.iter().map(|block| (block - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

#[test]
fn energy_and_magnetisation_are_those_of_the_exact_solution() {
    let both = [Generator::Fast, Generator::Strict];
    for (temperature, generator) in [1.8, 2.0, 2.2, 2.5, 3.0].into_iter().flat_map(|t| both.map(|of| (t, of))) {
        let model = LatticeModel { sweeps: 4, start: Start::Cold, generator, ..model(256, temperature) };
        let (mut driver, events) = driver(model, on(&["bit_packed"]));
        // Near the critical temperature a cold start takes some hundred sweeps to be forgotten.
        driver.run_to(500).unwrap();
        probes(&mut driver, &events, "magnitude");
        let (mut magnitudes, mut energies) = (Vec::new(), Vec::new());
        driver.run_to(2000).unwrap();
        driver.settle().unwrap();
        for event in events.try_iter() {
            if let Event::Probes { values, .. } = event {
                magnitudes.push(f64::from(values[1]));
                energies.push(f64::from(values[3]));
            }
        }
        assert_eq!(energies.len(), 1500, "no probe is lost");
        let (energy, error) = mean_and_error(&energies);
        let wanted = exact::energy(temperature);
        eprintln!("{generator:?}, T = {temperature}: e = {energy:.6} ± {error:.6}, exact {wanted:.6}");
        assert!((energy - wanted).abs() < 4.0 * error && error < 2e-3, "T = {temperature}");
        if temperature < exact::critical_temperature() {
            let (magnitude, error) = mean_and_error(&magnitudes);
            let wanted = exact::magnetisation(temperature);
            eprintln!("{generator:?}, T = {temperature}: |m| = {magnitude:.6} ± {error:.6}, exact {wanted:.6}");
            assert!((magnitude - wanted).abs() < 4.0 * error && error < 5e-3, "T = {temperature}");
        }
    }
}

#[test]
fn averages_begin_anew_when_the_temperature_changes() {
    let model = LatticeModel { start: Start::Cold, ..model(64, 1.0) };
    let (mut driver, events) = driver(model, on(&["bit_packed"]));
    driver.run_to(30).unwrap();
    driver.command(Command::SetParameter { name: "temperature".to_owned(), value: 5.0 });
    driver.run_to(31).unwrap();
    let heat = probes(&mut driver, &events, "specific heat");
    assert!(heat[29] > 0.0 && heat[30] == 0.0, "{:?}", &heat[28..]);
    let averages = read(&driver, "averages");
    let energy = reference_energy(&driver);
    assert!((f64::from(averages[0]) - energy).abs() < 1e-6, "{averages:?} {energy}");
}

/// Energy per site from the spins as they stand.
fn reference_energy(driver: &Driver) -> f64 {
    let spins = read(driver, "spins");
    let mut reference = Reference::new(&LatticeModel { start: Start::Cold, ..model(64, 5.0) }, 0);
    let by_colour = |x: usize, y: usize| ((x + y) % 2 * 64 + y) * 32 + x / 2;
    for (at, spin) in reference.spins.iter_mut().enumerate() {
        *spin = if spins[by_colour(at % 64, at / 64)] == 1.0 { 1 } else { -1 };
    }
    reference.energy()
}

/// 1 − ⟨m⁴⟩ / (3 ⟨m²⟩²) over 200,000 sweeps.
fn binder(sites: u32, temperature: f64) -> f64 {
    let model = LatticeModel { sweeps: 100, start: Start::Cold, ..model(sites, temperature) };
    let (mut driver, events) = driver(model, on(&["bit_packed", "resident"]));
    driver.run_to(100).unwrap();
    probes(&mut driver, &events, "magnetisation");
    driver.run_to(2100).unwrap();
    let series = probes(&mut driver, &events, "magnetisation");
    assert_eq!(series.len(), 2000, "no probe is lost");
    let mean = |power: i32| series.iter().map(|m| m.powi(power)).sum::<f64>() / series.len() as f64;
    1.0 - mean(4) / (3.0 * mean(2).powi(2))
}

#[test]
fn the_binder_cumulants_of_two_sizes_cross_within_one_per_cent_of_the_critical_temperature() {
    let at = |factor: f64| [64, 128].map(|sites| binder(sites, factor * exact::critical_temperature()));
    let [below, above] = [at(0.99), at(1.01)];
    eprintln!("64² and 128²: {below:?} below, {above:?} above");
    assert!(below[1] > below[0] && above[1] < above[0], "{below:?} below, {above:?} above");
}

/// Commands that took effect, with their cycles; and refusals. Takes all events.
fn told(driver: &mut Driver, events: &Receiver<Event>) -> (Vec<(u64, Command)>, Vec<String>) {
    driver.settle().unwrap();
    let (mut applied, mut refused) = (Vec::new(), Vec::new());
    for event in events.try_iter() {
        match event {
            Event::Applied { cycle, command } => applied.push((cycle, command)),
            Event::Refused { reason, .. } => refused.push(reason),
            _ => {}
        }
    }
    (applied, refused)
}

fn temperature(value: f64) -> Command {
    Command::SetParameter { name: "temperature".to_owned(), value }
}

#[test]
fn a_course_moves_the_temperature_from_cycle_to_cycle_and_its_commands_give_the_same_run() {
    for (name, last) in [("quench", 30), ("cool slowly", 60)] {
        let model = model(64, 2.5);
        let (mut followed, events) = driver(model, on(&["bit_packed"]));
        followed.run_to(3).unwrap();
        followed.command(Command::Follow(name.to_owned()));
        followed.run_to(last).unwrap();
        let (applied, refused) = told(&mut followed, &events);
        assert!(refused.is_empty(), "{refused:?}");
        assert_eq!(applied[..2], [(4, Command::Follow(name.to_owned())), (4, temperature(10.0))]);
        match name {
            "quench" => assert_eq!(applied[2..], [(24, temperature(1.0))]),
            // 20 cycles of disorder, then 3 to 1 in a thousand steps.
            _ => {
                let ramp: Vec<_> = (1..=37).map(|k| (23 + k, temperature(3.0 - 2.0 * k as f64 / 1000.0))).collect();
                assert_eq!(applied[2..], ramp);
            }
        }
        let (mut replayed, _events) = driver(model, on(&["bit_packed"]));
        for (cycle, command) in applied {
            replayed.run_to(cycle - 1).unwrap();
            replayed.command(command);
        }
        replayed.run_to(last).unwrap();
        assert_same(&read(&replayed, "spins"), &read(&followed, "spins"), name);
    }
}

#[test]
fn a_course_ends_by_itself_by_a_hand_at_the_slider_and_by_a_reset() {
    let (mut driver, events) = driver(model(64, 2.5), on(&["bit_packed"]));
    let follow = |name: &str| Command::Follow(name.to_owned());
    driver.command(follow("quench"));
    driver.run_to(5).unwrap();
    let following = driver.status().following.clone().unwrap();
    assert_eq!((following.name, following.parameter, following.cycles), ("quench", "temperature", [5, 20]));
    driver.run_to(22).unwrap();
    assert_eq!(driver.status().following, None);
    driver.command(follow("cool slowly"));
    driver.run_to(24).unwrap();
    assert!(driver.status().following.is_some());
    driver.command(temperature(2.0));
    driver.run_to(60).unwrap();
    assert_eq!((driver.simulation().parameter("temperature"), &driver.status().following), (Some(2.0), &None));
    driver.command(follow("cool slowly"));
    driver.run_to(62).unwrap();
    driver.command(Command::Reset { seed: 3 });
    driver.run_to(2).unwrap();
    assert_eq!(driver.status().following, None);
    driver.command(follow("boil"));
    driver.run_to(3).unwrap();
    assert_eq!(told(&mut driver, &events).1, ["no course is called `boil`; there are quench, cool slowly"]);
}
