use super::*;
use proptest::prelude::*;

fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-12, "{actual} instead of {expected}");
}

#[test]
fn a_block_keeps_what_some_cycles_do_and_leaves_spikes_out() {
    let mut times: Vec<f64> = (0..30).map(|cycle| if cycle % 3 == 0 { 4.0 } else { 1.0 }).collect();
    near(block_time(&times, 1).unwrap(), 1.0);
    near(block_time(&times, 3).unwrap(), 2.0);
    times[10] = 1e6;
    times.push(1e6);
    near(block_time(&times, 3).unwrap(), 2.0);
    assert_eq!((block_time(&times, 32), block_time(&[], 0)), (None, None));
}

#[test]
fn binomial_probabilities_are_those_of_the_book() {
    let binomial = Binomial::new(5);
    // P(Bin(5, 0.2) ≥ 3) = 10·0.2³·0.8² + 5·0.2⁴·0.8 + 0.2⁵.
    near(binomial.at_least(3, 0.2), 0.05792);
    near(binomial.at_least(0, 0.2), 1.0);
    near(binomial.at_least(5, 1.0), 1.0);
    near(Binomial::new(2000).at_least(0, 0.3), 1.0);
    near(binomial.bootstrap_probabilities().iter().sum::<f64>(), 1.0);
}

#[test]
fn the_bootstrap_in_closed_form_is_what_resampling_gives() {
    let mut random = fastrand::Rng::with_seed(1);
    for n in [5, 8, 13] {
        let mut counts = vec![0_u32; n];
        const RESAMPLES: u32 = 200_000;
        for _ in 0..RESAMPLES {
            let mut places: Vec<usize> = (0..n).map(|_| random.usize(..n)).collect();
            places.sort_unstable();
            counts[places[n.div_ceil(2) - 1]] += 1;
        }
        for (place, probability) in Binomial::new(n).bootstrap_probabilities().into_iter().enumerate() {
            let frequency = f64::from(counts[place]) / f64::from(RESAMPLES);
            // Five standard deviations at most.
            assert!((frequency - probability).abs() < 0.006, "{n}, {place}: {frequency} for {probability}");
        }
    }
}

#[test]
fn intervals_lie_on_the_values_that_theory_says() {
    let values: Vec<f64> = (1..=60).map(f64::from).collect();
    // Wilcoxon's signed ranks of 60 pairs: P(T ≤ 648) ≤ 0.025, so the 649th of 1830 averages from either end.
    let estimate = paired(&values, 0.05).unwrap();
    assert_eq!((estimate.low, estimate.log_ratio, estimate.high), (25.5, 30.5, 35.5));
    let estimate = paired(&values[..6], 0.05).unwrap();
    assert_eq!((estimate.low, estimate.high), (1.0, 6.0));
    assert_eq!(paired(&values[..5], 0.05), None);
}

#[test]
fn too_few_values_have_no_interval() {
    assert_eq!([0.05, 0.01, 0.005, 0.5].map(fewest), [6, 8, 9, 2]);
    for error in [0.3, 0.05, 0.01, 0.001] {
        let values = vec![1.0; fewest(error)];
        assert!(paired(&values, error).is_some() && unpaired(&values, &values, error).is_some());
        assert_eq!(paired(&values[1..], error), None);
        assert_eq!(unpaired(&values[1..], &values, error), None);
        assert_eq!(unpaired(&values, &values[1..], error), None);
    }
    assert_eq!(unpaired(&[0.0; 10], &[1.0; 10], 0.05), None);
    assert_eq!(unpaired(&[1.0; 10], &[f64::NAN; 10], 0.05), None);
}

fn times(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(1e-3..1e3_f64, count)
}

proptest! {
    #[test]
    fn an_interval_contains_its_ratio(a in times(6..80), b in times(6..80), error in 0.04..0.4_f64) {
        let logarithms: Vec<f64> = a.iter().map(|value| value.ln()).collect();
        for estimate in [paired(&logarithms, error), unpaired(&a, &b, error)].into_iter().flatten() {
            prop_assert!(estimate.low <= estimate.log_ratio && estimate.log_ratio <= estimate.high);
            let (low, high) = estimate.interval();
            prop_assert!(low <= estimate.ratio() && estimate.ratio() <= high);
        }
    }

    #[test]
    fn swapping_both_inverts_the_ratio(a in times(9..60), b in times(9..60), error in 0.01..0.2_f64) {
        let logarithms: Vec<f64> = a.iter().map(|value| value.ln()).collect();
        let inverse: Vec<f64> = logarithms.iter().map(|value| -value).collect();
        for (one, other) in [
            (paired(&logarithms, error), paired(&inverse, error)),
            (unpaired(&a, &b, error), unpaired(&b, &a, error)),
        ] {
            let (one, other) = (one.unwrap(), other.unwrap());
            near(one.log_ratio, -other.log_ratio);
            near(one.low, -other.high);
            near(one.high, -other.low);
        }
    }

    #[test]
    fn more_certainty_needs_a_wider_interval(a in times(14..80), b in times(14..80)) {
        let logarithms: Vec<f64> = a.iter().map(|value| value.ln()).collect();
        let estimates = [
            [paired(&logarithms, 0.001), unpaired(&a, &b, 0.001)],
            [paired(&logarithms, 0.05), unpaired(&a, &b, 0.05)],
        ];
        for (sure, unsure) in estimates[0].iter().zip(&estimates[1]) {
            prop_assert!(sure.unwrap().half_width() >= unsure.unwrap().half_width());
        }
    }
}
