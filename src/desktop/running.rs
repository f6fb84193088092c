//! A scene that runs: its driver, its painter, and when each has its turn.

use super::exporting::export;
use super::lab_link::{LabOrder, LabReport};
use super::laboratory::Laboratory;
use super::link::Snapshot;
use super::model::Standing;
use super::pace::BETWEEN_PICTURES;
use crate::driver::{Command, Driver};
use crate::gpu::roof::Stream;
use crate::sim::{self, Cost, Picture, Simulation, ToggleSet};
use crate::view::{
    BoardPainter, Exhibition, Listed, Lister, Painted, Pointed, Reader, Reading, Showing, ValueRange, Voxel,
    VoxelProbe, places, target_view,
};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Least time between two readings of a list: nobody reads faster.
const BETWEEN_LISTS: Duration = Duration::from_millis(250);

/// Least time between two workings out of what the toggles cost: it plans a cycle for either position of each.
const BETWEEN_COSTS: Duration = Duration::from_millis(500);

/// What a cycle must do at least with each toggle off and on, worked out anew when a setting or a parameter has changed.
#[derive(Default)]
struct Costs {
    of: Option<(ToggleSet, Vec<Option<f64>>)>,
    worked_out: Option<Instant>,
    known: Vec<Option<[Cost; 2]>>,
}

impl Costs {
    fn of(
        &mut self,
        simulation: &dyn Simulation,
        toggles: ToggleSet,
        parameters: &[Option<f64>],
    ) -> Vec<Option<[Cost; 2]>> {
        let is_known = self.of.as_ref().is_some_and(|(known, of)| *known == toggles && of == parameters);
        // A slider that is dragged changes a parameter in every frame.
        let is_recent = self.worked_out.is_some_and(|when| when.elapsed() < BETWEEN_COSTS);
        if !is_known && !is_recent {
            self.worked_out = Some(Instant::now());
            self.known = (0..simulation.description().toggles.len())
                .map(|index| {
                    let both = [false, true].map(|on| toggles.with(index, on));
                    let makes_sense = both.iter().all(|toggles| simulation.validate(*toggles).is_ok());
                    makes_sense.then(|| both.map(|toggles| sim::cost(simulation, toggles)))
                })
                .collect();
            self.of = Some((toggles, parameters.to_vec()));
        }
        self.known.clone()
    }
}

/// The window's texture, as the render world knows it in this frame.
pub struct Canvas {
    /// The texture; another one after each change of size.
    pub texture: wgpu::Texture,
    /// Width and height in pixels.
    pub size: [u32; 2],
}

/// A scene that runs.
pub struct Running {
    driver: Driver,
    painter: BoardPainter,
    voxels: VoxelProbe,
    reader: Reader,
    pointed: Option<Pointed>,
    /// What was asked last, and how many pictures there were then.
    asked: Option<(Pointed, u64)>,
    costs: Costs,
    lister: Lister,
    list: Option<usize>,
    /// After how many cycles the list was read last, and when.
    read_list: Option<(u64, Instant)>,
    lab: Laboratory,
    showing: Showing,
    scale: f32,
    parameters: Vec<&'static str>,
    /// What the picture on the screen shows.
    shown: Option<Shown>,
    /// The view that the painter writes through, and the texture that it belongs to.
    canvas: Option<(wgpu::Texture, wgpu::TextureView)>,
    legends: Vec<Option<ValueRange>>,
    wanted_voxel: Option<[u32; 3]>,
    /// The name under which what the pictures show is to be written, and what became of that.
    wanted_export: Option<String>,
    exported: Option<Result<PathBuf, String>>,
    cycles_last_frame: u64,
    own: Duration,
    painting: Duration,
    pictures: u64,
    painted: Option<Instant>,
    /// After an error of the driver the last picture stays, and nothing runs any more.
    stopped: bool,
}

#[derive(PartialEq)]
struct Shown {
    cycle: u64,
    /// A system may offer another view of the same cycle, where the pointer chose one.
    pictures: Vec<Picture>,
    showing: Showing,
    scale: f32,
    texture: wgpu::Texture,
}

impl Running {
    /// A scene that has not run yet.
    pub fn new(driver: Driver, showing: Showing, scale: f32) -> Self {
        let parameters = driver.simulation().description().parameters.iter().map(|parameter| parameter.name).collect();
        Self {
            painter: BoardPainter::new(driver.gpu()),
            voxels: VoxelProbe::new(driver.gpu()),
            reader: Reader::new(driver.gpu()),
            pointed: None,
            asked: None,
            costs: Costs::default(),
            lister: Lister::new(driver.gpu()),
            list: None,
            read_list: None,
            driver,
            lab: Laboratory::default(),
            showing,
            scale,
            parameters,
            shown: None,
            canvas: None,
            legends: Vec::new(),
            wanted_voxel: None,
            wanted_export: None,
            exported: None,
            cycles_last_frame: 0,
            own: Duration::ZERO,
            painting: Duration::ZERO,
            pictures: 0,
            painted: None,
            stopped: false,
        }
    }

    /// What a pass over the largest array goes through.
    pub fn stream(&self) -> Stream {
        self.driver.state().stream()
    }

    /// Hands a command to the driver.
    pub fn command(&mut self, command: Command) {
        self.driver.command(command);
    }

    /// Hands an order to the lab.
    pub fn lab(&mut self, order: LabOrder) {
        self.lab.order(order, &self.driver);
    }

    /// Whether the lab has the driver to itself.
    pub fn is_comparing(&self) -> bool {
        self.lab.is_busy()
    }

    /// What the lab has to tell since the last call.
    pub fn take_lab_reports(&mut self) -> Vec<LabReport> {
        self.lab.take_reports()
    }

    /// Looks at the state in another way.
    pub fn show(&mut self, showing: Showing) {
        self.showing = showing;
    }

    /// Lays the pictures out for so many pixels to a point.
    pub fn scale(&mut self, scale: f32) {
        self.scale = scale;
    }

    /// Reads the channels of a site at the next cycle boundary.
    pub fn pick(&mut self, site: [u32; 3]) {
        self.wanted_voxel = Some(site);
    }

    /// Reads what lies under the pointer, once for every picture of the state; `None` reads nothing any more.
    pub fn point(&mut self, pointed: Option<Pointed>) {
        self.pointed = pointed;
        self.asked = self.asked.filter(|_| pointed.is_some());
    }

    /// Reads one of the system's lists whenever it is time to, or none.
    pub fn list(&mut self, list: Option<usize>) {
        (self.list, self.read_list) = (list, None);
    }

    /// Writes what the pictures show under this name, at the next cycle boundary.
    pub fn export(&mut self, name: String) {
        self.wanted_export = Some(name);
    }

    /// Where it was written, or why it was not.
    pub fn take_exported(&mut self) -> Option<Result<PathBuf, String>> {
        self.exported.take()
    }

    /// One frame: the driver's share of device time, then the picture, if the state is whole and there is news.
    ///
    /// # Errors
    /// The driver cannot go on, or the picture cannot be painted.
    pub fn frame(&mut self, budget: Duration, canvas: Option<&Canvas>) -> Result<(), String> {
        self.own = Duration::ZERO;
        self.painting = Duration::ZERO;
        if self.stopped {
            return Ok(());
        }
        if let Err(error) = self.advance(budget) {
            self.stopped = true;
            return Err(error.to_string());
        }
        if !self.driver.is_at_boundary() {
            return Ok(());
        }
        if let Some(name) = self.wanted_export.take() {
            self.exported = Some(export(&mut self.driver, &self.showing, &name));
        }
        let began = Instant::now();
        let painted = canvas.map_or(Ok(()), |canvas| self.paint(canvas)).and_then(|()| self.read());
        let painted = painted.and_then(|()| self.read_list());
        self.painting = began.elapsed();
        painted
    }

    /// Whether anything was painted yet.
    pub fn has_picture(&self) -> bool {
        self.shown.is_some()
    }

    /// A voxel that has come back.
    pub fn take_voxel(&mut self) -> Option<Voxel> {
        self.voxels.take()
    }

    /// What lies under the pointer, where it has come back.
    pub fn take_reading(&mut self) -> Option<Reading> {
        self.reader.take()
    }

    /// What the list that is looked at held, where it has come back.
    pub fn take_listed(&mut self) -> Option<Listed> {
        self.lister.take()
    }

    /// Where driver and painter stand.
    pub fn snapshot(&mut self) -> Snapshot {
        self.take_legends();
        let simulation = self.driver.simulation();
        let mut status = self.driver.status().clone();
        status.own = self.own;
        let parameters: Vec<_> = self.parameters.iter().map(|name| simulation.parameter(name)).collect();
        Snapshot {
            status,
            costs: self.costs.of(simulation, self.driver.toggles(), &parameters),
            parameters,
            standing: Standing::of(simulation, self.driver.toggles()),
            legends: self.legends.clone(),
            painting: self.painting,
            pictures: self.pictures,
        }
    }

    /// Runs for the budget and ends between two cycles where it can: within a cycle the arrays belong to two of them,
    /// and a picture would be torn. Slow cycles stop at their end; of fast ones as many run as fit, and then the one
    /// that was begun is finished.
    fn advance(&mut self, budget: Duration) -> Result<(), crate::driver::DriverError> {
        if self.lab.is_busy() {
            self.lab.advance(&mut self.driver, budget)?;
            self.own += self.driver.status().own;
            return Ok(());
        }
        let before = self.driver.status().cycle;
        let slow = self.cycles_last_frame < 2;
        if slow {
            // The initial state is worth a picture too: the first cycle waits for it.
            let until = if self.has_picture() { before + 1 } else { before };
            self.driver.frame_to(budget, until)?;
            self.own += self.driver.status().own;
        } else {
            self.driver.frame(budget)?;
            self.own += self.driver.status().own;
            if !self.driver.is_at_boundary() {
                self.driver.frame_to(budget, self.driver.status().cycle + 1)?;
                self.own += self.driver.status().own;
            }
        }
        let done = self.driver.status().cycle.saturating_sub(before);
        // A cycle that was done within one frame may be one of many: the next frame finds out.
        self.cycles_last_frame = if slow && done == 1 { 2 } else { done };
        Ok(())
    }

    fn paint(&mut self, canvas: &Canvas) -> Result<(), String> {
        if self.lab.compares() {
            // Afterwards A is painted over them.
            self.shown = None;
            let painted = self.lab.paint(&self.driver, &self.showing, canvas)?;
            self.pictures += u64::from(painted);
            return Ok(());
        }
        let wanted = Shown {
            cycle: self.driver.status().cycle,
            pictures: self.driver.pictures(),
            showing: self.showing.clone(),
            scale: self.scale,
            texture: canvas.texture.clone(),
        };
        let unchanged = self.shown.as_ref() == Some(&wanted);
        if (unchanged || self.is_too_soon(&wanted)) && self.wanted_voxel.is_none() {
            return Ok(());
        }
        let view = self.view(canvas);
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("picture") };
        let mut encoder = self.driver.gpu().device.create_command_encoder(&descriptor);
        let is_ready = unchanged || self.driver.look(&mut encoder).map_err(|error| error.to_string())?;
        let (state, pictures) = (self.driver.state(), wanted.pictures.as_slice());
        let showing = &self.showing;
        let exhibition = Exhibition { buffers: self.driver.buffers(), state: &state, pictures, showing };
        let places = places(pictures, showing.focus, canvas.size, self.scale);
        let gpu = self.driver.gpu();
        let painted = match !unchanged && is_ready {
            false => Ok(Painted::NotYet),
            true => {
                let kernels = self.driver.kernels();
                self.painter.paint(kernels, &mut encoder, &exhibition, &places, &canvas.texture, &view)
            }
        };
        let wanted_voxel = self.wanted_voxel.take().zip(exhibition.subject(showing.main()));
        let asked = wanted_voxel.map(|(site, subject)| self.voxels.request(&mut encoder, &subject, site));
        gpu.queue.submit([encoder.finish()]);
        self.painter.after_submit();
        self.voxels.after_submit();
        if !matches!(painted, Ok(Painted::NotYet)) {
            // What cannot be painted is tried again when something changes.
            self.shown = Some(wanted);
            self.pictures += 1;
            self.painted = Some(Instant::now());
        }
        asked.transpose().map_err(|error| error.to_string())?;
        painted.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Asks for what lies under the pointer where it has moved or there is another picture.
    fn read(&mut self) -> Result<(), String> {
        let wanted = self.pointed.map(|pointed| (pointed, self.pictures)).filter(|wanted| self.asked != Some(*wanted));
        if self.lab.compares() || (wanted.is_none() && !self.reader.has_seen()) {
            return Ok(());
        }
        let (state, pictures) = (self.driver.state(), self.driver.pictures());
        let (buffers, showing) = (self.driver.buffers(), &self.showing);
        let exhibition = Exhibition { buffers, state: &state, pictures: &pictures, showing };
        let gpu = self.driver.gpu();
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("reading") });
        let pointed = wanted.as_ref().map(|(pointed, _)| pointed);
        let kernels = self.driver.kernels();
        let asked = self.reader.request(kernels, &mut encoder, &mut self.painter, &exhibition, pointed);
        gpu.queue.submit([encoder.finish()]);
        self.reader.after_submit();
        // What cannot be read is not tried again before something changes.
        if *asked.as_ref().unwrap_or(&true) {
            self.asked = wanted.or(self.asked);
        }
        asked.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Asks for what the list that is looked at holds, where another cycle was run and nobody had to read it too soon.
    fn read_list(&mut self) -> Result<(), String> {
        let cycle = self.driver.status().cycle;
        let is_due = self.read_list.is_none_or(|(known, when)| known != cycle && when.elapsed() >= BETWEEN_LISTS);
        let Some(index) = self.list.filter(|_| is_due) else { return Ok(()) };
        let lists = self.driver.simulation().lists();
        let Some(list) = lists.get(index) else { return Ok(()) };
        let gpu = self.driver.gpu();
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("list") });
        let memory = (self.driver.buffers(), &self.driver.state());
        let asked = self.lister.request(&mut encoder, memory, (index, list), cycle);
        gpu.queue.submit([encoder.finish()]);
        self.lister.after_submit();
        if *asked.as_ref().unwrap_or(&true) {
            self.read_list = Some((cycle, Instant::now()));
        }
        asked.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Whether only the cycle is another one, and the last picture is too new to be replaced.
    fn is_too_soon(&self, wanted: &Shown) -> bool {
        let [on_device, on_processor] = BETWEEN_PICTURES;
        let least = if self.driver.gpu().is_software() { on_processor } else { on_device };
        let same = |shown: &Shown| {
            shown.showing == wanted.showing && shown.scale == wanted.scale && shown.texture == wanted.texture
        };
        self.shown.as_ref().is_some_and(same) && self.painted.is_some_and(|painted| painted.elapsed() < least)
    }

    /// What is not known anew stays as it was.
    fn take_legends(&mut self) {
        let mut fresh = self.painter.ranges();
        if let Some(legend) = self.lab.legend() {
            let main = self.showing.main();
            fresh.resize(fresh.len().max(main + 1), None);
            fresh[main] = Some(legend);
        }
        self.legends.resize(self.legends.len().max(fresh.len()), None);
        for (known, fresh) in self.legends.iter_mut().zip(fresh) {
            *known = fresh.or(*known);
        }
    }

    fn view(&mut self, canvas: &Canvas) -> wgpu::TextureView {
        if let Some((texture, view)) = &self.canvas
            && *texture == canvas.texture
        {
            return view.clone();
        }
        let view = target_view(&canvas.texture);
        self.canvas = Some((canvas.texture.clone(), view.clone()));
        view
    }
}
