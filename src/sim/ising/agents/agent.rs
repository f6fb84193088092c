//! An agent: its couplings, its fields, its spins.

use super::{SPINS, draw};
use crate::sim::Refusal;
use crate::sim::random::{Draws, spread, uniform};
use serde::{Deserialize, Serialize};

/// Couplings this small do not count as such (2.1).
const NOTHING: f64 = 1e-9;

/// Where couplings and fields come from (2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Couplings {
    /// As published: 1 where i + j is a multiple of 3, else ½; the same for every agent and all ferromagnetic.
    Published,
    /// As published from phase 4 on: those of [`Couplings::Published`] times 0.7 + 0.6·U, and fields 0.1·(U − ½).
    Varied,
    /// Of either sign: (2U − 1) / √n with a draw for every pair. What makes the system frustrated, and annealing worth while.
    Signed,
}

/// n coupled spins.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// Couplings J, n × n row by row: symmetric, zero on the diagonal.
    pub couplings: Vec<f64>,
    /// Fields h, n.
    pub fields: Vec<f64>,
    /// Spins of ±1, n.
    pub spins: Vec<i8>,
}

impl Agent {
    /// Agent number `index` of a population, its spins all up.
    ///
    /// # Errors
    /// A number of spins that is out of range.
    pub fn new(couplings: Couplings, spins: usize, draws: Draws, index: u32) -> Result<Self, Refusal> {
        check_spins(spins)?;
        let mut agent = Self { couplings: vec![0.0; spins * spins], fields: vec![0.0; spins], spins: vec![1; spins] };
        let mut pair = 0;
        for i in 0..spins {
            for j in i + 1..spins {
                let base = if (i + j).is_multiple_of(3) { 1.0 } else { 0.5 };
                let drawn = uniform(draws.words(0, draw::COUPLINGS, 512 * index + pair / 4)[pair as usize % 4]);
                let strength = match couplings {
                    Couplings::Published => base,
                    Couplings::Varied => base * (0.7 + 0.6 * drawn),
                    Couplings::Signed => (2.0 * drawn - 1.0) / (spins as f64).sqrt(),
                };
                agent.couplings[i * spins + j] = strength;
                agent.couplings[j * spins + i] = strength;
                pair += 1;
            }
            let drawn = uniform(draws.words(0, draw::FIELDS, 16 * index + i as u32 / 4)[i % 4]);
            let place = if couplings == Couplings::Varied { drawn } else { i as f64 / spins as f64 };
            agent.fields[i] = 0.1 * (place - 0.5);
        }
        Ok(agent)
    }

    /// An agent of couplings and fields from elsewhere, its spins all up.
    ///
    /// # Errors
    /// Couplings that are not n × n, not finite, not symmetric or not zero on the diagonal, by element.
    pub fn from_couplings(couplings: Vec<f64>, fields: Vec<f64>) -> Result<Self, Refusal> {
        let count = fields.len();
        check_spins(count)?;
        if couplings.len() != count * count {
            let (found, wanted) = (couplings.len(), count * count);
            return Err(Refusal(format!("couplings: {found} numbers for n = {count}, which takes {wanted}")));
        }
        if let Some(at) = fields.iter().position(|field| !field.is_finite()) {
            return Err(Refusal(format!("fields[{at}] = {} is no finite number", fields[at])));
        }
        for (at, value) in couplings.iter().enumerate() {
            let (i, j) = (at / count, at % count);
            let mirrored = couplings[j * count + i];
            if !value.is_finite() {
                return Err(Refusal(format!("couplings[{i}][{j}] = {value} is no finite number")));
            }
            if i == j && *value != 0.0 {
                return Err(Refusal(format!("couplings[{i}][{j}] = {value}: a spin is not coupled to itself, give 0")));
            }
            if *value != mirrored {
                return Err(Refusal(format!(
                    "couplings[{i}][{j}] = {value}, but couplings[{j}][{i}] = {mirrored}: give a symmetric matrix"
                )));
            }
        }
        Ok(Self { couplings, fields, spins: vec![1; count] })
    }

    /// How many spins it has.
    pub fn count(&self) -> usize {
        self.spins.len()
    }

    /// J between two spins.
    pub fn coupling(&self, i: usize, j: usize) -> f64 {
        self.couplings[i * self.count() + j]
    }

    /// Fresh random spins, drawn in `cycle` for agent number `index`.
    pub fn scatter(&mut self, draws: Draws, cycle: u32, index: u32) {
        let words = draws.words(cycle, draw::SPINS, index).map(spread);
        for (i, spin) in self.spins.iter_mut().enumerate() {
            *spin = if words[i / 32] >> (i % 32) & 1 == 1 { 1 } else { -1 };
        }
    }

    /// Σ_j J_ij s_j + h_i: what acts on a spin.
    pub fn local_field(&self, i: usize) -> f64 {
        let coupled = (0..self.count()).map(|j| self.coupling(i, j) * f64::from(self.spins[j]));
        coupled.sum::<f64>() + self.fields[i]
    }

    /// Every pair i < j with J_ij and s_i · s_j.
    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let count = self.count();
        (0..count).flat_map(move |i| (i + 1..count).map(move |j| (i, j))).map(|(i, j)| {
            let product = f64::from(self.spins[i]) * f64::from(self.spins[j]);
            (self.coupling(i, j), product)
        })
    }

    /// E = −Σ_{i<j} J_ij s_i s_j − Σ h_i s_i.
    pub fn energy(&self) -> f64 {
        let coupled: f64 = self.pairs().map(|(coupling, product)| coupling * product).sum();
        let along: f64 = self.fields.iter().zip(&self.spins).map(|(field, spin)| field * f64::from(*spin)).sum();
        -coupled - along
    }

    /// m = mean s.
    pub fn magnetisation(&self) -> f64 {
        self.spins.iter().map(|spin| f64::from(*spin)).sum::<f64>() / self.count() as f64
    }

    /// The fraction of coupled pairs that stand against their coupling; 0 where none is coupled.
    pub fn frustration(&self) -> f64 {
        let coupled = self.pairs().filter(|(coupling, _)| coupling.abs() > NOTHING);
        let (all, against) = coupled.fold((0_u32, 0_u32), |(all, against), (coupling, product)| {
            (all + 1, against + u32::from(coupling * product < 0.0))
        });
        f64::from(against) / f64::from(all.max(1))
    }
}

fn check_spins(count: usize) -> Result<(), Refusal> {
    if SPINS.contains(&count) {
        return Ok(());
    }
    Err(Refusal(format!("n = {count} is outside {} to {}", SPINS.start(), SPINS.end())))
}
