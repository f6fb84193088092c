//! The deviation between two arms: an array of arm A against that of the same name of arm B, on the device.
//!
//! The arms may store the array in other forms: halves against floats, a pending scale against none, other slabs. A kernel
//! walks the runs that lie in one slab of each and leaves partial figures; what comes back to the host is 112 bytes for
//! 16384 numbers.

mod figures;
mod runs;
#[cfg(test)]
mod tests;

pub use figures::{Comparison, Moments, Pair};

use crate::driver::arrays::{is_interleaved, plain_shape};
use crate::gpu::batch::{Batcher, Dispatch};
use crate::gpu::{Arrived, BufferId, Buffers, Gpu, GpuError, Kernel, Kernels, Readback, Variant};
use crate::shader_struct;
use crate::sim::{Array, Element, State};
use crossbeam_channel::Receiver;
use figures::{Asked, Partial};
use runs::{Run, runs};
use std::sync::Arc;
use std::time::Duration;

/// Numbers that one workgroup looks at.
const SHARE: u32 = 16_384;
/// Workgroups of one dispatch at most: no adapter takes less.
const WORKGROUPS: u32 = 32_768;
/// Comparisons that may be under way at once.
const SLOTS: usize = 16;
/// How long a finished comparison may take to be reported to who waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

shader_struct! {
    /// Parameters of `lab/deviation`.
    pub struct Compare {
        count: u32,
        first: u32,
        first_a: u32,
        first_b: u32,
        share: u32,
        volume: u32,
        tolerance: u32,
        first_partial: u32,
        scale_index_a: u32,
        scale_index_b: u32,
        padding: [u32; 2],
    }
}

/// Why two arrays cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DeviationError {
    /// The adapter or the kernel.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// An arm does not have it.
    #[error("arm {arm} has no array `{array}`; compare one that both arms have")]
    Missing {
        /// `A` or `B`.
        arm: &'static str,
        /// The array.
        array: String,
    },
    /// They are two different things.
    #[error("the array `{array}` cannot be compared: {reason}")]
    Unlike {
        /// The array.
        array: &'static str,
        /// What differs, with the remedy.
        reason: String,
    },
}

/// The memory of one arm as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Arm<'a> {
    /// Its arrays.
    pub state: &'a State,
    /// The buffers behind them.
    pub buffers: &'a Buffers,
}

/// What is to be compared.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The baseline.
    pub a: Arm<'a>,
    /// The variant.
    pub b: Arm<'a>,
    /// The array, by name.
    pub array: &'a str,
    /// The cycle that both arms stand at; goes through to the answer.
    pub cycle: u64,
    /// Finite values differ where they are further apart than this; 0 for every difference there is.
    pub tolerance: f32,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// It is under way.
    Asked,
    /// Its kernel is being built, or as many as may be are under way: ask again later.
    NotYet,
}

/// Names of the arrays that both arms have, in A's order.
pub fn shared_arrays(a: &State, b: &State) -> Vec<&'static str> {
    a.arrays.iter().map(|array| array.name).filter(|name| b.array(name).is_some()).collect()
}

/// Every form of the kernel.
pub fn variants() -> Vec<Variant> {
    let names = ["A_HALF", "B_HALF", "A_PENDING", "B_PENDING"];
    let floats = (0..16_u32).map(|bits| {
        let on = names.iter().enumerate().filter(move |(place, _)| bits >> place & 1 == 1);
        Variant::new("lab/deviation", on.map(|(_, name)| (*name, 1)))
    });
    let integers = [None, Some("A_BYTES"), Some("A_BITS")].into_iter().flat_map(|a| {
        [None, Some("B_BYTES"), Some("B_BITS")]
            .map(|b| Variant::new("lab/deviation", ["INTEGER"].into_iter().chain(a).chain(b).map(|name| (name, 1))))
    });
    floats.chain(integers).collect()
}

/// Compares and waits for the answer; builds the kernel where it must.
///
/// # Errors
/// The arrays cannot be compared, the kernel does not build, or the device was lost.
pub fn compare(kernels: &Kernels, question: &Question<'_>) -> Result<Comparison, DeviationError> {
    let gpu = kernels.gpu();
    let mut comparer = Comparer::new(gpu);
    let sides = Sides::new(question)?;
    let kernel = kernels.build(&sides.variant())?;
    comparer.encode(&kernel, question, &sides)?;
    gpu.wait()?;
    // Another thread that shares the device may be the one that runs the callback.
    let answer = comparer.results.recv_timeout(PATIENCE);
    let arrived = answer.map_err(|_| GpuError::Lost("a comparison was never answered".to_owned()))?;
    Ok(answered(arrived))
}

/// Compares without waiting.
#[derive(Debug)]
pub struct Comparer {
    gpu: Gpu,
    batcher: Batcher,
    partials: Option<wgpu::Buffer>,
    readback: Readback<Asked>,
    results: Receiver<Arrived<Asked>>,
}

impl Comparer {
    /// A comparer for this device. Allocates nothing until it compares.
    pub fn new(gpu: &Gpu) -> Self {
        let (readback, results) = Readback::new(gpu, "deviation", SLOTS);
        Self { gpu: gpu.clone(), batcher: Batcher::new(gpu), partials: None, readback, results }
    }

    /// Submits a comparison of the arrays as they stand now: whatever was submitted before it is seen, nothing after it.
    ///
    /// # Errors
    /// The arrays cannot be compared, or the kernel does not build.
    pub fn request(&mut self, kernels: &Kernels, question: &Question<'_>) -> Result<Request, DeviationError> {
        let sides = Sides::new(question)?;
        let Some(kernel) = kernels.get(&sides.variant())? else { return Ok(Request::NotYet) };
        if !self.readback.has_room() {
            return Ok(Request::NotYet);
        }
        self.encode(&kernel, question, &sides)?;
        Ok(Request::Asked)
    }

    /// The next answer that has come back, in the order of the requests.
    pub fn take(&mut self) -> Option<Comparison> {
        self.results.try_recv().ok().map(answered)
    }

    /// Answers that were lost on the way.
    pub fn missed(&self) -> u64 {
        self.readback.missed()
    }

    /// Bytes that it holds on the device: part of fieldscope's own cost.
    pub fn bytes(&self) -> u64 {
        self.partials.as_ref().map_or(0, wgpu::Buffer::size)
    }

    fn encode(&mut self, kernel: &Arc<Kernel>, question: &Question<'_>, sides: &Sides<'_>) -> Result<(), GpuError> {
        let runs = runs(&sides.slabs(sides.a), &sides.slabs(sides.b), SHARE * WORKGROUPS);
        let workgroups: u64 = runs.iter().map(|run| u64::from(run.count.div_ceil(SHARE))).sum();
        let bytes = workgroups * size_of::<Partial>() as u64;
        let partials = self.partials(bytes);
        let mut first_partial = 0;
        let mut dispatches = Vec::with_capacity(runs.len());
        for run in runs {
            let uniform = sides.parameters(&run, question.tolerance, first_partial);
            let mut bound =
                vec![question.a.buffers.require(run.a.slab)?, question.b.buffers.require(run.b.slab)?, &partials];
            for (arm, array) in [(question.a, sides.a), (question.b, sides.b)] {
                if let Some(pending) = array.pending {
                    bound.extend([arm.buffers.require(pending.scale)?, arm.buffers.require(pending.offsets)?]);
                }
            }
            let workgroups = run.count.div_ceil(SHARE);
            dispatches.push(Dispatch::new(kernel, &bound, &uniform, [workgroups, 1, 1]));
            first_partial += workgroups;
        }
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("deviation") };
        let mut encoder = self.gpu.device.create_command_encoder(&descriptor);
        self.batcher.encode(&mut encoder, "deviation", &dispatches, None);
        // The arms' slabs come and go with their toggles: a bind group would keep them.
        self.batcher.forget();
        let asked = Asked {
            array: sides.a.name,
            cycle: question.cycle,
            tolerance: question.tolerance,
            shape: plain_shape(sides.a),
            is_integer: sides.a.element.is_integer(),
        };
        self.readback.request(&mut encoder, &partials, 0, bytes, asked);
        self.gpu.queue.submit([encoder.finish()]);
        self.readback.after_submit();
        Ok(())
    }

    /// Room for the partial figures. Comparisons follow one another on the queue, so that one buffer does for all.
    fn partials(&mut self, bytes: u64) -> wgpu::Buffer {
        let kept = self.partials.take().filter(|buffer| buffer.size() >= bytes);
        let partials = kept.unwrap_or_else(|| {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("deviation"),
                size: bytes,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: false,
            })
        });
        self.partials.insert(partials).clone()
    }
}

fn answered(arrived: Arrived<Asked>) -> Comparison {
    arrived.tag.answer(&bytemuck::pod_collect_to_vec::<u8, Partial>(&arrived.bytes))
}

/// The two arrays of a question, once it is known that they can be compared.
struct Sides<'a> {
    a: &'a Array,
    b: &'a Array,
    volume: u32,
}

impl<'a> Sides<'a> {
    fn new(question: &Question<'a>) -> Result<Self, DeviationError> {
        let find = |arm: Arm<'a>, name: &'static str| {
            arm.state
                .array(question.array)
                .ok_or_else(|| DeviationError::Missing { arm: name, array: question.array.to_owned() })
        };
        let (a, b) = (find(question.a, "A")?, find(question.b, "B")?);
        let unlike = |reason: String| DeviationError::Unlike { array: a.name, reason };
        if a.shape != b.shape {
            let reason =
                format!("its shape is {:?} in arm A and {:?} in arm B; run one scene in both", a.shape, b.shape);
            return Err(unlike(reason));
        }
        if a.element.is_integer() != b.element.is_integer() {
            return Err(unlike("one arm holds integers and the other does not".to_owned()));
        }
        let numbers: u64 = a.shape.iter().map(|length| *length as u64).product();
        if numbers == 0 || numbers >= u64::from(u32::MAX) {
            return Err(unlike(format!("it holds {numbers} numbers; 1 to {} can be compared", u32::MAX - 1)));
        }
        for array in [a, b] {
            check_storage(array, numbers).map_err(unlike)?;
        }
        let sites = a.shape.iter().skip(1).take(3).product::<usize>() as u32;
        Ok(Self { a, b, volume: if is_interleaved(a) { sites } else { 1 } })
    }

    fn variant(&self) -> Variant {
        let narrow = [
            ("A_HALF", self.a, Element::F16),
            ("B_HALF", self.b, Element::F16),
            ("A_BYTES", self.a, Element::U8),
            ("B_BYTES", self.b, Element::U8),
            ("A_BITS", self.a, Element::Bit),
            ("B_BITS", self.b, Element::Bit),
        ]
        .map(|(name, array, element)| (name, array.element == element));
        let pending =
            [("A_PENDING", self.a), ("B_PENDING", self.b)].map(|(name, array)| (name, array.pending.is_some()));
        let integer = [("INTEGER", self.a.element.is_integer())];
        let all = narrow.into_iter().chain(pending).chain(integer);
        Variant::new("lab/deviation", all.filter(|(_, is_on)| *is_on).map(|(name, _)| (name, 1)))
    }

    /// The slabs of one of the arrays with their numbers.
    fn slabs(&self, array: &Array) -> Vec<(BufferId, u32)> {
        array.slabs.iter().map(|slab| (slab.buffer, array.element.count_in(slab.bytes) as u32)).collect()
    }

    fn parameters(&self, run: &Run<BufferId>, tolerance: f32, first_partial: u32) -> Compare {
        let scale_index = |array: &Array| array.pending.map_or(0, |pending| pending.scale_index);
        Compare {
            count: run.count,
            first: run.first,
            first_a: run.a.first,
            first_b: run.b.first,
            share: SHARE,
            volume: self.volume,
            // Floats that are not negative are in the order of their bits.
            tolerance: if self.a.element.is_integer() { tolerance as u32 } else { tolerance.max(0.0).to_bits() },
            first_partial,
            scale_index_a: scale_index(self.a),
            scale_index_b: scale_index(self.b),
            padding: [0; 2],
        }
    }
}

/// Whether an array lies in memory as the kernel reads it.
fn check_storage(array: &Array, numbers: u64) -> Result<(), String> {
    let stored = array.bytes();
    if stored != array.element.bytes_for(numbers) {
        return Err(format!(
            "its slabs hold {stored} bytes, its {numbers} numbers take {}",
            array.element.bytes_for(numbers)
        ));
    }
    match array.pending {
        Some(_) if array.element.is_integer() => Err("integers cannot have a pending scale".to_owned()),
        Some(_) if !is_interleaved(array) => {
            Err(format!("a pending scale needs four channels side by side, its shape is {:?}", array.shape))
        }
        _ => Ok(()),
    }
}
