//! Runs a trial to its end: with a bar, a journal, and an ear for Ctrl-C. What `ab` and `ablate` have in common.

use super::arguments::TrialArguments;
use super::arms::Arms;
use super::error::CliError;
use super::run::interrupted;
use crate::driver::{Counts, Driver};
use crate::lab::{BlockClock, Finding, Looks, Pace, Phase, Report, Rules, Settings, Stopping, Trial};
use crate::recording::{Recording, Start};
use crate::session::{self, Finished, Record};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the journal gets what was observed.
const FLUSH_EVERY: Duration = Duration::from_millis(250);

/// The settings that the arguments ask for.
///
/// # Errors
/// A number that makes no sense.
pub fn settings(arguments: &TrialArguments, subject: &str) -> Result<Settings, CliError> {
    let refuse = |told: &str| Err(CliError::Input(told.to_owned()));
    if arguments.pairs == 0 || arguments.seconds == 0 {
        return refuse("a comparison needs --pairs and --seconds of at least 1");
    }
    if !(arguments.narrow > 0.0 && arguments.narrow < 100.0) {
        return refuse("--narrow is half the width of an interval in per cent: above 0 and below 100");
    }
    if arguments.block == Some(0) {
        return refuse("--block 0 measures nothing; give at least 1");
    }
    Ok(Settings {
        seed: 0,
        looks: Looks::up_to(arguments.pairs),
        floor_pairs: arguments.floor_pairs,
        floor: None,
        stopping: Stopping {
            half_width: (arguments.narrow / 100.0).ln_1p(),
            most_time: Duration::from_secs(arguments.seconds),
        },
        rules: Rules::default(),
        growth: growth(arguments.growth),
        periods: arguments.block,
        clock: BlockClock::Wall,
        subject: subject.to_owned(),
    })
}

/// 1, 2, 3, 5, 10, 20, 30, 50, … and `last` itself.
fn growth(last: u64) -> Vec<u64> {
    let decades = std::iter::successors(Some(1_u64), |decade| decade.checked_mul(10));
    let mut cycles: Vec<u64> = decades
        .flat_map(|decade| [1, 2, 3, 5].map(|step| decade.saturating_mul(step)))
        .take_while(|cycle| *cycle < last)
        .collect();
    cycles.extend((last > 0).then_some(last));
    cycles
}

/// A trial that is over, and its session.
pub struct Outcome {
    /// What it came to.
    pub report: Report,
    /// The session and where it is.
    pub finished: Finished,
}

/// Runs it and records everything.
///
/// # Errors
/// An arm cannot go on, or the session cannot be written; what was recorded so far is kept.
pub fn run_and_record(arms: Arms, settings: Settings, path: &Path) -> Result<Outcome, CliError> {
    let mut recording = Recording::start(path, arms.facts.clone(), Start::headless(&arms.a))?;
    recording.add_arm(&arms.b)?;
    let toggles = [&arms.a, &arms.b].map(toggles_of);
    let subject = settings.subject.clone();
    let mut flushed = Instant::now();
    let outcome = run(arms, settings, |finding| {
        record(&mut recording, finding, &toggles)?;
        if flushed.elapsed() >= FLUSH_EVERY {
            recording.flush()?;
            flushed = Instant::now();
        }
        Ok(())
    });
    let (reason, counts) = match &outcome {
        Ok((report, counts)) => (report.broken.clone().unwrap_or_else(|| report.ended.clone()), *counts),
        Err(error) => (error.to_string(), Counts::default()),
    };
    if let Ok((report, _)) = &outcome {
        for verdict in report.records(&subject, "", None, |name| recording.stage(name)) {
            recording.put(Record::Verdict(verdict))?;
        }
    }
    let finished = recording.finish(counts, outcome.is_ok(), &reason)?;
    Ok(Outcome { report: outcome?.0, finished })
}

/// Runs it to its end, or to Ctrl-C, and tells `sink` what it finds. Also returns arm A's losses.
///
/// # Errors
/// An arm cannot go on, or the sink refuses.
pub fn run(
    mut arms: Arms,
    settings: Settings,
    mut sink: impl FnMut(Finding) -> Result<(), CliError>,
) -> Result<(Report, Counts), CliError> {
    let bar = bar(&settings.subject, settings.stopping.most_time);
    // Both stand at their start before anything is compared.
    arms.a.run_to(0)?;
    arms.b.run_to(0)?;
    // The trial listens by itself.
    drop(arms.a_events);
    let mut trial = Trial::new(&mut arms.a, arms.b, arms.b_events, arms.promise, settings)?;
    while !trial.is_over() {
        if interrupted() {
            trial.stop();
        }
        let went = trial.advance(&mut arms.a, Pace::Step);
        for finding in trial.take_findings() {
            sink(finding)?;
        }
        show(&bar, &trial);
        went?;
    }
    bar.finish_and_clear();
    Ok((Report::of(&trial, &arms.a, arms.names), arms.a.status().counts))
}

fn record(recording: &mut Recording, finding: Finding, toggles: &[BTreeMap<String, bool>; 2]) -> Result<(), CliError> {
    match finding {
        Finding::Event(event) => recording.observe(&event)?,
        Finding::Deviation(deviation) => recording.put(Record::Deviation(deviation))?,
        Finding::Block(block, pair) => {
            let arm = block.arm as u8;
            if let Some(canary) = block.measured.canary {
                let canary = session::Canary { arm, cycle: block.first, nanoseconds: canary * 1e6 };
                recording.put(Record::Canary(vec![canary]))?;
            }
            recording.put(Record::Block(session::Block {
                arm,
                pair,
                first_cycle: block.first,
                last_cycle: block.last,
                warm_up_cycles: block.warm_up,
                toggles: toggles[block.arm].clone(),
                parameters: BTreeMap::new(),
            }))?;
        }
    }
    Ok(())
}

fn toggles_of(driver: &Driver) -> BTreeMap<String, bool> {
    let description = driver.simulation().description();
    let on = driver.toggles();
    description.toggles.iter().enumerate().map(|(index, toggle)| (toggle.name.to_owned(), on.is_on(index))).collect()
}

/// A bar over the time that the trial may take at most; hidden where nobody watches.
fn bar(subject: &str, most_time: Duration) -> ProgressBar {
    let bar = ProgressBar::new(most_time.as_secs());
    if let Ok(style) = ProgressStyle::with_template("{prefix}: {msg} {bar:30} at most {eta} left") {
        bar.set_style(style);
    }
    bar.set_prefix(subject.to_owned());
    bar
}

fn show(bar: &ProgressBar, trial: &Trial) {
    let (floor, pairs, most) = trial.progress();
    bar.set_position(trial.elapsed().as_secs());
    bar.set_message(match trial.phase() {
        Phase::Growth => "how far the result moves".to_owned(),
        Phase::Floor => format!("A against A, pair {floor}"),
        Phase::Pairs | Phase::Done(_) => match trial.latest().and_then(|judged| judged.whole.ratio) {
            Some(ratio) => format!("pair {pairs} of at most {most}, {ratio:.2} times as fast"),
            None => format!("pair {pairs} of at most {most}"),
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_taken_ever_more_rarely() {
        assert_eq!(growth(10), [1, 2, 3, 5, 10]);
        assert_eq!(growth(1), [1]);
        assert_eq!(growth(40), [1, 2, 3, 5, 10, 20, 30, 40]);
        assert!(growth(0).is_empty());
    }
}
