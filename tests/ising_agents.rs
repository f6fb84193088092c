//! The agents' kernels against the reference, draw for draw, and against the published figures. Needs an adapter, and fails
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
use fieldscope::sim::ising::agents::Agents;
use fieldscope::sim::ising::agents::agent::{Agent, Couplings};
use fieldscope::sim::ising::agents::description::{description, rules, switches};
use fieldscope::sim::ising::agents::emotion::Emotion;
use fieldscope::sim::ising::agents::empathy::{accuracy, imagine, score, similarity};
use fieldscope::sim::ising::agents::enumeration::enumerate;
use fieldscope::sim::ising::agents::params::AgentsModel;
use fieldscope::sim::ising::agents::reference::Reference;
use fieldscope::sim::random::Generator;
use fieldscope::sim::{ToggleSet, toggles::index_of};
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

/// A population under the rules of a preset.
fn model(preset: &str, agents: u32, spins: u32, others: u32) -> AgentsModel {
    AgentsModel {
        agents,
        reduced_agents: None,
        spins,
        others,
        circle: None,
        couplings: None,
        couplings_from: None,
        pinned: None,
        annealed: true,
        compassion: true,
        strength: 0.1,
        noise: 0.05,
        enumerated: 0,
        rules: rules(preset),
        generator: Generator::Fast,
    }
}

/// The preset's toggles with some turned.
fn toggles(turned: &[(&str, bool)]) -> ToggleSet {
    let description = description();
    let preset = description.preset("corrected").unwrap();
    turned.iter().fold(preset, |set, (name, on)| set.with(index_of(&description.toggles, name).unwrap(), *on))
}

fn driver(model: &AgentsModel, toggles: ToggleSet) -> (Driver, Receiver<Event>) {
    driver_on(kernels().gpu().is_software(), model, toggles)
}

/// With the kernels for an adapter that computes on the processor, or for another.
fn driver_on(software: bool, model: &AgentsModel, toggles: ToggleSet) -> (Driver, Receiver<Event>) {
    let doubles = kernels().gpu().has_doubles();
    let agents = Agents::new(model.clone(), SEED).unwrap().with_doubles(doubles).on_software(software);
    Driver::new(kernels(), Method::GpuPass, Box::new(agents), toggles).unwrap()
}

fn read(driver: &Driver, name: &str) -> Vec<f32> {
    let state = driver.state();
    arrays::read_array(driver.gpu(), driver.buffers(), state.array(name).unwrap()).unwrap()
}

/// Values of a probe, cycle by cycle; takes all events.
fn probes(driver: &mut Driver, events: &Receiver<Event>, names: &[&str]) -> Vec<Vec<f64>> {
    driver.settle().unwrap();
    let places: Vec<_> =
        names.iter().map(|name| driver.probes().iter().position(|probe| probe.name == *name).unwrap()).collect();
    let cycles = events.try_iter().filter_map(|event| match event {
        Event::Probes { values, .. } => Some(values),
        _ => None,
    });
    cycles.map(|values| places.iter().map(|place| f64::from(values[*place])).collect()).collect()
}

fn bits(agent: &Agent) -> Vec<f32> {
    (0..64).map(|i| f32::from(u8::from(agent.spins.get(i) == Some(&1)))).collect()
}

/// How many chunks differ: agents or pairs that went another way, which a single rounded draw makes them do.
fn differing(found: &[f32], wanted: &[Vec<f32>]) -> usize {
    found.chunks(wanted[0].len()).zip(wanted).filter(|(found, wanted)| *found != wanted.as_slice()).count()
}

#[track_caller]
fn assert_close(found: f32, wanted: f64, what: &str) {
    assert!((f64::from(found) - wanted).abs() < 2e-5, "{what}: {found} against {wanted}");
}

/// Everything that a cycle leaves, against the reference. Returns how many anneals were compared, and how many went another
/// way; what hangs on those is left out.
fn compare(driver: &Driver, reference: &Reference, what: &str) -> (usize, usize) {
    let model = &reference.model;
    let wanted: Vec<_> = reference.agents.iter().map(bits).collect();
    let spins = read(driver, "spins");
    let apart = differing(&spins, &wanted);
    if apart > 0 {
        return (wanted.len(), apart);
    }
    let columns = 4 * model.spins.div_ceil(4) as usize;
    let couplings = read(driver, "couplings");
    let emotions = read(driver, "emotions");
    for (index, agent) in reference.agents.iter().enumerate() {
        for i in 0..agent.count() {
            for j in 0..agent.count() {
                let found = couplings[(index * agent.count() + i) * columns + j];
                assert!((f64::from(found) - agent.coupling(i, j)).abs() < 1e-6, "{what}: couplings of {index}");
            }
        }
        for (found, wanted) in emotions[4 * index..].iter().zip(reference.emotions[index].numbers()) {
            assert_close(*found, wanted, &format!("{what}: emotion of {index}"));
        }
    }
    let [minds, accuracies, empathy, attention, collective, memory] =
        ["minds", "accuracies", "empathy", "attention", "collective", "memory"].map(|name| read(driver, name));
    let mut lost = 0;
    for (index, pairs) in reference.pairs.chunks(model.others as usize).enumerate() {
        let first = index * model.others as usize;
        let follows = |slot: usize| {
            let image = pairs[slot].image.as_ref();
            image.is_none_or(|image| minds[64 * (first + slot)..64 * (first + slot + 1)] == bits(image))
        };
        let all_follow = (0..pairs.len()).all(follows);
        lost += (0..pairs.len()).filter(|slot| !follows(*slot)).count();
        for (slot, pair) in pairs.iter().enumerate().filter(|(slot, _)| follows(*slot)) {
            let at = first + slot;
            let what = format!("{what}: pair {at}");
            assert_close(accuracies[4 * at + 3], pair.similarity, &what);
            if let Some(accuracy) = pair.accuracy {
                assert_close(accuracies[4 * at], accuracy.overlap, &what);
                assert!((f64::from(accuracies[4 * at + 1]) - accuracy.energy_error).abs() < 1e-3, "{what}");
                assert_close(accuracies[4 * at + 2], accuracy.magnetisation_error, &what);
            }
            assert!((f64::from(empathy[at]) - pair.empathy).abs() < 3e-4, "{what}: {} {}", empathy[at], pair.empathy);
            if all_follow {
                assert!((f64::from(attention[at]) - pair.attention).abs() < 3e-4, "{what}");
            }
        }
        if all_follow {
            for (found, wanted) in collective[4 * index..].iter().zip(reference.collectives[index].numbers()) {
                assert!((f64::from(*found) - wanted).abs() < 1e-3, "{what}: collective of {index}");
            }
            let entry = 160 * index + 5 * ((reference.cycle as usize - 1) % 32);
            let felt: Emotion = reference.emotions[index];
            for (found, wanted) in memory[entry..].iter().zip(felt.numbers()) {
                assert_close(*found, wanted, &format!("{what}: memory of {index}"));
            }
        }
    }
    (wanted.len() + reference.pairs.len(), lost)
}

#[test]
fn a_cycle_is_the_references_for_every_rule_size_and_toggle() {
    let (mut all, mut lost) = (0, 0);
    let none: &[(&str, bool)] = &[];
    for (preset, agents, spins, others, turned) in [
        ("corrected", 40, 20, 3, none),
        ("corrected", 30, 5, 2, none),
        ("corrected", 20, 33, 2, none),
        ("corrected", 12, 64, 1, none),
        ("corrected", 9, 2, 2, none),
        ("published", 40, 20, 4, none),
        ("published-phase4", 40, 10, 4, none),
        ("published-phase5", 20, 50, 2, none),
        ("corrected", 30, 20, 3, &[("adaptive_steps", true)]),
        ("corrected", 30, 20, 3, &[("similarity_cache", false)]),
        ("published", 30, 20, 3, &[("early_exit", true)]),
        ("corrected", 30, 20, 3, &[("batched_emotions", false)]),
        ("corrected", 30, 20, 3, &[("parallel_attention", false)]),
        ("corrected", 30, 20, 3, &[("streaming_anneal", true)]),
        ("corrected", 30, 20, 3, &[("fused_anneal", false)]),
        ("corrected", 30, 21, 3, &[("fused_anneal", false), ("streaming_anneal", true)]),
        ("corrected", 30, 20, 3, &[("quick_estimate", true)]),
        ("corrected", 30, 20, 3, &[("f32", false)]),
        ("corrected", 30, 21, 3, &[("f32", false), ("fused_anneal", false), ("streaming_anneal", true)]),
    ] {
        for generator in [Generator::Fast, Generator::Strict] {
            let model = AgentsModel { generator, circle: Some(7), ..model(preset, agents, spins, others) };
            let set = toggles(turned);
            let (mut driver, _events) = driver(&model, set);
            let mut reference = Reference::new(&model, SEED as u32).unwrap();
            let what = format!("{preset} n = {spins} {turned:?} {generator:?}");
            for cycle in 1..=2 {
                driver.run_to(cycle).unwrap();
                reference.step(switches(set));
                let (compared, apart) = compare(&driver, &reference, &what);
                all += compared;
                lost += apart;
                if apart > 0 {
                    eprintln!("{what}, cycle {cycle}: {apart} of {compared} went another way");
                    break;
                }
            }
        }
    }
    eprintln!("{lost} of {all} anneals went another way than in double precision");
    assert!(all > 3000 && lost * 200 < all, "{lost} of {all}");
}

#[test]
fn an_exact_toggle_changes_no_bit() {
    for preset in ["corrected", "published"] {
        let model = AgentsModel { circle: Some(12), ..model(preset, 50, 21, 4) };
        let (mut plain, _events) = driver(&model, toggles(&[]));
        plain.run_to(5).unwrap();
        for name in ["similarity_cache", "batched_emotions", "parallel_attention", "fused_anneal"] {
            let (mut other, _events) = driver(&model, toggles(&[(name, false)]));
            other.run_to(5).unwrap();
            for array in ["spins", "couplings", "emotions", "minds", "empathy", "attention", "collective", "memory"] {
                assert!(read(&plain, array) == read(&other, array), "{name} changes {array} under {preset}");
            }
        }
    }
}

#[test]
fn a_copy_of_the_couplings_changes_no_bit() {
    let none: &[(&str, bool)] = &[];
    for (preset, spins, turned) in [
        ("corrected", 20, none),
        ("corrected", 5, &[("streaming_anneal", true)]),
        ("corrected", 21, &[("f32", false)]),
        ("corrected", 24, &[("adaptive_steps", true)]),
        ("published", 20, none),
    ] {
        let model = model(preset, 40, spins, 3);
        let [with, without] = [true, false].map(|software| {
            let (mut driver, _events) = driver_on(software, &model, toggles(turned));
            driver.run_to(3).unwrap();
            ["spins", "minds", "couplings", "empathy"].map(|array| read(&driver, array))
        });
        assert!(with == without, "{preset}, {spins} spins, {turned:?}");
    }
}

#[test]
fn toggles_can_be_turned_while_it_runs() {
    let model = model("corrected", 40, 20, 3);
    let (mut straight, _events) = driver(&model, toggles(&[]));
    straight.run_to(8).unwrap();
    let (mut turned, _events) = driver(&model, toggles(&[]));
    for (cycle, name, on) in [
        (1, "similarity_cache", false),
        (2, "fused_anneal", false),
        (3, "similarity_cache", true),
        (4, "parallel_attention", false),
        (5, "fused_anneal", true),
    ] {
        turned.run_to(cycle).unwrap();
        turned.command(Command::SetToggle { name: name.to_owned(), on });
    }
    turned.run_to(8).unwrap();
    for array in ["spins", "couplings", "empathy", "memory"] {
        assert!(read(&straight, array) == read(&turned, array), "{array}");
    }
}

#[test]
fn a_state_that_is_written_back_goes_on_as_it_would_have() {
    let model = AgentsModel { circle: Some(9), ..model("corrected", 40, 20, 3) };
    let (mut first, _events) = driver(&model, toggles(&[]));
    first.run_to(3).unwrap();
    let (mut second, _events) = driver(&model, toggles(&[]));
    second.run_to(0).unwrap();
    // In the order of the first: after three responses its couplings stand in the other buffer.
    for array in &first.state().arrays {
        let state = second.state();
        let place = state.array(array.name).unwrap();
        arrays::write_array(second.gpu(), second.buffers(), place, &read(&first, array.name)).unwrap();
    }
    second.resume(3);
    for driver in [&mut first, &mut second] {
        driver.run_to(6).unwrap();
    }
    for array in ["spins", "couplings", "empathy", "memory"] {
        assert!(read(&first, array) == read(&second, array), "{array}");
    }
}

#[test]
fn the_published_figures_come_out() {
    for (spins, wanted) in [(10, 0.549), (20, 0.536), (50, 0.524)] {
        let random = AgentsModel { annealed: false, compassion: false, ..model("published", 500, spins, 4) };
        let (mut driver, events) = driver(&random, toggles(&[]));
        driver.run_to(1).unwrap();
        let found = probes(&mut driver, &events, &["empathy", "similarity"])[0].clone();
        eprintln!("n = {spins}: mean empathy for random others {:.4}, published {wanted}", found[0]);
        assert!((found[0] - wanted).abs() < 0.01, "n = {spins}: {found:?}");
        assert!((found[1] - 1.0).abs() < 1e-6, "{found:?}");
        // Known without an anneal: by the other's magnetisation alone.
        let minds = read(&driver, "minds");
        let aligned = minds.chunks(64).filter(|image| [0.0, spins as f32].contains(&image.iter().sum::<f32>())).count();
        eprintln!("n = {spins}: {aligned} of {} images are aligned", minds.len() / 64);
        assert!(aligned * 100 >= 97 * (minds.len() / 64));

        let annealed = AgentsModel { compassion: false, ..model("published", 500, spins, 4) };
        let (mut driver, events) = self::driver(&annealed, toggles(&[]));
        driver.run_to(1).unwrap();
        let found = probes(&mut driver, &events, &["empathy"])[0][0];
        eprintln!("n = {spins}: mean empathy for annealed others {found:.4}");
        assert!(found > 0.99, "n = {spins}: {found}");
    }
    let phase4 = AgentsModel { compassion: false, ..model("published-phase4", 500, 20, 4) };
    let (mut driver, events) = driver(&phase4, toggles(&[]));
    driver.run_to(1).unwrap();
    let similarity = probes(&mut driver, &events, &["similarity"])[0][0];
    eprintln!("phase 4: mean similarity {similarity:.4}, published 0.983 to 0.989");
    assert!((0.98..0.99).contains(&similarity), "{similarity}");
}

#[test]
fn aligned_agents_have_the_published_valence() {
    for (spins, wanted) in [(5, 0.864_275), (10, 0.995_104), (20, 0.999_994)] {
        let model = AgentsModel { compassion: false, ..model("published", 200, spins, 1) };
        let (mut driver, _events) = driver(&model, toggles(&[]));
        driver.run_to(1).unwrap();
        let (emotions, all) = (read(&driver, "emotions"), read(&driver, "spins"));
        let down = (0..200).filter(|agent| all[64 * agent..64 * (agent + 1)].iter().all(|bit| *bit == 0.0));
        let down: Vec<_> = down.collect();
        assert!(down.len() > 20, "{}", down.len());
        for agent in down {
            assert!((emotions[4 * agent] - wanted).abs() < 2e-6, "n = {spins}: {}", emotions[4 * agent]);
            assert_eq!(emotions[4 * agent + 1..4 * agent + 4], [0.0, 0.0, 1.0]);
        }
    }
}

#[test]
fn enumeration_on_the_device_finds_the_ground_states() {
    for spins in [2, 5, 11, 16] {
        let model = AgentsModel { compassion: false, enumerated: 12, ..model("corrected", 20, spins, 1) };
        let (mut driver, events) = driver(&model, toggles(&[]));
        driver.run_to(1).unwrap();
        let found = probes(&mut driver, &events, &["ground states found", "energy above the ground"])[0].clone();
        let mut reference = Reference::new(&model, SEED as u32).unwrap();
        reference.step(switches(toggles(&[])));
        let above: Vec<_> =
            reference.agents[..12].iter().map(|agent| agent.energy() - enumerate(agent, 1.0).unwrap().ground).collect();
        let wanted = above.iter().filter(|above| **above < 1e-6).count() as f64 / 12.0;
        eprintln!("n = {spins}: {:.3} of the anneals found the ground state", found[0]);
        assert!((found[0] - wanted).abs() < 1e-6, "n = {spins}: {found:?} against {wanted}");
        assert!((found[1] - above.iter().sum::<f64>() / 12.0).abs() < 1e-4, "n = {spins}: {found:?}");
        let states = read(&driver, "ground states");
        let spins_now = read(&driver, "spins");
        for (index, agent) in reference.agents[..12].iter().enumerate() {
            let state = &states[128 * index..128 * index + 64];
            let up = state[..spins as usize].iter().map(|bit| if *bit == 1.0 { 1 } else { -1 }).collect();
            let ground = Agent { spins: up, ..agent.clone() }.energy();
            assert!((ground - enumerate(agent, 1.0).unwrap().ground).abs() < 1e-5, "n = {spins}: agent {index}");
            assert!(state[spins as usize..].iter().all(|bit| *bit == 0.0));
            assert_eq!(states[128 * index + 64..128 * (index + 1)], spins_now[64 * index..64 * (index + 1)]);
        }
        driver.run_to(3).unwrap();
        let later = probes(&mut driver, &events, &["ground states found", "found so far"]);
        let mean = (found[0] + later[0][0] + later[1][0]) / 3.0;
        assert!((later[1][1] - mean).abs() < 1e-6, "n = {spins}: {later:?} and {found:?} first");
    }
}

#[test]
fn the_cache_knows_what_has_not_changed_and_forgets_the_oldest() {
    let still = AgentsModel { compassion: false, annealed: false, ..model("corrected", 40, 8, 4) };
    for (circle, lowest, highest) in [(4, 1.0, 1.0), (8, 1.0, 1.0), (32, 0.1, 0.5)] {
        let model = AgentsModel { circle: Some(circle), ..still.clone() };
        let (mut driver, events) = driver(&model, toggles(&[]));
        driver.run_to(40).unwrap();
        let rates = probes(&mut driver, &events, &["cache hit rate"]);
        let late = rates[30..].iter().map(|rate| rate[0]).sum::<f64>() / 10.0;
        eprintln!("circle of {circle}: hit rate {late:.3}");
        assert_eq!(rates[0][0], 0.0, "nothing is known at first");
        assert!((lowest..=highest).contains(&late), "circle of {circle}: {late}");
    }
    // Couplings that move every cycle are never the same again.
    let (mut driver, events) = driver(&model("published", 40, 8, 4), toggles(&[]));
    driver.run_to(5).unwrap();
    let rates = probes(&mut driver, &events, &["cache hit rate", "empathy"]);
    assert!(rates.iter().all(|rate| rate[0] == 0.0), "{rates:?}");
}

#[test]
fn a_trend_follows_time_where_it_is_mended_and_the_ring_where_it_is_published() {
    for preset in ["corrected", "published"] {
        // Couplings of either sign under both rules, so that the empathy changes from cycle to cycle.
        let model = AgentsModel { couplings: Some(Couplings::Signed), ..model(preset, 30, 8, 2) };
        let (mut driver, events) = driver(&model, toggles(&[]));
        driver.run_to(41).unwrap();
        let found = probes(&mut driver, &events, &["empathy trend"])[40][0];
        let memory = read(&driver, "memory");
        let trend = |oldest: usize| {
            let sums = memory.chunks(160).map(|ring| {
                let score = |at: usize| f64::from(ring[5 * ((oldest + at) % 32) + 4]);
                ((16..32).map(score).sum::<f64>() - (0..16).map(score).sum::<f64>()) / 16.0
            });
            sums.sum::<f64>() / 30.0
        };
        let oldest = if preset == "corrected" { 41 % 32 } else { 0 };
        assert!((found - trend(oldest)).abs() < 1e-5, "{preset}: {found} against {}", trend(oldest));
        assert!((trend(0) - trend(9)).abs() > 1e-4, "the orders cannot be told apart");
    }
}

/// What is watched step by step ends where all anneals end, and begins where they begin; images follow the reference.
#[test]
fn two_pinned_agents_are_watched_step_by_step() {
    for (preset, turned) in [
        ("corrected", &[][..]),
        ("corrected", &[("streaming_anneal", true)]),
        ("published", &[("adaptive_steps", true), ("fused_anneal", false)]),
    ] {
        let pinned = [3, 17];
        let model = AgentsModel { pinned: Some(pinned), compassion: false, ..model(preset, 30, 20, 2) };
        let set = toggles(turned);
        let (mut driver, events) = driver(&model, set);
        driver.run_to(1).unwrap();
        let before = read(&driver, "spins");
        driver.run_to(2).unwrap();
        let after = read(&driver, "spins");
        let [energies, steps, guesses] = ["anneal energies", "anneal spins", "guesses"].map(|name| read(&driver, name));
        let names = ["first for second", "second for first"]
            .map(|way| ["overlap", "energy error", "similarity", "empathy"].map(|name| format!("{name}, {way}")));
        let names: Vec<_> = names.as_flattened().iter().map(String::as_str).collect();
        let values = probes(&mut driver, &events, &names).pop().unwrap();
        let mut reference = Reference::new(&model, SEED as u32).unwrap();
        reference.step(switches(set));
        reference.step(switches(set));
        let spins = |item: usize, moment: usize| &steps[64 * (101 * item + moment)..][..64];
        let of = |all: &[f32], agent: u32| all[64 * agent as usize..][..64].to_vec();
        for (which, agent) in pinned.into_iter().enumerate() {
            let item = 2 * which;
            assert_eq!(spins(item, 0), of(&before, agent), "{preset} {turned:?}: the start of {agent}");
            assert_eq!(spins(item, 100), of(&after, agent), "{preset} {turned:?}: the end of {agent}");
            let truth = &reference.agents[agent as usize];
            let image = imagine(truth, model.schedule(switches(set)), reference.draws, 2, 30 * 3 + which as u32);
            assert_eq!(spins(item + 1, 100), bits(&image), "{preset} {turned:?}: the image of {agent}");
            for moment in [0, 1, 50, 100] {
                for item in [item, item + 1] {
                    let spins = spins(item, moment)[..20].iter().map(|bit| if *bit == 1.0 { 1 } else { -1 }).collect();
                    let wanted = Agent { spins, ..truth.clone() }.energy();
                    let found = f64::from(energies[101 * item + moment]);
                    assert!((found - wanted).abs() < 1e-4, "{preset} {turned:?} {item} {moment}: {found}, {wanted}");
                }
            }
            // Direction 0 looks at the second one, and the truth stands behind the guess.
            let at = 64 * 2 * (1 - which);
            assert_eq!(guesses[at + 64..][..64], of(&after, agent));
            let same = |one: &[f32]| (0..20).filter(|i| one[*i] == of(&after, agent)[*i]).count();
            assert_eq!(same(&guesses[at..]), same(&bits(&image)).max(20 - same(&bits(&image))));
            let found = accuracy(&image, truth, model.rules.scale(), false);
            let alike = similarity(&reference.agents[pinned[0] as usize], &reference.agents[pinned[1] as usize]);
            let score = score(found, alike, model.rules.weights());
            let values = &values[4 * (1 - which)..];
            for (value, wanted) in values.iter().zip([found.overlap, found.energy_error, alike, score]) {
                assert!((value - wanted).abs() < 1e-4, "{preset} {turned:?} {agent}: {values:?}, {found:?} {alike}");
            }
        }
    }
}
