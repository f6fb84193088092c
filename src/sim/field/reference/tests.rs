//! The reference against closed forms, hand-computed values and the published system's figures.

mod comparison;
mod cycles;
mod diffusion;
mod draws;
mod mean_mode;
mod operations;
mod orders;

use super::*;
use crate::sim::field::params::{Rates, Rules, SensorSignal};
use crate::sim::random::Generator;

/// A small field: 16³ sites, 8 channels, the published rates.
fn model(rules: Rules) -> FieldModel {
    FieldModel {
        rules,
        sites: 16,
        channels: 8,
        reduced_channels: None,
        sensors: 12,
        motors: 6,
        signal: SensorSignal::Constant(0.5),
        generator: Generator::Fast,
        matched_variance: false,
        rates: Rates::default(),
    }
}

/// The same without any noise: sparse noise has the dense noise's variance, which is 0.
fn silent(rules: Rules) -> FieldModel {
    let rates = Rates { noise: 0.0, exploration: 0.0, ..Rates::default() };
    FieldModel { rates, matched_variance: true, ..model(rules) }
}

/// Every switch that section 1.3 turns.
fn blazing() -> Switches {
    Switches {
        sparse_noise: true,
        sparse_energy: true,
        temporal_batching: true,
        box_diffusion: true,
        global_momentum: true,
        direct_motors: true,
        tensions_left_out: true,
        learning_left_out: true,
        spread_injection: true,
        ..Switches::default()
    }
}

const DRAWS: Draws = Draws { generator: Generator::Fast, seed: 11 };

/// Normals of a cycle that no test runs, for rough fields.
fn rough(shape: Shape, amplitude: f64) -> Vec<f64> {
    let mut field = vec![0.0; shape.elements()];
    add_normals(&mut field, shape, Moment { draws: DRAWS, cycle: 1_000_000 }.source(99), amplitude);
    field
}

fn assert_near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted} within {tolerance}");
}
