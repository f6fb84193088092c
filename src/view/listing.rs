//! Reading a list of a system without waiting for it.

use super::ViewError;
use crate::gpu::{Arrived, Buffers, Gpu, Readback};
use crate::sim::{Element, List, State};
use crossbeam_channel::Receiver;

/// What a list held.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Which of the system's lists.
    pub list: usize,
    /// After how many cycles.
    pub cycle: u64,
    /// The records that are there, all numbers of each.
    pub records: Vec<Vec<f32>>,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    list: usize,
    cycle: u64,
    numbers: usize,
    present: usize,
}

/// Reads lists.
#[derive(Debug)]
pub struct Lister {
    readback: Readback<Asked>,
    read: Receiver<Arrived<Asked>>,
}

impl Lister {
    /// A lister for this device. Allocates nothing until it reads.
    pub fn new(gpu: &Gpu) -> Self {
        let (readback, read) = Readback::new(gpu, "list", 2);
        Self { readback, read }
    }

    /// Encodes the copy of a list, the system's `index`-th, as it stands after so many cycles; `false` where two are under
    /// way.
    ///
    /// # Errors
    /// The list does not fit the state.
    pub fn request(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        (buffers, state): (&Buffers, &State),
        (index, list): (usize, &List),
        cycle: u64,
    ) -> Result<bool, ViewError> {
        let array = state.array(list.array).ok_or(ViewError::UnknownArray(list.array))?;
        let shape = [list.records as usize, list.numbers as usize];
        let fits = array.shape == shape && array.element == Element::F32 && array.pending.is_none();
        let ([slab], true) = (array.slabs.as_slice(), fits && list.present < list.numbers) else {
            let reason =
                format!("it is {:?} of {:?}; a list needs one slab of F32, {shape:?}", array.shape, array.element);
            return Err(ViewError::Array { array: list.array, reason });
        };
        if !self.readback.has_room() {
            return Ok(false);
        }
        let asked = Asked { list: index, cycle, numbers: shape[1], present: list.present as usize };
        Ok(self.readback.request(encoder, buffers.require(slab.buffer)?, 0, slab.bytes, asked))
    }

    /// Starts the readback. To be called after the submission of the encoder.
    pub fn after_submit(&mut self) {
        self.readback.after_submit();
    }

    /// The latest that has come back since the last call.
    pub fn take(&mut self) -> Option<Listed> {
        let Arrived { tag, bytes } = self.read.try_iter().last()?;
        let numbers: Vec<f32> =
            bytes.chunks_exact(4).map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect();
        let is_there = |record: &&[f32]| record.get(tag.present).is_some_and(|number| *number != 0.0);
        let records = numbers.chunks_exact(tag.numbers.max(1)).filter(is_there).map(<[f32]>::to_vec).collect();
        Some(Listed { list: tag.list, cycle: tag.cycle, records })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{AdapterChoice, BufferId, BufferRequest};
    use crate::sim::{Array, Slab};

    #[test]
    fn records_that_are_there_are_listed_and_others_are_not() {
        let gpu = Gpu::open(&AdapterChoice::Best).expect("these tests need an adapter; Mesa's lavapipe will do");
        let id = BufferId { name: "things", index: 0 };
        let mut buffers = Buffers::default();
        buffers.allocate(&gpu, &[BufferRequest { id, bytes: 24 }]).unwrap();
        let numbers = [5.0_f32, 1.0, 6.0, 0.0, 7.0, -1.0];
        gpu.queue.write_buffer(buffers.get(id).unwrap(), 0, bytemuck::cast_slice(&numbers));
        let (name, element, slabs) = ("things", Element::F32, vec![Slab { buffer: id, bytes: 24 }]);
        let array = Array { name, shape: vec![3, 2], element, slabs, pending: None };
        let state = State { arrays: vec![array], buffers: Vec::new() };
        let list = List { name: "things", array: "things", records: 3, numbers: 2, present: 1, columns: Vec::new() };
        let mut lister = Lister::new(&gpu);
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        assert!(lister.request(&mut encoder, (&buffers, &state), (1, &list), 9).unwrap());
        gpu.queue.submit([encoder.finish()]);
        lister.after_submit();
        gpu.wait().unwrap();
        let records = vec![vec![5.0, 1.0], vec![7.0, -1.0]];
        assert_eq!(lister.take(), Some(Listed { list: 1, cycle: 9, records }));
        let other = List { records: 2, ..list };
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let refusal = lister.request(&mut encoder, (&buffers, &state), (0, &other), 9).unwrap_err().to_string();
        assert!(refusal.contains("`things`") && refusal.contains("[2, 2]"), "{refusal}");
    }
}
