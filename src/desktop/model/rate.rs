//! Cycles per second of wall time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Wall time that the rate is taken over.
const WINDOW: Duration = Duration::from_secs(2);

/// Counts cycles against the wall clock.
#[derive(Debug, Default)]
pub struct Rate {
    seen: VecDeque<(Instant, u64)>,
}

impl Rate {
    /// The driver stands at this cycle.
    pub fn cycles(&mut self, cycle: u64, now: Instant) {
        if self.seen.back().is_some_and(|(_, last)| *last > cycle) {
            self.seen.clear();
        }
        self.seen.push_back((now, cycle));
        // The oldest one kept lies just outside the window, so that slow cycles still give a rate.
        while self.seen.get(1).is_some_and(|(at, _)| now.saturating_duration_since(*at) > WINDOW) {
            self.seen.pop_front();
        }
    }

    /// Cycles per second.
    pub fn per_second(&self) -> Option<f64> {
        let ((begin, first), (end, last)) = (self.seen.front()?, self.seen.back()?);
        let seconds = end.saturating_duration_since(*begin).as_secs_f64();
        (seconds > 0.1).then(|| (last - first) as f64 / seconds)
    }
}
