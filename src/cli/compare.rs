//! `fieldscope compare`: one session against another, with a verdict for every stage and for the whole.

use super::arguments::CompareArguments;
use super::error::CliError;
use crate::lab::{Rules, compare_sessions, comparison_table};
use crate::session::read_session;

/// Runs the command.
///
/// # Errors
/// A threshold that is no percentage, a session that cannot be read, sessions that cannot be compared, or a confirmed
/// regression, which is told after the figures.
pub fn compare(arguments: &CompareArguments) -> Result<(), CliError> {
    let fail_above = arguments.fail_above.as_deref().map(fraction).transpose()?;
    let (old, new) = (read_session(&arguments.old)?, read_session(&arguments.new)?);
    let comparison = compare_sessions(&old, &new, fail_above, &Rules::default())?;
    if arguments.json {
        let text = serde_json::to_string_pretty(&comparison).map_err(|error| CliError::Input(error.to_string()))?;
        println!("{text}");
    } else {
        println!("OLD {}, {}", arguments.old.display(), old.header.started);
        println!("NEW {}, {}", arguments.new.display(), new.header.started);
        print!("{}", comparison_table(&comparison));
    }
    match &arguments.fail_above {
        Some(threshold) if !comparison.regressions.is_empty() => {
            Err(CliError::Regression { threshold: threshold.clone(), rows: comparison.regressions })
        }
        _ => Ok(()),
    }
}

/// A percentage such as `5%` as a fraction.
///
/// # Errors
/// It is none.
pub fn fraction(text: &str) -> Result<f64, CliError> {
    let number = text.trim().strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
    match number {
        Some(percent) if percent.is_finite() && percent >= 0.0 => Ok(percent / 100.0),
        _ => Err(CliError::Input(format!("--fail-above: `{text}` is no percentage from 0 on; give one such as `5%`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_percentage_is_a_threshold() {
        for (text, expected) in [("5%", 0.05), (" 2.5 %", 0.025), ("0%", 0.0), ("150%", 1.5), ("1e1%", 0.1)] {
            assert!((fraction(text).unwrap() - expected).abs() < 1e-15, "{text}");
        }
        for text in ["", "%", "5", "0.05", "five%", "-5%", "nan%", "inf%", "5%%", "5 % of it"] {
            let told = fraction(text).unwrap_err();
            assert_eq!(told.exit_code(), 2);
            assert!(told.to_string().starts_with(&format!("--fail-above: `{text}` is no percentage")), "{told}");
        }
    }
}
