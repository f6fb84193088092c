//! What the device gets from the host before the first cycle: the recording and the tables.

use super::Pac;
use super::design::BandSide;
use super::fourier::twiddles;
use super::layout::buffer;
use super::params::Surrogate;
use crate::sim::{BufferId, Plan, Step, Write};
use std::sync::Arc;

impl Pac {
    /// Writes the recording and every table.
    pub(super) fn write_tables(&self, plan: &mut Plan) {
        let design = &self.design;
        let mut write = |buffer: BufferId, bytes: &[u8]| {
            if !bytes.is_empty() {
                plan.steps.push(Step::Write(Write { buffer, offset: 0, bytes: Arc::<[u8]>::from(bytes).into() }));
            }
        };
        write(buffer::SAMPLES, bytemuck::cast_slice(&design.input.samples));
        match &design.input.excluded {
            Some(excluded) => write(buffer::EXCLUDED, bytemuck::cast_slice(excluded)),
            None => {
                let valid = vec![design.window as u32; design.input.names.len()];
                write(buffer::VALID, bytemuck::cast_slice(&valid));
            }
        }
        write(buffer::twiddles(0), bytemuck::cast_slice(&twiddles(design.length)));
        if let Some(length) = design.hilbert {
            write(buffer::twiddles(1), bytemuck::cast_slice(&twiddles(length)));
        }
        for (index, side) in [&design.phase, &design.amplitude].into_iter().enumerate() {
            let (bands, weights) = tables(side, design.length);
            write(buffer::bands(index as u32), bytemuck::cast_slice(&bands));
            write(buffer::weights(index as u32), bytemuck::cast_slice(&weights));
        }
        let bands = design.phase.bands.iter().chain(&design.amplitude.bands);
        let centres: Vec<f32> = bands.map(|band| band.centre() as f32).collect();
        write(buffer::CENTRES, bytemuck::cast_slice(&centres));
        if let Surrogate::TrialPermutation(trials) = self.model.surrogate {
            write(buffer::PERMUTATION, bytemuck::cast_slice(&self.permutations(trials)));
        }
        plan.steps.extend([buffer::MAP, buffer::HISTORY].map(Step::Clear));
    }
}

/// First bin, count and first weight of every band, in groups of four whose missing bands have no bins; and the weights,
/// over the transform's length.
fn tables(side: &BandSide, length: usize) -> (Vec<[u32; 4]>, Vec<f32>) {
    let mut bands = Vec::new();
    let mut weights = Vec::new();
    for response in &side.responses {
        bands.push([response.first as u32, response.weights.len() as u32, weights.len() as u32, 0]);
        weights.extend(response.weights.iter().map(|weight| (weight / length as f64) as f32));
    }
    bands.resize(4 * side.groups() as usize, [0; 4]);
    (bands, weights)
}
