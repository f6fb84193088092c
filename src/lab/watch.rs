//! What there is to see of a trial between two verdicts: every pair's ratio, and how both arms' cycles are distributed.

use super::{Block, Histograms};

/// Bins of the histograms.
const BINS: usize = 48;

/// Everything that the pairs of a trial have brought so far.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    waiting: Option<Block>,
    pairs: Vec<f64>,
    floor: Vec<f64>,
    cycles: [Vec<f64>; 2],
    histograms: Option<Histograms>,
}

impl Watch {
    /// Takes in a block that is over; those of a pair follow each other. `pair` is its number among those of A against B,
    /// `None` for A against A.
    pub fn take(&mut self, block: Block, pair: Option<u32>) {
        let Some(other) = self.waiting.take() else {
            self.waiting = Some(block);
            return;
        };
        let (baseline, variant) = if other.role == 0 { (other, block) } else { (block, other) };
        let ratio = baseline.measured.time / variant.measured.time;
        if pair.is_none() {
            self.floor.push(ratio);
            return;
        }
        self.pairs.push(ratio);
        self.cycles[0].extend(baseline.cycles);
        self.cycles[1].extend(variant.cycles);
        self.histograms = Histograms::of(&self.cycles[0], &self.cycles[1], BINS);
    }

    /// Time of A over time of B in every pair, in order.
    pub fn pairs(&self) -> &[f64] {
        &self.pairs
    }

    /// The same of A against A.
    pub fn floor(&self) -> &[f64] {
        &self.floor
    }

    /// Milliseconds of the measured cycles' passes in all pairs.
    pub fn histograms(&self) -> Option<&Histograms> {
        self.histograms.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::*;
    use std::collections::BTreeMap;

    fn block(role: usize, time: f64) -> Block {
        let measured = Measured { time, canary: None };
        let (first, last, warm_up) = (1, 3, 1);
        Block { arm: role, role, first, last, warm_up, measured, cycles: vec![time; 2], stages: BTreeMap::new() }
    }

    #[test]
    fn a_pair_counts_once_both_blocks_are_over_whatever_their_order() {
        let mut watch = Watch::default();
        watch.take(block(1, 2.0), Some(1));
        assert!(watch.pairs().is_empty() && watch.histograms().is_none());
        watch.take(block(0, 6.0), Some(1));
        watch.take(block(0, 4.0), Some(2));
        watch.take(block(1, 2.0), Some(2));
        assert_eq!(watch.pairs(), [3.0, 2.0]);
        let histograms = watch.histograms().unwrap();
        assert_eq!(histograms.baseline.iter().sum::<u32>(), 4);
        assert_eq!(histograms.variant.iter().sum::<u32>(), 4);
    }

    #[test]
    fn a_against_a_is_kept_apart() {
        let mut watch = Watch::default();
        watch.take(block(0, 2.0), None);
        watch.take(block(1, 1.0), None);
        assert_eq!((watch.floor(), watch.pairs().len(), watch.histograms()), ([2.0].as_slice(), 0, None));
    }
}
