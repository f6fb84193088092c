use super::super::examples::{closing, header, records, session};
use super::super::read::{SESSION_BYTES, read_session};
use super::super::recover::{read_journal, recover};
use super::*;
use crate::session::{CycleTime, Sample};

fn samples(first: u64, count: u64) -> Record {
    let sample = |cycle| Sample { arm: 0, cycle, pass: 7, ticks: cycle * 3, begin: cycle };
    Record::Samples((first..first + count).map(sample).collect())
}

fn recorder(directory: &tempfile::TempDir) -> (Recorder, PathBuf) {
    let document = directory.path().join("a.ron");
    (Recorder::create(&document, &header()).unwrap(), document)
}

#[test]
fn finishing_writes_what_was_pushed_and_removes_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let (mut recorder, document) = recorder(&directory);
    assert!(journal_path(&document).is_file() && !document.exists());
    let (_closing, before) = records().split_last().map(|(last, rest)| (last.clone(), rest.to_vec())).unwrap();
    before.into_iter().for_each(|record| recorder.push(record).unwrap());
    let finished = recorder.finish(closing()).unwrap();
    assert_eq!(finished, Finished { document: document.clone(), session: session() });
    assert_eq!(read_session(&document).unwrap(), session());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn what_was_pushed_is_on_disk_a_second_later_while_the_recorder_still_stands() {
    let directory = tempfile::tempdir().unwrap();
    let (mut recorder, document) = recorder(&directory);
    recorder.push(samples(0, 5)).unwrap();
    std::thread::sleep(Duration::from_millis(1000));
    let recovered = read_journal(&journal_path(&document)).unwrap();
    assert_eq!((recovered.kept, recovered.dropped), (1, 0));
    assert_eq!(recovered.session.samples.len(), 5);
    drop(recorder);
}

#[test]
fn a_recorder_dropped_without_an_end_leaves_everything_in_its_journal() {
    let directory = tempfile::tempdir().unwrap();
    let (mut recorder, document) = recorder(&directory);
    (0..3).for_each(|i| recorder.push(samples(i * 10, 10)).unwrap());
    std::thread::sleep(Duration::from_millis(1100));
    recorder.push(samples(30, 10)).unwrap();
    drop(recorder);
    assert!(!document.exists());
    let written = recover(&journal_path(&document), None).unwrap();
    assert!(!written.recovered.closed() && !written.journal_kept);
    let read = read_session(&document).unwrap();
    assert_eq!(read.samples.iter().map(|sample| sample.cycle).collect::<Vec<_>>(), (0..40).collect::<Vec<_>>());
}

#[test]
fn a_left_over_journal_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let (mut first, document) = recorder(&directory);
    first.push(samples(0, 4)).unwrap();
    drop(first);
    let error = Recorder::create(&document, &header()).unwrap_err().to_string();
    let journal = journal_path(&document).display().to_string();
    assert_eq!(
        error,
        format!(
            "{journal}: is left from a recording that did not end; run `fieldscope recover {journal}` to keep it, or \
             delete it"
        )
    );
    assert_eq!(read_journal(&journal_path(&document)).unwrap().session.samples.len(), 4);
}

#[test]
fn a_journal_that_is_being_written_is_not_recovered() {
    let directory = tempfile::tempdir().unwrap();
    let (recorder, document) = recorder(&directory);
    let error = recover(&journal_path(&document), None).unwrap_err().to_string();
    assert!(error.ends_with("another fieldscope is still recording into it; let that end first"), "{error}");
    drop(recorder);
    recover(&journal_path(&document), None).unwrap();
}

#[test]
fn an_older_document_stays_until_the_recording_finishes() {
    let directory = tempfile::tempdir().unwrap();
    let document = directory.path().join("a.ron");
    write_document(&session(), &document).unwrap();
    let recorder = Recorder::create(&document, &header()).unwrap();
    assert_eq!(read_session(&document).unwrap(), session());
    recorder.finish(closing()).unwrap();
    assert_eq!(read_session(&document).unwrap().samples, []);
}

#[test]
fn an_impossible_place_is_told_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let error = Recorder::create(directory.path(), &header()).unwrap_err().to_string();
    assert!(error.ends_with("is a directory; name a file to write"), "{error}");
    let error = Recorder::create(&directory.path().join("no/a.ron"), &header()).unwrap_err().to_string();
    assert!(error.contains("a.ron.journal: cannot be written ("), "{error}");
}

#[test]
fn a_document_that_cannot_be_written_leaves_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let (mut recorder, document) = recorder(&directory);
    recorder.push(samples(0, 4)).unwrap();
    fs::create_dir(&document).unwrap();
    let error = recorder.finish(closing()).unwrap_err().to_string();
    let remedy = format!("run `fieldscope recover {}` once that is mended", journal_path(&document).display());
    assert!(error.ends_with(&remedy), "{error}");
    fs::remove_dir(&document).unwrap();
    let written = recover(&journal_path(&document), None).unwrap();
    assert!(written.recovered.closed());
    assert_eq!(read_session(&document).unwrap().samples.len(), 4);
}

#[test]
fn measured_values_that_find_no_room_are_counted_and_do_not_wait() {
    let unrecorded = AtomicU64::new(0);
    let (sender, receiver) = bounded(1);
    assert!(offer(&sender, samples(0, 5), 5, &unrecorded));
    assert!(offer(&sender, samples(5, 7), 7, &unrecorded));
    assert_eq!(unrecorded.load(Ordering::Relaxed), 7);
    drop(receiver);
    assert!(!offer(&sender, samples(0, 5), 5, &unrecorded));
}

#[test]
fn what_was_left_out_is_told_in_the_document() {
    let directory = tempfile::tempdir().unwrap();
    let (recorder, document) = recorder(&directory);
    recorder.shared.unrecorded.store(12, Ordering::Relaxed);
    assert_eq!(recorder.unrecorded(), 12);
    recorder.finish(closing()).unwrap();
    assert_eq!(read_session(&document).unwrap().unrecorded, 12);
}

#[test]
fn a_full_journal_takes_no_more_samples_but_can_be_finished() {
    let directory = tempfile::tempdir().unwrap();
    let (mut recorder, document) = recorder(&directory);
    recorder.push(samples(0, 1)).unwrap();
    recorder.shared.bytes.fetch_add(JOURNAL_BYTES, Ordering::Relaxed);
    assert!(matches!(recorder.push(samples(1, 1)), Err(SessionError::Full { .. })));
    recorder.finish(closing()).unwrap();
    assert_eq!(read_session(&document).unwrap().samples.len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_refuses_ends_the_recording_with_its_reason() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let shared = Arc::new(Shared::default());
    let lines = Lines::new(full.try_clone().unwrap(), Arc::clone(&shared));
    let (sender, receiver) = bounded(WAITING);
    let thread = Some(std::thread::spawn(move || write_records(&receiver, lines)));
    let (document, journal) = (PathBuf::from("a.ron"), PathBuf::from("a.ron.journal"));
    let mut recorder = Recorder { document, journal, file: full, sender: Some(sender), thread, shared };
    let mut pushes = std::iter::from_fn(|| {
        std::thread::sleep(Duration::from_millis(10));
        Some(recorder.push(samples(0, 1)))
    });
    let error = pushes.by_ref().take(500).find_map(Result::err).unwrap();
    assert!(matches!(error, SessionError::Unwritable { .. }), "{error}");
    assert!(matches!(pushes.next(), Some(Err(SessionError::Stopped { .. }))));
}

#[test]
fn the_largest_journal_gives_a_document_that_is_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let (mut recorder, document) = recorder(&directory);
    // The shortest records grow most when they get their own lines and spaces.
    let shortest = CycleTime { arm: 0, cycle: 0, nanoseconds: 0 };
    recorder.push(Record::CycleTimes(vec![shortest; 100_000])).unwrap();
    recorder.stop().unwrap();
    let journal_bytes = fs::metadata(journal_path(&document)).unwrap().len();
    let session = recorder.write_from_journal().unwrap();
    assert_eq!(session.cycle_times.len(), 100_000);
    let document_bytes = fs::metadata(&document).unwrap().len();
    assert!(document_bytes * JOURNAL_BYTES < SESSION_BYTES * journal_bytes, "{journal_bytes} become {document_bytes}");
}
