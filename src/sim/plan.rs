//! A cycle as data: an ordered list of passes with what each reads, writes and costs.

use crate::gpu::{BufferId, Variant};
use std::sync::Arc;

/// A set of a system's stages: bit i is stage i of its description. A fused pass belongs to several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StageSet(pub u32);

impl StageSet {
    /// The set of one stage.
    pub const fn of(stage: usize) -> Self {
        Self(1 << stage)
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The row's name: the stages in the description's order, joined by `+`.
    pub fn name(self, stages: &[&str]) -> String {
        let named: Vec<_> = stages.iter().enumerate().filter(|(i, _)| self.0 >> i & 1 == 1).map(|(_, s)| *s).collect();
        named.join("+")
    }
}

/// What a pass must do at least: the numerator of every roofline figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Bytes that must be read.
    pub bytes_read: u64,
    /// Bytes that must be written.
    pub bytes_written: u64,
    /// Floating-point operations, a multiply-add counting as two.
    pub operations: u64,
}

impl Cost {
    /// Bytes that must move.
    pub fn bytes(self) -> u64 {
        self.bytes_read + self.bytes_written
    }
}

/// One compute pass with its own two timestamps.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// The stages it carries out: its row in the timing table.
    pub stages: StageSet,
    /// The kernel.
    pub variant: Variant,
    /// Storage bindings 0, 1, … of group 0.
    pub bindings: Vec<BufferId>,
    /// Contents of the uniform binding that follows them; empty where the kernel has none.
    pub uniform: Vec<u8>,
    /// Workgroups along x, y, z.
    pub workgroups: [u32; 3],
    /// What it must do at least.
    pub cost: Cost,
}

/// A part of a buffer that the host wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The stage that the wait is charged to.
    pub stages: StageSet,
    /// The buffer.
    pub buffer: BufferId,
    /// First byte, a multiple of 4.
    pub offset: u64,
    /// Number of bytes, a multiple of 4.
    pub bytes: u64,
    /// Whether the cycle stops until the value is there, as a blocking read does.
    pub wait: bool,
}

/// Bytes of the host that a plan brings to the device: a recording, a table that is not worth a kernel. Shared, so that
/// plans stay cheap to copy.
#[derive(Clone, PartialEq)]
pub struct Write {
    /// The buffer, written from its start.
    pub buffer: BufferId,
    /// What is written, a multiple of 4 bytes.
    pub bytes: Arc<[u8]>,
}

impl std::fmt::Debug for Write {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Write({} bytes to {})", self.bytes.len(), self.buffer)
    }
}

/// One step of a cycle.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A compute pass.
    Pass(Pass),
    /// Zeroes a buffer.
    Clear(BufferId),
    /// Brings bytes from the host. What was encoded before it is submitted first.
    Write(Write),
    /// A readback of probe values.
    Read(Read),
}

/// A cycle, or a transition between two settings, as data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Where the arrays stand after it: opaque to everyone but the system that wrote it.
    pub rotation: Vec<u32>,
}

impl Plan {
    /// The passes among the steps.
    pub fn passes(&self) -> impl Iterator<Item = &Pass> {
        self.steps.iter().filter_map(|step| match step {
            Step::Pass(pass) => Some(pass),
            Step::Clear(_) | Step::Write(_) | Step::Read(_) => None,
        })
    }

    /// Empties the plan, keeping its memory.
    pub fn clear(&mut self) {
        self.steps.clear();
        self.rotation.clear();
    }
}
