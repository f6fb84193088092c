//! The recurrence as passes: step by step, or in blocks that are reduced, carried and written; and the energy it leaves.

use super::cycle::Cycle;
use super::description::stage;
use super::kernels::TenPass;
use super::layout::{buffer, numbered, weight_names};
use super::params::Rules;
use crate::sim::{BufferId, Cost, Variant};

/// What a pass of the recurrence does with its blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Leaves the end of each block.
    Reduce,
    /// Writes every token, each block from what was carried to it.
    Carried,
    /// Writes every token of the only block.
    Alone,
}

impl Cycle<'_> {
    /// The eigenstates from token to token.
    pub(super) fn recur(&mut self, layer: u32) {
        let (steps, blocks) = self.form.blocks();
        let constants = TenPass { steps, blocks, ..self.constants(layer) };
        if !self.form.switches.scan {
            for row in 0..self.form.tokens {
                let is_last = row + 1 == self.form.tokens;
                let step = TenPass { first_row: row, steps: 1, blocks: 1, ..constants };
                self.blocks(&step, Phase::Alone, is_last);
            }
        } else if blocks == 1 {
            self.blocks(&constants, Phase::Alone, true);
        } else {
            self.blocks(&constants, Phase::Reduce, false);
            self.carry(&constants);
            self.blocks(&constants, Phase::Carried, true);
        }
    }

    fn blocks(&mut self, constants: &TenPass, phase: Phase, is_last: bool) {
        let [_, _, recurrence, matrices] = weight_names(self.form.rules).map(|name| numbered(name, constants.layer));
        let energy = is_last && self.form.switches.fused_energy;
        let phase_definition = match phase {
            Phase::Reduce => Some(("REDUCE", 1)),
            Phase::Carried => Some(("CARRIED", 1)),
            Phase::Alone => None,
        };
        let mut definitions: Vec<_> = phase_definition.into_iter().collect();
        let mut bindings = vec![buffer::DRIVE, recurrence];
        let kernel = if self.form.switches.diagonalised {
            definitions.push(("QUADS", (self.shape.eigenstates / 4) as i32));
            if phase == Phase::Reduce {
                bindings.push(buffer::ENDS);
            } else {
                bindings.extend([buffer::MODES, buffer::STATES]);
                bindings.extend((phase == Phase::Carried).then_some(buffer::CARRIES));
                if is_last {
                    definitions.push(("LAST_STEP", 1));
                    bindings.extend([matrices, buffer::EIGENSTATES]);
                }
            }
            "ten/recur_modes"
        } else {
            definitions.push(("WIDTH", self.shape.eigenstates as i32));
            bindings.push(matrices);
            let corrected = self.form.rules == Rules::Corrected;
            definitions.extend(corrected.then_some(("COMPLEX_DRIVE", 1)));
            if phase == Phase::Reduce {
                bindings.push(buffer::ENDS);
            } else {
                definitions.extend(corrected.then_some(("COMPLEX_STATES", 1)));
                // Before the resonance, where a folded matrix applies it; the published fix applies it once more.
                let folded = corrected && self.form.switches.fused_resonance;
                definitions.extend(folded.then_some(("BEFORE_RESONANCE", 1)));
                bindings.extend([buffer::EIGENSTATES, buffer::STATES]);
                bindings.extend((phase == Phase::Carried).then_some(buffer::CARRIES));
            }
            "ten/recur_matrix"
        };
        if energy {
            definitions.push(("ENERGY", 1));
            bindings.push(buffer::ENERGIES);
        }
        let workgroups = [self.shape.cells, constants.blocks, 1];
        let cost = self.cost(constants.steps * constants.blocks, phase != Phase::Reduce);
        self.pass(stage::RECUR, Variant::new(kernel, definitions), bindings, constants, workgroups, cost);
    }

    fn carry(&mut self, constants: &TenPass) {
        let [_, _, recurrence, matrices] = weight_names(self.form.rules).map(|name| numbered(name, constants.layer));
        let size = self.shape.eigenstates as i32;
        let (variant, bindings): (_, Vec<BufferId>) = if self.form.switches.diagonalised {
            (
                Variant::new("ten/carry_modes", [("QUADS", size / 4)]),
                vec![buffer::ENDS, recurrence, buffer::MODES, buffer::CARRIES],
            )
        } else {
            (
                Variant::new("ten/carry_matrix", [("WIDTH", size)]),
                vec![buffer::ENDS, matrices, buffer::EIGENSTATES, buffer::CARRIES],
            )
        };
        let cost = self.cost(constants.blocks, true);
        self.pass(stage::RECUR, variant, bindings, constants, [self.shape.cells, 1, 1], cost);
    }

    /// What so many steps must do: read the drive, write the states.
    fn cost(&self, steps: u32, writes: bool) -> Cost {
        let steps = u64::from(steps);
        let states = u64::from(self.form.states);
        let matrix = if self.form.switches.diagonalised { 0 } else { 4 * u64::from(self.shape.eigenstates) };
        let written = 4 * steps * u64::from(self.form.stored_width());
        Cost {
            bytes_read: 4 * steps * u64::from(self.form.drive_width()),
            bytes_written: if writes { written } else { 0 },
            operations: steps * states * (8 + matrix),
        }
    }

    /// Two sums over the squares and a pass that adds them.
    pub(super) fn energy(&mut self, layer: u32) {
        let states = 4 * u64::from(self.form.states);
        for (first_row, definition) in [(0, None), (1, None), (0, Some(("ADD", 1)))] {
            let constants = TenPass { first_row, ..self.constants(layer) };
            let variant = Variant::new("ten/energy", definition);
            let bindings = vec![buffer::EIGENSTATES, buffer::ENERGIES];
            let read = if definition.is_some() { 8 } else { states };
            let cost = Cost { bytes_read: read, bytes_written: 4, operations: states / 2 };
            self.pass(stage::MEASURE, variant, bindings, &constants, [1, 1, 1], cost);
        }
    }
}
