//! The lab's statistics against known cases: 2,000 trials of machines whose truth is known. Prints the rates that it
//! asserts.

#![allow(clippy::unwrap_used, reason = "in helpers of tests too, a panic is the report")]

use fieldscope::lab::{Looks, Measured, Pair, PairOrder, Rules, Schedule, Verdict, block_time, compare_sessions};
use fieldscope::session::{Outcome, Sample, Session, read_session};
use rayon::prelude::*;
use std::f64::consts::TAU;
use std::path::Path;
use std::sync::LazyLock;

const TRIALS: u64 = 2000;
/// One standard deviation of a rate of 5 % over all trials.
const SAMPLING_ERROR: f64 = 0.005;
/// Pairs of a run of fixed length.
const PAIRS: u32 = 60;
/// Most pairs of a run that is looked at on the way.
const MOST_PAIRS: u32 = 192;
/// The shortest block that there is: the hardest case.
const CYCLES: usize = 7;

/// Standard deviation of the logarithm of a canary's time.
const CANARY_NOISE: f64 = 0.15;

/// How a machine behaves. All parts are factors on the time of a cycle.
#[derive(Clone, Copy, Debug)]
struct Machine {
    name: &'static str,
    /// Standard deviation of the logarithm of a cycle's time.
    noise: f64,
    /// The same for what all cycles of a block have in common.
    block_noise: f64,
    /// Part of the cycles that take up to several times as long.
    spikes: f64,
    /// Factor by which it becomes slower over the longest run.
    drift: f64,
    /// Factor between its two speeds; it changes between them with a probability of 0.3 a block.
    modes: f64,
}

const QUIET: Machine =
    Machine { name: "log-normal", noise: 0.1, block_noise: 0.0, spikes: 0.0, drift: 1.0, modes: 1.0 };
const SPIKES: Machine = Machine { name: "log-normal with spikes", spikes: 0.08, ..QUIET };
const DRIFT: Machine = Machine { name: "slow drift", drift: 1.5, ..QUIET };
const MODES: Machine = Machine { name: "two modes", modes: 1.3, ..QUIET };
const ALL: Machine =
    Machine { name: "all together", noise: 0.1, block_noise: 0.03, spikes: 0.08, drift: 1.5, modes: 1.3 };
const MACHINES: [Machine; 5] = [QUIET, SPIKES, DRIFT, MODES, ALL];

/// A machine that is running.
struct Running {
    machine: Machine,
    random: fastrand::Rng,
    blocks: u32,
    slow: bool,
}

impl Running {
    fn new(machine: Machine, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let slow = random.bool();
        Self { machine, random, blocks: 0, slow }
    }

    fn normal(&mut self) -> f64 {
        // Box and Muller.
        (-2.0 * (1.0 - self.random.f64()).ln()).sqrt() * (TAU * self.random.f64()).cos()
    }

    /// The cycles of the next block, whose code takes `cost`.
    fn block(&mut self, cost: f64) -> Vec<f64> {
        self.blocks += 1;
        self.slow ^= self.random.f64() < 0.3;
        let part = f64::from(self.blocks) / f64::from(2 * MOST_PAIRS);
        let mode = if self.slow { self.machine.modes } else { 1.0 };
        let level = cost * mode * self.machine.drift.powf(part) * (self.machine.block_noise * self.normal()).exp();
        (0..CYCLES).map(|_| self.cycle(level)).collect()
    }

    fn cycle(&mut self, level: f64) -> f64 {
        let spike = if self.random.f64() < self.machine.spikes { 1.0 + 3.0 * self.random.f64() } else { 1.0 };
        level * spike * (self.machine.noise * self.normal()).exp()
    }

    /// A block and its canary, which is too short to tell much of the block.
    fn measured(&mut self, cost: f64) -> Measured {
        let time = block_time(&self.block(cost), 1).unwrap();
        let mode = if self.slow { self.machine.modes } else { 1.0 };
        Measured { time, canary: Some(mode * (CANARY_NOISE * self.normal()).exp()) }
    }

    /// Pairs in random order, of an A whose code takes `cost` and a B whose code takes 1.
    fn pairs(&mut self, cost: f64, count: u32, schedule: &mut Schedule) -> Vec<Pair> {
        let mut pair = |order| match order {
            PairOrder::BaselineFirst => {
                let baseline = self.measured(cost);
                Pair { baseline, variant: self.measured(1.0) }
            }
            PairOrder::VariantFirst => {
                let variant = self.measured(1.0);
                Pair { baseline: self.measured(cost), variant }
            }
        };
        schedule.take(count as usize).map(&mut pair).collect()
    }
}

/// What a run comes to: its noise floor first where `with_floor`, then a verdict at every look until one is clear, which
/// is the most that looking on the way can spoil.
fn run(machine: Machine, seed: u64, cost: f64, looks: &Looks, with_floor: bool, rules: &Rules) -> Outcome {
    let mut running = Running::new(machine, seed);
    let mut schedule = Schedule::new(seed ^ 0xA5A5);
    let floor = with_floor.then(|| {
        let same = running.pairs(1.0, PAIRS, &mut schedule);
        running.blocks = 0;
        Verdict::of_pairs(&same, None, 0.05, rules)
    });
    let mut pairs = Vec::new();
    for look in looks.all() {
        pairs.extend(running.pairs(cost, look.pairs - pairs.len() as u32, &mut schedule));
        let outcome = Verdict::of_pairs(&pairs, floor.as_ref(), look.error, rules).outcome;
        if matches!(outcome, Outcome::Faster | Outcome::Slower) {
            return outcome;
        }
    }
    Outcome::Ambiguous
}

/// The part of the trials in which `wanted` holds.
fn rate(trial: impl Fn(u64) -> bool + Sync) -> f64 {
    (0..TRIALS).into_par_iter().filter(|seed| trial(*seed)).count() as f64 / TRIALS as f64
}

/// How often A against A comes out as a difference.
fn false_verdicts(machine: Machine, looks: &Looks, with_floor: bool, rules: &Rules) -> f64 {
    rate(|seed| run(machine, seed, 1.0, looks, with_floor, rules) != Outcome::Ambiguous)
}

/// No difference is too small to be called one: what is left is the error of the intervals alone.
const NO_MARGIN: Rules = Rules { smallest_margin: 0.0, widest_margin: 0.05, canary_tolerance: 0.1 };

#[test]
fn identical_arms_are_called_different_in_at_most_one_of_twenty_trials() {
    println!("false verdicts, in % of {TRIALS} trials: after {PAIRS} pairs, and with looks up to {MOST_PAIRS} pairs");
    for machine in MACHINES {
        let mut told = format!("{:<24}", machine.name);
        for (margin, rules, floor) in
            [("no margin", NO_MARGIN, false), ("1 %", Rules::default(), false), ("1 % or A/A", Rules::default(), true)]
        {
            let [fixed, sequential] = [Looks::fixed(PAIRS), Looks::up_to(MOST_PAIRS)]
                .map(|looks| false_verdicts(machine, &looks, floor, &rules));
            told += &format!("  {margin}: {:.2} and {:.2}", 100.0 * fixed, 100.0 * sequential);
            // Without a margin the intervals use up their 5 %, so the trials scatter about it.
            let most = if rules == NO_MARGIN { 0.05 + 3.0 * SAMPLING_ERROR } else { 0.05 };
            assert!(fixed <= most && sequential <= most, "{told}");
        }
        println!("{told}");
    }
}

/// The correction is needed: the same looks, each with the whole 5 %, find differences in identical arms.
#[test]
fn looking_on_the_way_without_correction_would_be_wrong() {
    let looks = Looks::up_to(MOST_PAIRS);
    let careless = rate(|seed| {
        let mut running = Running::new(QUIET, seed);
        let mut schedule = Schedule::new(seed);
        let mut pairs = Vec::new();
        looks.all().iter().any(|look| {
            pairs.extend(running.pairs(1.0, look.pairs - pairs.len() as u32, &mut schedule));
            let outcome = Verdict::of_pairs(&pairs, None, 0.05, &NO_MARGIN).outcome;
            matches!(outcome, Outcome::Faster | Outcome::Slower)
        })
    });
    println!("false verdicts without correction: {:.2} %", 100.0 * careless);
    assert!(careless > 0.08, "{careless}");
}

#[test]
fn five_per_cent_under_ten_per_cent_of_noise_is_found_in_four_of_five_trials() {
    println!(
        "a true difference of 5 % found, in % of {TRIALS} trials: after {PAIRS} pairs, and with looks up to {PAIRS}"
    );
    // By cycles of ±10 % in the shortest blocks; and by pairs whose ratios are ±10 % however long their blocks are.
    let of_pairs = Machine { name: "±10 % a pair", noise: 0.0, block_noise: 0.1 / 2.0_f64.sqrt(), ..QUIET };
    for (machine, floor, least) in
        [(QUIET, false, 0.8), (QUIET, true, 0.8), (SPIKES, false, 0.8), (SPIKES, true, 0.8), (of_pairs, false, 0.8)]
    {
        let found =
            |looks: Looks| rate(|seed| run(machine, seed, 1.05, &looks, floor, &Rules::default()) == Outcome::Faster);
        let (fixed, sequential) = (found(Looks::fixed(PAIRS)), found(Looks::up_to(PAIRS)));
        let floor = if floor { "with A/A floor" } else { "1 % margin" };
        println!("{:<24}  {floor:<14}  {:.1} and {:.1}", machine.name, 100.0 * fixed, 100.0 * sequential);
        assert!(fixed >= least, "{}: {fixed}", machine.name);
    }
}

/// A session of one stage, whose cycles are alike to their neighbours by `likeness` in what disturbs them all, as in an
/// autoregressive process.
fn session(machine: Machine, seed: u64, cost: f64, cycles: u64, likeness: f64) -> Session {
    let mut running = Running::new(machine, seed);
    let mut disturbance = running.normal();
    let mut sample = |cycle| {
        disturbance = likeness * disturbance + (1.0 - likeness * likeness).sqrt() * running.normal();
        running.slow ^= running.random.f64() < 0.3;
        let mode = if running.slow { machine.modes } else { 1.0 };
        let drift = machine.drift.powf(cycle as f64 / cycles as f64);
        let level = cost * mode * drift * (machine.block_noise.max(0.05) * disturbance).exp();
        Sample { arm: 0, cycle, pass: 7, ticks: (1e5 * running.cycle(level)) as u64, begin: 0 }
    };
    let samples = (1..=cycles).map(&mut sample).collect();
    let empty = || Session { cycle_times: Vec::new(), canary: Vec::new(), roof: None, ..TEMPLATE.clone() };
    let mut session = Session { samples, blocks: Vec::new(), ..empty() };
    session.stages.truncate(1);
    session.passes.truncate(1);
    session
}

static TEMPLATE: LazyLock<Session> = LazyLock::new(|| read_session(Path::new("tests/data/session_v1.ron")).unwrap());

#[test]
fn sessions_of_the_same_code_are_called_different_in_at_most_one_of_twenty_trials() {
    println!("false verdicts of any row, in % of {TRIALS} trials, and a difference of 10 % found in the whole");
    for machine in [QUIET, SPIKES, MODES, Machine { drift: 1.2, ..QUIET }, Machine { drift: 1.0, ..ALL }] {
        for (cycles, likeness) in [(30, 0.0), (300, 0.8), (600, 0.9)] {
            let compared = |seed: u64, cost: f64| {
                let old = session(machine, 2 * seed, cost, cycles, likeness);
                let new = session(machine, 2 * seed + 1, 1.0, cycles, likeness);
                compare_sessions(&old, &new, None, &Rules::default()).unwrap()
            };
            let is_false = |seed| {
                let comparison = compared(seed, 1.0);
                let rows = comparison.arms[0].stages.iter().chain([&comparison.arms[0].whole]);
                rows.into_iter().any(|row| matches!(row.outcome, Outcome::Faster | Outcome::Slower))
            };
            let false_rate = rate(is_false);
            let found = rate(|seed| compared(seed, 1.1).arms[0].whole.outcome == Outcome::Faster);
            let (percent_false, percent_found) = (100.0 * false_rate, 100.0 * found);
            println!(
                "{:<24}  drift {:.1}  {cycles:>4} cycles, likeness {likeness:.2}  {percent_false:.2}  {percent_found:.1}",
                machine.name, machine.drift
            );
            assert!(false_rate <= 0.05, "{}: {false_rate}", machine.name);
        }
    }
}
