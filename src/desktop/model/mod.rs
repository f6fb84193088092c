//! What the window knows: a plain struct, built from the driver's events, read by the panels. No device, no window.

mod contest;
mod cost;
mod cycles;
pub mod lab;
mod notices;
mod probes;
mod rate;
mod scene;
mod sweeping;
mod timing;
mod toggles;

pub use contest::{Contest, Growth};
pub use cost::OwnCost;
pub use cycles::{Bar, CycleStrip};
pub use lab::{Choice, Lab, LabAction, Tab};
pub use notices::{Notice, Notices, Severity};
pub use probes::{ProbePlot, ProbeSeries};
pub use rate::Rate;
pub use scene::{Machine, ParameterRow, SceneFacts, Standing, Timing};
pub use sweeping::{SweepAction, SweepPlan, Sweeping};
pub use timing::{Figures, TimingTable};
pub use toggles::{Measured, ToggleRow, Trade};

use super::launch::{Presenting, SceneRequest};
use crate::driver::{Command, Event, PassKind, Status};
use crate::gpu::roof::Roof;
use crate::lab::sweep::observables_note;
use crate::sim::{Cost, Picture, Work};
use crate::view::{Listed, Look, Pointed, Reading, Showing, ValueRange, Voxel};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often the figures of the tables are computed anew.
const REFRESH: Duration = Duration::from_millis(250);

/// Everything that the panels show.
#[derive(Debug)]
pub struct Model {
    /// Scenes on offer.
    pub scenes: Vec<PathBuf>,
    /// The scene that is open or being opened.
    pub request: SceneRequest,
    /// What is known of the open scene; `None` while one is being opened.
    pub scene: Option<SceneFacts>,
    /// The line of text that goes with the pictures.
    pub caption: Option<String>,
    /// What a cycle gets done.
    pub work: Option<Work>,
    /// The machine, once its device is open.
    pub machine: Machine,
    /// Where the driver stands.
    pub status: Status,
    /// The seed that the run started from.
    pub seed: u64,
    /// The toggles with their positions.
    pub toggles: Vec<ToggleRow>,
    /// The parameters with their values.
    pub parameters: Vec<ParameterRow>,
    /// What a sweep would do; `None` where no parameter can be moved.
    pub sweep_plan: Option<SweepPlan>,
    /// The sweep that runs, or the last one.
    pub sweeping: Option<Sweeping>,
    /// Kinds of passes so far.
    pub kinds: Vec<PassKind>,
    /// Stage timings of arm A and arm B.
    pub timing: [TimingTable; 2],
    /// Which arm's timings are on show.
    pub shown_arm: u8,
    /// Durations of recent cycles of the shown arm.
    pub strip: CycleStrip,
    /// Histories of the probes.
    pub plots: Vec<ProbePlot>,
    /// Faults, refusals and notes.
    pub notices: Notices,
    /// Kernels built so far and what they took.
    pub built: (usize, Duration),
    /// Bytes on the device by what they hold.
    pub memory: Vec<(&'static str, u64)>,
    /// What fieldscope itself takes per frame.
    pub own: OwnCost,
    /// Cycles and frames per second of wall time.
    pub rate: Rate,
    /// How the state is looked at.
    pub showing: Showing,
    /// The picture that controls and keys act on.
    pub selected: usize,
    /// What the colours of each picture stand for, once painted.
    pub legends: Vec<Option<ValueRange>>,
    /// Whether frames wait for the screen.
    pub presenting: Presenting,
    /// Whether the window has the focus.
    pub focused: bool,
    /// Since when a recording runs, and into which file.
    pub recording: Option<(Instant, PathBuf)>,
    /// Whether the list of shortcuts is shown.
    pub help: bool,
    /// A file that hovers over the window, and will be dropped or taken away.
    pub hovering: Option<PathBuf>,
    /// Whether the pointer over the picture is an input of the simulation.
    pub follow_pointer: bool,
    /// The channels of the last clicked voxel.
    pub voxel: Option<Voxel>,
    /// What the pointer is over.
    pub pointed: Option<Pointed>,
    /// What lies there, as far as it is known.
    pub reading: Option<Reading>,
    /// What the list that is looked at held last.
    pub listed: Option<Listed>,
    /// The lab: what it is asked for, and what it found.
    pub lab: Lab,
    /// Time of the last look at the clock; panels take the time from here.
    pub now: Instant,
    refreshed: Instant,
    encoded: u64,
}

impl Model {
    /// Knows nothing yet but what was asked for.
    pub fn new(scenes: Vec<PathBuf>, request: SceneRequest, presenting: Presenting) -> Self {
        let now = Instant::now();
        Self {
            scenes,
            request,
            scene: None,
            caption: None,
            work: None,
            machine: Machine::default(),
            status: Status::default(),
            seed: 0,
            toggles: Vec::new(),
            parameters: Vec::new(),
            sweep_plan: None,
            sweeping: None,
            kinds: Vec::new(),
            timing: Default::default(),
            shown_arm: 0,
            strip: CycleStrip::default(),
            plots: Vec::new(),
            notices: Notices::default(),
            built: Default::default(),
            memory: Vec::new(),
            own: OwnCost::default(),
            rate: Rate::default(),
            showing: Showing::default(),
            selected: 0,
            legends: Vec::new(),
            presenting,
            focused: true,
            recording: None,
            help: false,
            hovering: None,
            follow_pointer: false,
            voxel: None,
            pointed: None,
            reading: None,
            listed: None,
            lab: Lab::default(),
            now,
            refreshed: now,
            encoded: 0,
        }
    }

    /// Another scene is being opened: nothing of the old one holds any more.
    pub fn forget_scene(&mut self, request: SceneRequest) {
        let fresh = Self::new(std::mem::take(&mut self.scenes), request, self.presenting);
        let old = std::mem::replace(self, fresh);
        self.machine = old.machine;
        self.recording = old.recording;
        self.focused = old.focused;
        self.own = old.own;
    }

    /// A scene is open.
    pub fn take_scene(&mut self, facts: SceneFacts, machine: Machine) {
        self.toggles = facts.toggles.iter().cloned().map(ToggleRow::new).collect();
        self.parameters = facts.parameters.iter().cloned().map(ParameterRow::new).collect();
        self.sweep_plan = facts.parameters.first().map(SweepPlan::over);
        self.plots = probes::plots(&facts.probes);
        for table in &mut self.timing {
            *table =
                TimingTable::new(facts.stages, machine.timing, machine.roof.map(|roof| roof.copy_gigabytes_per_second));
        }
        if let Some(note) = &facts.note {
            self.notices.add(Severity::Note, note.clone());
        }
        facts.remarks.iter().for_each(|remark| self.notices.add(Severity::Warning, remark.clone()));
        self.strip = CycleStrip::default();
        self.encoded = 0;
        self.seed = facts.seed;
        self.machine = machine;
        self.scene = Some(facts);
    }

    /// The machine's limits were measured again.
    pub fn take_roof(&mut self, roof: Roof) {
        self.machine.roof = Some(roof);
        for table in &mut self.timing {
            table.set_roof(roof.copy_gigabytes_per_second);
        }
    }

    /// Takes in where the driver stands, and the parameters' values.
    pub fn take_status(&mut self, status: Status, parameters: &[Option<f64>]) {
        self.take_toggles(&status.toggles_on);
        for (row, value) in self.parameters.iter_mut().zip(parameters) {
            row.value = *value;
        }
        let resting = status.paused;
        for table in &mut self.timing {
            table.newest_is_whole(resting);
        }
        self.rate.cycles(status.cycle, self.now);
        self.status = status;
    }

    /// Takes in what the system says of itself as it stands.
    pub fn take_standing(&mut self, standing: Standing) {
        let Standing { pictures, caption, work, observables } = standing;
        if let Some(scene) = &mut self.scene {
            scene.pictures = pictures;
            scene.observables = observables;
        }
        (self.caption, self.work) = (caption, work);
    }

    /// Takes in what a cycle must do at least with each toggle off and on.
    pub fn take_costs(&mut self, costs: &[Option<[Cost; 2]>]) {
        for (row, cost) in self.toggles.iter_mut().zip(costs) {
            row.cost = *cost;
        }
    }

    fn take_toggles(&mut self, on: &[&'static str]) {
        for row in &mut self.toggles {
            row.on = on.contains(&row.toggle.name);
        }
    }

    /// The first cycle of which nothing has been heard: events come ahead of the status, which may lag behind.
    pub fn next_cycle(&self) -> u64 {
        self.encoded + 1
    }

    /// Notes what was asked of the driver, so that the panels show it before it takes effect.
    pub fn asked(&mut self, command: &Command) {
        match command {
            Command::SetToggle { name, on } => {
                if let Some(row) = self.toggles.iter_mut().find(|row| row.toggle.name == name) {
                    row.wanted = Some(*on);
                }
            }
            Command::SetParameter { name, value } => {
                if let Some(row) = self.parameters.iter_mut().find(|row| row.parameter.name == name) {
                    row.wanted = Some(*value);
                }
            }
            _ => {}
        }
    }

    /// Takes what is asked of a sweep.
    pub fn ask_sweep(&mut self, action: SweepAction) {
        match action {
            SweepAction::Plan(plan) => self.sweep_plan = Some(plan),
            SweepAction::Start => {
                let probes = self.scene.as_ref().map_or(0, |scene| scene.probes.len());
                self.sweeping = self.sweep_plan.clone().map(|plan| Sweeping::new(plan, probes));
            }
            SweepAction::Stop => {
                if let Some(sweep) = &mut self.sweeping {
                    sweep.stop();
                }
            }
        }
    }

    /// What the sweep asks of the driver now; and, where a value was measured, what a recording has to say of it.
    pub fn sweep_on(&mut self) -> Option<(Option<Command>, Option<String>)> {
        let (sweep, scene) = (self.sweeping.as_mut()?, self.scene.as_ref()?);
        let row = self.parameters.iter().find(|row| row.parameter.name == sweep.plan.parameter);
        let before = sweep.points.len();
        let command = sweep.next(row.and_then(|row| row.value), &scene.observables, &scene.probes);
        let note = (sweep.points.len() > before).then(|| observables_note(&scene.observables));
        (command.is_some() || note.is_some()).then_some((command, note))
    }

    /// Takes in what the driver tells.
    pub fn observe(&mut self, event: &Event) {
        if let Some(sweep) = &mut self.sweeping {
            sweep.observe(event);
        }
        match event {
            Event::PassKind(kind) => {
                self.kinds.push(kind.clone());
                self.timing.iter_mut().for_each(|table| table.kind(kind));
            }
            Event::Sample(sample) => {
                // A sample of a cycle that was never encoded since the last reset belongs to the run before it.
                if sample.cycle > self.encoded + 1 {
                    return;
                }
                let Some(table) = self.timing.get_mut(usize::from(sample.arm)) else { return };
                let Some(milliseconds) = table.sample(sample) else { return };
                if sample.arm == self.shown_arm {
                    self.strip.device(sample.cycle, milliseconds);
                }
            }
            Event::Cycle { arm, cycle, host } => {
                self.encoded = *cycle;
                if *arm == self.shown_arm {
                    self.strip.host(*cycle, *host);
                }
            }
            Event::Probes { arm: 0, cycle, values } => {
                self.plots.iter_mut().for_each(|plot| plot.take(*cycle, values));
            }
            Event::Probes { .. } => {}
            Event::Applied { cycle, command } => self.applied(*cycle, command),
            Event::Setting { toggles_on, memory, .. } => {
                // The status that says so too comes a little later: a recording that begins in between must not miss it.
                self.take_toggles(toggles_on);
                self.status.toggles_on.clone_from(toggles_on);
                self.memory.clone_from(memory);
            }
            Event::Refused { command, reason } => {
                self.forget_wish(command);
                self.notices.add(Severity::Warning, format!("refused: {reason}"));
            }
            Event::Built { duration, .. } => {
                self.built.0 += 1;
                self.built.1 += *duration;
            }
            Event::Fault(reason) => self.notices.add(Severity::Error, reason.clone()),
        }
    }

    /// Looks at the clock and computes the tables anew where it is time.
    pub fn tick(&mut self, now: Instant) {
        self.now = now;
        if now.saturating_duration_since(self.refreshed) >= REFRESH {
            self.refreshed = now;
            self.refresh();
        }
    }

    /// Computes the tables anew.
    pub fn refresh(&mut self) {
        self.timing.iter_mut().for_each(TimingTable::refresh);
    }

    /// The timing table on show.
    pub fn shown_timing(&self) -> &TimingTable {
        &self.timing[usize::from(self.shown_arm).min(1)]
    }

    /// The timing table on show, to change its selection or pin.
    pub fn shown_timing_mut(&mut self) -> &mut TimingTable {
        &mut self.timing[usize::from(self.shown_arm).min(1)]
    }

    /// Shows the timings of another arm.
    pub fn show_arm(&mut self, arm: u8) {
        if self.shown_arm != arm.min(1) {
            self.shown_arm = arm.min(1);
            self.strip = CycleStrip::default();
        }
    }

    fn applied(&mut self, cycle: u64, command: &Command) {
        self.forget_wish(command);
        if let (Command::SetPreset(name), Some(scene)) = (command, &mut self.scene) {
            scene.preset.clone_from(name);
        }
        match command {
            // Figures of two settings must not be mixed in one median.
            Command::SetToggle { .. } | Command::SetPreset(_) => {
                self.timing.iter_mut().for_each(|table| table.restart(cycle));
            }
            Command::Reset { seed } => {
                self.seed = *seed;
                self.timing.iter_mut().for_each(|table| table.restart(u64::MAX));
                self.plots.iter_mut().for_each(ProbePlot::clear);
                self.strip = CycleStrip::default();
                self.encoded = 0;
            }
            _ => {}
        }
    }

    /// The picture that controls and keys act on: the one that stands alone, or the selected one.
    pub fn selected(&self) -> usize {
        self.showing.focus.unwrap_or(self.selected)
    }

    /// That picture.
    pub fn picture(&self) -> Option<&Picture> {
        self.scene.as_ref()?.pictures.get(self.selected())
    }

    /// The look of the selected picture.
    pub fn look(&self) -> Look {
        self.showing.look(self.selected())
    }

    /// What the colours of a picture stand for, once it was painted.
    pub fn legend(&self, picture: usize) -> Option<ValueRange> {
        self.legends.get(picture).copied().flatten()
    }

    fn forget_wish(&mut self, command: &Command) {
        match command {
            Command::SetToggle { name, .. } => {
                self.toggles.iter_mut().filter(|row| row.toggle.name == name).for_each(|row| row.wanted = None);
            }
            Command::SetParameter { name, value } => {
                let settled = |row: &&mut ParameterRow| row.parameter.name == name && row.wanted == Some(*value);
                self.parameters.iter_mut().filter(settled).for_each(|row| row.wanted = None);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
