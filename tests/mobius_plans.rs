//! The Möbius system's plans as data, without an adapter: kernels that run unchecked stay inside their buffers and leave
//! nothing out, the tables of draws agree, and what makes no sense is refused in words.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::sim::mobius::Mobius;
use fieldscope::sim::mobius::kernels::{LayerPass, MobiusFigures, MobiusPass, Structure, Tracker};
use fieldscope::sim::mobius::params::{ControllerModel, MobiusModel, Shape};
use fieldscope::sim::{Pass, Plan, Simulation, Step, Streaming, ToggleSet, toggles::index_of};
use std::collections::BTreeMap;

fn strip(along: u32, across: u32) -> MobiusModel {
    MobiusModel::of(Shape::Strip { along, across, half_twists: 1, half_width: 0.4 })
}

fn helix(nodes: u32) -> MobiusModel {
    MobiusModel { sampled: true, ..MobiusModel::of(Shape::Published { nodes, windings: 3.8 }) }
}

fn with(mut model: MobiusModel, hidden: u32) -> MobiusModel {
    model.controller = Some(ControllerModel { hidden, drives: true, weights: None });
    model
}

fn mobius(model: &MobiusModel, largest_bytes: u64, planes: u32) -> Mobius {
    Mobius::new(model.clone(), 1, Streaming { largest_bytes, planes, ..Streaming::default() }).unwrap()
}

fn settings(mobius: &Mobius) -> Vec<ToggleSet> {
    let count = mobius.description().toggles.len();
    (0_u64..1 << count)
        .map(|bits| (0..count).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1)))
        .filter(|set| mobius.validate(*set).is_ok())
        .collect()
}

const LIST: u64 = 32 * 4096;

/// Bytes of each binding that a pass may touch, written from the kernels' index formulas; the last invocation and the last
/// source decide.
fn reaches(pass: &Pass) -> Vec<u64> {
    let defined = |name| pass.variant.definitions.contains(&(name, 1));
    if let Some(kernel) = pass.variant.kernel.strip_prefix("mobius/controller/") {
        return controller_reaches(pass, kernel, defined("GATE"));
    }
    if matches!(pass.variant.kernel, "mobius/structure" | "mobius/act") {
        return if pass.variant.kernel == "mobius/act" {
            vec![4 * 128, 4 * 128]
        } else {
            vec![size_of::<Structure>() as u64, 24]
        };
    }
    let constants: MobiusPass = bytemuck::pod_read_unaligned(&pass.uniform);
    let [nodes, sources, rows, count] =
        [constants.nodes, constants.sources, constants.rows, constants.count].map(u64::from);
    let [x, y, _] = pass.workgroups.map(u64::from);
    let structure = size_of::<Structure>() as u64;
    let tracker = size_of::<Tracker>() as u64;
    let plaquettes = u64::from(constants.along) * u64::from(constants.across.max(2) - 1);
    let mut sampled = if defined("SAMPLED") { vec![4 * rows, structure] } else { Vec::new() };
    let mut wanted = match pass.variant.kernel {
        "mobius/start" => vec![4 * nodes, 4 * nodes, 4 * nodes, 8 * nodes],
        "mobius/geometry" => vec![16 * nodes, structure],
        "mobius/samples" => vec![4 * rows],
        "mobius/sources" => vec![16 * nodes, 4 * nodes, 4 * nodes, 4 * nodes, 16 * sources, 4 * sources, 8 * sources],
        "mobius/direct" => vec![16 * sources, 4 * sources, 16 * nodes, 8 * rows * y],
        "mobius/distances" => {
            sampled.truncate(1);
            vec![16 * sources, 16 * nodes, sources * 25 * if defined("HALF") { 8 } else { 16 }]
        }
        "mobius/batch" => {
            vec![16 * sources, 4 * sources, sources * 25 * if defined("HALF") { 8 } else { 16 }, 8 * rows * x]
        }
        "mobius/propagator" => {
            assert!(64 * y >= count && 64 * (y - 1) < count, "every source of the slab has a workgroup");
            vec![16 * (u64::from(constants.first) + count), 16 * nodes, structure, 32 * nodes.div_ceil(4) * count]
        }
        "mobius/propagate" => vec![
            8 * (u64::from(constants.first) + count),
            32 * nodes.div_ceil(4) * count,
            8 * rows * (u64::from(constants.slices) + 1),
        ],
        "mobius/finish" => vec![8 * rows * u64::from(constants.slices), 8 * nodes, 4 * nodes],
        "mobius/windings" => vec![8 * nodes, 4 * plaquettes],
        "mobius/list" => vec![4 * plaquettes, LIST, 16, tracker],
        "mobius/nearest" => vec![LIST, LIST, 16, 4 * 4096],
        "mobius/settle" => vec![LIST, LIST, 4 * 4096, 4 * 4096, 16, tracker],
        // A record per place of the list and moment, and the one that says which moment is now.
        "mobius/trail" => vec![LIST, 16 * (24 * 4096 + 1), 8 * nodes],
        "mobius/figures" => vec![8 * nodes, structure, tracker, 4, size_of::<MobiusFigures>() as u64],
        other => panic!("no test knows how far {other} reaches"),
    };
    wanted.append(&mut sampled);
    if defined("SAMPLED") && pass.variant.kernel == "mobius/finish" {
        // The cycle of every node, and the newest one behind them.
        wanted.push(4 * (nodes + 1));
    }
    wanted
}

fn controller_reaches(pass: &Pass, kernel: &str, is_gate: bool) -> Vec<u64> {
    let x = u64::from(pass.workgroups[0]);
    if kernel == "observe" {
        let constants: MobiusPass = bytemuck::pod_read_unaligned(&pass.uniform);
        return vec![8 * u64::from(constants.nodes), 4 * 256];
    }
    if kernel == "keep" {
        // It asks the first state how long it is, and all are.
        return vec![0; 8];
    }
    let constants: LayerPass = bytemuck::pod_read_unaligned(&pass.uniform);
    let [rows, inputs, hidden] = [constants.rows, constants.inputs, constants.hidden].map(u64::from);
    match kernel {
        "layer" => {
            let units = rows / 4;
            assert_eq!(x, units, "a workgroup for every unit");
            let common = [16 * rows * inputs, 16 * rows * hidden, 8 * rows, 16 * inputs, 16 * hidden];
            let last =
                if is_gate { vec![4 * (u64::from(constants.first) + units)] } else { vec![4 * units, 4 * units] };
            assert!(u64::from(constants.first) + units <= rows);
            common.into_iter().chain(last).collect()
        }
        "cell" => vec![4 * rows, rows, rows],
        "linear" => {
            assert_eq!(x, rows, "a workgroup for every row");
            let groups = (rows - 1) / u64::from(constants.group);
            vec![16 * rows * inputs, 4 * rows, 16 * (groups * u64::from(constants.stride) + inputs), 4 * rows]
        }
        "draw" => vec![4 * u64::from(constants.count)],
        other => panic!("no test knows how far {other} reaches"),
    }
}

/// Invocations that a pass needs so that nothing is left out.
fn needed(pass: &Pass) -> u64 {
    if !matches!(
        pass.variant.kernel,
        "mobius/start"
            | "mobius/geometry"
            | "mobius/samples"
            | "mobius/sources"
            | "mobius/finish"
            | "mobius/windings"
            | "mobius/propagate"
            | "mobius/direct"
            | "mobius/distances"
            | "mobius/propagator"
    ) {
        return 0;
    }
    let constants: MobiusPass = bytemuck::pod_read_unaligned(&pass.uniform);
    let sampled = pass.variant.definitions.contains(&("SAMPLED", 1));
    let [nodes, sources, rows] = [constants.nodes, constants.sources, constants.rows].map(u64::from);
    match pass.variant.kernel {
        "mobius/start" => nodes.div_ceil(4),
        "mobius/geometry" => nodes,
        "mobius/samples" | "mobius/finish" => rows,
        "mobius/sources" => sources,
        "mobius/windings" => u64::from(constants.along) * u64::from(constants.across - 1),
        "mobius/propagate" if sampled => rows,
        "mobius/propagate" | "mobius/propagator" => nodes.div_ceil(4),
        "mobius/direct" => rows.div_ceil(4),
        "mobius/distances" => sources * 25,
        _ => 0,
    }
}

fn check_pass(pass: &Pass, sizes: &BTreeMap<String, u64>) -> Result<(), String> {
    let reaches = reaches(pass);
    if reaches.len() != pass.bindings.len() {
        return Err(format!("{} binds {:?}, {} expected", pass.variant, pass.bindings, reaches.len()));
    }
    for (id, reach) in pass.bindings.iter().zip(reaches) {
        let size = sizes.get(&id.to_string()).ok_or_else(|| format!("{} binds {id}", pass.variant))?;
        if reach > *size {
            return Err(format!("{} reaches byte {reach} of {id}, which has {size}", pass.variant));
        }
    }
    if pass.workgroups.iter().any(|count| *count == 0 || *count > 65_535) {
        return Err(format!("{}: {:?} workgroups", pass.variant, pass.workgroups));
    }
    if u64::from(pass.workgroups[0]) * 64 < needed(pass) {
        return Err(format!("{} leaves out: {:?} for {}", pass.variant, pass.workgroups, needed(pass)));
    }
    Ok(())
}

fn check_plan(mobius: &Mobius, setting: ToggleSet, also: ToggleSet, plan: &Plan) -> Result<(), String> {
    let mut sizes = BTreeMap::new();
    for set in [setting, also] {
        sizes.extend(mobius.state(set).buffers.iter().map(|request| (request.id.to_string(), request.bytes)));
    }
    for pass in plan.passes() {
        check_pass(pass, &sizes)?;
    }
    for step in &plan.steps {
        let (id, bytes) = match step {
            Step::Clear(id) => (*id, 0),
            Step::Read(read) => (read.buffer, read.offset + read.bytes),
            Step::Write(write) => (write.buffer, write.offset + write.bytes.length),
            Step::Pass(_) | Step::Together(_) | Step::Submit => continue,
        };
        if sizes.get(&id.to_string()).is_none_or(|size| bytes > *size) {
            return Err(format!("{step:?} goes beyond {id}"));
        }
    }
    Ok(())
}

/// Sizes that no workgroup, batch, slice or slab divides, few and all sources, and the largest.
fn models() -> Vec<MobiusModel> {
    let few = |model: MobiusModel, sources| MobiusModel { sources: Some(sources), ..model };
    vec![
        with(strip(33, 11), 16),
        few(strip(400, 20), 64),
        few(with(strip(97, 5), 512), 301),
        MobiusModel { sampled: true, ..strip(150, 13) },
        strip(2000, 64),
        with(helix(257), 48),
        few(helix(2001), 1),
        helix(131_072),
    ]
}

#[test]
fn no_pass_of_any_setting_reaches_beyond_its_buffers_or_leaves_anything_out() {
    for model in models() {
        for (largest, planes) in [(1 << 24, 48), (1 << 20, 8), (1 << 27, 8)] {
            if model.nodes() > 100_000 && largest < 1 << 27 {
                continue;
            }
            let mobius = mobius(&model, largest, planes);
            for setting in settings(&mobius) {
                let mut plan = Plan::default();
                mobius.initialise(setting, &mut plan);
                check_plan(&mobius, setting, setting, &plan).unwrap();
                for cycle in [1, 2] {
                    mobius.plan(cycle, setting, &mut plan);
                    check_plan(&mobius, setting, setting, &plan).unwrap();
                }
                for index in 0..mobius.description().toggles.len() {
                    let to = setting.with(index, !setting.is_on(index));
                    if mobius.validate(to).is_ok() {
                        let mut plan = Plan::default();
                        mobius.switch(setting, to, &mut plan);
                        check_plan(&mobius, setting, to, &plan).unwrap();
                    }
                }
            }
        }
    }
}

#[test]
fn the_check_above_can_fail() {
    let mobius = mobius(&strip(64, 8), 1 << 24, 8);
    let direct = mobius.description().preset("direct").unwrap();
    let mut plan = Plan::default();
    mobius.plan(1, direct, &mut plan);
    let pass = plan.steps.iter_mut().find_map(|step| match step {
        Step::Pass(pass) if pass.variant.kernel == "mobius/direct" => Some(pass),
        _ => None,
    });
    let pass = pass.unwrap();
    let constants: MobiusPass = bytemuck::pod_read_unaligned(&pass.uniform);
    pass.uniform = bytemuck::bytes_of(&MobiusPass { sources: constants.sources + 1, ..constants }).to_vec();
    let complaint = check_plan(&mobius, direct, direct, &plan).unwrap_err();
    assert!(complaint.contains("sources/0"), "{complaint}");
}

#[test]
fn slices_slabs_and_batches_hold_every_source_and_every_row_once() {
    let mobius = mobius(&MobiusModel { sources: Some(777), ..strip(101, 9) }, 1 << 20, 8);
    let sets = ["direct", "cached", "loop"].map(|name| mobius.description().preset(name).unwrap());
    for setting in sets {
        let mut plan = Plan::default();
        mobius.plan(1, setting, &mut plan);
        let of = |kernel: &str| -> Vec<(MobiusPass, [u32; 3])> {
            let passes = plan.passes().filter(|pass| pass.variant.kernel == kernel);
            passes.map(|pass| (bytemuck::pod_read_unaligned(&pass.uniform), pass.workgroups)).collect()
        };
        let slices = of("mobius/finish")[0].0.slices;
        for (constants, workgroups) in of("mobius/direct") {
            assert!(workgroups[1] == slices && slices * constants.count >= 777 && (slices - 1) * constants.count < 777);
        }
        for (constants, workgroups) in of("mobius/batch") {
            assert!(workgroups[0] == slices && slices * constants.count >= 777 && (slices - 1) * constants.count < 777);
        }
        let starts: Vec<_> = of("mobius/batch").iter().map(|(constants, _)| constants.first_row).collect();
        assert!(starts.is_empty() || starts == (0..10).map(|batch| 100 * batch).collect::<Vec<_>>());
        let slabs: Vec<_> =
            of("mobius/propagate").iter().map(|(pass, _)| (pass.first, pass.count, pass.slices)).collect();
        let mut next = 0;
        for (place, (first, count, slice)) in slabs.iter().enumerate() {
            assert_eq!((*first, *slice), (next, place as u32));
            next += count;
        }
        assert!(slabs.is_empty() || (next == 777 && slabs.len() > 1 && slabs.len() == slices as usize));
    }
}

#[test]
fn toggles_do_what_their_names_say() {
    let mobius = mobius(&with(strip(64, 8), 16), 1 << 24, 8);
    let plan_of = |names: &[&str]| {
        let toggles = &mobius.description().toggles;
        let set = names.iter().fold(ToggleSet::NONE, |set, name| set.with(index_of(toggles, name).unwrap(), true));
        let mut plan = Plan::default();
        mobius.plan(3, set, &mut plan);
        plan
    };
    let layers = |plan: &Plan| plan.passes().filter(|pass| pass.variant.kernel.ends_with("/layer")).count();
    assert_eq!((layers(&plan_of(&[])), layers(&plan_of(&["fused_lstm"]))), (16, 4));
    let submits = |plan: &Plan| plan.steps.iter().filter(|step| **step == Step::Submit).count();
    assert_eq!((submits(&plan_of(&[])), submits(&plan_of(&["recorded_commands"]))), (1, 0));
    let together = plan_of(&["overlap", "one_dispatch"]);
    let joined = together.steps.iter().find_map(|step| match step {
        Step::Together(passes) => Some(passes),
        _ => None,
    });
    let kernels: Vec<_> = joined.unwrap().iter().map(|pass| pass.variant.kernel).collect();
    assert_eq!(
        (kernels[0], kernels[1], *kernels.last().unwrap()),
        ("mobius/direct", "mobius/controller/layer", "mobius/finish")
    );
    // Nothing that the sums write does the controller read, and the other way round.
    let [sums, controller] = [&joined.unwrap()[..1], &joined.unwrap()[1..kernels.len() - 1]];
    let controllers: Vec<_> = controller.iter().flat_map(|pass| pass.bindings.clone()).collect();
    assert!(sums[0].bindings.iter().all(|id| !controllers.contains(id)));
    let skipped = plan_of(&["skip_evolution"]);
    assert!(skipped.passes().all(|pass| pass.variant.kernel != "mobius/finish"));
}

#[test]
fn what_makes_no_sense_is_refused_with_the_remedy() {
    let refusal = |model: &MobiusModel, names: &[&str]| {
        let mobius = mobius(model, 1 << 24, 8);
        let toggles = &mobius.description().toggles;
        let set = names.iter().fold(ToggleSet::NONE, |set, name| set.with(index_of(toggles, name).unwrap(), true));
        mobius.validate(set).unwrap_err().0
    };
    assert!(refusal(&strip(64, 8), &["cached_propagator"]).starts_with("cached_propagator needs one_dispatch on"));
    assert!(refusal(&strip(64, 8), &["overlap"]).starts_with("overlap needs a controller"));
    assert!(refusal(&strip(64, 8), &["fused_lstm"]).starts_with("fused_lstm needs a controller"));
    assert!(refusal(&with(helix(300), 16), &["overlap"]).starts_with("overlap needs drives: false"));
    let wrong = |model: MobiusModel| Mobius::new(model, 1, Streaming::default()).err().unwrap().0;
    assert_eq!(wrong(strip(8, 40)), "along = 8 is outside 16 to 2000");
    assert_eq!(wrong(strip(64, 65)), "across = 65 is outside 4 to 64");
    assert_eq!(wrong(strip(16, 4)), "along · across = 64 nodes are fewer than the least, 256");
    assert_eq!(wrong(helix(100)), "nodes = 100 is outside 256 to 131072");
    assert_eq!(wrong(with(strip(64, 8), 8)), "hidden = 8 is outside 16 to 4096");
    assert_eq!(wrong(with(strip(64, 8), 24)), "hidden = 24 is not a multiple of 16");
    assert_eq!(wrong(MobiusModel { wavenumber: f64::NAN, ..strip(64, 8) }), "wavenumber = NaN is outside 0.1 to 100");
    assert_eq!(wrong(MobiusModel { sources: Some(513), ..strip(64, 8) }), "sources = 513 is outside 1 to 512");
    assert_eq!(wrong(MobiusModel { time_step: 0.0, ..strip(64, 8) }), "time_step = 0 is outside 0.000001 to 10");
    let mut ten = strip(64, 8);
    ten.shape = Shape::Strip { along: 64, across: 8, half_twists: 10, half_width: 0.4 };
    assert_eq!(wrong(ten), "half_twists = 10 is outside 0 to 9");
}

#[test]
fn even_half_twists_are_allowed_and_said() {
    let with = |half_twists| MobiusModel::of(Shape::Strip { along: 64, across: 8, half_twists, half_width: 0.4 });
    assert!(
        with(2).check().is_ok() && with(2).remark().unwrap().contains("half_twists = 2 is even: the band is two-sided")
    );
    assert_eq!(with(3).remark(), None);
}

#[test]
fn the_size_that_would_fit_a_propagator_is_told() {
    let mobius = mobius(&strip(2000, 64), 1 << 27, 8);
    let [direct, cached] = ["direct", "cached"].map(|name| mobius.description().preset(name).unwrap());
    assert!(mobius.state(cached).bytes() > 8 * 128_000_u64.pow(2));
    let told = mobius.what_would_fit(cached, 1 << 29);
    assert!(told.starts_with("at most along: ") && told.ends_with("; or turn cached_propagator off"), "{told}");
    let along: u32 = told.split(' ').nth(3).unwrap().parse().unwrap();
    let bytes = |along| {
        Mobius::new(strip(along, 64), 1, Streaming { largest_bytes: 1 << 27, planes: 8, ..Streaming::default() })
            .unwrap()
            .state(cached)
            .bytes()
    };
    assert!(bytes(along) <= 1 << 29 && bytes(along + 8) > 1 << 29, "{along}");
    assert_eq!(mobius.what_would_fit(direct, 100), "a smaller controller: hidden: 512, or none, may fit");
}
