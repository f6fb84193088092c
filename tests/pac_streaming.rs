//! A long recording of many channels is scrolled through in pieces that a window has time for. By itself, since whatever
//! else uses the device is waited for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::driver::{Driver, Event};
use fieldscope::gpu::clock::Method as Timing;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::scene::SceneFile;
use fieldscope::shaders::LIBRARY;
use fieldscope::signal;
use fieldscope::sim::pac::Pac;
use fieldscope::sim::pac::description::description;
use fieldscope::sim::pac::design::Input;
use fieldscope::sim::pac::params::{PacModel, Source};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As a headset and a long session leave them.
const CHANNELS: usize = 64;
const RATE: usize = 512;
const SECONDS: usize = 600;
/// Device time of a frame of a window on a software adapter.
const BUDGET: Duration = Duration::from_millis(12);

/// An EDF of noise: records of a second each.
fn write_edf(path: &Path) {
    let mut header = format!("{:<8}{:<80}{:<80}{:<16}", "0", "", "", "01.01.2600.00.00");
    write!(header, "{:<8}{:<44}{:<8}{:<8}{:<4}", 256 * (CHANNELS + 1), "", SECONDS, 1, CHANNELS).unwrap();
    for channel in 0..CHANNELS {
        write!(header, "{:<16}", format!("E{channel}")).unwrap();
    }
    for (text, width) in [
        ("", 80),
        ("uV", 8),
        ("-3276.8", 8),
        ("3276.7", 8),
        ("-32768", 8),
        ("32767", 8),
        ("", 80),
        ("512", 8),
        ("", 32),
    ] {
        (0..CHANNELS).for_each(|_| write!(header, "{text:<width$}").unwrap());
    }
    assert_eq!(header.len(), 256 * (CHANNELS + 1));
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    file.write_all(header.as_bytes()).unwrap();
    let mut word = 1_u32;
    for _ in 0..SECONDS * CHANNELS * RATE {
        // Numerical Recipes' generator: what is in it does not matter here.
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        file.write_all(&((word >> 20) as i16).to_le_bytes()).unwrap();
    }
    file.flush().unwrap();
}

#[test]
fn ten_minutes_of_sixty_four_channels_are_scrolled_through_in_short_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.edf");
    write_edf(&path);
    let began = Instant::now();
    let input: Input = signal::read(&path).unwrap().select(&path, &[], None).unwrap();
    let reading = began.elapsed();
    assert_eq!((input.names.len(), input.total, input.unit.as_str()), (CHANNELS, SECONDS * RATE, "µV"));
    let fieldscope::scene::System::Pac(model) = SceneFile::read(&path).unwrap().scene.system else { panic!() };
    assert!(matches!(&model.source, Source::Recording(of) if of.channels.is_empty()), "all channels are analysed");
    let model = PacModel { window: 4.0, advance: 40.0, ..model };
    let pac = Pac::new(model, Some(input), 1).unwrap();
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the test needs an adapter");
    let kernels = Arc::new(Kernels::new(&gpu, LIBRARY));
    let fast = description().preset("fast").unwrap();
    let (mut driver, events) = Driver::new(kernels, Timing::GpuPass, Box::new(pac), fast).unwrap();
    // Kernels are built and every kind of pass is timed once, as in a window that has been open for a moment.
    driver.run_to(1).unwrap();
    driver.settle().unwrap();
    let before = events.try_iter().count();
    assert!(before > 0);
    let (began, mut frames, mut longest) = (Instant::now(), 0, Duration::ZERO);
    let mut cycle_began = began;
    let mut cycles = Vec::new();
    while driver.status().cycle < 15 {
        let frame = Instant::now();
        let cycle = driver.status().cycle;
        driver.frame_to(BUDGET, cycle + 1).unwrap();
        longest = longest.max(frame.elapsed());
        frames += 1;
        if driver.status().cycle > cycle {
            cycles.push(cycle_began.elapsed());
            cycle_began = Instant::now();
        }
        events.try_iter().for_each(|event| assert!(!matches!(event, Event::Fault(_)), "{event:?}"));
        std::thread::sleep(Duration::from_millis(1));
    }
    cycles.sort();
    let cycle = cycles[cycles.len() / 2];
    eprintln!(
        "read in {reading:?}; {frames} frames in {:?} for {} places of the window, the longest {longest:?}; a place takes \
         {cycle:?}",
        began.elapsed(),
        cycles.len()
    );
    // No fixed time: the machine may be loaded. But no frame computes half of what there is to compute.
    assert!(frames > 5 * cycles.len() && longest < cycle / 2, "the longest frame took {longest:?} of {cycle:?}");
}
