//! The render world's side: owns the driver and the painter, and gives both their turn once a frame.

use super::launch::{Options, SceneRequest};
use super::link::{Opened, Order, Report, Snapshot};
use super::model::{Machine, SceneFacts};
use super::rereading::{Reread, Rereading};
use super::running::{Canvas as Target, Running};
use crate::driver::{Driver, Event, FRAME_BUDGET};
use crate::gpu::roof::{Roof, SelfCheck, Stream};
use crate::gpu::{Gpu, Kernels, roof};
use crate::recording::{Facts, scene_record};
use crate::scene::{SceneError, SceneFile};
use crate::shaders::LIBRARY;
use crate::tuning::tune;
use crate::view::{BoardPainter, Exhibition, Showing};
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use super::running::Canvas;

/// Most bytes that are copied for the roof while a window waits: the whole of a large array would hold it up.
const ROOF_BYTES: u64 = 1 << 26;

/// Part of the time that the clock may take: with the panels, fieldscope is to cost under one per cent.
const CLOCK_SHARE: f64 = 0.005;

/// Device time for the simulation in each frame of a software adapter: what a drawn frame has to wait for.
const SOFTWARE_BUDGET: Duration = Duration::from_millis(12);

/// How long a report that must arrive waits for room; the window empties the channel every frame.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens scenes and runs them.
pub struct Engine {
    budget: Option<Duration>,
    orders: Receiver<Order>,
    reports: Sender<Report>,
    bench: Option<Bench>,
    request: SceneRequest,
    opening: Option<Receiver<Result<Fresh, Failed>>>,
    /// What was open before, to go back to where a file is none, or something of the same scene was chosen that cannot be.
    before: Option<SceneRequest>,
    running: Option<Running>,
    rereading: Rereading,
    /// Where the kernels come from, if not from the program itself.
    shaders: Option<PathBuf>,
    /// Pixels to a point.
    scale: f32,
}

/// The window's device with what was found out about it.
#[derive(Clone)]
pub struct Bench {
    /// Builds and keeps them.
    pub kernels: Arc<Kernels>,
    check: SelfCheck,
    /// Milliseconds that timing a pass costs.
    timestamp_cost: f64,
    roof: Option<Roof>,
    /// It is measured once the first picture stands: that comes first.
    roof_is_due: bool,
}

/// A scene that was just opened on its thread.
struct Fresh {
    driver: Driver,
    opened: Opened,
}

impl Engine {
    /// An engine without a device; it gets one with [`Self::adopt`].
    pub fn new(request: SceneRequest, options: &Options, orders: Receiver<Order>, reports: Sender<Report>) -> Self {
        Self {
            budget: options.budget,
            orders,
            reports,
            bench: None,
            rereading: Rereading::new(&request, options.shaders.as_ref()),
            shaders: options.shaders.clone(),
            request,
            opening: None,
            before: None,
            running: None,
            scale: 1.0,
        }
    }

    /// Takes the window's device, checks its clock while nothing else is drawn, and opens the scene that was asked for.
    pub fn adopt(&mut self, gpu: &Gpu) {
        self.running = None;
        match Bench::new(gpu, self.shaders.as_deref()) {
            Ok(bench) => {
                self.bench = Some(bench);
                self.open_scene(self.request.clone());
            }
            Err(reason) => self.report(Report::Failed(reason)),
        }
    }

    /// One frame: orders, the driver's share, the picture if it changed, and reports.
    pub fn frame(&mut self, target: Option<&Target>) {
        while let Ok(order) = self.orders.try_recv() {
            self.obey(order);
        }
        self.reread();
        self.take_fresh();
        let budget = self.budget();
        let Some(running) = &mut self.running else { return };
        let result = running.frame(budget, target);
        let voxel = running.take_voxel();
        let reading = running.take_reading();
        let listed = running.take_listed();
        let snapshot: Snapshot = running.snapshot();
        // A lost snapshot is made good by the next frame's.
        let _ = self.reports.try_send(Report::Snapshot(Box::new(snapshot)));
        let has_picture = running.has_picture();
        let exported = running.take_exported();
        let lab = running.take_lab_reports();
        lab.into_iter().for_each(|report| self.report(Report::Lab(report)));
        if let Some(exported) = exported {
            self.report(exported.map_or_else(Report::Failed, Report::Exported));
        }
        if let Some(voxel) = voxel {
            self.report(Report::Voxel(voxel));
        }
        if let Some(reading) = reading {
            self.report(Report::Reading(reading));
        }
        if let Some(listed) = listed {
            self.report(Report::Listed(listed));
        }
        if let Err(reason) = result {
            self.report(Report::Failed(reason));
        }
        if has_picture && self.bench.as_ref().is_some_and(|bench| bench.roof_is_due) {
            self.measure_roof();
        }
    }

    /// Takes in what was saved while it ran.
    fn reread(&mut self) {
        let Some(bench) = &self.bench else { return };
        let compares = self.running.as_ref().is_some_and(Running::is_comparing);
        self.rereading.look(&self.request, bench, compares);
        for reread in self.rereading.take() {
            let path = self.request.path.display().to_string();
            let report = match reread {
                Reread::Scene(Ok(())) => {
                    self.open_scene(self.request.clone());
                    Report::Reread { told: format!("`{path}` was saved: it runs anew"), note: "SceneReread".to_owned() }
                }
                Reread::Scene(Err(reason)) => Report::Failed(format!("{reason}; the scene goes on as it was")),
                Reread::Kernels(Ok(count)) => Report::Reread {
                    told: format!("{count} kernels were saved and run from now on"),
                    note: format!("KernelsReread({count})"),
                },
                Reread::Kernels(Err(reason)) => Report::Failed(format!("{reason}\nThe kernels go on as they were.")),
            };
            self.report(report);
        }
    }

    fn budget(&self) -> Duration {
        let software = self.bench.as_ref().is_some_and(|bench| bench.kernels.gpu().is_software());
        self.budget.unwrap_or(if software { SOFTWARE_BUDGET } else { FRAME_BUDGET })
    }

    fn obey(&mut self, order: Order) {
        match (order, &mut self.running) {
            (Order::Open(request), _) => self.open_scene(request),
            (Order::MeasureRoof, _) => self.measure_roof(),
            (Order::Command(command), Some(running)) => running.command(command),
            (Order::Show(showing), Some(running)) => running.show(showing),
            (Order::Scale(scale), running) => {
                self.scale = scale;
                running.iter_mut().for_each(|running| running.scale(scale));
            }
            (Order::Pick(site), Some(running)) => running.pick(site),
            (Order::Point(pointed), Some(running)) => running.point(pointed),
            (Order::List(list), Some(running)) => running.list(list),
            (Order::Export, Some(running)) => {
                let name = self.request.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                running.export(name);
            }
            (Order::Lab(order), Some(running)) => running.lab(order),
            // Meant for a scene that is closed.
            (
                Order::Command(_)
                | Order::Show(_)
                | Order::Pick(_)
                | Order::Point(_)
                | Order::List(_)
                | Order::Export
                | Order::Lab(_),
                None,
            ) => {}
        }
    }

    /// Opens on a thread of its own, so that the window answers meanwhile. The old scene goes first: two may not fit.
    fn open_scene(&mut self, request: SceneRequest) {
        let opened = self.running.take().map(|_| std::mem::replace(&mut self.request, request.clone()));
        self.before = opened;
        self.rereading.follow(&request);
        self.request = request.clone();
        let Some(bench) = self.bench.clone() else { return };
        let (sender, receiver) = bounded(1);
        self.opening = Some(receiver);
        std::thread::spawn(move || {
            // Nobody receives when another scene was asked for meanwhile.
            let _ = sender.send(start(&request, &bench));
        });
    }

    fn take_fresh(&mut self) {
        let Some(opening) = &self.opening else { return };
        let result = match opening.try_recv() {
            Ok(result) => result,
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => Err(Failed::from("opening the scene ended without a result".to_owned())),
        };
        self.opening = None;
        match result {
            Ok(Fresh { driver, opened }) => {
                self.running = Some(Running::new(driver, opened.showing.clone(), self.scale));
                self.report(Report::Opened(Box::new(opened)));
            }
            Err(Failed { reason, is_readable }) => {
                self.report(Report::Failed(reason));
                // A scene that is only too large stays, to be opened in another size.
                let goes_back = |before: &SceneRequest| !is_readable || before.path == self.request.path;
                if let Some(before) = self.before.take().filter(goes_back) {
                    self.open_scene(before);
                }
            }
        }
    }

    fn measure_roof(&mut self) {
        let Some(bench) = &mut self.bench else { return };
        bench.roof_is_due = false;
        let stream = self.running.as_ref().map_or(Stream::SMALL, Running::stream);
        let report = match roof::measure_roof(&bench.kernels, stream.at_most(ROOF_BYTES)) {
            Ok(roof) => {
                bench.roof = Some(roof);
                Report::Roof(roof)
            }
            Err(error) => Report::Failed(format!("the roof was not measured: {error}")),
        };
        self.report(report);
    }

    fn report(&self, report: Report) {
        // Only a window that is gone does not read.
        let _ = self.reports.send_timeout(report, PATIENCE);
    }
}

impl Bench {
    fn new(gpu: &Gpu, shaders: Option<&Path>) -> Result<Self, String> {
        let library = shaders.map_or(Ok(LIBRARY), |folder| LIBRARY.read(folder));
        let kernels = Arc::new(Kernels::new(gpu, library.map_err(|error| error.to_string())?));
        let check = roof::self_check(&kernels).map_err(|error| error.to_string())?;
        let timestamp_cost = roof::timestamp_cost(&kernels).map_err(|error| error.to_string())?;
        Ok(Self { kernels, check, timestamp_cost, roof: None, roof_is_due: true })
    }
}

/// Why a scene was not opened.
struct Failed {
    reason: String,
    /// Whether its file is one, so that it might be opened in another way.
    is_readable: bool,
}

impl From<String> for Failed {
    fn from(reason: String) -> Self {
        Self { reason, is_readable: true }
    }
}

impl From<SceneError> for Failed {
    fn from(error: SceneError) -> Self {
        Self { reason: error.to_string(), is_readable: matches!(error, SceneError::Refused { .. }) }
    }
}

fn start(request: &SceneRequest, bench: &Bench) -> Result<Fresh, Failed> {
    let mut file = SceneFile::read(&request.path)?;
    file.choose(&request.choices)?;
    if let Some(preset) = &request.preset {
        file.scene.preset.clone_from(preset);
    }
    file.scene.toggles.extend(request.toggles.iter().cloned());
    let mut prepared = file.prepare(bench.kernels.gpu(), request.size, request.seed)?;
    let decisions =
        tune(&bench.kernels, &mut *prepared.simulation, &request.kernels).map_err(|error| error.to_string())?;
    let news = decisions.iter().filter(|decision| decision.measured.is_some() || decision.trouble.is_some());
    prepared.note = prepared.note.into_iter().chain(news.map(ToString::to_string)).reduce(|a, b| format!("{a}; {b}"));
    let system = prepared.simulation.description().name;
    let scene = scene_record(system, &file.path, &file.text, request.seed.unwrap_or(file.scene.seed));
    let facts = SceneFacts::of(scene.name.clone(), scene.seed, prepared.note, &*prepared.simulation);
    let facts = SceneFacts { preset: file.scene.preset.clone(), remarks: prepared.remarks, ..facts };
    let showing = prepared.showing;
    let (mut driver, events): (Driver, Receiver<Event>) =
        Driver::new(bench.kernels.clone(), bench.check.method(), prepared.simulation, prepared.toggles)
            .map_err(|error| error.to_string())?;
    driver.limit_timing(CLOCK_SHARE, bench.timestamp_cost);
    let machine = Machine::of(driver.gpu(), driver.clock(), bench.roof);
    let recording = Facts { roof: bench.roof, ..Facts::new(&driver, Some(bench.check), scene) };
    build_painter(&driver, &showing)?;
    let request = request.clone();
    Ok(Fresh { driver, opened: Opened { request, facts, machine, showing, recording, events } })
}

/// Builds what the first picture needs, while the driver's kernels are built in the background.
fn build_painter(driver: &Driver, showing: &Showing) -> Result<(), String> {
    let (state, pictures) = (driver.state(), driver.pictures());
    let exhibition = Exhibition { buffers: driver.buffers(), state: &state, pictures: &pictures, showing };
    BoardPainter::build(driver.kernels(), &exhibition).map_err(|error| error.to_string())
}
