//! What a scene says about a network: size, vocabulary, tokens in a cycle, where text and weights come from.

use crate::sim::Refusal;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Which of the published sizes, or one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    /// 512 wide, 4 layers, 64 eigenstates.
    Nano,
    /// 768 wide, 6 layers, 96 eigenstates.
    Micro,
    /// 1024 wide, 8 layers, 128 eigenstates.
    Small,
    /// 1280 wide, 12 layers, 160 eigenstates.
    Medium,
    /// 1536 wide, 16 layers, 192 eigenstates; the published one has a hierarchy of scales, which is left out.
    Large,
    /// `Small` with 32,768 positions: the published "128M".
    Small32k,
    /// A size of one's own.
    Custom(Shape),
}

/// Every published size, from the smallest, with the name that a scene gives it.
pub const SIZES: [(&str, Size); 6] = [
    ("Nano", Size::Nano),
    ("Micro", Size::Micro),
    ("Small", Size::Small),
    ("Small32k", Size::Small32k),
    ("Medium", Size::Medium),
    ("Large", Size::Large),
];

impl Size {
    /// Its numbers.
    pub fn shape(self) -> Shape {
        let shape = |width, layers, eigenstates, positions| Shape { width, layers, eigenstates, cells: 2, positions };
        match self {
            Self::Nano => shape(512, 4, 64, 512),
            Self::Micro => shape(768, 6, 96, 1024),
            Self::Small => shape(1024, 8, 128, 1024),
            Self::Medium => shape(1280, 12, 160, 1024),
            Self::Large => shape(1536, 16, 192, 1024),
            Self::Small32k => shape(1024, 8, 128, 32_768),
            Self::Custom(shape) => shape,
        }
    }
}

/// The numbers of a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Numbers that stand for a token between layers, 64 to 4096, a multiple of 64.
    pub width: u32,
    /// Layers, 1 to 32.
    pub layers: u32,
    /// Eigenstates of a cell, 32 to 256, a multiple of 32.
    pub eigenstates: u32,
    /// Cells of a layer, 1 to 8; their outputs are averaged.
    #[serde(default = "two")]
    pub cells: u32,
    /// Learned positions of the published rules, 1 to 262,144; a longer sequence begins again with the first.
    #[serde(default = "two_thousand")]
    pub positions: u32,
}

fn two() -> u32 {
    2
}

fn two_thousand() -> u32 {
    2048
}

impl Shape {
    /// Eigenstates of a layer: those of all its cells.
    pub fn states(self) -> u32 {
        self.cells * self.eigenstates
    }

    /// Width of the feed-forward part between its two projections.
    pub fn hidden(self) -> u32 {
        4 * self.width
    }
}

/// How many different tokens there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Vocabulary {
    /// The 256 bytes.
    #[default]
    Bytes,
    /// As published: 50,257, of which a text uses the first 256.
    Published,
}

impl Vocabulary {
    /// Number of tokens.
    pub fn tokens(self) -> u32 {
        match self {
            Self::Bytes => 256,
            Self::Published => 50_257,
        }
    }
}

/// A network as a scene describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenModel {
    /// Its size.
    pub size: Size,
    /// The size on a software adapter, unless the full one is forced.
    #[serde(default)]
    pub reduced_size: Option<Size>,
    /// Tokens of a cycle: 1 for streaming, or a chunk of 64 to 8192, a multiple of 64.
    pub tokens: u32,
    /// How many different tokens there are.
    #[serde(default)]
    pub vocabulary: Vocabulary,
    /// A file whose bytes are read over and over; without one, tokens are drawn.
    #[serde(default)]
    pub text: Option<PathBuf>,
    /// A `.safetensors` file with the weights; without one they are drawn from the seed.
    #[serde(default)]
    pub weights: Option<PathBuf>,
    /// Strength ε of the resonance R = I + ε M / ‖M‖, 0 to 1.
    #[serde(default = "published_resonance")]
    pub resonance: f64,
}

fn published_resonance() -> f64 {
    super::constants::RESONANCE
}

impl TenModel {
    /// The numbers of its size.
    pub fn shape(&self) -> Shape {
        self.size.shape()
    }

    /// Whether every number lies in its range.
    ///
    /// # Errors
    /// The first that does not, by name and with its range.
    pub fn check(&self) -> Result<(), Refusal> {
        let refuse = |sentence: String| Err(Refusal(sentence));
        for size in [Some(self.size), self.reduced_size].into_iter().flatten() {
            let Shape { width, layers, eigenstates, cells, positions } = size.shape();
            if !(64..=4096).contains(&width) || !width.is_multiple_of(64) {
                return refuse(format!("width = {width} is not a multiple of 64 from 64 to 4096"));
            }
            if !(32..=256).contains(&eigenstates) || !eigenstates.is_multiple_of(32) {
                return refuse(format!("eigenstates = {eigenstates} is not a multiple of 32 from 32 to 256"));
            }
            if !(cells * eigenstates).is_multiple_of(64) {
                return refuse(format!(
                    "cells = {cells} times eigenstates = {eigenstates} is not a multiple of 64, the width of a tile"
                ));
            }
            for (name, value, most) in [("layers", layers, 32), ("cells", cells, 8), ("positions", positions, 262_144)]
            {
                if !(1..=most).contains(&value) {
                    return refuse(format!("{name} = {value} is outside 1 to {most}"));
                }
            }
        }
        let tokens = self.tokens;
        if tokens != 1 && (!(64..=8192).contains(&tokens) || !tokens.is_multiple_of(64)) {
            return refuse(format!("tokens = {tokens} is neither 1 nor a multiple of 64 from 64 to 8192"));
        }
        if !(0.0..=1.0).contains(&self.resonance) {
            return refuse(format!("resonance = {} is outside 0 to 1", self.resonance));
        }
        Ok(())
    }
}

/// The equations of a network: what a preset stands for beside its toggles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// As published: real input and read-out, normalised after each part, learned positions.
    Published,
    /// Long memory: normalised before each part, complex input and read-out, magnitudes on a ring below 1, no positions.
    #[default]
    Corrected,
}

/// The toggles of the network as plain switches, one per row of the specification's table, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// The input projection of a chunk as one product.
    pub batched_projection: bool,
    /// Outputs written where they belong.
    pub preallocated: bool,
    /// The output projection of a chunk as one product.
    pub batched_output: bool,
    /// Resonance and output projection as one matrix.
    pub fused_resonance: bool,
    /// The recurrence over a chunk in blocks.
    pub scan: bool,
    /// The recurrence in the basis of its eigenvectors.
    pub diagonalised: bool,
    /// The tangent approximation of the Gaussian error unit.
    pub tanh_gelu: bool,
    /// The energy in the epilogue of the scan.
    pub fused_energy: bool,
    /// Matrices as 16-bit floats.
    pub half_weights: bool,
}
