//! The numbers of the Möbius system's random draws, and what is fixed about it.

/// What a random draw is for: the `operation` word of the counter, so that no two operations share a draw.
///
/// The WGSL side has the same table in `shaders/mobius/draws.wgsl`; a test compares the two.
pub mod draw {
    /// Phases of the sources at the start, four nodes a counter, cycle 0.
    pub const PHASES: u32 = 0;
    /// Their frequencies, likewise.
    pub const FREQUENCIES: u32 = 1;
    /// Rounds of the permutation whose first nodes are sampled; plus the round. Index is half a place, cycle the cycle.
    pub const SAMPLES: u32 = 2;
    /// Rounds of the permutation whose first nodes are sources; plus the round. Cycle 0.
    pub const SOURCES: u32 = 8;
    /// The controller's weights; plus the place of the array. Four numbers a counter, cycle 0.
    pub const WEIGHTS: u32 = 16;
}

/// Rounds of a permutation.
pub const ROUNDS: u32 = 6;
/// Frequencies are whole multiples of this, in rad/s: 2⁻²².
pub const FREQUENCY_QUANTUM: f64 = 1.0 / 4_194_304.0;
/// What is added to every distance, so that a source does not drown itself.
pub const SOFTENING: f64 = 0.05;
/// Nodes of a batch of the published loop.
pub const BATCH: u32 = 100;
/// Sources that an invocation goes through when it builds the propagator.
pub const PROPAGATED: u32 = 64;
/// Vortices that the list holds; more are counted, and said to be unlisted.
pub const VORTICES: u32 = 4096;
/// Cycles for which the places of vortices are kept.
pub const MOMENTS: u32 = 24;
/// How far a vortex may go in a cycle, in spacings of the nodes.
pub const REACH: f64 = 4.0;
/// Numbers that the controller sees.
pub const OBSERVED: u32 = 256;
/// Amplitudes that the controller moves.
pub const ACTIONS: u32 = 128;
/// Layers of the controller's LSTM.
pub const LAYERS: u32 = 4;
/// Structural heads: windings, torsion, sites, uvhl_w, uvhl_L, uvhl_n.
pub const HEADS: u32 = 6;
/// Most nodes of any model.
pub const MOST_NODES: u32 = 131_072;
