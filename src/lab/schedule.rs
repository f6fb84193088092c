//! How long a block is, and which arm of a pair runs first.

use serde::{Deserialize, Serialize};

/// How long the measured part of a block should take, in seconds: many scheduler quanta and timer steps long, and short
/// against the seconds over which clocks and temperature move.
const BLOCK_SECONDS: f64 = 0.1;
/// How long the dropped part should take at least, in seconds: caches and clocks settle after a switch.
const WARM_UP_SECONDS: f64 = 0.01;
/// Fewest cycles dropped after a switch.
const FEWEST_WARM_UP: u64 = 2;
/// A group must last this many timer ticks, so that rounding to ticks moves it by less than a thousandth.
const TICKS_PER_GROUP: f64 = 1000.0;
/// Fewest measured cycles in a block: the median of seven still stands when three are spoilt, and sees a difference of
/// 5 % under 10 % of noise. Where a group alone has more, what spoils one of them has less weight.
const FEWEST_CYCLES: u64 = 7;

/// The parts of a block, in cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockLength {
    /// Dropped at its beginning.
    pub warm_up: u64,
    /// Added up to one figure, of which the block's median is taken: whole periods of the system's work.
    pub group: u64,
    /// Figures in a block.
    pub groups: u64,
}

impl BlockLength {
    /// For cycles of about `cycle_seconds`, timed in ticks of `tick_seconds`, whose work repeats every `period` cycles.
    ///
    /// The rule: a group is the fewest whole periods that last 1000 ticks, a block as many groups as last 0.1 s but
    /// at least 7 cycles, and before it 0.01 s but at least 2 cycles are dropped.
    /// Times that are not positive count as unknown: then a group is one period and a block has the fewest groups.
    pub fn choose(cycle_seconds: f64, tick_seconds: f64, period: u64) -> Self {
        let period = period.max(1);
        let at_least = |seconds: f64, unit: f64, fewest: u64| {
            let count = (seconds / unit).ceil();
            // A quotient of unknown times is no number or infinite.
            if count.is_finite() && count > 0.0 && unit > 0.0 { fewest.max(count as u64) } else { fewest }
        };
        let group = period * at_least(TICKS_PER_GROUP * tick_seconds, cycle_seconds * period as f64, 1);
        Self {
            warm_up: at_least(WARM_UP_SECONDS, cycle_seconds, FEWEST_WARM_UP),
            group,
            groups: at_least(BLOCK_SECONDS, cycle_seconds * group as f64, FEWEST_CYCLES.div_ceil(group)),
        }
    }

    /// Cycles of the whole block, the dropped ones included.
    pub fn cycles(self) -> u64 {
        self.warm_up + self.group * self.groups
    }
}

/// The blocks of A and of B, whose work repeats after so many cycles and whose cycles take so many seconds: of whole periods
/// of both and as long as the faster arm needs, or of each arm its own where they go `apart`; of so many groups where that is
/// `given`.
pub(super) fn lengths(
    periods: [u64; 2],
    seconds: [f64; 2],
    tick: f64,
    apart: bool,
    given: Option<u64>,
) -> [BlockLength; 2] {
    let common = (seconds[0].min(seconds[1]), common_period(periods));
    [0, 1].map(|arm: usize| {
        let (seconds, group) = if apart { (seconds[arm], periods[arm].max(1)) } else { common };
        match given {
            Some(groups) => BlockLength { warm_up: 1, group, groups },
            None => BlockLength::choose(seconds, tick, group),
        }
    })
}

/// The fewest cycles that are whole periods of both arms; no period counts as one cycle.
fn common_period(periods: [u64; 2]) -> u64 {
    let [mut a, mut b] = periods.map(|period| period.max(1));
    let product = a * b;
    while b != 0 {
        (a, b) = (b, a % b);
    }
    product / a
}

/// Which block of a pair runs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PairOrder {
    /// A, then B.
    BaselineFirst,
    /// B, then A.
    VariantFirst,
}

/// The order of the pairs, at random from a seed.
///
/// In an A/A run both blocks are of arm A, and the order says which of the two counts as A.
#[derive(Clone, Debug)]
pub struct Schedule {
    random: fastrand::Rng,
}

impl Schedule {
    /// The schedule of this seed.
    pub fn new(seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed) }
    }
}

impl Iterator for Schedule {
    type Item = PairOrder;

    fn next(&mut self) -> Option<PairOrder> {
        Some(if self.random.bool() { PairOrder::BaselineFirst } else { PairOrder::VariantFirst })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_block_is_long_against_the_timer_and_short_against_drift() {
        // 1 ms a cycle, ticks of 1 ns: 100 cycles measured, 10 dropped.
        assert_eq!(BlockLength::choose(1e-3, 1e-9, 1), BlockLength { warm_up: 10, group: 1, groups: 100 });
        // Cycles of 20 µs and ticks of 1 µs: 50 cycles are added up before rounding matters less than a thousandth.
        assert_eq!(BlockLength::choose(20e-6, 1e-6, 1), BlockLength { warm_up: 500, group: 50, groups: 100 });
        // Work that repeats every 30 cycles is added up over 30, or its dearer cycles would not count.
        assert_eq!(BlockLength::choose(1e-3, 1e-9, 30), BlockLength { warm_up: 10, group: 30, groups: 4 });
        assert_eq!(BlockLength::choose(3.0, 1e-9, 1), BlockLength { warm_up: 2, group: 1, groups: 7 });
        assert_eq!(BlockLength::choose(0.0, 1e-9, 3), BlockLength { warm_up: 2, group: 3, groups: 3 });
        assert_eq!(BlockLength::choose(f64::NAN, 0.0, 0).cycles(), 9);
    }

    #[test]
    fn a_group_is_whole_periods_of_both_arms() {
        let of = |a, b| common_period([a, b]);
        assert_eq!([of(1, 1), of(0, 7), of(3, 5), of(10, 15), of(6, 30)], [1, 7, 15, 30, 30]);
    }

    #[test]
    fn arms_that_go_apart_have_blocks_of_their_own() {
        let of = |apart, given| lengths([1, 15], [1.0, 0.01], 1e-9, apart, given);
        let together = BlockLength { warm_up: 2, group: 15, groups: 1 };
        assert_eq!(of(false, None), [together; 2]);
        assert_eq!(of(true, None), [BlockLength { warm_up: 2, group: 1, groups: 7 }, together]);
        let given = |group| BlockLength { warm_up: 1, group, groups: 2 };
        assert_eq!(of(true, Some(2)), [given(1), given(15)]);
        assert_eq!(of(false, Some(2)), [given(15); 2]);
    }

    #[test]
    fn orders_come_from_the_seed_and_both_are_as_frequent() {
        let orders: Vec<PairOrder> = Schedule::new(7).take(10_000).collect();
        assert_eq!(orders, Schedule::new(7).take(10_000).collect::<Vec<_>>());
        assert_ne!(orders, Schedule::new(8).take(10_000).collect::<Vec<_>>());
        let first = orders.iter().filter(|order| **order == PairOrder::BaselineFirst).count();
        // Four standard deviations of a fair coin.
        assert!(first.abs_diff(5000) < 200, "{first}");
        let changes = orders.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changes.abs_diff(5000) < 200, "{changes}");
    }

    proptest! {
        #[test]
        fn groups_are_whole_periods(cycle in 1e-7..10.0_f64, tick in 1e-9..1e-4_f64, period in 1..100_u64) {
            let length = BlockLength::choose(cycle, tick, period);
            prop_assert!(length.group.is_multiple_of(period) && length.group * length.groups >= 7 && length.warm_up >= 2);
            prop_assert!(length.group as f64 * cycle >= 1000.0 * tick * 0.999);
            prop_assert!(length.cycles() as f64 * cycle >= 0.1);
        }
    }
}
