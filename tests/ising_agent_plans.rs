//! Plans of the agents, without an adapter: no pass reaches beyond its buffers, whatever the setting, and what cannot be is
//! refused in one sentence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::sim::ising::agents::Agents;
use fieldscope::sim::ising::agents::kernels::{AgentFigures, AgentPass};
use fieldscope::sim::ising::agents::params::{AgentsModel, Rules};
use fieldscope::sim::random::Generator;
use fieldscope::sim::{Pass, Plan, Simulation, Step, ToggleSet, toggles::index_of};
use std::collections::BTreeMap;

fn model(agents: u32, spins: u32, others: u32) -> AgentsModel {
    AgentsModel {
        agents,
        reduced_agents: None,
        spins,
        others,
        circle: None,
        couplings: None,
        couplings_from: None,
        pinned: None,
        annealed: true,
        compassion: true,
        strength: 0.1,
        noise: 0.05,
        enumerated: if spins <= 24 { 2 } else { 0 },
        rules: Rules::Corrected,
        generator: Generator::Fast,
    }
}

fn settings(agents: &Agents) -> Vec<ToggleSet> {
    let count = agents.description().toggles.len();
    (0_u64..1 << count)
        .map(|bits| (0..count).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1)))
        .filter(|set| agents.validate(*set).is_ok())
        .collect()
}

/// Bytes of each binding that a pass may touch, written from the kernels' index formulas.
fn reaches(pass: &Pass, constants: &AgentPass) -> Vec<u64> {
    let AgentPass { agents, others, first, count, slots, .. } = *constants;
    let [agents, others, last, slots] = [agents, others, first + count, slots].map(u64::from);
    let spins = pass.variant.definitions.iter().find(|(name, _)| *name == "SPINS").unwrap().1 as u64;
    let quads = spins.div_ceil(4);
    let (matrices, fields, pairs) = (16 * spins * quads * agents, 16 * quads * agents, agents * others);
    let defined = |name| pass.variant.definitions.contains(&(name, 1));
    match pass.variant.kernel {
        "ising/agents/start" => vec![matrices, fields, 8 * last, 4 * last],
        "ising/agents/anneal" if defined("STEPWISE") => {
            let number = if defined("DOUBLE") { 8 } else { 4 };
            vec![matrices, fields, 8 * last, 4 * number * (quads + 1) * last]
        }
        "ising/agents/anneal" if defined("WATCH") => {
            let pinned = constants.pinned.into_iter().max().map(u64::from).unwrap();
            assert!(pinned < agents);
            vec![matrices, fields, 8 * (pinned + 1), 4 * 101 * last, 8 * 101 * last]
        }
        "ising/agents/anneal" => vec![matrices, fields, 8 * last],
        // Two directions, each with a truth and an image.
        "ising/agents/pinned" => {
            vec![matrices, fields, 8 * 101 * 2 * last, 16 * last, size_of::<AgentFigures>() as u64]
        }
        "ising/agents/emotion" => vec![matrices, fields, 8 * last, 16 * last, 16 * last],
        "ising/agents/similarity" if defined("CACHE") => {
            vec![matrices, 4 * others * last, 16 * last, 4 * agents, 128 * last]
        }
        "ising/agents/similarity" => vec![matrices, 4 * others * last, 16 * last],
        "ising/agents/empathy" => vec![matrices, fields, 8 * agents, 8 * last, 4 * last, 16 * last, 4 * last],
        "ising/agents/attention" => vec![4 * pairs, 16 * agents, 4 * pairs, 16 * last, 16 * last],
        "ising/agents/compassion" => vec![matrices, matrices, 8 * last, 4 * last, 4 * pairs, 16 * last],
        "ising/agents/memory" => vec![16 * last, 4 * pairs, 16 * last, 640 * last, 24 * last],
        "ising/agents/figures" => vec![
            16 * agents,
            16 * agents,
            16 * pairs,
            4 * pairs,
            24 * agents,
            16 * agents,
            4 * slots,
            size_of::<AgentFigures>() as u64,
        ],
        "ising/agents/enumerate" => {
            let enumerated = u64::from(pass.workgroups[0]);
            let [matrices, fields] = [16 * spins * quads * enumerated, 16 * quads * enumerated];
            vec![matrices, fields, 4 * enumerated, 8 * enumerated, 16 * enumerated]
        }
        other => panic!("no test knows how far {other} reaches"),
    }
}

fn check_pass(pass: &Pass, sizes: &BTreeMap<String, u64>) -> Result<(), String> {
    let constants: AgentPass = bytemuck::pod_read_unaligned(&pass.uniform);
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
    let workgroups: u64 = pass.workgroups.iter().map(|count| u64::from(*count)).product();
    let walks = ["ising/agents/figures", "ising/agents/enumerate"].contains(&pass.variant.kernel);
    if !walks && workgroups * 64 < u64::from(constants.count) {
        return Err(format!("{} leaves items out: {:?} for {}", pass.variant, pass.workgroups, constants.count));
    }
    if constants.entry >= 32 || constants.filled > 32 || constants.steps > 100 || constants.step >= constants.steps {
        return Err(format!("{}: {constants:?}", pass.variant));
    }
    if pass.workgroups.iter().any(|count| *count == 0 || *count > 65_535) {
        return Err(format!("{}: {:?} workgroups", pass.variant, pass.workgroups));
    }
    Ok(())
}

fn check_plan(agents: &Agents, setting: ToggleSet, plan: &Plan) -> Result<(), String> {
    let state = agents.state(setting);
    let sizes: BTreeMap<_, _> = state.buffers.iter().map(|request| (request.id.to_string(), request.bytes)).collect();
    for step in &plan.steps {
        let (id, bytes) = match step {
            Step::Write(_) | Step::Together(_) | Step::Submit => panic!("agents never ask for {step:?}"),
            Step::Pass(pass) => {
                check_pass(pass, &sizes)?;
                continue;
            }
            Step::Clear(id) => (*id, 0),
            Step::Read(read) => (read.buffer, read.offset + read.bytes),
        };
        if sizes.get(&id.to_string()).is_none_or(|size| bytes > *size) {
            return Err(format!("{step:?} goes beyond {id}"));
        }
    }
    Ok(())
}

#[test]
fn no_pass_of_any_setting_reaches_beyond_its_buffers() {
    for (count, spins, others) in [(2, 2, 1), (5, 64, 4), (9, 21, 8), (70, 20, 3), (1_000_000, 20, 8)] {
        let pinned = AgentsModel { pinned: Some([0, count - 1]), ..model(count, spins, others) };
        let mut agents = Agents::new(pinned, 1).unwrap().with_doubles(true);
        for setting in settings(&agents) {
            let mut plan = Plan::default();
            agents.initialise(setting, &mut plan);
            check_plan(&agents, setting, &plan).unwrap();
            for cycle in [1, 2, 40] {
                agents.plan(cycle, setting, &mut plan);
                check_plan(&agents, setting, &plan).unwrap();
                // Couplings change places with every response.
                agents.advance(setting, &plan);
            }
        }
    }
}

#[test]
fn couplings_are_copied_on_a_software_adapter_where_the_copy_pays() {
    let copies = |software: bool, rules: Rules, spins: u32, off: &[&str]| {
        let model = AgentsModel { rules, ..model(10, spins, 2) };
        let agents = Agents::new(model, 1).unwrap().on_software(software);
        let description = agents.description();
        let preset = description.preset("corrected").unwrap();
        let set = off.iter().fold(preset, |set, name| set.with(index_of(&description.toggles, name).unwrap(), false));
        let mut plan = Plan::default();
        agents.plan(1, set, &mut plan);
        let anneals: Vec<_> = plan.passes().filter(|pass| pass.variant.kernel == "ising/agents/anneal").collect();
        let copying = anneals.iter().filter(|pass| pass.variant.definitions.contains(&("OWN_ROWS", 1))).count();
        assert!(copying == 0 || copying == anneals.len());
        copying > 0
    };
    assert!(copies(true, Rules::Corrected, 20, &[]) && copies(true, Rules::Published, 20, &[]));
    assert!(!copies(false, Rules::Corrected, 20, &[]));
    // The kernel would take seconds to compile.
    assert!(copies(true, Rules::Corrected, 24, &[]) && !copies(true, Rules::Corrected, 25, &[]));
    // Every step would copy once more.
    assert!(!copies(true, Rules::Corrected, 20, &["fused_anneal"]));
}

#[test]
fn the_check_above_can_fail() {
    let agents = Agents::new(model(70, 20, 3), 1).unwrap();
    let setting = agents.description().preset("corrected").unwrap();
    let mut plan = Plan::default();
    agents.plan(1, setting, &mut plan);
    let Some(Step::Pass(pass)) = plan.steps.first_mut() else { panic!("a cycle begins with an anneal") };
    let constants: AgentPass = bytemuck::pod_read_unaligned(&pass.uniform);
    pass.uniform = bytemuck::bytes_of(&AgentPass { first: 1, ..constants }).to_vec();
    assert!(check_plan(&agents, setting, &plan).unwrap_err().contains("reaches byte 568 of spins/0"));
}

#[test]
fn a_cycle_has_as_many_passes_as_its_toggles_say() {
    let agents = Agents::new(AgentsModel { enumerated: 0, ..model(10, 20, 3) }, 1).unwrap();
    let toggles = &agents.description().toggles;
    let passes = |turned: &[(&str, bool)]| {
        let preset = agents.description().preset("corrected").unwrap();
        let set = turned.iter().fold(preset, |set, (name, on)| set.with(index_of(toggles, name).unwrap(), *on));
        let mut plan = Plan::default();
        agents.plan(1, set, &mut plan);
        plan.passes().count()
    };
    // Anneal, emotion, similarity, theory of mind, empathy, attention, memory, compassion, figures.
    assert_eq!(passes(&[]), 9);
    assert_eq!(passes(&[("quick_estimate", true)]), 8);
    assert_eq!(passes(&[("batched_emotions", false)]), 8 + 10);
    assert_eq!(passes(&[("parallel_attention", false)]), 6 + 3 * 30);
    assert_eq!(passes(&[("fused_anneal", false)]), 7 + 2 * 100);
    assert_eq!(passes(&[("fused_anneal", false), ("adaptive_steps", true)]), 7 + 2 * 52);
}

#[test]
fn what_cannot_be_is_refused_in_one_sentence() {
    let refusal = |change: fn(&mut AgentsModel)| {
        let mut model = model(100, 20, 4);
        change(&mut model);
        Agents::new(model, 1).map(|_| ()).unwrap_err().0
    };
    assert_eq!(refusal(|model| model.spins = 1), "spins = 1 is outside 2 to 64");
    assert_eq!(refusal(|model| model.spins = 65), "spins = 65 is outside 2 to 64");
    assert_eq!(refusal(|model| model.agents = 1_000_001), "agents = 1000001 is outside 2 to 1000000");
    assert_eq!(refusal(|model| model.agents = 1), "agents = 1 is outside 2 to 1000000");
    assert_eq!(refusal(|model| model.others = 9), "others = 9 is outside 1 to 8");
    assert_eq!(refusal(|model| model.circle = Some(3)), "circle = 3 is outside 4 to 99");
    assert_eq!(refusal(|model| model.pinned = Some([5, 100])), "pinned = 100 is outside 0 to 99");
    assert_eq!(refusal(|model| model.strength = f64::NAN), "strength = NaN is outside 0 to 1");
    assert_eq!(
        refusal(|model| (model.enumerated, model.spins) = (1, 25)),
        "enumerated = 1 needs spins of at most 24, and spins = 25"
    );
    let agents = Agents::new(model(1000, 20, 4), 1).unwrap();
    let preset = agents.description().preset("corrected").unwrap();
    let off = |names: &[&str]| {
        let toggles = &agents.description().toggles;
        names.iter().fold(preset, |set, name| set.with(index_of(toggles, name).unwrap(), false))
    };
    assert!(agents.validate(off(&["f32"])).unwrap_err().0.starts_with("f32 cannot be off"));
    assert!(agents.validate(off(&["fused_anneal"])).is_ok());
    let refused = agents.validate(off(&["fused_anneal", "parallel_attention"])).unwrap_err().0;
    assert!(refused.starts_with("agents = 1000 would take 408101 dispatches a cycle"), "{refused}");
    assert_eq!(agents.what_would_fit(preset, 100_000), "with spins: 20 at most agents: 23 fits");
}

#[test]
fn a_pointer_pins_the_agent_under_it_beside_the_one_before() {
    let mut agents = Agents::new(AgentsModel { pinned: Some([0, 1]), ..model(100, 20, 3) }, 1).unwrap();
    let pinned = |agents: &Agents| {
        let caption = agents.caption().unwrap();
        let numbers = caption.split(|letter: char| !letter.is_ascii_digit()).filter_map(|word| word.parse().ok());
        numbers.collect::<Vec<u32>>()
    };
    // Rows of ten, the first one at the bottom.
    agents.point("valence", [0.75, 0.95]);
    assert_eq!(pinned(&agents), [7, 0]);
    agents.point("tension", [0.75, 0.95]);
    assert_eq!(pinned(&agents), [7, 0]);
    agents.point("trend", [1.0, 0.0]);
    assert_eq!(pinned(&agents), [99, 7]);
    // 64 agents, one a row.
    agents.point("empathy", [0.5, 1.0]);
    assert_eq!(pinned(&agents), [0, 99]);
    agents.point("anneal", [0.5, 0.5]);
    assert_eq!(pinned(&agents), [0, 99]);
    let mut plain = Agents::new(model(100, 20, 3), 1).unwrap();
    plain.point("valence", [0.5, 0.5]);
    assert_eq!(plain.caption(), None);
}
