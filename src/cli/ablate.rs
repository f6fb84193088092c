//! `fieldscope ablate`: every toggle alone, left out and cumulatively, as one table.

use super::ab::is_regression;
use super::ablation_table::{csv, text};
use super::arguments::{AblateArguments, ArmArguments, Column};
use super::arms::Workbench;
use super::compare::fraction;
use super::error::CliError;
use super::record::make_folder;
use super::run::interrupted;
use super::trial::{run, settings};
use crate::driver::{Counts, Event};
use crate::gpu::roof::measure_roof;
use crate::lab::ablation::{Found, Planned, Position, Row, bare, plan};
use crate::lab::{Finding, Promise, Report, Settings, Verdict};
use crate::recording::{Facts, Recording, Start, default_path};
use crate::session::{self, Finished, Outcome, Record};
use crate::sim::{Description, Toggle, ToggleSet, toggles::index_of};
use std::collections::BTreeMap;
use std::time::Duration;

/// Runs the command.
///
/// # Errors
/// A toggle that is not there, a broken promise, or anything that keeps a trial from running.
pub fn ablate(arguments: &AblateArguments) -> Result<(), CliError> {
    // Listens for Ctrl-C before anything is written.
    interrupted();
    let limit = arguments.fail_above.as_deref().map(fraction).transpose()?;
    let workbench = Workbench::open(arguments.scene.adapter.as_deref())?;
    let mut ablation = Ablation::start(arguments, workbench)?;
    let went = ablation.run();
    let (rows, finished) = ablation.finish(went)?;
    if let Some(path) = &arguments.csv {
        make_folder(path)?;
        std::fs::write(path, csv(&rows)).map_err(|error| CliError::file(path, error))?;
    }
    if arguments.json {
        let text = serde_json::to_string_pretty(&rows).map_err(|error| CliError::Input(error.to_string()))?;
        println!("{text}");
    } else {
        print!("{}", text(&rows));
        println!("session    {}", finished.document.display());
    }
    let broken: Vec<_> = rows.iter().filter_map(broken).collect();
    if !broken.is_empty() {
        return Err(CliError::BrokenPromise(broken.join("; ")));
    }
    let slower: Vec<_> = rows.iter().filter_map(|row| limit.and_then(|limit| slower(row, limit))).collect();
    match &arguments.fail_above {
        Some(threshold) if !slower.is_empty() => {
            Err(CliError::Regression { threshold: threshold.clone(), rows: slower })
        }
        _ => Ok(()),
    }
}

/// An ablation under way.
struct Ablation<'a> {
    arguments: &'a AblateArguments,
    workbench: Workbench,
    description: Description,
    plan: Vec<Planned>,
    recording: Recording,
    /// A against A under every setting that was measured.
    floors: BTreeMap<ToggleSet, Verdict>,
    counts: Counts,
    rows: Vec<Row>,
}

impl<'a> Ablation<'a> {
    fn start(arguments: &'a AblateArguments, workbench: Workbench) -> Result<Self, CliError> {
        // What is wrong with the numbers is told before anything runs.
        settings(&arguments.trial, "")?;
        let own = workbench.side(&arguments.scene, &ArmArguments::default())?;
        let nothing = bare(own.simulation().description(), &|set| own.simulation().validate(set));
        let side = workbench.side_with(&arguments.scene, nothing, "nothing on".to_owned())?;
        let description = side.simulation().description().clone();
        let positions = positions(&arguments.only);
        let mut plan = plan(&description, &positions, |set| side.simulation().validate(set));
        if !arguments.tested.is_empty() {
            let tested = arguments.tested.iter().map(|name| {
                let index = index_of(&description.toggles, name);
                index.map_err(|refusal| CliError::Input(format!("--test: {refusal}")))
            });
            let tested: Vec<usize> = tested.collect::<Result<_, _>>()?;
            plan.retain(|planned| tested.contains(&planned.toggle));
        }
        let alone = workbench.alone(side)?;
        let path = arguments.out.clone().unwrap_or_else(|| default_path(&alone.facts.scene.name));
        make_folder(&path)?;
        let roof = measure_roof(alone.driver.kernels(), alone.driver.state().stream())?;
        let facts = Facts { roof: Some(roof), ..alone.facts.clone() };
        let mut recording = Recording::start(&path, facts, Start::headless(&alone.driver))?;
        recording.leave_blocks_to_pairs()?;
        if let Some(note) = &alone.note {
            eprintln!("fieldscope: {note}");
            recording.note(format!("Size({note:?})"))?;
        }
        Ok(Self {
            arguments,
            workbench,
            description,
            plan,
            recording,
            floors: BTreeMap::new(),
            counts: Counts::default(),
            rows: Vec::new(),
        })
    }

    /// Runs every comparison, or those before Ctrl-C.
    fn run(&mut self) -> Result<(), CliError> {
        for planned in self.plan.clone() {
            if interrupted() {
                break;
            }
            let row = self.compare(&planned)?;
            if !self.arguments.json {
                eprintln!("fieldscope: {}, {}: {}", row.toggle, row.position.name(), told(&row));
            }
            self.rows.push(row);
        }
        Ok(())
    }

    /// Runs one comparison, if there is one to run.
    fn compare(&mut self, planned: &Planned) -> Result<Row, CliError> {
        let toggle = self.description.toggles.get(planned.toggle).cloned();
        let toggle = toggle.ok_or_else(|| CliError::Input("the plan names a toggle that is not there".to_owned()))?;
        let row = |found| Row::of(&toggle, planned.position, found);
        let arms = match &planned.arms {
            Ok(arms) => *arms,
            Err(refusal) => return Ok(row(Err(refusal.to_string()))),
        };
        let (report, build_ms) = match self.trial(&toggle, planned.position, arms) {
            Ok(found) => found,
            // Settings that do not fit are a line of the table, not its end.
            Err(error @ CliError::Gpu(_)) if error.exit_code() == 2 => return Ok(row(Err(error.to_string()))),
            Err(error) => return Err(error),
        };
        self.record(&toggle, planned.position, &report)?;
        Ok(row(Ok(Found::of(&report, self.arguments.trial.growth, build_ms))))
    }

    fn trial(
        &mut self,
        toggle: &Toggle,
        position: Position,
        [a, b]: [ToggleSet; 2],
    ) -> Result<(Report, f64), CliError> {
        let name = |set: ToggleSet| set.names(&self.description.toggles).join(", ");
        let side = |set: ToggleSet| self.workbench.side_with(&self.arguments.scene, set, name(set));
        let arms = self.workbench.drivers(side(a)?, side(b)?)?;
        let subject = format!("{} ({})", toggle.name, position.name());
        let asked = settings(&self.arguments.trial, &subject)?;
        let floor = self.floors.get(&a).cloned();
        let floor_pairs = if floor.is_some() { 0 } else { asked.floor_pairs };
        // Moments are compared after every pair, and without growth everything is: then both arms go together.
        let apart = !asked.growth.is_empty() && !matches!(arms.promise, Promise::Statistical(_));
        let settings = Settings { floor_pairs, floor, apart, ..asked };
        let mut built = Duration::ZERO;
        let recording = &mut self.recording;
        let (report, counts) = run(arms, settings, |finding| {
            match finding {
                Finding::Event(Event::Built { duration, .. }) => built += duration,
                Finding::Deviation(deviation) => recording.put(Record::Deviation(deviation))?,
                Finding::Event(_) | Finding::Block(..) => {}
            }
            Ok(())
        });
        self.counts = self.counts + counts;
        let report = report?;
        if let Some(floor) = report.judged.as_ref().and_then(|judged| judged.floor.clone()) {
            self.floors.insert(a, floor);
        }
        Ok((report, built.as_secs_f64() * 1e3))
    }

    /// The whole cycle's verdict only: stages have other numbers in every comparison.
    fn record(&mut self, toggle: &Toggle, position: Position, report: &Report) -> Result<(), CliError> {
        let claim = toggle.claim.as_ref().map(|claim| session::Claim {
            lowest: f64::from(*claim.factor.start()),
            highest: f64::from(*claim.factor.end()),
            source: claim.source.to_owned(),
        });
        for verdict in report.records(toggle.name, position.name(), claim, |_| None) {
            self.recording.put(Record::Verdict(verdict))?;
        }
        Ok(())
    }

    /// Closes the session, whatever became of the comparisons.
    fn finish(self, went: Result<(), CliError>) -> Result<(Vec<Row>, Finished), CliError> {
        let reason = match &went {
            Ok(()) if self.rows.len() == self.plan.len() => "all comparisons done".to_owned(),
            Ok(()) => "Ctrl-C".to_owned(),
            Err(error) => error.to_string(),
        };
        let finished = self.recording.finish(self.counts, went.is_ok(), &reason)?;
        went.map(|()| (self.rows, finished))
    }
}

fn positions(only: &[Column]) -> Vec<Position> {
    let asked = |position: &Position| {
        let column = match position {
            Position::Alone => Column::Alone,
            Position::LeftOut => Column::LeftOut,
            Position::Cumulative => Column::Cumulative,
        };
        only.is_empty() || only.contains(&column)
    };
    Position::ALL.into_iter().filter(asked).collect()
}

fn told(row: &Row) -> String {
    match &row.found {
        Ok(found) => match found.ratio {
            Some(ratio) => format!("{ratio:.2} times as fast, {}", found.verdict()),
            None => found.reason.clone(),
        },
        Err(refusal) => format!("not compared: {refusal}"),
    }
}

fn broken(row: &Row) -> Option<String> {
    let found = row.found.as_ref().ok()?;
    found.outcome.is_none().then(|| format!("{} ({}): {}", row.toggle, row.position.name(), found.reason))
}

fn slower(row: &Row, limit: f64) -> Option<String> {
    let found = row.found.as_ref().ok()?;
    let is_slower = found.outcome == Some(Outcome::Slower) && is_regression(found.interval?, limit);
    is_slower.then(|| format!("{} ({})", row.toggle, row.position.name()))
}
