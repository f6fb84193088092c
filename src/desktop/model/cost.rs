//! What fieldscope itself takes per frame.

use std::collections::VecDeque;
use std::time::Duration;

/// Frames that the average goes over.
const FRAMES: usize = 120;

/// Host time of panels, event handling, driver and painter, against the frame they belong to.
#[derive(Debug, Default)]
pub struct OwnCost {
    frames: VecDeque<(Duration, Duration)>,
}

impl OwnCost {
    /// Takes in one frame: what was ours, and how long the whole frame took.
    pub fn frame(&mut self, own: Duration, whole: Duration) {
        if self.frames.len() == FRAMES {
            self.frames.pop_front();
        }
        self.frames.push_back((own, whole));
    }

    /// Milliseconds per frame.
    pub fn milliseconds(&self) -> Option<f64> {
        let own: Duration = self.frames.iter().map(|(own, _)| *own).sum();
        (!self.frames.is_empty()).then(|| own.as_secs_f64() * 1e3 / self.frames.len() as f64)
    }

    /// Part of the frame.
    pub fn share(&self) -> Option<f64> {
        let own: Duration = self.frames.iter().map(|(own, _)| *own).sum();
        let whole: Duration = self.frames.iter().map(|(_, whole)| *whole).sum();
        (!whole.is_zero()).then(|| own.as_secs_f64() / whole.as_secs_f64())
    }

    /// Frames per second of wall time.
    pub fn frames_per_second(&self) -> Option<f64> {
        let whole: Duration = self.frames.iter().map(|(_, whole)| *whole).sum();
        (!whole.is_zero()).then(|| self.frames.len() as f64 / whole.as_secs_f64())
    }
}
