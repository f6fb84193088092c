//! Runs a trial to its end: with a bar, a journal, and an ear for Ctrl-C. What `ab` and `ablate` have in common.

use super::arguments::TrialArguments;
use super::arms::Arms;
use super::error::CliError;
use super::run::interrupted;
use crate::driver::{Counts, Driver};
use crate::gpu::roof::measure_roof;
use crate::lab::{BlockClock, Finding, Looks, Pace, Phase, Report, Rules, Settings, Stopping, Trial};
use crate::recording::{Facts, Positions, Recording, Start};
use crate::session::{Finished, Record, Summary};
use indicatif::{ProgressBar, ProgressStyle};
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
        apart: false,
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

/// Runs it and records everything, the machine's limits included.
///
/// # Errors
/// An arm cannot go on, or the session cannot be written; what was recorded so far is kept.
pub fn run_and_record(arms: Arms, settings: Settings, path: &Path) -> Result<Outcome, CliError> {
    let drivers = [&arms.a.driver, &arms.b.driver];
    let roof = measure_roof(drivers[0].kernels(), drivers[0].state().stream())?;
    let facts = Facts { roof: Some(roof), ..arms.a.facts.clone() };
    let mut recording = Recording::start(path, facts, Start::headless(drivers[0]))?;
    let positions = drivers.map(Positions::of);
    recording.begin_pairs(&positions[1])?;
    let [of_a, of_b] = &arms.names;
    recording.note(format!("Arms(a: {of_a:?}, b: {of_b:?})"))?;
    if let Some(note) = &arms.a.note {
        eprintln!("fieldscope: {note}");
        recording.note(format!("Size({note:?})"))?;
    }
    let subject = settings.subject.clone();
    let mut flushed = Instant::now();
    let (outcome, counts) = run(arms, settings, |finding| {
        record(&mut recording, finding, &positions)?;
        if flushed.elapsed() >= FLUSH_EVERY {
            recording.flush()?;
            flushed = Instant::now();
        }
        Ok(())
    });
    let reason = match &outcome {
        Ok(report) => report.broken.clone().unwrap_or_else(|| report.ended.clone()),
        Err(error) => error.to_string(),
    };
    if let Ok(report) = &outcome {
        for verdict in report.records(&subject, "", None, |name| recording.stage(name)) {
            recording.put(Record::Verdict(verdict))?;
        }
    }
    let finished = recording.finish(counts, outcome.is_ok(), &reason)?;
    let mut report = outcome?;
    report.place_under_roof(&Summary::of(&finished.session));
    Ok(Outcome { report, finished })
}

/// Runs it to its end, or to Ctrl-C, and tells `sink` what it finds. Returns the report, or why there is none (an arm
/// cannot go on, or the sink refuses), and what both arms lost of their samples.
pub fn run(
    arms: Arms,
    settings: Settings,
    sink: impl FnMut(Finding) -> Result<(), CliError>,
) -> (Result<Report, CliError>, Counts) {
    let Arms { a, b, names, promise } = arms;
    let mut a = a.driver;
    let bar = bar(&settings.subject, settings.stopping.most_time);
    let mut trial = match Trial::new(&mut a, b.driver, b.events, promise, settings) {
        Ok(trial) => trial,
        Err(error) => return (Err(error.into()), a.status().counts),
    };
    let went = drive(&mut trial, &mut a, sink, &bar);
    bar.finish_and_clear();
    let counts = a.status().counts + trial.b().status().counts;
    (went.map(|()| Report::of(&trial, &a, names)), counts)
}

fn drive(
    trial: &mut Trial,
    a: &mut Driver,
    mut sink: impl FnMut(Finding) -> Result<(), CliError>,
    bar: &ProgressBar,
) -> Result<(), CliError> {
    while !trial.is_over() {
        if interrupted() {
            trial.stop();
        }
        let went = trial.advance(a, Pace::Step);
        for finding in trial.take_findings() {
            sink(finding)?;
        }
        show(bar, trial);
        went?;
    }
    Ok(())
}

fn record(recording: &mut Recording, finding: Finding, positions: &[Positions; 2]) -> Result<(), CliError> {
    match finding {
        Finding::Event(event) => recording.observe(&event)?,
        Finding::Deviation(deviation) => recording.put(Record::Deviation(deviation))?,
        Finding::Block(block, pair) => recording.block(&block, pair, positions)?,
    }
    Ok(())
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
