//! The block of constants that the agents' kernels read, byte for byte as WGSL lays it out, and what they leave.

use crate::shader_struct;

/// Bits of [`AgentPass::options`], as in `shaders/ising/agents/shared.wgsl`.
pub mod option {
    /// Errors are 0 where more than 0.95 of the spins are equal.
    pub const EARLY_EXIT: u32 = 1;
    /// Energy errors are divided by the larger of both energies and 1.
    pub const LATEST_SCALE: u32 = 2;
    /// The trend of a memory follows the places of its ring.
    pub const STORAGE_ORDER: u32 = 4;
    /// Agents do not anneal themselves.
    pub const STILL: u32 = 8;
}

shader_struct! {
    /// Constants of one pass; `AgentPass` in `shaders/ising/agents/shared.wgsl`.
    #[derive(Default)]
    pub struct AgentPass {
        /// First item of the pass: agent or pair.
        pub first: u32,
        /// Items of the pass.
        pub count: u32,
        /// Agents of the population.
        pub agents: u32,
        /// Others that an agent turns to.
        pub others: u32,
        /// Agents that they are drawn from.
        pub circle: u32,
        /// First slot of similarities.
        pub slot: u32,
        /// Slots of similarities; for the figures, how many agents are enumerated.
        pub slots: u32,
        /// Seed of the draws.
        pub seed: u32,
        /// Cycle of the draws.
        pub cycle: u32,
        /// Steps of an anneal.
        pub steps: u32,
        /// The step, where each is a dispatch.
        pub step: u32,
        /// Proposals of a step.
        pub proposals: u32,
        /// Steps without a move after which an anneal stops; 0 for never.
        pub patience: u32,
        /// Bits of [`option`].
        pub options: u32,
        /// Where couplings come from: the number of a [`super::agent::Couplings`].
        pub source: u32,
        /// Place of this cycle's entry in a memory.
        pub entry: u32,
        /// Entries that a memory holds with it.
        pub filled: u32,
        /// Least acceptance at β = 0.
        pub floor: f32,
        /// 1 / √n.
        pub scale: f32,
        /// Strength of a response.
        pub strength: f32,
        /// How much a spin is shaken.
        pub noise: f32,
        /// Spins of an agent: the bound of loops that no compiler shall unroll.
        pub spins: u32,
        /// The two agents that are watched.
        pub pinned: [u32; 2],
        /// Weights of overlap, energy, similarity and magnetisation in a score.
        pub weights: [f32; 4],
        /// Inverse temperatures of the steps.
        pub betas: [[f32; 4]; 25],
    }
}

shader_struct! {
    /// The probe buffer; `AgentFigures` in `shaders/ising/agents/shared.wgsl`. Means over all agents or pairs.
    pub struct AgentFigures {
        /// Energy per spin.
        pub energy: f32,
        /// Valence.
        pub valence: f32,
        /// Arousal.
        pub arousal: f32,
        /// Tension.
        pub tension: f32,
        /// Coherence.
        pub coherence: f32,
        /// Valence of what the others feel together.
        pub collective_valence: f32,
        /// Empathy.
        pub empathy: f32,
        /// Overlap of image and truth.
        pub overlap: f32,
        /// Energy error of the image.
        pub energy_error: f32,
        /// Magnetisation error of the image.
        pub magnetisation_error: f32,
        /// Similarity of couplings.
        pub similarity: f32,
        /// Share of the similarities that the cache knew.
        pub hit_rate: f32,
        /// Entropy of the attention, in nats; ln of the number of others where it is even.
        pub entropy: f32,
        /// Trend of the remembered empathy.
        pub trend: f32,
        /// Share of the enumerated agents that stand in a state of the lowest energy.
        pub found: f32,
        /// Their mean energy above the lowest.
        pub gap: f32,
        /// Mean of `found` over the cycles so far.
        pub found_so_far: f32,
        /// How many those are.
        pub counted: f32,
        /// Unused.
        pub padding_a: f32,
        /// Unused.
        pub padding_b: f32,
        /// Of the pinned agents, the first one's view of the second and the other way round: overlap of image and truth, energy
        /// error, similarity of couplings, empathy.
        pub pinned: [[f32; 4]; 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Variant, layout};
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_their_blocks_out_alike() {
        let figures = Variant::new("ising/agents/figures", [("SPINS", 20)]);
        layout::check::<AgentPass>(&LIBRARY, &figures).unwrap();
        layout::check::<AgentFigures>(&LIBRARY, &figures).unwrap();
    }
}
