//! The figures of the Möbius system's page.
//!
//! `fieldscope record scenes/mobius_density.ron --cycles 787 --no-roof --out density.ron`
//! `cargo run --no-default-features --example mobius_figures -- density density.ron assets/mobius_density.svg`
//! `cargo run --no-default-features --example mobius_figures -- error assets/mobius_error.svg`

mod chart;

use chart::{Axis, Line, svg};
use fieldscope::driver::{Driver, arrays};
use fieldscope::gpu::clock::Method;
use fieldscope::gpu::{AdapterChoice, Gpu, Kernels};
use fieldscope::session::read_session;
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::mobius::Mobius;
use fieldscope::sim::mobius::params::{MobiusModel, Shape};
use fieldscope::sim::mobius::reference::band::Band;
use fieldscope::sim::mobius::reference::waves::{Source, complex_sums, permuted};
use fieldscope::sim::random::{Draws, Generator};
use fieldscope::sim::toggles::index_of;
use fieldscope::sim::{Simulation, Streaming, ToggleSet};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Seconds of simulated time between two cycles.
const STEP: f64 = 0.01;
/// Cycles at which the error is taken: up to 10⁴ s.
const CYCLES: [u64; 19] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
    1_000_000,
];
/// Nodes at which it is taken.
const NODES: u32 = 500;
const SEED: u64 = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["density", session, out] => std::fs::write(out, density(Path::new(session))?)?,
        ["error", out] => std::fs::write(out, errors()?)?,
        _ => return Err("density SESSION.ron OUT.svg, or error OUT.svg".into()),
    }
    Ok(())
}

/// The published density over the cycles of a session, beside the share of nodes that was never sampled.
fn density(session: &Path) -> Result<String, Box<dyn Error>> {
    let session = read_session(session)?;
    let measured = session.probes.iter().find(|series| series.name == "vortex density");
    let measured = measured.ok_or("the session has no probe `vortex density`")?;
    let points: Vec<_> = measured.values.iter().map(|(cycle, value)| [*cycle as f64, *value]).collect();
    let never: Vec<_> = points.iter().map(|[cycle, _]| [*cycle, 0.975_f64.powi((cycle / 2.0) as i32)]).collect();
    let last = points.last().map_or(1.0, |point| point[0]);
    let x = Axis { title: "cycle", ends: [0.0, last], is_logarithmic: false };
    let y = Axis { title: "density", ends: [1e-4, 1.0], is_logarithmic: true };
    let lines = [
        Line { name: "nodes with |ψ| below 0.3, measured".to_owned(), points, is_dotted: false },
        Line { name: "nodes never sampled, (1 − 200/8000)^evolutions".to_owned(), points: never, is_dotted: false },
    ];
    Ok(svg("The published \"vortex density\", without a controller", [&x, &y], &lines)?)
}

/// Relative L2 errors of the waves of 8,000 sources at 500 nodes against double precision, over time.
fn errors() -> Result<String, Box<dyn Error>> {
    let model = MobiusModel {
        time_step: STEP,
        ..MobiusModel::of(Shape::Strip { along: 400, across: 20, half_twists: 1, half_width: 0.4 })
    };
    let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None))?;
    let kernels = Arc::new(Kernels::new(&gpu, LIBRARY));
    let settings = [
        ("direct sum", &["one_dispatch"][..]),
        ("cached propagator", &["one_dispatch", "cached_propagator"]),
        ("distances in f16", &["one_dispatch", "half_distances"]),
    ];
    let mut lines = Vec::new();
    for (name, toggles) in settings {
        let mut run = Run::new(&kernels, &model, toggles)?;
        let mut points = Vec::new();
        for cycle in CYCLES {
            let found = run.field_after(cycle)?;
            let wanted = run.wanted(cycle as f64 * STEP, &run.sources);
            points.push([cycle as f64 * STEP, apart(&found, &wanted)]);
        }
        println!("{name}: {points:?}");
        lines.push(Line { name: name.to_owned(), points, is_dotted: true });
    }
    let run = Run::new(&kernels, &model, &["one_dispatch"])?;
    let points: Vec<_> =
        CYCLES.iter().map(|cycle| [*cycle as f64 * STEP, run.unwrapped(*cycle as f64 * STEP)]).collect();
    println!("frequency times time in f32: {points:?}");
    lines.push(Line { name: "f · t in f32, for comparison: not what runs here".to_owned(), points, is_dotted: true });
    let x = Axis { title: "simulated time, s", ends: [0.01, 1e4], is_logarithmic: true };
    let y = Axis { title: "relative L2 error against f64", ends: [1e-8, 1.0], is_logarithmic: true };
    Ok(svg("8,000 sources at 500 nodes of the band: error of f32 against f64", [&x, &y], &lines)?)
}

/// A band under one setting, and what double precision makes of it.
struct Run {
    driver: Driver,
    nodes: Vec<usize>,
    sources: Vec<Source>,
    wavenumber: f64,
    /// Nobody listens, but the driver wants somebody to be there.
    _events: crossbeam_channel::Receiver<fieldscope::driver::Event>,
}

impl Run {
    fn new(kernels: &Arc<Kernels>, model: &MobiusModel, names: &[&str]) -> Result<Self, Box<dyn Error>> {
        let simulation = Mobius::new(model.clone(), SEED, Streaming::on(kernels.gpu()))?;
        let mut toggles = ToggleSet::NONE;
        for name in names {
            toggles = toggles.with(index_of(&simulation.description().toggles, name)?, true);
        }
        let (mut driver, events) = Driver::new(kernels.clone(), Method::GpuPass, Box::new(simulation), toggles)?;
        driver.run_to(0)?;
        let [along, across] = model.grid().map(|length| length as usize);
        let (half_twists, half_width) = (model.half_twists(), model.half_width());
        let places = Band { along, across, half_twists, half_width, torsion: model.torsion }.places();
        let [phases, frequencies, amplitudes] =
            [read(&driver, "phases")?, read(&driver, "frequencies")?, read(&driver, "amplitudes")?];
        let drawn = phases.iter().zip(&frequencies).zip(&amplitudes);
        let sources = drawn.zip(places).map(|(((phase, frequency), amplitude), place)| Source {
            place,
            amplitude: f64::from(*amplitude),
            phase: std::f64::consts::TAU * f64::from(*phase),
            frequency: f64::from(*frequency),
        });
        let draws = Draws { generator: Generator::Fast, seed: SEED as u32 };
        let nodes = (0..NODES).map(|place| permuted(draws, 1, 2, place, model.nodes()) as usize).collect();
        Ok(Self { driver, nodes, sources: sources.collect(), wavenumber: model.wavenumber, _events: events })
    }

    fn field_after(&mut self, cycle: u64) -> Result<Vec<[f64; 2]>, Box<dyn Error>> {
        self.driver.resume(cycle - 1);
        self.driver.run_to(cycle)?;
        let field = read(&self.driver, "psi")?;
        Ok(self.nodes.iter().map(|node| [f64::from(field[2 * node]), f64::from(field[2 * node + 1])]).collect())
    }

    fn wanted(&self, seconds: f64, sources: &[Source]) -> Vec<[f64; 2]> {
        let places: Vec<_> = self.nodes.iter().map(|node| self.sources[*node].place).collect();
        complex_sums(&places, sources, self.wavenumber, seconds)
    }

    /// The error of a program that multiplies frequency and time in single precision, and is exact in everything else.
    fn unwrapped(&self, seconds: f64) -> f64 {
        let rounded = |source: &Source| Source {
            place: source.place,
            amplitude: source.amplitude,
            phase: source.phase + f64::from(source.frequency as f32 * seconds as f32),
            frequency: 0.0,
        };
        let sources: Vec<_> = self.sources.iter().map(rounded).collect();
        apart(&self.wanted(0.0, &sources), &self.wanted(seconds, &self.sources))
    }
}

fn read(driver: &Driver, name: &str) -> Result<Vec<f32>, Box<dyn Error>> {
    let state = driver.state();
    let array = state.array(name).ok_or("the state has no such array")?;
    Ok(arrays::read_array(driver.gpu(), driver.buffers(), array)?)
}

/// ‖found − wanted‖ / ‖wanted‖.
fn apart(found: &[[f64; 2]], wanted: &[[f64; 2]]) -> f64 {
    let squares = |pairs: &mut dyn Iterator<Item = f64>| pairs.map(|x| x * x).sum::<f64>();
    let mut differences = found.iter().zip(wanted).flat_map(|(a, b)| [a[0] - b[0], a[1] - b[1]]);
    (squares(&mut differences) / squares(&mut wanted.iter().flatten().copied())).sqrt()
}
