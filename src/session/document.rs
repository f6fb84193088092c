//! Writing a document so that at every moment either the old one or the new one is there, whole.

use super::error::SessionError;
use super::format::Session;
use ron::ser::PrettyConfig;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes `session` to `path`, replacing what is there: to `path.partial` first, which is flushed to disk and renamed.
///
/// # Errors
/// The system refused; then `path` is as it was, and no partial file is left.
pub fn write_document(session: &Session, path: &Path) -> Result<(), SessionError> {
    if path.is_dir() {
        return Err(SessionError::DocumentIsDirectory { document: path.to_owned() });
    }
    let partial = with_suffix(path, ".partial");
    write_whole(session, &partial)
        .and_then(|()| fs::rename(&partial, path))
        .and_then(|()| sync_directory(path))
        .map_err(|source| {
            // It may not exist: then there is nothing to clean up.
            let _ = fs::remove_file(&partial);
            SessionError::Unwritable { path: path.to_owned(), source }
        })
}

/// `path` with `suffix` behind its last name, ending included.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn write_whole(session: &Session, path: &Path) -> io::Result<()> {
    let mut writer = BufWriter::new(File::create(path)?);
    ron::Options::default().to_io_writer_pretty(&mut writer, session, layout()).map_err(io::Error::other)?;
    writer.write_all(b"\n")?;
    writer.flush()?;
    writer.get_ref().sync_all()
}

/// One list element a line: a text diff of two sessions stays readable. Texts of several lines stay such.
fn layout() -> PrettyConfig {
    PrettyConfig::new().depth_limit(2).indentor(" ").new_line("\n").escape_strings(false)
}

/// Makes a rename survive a power cut. Only Unix can open a directory for that.
fn sync_directory(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::super::examples::{header, session};
    use super::super::read::read_session;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read_back() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.ron");
        write_document(&session(), &path).unwrap();
        assert_eq!(read_session(&path).unwrap(), session());
    }

    #[test]
    fn an_older_document_is_replaced_and_nothing_else_is_left() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.ron");
        write_document(&Session::new(header()), &path).unwrap();
        write_document(&session(), &path).unwrap();
        assert_eq!(read_session(&path).unwrap(), session());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_told_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let error = write_document(&session(), directory.path()).unwrap_err().to_string();
        assert!(error.ends_with("is a directory; name a file to write"), "{error}");
        let error = write_document(&session(), &directory.path().join("no/a.ron")).unwrap_err().to_string();
        assert!(error.contains("no/a.ron: cannot be written (") && !error.contains('\n'), "{error}");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn any_text_and_any_number_survives(text in any::<String>(), lines in "[\"#\\\\\r\n\t a(]{0,24}",
            value in any::<f64>(), ticks in any::<u64>()) {
            let mut expected = session();
            expected.header.scene.text = lines;
            expected.header.scene.name = text;
            expected.probes[0].values[0].1 = value;
            expected.samples[0].ticks = ticks;
            let written = ron::Options::default().to_string_pretty(&expected, layout()).unwrap();
            let read: Session = ron::from_str(&written).unwrap();
            // NaN differs from itself, and its sign is of no interest.
            prop_assert!(read.probes[0].values[0].1.to_bits() == value.to_bits() || value.is_nan());
            expected.probes[0].values[0].1 = 0.0;
            prop_assert_eq!(Session { probes: expected.probes.clone(), ..read }, expected);
        }
    }
}
