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

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            bytes_read: self.bytes_read + other.bytes_read,
            bytes_written: self.bytes_written + other.bytes_written,
            operations: self.operations + other.operations,
        }
    }

    /// An equal part of it, rounded down.
    #[must_use]
    pub fn over(self, parts: u64) -> Self {
        let parts = parts.max(1);
        Self {
            bytes_read: self.bytes_read / parts,
            bytes_written: self.bytes_written / parts,
            operations: self.operations / parts,
        }
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

/// Bytes of the host, made when they are written, so that a plan which is only looked at costs nothing.
#[derive(Clone)]
pub struct HostBytes {
    /// How many there are, a multiple of 4.
    pub length: u64,
    make: Arc<dyn Fn() -> Vec<u8> + Send + Sync>,
}

impl HostBytes {
    /// So many bytes that `make` makes.
    pub fn made(length: u64, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self { length, make: Arc::new(make) }
    }

    /// The bytes.
    pub fn get(&self) -> Vec<u8> {
        (self.make)()
    }
}

impl From<Arc<[u8]>> for HostBytes {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self::made(bytes.len() as u64, move || bytes.to_vec())
    }
}

impl std::fmt::Debug for HostBytes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} bytes", self.length)
    }
}

impl PartialEq for HostBytes {
    /// Whether both are clones of one.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.make, &other.make)
    }
}

/// Bytes from the host into a buffer: what is read from a file, or computed in double precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// The buffer.
    pub buffer: BufferId,
    /// Where they begin, a multiple of 4.
    pub offset: u64,
    /// The bytes.
    pub bytes: HostBytes,
}

/// One step of a cycle.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A compute pass.
    Pass(Pass),
    /// Zeroes a buffer.
    Clear(BufferId),
    /// Writes a part of a buffer. What was encoded before it is submitted first, so it belongs into transitions, not into
    /// cycles that have to be fast.
    Write(Write),
    /// A readback of probe values.
    Read(Read),
    /// Several passes as one, under one pair of timestamps: those that share no buffer that one of them writes may run at
    /// the same time.
    Together(Vec<Pass>),
    /// Ends the submission: what follows is encoded into the next one. Without it as many cycles share a submission as
    /// the frame has room for.
    Submit,
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
        self.steps.iter().flat_map(|step| match step {
            Step::Pass(pass) => std::slice::from_ref(pass),
            Step::Together(passes) => passes,
            Step::Clear(_) | Step::Read(_) | Step::Write(_) | Step::Submit => &[],
        })
    }

    /// Empties the plan, keeping its memory.
    pub fn clear(&mut self) {
        self.steps.clear();
        self.rotation.clear();
    }
}
