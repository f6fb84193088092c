use super::super::examples::{header, records, session};
use super::super::read::read_session;
use super::*;

/// A journal as the recorder writes it.
fn journal_text() -> String {
    let lines = records().into_iter().map(|record| ron::to_string(&record).unwrap() + "\n");
    format!("Header{}\n", ron::to_string(&header()).unwrap()) + &lines.collect::<String>()
}

fn fold_bytes(bytes: &[u8]) -> Result<Recovered, SessionError> {
    fold(bytes, Path::new("a.ron.journal"))
}

#[test]
fn a_whole_journal_gives_the_whole_session() {
    let recovered = fold_bytes(journal_text().as_bytes()).unwrap();
    assert_eq!(recovered.session, session());
    assert_eq!((recovered.kept, recovered.dropped, recovered.only_torn), (records().len() as u64, 0, false));
    assert!(recovered.closed() && recovered.first_dropped.is_none());
}

#[test]
fn a_journal_torn_at_any_byte_gives_every_complete_record() {
    let text = journal_text();
    let header_ends = text.find('\n').unwrap();
    for cut in 0..text.len() {
        let torn = &text.as_bytes()[..cut];
        if cut < header_ends {
            assert!(fold_bytes(torn).is_err(), "{cut} bytes");
            continue;
        }
        // A line that lacks only its end is complete.
        let complete = (header_ends..=cut).filter(|&end| text.as_bytes()[end] == b'\n').count() as u64 - 1;
        let tail_is_torn = text.as_bytes()[cut] != b'\n' && text.as_bytes()[cut - 1] != b'\n';
        let recovered = fold_bytes(torn).unwrap();
        assert_eq!((recovered.kept, recovered.dropped), (complete, u64::from(tail_is_torn)), "{cut} bytes");
        assert_eq!(recovered.only_torn, tail_is_torn, "{cut} bytes");
        let expected =
            records().into_iter().take(complete as usize).fold(Session::new(header()), |mut session, record| {
                session.apply(record);
                session
            });
        assert_eq!(recovered.session, expected, "{cut} bytes");
        assert_eq!(recovered.closed(), complete as usize == records().len());
    }
}

#[test]
fn a_damaged_line_costs_only_itself_and_keeps_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("a.ron.journal");
    let mut lines: Vec<Vec<u8>> = journal_text().lines().map(|line| line.as_bytes().to_vec()).collect();
    lines[3].fill(0);
    lines[5] = b"Stage(id:\xff)".to_vec();
    fs::write(&journal, lines.join(&b'\n')).unwrap();
    let written = recover(&journal, None).unwrap();
    assert_eq!((written.recovered.kept, written.recovered.dropped), (records().len() as u64 - 2, 2));
    assert_eq!(written.recovered.first_dropped.unwrap().line, 4);
    assert!(written.journal_kept && journal.is_file());
    let read = read_session(&directory.path().join("a.ron")).unwrap();
    assert_eq!(read.recovery, Some(Recovery { kept: records().len() as u64 - 2, dropped: 2 }));
    assert_eq!((read.passes.len(), read.kernels.len(), read.samples), (1, 0, session().samples));
}

#[test]
fn a_torn_last_line_is_no_reason_to_keep_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("a.ron.journal");
    let text = journal_text();
    fs::write(&journal, &text[..text.len() - 5]).unwrap();
    let written = recover(&journal, Some(&directory.path().join("b.ron"))).unwrap();
    assert!(written.recovered.only_torn && !written.recovered.closed());
    assert!(!written.journal_kept && !journal.exists());
    assert_eq!(written.document, directory.path().join("b.ron"));
    assert_eq!(read_session(&written.document).unwrap(), written.recovered.session);
}

#[test]
fn a_document_is_never_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("a.ron.journal");
    fs::write(&journal, journal_text()).unwrap();
    fs::write(directory.path().join("a.ron"), "precious").unwrap();
    let error = recover(&journal, None).unwrap_err().to_string();
    assert!(error.contains("a.ron: exists already and is not overwritten"), "{error}");
    assert_eq!(fs::read_to_string(directory.path().join("a.ron")).unwrap(), "precious");
    assert!(journal.is_file());
}

#[test]
fn what_is_no_journal_is_told_in_one_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let newer = journal_text().replacen("format_version:1", "format_version:9", 1);
    let cases = [
        (write("a.journal", ""), "is empty: the recording ended as it began; delete it"),
        (write("b.journal", "(a: 1)\n"), "is not a fieldscope journal: its first line is no header"),
        (write("c.journal", &newer), "has format version 9, but fieldscope"),
        (write("d.journal", &journal_text()[..100]), "ends here in the middle"),
        (write("e.ron", &journal_text()), "does not end in `.journal`, so the session's name is unknown"),
        (directory.path().join("f.journal"), "no such file"),
        (directory.path().to_owned(), "is a directory"),
    ];
    for (path, expected) in cases {
        let error = recover(&path, None).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("; ") && !error.contains('\n'), "{error}");
        assert!(error.starts_with(&path.display().to_string()), "{error}");
    }
}
