use super::super::Looks;
use super::*;
use proptest::prelude::*;

fn measured(time: f64) -> Measured {
    Measured { time, canary: None }
}

fn pairs(times: impl IntoIterator<Item = (f64, f64)>) -> Vec<Pair> {
    times.into_iter().map(|(a, b)| Pair { baseline: measured(a), variant: measured(b) }).collect()
}

/// 60 pairs whose ratios lie within ±`spread` of `ratio`.
fn around(ratio: f64, spread: f64) -> Vec<Pair> {
    pairs((0..60).map(|place| (ratio * (1.0 + spread * ((f64::from(place) * 0.618_034).fract() - 0.5) * 2.0), 1.0)))
}

fn judged(pairs: &[Pair]) -> Verdict {
    Verdict::of_pairs(pairs, None, 0.05, &Rules::default())
}

#[test]
fn clear_cases_get_clear_answers_with_their_reason() {
    let told = |ratio, spread| {
        let verdict = judged(&around(ratio, spread));
        (verdict.outcome, verdict.reason)
    };
    let (outcome, reason) = told(1.43, 0.02);
    assert_eq!(outcome, Outcome::Faster);
    assert!(reason.starts_with("B is 1.43 times as fast as A: the interval 1.4"), "{reason}");
    assert!(reason.ends_with(" lies beyond the noise floor of ±1.0 %"), "{reason}");
    let (outcome, reason) = told(0.8, 0.02);
    assert_eq!(outcome, Outcome::Slower);
    assert!(reason.starts_with("B takes 1.25 times as long as A: the interval 0.79"), "{reason}");
    let (outcome, reason) = told(1.0, 0.01);
    assert_eq!(outcome, Outcome::Same);
    assert!(reason.starts_with("the interval ") && reason.ends_with(" lies within ±1.0 %"), "{reason}");
    let (outcome, reason) = told(1.0, 0.2);
    assert_eq!(outcome, Outcome::Ambiguous);
    assert!(reason.ends_with(" is too wide to tell a difference of more than 1.0 % from none"), "{reason}");
    let (outcome, reason) = told(1.01, 0.008);
    assert_eq!(outcome, Outcome::Ambiguous);
    assert!(reason.ends_with(" lies off 1 but reaches into the noise floor of ±1.0 %"), "{reason}");
}

#[test]
fn too_few_pairs_are_no_verdict() {
    let verdict = judged(&around(2.0, 0.01)[..5]);
    assert_eq!((verdict.outcome, verdict.ratio, verdict.pairs), (Outcome::Ambiguous, None, 5));
    assert_eq!(verdict.reason, "5 pairs are too few: at least 6 are needed");
    assert_eq!(judged(&around(2.0, 0.01)[..6]).outcome, Outcome::Faster);
    assert_eq!(judged(&[]).outcome, Outcome::Ambiguous);
}

#[test]
fn the_noise_floor_is_what_a_against_a_came_to() {
    let rules = Rules::default();
    let floor = judged(&around(0.97, 0.005));
    let against = |pairs: &[Pair], floor: &Verdict| Verdict::of_pairs(pairs, Some(floor), 0.05, &rules);
    let verdict = against(&around(1.02, 0.005), &floor);
    assert_eq!((verdict.outcome, verdict.noise_floor), (Outcome::Same, floor.interval));
    assert!((verdict.margin - 0.031).abs() < 1e-3, "{}", verdict.margin);
    assert_eq!(judged(&around(1.02, 0.005)).outcome, Outcome::Faster);
    assert_eq!(against(&around(1.05, 0.005), &floor).outcome, Outcome::Faster);
    // A machine that calls its own twin 10 % different cannot call anything the same.
    let verdict = against(&around(1.02, 0.005), &judged(&around(1.1, 0.005)));
    assert_eq!(verdict.outcome, Outcome::Ambiguous);
    assert!(verdict.reason.ends_with("is too high to call anything the same"), "{}", verdict.reason);
    let verdict = against(&around(2.0, 0.005), &judged(&around(1.0, 0.005)[..3]));
    assert_eq!(verdict.outcome, Outcome::Ambiguous);
    assert!(verdict.reason.contains("A against A, was measured with too few pairs"), "{}", verdict.reason);
}

/// Gives every pair canaries, of A and of B by its place.
fn with_canaries(mut pairs: Vec<Pair>, canaries: impl Fn(usize) -> (f64, f64)) -> Vec<Pair> {
    for (place, pair) in pairs.iter_mut().enumerate() {
        let (of_a, of_b) = canaries(place);
        (pair.baseline.canary, pair.variant.canary) = (Some(of_a), Some(of_b));
    }
    pairs
}

#[test]
fn canaries_that_jump_at_random_throw_nothing_out_and_are_named_where_they_may_be_the_reason() {
    let jump = |place: usize| if place.is_multiple_of(2) { (130.0, 100.0) } else { (100.0, 130.0) };
    let verdict = judged(&with_canaries(around(1.2, 0.005), jump));
    assert_eq!((verdict.outcome, verdict.pairs, verdict.thrown_out), (Outcome::Faster, 60, 0));
    let verdict = judged(&with_canaries(around(1.0, 0.2), jump));
    assert_eq!(verdict.outcome, Outcome::Ambiguous);
    let told = "; the canary says in 60 of 60 pairs that the machine changed its speed";
    assert!(verdict.reason.ends_with(told), "{}", verdict.reason);
}

#[test]
fn a_difference_counts_only_beyond_that_of_the_canaries() {
    let warm = |place: usize| (100.0, 110.0 + (place % 3) as f64);
    let verdict = judged(&with_canaries(around(0.95, 0.005), warm));
    assert_eq!(verdict.outcome, Outcome::Ambiguous);
    let told = "; the canary, the same work in both, takes 1.11 times as long before blocks of B";
    assert!(verdict.reason.ends_with(told), "{}", verdict.reason);
    assert!((verdict.margin - 0.125).abs() < 5e-3, "{}", verdict.margin);
    assert_eq!(judged(&around(0.95, 0.005)).outcome, Outcome::Slower);
    assert_eq!(judged(&with_canaries(around(0.5, 0.005), warm)).outcome, Outcome::Slower);
    // Nor are arms the same that the machine does not treat alike, however near their times are.
    let barely = |place: usize| (100.0, 102.0 + 0.1 * (place % 3) as f64);
    assert_eq!(judged(&around(1.0, 0.002)).outcome, Outcome::Same);
    assert_eq!(judged(&with_canaries(around(1.0, 0.002), barely)).outcome, Outcome::Ambiguous);
    // The first look of a long run has twelve pairs and little error to spend.
    let first = Looks::up_to(96).at(12).unwrap();
    let early = with_canaries(around(0.95, 0.005)[..12].to_vec(), warm);
    assert_eq!(Verdict::of_pairs(&early, None, first.error, &Rules::default()).outcome, Outcome::Ambiguous);
}

#[test]
fn blocks_without_a_time_are_thrown_out_and_counted() {
    let mut all = around(2.0, 0.005);
    for (place, time) in [0.0, -1.0, f64::NAN, f64::INFINITY].into_iter().enumerate() {
        all[place].baseline.time = time;
    }
    // A canary that measured nothing says nothing.
    all[4].variant.canary = Some(0.0);
    all[4].baseline.canary = Some(1.0);
    let verdict = judged(&all);
    assert_eq!((verdict.outcome, verdict.pairs, verdict.thrown_out), (Outcome::Faster, 56, 4));
    let record = verdict.record("fused", "alone", Some(3), None);
    assert!(record.reason.ends_with("; 4 more pairs were thrown out"), "{}", record.reason);
    assert_eq!(
        (record.stage, record.pairs, record.outcome, record.ratio),
        (Some(3), 56, Outcome::Faster, verdict.ratio)
    );
}

#[test]
fn an_ambiguous_verdict_says_what_is_the_matter_with_the_machine() {
    // The machine jumps between two speeds, not always between the same blocks.
    let jumpy = (0..12_u32).map(|place| {
        let scatter = 1.0 + 0.01 * (f64::from(place) * 0.618_034).fract();
        let speed = |on: bool| if on { 1.3 } else { 1.0 };
        (scatter * speed(place % 2 == 0), scatter * speed(place / 2 % 2 == 0))
    });
    let verdict = judged(&pairs(jumpy));
    assert_eq!(verdict.outcome, Outcome::Ambiguous);
    assert!(verdict.reason.contains("; the times have two modes, a factor of 1."), "{}", verdict.reason);
    let drifting = around(1.0, 0.2).into_iter().enumerate().map(|(place, pair)| {
        let slower = 1.0 + place as f64 / 20.0;
        (pair.baseline.time * slower, pair.variant.time * slower)
    });
    let verdict = judged(&pairs(drifting));
    assert!(verdict.reason.contains("; the machine became slower by a factor of "), "{}", verdict.reason);
}

fn any_pairs() -> impl Strategy<Value = Vec<Pair>> {
    let ratio = prop_oneof![Just(1.0), 0.9..1.1_f64, 0.3..3.0_f64];
    let spread = prop_oneof![Just(0.002), 0.0..0.3_f64];
    (ratio, spread, prop::collection::vec((0.1..10.0_f64, -1.0..1.0_f64), 0..60)).prop_map(|(ratio, spread, values)| {
        pairs(values.into_iter().map(|(level, scatter)| (level * ratio * (spread * scatter).exp(), level)))
    })
}

fn any_floor() -> impl Strategy<Value = Option<Verdict>> {
    prop::option::of((0.9..1.1_f64).prop_map(|ratio| judged(&around(ratio, 0.001))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn swapping_a_and_b_inverts_the_verdict(pairs in any_pairs(), floor in any_floor()) {
        let judge = |pairs: &[Pair]| Verdict::of_pairs(pairs, floor.as_ref(), 0.05, &Rules::default());
        let swapped: Vec<Pair> =
            pairs.iter().map(|pair| Pair { baseline: pair.variant, variant: pair.baseline }).collect();
        let (one, other) = (judge(&pairs), judge(&swapped));
        let inverse = match one.outcome {
            Outcome::Faster => Outcome::Slower,
            Outcome::Slower => Outcome::Faster,
            unchanged => unchanged,
        };
        prop_assert_eq!(other.outcome, inverse);
        prop_assert_eq!(one.ratio.is_some(), other.ratio.is_some());
        if let (Some(one), Some(other)) = (one.interval, other.interval) {
            prop_assert!((one.0 * other.1 - 1.0).abs() < 1e-9 && (one.1 * other.0 - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn equal_cost_on_both_never_makes_same_faster(pairs in any_pairs(), floor in any_floor(), cost in 0.0..100.0_f64) {
        let judge = |pairs: &[Pair]| Verdict::of_pairs(pairs, floor.as_ref(), 0.05, &Rules::default());
        let dearer: Vec<Pair> = pairs
            .iter()
            .map(|pair| Pair {
                baseline: measured(pair.baseline.time + cost),
                variant: measured(pair.variant.time + cost),
            })
            .collect();
        if judge(&pairs).outcome == Outcome::Same {
            prop_assert_eq!(judge(&dearer).outcome, Outcome::Same);
        }
    }

    #[test]
    fn an_interval_contains_the_ratio_and_agrees_with_the_outcome(pairs in any_pairs(), floor in any_floor()) {
        let verdict = Verdict::of_pairs(&pairs, floor.as_ref(), 0.05, &Rules::default());
        if let (Some(ratio), Some((low, high))) = (verdict.ratio, verdict.interval) {
            prop_assert!(low <= ratio && ratio <= high);
            match verdict.outcome {
                Outcome::Faster => prop_assert!(low > 1.0 + verdict.margin - 1e-12),
                Outcome::Slower => prop_assert!(high < 1.0 / (1.0 + verdict.margin) + 1e-12),
                Outcome::Same => prop_assert!(low.max(1.0 / low) < 1.0 + verdict.margin + 1e-12),
                Outcome::Ambiguous => {}
            }
        }
    }
}
