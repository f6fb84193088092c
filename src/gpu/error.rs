//! What can go wrong between the program and the adapter, each with its remedy.

/// A failure of the adapter, the device or a kernel.
#[derive(Debug, thiserror::Error)]
pub enum GpuError {
    /// No adapter at all.
    #[error(
        "no Vulkan, Metal or DirectX 12 adapter was found ({0}); install a driver: `scripts/run` does, or on Debian \
         `apt install mesa-vulkan-drivers` gives a software one"
    )]
    NoAdapter(String),
    /// No adapter of the asked name.
    #[error("no adapter is called `{wanted}`; there are: {found}")]
    UnknownAdapter {
        /// What was asked for.
        wanted: String,
        /// What there is.
        found: String,
    },
    /// The adapter refused to open.
    #[error("adapter {adapter} gave no device: {reason}")]
    NoDevice {
        /// The adapter's name.
        adapter: String,
        /// What it said.
        reason: String,
    },
    /// A buffer that the adapter cannot hold.
    #[error(
        "{what} needs {needed} bytes ({:.1} GB), but {adapter} holds at most {limit} in one {unit}; {remedy}",
        gigabytes(.needed)
    )]
    TooLarge {
        /// What was to be allocated.
        what: String,
        /// Bytes needed.
        needed: u64,
        /// Bytes allowed.
        limit: u64,
        /// `buffer` or `binding`.
        unit: &'static str,
        /// The adapter's name.
        adapter: String,
        /// What would fit.
        remedy: String,
    },
    /// All buffers together are more than the memory that is left.
    #[error(
        "the state needs {needed} bytes, but {adapter} can take at most {room} of this machine's memory now; {remedy}"
    )]
    NoRoom {
        /// Bytes needed.
        needed: u64,
        /// Bytes that are left for buffers.
        room: u64,
        /// The adapter's name.
        adapter: String,
        /// What would fit.
        remedy: String,
    },
    /// Allocation failed though the limits allow it.
    #[error("{adapter} could not allocate {needed} bytes for {what}: {reason}; choose a smaller size in the scene")]
    OutOfMemory {
        /// What was to be allocated.
        what: String,
        /// Bytes needed.
        needed: u64,
        /// The adapter's name.
        adapter: String,
        /// What it said.
        reason: String,
    },
    /// A kernel that does not exist.
    #[error("no kernel is called `{0}`: it is missing from the table of its system's kernels")]
    UnknownKernel(String),
    /// A kernel that does not compile.
    #[error("kernel {variant} does not compile: {reason}")]
    Kernel {
        /// The kernel and its definitions.
        variant: String,
        /// The compiler's words, with file and line.
        reason: String,
    },
    /// A WGSL file that cannot be read.
    #[error("{path}: {reason}; the folder needs every file that the program's own `shaders/` has")]
    ShaderFile {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A plan that names a buffer which is not there.
    #[error("the plan binds buffer {0}, which its state does not list")]
    UnknownBuffer(String),
    /// The device is gone.
    #[error("the device was lost: {0}")]
    Lost(String),
}

fn gigabytes(bytes: &u64) -> f64 {
    *bytes as f64 * 1e-9
}

impl GpuError {
    /// The same with the remedy of someone who knows what would fit so many bytes, where room is what is missing.
    #[must_use]
    pub fn advise(self, remedy: impl FnOnce(u64) -> String) -> Self {
        match self {
            Self::NoRoom { needed, room, adapter, .. } => Self::NoRoom { needed, room, adapter, remedy: remedy(room) },
            error => error,
        }
    }

    /// The same with what would make every single buffer small enough, where the limit of one is the trouble and an answer
    /// is known.
    #[must_use]
    pub fn advise_on_one(self, remedy: impl FnOnce(u64) -> Option<String>) -> Self {
        match self {
            Self::TooLarge { what, needed, limit, unit, adapter, remedy: general } => {
                let remedy = remedy(limit).unwrap_or(general);
                Self::TooLarge { what, needed, limit, unit, adapter, remedy }
            }
            error => error,
        }
    }
}
