//! From a plan's steps to commands: what a frame holds, and what waits.

use super::encoder::Submission;
use super::telling::{tell, value_at};
use super::{Driver, DriverError, EVENTS, Event, IN_FLIGHT, LONG_SUBMISSION, ProbesOf, Sample, UNTIMED, Work};
use crate::gpu::clock::{Mark, Method};
use crate::gpu::readback::read_and_wait;
use crate::sim::{Read, Step};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How encoding a step went.
enum Progress {
    /// On to the next.
    Went,
    /// The submission holds as much as it can.
    Full,
    /// The budget is spent, a kernel is still being built, or something was written from the host.
    Stopped,
}

impl Driver {
    /// Encodes steps until the budget is spent, the target cycle is reached, or something has to be waited for.
    pub(super) fn advance_until(&mut self, budget: Duration, target: u64) -> Result<(), DriverError> {
        let mut left = budget.as_secs_f64() * 1e3;
        let mut submission = None;
        while self.in_flight.load(Ordering::Acquire) < self.in_flight_limit() {
            if self.work == Work::Boundary && !self.begin_next(target)? {
                break;
            }
            match self.encode_step(&mut submission, &mut left, budget)? {
                Progress::Went => {}
                Progress::Full => {
                    self.submit(&mut submission)?;
                    // Listeners hear between two rounds.
                    if self.listeners.iter().any(|listener| listener.len() > EVENTS / 2) {
                        break;
                    }
                }
                Progress::Stopped => break,
            }
        }
        self.submit(&mut submission)
    }

    pub(super) fn in_flight_limit(&self) -> usize {
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
        self.follow_course();
        self.simulation.plan(self.status.cycle + 1, self.toggles, &mut self.plan);
        self.position = 0;
        self.cycle_began = Instant::now();
        self.probe_values = vec![f32::NAN; self.simulation.probes().len()];
        self.timed = self.thrift.as_ref().is_none_or(|thrift| thrift.times(self.status.cycle + 1));
        self.cycle_passes = (0.0, 0);
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
            Step::Pass(_) | Step::Together(_) => return self.encode_pass(submission, left, budget),
            Step::Submit => {
                self.position += 1;
                return Ok(Progress::Full);
            }
            Step::Clear(id) => {
                let buffer = self.buffers.require(*id)?.clone();
                self.open(submission).encoder.clear_buffer(&buffer, 0, None);
            }
            Step::Write(write) => {
                let (buffer, write) = (self.buffers.require(write.buffer)?.clone(), write.clone());
                self.submit(submission)?;
                self.gpu.queue.write_buffer(&buffer, write.offset, &write.bytes.get());
                self.gpu.sample_memory();
                // At once: what is written meanwhile is kept on the host until something is submitted.
                self.gpu.queue.submit([]);
                self.position += 1;
                // At most one large write a frame, or a window that changes its setting stands still meanwhile.
                return Ok(Progress::Stopped);
            }
            Step::Read(read) => {
                let read = *read;
                if read.wait {
                    self.submit(submission)?;
                    self.read_now(read)?;
                } else {
                    if !self.readback.has_room() {
                        return Ok(Progress::Stopped);
                    }
                    let buffer = self.buffers.require(read.buffer)?.clone();
                    let cycle = self.status.cycle + 1;
                    self.open(submission);
                    if let Some(submission) = submission {
                        let tag = ProbesOf { cycle, offset: read.offset };
                        self.readback.request(&mut submission.encoder, &buffer, read.offset, read.bytes, tag);
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
        let passes = match self.plan.steps.get(self.position) {
            Some(Step::Pass(pass)) => std::slice::from_ref(pass),
            Some(Step::Together(passes)) => passes,
            _ => return Ok(Progress::Went),
        };
        let mut kernels = Vec::with_capacity(passes.len());
        for pass in passes {
            let defined = self.definition.map(|definition| pass.variant.clone().with(definition, 1));
            let variant = defined.as_ref().unwrap_or(&pass.variant);
            let kernel = if self.patient { Some(self.kernels.build(variant)?) } else { self.kernels.get(variant)? };
            let Some(kernel) = kernel else { return Ok(Progress::Stopped) };
            kernels.push(kernel);
        }
        let (kind, is_new) = match self.work {
            Work::Cycle => self.kinds.of_passes(passes, self.simulation.description().stages),
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
        self.encoded += estimate;
        let mark = Mark { arm: self.arm, cycle: self.status.cycle + 1, pass: kind };
        let mark = (self.timed || self.work != Work::Cycle).then_some(mark);
        let open = submission.get_or_insert_with(|| self.encoder.open(&mut self.clock));
        self.encoder.encode(&mut self.clock, &self.buffers, open, &kernels, passes, mark)?;
        let full = !open.has_room(&self.clock);
        self.count_pass(kind);
        self.position += 1;
        Ok(if full { Progress::Full } else { Progress::Went })
    }

    /// Keeps account of what timing costs: so much for this pass, if it is timed.
    fn count_pass(&mut self, kind: u32) {
        let Some(thrift) = &mut self.thrift else { return };
        let estimate = self.kinds.estimate(kind);
        if estimate.is_none() && self.work == Work::Cycle {
            thrift.settle_from(self.status.cycle + 1);
        }
        self.cycle_passes.0 += estimate.unwrap_or(0.0);
        self.cycle_passes.1 += 1;
        if self.timed {
            self.clock_cost += Duration::from_secs_f64(thrift.cost() * 1e-3);
        }
    }

    fn open<'a>(&mut self, submission: &'a mut Option<Submission>) -> &'a mut Submission {
        submission.get_or_insert_with(|| self.encoder.open(&mut self.clock))
    }

    /// Submits what there is, and takes in what has come back: a cycle may have more passes than the clock has places, and
    /// a place is free again only once its times were taken.
    fn submit(&mut self, submission: &mut Option<Submission>) -> Result<(), DriverError> {
        let Some(submission) = submission.take() else { return Ok(()) };
        self.submitted = std::mem::take(&mut self.encoded);
        self.encoder.submit(&mut self.clock, submission);
        self.readback.after_submit();
        let in_flight = self.in_flight.clone();
        in_flight.fetch_add(1, Ordering::AcqRel);
        self.gpu.queue.on_submitted_work_done(move || {
            in_flight.fetch_sub(1, Ordering::AcqRel);
        });
        self.take_in()
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
                if let Some(thrift) = &mut self.thrift {
                    let (milliseconds, passes) = self.cycle_passes;
                    thrift.learn(milliseconds, passes);
                }
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
