//! Text with a column a channel: numbers between commas, semicolons, tabs or spaces, with a row of names above or none.

use super::{Channel, Fault, MOST_SAMPLES, Signals};

const REMEDY: &str = "a row of names and rows of numbers are read";

/// Reads a whole file.
pub fn read(bytes: &[u8]) -> Result<Signals, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        Fault::new(format!("line {line}"), "is not UTF-8 text", REMEDY)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    let Some((_, first)) = lines.peek().copied() else { return Err(Fault::new("line 1", "is empty", REMEDY)) };
    let separator = [',', ';', '\t'].into_iter().find(|separator| first.contains(*separator));
    let split = |line: &str| -> Vec<String> {
        let clean = |cell: &str| cell.trim().trim_matches('"').to_owned();
        match separator {
            Some(separator) => line.split(separator).map(clean).collect(),
            None => line.split_whitespace().map(clean).collect(),
        }
    };
    let head = split(first);
    let has_names = head.iter().any(|cell| number(cell).is_none());
    if has_names {
        lines.next();
    }
    if (head.len() as u64).saturating_mul(8) > MOST_SAMPLES {
        return Err(Fault::new("line 1", "has too many columns", REMEDY));
    }
    let mut columns: Vec<Vec<f32>> = vec![Vec::new(); head.len()];
    for (at, line) in lines {
        let row = split(line);
        let place = format!("line {}", at + 1);
        if row.len() != columns.len() {
            let problem = format!("has {} columns, the first line has {}", row.len(), columns.len());
            return Err(Fault::new(place, problem, REMEDY));
        }
        for (column, cell) in columns.iter_mut().zip(&row) {
            let Some(value) = number(cell) else {
                let shown: String = cell.chars().take(20).collect();
                return Err(Fault::new(place, format!("{shown:?} is no number"), REMEDY));
            };
            column.push(value);
        }
    }
    if columns.first().is_none_or(Vec::is_empty) {
        return Err(Fault::new("line 2", "holds no numbers", REMEDY));
    }
    let channel = |(at, (name, samples)): (usize, (String, Vec<f32>))| Channel {
        name: if has_names && !name.is_empty() { name } else { format!("channel {}", at + 1) },
        unit: None,
        rate: None,
        samples,
        excluded: Vec::new(),
    };
    let channels = head.into_iter().zip(columns).enumerate().map(channel).collect();
    Ok(Signals { channels, annotations: Vec::new() })
}

/// A number, or a gap: nothing, `nan`, `NA`.
fn number(cell: &str) -> Option<f32> {
    match cell {
        "" => Some(f32::NAN),
        _ if cell.eq_ignore_ascii_case("nan") || cell.eq_ignore_ascii_case("na") => Some(f32::NAN),
        _ => cell.parse().ok(),
    }
}
