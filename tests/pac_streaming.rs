//! A long recording of many channels is scrolled through in pieces that a window has time for. By itself, since whatever
//! else uses the device is waited for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

#[path = "pac/long.rs"]
mod long;

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
use long::{CHANNELS, RATE, SECONDS, write_edf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Device time of a frame of a window on a software adapter.
const BUDGET: Duration = Duration::from_millis(12);

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
    let (began, mut frames) = (Instant::now(), Vec::new());
    let mut cycle_began = began;
    let mut cycles = Vec::new();
    // The longest frame of each third of the way.
    let mut stretches = [Duration::ZERO; 3];
    while driver.status().cycle < 16 {
        let frame = Instant::now();
        let cycle = driver.status().cycle;
        driver.frame_to(BUDGET, cycle + 1).unwrap();
        frames.push(frame.elapsed());
        let longest = &mut stretches[(cycle - 1) as usize / 5];
        *longest = frame.elapsed().max(*longest);
        if driver.status().cycle > cycle {
            cycles.push(cycle_began.elapsed());
            cycle_began = Instant::now();
        }
        events.try_iter().for_each(|event| assert!(!matches!(event, Event::Fault(_)), "{event:?}"));
        std::thread::sleep(Duration::from_millis(1));
    }
    cycles.sort();
    let cycle = cycles[cycles.len() / 2];
    frames.sort();
    let (middle, most, longest) = (frames[frames.len() / 2], frames[frames.len() * 19 / 20], frames[frames.len() - 1]);
    eprintln!(
        "read in {reading:?}; {} frames in {:?} for {} places of the window, each {cycle:?}: {middle:?} at the median, {most:?} \
         for 95 of 100, {longest:?} at the most",
        frames.len(),
        began.elapsed(),
        cycles.len(),
    );
    // No fixed time, and the calmest of three stretches: the machine may be slow, and whatever else it does comes in
    // between. But no frame of that stretch computes half of a place.
    let calmest = stretches.into_iter().min().unwrap();
    assert!(frames.len() > 5 * cycles.len() && calmest < cycle / 2, "{calmest:?} at the least of {cycle:?}");
}
