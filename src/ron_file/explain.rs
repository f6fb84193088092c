//! Turns a parser's error into a sentence with its place, its field and its remedy.

use super::RonFileError;
use ron::error::{Error, Position, SpannedError};
use std::path::Path;

/// Names less alike than this (Jaro–Winkler, 0 to 1) are not worth suggesting.
const ALIKE: f64 = 0.8;

/// Line and column, counted from 1, of what would follow `text`.
pub(super) fn end_of(text: &str) -> (usize, usize) {
    let last_line = text.rsplit('\n').next().unwrap_or_default();
    (1 + text.matches('\n').count(), 1 + last_line.chars().count())
}

/// Says what is wrong with `text`, where, and what would be right.
pub(super) fn explain(path: &Path, text: &str, error: &SpannedError) -> RonFileError {
    let path = path.to_owned();
    if is_cut_off(text, error) {
        let (line, column) = end_of(text.trim_end());
        return RonFileError::Truncated { path, line, column };
    }
    let Position { line, col: column } = place(error);
    let here = Here::at(text, line, column);
    let (problem, remedy) = sentence(&error.code, &here);
    RonFileError::Malformed { path, line, column, problem, remedy }
}

/// Whether the parser wanted more than there is: a bracket is open, and from the error on no bracket follows.
fn is_cut_off(text: &str, error: &SpannedError) -> bool {
    let (before, after) = text.split_at(offset_of(text, error.span.end.line, error.span.end.col));
    match error.code {
        Error::Eof | Error::ExpectedStringEnd | Error::UnclosedBlockComment => true,
        Error::TrailingCharacters => false,
        _ => before.contains(['(', '[', '{']) && !after.contains([')', ']', '}']),
    }
}

/// Byte offset of a line and column, both counted from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let line_start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(line_start..).unwrap_or_default();
    line_start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(offset, _)| offset)
}

/// Where the offending text begins: the parser's span either covers it, or ends in front of it.
fn place(error: &SpannedError) -> Position {
    match error.code {
        Error::NoSuchStructField { .. }
        | Error::NoSuchEnumVariant { .. }
        | Error::DuplicateStructField { .. }
        | Error::ExpectedDifferentStructName { .. }
        | Error::IntegerOutOfBounds => error.span.start,
        _ => error.span.end,
    }
}

/// The text around an error.
struct Here<'a> {
    /// The field whose value is being read, if one stands on the same line.
    field: Option<&'a str>,
    /// What stands there, up to the next delimiter.
    found: &'a str,
}

impl<'a> Here<'a> {
    fn at(text: &'a str, line: usize, column: usize) -> Self {
        let (before, after) = text.split_at(offset_of(text, line, column));
        let before = before.rsplit('\n').next().unwrap_or_default();
        let found = after.split([',', ')', ']', '}', '\n']).next().unwrap_or_default().trim();
        Self { field: field_before(before), found }
    }

    /// `field x: `, where the field is known.
    fn prefix(&self) -> String {
        self.field.map(|field| format!("field `{field}`: ")).unwrap_or_default()
    }

    /// `, found x`, where something stands there.
    fn found(&self) -> String {
        if self.found.is_empty() { String::new() } else { format!(", found `{}`", shortened(self.found)) }
    }
}

/// The name in front of the last colon, if only a piece of one value lies between.
fn field_before(before: &str) -> Option<&str> {
    let (head, value) = before.rsplit_once(':')?;
    let name = head.trim_end().rsplit(|character: char| !is_identifier(character)).next()?;
    (!name.is_empty() && !value.contains([',', '"', ')', ']', '}'])).then_some(name)
}

fn is_identifier(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// What is wrong, and what would be right.
fn sentence(code: &Error, here: &Here<'_>) -> (String, String) {
    match code {
        Error::NoSuchStructField { expected, found, outer } => (
            format!("unexpected field `{found}`{}, {}", inside(outer.as_deref()), one_of(expected)),
            suggestion(found, expected, "take the field out or correct its name"),
        ),
        Error::NoSuchEnumVariant { expected, found, outer } => (
            format!("{}unexpected value `{found}`{}, {}", here.prefix(), inside(outer.as_deref()), one_of(expected)),
            suggestion(found, expected, "write one of these"),
        ),
        Error::MissingStructField { field, outer } => (
            format!("field `{field}` is missing{}", inside(outer.as_deref())),
            format!("add `{field}: …,` before this bracket"),
        ),
        Error::DuplicateStructField { field, outer } => {
            (format!("field `{field}` is given twice{}", inside(outer.as_deref())), "keep one of the two".to_owned())
        }
        Error::ExpectedComma if here.found.starts_with('.') => {
            (format!("{}expected a whole number, found a fraction", here.prefix()), "leave the fraction out".to_owned())
        }
        Error::ExpectedOption => (
            format!("{}expected an optional value{}", here.prefix(), here.found()),
            "write `Some(…)` or `None`".to_owned(),
        ),
        Error::IntegerOutOfBounds => (
            format!("{}the number `{}` is negative or too large here", here.prefix(), shortened(here.found)),
            "write one that fits".to_owned(),
        ),
        Error::TrailingCharacters => (
            format!("the document has ended, but more text follows{}", here.found()),
            "take it out, or check the brackets before it".to_owned(),
        ),
        Error::Message(message) => (format!("{}{message}", here.prefix()), "correct the value".to_owned()),
        Error::InvalidValueForType { expected, found } => {
            (format!("{}expected {expected}, found {found}", here.prefix()), "correct the value".to_owned())
        }
        other => {
            (format!("{}{}{}", here.prefix(), lower_first(&other.to_string()), here.found()), "correct it".to_owned())
        }
    }
}

fn inside(outer: Option<&str>) -> String {
    outer.map(|outer| format!(" in `{outer}`")).unwrap_or_default()
}

fn one_of(expected: &[&str]) -> String {
    match expected {
        [] => "expected none at all".to_owned(),
        names => format!("expected one of {}", names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")),
    }
}

fn suggestion(found: &str, expected: &[&str], otherwise: &str) -> String {
    let alike = |name: &&str| strsim::jaro_winkler(found, name);
    expected
        .iter()
        .copied()
        .max_by(|a, b| alike(a).total_cmp(&alike(b)))
        .filter(|name| alike(name) > ALIKE)
        .map_or_else(|| otherwise.to_owned(), |name| format!("did you mean `{name}`?"))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}
