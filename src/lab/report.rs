//! What a trial came to, for a reader or a program.

use super::moments::MomentVerdict;
use super::terms::{Ended, Phase};
use super::trial::Trial;
use super::verdicts::{Judged, StageVerdict};
use super::{Enough, Verdict};
use crate::driver::{Driver, memory_by_name};
use crate::session::{self, Deviation};
use serde::Serialize;
use std::fmt::Write as _;

/// One arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmReport {
    /// What it was called when it was asked for.
    pub name: String,
    /// Its toggles that are on.
    pub toggles: Vec<&'static str>,
    /// Bytes on the device.
    pub bytes: u64,
}

/// A figure of the system in both arms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureReport {
    /// Its name.
    pub name: String,
    /// In A.
    pub baseline: f32,
    /// In B.
    pub variant: f32,
}

/// Everything that a trial found out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// A and B.
    pub arms: [ArmReport; 2],
    /// What B's result promises.
    pub promise: String,
    /// Why the trial is over.
    pub ended: String,
    /// The promise that B's result broke, in one sentence.
    pub broken: Option<String>,
    /// The verdicts; `None` where it ended before there were any pairs.
    pub judged: Option<Judged>,
    /// How far B was from A, array by array and cycle by cycle.
    pub deviations: Vec<Deviation>,
    /// The moments that a Statistical toggle is judged by.
    pub moments: Vec<MomentVerdict>,
    /// The cycle at which the figures were taken.
    pub figures_cycle: Option<u64>,
    /// The system's own figures in both arms.
    pub figures: Vec<FigureReport>,
    /// The part of the arms' memory that they exchanged every second pair; `None` where there were too few pairs.
    pub exchanged: Option<f64>,
}

impl Report {
    /// Of a trial as it stands; `names` are what the arms were asked for as.
    pub fn of(trial: &Trial, a: &Driver, names: [String; 2]) -> Self {
        let [a_name, b_name] = names;
        let arm = |name: String, driver: &Driver| ArmReport {
            name,
            toggles: driver.toggles().names(&driver.simulation().description().toggles),
            bytes: memory_by_name(&driver.state()).iter().map(|(_, bytes)| bytes).sum(),
        };
        let (ended, broken) = match trial.phase() {
            Phase::Done(Ended::Enough(enough)) => (told(*enough), None),
            Phase::Done(Ended::BrokenPromise(why)) => ("B's result is not what it promises", Some(why.clone())),
            Phase::Growth | Phase::Floor | Phase::Pairs => ("it is not over", None),
        };
        let figures = trial.figures();
        let named = figures.into_iter().flat_map(|(_, [of_a, of_b])| {
            let names = a.probes().into_iter().map(|probe| probe.name);
            names.zip(of_a.iter().zip(of_b)).map(|(name, (baseline, variant))| FigureReport {
                name,
                baseline: *baseline,
                variant: *variant,
            })
        });
        Self {
            arms: [arm(a_name, a), arm(b_name, trial.b())],
            promise: trial.promise().text(),
            ended: ended.to_owned(),
            broken,
            judged: trial.latest().cloned(),
            deviations: trial.deviations().to_vec(),
            moments: trial.moments().judge(),
            figures_cycle: figures.map(|(cycle, _)| *cycle),
            figures: named.collect(),
            exchanged: trial.exchanged(),
        }
    }

    /// The verdicts as a session keeps them; `stage` finds a stage's number by its name.
    pub fn records(
        &self,
        subject: &str,
        position: &str,
        claim: Option<session::Claim>,
        stage: impl Fn(&str) -> Option<u32>,
    ) -> Vec<session::Verdict> {
        let Some(judged) = &self.judged else { return Vec::new() };
        let whole = judged.whole.record(subject, position, None, claim);
        let of_stage = |row: &StageVerdict| {
            let verdict = row.verdict.as_ref()?;
            Some(verdict.record(subject, position, Some(stage(&row.stage)?), None))
        };
        std::iter::once(whole).chain(judged.stages.iter().filter_map(of_stage)).collect()
    }

    /// Takes over how near every stage came to the roof from the summary of this run's session.
    pub fn place_under_roof(&mut self, summary: &session::Summary) {
        for row in self.judged.iter_mut().flat_map(|judged| &mut judged.stages) {
            for (arm, of_roof) in row.of_roof.iter_mut().enumerate() {
                let of_arm = summary.arms.iter().find(|summary| usize::from(summary.arm) == arm);
                let stage = of_arm.and_then(|summary| summary.stages.iter().find(|stage| stage.name == row.stage));
                *of_roof = stage.and_then(|stage| stage.of_roof);
            }
        }
    }

    /// As lines for a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        for (letter, arm) in ["A", "B"].into_iter().zip(&self.arms) {
            let on = if arm.toggles.is_empty() { "no toggle on".to_owned() } else { arm.toggles.join(", ") };
            writeln!(out, "{letter}          {} ({on}; {:.3} GB)", arm.name, arm.bytes as f64 * 1e-9)?;
        }
        writeln!(out, "promise    {}", self.promise)?;
        self.write_deviations(out)?;
        for moment in &self.moments {
            writeln!(out, "moment     {}", moment.text())?;
        }
        if let (Some(cycle), false) = (self.figures_cycle, self.figures.is_empty()) {
            let told = self.figures.iter().take(8).map(|figure| {
                let FigureReport { name, baseline, variant } = figure;
                format!("{name} {baseline:.5} and {variant:.5}")
            });
            writeln!(out, "figures    after cycle {cycle}, A and B: {}", told.collect::<Vec<_>>().join("; "))?;
        }
        if let Some(exchanged) = self.exchanged {
            writeln!(out, "places     {}", placed(exchanged))?;
        }
        if let Some(judged) = &self.judged {
            write_verdicts(out, judged)?;
        }
        writeln!(out, "ended      {}", self.broken.as_ref().unwrap_or(&self.ended))
    }

    /// One line per array: its deviation at the first cycles and at the last.
    fn write_deviations(&self, out: &mut String) -> std::fmt::Result {
        let mut names: Vec<&str> = self.deviations.iter().map(|deviation| deviation.array.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let of_array: Vec<_> = self.deviations.iter().filter(|deviation| deviation.array == name).collect();
            let shown = of_array.iter().take(5).chain(of_array.iter().skip(5).rev().take(1));
            let told = shown.map(|deviation| format!("{:.2e} after {}", deviation.relative_l2, deviation.cycle));
            writeln!(out, "deviation  `{name}`, relative L2: {}", told.collect::<Vec<_>>().join(", "))?;
            let Some(last) = of_array.last() else { continue };
            let correlation = last.correlation.map_or_else(|| "none".to_owned(), |value| format!("{value:.9}"));
            write!(out, "           largest {:.3e}, correlation {correlation}", last.max_abs)?;
            match &last.first_difference {
                Some(first) => {
                    writeln!(out, ", first at {:?}: {} and {}", first.index, first.baseline, first.variant)?;
                }
                None => writeln!(out, ", no element differs")?,
            }
        }
        Ok(())
    }
}

fn write_verdicts(out: &mut String, judged: &Judged) -> std::fmt::Result {
    if let Some(floor) = &judged.floor {
        writeln!(out, "floor      A against A: {}", interval(floor))?;
    }
    let verdict = &judged.whole;
    writeln!(out, "verdict    {:?}: {}", verdict.outcome, verdict.reason)?;
    writeln!(out, "           B against A: {}; {} pairs thrown out", interval(verdict), verdict.thrown_out)?;
    let milliseconds = |time: Option<f64>| time.map_or_else(|| "–".to_owned(), |time| format!("{time:.3}"));
    let percent = |part: Option<f64>| part.map_or_else(|| "–".to_owned(), |part| format!("{:.0}", 100.0 * part));
    writeln!(out, "\n{:<44} {:>10} {:>10} {:>15}  A over B", "stage, ms a cycle", "A", "B", "% of roof, A B")?;
    for row in &judged.stages {
        let (a, b) = (milliseconds(row.baseline), milliseconds(row.variant));
        let told = row
            .verdict
            .as_ref()
            .map_or_else(String::new, |verdict| format!("{}, {}", interval(verdict), verdict.outcome.name()));
        let [roof_a, roof_b] = row.of_roof.map(percent);
        writeln!(out, "{:<44} {a:>10} {b:>10} {roof_a:>9} {roof_b:>5}  {told}", row.stage)?;
    }
    let [a, b] = judged.times.map(milliseconds);
    writeln!(out, "{:<44} {a:>10} {b:>10} {:>15}  {}", "whole cycle", "", interval(verdict))
}

/// What the arms' places in memory mean for their times.
fn placed(exchanged: f64) -> String {
    let told = format!("every second pair the arms exchange {:.0} % of their memory", 100.0 * exchanged);
    match exchanged > 0.95 {
        true => told + ": where it lies is no part of their difference",
        false => told + ": where the rest lies is part of their difference",
    }
}

/// The ratio with its interval.
fn interval(verdict: &Verdict) -> String {
    match (verdict.ratio, verdict.interval) {
        (Some(ratio), Some((low, high))) => format!("{ratio:.3} ({low:.3}–{high:.3}), {} pairs", verdict.pairs),
        _ => format!("not known from {} pairs", verdict.pairs),
    }
}

fn told(enough: Enough) -> &'static str {
    match enough {
        Enough::Narrow => "the interval is narrow enough",
        Enough::Pairs => "all pairs have run",
        Enough::Time => "its time is over",
        Enough::User => "it was stopped",
    }
}
