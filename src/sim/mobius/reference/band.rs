//! The band: where its nodes are, which are neighbours, and how often the phase winds round a plaquette.

use std::f64::consts::TAU;

/// A band of nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Nodes along it.
    pub along: usize,
    /// Nodes across it.
    pub across: usize,
    /// Half-twists.
    pub half_twists: u32,
    /// Half its width.
    pub half_width: f64,
    /// Torsion.
    pub torsion: f64,
}

impl Band {
    /// Where (u, v) lies: on a section that turns by w u / 2 + τ sin u round the unit circle.
    pub fn place(&self, u: f64, v: f64) -> [f64; 3] {
        let tilt = f64::from(self.half_twists) * u / 2.0 + self.torsion * u.sin();
        let radius = 1.0 + self.half_width * v * tilt.cos();
        [radius * u.cos(), radius * u.sin(), self.half_width * v * tilt.sin()]
    }

    /// (u, v) of a node.
    pub fn chart(&self, along: usize, across: usize) -> [f64; 2] {
        [TAU * along as f64 / self.along as f64, 2.0 * across as f64 / (self.across - 1) as f64 - 1.0]
    }

    /// All nodes, those of one section after the other.
    pub fn places(&self) -> Vec<[f64; 3]> {
        let sections = (0..self.along).flat_map(|along| (0..self.across).map(move |across| (along, across)));
        sections
            .map(|(along, across)| {
                let [u, v] = self.chart(along, across);
                self.place(u, v)
            })
            .collect()
    }

    /// The node that a place of the unrolled chart is: one beyond its end comes back at its beginning, turned over if the
    /// band is one-sided.
    pub fn node(&self, along: usize, across: usize) -> usize {
        let turned = along >= self.along && self.half_twists % 2 == 1;
        (along % self.along) * self.across + if turned { self.across - 1 - across } else { across }
    }

    /// Winding number of arg ψ round every plaquette, by wrapped differences of the argument.
    pub fn windings(&self, psi: &[[f64; 2]]) -> Vec<i32> {
        let corners = (0..self.along).flat_map(|along| (0..self.across - 1).map(move |across| (along, across)));
        corners
            .map(|(along, across)| {
                let rim = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(a, b)| self.node(along + a, across + b));
                self.winding(psi, &rim)
            })
            .collect()
    }

    /// Winding number of arg ψ along a closed way over these nodes.
    pub fn winding(&self, psi: &[[f64; 2]], way: &[usize]) -> i32 {
        let argument = |node: usize| psi[node][1].atan2(psi[node][0]);
        let steps = way.iter().zip(way.iter().cycle().skip(1));
        let sum: f64 = steps
            .map(|(from, to)| {
                let step = argument(*to) - argument(*from);
                step - TAU * (step / TAU).round()
            })
            .sum();
        (sum / TAU).round() as i32
    }

    /// The rim of the whole chart, against the clock.
    pub fn rim(&self) -> Vec<usize> {
        let (along, across) = (self.along, self.across);
        let bottom = (0..along).map(|a| (a, 0));
        let end = (0..across - 1).map(|b| (along, b));
        let top = (1..=along).rev().map(|a| (a, across - 1));
        let begin = (1..across).rev().map(|b| (0, b));
        bottom.chain(end).chain(top).chain(begin).map(|(a, b)| self.node(a, b)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_chart_are_one_and_the_same_line() {
        for half_twists in 0..4 {
            let band = Band { along: 16, across: 5, half_twists, half_width: 0.3, torsion: 0.7 };
            for v in [-1.0, -0.3, 0.0, 0.8] {
                let same = if half_twists % 2 == 1 { -v } else { v };
                for (a, b) in band.place(TAU, v).into_iter().zip(band.place(0.0, same)) {
                    assert!((a - b).abs() < 1e-12, "{half_twists} half-twists, v = {v}");
                }
            }
        }
    }
}
