//! What was measured, in a file of the user's cache folder: one for all adapters.

use crate::gpu::{Gpu, Kernels};
use crate::ron_file::{RonFileError, read_ron};
use crate::shaders::LIBRARY;
use crate::sim::Tunable;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::SystemTime;

/// Largest file that is read: a line for every adapter that was ever here.
const LARGEST: u64 = 1 << 20;

/// What holds for one adapter, driver and text of kernels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The adapter with its interface and driver.
    pub adapter: String,
    /// The choice.
    pub choice: String,
    /// A number that changes with the text of the candidates' kernels.
    pub kernels: String,
}

/// A choice that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it holds for.
    pub key: Key,
    /// The candidate that was fastest.
    pub chosen: String,
    /// Milliseconds of all.
    pub times: Vec<(String, f64)>,
    /// When.
    pub measured: String,
}

impl Key {
    /// Of a choice on the adapter that these kernels are built for.
    pub fn of(kernels: &Kernels, choice: &Tunable) -> Self {
        let mut text: Vec<&str> = LIBRARY.modules.iter().map(|module| module.source).collect();
        let variants: Vec<_> = choice.candidates.iter().map(|candidate| candidate.pass.variant.to_string()).collect();
        text.extend(variants.iter().map(String::as_str));
        let sources = choice.candidates.iter().filter_map(|one| LIBRARY.kernel(one.pass.variant.kernel).ok());
        text.extend(sources.map(|kernel| kernel.source));
        Self {
            adapter: adapter(kernels.gpu()),
            choice: choice.name.to_owned(),
            kernels: format!("{:016x}", fingerprint(&text)),
        }
    }
}

/// The adapter as the file names it.
fn adapter(gpu: &Gpu) -> String {
    let info = &gpu.info;
    format!("{} ({}, {} {})", info.name, info.backend, info.driver, info.driver_info)
}

/// FNV-1a over 64 bits: the same from build to build.
fn fingerprint(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Where the file is: in the folder that `FIELDSCOPE_CACHE` names, else in the user's cache folder; `None` where there is
/// neither.
pub fn cache_file() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let own = folder("FIELDSCOPE_CACHE");
    let users = || {
        let home = match std::env::consts::OS {
            "windows" => folder("LOCALAPPDATA"),
            "macos" => folder("HOME").map(|home| home.join("Library/Caches")),
            _ => folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache"))),
        };
        home.map(|home| home.join("fieldscope"))
    };
    Some(own.or_else(users)?.join("tuning.ron"))
}

/// Everything that was measured on this adapter, as long as its kernels are the same or not.
///
/// # Errors
/// A file that cannot be read.
pub fn entries(gpu: &Gpu) -> Result<Vec<Entry>, String> {
    let own = adapter(gpu);
    Ok(all()?.into_iter().filter(|entry| entry.key.adapter == own).collect())
}

fn all() -> Result<Vec<Entry>, String> {
    let Some(path) = cache_file() else { return Ok(Vec::new()) };
    match read_ron(&path, LARGEST) {
        Ok(entries) => Ok(entries),
        Err(RonFileError::NotFound { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.to_string()),
    }
}

/// What was measured for this key.
///
/// # Errors
/// A file that cannot be read.
pub fn find(key: &Key) -> Result<Option<Entry>, String> {
    Ok(all()?.into_iter().find(|entry| entry.key == *key))
}

/// Writes what was measured, in the place of what the file had for this adapter and choice. A file that cannot be read is
/// replaced.
///
/// # Errors
/// There is no cache folder, or it cannot be written.
pub fn keep(key: &Key, chosen: &str, times: &[(String, f64)]) -> Result<(), String> {
    let path = cache_file().ok_or("not kept: there is no cache folder; FIELDSCOPE_CACHE may name one")?;
    let mut entries = all().unwrap_or_default();
    entries.retain(|entry| (&entry.key.adapter, &entry.key.choice) != (&key.adapter, &key.choice));
    entries.push(Entry {
        key: key.clone(),
        chosen: chosen.to_owned(),
        times: times.to_vec(),
        measured: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
    });
    let told = |error: std::io::Error| format!("not kept: {}: {error}", path.display());
    let layout = ron::ser::PrettyConfig::new().depth_limit(3);
    let text = ron::ser::to_string_pretty(&entries, layout).map_err(|error| format!("not kept: {error}"))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    // Another program may read it at this moment: it finds the old file or the new one, whole.
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    std::fs::write(&partial, text + "\n").and_then(|()| std::fs::rename(&partial, &path)).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_that_of_the_published_vectors_and_knows_where_a_text_ends() {
        // FNV-1a of "foobar" is 0x85944171f73967e8; a text is followed by a 0.
        assert_eq!(fingerprint(&["foobar"]), 0x8594_4171_f739_67e8_u64.wrapping_mul(0x0100_0000_01b3));
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
