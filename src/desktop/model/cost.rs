//! What fieldscope itself takes.

use std::collections::VecDeque;
use std::time::Duration;

/// Time that the averages go over.
const WINDOW: Duration = Duration::from_secs(3);

/// Host time of panels, event handling, driver and painter, against the time that passed meanwhile.
#[derive(Debug, Default)]
pub struct OwnCost {
    frames: VecDeque<Frame>,
    sum: Frame,
}

/// One frame, or the sum of several.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    own: Duration,
    whole: Duration,
    drawn: u32,
}

impl OwnCost {
    /// Takes in one frame: what was ours, how long the whole frame took, and whether the window was drawn in it.
    pub fn frame(&mut self, own: Duration, whole: Duration, drawn: bool) {
        let frame = Frame { own, whole, drawn: u32::from(drawn) };
        self.frames.push_back(frame);
        self.sum.own += frame.own;
        self.sum.whole += frame.whole;
        self.sum.drawn += frame.drawn;
        // One frame is always kept, however long it was.
        while self.frames.len() > 1 && self.sum.whole > WINDOW {
            let Some(oldest) = self.frames.pop_front() else { return };
            self.sum.own -= oldest.own;
            self.sum.whole -= oldest.whole;
            self.sum.drawn -= oldest.drawn;
        }
    }

    /// Milliseconds per second.
    pub fn milliseconds_per_second(&self) -> Option<f64> {
        self.share().map(|share| 1e3 * share)
    }

    /// Part of the time.
    pub fn share(&self) -> Option<f64> {
        (!self.sum.whole.is_zero()).then(|| self.sum.own.as_secs_f64() / self.sum.whole.as_secs_f64())
    }

    /// Drawn frames per second of wall time.
    pub fn frames_per_second(&self) -> Option<f64> {
        (!self.sum.whole.is_zero()).then(|| f64::from(self.sum.drawn) / self.sum.whole.as_secs_f64())
    }
}
