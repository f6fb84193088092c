//! What a scene says about a lattice: size, temperature, field, start.

use super::constants::{RESIDENT_SITES, WINDOW};
use super::description::parameters;
use crate::sim::Refusal;
use crate::sim::random::Generator;
use serde::{Deserialize, Serialize};

/// How the spins stand at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    /// All up: the ground state.
    Cold,
    /// Drawn: infinite temperature.
    #[default]
    Hot,
}

/// A lattice as a scene describes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatticeModel {
    /// Sites along an edge, 64 to 16,384, a multiple of 8: the lattice has sites² sites and no edges, it is periodic.
    pub sites: u32,
    /// Sites along an edge on a software adapter, unless the full size is forced.
    #[serde(default)]
    pub reduced_sites: Option<u32>,
    /// Temperature in units of the coupling, 0.1 to 10; the critical one is 2 / ln(1 + √2) ≈ 2.269.
    pub temperature: f64,
    /// Field in units of the coupling, −2 to 2.
    #[serde(default)]
    pub field: f64,
    /// Sweeps over the whole lattice in a cycle, 1 to 1000.
    #[serde(default = "one")]
    pub sweeps: u32,
    /// How the spins stand at the start.
    #[serde(default)]
    pub start: Start,
    /// The random generator.
    #[serde(default)]
    pub generator: Generator,
}

fn one() -> u32 {
    1
}

impl LatticeModel {
    /// Whether every number lies in its range.
    ///
    /// # Errors
    /// The first that does not, by name and with its range.
    pub fn check(&self) -> Result<(), Refusal> {
        for (name, sites) in [("sites", Some(self.sites)), ("reduced_sites", self.reduced_sites)] {
            match sites {
                Some(sites) if !(64..=16_384).contains(&sites) || !sites.is_multiple_of(8) => {
                    return Err(Refusal(format!("{name} = {sites} is not a multiple of 8 from 64 to 16384")));
                }
                _ => {}
            }
        }
        if !(1..=1000).contains(&self.sweeps) {
            return Err(Refusal(format!("sweeps = {} is outside 1 to 1000", self.sweeps)));
        }
        for parameter in parameters() {
            let value = self.get(parameter.name).unwrap_or(f64::NAN);
            if !parameter.range.contains(&value) {
                let (low, high) = (parameter.range.start(), parameter.range.end());
                return Err(Refusal(format!("{} = {value} is outside {low} to {high}", parameter.name)));
            }
        }
        Ok(())
    }

    /// The value of the parameter of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        Some(match name {
            "temperature" => self.temperature,
            "field" => self.field,
            _ => return None,
        })
    }

    /// The same to write.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut f64> {
        Some(match name {
            "temperature" => &mut self.temperature,
            "field" => &mut self.field,
            _ => return None,
        })
    }

    /// Sites of the lattice.
    pub fn volume(&self) -> u64 {
        u64::from(self.sites).pow(2)
    }

    /// Weight of a cycle in the averages, so many cycles after what they average last changed: that of a plain mean, and
    /// in the long run that of a window.
    pub fn weight(cycles: u64) -> f64 {
        1.0 / cycles.clamp(1, WINDOW) as f64
    }
}

/// The toggles of the lattice as plain switches, one per row of the specification's table, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// A bit a spin, 32 spins a word, instead of a byte.
    pub bit_packed: bool,
    /// 32 lattices at once, a bit each of a word, which share their draws.
    pub multi_replica: bool,
    /// All sweeps of a cycle in one dispatch, with the lattice in workgroup memory.
    pub resident: bool,
}

impl Switches {
    /// Whether these make sense together on a lattice of this size.
    ///
    /// # Errors
    /// What does not, with the remedy.
    pub fn check(self, model: &LatticeModel) -> Result<(), Refusal> {
        let sites = model.sites;
        let refuse = |sentence: String| Err(Refusal(sentence));
        if self.multi_replica && (!self.bit_packed || self.resident) {
            return refuse(
                "multi_replica needs bit_packed on and resident off: its words hold a bit per replica".to_owned(),
            );
        }
        if self.resident && !self.bit_packed {
            return refuse("resident needs bit_packed on: a workgroup's memory holds no byte per spin".to_owned());
        }
        if self.resident && sites > RESIDENT_SITES {
            return refuse(format!(
                "resident holds at most sites = {RESIDENT_SITES} in a workgroup's memory, and sites = {sites}; turn it off or \
                 choose fewer sites"
            ));
        }
        if self.bit_packed && !sites.is_multiple_of(32) {
            return refuse(format!(
                "sites = {sites} is not a multiple of 32, which bit_packed needs: half a word holds 16 sites of one colour of a \
                 row"
            ));
        }
        Ok(())
    }
}
