//! Weights from a `.safetensors` file: names, shapes and forms are checked before anything is computed with them.
//!
//! | tensor | shape |
//! | --- | --- |
//! | `embedding` | vocabulary × width, tied to the head |
//! | `positions` | positions × width, published rules only |
//! | `layers.L.cells.C.magnitude`, `.phase` | eigenstates: α or ν, and ω |
//! | `layers.L.cells.C.resonance` | eigenstates × eigenstates: M |
//! | `layers.L.cells.C.input`, `.output` | states × width, width × states; states are real parts, then imaginary ones under the corrected rules |
//! | `layers.L.norm_1.weight`, `.bias`, `layers.L.norm_2.…`, `norm.…` | width |
//! | `layers.L.feed_forward.expansion.weight`, `.bias` | 4 width × width, 4 width |
//! | `layers.L.feed_forward.contraction.weight`, `.bias` | width × 4 width, width |

use super::params::{Rules, Shape};
use crate::sim::Refusal;
use safetensors::{Dtype, SafeTensors};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of weights, read whole.
#[derive(Clone)]
pub struct WeightsFile {
    path: PathBuf,
    bytes: Arc<[u8]>,
}

impl std::fmt::Debug for WeightsFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({} bytes)", self.path.display(), self.bytes.len())
    }
}

impl WeightsFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is no `.safetensors` file.
    pub fn read(path: &Path) -> Result<Self, Refusal> {
        let bytes = std::fs::read(path)
            .map_err(|error| Refusal(format!("weights: {} cannot be read: {error}", path.display())))?;
        let file = Self { path: path.to_owned(), bytes: bytes.into() };
        file.tensors()?;
        Ok(file)
    }

    fn tensors(&self) -> Result<SafeTensors<'_>, Refusal> {
        SafeTensors::deserialize(&self.bytes).map_err(|error| {
            Refusal(format!("weights: {} is no whole .safetensors file: {error}", self.path.display()))
        })
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.tensors().is_ok_and(|tensors| tensors.tensor(name).is_ok())
    }

    /// The numbers of a tensor of this shape.
    ///
    /// # Errors
    /// There is none of that name, or it has another shape or another form than F32 or F16.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Refusal> {
        let tensors = self.tensors()?;
        let found = tensors
            .tensor(name)
            .map_err(|_| Refusal(format!("weights: {} has no tensor `{name}`", self.path.display())))?;
        if found.shape() != shape {
            return Err(Refusal(format!(
                "weights: tensor `{name}` is {:?} in {}, and the scene's size wants {shape:?}",
                found.shape(),
                self.path.display()
            )));
        }
        match found.dtype() {
            Dtype::F32 => {
                Ok(found.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
            }
            Dtype::F16 => {
                Ok(found.data().chunks_exact(2).map(|b| half::f16::from_le_bytes([b[0], b[1]]).to_f32()).collect())
            }
            other => Err(Refusal(format!(
                "weights: tensor `{name}` is {other:?} in {}; F32 and F16 can be read",
                self.path.display()
            ))),
        }
    }

    /// Whether every tensor of this size is there, in its shape and form, without numbers that are none.
    ///
    /// # Errors
    /// The first that is not, by name.
    pub fn check(&self, shape: Shape, vocabulary: u32, rules: Rules) -> Result<(), Refusal> {
        for (name, shape) in tensors(shape, vocabulary, rules) {
            let numbers = self.tensor(&name, &shape)?;
            if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
                return Err(Refusal(format!("weights: tensor `{name}` has {} at place {at}", numbers[at])));
            }
        }
        Ok(())
    }
}

/// Every tensor of a size, with its shape.
pub fn tensors(shape: Shape, vocabulary: u32, rules: Rules) -> Vec<(String, Vec<usize>)> {
    let [width, hidden, size, vocabulary, positions] =
        [shape.width, shape.hidden(), shape.eigenstates, vocabulary, shape.positions].map(|number| number as usize);
    let states = if rules == Rules::Corrected { 2 * size } else { size };
    let mut all = vec![("embedding".to_owned(), vec![vocabulary, width])];
    if rules == Rules::Published {
        all.push(("positions".to_owned(), vec![positions, width]));
    }
    for layer in 0..shape.layers {
        for cell in 0..shape.cells {
            let mut part = |name: &str, shape: &[usize]| {
                all.push((format!("layers.{layer}.cells.{cell}.{name}"), shape.to_vec()));
            };
            part("magnitude", &[size]);
            part("phase", &[size]);
            part("resonance", &[size, size]);
            part("input", &[states, width]);
            part("output", &[width, states]);
        }
        for (name, shape) in [
            ("norm_1.weight", vec![width]),
            ("norm_1.bias", vec![width]),
            ("norm_2.weight", vec![width]),
            ("norm_2.bias", vec![width]),
            ("feed_forward.expansion.weight", vec![hidden, width]),
            ("feed_forward.expansion.bias", vec![hidden]),
            ("feed_forward.contraction.weight", vec![width, hidden]),
            ("feed_forward.contraction.bias", vec![width]),
        ] {
            all.push((format!("layers.{layer}.{name}"), shape));
        }
    }
    all.push(("norm.weight".to_owned(), vec![width]));
    all.push(("norm.bias".to_owned(), vec![width]));
    all
}

/// Numbers of all tensors: what is called the parameters of a network.
pub fn parameters(shape: Shape, vocabulary: u32, rules: Rules) -> u64 {
    tensors(shape, vocabulary, rules).iter().map(|(_, shape)| shape.iter().product::<usize>() as u64).sum()
}

/// A matrix of `rows` × `columns` with its rows as columns.
pub fn transposed(numbers: &[f32], columns: usize) -> Vec<f32> {
    let rows = numbers.len() / columns.max(1);
    (0..numbers.len()).map(|at| numbers[at % rows * columns + at / rows]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::ten::params::{Size, Vocabulary};

    #[test]
    fn the_published_sizes_have_the_published_parameters() {
        let published = |size: Size| parameters(size.shape(), Vocabulary::Published.tokens(), Rules::Published);
        assert_eq!(published(Size::Small32k), 156_662_784);
        assert_eq!(published(Size::Small32k) - 32_768 * 1024, 123_108_352);
    }

    #[test]
    fn rows_become_columns() {
        assert_eq!(transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
