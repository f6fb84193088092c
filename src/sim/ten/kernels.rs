//! Blocks of constants that the network's kernels read, byte for byte as WGSL lays them out, and what they leave.

use super::constants::MOST_LAYERS;
use crate::shader_struct;

shader_struct! {
    /// Constants of one pass; `TenPass` in `shaders/ten/shared.wgsl`. Each kernel uses those that it needs.
    #[derive(Default)]
    pub struct TenPass {
        /// Rows that are written, or rows of a matrix.
        pub rows: u32,
        /// Numbers of a row that is read.
        pub inner: u32,
        /// Numbers of a row that is written; all learned positions where positions are added.
        pub columns: u32,
        /// The first row; the plane of a sum over squares.
        pub first_row: u32,
        /// Place in the text of the chunk's first token.
        pub position: u32,
        /// Tokens of the text.
        pub text_length: u32,
        /// The first column or position of a slab.
        pub first_column: u32,
        /// Columns of a slab of logits that stand for tokens.
        pub valid_columns: u32,
        /// The layer.
        pub layer: u32,
        /// Cells of a layer.
        pub cells: u32,
        /// Eigenstates of a cell.
        pub eigenstates: u32,
        /// Tokens of a block.
        pub steps: u32,
        /// Blocks of a chunk.
        pub blocks: u32,
        /// Seed of the draws.
        pub seed: u32,
        /// Operation of the draws.
        pub operation: u32,
        /// Where the bias begins among the vectors, in fours; the weight of a normalisation with its bias behind it.
        pub bias: u32,
        /// Factor of a product or of draws; what a normalisation adds to the variance.
        pub scale: f32,
        /// Unused.
        pub padding: [u32; 3],
    }
}

shader_struct! {
    /// What the figures are made with; `TenReading` in `shaders/ten/figures.wgsl`.
    pub struct TenReading {
        /// Tokens of the chunk.
        pub rows: u32,
        /// Layers.
        pub layers: u32,
        /// Largest magnitude of an eigenvalue.
        pub largest: f32,
        /// Tokens so far.
        pub tokens: f32,
    }
}

shader_struct! {
    /// The probe buffer; `TenFigures` in `shaders/ten/figures.wgsl`.
    pub struct TenFigures {
        /// Mean cross-entropy of the chunk's tokens, in nats.
        pub loss: f32,
        /// Largest magnitude of an eigenvalue.
        pub largest: f32,
        /// Tokens so far.
        pub tokens: f32,
        /// Sum of all layers' energies.
        pub energy: f32,
        /// Energy of each layer after the last token: the sum of |c_k|².
        pub energies: [f32; MOST_LAYERS],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Variant, layout};
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_their_blocks_out_alike() {
        let figures = Variant::new("ten/figures", []);
        layout::check::<TenPass>(&LIBRARY, &Variant::new("ten/embed", [])).unwrap();
        layout::check::<TenReading>(&LIBRARY, &figures).unwrap();
        layout::check::<TenFigures>(&LIBRARY, &figures).unwrap();
    }
}
