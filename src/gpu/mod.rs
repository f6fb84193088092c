//! The machine: adapter and device, kernels, clock, readback, roof. Knows no system and no window.

mod adapter;
pub mod batch;
mod buffers;
pub mod clock;
mod error;
mod kernels;
pub mod layout;
mod memory;
pub mod readback;
mod reflect;
mod reload;
pub mod roof;
mod variant;

pub use adapter::{AdapterChoice, Gpu, MEMORY_HINTS};
pub use buffers::{BufferId, BufferRequest, Buffers};
pub use error::GpuError;
pub use kernels::{Kernel, KernelSource, Kernels, Library, ModuleSource};
pub use layout::{Field, ShaderStruct};
pub use readback::{Arrived, Part, Readback};
pub use reflect::BindingKind;
pub use variant::Variant;
