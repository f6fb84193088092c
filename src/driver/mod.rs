//! Runs a system cycle by cycle, in the window and headless alike.
//!
//! A cycle is a plan; the driver encodes its steps until the frame's budget is spent and goes on in the next frame, so a
//! slow cycle spans frames and the window stays alive, and many fast cycles fit one frame.
//! Three clocks are kept apart: the cycle number (simulated time), rendered frames (the window's) and wall time.

pub mod arrays;
mod encoder;
mod following;
mod kinds;
mod looking;
mod message;
mod standing;
mod stepping;
mod switching;
mod telling;
mod thrift;

pub use message::{Command, Counts, Event, Following, PassKind, Sample, Status};
pub use switching::memory_by_name;

use crate::gpu::clock::{Clock, Method};
use crate::gpu::readback::{self, Arrived, Readback};
use crate::gpu::{Buffers, Gpu, GpuError, Kernels};
use crate::sim::{Picture, Plan, Probe, Refusal, Simulation, State, ToggleSet};
use crossbeam_channel::{Receiver, Sender, bounded};
use encoder::Encoder;
use kinds::Kinds;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use thrift::Thrift;

/// Events that may wait for their listener; more are counted as dropped.
const EVENTS: usize = 1 << 16;
/// Submissions that may be under way at once: one runs while the next is encoded. Under host time there is one, so that
/// its time is its own.
const IN_FLIGHT: usize = 2;
/// On a software adapter a submission that takes longer than this, in milliseconds, runs alone: the next one would wait
/// for it while it is being submitted, and the window with it.
const LONG_SUBMISSION: f64 = 16.0;
/// Readbacks of probes that may be under way at once.
const READBACKS: usize = 64;
/// What a frame may take on the device unless told otherwise.
pub const FRAME_BUDGET: Duration = Duration::from_millis(8);
/// What a frame may take when running fast-forward.
const FAST_FORWARD_BUDGET: Duration = Duration::from_millis(100);

/// Why the driver could not go on.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The adapter or a kernel.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// A setting that the system does not accept.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Which probe values are read back: those of a cycle, from this byte of their buffer on.
#[derive(Clone, Copy, Debug)]
struct ProbesOf {
    cycle: u64,
    offset: u64,
}

/// The kind of passes that belong to no stage: transitions.
const UNTIMED: u32 = u32::MAX;

/// What the plan at hand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Nothing: the next frame decides at a cycle boundary.
    Boundary,
    /// The initial state, or the way from one setting to another.
    Transition,
    /// A cycle.
    Cycle,
}

/// Runs one system.
pub struct Driver {
    gpu: Gpu,
    kernels: Arc<Kernels>,
    clock: Clock,
    simulation: Box<dyn Simulation>,
    buffers: Buffers,
    toggles: ToggleSet,
    plan: Plan,
    position: usize,
    work: Work,
    encoder: Encoder,
    kinds: Kinds,
    readback: Readback<ProbesOf>,
    arrived: Receiver<Arrived<ProbesOf>>,
    in_flight: Arc<AtomicUsize>,
    /// 0 is A, 1 is B.
    arm: u8,
    /// A shader definition that all of its kernels get.
    definition: Option<&'static str>,
    listeners: Vec<Sender<Event>>,
    /// What the passes since the last submission will take, and those of that submission, in milliseconds.
    encoded: f64,
    submitted: f64,
    lost_events: u64,
    commands: VecDeque<Command>,
    waiting: Option<switching::Waiting>,
    underway: Option<following::Underway>,
    twins: VecDeque<ToggleSet>,
    single_steps: u64,
    cycles_this_frame: u32,
    cycle_began: Instant,
    probe_values: Vec<f32>,
    patient: bool,
    /// How much of the time the clock may take; `None` times every cycle.
    thrift: Option<Thrift>,
    /// Whether the running cycle is timed, what its passes take in milliseconds and how many they are.
    timed: bool,
    cycle_passes: (f64, u32),
    /// What this frame's timestamps cost, where that is known.
    clock_cost: Duration,
    /// How long this frame waited because its plan asked for it.
    waited: Duration,
    looking: looking::Looking,
    status: Status,
}

impl Driver {
    /// Allocates the system's memory and plans its initial state; nothing waits for the device.
    ///
    /// # Errors
    /// The toggles make no sense together, or the adapter cannot hold the state.
    pub fn new(
        kernels: Arc<Kernels>,
        method: Method,
        simulation: Box<dyn Simulation>,
        toggles: ToggleSet,
    ) -> Result<(Self, Receiver<Event>), DriverError> {
        let gpu = kernels.gpu().clone();
        simulation.validate(toggles)?;
        let mut buffers = Buffers::default();
        let what_would_fit = |room| simulation.what_would_fit(toggles, room);
        buffers.allocate(&gpu, &simulation.state(toggles).buffers).map_err(|error| {
            error.advise(what_would_fit).advise_on_one(|limit| simulation.what_would_bind(toggles, limit))
        })?;
        let (readback, arrived) = Readback::new(&gpu, "probes", READBACKS);
        let mut driver = Self {
            clock: Clock::new(&gpu, method),
            encoder: Encoder::new(&gpu),
            readback,
            arrived,
            gpu,
            kernels,
            simulation,
            buffers,
            toggles,
            plan: Plan::default(),
            position: 0,
            work: Work::Boundary,
            kinds: Kinds::default(),
            in_flight: Arc::default(),
            arm: 0,
            definition: None,
            listeners: Vec::new(),
            encoded: 0.0,
            submitted: 0.0,
            lost_events: 0,
            commands: VecDeque::new(),
            waiting: None,
            underway: None,
            twins: VecDeque::new(),
            single_steps: 0,
            cycles_this_frame: 0,
            cycle_began: Instant::now(),
            probe_values: Vec::new(),
            patient: false,
            thrift: None,
            timed: true,
            cycle_passes: (0.0, 0),
            clock_cost: Duration::ZERO,
            waited: Duration::ZERO,
            looking: looking::Looking::new(),
            status: Status::default(),
        };
        let events = driver.listen();
        driver.start_over();
        Ok((driver, events))
    }

    /// Makes it an arm of a comparison, before it has run a cycle: 0 is A, 1 is B. Numbers of passes are distinct.
    pub fn become_arm(&mut self, arm: u8) {
        self.arm = arm;
        self.kinds = Kinds::starting_at(u32::from(arm) << 16);
    }

    /// Gives every kernel from now on this shader definition: with it a test breaks one on purpose.
    pub fn define(&mut self, definition: &'static str) {
        self.definition = Some(definition);
    }

    /// Lets the clock take at most this part of a cycle's time on average, where timing a pass costs so many
    /// milliseconds: then not every cycle is timed. Without it every cycle is.
    pub fn limit_timing(&mut self, share: f64, cost: f64) {
        let by_timestamps = *self.clock.method() == Method::GpuPass;
        self.thrift = by_timestamps.then(|| Thrift::new(share, cost));
    }

    /// Times every cycle up to this one, whatever it costs.
    pub fn time_through(&mut self, cycle: u64) {
        if let Some(thrift) = &mut self.thrift {
            thrift.time_through(cycle);
        }
    }

    /// One more listener: it gets every event from now on.
    pub fn listen(&mut self) -> Receiver<Event> {
        let (sender, receiver) = bounded(EVENTS);
        self.listeners.push(sender);
        receiver
    }

    /// Takes a command; it takes effect at the next cycle boundary.
    pub fn command(&mut self, command: Command) {
        self.commands.push_back(command);
    }

    /// Encodes and submits up to `budget` of device time, by the last measured times, and takes in what has come back.
    /// Never waits, except where the plan itself asks for it.
    ///
    /// # Errors
    /// A kernel that does not build, or a lost device.
    pub fn frame(&mut self, budget: Duration) -> Result<(), DriverError> {
        self.frame_to(budget, u64::MAX)
    }

    /// As [`Self::frame`], but goes no further than to the end of this cycle: between two cycles the arrays belong to
    /// one and the same, and can be painted.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub fn frame_to(&mut self, budget: Duration, cycle: u64) -> Result<(), DriverError> {
        let began = Instant::now();
        self.waited = Duration::ZERO;
        let budget = if self.status.fast_forward { budget.max(FAST_FORWARD_BUDGET) } else { budget };
        self.cycles_this_frame = 0;
        self.clock_cost = Duration::ZERO;
        self.take_in()?;
        self.prepare_a_twin();
        self.advance_until(budget, cycle)?;
        self.refresh_status();
        // What the plan itself waits for is the system's time, not ours.
        self.status.own = began.elapsed().saturating_sub(self.waited) + self.clock_cost;
        Ok(())
    }

    /// Runs until `cycle` cycles are done, in the headless loop: builds kernels on the spot and waits where it must.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub fn run_to(&mut self, cycle: u64) -> Result<(), DriverError> {
        while !self.go_towards(cycle)? {}
        Ok(())
    }

    /// One round of the headless loop; returns whether `cycle` cycles are done, or nothing more will happen. A listener
    /// that hears between the rounds loses nothing, however many passes a cycle has.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub fn go_towards(&mut self, cycle: u64) -> Result<bool, DriverError> {
        self.patient = true;
        self.take_in()?;
        self.cycles_this_frame = 0;
        let before = (self.status.cycle, self.position, self.work);
        self.advance_until(Duration::MAX, cycle)?;
        self.refresh_status();
        let nothing_asked = self.commands.is_empty() && self.waiting.is_none();
        if self.work == Work::Boundary && self.status.cycle >= cycle && nothing_asked {
            return Ok(true);
        }
        let stuck = before == (self.status.cycle, self.position, self.work);
        if stuck && self.work == Work::Boundary && self.status.paused {
            return Ok(true);
        }
        if stuck || self.in_flight.load(Ordering::Acquire) >= self.in_flight_limit() {
            self.gpu.wait()?;
        }
        Ok(false)
    }

    /// Waits until everything submitted is done and its samples and probes have been sent.
    ///
    /// # Errors
    /// A lost device.
    pub fn settle(&mut self) -> Result<(), DriverError> {
        let mut patience = readback::PATIENCE;
        loop {
            self.gpu.wait()?;
            // The device may have had others' work to do for as long as it liked; only what is left now counts.
            let waited = Instant::now();
            // What is idle before has told all that it will tell.
            let idle = self.clock.is_idle() && self.readback.is_idle() && self.in_flight.load(Ordering::Acquire) == 0;
            self.take_in()?;
            if idle {
                self.refresh_status();
                return Ok(());
            }
            std::thread::yield_now();
            patience = patience.saturating_sub(waited.elapsed());
            if patience.is_zero() {
                return Err(GpuError::Lost("a submission was never reported as done".to_owned()).into());
            }
        }
    }

    /// Where it stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The device that it runs on.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Its clock: how passes are timed, and what a tick is.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The system it runs.
    pub fn simulation(&self) -> &dyn Simulation {
        &*self.simulation
    }

    /// The toggles that the current cycle runs under.
    pub fn toggles(&self) -> ToggleSet {
        self.toggles
    }

    /// The system's memory as it stands.
    pub fn state(&self) -> State {
        self.simulation.state(self.toggles)
    }

    /// The buffers behind the state.
    pub fn buffers(&self) -> &Buffers {
        &self.buffers
    }

    /// The kernels, shared with painters.
    pub fn kernels(&self) -> &Arc<Kernels> {
        &self.kernels
    }

    /// What there is to look at, the most important first.
    pub fn pictures(&self) -> Vec<Picture> {
        self.simulation.pictures()
    }

    /// The figures that the system computes.
    pub fn probes(&self) -> Vec<Probe> {
        self.simulation.probes()
    }

    /// All kinds of passes so far.
    pub fn pass_kinds(&self) -> &[PassKind] {
        self.kinds.all()
    }

    /// Whether it stands between two cycles, so that the arrays belong to one and the same.
    pub fn is_at_boundary(&self) -> bool {
        self.work == Work::Boundary
    }

    /// Goes on from a state that was written into the arrays: `cycle` cycles are done.
    pub fn resume(&mut self, cycle: u64) {
        self.simulation.resume(cycle, self.toggles);
        self.status.cycle = cycle;
    }

    /// Plans the initial state.
    fn start_over(&mut self) {
        self.plan.clear();
        self.simulation.initialise(self.toggles, &mut self.plan);
        self.position = 0;
        self.work = Work::Transition;
        self.underway = None;
        self.status.cycle = 0;
        if let Some(thrift) = &mut self.thrift {
            thrift.start_over();
        }
        self.queue_twins();
        self.refresh_status();
    }

    fn refresh_status(&mut self) {
        let losses = self.clock.losses();
        self.status.counts = Counts {
            dropped: losses.dropped + self.lost_events + self.readback.missed(),
            zero: losses.zero,
            negative: losses.negative,
        };
        self.status.following = self.following();
        self.status.bytes = self.buffers.bytes();
        self.status.timed_every = self.thrift.as_ref().map_or(1, Thrift::every);
        self.status.toggles_on = self.toggles.names(&self.simulation.description().toggles);
    }
}
