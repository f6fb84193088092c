//! The network's plans as data: kernels that run unchecked stay inside their buffers, whatever the setting and the adapter.

use super::model;
use fieldscope::sim::ten::Ten;
use fieldscope::sim::ten::kernels::TenPass;
use fieldscope::sim::ten::params::{Shape, Size, TenModel, Vocabulary};
use fieldscope::sim::{Pass, Plan, Simulation, Step, Streaming, ToggleSet};
use std::collections::BTreeMap;

const ADAPTERS: [Streaming; 3] = [
    Streaming { largest_bytes: 1 << 27, planes: 8, software: false, broadcast: false, long_words: false },
    Streaming { largest_bytes: 1 << 27, planes: 8, software: true, broadcast: false, long_words: false },
    Streaming { largest_bytes: 1 << 27, planes: 8, software: true, broadcast: true, long_words: true },
];

/// Bytes of each binding that a pass may touch, written from the kernels' index formulas.
fn reaches(pass: &Pass, c: &TenPass) -> Vec<u64> {
    let defined = |name| pass.variant.definitions.iter().any(|(known, _)| *known == name);
    let value =
        |name| pass.variant.definitions.iter().find(|(known, _)| *known == name).map_or(0, |(_, value)| *value as u64);
    let [rows, inner, columns, first, cells, size, steps, blocks, layer, bias] =
        [c.rows, c.inner, c.columns, c.first_row, c.cells, c.eigenstates, c.steps, c.blocks, c.layer, c.bias]
            .map(u64::from);
    let weight = if defined("HALF") { 2 } else { 4 };
    let all = cells * size;
    let states = 8 * (layer + 1) * all;
    let energies = 4 * 8 * (layer + 1);
    match pass.variant.kernel {
        "ten/draw" => vec![weight * rows * columns],
        "ten/halve" => vec![4 * rows * columns, 2 * rows * columns],
        "ten/embed" => vec![4 * u64::from(c.text_length), weight * inner * columns, 4 * rows * inner],
        "ten/place" => vec![weight * rows * inner, 4 * u64::from(pass.workgroups[1]) * inner],
        "ten/normalise" => vec![4 * rows * inner, 16 * bias + 8 * inner, 4 * rows * inner],
        "ten/product_rows" | "ten/product_strips" | "ten/product_tiles" => {
            let height = match pass.variant.kernel {
                "ten/product_rows" if defined("SINGLE") => 1,
                "ten/product_rows" => 8,
                "ten/product_strips" => 16 * (1 + value("TALL")),
                _ => 64,
            };
            let last = first + height * u64::from(pass.workgroups[0]);
            let mut all = vec![4 * last * inner, weight * inner * columns, 4 * last * columns];
            all.extend(defined("BIAS").then_some(16 * bias + 4 * columns));
            all.extend(defined("ADDEND").then_some(4 * last * columns));
            all
        }
        "ten/recur_matrix" => {
            assert_eq!(value("WIDTH"), size);
            let drive = if defined("COMPLEX_DRIVE") { 8 } else { 4 };
            let stored = if defined("COMPLEX_STATES") { 8 } else { 4 };
            let last = first + steps * blocks;
            let mut reach = vec![drive * last * all, 20 * all, 4 * cells * size * size];
            if defined("REDUCE") {
                reach.push(8 * blocks * all);
            } else {
                reach.extend([states, stored * last * all]);
                reach.extend(defined("CARRIED").then_some(8 * blocks * all));
                reach.extend(defined("ENERGY").then_some(energies));
            }
            reach
        }
        "ten/recur_modes" => {
            assert_eq!(4 * value("QUADS"), size);
            let last = first + steps * blocks;
            let mut reach = vec![8 * last * all, 8 * all];
            if defined("REDUCE") {
                reach.push(8 * blocks * all);
            } else {
                reach.extend([states, 8 * last * all]);
                reach.extend(defined("CARRIED").then_some(8 * blocks * all));
                if defined("LAST_STEP") {
                    reach.extend([8 * cells * size * size, states]);
                }
                reach.extend(defined("ENERGY").then_some(energies));
            }
            reach
        }
        "ten/carry_matrix" => vec![8 * blocks * all, 12 * cells * size * size, states, 8 * blocks * all],
        "ten/carry_modes" => vec![8 * blocks * all, 16 * all, states, 8 * blocks * all],
        "ten/into_modes" => vec![states, 16 * cells * size * size, states],
        "ten/energy" => vec![states, energies],
        "ten/cross_entropy" => vec![4 * rows * columns, 4 * u64::from(c.text_length), 16 * rows],
        "ten/remember" => {
            let columns = u64::from(c.position) + 1;
            vec![8 * rows * all, 16 + 4 * rows, 8 * columns * rows * all, 8 * rows * all, 4 * columns * rows]
        }
        "common/copy" => vec![0, 0],
        other => panic!("no test knows how far {other} reaches"),
    }
}

fn check_pass(pass: &Pass, sizes: &BTreeMap<String, u64>) -> Result<(), String> {
    if pass.workgroups.iter().any(|count| *count == 0 || *count > 65_535) {
        return Err(format!("{}: {:?} workgroups", pass.variant, pass.workgroups));
    }
    let size_of = |id: &fieldscope::sim::BufferId| sizes.get(&id.to_string()).copied();
    let reaches = if pass.variant.kernel == "ten/figures" {
        vec![16, 128, 144]
    } else if pass.uniform.is_empty() {
        // A copy goes over the whole of what it writes.
        let target = size_of(&pass.bindings[1]).unwrap_or(0);
        vec![target, target]
    } else {
        reaches(pass, &bytemuck::pod_read_unaligned(&pass.uniform))
    };
    if reaches.len() != pass.bindings.len() {
        return Err(format!("{} binds {:?}", pass.variant, pass.bindings));
    }
    for (id, reach) in pass.bindings.iter().zip(reaches) {
        let size = size_of(id).ok_or_else(|| format!("{} binds {id}, which is not there", pass.variant))?;
        if reach > size {
            return Err(format!("{} reaches byte {reach} of {id}, which has {size}", pass.variant));
        }
    }
    Ok(())
}

fn check_plan(ten: &Ten, setting: ToggleSet, plan: &Plan) -> Result<(), String> {
    let sizes: BTreeMap<_, _> =
        ten.state(setting).buffers.iter().map(|request| (request.id.to_string(), request.bytes)).collect();
    for step in &plan.steps {
        let (id, bytes) = match step {
            Step::Pass(pass) => {
                check_pass(pass, &sizes)?;
                continue;
            }
            Step::Together(_) | Step::Submit => return Err(format!("the network never asks for {step:?}")),
            Step::Clear(id) => (*id, 0),
            Step::Write(write) => (write.buffer, write.offset + write.bytes.length),
            Step::Read(read) => (read.buffer, read.offset + read.bytes),
        };
        if sizes.get(&id.to_string()).is_none_or(|size| bytes > *size) {
            return Err(format!("{step:?} goes beyond {id}"));
        }
    }
    Ok(())
}

fn every_setting(ten: &Ten) -> Vec<ToggleSet> {
    let count = ten.description().toggles.len();
    (0_u64..1 << count)
        .map(|bits| (0..count).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1)))
        .collect()
}

#[test]
fn no_pass_of_any_setting_reaches_beyond_its_buffers() {
    let odd = Shape { width: 192, layers: 3, eigenstates: 96, cells: 2, positions: 70 };
    for (tokens, size, vocabulary) in [
        (1, model(1).size, Vocabulary::Bytes),
        (64, Size::Custom(odd), Vocabulary::Published),
        (192, model(1).size, Vocabulary::Bytes),
    ] {
        for streaming in ADAPTERS {
            for preset in ["corrected", "published"] {
                let mut ten = Ten::new(TenModel { size, vocabulary, ..model(tokens) }, 1, streaming).unwrap();
                ten.take_preset(preset).unwrap();
                // Five and 512 have no factor in common.
                for setting in every_setting(&ten).into_iter().step_by(if tokens == 1 { 1 } else { 5 }) {
                    let mut plan = Plan::default();
                    ten.plan(256, setting, &mut plan);
                    check_plan(&ten, setting, &plan).unwrap();
                    plan.clear();
                    ten.initialise(setting, &mut plan);
                    check_plan(&ten, setting, &plan).unwrap();
                    plan.clear();
                    ten.switch(ToggleSet::NONE, setting, &mut plan);
                    check_plan(&ten, setting, &plan).unwrap();
                }
            }
        }
    }
}

#[test]
fn the_check_above_can_fail() {
    let ten = Ten::new(model(64), 1, ADAPTERS[2]).unwrap();
    let mut plan = Plan::default();
    ten.plan(1, ToggleSet::NONE, &mut plan);
    for step in &mut plan.steps {
        if let Step::Pass(pass) = step
            && pass.variant.kernel == "ten/recur_matrix"
        {
            let constants: TenPass = bytemuck::pod_read_unaligned(&pass.uniform);
            pass.uniform = bytemuck::bytes_of(&TenPass { first_row: constants.first_row + 1, ..constants }).to_vec();
        }
    }
    let complaint = check_plan(&ten, ToggleSet::NONE, &plan).unwrap_err();
    assert!(complaint.contains("reaches byte"), "{complaint}");
}

#[test]
fn what_is_off_is_a_dispatch_for_every_step() {
    let mut ten = Ten::new(model(64), 1, ADAPTERS[2]).unwrap();
    ten.take_preset("published").unwrap();
    let count = |setting: ToggleSet, stage: &str| {
        let mut plan = Plan::default();
        ten.plan(1, setting, &mut plan);
        let stages = ten.description().stages;
        plan.passes().filter(|pass| pass.stages.name(stages) == stage).count()
    };
    let all_on = ten.description().preset("published-scan").unwrap();
    for (stage, on) in [("project in", 2), ("project out", 2), ("recur", 2)] {
        assert_eq!(count(all_on, stage), on, "{stage}");
    }
    assert_eq!(count(ToggleSet::NONE, "project in"), 2 * 64);
    assert_eq!(count(ToggleSet::NONE, "recur"), 2 * 64);
    // And one that gathers what the steps left.
    assert_eq!(count(ToggleSet::NONE, "project out"), 2 * 65);
    assert_eq!(count(ToggleSet::NONE, "measure"), 2 * 3 + 1);
    assert_eq!(count(all_on, "measure"), 1);
}

#[test]
fn sizes_and_presets_out_of_range_are_refused_and_the_size_that_would_fit_is_told() {
    let refusal = |change: fn(&mut TenModel)| {
        let mut model = model(64);
        change(&mut model);
        Ten::new(model, 1, ADAPTERS[0]).unwrap_err().0
    };
    assert_eq!(refusal(|model| model.tokens = 65), "tokens = 65 is neither 1 nor a multiple of 64 from 64 to 8192");
    assert_eq!(refusal(|model| model.resonance = f64::NAN), "resonance = NaN is outside 0 to 1");
    let shape = |change: fn(&mut Shape)| {
        let mut shape = model(1).shape();
        change(&mut shape);
        Ten::new(TenModel { size: Size::Custom(shape), ..model(1) }, 1, ADAPTERS[0]).unwrap_err().0
    };
    assert_eq!(shape(|shape| shape.width = 100), "width = 100 is not a multiple of 64 from 64 to 4096");
    assert_eq!(shape(|shape| shape.eigenstates = 48), "eigenstates = 48 is not a multiple of 32 from 32 to 256");
    assert_eq!(shape(|shape| shape.layers = 33), "layers = 33 is outside 1 to 32");
    assert!(shape(|shape| (shape.cells, shape.eigenstates) = (1, 32)).starts_with("cells = 1"));
    let mut ten = Ten::new(model(1), 1, ADAPTERS[0]).unwrap();
    let sentence = ten.take_preset("standard").unwrap_err().0;
    assert!(sentence.contains("there are corrected, corrected-plain, published"), "{sentence}");
    let large = Ten::new(TenModel { vocabulary: Vocabulary::Published, ..model(256) }, 1, ADAPTERS[0]).unwrap();
    let setting = large.description().preset("corrected").unwrap();
    assert_eq!(large.what_would_fit(setting, 800 << 20), "at most size: Small32k fits with tokens: 256");
    assert_eq!(large.what_would_fit(setting, 1 << 20), "not even size: Nano fits with tokens: 256");
}

#[test]
fn bounds_hold_but_for_matrices_that_are_folded_and_then_rounded() {
    let ten = Ten::new(model(64), 1, ADAPTERS[0]).unwrap();
    let toggles = &ten.description().toggles;
    let on = |names: &[&str]| ToggleSet::from_names(toggles, names.iter().copied()).unwrap();
    for folding in ["diagonalised", "fused_resonance"] {
        let reason = ten.loosens(on(&["half_weights"]), on(&["half_weights", folding])).unwrap();
        assert!(reason.contains("half_weights rounds") && reason.contains(folding), "{reason}");
        assert_eq!(ten.loosens(on(&[]), on(&[folding])), None);
    }
    assert_eq!(ten.loosens(on(&["half_weights"]), on(&["half_weights", "scan", "preallocated"])), None);
}
