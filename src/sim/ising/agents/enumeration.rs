//! All states of an agent: the exact answer that every anneal and every chain is held to.

use super::agent::Agent;
use crate::sim::Refusal;

/// Most spins that are enumerated: 2²⁴ states.
pub const SPINS_MAX: usize = 24;

/// What all states come to at one inverse temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Ensemble {
    /// The lowest energy.
    pub ground: f64,
    /// A state that has it: bit i is 1 where spin i is up.
    pub ground_state: u32,
    /// ln Z.
    pub log_partition: f64,
    /// ⟨E⟩.
    pub energy: f64,
    /// ⟨m²⟩.
    pub square: f64,
}

/// Visits every state once with its energy and magnetisation, in the order of Gray's code: one flip from state to state.
fn visit(agent: &Agent, mut see: impl FnMut(u32, f64, f64)) {
    let count = agent.count();
    let mut walker = agent.clone();
    walker.spins.fill(-1);
    let mut fields: Vec<f64> = (0..count).map(|i| walker.local_field(i)).collect();
    let (mut energy, mut up, mut state) = (walker.energy(), 0_i32, 0_u32);
    see(state, energy, -1.0);
    for step in 1_u32..1 << count {
        let flipped = step.trailing_zeros() as usize;
        let spin = f64::from(walker.spins[flipped]);
        energy += 2.0 * spin * fields[flipped];
        walker.spins[flipped] = -walker.spins[flipped];
        for (other, field) in fields.iter_mut().enumerate() {
            *field -= 2.0 * spin * walker.coupling(flipped, other);
        }
        state ^= 1 << flipped;
        up += if spin < 0.0 { 1 } else { -1 };
        see(state, energy, f64::from(2 * up - count as i32) / count as f64);
    }
}

/// The ensemble of an agent's couplings and fields, whatever its spins.
///
/// # Errors
/// More spins than can be enumerated.
pub fn enumerate(agent: &Agent, beta: f64) -> Result<Ensemble, Refusal> {
    let count = agent.count();
    if count > SPINS_MAX {
        return Err(Refusal(format!("n = {count} is too many to enumerate: at most {SPINS_MAX}")));
    }
    let (mut ground, mut ground_state) = (f64::INFINITY, 0);
    visit(agent, |state, energy, _| {
        if energy < ground {
            (ground, ground_state) = (energy, state);
        }
    });
    // Weights relative to the ground state: none overflows.
    let (mut weights, mut energies, mut squares) = (0.0, 0.0, 0.0);
    visit(agent, |_, energy, magnetisation| {
        let weight = (-beta * (energy - ground)).exp();
        weights += weight;
        energies += weight * energy;
        squares += weight * magnetisation * magnetisation;
    });
    Ok(Ensemble {
        ground,
        ground_state,
        log_partition: weights.ln() - beta * ground,
        energy: energies / weights,
        square: squares / weights,
    })
}
