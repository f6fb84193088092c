//! The printed timing table.

use super::machine::TimingMethod;
use super::quantile::Statistics;
use super::summary::{ArmSummary, StageSummary, Summary};

/// What stands where nothing was measured: never a zero, which would be a figure.
const MISSING: &str = "–";

const HEADINGS: [&str; 9] =
    ["stage", "share %", "median ms", "p95 ms", "min ms", "max ms", "count", "GB/s", "% of roof"];

/// The timing table of every arm as aligned plain text, each line ended.
pub fn timing_table(summary: &Summary) -> String {
    if summary.arms.is_empty() {
        return "no cycle was timed\n".to_owned();
    }
    let tables: Vec<String> = summary.arms.iter().map(|arm| arm_table(arm, &summary.timing)).collect();
    tables.join("\n") + &left_out(summary)
}

fn arm_table(arm: &ArmSummary, timing: &TimingMethod) -> String {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(arm.stages.iter().map(|stage| stage_row(stage, timing)));
    rows.push(cycle_row("all passes", arm.passes.as_ref()));
    rows.push(cycle_row("encoding by the host, waits included", arm.host.as_ref()));
    format!("{}\n{}", heading(arm.arm, timing), aligned(&rows, &[0]))
}

fn heading(arm: u8, timing: &TimingMethod) -> String {
    let arm = match arm {
        0 => "A".to_owned(),
        1 => "B".to_owned(),
        other => other.to_string(),
    };
    match timing {
        TimingMethod::GpuPass => format!("arm {arm}, passes timed by the device"),
        TimingMethod::HostOnly { reason } => format!("arm {arm}, HOST TIME ONLY: {reason}"),
    }
}

fn stage_row(stage: &StageSummary, timing: &TimingMethod) -> [String; 9] {
    // Under host timing the heading says so for all rows.
    let name = match (stage.host_timed, timing) {
        (true, TimingMethod::GpuPass) => format!("{} (host)", stage.name),
        _ => stage.name.clone(),
    };
    let percent = |part: Option<f64>| part.map_or_else(missing, |part| format!("{:.1}", part * 100.0));
    let [median, p95, min, max, count] = statistics(stage.milliseconds.as_ref());
    let rate = stage.gigabytes_per_second.map_or_else(missing, figure);
    [name, percent(stage.share), median, p95, min, max, count, rate, percent(stage.of_roof)]
}

fn cycle_row(name: &str, milliseconds: Option<&Statistics>) -> [String; 9] {
    let [median, p95, min, max, count] = statistics(milliseconds);
    [name.to_owned(), String::new(), median, p95, min, max, count, String::new(), String::new()]
}

fn statistics(milliseconds: Option<&Statistics>) -> [String; 5] {
    milliseconds.map_or_else(
        || [missing(), missing(), missing(), missing(), "0".to_owned()],
        |s| [figure(s.median), figure(s.p95), figure(s.min), figure(s.max), s.count.to_string()],
    )
}

fn missing() -> String {
    MISSING.to_owned()
}

/// Four digits, however small the value: 0.000 would hide it.
pub(crate) fn figure(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let decimals = (3.0 - value.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{value:.decimals$}")
}

/// Columns as wide as their widest cell, those of `left` to the left and all others to the right, each line ended.
pub(crate) fn aligned<const N: usize>(rows: &[[String; N]], left: &[usize]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match left.contains(&column) {
            true => format!("{cell:<width$}"),
            false => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// What the figures above do not contain, if anything.
fn left_out(summary: &Summary) -> String {
    let counts = summary.counts;
    let reasons = [
        (summary.warm_up, "while warming up"),
        (counts.dropped, "dropped"),
        (counts.zero, "of zero length"),
        (counts.negative, "with the end before the begin"),
        (counts.unavailable, "without a timestamp"),
        (summary.unrecorded, "not recorded, the disk being too slow"),
        (summary.unknown, "of an unknown pass"),
    ];
    let told: Vec<String> =
        reasons.iter().filter(|(count, _)| *count > 0).map(|(count, reason)| format!("{count} {reason}")).collect();
    if told.is_empty() { String::new() } else { format!("samples left out: {}\n", told.join(", ")) }
}

#[cfg(test)]
mod tests;
