//! Durations of recent cycles: the strip of bars.

use std::collections::VecDeque;
use std::time::Duration;

/// Bars that the strip holds.
const BARS: usize = 240;

/// One cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The cycle.
    pub cycle: u64,
    /// Device time of all its passes, in milliseconds, as far as it arrived.
    pub device: Option<f64>,
    /// Host time from its first step to its last, in milliseconds.
    pub host: Option<f64>,
}

impl Bar {
    /// Device time where there is any, else host time.
    pub fn milliseconds(&self) -> Option<f64> {
        self.device.or(self.host)
    }
}

/// Recent cycles, oldest first.
#[derive(Debug, Default)]
pub struct CycleStrip {
    bars: VecDeque<Bar>,
}

impl CycleStrip {
    /// Adds device time of a pass of this cycle.
    pub fn device(&mut self, cycle: u64, milliseconds: f64) {
        if let Some(bar) = self.bar(cycle) {
            *bar.device.get_or_insert(0.0) += milliseconds;
        }
    }

    /// Notes the host time of a cycle.
    pub fn host(&mut self, cycle: u64, duration: Duration) {
        if let Some(bar) = self.bar(cycle) {
            bar.host = Some(duration.as_secs_f64() * 1e3);
        }
    }

    /// The bars, oldest first.
    pub fn bars(&self) -> impl ExactSizeIterator<Item = &Bar> {
        self.bars.iter()
    }

    /// The longest cycle on the strip.
    pub fn slowest(&self) -> Option<&Bar> {
        let longer = |a: &&Bar, b: &&Bar| a.milliseconds().unwrap_or(0.0).total_cmp(&b.milliseconds().unwrap_or(0.0));
        self.bars.iter().filter(|bar| bar.milliseconds().is_some()).max_by(longer)
    }

    /// The bar of a cycle, made where it is new; `None` for one that has left the strip.
    fn bar(&mut self, cycle: u64) -> Option<&mut Bar> {
        let place = self.bars.partition_point(|bar| bar.cycle < cycle);
        if self.bars.get(place).is_none_or(|bar| bar.cycle != cycle) {
            if place == 0 && self.bars.len() == BARS {
                return None;
            }
            self.bars.insert(place, Bar { cycle, device: None, host: None });
            if self.bars.len() > BARS {
                self.bars.pop_front();
                return self.bars.get_mut(place - 1);
            }
        }
        self.bars.get_mut(place)
    }
}
