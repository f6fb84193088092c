//! From the driver's events to a session file: the same in the window and headless.

mod pairs;

pub use pairs::Positions;

use crate::driver::{Command, Counts, Driver, Event, PassKind, Sample, memory_by_name};
use crate::gpu::clock::Method;
use crate::gpu::roof::{Roof, SelfCheck};
use crate::gpu::{Gpu, Variant};
use crate::session::{
    self, Block, Clock, Closing, CommandRecord, CycleTime, Finished, FocusChange, Header, KernelBuild, MemoryUse,
    PassRecord, Probe, Program, Record, Recorder, SessionError, StageRecord, TimingMethod,
};
use crate::sim::Simulation;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

/// Cycles after a start or a switch that are no measurement: kernels run for the first time, caches are cold.
const WARM_UP_CYCLES: u64 = 1;

/// What a recording's header says of the run, apart from its moment.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The machine.
    pub machine: session::Machine,
    /// How passes are timed.
    pub timing: session::Timing,
    /// What is run.
    pub scene: session::Scene,
    /// Names of all toggles.
    pub toggle_names: Vec<&'static str>,
    /// Names of the probes, in the order of their values.
    pub probe_names: Vec<String>,
    /// The machine's limits, once measured.
    pub roof: Option<Roof>,
}

impl Facts {
    /// What is known of a driver and the scene that it runs.
    pub fn new(driver: &Driver, check: Option<SelfCheck>, scene: session::Scene) -> Self {
        let description = driver.simulation().description();
        Self {
            machine: machine(driver.gpu()),
            timing: timing(driver, check),
            scene,
            toggle_names: description.toggles.iter().map(|toggle| toggle.name).collect(),
            probe_names: driver.probes().into_iter().map(|probe| probe.name).collect(),
            roof: None,
        }
    }
}

/// What stands at the moment a recording begins.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// `headless`, or the window's present mode.
    pub present_mode: String,
    /// Toggles that are on.
    pub toggles_on: Vec<&'static str>,
    /// Parameters by name.
    pub parameters: BTreeMap<String, f64>,
    /// Kinds of passes so far.
    pub kinds: Vec<PassKind>,
    /// Bytes on the device by what they hold.
    pub memory: Vec<(&'static str, u64)>,
    /// The first cycle that is recorded.
    pub cycle: u64,
    /// Losses so far: the session counts from here.
    pub counts: Counts,
}

impl Start {
    /// Where a driver stands now, without a window.
    pub fn headless(driver: &Driver) -> Self {
        Self {
            present_mode: "headless".to_owned(),
            toggles_on: driver.toggles().names(&driver.simulation().description().toggles),
            parameters: parameters_of(driver.simulation()),
            kinds: driver.pass_kinds().to_vec(),
            memory: memory_by_name(&driver.state()),
            cycle: driver.status().cycle + 1,
            counts: driver.status().counts,
        }
    }
}

/// The parameters of a system as they stand, by name.
pub fn parameters_of(simulation: &dyn Simulation) -> BTreeMap<String, f64> {
    let value = |name: &'static str| Some((name.to_owned(), simulation.parameter(name)?));
    simulation.description().parameters.iter().filter_map(|parameter| value(parameter.name)).collect()
}

/// A session that is being recorded.
pub struct Recording {
    recorder: Recorder,
    facts: Facts,
    began: Instant,
    stages: Vec<String>,
    samples: Vec<session::Sample>,
    cycle_times: Vec<CycleTime>,
    probes: Vec<Probe>,
    toggles: BTreeMap<String, bool>,
    parameters: BTreeMap<String, f64>,
    block_began: u64,
    last_cycle: u64,
    cycles: u64,
    frames: u64,
    counts_at_start: Counts,
    /// Whether whoever runs the arms says what a block is.
    in_pairs: bool,
    /// Cycles of every block from now on that are no measurement.
    warm_up: u64,
}

impl Recording {
    /// Opens the journal beside `path` and writes what is known so far.
    ///
    /// # Errors
    /// The journal cannot be written, or one of a killed run is still there.
    pub fn start(path: &Path, facts: Facts, start: Start) -> Result<Self, SessionError> {
        let toggles = toggle_map(&facts.toggle_names, &start.toggles_on);
        let header = Header {
            format_version: session::FORMAT_VERSION,
            program: Program::this(),
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            machine: facts.machine.clone(),
            timing: facts.timing.clone(),
            present_mode: start.present_mode,
            scene: facts.scene.clone(),
            toggles: toggles.clone(),
            parameters: start.parameters.clone(),
        };
        let mut recording = Self {
            recorder: Recorder::create(path, &header)?,
            began: Instant::now(),
            stages: Vec::new(),
            samples: Vec::new(),
            cycle_times: Vec::new(),
            probes: Vec::new(),
            toggles,
            parameters: start.parameters,
            block_began: start.cycle,
            last_cycle: start.cycle.saturating_sub(1),
            cycles: 0,
            frames: 0,
            counts_at_start: start.counts,
            in_pairs: false,
            warm_up: WARM_UP_CYCLES,
            facts,
        };
        for kind in &start.kinds {
            recording.take_kind(kind)?;
        }
        recording.take_memory(&start.memory)?;
        if let Some(roof) = recording.facts.roof {
            recording.take_roof(roof)?;
        }
        Ok(recording)
    }

    /// How long it has been going on.
    pub fn elapsed(&self) -> std::time::Duration {
        self.began.elapsed()
    }

    /// Takes in one event.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn observe(&mut self, event: &Event) -> Result<(), SessionError> {
        match event {
            Event::PassKind(kind) => self.take_kind(kind)?,
            Event::Sample(Sample { arm, cycle, pass, ticks, begin }) => {
                let sample = session::Sample { arm: *arm, cycle: *cycle, pass: *pass, ticks: *ticks, begin: *begin };
                self.samples.push(sample);
            }
            Event::Cycle { arm, cycle, host } => {
                self.cycles += 1;
                self.last_cycle = self.last_cycle.max(*cycle);
                let nanoseconds = u64::try_from(host.as_nanos()).unwrap_or(u64::MAX);
                self.cycle_times.push(CycleTime { arm: *arm, cycle: *cycle, nanoseconds });
            }
            Event::Probes { arm, cycle, values } => self.take_probes(*arm, *cycle, values),
            Event::Applied { cycle, command } => {
                if let Command::SetParameter { name, value } = command {
                    // A block holds for one setting of the parameters too.
                    self.close_block(*cycle)?;
                    self.parameters.insert(name.clone(), *value);
                }
                // The commands are plain data: writing them cannot fail, and if it did the debug text still names them.
                let command = ron::to_string(command).unwrap_or_else(|_| format!("{command:?}"));
                self.recorder.push(Record::Command(CommandRecord { cycle: *cycle, command }))?;
            }
            // With two arms it says not which of them it is about.
            Event::Setting { .. } if self.in_pairs => {}
            Event::Setting { cycle, toggles_on, memory } => {
                self.close_block(*cycle)?;
                self.toggles = toggle_map(&self.facts.toggle_names, toggles_on);
                self.take_memory(memory)?;
            }
            Event::Built { variant, duration } => {
                let (kernel, definitions) = kernel_names(variant);
                let build_ms = duration.as_secs_f64() * 1e3;
                self.recorder.push(Record::Kernel(KernelBuild { kernel, definitions, build_ms }))?;
            }
            Event::Refused { .. } | Event::Fault(_) => {}
        }
        Ok(())
    }

    /// Hands what was observed since the last call to the journal; call it at least once a second.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn flush(&mut self) -> Result<(), SessionError> {
        if !self.samples.is_empty() {
            self.recorder.push(Record::Samples(std::mem::take(&mut self.samples)))?;
        }
        if !self.cycle_times.is_empty() {
            self.recorder.push(Record::CycleTimes(std::mem::take(&mut self.cycle_times)))?;
        }
        if !self.probes.is_empty() {
            self.recorder.push(Record::Probes(std::mem::take(&mut self.probes)))?;
        }
        Ok(())
    }

    /// Leaves out so many cycles at the beginning of this block and of all that follow, at least one.
    pub fn leave_out(&mut self, cycles: u64) {
        self.warm_up = cycles.max(WARM_UP_CYCLES);
    }

    /// Notes that the window gained or lost the focus.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn focus(&mut self, focused: bool) -> Result<(), SessionError> {
        self.recorder.push(Record::Focus(FocusChange { cycle: self.last_cycle + 1, focused }))
    }

    /// Notes a change that is no command of the driver, such as the present mode.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn note(&mut self, command: String) -> Result<(), SessionError> {
        self.recorder.push(Record::Command(CommandRecord { cycle: self.last_cycle + 1, command }))
    }

    /// Writes a record as it is: a deviation, a verdict.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn put(&mut self, record: Record) -> Result<(), SessionError> {
        self.recorder.push(record)
    }

    /// The number of a stage that passes have been told of.
    pub fn stage(&self, name: &str) -> Option<u32> {
        self.stages.iter().position(|stage| stage == name).map(|place| place as u32)
    }

    /// Counts rendered frames.
    pub fn frame(&mut self) {
        self.frames += 1;
    }

    /// Writes the document.
    ///
    /// # Errors
    /// The document cannot be written; the journal stays.
    pub fn finish(mut self, counts: Counts, cleanly: bool, reason: &str) -> Result<Finished, SessionError> {
        self.flush()?;
        self.close_block(self.last_cycle + 1)?;
        let since = |now: u64, start: u64| now.saturating_sub(start);
        self.recorder.push(Record::Counts(session::Counts {
            dropped: since(counts.dropped, self.counts_at_start.dropped),
            zero: since(counts.zero, self.counts_at_start.zero),
            negative: since(counts.negative, self.counts_at_start.negative),
            unavailable: 0,
        }))?;
        let closing = Closing {
            cleanly,
            reason: reason.to_owned(),
            cycles: self.cycles,
            wall_seconds: self.began.elapsed().as_secs_f64(),
            simulated: None,
            frames: self.frames,
        };
        self.recorder.finish(closing)
    }

    fn close_block(&mut self, next: u64) -> Result<(), SessionError> {
        if next > self.block_began && !self.in_pairs {
            self.recorder.push(Record::Block(Block {
                arm: 0,
                pair: None,
                first_cycle: self.block_began,
                last_cycle: next - 1,
                warm_up_cycles: self.warm_up,
                toggles: self.toggles.clone(),
                parameters: self.parameters.clone(),
            }))?;
        }
        self.block_began = next;
        Ok(())
    }

    fn take_kind(&mut self, kind: &PassKind) -> Result<(), SessionError> {
        let stage = match self.stages.iter().position(|name| *name == kind.stage) {
            Some(stage) => stage as u32,
            None => {
                let id = self.stages.len() as u32;
                let stages = kind.stage.split('+').map(str::to_owned).collect();
                self.stages.push(kind.stage.clone());
                self.recorder.push(Record::Stage(StageRecord { id, name: kind.stage.clone(), stages }))?;
                id
            }
        };
        let (kernel, definitions) = match &kind.variant {
            Some(variant) => {
                let (kernel, definitions) = kernel_names(variant);
                (Some(kernel), definitions)
            }
            None => (None, BTreeMap::new()),
        };
        let on_host = kind.variant.is_none() || matches!(self.facts.timing.method, TimingMethod::HostOnly { .. });
        self.recorder.push(Record::Pass(PassRecord {
            id: kind.id,
            stage,
            kernel,
            definitions,
            clock: if on_host { Clock::Host } else { Clock::Device },
            bytes_read: kind.cost.bytes_read,
            bytes_written: kind.cost.bytes_written,
            operations: kind.cost.operations,
        }))
    }

    fn take_probes(&mut self, arm: u8, cycle: u64, values: &[f32]) {
        for (name, value) in self.facts.probe_names.iter().zip(values) {
            // A probe without a value in this cycle was not measured.
            if !value.is_nan() {
                self.probes.push(Probe { arm, cycle, name: name.clone(), value: f64::from(*value) });
            }
        }
    }

    fn take_memory(&mut self, memory: &[(&'static str, u64)]) -> Result<(), SessionError> {
        for (array, bytes) in memory {
            self.recorder.push(Record::Memory(MemoryUse { arm: 0, array: (*array).to_owned(), bytes: *bytes }))?;
        }
        Ok(())
    }

    fn take_roof(&mut self, roof: Roof) -> Result<(), SessionError> {
        self.recorder.push(Record::Roof(session::Roof {
            copy_gb_s: roof.copy_gigabytes_per_second,
            copy_bytes: roof.copied_bytes,
            fma_gflop_s: roof.gigaflops,
        }))
    }
}

fn toggle_map(names: &[&'static str], on: &[&'static str]) -> BTreeMap<String, bool> {
    names.iter().map(|name| ((*name).to_owned(), on.contains(name))).collect()
}

fn kernel_names(variant: &Variant) -> (String, BTreeMap<String, i32>) {
    let definitions = variant.definitions.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    (variant.kernel.to_owned(), definitions)
}

/// What a device says of itself.
pub fn machine(gpu: &Gpu) -> session::Machine {
    session::Machine {
        adapter: gpu.info.name.clone(),
        backend: gpu.info.backend.to_string(),
        device_type: format!("{:?}", gpu.info.device_type),
        driver: gpu.info.driver.clone(),
        driver_info: gpu.info.driver_info.clone(),
        cpu_cores: std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32),
        os: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
    }
}

fn timing(driver: &Driver, check: Option<SelfCheck>) -> session::Timing {
    let method = match driver.clock().method() {
        Method::GpuPass => TimingMethod::GpuPass,
        Method::HostOnly { reason } => TimingMethod::HostOnly { reason: reason.clone() },
    };
    session::Timing {
        method,
        timestamp_period_ns: driver.clock().nanoseconds_per_tick() as f32,
        self_check: check.map(|check| session::SelfCheck {
            dispatch_timestamps_ms: check.timestamps,
            dispatch_host_ms: check.host,
            trusted: check.trusted(),
        }),
    }
}

/// The scene as a session keeps it.
pub fn scene_record(system: &str, path: &Path, text: &str, seed: u64) -> session::Scene {
    let name = path.file_stem().map_or_else(|| system.to_owned(), |stem| stem.to_string_lossy().into_owned());
    session::Scene { system: system.to_owned(), name, text: text.to_owned(), seed }
}

/// Where a recording goes when no path is given: `out/<scene>-<moment>.ron`, with a number where two begin in one second,
/// for the second would replace the first.
pub fn default_path(scene: &str) -> PathBuf {
    let moment = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let moment: String = moment.chars().filter(|letter| *letter != ':' && *letter != '-').collect();
    let named = |suffix: &str| PathBuf::from("out").join(format!("{scene}-{moment}{suffix}.ron"));
    let is_free = |path: &PathBuf| !path.exists() && !session::journal_path(path).exists();
    let numbered = (2..1000).map(|number| named(&format!("-{number}")));
    std::iter::once(named("")).chain(numbered).find(is_free).unwrap_or_else(|| named(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn facts() -> Facts {
        Facts {
            machine: session::Machine {
                adapter: "Example".to_owned(),
                backend: "vulkan".to_owned(),
                device_type: "Cpu".to_owned(),
                driver: "example".to_owned(),
                driver_info: String::new(),
                cpu_cores: 1,
                os: "linux".to_owned(),
            },
            timing: session::Timing { method: TimingMethod::GpuPass, timestamp_period_ns: 1.0, self_check: None },
            scene: session::Scene {
                system: "field".to_owned(),
                name: "small".to_owned(),
                text: "()".to_owned(),
                seed: 1,
            },
            toggle_names: vec!["fused"],
            probe_names: Vec::new(),
            roof: None,
        }
    }

    #[test]
    fn a_moved_parameter_begins_a_block_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let start = Start { parameters: [("rate".to_owned(), 0.25)].into(), cycle: 1, ..Start::default() };
        let mut recording = Recording::start(&folder.path().join("a.ron"), facts(), start).unwrap();
        let mut run = |cycles: std::ops::RangeInclusive<u64>, then: &[f64]| {
            let after = *cycles.end() + 1;
            for cycle in cycles {
                recording.observe(&Event::Cycle { arm: 0, cycle, host: Duration::from_millis(1) }).unwrap();
            }
            for value in then {
                let command = Command::SetParameter { name: "rate".to_owned(), value: *value };
                recording.observe(&Event::Applied { cycle: after, command }).unwrap();
            }
        };
        // Of two moves before the same cycle the last one counts.
        run(1..=3, &[0.5, 0.75]);
        run(4..=5, &[]);
        let session = recording.finish(Counts::default(), true, "done").unwrap().session;
        let blocks: Vec<_> = session
            .blocks
            .iter()
            .map(|block| (block.first_cycle, block.last_cycle, block.parameters["rate"]))
            .collect();
        assert_eq!(blocks, [(1, 3, 0.25), (4, 5, 0.75)]);
    }
}
