//! What the device gets from the host before the first cycle: the recording and the tables.

use super::Pac;
use super::design::BandSide;
use super::fourier::twiddles;
use super::layout::buffer;
use super::params::Surrogate;
use super::shifts::Correlation;
use super::surrogates::part_moved;
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
        if let Some(correlation) = Correlation::of(&self.model, design) {
            write(buffer::twiddles(2), bytemuck::cast_slice(&twiddles(correlation.length)));
            let moved = |surrogate| part_moved(self.model.surrogate, self.seed, surrogate);
            let moved: Vec<f32> = (0..self.model.surrogates).map(moved).collect();
            write(buffer::MOVED, bytemuck::cast_slice(&moved));
        }
        plan.steps.extend([buffer::MAP, buffer::HISTORY].map(Step::Clear));
    }
}

/// First bin, count and first weight of every group of four bands; and the weights, over the transform's length, those of
/// four bands side by side.
fn tables(side: &BandSide, length: usize) -> (Vec<[u32; 4]>, Vec<[f32; 4]>) {
    let mut groups = Vec::new();
    let mut weights: Vec<[f32; 4]> = Vec::new();
    for (group, bins) in side.responses.chunks(4).zip(side.spans()) {
        groups.push([bins.start as u32, bins.len() as u32, weights.len() as u32, 0]);
        let weight = |bin: usize, band: usize| {
            let response = group.get(band)?;
            response.weights.get(bin.checked_sub(response.first)?)
        };
        let scaled = |bin: usize, band: usize| weight(bin, band).map_or(0.0, |weight| (weight / length as f64) as f32);
        weights.extend(bins.map(|bin| [0, 1, 2, 3].map(|band| scaled(bin, band))));
    }
    (groups, weights)
}
