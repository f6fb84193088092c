//! Couplings and fields from a file, checked before anything is computed with them.

use super::agent::Agent;
use super::layout::buffer;
use super::params::AgentsModel;
use crate::sim::{BufferId, HostBytes, Refusal, Write};
use ndarray::ArrayD;
use ndarray_npy::{NpzReader, ReadNpzError, ReadableElement};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Names of the arrays.
const COUPLINGS: &str = "J";
const FIELDS: &str = "h";
/// Largest file that is read, in bytes.
const LARGEST: u64 = 1 << 30;

/// What a file holds: for all agents the same, or for each its own.
#[derive(Clone)]
pub struct Given {
    couplings: Shared,
    fields: Option<Shared>,
    /// Of all numbers, so that two files are told apart.
    digest: u64,
}

/// Numbers of an agent, one behind the other where each has its own.
#[derive(Clone)]
struct Shared {
    values: Arc<[f64]>,
    each: usize,
}

impl Shared {
    fn of(&self, agent: usize) -> &[f64] {
        let start = (agent * self.each) % self.values.len().max(1);
        self.values.get(start..start + self.each).unwrap_or_default()
    }

    fn agents(&self) -> usize {
        self.values.len() / self.each.max(1)
    }
}

impl std::fmt::Debug for Given {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "couplings {:016x}", self.digest)
    }
}

impl Given {
    /// Reads a file for this model.
    ///
    /// # Errors
    /// It cannot be read, or does not hold symmetric, finite couplings of the model's size, by element.
    pub fn read(path: &Path, model: &AgentsModel) -> Result<Self, Refusal> {
        let refuse = |reason: String| Refusal(format!("couplings_from: {}: {reason}", path.display()));
        let file = File::open(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        let bytes = file.metadata().map_err(|error| refuse(format!("cannot be read: {error}")))?.len();
        if bytes > LARGEST {
            return Err(refuse(format!("holds {bytes} bytes, more than the {LARGEST} that are read")));
        }
        let mut npz = NpzReader::new(file).map_err(|error| refuse(format!("is no npz file ({error})")))?;
        let names = npz.names().map_err(|error| refuse(format!("is no npz file ({error})")))?;
        let spins = model.spins as usize;
        let has_fields = names.iter().any(|name| name == FIELDS);
        let couplings = array(&mut npz, COUPLINGS, &[spins, spins], model).map_err(refuse)?;
        let fields = has_fields.then(|| array(&mut npz, FIELDS, &[spins], model)).transpose().map_err(refuse)?;
        let digest = digest(couplings.values.iter().chain(fields.iter().flat_map(|fields| fields.values.iter())));
        let given = Self { couplings, fields, digest };
        let matrices = given.couplings.agents().max(given.fields.as_ref().map_or(1, Shared::agents));
        for agent in 0..matrices {
            given.agent(agent).map_err(|refusal| match matrices {
                1 => refuse(refusal.0),
                _ => refuse(format!("agent {agent}: {refusal}")),
            })?;
        }
        Ok(given)
    }

    /// Agent number `index`, its spins all up.
    ///
    /// # Errors
    /// Couplings that cannot be.
    pub fn agent(&self, index: usize) -> Result<Agent, Refusal> {
        let couplings = self.couplings.of(index).to_vec();
        let count = couplings.len().isqrt();
        let fields = self.fields.as_ref().map_or_else(|| vec![0.0; count], |fields| fields.of(index).to_vec());
        Agent::from_couplings(couplings, fields)
    }

    /// What has to be written over drawn couplings and fields: rows padded with zeros to whole vectors.
    pub fn writes(&self, model: &AgentsModel, couplings: BufferId) -> impl Iterator<Item = Write> + use<> {
        let (agents, spins) = (model.agents as usize, model.spins as usize);
        let columns = 4 * model.quads() as usize;
        let write = |buffer: BufferId, rows: usize, values: &Shared| {
            let values = values.clone();
            let make = move || {
                let mut bytes = Vec::with_capacity(4 * agents * rows * columns);
                for row in (0..agents).flat_map(|agent| values.of(agent).chunks_exact(spins)) {
                    let padded = row.iter().copied().chain(std::iter::repeat(0.0)).take(columns);
                    bytes.extend(padded.flat_map(|value| (value as f32).to_le_bytes()));
                }
                bytes
            };
            Write { buffer, offset: 0, bytes: HostBytes::made((4 * agents * rows * columns) as u64, make) }
        };
        let none = Shared { values: vec![0.0; spins].into(), each: spins };
        let fields = write(buffer::FIELDS, 1, self.fields.as_ref().unwrap_or(&none));
        [write(couplings, spins, &self.couplings), fields].into_iter()
    }
}

/// An array of this shape for all agents, or with the agents before it.
fn array(npz: &mut NpzReader<File>, name: &str, shape: &[usize], model: &AgentsModel) -> Result<Shared, String> {
    let values = numbers(npz, name)?;
    let agents = model.agents as usize;
    let (found, each) = (values.shape(), shape.iter().product());
    let own = found.len() == shape.len() + 1 && found.get(1..) == Some(shape) && found[0] >= agents;
    if found != shape && !own {
        let more: Vec<_> = [agents].iter().chain(shape).copied().collect();
        let spins = model.spins;
        return Err(format!("array `{name}` has shape {found:?}; with spins = {spins} it is {shape:?} or {more:?}"));
    }
    let wanted = if own { agents * each } else { each };
    Ok(Shared { values: values.iter().take(wanted).copied().collect(), each })
}

/// An array of floats or integers.
fn numbers(npz: &mut NpzReader<File>, name: &str) -> Result<ArrayD<f64>, String> {
    fn typed<T: ReadableElement + Copy>(
        npz: &mut NpzReader<File>,
        name: &str,
        convert: impl Fn(T) -> f64,
    ) -> Result<ArrayD<f64>, ReadNpzError> {
        Ok(npz.by_name::<ndarray::OwnedRepr<T>, ndarray::IxDyn>(name)?.mapv(convert))
    }
    typed::<f64>(npz, name, |value| value)
        .or_else(|_| typed::<f32>(npz, name, f64::from))
        .or_else(|_| typed::<i64>(npz, name, |value| value as f64))
        .or_else(|_| typed::<i32>(npz, name, f64::from))
        .map_err(|error| format!("array `{name}` cannot be read as float64, float32, int64 or int32 ({error})"))
}

/// FNV-1a of the numbers' bytes.
fn digest<'a>(values: impl Iterator<Item = &'a f64>) -> u64 {
    let bytes = values.flat_map(|value| value.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
