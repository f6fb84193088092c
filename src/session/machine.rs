//! What a session says of the program and the machine that recorded it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The program that recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// fieldscope's version.
    pub version: String,
    /// The commit it was built from, where the build knew it.
    pub commit: Option<String>,
    /// `debug` or `release`, whichever profile it was built with, or that profile's own name.
    pub profile: String,
    /// Whether debug assertions were compiled in: they slow the host.
    pub debug_assertions: bool,
}

impl Program {
    /// This program. The build may name commit and profile through `FIELDSCOPE_COMMIT` and `FIELDSCOPE_PROFILE`.
    pub fn this() -> Self {
        let guessed = if cfg!(debug_assertions) { "debug" } else { "release" };
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("FIELDSCOPE_COMMIT").map(str::to_owned),
            profile: option_env!("FIELDSCOPE_PROFILE").unwrap_or(guessed).to_owned(),
            debug_assertions: cfg!(debug_assertions),
        }
    }
}

/// The machine that a session ran on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The adapter's name.
    pub adapter: String,
    /// The interface it is driven through: `vulkan`, `metal`, …
    pub backend: String,
    /// What sort of adapter it is: `DiscreteGpu`, `Cpu`, …
    pub device_type: String,
    /// The driver's name.
    pub driver: String,
    /// The driver's version and whatever else it says of itself.
    pub driver_info: String,
    /// Processor cores that the program may use.
    pub cpu_cores: u32,
    /// The operating system.
    pub os: String,
}

/// How passes are timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// The method in use.
    pub method: TimingMethod,
    /// Nanoseconds per timestamp tick, as the adapter says.
    pub timestamp_period_ns: f32,
    /// The comparison of both clocks at the start; `None` where it was not made.
    pub self_check: Option<SelfCheck>,
}

/// Which clock times a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimingMethod {
    /// Two timestamps of the device around each pass.
    GpuPass,
    /// Only the host's clock.
    HostOnly {
        /// Why, as shown beside every figure.
        reason: String,
    },
}

/// A long dispatch timed by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfCheck {
    /// Its time by the device's timestamps, in milliseconds; `None` where the device has none.
    pub dispatch_timestamps_ms: Option<f64>,
    /// Its time by the host's clock, in milliseconds.
    pub dispatch_host_ms: f64,
    /// Whether they agree well enough to believe the timestamps.
    pub trusted: bool,
}

/// What the machine can do at best, as measured in the same run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roof {
    /// Copy bandwidth in GB/s (10⁹ bytes), read and written bytes both counted.
    pub copy_gb_s: f64,
    /// Bytes of the buffer that was copied.
    pub copy_bytes: u64,
    /// Rate of single-precision fused multiply-adds in GFLOP/s, each counted as two operations.
    pub fma_gflop_s: f64,
}

/// What building a pipeline took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KernelBuild {
    /// The kernel: `field/pointwise`.
    pub kernel: String,
    /// Its shader definitions.
    pub definitions: BTreeMap<String, i32>,
    /// Time to compose, validate and build it, in milliseconds.
    pub build_ms: f64,
}

/// Memory of one array on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryUse {
    /// The arm: 0 is A, 1 is B.
    pub arm: u8,
    /// The array's name.
    pub array: String,
    /// Bytes on the device.
    pub bytes: u64,
}
