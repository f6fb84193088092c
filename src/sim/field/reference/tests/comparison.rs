//! The comparison and the record of close decisions.

use super::*;
use crate::sim::field::reference::compare::{LengthMismatch, compare, compare_phases, sites_beyond};
use std::collections::BTreeSet;
use std::f64::consts::PI;

const SHAPE: Shape = Shape { sites: 2, channels: 4 };

fn pair() -> (Vec<f32>, Vec<f64>) {
    let expected: Vec<f64> = (0..32).map(f64::from).collect();
    (expected.iter().map(|&value| value as f32).collect(), expected)
}

#[test]
fn equal_arrays_have_no_distance() {
    let (actual, expected) = pair();
    let found = compare(&actual, &expected, SHAPE, &BTreeSet::new()).unwrap();
    assert_eq!((found.relative_l2, found.maximum, found.compared, found.excluded), (0.0, 0.0, 32, 0));
    assert_near(found.correlation, 1.0, 1e-15);
}

#[test]
fn one_wrong_element_is_measured_named_and_may_be_excluded() {
    let (mut actual, expected) = pair();
    actual[19] += 2.0;
    let found = compare(&actual, &expected, SHAPE, &BTreeSet::new()).unwrap();
    assert_eq!((found.maximum, found.worst), (2.0, 19));
    // Σ n² for n below 32 is 10,416.
    assert_near(found.relative_l2, 2.0 / 10_416.0_f64.sqrt(), 1e-15);
    assert!(found.correlation < 1.0);
    let sites = sites_beyond(&actual, &expected, SHAPE, 1.5).unwrap();
    assert_eq!(sites, BTreeSet::from([19 % 8]));
    assert!(sites_beyond(&actual, &expected, SHAPE, 2.5).unwrap().is_empty());
    let rest = compare(&actual, &expected, SHAPE, &sites).unwrap();
    assert_eq!((rest.maximum, rest.compared, rest.excluded), (0.0, 28, 4));
}

#[test]
fn what_is_not_a_number_is_never_near() {
    let (mut actual, expected) = pair();
    actual[5] = f32::NAN;
    let found = compare(&actual, &expected, SHAPE, &BTreeSet::new()).unwrap();
    assert!(found.relative_l2.is_nan());
    assert_eq!((found.maximum, found.worst), (f64::INFINITY, 5));
    assert_eq!(sites_beyond(&actual, &expected, SHAPE, 1e9).unwrap(), BTreeSet::from([5]));
}

#[test]
fn opposite_arrays_have_correlation_minus_one() {
    let (actual, expected) = pair();
    let opposite: Vec<f32> = actual.iter().map(|value| -value).collect();
    let found = compare(&opposite, &expected, SHAPE, &BTreeSet::new()).unwrap();
    assert_near(found.correlation, -1.0, 1e-15);
    assert_near(found.relative_l2, 2.0, 1e-15);
}

#[test]
fn phases_compare_round_the_circle() {
    let expected = vec![-PI + 1e-4; 32];
    let actual = vec![(PI - 1e-4) as f32; 32];
    let found = compare_phases(&actual, &expected, SHAPE, &BTreeSet::new()).unwrap();
    assert_near(found.maximum, 2e-4, 1e-6);
    assert!(compare(&actual, &expected, SHAPE, &BTreeSet::new()).unwrap().maximum > 6.0);
}

#[test]
fn arrays_of_other_lengths_are_refused() {
    let (actual, expected) = pair();
    let refused = compare(&actual[1..], &expected, SHAPE, &BTreeSet::new());
    assert_eq!(refused, Err(LengthMismatch { actual: 31, expected: 32, shape: 32 }));
    assert!(sites_beyond(&actual, &expected[1..], SHAPE, 1.0).is_err());
}

#[test]
fn close_decisions_are_noted_and_others_not() {
    let mut near = NearThreshold::default();
    near.note_variances(&[0.01, 0.0102, 0.010_000_5, 0.0, 0.009_999_5]);
    assert_eq!(near.boredom_sites, BTreeSet::from([0, 2, 4]));
    let mut field = vec![1.0; 32];
    field[14] = -5e-8;
    near.note_signs(&field, SHAPE);
    assert_eq!(near.sites(), BTreeSet::from([0, 2, 4, 6]));
    near.note_error(1, 0.0101);
    near.note_magnitude(2, 0.0499);
    near.note_improvement(3, -0.01);
    assert!(near.whole_field_is_clear());
    near.note_error(4, 0.010_005);
    near.note_magnitude(5, 0.049_995);
    near.note_improvement(6, 0.010_001);
    assert_eq!((near.error_cycles, near.starvation_cycles, near.explore_cycles), (vec![4], vec![5], vec![6]));
}
