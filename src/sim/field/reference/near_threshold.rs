//! Decisions so close that single precision may fall on the other side.

use super::shape::Shape;
use crate::sim::field::constants::{BOREDOM_VARIANCE, ERROR_THRESHOLD, EXPLORE_IMPROVEMENT, STARVATION_LEVEL};
use std::collections::BTreeSet;

/// How near to its threshold, relatively, a site's variance counts.
const VARIANCE_MARGIN: f64 = 1e-4;
/// How near to its threshold a figure of the whole field counts.
const FIGURE_MARGIN: f64 = 1e-5;
/// How near to 0 an element counts whose sign is taken: about what single precision strays in a hundred cycles.
const SIGN_MARGIN: f64 = 1e-7;

/// The close decisions of all cycles so far. A comparison with a single-precision run counts and names these sites
/// instead of failing on them; a run with a close decision of the whole field may part from the reference there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NearThreshold {
    /// Sites whose channel variance lay within 10⁻⁴ of 0.01, relatively, where boredom was decided.
    pub boredom_sites: BTreeSet<usize>,
    /// Sites with an element within 10⁻⁷ of 0 where learning took its sign.
    pub sign_sites: BTreeSet<usize>,
    /// Cycles in which ē lay within 10⁻⁵ of 0.01 where heat was decided.
    pub error_cycles: Vec<u64>,
    /// Cycles in which ⟨|F|⟩ lay within 10⁻⁵ of 0.05 where starvation was decided.
    pub starvation_cycles: Vec<u64>,
    /// Cycles in which the improvement of the error lay within 10⁻⁵ of 0.01.
    pub explore_cycles: Vec<u64>,
}

impl NearThreshold {
    /// All sites with a close decision.
    pub fn sites(&self) -> BTreeSet<usize> {
        &self.boredom_sites | &self.sign_sites
    }

    /// Whether no decision of the whole field was close.
    pub fn whole_field_is_clear(&self) -> bool {
        self.error_cycles.is_empty() && self.starvation_cycles.is_empty() && self.explore_cycles.is_empty()
    }

    /// Notes the sites whose variance is close to the boredom threshold.
    pub fn note_variances(&mut self, variances: &[f64]) {
        let threshold = f64::from(BOREDOM_VARIANCE);
        let close = |variance: f64| (variance / threshold - 1.0).abs() <= VARIANCE_MARGIN;
        self.boredom_sites.extend((0..variances.len()).filter(|&site| close(variances[site])));
    }

    /// Notes the sites with an element close to 0.
    pub fn note_signs(&mut self, field: &[f64], shape: Shape) {
        let close = field.iter().enumerate().filter(|(_, value)| value.abs() <= SIGN_MARGIN);
        self.sign_sites.extend(close.map(|(element, _)| element % shape.volume()));
    }

    /// Notes the cycle if its error is close to the heat threshold.
    pub fn note_error(&mut self, cycle: u64, error: f64) {
        note(&mut self.error_cycles, cycle, error, ERROR_THRESHOLD);
    }

    /// Notes the cycle if ⟨|F|⟩ is close to the starvation level.
    pub fn note_magnitude(&mut self, cycle: u64, magnitude: f64) {
        note(&mut self.starvation_cycles, cycle, magnitude, STARVATION_LEVEL);
    }

    /// Notes the cycle if the improvement of the error is close to where exploring ends.
    pub fn note_improvement(&mut self, cycle: u64, improvement: f64) {
        note(&mut self.explore_cycles, cycle, improvement, EXPLORE_IMPROVEMENT);
    }
}

fn note(cycles: &mut Vec<u64>, cycle: u64, figure: f64, threshold: f32) {
    if (figure - f64::from(threshold)).abs() <= FIGURE_MARGIN {
        cycles.push(cycle);
    }
}
