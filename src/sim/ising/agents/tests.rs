use super::agent::{Agent, Couplings};
use super::anneal::{Schedule, acceptance, adaptive_steps, anneal, inverse_temperature, proposal, propose};
use super::emotion::Emotion;
use super::empathy::{
    EnergyScale, Weights, accuracy, attention, collective, imagine, quick_estimate, respond, score, similarity,
};
use super::enumeration::enumerate;
use super::memory::Memory;
use crate::sim::random::{Draws, Generator};

const DRAWS: Draws = Draws { generator: Generator::Fast, seed: 11 };

fn agent(couplings: Couplings, spins: usize, index: u32) -> Agent {
    Agent::new(couplings, spins, DRAWS, index).unwrap()
}

fn aligned(agent: &Agent, spin: i8) -> Agent {
    Agent { spins: vec![spin; agent.count()], ..agent.clone() }
}

#[test]
fn sums_and_energies_are_the_published_ones() {
    for (count, wanted) in [(5, 6.5), (10, 30.0), (20, 126.5), (50, 816.5)] {
        let agent = agent(Couplings::Published, count, 0);
        let sum: f64 = agent.couplings.iter().sum::<f64>() / 2.0;
        assert!((sum - wanted).abs() < 1e-9, "n = {count}: {sum}");
        assert!((aligned(&agent, -1).energy() - (-wanted - 0.05)).abs() < 1e-9);
        assert!((aligned(&agent, 1).energy() - (-wanted + 0.05)).abs() < 1e-9);
    }
    for (count, valence) in [(5, 0.864_275), (10, 0.995_104), (20, 0.999_994)] {
        let emotion = Emotion::of(&aligned(&agent(Couplings::Published, count, 0), -1));
        assert!((emotion.valence - valence).abs() < 1e-6, "n = {count}: {emotion:?}");
        assert_eq!((emotion.arousal, emotion.tension, emotion.coherence), (0.0, 0.0, 1.0));
    }
    assert_eq!([5, 10, 20, 50, 64].map(adaptive_steps), [50, 51, 52, 55, 56]);
}

#[test]
fn the_published_anneal_always_ends_aligned() {
    for (count, fewest) in [(10, 300), (20, 300), (50, 290)] {
        let start = agent(Couplings::Published, count, 0);
        let ended = (0..300).filter(|index| {
            let found = imagine(&start, Schedule::published(100), DRAWS, 1, *index);
            found.magnetisation().abs() == 1.0
        });
        let ended = ended.count();
        assert!(ended >= fewest, "n = {count}: {ended} of 300");
    }
    let last = inverse_temperature(99, 100);
    assert!((last - 1993.0).abs() < 1.0, "{last}");
}

#[test]
fn the_published_score_is_known_without_an_anneal() {
    // 0.3 + 0.4 · (1 + |m|) / 2 + 0.3 · max(0, 1 − ε), by the other's magnetisation alone.
    let mut sum = 0.0;
    for index in 0..200 {
        let mut other = agent(Couplings::Published, 20, 0);
        other.scatter(DRAWS, 2, index);
        let imagined = imagine(&other, Schedule::published(100), DRAWS, 1, index);
        let found = accuracy(&imagined, &other, EnergyScale::First, false);
        let wanted = 0.3
            + 0.2 * (1.0 + other.magnetisation().abs())
            + 0.3 * (1.0 - (imagined.energy() - other.energy()).abs() / other.energy().abs()).max(0.0);
        let found = score(found, similarity(&imagined, &other), Weights::PUBLISHED);
        assert!((found - wanted).abs() < 1e-12, "{found} against {wanted}");
        sum += found;
    }
    // The published mean over random others is 0.536.
    assert!((sum / 200.0 - 0.536).abs() < 0.01, "{}", sum / 200.0);
}

#[test]
fn varied_couplings_are_all_alike_and_signed_ones_are_not() {
    for count in [10, 20, 50] {
        let others = (1..20)
            .map(|index| similarity(&agent(Couplings::Varied, count, 0), &agent(Couplings::Varied, count, index)));
        let mean = others.sum::<f64>() / 19.0;
        assert!((0.978..0.993).contains(&mean), "n = {count}: {mean}");
    }
    let others =
        (1..20).map(|index| similarity(&agent(Couplings::Signed, 20, 0), &agent(Couplings::Signed, 20, index)));
    let mean = others.sum::<f64>() / 19.0;
    assert!((mean - 0.5).abs() < 0.05, "{mean}");
}

#[test]
fn enumeration_finds_what_a_look_at_every_state_finds() {
    let mut agent = agent(Couplings::Signed, 9, 3);
    let beta = 0.8;
    let found = enumerate(&agent, beta).unwrap();
    let (mut weights, mut energies, mut squares, mut ground) = (0.0, 0.0, 0.0, f64::INFINITY);
    for state in 0_u32..1 << 9 {
        for (i, spin) in agent.spins.iter_mut().enumerate() {
            *spin = if state >> i & 1 == 1 { 1 } else { -1 };
        }
        let weight = (-beta * agent.energy()).exp();
        weights += weight;
        energies += weight * agent.energy();
        squares += weight * agent.magnetisation().powi(2);
        if agent.energy() < ground - 1e-12 {
            ground = agent.energy();
        }
        if state == found.ground_state {
            assert!((agent.energy() - found.ground).abs() < 1e-12);
        }
    }
    assert!((found.ground - ground).abs() < 1e-12);
    assert!((found.log_partition - f64::ln(weights)).abs() < 1e-12);
    assert!((found.energy - energies / weights).abs() < 1e-12);
    assert!((found.square - squares / weights).abs() < 1e-12);
    assert!(enumerate(&Agent::new(Couplings::Signed, 25, DRAWS, 0).unwrap(), 1.0).is_err());
}

#[test]
fn the_slower_the_corrected_anneal_the_more_often_it_finds_the_ground_state() {
    let found = |steps| {
        let found = (0..40).filter(|index| {
            let start = agent(Couplings::Signed, 14, *index);
            let exact = enumerate(&start, 1.0).unwrap();
            let ended = imagine(&start, Schedule::corrected(steps, 14), DRAWS, 1, *index);
            assert!(ended.energy() > exact.ground - 1e-9);
            assert!(ended.frustration() > 0.0);
            // The fields are small: they hardly tell a state from its mirror image until it is frozen.
            let energy = ended.energy();
            let mirrored = Agent { spins: ended.spins.iter().map(|spin| -spin).collect(), ..ended };
            energy.min(mirrored.energy()) < exact.ground + 1e-9
        });
        found.count()
    };
    let counts = [10, 100, 3000].map(found);
    assert!(counts[0] < counts[1] && counts[1] < counts[2], "{counts:?} of 40");
    assert!(counts[1] >= 20 && counts[2] >= 34, "{counts:?} of 40");
}

#[test]
fn long_chains_have_the_enumerated_means_at_three_temperatures() {
    const BLOCKS: usize = 40;
    const BLOCK: usize = 2000;
    let start = agent(Couplings::Signed, 12, 5);
    for beta in [0.3, 1.0, 2.0] {
        let exact = enumerate(&start, beta).unwrap();
        let mut agent = start.clone();
        let mut fields: Vec<f64> = (0..12).map(|i| agent.local_field(i)).collect();
        let mut number = 0;
        let mut sweep = |agent: &mut Agent| {
            for _ in 0..12 {
                let (site, luck) = proposal(DRAWS, 3, 0, number, 12);
                number += 1;
                propose(agent, &mut fields, site, luck, beta, false);
            }
        };
        (0..1000).for_each(|_| sweep(&mut agent));
        let mut blocks = vec![[0.0; 2]; BLOCKS];
        for block in &mut blocks {
            for _ in 0..BLOCK {
                sweep(&mut agent);
                block[0] += agent.energy() / BLOCK as f64;
                block[1] += agent.magnetisation().powi(2) / BLOCK as f64;
            }
        }
        for (which, wanted) in [exact.energy, exact.square].into_iter().enumerate() {
            let mean = blocks.iter().map(|block| block[which]).sum::<f64>() / BLOCKS as f64;
            let variance =
                blocks.iter().map(|block| (block[which] - mean).powi(2)).sum::<f64>() / (BLOCKS as f64 - 1.0);
            let error = (variance / BLOCKS as f64).sqrt();
            assert!((mean - wanted).abs() < 4.0 * error, "β = {beta}: {mean} ± {error} against {wanted}");
            assert!(error < 0.05, "β = {beta}: {error} says nothing");
        }
    }
}

/// The chance to go from each of 16 states to each other by one proposal of spin `site`.
fn moves(agent: &Agent, site: usize, beta: f64, floor: bool) -> Vec<[f64; 16]> {
    (0..16_usize)
        .map(|state| {
            let mut here = agent.clone();
            for (i, spin) in here.spins.iter_mut().enumerate() {
                *spin = if state >> i & 1 == 1 { 1 } else { -1 };
            }
            let cost = 2.0 * f64::from(here.spins[site]) * here.local_field(site);
            let accepted = acceptance(beta, cost, floor).min(1.0);
            let mut row = [0.0; 16];
            row[state] = 1.0 - accepted;
            row[state ^ 1 << site] = accepted;
            row
        })
        .collect()
}

fn boltzmann(agent: &Agent, beta: f64) -> Vec<f64> {
    let log_partition = enumerate(agent, beta).unwrap().log_partition;
    let energy = |state: usize| {
        let spins = (0..4).map(|i| if state >> i & 1 == 1 { 1 } else { -1 }).collect();
        Agent { spins, ..agent.clone() }.energy()
    };
    (0..16).map(|state| (-beta * energy(state) - log_partition).exp()).collect()
}

#[test]
fn random_sites_keep_detailed_balance_and_the_published_floor_does_not() {
    let agent = agent(Couplings::Signed, 4, 2);
    let (beta, weights) = (3.0, boltzmann(&agent, 3.0));
    let worst = |floor| {
        let all: Vec<_> = (0..4).map(|site| moves(&agent, site, beta, floor)).collect();
        let chance = |from: usize, to: usize| all.iter().map(|rows| rows[from][to] / 4.0).sum::<f64>();
        let pairs = (0..16).flat_map(|from| (0..16).map(move |to| (from, to)));
        pairs
            .map(|(from, to)| (weights[from] * chance(from, to) - weights[to] * chance(to, from)).abs())
            .fold(0.0, f64::max)
    };
    assert!(worst(false) < 1e-15, "{}", worst(false));
    assert!(worst(true) > 1e-4, "{}", worst(true));
}

#[test]
fn a_sweep_in_fixed_order_keeps_the_distribution_but_not_detailed_balance() {
    let agent = agent(Couplings::Signed, 4, 2);
    let (beta, weights) = (1.0, boltzmann(&agent, 1.0));
    let sweep = |mut row: Vec<f64>| {
        for site in 0..4 {
            let rows = moves(&agent, site, beta, false);
            row = (0..16).map(|to| (0..16).map(|from| row[from] * rows[from][to]).sum()).collect();
        }
        row
    };
    let after = sweep(weights.clone());
    assert!(after.iter().zip(&weights).all(|(after, before)| (after - before).abs() < 1e-15));
    let from = |state: usize| sweep((0..16).map(|at| f64::from(u8::from(at == state))).collect());
    let pairs = (0..16).flat_map(|one| (0..one).map(move |other| (one, other)));
    let apart = pairs.map(|(one, other)| (weights[one] * from(one)[other] - weights[other] * from(other)[one]).abs());
    assert!(apart.fold(0.0, f64::max) > 1e-3);
}

#[test]
fn counted_moves_are_those_of_the_transition_matrix() {
    const TRIALS: u32 = 20_000;
    let agent = agent(Couplings::Signed, 4, 2);
    let beta = 1.5;
    let all: Vec<_> = (0..4).map(|site| moves(&agent, site, beta, false)).collect();
    for state in [0_usize, 5, 14] {
        let mut counts = [0_u32; 16];
        for number in 0..TRIALS {
            let mut here = agent.clone();
            for (i, spin) in here.spins.iter_mut().enumerate() {
                *spin = if state >> i & 1 == 1 { 1 } else { -1 };
            }
            let mut fields: Vec<f64> = (0..4).map(|i| here.local_field(i)).collect();
            let (site, luck) = proposal(DRAWS, 4, state as u32, number, 4);
            let flipped = propose(&mut here, &mut fields, site, luck, beta, false);
            assert!((0..4).all(|i| (fields[i] - here.local_field(i)).abs() < 1e-12), "fields follow the spins");
            counts[if flipped { state ^ 1 << site } else { state }] += 1;
        }
        for (to, count) in counts.iter().enumerate() {
            let chance = all.iter().map(|rows| rows[state][to] / 4.0).sum::<f64>();
            let error = (f64::from(TRIALS) * chance * (1.0 - chance)).sqrt();
            let apart = (f64::from(*count) - f64::from(TRIALS) * chance).abs();
            assert!(apart <= 4.5 * error, "{state} to {to}: {count} of {TRIALS}, chance {chance}");
        }
    }
}

#[test]
fn imagining_does_not_look_at_the_others_spins() {
    let other = agent(Couplings::Signed, 20, 1);
    let schedule = Schedule::corrected(20, 20);
    let imagined = imagine(&other, schedule, DRAWS, 1, 9);
    assert_eq!(imagined.spins, imagine(&aligned(&other, -1), schedule, DRAWS, 1, 9).spins);
    let mut again = other.clone();
    again.scatter(DRAWS, 1, 9);
    anneal(&mut again, schedule, DRAWS, 1, 9);
    assert_eq!(again, imagined);
}

#[test]
fn accuracies_by_hand() {
    let actual = aligned(&agent(Couplings::Published, 10, 0), 1);
    let mut predicted = aligned(&actual, -1);
    let found = accuracy(&predicted, &actual, EnergyScale::First, true);
    assert_eq!((found.overlap, found.magnetisation_error), (1.0, 0.0));
    assert!((found.energy_error - 0.1 / 29.95).abs() < 1e-12, "{found:?}");
    let found = accuracy(&predicted, &actual, EnergyScale::Latest, false);
    assert!((found.energy_error - 0.1 / 30.05).abs() < 1e-12, "{found:?}");
    predicted.spins = vec![1; 10];
    predicted.fields = vec![1.0; 10];
    let found = accuracy(&predicted, &actual, EnergyScale::First, true);
    assert_eq!((found.overlap, found.energy_error), (1.0, 0.0), "the early exit forgets the energy");
    assert!(accuracy(&predicted, &actual, EnergyScale::First, false).energy_error > 0.3);
    let empty = Agent::from_couplings(vec![0.0; 100], vec![0.0; 10]).unwrap();
    assert_eq!((similarity(&empty, &actual), similarity(&actual, &actual)), (0.5, 1.0));
    assert!((quick_estimate(&actual, &actual) - 1.0).abs() < 1e-12);
}

#[test]
fn a_response_moves_couplings_or_spins() {
    let (own, other) = (agent(Couplings::Signed, 40, 0), agent(Couplings::Signed, 40, 1));
    let mut moved = own.clone();
    respond(&mut moved, &other, 0.8, 0.1, 0.05, DRAWS, [1, 0]);
    assert_eq!(moved.spins, own.spins);
    assert!((moved.coupling(3, 7) - (0.92 * own.coupling(3, 7) + 0.08 * other.coupling(3, 7))).abs() < 1e-15);
    let flips: usize = (0..500)
        .map(|index| {
            let mut noisy = own.clone();
            respond(&mut noisy, &other, 0.2, 0.1, 0.05, DRAWS, [1, index]);
            assert_eq!(noisy.couplings, own.couplings);
            noisy.spins.iter().zip(&own.spins).filter(|(one, other)| one != other).count()
        })
        .sum();
    // 20,000 spins, each with probability 0.04: 800 with a standard deviation of 28.
    assert!((700..900).contains(&flips), "{flips}");
}

#[test]
fn attention_is_a_share_and_the_collective_feels_by_it() {
    assert_eq!(attention(&[0.25, 0.75]), [0.25, 0.75]);
    assert_eq!(attention(&[0.0, 0.0]), [0.5, 0.5]);
    let emotions = [1.0, -1.0].map(|valence| Emotion { valence, ..Emotion::default() });
    assert!((collective(&[0.25, 0.75], &emotions).valence + 0.5).abs() < 1e-15);
}

#[test]
fn a_memory_recalls_the_last_and_its_trend_follows_time() {
    let mut memory = Memory::default();
    assert_eq!((memory.recall(), memory.trend()), (None, None));
    for entry in 0..40 {
        memory.store(Emotion { valence: 1.0, ..Emotion::default() }, f64::from(entry));
    }
    // Entries 8 to 39 are left; their halves are 16 apart, in whatever order the ring stores them.
    assert_eq!(memory.trend(), Some(16.0));
    let recalled = memory.recall().unwrap();
    assert_eq!((recalled[0], recalled[4]), (1.0, 23.5));
}

#[test]
fn couplings_from_elsewhere_are_checked() {
    let refusal = |couplings: Vec<f64>, fields: Vec<f64>| Agent::from_couplings(couplings, fields).unwrap_err().0;
    assert_eq!(refusal(vec![0.0], vec![0.0]), "n = 1 is outside 2 to 64");
    assert_eq!(refusal(vec![0.0; 65 * 65], vec![0.0; 65]), "n = 65 is outside 2 to 64");
    assert_eq!(refusal(vec![0.0; 5], vec![0.0; 2]), "couplings: 5 numbers for n = 2, which takes 4");
    assert!(refusal(vec![0.0, f64::NAN, 1.0, 0.0], vec![0.0; 2]).starts_with("couplings[0][1] = NaN"));
    assert!(refusal(vec![0.0, 1.0, 2.0, 0.0], vec![0.0; 2]).contains("give a symmetric matrix"));
    assert!(refusal(vec![1.0, 0.0, 0.0, 0.0], vec![0.0; 2]).contains("not coupled to itself"));
    assert!(refusal(vec![0.0; 4], vec![0.0, f64::INFINITY]).starts_with("fields[1] = inf"));
}
