//! What a scene says about the field: sizes, sensors, rates and switches.

use super::constants::SPOTS_MAX;
use super::description::parameters;
use crate::sim::Refusal;
use crate::sim::random::Generator;
use serde::{Deserialize, Serialize};

/// Longest period of a sensor in cycles: a signal that takes longer is a constant.
const LONGEST_PERIOD: f32 = 1e6;

/// A published or mended rule set; each fixes the equations that no toggle reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rules {
    /// The published equations, operation for operation: `F += 0.05·M` and the plain LMS step.
    /// Unstable: its mean mode grows by 2.9 % a cycle.
    Published,
    /// The two faults mended: `F += 0.05·(M − F)` and the normalised LMS step. Stays bounded.
    #[default]
    Stable,
}

/// Where the sensor values come from. Every value lies in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum SensorSignal {
    /// Every sensor holds one value, as the published benchmark does with 0.5.
    Constant(f32),
    /// Sensor i follows ½ + ½ sin(2π (t / period_i + i / 16)), period_i = `shortest` + 17·i cycles.
    Sines {
        /// Period of sensor 0 in cycles.
        shortest: f32,
    },
    /// Each sensor walks by `step`·N a cycle from ½, reflected at 0 and 1.
    RandomWalk {
        /// Standard deviation of one step.
        step: f32,
    },
    /// The pointer's position: x drives the even sensors, y the odd ones. Without a window both stay at ½.
    Pointer,
}

/// Rates that may be moved while the field runs; the defaults are the published ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// Gain of a sensor value at its spot.
    pub injection: f32,
    /// Rate of the Laplacian (below 1/6 for stability) and weight of the box blend.
    pub diffusion: f32,
    /// Factor on the field each cycle.
    pub decay: f32,
    /// Standard deviation of the background noise.
    pub noise: f32,
    /// Standard deviation of the exploration noise.
    pub exploration: f32,
    /// Weight of the momentum in the field.
    pub momentum: f32,
}

impl Rates {
    /// The rate that the parameter of this name moves.
    pub fn get(&self, name: &str) -> Option<f32> {
        Some(match name {
            "injection" => self.injection,
            "diffusion" => self.diffusion,
            "decay" => self.decay,
            "noise" => self.noise,
            "exploration" => self.exploration,
            "momentum" => self.momentum,
            _ => return None,
        })
    }

    /// The same to write.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut f32> {
        Some(match name {
            "injection" => &mut self.injection,
            "diffusion" => &mut self.diffusion,
            "decay" => &mut self.decay,
            "noise" => &mut self.noise,
            "exploration" => &mut self.exploration,
            "momentum" => &mut self.momentum,
            _ => return None,
        })
    }

    /// Whether every rate lies in the range of its parameter.
    ///
    /// # Errors
    /// The first that does not, by name and with its range.
    fn check(&self) -> Result<(), Refusal> {
        for parameter in parameters() {
            let (low, high) = (*parameter.range.start(), *parameter.range.end());
            // Compared as f32: 0.9 as f32 is less than 0.9, and both are what the scene says.
            match self.get(parameter.name) {
                Some(rate) if !(low as f32..=high as f32).contains(&rate) => {
                    return Err(Refusal(format!("rates.{} = {rate} is outside {low} to {high}", parameter.name)));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self { injection: 0.3, diffusion: 0.1, decay: 0.995, noise: 0.001, exploration: 0.02, momentum: 0.05 }
    }
}

/// A field as a scene describes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldModel {
    /// The equations; a scene chooses them by its preset.
    #[serde(skip)]
    pub rules: Rules,
    /// Sites along one edge, 16 to 160: the field has sites³ sites.
    pub sites: u32,
    /// Channels per site, 8 to 512, a multiple of 8.
    pub channels: u32,
    /// Channels on a software adapter, unless the full size is forced.
    #[serde(default)]
    pub reduced_channels: Option<u32>,
    /// Sensors, 1 to 64.
    #[serde(default = "sixteen")]
    pub sensors: u32,
    /// Motors, 1 to 64.
    #[serde(default = "five")]
    pub motors: u32,
    /// Where the sensor values come from.
    pub signal: SensorSignal,
    /// The random generator.
    #[serde(default)]
    pub generator: Generator,
    /// Sparse noise with the variance per cycle that the dense noise would inject, instead of the published 0.01.
    #[serde(default)]
    pub matched_variance: bool,
    /// The rates.
    #[serde(default)]
    pub rates: Rates,
}

impl FieldModel {
    /// Whether every number lies in its range.
    ///
    /// # Errors
    /// The first that does not, by name and with its range.
    pub fn check(&self) -> Result<(), Refusal> {
        let refuse = |sentence: String| Err(Refusal(sentence));
        if !(16..=160).contains(&self.sites) {
            return refuse(format!("sites = {} is outside 16 to 160", self.sites));
        }
        for (name, channels) in [("channels", Some(self.channels)), ("reduced_channels", self.reduced_channels)] {
            match channels {
                Some(count) if !(8..=512).contains(&count) || !count.is_multiple_of(8) => {
                    return refuse(format!("{name} = {count} is not a multiple of 8 from 8 to 512"));
                }
                _ => {}
            }
        }
        for (name, count) in [("sensors", self.sensors), ("motors", self.motors)] {
            if count == 0 || count as usize > SPOTS_MAX {
                return refuse(format!("{name} = {count} is outside 1 to {SPOTS_MAX}"));
            }
        }
        self.rates.check()?;
        match self.signal {
            SensorSignal::Constant(value) if !(0.0..=1.0).contains(&value) => {
                refuse(format!("signal: Constant({value}) is outside 0 to 1"))
            }
            SensorSignal::Sines { shortest } if !(2.0..=LONGEST_PERIOD).contains(&shortest) => {
                refuse(format!("signal: Sines(shortest: {shortest}) is outside 2 to {LONGEST_PERIOD} cycles"))
            }
            SensorSignal::RandomWalk { step } if !(0.0..=1.0).contains(&step) => {
                refuse(format!("signal: RandomWalk(step: {step}) is outside 0 to 1"))
            }
            _ => Ok(()),
        }
    }

    /// Elements of the field: sites³ × channels.
    pub fn elements(&self) -> u64 {
        u64::from(self.sites).pow(3) * u64::from(self.channels)
    }

    /// Bytes of one array of the field's shape, stored as f32.
    pub fn bytes(&self) -> u64 {
        self.elements() * size_of::<f32>() as u64
    }
}

fn sixteen() -> u32 {
    16
}

fn five() -> u32 {
    5
}

/// The toggles of the field as plain switches, one per row of the specification's table, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// As few passes over the field as the dependencies allow, instead of one per operation.
    pub fused_pass: bool,
    /// ω and d drawn again where they are used, instead of stored.
    pub procedural_maps: bool,
    /// One asynchronous readback a cycle, instead of one wait per motor and figure.
    pub batched_readback: bool,
    /// Decay and momentum offset kept as a scale and an offset per channel until the field is next written.
    pub lazy_scale: bool,
    /// Noise 0.01·N at 1 % of the sites every third cycle, instead of everywhere every cycle.
    pub sparse_noise: bool,
    /// Starvation noise at 5 % of the sites, checked every tenth cycle.
    pub sparse_energy: bool,
    /// Diffusion every fifth cycle.
    pub temporal_batching: bool,
    /// 3×3×3 box blend instead of the 6-point Laplacian.
    pub box_diffusion: bool,
    /// Momentum of the channel means instead of every element; acts after the noise.
    pub global_momentum: bool,
    /// Motors read the channel mean at their spot, before the clamp, instead of gradients.
    pub direct_motors: bool,
    /// One decay factor in the tensions instead of a map.
    pub uniform_decay: bool,
    /// One phase in the tensions instead of a phase per element.
    pub global_phase: bool,
    /// The tensions are left out.
    pub tensions_left_out: bool,
    /// Learning and prediction are left out.
    pub learning_left_out: bool,
    /// Sensor i injects into channel i mod C instead of i mod 8.
    pub spread_injection: bool,
    /// Field, momentum and phase stored as f16 with stochastic rounding.
    pub half_storage: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(rates: Rates, signal: SensorSignal) -> FieldModel {
        FieldModel {
            rules: Rules::Stable,
            sites: 16,
            channels: 8,
            reduced_channels: None,
            sensors: 6,
            motors: 3,
            signal,
            generator: Generator::default(),
            matched_variance: false,
            rates,
        }
    }

    #[test]
    fn every_rate_is_accepted_at_both_ends_of_its_range_and_refused_beyond() {
        for parameter in parameters() {
            let check = |value: f32| {
                let mut rates = Rates::default();
                *rates.get_mut(parameter.name).unwrap() = value;
                assert_eq!(rates.get(parameter.name).map(f32::to_bits), Some(value.to_bits()));
                model(rates, SensorSignal::Pointer).check()
            };
            let (low, high) = (*parameter.range.start() as f32, *parameter.range.end() as f32);
            check(low).unwrap();
            check(high).unwrap();
            for beyond in [low - 0.01, high + 0.01, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let sentence = check(beyond).unwrap_err().0;
                assert!(
                    sentence.starts_with(&format!("rates.{} = {beyond} is outside ", parameter.name)),
                    "{sentence}"
                );
            }
        }
    }

    #[test]
    fn a_signal_that_is_no_number_is_refused() {
        for signal in [
            SensorSignal::Constant(f32::NAN),
            SensorSignal::Constant(1.5),
            SensorSignal::Sines { shortest: f32::NAN },
            SensorSignal::Sines { shortest: f32::INFINITY },
            SensorSignal::RandomWalk { step: -0.1 },
        ] {
            let sentence = model(Rates::default(), signal).check().unwrap_err().0;
            assert!(sentence.starts_with("signal: "), "{sentence}");
        }
    }
}
