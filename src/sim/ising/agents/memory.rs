//! The memory: a ring of what was felt (2.4).

use super::emotion::Emotion;
use std::collections::VecDeque;

/// Entries that it holds.
pub const ENTRIES: usize = 32;
/// Entries that a trend needs.
const FEWEST: usize = 4;

/// The last emotions with the empathy felt, in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    entries: VecDeque<(Emotion, f64)>,
}

impl Memory {
    /// Takes in an entry; the oldest of 32 is forgotten.
    pub fn store(&mut self, emotion: Emotion, empathy: f64) {
        if self.entries.len() == ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back((emotion, empathy));
    }

    /// Means of valence, arousal, tension, coherence and empathy; `None` while it is empty.
    pub fn recall(&self) -> Option<[f64; 5]> {
        let count = self.entries.len() as f64;
        let numbers = self.entries.iter().map(|(emotion, empathy)| {
            let [valence, arousal, tension, coherence] = emotion.numbers();
            [valence, arousal, tension, coherence, *empathy]
        });
        let sum = numbers.reduce(|sum, entry| std::array::from_fn(|at| sum[at] + entry[at]))?;
        Some(sum.map(|sum| sum / count))
    }

    /// Mean empathy of the later half minus that of the earlier one, once there are four entries. In the order of time,
    /// where the published system takes the order of storage, which is wrong once the ring has wrapped.
    pub fn trend(&self) -> Option<f64> {
        let count = self.entries.len();
        if count < FEWEST {
            return None;
        }
        let half = count / 2;
        let mean = |part: Vec<f64>| part.iter().sum::<f64>() / part.len() as f64;
        let empathy = || self.entries.iter().map(|(_, empathy)| *empathy);
        Some(mean(empathy().skip(half).collect()) - mean(empathy().take(half).collect()))
    }
}
