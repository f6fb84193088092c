//! The pairs of a trial, and what they come to: the whole cycle and every stage.

use super::block::Block;
use super::enough::ERROR;
use super::{Pair, Rules, Verdict};
use crate::session::median;
use serde::Serialize;
use std::collections::BTreeMap;

/// Pairs of blocks: of the whole cycle, and of each stage that both arms have.
#[derive(Clone, Debug, Default)]
struct Series {
    whole: Vec<Pair>,
    stages: BTreeMap<String, Vec<Pair>>,
}

impl Series {
    fn add(&mut self, baseline: &Block, variant: &Block) {
        self.whole.push(Pair { baseline: baseline.measured, variant: variant.measured });
        for (name, time) in &baseline.stages {
            let Some(other) = variant.stages.get(name) else { continue };
            let of = |block: &Block, time: f64| super::Measured { time, ..block.measured };
            let pair = Pair { baseline: of(baseline, *time), variant: of(variant, *other) };
            self.stages.entry(name.clone()).or_default().push(pair);
        }
    }
}

/// One stage of both arms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageVerdict {
    /// Its name.
    pub stage: String,
    /// Milliseconds a cycle in A, the median over its blocks; `None` where A has no such stage.
    pub baseline: Option<f64>,
    /// Milliseconds a cycle in B.
    pub variant: Option<f64>,
    /// Whether it is faster; `None` where only one arm has it.
    pub verdict: Option<Verdict>,
    /// How near A and B came to the machine's roof, from 0 to 1, where the recording of the run can tell.
    pub of_roof: [Option<f64>; 2],
}

/// What all pairs so far come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The whole cycle.
    pub whole: Verdict,
    /// A against A; `None` where that was not measured.
    pub floor: Option<Verdict>,
    /// Milliseconds a cycle of A and of B: medians over their blocks.
    pub times: [Option<f64>; 2],
    /// Every stage that either arm has, by name.
    pub stages: Vec<StageVerdict>,
}

/// All pairs of a trial.
#[derive(Clone, Debug)]
pub struct Verdicts {
    rules: Rules,
    known_floor: Option<Verdict>,
    floor: Series,
    pairs: Series,
    /// Milliseconds of every block by what it counted as, and by stage.
    blocks: [Vec<f64>; 2],
    stages: [BTreeMap<String, Vec<f64>>; 2],
}

impl Verdicts {
    /// None yet. `known_floor` is what A against A came to before; it holds as long as it is not measured again.
    pub fn new(rules: Rules, known_floor: Option<Verdict>) -> Self {
        Self {
            rules,
            known_floor,
            floor: Series::default(),
            pairs: Series::default(),
            blocks: Default::default(),
            stages: Default::default(),
        }
    }

    /// A pair of A against A.
    pub fn add_floor(&mut self, baseline: &Block, variant: &Block) {
        self.floor.add(baseline, variant);
    }

    /// A pair of A against B.
    pub fn add(&mut self, baseline: &Block, variant: &Block) {
        self.pairs.add(baseline, variant);
        for (place, block) in [baseline, variant].into_iter().enumerate() {
            self.blocks[place].push(block.measured.time);
            for (name, time) in &block.stages {
                self.stages[place].entry(name.clone()).or_default().push(*time);
            }
        }
    }

    /// Forgets the pairs of A against A, so that they can be measured again.
    pub fn forget_floor(&mut self) {
        self.floor = Series::default();
    }

    /// Pairs of A against B, and how many of them have a time.
    pub fn count(&self) -> (u32, u32) {
        count_of(&self.pairs)
    }

    /// Pairs of A against A, and how many of them have a time.
    pub fn floor_count(&self) -> (u32, u32) {
        count_of(&self.floor)
    }

    /// What they come to, with this probability that an interval misses the truth.
    pub fn judge(&self, error: f64) -> Judged {
        let floor_of = |pairs: &[Pair]| Verdict::of_pairs(pairs, None, ERROR, &self.rules);
        let measured = (!self.floor.whole.is_empty()).then(|| floor_of(&self.floor.whole));
        let floor = measured.or_else(|| self.known_floor.clone());
        let whole = Verdict::of_pairs(&self.pairs.whole, floor.as_ref(), error, &self.rules);
        let mut names: Vec<&String> = self.stages.iter().flat_map(BTreeMap::keys).collect();
        names.sort_unstable();
        names.dedup();
        let stages = names.into_iter().map(|name| {
            let middle = |place: usize| self.stages[place].get(name).and_then(|times| median(times));
            let floor = self.floor.stages.get(name).map(|pairs| floor_of(pairs));
            let pairs = self.pairs.stages.get(name);
            let verdict = pairs.map(|pairs| Verdict::of_pairs(pairs, floor.as_ref(), error, &self.rules));
            StageVerdict { stage: name.clone(), baseline: middle(0), variant: middle(1), verdict, of_roof: [None; 2] }
        });
        Judged { stages: stages.collect(), times: [0, 1].map(|place: usize| median(&self.blocks[place])), whole, floor }
    }
}

fn count_of(series: &Series) -> (u32, u32) {
    let pairs = &series.whole;
    let timed = pairs.iter().filter(|pair| pair.is_timed()).count();
    (pairs.len() as u32, timed as u32)
}
