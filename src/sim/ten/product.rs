//! A product of rows with a matrix, and in which tiles an adapter computes it.

use super::kernels::TenPass;
use crate::sim::{BufferId, Cost, Pass, StageSet, Streaming, Variant};

/// How a product is cut up.
///
/// Which one is taken is a table by kind of adapter, not a measurement at start: a plan must not depend on how busy the
/// machine was. On a software adapter strips were the fastest of some thirty shapes; no GPU has been measured yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tile {
    /// One row, four columns an invocation: a single step.
    Single,
    /// Eight rows and four columns an invocation, needing nothing of the adapter.
    Rows,
    /// Sixteen rows and four columns an invocation, rows handed on among eight neighbours; so many invocations a workgroup.
    Strips(u32),
    /// 64 by 64 for a workgroup of 256, by way of its memory.
    Tiles,
}

impl Tile {
    /// The tile for so many rows and columns on an adapter.
    pub fn of(streaming: Streaming, rows: u32, columns: u32) -> Self {
        match streaming {
            _ if rows == 1 => Self::Single,
            Streaming { software: true, broadcast: true, .. } => {
                Self::Strips(if columns.is_multiple_of(256) { 64 } else { 16 })
            }
            Streaming { software: true, .. } => Self::Rows,
            Streaming { .. } => Self::Tiles,
        }
    }

    fn kernel(self) -> (&'static str, Option<(&'static str, i32)>) {
        match self {
            Self::Single => ("ten/product_rows", Some(("SINGLE", 1))),
            Self::Rows => ("ten/product_rows", None),
            Self::Strips(lanes) => ("ten/product_strips", Some(("LANES", lanes as i32))),
            Self::Tiles => ("ten/product_tiles", None),
        }
    }

    fn workgroups(self, rows: u32, columns: u32) -> [u32; 3] {
        match self {
            Self::Single => [columns.div_ceil(256), rows, 1],
            Self::Rows => [columns.div_ceil(256), rows / 8, 1],
            Self::Strips(lanes) => [columns.div_ceil(4 * lanes), rows / 16, 1],
            Self::Tiles => [columns / 64, rows / 64, 1],
        }
    }
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

    /// The pass over so many rows from this one on.
    pub fn pass(&self, tile: Tile, rows: u32, first_row: u32, half: bool) -> Pass {
        let (kernel, definition) = tile.kernel();
        let mut definitions: Vec<_> = definition.into_iter().collect();
        let mut bindings = vec![self.left, self.matrix, self.into];
        definitions.extend(half.then_some(("HALF", 1)));
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
        let weight = if half { 2 } else { 4 };
        let added = if self.addend.is_some() { 4 * written } else { 0 };
        Pass {
            stages: self.stages,
            variant: Variant::new(kernel, definitions),
            bindings,
            uniform: bytemuck::bytes_of(&constants).to_vec(),
            workgroups: tile.workgroups(rows, self.columns),
            cost: Cost {
                bytes_read: 4 * rows_read + weight * matrix + added,
                bytes_written: 4 * written,
                operations: 2 * rows_read * u64::from(self.columns),
            },
        }
    }
}
