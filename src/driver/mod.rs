//! Runs a system cycle by cycle, in the window and headless alike.
//!
//! A cycle is a plan; the driver encodes its steps until the frame's budget is spent and goes on in the next frame, so a
//! slow cycle spans frames and the window stays alive, and many fast cycles fit one frame.
//! Three clocks are kept apart: the cycle number (simulated time), rendered frames (the window's) and wall time.

pub mod arrays;
mod encoder;
mod kinds;
mod message;
mod reader;
mod standing;
mod switching;

pub use message::{Command, Counts, Event, PassKind, Sample, Status};
pub use reader::read_and_wait;
pub use switching::memory_by_name;

use crate::gpu::clock::{Clock, Mark, Method};
use crate::gpu::{Buffers, Gpu, GpuError, Kernels};
use crate::sim::{Picture, Plan, Probe, Read, Refusal, Simulation, State, Step, ToggleSet};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use encoder::{Encoder, Submission};
use kinds::Kinds;
use reader::Reader;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Events that may wait for their listener; more are counted as dropped.
const EVENTS: usize = 1 << 16;
/// Submissions that may be under way at once: one runs while the next is encoded. Under host time there is one, so that
/// its time is its own.
const IN_FLIGHT: usize = 2;
/// On a software adapter a submission that takes longer than this, in milliseconds, runs alone: the next one would wait
/// for it while it is being submitted, and the window with it.
const LONG_SUBMISSION: f64 = 16.0;
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
    reader: Reader,
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
    twins: VecDeque<ToggleSet>,
    single_steps: u64,
    cycles_this_frame: u32,
    cycle_began: Instant,
    probe_values: Vec<f32>,
    patient: bool,
    /// How long this frame waited because its plan asked for it.
    waited: Duration,
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
        buffers.allocate(&gpu, &simulation.state(toggles).buffers).map_err(|error| error.advise(what_would_fit))?;
        let mut driver = Self {
            clock: Clock::new(&gpu, method),
            encoder: Encoder::new(&gpu),
            reader: Reader::new(&gpu),
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
            twins: VecDeque::new(),
            single_steps: 0,
            cycles_this_frame: 0,
            cycle_began: Instant::now(),
            probe_values: Vec::new(),
            patient: false,
            waited: Duration::ZERO,
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
        self.take_in()?;
        self.prepare_a_twin();
        self.advance_until(budget, cycle)?;
        self.refresh_status();
        // What the plan itself waits for is the system's time, not ours.
        self.status.own = began.elapsed().saturating_sub(self.waited);
        Ok(())
    }

    /// Runs until `cycle` cycles are done, in the headless loop: builds kernels on the spot and waits where it must.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub fn run_to(&mut self, cycle: u64) -> Result<(), DriverError> {
        self.patient = true;
        loop {
            self.take_in()?;
            self.cycles_this_frame = 0;
            let before = (self.status.cycle, self.position, self.work);
            self.advance_until(Duration::MAX, cycle)?;
            self.refresh_status();
            let nothing_asked = self.commands.is_empty() && self.waiting.is_none();
            if self.work == Work::Boundary && self.status.cycle >= cycle && nothing_asked {
                return Ok(());
            }
            let stuck = before == (self.status.cycle, self.position, self.work);
            if stuck && self.work == Work::Boundary && self.status.paused {
                return Ok(());
            }
            if stuck || self.in_flight.load(Ordering::Acquire) >= self.in_flight_limit() {
                self.gpu.wait()?;
            }
        }
    }

    /// Waits until everything submitted is done and its samples and probes have been sent.
    ///
    /// # Errors
    /// A lost device.
    pub fn settle(&mut self) -> Result<(), DriverError> {
        let began = Instant::now();
        loop {
            self.gpu.wait()?;
            self.take_in()?;
            let idle = self.clock.is_idle() && self.reader.is_idle() && self.in_flight.load(Ordering::Acquire) == 0;
            if idle {
                self.refresh_status();
                return Ok(());
            }
            if began.elapsed() > reader::PATIENCE {
                return Err(GpuError::Lost("a submission was never reported as done".to_owned()).into());
            }
            std::thread::yield_now();
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

    /// What there is to draw.
    pub fn picture(&self) -> Picture {
        self.simulation.picture()
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
        self.status.cycle = 0;
        self.queue_twins();
        self.refresh_status();
    }

    /// Takes in samples, probe values and built kernels.
    fn take_in(&mut self) -> Result<(), DriverError> {
        self.gpu.device.poll(wgpu::PollType::Poll).map_err(|error| GpuError::Lost(error.to_string()))?;
        let mut events = Vec::new();
        let period = self.clock.nanoseconds_per_tick();
        let kinds = &mut self.kinds;
        self.clock.collect(|timed| {
            if timed.mark.pass == UNTIMED {
                return;
            }
            kinds.learn(timed.mark.pass, timed.ticks as f64 * period * 1e-6);
            let Mark { arm, cycle, pass } = timed.mark;
            events.push(Event::Sample(Sample { arm, cycle, pass, ticks: timed.ticks, begin: timed.begin }));
        });
        let probes = self.simulation.probes();
        self.reader.collect(|arrived| {
            let value = |probe: &Probe| value_at(&arrived.bytes, arrived.offset, probe.offset);
            let values = probes.iter().map(value).collect();
            events.push(Event::Probes { arm: arrived.arm, cycle: arrived.cycle, values });
        });
        events.extend(
            self.kernels
                .drain_built()
                .map(|kernel| Event::Built { variant: kernel.variant.clone(), duration: kernel.duration }),
        );
        for event in events {
            self.tell(&event);
        }
        Ok(())
    }

    fn tell(&mut self, event: &Event) {
        tell(&mut self.listeners, &mut self.lost_events, event);
    }

    fn refresh_status(&mut self) {
        let losses = self.clock.losses();
        self.status.counts = Counts {
            dropped: losses.dropped + self.lost_events + self.reader.dropped,
            zero: losses.zero,
            negative: losses.negative,
        };
        self.status.bytes = self.buffers.bytes();
        self.status.toggles_on = self.toggles.names(&self.simulation.description().toggles);
    }

    /// Encodes steps until the budget is spent, the target cycle is reached, or something has to be waited for.
    fn advance_until(&mut self, budget: Duration, target: u64) -> Result<(), DriverError> {
        let mut left = budget.as_secs_f64() * 1e3;
        let mut submission = None;
        while self.in_flight.load(Ordering::Acquire) < self.in_flight_limit() {
            if self.work == Work::Boundary && !self.begin_next(target)? {
                break;
            }
            match self.encode_step(&mut submission, &mut left, budget)? {
                Progress::Went => {}
                Progress::Full => self.submit(&mut submission),
                Progress::Stopped => break,
            }
        }
        self.submit(&mut submission);
        Ok(())
    }

    fn in_flight_limit(&self) -> usize {
        match self.clock.method() {
            Method::GpuPass if self.gpu.is_software() && self.submitted > LONG_SUBMISSION => 1,
            Method::GpuPass => IN_FLIGHT,
            Method::HostOnly { .. } => 1,
        }
    }

    /// Decides at a cycle boundary what comes next: commands, a transition, a cycle, or nothing.
    fn begin_next(&mut self, target: u64) -> Result<bool, DriverError> {
        self.take_commands()?;
        if self.work != Work::Boundary {
            return Ok(true);
        }
        let limited = self.status.cycles_per_frame.is_some_and(|limit| self.cycles_this_frame >= limit);
        let held = self.waiting.as_ref().is_some_and(|waiting| waiting.hold);
        if held || limited || self.status.cycle >= target || (self.status.paused && self.single_steps == 0) {
            return Ok(false);
        }
        self.single_steps = self.single_steps.saturating_sub(1);
        self.simulation.plan(self.status.cycle + 1, self.toggles, &mut self.plan);
        self.position = 0;
        self.cycle_began = Instant::now();
        self.probe_values = vec![f32::NAN; self.simulation.probes().len()];
        self.work = Work::Cycle;
        Ok(true)
    }

    /// Encodes the plan's next step.
    fn encode_step(
        &mut self,
        submission: &mut Option<Submission>,
        left: &mut f64,
        budget: Duration,
    ) -> Result<Progress, DriverError> {
        let Some(step) = self.plan.steps.get(self.position) else {
            self.finish_work();
            return Ok(Progress::Went);
        };
        match step {
            Step::Pass(_) => return self.encode_pass(submission, left, budget),
            Step::Clear(id) => {
                let buffer = self.buffers.require(*id)?.clone();
                self.open(submission).encoder.clear_buffer(&buffer, 0, None);
            }
            Step::Read(read) => {
                let read = *read;
                if read.wait {
                    self.submit(submission);
                    self.read_now(read)?;
                } else {
                    if !self.reader.has_room() {
                        return Ok(Progress::Stopped);
                    }
                    let buffer = self.buffers.require(read.buffer)?.clone();
                    let cycle = self.status.cycle + 1;
                    self.open(submission);
                    if let Some(submission) = submission {
                        let part = (read.offset, read.bytes);
                        self.reader.request(&mut submission.encoder, &buffer, part, (self.arm, cycle));
                    }
                }
            }
        }
        self.position += 1;
        Ok(Progress::Went)
    }

    fn encode_pass(
        &mut self,
        submission: &mut Option<Submission>,
        left: &mut f64,
        budget: Duration,
    ) -> Result<Progress, DriverError> {
        let Some(Step::Pass(pass)) = self.plan.steps.get(self.position) else { return Ok(Progress::Went) };
        let defined = self.definition.map(|definition| pass.variant.clone().with(definition, 1));
        let variant = defined.as_ref().unwrap_or(&pass.variant);
        let kernel = if self.patient { Some(self.kernels.build(variant)?) } else { self.kernels.get(variant)? };
        let Some(kernel) = kernel else { return Ok(Progress::Stopped) };
        let (kind, is_new) = match self.work {
            Work::Cycle => self.kinds.of_pass(pass, self.simulation.description().stages),
            Work::Transition | Work::Boundary => (UNTIMED, false),
        };
        // At once: a pass that has to wait for the next frame is known by then, and nobody would ever hear of it.
        if is_new && let Some(kind) = self.kinds.get(kind).cloned() {
            tell(&mut self.listeners, &mut self.lost_events, &Event::PassKind(kind));
        }
        // A pass that was never timed gets a frame of its own.
        let unlimited = budget == Duration::MAX;
        let estimate = if unlimited { 0.0 } else { self.kinds.estimate(kind).unwrap_or(budget.as_secs_f64() * 1e3) };
        let is_first = submission.as_ref().is_none_or(|submission| submission.passes == 0);
        if !unlimited && !is_first && estimate > *left {
            return Ok(Progress::Stopped);
        }
        *left -= estimate;
        let mark = Mark { arm: self.arm, cycle: self.status.cycle + 1, pass: kind };
        self.encoded += estimate;
        let open = submission.get_or_insert_with(|| self.encoder.open(&mut self.clock));
        self.encoder.encode(&mut self.clock, &self.buffers, open, &kernel, pass, mark)?;
        let full = !open.has_room(&self.clock);
        self.position += 1;
        Ok(if full { Progress::Full } else { Progress::Went })
    }

    fn open<'a>(&mut self, submission: &'a mut Option<Submission>) -> &'a mut Submission {
        submission.get_or_insert_with(|| self.encoder.open(&mut self.clock))
    }

    fn submit(&mut self, submission: &mut Option<Submission>) {
        let Some(submission) = submission.take() else { return };
        self.submitted = std::mem::take(&mut self.encoded);
        self.encoder.submit(&mut self.clock, submission);
        self.reader.submitted();
        let in_flight = self.in_flight.clone();
        in_flight.fetch_add(1, Ordering::AcqRel);
        self.gpu.queue.on_submitted_work_done(move || {
            in_flight.fetch_sub(1, Ordering::AcqRel);
        });
    }

    /// The seed's blocking read: submits, waits, and is timed by the host.
    fn read_now(&mut self, read: Read) -> Result<(), DriverError> {
        let buffer = self.buffers.require(read.buffer)?.clone();
        let began = Instant::now();
        let bytes = read_and_wait(&self.gpu, &buffer, read.offset, read.bytes)?;
        let waited = began.elapsed();
        self.waited += waited;
        let ticks = u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX);
        for (probe, slot) in self.simulation.probes().iter().zip(&mut self.probe_values) {
            let value = value_at(&bytes, read.offset, probe.offset);
            if !value.is_nan() {
                *slot = value;
            }
        }
        let (kind, is_new) = self.kinds.of_wait(read.stages, self.simulation.description().stages);
        if is_new && let Some(kind) = self.kinds.get(kind).cloned() {
            self.tell(&Event::PassKind(kind));
        }
        self.tell(&Event::Sample(Sample { arm: self.arm, cycle: self.status.cycle + 1, pass: kind, ticks, begin: 0 }));
        Ok(())
    }

    /// After the plan's last step.
    fn finish_work(&mut self) {
        match self.work {
            Work::Cycle => {
                self.simulation.advance(self.toggles, &self.plan);
                self.status.cycle += 1;
                self.cycles_this_frame += 1;
                let (arm, cycle) = (self.arm, self.status.cycle);
                self.tell(&Event::Cycle { arm, cycle, host: self.cycle_began.elapsed() });
                if self.probe_values.iter().any(|value| !value.is_nan()) {
                    let values = std::mem::take(&mut self.probe_values);
                    self.tell(&Event::Probes { arm, cycle, values });
                }
            }
            Work::Transition => self.finish_transition(),
            Work::Boundary => {}
        }
        self.work = Work::Boundary;
    }
}

/// Listeners that are gone get nothing more; events that a slow one has no room for are counted.
fn tell(listeners: &mut Vec<Sender<Event>>, lost: &mut u64, event: &Event) {
    listeners.retain(|listener| match listener.try_send(event.clone()) {
        Ok(()) => true,
        Err(TrySendError::Full(_)) => {
            *lost += 1;
            true
        }
        Err(TrySendError::Disconnected(_)) => false,
    });
}

/// The kind of passes that belong to no stage: transitions.
const UNTIMED: u32 = u32::MAX;

/// How encoding a step went.
enum Progress {
    /// On to the next.
    Went,
    /// The submission holds as much as it can.
    Full,
    /// The budget is spent, or a kernel is still being built.
    Stopped,
}

/// The f32 at `wanted` of a buffer of which `bytes` were read from `offset`; NaN where it was not read.
fn value_at(bytes: &[u8], offset: u64, wanted: u64) -> f32 {
    wanted
        .checked_sub(offset)
        .and_then(|at| usize::try_from(at).ok())
        .and_then(|at| bytes.get(at..at + 4))
        .and_then(|four| four.try_into().ok())
        .map_or(f32::NAN, f32::from_le_bytes)
}
