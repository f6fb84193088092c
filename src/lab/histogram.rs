//! Two distributions of times over the same bins, to be laid over each other.

use serde::Serialize;

/// Part of all values that the outermost bins may take in beyond their own edges, at either end: without it one spike
/// would squeeze everything else into a few bins.
const TAIL: f64 = 0.005;

/// Counts of two samples on common bins of equal width on a logarithmic scale.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Histograms {
    /// Edges of the bins, one more than there are bins, in the samples' unit. The first bin also counts what lies below
    /// it and the last what lies above.
    pub edges: Vec<f64>,
    /// Counts of A.
    pub baseline: Vec<u32>,
    /// Counts of B.
    pub variant: Vec<u32>,
}

impl Histograms {
    /// Over at most `bins` bins. Values that are not positive and finite are left out; `None` where none is left.
    pub fn of(baseline: &[f64], variant: &[f64], bins: usize) -> Option<Self> {
        let logarithms = |values: &[f64]| -> Vec<f64> {
            values.iter().filter(|value| value.is_finite() && **value > 0.0).map(|value| value.ln()).collect()
        };
        let [baseline, variant] = [baseline, variant].map(logarithms);
        let mut all = [baseline.as_slice(), variant.as_slice()].concat();
        all.sort_unstable_by(f64::total_cmp);
        let low = crate::session::quantile(&all, TAIL)?;
        let high = crate::session::quantile(&all, 1.0 - TAIL)?;
        // Equal values fill one bin of any width.
        let (bins, width) = if high > low { (bins.max(1), (high - low) / bins.max(1) as f64) } else { (1, 1e-3) };
        let count = |values: &[f64]| {
            let mut counts = vec![0; bins];
            for value in values {
                counts[(((value - low) / width).max(0.0) as usize).min(bins - 1)] += 1;
            }
            counts
        };
        let edges = (0..=bins).map(|edge| (low + width * edge as f64).exp()).collect();
        Some(Self { edges, baseline: count(&baseline), variant: count(&variant) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bins_are_as_wide_as_each_other_on_a_logarithmic_scale() {
        let values: Vec<f64> = (0..=1000).map(|step| 2.0 * 8.0_f64.powf(f64::from(step) / 1000.0)).collect();
        let histograms = Histograms::of(&values, &values[..500], 3).unwrap();
        let ratios: Vec<f64> = histograms.edges.windows(2).map(|pair| pair[1] / pair[0]).collect();
        assert!(ratios.iter().all(|ratio| (ratio - ratios[0]).abs() < 1e-12 && (ratio / 2.0 - 1.0).abs() < 0.01));
        assert!(histograms.baseline.iter().all(|count| count.abs_diff(333) < 6), "{histograms:?}");
        assert_eq!(histograms.variant[2], 0);
    }

    #[test]
    fn a_spike_does_not_squeeze_the_rest() {
        let mut values: Vec<f64> = (0..1000).map(|step| 1.0 + f64::from(step) * 1e-4).collect();
        values.push(1e6);
        let histograms = Histograms::of(&values, &[], 10).unwrap();
        assert!(histograms.edges[10] < 1.11 && histograms.baseline[9] > 90, "{histograms:?}");
    }

    #[test]
    fn one_value_is_one_bin_and_no_value_is_none() {
        let histograms = Histograms::of(&[3.0, 3.0], &[3.0], 20).unwrap();
        assert_eq!((histograms.baseline, histograms.variant), (vec![2], vec![1]));
        assert_eq!(Histograms::of(&[0.0, f64::NAN], &[f64::INFINITY], 20), None);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(a in prop::collection::vec(1e-9..1e9_f64, 1..200),
            b in prop::collection::vec(1e-9..1e9_f64, 0..200), bins in 1..60_usize) {
            let histograms = Histograms::of(&a, &b, bins).unwrap();
            prop_assert_eq!(histograms.baseline.iter().sum::<u32>() as usize, a.len());
            prop_assert_eq!(histograms.variant.iter().sum::<u32>() as usize, b.len());
            prop_assert_eq!(histograms.edges.len(), histograms.baseline.len() + 1);
        }
    }
}
