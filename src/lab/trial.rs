//! A against B while both run: from a common start, in blocks of random order, until the answer is sure enough.
//!
//! A trial is a queue of steps. Headless they are taken one after another; a window takes as many as its frame has room
//! for. When the queue is empty the trial decides what follows.

use super::block::{Block, OpenBlock};
use super::deviation::{self, Comparison};
use super::ledger::Ledger;
use super::moments::Moments;
use super::promise::{Promise, broken};
use super::schedule::lengths;
use super::terms::{Ended, Finding, Pace, Phase, Settings, TrialError};
use super::verdicts::{Judged, Verdicts};
use super::{BlockLength, Enough, Look, PairOrder, Schedule};
use crate::driver::{Driver, Event};
use crate::gpu::GpuError;
use crate::gpu::roof::Canary;
use crate::session;
use crossbeam_channel::Receiver;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Pairs run at most this many times as often as is needed where some of them have no time.
const TRIES: u32 = 4;

/// Pairs between two exchanges of memory: as many run with the arms in either place after every fourth.
pub(super) const PAIRS_IN_PLACE: u32 = 2;

/// What a trial does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// An arm to this cycle, and the time that its cycles take noted.
    Grow { arm: usize, cycle: u64 },
    /// How far the arms are from each other, where both stand.
    Compare,
    /// The canary, and then a block of `arm` that counts as `role`: 0 is A, 1 is B.
    Begin { arm: usize, role: usize },
    /// The block's dropped cycles.
    WarmUp,
    /// The block's measured cycles.
    Measure,
    /// Puts the last two blocks together.
    ClosePair,
    /// B to A's cycle, unmeasured.
    Follow,
    /// Each arm to where the other's memory lies.
    Exchange,
}

/// Arrays that are being compared, over several frames.
struct Asking {
    /// Those that were not asked for yet.
    arrays: VecDeque<&'static str>,
    /// Answers under way.
    awaited: usize,
}

/// B, and what is known of both arms.
pub struct Trial {
    b: Driver,
    events: [Receiver<Event>; 2],
    ledgers: [Ledger; 2],
    settings: Settings,
    promise: Promise,
    canary: Canary,
    schedule: Schedule,
    start: u64,
    began: Instant,
    asked_to_stop: bool,
    phase: Phase,
    steps: VecDeque<Step>,
    /// Where the running step leads and when it began.
    running: Option<(u64, Instant)>,
    open: Option<OpenBlock>,
    blocks: Vec<Block>,
    /// Of A and of B.
    lengths: [BlockLength; 2],
    /// The part of an arm's memory that was exchanged, once it was.
    exchanged: Option<f64>,
    /// Seconds of cycles in the growth, of A and of B.
    seen: [Vec<f64>; 2],
    verdicts: Verdicts,
    latest: Option<Judged>,
    moments: Moments,
    comparer: deviation::Comparer,
    asking: Option<Asking>,
    deviations: Vec<session::Deviation>,
    figures: Option<(u64, [Vec<f32>; 2])>,
    findings: Vec<Finding>,
}

impl Trial {
    /// B against A from where both stand: at the same cycle, with the same arrays. `b` has become arm 1.
    ///
    /// # Errors
    /// The canary's kernel does not build, or the device was lost.
    pub fn new(
        a: &mut Driver,
        b: Driver,
        b_events: Receiver<Event>,
        promise: Promise,
        settings: Settings,
    ) -> Result<Self, TrialError> {
        let mut ledgers = [&*a, &b].map(|driver| Ledger::new(driver.clock().nanoseconds_per_tick()));
        for kind in a.pass_kinds() {
            ledgers[0].observe(&Event::PassKind(kind.clone()));
        }
        let start = a.status().cycle;
        let growth = settings.growth.iter().flat_map(|cycles| {
            let cycle = start + cycles;
            [Step::Grow { arm: 0, cycle }, Step::Grow { arm: 1, cycle }, Step::Compare]
        });
        Ok(Self {
            start,
            steps: growth.collect(),
            canary: Canary::new(b.kernels())?,
            events: [a.listen(), b_events],
            ledgers,
            schedule: Schedule::new(settings.seed),
            verdicts: Verdicts::new(settings.rules, settings.floor.clone()),
            moments: Moments::of(&promise),
            comparer: deviation::Comparer::new(b.gpu()),
            asking: None,
            b,
            promise,
            began: Instant::now(),
            asked_to_stop: false,
            phase: Phase::Growth,
            running: None,
            open: None,
            blocks: Vec::new(),
            lengths: [BlockLength::choose(0.0, 0.0, 1); 2],
            exchanged: None,
            seen: [Vec::new(), Vec::new()],
            latest: None,
            deviations: Vec::new(),
            figures: None,
            findings: Vec::new(),
            settings,
        })
    }

    /// Goes on: a step, or as much of one as a frame has room for. Does nothing once it is over.
    ///
    /// Returns whether something was finished: a frame that has room left may go on at once then.
    ///
    /// # Errors
    /// An arm cannot go on, or their arrays cannot be compared.
    pub fn advance(&mut self, a: &mut Driver, pace: Pace) -> Result<bool, TrialError> {
        if self.is_over() {
            return Ok(false);
        }
        let Some(step) = self.steps.front().copied() else {
            self.decide(a);
            return Ok(true);
        };
        let done = self.take(step, a, pace)?;
        if done {
            self.steps.pop_front();
            self.running = None;
        }
        if done || self.events.iter().any(is_crowded) {
            self.hear();
        }
        Ok(done)
    }

    /// Ends after the running pair.
    pub fn stop(&mut self) {
        self.asked_to_stop = true;
    }

    /// Measures A against A again, before the next pair.
    pub fn measure_floor_again(&mut self) {
        self.verdicts.forget_floor();
    }

    /// How far it is.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Done(_))
    }

    /// Timed pairs of A against A and of A against B so far, and the most that are wanted.
    pub fn progress(&self) -> (u32, u32, u32) {
        let most = self.settings.looks.all().last().map_or(0, |look| look.pairs);
        (self.verdicts.floor_count().1, self.verdicts.count().1, most)
    }

    /// How long it has been going on.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// What the last look came to.
    pub fn latest(&self) -> Option<&Judged> {
        self.latest.as_ref()
    }

    /// What B's result promises.
    pub fn promise(&self) -> &Promise {
        &self.promise
    }

    /// The moments that a Statistical toggle is judged by.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// Every deviation so far, array by array and cycle by cycle.
    pub fn deviations(&self) -> &[session::Deviation] {
        &self.deviations
    }

    /// The system's own figures where both arms stood last: the cycle, and those of A and of B.
    pub fn figures(&self) -> Option<&(u64, [Vec<f32>; 2])> {
        self.figures.as_ref()
    }

    /// The part of the larger arm's memory that both exchange every second pair, from 0 to 1; `None` before the first time.
    pub fn exchanged(&self) -> Option<f64> {
        self.exchanged
    }

    /// Arm B.
    pub fn b(&self) -> &Driver {
        &self.b
    }

    /// What there is to tell since the last call.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Takes a step, or goes on with it; returns whether it is done.
    fn take(&mut self, step: Step, a: &mut Driver, pace: Pace) -> Result<bool, TrialError> {
        match step {
            Step::Grow { arm, cycle } => {
                let before = self.arm(arm, a).status().cycle;
                let Some(took) = self.run(arm, a, cycle, pace)? else { return Ok(false) };
                if cycle > before {
                    self.seen[arm].push(took.as_secs_f64() / (cycle - before) as f64);
                }
            }
            Step::Follow => {
                let cycle = a.status().cycle;
                if self.run(1, a, cycle, pace)?.is_none() {
                    return Ok(false);
                }
            }
            Step::Compare => return self.compare(a, pace),
            Step::Begin { arm, role } => {
                self.arm(arm, a).settle()?;
                let first = self.arm(arm, a).status().cycle + 1;
                self.open = Some(OpenBlock { arm, role, first, canary: self.canary.run()? });
            }
            Step::WarmUp | Step::Measure => return self.run_block(step, a, pace),
            Step::ClosePair => self.close_pair(),
            Step::Exchange => {
                let moved = a.exchange_memory(&mut self.b)?;
                let largest = a.status().bytes.max(self.b.status().bytes);
                self.exchanged = Some(moved as f64 / largest.max(1) as f64);
            }
        }
        Ok(true)
    }

    fn arm<'a>(&'a mut self, arm: usize, a: &'a mut Driver) -> &'a mut Driver {
        if arm == 0 { a } else { &mut self.b }
    }

    /// Runs an arm to a cycle; the time that it took from an idle device to an idle device, once it is there.
    fn run(&mut self, arm: usize, a: &mut Driver, cycle: u64, pace: Pace) -> Result<Option<Duration>, TrialError> {
        let (cycle, began) = *self.running.get_or_insert((cycle, Instant::now()));
        let driver = if arm == 0 { a } else { &mut self.b };
        driver.time_through(cycle);
        match pace {
            // Nothing is heard inside of a block unless events would be lost: hearing takes time too.
            Pace::Step => while !driver.go_towards(cycle)? && !is_crowded(&self.events[arm]) {},
            Pace::Frame(budget) => driver.frame_to(budget, cycle)?,
        }
        if driver.status().cycle < cycle || !driver.is_at_boundary() {
            return Ok(None);
        }
        driver.settle()?;
        Ok(Some(began.elapsed()))
    }

    fn run_block(&mut self, step: Step, a: &mut Driver, pace: Pace) -> Result<bool, TrialError> {
        let Some(open) = self.open else { return Ok(true) };
        let measures = step == Step::Measure;
        let block = self.lengths[open.arm];
        let length = if measures { block.cycles() } else { block.warm_up };
        let Some(wall) = self.run(open.arm, a, open.first + length - 1, pace)? else { return Ok(false) };
        if measures {
            self.hear();
            self.open = None;
            let block = open.close(block, self.settings.clock, wall, &self.ledgers[open.arm]);
            self.blocks.push(block);
        }
        Ok(true)
    }

    /// Takes in what the arms have told.
    fn hear(&mut self) {
        for (events, ledger) in self.events.iter().zip(&mut self.ledgers) {
            for event in events.try_iter() {
                ledger.observe(&event);
                self.findings.push(Finding::Event(event));
            }
        }
    }

    fn close_pair(&mut self) {
        let blocks = std::mem::take(&mut self.blocks);
        let is_floor = blocks.iter().all(|block| block.arm == 0);
        let of = |role| blocks.iter().find(|block| block.role == role);
        if let (Some(baseline), Some(variant)) = (of(0), of(1)) {
            if is_floor {
                self.verdicts.add_floor(baseline, variant);
            } else {
                self.verdicts.add(baseline, variant);
            }
        }
        let number = (!is_floor).then(|| self.verdicts.count().0);
        for block in &blocks {
            self.ledgers[block.arm].forget_before(block.last);
        }
        self.findings.extend(blocks.into_iter().map(|block| Finding::Block(block, number)));
    }

    /// Compares every array that means the same in both arms, and holds the result to what B promises. A frame asks and
    /// comes back for the answers.
    fn compare(&mut self, a: &Driver, pace: Pace) -> Result<bool, TrialError> {
        let (of_a, of_b) = (a.state(), self.b.state());
        let cycle = a.status().cycle;
        let bound = self.promise.bound_after(cycle - self.start);
        let mut asking = match self.asking.take() {
            Some(asking) => asking,
            None => {
                let compared = a.simulation().compared();
                let shared = deviation::shared_arrays(&of_a, &of_b).into_iter();
                Asking { arrays: shared.filter(|name| compared.contains(name)).collect(), awaited: 0 }
            }
        };
        let question = |array| deviation::Question {
            a: deviation::Arm { state: &of_a, buffers: a.buffers() },
            b: deviation::Arm { state: &of_b, buffers: self.b.buffers() },
            array,
            cycle,
            tolerance: 0.0,
        };
        let mut found = Vec::new();
        if pace == Pace::Step {
            for array in asking.arrays.drain(..) {
                found.push(deviation::compare(a.kernels(), &question(array))?);
            }
        }
        while let Some(array) = asking.arrays.front().copied() {
            if self.comparer.request(a.kernels(), &question(array))? == deviation::Request::NotYet {
                break;
            }
            asking.arrays.pop_front();
            asking.awaited += 1;
        }
        a.gpu().poll()?;
        while let Some(answer) = self.comparer.take() {
            asking.awaited -= 1;
            found.push(answer);
        }
        if self.comparer.missed() > 0 {
            return Err(GpuError::Lost("a comparison was never answered".to_owned()).into());
        }
        for comparison in &found {
            self.take_comparison(comparison, bound);
        }
        if asking.awaited > 0 || !asking.arrays.is_empty() {
            self.asking = Some(asking);
            return Ok(false);
        }
        if let [Some(of_a), Some(of_b)] = [0, 1].map(|arm: usize| self.ledgers[arm].figures(cycle)) {
            self.figures = Some((cycle, [of_a.to_vec(), of_b.to_vec()]));
        }
        Ok(true)
    }

    fn take_comparison(&mut self, found: &Comparison, bound: Option<f64>) {
        self.moments.take(found);
        let record = found.record(&self.settings.subject, bound);
        if record.breaks_its_bound() && !self.is_over() {
            self.phase = Phase::Done(Ended::BrokenPromise(broken(&record)));
        }
        self.deviations.push(record.clone());
        self.findings.push(Finding::Deviation(record));
    }

    /// What follows once all steps are taken.
    fn decide(&mut self, a: &Driver) {
        match self.phase {
            Phase::Growth | Phase::Floor if self.asked_to_stop => {
                self.judge_early();
                self.phase = Phase::Done(Ended::Enough(Enough::User));
            }
            Phase::Growth => {
                self.choose_lengths(a);
                self.phase = Phase::Floor;
            }
            Phase::Floor if self.floor_is_known() => {
                self.phase = Phase::Pairs;
                if !self.settings.apart {
                    self.steps.extend([Step::Follow, Step::Compare]);
                }
            }
            Phase::Floor => self.plan_pair([0, 0]),
            Phase::Pairs => self.decide_on_pairs(),
            Phase::Done(_) => {}
        }
    }

    fn decide_on_pairs(&mut self) {
        // A pair that is thrown out brings no look nearer.
        let (all, count) = self.verdicts.count();
        let looks = &self.settings.looks;
        if let Some(moment) = self.moments.broken() {
            self.phase = Phase::Done(Ended::BrokenPromise(moment.text()));
        } else if let Some(look) = looks.at(count) {
            let judged = self.verdicts.judge(look.error);
            let enough = self.settings.stopping.at(&judged.whole, looks.after(count));
            self.latest = Some(judged);
            if let Some(enough) = enough {
                self.phase = Phase::Done(Ended::Enough(enough));
            }
        }
        if self.is_over() {
            return;
        }
        let most = TRIES.saturating_mul(self.progress().2);
        let over = self.settings.stopping.between(self.began.elapsed(), self.asked_to_stop);
        if let Some(enough) = over.or_else(|| (all >= most).then_some(Enough::Pairs)) {
            self.judge_early();
            self.phase = Phase::Done(Ended::Enough(enough));
        } else if !self.floor_is_known() {
            self.phase = Phase::Floor;
        } else {
            if all > 0 && all.is_multiple_of(PAIRS_IN_PLACE) {
                self.steps.push_back(Step::Exchange);
            }
            self.plan_pair([0, 1]);
            if !self.settings.apart {
                self.steps.push_back(Step::Compare);
            }
        }
    }

    /// Whether A against A has run often enough, or so often that it will not have more times.
    fn floor_is_known(&self) -> bool {
        let (all, timed) = self.verdicts.floor_count();
        timed >= self.settings.floor_pairs || all >= TRIES * self.settings.floor_pairs
    }

    /// A verdict before its time has come, with the error of the look that will not be made any more.
    fn judge_early(&mut self) {
        let (_, count) = self.verdicts.count();
        let looks = &self.settings.looks;
        let look: Option<Look> = looks.after(count).or_else(|| looks.at(count));
        if let Some(look) = look {
            self.latest = Some(self.verdicts.judge(look.error));
        }
    }

    /// A pair in random order; `arms` are those that count as A and as B.
    fn plan_pair(&mut self, arms: [usize; 2]) {
        // The schedule never ends.
        let order = self.schedule.next().unwrap_or(PairOrder::BaselineFirst);
        let roles = if order == PairOrder::BaselineFirst { [0, 1] } else { [1, 0] };
        for role in roles {
            self.steps.extend([Step::Begin { arm: arms[role], role }, Step::WarmUp, Step::Measure]);
        }
        self.steps.push_back(Step::ClosePair);
    }

    fn choose_lengths(&mut self, a: &Driver) {
        let periods = [a, &self.b].map(|arm| arm.simulation().period(arm.toggles()));
        let seconds = [0, 1].map(|arm: usize| session::median(&self.seen[arm]).unwrap_or(f64::INFINITY));
        let tick = a.clock().nanoseconds_per_tick() * 1e-9;
        self.lengths = lengths(periods, seconds, tick, self.settings.apart, self.settings.periods);
    }
}

/// Whether more than half of a channel's room is taken.
fn is_crowded(events: &Receiver<Event>) -> bool {
    events.capacity().is_some_and(|room| events.len() > room / 2)
}
