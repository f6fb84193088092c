//! `fieldscope comodulogram`: from a recording to a map of its phase–amplitude coupling, in one command.

use super::arguments::ComodulogramArguments;
use super::comodulogram_picture::picture;
use super::error::CliError;
use super::record::make_folder;
use super::run::open;
use crate::driver::{Driver, DriverError, Event, arrays::read_array};
use crate::gpu::GpuError;
use crate::gpu::clock::Method as Timing;
use crate::ron_file::open_bounded;
use crate::signal;
use crate::sim::pac::Pac;
use crate::sim::pac::bands::{BANDS_TEXT, Bands, NoBands, Side};
use crate::sim::pac::design::{Design, Input};
use crate::sim::pac::params::{PacModel, RecordingModel, Source};
use crate::sim::{Simulation, ToggleSet, toggles::index_of};
use ndarray::{Array1, Array2, Array3, Axis};
use ndarray_npy::{NpzReader, NpzWriter};
use std::fs::File;
use std::path::Path;
use std::time::Instant;

/// Runs the command.
///
/// # Errors
/// A recording, bands or a window that cannot be used; an output that cannot be written.
pub fn comodulogram(arguments: &ComodulogramArguments) -> Result<(), CliError> {
    let path = &arguments.recording;
    let input = signal::read(path)?.select(path, &arguments.channel, arguments.fs)?;
    let model = model(arguments, &input)?;
    let pac = Pac::new(model, Some(input), arguments.seed).map_err(|refusal| CliError::file(path, refusal))?;
    for warning in &pac.design().warnings {
        eprintln!("fieldscope: {warning}");
    }
    let toggles = toggles(&pac, arguments)?;
    let design = pac.design().clone();
    let kernels = open(arguments.adapter.as_deref())?;
    kernels.gpu().watch_memory();
    // Passes are not looked at: whatever lets most of them run at once.
    let timing = match kernels.gpu().has_timestamps() {
        true => Timing::GpuPass,
        false => Timing::HostOnly { reason: "the adapter has no timestamps".to_owned() },
    };
    let what_would_fit = pac.what_would_fit(toggles, kernels.gpu().largest_binding());
    let (mut driver, events) =
        Driver::new(kernels, timing, Box::new(pac), toggles).map_err(|error| advised(error, &what_would_fit))?;
    let mut took = Vec::new();
    for cycle in 1..=arguments.repeat.max(1) {
        let began = Instant::now();
        driver.run_to(cycle)?;
        driver.settle()?;
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let maps = Maps::read(&driver, &design)?;
    make_folder(&arguments.out)?;
    write(&arguments.out, &maps, &design)?;
    if let Some(path) = &arguments.png {
        make_folder(path)?;
        let first = |map: &Array3<f32>| map.index_axis(Axis(2), 0).to_owned();
        let image = picture(&first(&maps.map), maps.p.as_ref().map(first).as_ref());
        image.save_with_format(path, image::ImageFormat::Png).map_err(|error| CliError::file(path, error))?;
    }
    let place = driver.probes().iter().position(|probe| probe.name == "part excluded");
    let excluded = events.try_iter().find_map(|event| match event {
        Event::Probes { values, .. } => values.get(place?).copied(),
        _ => None,
    });
    tell(&maps, &design, excluded, &took);
    let peak = driver.gpu().peak_memory().map_or_else(String::new, |[used, held]| {
        let [used, held] = [used, held].map(|bytes| bytes as f64 / 1e6);
        format!("; at most {used:.1} MB in use on the device during the run, in blocks of {held:.1} MB")
    });
    println!("buffers    {:.1} MB{peak}", driver.buffers().bytes() as f64 / 1e6);
    println!("map        {}", arguments.out.display());
    Ok(())
}

/// A size that the adapter cannot hold, with what to change here, where there is no scene.
fn advised(error: DriverError, what_would_fit: &str) -> CliError {
    match error {
        DriverError::Gpu(GpuError::TooLarge { what, needed, limit, unit, adapter, .. }) => {
            let remedy = what_would_fit.to_owned();
            CliError::Gpu(GpuError::TooLarge { what, needed, limit, unit, adapter, remedy })
        }
        error => error.into(),
    }
}

fn model(arguments: &ComodulogramArguments, input: &Input) -> Result<PacModel, CliError> {
    let seconds = input.total as f64 / input.rate;
    let position = arguments.start.unwrap_or(0.0);
    let [phase_bands, amplitude_bands] = bands(&arguments.bands)?;
    let recording = RecordingModel { path: arguments.recording.clone(), channels: Vec::new(), rate: Some(input.rate) };
    Ok(PacModel {
        source: Source::Recording(recording),
        window: arguments.seconds.unwrap_or(seconds - position),
        advance: 0.0,
        position,
        phase_bands,
        amplitude_bands,
        method: arguments.method,
        filter: arguments.filter,
        surrogates: arguments.surrogates,
        surrogate: arguments.surrogate,
    })
}

fn toggles(pac: &Pac, arguments: &ComodulogramArguments) -> Result<ToggleSet, CliError> {
    let description = pac.description();
    let mut toggles = description.preset("fast")?;
    for (name, on) in &arguments.toggles {
        let index =
            index_of(&description.toggles, name).map_err(|refusal| CliError::Input(format!("--toggle: {refusal}")))?;
        toggles = toggles.with(index, *on);
    }
    Ok(toggles)
}

/// Bands of phase and of amplitude: a set of both, a file of both, or `PHASE/AMPLITUDE`.
fn bands(text: &str) -> Result<[Bands; 2], CliError> {
    if text.ends_with(".npz") {
        return bands_of_file(Path::new(text));
    }
    let explained = || {
        CliError::Input(format!(
            "--bands {text:?}: there are {BANDS_TEXT}; PHASE/AMPLITUDE with one of these each; or an npz file with the arrays \
             pha and amp"
        ))
    };
    let (phase, amplitude) = text.split_once('/').unwrap_or((text, text));
    let side = |text: &str| text.parse::<Bands>().map_err(|NoBands| explained());
    Ok([side(phase)?, side(amplitude)?])
}

fn bands_of_file(path: &Path) -> Result<[Bands; 2], CliError> {
    let file = open_bounded(path, 1 << 30)?;
    let refuse =
        |error: String| CliError::file(path, format!("{error}; it must hold the arrays pha and amp, [bands, 2] in Hz"));
    let mut npz = NpzReader::new(file).map_err(|error| refuse(format!("is no npz file ({error})")))?;
    let mut side = |name: &str| {
        let edges: Array2<f64> =
            npz.by_name(name).map_err(|error| refuse(format!("array `{name}` cannot be read ({error})")))?;
        let pair = |row: ndarray::ArrayView1<'_, f64>| Some((*row.first()?, *row.get(1)?));
        let edges: Option<Vec<_>> = edges.axis_iter(Axis(0)).map(pair).collect();
        edges.map(Bands::Explicit).ok_or_else(|| refuse(format!("array `{name}` has no two columns")))
    };
    Ok([side("pha")?, side("amp")?])
}

/// Maps in the order [amplitude band, phase band, channel].
struct Maps {
    map: Array3<f32>,
    z: Option<Array3<f32>>,
    p: Option<Array3<f32>>,
}

impl Maps {
    fn read(driver: &Driver, design: &Design) -> Result<Self, CliError> {
        let state = driver.state();
        let read = |name: &str| -> Result<Option<Array3<f32>>, CliError> {
            let Some(array) = state.array(name) else { return Ok(None) };
            let values = read_array(driver.gpu(), driver.buffers(), array)?;
            let shape = (design.input.names.len(), design.amplitude.bands.len(), design.phase.bands.len());
            let map = Array3::from_shape_vec(shape, values).map_err(|error| CliError::Input(error.to_string()))?;
            Ok(Some(map.permuted_axes([1, 2, 0]).as_standard_layout().to_owned()))
        };
        let map = read("map")?.ok_or_else(|| CliError::Input("the analysis left no map".to_owned()))?;
        Ok(Self { map, z: read("z")?, p: read("p")? })
    }
}

fn write(path: &Path, maps: &Maps, design: &Design) -> Result<(), CliError> {
    let failed = |error: ndarray_npy::WriteNpzError| CliError::file(path, error);
    let file = File::create(path).map_err(|error| CliError::file(path, error))?;
    let mut npz = NpzWriter::new(std::io::BufWriter::new(file));
    npz.add_array("map", &maps.map).map_err(failed)?;
    for (name, map) in [("z", &maps.z), ("p", &maps.p)] {
        if let Some(map) = map {
            npz.add_array(name, map).map_err(failed)?;
        }
    }
    for (name, side) in [("pha", Side::Phase), ("amp", Side::Amplitude)] {
        let bands = &design.side(side).bands;
        let edges = Array2::from_shape_fn((bands.len(), 2), |(band, edge)| {
            bands.get(band).map_or(f64::NAN, |band| if edge == 0 { band.low } else { band.high })
        });
        npz.add_array(name, &edges).map_err(failed)?;
    }
    npz.add_array("fs", &Array1::from(vec![design.input.rate])).map_err(failed)?;
    npz.finish().map_err(failed)?;
    Ok(())
}

fn tell(maps: &Maps, design: &Design, excluded: Option<f32>, took: &[f64]) {
    let rate = design.input.rate;
    let (window, channels) = (design.window as f64 / rate, design.input.names.len());
    println!("window     {window:.3} s of {channels} channels at {rate} Hz");
    if let Some(part) = excluded.filter(|part| *part > 0.0) {
        println!("excluded   {:.2} % of its samples: no numbers, or flat", 100.0 * part);
    }
    for (channel, name) in design.input.names.iter().enumerate().take(64) {
        let map = maps.map.index_axis(Axis(2), channel);
        let best = map.indexed_iter().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some(((fast, slow), value)) = best else { continue };
        let [phase, amplitude] = [(&design.phase, slow), (&design.amplitude, fast)].map(|(side, at)| {
            side.bands.get(at).map_or_else(String::new, |band| format!("{} to {} Hz", band.low, band.high))
        });
        let at = |map: &Option<Array3<f32>>| map.as_ref().and_then(|map| map.get((fast, slow, channel)).copied());
        let tested = match (at(&maps.z), at(&maps.p)) {
            (Some(z), Some(p)) => format!(", z = {z:.2}, p = {p:.4}"),
            _ => String::new(),
        };
        println!("{name:<10} peak {value:.6} at phase {phase}, amplitude {amplitude}{tested}");
    }
    let times: Vec<_> = took.iter().map(|took| format!("{took:.1}")).collect();
    println!("took       {} ms, the first with its kernels' compilation", times.join(", "));
}
