//! Single elements of arrays among bytes that were read.

use crate::gpu;
use crate::sim::{Element, Part};

/// Where the numbers of an element lie among bytes that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    element: Element,
    part: Part,
    /// The first bit of the element.
    first_bit: u64,
}

/// The numbers of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Numbers {
    /// One number.
    One(f64),
    /// A complex number, real and imaginary part.
    Complex([f64; 2]),
}

impl Cell {
    /// The whole words of a buffer that hold an element, and where it lies in them once they are read behind `before`
    /// bytes.
    pub fn in_buffer(
        buffer: &wgpu::Buffer,
        element: Element,
        part: Part,
        index: u64,
        before: u64,
    ) -> (gpu::Part<'_>, Self) {
        let numbers = if part == Part::Value { 1 } else { 2 };
        let first = index * element.bits();
        let offset = first / 32 * 4;
        let end = (first + numbers * element.bits()).div_ceil(32) * 4;
        let cell = Self { element, part, first_bit: 8 * before + first - 8 * offset };
        (gpu::Part { buffer, offset, bytes: end - offset }, cell)
    }

    /// Its numbers among these bytes; not a number where there are too few.
    pub fn numbers(&self, bytes: &[u8]) -> Numbers {
        let number = |place: u64| self.number(bytes, place).unwrap_or(f64::NAN);
        if self.part == Part::Value { Numbers::One(number(0)) } else { Numbers::Complex([number(0), number(1)]) }
    }

    /// What of it is shown.
    pub fn value(&self, bytes: &[u8]) -> f64 {
        match (self.numbers(bytes), self.part) {
            (Numbers::One(value), _) => value,
            (Numbers::Complex([real, imaginary]), Part::Argument) => imaginary.atan2(real),
            (Numbers::Complex([real, imaginary]), _) => real.hypot(imaginary),
        }
    }

    /// What of an element it is of.
    pub fn part(&self) -> Part {
        self.part
    }

    fn number(&self, bytes: &[u8], place: u64) -> Option<f64> {
        let bit = self.first_bit + place * self.element.bits();
        let at = usize::try_from(bit / 8).ok()?;
        let word = || bytes.get(at..at + 4)?.try_into().ok();
        Some(match self.element {
            Element::F32 => f64::from(f32::from_le_bytes(word()?)),
            Element::U32 => f64::from(u32::from_le_bytes(word()?)),
            Element::F16 => f64::from(half::f16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)),
            Element::U8 => f64::from(*bytes.get(at)?),
            Element::Bit => f64::from(bytes.get(at)? >> (bit % 8) & 1),
        })
    }
}
