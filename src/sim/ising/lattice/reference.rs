//! The lattice in plain words, for tests: spins of ±1 in rows, one after another, decided in double precision.

use super::constants::draw;
use super::kernels::LatticeFigures;
use super::params::{LatticeModel, Start};
use crate::sim::random::{Draws, spread};

/// A lattice that is updated site by site.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The model.
    pub model: LatticeModel,
    /// Where its draws come from.
    pub draws: Draws,
    /// Spins of ±1, row by row.
    pub spins: Vec<i8>,
    /// Sweeps done.
    pub sweeps: u32,
}

impl Reference {
    /// The lattice at its start.
    pub fn new(model: &LatticeModel, seed: u32) -> Self {
        let draws = Draws { generator: model.generator, seed };
        let mut reference = Self { model: *model, draws, spins: vec![1; model.volume() as usize], sweeps: 0 };
        if model.start == Start::Hot {
            for (x, y) in reference.sites() {
                let (colour, place) = reference.colour_and_place(x, y);
                let group = place / 32;
                let word = spread(draws.words(0, draw::INITIAL_SPINS + colour, group / 4)[group as usize % 4]);
                let site = reference.site(x, y);
                reference.spins[site] = if word >> (place % 32) & 1 == 1 { 1 } else { -1 };
            }
        }
        reference
    }

    /// Every site as (x, y).
    fn sites(&self) -> impl Iterator<Item = (u32, u32)> + use<> {
        let sites = self.model.sites;
        (0..sites).flat_map(move |y| (0..sites).map(move |x| (x, y)))
    }

    fn site(&self, x: u32, y: u32) -> usize {
        let sites = self.model.sites;
        (y % sites) as usize * sites as usize + (x % sites) as usize
    }

    fn colour_and_place(&self, x: u32, y: u32) -> (u32, u32) {
        ((x + y) % 2, y * (self.model.sites / 2) + x / 2)
    }

    /// Sum of the four neighbours.
    fn neighbours(&self, x: u32, y: u32) -> i32 {
        let sites = self.model.sites;
        let around = [(x + 1, y), (x + sites - 1, y), (x, y + 1), (x, y + sites - 1)];
        around.into_iter().map(|(x, y)| i32::from(self.spins[self.site(x, y)])).sum()
    }

    /// The draw of a site: 32 binary places, each a bit of a word that 32 sites share.
    fn draw(&self, colour: u32, place: u32) -> f64 {
        let mut digits = 0_u32;
        for quad in 0..8 {
            for word in self.draws.words(self.sweeps, draw::PLANES + 8 * colour + quad, place / 32) {
                digits = digits << 1 | (spread(word) >> (place % 32) & 1);
            }
        }
        f64::from(digits) / 2.0_f64.powi(32)
    }

    /// One sweep of Metropolis: all even sites, then all odd ones.
    pub fn sweep(&mut self) {
        self.sweeps += 1;
        for colour in [0, 1] {
            for (x, y) in self.sites().filter(|(x, y)| (x + y) % 2 == colour) {
                let (_, place) = self.colour_and_place(x, y);
                let site = self.site(x, y);
                let spin = f64::from(self.spins[site]);
                let cost = 2.0 * spin * (f64::from(self.neighbours(x, y)) + self.model.field);
                if cost <= 0.0 || self.draw(colour, place) < (-cost / self.model.temperature).exp() {
                    self.spins[site] = -self.spins[site];
                }
            }
        }
    }

    /// The spins as the kernels keep them: 1 up and 0 down, even sites and then odd ones.
    pub fn by_colour(&self) -> Vec<f32> {
        [0, 1]
            .into_iter()
            .flat_map(|colour| self.sites().filter(move |(x, y)| (x + y) % 2 == colour))
            .map(|(x, y)| f32::from(u8::from(self.spins[self.site(x, y)] > 0)))
            .collect()
    }

    /// Magnetisation per site.
    pub fn magnetisation(&self) -> f64 {
        self.spins.iter().map(|spin| f64::from(*spin)).sum::<f64>() / self.model.volume() as f64
    }

    /// Energy per site.
    pub fn energy(&self) -> f64 {
        let pairs: i64 = self
            .sites()
            .map(|(x, y)| {
                let beside = self.spins[self.site(x + 1, y)] + self.spins[self.site(x, y + 1)];
                i64::from(self.spins[self.site(x, y)]) * i64::from(beside)
            })
            .sum();
        -(pairs as f64) / self.model.volume() as f64 - self.model.field * self.magnetisation()
    }

    /// Magnetisation and energy beside those of a kernel: the larger distance.
    pub fn distance(&self, figures: &LatticeFigures) -> f64 {
        let magnetisation = (self.magnetisation() - f64::from(figures.magnetisation)).abs();
        magnetisation.max((self.energy() - f64::from(figures.energy)).abs())
    }
}
