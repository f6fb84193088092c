//! The controller's weights: where they lie, how they are called in a file, and the way in.

use super::constants::{ACTIONS, HEADS, LAYERS, OBSERVED};
use crate::sim::{BufferId, Tensor};
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest part of a file that may be something other than weights.
const HEADER_BYTES: u64 = 1 << 20;

/// Why a file holds no weights for this controller.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It cannot be read.
    #[error("weights: {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A tensor that is not what the controller needs.
    #[error("weights: {}: tensor `{tensor}` {reason}", path.display())]
    Tensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// One array of weights.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightArray {
    /// Its name.
    pub name: &'static str,
    /// Its buffer.
    pub buffer: BufferId,
    /// Its shape.
    pub shape: Vec<u32>,
    /// Numbers that go into one output: drawn weights lie within 1 / √ of it about 0.
    pub fan: u32,
}

impl WeightArray {
    /// Numbers that it holds.
    pub fn count(&self) -> u32 {
        self.shape.iter().product()
    }
}

const fn id(name: &'static str, index: u32) -> BufferId {
    BufferId { name, index }
}

/// Input weights of a layer of the LSTM: `[4 · hidden, inputs]`, gates i, f, g, o.
pub const fn input_weights(layer: u32) -> BufferId {
    id("rnn.weight_ih", layer)
}

/// Recurrent weights of a layer: `[4 · hidden, hidden]`.
pub const fn hidden_weights(layer: u32) -> BufferId {
    id("rnn.weight_hh", layer)
}

/// Biases of a layer: `[2, 4 · hidden]`, those of the inputs and those of the hidden state.
pub const fn biases(layer: u32) -> BufferId {
    id("rnn.bias", layer)
}

/// Weights of layer 0, 1 or 2 of the actor (0) or critic (1).
pub const fn branch_weights(branch: u32, layer: u32) -> BufferId {
    id("branch weights", 3 * branch + layer)
}

/// Its biases.
pub const fn branch_biases(branch: u32, layer: u32) -> BufferId {
    id("branch biases", 3 * branch + layer)
}

/// Weights of layer 0 or 1 of all heads: `[6, 256, hidden]`, `[6, 1, 256]`.
pub const fn head_weights(layer: u32) -> BufferId {
    id("head weights", layer)
}

/// Their biases.
pub const fn head_biases(layer: u32) -> BufferId {
    id("head biases", layer)
}

const RECURRENT: [[&str; 3]; 4] = [
    ["rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_l0"],
    ["rnn.weight_ih_l1", "rnn.weight_hh_l1", "rnn.bias_l1"],
    ["rnn.weight_ih_l2", "rnn.weight_hh_l2", "rnn.bias_l2"],
    ["rnn.weight_ih_l3", "rnn.weight_hh_l3", "rnn.bias_l3"],
];
const BRANCHES: [[[&str; 2]; 3]; 2] = [
    [["actor.0.weight", "actor.0.bias"], ["actor.3.weight", "actor.3.bias"], ["actor.5.weight", "actor.5.bias"]],
    [["critic.0.weight", "critic.0.bias"], ["critic.3.weight", "critic.3.bias"], ["critic.5.weight", "critic.5.bias"]],
];
const HEAD_ARRAYS: [[&str; 2]; 2] = [["heads.0.weight", "heads.0.bias"], ["heads.2.weight", "heads.2.bias"]];
/// Heads in the order of their outputs, as the published program calls them.
const HEAD_NAMES: [&str; 6] = ["w_head", "tau_head", "sites_head", "uvhl_w_head", "uvhl_L_head", "uvhl_n_head"];

/// Rows and columns of the three layers of the actor (0) or critic (1).
pub fn branch_shapes(hidden: u32, branch: u32) -> [[u32; 2]; 3] {
    [[1024, hidden], [512, 1024], [if branch == 0 { ACTIONS } else { 1 }, 512]]
}

/// All arrays of a controller with so many hidden units, in the order that they are drawn in.
pub fn arrays(hidden: u32) -> Vec<WeightArray> {
    let mut all = Vec::new();
    let mut add = |name, buffer, shape: &[u32], fan| {
        all.push(WeightArray { name, buffer, shape: shape.to_vec(), fan });
    };
    for (layer, [input, recurrent, bias]) in (0..LAYERS).zip(RECURRENT) {
        let inputs = if layer == 0 { OBSERVED } else { hidden };
        add(input, input_weights(layer), &[4 * hidden, inputs], hidden);
        add(recurrent, hidden_weights(layer), &[4 * hidden, hidden], hidden);
        add(bias, biases(layer), &[2, 4 * hidden], hidden);
    }
    for (branch, names) in (0..2).zip(BRANCHES) {
        let layers = (0..3).zip(names).zip(branch_shapes(hidden, branch));
        for ((layer, [weight, bias]), [rows, columns]) in layers {
            add(weight, branch_weights(branch, layer), &[rows, columns], columns);
            add(bias, branch_biases(branch, layer), &[rows], columns);
        }
    }
    for ((layer, [weight, bias]), [rows, columns]) in (0..2).zip(HEAD_ARRAYS).zip([[256, hidden], [1, 256]]) {
        add(weight, head_weights(layer), &[HEADS, rows, columns], columns);
        add(bias, head_biases(layer), &[HEADS, rows], columns);
    }
    all
}

/// The controller's parameters.
pub fn parameter_count(hidden: u32) -> u64 {
    arrays(hidden).iter().map(|array| u64::from(array.count())).sum()
}

/// The tensors of a file, as `state_dict()` of the published program names them, and the part of an array that each is.
pub fn tensors(hidden: u32) -> Vec<Tensor> {
    arrays(hidden)
        .into_iter()
        .flat_map(|array| {
            let name = array.name;
            let shape: Vec<usize> = array.shape.iter().map(|edge| *edge as usize).collect();
            match shape.as_slice() {
                [2, rows] if name.starts_with("rnn.bias") => ["ih", "hh"]
                    .into_iter()
                    .enumerate()
                    .map(|(place, part)| Tensor {
                        name: name.replace("bias_", &format!("bias_{part}_")),
                        shape: vec![*rows],
                        array: name,
                        first: place * rows,
                    })
                    .collect::<Vec<_>>(),
                [6, rest @ ..] if name.starts_with("heads.") => HEAD_NAMES
                    .into_iter()
                    .enumerate()
                    .map(|(place, head)| Tensor {
                        name: name.replace("heads", head),
                        shape: rest.to_vec(),
                        array: name,
                        first: place * rest.iter().product::<usize>(),
                    })
                    .collect(),
                _ => vec![Tensor { name: name.to_owned(), shape, array: name, first: 0 }],
            }
        })
        .collect()
}

/// Weights from a file: the bytes of every array, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights(BTreeMap<&'static str, Arc<[u8]>>);

impl Weights {
    /// The bytes of an array.
    pub fn bytes(&self, array: &str) -> Option<Arc<[u8]>> {
        self.0.get(array).cloned()
    }

    /// Reads a `.safetensors` file for a controller with so many hidden units; f32, f16 and bf16 are known.
    ///
    /// # Errors
    /// The file cannot be read, a tensor is missing, unknown, of another shape or type, or holds what is no finite number.
    pub fn read(path: &Path, hidden: u32) -> Result<Self, WeightsError> {
        let failed = |reason: String| WeightsError::File { path: path.to_owned(), reason };
        let limit = 4 * parameter_count(hidden) + HEADER_BYTES;
        let size = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
        if size > limit {
            return Err(failed(format!(
                "has {size} bytes, but a controller with hidden: {hidden} has at most {limit}"
            )));
        }
        let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let file = SafeTensors::deserialize(&bytes)
            .map_err(|error| failed(format!("is no safetensors file ({error}); write one with `fieldscope state`")))?;
        let wanted = tensors(hidden);
        for name in file.names() {
            if !wanted.iter().any(|tensor| tensor.name == name) {
                let tensor = name.to_owned();
                let reason = "is none of the controller's".to_owned();
                return Err(WeightsError::Tensor { path: path.to_owned(), tensor, reason });
            }
        }
        let mut found: BTreeMap<&'static str, Vec<u8>> = BTreeMap::new();
        for tensor in wanted {
            let refuse =
                |reason: String| WeightsError::Tensor { path: path.to_owned(), tensor: tensor.name.clone(), reason };
            let view = file.tensor(&tensor.name).map_err(|_| refuse("is missing".to_owned()))?;
            if view.shape() != tensor.shape.as_slice() {
                let (found, shape) = (view.shape(), &tensor.shape);
                return Err(refuse(format!("has shape {found:?}, but hidden: {hidden} needs {shape:?}")));
            }
            let values = numbers(view.dtype(), view.data())
                .ok_or_else(|| refuse(format!("is {:?}; F32, F16 and BF16 are read", view.dtype())))?;
            if let Some((place, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
                return Err(refuse(format!("holds {value} at element {place}, which is no finite number")));
            }
            // Parts of an array come in its order.
            found.entry(tensor.array).or_default().extend_from_slice(bytemuck::cast_slice(&values));
        }
        Ok(Self(found.into_iter().map(|(name, bytes)| (name, bytes.into())).collect()))
    }
}

fn numbers(kind: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    let halves = bytes.as_chunks::<2>().0.iter();
    Some(match kind {
        Dtype::F32 => bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
        Dtype::F16 => halves.map(|two| half::f16::from_le_bytes(*two).to_f32()).collect(),
        Dtype::BF16 => halves.map(|two| half::bf16::from_le_bytes(*two).to_f32()).collect(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_controllers_have_the_published_number_of_parameters() {
        assert_eq!(parameter_count(512), 10_836_615);
        assert_eq!(parameter_count(4096), 489_888_391);
    }

    #[test]
    fn tensors_are_called_as_in_the_published_program_and_fill_their_arrays() {
        let tensors = tensors(32);
        assert_eq!(tensors.len(), 4 * 4 + 2 * 6 + 6 * 4);
        let find = |name: &str| tensors.iter().find(|tensor| tensor.name == name).unwrap();
        assert_eq!((find("rnn.weight_ih_l0").shape.as_slice(), find("rnn.bias_hh_l3").first), (&[128, 256][..], 128));
        assert_eq!(
            (find("uvhl_L_head.2.weight").shape.as_slice(), find("uvhl_L_head.2.weight").first),
            (&[1, 256][..], 1024)
        );
        for array in arrays(32) {
            let parts = tensors.iter().filter(|tensor| tensor.array == array.name);
            let count: usize = parts.map(|tensor| tensor.shape.iter().product::<usize>()).sum();
            assert_eq!(count, array.count() as usize, "{}", array.name);
        }
    }
}
