//! The draws that the field is made of, as the reference uses them: moments and correlations over more than 10⁶ normals.
//! Tolerances are 4.5 standard errors: for n draws 1/√n for a mean or a correlation, √(2/n) for the variance,
//! √(24/n) for the kurtosis. Seeds are fixed, so that a run either always passes or never.

use super::*;
use crate::sim::field::constants::draw;

const ERRORS: f64 = 4.5;
const SHAPE: Shape = Shape { sites: 64, channels: 8 };

fn normals(generator: Generator, seed: u32, cycle: u32, operation: u32) -> Vec<f64> {
    let mut field = vec![0.0; SHAPE.elements()];
    let draws = Draws { generator, seed };
    add_normals(&mut field, SHAPE, Moment { draws, cycle }.source(operation), 1.0);
    field
}

/// Correlation of unit normals; `pairs` are zipped as far as the shorter goes.
fn assert_uncorrelated(what: &str, left: &[f64], right: &[f64]) {
    let count = left.len().min(right.len()) as f64;
    let correlation = left.iter().zip(right).map(|(a, b)| a * b).sum::<f64>() / count;
    let bound = ERRORS / count.sqrt();
    assert!(correlation.abs() < bound, "{what}: {correlation}, bound {bound}");
    // Dependence that a plain correlation misses: magnitudes, whose products have twice the variance of each.
    let squares = left.iter().zip(right).map(|(a, b)| (a * a - 1.0) * (b * b - 1.0) / 2.0).sum::<f64>() / count;
    assert!(squares.abs() < bound, "{what}, squared: {squares}, bound {bound}");
}

#[test]
fn normals_have_normal_moments() {
    for generator in [Generator::Fast, Generator::Strict] {
        let normals = normals(generator, 1, 1, draw::NOISE);
        let count = normals.len() as f64;
        assert!(count >= 2e6);
        let moment = |power: i32| normals.iter().map(|normal| normal.powi(power)).sum::<f64>() / count;
        assert_near(moment(1), 0.0, ERRORS / count.sqrt());
        assert_near(moment(2), 1.0, ERRORS * (2.0 / count).sqrt());
        assert_near(moment(3), 0.0, ERRORS * (15.0 / count).sqrt());
        assert_near(moment(4) / moment(2).powi(2) - 3.0, 0.0, ERRORS * (24.0 / count).sqrt());
        let beyond = normals.iter().filter(|normal| normal.abs() > 4.0).count() as f64;
        // P(|N| > 4) = 6.334·10⁻⁵.
        assert_near(beyond, 6.334e-5 * count, ERRORS * (6.334e-5 * count).sqrt());
    }
}

#[test]
fn normals_are_uncorrelated_in_space_and_over_channels() {
    let (plane, volume) = (SHAPE.sites.pow(2), SHAPE.volume());
    for generator in [Generator::Fast, Generator::Strict] {
        let normals = normals(generator, 1, 1, draw::NOISE);
        for lag in [1, 2, 3, 4, 8, SHAPE.sites, plane, plane + SHAPE.sites + 1] {
            assert_uncorrelated(&format!("{generator:?}, lag {lag}"), &normals, &normals[lag..]);
        }
        for channels in [1, 2, 3, 4, 5] {
            let distance = channels * volume;
            assert_uncorrelated(&format!("{generator:?}, {channels} channels on"), &normals, &normals[distance..]);
        }
        // Channel by channel too: a wrong pairing inside one draw would average away above.
        for (left, right) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (0, 4), (3, 7)] {
            let channel = |index: usize| &normals[index * volume..(index + 1) * volume];
            assert_uncorrelated(&format!("{generator:?}, channels {left}, {right}"), channel(left), channel(right));
        }
    }
}

#[test]
fn normals_are_uncorrelated_over_cycles_operations_and_seeds() {
    for generator in [Generator::Fast, Generator::Strict] {
        let base = normals(generator, 1, 1, draw::NOISE);
        for (seed, cycle, operation) in
            [(1, 2, draw::NOISE), (1, 4, draw::NOISE), (1, 1, draw::EXPLORATION), (2, 1, draw::NOISE), (1, 10, 1)]
        {
            let other = normals(generator, seed, cycle, operation);
            assert_uncorrelated(&format!("{generator:?}, {seed} {cycle} {operation}"), &base, &other);
        }
    }
}

/// f32 holds the thresholds of the site masks otherwise than f64; no uniform lies between the two.
#[test]
fn site_masks_fall_alike_in_single_precision() {
    for share in [physics::SPARSE_SHARE, physics::ENERGY_SHARE] {
        let single = f64::from(share as f32);
        let step = 1.0 / 8_388_608.0;
        let next = ((share.min(single) / step - 0.5).ceil() + 0.5) * step;
        assert!(next > share.max(single), "{share}");
    }
}

#[test]
fn initial_state_is_what_the_published_system_states() {
    let scene = FieldModel { sites: 64, ..model(Rules::Published) };
    let reference = Reference::new(&scene, 3);
    let count = reference.field.len() as f64;
    let mean = reference.field.iter().sum::<f64>() / count;
    assert_near(mean, 0.0, ERRORS * 0.01 / count.sqrt());
    assert_near(reference.telemetry.variance, 1e-4, 1e-4 * ERRORS * (2.0 / count).sqrt());
    // Element (channel 5, site 1234) is component 1 of the draw at index 1·S³ + 1234.
    let expected = 0.01 * reference.draws.normals(0, draw::INITIAL_FIELD, 262_144 + 1234)[1];
    assert_near(reference.field[5 * 262_144 + 1234], expected, 1e-18);
    // Weight (sensor 3, channel 6) is component 2 of the draw at index 3·(8/4) + 1.
    let expected = 0.1 * reference.draws.normals(0, draw::INITIAL_WEIGHTS, 7)[2];
    assert_near(reference.weights[3 * 8 + 6], expected, 1e-18);
    assert_eq!(reference.weights.len(), 12 * 8);
    assert!(reference.momentum.iter().chain(&reference.phase).all(|&value| value == 0.0));
    assert!(reference.prediction.is_none());
}
