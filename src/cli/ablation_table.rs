//! The table of an ablation, for a terminal and for a spreadsheet.

use crate::lab::ablation::{Found, Position, Row};
use std::fmt::Write as _;

/// One line per toggle: what the seed claims, and what it came to alone, left out and cumulatively.
pub fn text(rows: &[Row]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_text(&mut text, rows);
    text
}

fn write_text(out: &mut String, rows: &[Row]) -> std::fmt::Result {
    writeln!(
        out,
        "{:<19} {:<11} {:>8}  {:<25} {:<25} {:<25} {:<16} verdict, alone",
        "toggle", "kind", "claimed", "alone", "all but it, against all", "cumulative", "deviation"
    )?;
    let mut toggles: Vec<&str> = rows.iter().map(|row| row.toggle).collect();
    toggles.dedup();
    let mut notes = Vec::new();
    for toggle in toggles {
        let of_toggle: Vec<&Row> = rows.iter().filter(|row| row.toggle == toggle).collect();
        let Some(first) = of_toggle.first() else { continue };
        let at = |position: Position| of_toggle.iter().find(|row| row.position == position).map(|row| &row.found);
        let [alone, left_out, cumulative] = Position::ALL.map(|position| match at(position) {
            Some(Ok(found)) => factor(found),
            Some(Err(_)) => "not compared".to_owned(),
            None => String::new(),
        });
        let shown = Position::ALL.into_iter().find_map(|position| at(position).and_then(|found| found.as_ref().ok()));
        let deviation = shown.and_then(|found| found.deviation).map_or_else(String::new, |(cycle, relative)| {
            if relative == 0.0 { format!("none after {cycle}") } else { format!("{relative:.1e} after {cycle}") }
        });
        let verdict = shown.map_or("", Found::verdict);
        let claimed = first.claimed.map_or_else(|| "–".to_owned(), claim);
        writeln!(
            out,
            "{toggle:<19} {:<11} {claimed:>8}  {alone:<25} {left_out:<25} {cumulative:<25} {deviation:<16} {verdict}",
            first.kind
        )?;
        for row in of_toggle {
            if let Err(refusal) = &row.found {
                notes.push(format!("{} ({}): {refusal}", row.toggle, row.position.name()));
            }
        }
    }
    for note in notes {
        writeln!(out, "not compared: {note}")?;
    }
    Ok(())
}

/// `2.41 (2.38–2.45)`; above 1 says that the toggle pays.
fn factor(found: &Found) -> String {
    match (found.ratio, found.interval) {
        (Some(ratio), Some((low, high))) => format!("{ratio:.2} ({low:.2}–{high:.2})"),
        _ => "unknown".to_owned(),
    }
}

fn claim((lowest, highest): (f32, f32)) -> String {
    if lowest == highest { format!("{lowest}×") } else { format!("{lowest}–{highest}×") }
}

/// One line per comparison.
pub fn csv(rows: &[Row]) -> String {
    let mut text = "toggle,kind,claimed_low,claimed_high,position,ratio,low,high,verdict,a_ms,b_ms,deviation_cycle,\
                    relative_l2,a_bytes,b_bytes,build_ms,reason\n"
        .to_owned();
    for row in rows {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value}"));
        let (low, high) = row.claimed.map_or((None, None), |(low, high)| (Some(low.into()), Some(high.into())));
        let mut cells =
            vec![row.toggle.to_owned(), row.kind.to_owned(), number(low), number(high), row.position.name().to_owned()];
        match &row.found {
            Ok(found) => {
                let (cycle, relative) = found.deviation.map_or((None, None), |(cycle, l2)| (Some(cycle), Some(l2)));
                cells.extend([
                    number(found.ratio),
                    number(found.interval.map(|interval| interval.0)),
                    number(found.interval.map(|interval| interval.1)),
                    found.verdict().to_owned(),
                    number(found.milliseconds[0]),
                    number(found.milliseconds[1]),
                    cycle.map_or_else(String::new, |cycle| cycle.to_string()),
                    number(relative),
                    found.bytes[0].to_string(),
                    found.bytes[1].to_string(),
                    found.build_ms.to_string(),
                    quoted(&found.reason),
                ]);
            }
            Err(refusal) => {
                cells.extend(["", "", ""].map(str::to_owned));
                cells.push("not compared".to_owned());
                cells.extend(["", "", "", "", "", "", ""].map(str::to_owned));
                cells.push(quoted(refusal));
            }
        }
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// As RFC 4180 writes a cell that may hold commas and quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Outcome;

    fn rows() -> Vec<Row> {
        let found = Found {
            milliseconds: [Some(4.0), Some(2.0)],
            ratio: Some(2.0),
            interval: Some((1.9, 2.1)),
            outcome: Some(Outcome::Faster),
            reason: "B is \"faster\", surely".to_owned(),
            deviation: Some((10, 0.0)),
            bytes: [8, 16],
            build_ms: 1.5,
        };
        let row = |position, found| Row { toggle: "fused", kind: "exact", claimed: Some((2.0, 5.0)), position, found };
        vec![
            row(Position::Alone, Ok(found)),
            row(Position::LeftOut, Err("fused does not go with everything else".to_owned())),
        ]
    }

    #[test]
    fn the_table_shows_claim_factor_and_what_was_not_compared() {
        let text = text(&rows());
        let line = text.lines().nth(1).unwrap();
        for part in ["fused", "exact", "2–5×", "2.00 (1.90–2.10)", "not compared", "none after 10", "faster"] {
            assert!(line.contains(part), "{part} in {line}");
        }
        assert!(text.ends_with("not compared: fused (left out): fused does not go with everything else\n"), "{text}");
    }

    #[test]
    fn every_line_of_the_csv_has_every_cell() {
        let text = csv(&rows());
        let mut lines = text.lines();
        assert_eq!(lines.next().unwrap().split(',').count(), 17);
        assert!(lines.next().unwrap().ends_with(",8,16,1.5,\"B is \"\"faster\"\", surely\""), "{text}");
        assert_eq!(lines.next().unwrap().split(',').count(), 17);
    }
}
