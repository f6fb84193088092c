//! Order statistics: the one home of quantiles, for sessions, the lab and the window alike.

use serde::Serialize;

/// Order statistics of a set of measurements, in the measurements' unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Statistics {
    /// Half of the values are below.
    pub median: f64,
    /// 95 of 100 values are below.
    pub p95: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// How many values there are; never 0.
    pub count: usize,
}

impl Statistics {
    /// Of these values; `None` where there is none. Quantiles lie linearly between neighbouring values.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_unstable_by(f64::total_cmp);
        Some(Self {
            median: quantile(&values, 0.5)?,
            p95: quantile(&values, 0.95)?,
            min: *values.first()?,
            max: *values.last()?,
            count: values.len(),
        })
    }
}

/// Between the two values on either side of `fraction` (0 to 1) of the way through `sorted`, linearly; `None` of nothing.
pub fn quantile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let position = fraction * sorted.len().checked_sub(1)? as f64;
    let below = sorted.get(position.floor() as usize)?;
    let above = sorted.get(position.ceil() as usize)?;
    // Equal neighbours first: the difference of two infinities is no number.
    Some(if below == above { *below } else { below + (above - below) * position.fract() })
}

/// The middle of `values`, in whatever order they stand; `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}
