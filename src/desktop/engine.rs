//! The render world's side: owns the driver and the painter, and gives both their turn once a frame.

use super::launch::SceneRequest;
use super::link::{Opened, Order, Report, Snapshot};
use super::look::Look;
use super::model::{Machine, SceneFacts};
use super::paint::{self, Canvas, Painter, Scenery};
use super::pick;
use crate::driver::{Driver, Event};
use crate::gpu::clock::Method;
use crate::gpu::{Gpu, Kernels, roof};
use crate::scene::SceneFile;
use crate::shaders::LIBRARY;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes that are copied to measure the roof: more than any cache holds.
const ROOF_BYTES: u64 = 64 << 20;

/// The window's texture, as the render world knows it in this frame.
pub struct Target {
    /// The texture; another one after each change of size.
    pub texture: wgpu::Texture,
    /// A view of all of it.
    pub view: wgpu::TextureView,
    /// Width and height in pixels.
    pub size: [u32; 2],
}

/// Opens scenes, runs them, paints them.
pub struct Engine {
    budget: Duration,
    orders: Receiver<Order>,
    reports: Sender<Report>,
    bench: Option<Bench>,
    request: SceneRequest,
    opening: Option<Receiver<Result<Fresh, String>>>,
    running: Option<Running>,
    look: Look,
}

/// The window's device with what was found out about it.
#[derive(Clone)]
struct Bench {
    kernels: Arc<Kernels>,
    method: Method,
    /// Bandwidth of a plain copy, in bytes per second.
    roof: Option<f64>,
}

/// A scene that was just opened on its thread.
struct Fresh {
    facts: SceneFacts,
    driver: Driver,
    events: Receiver<Event>,
}

struct Running {
    driver: Driver,
    painter: Painter,
    parameters: Vec<&'static str>,
    /// What the picture on the screen shows.
    painted: Option<Painted>,
    legend: Option<[f32; 2]>,
    /// After an error the last picture stays, and nothing runs any more.
    stopped: bool,
}

#[derive(PartialEq)]
struct Painted {
    cycle: u64,
    look: Look,
    texture: wgpu::Texture,
}

impl Engine {
    /// An engine without a device; it gets one with [`Self::adopt`].
    pub fn new(
        (request, look, budget): (SceneRequest, Look, Duration),
        orders: Receiver<Order>,
        reports: Sender<Report>,
    ) -> Self {
        Self { budget, orders, reports, bench: None, request, opening: None, running: None, look }
    }

    /// Takes the window's device, checks its clock while nothing else is drawn, and opens the scene that was asked for.
    pub fn adopt(&mut self, gpu: Gpu) {
        self.running = None;
        match Bench::new(gpu) {
            Ok(bench) => {
                self.bench = Some(bench);
                self.open_scene(self.request.clone());
            }
            Err(reason) => self.report(Report::Failed(reason)),
        }
    }

    /// One frame: orders, the driver's share, the picture if it changed, and a report.
    pub fn frame(&mut self, target: Option<&Target>) {
        while let Ok(order) = self.orders.try_recv() {
            self.obey(order, target);
        }
        self.take_fresh();
        let Some(running) = &mut self.running else { return };
        let result = running.advance(self.budget).and_then(|()| running.paint(&self.look, target));
        match result {
            Ok(painting) => {
                // A lost snapshot is made good by the next frame's.
                let _ = self.reports.try_send(Report::Snapshot(Box::new(running.snapshot(painting))));
            }
            Err(reason) => {
                running.stopped = true;
                self.report(Report::Failed(reason));
            }
        }
    }

    fn obey(&mut self, order: Order, target: Option<&Target>) {
        match order {
            Order::Command(command) => {
                if let Some(running) = &mut self.running {
                    running.driver.command(command);
                }
            }
            Order::Look(look) => self.look = look,
            Order::Open(request) => self.open_scene(request),
            Order::Pick(at) => {
                self.pick(at, target);
            }
        }
    }

    /// Opens on a thread of its own, so that the window answers meanwhile. The old scene goes first: two may not fit.
    fn open_scene(&mut self, request: SceneRequest) {
        self.running = None;
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
            Err(TryRecvError::Disconnected) => Err("opening the scene ended without a result".to_owned()),
        };
        self.opening = None;
        let Some(bench) = &self.bench else { return };
        match result {
            Ok(Fresh { facts, driver, events }) => {
                let painter = Painter::new(driver.gpu(), driver.kernels());
                let parameters = facts.parameters.iter().map(|parameter| parameter.name).collect();
                let machine = Machine::of(driver.gpu(), driver.clock(), bench.roof);
                self.running =
                    Some(Running { driver, painter, parameters, painted: None, legend: None, stopped: false });
                self.report(Report::Opened(Box::new(Opened { facts, machine, events })));
            }
            Err(reason) => self.report(Report::Failed(reason)),
        }
    }

    fn pick(&self, at: [f32; 2], target: Option<&Target>) -> Option<()> {
        let running = self.running.as_ref()?;
        let gpu = running.driver.gpu();
        let picture = running.driver.picture();
        let site = paint::pick(&picture, &self.look, at, target?.size)?;
        let state = running.driver.state();
        pick::read(gpu, (running.driver.buffers(), &state, &picture), site, self.reports.clone())
    }

    /// Reports that must arrive wait for room; the window empties the channel every frame.
    fn report(&self, report: Report) {
        let _ = self.reports.send_timeout(report, Duration::from_secs(2));
    }
}

impl Bench {
    fn new(gpu: Gpu) -> Result<Self, String> {
        let kernels = Arc::new(Kernels::new(&gpu, LIBRARY));
        let check = roof::self_check(&kernels).map_err(|error| error.to_string())?;
        // Without a roof the table shows a dash; that is no reason not to open.
        let roof = roof::measure_roof(&kernels, ROOF_BYTES).ok();
        Ok(Self { kernels, method: check.method(), roof: roof.map(|roof| roof.copy_gigabytes_per_second * 1e9) })
    }
}

fn start(request: &SceneRequest, bench: &Bench) -> Result<Fresh, String> {
    let file = SceneFile::read(&request.path).map_err(|error| error.to_string())?;
    let prepared = file.prepare(bench.kernels.gpu(), request.size, request.seed).map_err(|error| error.to_string())?;
    let name = request.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let seed = request.seed.unwrap_or(file.scene.seed);
    let facts = SceneFacts::of((name, file.text), seed, prepared.note, &*prepared.simulation);
    let (driver, events) =
        Driver::new(bench.kernels.clone(), bench.method.clone(), prepared.simulation, prepared.toggles)
            .map_err(|error| error.to_string())?;
    Ok(Fresh { facts, driver, events })
}

impl Running {
    fn advance(&mut self, budget: Duration) -> Result<(), String> {
        if self.stopped {
            return Ok(());
        }
        self.driver.frame(budget).map_err(|error| error.to_string())
    }

    /// Paints if there is anything new to see; gives the host time that it took.
    fn paint(&mut self, look: &Look, target: Option<&Target>) -> Result<Duration, String> {
        let Some(target) = target.filter(|_| !self.stopped) else { return Ok(Duration::ZERO) };
        let wanted = Painted { cycle: self.driver.status().cycle, look: *look, texture: target.texture.clone() };
        if self.painted.as_ref() == Some(&wanted) {
            return Ok(Duration::ZERO);
        }
        let begin = Instant::now();
        let (state, picture) = (self.driver.state(), self.driver.picture());
        let scenery = Scenery { buffers: self.driver.buffers(), state: &state, picture: &picture, look };
        self.legend = self.painter.paint(&scenery, &Canvas { view: &target.view, size: target.size })?;
        self.painted = Some(wanted);
        Ok(begin.elapsed())
    }

    fn snapshot(&self, painting: Duration) -> Snapshot {
        let simulation = self.driver.simulation();
        Snapshot {
            status: self.driver.status().clone(),
            parameters: self.parameters.iter().map(|name| simulation.parameter(name)).collect(),
            legend: self.legend,
            painting,
        }
    }
}
