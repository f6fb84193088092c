//! From the workgroups' partial figures to those of the whole array, in f64. Knows nothing of the device.

use crate::session;
use crate::shader_struct;

/// The place of nothing.
const NOWHERE: u32 = u32::MAX;

shader_struct! {
    /// What one workgroup of `lab/deviation` found in its share of the numbers.
    pub struct Partial {
        compared: u32,
        differing: u32,
        not_finite_a: u32,
        not_finite_b: u32,
        unlike: u32,
        largest: u32,
        largest_at: u32,
        first_at: u32,
        largest_a: u32,
        largest_b: u32,
        first_a: u32,
        first_b: u32,
        shift: [f32; 4],
        scale: [f32; 4],
        sum: [f32; 4],
        squares: [f32; 4],
    }
}

/// How many numbers there are, their mean, and the sum of their squared distances from it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// How many.
    pub count: f64,
    /// Their mean.
    pub mean: f64,
    /// Sum of the squared distances from the mean.
    pub spread: f64,
}

impl Moments {
    /// Sum of the squares of the numbers themselves.
    pub fn squares(self) -> f64 {
        self.spread + self.count * self.mean * self.mean
    }

    /// Standard deviation of the numbers.
    pub fn deviation(self) -> f64 {
        (self.spread / self.count).sqrt()
    }

    /// Both sets of numbers together (Chan, Golub and LeVeque, 1979).
    fn and(self, other: Self) -> Self {
        let count = self.count + other.count;
        if count == 0.0 {
            return self;
        }
        let apart = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + apart * other.count / count,
            spread: self.spread + other.spread + apart * apart * self.count * other.count / count,
        }
    }
}

/// One number of an array, in both arms.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Its index along each axis of the array as a reader sees it: `[channel, z, y, x]` where four channels stand side by
    /// side in memory.
    pub index: Vec<u64>,
    /// Its value in arm A.
    pub a: f64,
    /// Its value in arm B.
    pub b: f64,
}

impl From<Pair> for session::DifferingElement {
    fn from(pair: Pair) -> Self {
        Self { index: pair.index, baseline: pair.a, variant: pair.b }
    }
}

/// How far an array of arm A is from that of arm B.
///
/// A number is *different* where the values differ by more than the tolerance that was asked for, or where one of them is
/// infinite or not a number and the other is not the same; with a tolerance of 0, wherever the values differ at all (0 and
/// −0 do not). Moments are of the numbers that are finite in both arms.
///
/// **Error.** Distances are those of the values rounded to f32, which is exact for values within a factor of two of each
/// other. Sums run over at most 256 numbers per invocation and then pairwise over 64 invocations in f32, scaled so that
/// nothing over- or underflows, and from there on in f64: norms and spreads are off by at most (256 + 6 + 3) · 2⁻²⁴ =
/// 1.6e-5 of themselves, in practice by less than 1e-6.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The array's name.
    pub array: &'static str,
    /// The cycle after which it was compared.
    pub cycle: u64,
    /// The distance up to which numbers count as the same.
    pub tolerance: f32,
    /// Numbers of the array.
    pub numbers: u64,
    /// How many of them are different.
    pub differing: u64,
    /// How many are infinite or not a number, in arm A and in arm B.
    pub not_finite: [u64; 2],
    /// How many are not finite in both arms and not the same: another infinity, or a number on one side only.
    pub unlike: u64,
    /// The largest distance of two finite values and where it is, first of its like; `None` where no two differ.
    pub largest: Option<Pair>,
    /// The first different number, in a reader's order; `None` where none is.
    pub first: Option<Pair>,
    /// Moments of arm A.
    pub a: Moments,
    /// Moments of arm B.
    pub b: Moments,
    /// Moments of A − B.
    pub difference: Moments,
    /// Sum over (A − mean of A) · (B − mean of B).
    pub product: f64,
}

impl Comparison {
    /// The largest |A − B|; infinite where a number is not finite on one side alone.
    pub fn max_abs(&self) -> f64 {
        match &self.largest {
            _ if self.unlike > 0 => f64::INFINITY,
            Some(pair) => (pair.a - pair.b).abs(),
            None => 0.0,
        }
    }

    /// ‖A − B‖ / ‖A‖, the L2 norm of the difference over that of arm A: 0 where nothing differs, infinite where A alone is
    /// zero, and not a number where either arm holds what is not finite.
    pub fn relative_l2(&self) -> f64 {
        let (difference, whole) = (self.difference.squares(), self.a.squares());
        if self.not_finite != [0, 0] {
            f64::NAN
        } else if difference == 0.0 {
            0.0
        } else {
            (difference / whole).sqrt()
        }
    }

    /// Pearson correlation; `None` where an arm is constant or holds what is not finite.
    ///
    /// Where the arms are close it follows from the spread of their difference, by Var(A − B) = Var A + Var B − 2·Cov:
    /// errors of the two variances then cancel to first order, and 1 − correlation keeps its digits however small it is.
    pub fn correlation(&self) -> Option<f64> {
        let (a, b, difference) = (self.a.spread, self.b.spread, self.difference.spread);
        let scale = a.sqrt() * b.sqrt();
        if self.not_finite != [0, 0] || scale.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
            return None;
        }
        let is_close = difference < a.min(b);
        let product = if is_close { 0.5 * (a + b - difference) } else { self.product };
        Some((product / scale).clamp(-1.0, 1.0))
    }

    /// As a session records it: `subject` is what was switched between the arms, `bound` the largest relative L2 that it
    /// promises.
    pub fn record(&self, subject: &str, bound: Option<f64>) -> session::Deviation {
        session::Deviation {
            subject: subject.to_owned(),
            array: self.array.to_owned(),
            cycle: self.cycle,
            max_abs: self.max_abs(),
            relative_l2: self.relative_l2(),
            correlation: self.correlation(),
            first_difference: self.first.clone().map(Into::into),
            bound,
            largest_difference: self.largest.clone().map(Into::into),
            elements: Some(session::ElementCounts {
                compared: self.numbers,
                differing: self.differing,
                not_finite_baseline: self.not_finite[0],
                not_finite_variant: self.not_finite[1],
                tolerance: f64::from(self.tolerance),
            }),
        }
    }
}

/// What the host knows of a comparison before it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The array's name.
    pub array: &'static str,
    /// The cycle after which it is compared.
    pub cycle: u64,
    /// The distance up to which numbers count as the same.
    pub tolerance: f32,
    /// The array's shape as a reader sees it.
    pub shape: Vec<usize>,
    /// Whether its numbers are unsigned integers.
    pub is_integer: bool,
}

impl Asked {
    /// Puts the workgroups' figures together.
    pub fn answer(self, partials: &[Partial]) -> Comparison {
        let mut whole = Comparison {
            array: self.array,
            cycle: self.cycle,
            tolerance: self.tolerance,
            numbers: self.shape.iter().map(|length| *length as u64).product(),
            differing: 0,
            not_finite: [0; 2],
            unlike: 0,
            largest: None,
            first: None,
            a: Moments::default(),
            b: Moments::default(),
            difference: Moments::default(),
            product: 0.0,
        };
        let largest = |partial: &&Partial| (partial.largest, std::cmp::Reverse(partial.largest_at));
        let largest = partials.iter().filter(|partial| partial.largest_at != NOWHERE).max_by_key(largest);
        whole.largest = largest.map(|partial| self.pair(partial.largest_at, [partial.largest_a, partial.largest_b]));
        let first =
            partials.iter().filter(|partial| partial.first_at != NOWHERE).min_by_key(|partial| partial.first_at);
        whole.first = first.map(|partial| self.pair(partial.first_at, [partial.first_a, partial.first_b]));
        for partial in partials {
            whole.differing += u64::from(partial.differing);
            whole.not_finite[0] += u64::from(partial.not_finite_a);
            whole.not_finite[1] += u64::from(partial.not_finite_b);
            whole.unlike += u64::from(partial.unlike);
            if partial.compared > 0 {
                whole.take_moments(partial);
            }
        }
        whole
    }

    fn pair(&self, place: u32, bits: [u32; 2]) -> Pair {
        let value = |bits: u32| if self.is_integer { f64::from(bits) } else { f64::from(f32::from_bits(bits)) };
        let mut left = u64::from(place);
        let mut index: Vec<_> = self
            .shape
            .iter()
            .rev()
            .map(|length| {
                let length = (*length as u64).max(1);
                let at = left % length;
                left /= length;
                at
            })
            .collect();
        index.reverse();
        Pair { index, a: value(bits[0]), b: value(bits[1]) }
    }
}

impl Comparison {
    fn take_moments(&mut self, partial: &Partial) {
        let count = f64::from(partial.compared);
        // Distances from the shift, in scaled units: their mean and spread do not depend on where the shift stands.
        let mean = |of: usize| f64::from(partial.sum[of]) / count;
        let moments = |of: usize| {
            let (scale, shift) = (f64::from(partial.scale[of]), f64::from(partial.shift[of]));
            let spread = (f64::from(partial.squares[of]) - count * mean(of) * mean(of)).max(0.0);
            Moments { count, mean: (shift + mean(of)) / scale, spread: spread / (scale * scale) }
        };
        let (a, b) = (moments(0), moments(1));
        let product = (f64::from(partial.sum[3]) - count * mean(0) * mean(1))
            / (f64::from(partial.scale[0]) * f64::from(partial.scale[1]));
        let share = self.a.count * count / (self.a.count + count);
        self.product += product + (a.mean - self.a.mean) * (b.mean - self.b.mean) * share;
        self.a = self.a.and(a);
        self.b = self.b.and(b);
        self.difference = self.difference.and(moments(2));
    }
}
