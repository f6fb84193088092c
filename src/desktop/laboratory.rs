//! The lab beside a running scene: makes B of A, gives both arms their turns, and tells the window what comes of it.
//!
//! A comparison begins where A stands between two cycles with nothing left to do. While it runs, the trial decides which
//! arm goes on; A's own pace comes back afterwards. An ablation is one comparison after another, each with A under
//! another setting.

use super::ablating::Ablating;
use super::lab_link::{Base, Began, LabOrder, LabReport, Progress, TrialRequest};
use super::panes::Panes;
use super::running::Canvas;
use crate::driver::{Command, Driver, DriverError, Event};
use crate::lab::{
    Block, BlockClock, Ended, Finding, Looks, Pace, Phase, Report, Settings, Stopping, Trial, TrialError, Verdict, fit,
};
use crate::recording::Positions;
use crate::scene::{SceneError, SceneFile};
use crate::sim::{Refusal, Simulation, ToggleSet};
use crate::tuning::tune;
use crate::view::{Showing, ValueRange};
use std::time::{Duration, Instant};

/// Everything that the lab does beside a scene.
#[derive(Default)]
pub struct Laboratory {
    asked: Option<Asked>,
    comparing: Option<Comparing>,
    ablating: Option<Ablating>,
    reports: Vec<LabReport>,
}

/// A comparison that waits for A to stand still.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What B starts from.
    pub base: Base,
    /// Positions of B's toggles that differ from that.
    pub toggles: Vec<(String, bool)>,
    /// B's toggles where they are all known.
    pub all: Option<ToggleSet>,
    /// How it is run.
    pub settings: Settings,
}

/// A comparison that runs.
struct Comparing {
    trial: Trial,
    panes: Panes,
    pace: OwnPace,
    progress: Option<Progress>,
    judged: u32,
    figures: u64,
    /// Milliseconds that building kernels took meanwhile.
    built: f64,
}

/// How A ran before: the trial sets its pace while it lasts.
#[derive(Clone, Copy)]
struct OwnPace {
    paused: bool,
    fast_forward: bool,
    cycles_per_frame: Option<u32>,
}

impl Laboratory {
    /// Whether A is the lab's for now.
    pub fn is_busy(&self) -> bool {
        self.asked.is_some() || self.comparing.is_some() || self.ablating.is_some()
    }

    /// Whether two arms run.
    pub fn compares(&self) -> bool {
        self.comparing.is_some()
    }

    /// Takes an order of the window.
    pub fn order(&mut self, order: LabOrder, a: &Driver) {
        match order {
            LabOrder::Start(_) | LabOrder::Ablate(_) if self.is_busy() => {
                self.refuse("a comparison runs already; stop it first".to_owned());
            }
            LabOrder::Start(request) => self.asked = Some(Asked::of(&request)),
            LabOrder::Ablate(request) => self.ablating = Some(Ablating::new(request, a)),
            LabOrder::MeasureFloor => {
                if let Some(comparing) = &mut self.comparing {
                    comparing.trial.measure_floor_again();
                }
            }
            LabOrder::Stop => {
                self.asked = None;
                if let Some(ablating) = &mut self.ablating {
                    ablating.stop();
                }
                match &mut self.comparing {
                    Some(comparing) => comparing.trial.stop(),
                    None => self.reports.push(LabReport::Ended(Ok(Ended::Enough(crate::lab::Enough::User)))),
                }
            }
        }
    }

    /// What there is to tell since the last call.
    pub fn take_reports(&mut self) -> Vec<LabReport> {
        std::mem::take(&mut self.reports)
    }

    /// One frame of both arms.
    ///
    /// # Errors
    /// A cannot go on.
    pub fn advance(&mut self, a: &mut Driver, budget: Duration) -> Result<(), DriverError> {
        match &mut self.comparing {
            Some(comparing) => {
                let went = comparing.advance(a, budget, &mut self.reports);
                let over = comparing.trial.is_over();
                match went {
                    Ok(()) if over => self.finish(a),
                    Ok(()) => {}
                    Err(error) => self.give_up(a, &error.to_string()),
                }
                Ok(())
            }
            None => self.prepare(a, budget),
        }
    }

    /// Brings A to a stand, and begins what was asked for.
    fn prepare(&mut self, a: &mut Driver, budget: Duration) -> Result<(), DriverError> {
        let cycle = a.status().cycle;
        a.frame_to(budget, if a.is_at_boundary() { cycle } else { cycle + 1 })?;
        if !a.is_quiet() {
            return Ok(());
        }
        if self.asked.is_none()
            && let Some(ablating) = &mut self.ablating
        {
            self.asked = ablating.next(a, &mut self.reports);
            if self.asked.is_none() && ablating.is_over() {
                self.ablating = None;
            }
            // A may have to reach another setting first.
            return Ok(());
        }
        let Some(asked) = self.asked.take() else { return Ok(()) };
        match begin(a, &asked) {
            Ok((comparing, began)) => {
                self.reports.push(LabReport::Began(Box::new(began)));
                self.comparing = Some(comparing);
            }
            Err(error) => match &mut self.ablating {
                Some(ablating) => ablating.failed(error.to_string(), &mut self.reports),
                None => self.refuse(error.to_string()),
            },
        }
        Ok(())
    }

    /// Paints both arms and their difference, if they stand at the same cycle and there is news; says whether it did.
    ///
    /// # Errors
    /// What cannot be painted.
    pub fn paint(&mut self, a: &Driver, showing: &Showing, canvas: &Canvas) -> Result<bool, String> {
        let Some(comparing) = &mut self.comparing else { return Ok(false) };
        comparing.panes.paint([a, comparing.trial.b()], showing, canvas).map_err(|error| error.to_string())
    }

    /// What the colours of A's picture stand for, while there are pictures of two arms.
    pub fn legend(&self) -> Option<ValueRange> {
        self.comparing.as_ref()?.panes.legend()
    }

    fn refuse(&mut self, reason: String) {
        self.reports.push(LabReport::Refused(reason));
    }

    fn finish(&mut self, a: &mut Driver) {
        let Some(comparing) = self.comparing.take() else { return };
        comparing.pace.restore(a);
        let Phase::Done(ended) = comparing.trial.phase().clone() else { return };
        let report = Report::of(&comparing.trial, a, ["A".to_owned(), "B".to_owned()]);
        if let Some(ablating) = &mut self.ablating {
            let floor: Option<Verdict> = comparing.trial.latest().and_then(|judged| judged.floor.clone());
            ablating.found(&report, floor, comparing.built, &mut self.reports);
        }
        self.reports.push(LabReport::Report(Box::new(report)));
        self.reports.push(LabReport::Ended(Ok(ended)));
    }

    fn give_up(&mut self, a: &mut Driver, reason: &str) {
        if let Some(comparing) = self.comparing.take() {
            comparing.pace.restore(a);
        }
        self.ablating = None;
        self.reports.push(LabReport::Ended(Err(reason.to_owned())));
    }
}

impl Asked {
    fn of(request: &TrialRequest) -> Self {
        Self {
            base: request.base.clone(),
            toggles: request.toggles.clone(),
            all: None,
            settings: settings(request.pairs, request.floor_pairs, request.narrow, "A against B"),
        }
    }
}

/// How a window runs a trial.
pub fn settings(pairs: u32, floor_pairs: u32, narrow: f64, subject: &str) -> Settings {
    Settings {
        looks: Looks::up_to(pairs.max(1)),
        floor_pairs,
        stopping: Stopping { half_width: narrow.ln_1p(), ..Stopping::default() },
        // Frames come between the cycles: only the passes themselves can be timed.
        clock: BlockClock::Passes,
        subject: subject.to_owned(),
        ..Settings::default()
    }
}

/// B's system and its toggles, before it stands anywhere.
fn variant(a: &Driver, base: &Base) -> Result<(Box<dyn Simulation>, ToggleSet), Refusal> {
    match base {
        Base::A => Ok((a.simulation().duplicate(), a.toggles())),
        Base::Preset(name) => {
            let mut simulation = a.simulation().duplicate();
            let toggles = simulation.take_preset(name)?;
            Ok((simulation, toggles))
        }
        Base::Scene(request) => {
            let told = |error: SceneError| Refusal(error.to_string());
            let mut file = SceneFile::read(&request.path).map_err(told)?;
            file.choose(&request.choices).map_err(told)?;
            let names = [a.simulation().description().name, file.scene.system.description().name];
            if names[0] != names[1] {
                let [of_a, of_b] = names;
                return Err(Refusal(format!(
                    "the arms are of different systems: {of_a} and {of_b}; choose a scene of {of_a}"
                )));
            }
            let mut prepared = file.prepare(a.gpu(), request.size, request.seed).map_err(told)?;
            tune(a.kernels(), &mut *prepared.simulation, &request.kernels)
                .map_err(|error| Refusal(error.to_string()))?;
            Ok((prepared.simulation, prepared.toggles))
        }
    }
}

/// B beside A, standing as A stands.
fn begin(a: &mut Driver, asked: &Asked) -> Result<(Comparing, Began), TrialError> {
    let refused = |refusal: Refusal| TrialError::Driver(refusal.into());
    let (simulation, mut toggles) = variant(a, &asked.base).map_err(refused)?;
    for (name, on) in &asked.toggles {
        let index = crate::sim::toggles::index_of(&simulation.description().toggles, name).map_err(refused)?;
        toggles = toggles.with(index, *on);
    }
    let toggles = asked.all.unwrap_or(toggles);
    simulation.validate(toggles).map_err(refused)?;
    let sides = [
        fit::Side { simulation: a.simulation(), toggles: a.toggles() },
        fit::Side { simulation: &*simulation, toggles },
    ];
    fit::check_shapes(&sides).map_err(refused)?;
    fit::check_room(a.gpu(), fit::bytes_beside(&sides), &sides[1])?;
    let promise = fit::promise(&sides);
    let same_rules = sides[0].simulation.rules() == sides[1].simulation.rules();
    let names = |set: ToggleSet| set.names(&a.simulation().description().toggles);
    let on = [names(a.toggles()), names(toggles)];

    let (mut b, b_events) = Driver::new(a.kernels().clone(), a.clock().method().clone(), simulation, toggles)?;
    b.become_arm(1);
    let events = b.listen();
    match &asked.base {
        Base::A => b.stand_as(a)?,
        Base::Preset(name) => b.stand_as_but(a, |simulation| simulation.take_preset(name).map(|_| ()))?,
        // Of the same model, B can take over all that A's system keeps on the host, to the bit.
        Base::Scene(_) if same_rules => b.stand_as(a)?,
        Base::Scene(_) => b.stand_as_another(a)?,
    }
    let began = Began {
        on,
        same_rules,
        base: asked.base.clone(),
        promise: promise.text(),
        floor_pairs: asked.settings.floor_pairs,
        start: a.status().cycle,
        bytes: [a.status().bytes, b.status().bytes],
        positions: [a, &b].map(Positions::of),
        events,
    };
    let pace = OwnPace::take(a);
    let panes = Panes::new(a.gpu());
    let trial = Trial::new(a, b, b_events, promise, asked.settings.clone())?;
    Ok((Comparing { trial, panes, pace, progress: None, judged: 0, figures: 0, built: 0.0 }, began))
}

impl OwnPace {
    /// Notes A's pace and gives it the trial's.
    fn take(a: &mut Driver) -> Self {
        let status = a.status().clone();
        if status.paused {
            a.command(Command::Resume);
        }
        if status.fast_forward {
            a.command(Command::FastForward(false));
        }
        if status.cycles_per_frame.is_some() {
            a.command(Command::SetCyclesPerFrame(None));
        }
        Self { paused: status.paused, fast_forward: status.fast_forward, cycles_per_frame: status.cycles_per_frame }
    }

    fn restore(self, a: &mut Driver) {
        if self.paused {
            a.command(Command::Pause);
        }
        if self.fast_forward {
            a.command(Command::FastForward(true));
        }
        if self.cycles_per_frame.is_some() {
            a.command(Command::SetCyclesPerFrame(self.cycles_per_frame));
        }
    }
}

impl Comparing {
    /// As many steps as the frame has room for.
    fn advance(&mut self, a: &mut Driver, budget: Duration, reports: &mut Vec<LabReport>) -> Result<(), TrialError> {
        let began = Instant::now();
        self.panes.refresh();
        let mut went = Ok(true);
        while matches!(went, Ok(true)) && began.elapsed() < budget && !self.trial.is_over() {
            went = self.trial.advance(a, Pace::Frame(budget));
            // What was just compared is to be seen before it changes.
            if self.panes.wants([a, self.trial.b()]) {
                break;
            }
        }
        self.tell(reports);
        went.map(|_| ())
    }

    fn tell(&mut self, reports: &mut Vec<LabReport>) {
        for finding in self.trial.take_findings() {
            match finding {
                Finding::Event(Event::Built { duration, .. }) => self.built += duration.as_secs_f64() * 1e3,
                Finding::Event(_) => {}
                Finding::Block(block, pair) => reports.push(LabReport::Block(Box::<Block>::new(block), pair)),
                Finding::Deviation(deviation) => reports.push(LabReport::Deviation(Box::new(deviation))),
            }
        }
        if let Some((cycle, figures)) = self.trial.figures().filter(|(cycle, _)| *cycle != self.figures) {
            self.figures = *cycle;
            reports.push(LabReport::Figures { cycle: *cycle, values: figures.clone() });
        }
        let (floor, pairs, most) = self.trial.progress();
        if self.trial.is_over() || pairs != self.judged {
            self.judged = pairs;
            if let Some(judged) = self.trial.latest() {
                let moments = self.trial.moments().judge();
                reports.push(LabReport::Judged { judged: Box::new(judged.clone()), moments });
            }
        }
        let progress =
            Progress { phase: self.trial.phase().clone(), floor, pairs, most, difference: self.panes.difference() };
        if self.progress.as_ref() != Some(&progress) {
            self.progress = Some(progress.clone());
            reports.push(LabReport::Progress(progress));
        }
    }
}

#[cfg(test)]
mod tests;
