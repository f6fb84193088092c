//! What happens between cycles: drawing the initial state, and carrying it over when toggles are switched.

use super::Field;
use super::kernels::FieldPass;
use super::layout::{Needs, SlabRange, buffer, slab_buffer};
use super::operation::{Operation, Sums};
use super::params::Switches;
use super::passes::Passes;
use crate::sim::{BufferId, Cost, Plan, StageSet, Step};

/// No row of the timing table: transitions are not part of a cycle.
const NO_STAGE: StageSet = StageSet(0);

/// Draws everything at cycle 0.
pub fn initialise(field: &Field, switches: Switches, plan: &mut Plan) {
    let needs = Needs::of(&switches);
    for id in [buffer::SCALARS, buffer::PREDICTIONS, buffer::CHANNEL_MOMENTUM, buffer::OFFSETS, buffer::FIGURES] {
        plan.steps.push(Step::Clear(id));
    }
    clear_cells(field, &switches, needs.momentum, needs.phase, plan);
    let mut passes = Passes::new(field, switches, 0, plan);
    forget(&mut passes, &["START"]);
    draw_weights(field, &mut passes);
    for slab in field.slabs.iter() {
        let target = passes.field_buffer(slab);
        draw(field, &mut passes, "FIELD", target, slab);
    }
    draw_maps(field, &mut passes, needs.frequency_map, needs.decay_map);
    if switches.lazy_scale {
        know_the_sums(&mut passes);
    }
    passes.finish();
}

/// Sums and the largest magnitude of the field as it stands, from which the lazy scale goes on.
fn know_the_sums(passes: &mut Passes<'_>) {
    passes.sum(Sums::LAZY, NO_STAGE);
    passes.lazy(NO_STAGE, &["SETTLED"]);
}

/// Carries the state over.
///
/// Momentum or phase that a setting brings back starts at zero; the predictor forgets when learning is left out.
pub fn switch(field: &Field, from: Switches, to: Switches, plan: &mut Plan) {
    let (had, needs) = (Needs::of(&from), Needs::of(&to));
    clear_cells(field, &to, needs.momentum && !had.momentum, needs.phase && !had.phase, plan);
    if to.global_momentum && !from.global_momentum {
        plan.steps.push(Step::Clear(buffer::CHANNEL_MOMENTUM));
    }
    if from.lazy_scale && !to.lazy_scale {
        let mut passes = Passes::new(field, from, 0, plan);
        passes.apply(Operation::Settle);
        know_the_sums(&mut passes);
    }
    let mut passes = Passes::new(field, to, 0, plan);
    if to.lazy_scale && !from.lazy_scale {
        know_the_sums(&mut passes);
    }
    if to.learning_left_out && !from.learning_left_out {
        forget(&mut passes, &[]);
    }
    draw_maps(field, &mut passes, needs.frequency_map && !had.frequency_map, needs.decay_map && !had.decay_map);
    if from.half_storage != to.half_storage {
        let arrays =
            [("field", true), ("momentum", had.momentum && needs.momentum), ("phase", had.phase && needs.phase)];
        for (array, _) in arrays.into_iter().filter(|(_, carried)| *carried) {
            convert(field, &mut passes, array, &from, &to);
        }
    }
    passes.finish();
}

fn clear_cells(field: &Field, switches: &Switches, momentum: bool, phase: bool, plan: &mut Plan) {
    for slab in field.slabs.iter() {
        let place = slab.index as usize;
        if momentum {
            plan.steps.push(Step::Clear(slab_buffer("momentum", switches, field.rotation.momentum[place])));
        }
        if phase {
            plan.steps.push(Step::Clear(slab_buffer("phase", switches, slab.index)));
        }
    }
}

fn forget(passes: &mut Passes<'_>, definitions: &[&'static str]) {
    passes.small(NO_STAGE, "field/forget", definitions, vec![buffer::SCALARS], &[], [1, 1, 1], Cost::default());
}

fn draw_weights(field: &Field, passes: &mut Passes<'_>) {
    let Some(slab) = field.slabs.iter().next() else { return };
    // The kernel takes the number of sensors where others take that of partial sums.
    let constants = FieldPass { partials: field.model.sensors, ..passes.constants(slab) };
    let cells = u64::from(field.model.sensors * field.slabs.groups);
    write_cells(passes, "WEIGHTS", buffer::WEIGHTS, &constants, cells);
}

fn draw_maps(field: &Field, passes: &mut Passes<'_>, frequency: bool, decay: bool) {
    for (needed, name, definition) in [(frequency, "frequency map", "FREQUENCY"), (decay, "decay map", "DECAY")] {
        if needed {
            for slab in field.slabs.iter() {
                draw(field, passes, definition, buffer::map(name, slab.index), slab);
            }
        }
    }
}

fn draw(field: &Field, passes: &mut Passes<'_>, definition: &'static str, target: BufferId, slab: SlabRange) {
    let constants = passes.constants(slab);
    write_cells(passes, definition, target, &constants, field.slabs.cells(slab));
}

fn write_cells(passes: &mut Passes<'_>, definition: &'static str, target: BufferId, constants: &FieldPass, cells: u64) {
    let cost = Cost { bytes_read: 0, bytes_written: 16 * cells, operations: 32 * cells };
    let uniform = bytemuck::bytes_of(constants);
    passes.small(NO_STAGE, "field/initialise", &[definition], vec![target], uniform, workgroups_for(cells), cost);
}

fn convert(field: &Field, passes: &mut Passes<'_>, array: &'static str, from: &Switches, to: &Switches) {
    for slab in field.slabs.iter() {
        let place = slab.index as usize;
        let physical = match array {
            "field" => field.rotation.field[place],
            "momentum" => field.rotation.momentum[place],
            _ => slab.index,
        };
        let bindings = vec![slab_buffer(array, from, physical), slab_buffer(array, to, physical)];
        let cells = field.slabs.cells(slab);
        let cost = Cost { bytes_read: 16 * cells, bytes_written: 16 * cells, operations: 0 };
        let definitions: &[&str] = if to.half_storage { &["HALF", "TO_HALF"] } else { &["HALF"] };
        let constants = passes.constants(slab);
        let uniform = bytemuck::bytes_of(&constants);
        passes.small(NO_STAGE, "field/convert", definitions, bindings, uniform, workgroups_for(cells), cost);
    }
}

/// Workgroups of 64 for so many cells, in rows that no adapter refuses.
fn workgroups_for(cells: u64) -> [u32; 3] {
    const ROW: u64 = 32_768;
    let groups = cells.div_ceil(64);
    let rows = groups.div_ceil(ROW).max(1);
    [groups.div_ceil(rows) as u32, rows as u32, 1]
}
