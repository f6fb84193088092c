//! `fieldscope state`: writes the state arrays of a cycle as npz, and starts from such a file.

use super::arguments::StateArguments;
use super::error::CliError;
use super::record::make_folder;
use super::run::{Run, start};
use crate::driver::arrays::{from_plain, plain_shape, read_array, to_plain, write_array};
use ndarray::{ArrayD, IxDyn};
use ndarray_npy::{NpzReader, NpzWriter};
use std::fs::File;
use std::path::Path;

/// The array that says after how many cycles a state was written.
const CYCLE: &str = "cycle";

/// Runs the command.
///
/// # Errors
/// Anything that keeps the state from being read or written.
pub fn state(arguments: &StateArguments) -> Result<(), CliError> {
    let mut run = start(&arguments.scene)?;
    run.run_to(0)?;
    if let Some(from) = &arguments.from {
        let cycle = load(&mut run, from)?;
        if cycle > arguments.cycle {
            let reason = format!("holds cycle {cycle}, which is past --cycle {}; ask for a later one", arguments.cycle);
            return Err(CliError::file(from, reason));
        }
    }
    if !run.run_to(arguments.cycle)? {
        return Err(CliError::Input("interrupted: no state was written".to_owned()));
    }
    save(&run, &arguments.out)?;
    println!("state of cycle {}: {}", arguments.cycle, arguments.out.display());
    Ok(())
}

fn save(run: &Run, path: &Path) -> Result<(), CliError> {
    make_folder(path)?;
    let file = File::create(path).map_err(|error| CliError::file(path, error))?;
    let mut npz = NpzWriter::new(std::io::BufWriter::new(file));
    for array in &run.driver.state().arrays {
        let values = read_array(run.driver.gpu(), run.driver.buffers(), array)?;
        let plain = ArrayD::from_shape_vec(IxDyn(&plain_shape(array)), to_plain(array, &values))
            .map_err(|error| CliError::file(path, error))?;
        npz.add_array(array.name, &plain).map_err(|error| CliError::file(path, error))?;
    }
    let cycle = ndarray::arr1(&[run.driver.status().cycle]);
    npz.add_array(CYCLE, &cycle).map_err(|error| CliError::file(path, error))?;
    npz.finish().map_err(|error| CliError::file(path, error))?;
    Ok(())
}

/// Writes the arrays of a file into the driver's memory and returns the cycle that they belong to.
fn load(run: &mut Run, path: &Path) -> Result<u64, CliError> {
    let file = File::open(path).map_err(|error| CliError::file(path, error))?;
    let mut npz = NpzReader::new(file).map_err(|error| {
        CliError::file(path, format!("is no npz file ({error}); `fieldscope state` writes such files"))
    })?;
    let state = run.driver.state();
    let mut loaded = Vec::new();
    for array in &state.arrays {
        let name = array.name;
        let values: ArrayD<f32> = npz.by_name(name).map_err(|error| {
            CliError::file(path, format!("array `{name}` cannot be read as f32 ({error}); the scene has one"))
        })?;
        let (found, wanted) = (values.shape(), plain_shape(array));
        if found != wanted.as_slice() {
            let reason = format!("array `{name}` has shape {found:?}, the scene's has {wanted:?}");
            return Err(CliError::file(path, reason));
        }
        if let Some(place) = values.iter().position(|value| !value.is_finite()) {
            return Err(CliError::file(path, format!("array `{name}` is not finite at element {place}")));
        }
        loaded.push((array, values.iter().copied().collect::<Vec<f32>>()));
    }
    let cycle: ndarray::Array1<u64> = npz
        .by_name(CYCLE)
        .map_err(|error| CliError::file(path, format!("array `{CYCLE}` cannot be read as one u64 ({error})")))?;
    let cycle = *cycle.first().ok_or_else(|| CliError::file(path, format!("array `{CYCLE}` is empty")))?;
    for (array, plain) in loaded {
        write_array(run.driver.gpu(), run.driver.buffers(), array, &from_plain(array, &plain))?;
    }
    run.driver.resume(cycle);
    Ok(cycle)
}
