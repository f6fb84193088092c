//! Turns operations into passes: groups them into sweeps over the field, cuts each sweep into slabs, binds and costs it.

use super::Field;
use super::description::stage;
use super::kernels::FieldPass;
use super::layout::{Rotation, SlabRange, buffer, slab_buffer, swap_with_spare};
use super::operation::{Operation, Sums, Sweep};
use super::params::Switches;
use crate::sim::random::Generator;
use crate::sim::{BufferId, Cost, Pass, Plan, StageSet, Step, Variant};

/// Writes passes to a plan.
pub struct Passes<'a> {
    field: &'a Field,
    switches: Switches,
    cycle: u64,
    plan: &'a mut Plan,
    rotation: Rotation,
    pending: Sweep,
}

impl<'a> Passes<'a> {
    /// Starts where the field's arrays stand now.
    pub fn new(field: &'a Field, switches: Switches, cycle: u64, plan: &'a mut Plan) -> Self {
        Self { field, switches, cycle, plan, rotation: field.rotation.clone(), pending: Sweep::default() }
    }

    /// Applies an operation: in the pass that is being put together where it fits, else in a new one.
    pub fn apply(&mut self, operation: Operation) {
        if !self.pending.takes(operation) {
            self.flush();
        }
        self.pending.operations.push(operation);
        if !self.switches.fused_pass {
            self.flush();
        }
    }

    /// Sums the field as it is now: in the pass that is being put together, else in one that only reads.
    pub fn sum(&mut self, sums: Sums, stages: StageSet) {
        self.pending.sums = sums;
        self.pending.sums_stage = stages;
        self.flush();
        if sums.moments {
            self.moments(sums, stages);
        }
    }

    /// Settles and clamps the field, and sums its channels, if the clamp could bind: the device decides.
    pub fn clamp_when_bound(&mut self) {
        self.flush();
        self.pending.operations = vec![Operation::Settle, Operation::Clamp];
        self.pending.sums = Sums::LAZY;
        self.pending.only_when_bound = true;
        self.flush();
    }

    /// Sums the field as it will be with its pending scale and offsets, without writing it.
    pub fn sum_unsettled(&mut self, sums: Sums, stages: StageSet) {
        self.flush();
        self.pending.operations = vec![Operation::Settle];
        self.pending.read_only = true;
        self.sum(sums, stages);
    }

    /// Whether exactly these operations wait to be written.
    pub fn pending_is(&self, operations: &[Operation]) -> bool {
        self.pending.operations == operations
    }

    /// Writes the pass that is being put together.
    pub fn flush(&mut self) {
        let sweep = std::mem::take(&mut self.pending);
        if sweep.operations.is_empty() && !sweep.sums.any() {
            return;
        }
        for slab in self.field.slabs.iter() {
            self.sweep_slab(&sweep, slab);
        }
    }

    /// Writes what is left and where the arrays stand afterwards.
    pub fn finish(mut self) {
        self.flush();
        self.plan.rotation = self.rotation.to_list();
    }

    /// Adds a step as it is.
    pub fn step(&mut self, step: Step) {
        self.flush();
        self.plan.steps.push(step);
    }

    /// The buffer that holds a slab of the field now.
    pub fn field_buffer(&self, slab: SlabRange) -> BufferId {
        slab_buffer("field", &self.switches, self.rotation.field[slab.index as usize])
    }

    /// Bytes of a stored element.
    pub fn element_bytes(&self) -> u64 {
        if self.switches.half_storage { 2 } else { 4 }
    }

    /// Constants of a pass over a slab.
    pub fn constants(&self, slab: SlabRange) -> FieldPass {
        let (model, slabs) = (&self.field.model, self.field.slabs);
        let rates = &model.rates;
        let sparse = |explore: f32| {
            if model.matched_variance {
                (300.0 * (rates.noise.powi(2) + explore * rates.exploration.powi(2))).sqrt()
            } else {
                0.01
            }
        };
        FieldPass {
            sites: model.sites,
            first_group: slab.first_group,
            groups: slab.groups,
            all_groups: slabs.groups,
            seed: self.field.seed,
            cycle: self.cycle as u32,
            first_partial: slab.index * slabs.partials(),
            partials: slabs.count() * slabs.partials(),
            injection: rates.injection,
            diffusion: rates.diffusion,
            decay: rates.decay,
            noise: rates.noise,
            exploration: rates.exploration,
            momentum: rates.momentum,
            sparse_noise: sparse(0.0),
            sparse_noise_exploring: sparse(1.0),
            slabs: slabs.count(),
            padding: [0; 3],
        }
    }

    /// A pass that is not a sweep over the field.
    #[expect(clippy::too_many_arguments, reason = "one argument per part of a pass; a struct would only repeat Pass")]
    pub fn small(
        &mut self,
        stages: StageSet,
        kernel: &'static str,
        definitions: &[&'static str],
        bindings: Vec<BufferId>,
        uniform: &[u8],
        workgroups: [u32; 3],
        cost: Cost,
    ) {
        let variant = self.variant(kernel, definitions);
        let uniform = uniform.to_vec();
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }

    /// Turns the partial sums into moments.
    fn moments(&mut self, sums: Sums, stages: StageSet) {
        let Some(slab) = self.field.slabs.iter().next() else { return };
        let constants = self.constants(slab);
        let definitions: &[&str] = if sums.sites { &["SITES"] } else { &[] };
        let bindings = vec![buffer::PARTIALS, buffer::SCALARS];
        let cost = Cost {
            bytes_read: 16 * u64::from(constants.partials),
            bytes_written: 16,
            operations: 4 * u64::from(constants.partials),
        };
        self.small(stages, "field/moments", definitions, bindings, bytemuck::bytes_of(&constants), [1, 1, 1], cost);
    }

    /// Moves the global phase on.
    pub fn advance_phase(&mut self) {
        let bindings = vec![buffer::SCALARS];
        self.small(stage::TENSIONS, "field/phase", &[], bindings, &[], [1, 1, 1], Cost::default());
    }

    /// Turns the partial channel sums into channel momentum and offsets.
    pub fn channel_momentum(&mut self) {
        let Some(slab) = self.field.slabs.iter().next() else { return };
        let mut constants = self.constants(slab);
        constants.partials = self.field.slabs.partials();
        let groups = self.field.slabs.groups;
        let bindings = vec![buffer::CHANNEL_PARTIALS, buffer::CHANNEL_MOMENTUM, buffer::OFFSETS];
        let sums = u64::from(constants.partials) * u64::from(groups);
        let cost = Cost { bytes_read: 16 * sums, bytes_written: 32 * u64::from(groups), operations: 4 * sums };
        let definitions = self.rules();
        let workgroups = [groups.div_ceil(64), 1, 1];
        let uniform = bytemuck::bytes_of(&constants);
        self.small(stage::MOMENTUM, "field/channels", &definitions, bindings, uniform, workgroups, cost);
    }

    /// A step of the pending scale and offsets, in one workgroup.
    pub fn lazy(&mut self, stages: StageSet, parts: &[&'static str]) {
        self.flush();
        let Some(slab) = self.field.slabs.iter().next() else { return };
        let mut constants = self.constants(slab);
        if parts.contains(&"SITES") {
            let workgroups: u32 = self.field.slabs.site_workgroups().iter().product();
            constants.partials = workgroups * constants.slabs;
        }
        let mut definitions = parts.to_vec();
        if parts.contains(&"MOMENTUM") {
            definitions.extend(self.rules());
        }
        let bindings = vec![
            buffer::SCALARS,
            buffer::OFFSETS,
            buffer::MEANS,
            buffer::CHANNEL_MOMENTUM,
            buffer::CHANNEL_PARTIALS,
            buffer::PARTIALS,
        ];
        let groups = u64::from(self.field.slabs.groups);
        let cost = Cost { bytes_read: 48 * groups, bytes_written: 32 * groups, operations: 8 * groups };
        self.small(stages, "field/lazy", &definitions, bindings, bytemuck::bytes_of(&constants), [1, 1, 1], cost);
    }

    /// Sparse noise at the sites that it hits, and nowhere else.
    pub fn noise_at_sites(&mut self) {
        self.flush();
        for slab in self.field.slabs.iter() {
            let constants = self.constants(slab);
            let bindings = vec![self.field_buffer(slab), buffer::SCALARS, buffer::CHANNEL_PARTIALS];
            let cells = self.field.slabs.cells(slab) / 100;
            let cost = Cost { bytes_read: 16 * cells, bytes_written: 16 * cells, operations: 40 * cells };
            let workgroups = self.field.slabs.site_workgroups();
            let uniform = bytemuck::bytes_of(&constants);
            self.small(stage::NOISE, "field/sites", &[], bindings, uniform, workgroups, cost);
        }
    }

    fn rules(&self) -> Vec<&'static str> {
        match self.field.model.rules {
            super::params::Rules::Stable => vec!["STABLE"],
            super::params::Rules::Published => Vec::new(),
        }
    }

    fn variant(&self, kernel: &'static str, definitions: &[&'static str]) -> Variant {
        let storage = self.switches.half_storage.then_some("HALF");
        let generator = (self.field.model.generator == Generator::Strict).then_some("STRICT_RANDOM");
        let all = definitions.iter().copied().chain(storage).chain(generator);
        Variant::new(kernel, all.map(|name| (name, 1)))
    }

    /// One slab of a sweep.
    fn sweep_slab(&mut self, sweep: &Sweep, slab: SlabRange) {
        let mut definitions: Vec<&'static str> = sweep
            .operations
            .iter()
            .flat_map(|operation| operation.definitions(&self.switches, self.field.model.rules))
            .collect();
        if sweep.sums.moments {
            definitions.extend(["MOMENTS", "PARTIALS"]);
        }
        if sweep.sums.largest {
            definitions.extend(["LARGEST", "PARTIALS"]);
        }
        if sweep.only_when_bound {
            definitions.push("ONLY_WHEN_BOUND");
        }
        if sweep.sums.sites {
            definitions.extend(["SITES", "SITES_USED"]);
        }
        if sweep.sums.channels {
            definitions.push("CHANNEL_SUMS");
        }
        if sweep.sums.any() {
            definitions.push("SUMS");
        }
        let (kernel, bindings) = if sweep.stencil().is_some() {
            ("field/stencil", self.stencil_bindings(&definitions, slab))
        } else {
            if !sweep.only_reads() {
                definitions.push("WRITE");
            }
            ("field/pointwise", self.pointwise_bindings(&definitions, slab))
        };
        let stages = sweep.operations.iter().fold(sweep.sums_stage, |set, operation| set.and(operation.stage()));
        let cost = self.sweep_cost(sweep, &definitions, slab);
        let constants = self.constants(slab);
        let variant = self.variant(kernel, &definitions).with("PLANES", self.field.slabs.planes as i32);
        let uniform = bytemuck::bytes_of(&constants).to_vec();
        let workgroups = self.field.slabs.workgroups();
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }

    /// Bindings in the order of their numbers in `shaders/field/pointwise.wgsl`.
    fn pointwise_bindings(&self, definitions: &[&str], slab: SlabRange) -> Vec<BufferId> {
        let has = |name| definitions.contains(&name);
        let momentum = slab_buffer("momentum", &self.switches, self.rotation.momentum[slab.index as usize]);
        let all = [
            (true, self.field_buffer(slab)),
            (has("MOMENTUM"), momentum),
            (has("PHASE"), slab_buffer("phase", &self.switches, slab.index)),
            (has("FREQUENCY_STORED"), buffer::map("frequency map", slab.index)),
            (has("DECAY_STORED"), buffer::map("decay map", slab.index)),
            (has("SITES_USED"), buffer::SITE_SUMS),
            (true, buffer::SCALARS),
            (has("OFFSETS"), buffer::OFFSETS),
            (has("PARTIALS"), buffer::PARTIALS),
            (has("CHANNEL_SUMS"), buffer::CHANNEL_PARTIALS),
        ];
        all.into_iter().filter_map(|(used, id)| used.then_some(id)).collect()
    }

    /// Bindings in the order of their numbers in `shaders/field/stencil.wgsl`; the slab changes places with the spare.
    fn stencil_bindings(&mut self, definitions: &[&str], slab: SlabRange) -> Vec<BufferId> {
        let has = |name| definitions.contains(&name);
        let (before, after) = swap_with_spare(&mut self.rotation.field, slab.index);
        let mut bindings =
            vec![slab_buffer("field", &self.switches, before), slab_buffer("field", &self.switches, after)];
        if has("MOMENTUM") {
            let (before, after) = swap_with_spare(&mut self.rotation.momentum, slab.index);
            bindings.push(slab_buffer("momentum", &self.switches, before));
            bindings.push(slab_buffer("momentum", &self.switches, after));
        }
        let rest = [
            (has("SITES"), buffer::SITE_SUMS),
            (true, buffer::SCALARS),
            (has("OFFSETS"), buffer::OFFSETS),
            (has("PARTIALS"), buffer::PARTIALS),
            (has("CHANNEL_SUMS"), buffer::CHANNEL_PARTIALS),
        ];
        bindings.extend(rest.into_iter().filter_map(|(used, id)| used.then_some(id)));
        bindings
    }

    /// Bytes that must move: every array that the pass touches once each way.
    fn sweep_cost(&self, sweep: &Sweep, definitions: &[&str], slab: SlabRange) -> Cost {
        let has = |name| definitions.contains(&name);
        let cells = self.field.slabs.cells(slab);
        let stored = 4 * self.element_bytes() * cells;
        let map = 16 * cells;
        let sites = 8 * self.field.slabs.volume();
        let mut cost = Cost { bytes_read: stored, ..Cost::default() };
        if sweep.only_when_bound {
            // Nothing moves unless the clamp could bind, and then everything does: counted as the least.
            return Cost::default();
        }
        if !sweep.only_reads() {
            cost.bytes_written += stored;
        }
        for array in ["MOMENTUM", "PHASE"] {
            if has(array) {
                cost.bytes_read += stored;
                cost.bytes_written += stored;
            }
        }
        for stored_map in ["FREQUENCY_STORED", "DECAY_STORED"] {
            if has(stored_map) {
                cost.bytes_read += map;
            }
        }
        if has("SITES_USED") && (!has("SITES") || slab.first_group > 0) {
            cost.bytes_read += sites;
        }
        if has("SITES") {
            cost.bytes_written += sites;
        }
        let per_element: u64 =
            sweep.operations.iter().map(|operation| operation.operations_per_element(&self.switches)).sum();
        let summed: u64 = [(has("MOMENTS"), 4), (has("SITES"), 3), (has("CHANNEL_SUMS"), 1)]
            .into_iter()
            .filter_map(|(used, operations)| used.then_some(operations))
            .sum();
        cost.operations = 4 * cells * (per_element + summed);
        cost
    }
}
