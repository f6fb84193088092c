//! Reading what lies under a pointer, whatever the kind of picture: where it is in the axes' units, and its values as the
//! array holds them.
//!
//! Where a pixel stands for a place that the host can work out, the elements there are copied; where only the painting
//! tells what is seen (a sheet in space, points), its answer is copied first and the elements in the next frame. Nothing
//! waits, nothing is recorded, and nothing is done unless something is asked.

mod cell;
mod question;
#[cfg(test)]
mod tests;

pub use cell::{Cell, Numbers};

use super::{BoardPainter, Exhibition, ViewError};
use crate::gpu::{Arrived, Gpu, Kernels, Readback};
use crate::sim::Content;
use crossbeam_channel::Receiver;
use question::{Asked, Question};

/// Requests of either kind that may be under way.
const UNDER_WAY: usize = 3;

/// A pixel of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointed {
    /// Which of the system's pictures.
    pub picture: usize,
    /// Pixels from the left and the top of what is painted of it.
    pub pixel: [f32; 2],
    /// How large that is, in pixels.
    pub size: [u32; 2],
}

/// A coordinate or a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is and in which unit.
    pub name: String,
    /// What was found.
    pub value: Told,
}

impl Figure {
    fn number(name: impl Into<String>, value: impl Into<f64>) -> Self {
        Self { name: name.into(), value: Told::Number(value.into()) }
    }
}

/// What a figure says.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A number.
    Number(f64),
    /// The name of a cell along an axis.
    Name(String),
}

/// What lies under a pointer; nothing where there are no values.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which of the system's pictures.
    pub picture: usize,
    /// Where it is, in the units of the axes.
    pub place: Vec<Figure>,
    /// What the array holds there; of a complex number also its other parts.
    pub values: Vec<Figure>,
}

/// Reads without waiting.
#[derive(Debug)]
pub struct Reader {
    /// What the paintings say is seen at a pixel.
    words: Readback<Pointed>,
    seen: Receiver<Arrived<Pointed>>,
    numbers: Readback<Asked>,
    read: Receiver<Arrived<Asked>>,
    /// Answers that needed no device.
    known: Option<Reading>,
}

impl Reader {
    /// A reader for this device. Allocates nothing until it reads.
    pub fn new(gpu: &Gpu) -> Self {
        let (words, seen) = Readback::new(gpu, "what is seen", UNDER_WAY);
        let (numbers, read) = Readback::new(gpu, "values under a pointer", UNDER_WAY);
        Self { words, seen, numbers, read, known: None }
    }

    /// Whether a painting has answered, so that [`Self::request`] has something to do though nothing new is asked.
    pub fn has_seen(&self) -> bool {
        !self.seen.is_empty()
    }

    /// Encodes what is asked now, if anything, and what follows from earlier answers; `false` where it has to be asked again,
    /// since too much is under way or the painting cannot answer yet. `painter` must have painted these pictures last.
    ///
    /// # Errors
    /// The picture does not fit the state, or a kernel does not build.
    pub fn request(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        painter: &mut BoardPainter,
        exhibition: &Exhibition<'_>,
        pointed: Option<&Pointed>,
    ) -> Result<bool, ViewError> {
        if let Some(seen) = self.seen.try_iter().last()
            && let Some(word) = seen.bytes.get(..4).and_then(|bytes| bytes.try_into().ok())
        {
            self.ask(encoder, exhibition, &seen.tag, Some(u32::from_le_bytes(word)))?;
        }
        let Some(pointed) = pointed else { return Ok(true) };
        let Some(subject) = exhibition.subject(pointed.picture) else { return Ok(true) };
        if !is_seen(&subject.picture.content) {
            return self.ask(encoder, exhibition, pointed, None);
        }
        if self.words.has_room()
            && let Some(part) = painter.pick(kernels, encoder, exhibition, pointed)?
        {
            return Ok(self.words.request_parts(encoder, &[part], *pointed));
        }
        Ok(false)
    }

    /// Starts the readbacks. To be called after the submission of the encoder.
    pub fn after_submit(&mut self) {
        self.words.after_submit();
        self.numbers.after_submit();
    }

    /// The latest that has come back since the last call.
    pub fn take(&mut self) -> Option<Reading> {
        let read = self.read.try_iter().last().map(|arrived| arrived.tag.answer(&arrived.bytes));
        read.or(self.known.take())
    }

    fn ask(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        exhibition: &Exhibition<'_>,
        pointed: &Pointed,
        word: Option<u32>,
    ) -> Result<bool, ViewError> {
        let Some(subject) = exhibition.subject(pointed.picture) else { return Ok(true) };
        let look = exhibition.showing.look(pointed.picture);
        match Question::new(&subject, &look, pointed, word)? {
            Some(question) => {
                let is_free = self.numbers.has_room();
                Ok(is_free && self.numbers.request_parts(encoder, &question.parts, question.asked))
            }
            None => {
                let nothing = Reading { picture: pointed.picture, place: Vec::new(), values: Vec::new() };
                self.known = Some(nothing);
                Ok(true)
            }
        }
    }
}

/// Whether only the painting knows what a pixel shows.
fn is_seen(content: &Content) -> bool {
    matches!(content, Content::Surface { .. } | Content::Points { .. })
}
