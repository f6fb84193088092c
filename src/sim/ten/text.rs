//! The tokens that go in: the bytes of a file, or drawn ones.

use super::constants::{SYNTHETIC_TOKENS, TEXT_BYTES, draw};
use super::params::TenModel;
use crate::sim::Refusal;
use crate::sim::random::{Draws, Generator};
use std::sync::Arc;

/// Tokens that are shown of a text as it goes by.
const PASSAGE: u64 = 96;
/// Of those, how many are shown as numbers where they are no bytes.
const NUMBERS: usize = 14;

/// The tokens of a model.
///
/// # Errors
/// A text that cannot be read, is too long, or has fewer than two bytes: the last needs one that follows.
pub fn read(model: &TenModel, seed: u32) -> Result<Arc<[u32]>, Refusal> {
    let Some(path) = &model.text else { return Ok(drawn(model, seed)) };
    let refuse = |reason: String| Refusal(format!("text: {} {reason}", path.display()));
    let length = std::fs::metadata(path).map_err(|error| refuse(format!("cannot be read: {error}")))?.len();
    if length > TEXT_BYTES {
        return Err(refuse(format!("has {length} bytes, and at most {TEXT_BYTES} can be read")));
    }
    let bytes = std::fs::read(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if bytes.len() < 2 {
        let count = bytes.len();
        return Err(refuse(format!(
            "has {count} bytes; a text needs at least 2, each to be guessed from the one before"
        )));
    }
    Ok(bytes.into_iter().map(u32::from).collect())
}

/// The tokens that were read last, after so many: a letter for each byte that has one, and a dot for any other; numbers
/// where there are tokens that are no bytes.
pub fn passage(text: &[u32], read: u64) -> String {
    let length = text.len() as u64;
    let shown = (read.saturating_sub(PASSAGE)..read).filter_map(|at| text.get((at % length.max(1)) as usize));
    let shown: Vec<_> = shown.collect();
    if shown.iter().any(|token| **token > 255) {
        let numbers: Vec<_> = shown.iter().skip(shown.len().saturating_sub(NUMBERS)).map(ToString::to_string).collect();
        return numbers.join(" ");
    }
    shown
        .into_iter()
        .map(|token| match char::from_u32(*token) {
            Some(letter) if letter.is_ascii_graphic() || letter == ' ' => letter,
            Some('\n') => '¶',
            _ => '·',
        })
        .collect()
}

/// Tokens drawn from the seed, each as likely as any other.
pub fn drawn(model: &TenModel, seed: u32) -> Arc<[u32]> {
    let draws = Draws { generator: Generator::Fast, seed };
    let vocabulary = model.vocabulary.tokens();
    // The high bits: the low ones of the generator are poor one by one.
    let token = |word: u32| ((u64::from(word) * u64::from(vocabulary)) >> 32) as u32;
    (0..SYNTHETIC_TOKENS / 4).flat_map(|index| draws.words(0, draw::TEXT, index).map(token)).collect()
}

#[cfg(test)]
mod tests {
    use super::passage;

    #[test]
    fn what_was_read_last_is_shown_and_begins_again_with_the_text() {
        let text: Vec<u32> = "to be\n\u{1}".chars().map(u32::from).collect();
        assert_eq!(passage(&text, 0), "");
        assert_eq!(passage(&text, 2), "to");
        assert_eq!(passage(&text, 9), "to be¶·to");
        assert_eq!(passage(&text, 1000).chars().count(), 96);
        assert_eq!(passage(&[65, 50_256, 7], 4), "65 50256 7 65");
    }
}
