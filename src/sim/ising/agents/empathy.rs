//! Theory of mind, perspective accuracy, empathy, compassion, social attention (2.4).

use super::agent::Agent;
use super::anneal::{Schedule, anneal};
use super::draw;
use super::emotion::Emotion;
use crate::sim::random::{Draws, uniform};

/// Energies this close count as the same scale (2.4).
const NOTHING: f64 = 1e-6;
/// Sums of scores up to this share attention evenly (2.4).
const NO_SCORE: f64 = 1e-9;

/// What an energy error is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnergyScale {
    /// |E_actual| where it is above 10⁻⁶, else 1.
    First,
    /// The larger of |E_predicted|, |E_actual| and 1.
    Latest,
}

/// The weights of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Of the overlap.
    pub overlap: f64,
    /// Of 1 − energy error.
    pub energy: f64,
    /// Of the coupling similarity.
    pub similarity: f64,
    /// Of 1 − magnetisation error.
    pub magnetisation: f64,
}

impl Weights {
    /// As first published.
    pub const PUBLISHED: Self = Self { overlap: 0.4, energy: 0.3, similarity: 0.3, magnetisation: 0.0 };
    /// As published in phase 4.
    pub const PHASE4: Self = Self { overlap: 0.45, energy: 0.0, similarity: 0.45, magnetisation: 0.1 };
    /// As published in phase 5.
    pub const PHASE5: Self = Self { overlap: 0.3, energy: 0.0, similarity: 0.6, magnetisation: 0.1 };
}

/// How well a prediction of another's state is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// The larger of the fractions of spins that are equal and that are opposite, ½ to 1.
    pub overlap: f64,
    /// |E_predicted − E_actual| over their scale.
    pub energy_error: f64,
    /// ||m_predicted| − |m_actual||.
    pub magnetisation_error: f64,
}

/// The other as it is imagined: its couplings and fields with fresh spins, annealed. Its own spins are not looked at.
pub fn imagine(other: &Agent, schedule: Schedule, draws: Draws, cycle: u32, index: u32) -> Agent {
    let mut imagined = other.clone();
    imagined.scatter(draws, cycle, index);
    anneal(&mut imagined, schedule, draws, cycle, index);
    imagined
}

/// How well `predicted` tells the state of `actual`. With `early_exit`, as published: where more than 0.95 of the spins
/// are equal both errors are given as 0.
pub fn accuracy(predicted: &Agent, actual: &Agent, scale: EnergyScale, early_exit: bool) -> Accuracy {
    let equal = predicted.spins.iter().zip(&actual.spins).filter(|(one, other)| one == other).count() as f64;
    let equal = equal / actual.count() as f64;
    if early_exit && equal > 0.95 {
        return Accuracy { overlap: equal, energy_error: 0.0, magnetisation_error: 0.0 };
    }
    let [energy, wanted] = [predicted.energy(), actual.energy()];
    let divisor = match scale {
        EnergyScale::First if wanted.abs() > NOTHING => wanted.abs(),
        EnergyScale::First => 1.0,
        EnergyScale::Latest => energy.abs().max(wanted.abs()).max(1.0),
    };
    Accuracy {
        overlap: equal.max(1.0 - equal),
        energy_error: (energy - wanted).abs() / divisor,
        magnetisation_error: (predicted.magnetisation().abs() - actual.magnetisation().abs()).abs(),
    }
}

/// (cos(J, J′) + 1) / 2 over the pairs i < j; ½ where either has no couplings. Both have the same number of spins.
pub fn similarity(one: &Agent, other: &Agent) -> f64 {
    // Symmetric with an empty diagonal: the whole matrices have the same cosine as their upper halves.
    let product = |a: &Agent, b: &Agent| a.couplings.iter().zip(&b.couplings).map(|(a, b)| a * b).sum::<f64>();
    let norms = (product(one, one) * product(other, other)).sqrt();
    if norms == 0.0 {
        return 0.5;
    }
    (0.5 * (product(one, other) / norms + 1.0)).clamp(0.0, 1.0)
}

/// The empathy score, 0 to 1.
pub fn score(accuracy: Accuracy, similarity: f64, weights: Weights) -> f64 {
    let score = weights.overlap * accuracy.overlap
        + weights.energy * (1.0 - accuracy.energy_error).max(0.0)
        + weights.similarity * similarity
        + weights.magnetisation * (1.0 - accuracy.magnetisation_error.min(1.0));
    score.clamp(0.0, 1.0)
}

/// The published quick estimate: 0.7·(1 − min(|ΔE| / 100, 1)) + 0.3·similarity.
pub fn quick_estimate(one: &Agent, other: &Agent) -> f64 {
    let apart = (one.energy() - other.energy()).abs();
    0.7 * (1.0 - (apart / 100.0).min(1.0)) + 0.3 * similarity(one, other)
}

/// The compassionate response to a score: above ½ the couplings move by `strength`·score towards the other's, else each
/// spin is flipped with probability `noise`·(1 − score).
pub fn respond(agent: &mut Agent, other: &Agent, score: f64, strength: f64, noise: f64, draws: Draws, at: [u32; 2]) {
    let [cycle, index] = at;
    if score > 0.5 {
        let share = strength * score;
        for (own, other) in agent.couplings.iter_mut().zip(&other.couplings) {
            *own = (1.0 - share) * *own + share * other;
        }
        return;
    }
    for (i, spin) in agent.spins.iter_mut().enumerate() {
        let luck = uniform(draws.words(cycle, draw::COMPASSION, 16 * index + i as u32 / 4)[i % 4]);
        if luck < noise * (1.0 - score) {
            *spin = -*spin;
        }
    }
}

/// Attention to others by their scores: each one's share of the sum, or an even share where the sum is nothing.
pub fn attention(scores: &[f64]) -> Vec<f64> {
    let sum: f64 = scores.iter().sum();
    if sum <= NO_SCORE {
        return vec![1.0 / scores.len() as f64; scores.len()];
    }
    scores.iter().map(|score| score / sum).collect()
}

/// The others' emotions, weighted by the attention to each.
pub fn collective(weights: &[f64], emotions: &[Emotion]) -> Emotion {
    let mean =
        |of: fn(&Emotion) -> f64| weights.iter().zip(emotions).map(|(weight, emotion)| weight * of(emotion)).sum();
    Emotion {
        valence: mean(|emotion| emotion.valence),
        arousal: mean(|emotion| emotion.arousal),
        tension: mean(|emotion| emotion.tension),
        coherence: mean(|emotion| emotion.coherence),
    }
}
