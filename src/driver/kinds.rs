//! Kinds of passes: numbered as they first appear, each with the time that it last took.

use super::message::PassKind;
use crate::gpu::Variant;
use crate::sim::{Cost, Pass, StageSet};
use std::collections::HashMap;

/// How much of a new sample goes into the estimate.
const FRESHNESS: f64 = 0.25;

/// All kinds so far.
#[derive(Debug, Default)]
pub struct Kinds {
    first: u32,
    numbers: HashMap<Variant, Vec<(StageSet, Cost, u32)>>,
    waits: HashMap<StageSet, u32>,
    kinds: Vec<PassKind>,
    milliseconds: Vec<Option<f64>>,
}

impl Kinds {
    /// None yet; they will be numbered from `first`.
    pub fn starting_at(first: u32) -> Self {
        Self { first, ..Self::default() }
    }

    fn place(&self, number: u32) -> Option<usize> {
        Some(number.checked_sub(self.first)? as usize)
    }

    /// The number of the kind of passes that are timed as one, and whether it is new: the first one's variant, with the
    /// stages and the cost of all.
    pub fn of_passes(&mut self, passes: &[Pass], stages: &[&str]) -> (u32, bool) {
        match passes {
            [] => (super::UNTIMED, false),
            [pass] => self.of_pass(pass, stages),
            [first, rest @ ..] => {
                let mut all = Pass { bindings: Vec::new(), uniform: Vec::new(), ..first.clone() };
                for pass in rest {
                    all.stages = all.stages.and(pass.stages);
                    all.cost.bytes_read += pass.cost.bytes_read;
                    all.cost.bytes_written += pass.cost.bytes_written;
                    all.cost.operations += pass.cost.operations;
                }
                self.of_pass(&all, stages)
            }
        }
    }

    /// The number of a pass's kind, and whether it is new.
    pub fn of_pass(&mut self, pass: &Pass, stages: &[&str]) -> (u32, bool) {
        let known = self.numbers.get(&pass.variant).and_then(|entries| {
            entries.iter().find(|(set, cost, _)| *set == pass.stages && *cost == pass.cost).map(|entry| entry.2)
        });
        if let Some(number) = known {
            return (number, false);
        }
        let number = self.add(pass.stages.name(stages), Some(pass.variant.clone()), pass.cost);
        self.numbers.entry(pass.variant.clone()).or_default().push((pass.stages, pass.cost, number));
        (number, true)
    }

    /// The number of a stage's waits, and whether it is new.
    pub fn of_wait(&mut self, set: StageSet, stages: &[&str]) -> (u32, bool) {
        if let Some(number) = self.waits.get(&set) {
            return (*number, false);
        }
        let number = self.add(format!("{}, waiting", set.name(stages)), None, Cost::default());
        self.waits.insert(set, number);
        (number, true)
    }

    fn add(&mut self, stage: String, variant: Option<Variant>, cost: Cost) -> u32 {
        let id = self.first + self.kinds.len() as u32;
        self.kinds.push(PassKind { id, stage, variant, cost });
        self.milliseconds.push(None);
        id
    }

    /// The kind of this number.
    pub fn get(&self, number: u32) -> Option<&PassKind> {
        self.kinds.get(self.place(number)?)
    }

    /// All kinds.
    pub fn all(&self) -> &[PassKind] {
        &self.kinds
    }

    /// Takes in a measured time.
    pub fn learn(&mut self, number: u32, milliseconds: f64) {
        if let Some(slot) = self.place(number).and_then(|place| self.milliseconds.get_mut(place)) {
            *slot = Some(slot.map_or(milliseconds, |old| old + FRESHNESS * (milliseconds - old)));
        }
    }

    /// What a pass of this kind will take, if one was ever timed.
    pub fn estimate(&self, number: u32) -> Option<f64> {
        self.milliseconds.get(self.place(number)?).copied().flatten()
    }
}
