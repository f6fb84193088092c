//! Wilcoxon's signed ranks: how many of the averages two by two lie below the centre of a symmetric distribution.

/// Up to so many values the distribution of the count is summed up; with more, a normal one is as good: it is wider by less
/// than a hundredth.
const MOST_SUMMED: usize = 128;

/// All averages of two values, each with itself too, in order: n (n + 1) / 2 of them.
pub(super) fn averages(values: &[f64]) -> Vec<f64> {
    let mut averages: Vec<f64> = Vec::with_capacity(count(values.len()));
    for (place, one) in values.iter().enumerate() {
        averages.extend(values.iter().skip(place).map(|other| f64::midpoint(*one, *other)));
    }
    averages.sort_unstable_by(f64::total_cmp);
    averages
}

/// The place, from 1, of the innermost average of n values that exceeds the true centre with at most this probability.
///
/// Fewer than k averages lie below the centre with the probability P(T ≤ k − 1), where T is the sum of those of the
/// ranks 1, …, n whose signs came out as heads. `None` where even the outermost average is too likely to lie beyond.
pub(super) fn place(n: usize, probability: f64) -> Option<usize> {
    let place = if n <= MOST_SUMMED { summed(n, probability) } else { normal(n, probability) };
    (place >= 1).then_some(place)
}

fn count(n: usize) -> usize {
    n * (n + 1) / 2
}

/// The largest k with P(T ≤ k − 1) ≤ `probability`, from all 2ⁿ ways in which signs may fall.
fn summed(n: usize, probability: f64) -> usize {
    let mut chances = vec![0.0; count(n) + 1];
    chances[0] = 1.0;
    for rank in 1..=n {
        for sum in (0..=count(rank)).rev() {
            let with = if sum >= rank { chances[sum - rank] } else { 0.0 };
            chances[sum] = 0.5 * (chances[sum] + with);
        }
    }
    let mut at_most = 0.0;
    let within = |chance: &&f64| {
        at_most += **chance;
        at_most <= probability
    };
    chances.iter().take_while(within).count()
}

/// The same by the normal distribution of this mean n (n + 1) / 4 and variance n (n + 1) (2 n + 1) / 24.
fn normal(n: usize, probability: f64) -> usize {
    let pairs = count(n) as f64;
    let deviation = (pairs * (2 * n + 1) as f64 / 12.0).sqrt();
    // P(T ≤ k − 1) is about the distribution at k − ½.
    let place = 0.5 * pairs - deviation * upper_quantile(probability) + 0.5;
    place.max(0.0) as usize
}

/// The value that a standard normal number exceeds with this probability, to within 5·10⁻⁴ up to a half (Abramowitz and
/// Stegun, Handbook of Mathematical Functions, 26.2.23).
fn upper_quantile(probability: f64) -> f64 {
    let t = (-2.0 * probability.min(0.5).ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_tables() {
        // Critical values of Wilcoxon's signed ranks, two-sided 5 % and 1 %: T ≤ 2 at n = 7, ≤ 8 at 10, ≤ 52 at 20,
        // ≤ 137 at 30, ≤ 434 at 50; and 37 and 373.
        for (n, critical) in [(6, 0), (7, 2), (10, 8), (20, 52), (30, 137), (50, 434)] {
            assert_eq!(place(n, 0.025), Some(critical + 1), "{n}");
        }
        assert_eq!([20, 50].map(|n| place(n, 0.005)), [Some(38), Some(374)]);
        assert_eq!([5, 0].map(|n| place(n, 0.025)), [None, None]);
    }

    #[test]
    fn the_normal_distribution_takes_over_without_a_step() {
        for probability in [0.025, 0.0025, 0.0004] {
            for n in [64, 100, MOST_SUMMED] {
                // A sum of bounded ranks has the lighter tail, so the normal distribution is on the careful side.
                let (summed, normal) = (summed(n, probability), normal(n, probability));
                assert!(
                    normal <= summed + 1 && summed - normal.min(summed) <= count(n) / 200,
                    "{n}: {summed}, {normal}"
                );
            }
        }
    }

    #[test]
    fn averages_are_all_and_in_order() {
        assert_eq!(averages(&[3.0, 1.0, 2.0]), [1.0, 1.5, 2.0, 2.0, 2.5, 3.0]);
        assert_eq!(averages(&[]), [0.0; 0]);
    }
}
