//! Files that are being edited: whether they were saved since one last looked.
//!
//! Looks at them twice a second: that also works where a file system tells of no changes, and where an editor saves by
//! putting a new file in the old one's place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);

/// When each file was changed, and how long it is.
type Stamps = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Watches a file, or the WGSL files of a folder and of the folders in it.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    looked: Instant,
    known: Stamps,
    /// Different from what is known, but seen only once: it may still be being written.
    fresh: Option<Stamps>,
}

impl Watch {
    /// What is saved from now on counts.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), looked: Instant::now(), known: stamps(path), fresh: None }
    }

    /// What it watches.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether something was saved since the last call that said so. A file that is gone for a moment was not.
    pub fn was_saved(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.looked) < EVERY {
            return false;
        }
        self.looked = now;
        let seen = stamps(&self.path);
        let settled = self.fresh.as_ref() == Some(&seen);
        if seen == self.known || seen.is_empty() {
            self.fresh = None;
            return false;
        }
        if settled {
            self.known = seen;
            self.fresh = None;
        } else {
            self.fresh = Some(seen);
        }
        settled
    }
}

fn stamps(path: &Path) -> Stamps {
    let mut stamps = Stamps::new();
    let mut add = |path: &Path| {
        if let Ok(data) = std::fs::metadata(path) {
            stamps.insert(path.to_owned(), (data.modified().ok(), data.len()));
        }
    };
    if !path.is_dir() {
        add(path);
        return stamps;
    }
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "wgsl") {
                add(&path);
            }
        }
    }
    stamps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many looks, half a second apart, find something saved; `meanwhile` happens before the second one.
    fn found(watch: &mut Watch, looks: u32, meanwhile: impl FnOnce()) -> usize {
        let start = watch.looked;
        let mut meanwhile = Some(meanwhile);
        (1..=looks)
            .filter(|look| {
                if *look == 2
                    && let Some(meanwhile) = meanwhile.take()
                {
                    meanwhile();
                }
                watch.was_saved(start + *look * EVERY)
            })
            .count()
    }

    #[test]
    fn a_save_is_told_once_and_only_when_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let scene = folder.path().join("scene.ron");
        std::fs::write(&scene, "one").unwrap();
        let mut watch = Watch::new(&scene);
        assert_eq!(found(&mut watch, 5, || {}), 0);
        assert_eq!(
            found(&mut watch, 2, || std::fs::write(&scene, "longer").unwrap()),
            0,
            "it may still be being written"
        );
        assert_eq!(found(&mut watch, 4, || {}), 1);
        assert_eq!(found(&mut watch, 3, || std::fs::remove_file(&scene).unwrap()), 0);
        // An editor that puts a new file in its place.
        std::fs::write(folder.path().join("new"), "a third text").unwrap();
        assert_eq!(found(&mut watch, 5, || std::fs::rename(folder.path().join("new"), &scene).unwrap()), 1);
    }

    #[test]
    fn a_folder_is_watched_with_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("field");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(inner.join("clamp.wgsl"), "one").unwrap();
        let mut watch = Watch::new(folder.path());
        assert_eq!(found(&mut watch, 5, || std::fs::write(inner.join("notes.txt"), "two").unwrap()), 0);
        assert_eq!(found(&mut watch, 5, || std::fs::write(inner.join("clamp.wgsl"), "longer").unwrap()), 1);
    }
}
