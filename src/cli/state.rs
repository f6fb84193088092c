//! `fieldscope state`: writes the state arrays of a cycle as npz, and starts from such a file; or the weights as safetensors.

use super::arguments::StateArguments;
use super::error::CliError;
use super::record::make_folder;
use super::run::{Run, start};
use crate::driver::arrays::{from_plain, plain_shape, read_array, to_plain, write_array};
use crate::ron_file::open_bounded;
use crate::sim::Tensor;
use ndarray::{ArrayD, IxDyn};
use ndarray_npy::{NpzReader, NpzWriter};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// The array that says after how many cycles a state was written.
const CYCLE: &str = "cycle";

/// What to do about a file that is no state of the scene.
const REMEDY: &str = "give a file that `fieldscope state` wrote for this scene at this size";

/// Runs the command.
///
/// # Errors
/// Anything that keeps the state from being read or written.
pub fn state(arguments: &StateArguments) -> Result<(), CliError> {
    let mut run = start(&arguments.scene)?;
    run.run_to(0)?;
    if let Some(from) = &arguments.from {
        load(&mut run, from, arguments.cycle)?;
    }
    if !run.run_to(arguments.cycle)? {
        return Err(CliError::Input("interrupted: no state was written".to_owned()));
    }
    if arguments.out.extension().is_some_and(|ending| ending == "safetensors") {
        save_tensors(&run, &arguments.out)?;
    } else {
        save(&run, &arguments.out)?;
    }
    println!("state of cycle {}: {}", arguments.cycle, arguments.out.display());
    Ok(())
}

/// Writes what the system calls its tensors.
fn save_tensors(run: &Run, path: &Path) -> Result<(), CliError> {
    let tensors = run.driver.simulation().tensors();
    if tensors.is_empty() {
        return Err(CliError::Input(
            "the scene has no weights for a .safetensors file; write the state as .npz".to_owned(),
        ));
    }
    let state = run.driver.state();
    let mut arrays = BTreeMap::new();
    for array in &state.arrays {
        if tensors.iter().any(|tensor| tensor.array == array.name) {
            arrays.insert(array.name, read_array(run.driver.gpu(), run.driver.buffers(), array)?);
        }
    }
    let failed = |reason: String| CliError::file(path, reason);
    let mut views = Vec::with_capacity(tensors.len());
    for Tensor { name, shape, array, first } in &tensors {
        let count: usize = shape.iter().product();
        let values = arrays.get(array).and_then(|values| values.get(*first..first + count));
        let values = values.ok_or_else(|| failed(format!("tensor `{name}` lies beyond array `{array}`")))?;
        let view = TensorView::new(Dtype::F32, shape.clone(), bytemuck::cast_slice(values));
        views.push((name, view.map_err(|error| failed(error.to_string()))?));
    }
    make_folder(path)?;
    safetensors::serialize_to_file(views, None, path).map_err(|error| failed(error.to_string()))
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

/// Writes the arrays of a file into the driver's memory and goes on from the cycle that they belong to, which must not
/// be past `last`.
fn load(run: &mut Run, path: &Path, last: u64) -> Result<(), CliError> {
    let refuse = |reason: String| CliError::file(path, format!("{reason}; {REMEDY}"));
    let file = open_bounded(path, u64::MAX)?;
    let mut npz = NpzReader::new(file).map_err(|error| refuse(format!("is no npz file ({error})")))?;
    let state = run.driver.state();
    let mut loaded = Vec::new();
    for array in &state.arrays {
        let name = array.name;
        let values: ArrayD<f32> =
            npz.by_name(name).map_err(|error| refuse(format!("array `{name}` cannot be read as f32 ({error})")))?;
        let (found, wanted) = (values.shape(), plain_shape(array));
        if found != wanted.as_slice() {
            return Err(refuse(format!("array `{name}` has shape {found:?}, the scene's has {wanted:?}")));
        }
        if let Some((place, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(refuse(format!("array `{name}` holds {value} at element {place}, which is no finite number")));
        }
        loaded.push((array, values.iter().copied().collect::<Vec<f32>>()));
    }
    let cycle: ndarray::Array1<u64> =
        npz.by_name(CYCLE).map_err(|error| refuse(format!("array `{CYCLE}` cannot be read as one u64 ({error})")))?;
    let cycle = *cycle.first().ok_or_else(|| refuse(format!("array `{CYCLE}` is empty")))?;
    if cycle > last {
        return Err(CliError::file(
            path,
            format!("holds cycle {cycle}, which is past --cycle {last}; ask for a later one"),
        ));
    }
    // What is pending on an array has to be there before the array itself.
    loaded.sort_by_key(|(array, _)| array.pending.is_some());
    for (array, plain) in loaded {
        write_array(run.driver.gpu(), run.driver.buffers(), array, &from_plain(array, &plain))?;
    }
    run.driver.resume(cycle);
    Ok(())
}
