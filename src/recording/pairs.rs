//! A comparison within a recording: two arms, and blocks in pairs.

use super::{Recording, memory_by_name, parameters_of};
use crate::driver::Driver;
use crate::lab;
use crate::session::{self, MemoryUse, Record, SessionError};
use crate::sim::Toggle;
use std::collections::BTreeMap;

/// Where an arm's toggles and parameters stand, and what memory it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Positions {
    toggles: BTreeMap<String, bool>,
    parameters: BTreeMap<String, f64>,
    memory: Vec<(&'static str, u64)>,
}

impl Positions {
    /// Those of an arm as it stands.
    pub fn of(driver: &Driver) -> Self {
        let toggles = &driver.simulation().description().toggles;
        let position = |(index, toggle): (usize, &Toggle)| (toggle.name.to_owned(), driver.toggles().is_on(index));
        Self {
            toggles: toggles.iter().enumerate().map(position).collect(),
            parameters: parameters_of(driver.simulation()),
            memory: memory_by_name(&driver.state()),
        }
    }
}

impl Recording {
    /// Notes the second arm of a comparison. From now on blocks are what [`Self::block`] is told, and not what is inferred
    /// from commands.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn begin_pairs(&mut self, b: &Positions) -> Result<(), SessionError> {
        self.leave_blocks_to_pairs()?;
        for (array, bytes) in &b.memory {
            self.recorder.push(Record::Memory(MemoryUse { arm: 1, array: (*array).to_owned(), bytes: *bytes }))?;
        }
        Ok(())
    }

    /// Infers no blocks any more, and closes the one that runs.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn leave_blocks_to_pairs(&mut self) -> Result<(), SessionError> {
        self.close_block(self.last_cycle + 1)?;
        self.in_pairs = true;
        Ok(())
    }

    /// Goes on with one arm: blocks are inferred again.
    pub fn end_pairs(&mut self) {
        self.in_pairs = false;
        self.block_began = self.last_cycle + 1;
    }

    /// Writes a block of one arm, and how long its canary took.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn block(
        &mut self,
        block: &lab::Block,
        pair: Option<u32>,
        positions: &[Positions; 2],
    ) -> Result<(), SessionError> {
        let arm = block.arm as u8;
        if let Some(canary) = block.measured.canary {
            let canary = session::Canary { arm, cycle: block.first, nanoseconds: canary * 1e6 };
            self.recorder.push(Record::Canary(vec![canary]))?;
        }
        let of_arm = positions.get(block.arm).cloned().unwrap_or_default();
        self.recorder.push(Record::Block(session::Block {
            arm,
            pair,
            first_cycle: block.first,
            last_cycle: block.last,
            warm_up_cycles: block.warm_up,
            toggles: of_arm.toggles,
            parameters: of_arm.parameters,
        }))
    }
}
