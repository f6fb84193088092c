//! The numbers of the lattice's random draws, and what is fixed about it.

/// What a random draw is for: the `operation` word of the counter, so that no two operations share a draw.
///
/// The WGSL side has the same table in `shaders/ising/lattice/draws.wgsl`; a test compares the two.
pub mod draw {
    /// Spins at the start; plus the colour. Bit i mod 32 of word i div 32 is the spin at place i of its colour, cycle 0.
    pub const INITIAL_SPINS: u32 = 0;
    /// Replicas 1 to 31 at the start; plus the colour. One word per site, a bit per replica, cycle 0.
    pub const INITIAL_REPLICAS: u32 = 2;
    /// Draws of Metropolis' rule, a bit of 32 words per spin; plus 8 · colour + the place's quad of four words.
    pub const PLANES: u32 = 4;
    /// Draws of Metropolis' rule that 32 replicas share; plus the colour. One word per site.
    pub const SHARED: u32 = 20;
}

/// Energy of a pair of neighbours is −J · s · s′ with this J.
pub const COUPLING: f64 = 1.0;
/// Replicas of a word.
pub const REPLICAS: u32 = 32;
/// Longest edge of a lattice that the memory of one workgroup holds: 32 KiB at a bit a spin.
pub const RESIDENT_SITES: u32 = 512;
/// Cycles that the averages look back on.
pub const WINDOW: u64 = 1000;
