//! An ablation in the window: one comparison after another, and A's own setting back at the end.

use super::lab_link::{AblationRequest, Base, LabReport};
use super::laboratory::{Asked, settings};
use crate::driver::Driver;
use crate::lab::ablation::{Found, Planned, Row, plan};
use crate::lab::{Report, Verdict};
use crate::sim::{Toggle, ToggleSet};
use std::collections::VecDeque;

/// The comparisons that are still to be run.
pub struct Ablating {
    request: AblationRequest,
    toggles: Vec<Toggle>,
    queue: VecDeque<Planned>,
    running: Option<Planned>,
    /// A's setting before it all.
    home: ToggleSet,
    is_home: bool,
    /// Cycle from which the running comparison's deviation counts.
    start: u64,
    /// What A against A came to, and under which setting.
    floor: Option<(ToggleSet, Verdict)>,
}

impl Ablating {
    /// All comparisons of A's system.
    pub fn new(request: AblationRequest, a: &Driver) -> Self {
        let simulation = a.simulation();
        let description = simulation.description();
        let queue = plan(description, &request.positions, |set| simulation.validate(set)).into();
        let toggles = description.toggles.clone();
        Self { request, toggles, queue, running: None, home: a.toggles(), is_home: false, start: 0, floor: None }
    }

    /// Whether nothing is left and A stands as before.
    pub fn is_over(&self) -> bool {
        self.is_home
    }

    /// Runs no further comparison.
    pub fn stop(&mut self) {
        self.queue.clear();
    }

    /// The next comparison, once A stands under its setting; asks for that setting otherwise.
    pub fn next(&mut self, a: &mut Driver, reports: &mut Vec<LabReport>) -> Option<Asked> {
        while let Some(Planned { arms: Err(refusal), .. }) = self.queue.front() {
            let reason = refusal.0.clone();
            self.running = self.queue.pop_front();
            self.failed(reason, reports);
        }
        let Some(Planned { arms: Ok([baseline, variant]), .. }) = self.queue.front().cloned() else {
            return self.go_home(a, reports);
        };
        if a.toggles() != baseline {
            if let Err(error) = a.ask_for(baseline) {
                self.running = self.queue.pop_front();
                self.failed(error.to_string(), reports);
            }
            return None;
        }
        self.running = self.queue.pop_front();
        self.start = a.status().cycle;
        let known = self.floor.as_ref().filter(|(setting, _)| *setting == baseline).map(|(_, floor)| floor.clone());
        let floor_pairs = if known.is_some() { 0 } else { self.request.floor_pairs };
        let subject =
            self.running.as_ref().and_then(|planned| self.toggles.get(planned.toggle)).map_or("", |it| it.name);
        let mut settings = settings(self.request.pairs, floor_pairs, self.request.narrow, subject);
        settings.floor = known;
        reports.push(LabReport::AblationLeft(self.queue.len() + 1));
        Some(Asked { base: Base::A, toggles: Vec::new(), all: Some(variant), settings })
    }

    fn go_home(&mut self, a: &mut Driver, reports: &mut Vec<LabReport>) -> Option<Asked> {
        if a.toggles() != self.home
            && let Err(error) = a.ask_for(self.home)
        {
            reports.push(LabReport::Refused(error.to_string()));
        }
        self.is_home = true;
        reports.push(LabReport::AblationLeft(0));
        None
    }

    /// The running comparison is over.
    pub fn found(&mut self, report: &Report, floor: Option<Verdict>, build_ms: f64, reports: &mut Vec<LabReport>) {
        let growth = crate::lab::Settings::default().growth.last().copied().unwrap_or(0);
        if let (Some(floor), Some(Planned { arms: Ok([baseline, _]), .. })) = (floor, &self.running) {
            self.floor = Some((*baseline, floor));
        }
        self.row(Ok(Found::of(report, self.start + growth, build_ms)), reports);
    }

    /// The comparison at hand cannot be run.
    pub fn failed(&mut self, reason: String, reports: &mut Vec<LabReport>) {
        self.row(Err(reason), reports);
    }

    fn row(&mut self, found: Result<Found, String>, reports: &mut Vec<LabReport>) {
        let Some(planned) = self.running.take() else { return };
        let Some(toggle) = self.toggles.get(planned.toggle) else { return };
        reports.push(LabReport::AblationRow(Box::new(Row::of(toggle, planned.position, found))));
    }
}
