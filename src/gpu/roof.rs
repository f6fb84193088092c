//! What the machine can do at best, measured: bytes per second of a copy kernel, multiply-adds per second. And whether
//! its timestamps can be believed.

use super::adapter::Gpu;
use super::clock::{Clock, Mark, Method};
use super::error::GpuError;
use super::kernels::{Kernel, Kernels};
use super::variant::Variant;
use crate::shader_struct;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Invocations of the arithmetic kernel.
const INVOCATIONS: u32 = 1 << 16;
/// Floating-point operations of one round of one invocation: 32 multiply-adds on vectors of four.
const OPERATIONS_PER_ROUND: u64 = 32 * 4 * 2;
/// Runs of each kernel; the fastest counts, since nothing makes a machine faster than it is.
const RUNS: usize = 7;
/// Runs that are enough where they have taken [`LONG`] together.
const FEWEST_RUNS: usize = 3;
/// Milliseconds after which no more than [`FEWEST_RUNS`] are needed.
const LONG: f64 = 1000.0;
/// Passes behind the cost of a timestamp: enough that a submission's own cost does not count.
const SHORT_PASSES: u32 = 128;
/// How long the canary takes at least: long against a dispatch, short against a block.
const CANARY_MILLISECONDS: f64 = 2.0;
/// Runs that may disagree before the timestamps are not trusted.
const ATTEMPTS: usize = 5;
/// Timestamps and host may differ by this share of the host's time before the timestamps are not trusted.
const TOLERANCE: f64 = 0.2;

shader_struct! {
    /// Length of the arithmetic kernel; `Rounds` in `shaders/common/multiply_add.wgsl`.
    pub struct Rounds {
        /// Rounds of 32 multiply-adds on vectors of four.
        pub count: u32,
        /// Unused.
        pub padding: [u32; 3],
    }
}

/// What a copy has to be like to be the limit of a system's passes: the same bytes in the same pieces. Less would stay
/// in a cache that the system does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Bytes in all.
    pub bytes: u64,
    /// Bytes of one piece: what one dispatch goes through.
    pub piece: u64,
}

impl Stream {
    /// A small stream, for a machine of which nothing more is known.
    pub const SMALL: Self = Self { bytes: 1 << 26, piece: 1 << 25 };

    /// Fewest bytes that say something of the memory: less is over before a dispatch has well begun.
    pub const LEAST: u64 = 1 << 25;

    /// At most so many bytes of it.
    #[must_use]
    pub fn at_most(self, bytes: u64) -> Self {
        Self { bytes: self.bytes.min(bytes), piece: self.piece.min(bytes) }
    }

    /// Bytes of a piece and how many there are: whole workgroups of vec4, within what a binding and the memory hold.
    fn pieces(self, gpu: &Gpu) -> (u64, u64) {
        let room = gpu.room().map_or(u64::MAX, |room| room / 2);
        let piece = self.piece.min(gpu.largest_binding()).min(room).max(1024) / 1024 * 1024;
        (piece, (self.bytes.min(room) / piece).max(1))
    }
}

/// The machine's measured limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roof {
    /// Gigabytes (10⁹) read plus written per second by a copy kernel of one vec4 per invocation.
    pub copy_gigabytes_per_second: f64,
    /// Bytes that were copied.
    pub copied_bytes: u64,
    /// 10⁹ floating-point operations per second of multiply-add chains, a multiply-add counting as two.
    pub gigaflops: f64,
}

impl Roof {
    /// The most GFLOP/s at so many operations per byte that moves: what the memory feeds, or what the arithmetic does.
    pub fn gigaflops_at(&self, intensity: f64) -> f64 {
        (intensity * self.copy_gigabytes_per_second).min(self.gigaflops)
    }

    /// Milliseconds that moving so many bytes takes at best, and so many operations.
    pub fn at_best(&self, bytes: u64, operations: u64) -> [f64; 2] {
        let milliseconds = |count: u64, each: f64| count as f64 / each * 1e-6;
        [milliseconds(bytes, self.copy_gigabytes_per_second), milliseconds(operations, self.gigaflops)]
    }

    /// The operations per byte above which arithmetic is the limit and not the memory.
    pub fn ridge(&self) -> f64 {
        self.gigaflops / self.copy_gigabytes_per_second
    }
}

/// A long dispatch, timed both ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfCheck {
    /// What the timestamps say, in milliseconds; `None` without timestamps.
    pub timestamps: Option<f64>,
    /// What the host says, from submission to completion, in milliseconds.
    pub host: f64,
}

impl SelfCheck {
    /// Whether both agree within 20 %.
    pub fn trusted(self) -> bool {
        self.timestamps.is_some_and(|timestamps| (timestamps - self.host).abs() <= TOLERANCE * self.host)
    }

    /// How passes should be timed on this device.
    pub fn method(self) -> Method {
        match self.timestamps {
            Some(_) if self.trusted() => Method::GpuPass,
            Some(timestamps) => Method::HostOnly {
                reason: format!(
                    "timestamps say {timestamps:.3} ms for a dispatch that took the host {:.3} ms",
                    self.host
                ),
            },
            None => Method::HostOnly { reason: "the adapter has no timestamp queries".to_owned() },
        }
    }
}

/// Times a dispatch of a known length by timestamps and by the host.
///
/// # Errors
/// The kernel does not build, or the device was lost.
pub fn self_check(kernels: &Kernels) -> Result<SelfCheck, GpuError> {
    let bench = Bench::arithmetic(kernels)?;
    // Long enough that submission and wake-up do not count: grown until the host sees 20 ms.
    let mut rounds = 16;
    let mut check = bench.run(rounds)?;
    while check.host < 20.0 && rounds < 1 << 22 {
        rounds *= 2;
        check = bench.run(rounds)?;
    }
    // A busy machine delays the host now and then; timestamps that are wrong are wrong every time.
    for _ in 0..ATTEMPTS {
        if check.trusted() {
            break;
        }
        let again = bench.run(rounds)?;
        if again.trusted() || again.host < check.host {
            check = again;
        }
    }
    Ok(check)
}

/// Measures both limits: the copy over a stream, at most as much of it as half the free memory holds.
///
/// # Errors
/// A kernel does not build, memory is short, or the device was lost.
pub fn measure_roof(kernels: &Kernels, stream: Stream) -> Result<Roof, GpuError> {
    let (piece, count) = stream.pieces(kernels.gpu());
    let copy = Bench::copy(kernels, piece, count)?;
    let arithmetic = Bench::arithmetic(kernels)?;
    let mut rounds = 16;
    while arithmetic.run(rounds)?.best() < 5.0 && rounds < 1 << 20 {
        rounds *= 2;
    }
    let copied = copy.fastest(0)?;
    let computed = arithmetic.fastest(rounds)?;
    let operations = u64::from(INVOCATIONS) * u64::from(rounds) * OPERATIONS_PER_ROUND;
    Ok(Roof {
        copy_gigabytes_per_second: 2.0 * (piece * count) as f64 / copied * 1e-6,
        copied_bytes: piece * count,
        gigaflops: operations as f64 / computed * 1e-6,
    })
}

impl SelfCheck {
    /// The timestamps where they can be believed, else the host's time.
    fn best(self) -> f64 {
        if self.trusted() { self.timestamps.unwrap_or(self.host) } else { self.host }
    }
}

/// What the two timestamps of a pass cost in milliseconds: short passes with and without them in turn, the fastest of
/// each counting. 0 where the device has no timestamps, and where they cost less than the noise.
///
/// # Errors
/// The kernel does not build, or the device was lost.
pub fn timestamp_cost(kernels: &Kernels) -> Result<f64, GpuError> {
    if !kernels.gpu().has_timestamps() {
        return Ok(0.0);
    }
    let bench = Bench { workgroups: [1, 1], ..Bench::arithmetic(kernels)? };
    let [mut plain, mut timed] = [f64::INFINITY; 2];
    for _ in 0..RUNS {
        plain = plain.min(bench.short_passes(None)?);
        timed = timed.min(bench.short_passes(Some(Clock::new(&bench.gpu, Method::GpuPass)))?);
    }
    Ok((timed - plain).max(0.0) / f64::from(SHORT_PASSES))
}

/// A dispatch of fixed arithmetic: where it takes longer than before, the machine itself has become slower.
#[derive(Debug)]
pub struct Canary {
    bench: Bench,
    rounds: u32,
}

impl Canary {
    /// Finds how many rounds take some milliseconds here.
    ///
    /// # Errors
    /// The kernel does not build, or the device was lost.
    pub fn new(kernels: &Kernels) -> Result<Self, GpuError> {
        let bench = Bench::arithmetic(kernels)?;
        let mut rounds = 16;
        while bench.run(rounds)?.best() < CANARY_MILLISECONDS && rounds < 1 << 20 {
            rounds *= 2;
        }
        Ok(Self { bench, rounds })
    }

    /// Runs it: the middle of three times, in milliseconds. Waits for the device.
    ///
    /// # Errors
    /// A lost device.
    pub fn run(&self) -> Result<f64, GpuError> {
        let mut times = [0.0; 3];
        for time in &mut times {
            *time = self.bench.run(self.rounds)?.best();
        }
        times.sort_unstable_by(f64::total_cmp);
        Ok(times[1])
    }
}

/// One kernel that is dispatched again and again.
#[derive(Debug)]
struct Bench {
    gpu: Gpu,
    kernel: Arc<Kernel>,
    /// One per dispatch.
    groups: Vec<wgpu::BindGroup>,
    uniform: Option<wgpu::Buffer>,
    workgroups: [u32; 2],
}

impl Bench {
    fn arithmetic(kernels: &Kernels) -> Result<Self, GpuError> {
        let gpu = kernels.gpu();
        let kernel = kernels.build(&Variant::new("common/multiply_add", []))?;
        let results = buffer(gpu, u64::from(INVOCATIONS) * 16, wgpu::BufferUsages::STORAGE)?;
        let uniform = buffer(gpu, 16, wgpu::BufferUsages::UNIFORM.union(wgpu::BufferUsages::COPY_DST))?;
        let groups = vec![group(gpu, &kernel, &[&results, &uniform])];
        Ok(Self { gpu: gpu.clone(), kernel, groups, uniform: Some(uniform), workgroups: [INVOCATIONS / 64, 1] })
    }

    /// Copies each of `count` buffers into the one before it, the first into a spare one: so a stencil goes through an
    /// array that it writes out of place.
    fn copy(kernels: &Kernels, bytes: u64, count: u64) -> Result<Self, GpuError> {
        let gpu = kernels.gpu();
        let kernel = kernels.build(&Variant::new("common/copy", []))?;
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST;
        // Memory that was never written may not be there yet: a system maps it on first touch.
        let noise: Vec<u32> = (0..262_144_u32).map(|word| word.wrapping_mul(2_654_435_761)).collect();
        let mut buffers = Vec::new();
        for _ in 0..=count {
            let buffer = buffer(gpu, bytes, usage)?;
            for offset in (0..bytes).step_by(1 << 20) {
                let part = ((bytes - offset) as usize).min(1 << 20);
                let noise = bytemuck::cast_slice::<u32, u8>(&noise).get(..part).unwrap_or_default();
                gpu.queue.write_buffer(&buffer, offset, noise);
            }
            gpu.queue.submit([]);
            buffers.push(buffer);
        }
        let groups = buffers.windows(2).filter_map(|pair| match pair {
            [target, source] => Some(group(gpu, &kernel, &[source, target])),
            _ => None,
        });
        let groups = groups.collect();
        let workgroups = (bytes / 16).div_ceil(64);
        let rows = workgroups.div_ceil(32_768).max(1);
        Ok(Self {
            gpu: gpu.clone(),
            kernel,
            groups,
            uniform: None,
            workgroups: [workgroups.div_ceil(rows) as u32, rows as u32],
        })
    }

    /// The fastest of several runs, in milliseconds.
    fn fastest(&self, rounds: u32) -> Result<f64, GpuError> {
        let (mut fastest, mut spent) = (f64::INFINITY, 0.0);
        for run in 0..RUNS {
            if run >= FEWEST_RUNS && spent > LONG {
                break;
            }
            let took = self.run(rounds)?.best();
            fastest = fastest.min(took);
            spent += took;
        }
        Ok(fastest)
    }

    /// All dispatches in one pass, timed both ways, in milliseconds.
    fn run(&self, rounds: u32) -> Result<SelfCheck, GpuError> {
        self.set_rounds(rounds);
        self.gpu.wait()?;
        let mut clock = Clock::new(&self.gpu, Method::GpuPass);
        let mut batch = clock.open();
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("roof") });
        self.encode(&mut encoder, clock.time(&mut batch, Mark { arm: 0, cycle: 0, pass: 0 }));
        let commands = encoder.finish();
        let resolve = clock.close(&batch);
        let began = Instant::now();
        self.gpu.queue.submit([commands]);
        self.gpu.wait()?;
        let host = began.elapsed().as_secs_f64() * 1e3;
        self.gpu.queue.submit(resolve);
        clock.submitted(&self.gpu, batch);
        Ok(SelfCheck { timestamps: self.timestamps(&mut clock)?, host })
    }

    /// Many passes that do next to nothing, each timed by this clock if there is one; milliseconds by the host.
    fn short_passes(&self, mut clock: Option<Clock>) -> Result<f64, GpuError> {
        self.set_rounds(1);
        self.gpu.wait()?;
        let mut batch = clock.as_mut().map(Clock::open);
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("short passes") });
        for pass in 0..SHORT_PASSES {
            let mark = Mark { arm: 0, cycle: 0, pass };
            let timed = clock.as_mut().zip(batch.as_mut());
            self.encode(&mut encoder, timed.and_then(|(clock, batch)| clock.time(batch, mark)));
        }
        let resolve = clock.as_ref().zip(batch.as_ref()).and_then(|(clock, batch)| clock.close(batch));
        let began = Instant::now();
        self.gpu.queue.submit([Some(encoder.finish()), resolve].into_iter().flatten());
        self.gpu.wait()?;
        Ok(began.elapsed().as_secs_f64() * 1e3)
    }

    fn set_rounds(&self, count: u32) {
        if let Some(uniform) = &self.uniform {
            let block = Rounds { count, padding: [0; 3] };
            self.gpu.queue.write_buffer(uniform, 0, bytemuck::bytes_of(&block));
            self.gpu.queue.submit([]);
        }
    }

    /// All dispatches in one pass.
    fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        timestamp_writes: Option<wgpu::ComputePassTimestampWrites<'_>>,
    ) {
        let mut pass =
            encoder.begin_compute_pass(&wgpu::ComputePassDescriptor { label: Some("roof"), timestamp_writes });
        pass.set_pipeline(&self.kernel.pipeline);
        let offsets: &[u32] = if self.uniform.is_some() { &[0] } else { &[] };
        for group in &self.groups {
            pass.set_bind_group(0, group, offsets);
            pass.dispatch_workgroups(self.workgroups[0], self.workgroups[1], 1);
        }
    }

    fn timestamps(&self, clock: &mut Clock) -> Result<Option<f64>, GpuError> {
        if !self.gpu.has_timestamps() {
            return Ok(None);
        }
        let period = clock.nanoseconds_per_tick() * 1e-6;
        let mut found = None;
        let began = Instant::now();
        while found.is_none() && !clock.is_idle() && began.elapsed() < Duration::from_secs(10) {
            self.gpu.wait()?;
            clock.collect(|timed| found = Some(timed.ticks as f64 * period));
        }
        Ok(Some(found.unwrap_or(0.0)))
    }
}

fn buffer(gpu: &Gpu, size: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer, GpuError> {
    let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let descriptor = wgpu::BufferDescriptor { label: Some("roof"), size, usage, mapped_at_creation: false };
    let buffer = gpu.device.create_buffer(&descriptor);
    match pollster::block_on(scope.pop()) {
        None => Ok(buffer),
        Some(error) => Err(GpuError::OutOfMemory {
            what: "the measurement of the roof".to_owned(),
            needed: size,
            adapter: gpu.info.name.clone(),
            reason: error.to_string(),
        }),
    }
}

fn group(gpu: &Gpu, kernel: &Kernel, buffers: &[&wgpu::Buffer]) -> wgpu::BindGroup {
    let entries: Vec<_> = kernel
        .bindings
        .iter()
        .zip(buffers)
        .map(|(kind, buffer)| wgpu::BindGroupEntry { binding: kind.binding, resource: buffer.as_entire_binding() })
        .collect();
    gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("roof"),
        layout: &kernel.layout,
        entries: &entries,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::layout::check as check_layout;
    use crate::shaders::LIBRARY;

    #[test]
    fn the_arithmetic_kernels_block_lies_as_its_shader_reads_it() {
        check_layout::<Rounds>(&LIBRARY, &Variant::new("common/multiply_add", [])).unwrap();
    }

    #[test]
    fn timestamps_that_disagree_with_the_host_are_not_trusted() {
        let check = |timestamps| SelfCheck { timestamps, host: 100.0 };
        assert!(check(Some(81.0)).trusted() && check(Some(119.0)).trusted());
        assert!(!check(Some(79.0)).trusted() && !check(None).trusted());
        assert_eq!(check(Some(100.0)).method(), Method::GpuPass);
        let Method::HostOnly { reason } = check(Some(0.1)).method() else { panic!("0.1 ms for 100 ms was trusted") };
        assert!(reason.contains("0.100 ms") && reason.contains("100.000 ms"), "{reason}");
    }
}
