//! Named arrays of a system and the buffers that hold them: everything that snapshots, deviations, exports and painters
//! need to know of a system's memory.

use crate::gpu::roof::Stream;
use crate::gpu::{BufferId, BufferRequest};

/// What one number of an array is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32-bit float.
    F32,
    /// 16-bit float, two to a word.
    F16,
    /// 32-bit unsigned integer.
    U32,
    /// 8-bit unsigned integer, four to a word, the first in the lowest byte.
    U8,
    /// 0 or 1, 32 to a word, the first in the lowest bit.
    Bit,
}

impl Element {
    /// Bits of one number.
    pub fn bits(self) -> u64 {
        match self {
            Self::F32 | Self::U32 => 32,
            Self::F16 => 16,
            Self::U8 => 8,
            Self::Bit => 1,
        }
    }

    /// Bytes that so many numbers take.
    pub fn bytes_for(self, count: u64) -> u64 {
        (count * self.bits()).div_ceil(8)
    }

    /// Numbers that so many bytes hold.
    pub fn count_in(self, bytes: u64) -> u64 {
        8 * bytes / self.bits()
    }

    /// Whether its numbers are integers.
    pub fn is_integer(self) -> bool {
        match self {
            Self::F32 | Self::F16 => false,
            Self::U32 | Self::U8 | Self::Bit => true,
        }
    }
}

/// An array of the state, in slabs along its first axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Name as exports write it.
    pub name: &'static str,
    /// Shape in memory order, slowest axis first; the field is `[channels / 4, z, y, x, 4]`.
    pub shape: Vec<usize>,
    /// What its numbers are.
    pub element: Element,
    /// The buffers that hold it, in order; each is filled from its start.
    pub slabs: Vec<Slab>,
    /// What is still to be applied to what is stored, if anything: readers apply it, so that they show the array itself.
    pub pending: Option<Pending>,
}

/// An array that is scale · stored + offset[channel] until it is next written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The buffer that holds the scale.
    pub scale: BufferId,
    /// Which f32 of that buffer it is.
    pub scale_index: u32,
    /// The buffer that holds one f32 per channel.
    pub offsets: BufferId,
}

impl Array {
    /// Bytes of the whole array.
    pub fn bytes(&self) -> u64 {
        self.slabs.iter().map(|slab| slab.bytes).sum()
    }
}

/// A contiguous part of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slab {
    /// The buffer that holds it.
    pub buffer: BufferId,
    /// Bytes of it that belong to the array.
    pub bytes: u64,
}

/// A tensor of a `.safetensors` file: a part of an array under the name that other programs know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name in the file.
    pub name: String,
    /// Its shape, slowest axis first.
    pub shape: Vec<usize>,
    /// The array that it lies in.
    pub array: &'static str,
    /// Its first element there.
    pub first: usize,
}

/// The memory of a system under one setting of its toggles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The arrays that make up the state; the same arrays and draws give the same future.
    pub arrays: Vec<Array>,
    /// Every buffer: those of the arrays, spares and scratch.
    pub buffers: Vec<BufferRequest>,
}

impl State {
    /// The array of this name.
    pub fn array(&self, name: &str) -> Option<&Array> {
        self.arrays.iter().find(|array| array.name == name)
    }

    /// What a pass over the largest array goes through; [`Stream::SMALL`] where that is so little that a copy of it would
    /// measure the dispatch and not the memory.
    pub fn stream(&self) -> Stream {
        let largest = self.arrays.iter().max_by_key(|array| array.bytes());
        let stream = largest.map(|array| Stream {
            bytes: array.bytes(),
            piece: array.slabs.iter().map(|slab| slab.bytes).max().unwrap_or(0),
        });
        stream.filter(|stream| stream.bytes >= Stream::LEAST).unwrap_or(Stream::SMALL)
    }

    /// Bytes of all buffers.
    pub fn bytes(&self) -> u64 {
        self.buffers.iter().map(|request| request.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(slabs: &[u64]) -> State {
        let slab = |(index, bytes): (usize, &u64)| Slab {
            buffer: BufferId { name: "array", index: index as u32 },
            bytes: *bytes,
        };
        let slabs = slabs.iter().enumerate().map(slab).collect();
        let array = Array { name: "array", shape: Vec::new(), element: Element::F32, slabs, pending: None };
        State { arrays: vec![array], buffers: Vec::new() }
    }

    #[test]
    fn a_stream_is_the_largest_array_unless_that_is_too_little_to_measure() {
        let large = state(&[1 << 26, 1 << 26, 1 << 25]).stream();
        assert_eq!(large, Stream { bytes: (1 << 27) + (1 << 25), piece: 1 << 26 });
        assert_eq!(state(&[1 << 15]).stream(), Stream::SMALL);
        assert_eq!(State::default().stream(), Stream::SMALL);
    }
}
