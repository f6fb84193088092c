//! A product of rows with a matrix, and in which tiles an adapter computes it.

use super::kernels::TenPass;
use crate::sim::{BufferId, BufferRequest, Candidate, Cost, Pass, StageSet, Streaming, Tunable, Variant};

/// How the rows of a chunk are cut up. Which one is fastest depends on the adapter, and every one of them adds up the same
/// numbers in the same order, so that none changes a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tile {
    /// Eight rows and four columns an invocation, needing nothing of the adapter.
    Rows,
    /// Sixteen rows and four columns an invocation, rows handed on among eight neighbours.
    Strips,
    /// Thirty-two rows in the same way.
    TallStrips,
    /// 64 by 64 for a workgroup of 256, by way of its memory.
    Tiles,
}

/// Every tile, with the name that files and the command line give it.
pub const TILES: [(&str, Tile); 4] =
    [("rows", Tile::Rows), ("strips", Tile::Strips), ("tall-strips", Tile::TallStrips), ("tiles", Tile::Tiles)];

/// A kernel with its definitions, and the workgroups for a product.
type Cut = (&'static str, Vec<(&'static str, i32)>, [u32; 3]);

impl Tile {
    /// What is taken where nothing was measured.
    pub fn usual(streaming: Streaming) -> Self {
        match streaming {
            Streaming { software: true, broadcast: true, .. } => Self::TallStrips,
            Streaming { software: true, .. } => Self::Rows,
            Streaming { .. } => Self::Tiles,
        }
    }

    /// Whether an adapter can run it.
    pub fn runs_on(self, streaming: Streaming) -> bool {
        match self {
            Self::Rows | Self::Tiles => true,
            Self::Strips | Self::TallStrips => streaming.broadcast,
        }
    }

    /// Workgroups that follow each other take other rows and the same columns: a matrix is larger than the rows.
    fn cut(self, rows: u32, columns: u32) -> Cut {
        // Few lanes where many would have nothing to do.
        let lanes = if columns.is_multiple_of(256) { 64 } else { 16 };
        match self {
            _ if rows == 1 => ("ten/product_rows", vec![("SINGLE", 1)], [1, columns.div_ceil(256), 1]),
            Self::Rows => ("ten/product_rows", Vec::new(), [rows / 8, columns.div_ceil(256), 1]),
            Self::Strips => {
                ("ten/product_strips", vec![("LANES", lanes as i32)], [rows / 16, columns.div_ceil(4 * lanes), 1])
            }
            Self::TallStrips => (
                "ten/product_strips",
                vec![("LANES", lanes as i32), ("TALL", 1)],
                [rows / 32, columns.div_ceil(4 * lanes), 1],
            ),
            Self::Tiles => ("ten/product_tiles", Vec::new(), [rows / 64, columns / 64, 1]),
        }
    }
}

/// How a matrix lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floats.
    Single,
    /// 16-bit floats.
    Half,
    /// 16-bit floats, loaded four at once.
    HalfInLongWords,
}

/// Rows times a matrix, and what is done to the result before it is written.
#[derive(Clone, Debug)]
pub struct Product {
    /// The stage it belongs to.
    pub stages: StageSet,
    /// The rows.
    pub left: BufferId,
    /// The matrix, with a row for each of its inputs.
    pub matrix: BufferId,
    /// Whether the matrix is one of the weights, which may be halved.
    pub half: bool,
    /// Where the result goes.
    pub into: BufferId,
    /// Numbers of a row.
    pub inner: u32,
    /// Numbers of a row of the result.
    pub columns: u32,
    /// What the result is multiplied by first.
    pub scale: f32,
    /// Then this is added to each row: vectors, and how far into them in fours the bias begins.
    pub bias: Option<(BufferId, u32)>,
    /// Then this function is applied, by the name of its definition.
    pub gelu: Option<&'static str>,
    /// Then these rows are added.
    pub addend: Option<BufferId>,
}

impl Product {
    /// Without anything after it.
    pub fn new(stages: StageSet, left: BufferId, matrix: BufferId, into: BufferId) -> Self {
        let (bias, gelu, addend) = (None, None, None);
        Self { stages, left, matrix, half: true, into, inner: 0, columns: 0, scale: 1.0, bias, gelu, addend }
    }

    /// The pass over so many rows from this one on: 1, or a multiple of 64.
    pub fn pass(&self, tile: Tile, rows: u32, first_row: u32, precision: Precision) -> Pass {
        let (kernel, mut definitions, workgroups) = tile.cut(rows, self.columns);
        let mut bindings = vec![self.left, self.matrix, self.into];
        definitions.extend((precision != Precision::Single).then_some(("HALF", 1)));
        definitions.extend((precision == Precision::HalfInLongWords).then_some(("LONG_WORDS", 1)));
        if let Some((vectors, _)) = self.bias {
            definitions.push(("BIAS", 1));
            bindings.push(vectors);
        }
        if let Some(gelu) = self.gelu {
            definitions.extend([("GELU", 1), (gelu, 1)]);
        }
        if let Some(addend) = self.addend {
            definitions.push(("ADDEND", 1));
            bindings.push(addend);
        }
        let constants = TenPass {
            rows,
            inner: self.inner,
            columns: self.columns,
            first_row,
            bias: self.bias.map_or(0, |(_, offset)| offset),
            scale: self.scale,
            ..TenPass::default()
        };
        let [rows_read, matrix, written] = [(rows, self.inner), (self.inner, self.columns), (rows, self.columns)]
            .map(|(a, b)| u64::from(a) * u64::from(b));
        let weight = if precision == Precision::Single { 4 } else { 2 };
        let added = if self.addend.is_some() { 4 * written } else { 0 };
        Pass {
            stages: self.stages,
            variant: Variant::new(kernel, definitions),
            bindings,
            uniform: bytemuck::bytes_of(&constants).to_vec(),
            workgroups,
            cost: Cost {
                bytes_read: 4 * rows_read + weight * matrix + added,
                bytes_written: 4 * written,
                operations: 2 * rows_read * u64::from(self.columns),
            },
        }
    }
}

/// The name under which a tile is chosen.
pub const CHOICE: &str = "ten-product";

/// The tiles that an adapter can run, each with the same product: a part of a feed-forward matrix, and on a GPU so much of
/// it that launching does not count.
pub fn tunable(streaming: Streaming) -> Tunable {
    let (rows, inner, columns) = if streaming.software { (128, 512, 1024) } else { (1024, 1024, 4096) };
    let id = |name| BufferId { name, index: 0 };
    let [left, matrix, into] = ["tuning: rows", "tuning: matrix", "tuning: product"].map(id);
    let product = Product { inner, columns, ..Product::new(StageSet(0), left, matrix, into) };
    let usual = Tile::usual(streaming);
    let mut able: Vec<_> = TILES.into_iter().filter(|(_, tile)| tile.runs_on(streaming)).collect();
    able.sort_by_key(|(_, tile)| *tile != usual);
    let request = |id, [a, b]: [u32; 2]| BufferRequest { id, bytes: 4 * u64::from(a) * u64::from(b) };
    Tunable {
        name: CHOICE,
        about: "how a product of rows with a matrix is cut up",
        buffers: vec![request(left, [rows, inner]), request(matrix, [inner, columns]), request(into, [rows, columns])],
        candidates: able
            .into_iter()
            .map(|(name, tile)| Candidate { name, pass: product.pass(tile, rows, 0, Precision::Single) })
            .collect(),
    }
}
