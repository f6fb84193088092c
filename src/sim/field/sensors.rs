//! What the sensors read in a cycle. Computed once on the host, so that the kernels and the reference take the same
//! f32 values.

use super::constants::draw;
use super::params::{FieldModel, SensorSignal};
use crate::sim::random::Draws;
use std::f64::consts::TAU;

/// Where a walk starts, and what the pointer gives without a window.
const MIDDLE: f32 = 0.5;

/// The values of all sensors in `cycle`, counted from 1; one per sensor of the model.
///
/// `pointer` is the pointer's position across the window, each coordinate 0…1. `walk` is the state of
/// [`SensorSignal::RandomWalk`], the values of the cycle before: start it empty, hand the same one to every cycle, once
/// each and in order. Computed in f64 and rounded.
pub fn sensor_values(model: &FieldModel, draws: Draws, cycle: u64, pointer: [f32; 2], walk: &mut Vec<f32>) -> Vec<f32> {
    match model.signal {
        SensorSignal::Constant(value) => vec![value; model.sensors as usize],
        SensorSignal::Sines { shortest } => (0..model.sensors).map(|sensor| sine(sensor, cycle, shortest)).collect(),
        SensorSignal::RandomWalk { step } => {
            walk.resize(model.sensors as usize, MIDDLE);
            for (sensor, value) in (0_u32..).zip(walk.iter_mut()) {
                *value = walked(*value, step, draws, cycle, sensor);
            }
            walk.clone()
        }
        SensorSignal::Pointer => {
            (0..model.sensors).map(|sensor| pointer[sensor as usize % 2].clamp(0.0, 1.0)).collect()
        }
    }
}

/// ½ + ½ sin(2π (t / period + i / 16)), period = shortest + 17·i cycles.
fn sine(sensor: u32, cycle: u64, shortest: f32) -> f32 {
    let period = f64::from(shortest) + 17.0 * f64::from(sensor);
    let turns = cycle as f64 / period + f64::from(sensor) / 16.0;
    (0.5 + 0.5 * (TAU * turns).sin()) as f32
}

/// One step of the walk. The counter's cycle word has 32 bits: draws repeat after 2³² cycles.
fn walked(value: f32, step: f32, draws: Draws, cycle: u64, sensor: u32) -> f32 {
    let normal = draws.normals(cycle as u32, draw::SENSOR_WALK, sensor)[0];
    reflected(f64::from(value) + f64::from(step) * normal) as f32
}

/// Folds the line onto [0, 1], as a mirror at either end would, however far the step went.
fn reflected(value: f64) -> f64 {
    let folded = value.rem_euclid(2.0);
    if folded > 1.0 { 2.0 - folded } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::field::params::{Rates, Rules};
    use crate::sim::random::Generator;

    const DRAWS: Draws = Draws { generator: Generator::Fast, seed: 3 };

    fn model(signal: SensorSignal) -> FieldModel {
        FieldModel {
            rules: Rules::Stable,
            sites: 16,
            channels: 8,
            reduced_channels: None,
            sensors: 5,
            motors: 1,
            signal,
            generator: Generator::Fast,
            matched_variance: false,
            rates: Rates::default(),
        }
    }

    fn values(signal: SensorSignal, cycle: u64, pointer: [f32; 2]) -> Vec<f32> {
        sensor_values(&model(signal), DRAWS, cycle, pointer, &mut Vec::new())
    }

    #[test]
    fn constant_and_pointer_give_what_they_are_given() {
        assert_eq!(values(SensorSignal::Constant(0.25), 9, [0.0, 0.0]), [0.25; 5]);
        assert_eq!(values(SensorSignal::Pointer, 9, [0.2, 0.9]), [0.2, 0.9, 0.2, 0.9, 0.2]);
    }

    #[test]
    fn sines_have_their_own_periods_and_phases() {
        let signal = SensorSignal::Sines { shortest: 40.0 };
        let start = values(signal, 0, [0.5; 2]);
        assert_eq!(start[0], 0.5);
        assert_eq!(start[4], 1.0); // A quarter of a turn ahead.
        assert_eq!(values(signal, 10, [0.5; 2])[0], 1.0);
        assert!((values(signal, 57, [0.5; 2])[1] - start[1]).abs() < 1e-6);
        assert!((values(signal, 40, [0.5; 2])[1] - start[1]).abs() > 1e-2);
    }

    #[test]
    fn walk_has_the_stated_step_and_stays_inside() {
        let scene = model(SensorSignal::RandomWalk { step: 0.001 });
        let mut walk = Vec::new();
        let mut before = vec![0.5_f32; 5];
        let mut squares = 0.0;
        for cycle in 1..=4000 {
            let now = sensor_values(&scene, DRAWS, cycle, [0.5; 2], &mut walk);
            squares += now.iter().zip(&before).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
            before = now;
        }
        // 20,000 steps: the variance has a standard error of 1 %; reflection at a wall only shortens a step.
        assert!((squares / 20_000.0 / 1e-6 - 1.0).abs() < 0.05, "{squares}");

        let wild = model(SensorSignal::RandomWalk { step: 3.0 });
        let mut walk = Vec::new();
        let all: Vec<f32> =
            (1..=2000).flat_map(|cycle| sensor_values(&wild, DRAWS, cycle, [0.5; 2], &mut walk)).collect();
        assert!(all.iter().all(|value| (0.0..=1.0).contains(value)));
        assert!(all.iter().any(|value| *value < 0.01) && all.iter().any(|value| *value > 0.99));
    }

    #[test]
    fn reflection_mirrors_at_both_ends() {
        for (value, folded) in [(0.3, 0.3), (-0.3, 0.3), (1.25, 0.75), (2.5, 0.5), (-1.25, 0.75)] {
            assert!((reflected(value) - folded).abs() < 1e-15);
        }
    }
}
