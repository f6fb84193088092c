//! Blocks of constants that the system's kernels read, byte for byte as WGSL lays them out, and what they leave.

use crate::shader_struct;

shader_struct! {
    /// Constants of one pass over nodes, sources or plaquettes; `MobiusPass` in `shaders/mobius/shared.wgsl`.
    #[derive(Default)]
    pub struct MobiusPass {
        /// Nodes.
        pub nodes: u32,
        /// Nodes along the strip.
        pub along: u32,
        /// Nodes across it.
        pub across: u32,
        /// Nodes that are sources.
        pub sources: u32,
        /// Nodes that may be evolved in a cycle at most.
        pub rows: u32,
        /// The first source of a slab.
        pub first: u32,
        /// Sources of a slice or of a slab.
        pub count: u32,
        /// Slices of a sum, or which one it is.
        pub slices: u32,
        /// The first row of a batch.
        pub first_row: u32,
        /// Seed of the draws.
        pub seed: u32,
        /// The cycle, counted from 1.
        pub cycle: u32,
        /// Upper half of the turn that a frequency of 2⁻²² rad/s has made.
        pub turn_high: u32,
        /// Lower half.
        pub turn_low: u32,
        /// Whether sources begin at their phases.
        pub phased: u32,
        /// Whether the band is one-sided.
        pub twisted: u32,
        /// Wave number in half turns per unit of length.
        pub wavenumber: f32,
        /// Half the width of the strip.
        pub half_width: f32,
        /// Square of how far a vortex may go in a cycle.
        pub reach: f32,
    }
}

shader_struct! {
    /// What the structural step is told; `StructureStep` in `shaders/mobius/structure.wgsl`.
    #[derive(Default)]
    pub struct StructureStep {
        /// Slider.
        pub windings: f32,
        /// Slider.
        pub torsion: f32,
        /// Slider.
        pub uvhl_n: f32,
        /// Half-twists of the strip.
        pub half_twists: f32,
        /// Half the width of the strip.
        pub half_width: f32,
        /// Wave number in rad per unit of length.
        pub wavenumber: f32,
        /// Nodes that are sources.
        pub sources: f32,
        /// Nodes.
        pub nodes: f32,
        /// Samples at n = 3.8; 0 for all nodes.
        pub base: f32,
        /// Fewest samples.
        pub fewest: f32,
        /// Most samples.
        pub most: f32,
        /// How far windings may go; below 0 nodes are placed every cycle.
        pub lazy_windings: f32,
        /// How far torsion may go.
        pub lazy_torsion: f32,
        /// Whether the controller drives.
        pub driven: u32,
        /// Whether this is the start.
        pub starts: u32,
        /// Whether the propagator has to be built anew.
        pub stale: u32,
    }
}

shader_struct! {
    /// What shapes the band; `Structure` in `shaders/mobius/shared.wgsl`.
    pub struct Structure {
        /// w of the helix.
        pub windings: f32,
        /// τ.
        pub torsion: f32,
        /// Never used by the physics.
        pub uvhl_w: f32,
        /// Never used by the physics.
        pub uvhl_l: f32,
        /// Decides the number of samples.
        pub uvhl_n: f32,
        /// Nodes that the controller would like; not adopted.
        pub sites: f32,
        /// Windings that the nodes were placed with.
        pub built_windings: f32,
        /// Torsion that the nodes were placed with.
        pub built_torsion: f32,
        /// Half-twists that the nodes were placed with.
        pub built_half_twists: f32,
        /// Half width that the nodes were placed with.
        pub built_half_width: f32,
        /// Wave number of the propagator.
        pub built_wavenumber: f32,
        /// Sources of the propagator.
        pub built_sources: f32,
        /// 1 where nodes are placed anew in this cycle.
        pub moved: f32,
        /// 1 until the propagator is that of the nodes.
        pub stale: f32,
        /// Nodes that are evolved in this cycle.
        pub samples: f32,
        /// Unused.
        pub unused: f32,
    }
}

shader_struct! {
    /// One vortex; `Vortex` in `shaders/mobius/vortices.wgsl`.
    pub struct Vortex {
        /// Along the band, [0, 2π).
        pub u: f32,
        /// Across it, [−1, 1].
        pub v: f32,
        /// 1 or −1 in the unrolled chart.
        pub sign: f32,
        /// A number of its own, from 1 on.
        pub number: f32,
        /// The cycle that it appeared in.
        pub born: f32,
        /// Its plaquette along the band.
        pub along: f32,
        /// Its plaquette across the band.
        pub across: f32,
        /// Mean |ψ| of its plaquette's nodes.
        pub magnitude: f32,
    }
}

shader_struct! {
    /// Counts of the vortices; `Tracker` in `shaders/mobius/vortices.wgsl`.
    pub struct Tracker {
        /// Vortices in the list.
        pub count: f32,
        /// Numbers given out so far.
        pub numbered: f32,
        /// Vortices that appeared, since the start.
        pub births: f32,
        /// Those that were gone without a partner.
        pub deaths: f32,
        /// Pairs of opposite signs that were gone together.
        pub mergings: f32,
        /// Positive ones now.
        pub positive: f32,
        /// Negative ones now.
        pub negative: f32,
        /// Those that the list has no room for.
        pub unlisted: f32,
    }
}

shader_struct! {
    /// The probe buffer; `MobiusFigures` in `shaders/mobius/figures.wgsl`.
    pub struct MobiusFigures {
        /// Vortices.
        pub vortices: f32,
        /// Positive ones in the chart.
        pub positive: f32,
        /// Negative ones.
        pub negative: f32,
        /// Vortices per plaquette, or per node.
        pub density: f32,
        /// Since the start.
        pub births: f32,
        /// Since the start.
        pub deaths: f32,
        /// Since the start.
        pub mergings: f32,
        /// Beyond the list's room.
        pub unlisted: f32,
        /// Mean |ψ|.
        pub magnitude: f32,
        /// Nodes evolved in this cycle.
        pub samples: f32,
        /// w.
        pub windings: f32,
        /// τ.
        pub torsion: f32,
        /// The controller's.
        pub uvhl_w: f32,
        /// The controller's.
        pub uvhl_l: f32,
        /// n.
        pub uvhl_n: f32,
        /// The controller's.
        pub sites: f32,
        /// The published reward.
        pub reward: f32,
        /// The critic's value.
        pub value: f32,
    }
}

shader_struct! {
    /// Constants of a pass of the controller; `LayerPass` in `shaders/mobius/controller/shared.wgsl`.
    #[derive(Default)]
    pub struct LayerPass {
        /// Rows of the matrix.
        pub rows: u32,
        /// Numbers of a row, in fours.
        pub inputs: u32,
        /// Numbers of a row of the second matrix, in fours.
        pub hidden: u32,
        /// The first row that is computed.
        pub first: u32,
        /// Rows that share an input.
        pub group: u32,
        /// From one such input to the next, in fours.
        pub stride: u32,
        /// Seed of drawn weights.
        pub seed: u32,
        /// Operation of drawn weights.
        pub operation: u32,
        /// Half the width of their interval.
        pub bound: f32,
        /// How many there are.
        pub count: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Variant, layout};
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_their_blocks_out_alike() {
        let figures = Variant::new("mobius/figures", []);
        layout::check::<MobiusPass>(&LIBRARY, &figures).unwrap();
        layout::check::<Structure>(&LIBRARY, &figures).unwrap();
        layout::check::<Tracker>(&LIBRARY, &figures).unwrap();
        layout::check::<MobiusFigures>(&LIBRARY, &figures).unwrap();
        layout::check::<StructureStep>(&LIBRARY, &Variant::new("mobius/structure", [])).unwrap();
        layout::check::<Vortex>(&LIBRARY, &Variant::new("mobius/nearest", [])).unwrap();
        layout::check::<LayerPass>(&LIBRARY, &Variant::new("mobius/controller/linear", [])).unwrap();
    }
}
