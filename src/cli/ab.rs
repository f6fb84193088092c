//! `fieldscope ab`: two settings of a scene against each other.

use super::arguments::{AbArguments, ArmArguments};
use super::arms::Workbench;
use super::compare::fraction;
use super::error::CliError;
use super::record::make_folder;
use super::run::interrupted;
use super::trial::{run_and_record, settings};
use crate::lab::Report;
use crate::recording::default_path;
use crate::session::Outcome;

/// Runs the command.
///
/// # Errors
/// Arms that cannot be compared, a broken promise, a confirmed regression, or anything that keeps a trial from running.
pub fn ab(arguments: &AbArguments) -> Result<(), CliError> {
    // Listens for Ctrl-C before anything is written.
    interrupted();
    let fail_above = arguments.fail_above.as_deref().map(fraction).transpose()?;
    let settings = settings(&arguments.trial, "A against B")?;
    let workbench = Workbench::open(arguments.scene.adapter.as_deref())?;
    let arm = |setting: &Option<String>, toggles: &[(String, bool)]| ArmArguments {
        setting: setting.clone(),
        toggles: toggles.to_vec(),
    };
    let a = workbench.side(&arguments.scene, &arm(&arguments.a, &arguments.a_toggle))?;
    let b = workbench.side(&arguments.scene, &arm(&arguments.b, &arguments.b_toggle))?;
    let mut arms = workbench.drivers(a, b)?;
    if let Some(definition) = &arguments.b_define {
        // Names of definitions live as long as the program.
        arms.b.driver.define(Box::leak(definition.clone().into_boxed_str()));
    }
    let path = arguments.out.clone().unwrap_or_else(|| default_path(&arms.a.facts.scene.name));
    make_folder(&path)?;
    let outcome = run_and_record(arms, settings, &path)?;
    if arguments.json {
        let text = serde_json::to_string_pretty(&outcome.report).map_err(|error| CliError::Input(error.to_string()))?;
        println!("{text}");
    } else {
        print!("{}", outcome.report.text());
        println!("session    {}", outcome.finished.document.display());
    }
    judge(&outcome.report, fail_above, arguments.fail_above.as_deref().unwrap_or_default())
}

/// What the exit code says of it.
fn judge(report: &Report, fail_above: Option<f64>, threshold: &str) -> Result<(), CliError> {
    if let Some(broken) = &report.broken {
        return Err(CliError::BrokenPromise(broken.clone()));
    }
    let whole = report.judged.as_ref().map(|judged| &judged.whole);
    let is_slower = whole.is_some_and(|whole| whole.outcome == Outcome::Slower);
    let interval = whole.and_then(|whole| whole.interval);
    match (fail_above, interval) {
        (Some(limit), Some(interval)) if is_slower && is_regression(interval, limit) => {
            Err(CliError::Regression { threshold: threshold.to_owned(), rows: vec!["whole cycle".to_owned()] })
        }
        _ => Ok(()),
    }
}

/// Whether an interval of A's time over B's says throughout that B takes longer by more than this.
pub fn is_regression((_, high): (f64, f64), limit: f64) -> bool {
    1.0 / high > 1.0 + limit
}
