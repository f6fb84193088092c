//! The emotion vector (2.3).

use super::agent::Agent;

/// What an agent feels. Arousal and coherence add up to 1: three of the four numbers are independent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Emotion {
    /// −tanh(E / n), −1 to 1.
    pub valence: f64,
    /// 1 − |m|, 0 to 1.
    pub arousal: f64,
    /// The frustration, 0 to 1.
    pub tension: f64,
    /// |m|, 0 to 1.
    pub coherence: f64,
}

impl Emotion {
    /// That of an agent as its spins stand.
    pub fn of(agent: &Agent) -> Self {
        let coherence = agent.magnetisation().abs();
        Self {
            valence: -(agent.energy() / agent.count() as f64).tanh(),
            arousal: 1.0 - coherence,
            tension: agent.frustration(),
            coherence,
        }
    }

    /// Valence, arousal, tension, coherence.
    pub fn numbers(self) -> [f64; 4] {
        [self.valence, self.arousal, self.tension, self.coherence]
    }
}
