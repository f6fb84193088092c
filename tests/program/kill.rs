//! Recordings that are ended from outside: a kill costs at most the last second, Ctrl-C nothing.

use super::{Desk, SCENE, assert_says};
use fieldscope::session::{Clock, Session, read_session};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: u64 = 20;
/// The promise: what a kill may cost.
const LAST_SECOND: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(2);

const RECORD: [&str; 7] = ["record", SCENE, "--cycles", "1000000", "--no-roof", "--out", "session.ron"];

/// A recording whose journal has just appeared.
struct Begun {
    child: Child,
    /// The last moment at which there was no journal yet, so that nothing had been recorded.
    before: Instant,
}

fn begin(desk: &Desk) -> Begun {
    let started = Instant::now();
    let mut child = desk.command(&RECORD).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let journal = desk.path("session.ron.journal");
    let mut before = started;
    loop {
        let now = Instant::now();
        if journal.exists() {
            return Begun { child, before };
        }
        before = now;
        assert!(started.elapsed() < Duration::from_secs(60), "no journal appeared");
        assert!(child.try_wait().unwrap().is_none(), "the recording ended by itself");
        std::thread::sleep(POLL);
    }
}

/// The delays of a test, the same in every run: from 0.3 to 2 seconds.
fn delay(number: u64) -> Duration {
    // One step of the generator by Steele, Lea and Flood ("SplitMix"), which needs no state.
    let mut bits = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Duration::from_millis(300 + (bits >> 32) % 1700)
}

/// How much time the recovered figures cover, by the clock that measured them: from the beginning of the first pass to
/// the end of the last.
fn covered(session: &Session) -> Duration {
    let on_device: BTreeSet<u32> =
        session.passes.iter().filter(|pass| pass.clock == Clock::Device).map(|pass| pass.id).collect();
    let timed: Vec<_> = session.samples.iter().filter(|sample| on_device.contains(&sample.pass)).collect();
    let (first, last) =
        (timed.iter().map(|sample| sample.begin).min(), timed.iter().map(|sample| sample.begin + sample.ticks).max());
    let ticks = last.unwrap_or(0) - first.unwrap_or(0);
    match ticks {
        // Without timestamps only the cycles' own times are known; the waits between them count as lost.
        0 => Duration::from_nanos(session.cycle_times.iter().map(|time| time.nanoseconds).sum()),
        ticks => Duration::from_secs_f64(ticks as f64 * f64::from(session.header.timing.timestamp_period_ns) * 1e-9),
    }
}

/// Every cycle up to the last one is there, with samples: nothing is missing in the middle.
fn assert_without_gaps(session: &Session) -> u64 {
    let last = session.cycle_times.last().map_or(0, |time| time.cycle);
    assert!(session.cycle_times.iter().map(|time| time.cycle).eq(1..=last), "cycles are missing before {last}");
    assert_eq!((session.counts.dropped, session.unrecorded), (0, 0), "samples were lost");
    // Not pass by pass: on a fast device a short pass may take no tick at all, and is no sample then.
    let sampled: BTreeSet<u64> = session.samples.iter().map(|sample| sample.cycle).collect();
    let last_sampled = sampled.last().copied().unwrap_or(0);
    assert!(sampled.into_iter().eq(1..=last_sampled), "samples are missing before {last_sampled}");
    last
}

/// Kills a recording after a delay; returns how much time was lost at most, and the last cycle that was recovered.
fn kill_and_recover(delay: Duration) -> (Duration, u64) {
    let desk = Desk::new();
    let (document, journal) = (desk.path("session.ron"), desk.path("session.ron.journal"));
    let Begun { mut child, before } = begin(&desk);
    std::thread::sleep(delay);
    child.kill().unwrap();
    let ran = before.elapsed();
    assert!(!child.wait().unwrap().success());

    assert!(!document.exists() && journal.exists(), "a killed recording leaves its journal alone");
    let killed = std::fs::read(&journal).unwrap();
    assert_says(&desk.refused(&RECORD), &["session.ron.journal: is left from a recording", "fieldscope recover"]);
    assert_eq!(std::fs::read(&journal).unwrap(), killed, "the second recording changed the journal of the first");

    let printed = desk.done(&["recover", "session.ron.journal"]);
    assert_says(&printed, &["records kept", "the recording was cut off", "session: session.ron"]);
    assert!(document.is_file() && !journal.exists());
    let session = read_session(&document).unwrap();
    assert_eq!(session.closing, None, "a killed recording did not close");
    assert!(session.recovery.unwrap().dropped <= 1, "more than the torn last line was lost");
    (ran.saturating_sub(covered(&session)), assert_without_gaps(&session))
}

#[test]
fn a_kill_costs_at_most_the_last_second() {
    let began = Instant::now();
    // Two at a time: the processes compute on the processor, and more would only slow each other down.
    let worker = |first: u64| {
        let run = move |number| {
            let delay = delay(number);
            let (lost, cycles) = kill_and_recover(delay);
            (delay, lost, cycles)
        };
        std::thread::spawn(move || (first..KILLS).step_by(2).map(run).collect::<Vec<_>>())
    };
    let workers = [worker(0), worker(1)];
    let results: Vec<_> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    for (delay, lost, cycles) in &results {
        eprintln!(
            "killed after {:.2} s: {cycles} cycles kept, at most {:.3} s lost",
            delay.as_secs_f64(),
            lost.as_secs_f64()
        );
    }
    eprintln!("{KILLS} kills in {:.1} s", began.elapsed().as_secs_f64());
    for (delay, lost, cycles) in results {
        assert!(lost <= LAST_SECOND, "killed after {delay:?}: {lost:?} may be lost, {cycles} cycles were kept");
    }
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// The document of an interrupted recording.
fn interrupted(desk: &Desk, mut child: Child) -> Session {
    interrupt(&child);
    let status = child.wait().unwrap();
    assert!(status.success(), "an interrupted recording ends as if it had ended by itself: {status}");
    assert!(!desk.path("session.ron.journal").exists());
    let session = read_session(&desk.path("session.ron")).unwrap();
    let closing = session.closing.clone().unwrap();
    assert_eq!((closing.cleanly, closing.reason.as_str()), (true, "interrupted by the user"));
    assert_eq!(closing.cycles, session.cycle_times.len() as u64);
    assert_eq!(session.recovery, None);
    session
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

#[test]
fn ctrl_c_ends_a_recording_with_everything_that_was_recorded() {
    let desk = Desk::new();
    let Begun { child, .. } = begin(&desk);
    let journal = desk.path("session.ron.journal");
    let began = Instant::now();
    while size(&journal) < 100_000 {
        assert!(began.elapsed() < Duration::from_secs(60), "the journal does not grow");
        std::thread::sleep(POLL);
    }
    let session = interrupted(&desk, child);
    assert!(assert_without_gaps(&session) > 10);
    assert_eq!(session.blocks.last().unwrap().last_cycle, session.closing.unwrap().cycles);
}

#[test]
fn ctrl_c_at_the_first_moment_of_a_recording_leaves_a_document_too() {
    let desk = Desk::new();
    let Begun { child, .. } = begin(&desk);
    interrupted(&desk, child);
}
