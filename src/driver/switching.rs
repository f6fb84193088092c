//! Commands at cycle boundaries: switching toggles once their kernels are built, and building ahead.

use super::{Command, Driver, DriverError, Event, Work};
use crate::gpu::Variant;
use crate::sim::toggles::index_of;
use crate::sim::{Plan, Refusal, State, ToggleSet, variants};
use std::collections::BTreeMap;

/// A switch whose kernels are being built.
#[derive(Debug)]
pub struct Waiting {
    /// Where it leads.
    to: ToggleSet,
    /// Commands that it carries out.
    commands: Vec<Command>,
    /// Kernels that it needs.
    variants: Vec<Variant>,
    /// Whether no cycle may run until then: the rules have already changed.
    pub hold: bool,
}

impl Driver {
    /// Carries out what was asked for, as far as it can be at once.
    pub(super) fn take_commands(&mut self) -> Result<(), DriverError> {
        while let Some(command) = self.commands.pop_front() {
            if let Err(refusal) = self.take_command(&command) {
                self.tell(&Event::Refused { command, reason: refusal.0 });
            }
            if self.work != Work::Boundary {
                return Ok(());
            }
        }
        self.switch_if_ready()
    }

    fn take_command(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::SetToggle { name, on } => {
                let index = index_of(&self.simulation.description().toggles, name)?;
                return self.want(self.wanted().with(index, *on), Some(command.clone()), false);
            }
            Command::SetPreset(name) => {
                let toggles = self.simulation.take_preset(name)?;
                return self.want(toggles, Some(command.clone()), true);
            }
            Command::SetParameter { name, value } => {
                self.simulation.set_parameter(name, *value)?;
                self.leave_course_of(name);
            }
            Command::Follow(name) => self.begin_course(name)?,
            Command::Pause => {
                self.status.paused = true;
                self.single_steps = 0;
            }
            Command::Resume => self.status.paused = false,
            Command::Step => {
                self.status.paused = true;
                self.single_steps += 1;
            }
            Command::SetCyclesPerFrame(count) => {
                self.status.cycles_per_frame = count.map(|count| count.max(1));
            }
            Command::FastForward(on) => self.status.fast_forward = *on,
            Command::Reset { seed } => {
                let first = self.status.cycle + 1;
                self.simulation.reseed(*seed);
                self.start_over();
                self.tell(&Event::Applied { cycle: first, command: command.clone() });
                return Ok(());
            }
            Command::Point { picture, at } => self.simulation.point(picture, *at),
        }
        self.tell(&Event::Applied { cycle: self.status.cycle + 1, command: command.clone() });
        Ok(())
    }

    /// The toggles as they will be once everything asked for has happened.
    pub(super) fn wanted(&self) -> ToggleSet {
        self.waiting.as_ref().map_or(self.toggles, |waiting| waiting.to)
    }

    /// Asks for a setting of the toggles; with `hold`, no cycle runs until it is there.
    pub(super) fn want(&mut self, to: ToggleSet, command: Option<Command>, hold: bool) -> Result<(), Refusal> {
        self.simulation.validate(to)?;
        let mut needed = variants(&*self.simulation, to);
        let mut plan = Plan::default();
        self.simulation.switch(self.toggles, to, &mut plan);
        needed.extend(plan.passes().map(|pass| pass.variant.clone()));
        let before = self.waiting.take();
        let hold = hold || before.as_ref().is_some_and(|waiting| waiting.hold);
        let mut commands = before.map(|waiting| waiting.commands).unwrap_or_default();
        commands.extend(command);
        self.waiting = Some(Waiting { to, commands, variants: needed, hold });
        Ok(())
    }

    /// Switches once every kernel of the setting is there, so that no measured cycle waits for a compiler.
    fn switch_if_ready(&mut self) -> Result<(), DriverError> {
        let Some(waiting) = &self.waiting else { return Ok(()) };
        let mut missing = 0;
        let mut failed = None;
        for variant in &waiting.variants {
            let ready = if self.patient { self.kernels.build(variant).map(Some) } else { self.kernels.get(variant) };
            match ready {
                Ok(Some(_)) => {}
                Ok(None) => missing += 1,
                Err(error) => failed = Some(error.to_string()),
            }
        }
        self.status.building = missing;
        if let Some(reason) = failed {
            self.refuse_waiting(&reason);
        } else if missing == 0 {
            self.begin_switch();
        }
        Ok(())
    }

    fn begin_switch(&mut self) {
        let Some(to) = self.waiting.as_ref().map(|waiting| waiting.to) else { return };
        let requests = self.simulation.state(to).buffers;
        if let Err(error) = self.buffers.allocate(&self.gpu, &requests) {
            self.refuse_waiting(&error.to_string());
            self.buffers.retain(&self.simulation.state(self.toggles).buffers);
            return;
        }
        self.encoder.forget();
        self.plan.clear();
        self.simulation.switch(self.toggles, to, &mut self.plan);
        self.toggles = to;
        self.position = 0;
        self.work = Work::Transition;
    }

    fn refuse_waiting(&mut self, reason: &str) {
        for command in self.waiting.take().map(|waiting| waiting.commands).unwrap_or_default() {
            self.tell(&Event::Refused { command, reason: reason.to_owned() });
        }
        self.status.building = 0;
    }

    /// After the last step of a transition: what is no longer needed is freed, what was asked for has happened.
    pub(super) fn finish_transition(&mut self) {
        let requests = self.simulation.state(self.toggles).buffers;
        self.buffers.retain(&requests);
        self.encoder.forget();
        for command in self.waiting.take().map(|waiting| waiting.commands).unwrap_or_default() {
            self.tell(&Event::Applied { cycle: self.status.cycle + 1, command });
        }
        self.tell_setting();
        self.queue_twins();
    }

    /// Tells which toggles are on and what the memory holds.
    fn tell_setting(&mut self) {
        let toggles_on = self.toggles.names(&self.simulation.description().toggles);
        let memory = memory_by_name(&self.simulation.state(self.toggles));
        self.tell(&Event::Setting { cycle: self.status.cycle + 1, toggles_on, memory });
    }

    /// Notes every setting that one click leads to.
    pub(super) fn queue_twins(&mut self) {
        let toggles = self.toggles;
        let count = self.simulation.description().toggles.len();
        let neighbours = (0..count).map(|index| toggles.with(index, !toggles.is_on(index)));
        self.twins = neighbours.filter(|set| self.simulation.validate(*set).is_ok()).collect();
    }

    /// Has the kernels of one such setting built in the background; one a frame, so that no frame is long.
    pub(super) fn prepare_a_twin(&mut self) {
        if self.status.cycle == 0 {
            // The running setting comes first.
            return;
        }
        let Some(toggles) = self.twins.pop_front() else { return };
        for variant in variants(&*self.simulation, toggles) {
            self.kernels.prepare(&variant);
        }
    }
}

/// Bytes of all buffers of the same name.
pub fn memory_by_name(state: &State) -> Vec<(&'static str, u64)> {
    let mut bytes = BTreeMap::<&'static str, u64>::new();
    for request in &state.buffers {
        *bytes.entry(request.id.name).or_default() += request.bytes;
    }
    bytes.into_iter().collect()
}
