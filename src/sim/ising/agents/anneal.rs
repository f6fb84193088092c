//! The anneal: Metropolis by single spins while it grows colder (2.2).

use super::agent::Agent;
use super::draw;
use crate::sim::random::{Draws, uniform};

/// β_k = 0.1·exp(10 k / K) of step k of K.
pub fn inverse_temperature(step: u32, steps: u32) -> f64 {
    0.1 * (10.0 * f64::from(step) / f64::from(steps)).exp()
}

/// Steps of the published adaptive schedule: 50 + ⌊n / 10⌋.
pub fn adaptive_steps(spins: usize) -> u32 {
    50 + spins as u32 / 10
}

/// What an anneal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Steps K, each colder than the one before.
    pub steps: u32,
    /// Proposals of single spins in a step: 10 as published, n for a full sweep.
    pub proposals: u32,
    /// Whether at least 0.1 / (1 + β) of all moves are accepted, as published: it breaks detailed balance.
    pub floor: bool,
    /// Steps without an accepted move after which it stops.
    pub patience: Option<u32>,
}

impl Schedule {
    /// As published: ten proposals a step, with the floor.
    pub fn published(steps: u32) -> Self {
        Self { steps, proposals: 10, floor: true, patience: None }
    }

    /// Full sweeps of an agent's size, without the floor.
    pub fn corrected(steps: u32, spins: usize) -> Self {
        Self { steps, proposals: spins as u32, floor: false, patience: None }
    }
}

/// The probability that a move of this cost is accepted.
pub fn acceptance(beta: f64, cost: f64, floor: bool) -> f64 {
    let metropolis = (-beta * cost).min(500.0).exp();
    let least = if floor { 0.1 / (1.0 + beta) } else { 0.0 };
    metropolis.max(least)
}

/// The spin and the uniform of a proposal.
///
/// The spin is ⌊n·w / 2¹⁶⌋ of the upper half w of a word: where n is no power of two some spins are proposed up to
/// n / 65,536 more often than others, which leaves detailed balance as it is.
pub fn proposal(draws: Draws, cycle: u32, agent: u32, number: u32, spins: usize) -> (usize, f64) {
    let words = draws.words(cycle, draw::PROPOSALS + number / 2, agent);
    let [site, luck] = if number.is_multiple_of(2) { [words[0], words[1]] } else { [words[2], words[3]] };
    (((site >> 16) as usize * spins) >> 16, uniform(luck))
}

/// Anneals an agent from its spins as they stand, with the draws of one cycle. Local fields are kept up to date, so that
/// only an accepted move costs O(n).
pub fn anneal(agent: &mut Agent, schedule: Schedule, draws: Draws, cycle: u32, index: u32) {
    let mut fields: Vec<f64> = (0..agent.count()).map(|i| agent.local_field(i)).collect();
    let mut still = 0;
    for step in 0..schedule.steps {
        let mut moved = false;
        let beta = inverse_temperature(step, schedule.steps);
        for number in step * schedule.proposals..(step + 1) * schedule.proposals {
            let (site, luck) = proposal(draws, cycle, index, number, agent.count());
            moved |= propose(agent, &mut fields, site, luck, beta, schedule.floor);
        }
        still = if moved { 0 } else { still + 1 };
        if schedule.patience.is_some_and(|patience| still >= patience) {
            break;
        }
    }
}

/// Flips a spin, or does not; `fields` are the local fields and follow. Returns whether it did.
pub fn propose(agent: &mut Agent, fields: &mut [f64], site: usize, luck: f64, beta: f64, floor: bool) -> bool {
    let cost = 2.0 * f64::from(agent.spins[site]) * fields[site];
    if luck >= acceptance(beta, cost, floor) {
        return false;
    }
    agent.spins[site] = -agent.spins[site];
    let change = 2.0 * f64::from(agent.spins[site]);
    for (other, field) in fields.iter_mut().enumerate() {
        *field += change * agent.coupling(site, other);
    }
    true
}
