//! What is fixed about the network, and the numbers of its random draws.

/// What a random draw is for: the `operation` word of the counter, so that no two operations share a draw. All draws are of
/// cycle 0; a draw gives four values in a row, in memory order.
pub mod draw {
    /// The embedding, by column of a slab; plus the slab.
    pub const EMBEDDING: u32 = 0;
    /// The learned positions; plus the slab.
    pub const POSITIONS: u32 = 64;
    /// Tokens of the synthetic stream.
    pub const TEXT: u32 = 128;
    /// The first operation of layer 0; each layer has [`PER_LAYER`].
    pub const LAYERS: u32 = 256;
    /// Operations of a layer.
    pub const PER_LAYER: u32 = 32;
    /// Within a layer: its input projections.
    pub const INPUT: u32 = 0;
    /// Its output projections.
    pub const OUTPUT: u32 = 1;
    /// The feed-forward part's first matrix.
    pub const EXPANSION: u32 = 2;
    /// Its second.
    pub const CONTRACTION: u32 = 3;
    /// What the eigenvalues' magnitudes are made from; plus the cell.
    pub const MAGNITUDE: u32 = 8;
    /// The resonance matrix M; plus the cell.
    pub const RESONANCE: u32 = 16;
}

/// Standard deviation of every drawn weight.
pub const SPREAD: f64 = 0.02;
/// Published strength ε of the resonance.
pub const RESONANCE: f64 = 0.01;
/// What keeps the norm of M from being 0.
pub const TINY: f64 = 1e-8;
/// Published magnitudes are this times a sigmoid.
pub const CLIP: f64 = 0.99;
/// Drawn magnitudes of the corrected rules lie between these (Orvieto et al. 2023, the ring of the linear recurrent unit).
pub const RING: [f64; 2] = [0.9, 0.999];
/// Layer normalisation adds this to the variance.
pub const NORM_TINY: f32 = 1e-5;
/// Tokens of the synthetic stream before it begins again.
pub const SYNTHETIC_TOKENS: u32 = 65_536;
/// Longest text, in bytes: more is a file chosen by mistake.
pub const TEXT_BYTES: u64 = 64 << 20;
/// Columns of the embedding that one buffer holds at most.
pub const SLAB_COLUMNS: u32 = 8192;
/// Positions that one buffer holds at most.
pub const SLAB_POSITIONS: u32 = 8192;
/// Condition number of the eigenvectors above which a diagonal scan in single precision would be worse than 10⁻⁴.
pub const WORST_CONDITION: f64 = 1000.0;
/// Cycles whose eigenstates and energies the pictures remember.
pub const REMEMBERED: u32 = 256;
/// Layers that the figures have room for.
pub const MOST_LAYERS: usize = 32;
