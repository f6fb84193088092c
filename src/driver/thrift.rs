//! Which cycles are timed where timestamps cost more than they may.
//!
//! A stage's times scatter little from cycle to cycle, so a live table needs some of them and not all. Which cycles those
//! are is drawn at random by their number: every n-th one would be in step with what a system does every n-th cycle.

/// Cycles that are timed one and all after something new appeared, so that every stage has a time to be planned by.
const SETTLING: u64 = 64;
/// How much of a new cycle goes into the averages.
const FRESHNESS: f64 = 0.1;

/// Keeps the clock's cost below a part of the time.
#[derive(Clone, Debug)]
pub struct Thrift {
    /// Part of a cycle's time that timing it may cost on average.
    share: f64,
    /// Milliseconds that timing one pass costs.
    cost: f64,
    /// All cycles up to this one are timed.
    through: u64,
    /// Milliseconds of a cycle, by what its passes last took, and the milliseconds that timing it costs.
    cycle: Option<(f64, f64)>,
}

impl Thrift {
    /// Spends at most this part of the time, where timing a pass costs so many milliseconds.
    pub fn new(share: f64, cost: f64) -> Self {
        Self { share, cost, through: SETTLING, cycle: None }
    }

    /// Milliseconds that timing one pass costs.
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// One cycle of so many is timed.
    pub fn every(&self) -> u64 {
        let cycles = self.cycle.map_or(1.0, |(time, cost)| (cost / (self.share * time)).ceil());
        if cycles.is_finite() { (cycles as u64).max(1) } else { 1 }
    }

    /// Whether this cycle is timed.
    pub fn times(&self, cycle: u64) -> bool {
        cycle <= self.through || scattered(cycle).is_multiple_of(self.every())
    }

    /// Times every cycle up to this one.
    pub fn time_through(&mut self, cycle: u64) {
        self.through = self.through.max(cycle);
    }

    /// Something new appeared in this cycle.
    pub fn settle_from(&mut self, cycle: u64) {
        self.time_through(cycle + SETTLING);
    }

    /// The count of cycles begins again.
    pub fn start_over(&mut self) {
        self.through = SETTLING;
    }

    /// Takes in a cycle: what its passes take in milliseconds, and how many they are.
    pub fn learn(&mut self, milliseconds: f64, passes: u32) {
        let new = (milliseconds, f64::from(passes) * self.cost);
        let average = |old: f64, new: f64| old + FRESHNESS * (new - old);
        self.cycle = Some(self.cycle.map_or(new, |old| (average(old.0, new.0), average(old.1, new.1))));
    }
}

/// One step of the generator by Steele, Lea and Flood (OOPSLA 2014), which needs no state.
fn scattered(number: u64) -> u64 {
    let mut bits = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt(cycle: f64) -> Thrift {
        let mut thrift = Thrift::new(0.005, 0.05);
        for _ in 0..100 {
            thrift.learn(cycle, 16);
        }
        thrift
    }

    #[test]
    fn long_cycles_are_all_timed_and_short_ones_as_often_as_they_can_bear() {
        // 16 passes cost 0.8 ms: 0.5 % of 160 ms.
        assert_eq!([161.0, 159.0, 5.0].map(|cycle| learnt(cycle).every()), [1, 2, 32]);
        assert_eq!(Thrift::new(0.005, 0.05).every(), 1);
        assert_eq!(Thrift::new(0.005, 0.0).every(), 1);
        let thrift = learnt(5.0);
        let timed = (1000..101_000).filter(|cycle| thrift.times(*cycle)).count();
        // Four standard deviations of 100,000 draws at 1 in 32.
        assert!(timed.abs_diff(3125) < 220, "{timed}");
    }

    #[test]
    fn what_happens_every_few_cycles_is_timed_as_often_as_the_rest() {
        let thrift = learnt(5.0);
        for period in [3_usize, 5, 32] {
            let timed = (1000..321_000_u64).step_by(period).filter(|cycle| thrift.times(*cycle)).count();
            let expected = 10_000 / period;
            assert!((timed as f64 - expected as f64).abs() < 4.0 * (expected as f64).sqrt(), "{period}: {timed}");
        }
    }

    #[test]
    fn new_passes_and_trials_are_timed_without_a_gap() {
        let mut thrift = learnt(5.0);
        assert!((1..=SETTLING).all(|cycle| thrift.times(cycle)));
        thrift.settle_from(1000);
        assert!((1000..=1000 + SETTLING).all(|cycle| thrift.times(cycle)));
        thrift.time_through(2000);
        assert!((1500..=2000).all(|cycle| thrift.times(cycle)) && !(2001..2101).all(|cycle| thrift.times(cycle)));
        thrift.start_over();
        assert!(!(1500..=2000).all(|cycle| thrift.times(cycle)));
    }
}
