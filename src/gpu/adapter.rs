//! Choosing an adapter and opening it with all it has.

use super::error::GpuError;
use super::memory::Peak;
use std::sync::Arc;

/// Which adapter to take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AdapterChoice {
    /// The fastest one that the system offers.
    #[default]
    Best,
    /// The first one that computes on the processor.
    Software,
    /// The first one whose name contains this text, in any case.
    Named(String),
}

impl AdapterChoice {
    /// The choice of a flag, else of the environment variable `FIELDSCOPE_ADAPTER`: `best`, `software` or part of a
    /// name.
    pub fn from_flag_or_environment(flag: Option<&str>) -> Self {
        let from_environment = std::env::var("FIELDSCOPE_ADAPTER").ok();
        match flag.or(from_environment.as_deref()) {
            None | Some("" | "best") => Self::Best,
            Some("software") => Self::Software,
            Some(name) => Self::Named(name.to_owned()),
        }
    }
}

/// An open device with everything that is known of it. Cheap to clone: the parts are shared.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// What the adapter says of itself.
    pub info: Arc<wgpu::AdapterInfo>,
    /// What the device can hold.
    pub limits: Arc<wgpu::Limits>,
    /// Whether a window draws with it too, and so waits for the pass that runs.
    pub draws_a_window: bool,
    /// The most memory that was in use at once, where that is watched.
    pub(super) peak: Arc<Peak>,
}

/// Large buffers get memory of their own instead of a share of a common block: where in such a block an array begins
/// made the same kernel on the same data up to a third slower (`PERFORMANCE.md`, The lab).
pub const MEMORY_HINTS: wgpu::MemoryHints =
    wgpu::MemoryHints::Manual { suballocated_device_memory_block_size: SHARED_BLOCK..SHARED_BLOCK };
/// The smallest block that is shared among buffers.
const SHARED_BLOCK: u64 = 4 << 20;

impl Gpu {
    /// Opens an adapter with all its limits and all features that this program can use; none is required.
    ///
    /// # Errors
    /// No adapter, none of the asked name, or one that does not open.
    pub fn open(choice: &AdapterChoice) -> Result<Self, GpuError> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::from_env().unwrap_or(wgpu::Backends::PRIMARY);
        let instance = wgpu::Instance::new(descriptor);
        let adapter = choose(&instance, choice)?;
        let info = adapter.get_info();
        let limits = adapter.limits();
        let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("fieldscope"),
            required_features: adapter.features() & useful_features(),
            required_limits: limits.clone(),
            memory_hints: MEMORY_HINTS,
            ..Default::default()
        }))
        .map_err(|error| GpuError::NoDevice { adapter: info.name.clone(), reason: error.to_string() })?;
        Ok(Self {
            device,
            queue,
            info: Arc::new(info),
            limits: Arc::new(limits),
            draws_a_window: false,
            peak: Arc::default(),
        })
    }

    /// Takes a device that someone else opened: the window's.
    pub fn adopt(device: wgpu::Device, queue: wgpu::Queue, info: wgpu::AdapterInfo) -> Self {
        let limits = device.limits();
        let (info, limits) = (Arc::new(info), Arc::new(limits));
        Self { device, queue, info, limits, draws_a_window: true, peak: Arc::default() }
    }

    /// Whether both are clones of one opening, and so share buffers. Devices of two instances may have equal numbers.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.info, &other.info)
    }

    /// Whether passes can be timed by the device.
    pub fn has_timestamps(&self) -> bool {
        self.device.features().contains(wgpu::Features::TIMESTAMP_QUERY)
    }

    /// Whether the adapter computes on the processor.
    pub fn is_software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
    }

    /// Whether every group of eight neighbouring invocations can hand each other numbers.
    pub fn can_broadcast(&self) -> bool {
        self.device.features().contains(wgpu::Features::SUBGROUP) && self.info.subgroup_min_size >= 8
    }

    /// Whether kernels may compute in 64-bit floating point.
    pub fn has_doubles(&self) -> bool {
        self.device.features().contains(wgpu::Features::SHADER_F64)
    }

    /// Whether kernels can use integers of 64 bits.
    pub fn has_long_words(&self) -> bool {
        self.device.features().contains(wgpu::Features::SHADER_INT64)
    }

    /// Bytes that are allocated on the device, as its allocator itself reports them: all buffers and textures with what it
    /// adds, and the blocks that it holds for them. None where it keeps no account.
    pub fn allocated(&self) -> Option<[u64; 2]> {
        let report = self.device.generate_allocator_report()?;
        Some([report.total_allocated_bytes, report.total_reserved_bytes])
    }

    /// Largest part of a buffer that one binding can show to a kernel, in bytes.
    pub fn largest_binding(&self) -> u64 {
        self.limits.max_storage_buffer_binding_size.min(self.limits.max_buffer_size)
    }

    /// Largest buffer that one pass should stream, in bytes: what a binding holds; on a software adapter no more than keeps
    /// spare slabs small, and under a window no more than keeps a pass short, since the window waits for the pass that is
    /// running.
    pub fn largest_stream(&self) -> u64 {
        const SMALL: u64 = 64 << 20;
        const SHORT: u64 = 16 << 20;
        match (self.is_software(), self.draws_a_window) {
            (true, true) => self.largest_binding().min(SHORT),
            (true, false) => self.largest_binding().min(SMALL),
            (false, _) => self.largest_binding(),
        }
    }

    /// Lets finished work be reported; never waits.
    ///
    /// # Errors
    /// The device was lost.
    pub fn poll(&self) -> Result<(), GpuError> {
        self.device.poll(wgpu::PollType::Poll).map_err(|error| GpuError::Lost(error.to_string()))?;
        Ok(())
    }

    /// Blocks until everything submitted so far is done.
    ///
    /// # Errors
    /// The device was lost.
    pub fn wait(&self) -> Result<(), GpuError> {
        self.device.poll(wgpu::PollType::wait_indefinitely()).map_err(|error| GpuError::Lost(error.to_string()))?;
        Ok(())
    }
}

/// Features that some part of the program makes use of where they are there.
fn useful_features() -> wgpu::Features {
    wgpu::Features::TIMESTAMP_QUERY
        | wgpu::Features::SUBGROUP
        | wgpu::Features::SHADER_F16
        | wgpu::Features::SHADER_F64
        | wgpu::Features::SHADER_INT64
}

fn choose(instance: &wgpu::Instance, choice: &AdapterChoice) -> Result<wgpu::Adapter, GpuError> {
    let mut adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::all()));
    if adapters.is_empty() {
        return Err(GpuError::NoAdapter("the drivers that are installed offer none".to_owned()));
    }
    let rank = |adapter: &wgpu::Adapter| match adapter.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    };
    adapters.sort_by_key(rank);
    let names: Vec<_> = adapters.iter().map(|adapter| adapter.get_info().name).collect();
    let wanted = |adapter: &wgpu::Adapter| match choice {
        AdapterChoice::Best => true,
        AdapterChoice::Software => adapter.get_info().device_type == wgpu::DeviceType::Cpu,
        AdapterChoice::Named(name) => adapter.get_info().name.to_lowercase().contains(&name.to_lowercase()),
    };
    adapters.into_iter().find(wanted).ok_or_else(|| GpuError::UnknownAdapter {
        wanted: match choice {
            AdapterChoice::Named(name) => name.clone(),
            AdapterChoice::Best | AdapterChoice::Software => "software".to_owned(),
        },
        found: names.join(", "),
    })
}
