//! The network: its kernels against the reference in double precision. Needs an adapter, and fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

mod files;
mod forward;
mod jax;
mod long;
mod pictures;
mod plans;

use crossbeam_channel::Receiver;
use fieldscope::driver::{Driver, Event, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::ten::Ten;
use fieldscope::sim::ten::params::{Rules, Shape, Size, TenModel, Vocabulary};
use fieldscope::sim::ten::reference::{Reference, Weights};
use fieldscope::sim::{Simulation, Streaming, toggles::index_of};
use safetensors::tensor::TensorView;
use std::sync::{Arc, OnceLock};

const SEED: u64 = 7;

fn kernels() -> Arc<Kernels> {
    static KERNELS: OnceLock<Arc<Kernels>> = OnceLock::new();
    KERNELS
        .get_or_init(|| {
            let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
            Arc::new(Kernels::new(&gpu, LIBRARY))
        })
        .clone()
}

fn model(tokens: u32) -> TenModel {
    TenModel {
        size: Size::Custom(Shape { width: 64, layers: 2, eigenstates: 32, cells: 2, positions: 96 }),
        reduced_size: None,
        tokens,
        vocabulary: Vocabulary::Bytes,
        text: None,
        weights: None,
        resonance: 0.01,
    }
}

/// A driver of this model under a preset, with some toggles turned over.
fn driver(model: TenModel, preset: &str, turned: &[&str]) -> (Driver, Receiver<Event>) {
    driver_as(Streaming::on(kernels().gpu()), model, preset, turned)
}

/// The same, as if on an adapter of this kind.
fn driver_as(streaming: Streaming, model: TenModel, preset: &str, turned: &[&str]) -> (Driver, Receiver<Event>) {
    driver_of(Ten::new(model, SEED, streaming).unwrap(), preset, turned)
}

fn driver_of(mut ten: Ten, preset: &str, turned: &[&str]) -> (Driver, Receiver<Event>) {
    let mut toggles = ten.take_preset(preset).unwrap();
    for name in turned {
        let index = index_of(&ten.description().toggles, name).unwrap();
        toggles = toggles.with(index, !toggles.is_on(index));
    }
    Driver::new(kernels(), Method::GpuPass, Box::new(ten), toggles).unwrap()
}

fn read(driver: &Driver, name: &str) -> Vec<f32> {
    let state = driver.state();
    arrays::read_array(driver.gpu(), driver.buffers(), state.array(name).unwrap()).unwrap()
}

fn text(model: &TenModel) -> Vec<u32> {
    Ten::new(model.clone(), SEED, Streaming::default()).unwrap().text().to_vec()
}

fn reference(model: &TenModel, rules: Rules) -> Reference {
    Reference::new(rules, model.resonance, Weights::drawn(model, rules, SEED as u32))
}

/// What the reference gives for so many tokens: every output row, and every loss.
fn run(reference: &mut Reference, text: &[u32], tokens: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut rows, mut losses) = (Vec::new(), Vec::new());
    for at in 0..tokens {
        let output = reference.step(text[at % text.len()]);
        losses.push(reference.loss(&output, text[(at + 1) % text.len()]));
        rows.extend(output);
    }
    (rows, losses)
}

/// Relative L2 distance.
fn deviation(found: &[f32], wanted: &[f64]) -> f64 {
    assert_eq!(found.len(), wanted.len());
    let (apart, size) = found.iter().zip(wanted).fold((0.0, 0.0), |(apart, size), (found, wanted)| {
        (apart + (f64::from(*found) - wanted).powi(2), size + wanted * wanted)
    });
    (apart / size).sqrt()
}

fn last_probes(driver: &mut Driver, events: &Receiver<Event>) -> Vec<f32> {
    driver.settle().unwrap();
    let probes = events.try_iter().filter_map(|event| match event {
        Event::Probes { values, .. } => Some(values),
        _ => None,
    });
    probes.last().expect("a cycle tells its figures")
}

/// A text of bytes in a file of its own.
fn with_text(bytes: &[u8], tokens: u32) -> (tempfile::TempDir, TenModel) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    std::fs::write(&path, bytes).unwrap();
    (folder, TenModel { text: Some(path), ..model(tokens) })
}

/// Writes weights as a `.safetensors` file, each tensor changed on its way.
fn write_weights(path: &std::path::Path, weights: &Weights, change: impl Fn(&str, &mut Vec<f32>)) {
    let mut all: Vec<(String, Vec<usize>, Vec<f32>)> = Vec::new();
    let mut add = |name: String, shape: Vec<usize>, numbers: &[f64]| {
        let mut numbers: Vec<f32> = numbers.iter().map(|number| *number as f32).collect();
        change(&name, &mut numbers);
        all.push((name, shape, numbers));
    };
    let dense = |dense: &fieldscope::sim::ten::reference::Dense| vec![dense.numbers.len() / dense.inputs, dense.inputs];
    add("embedding".into(), dense(&weights.embedding), &weights.embedding.numbers);
    if !weights.positions.numbers.is_empty() {
        add("positions".into(), dense(&weights.positions), &weights.positions.numbers);
    }
    for (layer, own) in weights.layers.iter().enumerate() {
        for (cell, own) in own.cells.iter().enumerate() {
            let name = |part: &str| format!("layers.{layer}.cells.{cell}.{part}");
            let size = own.phase.len();
            add(name("magnitude"), vec![size], &own.magnitude);
            add(name("phase"), vec![size], &own.phase);
            add(name("resonance"), vec![size, size], &own.resonance);
            add(name("input"), dense(&own.input), &own.input.numbers);
            add(name("output"), dense(&own.output), &own.output.numbers);
        }
        let name = |part: &str| format!("layers.{layer}.{part}");
        for (norm, [weight, bias]) in own.norms.iter().enumerate() {
            add(name(&format!("norm_{}.weight", norm + 1)), vec![weight.len()], weight);
            add(name(&format!("norm_{}.bias", norm + 1)), vec![bias.len()], bias);
        }
        for (part, (matrix, bias)) in [("expansion", &own.expansion), ("contraction", &own.contraction)] {
            add(name(&format!("feed_forward.{part}.weight")), dense(matrix), &matrix.numbers);
            add(name(&format!("feed_forward.{part}.bias")), vec![bias.len()], bias);
        }
    }
    add("norm.weight".into(), vec![weights.norm[0].len()], &weights.norm[0]);
    add("norm.bias".into(), vec![weights.norm[1].len()], &weights.norm[1]);
    let bytes: Vec<_> = all.iter().map(|(_, _, numbers)| bytemuck::cast_slice::<f32, u8>(numbers).to_vec()).collect();
    let views = all.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        let view = TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes).unwrap();
        (name.clone(), view)
    });
    std::fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}
