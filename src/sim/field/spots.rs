//! Where sensors enter and motors read: fixed sites, drawn once per seed.

use super::constants::draw;
use super::params::FieldModel;
use crate::sim::random::Draws;

/// The sensors' sites as (x, y, z), each 0…S−1 (published system, section 1.1; the seed there is left open).
///
/// Two sensors may share a site.
pub fn sensor_spots(draws: Draws, model: &FieldModel) -> Vec<[u32; 3]> {
    spots(draws, draw::SENSOR_SPOTS, model.sensors, model.sites)
}

/// The motors' sites as (x, y, z), each 0…S−1 (published system, section 1.1).
pub fn motor_spots(draws: Draws, model: &FieldModel) -> Vec<[u32; 3]> {
    spots(draws, draw::MOTOR_SPOTS, model.motors, model.sites)
}

fn spots(draws: Draws, operation: u32, count: u32, sites: u32) -> Vec<[u32; 3]> {
    (0..count)
        .map(|index| {
            let [x, y, z, _] = draws.words(0, operation, index);
            [x % sites, y % sites, z % sites]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::field::params::{Rates, Rules, SensorSignal};
    use crate::sim::random::Generator;

    fn model() -> FieldModel {
        FieldModel {
            rules: Rules::Stable,
            sites: 17,
            channels: 8,
            reduced_channels: None,
            sensors: 64,
            motors: 64,
            signal: SensorSignal::Constant(0.5),
            generator: Generator::Fast,
            matched_variance: false,
            rates: Rates::default(),
        }
    }

    #[test]
    fn spots_lie_in_the_grid_and_fill_it() {
        let draws = Draws { generator: Generator::Fast, seed: 7 };
        let spots = sensor_spots(draws, &model());
        assert_eq!(spots.len(), 64);
        assert!(spots.iter().flatten().all(|&coordinate| coordinate < 17));
        for axis in 0..3 {
            let mean = spots.iter().map(|spot| f64::from(spot[axis])).sum::<f64>() / 64.0;
            // Standard deviation of a uniform coordinate is 4.9, of the mean 0.61.
            assert!((mean - 8.0).abs() < 2.5, "mean of axis {axis} is {mean}");
        }
    }

    #[test]
    fn seeds_and_kinds_have_spots_of_their_own() {
        let draws = Draws { generator: Generator::Fast, seed: 7 };
        let other = Draws { generator: Generator::Fast, seed: 8 };
        assert_eq!(sensor_spots(draws, &model()), sensor_spots(draws, &model()));
        assert_ne!(sensor_spots(draws, &model()), sensor_spots(other, &model()));
        assert_ne!(sensor_spots(draws, &model()), motor_spots(draws, &model()));
    }
}
