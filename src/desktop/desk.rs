//! The window's world without Bevy: takes in reports and events, carries out what the panels ask for.

use super::action::Action;
use super::format;
use super::launch::{Options, Presenting};
use super::link::{Order, Report};
use super::model::{Model, Severity};
use super::recording::{Note, Recording};
use crate::driver::{Command, Event};
use crossbeam_channel::{Receiver, Sender};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

/// Everything of the window that outlives a frame.
pub struct Desk {
    /// What the panels show.
    pub model: Model,
    /// What the panels asked for in this frame.
    pub asked: Vec<Action>,
    /// Size that the picture should have, in pixels.
    pub picture: [u32; 2],
    /// Host time of ours in this frame so far.
    pub spent: Duration,
    options: Options,
    orders: Sender<Order>,
    reports: Receiver<Report>,
    events: Option<Receiver<Event>>,
    recording: Recording,
    frame_began: Option<Instant>,
}

impl Desk {
    /// A desk that has heard nothing yet.
    pub fn new(model: Model, options: Options, orders: Sender<Order>, reports: Receiver<Report>) -> Self {
        Self {
            model,
            asked: Vec::new(),
            picture: [0, 0],
            spent: Duration::ZERO,
            options,
            orders,
            reports,
            events: None,
            recording: Recording::default(),
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
            self.model.own.frame(own, now.saturating_duration_since(began));
        }
        self.model.now = now;
        let reports: Vec<_> = self.reports.try_iter().collect();
        for report in reports {
            self.take(report);
        }
        self.drain_events();
        self.model.recording = self.recording.running();
        self.model.tick(now);
        self.spent += now.elapsed();
    }

    /// Carries out what the panels asked for.
    pub fn apply(&mut self) {
        for action in std::mem::take(&mut self.asked) {
            self.carry_out(action);
        }
    }

    /// Notes whether the window has the focus.
    pub fn focus(&mut self, focused: bool) {
        if self.model.focused != focused {
            self.model.focused = focused;
            self.recording.note(Note::Focus(focused));
        }
    }

    /// Closes the recording, if one runs.
    pub fn finish_recording(&mut self) {
        // What the driver has sent belongs to the recording, though the panels may not have seen it.
        self.drain_events();
        match self.recording.finish() {
            Ok(None) => {}
            Ok(Some(closed)) => {
                let text = format!(
                    "recording closed after {}: {} events, {}",
                    format::elapsed(closed.elapsed),
                    format::grouped(closed.events),
                    closed.path.display()
                );
                self.model.notices.add(Severity::Note, text);
            }
            Err(reason) => self.model.notices.add(Severity::Error, format!("the recording was not written: {reason}")),
        }
        self.model.recording = None;
    }

    /// The device failed: keeps what was recorded and says why.
    pub fn device_failed(&mut self, reason: &str) {
        self.finish_recording();
        self.model.notices.add(Severity::Error, format!("the device failed: {reason}"));
    }

    fn take(&mut self, report: Report) {
        match report {
            Report::Opened(opened) => {
                self.events = Some(opened.events);
                self.model.take_scene(opened.facts, opened.machine);
            }
            Report::Failed(reason) => self.model.notices.add(Severity::Error, reason),
            Report::Snapshot(snapshot) => {
                self.spent += snapshot.status.own + snapshot.painting;
                self.model.legend = snapshot.legend.or(self.model.legend);
                self.model.take_status(snapshot.status, &snapshot.parameters);
            }
            Report::Voxel(voxel) => self.model.voxel = Some(voxel),
        }
    }

    fn drain_events(&mut self) {
        let Some(events) = &self.events else { return };
        for event in events.try_iter() {
            self.recording.observe(&event);
            self.model.observe(&event);
        }
    }

    fn carry_out(&mut self, action: Action) {
        let model = &mut self.model;
        match action {
            Action::Driver(command) => self.command(command),
            Action::Look(change) => {
                model.look.change(change);
                let look = model.look;
                self.order(Order::Look(look));
            }
            Action::StartRecording => self.start_recording(),
            Action::StopRecording => self.finish_recording(),
            Action::OpenScene(request) => {
                self.finish_recording();
                self.events = None;
                self.model.forget_scene(request.clone());
                self.order(Order::Open(request));
            }
            Action::Present(presenting) => self.present(presenting),
            Action::ShowHelp(shown) => model.help = shown,
            Action::PinBaseline => model.shown_timing_mut().pin(true),
            Action::UnpinBaseline => model.shown_timing_mut().pin(false),
            Action::SelectCycles(cycles) => model.shown_timing_mut().select(cycles),
            Action::ShowArm(arm) => model.show_arm(arm),
            Action::DismissNotice(index) => model.notices.dismiss(index),
            Action::PickVoxel(at) => self.order(Order::Pick(at)),
            Action::CloseVoxel => model.voxel = None,
            Action::FollowPointer(follow) => model.follow_pointer = follow,
        }
    }

    fn command(&mut self, command: Command) {
        self.model.asked(&command);
        self.order(Order::Command(command));
    }

    fn present(&mut self, presenting: Presenting) {
        self.model.presenting = presenting;
        self.recording.note(Note::Presenting(presenting));
    }

    fn start_recording(&mut self) {
        let Some(scene) = &self.model.scene else { return };
        let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let path = self.options.recordings.join(PathBuf::from(format!("{}-{seconds}.ron", scene.name)));
        match self.recording.start(&path) {
            Ok(()) => {
                self.recording.note(Note::Presenting(self.model.presenting));
                self.recording.note(Note::Focus(self.model.focused));
            }
            Err(reason) => self.model.notices.add(Severity::Error, format!("cannot record: {reason}")),
        }
    }

    fn order(&mut self, order: Order) {
        if self.orders.try_send(order).is_err() {
            let text = "the device is too busy to take another wish; it was dropped";
            self.model.notices.add(Severity::Warning, text.to_owned());
        }
    }
}
