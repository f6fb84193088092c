//! What the tests of the Möbius system share.

#![allow(dead_code, reason = "each test program uses its part")]

use crossbeam_channel::Receiver;
use fieldscope::driver::{Driver, Event, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::mobius::Mobius;
use fieldscope::sim::mobius::params::{MobiusModel, Shape};
use fieldscope::sim::{Simulation, Streaming, ToggleSet, toggles::index_of};
use std::sync::{Arc, OnceLock};

pub const SEED: u64 = 5;

pub fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    KERNELS
        .get_or_init(|| {
            let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
            Arc::new(Kernels::new(&gpu, LIBRARY))
        })
        .clone()
}

pub fn strip(along: u32, across: u32, half_twists: u32) -> MobiusModel {
    MobiusModel::of(Shape::Strip { along, across, half_twists, half_width: 0.4 })
}

pub fn helix(nodes: u32, windings: f64) -> MobiusModel {
    MobiusModel { sampled: true, ..MobiusModel::of(Shape::Published { nodes, windings }) }
}

pub fn mobius(model: &MobiusModel) -> Mobius {
    // Slabs so small that a propagator has several.
    let streaming = Streaming { largest_bytes: 1 << 20, planes: 8, ..Streaming::default() };
    Mobius::new(model.clone(), SEED, streaming).unwrap()
}

pub fn on(names: &[&str]) -> ToggleSet {
    let mobius = mobius(&strip(64, 8, 1));
    let toggles = &mobius.description().toggles;
    names.iter().fold(ToggleSet::NONE, |set, name| set.with(index_of(toggles, name).unwrap(), true))
}

pub fn driver(model: &MobiusModel, names: &[&str]) -> (Driver, Receiver<Event>) {
    Driver::new(kernels(), Method::GpuPass, Box::new(mobius(model)), on(names)).unwrap()
}

pub fn read(driver: &Driver, name: &str) -> Vec<f32> {
    let state = driver.state();
    arrays::read_array(driver.gpu(), driver.buffers(), state.array(name).unwrap()).unwrap()
}

pub fn write(driver: &Driver, name: &str, values: &[f32]) {
    let state = driver.state();
    arrays::write_array(driver.gpu(), driver.buffers(), state.array(name).unwrap(), values).unwrap();
}

/// The field as pairs.
pub fn psi(driver: &Driver) -> Vec<[f64; 2]> {
    read(driver, "psi").chunks_exact(2).map(|pair| [f64::from(pair[0]), f64::from(pair[1])]).collect()
}

/// ‖found − wanted‖ / ‖wanted‖.
pub fn apart(found: &[[f64; 2]], wanted: &[[f64; 2]]) -> f64 {
    assert_eq!(found.len(), wanted.len());
    let square = |pairs: &mut dyn Iterator<Item = f64>| pairs.map(|x| x * x).sum::<f64>();
    let differences = found.iter().zip(wanted).flat_map(|(a, b)| [a[0] - b[0], a[1] - b[1]]);
    (square(&mut differences.into_iter()) / square(&mut wanted.iter().flatten().copied())).sqrt()
}

/// The values of a probe in cycles that have come back, cycle by cycle.
pub fn probe(driver: &mut Driver, events: &Receiver<Event>, name: &str) -> Vec<f64> {
    driver.settle().unwrap();
    let index = driver.probes().iter().position(|probe| probe.name == name).unwrap();
    let values = events.try_iter().filter_map(|event| match event {
        Event::Probes { values, .. } => Some(f64::from(values[index])),
        _ => None,
    });
    values.collect()
}
