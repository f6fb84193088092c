//! Small dense agents: n spins of ±1, each coupled to all others, annealed; and what the published system reads off them:
//! emotion, theory of mind, empathy, compassion, memory, social attention.
//!
//! This is the reference in double precision, written for reading. Section numbers are those of the published system,
//! `Prime-directive`: 2.1 state, 2.2 anneal, 2.3 emotion, 2.4 theory of mind and empathy.

pub mod agent;
pub mod anneal;
pub mod emotion;
pub mod empathy;
pub mod enumeration;
pub mod memory;
#[cfg(test)]
mod tests;

/// What a random draw is for: the `operation` word of the counter, so that no two operations share a draw.
pub mod draw {
    /// Strength of a pair's coupling; index = agent · 512 + pair div 4, pairs (i, j) with i < j counted row by row, cycle 0.
    pub const COUPLINGS: u32 = 0;
    /// Field of a spin; index = agent · 16 + spin div 4, cycle 0.
    pub const FIELDS: u32 = 1;
    /// Spins at the start of an anneal; index = agent, bit i mod 32 of word i div 32 of the mixed words.
    pub const SPINS: u32 = 2;
    /// Which spins a compassionate response flips; index = agent · 16 + spin div 4.
    pub const COMPASSION: u32 = 3;
    /// Proposals of an anneal, two a draw: this plus proposal div 2; index = agent. All numbers from here on are taken.
    pub const PROPOSALS: u32 = 64;
}

/// Fewest and most spins of an agent.
pub const SPINS: std::ops::RangeInclusive<usize> = 2..=64;
