//! The lattice's plans as data, without an adapter: kernels that run unchecked stay inside their buffers and walk over
//! every word, the tables of draws agree, and what makes no sense is refused in words.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::sim::ising::lattice::Lattice;
use fieldscope::sim::ising::lattice::kernels::{Averages, LatticeFigures, LatticePass};
use fieldscope::sim::ising::lattice::params::{LatticeModel, Start};
use fieldscope::sim::random::Generator;
use fieldscope::sim::{Pass, Plan, Simulation, Step, ToggleSet, toggles::index_of};
use std::collections::BTreeMap;

fn lattice(sites: u32) -> Lattice {
    let model = LatticeModel {
        sites,
        reduced_sites: None,
        temperature: 2.0,
        field: 0.0,
        sweeps: 2,
        start: Start::Hot,
        generator: Generator::Fast,
    };
    Lattice::new(model, 1).unwrap()
}

fn settings(lattice: &Lattice) -> Vec<ToggleSet> {
    let count = lattice.description().toggles.len();
    (0_u64..1 << count)
        .map(|bits| (0..count).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1)))
        .filter(|set| lattice.validate(*set).is_ok())
        .collect()
}

/// Bytes of each binding that a pass may touch, written from the kernels' index formulas.
fn reaches(pass: &Pass, constants: &LatticePass) -> Vec<u64> {
    let words = u64::from(constants.words);
    let defined = |name| pass.variant.definitions.contains(&(name, 1));
    match pass.variant.kernel {
        "ising/lattice/sweep" => vec![4 * words, 4 * words],
        "ising/lattice/start" => vec![4 * words],
        "ising/lattice/replicas" => vec![16 * words, 16 * words],
        "ising/lattice/fill" => vec![16 * words, 4 * words.div_ceil(8)],
        "ising/lattice/convert" if defined("TO_BYTES") => vec![4 * words, 32 * words],
        "ising/lattice/convert" => vec![32 * words, 4 * words],
        "ising/lattice/count" if defined("REPLICAS") => {
            vec![4 * words, 4 * words, 16, 4 * (words / 32), 4 * (words / 32)]
        }
        "ising/lattice/count" => vec![4 * words, 4 * words, 16],
        "ising/lattice/resident" => vec![4 * words, 4 * words],
        "ising/lattice/figures" => vec![16, size_of::<Averages>() as u64, size_of::<LatticeFigures>() as u64],
        other => panic!("no test knows how far {other} reaches"),
    }
}

fn check_pass(pass: &Pass, sizes: &BTreeMap<String, u64>) -> Result<(), String> {
    let is_figures = pass.variant.kernel == "ising/lattice/figures";
    let constants: LatticePass =
        if is_figures { LatticePass::default() } else { bytemuck::pod_read_unaligned(&pass.uniform) };
    let reaches = reaches(pass, &constants);
    if reaches.len() != pass.bindings.len() {
        return Err(format!("{} binds {:?}", pass.variant, pass.bindings));
    }
    for (id, reach) in pass.bindings.iter().zip(reaches) {
        let size = sizes.get(&id.to_string()).ok_or_else(|| format!("{} binds {id}", pass.variant))?;
        if reach > *size {
            return Err(format!("{} reaches byte {reach} of {id}, which has {size}", pass.variant));
        }
    }
    let LatticePass { sites, row, words, .. } = constants;
    let walked = if pass.variant.definitions.contains(&("HALVES", 1)) { 2 * words } else { words };
    // Kernels without neighbours do not look at rows, which may end within a word.
    let has_rows = !matches!(pass.variant.kernel, "ising/lattice/start" | "ising/lattice/convert") && !is_figures;
    if has_rows && row * sites != walked {
        return Err(format!("{}: {sites} rows of {row} are not {walked} words or halves", pass.variant));
    }
    let workgroups: u64 = pass.workgroups.iter().map(|count| u64::from(*count)).product();
    let walks = matches!(pass.variant.kernel, "ising/lattice/count" | "ising/lattice/resident") || is_figures;
    if !walks && workgroups * 64 < u64::from(words) {
        return Err(format!("{} leaves words out: {:?} for {words}", pass.variant, pass.workgroups));
    }
    if pass.workgroups.iter().any(|count| *count == 0 || *count > 65_535) {
        return Err(format!("{}: {:?} workgroups", pass.variant, pass.workgroups));
    }
    match pass.variant.definitions.iter().find(|(name, _)| *name == "WORDS") {
        Some((_, defined)) if *defined as u32 != words || 8 * words > 32_768 => {
            Err(format!("{} with {words} words of a colour", pass.variant))
        }
        _ => Ok(()),
    }
}

fn check_plan(lattice: &Lattice, setting: ToggleSet, also: ToggleSet, plan: &Plan) -> Result<(), String> {
    let mut sizes = BTreeMap::new();
    for set in [setting, also] {
        sizes.extend(lattice.state(set).buffers.iter().map(|request| (request.id.to_string(), request.bytes)));
    }
    for step in &plan.steps {
        let (id, bytes) = match step {
            Step::Pass(pass) => {
                check_pass(pass, &sizes)?;
                continue;
            }
            Step::Clear(id) => (*id, 0),
            Step::Write(write) => (write.buffer, write.offset + write.bytes.length),
            Step::Read(read) => (read.buffer, read.offset + read.bytes),
            other => panic!("a lattice never asks for {other:?}"),
        };
        if sizes.get(&id.to_string()).is_none_or(|size| bytes > *size) {
            return Err(format!("{step:?} goes beyond {id}"));
        }
    }
    Ok(())
}

/// The smallest, those that no word, no half of one or no workgroup divides, the largest for each form, and the largest of
/// all.
const SIZES: [u32; 12] = [64, 72, 96, 104, 160, 192, 480, 512, 576, 4096, 16_352, 16_384];

#[test]
fn no_pass_of_any_setting_reaches_beyond_its_buffers() {
    for sites in SIZES {
        let lattice = lattice(sites);
        for setting in settings(&lattice) {
            let mut plan = Plan::default();
            lattice.initialise(setting, &mut plan);
            check_plan(&lattice, setting, setting, &plan).unwrap();
            lattice.plan(1, setting, &mut plan);
            check_plan(&lattice, setting, setting, &plan).unwrap();
            for to in settings(&lattice) {
                let mut plan = Plan::default();
                lattice.switch(setting, to, &mut plan);
                check_plan(&lattice, setting, to, &plan).unwrap();
            }
        }
    }
}

#[test]
fn the_check_above_can_fail() {
    let lattice = lattice(192);
    let packed = lattice.description().preset("packed").unwrap();
    let mut plan = Plan::default();
    lattice.plan(1, packed, &mut plan);
    let Some(Step::Pass(pass)) = plan.steps.first_mut() else { panic!("a cycle begins with a sweep") };
    let constants: LatticePass = bytemuck::pod_read_unaligned(&pass.uniform);
    let larger = LatticePass { sites: constants.sites + 1, words: constants.words + constants.row, ..constants };
    pass.uniform = bytemuck::bytes_of(&larger).to_vec();
    let complaint = check_plan(&lattice, packed, packed, &plan).unwrap_err();
    assert!(complaint.contains("spins as bits/0"), "{complaint}");
}

#[test]
fn every_spin_is_updated_once_a_sweep_with_draws_of_its_own() {
    let lattice = lattice(128);
    for name in ["plain", "packed", "replicas"] {
        let mut plan = Plan::default();
        lattice.plan(5, lattice.description().preset(name).unwrap(), &mut plan);
        let passes = plan
            .passes()
            .filter(|pass| matches!(pass.variant.kernel, "ising/lattice/sweep" | "ising/lattice/replicas"));
        let found: Vec<_> = passes
            .map(|pass| {
                let constants: LatticePass = bytemuck::pod_read_unaligned(&pass.uniform);
                assert_ne!(pass.bindings[0], pass.bindings[1], "a colour reads what it writes");
                assert_eq!(pass.bindings[0].index, constants.colour);
                (constants.sweep, constants.colour)
            })
            .collect();
        // Cycle 5 of two sweeps each begins with the ninth.
        assert_eq!(found, [(9, 0), (9, 1), (10, 0), (10, 1)], "{name}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_the_remedy() {
    let refusal = |sites: u32, names: &[&str]| {
        let lattice = lattice(sites);
        let toggles = &lattice.description().toggles;
        let set = names.iter().fold(ToggleSet::NONE, |set, name| set.with(index_of(toggles, name).unwrap(), true));
        lattice.validate(set).unwrap_err().0
    };
    assert!(refusal(72, &["bit_packed"]).starts_with("sites = 72 is not a multiple of 32, which bit_packed needs"));
    assert!(refusal(576, &["bit_packed", "resident"]).contains("at most sites = 512"));
    assert!(refusal(64, &["resident"]).contains("needs bit_packed on"));
    assert!(refusal(64, &["multi_replica"]).contains("needs bit_packed on and resident off"));
    let model = |change: fn(&mut LatticeModel)| {
        let mut model = *lattice(64).model();
        change(&mut model);
        Lattice::new(model, 1).err().unwrap().0
    };
    assert_eq!(model(|model| model.sites = 56), "sites = 56 is not a multiple of 8 from 64 to 16384");
    assert_eq!(model(|model| model.sites = 16_392), "sites = 16392 is not a multiple of 8 from 64 to 16384");
    assert_eq!(model(|model| model.temperature = 0.0), "temperature = 0 is outside 0.1 to 10");
    assert_eq!(model(|model| model.temperature = f64::NAN), "temperature = NaN is outside 0.1 to 10");
    assert_eq!(model(|model| model.field = 3.0), "field = 3 is outside -2 to 2");
    assert_eq!(model(|model| model.sweeps = 0), "sweeps = 0 is outside 1 to 1000");
}

#[test]
fn the_size_that_would_fit_is_told() {
    let lattice = lattice(16_384);
    let packed = lattice.description().preset("packed").unwrap();
    assert_eq!(lattice.what_would_fit(packed, 1 << 20), "at most sites: 2880 fits");
    assert_eq!(lattice.what_would_fit(packed, 100), "not even sites: 64 fits");
}
