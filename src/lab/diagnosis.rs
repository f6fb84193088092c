//! Why times scatter: what is told beside a verdict that could not be clear.

use crate::session::quantile;

/// Smallest change of the logarithm of a time that is worth a word.
const NOTABLE: f64 = 0.03;
/// Smallest part of the values that makes a mode.
const MODE: f64 = 0.2;
/// How much wider than each mode itself the gap between two modes is.
const GAP: f64 = 3.0;

/// What is the matter with these logarithms of times, in their order in time; `None` where nothing stands out.
pub(super) fn unrest(logarithms: &[f64]) -> Option<String> {
    drift(logarithms)
        .map(|change| {
            let direction = if change > 0.0 { "slower" } else { "faster" };
            format!("the machine became {direction} by a factor of {:.2} during the run", change.abs().exp())
        })
        .or_else(|| Some(format!("the times have two modes, a factor of {:.2} apart", two_modes(logarithms)?.exp())))
}

/// The change from the first third to the last, where their middle halves do not overlap.
fn drift(logarithms: &[f64]) -> Option<f64> {
    let third = logarithms.len() / 3;
    let first = sorted(logarithms.get(..third)?);
    let last = sorted(logarithms.get(logarithms.len() - third..)?);
    let change = quantile(&last, 0.5)? - quantile(&first, 0.5)?;
    let apart = quantile(&last, 0.25)? > quantile(&first, 0.75)? || quantile(&last, 0.75)? < quantile(&first, 0.25)?;
    (apart && change.abs() >= NOTABLE).then_some(change)
}

/// The distance between the middles of two modes, where there is a gap that dwarfs both.
fn two_modes(logarithms: &[f64]) -> Option<f64> {
    let values = sorted(logarithms);
    let fewest = ((values.len() as f64 * MODE).ceil() as usize).max(2);
    let splits = fewest..=values.len().checked_sub(fewest)?;
    let gap = |split: usize| values[split] - values[split - 1];
    let split = splits.max_by(|a, b| gap(*a).total_cmp(&gap(*b)))?;
    let (low, high) = values.split_at(split);
    let spread = |mode: &[f64]| Some(quantile(mode, 0.75)? - quantile(mode, 0.25)?);
    let wide = gap(split) >= NOTABLE && gap(split) >= GAP * spread(low)?.max(spread(high)?);
    Some(quantile(high, 0.5)? - quantile(low, 0.5)?).filter(|_| wide)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that scatter by ±2 % without order.
    fn scatter(place: usize) -> f64 {
        0.04 * ((place as f64 * 0.618_034).fract() - 0.5)
    }

    #[test]
    fn drift_modes_and_plain_scatter_are_told_apart() {
        let told = |value: fn(usize) -> f64| unrest(&(0..60).map(value).collect::<Vec<_>>());
        assert_eq!(told(scatter), None);
        let drift = told(|place| scatter(place) + 0.3 * place as f64 / 59.0).unwrap();
        assert!(drift.starts_with("the machine became slower by a factor of 1.2"), "{drift}");
        let drift = told(|place| scatter(place) - 0.3 * place as f64 / 59.0).unwrap();
        assert!(drift.starts_with("the machine became faster by a factor of 1.2"), "{drift}");
        let modes = told(|place| scatter(place) + if place % 3 == 0 { 0.3 } else { 0.0 }).unwrap();
        assert!(modes.starts_with("the times have two modes, a factor of 1.3"), "{modes}");
        assert_eq!(told(|place| scatter(place) + if place % 20 == 0 { 0.3 } else { 0.0 }), None, "spikes are no mode");
    }

    #[test]
    fn few_values_say_nothing() {
        for count in 0..4 {
            assert_eq!(unrest(&vec![1.0; count]), None);
        }
    }
}
