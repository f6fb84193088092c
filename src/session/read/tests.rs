use super::super::examples::session;
use super::super::{Clock, Outcome, TimingMethod, write_document};
use super::*;
use std::fs;
use std::path::PathBuf;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/session_v1.ron")
}

#[test]
fn version_1_stays_readable() {
    let session = read_session(&golden()).unwrap();
    let header = &session.header;
    assert_eq!((header.format_version, header.started.as_str()), (1, "2026-01-31T12:00:00Z"));
    assert_eq!((header.program.commit.as_deref(), header.program.debug_assertions), (Some("0123abc"), false));
    assert_eq!((header.machine.adapter.as_str(), header.machine.cpu_cores), ("Example Adapter", 8));
    assert_eq!((&header.timing.method, header.timing.timestamp_period_ns), (&TimingMethod::GpuPass, 2.5));
    assert_eq!(header.timing.self_check.unwrap().dispatch_host_ms, 21.0);
    assert_eq!(
        (header.scene.seed, header.scene.text.as_str()),
        (u64::MAX, "// A \"small\" field.\n(\n  size: 8,\n)\n")
    );
    assert_eq!((header.toggles["fused"], header.toggles["sparse"], header.parameters["rate"]), (false, true, 0.1));
    assert_eq!(session.stages[0].stages, ["inject", "learn"]);
    assert_eq!(
        (session.passes[0].stage, session.passes[0].bytes_read, session.passes[1].clock),
        (1, 3000, Clock::Host)
    );
    assert_eq!(session.passes[1].kernel, None);
    let last = session.samples[2];
    assert_eq!((last.arm, last.cycle, last.pass, last.ticks, last.begin), (0, 1, 7, 800, 123_456));
    assert_eq!((session.cycle_times[0].nanoseconds, session.canary[0].nanoseconds), (5000, 800.5));
    assert_eq!(session.probes[0].values, [(0, -1.25), (1, 1e-300)]);
    assert_eq!((session.probes[1].arm, session.probes[1].values[0].1), (1, f64::INFINITY));
    assert_eq!((session.memory[0].bytes, session.kernels[0].build_ms), (4096, 12.5));
    assert_eq!(session.commands[0].command, "SetToggle(name:\"fused\",on:true)");
    assert_eq!((session.focus[0].cycle, session.focus[0].focused), (1, false));
    assert_eq!(
        (session.blocks[0].last_cycle, session.blocks[0].pair, session.roof.unwrap().copy_gb_s),
        (1, Some(0), 400.0)
    );
    assert_eq!((session.verdicts[0].outcome, session.verdicts[0].interval), (Outcome::Faster, Some((1.9, 2.02))));
    assert_eq!(session.deviations[0].first_difference.as_ref().unwrap().index, [3, 4]);
    assert_eq!((session.counts.negative, session.unrecorded, session.recovery), (3, 0, None));
    assert_eq!((session.closing.unwrap().reason.as_str()), "all cycles done");
}

/// Tells when the format moves without its version: then the golden file of version 1 must not be touched.
#[test]
fn version_1_is_still_what_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.ron");
    write_document(&session(), &path).unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), fs::read_to_string(golden()).unwrap());
}

/// What is told of a file with these bytes, without its directory.
fn complaint(bytes: &[u8]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.ron");
    fs::write(&path, bytes).unwrap();
    let error = read_session(&path).unwrap_err().to_string();
    assert!(!error.contains('\n') && error.contains("; "), "{error}");
    error.replace(&format!("{}/", directory.path().display()), "")
}

#[test]
fn foreign_and_damaged_files_are_told_in_one_sentence() {
    let golden = fs::read_to_string(golden()).unwrap();
    let text = |old: &str, new: &str| golden.replacen(old, new, 1).into_bytes();
    let cases = [
        (b"{\"traceEvents\": []}".to_vec(), "a.ron: is not a fieldscope session: no format_version near its start"),
        (Vec::new(), "a.ron: is empty"),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "a.ron:1:1: is not UTF-8 text"),
        (text("format_version: 1", "format_version: 2"), "a.ron: has format version 2, but fieldscope"),
        (text("format_version: 1", "format_version: 0"), "reads versions 1 to 1; use the fieldscope that wrote it"),
        (text("format_version: 1", "format_version: one"), "a.ron: is not a fieldscope session"),
        (
            b"Header(format_version:1".to_vec(),
            "a.ron: is the journal of a recording that did not end; run `fieldscope recover a.ron`",
        ),
        (
            text("seed:", "sed:"),
            "unexpected field `sed` in `Scene`, expected one of `system`, `name`, `text`, `seed`; did you mean `seed`?",
        ),
        (text(" roof: Some((", " rooof: Some(("), "unexpected field `rooof` in `Session`"),
        (text("(0, 0, 7, 400, 0)", "(0, 0, 7, 400)"), "a.ron:"),
    ];
    for (bytes, expected) in cases {
        let told = complaint(&bytes);
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn a_document_cut_anywhere_is_refused() {
    let golden = fs::read(golden()).unwrap();
    let path = Path::new("a.ron");
    let version_ends = golden.windows(2).position(|pair| pair == b"1,").unwrap() + 1;
    for cut in version_ends..golden.trim_ascii_end().len() {
        let error = parse_ron::<Session>(path, str::from_utf8(&golden[..cut]).unwrap()).unwrap_err();
        assert!(matches!(error, RonFileError::Truncated { .. }), "{cut} bytes: {error}");
    }
}

#[test]
fn what_is_no_file_is_told_in_one_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let told = |path: &Path| read_session(path).unwrap_err().to_string();
    assert!(told(directory.path()).ends_with("is a directory, not a file; name a file"));
    let missing = directory.path().join("a.ron");
    assert!(told(&missing).ends_with("a.ron: no such file; check the path"));
    fs::write(journal_path(&missing), "").unwrap();
    assert!(told(&missing).ends_with(&format!("run `fieldscope recover {}`", journal_path(&missing).display())));
}

#[test]
fn a_file_over_the_limit_is_refused_unread() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.ron");
    fs::File::create(&path).unwrap().set_len(SESSION_BYTES + 1).unwrap();
    let error = read_session(&path).unwrap_err().to_string();
    assert!(error.contains("holds 1073741825 bytes, more than the 1073741824 that are read"), "{error}");
}

#[test]
fn a_version_is_found_only_near_the_start() {
    assert_eq!(version_of("// é\nSession( format_version :  12 ,"), Some(12));
    assert_eq!(version_of(&format!("{}format_version: 1", "é".repeat(HEAD))), None);
    assert_eq!(version_of("format_version: 99999999999999999999999"), None);
}
