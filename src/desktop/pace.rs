//! When the window is drawn. Not at every frame: on a software adapter drawing takes the processor that computes, and
//! nobody reads figures that change sixty times a second. An input is answered at once.

use std::time::{Duration, Instant};

/// Longest time between two drawn frames: the tables change this often.
const LONGEST: Duration = Duration::from_millis(250);

/// Least time between two pictures of a running state, on a device of its own and on the processor.
pub const BETWEEN_PICTURES: [Duration; 2] = [Duration::from_millis(16), Duration::from_millis(100)];

/// Frames that are drawn after an input: panels need a second one to settle.
const AFTER_INPUT: u32 = 2;

/// How long a frame rests in which nothing is drawn: without the screen's refresh nothing else slows them down.
pub const REST: Duration = Duration::from_millis(4);

/// What may be a reason to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reasons {
    /// Somebody touched keyboard or pointer, or a panel moves by itself.
    pub touched: bool,
    /// Every frame is to be drawn: cycles are counted by frames, or a picture of the window is due.
    pub always: bool,
    /// Pictures of the state so far.
    pub pictures: u64,
}

/// Decides which frames are drawn.
#[derive(Debug, Default)]
pub struct Pace {
    last: Option<Instant>,
    owed: u32,
    pictures: u64,
}

impl Pace {
    /// Whether the frame that begins now is drawn.
    pub fn draws(&mut self, now: Instant, reasons: Reasons) -> bool {
        if reasons.touched {
            self.owed = AFTER_INPUT;
        }
        let since = self.last.map_or(LONGEST, |last| now.saturating_duration_since(last));
        let drawn = reasons.always || self.owed > 0 || reasons.pictures != self.pictures || since >= LONGEST;
        if drawn {
            self.owed = self.owed.saturating_sub(1);
            self.pictures = reasons.pictures;
            self.last = Some(now);
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_drawn_for_an_input_a_picture_and_the_figures() {
        let mut pace = Pace::default();
        let start = Instant::now();
        let mut at = |milliseconds, reasons| pace.draws(start + Duration::from_millis(milliseconds), reasons);
        let nothing = Reasons::default();
        let touched = Reasons { touched: true, ..nothing };
        assert!(at(0, nothing), "the first frame");
        assert!(!at(4, nothing) && !at(249, nothing));
        assert!(at(250, nothing), "the figures are due");
        assert!(at(254, touched) && at(258, nothing) && !at(262, nothing), "an input and the frame after it");
        let picture = Reasons { pictures: 1, ..nothing };
        assert!(at(266, picture) && !at(270, picture), "each picture once");
        let always = Reasons { always: true, ..picture };
        assert!(at(274, always) && at(278, always));
    }
}
