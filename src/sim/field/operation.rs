//! The operations of a cycle, and how they are grouped into passes over the field.
//!
//! An operation looks at one cell (pointwise) or at its neighbours (a stencil).
//! Grouped, a pass takes as many operations as follow each other without needing a neighbour's or the whole field's
//! new value; ungrouped, every operation is a pass of its own.

use super::description::stage;
use super::layout::Needs;
use super::params::{Rules, Switches};
use crate::sim::StageSet;

/// One operation on the field, in cycle order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Applies the pending scale and offsets.
    Settle,
    /// 1.2 step 2.
    Learn,
    /// 1.2 step 3a.
    RestPull,
    /// 1.2 step 3b.
    Boredom,
    /// 1.2 step 3c.
    Oscillation,
    /// 1.2 step 3d.
    DecayMap,
    /// 1.2 step 3e.
    ErrorHeat,
    /// 1.2 step 3f, a stencil.
    Edge,
    /// 1.2 step 3g.
    Starvation,
    /// 1.2 step 4.
    Momentum,
    /// 1.2 step 6, first part.
    Decay,
    /// 1.2 step 6 or 1.3 step 3, a stencil.
    Diffusion,
    /// 1.2 step 6, dense noise.
    Noise,
    /// 1.3 step 4.
    SparseNoise,
    /// 1.3 step 5: adds the channel momentum's offsets.
    Offset,
    /// 1.3 step 6.
    SparseEnergy,
    /// The clamp to ±10.
    Clamp,
}

impl Operation {
    /// Whether it looks at neighbours.
    pub fn is_stencil(self) -> bool {
        matches!(self, Self::Edge | Self::Diffusion)
    }

    /// Whether it can be computed again at every neighbour of a diffusion, instead of taking a pass before it.
    pub fn can_precede_diffusion(self) -> bool {
        matches!(self, Self::Settle | Self::Starvation | Self::Momentum | Self::Decay)
    }

    /// Whether it can follow a stencil in the same pass.
    pub fn can_follow_stencil(self) -> bool {
        matches!(self, Self::Noise | Self::SparseNoise | Self::Clamp)
    }

    /// The stage that it belongs to.
    pub fn stage(self) -> StageSet {
        match self {
            Self::Learn => stage::LEARN,
            Self::RestPull
            | Self::Boredom
            | Self::Oscillation
            | Self::DecayMap
            | Self::ErrorHeat
            | Self::Edge
            | Self::Starvation => stage::TENSIONS,
            Self::Momentum | Self::Offset | Self::Settle => stage::MOMENTUM,
            Self::Decay | Self::Diffusion => stage::DIFFUSE,
            Self::Noise | Self::SparseNoise | Self::SparseEnergy => stage::NOISE,
            Self::Clamp => stage::CLAMP,
        }
    }

    /// The shader definitions that compile it in.
    pub fn definitions(self, switches: &Switches, rules: Rules) -> Vec<&'static str> {
        let needs = Needs::of(switches);
        match self {
            Self::Settle => vec!["SETTLE", "OFFSETS"],
            Self::Learn => vec!["LEARN"],
            Self::RestPull => vec!["REST"],
            Self::Boredom => vec!["BOREDOM", "SITES_USED"],
            Self::Oscillation if switches.global_phase => vec!["OSCILLATE_TOGETHER"],
            Self::Oscillation if needs.frequency_map => vec!["OSCILLATE", "PHASE", "FREQUENCY_STORED"],
            Self::Oscillation => vec!["OSCILLATE", "PHASE"],
            Self::DecayMap if switches.uniform_decay => vec!["DECAY_UNIFORM"],
            Self::DecayMap if needs.decay_map => vec!["DECAY_STORED"],
            Self::DecayMap => vec!["DECAY_PROCEDURAL"],
            Self::ErrorHeat if switches.global_phase => vec!["HEAT"],
            Self::ErrorHeat => vec!["HEAT", "DISRUPT", "PHASE"],
            Self::Edge => vec!["EDGE"],
            Self::Starvation => vec!["STARVE"],
            Self::Momentum if rules == Rules::Stable => vec!["MOMENTUM", "STABLE"],
            Self::Momentum => vec!["MOMENTUM"],
            Self::Decay => vec!["DECAY"],
            Self::Diffusion if switches.box_diffusion => vec!["BOX"],
            Self::Diffusion => vec!["LAPLACIAN"],
            Self::Noise => vec!["NOISE"],
            Self::SparseNoise => vec!["SPARSE_NOISE"],
            Self::Offset => vec!["OFFSET", "OFFSETS"],
            Self::SparseEnergy => vec!["SPARSE_ENERGY"],
            Self::Clamp => vec!["CLAMP"],
        }
    }

    /// Floating-point operations per element, draws included: a standard normal counts as 8 (half a logarithm, a root,
    /// a sine or cosine, and the conversions of its word), a sine or tangent as 1.
    pub fn operations_per_element(self, switches: &Switches) -> u64 {
        match self {
            Self::Settle => 2,
            Self::Learn => 25,
            Self::RestPull | Self::DecayMap if switches.procedural_maps => 11,
            Self::Boredom | Self::Starvation => 10,
            Self::Oscillation if switches.global_phase => 1,
            Self::Oscillation => 17,
            Self::ErrorHeat => 20,
            Self::Edge => 11,
            Self::Momentum => 5,
            Self::Diffusion if switches.box_diffusion => 15,
            Self::Diffusion => 9,
            Self::Noise => 20,
            Self::Clamp => 2,
            Self::RestPull | Self::DecayMap | Self::Decay | Self::SparseNoise | Self::Offset | Self::SparseEnergy => 1,
        }
    }
}

/// What a pass sums up for later operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// ⟨F⟩, ⟨|F|⟩, ⟨F²⟩.
    pub moments: bool,
    /// The channel variance of every site.
    pub sites: bool,
    /// The mean of every channel.
    pub channels: bool,
    /// The largest magnitude; not together with moments.
    pub largest: bool,
}

impl Sums {
    /// Moments alone.
    pub const MOMENTS: Self = Self { moments: true, sites: false, channels: false, largest: false };
    /// Moments and site variances.
    pub const SITES: Self = Self { moments: true, sites: true, channels: false, largest: false };
    /// Channel means alone.
    pub const CHANNELS: Self = Self { moments: false, sites: false, channels: true, largest: false };
    /// What the lazy scale keeps track of.
    pub const LAZY: Self = Self { moments: false, sites: false, channels: true, largest: true };

    /// Whether anything is summed.
    pub fn any(self) -> bool {
        self.moments || self.sites || self.channels || self.largest
    }
}

/// A pass over the field before it is cut into slabs: operations in order, and what it sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// The operations; none for a pass that only sums.
    pub operations: Vec<Operation>,
    /// What it sums.
    pub sums: Sums,
    /// The stages that its sums belong to.
    pub sums_stage: StageSet,
    /// Whether the device runs it only where the clamp could bind.
    pub only_when_bound: bool,
    /// Whether its operations are for its sums alone.
    pub read_only: bool,
}

impl Sweep {
    /// Whether the field stays as it is.
    pub fn only_reads(&self) -> bool {
        self.read_only || self.operations.is_empty()
    }

    /// Its stencil, if it has one.
    pub fn stencil(&self) -> Option<Operation> {
        self.operations.iter().copied().find(|operation| operation.is_stencil())
    }

    /// Whether `next` may join it.
    pub fn takes(&self, next: Operation) -> bool {
        match (self.stencil(), next) {
            (_, Operation::Edge) => self.operations.is_empty(),
            (None, Operation::Diffusion) => self.operations.iter().all(|operation| operation.can_precede_diffusion()),
            (Some(_), next) => next.can_follow_stencil(),
            (None, _) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(operations: &[Operation]) -> Sweep {
        Sweep { operations: operations.to_vec(), ..Sweep::default() }
    }

    #[test]
    fn a_stencil_takes_only_what_can_be_computed_again_before_it() {
        assert!(sweep(&[Operation::Momentum, Operation::Decay]).takes(Operation::Diffusion));
        assert!(!sweep(&[Operation::ErrorHeat]).takes(Operation::Diffusion));
        assert!(!sweep(&[Operation::Decay]).takes(Operation::Edge));
        assert!(!sweep(&[Operation::Edge]).takes(Operation::Starvation));
        assert!(sweep(&[Operation::Diffusion]).takes(Operation::Clamp));
    }
}
