//! Two ways of cutting the same array, walked together.

/// Where a run lies in one arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<S> {
    /// The slab.
    pub slab: S,
    /// Its first number there.
    pub first: u32,
}

/// Numbers that lie one after the other in one slab of either arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<S> {
    /// The first of them in the array.
    pub first: u32,
    /// How many.
    pub count: u32,
    /// In arm A.
    pub a: Place<S>,
    /// In arm B.
    pub b: Place<S>,
}

/// The runs of two arrays of the same length, none longer than `longest`. Slabs are given with how many numbers they hold.
pub fn runs<S: Copy>(a: &[(S, u32)], b: &[(S, u32)], longest: u32) -> Vec<Run<S>> {
    let (mut rest_a, mut rest_b) = (a.iter().copied(), b.iter().copied());
    let (mut at_a, mut at_b) = (Cursor::new(rest_a.next()), Cursor::new(rest_b.next()));
    let mut first = 0;
    let mut found = Vec::new();
    while let (Some(here_a), Some(here_b)) = (at_a, at_b) {
        let count = here_a.left.min(here_b.left).min(longest);
        if count > 0 {
            found.push(Run { first, count, a: here_a.place, b: here_b.place });
        }
        first += count;
        at_a = here_a.after(count).or_else(|| Cursor::new(rest_a.next()));
        at_b = here_b.after(count).or_else(|| Cursor::new(rest_b.next()));
    }
    found
}

/// How far one arm has been walked.
#[derive(Clone, Copy, Debug)]
struct Cursor<S> {
    place: Place<S>,
    left: u32,
}

impl<S: Copy> Cursor<S> {
    fn new(slab: Option<(S, u32)>) -> Option<Self> {
        slab.map(|(slab, left)| Self { place: Place { slab, first: 0 }, left })
    }

    /// After so many numbers of this slab; `None` at its end.
    fn after(self, count: u32) -> Option<Self> {
        let left = self.left - count;
        let place = Place { first: self.place.first + count, ..self.place };
        (left > 0).then_some(Self { place, left })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs as (first, count, slab of A, first there, slab of B, first there).
    fn walked(a: &[u32], b: &[u32], longest: u32) -> Vec<(u32, u32, usize, u32, usize, u32)> {
        let slabs = |cuts: &[u32]| cuts.iter().copied().enumerate().collect::<Vec<_>>();
        runs(&slabs(a), &slabs(b), longest)
            .iter()
            .map(|run| (run.first, run.count, run.a.slab, run.a.first, run.b.slab, run.b.first))
            .collect()
    }

    #[test]
    fn overlaps_of_other_cuts_cover_every_number_once() {
        assert_eq!(walked(&[10], &[10], 100), [(0, 10, 0, 0, 0, 0)]);
        assert_eq!(walked(&[6, 6], &[4, 8], 100), [(0, 4, 0, 0, 0, 0), (4, 2, 0, 4, 1, 0), (6, 6, 1, 0, 1, 2)]);
    }

    #[test]
    fn long_slabs_are_walked_in_several_runs_and_empty_ones_in_none() {
        assert_eq!(walked(&[7], &[7], 3), [(0, 3, 0, 0, 0, 0), (3, 3, 0, 3, 0, 3), (6, 1, 0, 6, 0, 6)]);
        assert_eq!(walked(&[0, 5], &[5, 0], 9), [(0, 5, 1, 0, 0, 0)]);
    }
}
