//! The lab: what the user asks it for, the comparison at hand, and an ablation's table.

use super::contest::Contest;
use super::{Measured, Model, Severity};
use crate::desktop::lab_link::{AblationRequest, Base, LabOrder, LabReport, TrialRequest};
use crate::driver::{Command, Event};
use crate::lab::ablation::{Position, Row};
use std::collections::BTreeSet;

/// What the right side of the window shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Stage timings and recent cycles.
    #[default]
    Stages,
    /// A against B.
    Compare,
    /// Every toggle, one after another.
    Ablation,
    /// Every stage under the machine's limits.
    Roofline,
    /// Figures over a parameter.
    Sweep,
    /// One of the system's lists.
    List(usize),
}

/// What the panels of the lab ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum LabAction {
    /// Shows another side of the lab.
    Show(Tab),
    /// Another choice of B, or of how it is compared.
    Choose(Box<Choice>),
    /// Begins the comparison that was chosen.
    Start,
    /// Ends it after the running pair.
    Stop,
    /// Measures A against A again.
    MeasureFloor,
    /// Puts every toggle to the test.
    Ablate,
}

/// What B is to be, and how it is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What B starts from.
    pub base: Base,
    /// Toggles that are then flipped.
    pub flipped: BTreeSet<&'static str>,
    /// Most pairs of blocks.
    pub pairs: u32,
    /// Pairs of A against A before them.
    pub floor_pairs: u32,
    /// Half the width of an interval that is narrow enough, in per cent.
    pub narrow: f64,
    /// How an ablation puts each toggle to the test.
    pub positions: Vec<Position>,
    /// Most pairs of each of an ablation's comparisons.
    pub ablation_pairs: u32,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            base: Base::A,
            flipped: BTreeSet::new(),
            pairs: 96,
            floor_pairs: 12,
            narrow: 1.0,
            positions: vec![Position::Alone, Position::Cumulative],
            ablation_pairs: 12,
        }
    }
}

/// Everything of the lab that is shown.
#[derive(Debug, Default)]
pub struct Lab {
    /// Which side of it.
    pub tab: Tab,
    /// What is to be compared next.
    pub choice: Choice,
    /// Whether something was asked for that has not begun.
    pub asked: bool,
    /// The comparison at hand, or the last one.
    pub contest: Option<Contest>,
    /// The table of the last ablation.
    pub rows: Vec<Row>,
    /// Comparisons of the ablation that are still to come; `None` where none runs.
    pub left: Option<usize>,
}

impl Lab {
    /// Which of the system's lists is looked at.
    pub fn list(&self) -> Option<usize> {
        match self.tab {
            Tab::List(index) => Some(index),
            Tab::Stages | Tab::Compare | Tab::Ablation | Tab::Roofline | Tab::Sweep => None,
        }
    }

    /// Whether A is the lab's for now: neither its toggles nor its pace can be changed then.
    pub fn is_busy(&self) -> bool {
        self.asked || self.left.is_some() || self.compares()
    }

    /// Whether two arms run.
    pub fn compares(&self) -> bool {
        self.contest.as_ref().is_some_and(Contest::is_running)
    }
}

impl Model {
    /// Where this toggle would stand in B.
    pub fn stands_in_b(&self, toggle: &'static str) -> bool {
        let choice = &self.lab.choice;
        let scene = self.scene.as_ref();
        let preset = match &choice.base {
            Base::Preset(name) => scene.and_then(|scene| scene.presets.iter().find(|it| it.name == name)),
            Base::A | Base::Scene(_) => None,
        };
        let base = match preset {
            Some(preset) => preset.on.contains(&toggle),
            None => self.toggles.iter().any(|row| row.toggle.name == toggle && row.on),
        };
        base != choice.flipped.contains(toggle)
    }

    /// Why this command cannot be while the lab has A; `None` where it can.
    pub fn lab_forbids(&self, command: &Command) -> Option<String> {
        let told = "A stays as it is while it is compared: wait for the verdict, or stop the comparison";
        // The pointer moves on its own: nobody asked for anything.
        (self.lab.is_busy() && !matches!(command, Command::Point { .. })).then(|| told.to_owned())
    }

    /// Notes what the lab is asked for; what has to reach the device is given back.
    pub fn ask_lab(&mut self, action: LabAction) -> Option<LabOrder> {
        let lab = &mut self.lab;
        match action {
            LabAction::Show(tab) => lab.tab = tab,
            LabAction::Choose(choice) => lab.choice = *choice,
            LabAction::Start if !lab.is_busy() => {
                lab.asked = true;
                return Some(LabOrder::Start(self.request()));
            }
            LabAction::Ablate if !lab.is_busy() => {
                (lab.left, lab.rows) = (Some(0), Vec::new());
                let Choice { positions, ablation_pairs, floor_pairs, narrow, .. } = lab.choice.clone();
                let narrow = narrow / 100.0;
                return Some(LabOrder::Ablate(AblationRequest {
                    positions,
                    pairs: ablation_pairs,
                    floor_pairs,
                    narrow,
                }));
            }
            LabAction::Start | LabAction::Ablate => {}
            LabAction::Stop => {
                if let Some(contest) = &mut lab.contest {
                    contest.stopping = true;
                }
                return Some(LabOrder::Stop);
            }
            LabAction::MeasureFloor => return Some(LabOrder::MeasureFloor),
        }
        None
    }

    fn request(&self) -> TrialRequest {
        let choice = &self.lab.choice;
        let flipped = choice.flipped.iter().map(|name| ((*name).to_owned(), self.stands_in_b(name)));
        TrialRequest {
            base: choice.base.clone(),
            toggles: flipped.collect(),
            pairs: choice.pairs,
            floor_pairs: choice.floor_pairs,
            narrow: choice.narrow / 100.0,
        }
    }

    /// Takes in what the lab tells.
    pub fn take_lab(&mut self, report: LabReport) {
        match report {
            LabReport::Began(began) => {
                self.lab.asked = false;
                self.timing[1].restart(u64::MAX);
                self.lab.contest = Some(Contest::new(*began, self.now));
            }
            LabReport::Refused(reason) => {
                self.lab.asked = false;
                self.notices.add(Severity::Warning, format!("refused: {reason}"));
            }
            // For the recording; the panels know the latest verdicts.
            LabReport::Report(_) => {}
            LabReport::AblationRow(row) => self.lab.rows.push(*row),
            LabReport::AblationLeft(left) => self.lab.left = Some(left).filter(|left| *left > 0),
            LabReport::Ended(ended) => {
                self.lab.asked = false;
                if let Err(reason) = &ended {
                    self.lab.left = None;
                    self.notices.add(Severity::Error, format!("the comparison ended: {reason}"));
                }
                self.end_contest(ended);
            }
            other => {
                if let Some(contest) = &mut self.lab.contest {
                    contest.take(other, self.now);
                }
            }
        }
    }

    fn end_contest(&mut self, ended: Result<crate::lab::Ended, String>) {
        let Some(contest) = self.lab.contest.as_mut().filter(|contest| contest.is_running()) else { return };
        contest.take(LabReport::Ended(ended), self.now);
        let differing = contest.differing();
        let ([(name, on)], true, None) = (differing.as_slice(), contest.same_rules, contest.broken()) else { return };
        let verdict = contest.judged.as_ref().map(|judged| &judged.whole);
        let Some((factor, (low, high))) = verdict.and_then(|verdict| verdict.factor_of_toggle(*on)) else { return };
        let clear = verdict.is_some_and(|verdict| !verdict.is_ambiguous());
        if let Some(row) = self.toggles.iter_mut().find(|row| row.toggle.name == *name) {
            row.measured = Some(Measured { factor, interval: [low, high], clear });
        }
    }

    /// Takes in what arm B's driver tells.
    pub fn observe_b(&mut self, event: &Event) {
        match event {
            Event::PassKind(kind) => self.timing[1].kind(kind),
            Event::Sample(sample) => {
                if let Some(milliseconds) = self.timing[1].sample(sample).filter(|_| self.shown_arm == 1) {
                    self.strip.device(sample.cycle, milliseconds);
                }
            }
            Event::Cycle { cycle, host, .. } if self.shown_arm == 1 => self.strip.host(*cycle, *host),
            Event::Built { duration, .. } => {
                self.built.0 += 1;
                self.built.1 += *duration;
            }
            Event::Fault(reason) => self.notices.add(Severity::Error, format!("arm B: {reason}")),
            Event::Refused { reason, .. } => self.notices.add(Severity::Warning, format!("arm B: {reason}")),
            _ => {}
        }
    }
}
