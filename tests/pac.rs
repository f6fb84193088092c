//! The coupling analysis on the device: against TensorPAC's own data, against the f64 reference, and against what must
//! hold of any coupling. Needs an adapter, and fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

#[path = "pac/exact.rs"]
mod exact;
#[path = "pac/kernels.rs"]
mod kernels_against_reference;
#[path = "pac/parity.rs"]
mod parity;
#[path = "pac/properties.rs"]
mod properties;
#[path = "pac/shifts.rs"]
mod shifts;

use fieldscope::driver::{Driver, Event, arrays};
use fieldscope::gpu::clock::Method as Timing;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::pac::Pac;
use fieldscope::sim::pac::bands::Bands;
use fieldscope::sim::pac::design::Input;
use fieldscope::sim::pac::filters::Filter;
use fieldscope::sim::pac::params::{Method, PacModel, RecordingModel, Source, Surrogate};
use fieldscope::sim::{Simulation, ToggleSet, toggles::index_of};
use std::sync::{Arc, OnceLock};

fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    KERNELS
        .get_or_init(|| {
            let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
            Arc::new(Kernels::new(&gpu, LIBRARY))
        })
        .clone()
}

/// A model over the whole of a recording of so many seconds.
fn model(seconds: f64, phase: &[(f64, f64)], amplitude: &[(f64, f64)]) -> PacModel {
    PacModel {
        source: Source::Recording(RecordingModel { path: "memory".into(), channels: Vec::new(), rate: None }),
        window: seconds,
        advance: 0.0,
        position: 0.0,
        phase_bands: Bands::Explicit(phase.to_vec()),
        amplitude_bands: Bands::Explicit(amplitude.to_vec()),
        method: Method::Tort,
        filter: Filter::Spectral,
        surrogates: 0,
        surrogate: Surrogate::TimeLag,
    }
}

fn input(rate: f64, channels: &[Vec<f64>]) -> Input {
    Input {
        rate,
        names: (0..channels.len()).map(|channel| format!("channel {channel}")).collect(),
        total: channels[0].len(),
        samples: channels.iter().flatten().map(|value| *value as f32).collect(),
        excluded: None,
        ..Input::default()
    }
}

fn on(names: &[&str]) -> ToggleSet {
    let toggles = fieldscope::sim::pac::description::description().toggles;
    names.iter().fold(ToggleSet::NONE, |set, name| set.with(index_of(&toggles, name).unwrap(), true))
}

/// Every exact optimisation.
fn fast() -> ToggleSet {
    fieldscope::sim::pac::description::description().preset("fast").unwrap()
}

fn driver(model: &PacModel, input: Option<Input>, toggles: ToggleSet) -> (Driver, crossbeam_channel::Receiver<Event>) {
    let pac = Pac::new(model.clone(), input, 7).unwrap();
    Driver::new(kernels(), Timing::GpuPass, Box::new(pac), toggles).unwrap()
}

fn read(driver: &Driver, name: &str) -> Vec<f64> {
    let state = driver.state();
    let values = arrays::read_array(driver.gpu(), driver.buffers(), state.array(name).unwrap()).unwrap();
    values.into_iter().map(f64::from).collect()
}

/// The map after one cycle: [channels, amplitude bands, phase bands].
fn map(model: &PacModel, input: Input, toggles: ToggleSet) -> Vec<f64> {
    let (mut driver, _events) = driver(model, Some(input), toggles);
    driver.run_to(1).unwrap();
    read(&driver, "map")
}

/// The fast preset, no toggle, and the settings in which one toggle differs from that preset, as far as the model accepts
/// them.
fn settings(model: &PacModel, input: &Input) -> Vec<ToggleSet> {
    let pac = Pac::new(model.clone(), Some(input.clone()), 7).unwrap();
    let count = pac.description().toggles.len();
    let mut found = vec![fast(), ToggleSet::NONE];
    found.extend((0..count).map(|index| fast().with(index, !fast().is_on(index))));
    found.retain(|setting| pac.validate(*setting).is_ok());
    found
}

/// Same shape, and every value within a part of the largest one.
#[track_caller]
fn assert_near(found: &[f64], wanted: &[f64], relative: f64, what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    assert!(found.iter().all(|value| value.is_finite()), "{what}: {found:?}");
    for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((found - wanted).abs() <= relative * wanted.abs(), "{what}, {at}: {found} against {wanted}");
    }
}
