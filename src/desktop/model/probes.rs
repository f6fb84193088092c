//! Histories of the system's figures, bounded.

use crate::sim::Probe;
use std::collections::VecDeque;

/// Values that a series keeps; the oldest go first.
const KEPT: usize = 4096;

/// The series of one plot.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbePlot {
    /// Heading.
    pub title: &'static str,
    /// Its lines.
    pub series: Vec<ProbeSeries>,
}

/// The history of one probe.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeSeries {
    /// The probe's name.
    pub name: String,
    /// Cycle and value, oldest first; only finite values.
    pub values: VecDeque<[f64; 2]>,
    /// Values that were not finite.
    pub broken: u64,
    place: usize,
}

/// The plots of a system: one per heading, in order of first appearance.
pub fn plots(probes: &[Probe]) -> Vec<ProbePlot> {
    let mut plots: Vec<ProbePlot> = Vec::new();
    for (place, probe) in probes.iter().enumerate() {
        let series = ProbeSeries { name: probe.name.clone(), values: VecDeque::new(), broken: 0, place };
        match plots.iter_mut().find(|plot| plot.title == probe.plot) {
            Some(plot) => plot.series.push(series),
            None => plots.push(ProbePlot { title: probe.plot, series: vec![series] }),
        }
    }
    plots
}

impl ProbePlot {
    /// Takes in the probes of one cycle.
    pub fn take(&mut self, cycle: u64, values: &[f32]) {
        for series in &mut self.series {
            if let Some(value) = values.get(series.place) {
                series.take(cycle, f64::from(*value));
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        for series in &mut self.series {
            series.values.clear();
            series.broken = 0;
        }
    }
}

impl ProbeSeries {
    /// The newest value.
    pub fn last(&self) -> Option<f64> {
        self.values.back().map(|[_, value]| *value)
    }

    fn take(&mut self, cycle: u64, value: f64) {
        if !value.is_finite() {
            self.broken += 1;
            return;
        }
        if self.values.len() == KEPT {
            self.values.pop_front();
        }
        self.values.push_back([cycle as f64, value]);
    }
}
