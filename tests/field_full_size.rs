//! The field at full size, 96³ × 192, against the double-precision reference. Needs an adapter and about 7 GB of memory.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in helpers of tests too, a panic is the report")]

use fieldscope::driver::{Driver, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::scene::{DEFAULT_SCENE, SceneFile, Size, System};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::field::description::switches;
use fieldscope::sim::field::reference::compare::compare;
use fieldscope::sim::field::reference::{Reference, Shape};
use fieldscope::sim::field::sensors::sensor_values;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Every so many channels are compared.
const STRIDE: usize = 13;
/// Two cycles: the second one learns from the first one's prediction.
const CYCLES: u64 = 2;

#[test]
fn the_full_size_follows_the_reference_on_a_sample_of_its_channels() {
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
    let kernels = Arc::new(Kernels::new(&gpu, LIBRARY));
    let file = SceneFile::read(Path::new(DEFAULT_SCENE)).unwrap();
    let System::Field(model) = file.fitted(&gpu, Size::Full) else { panic!("the default scene is a field") };
    assert_eq!(model.elements(), 169_869_312);
    let prepared = file.prepare(&gpu, Size::Full, None).unwrap();
    let toggles = prepared.toggles;
    let (mut driver, _events) = Driver::new(kernels, Method::GpuPass, prepared.simulation, toggles).unwrap();
    assert!(driver.status().bytes <= 2_200_000_000, "{} bytes on the device", driver.status().bytes);
    driver.run_to(CYCLES).unwrap();
    let state = driver.state();
    let array = state.array("field").unwrap();
    let field = arrays::to_plain(array, &arrays::read_array(&gpu, driver.buffers(), array).unwrap());
    drop(driver);

    let mut reference = Reference::new(&model, file.scene.seed as u32);
    for cycle in 1..=CYCLES {
        let sensors = sensor_values(&model, reference.draws, cycle, [0.5; 2], &mut Vec::new());
        reference.cycle(&switches(toggles), &sensors);
    }
    let volume = field.len() / model.channels as usize;
    let undecided = reference.near_threshold.sites();
    assert!(undecided.len() < volume / 1000, "{} sites were undecided", undecided.len());
    // Their edges and their diffusion reach two sites further within the cycle.
    let excluded: BTreeSet<usize> = undecided.iter().flat_map(|site| around(*site, model.sites as usize)).collect();
    let mut worst: f64 = 0.0;
    for channel in (0..model.channels as usize).step_by(STRIDE) {
        let part = channel * volume..(channel + 1) * volume;
        let shape = Shape { sites: model.sites as usize, channels: 1 };
        let comparison = compare(&field[part.clone()], &reference.field[part], shape, &excluded).unwrap();
        worst = worst.max(comparison.relative_l2);
        assert!(comparison.relative_l2 < 1e-5, "channel {channel}: {comparison:?}");
    }
    eprintln!("largest relative L2 of a channel: {worst:.2e}, {} sites were undecided", undecided.len());
}

/// The sites at most two steps away.
fn around(site: usize, sites: usize) -> Vec<usize> {
    let near = |at: usize| at.saturating_sub(2)..=(at + 2).min(sites - 1);
    let (x, y, z) = (site % sites, site / sites % sites, site / (sites * sites));
    let mut found = Vec::new();
    for (zz, yy) in near(z).flat_map(|zz| near(y).map(move |yy| (zz, yy))) {
        for xx in near(x).filter(|xx| xx.abs_diff(x) + yy.abs_diff(y) + zz.abs_diff(z) <= 2) {
            found.push((zz * sites + yy) * sites + xx);
        }
    }
    found
}
