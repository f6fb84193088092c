//! Plans as data, without an adapter: kernels that run unchecked stay inside their buffers, the tables of draws agree,
//! and the fused dense cycle takes four passes over the field.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::sim::field::Field;
use fieldscope::sim::field::kernels::FieldPass;
use fieldscope::sim::field::layout::WORKGROUP;
use fieldscope::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use fieldscope::sim::random::Generator;
use fieldscope::sim::{Pass, Plan, Simulation, Step, Streaming, ToggleSet, toggles::index_of};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn model(sites: u32, channels: u32) -> FieldModel {
    FieldModel {
        rules: Rules::Stable,
        sites,
        channels,
        reduced_channels: None,
        sensors: 64,
        motors: 64,
        signal: SensorSignal::Constant(0.5),
        generator: Generator::Fast,
        matched_variance: false,
        rates: Rates::default(),
    }
}

/// With runs of another length for every other size, as on a software adapter.
fn field(sites: u32, channels: u32) -> Field {
    let streaming =
        if sites.is_multiple_of(2) { Streaming::default() } else { Streaming { planes: 48, ..Streaming::default() } };
    Field::new(model(sites, channels), 1, streaming).unwrap()
}

/// Every setting of the toggles that the field accepts.
fn settings(field: &Field) -> Vec<ToggleSet> {
    let count = field.description().toggles.len();
    (0_u64..1 << count)
        .map(|bits| (0..count).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1)))
        .filter(|set| field.validate(*set).is_ok())
        .collect()
}

/// Sizes that are no multiples of a workgroup, several slabs, a last slab that is smaller.
const SMALL: [(u32, u32); 3] = [(16, 8), (17, 24), (33, 40)];
/// The full size, and the largest that a scene may ask for.
const LARGE: [(u32, u32); 2] = [(96, 192), (160, 512)];

/// The presets and every setting that one click leads to from them.
fn near_the_presets(field: &Field) -> Vec<ToggleSet> {
    let presets = ["stable", "published-dense", "published-blazing"];
    let starts = presets.iter().map(|name| field.description().preset(name).unwrap());
    starts
        .flat_map(|start| {
            let neighbours = (0..field.description().toggles.len()).map(move |i| start.with(i, !start.is_on(i)));
            std::iter::once(start).chain(neighbours)
        })
        .filter(|set| field.validate(*set).is_ok())
        .collect()
}

/// The last byte that a binding of this kernel may touch, by the binding's buffer.
///
/// Written from the kernels' index formulas: a sweep touches every cell of its slab and, beside it, what its definitions
/// name; other kernels touch what their loops run over.
fn reach(pass: &Pass, constants: &FieldPass, sensors: u64, name: &str) -> u64 {
    let volume = u64::from(constants.sites).pow(3);
    let all_groups = u64::from(constants.all_groups);
    let cell = if pass.variant.definitions.contains(&("HALF", 1)) { 8 } else { 16 };
    let workgroups: u64 = pass.workgroups.iter().map(|count| u64::from(*count)).product();
    let slab_cells = volume * u64::from(constants.groups);
    match name {
        "field" | "momentum" | "phase" => slab_cells * if pass.variant.kernel == "field/convert" { 16 } else { cell },
        "field as f16" | "momentum as f16" | "phase as f16" => slab_cells * 8,
        "frequency map" | "decay map" => slab_cells * 16,
        "site sums" => volume * 8,
        // Only where the field was settled are its largest magnitudes looked at.
        "partials" if pass.variant.kernel == "field/lazy" && !pass.variant.definitions.contains(&("SETTLED", 1)) => 0,
        "partials" if pass.variant.kernel == "field/moments" || pass.variant.kernel == "field/lazy" => {
            u64::from(constants.partials) * 16
        }
        "partials" => (u64::from(constants.first_partial) + workgroups) * 16,
        "channel partials" if pass.variant.kernel == "field/channels" => {
            all_groups * u64::from(constants.partials) * 16
        }
        "channel partials" if pass.variant.kernel == "field/lazy" => {
            all_groups * u64::from(constants.partials / constants.slabs) * 16
        }
        "channel partials" => (u64::from(constants.first_group) + u64::from(constants.groups)) * workgroups * 16,
        "offsets" | "channel means" | "channel momentum" | "summary" => all_groups * 16,
        "weights" => sensors * all_groups * 16,
        "predictions" => 2 * 64 * 4,
        "motor sums" => u64::from(constants.slabs) * 64 * 8,
        "scalars" => size_of::<fieldscope::sim::field::kernels::Scalars>() as u64,
        "figures" => size_of::<fieldscope::sim::field::kernels::Figures>() as u64,
        other => panic!("no test knows how far {} reaches into {other}", pass.variant),
    }
}

/// Whether a sweep's workgroups cover the slab and its invocations leave at its edges.
fn check_pass(pass: &Pass, sizes: &BTreeMap<String, u64>, sensors: u64) -> Result<(), String> {
    let Some(bytes) = pass.uniform.get(..size_of::<FieldPass>()) else {
        // Kernels without constants touch the scalars alone.
        return match pass.bindings.as_slice() {
            [only] if only.name == "scalars" => Ok(()),
            other => Err(format!("{} binds {other:?} without constants", pass.variant)),
        };
    };
    let constants: FieldPass = bytemuck::pod_read_unaligned(bytes);
    for id in &pass.bindings {
        let size =
            sizes.get(&id.to_string()).ok_or_else(|| format!("{} binds {id}, which is not there", pass.variant))?;
        let reach = reach(pass, &constants, sensors, id.name);
        if reach > *size {
            return Err(format!("{} reaches byte {reach} of {id}, which has {size}", pass.variant));
        }
    }
    if constants.first_group + constants.groups > constants.all_groups {
        return Err(format!("{}: slab beyond the last group: {constants:?}", pass.variant));
    }
    let planes =
        pass.variant.definitions.iter().find(|(name, _)| *name == "PLANES").map_or(0, |(_, planes)| *planes as u32);
    let reached = [WORKGROUP[0], WORKGROUP[1], planes];
    let covers = (0..3).all(|axis| pass.workgroups[axis] * reached[axis] >= constants.sites);
    if matches!(pass.variant.kernel, "field/pointwise" | "field/stencil") && !covers {
        return Err(format!("{} leaves sites out: {:?}", pass.variant, pass.workgroups));
    }
    Ok(())
}

fn check_plan(field: &Field, setting: ToggleSet, also: ToggleSet, plan: &Plan) -> Result<(), String> {
    let mut sizes = BTreeMap::new();
    for set in [setting, also] {
        sizes.extend(field.state(set).buffers.iter().map(|request| (request.id.to_string(), request.bytes)));
    }
    let sensors = u64::from(field.model().sensors);
    for step in &plan.steps {
        match step {
            Step::Pass(pass) => check_pass(pass, &sizes, sensors)?,
            Step::Clear(id) if !sizes.contains_key(&id.to_string()) => return Err(format!("clears {id}")),
            Step::Read(read) => {
                let size = sizes.get(&read.buffer.to_string()).copied().unwrap_or(0);
                if read.offset + read.bytes > size {
                    return Err(format!("reads beyond {}", read.buffer));
                }
            }
            Step::Clear(_) => {}
            other => return Err(format!("a field never asks for {other:?}")),
        }
    }
    Ok(())
}

#[test]
fn no_pass_of_any_setting_reaches_beyond_its_buffers() {
    for (sites, channels) in SMALL.into_iter().chain(LARGE) {
        let field = field(sites, channels);
        let settings = if sites < 96 { settings(&field) } else { near_the_presets(&field) };
        let failures: BTreeSet<String> = settings
            .par_iter()
            .flat_map_iter(|setting| {
                let mut plan = Plan::default();
                field.initialise(*setting, &mut plan);
                let mut failures: Vec<_> = check_plan(&field, *setting, *setting, &plan).err().into_iter().collect();
                for cycle in field.cycles_to_look_at() {
                    field.plan(*cycle, *setting, &mut plan);
                    failures.extend(check_plan(&field, *setting, *setting, &plan).err());
                }
                failures
            })
            .collect();
        assert!(failures.is_empty(), "{sites}³×{channels}: {failures:?}");
    }
}

#[test]
fn no_transition_reaches_beyond_its_buffers() {
    for (sites, channels) in SMALL.into_iter().chain(LARGE) {
        let field = field(sites, channels);
        let presets = ["stable", "published-dense", "published-blazing"];
        let starts: Vec<_> = presets.iter().map(|name| field.description().preset(name).unwrap()).collect();
        for from in &starts {
            let neighbours = (0..field.description().toggles.len()).map(|index| from.with(index, !from.is_on(index)));
            for to in neighbours.chain(starts.iter().copied()).filter(|set| field.validate(*set).is_ok()) {
                let mut plan = Plan::default();
                field.switch(*from, to, &mut plan);
                check_plan(&field, *from, to, &plan).unwrap();
            }
        }
    }
}

#[test]
fn the_checks_above_can_fail() {
    let field = field(16, 8);
    let setting = field.description().preset("stable").unwrap();
    let mut plan = Plan::default();
    field.plan(1, setting, &mut plan);
    let Some(Step::Pass(pass)) =
        plan.steps.iter_mut().find(|step| matches!(step, Step::Pass(pass) if pass.variant.kernel == "field/pointwise"))
    else {
        panic!("a dense cycle has a pointwise pass")
    };
    let mut constants: FieldPass = bytemuck::pod_read_unaligned(&pass.uniform);
    constants.groups += 1;
    pass.uniform = bytemuck::bytes_of(&constants).to_vec();
    let complaint = check_plan(&field, setting, setting, &plan).unwrap_err();
    assert!(complaint.contains("field/0"), "{complaint}");
}

#[test]
fn every_slab_passes_to_the_spare_and_none_is_lost() {
    let mut field = field(33, 40);
    let setting = field.description().preset("stable").unwrap();
    let mut plan = Plan::default();
    for cycle in 1..=7 {
        field.plan(cycle, setting, &mut plan);
        for pass in plan.passes().filter(|pass| pass.variant.kernel == "field/stencil") {
            assert_ne!(pass.bindings[0], pass.bindings[1], "a stencil reads what it writes");
        }
        field.advance(setting, &plan);
        let state = field.state(setting);
        for name in ["field", "momentum"] {
            let slabs: BTreeSet<_> = state.array(name).unwrap().slabs.iter().map(|slab| slab.buffer).collect();
            assert_eq!(slabs.len(), 3, "two slabs of {name} share a buffer after cycle {cycle}");
        }
    }
}

#[test]
fn the_fused_dense_cycle_takes_four_passes_over_the_field_and_the_lazy_one_none() {
    let field = field(96, 192);
    let sweeps = |setting: ToggleSet, cycle: u64| {
        let mut plan = Plan::default();
        field.plan(cycle, setting, &mut plan);
        let slabs = plan.passes().filter(|pass| matches!(pass.variant.kernel, "field/pointwise" | "field/stencil"));
        // A pass that runs only when the clamp could bind moves nothing otherwise.
        slabs.filter(|pass| pass.cost.bytes() > 0).count()
    };
    let stable = field.description().preset("stable").unwrap();
    assert_eq!(sweeps(stable, 1), 4 * 12);
    let toggles = &field.description().toggles;
    let blazing = field.description().preset("published-blazing").unwrap();
    let lazy = ["fused_pass", "batched_readback", "lazy_scale"]
        .iter()
        .fold(blazing, |set, name| set.with(index_of(toggles, name).unwrap(), true));
    assert_eq!([1, 2, 3, 4].map(|cycle| sweeps(lazy, cycle)), [0; 4]);
    assert!(sweeps(lazy, 5) > 0);
}

#[test]
fn the_full_size_fits_into_two_point_two_gigabytes() {
    let field = field(96, 192);
    let stable = field.description().preset("stable").unwrap();
    let bytes = field.state(stable).bytes();
    assert!(bytes <= 2_200_000_000, "{bytes}");
}
