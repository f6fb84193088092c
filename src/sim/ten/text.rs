//! The tokens that go in: the bytes of a file, or drawn ones.

use super::constants::{SYNTHETIC_TOKENS, TEXT_BYTES, draw};
use super::params::TenModel;
use crate::sim::Refusal;
use crate::sim::random::{Draws, Generator};
use std::sync::Arc;

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

/// Tokens drawn from the seed, each as likely as any other.
pub fn drawn(model: &TenModel, seed: u32) -> Arc<[u32]> {
    let draws = Draws { generator: Generator::Fast, seed };
    let vocabulary = model.vocabulary.tokens();
    // The high bits: the low ones of the generator are poor one by one.
    let token = |word: u32| ((u64::from(word) * u64::from(vocabulary)) >> 32) as u32;
    (0..SYNTHETIC_TOKENS / 4).flat_map(|index| draws.words(0, draw::TEXT, index).map(token)).collect()
}
