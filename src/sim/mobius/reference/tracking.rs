//! Vortices from cycle to cycle.

use super::band::Band;
use std::f64::consts::{PI, TAU};

/// A vortex in the unrolled chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Along the band.
    pub u: f64,
    /// Across it.
    pub v: f64,
    /// Its sign in the chart.
    pub sign: i32,
    /// Its number.
    pub number: u32,
    /// The cycle that it appeared in.
    pub born: u32,
}

/// What has happened so far, and who is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tracking {
    /// Those there now.
    pub seen: Vec<Seen>,
    /// Numbers given out.
    pub numbered: u32,
    /// Appeared.
    pub births: u32,
    /// Gone alone.
    pub deaths: u32,
    /// Gone in pairs of opposite signs.
    pub mergings: u32,
}

/// Distance of two vortices on the band, and whether they have the same sign where they are nearest.
fn compare(band: &Band, a: &Seen, b: &Seen) -> (f64, bool) {
    // The other one as it is seen through the seam, from either end.
    let twisted = band.half_twists % 2 == 1;
    let turn = if twisted { -1.0 } else { 1.0 };
    let images = [
        (b.u, b.v, b.sign),
        (b.u + TAU, turn * b.v, turn as i32 * b.sign),
        (b.u - TAU, turn * b.v, turn as i32 * b.sign),
    ];
    let near = images.into_iter().find(|(u, _, _)| (a.u - u).abs() <= PI).unwrap_or(images[0]);
    let distance = (a.u - near.0).hypot(band.half_width * (a.v - near.1));
    (distance, a.sign == near.2)
}

fn nearest(band: &Band, own: &Seen, others: &[Seen], reach: f64) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (place, other) in others.iter().enumerate() {
        let (distance, alike) = compare(band, own, other);
        if alike && distance < best.map_or(reach, |best| best.1) {
            best = Some((place, distance));
        }
    }
    best.map(|best| best.0)
}

impl Tracking {
    /// Takes in the vortices of a cycle, in the order of their plaquettes.
    pub fn take(&mut self, band: &Band, cycle: u32, windings: &[i32], reach: f64) {
        let width = band.across - 1;
        let mut now: Vec<Seen> = windings
            .iter()
            .enumerate()
            .filter(|(_, winding)| **winding != 0)
            .map(|(place, winding)| Seen {
                u: TAU * ((place / width) as f64 + 0.5) / band.along as f64,
                v: (2.0 * (place % width) as f64 + 1.0) / width as f64 - 1.0,
                sign: *winding,
                number: 0,
                born: cycle,
            })
            .collect();
        let back: Vec<_> = self.seen.iter().map(|old| nearest(band, old, &now, reach)).collect();
        let forward: Vec<_> = now.iter().map(|new| nearest(band, new, &self.seen, reach)).collect();
        for (place, new) in now.iter_mut().enumerate() {
            match forward[place].filter(|old| back[*old] == Some(place)) {
                Some(old) => (new.number, new.born) = (self.seen[old].number, self.seen[old].born),
                None => {
                    self.numbered += 1;
                    self.births += 1;
                    new.number = self.numbered;
                }
            }
        }
        let gone: Vec<&Seen> = self.seen.iter().filter(|old| !now.iter().any(|new| new.number == old.number)).collect();
        let met = gone.iter().filter(|one| {
            gone.iter().any(|other| {
                let (distance, alike) = compare(band, one, other);
                other.number != one.number && !alike && distance < reach
            })
        });
        let mergings = met.count() as u32 / 2;
        self.mergings += mergings;
        self.deaths += gone.len() as u32 - 2 * mergings;
        self.seen = now;
    }
}
