//! The window's world without Bevy: takes in reports and events, carries out what the panels ask for.

use super::action::Action;
use super::lab_link::LabReport;
use super::launch::{Options, Presenting, SceneRequest};
use super::link::{Order, Report};
use super::model::{Model, ParameterRow, Severity, SweepAction};
use super::pace::{Pace, Reasons};
use super::recording::Recorder;
use crate::driver::{Command, Event};
use crate::recording::{Facts, Start};
use crate::view::Pointed;
use crossbeam_channel::{Receiver, Sender};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Everything of the window that outlives a frame.
pub struct Desk {
    /// What the panels show.
    pub model: Model,
    /// What the panels asked for in this frame.
    pub asked: Vec<Action>,
    /// Size that the picture should have, in pixels.
    pub picture: [u32; 2],
    scale: f32,
    /// Host time of ours in this frame so far.
    pub spent: Duration,
    /// Whether the window is to close.
    pub leaving: bool,
    /// Whether the window is drawn in this frame.
    pub draws: bool,
    /// Whether something came in that panels must show at once, though no hand touched them.
    touched: bool,
    pace: Pace,
    pictures: u64,
    options: Options,
    orders: Sender<Order>,
    reports: Receiver<Report>,
    events: Option<Receiver<Event>>,
    /// What arm B tells, while there is one.
    events_of_b: Option<Receiver<Event>>,
    recorder: Recorder,
    facts: Option<Facts>,
    frame_began: Option<Instant>,
}

impl Desk {
    /// A desk that has heard nothing yet.
    pub fn new(model: Model, options: Options, orders: Sender<Order>, reports: Receiver<Report>) -> Self {
        Self {
            model,
            asked: Vec::new(),
            picture: [0, 0],
            scale: 1.0,
            spent: Duration::ZERO,
            leaving: false,
            draws: true,
            touched: false,
            pace: Pace::default(),
            pictures: 0,
            options,
            orders,
            reports,
            events: None,
            events_of_b: None,
            recorder: Recorder::default(),
            facts: None,
            frame_began: None,
        }
    }

    /// Settings of the window.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Begins a frame: books the last one and takes in everything that has arrived.
    pub fn begin_frame(&mut self, now: Instant) {
        if let Some(began) = self.frame_began.replace(now) {
            let own = std::mem::take(&mut self.spent);
            self.model.own.frame(own, now.saturating_duration_since(began), self.draws);
        }
        self.model.now = now;
        let reports: Vec<_> = self.reports.try_iter().collect();
        for report in reports {
            self.take(report);
        }
        self.drain_events();
        if let Some((command, note)) = self.model.sweep_on() {
            let noted = note.map_or(Ok(()), |note| self.recorder.note(note));
            self.keep_recording(noted);
            command.into_iter().for_each(|command| self.command(command));
        }
        let recorded = self.recorder.flush(now);
        self.keep_recording(recorded);
        self.tell_finished(false);
        self.model.recording = self.recorder.running();
        self.model.tick(now);
        self.spent += now.elapsed();
    }

    /// Decides whether the window is drawn in this frame; `touched` by a hand, or by a panel that moves by itself.
    pub fn decide_to_draw(&mut self, touched: bool) {
        let always = self.model.status.cycles_per_frame.is_some() || self.options.screenshot.is_some();
        let touched = std::mem::take(&mut self.touched) || touched;
        let reasons = Reasons { touched, always, pictures: self.pictures };
        self.draws = self.pace.draws(self.model.now, reasons);
        if self.draws {
            self.recorder.count_frame();
        }
    }

    /// Whether this frame may rest: nothing is drawn, so the screen does not slow it down, and neither does a software
    /// adapter that has something to compute.
    pub fn may_rest(&self) -> bool {
        let model = &self.model;
        !self.draws && (!model.machine.software || model.status.paused || model.scene.is_none())
    }

    /// Carries out what the panels asked for; whether there was anything.
    pub fn apply(&mut self) -> bool {
        let asked = std::mem::take(&mut self.asked);
        // Where the pointer is changes nothing that is shown: the answer comes later.
        let any = asked.iter().any(|action| !matches!(action, Action::Point(_)));
        asked.into_iter().for_each(|action| self.carry_out(action));
        any
    }

    /// Takes over how many pixels a point has, where the pictures' frames are laid out by it.
    pub fn scaled(&mut self, scale: f32) {
        if self.scale != scale {
            self.scale = scale;
            self.order(Order::Scale(scale));
        }
    }

    /// A file hovers over the window, or does so no longer.
    pub fn hover(&mut self, file: Option<PathBuf>) {
        self.touched = true;
        self.model.hovering = file;
    }

    /// A file was dropped on the window.
    pub fn dropped(&mut self, path: &Path) {
        self.hover(None);
        self.asked.push(Action::OpenScene(SceneRequest::new(path)));
    }

    /// Notes whether the window has the focus.
    pub fn focus(&mut self, focused: bool) {
        if self.model.focused != focused {
            self.model.focused = focused;
            let noted = self.recorder.focus(focused);
            self.keep_recording(noted);
        }
    }

    /// Closes the recording, if one runs.
    pub fn finish_recording(&mut self, cleanly: bool, reason: &str) {
        // What the driver has sent belongs to the recording, though the panels may not have seen it.
        self.drain_events();
        self.recorder.finish(self.model.status.counts, cleanly, reason);
        self.model.recording = None;
    }

    /// Closes the recording and waits until it is written: nothing comes after it.
    pub fn leave(&mut self, cleanly: bool, reason: &str) {
        self.finish_recording(cleanly, reason);
        self.tell_finished(true);
    }

    /// The device failed: says why. A lost one also ends the recording, which is kept.
    pub fn device_failed(&mut self, reason: &str, lost: bool) {
        if lost {
            self.leave(false, &format!("device lost: {reason}"));
        }
        self.model.notices.add(Severity::Error, format!("the device failed: {reason}"));
    }

    /// A recording that cannot be written ends; what is in its journal stays.
    fn keep_recording(&mut self, result: Result<(), String>) {
        if let Err(reason) = result {
            self.model.notices.add(Severity::Error, format!("the recording ended: {reason}"));
            self.recorder.finish(self.model.status.counts, false, &reason);
        }
    }

    fn tell_finished(&mut self, patient: bool) {
        for result in self.recorder.finished(patient) {
            match result {
                Ok(finished) => {
                    let cycles = finished.session.closing.map_or(0, |closing| closing.cycles);
                    let text = format!("{cycles} cycles recorded in `{}`", finished.document.display());
                    self.model.notices.add(Severity::Note, text);
                }
                Err(reason) => {
                    self.model.notices.add(Severity::Error, format!("the recording was not written: {reason}"));
                }
            }
        }
    }

    fn take(&mut self, report: Report) {
        match report {
            Report::Opened(opened) => {
                // A scene that was read again; whoever opens another one has ended the recording before.
                self.finish_recording(true, "the scene was opened anew");
                self.events = Some(opened.events);
                self.facts = Some(opened.recording);
                self.model.request = opened.request;
                self.model.showing = opened.showing;
                (self.model.selected, self.model.legends) = (0, Vec::new());
                self.model.take_scene(opened.facts, opened.machine);
            }
            Report::Reread { told, note } => {
                let noted = self.recorder.note(note);
                self.keep_recording(noted);
                self.model.notices.add(Severity::Note, told);
            }
            Report::Failed(reason) => self.model.notices.add(Severity::Error, reason),
            Report::Snapshot(snapshot) => {
                self.spent += snapshot.status.own + snapshot.painting;
                self.pictures = snapshot.pictures;
                self.model.legends = snapshot.legends;
                self.model.take_standing(snapshot.standing);
                self.model.take_costs(&snapshot.costs);
                self.model.take_status(snapshot.status, &snapshot.parameters);
            }
            Report::Roof(roof) => {
                if let Some(facts) = &mut self.facts {
                    facts.roof = Some(roof);
                }
                self.model.take_roof(roof);
            }
            Report::Exported(folder) => {
                let text = format!("pictures and numbers in `{}`", folder.display());
                self.model.notices.add(Severity::Note, text);
            }
            Report::Voxel(voxel) => self.model.voxel = Some(voxel),
            Report::Reading(reading) => {
                let over = self.model.pointed.map(|pointed| pointed.picture);
                let fresh = Some(reading).filter(|reading| over == Some(reading.picture));
                if fresh != self.model.reading {
                    (self.model.reading, self.touched) = (fresh, true);
                }
            }
            Report::Listed(listed) => {
                if self.model.lab.list() == Some(listed.list) {
                    (self.model.listed, self.touched) = (Some(listed), true);
                }
            }
            Report::Lab(report) => {
                if matches!(report, LabReport::Ended(_)) {
                    // What both arms measured last belongs to the comparison.
                    self.drain_events();
                }
                if let LabReport::Began(began) = &report {
                    self.events_of_b = Some(began.events.clone());
                }
                let noted = self.recorder.lab(&report);
                self.keep_recording(noted);
                self.model.take_lab(report);
            }
        }
    }

    fn drain_events(&mut self) {
        if let Some(events) = self.events_of_b.clone() {
            for event in events.try_iter() {
                let recorded = self.recorder.observe_b(&event);
                self.keep_recording(recorded);
                self.model.observe_b(&event);
            }
        }
        let Some(events) = self.events.clone() else { return };
        for event in events.try_iter() {
            let recorded = self.recorder.observe(&event);
            self.keep_recording(recorded);
            self.model.observe(&event);
        }
    }

    fn carry_out(&mut self, action: Action) {
        let model = &mut self.model;
        match action {
            Action::Driver(command) => self.command(command),
            Action::Look(look) => {
                let selected = model.selected();
                if let Some(shown) = model.showing.looks.get_mut(selected) {
                    *shown = look;
                }
                let showing = model.showing.clone();
                self.order(Order::Show(showing));
            }
            Action::Focus(focus) => {
                model.selected = focus.unwrap_or(model.selected());
                model.showing.focus = focus;
                let showing = model.showing.clone();
                self.order(Order::Show(showing));
            }
            Action::Select(picture) => model.selected = picture,
            Action::StartRecording => self.start_recording(),
            Action::StopRecording => self.finish_recording(true, "stopped by the user"),
            Action::OpenScene(request) => {
                self.finish_recording(true, "another scene was opened");
                (self.events, self.events_of_b, self.facts) = (None, None, None);
                self.model.forget_scene(request.clone());
                self.order(Order::Open(request));
            }
            Action::Present(presenting) => self.present(presenting),
            Action::ShowHelp(shown) => model.help = shown,
            Action::MeasureRoof => self.order(Order::MeasureRoof),
            Action::PinBaseline => model.shown_timing_mut().pin(true),
            Action::UnpinBaseline => model.shown_timing_mut().pin(false),
            Action::SelectCycles(cycles) => model.shown_timing_mut().select(cycles),
            Action::ShowArm(arm) => model.show_arm(arm),
            Action::DismissNotice(index) => model.notices.dismiss(index),
            Action::PickVoxel(site) => self.order(Order::Pick(site)),
            Action::Export => self.order(Order::Export),
            Action::CloseVoxel => model.voxel = None,
            Action::Point(pointed) => {
                let over = |pointed: &Option<Pointed>| pointed.map(|pointed| pointed.picture);
                if over(&pointed) != over(&model.pointed) {
                    model.reading = None;
                }
                model.pointed = pointed;
                self.order(Order::Point(pointed));
            }
            Action::FollowPointer(follow) => model.follow_pointer = follow,
            Action::Leave => self.leaving = true,
            Action::Sweep(action) => {
                if let (SweepAction::Start, Some(plan)) = (&action, &model.sweep_plan) {
                    self.recorder.leave_out(plan.equilibrate);
                }
                model.ask_sweep(action);
            }
            Action::Lab(action) => {
                let before = model.lab.list();
                let order = model.ask_lab(action);
                let list = model.lab.list();
                if list != before {
                    model.listed = None;
                    self.order(Order::List(list));
                }
                if let Some(order) = order {
                    self.order(Order::Lab(order));
                }
            }
        }
    }

    fn command(&mut self, command: Command) {
        if let Some(reason) = self.model.lab_forbids(&command) {
            self.model.notices.add(Severity::Warning, reason);
            return;
        }
        self.model.asked(&command);
        self.order(Order::Command(command));
    }

    fn present(&mut self, presenting: Presenting) {
        self.model.presenting = presenting;
        let noted = self.recorder.presenting(presenting);
        self.keep_recording(noted);
    }

    fn start_recording(&mut self) {
        let Some(facts) = self.facts.clone() else { return };
        let model = &self.model;
        let value = |row: &ParameterRow| Some((row.parameter.name.to_owned(), row.value?));
        let start = Start {
            present_mode: model.presenting.name().to_owned(),
            toggles_on: model.status.toggles_on.clone(),
            parameters: model.parameters.iter().filter_map(value).collect(),
            kinds: model.kinds.clone(),
            memory: model.memory.clone(),
            cycle: model.next_cycle(),
            counts: model.status.counts,
        };
        let focused = model.focused;
        let started = self.recorder.start(facts, start).and_then(|()| self.recorder.focus(focused));
        if let Err(reason) = started {
            self.model.notices.add(Severity::Error, format!("cannot record: {reason}"));
        }
    }

    fn order(&mut self, order: Order) {
        if self.orders.try_send(order).is_err() {
            let text = "the device is too busy to take another wish; it was dropped";
            self.model.notices.add(Severity::Warning, text.to_owned());
        }
    }
}
