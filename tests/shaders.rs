//! Every kernel is valid under every combination of definitions that any setting of the toggles can ask for. Needs no
//! adapter.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in helpers of tests too, a panic is the report")]

use fieldscope::gpu::Variant;
use fieldscope::shaders::LIBRARY;
use fieldscope::sim::field::Field;
use fieldscope::sim::field::params::{FieldModel, Rates, Rules, SensorSignal};
use fieldscope::sim::ising::agents::Agents;
use fieldscope::sim::ising::agents::params::AgentsModel;
use fieldscope::sim::ising::lattice::Lattice;
use fieldscope::sim::ising::lattice::params::{LatticeModel, Start};
use fieldscope::sim::mobius::Mobius;
use fieldscope::sim::mobius::params::{ControllerModel, MobiusModel, Shape};
use fieldscope::sim::random::Generator;
use fieldscope::sim::ten::Ten;
use fieldscope::sim::ten::params::{self as network, Size, TenModel, Vocabulary};
use fieldscope::sim::{Plan, Simulation, Streaming, ToggleSet};
use rayon::prelude::*;
use std::collections::BTreeSet;

fn model(rules: Rules, generator: Generator, channels: u32) -> FieldModel {
    FieldModel {
        rules,
        sites: 16,
        channels,
        reduced_channels: None,
        sensors: 16,
        motors: 5,
        signal: SensorSignal::Constant(0.5),
        generator,
        matched_variance: false,
        rates: Rates::default(),
    }
}

/// Every setting of the toggles that a system accepts.
fn settings(simulation: &dyn Simulation) -> Vec<ToggleSet> {
    let toggles = simulation.description().toggles.len();
    (0_u64..1 << toggles)
        .map(|bits| (0..toggles).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1)))
        .filter(|set| simulation.validate(*set).is_ok())
        .collect()
}

/// Variants of all cycles under all settings of the toggles that the field accepts.
fn variants_of(model: FieldModel) -> BTreeSet<Variant> {
    let field = Field::new(model, 1, Streaming::default()).unwrap();
    settings(&field)
        .into_par_iter()
        .fold(BTreeSet::new, |mut found, set| {
            found.extend(fieldscope::sim::variants(&field, set));
            found
        })
        .reduce(BTreeSet::new, |mut all, found| {
            all.extend(found);
            all
        })
}

fn failures(variants: &BTreeSet<Variant>) -> Vec<String> {
    let variants: Vec<_> = variants.iter().collect();
    variants
        .par_chunks(32)
        .flat_map_iter(|chunk| {
            let mut composer = LIBRARY.composer().unwrap();
            let mut failures = Vec::new();
            for variant in chunk {
                let outcome =
                    LIBRARY.compose(&mut composer, variant).map_err(|error| error.to_string()).and_then(|module| {
                        naga::valid::Validator::new(
                            naga::valid::ValidationFlags::all(),
                            naga::valid::Capabilities::SHADER_FLOAT16_IN_FLOAT32
                                | naga::valid::Capabilities::SUBGROUP
                                | naga::valid::Capabilities::FLOAT64
                                | naga::valid::Capabilities::SHADER_INT64,
                        )
                        .validate(&module)
                        .map(|_| ())
                        .map_err(|error| format!("{variant}: {:?}", error.into_inner()))
                    });
                failures.extend(outcome.err());
            }
            failures
        })
        .collect()
}

#[test]
fn every_kernel_is_valid_under_every_setting_of_the_toggles() {
    let mut variants = BTreeSet::new();
    for rules in [Rules::Published, Rules::Stable] {
        variants.extend(variants_of(model(rules, Generator::Fast, 8)));
    }
    let kernels: BTreeSet<_> = variants.iter().map(|variant| variant.kernel).collect();
    eprintln!("{} variants of {} kernels", variants.len(), kernels.len());
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{} of {} fail, first: {}", failures.len(), variants.len(), failures[0]);
}

#[test]
fn the_strict_generator_is_valid_too() {
    let field = Field::new(model(Rules::Stable, Generator::Strict, 8), 1, Streaming::default()).unwrap();
    let mut variants = BTreeSet::new();
    for preset in field.description().presets {
        variants.extend(fieldscope::sim::variants(&field, field.description().preset(preset.name).unwrap()));
    }
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn transitions_are_valid_in_both_directions() {
    let field = Field::new(model(Rules::Stable, Generator::Fast, 8), 1, Streaming::default()).unwrap();
    let mut variants = BTreeSet::new();
    for index in 0..field.description().toggles.len() {
        let on = ToggleSet::NONE.with(index, true);
        for (from, to) in [(ToggleSet::NONE, on), (on, ToggleSet::NONE)] {
            let mut plan = Plan::default();
            field.switch(from, to, &mut plan);
            variants.extend(plan.passes().map(|pass| pass.variant.clone()));
        }
    }
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_form_of_the_comparison_is_valid() {
    let variants: BTreeSet<_> = fieldscope::lab::deviation::variants().into_iter().collect();
    assert_eq!(variants.len(), 25);
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_form_of_the_painters_extraction_is_valid() {
    let switches = ["HALF", "PENDING", "PLANES", "SUBTRACT"];
    let variants: BTreeSet<_> = (0..16)
        .flat_map(|bits| [None, Some("MEAN"), Some("VARIANCE")].map(|reduction| (bits, reduction)))
        .map(|(bits, reduction)| {
            let on = switches.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, name)| *name);
            Variant::new("view/extract", on.chain(reduction).map(|name| (name, 1)))
        })
        .collect();
    assert_eq!(variants.len(), 48);
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_kernel_of_the_lattice_is_valid_under_every_setting_and_between_any_two() {
    let mut variants = BTreeSet::new();
    for (field, generator) in [(0.0, Generator::Fast), (0.5, Generator::Fast), (0.5, Generator::Strict)] {
        let model = LatticeModel {
            sites: 64,
            reduced_sites: None,
            temperature: 2.0,
            field,
            sweeps: 2,
            start: Start::Hot,
            generator,
        };
        let lattice = Lattice::new(model, 1).unwrap();
        let settings = settings(&lattice);
        assert_eq!(settings.len(), 4);
        for from in &settings {
            variants.extend(fieldscope::sim::variants(&lattice, *from));
            for to in &settings {
                let mut plan = Plan::default();
                lattice.switch(*from, *to, &mut plan);
                variants.extend(plan.passes().map(|pass| pass.variant.clone()));
            }
        }
    }
    let kernels: BTreeSet<_> = variants.iter().map(|variant| variant.kernel).collect();
    assert_eq!(kernels.len(), 8, "{kernels:?}");
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_form_of_a_flat_picture_is_valid() {
    let drawing = [
        "view/map",
        "view/backdrop",
        "view/traces",
        "view/points",
        "view/nearest_point",
        "view/outline",
        "view/sectors",
    ]
    .map(|path| Variant::new(path, []));
    let on_map = [fieldscope::view::marks::on_map(), fieldscope::view::highlight::on_map()];
    let sheet =
        [false, true].into_iter().flat_map(|points| fieldscope::view::surface::variants(points, true)).chain(on_map);
    let gather = fieldscope::view::plane::gather_variants();
    let variants: BTreeSet<_> = drawing.into_iter().chain(gather).chain(sheet).collect();
    assert_eq!(variants.len(), 7 + 30 + 9);
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_form_of_the_square_is_valid() {
    let variants: BTreeSet<_> = fieldscope::view::square::variants().into_iter().collect();
    assert_eq!(variants.len(), 6);
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_kernel_of_the_network_is_valid_under_every_setting_and_between_any_two() {
    let mut variants = BTreeSet::new();
    for (tokens, software, broadcast, tile) in [
        (1, false, false, "tiles"),
        (128, false, false, "tiles"),
        (128, true, false, "rows"),
        (128, true, true, "strips"),
        (128, true, true, "tall-strips"),
    ] {
        let long_words = broadcast;
        for preset in ["corrected", "published"] {
            let model = TenModel {
                size: Size::Custom(network::Shape { width: 64, layers: 1, eigenstates: 32, cells: 2, positions: 8 }),
                reduced_size: None,
                tokens,
                vocabulary: Vocabulary::Bytes,
                text: None,
                weights: None,
                resonance: 0.01,
            };
            let mut ten =
                Ten::new(model, 1, Streaming { software, broadcast, long_words, ..Streaming::default() }).unwrap();
            ten.tune("ten-product", tile).unwrap();
            ten.take_preset(preset).unwrap();
            for setting in settings(&ten) {
                variants.extend(fieldscope::sim::variants(&ten, setting));
                let mut plan = Plan::default();
                ten.switch(ToggleSet::NONE, setting, &mut plan);
                variants.extend(plan.passes().map(|pass| pass.variant.clone()));
            }
        }
    }
    let kernels: BTreeSet<_> = variants.iter().map(|variant| variant.kernel).collect();
    assert_eq!(kernels.len(), 18, "{kernels:?}");
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_kernel_of_the_band_and_the_helix_is_valid_under_every_setting_and_between_neighbours() {
    let strip = Shape::Strip { along: 64, across: 8, half_twists: 1, half_width: 0.4 };
    let helix = Shape::Published { nodes: 512, windings: 3.8 };
    let mut variants = BTreeSet::new();
    for (shape, sampled, generator) in
        [(strip, false, Generator::Fast), (helix, true, Generator::Fast), (strip, true, Generator::Strict)]
    {
        let controller = Some(ControllerModel { hidden: 16, drives: shape == strip, weights: None });
        let model = MobiusModel { sampled, generator, controller, ..MobiusModel::of(shape) };
        let mobius = Mobius::new(model, 1, Streaming::default()).unwrap();
        let settings = settings(&mobius);
        // Of the 512 the quarter is left out that keeps a propagator without the one dispatch.
        assert_eq!(settings.len(), 384);
        for from in &settings {
            variants.extend(fieldscope::sim::variants(&mobius, *from));
            for index in 0..mobius.description().toggles.len() {
                let mut plan = Plan::default();
                mobius.switch(*from, from.with(index, !from.is_on(index)), &mut plan);
                variants.extend(plan.passes().map(|pass| pass.variant.clone()));
            }
        }
    }
    let kernels: BTreeSet<_> = variants.iter().map(|variant| variant.kernel).collect();
    let all = LIBRARY.kernels.iter().filter(|kernel| kernel.name.starts_with("mobius/")).count();
    assert_eq!(kernels.len(), all, "{kernels:?}");
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_kernel_of_the_agents_is_valid_under_every_setting() {
    let mut variants = BTreeSet::new();
    for (spins, generator) in
        [(2, Generator::Fast), (20, Generator::Strict), (21, Generator::Fast), (64, Generator::Fast)]
    {
        let model = AgentsModel {
            agents: 6,
            reduced_agents: None,
            spins,
            others: 2,
            circle: None,
            couplings: None,
            couplings_from: None,
            pinned: Some([0, 5]),
            annealed: true,
            compassion: true,
            strength: 0.1,
            noise: 0.05,
            enumerated: u32::from(spins <= 24),
            rules: Default::default(),
            generator,
        };
        for software in [false, true] {
            let agents = Agents::new(model.clone(), 1).unwrap().with_doubles(true).on_software(software);
            let settings = settings(&agents);
            assert_eq!(settings.len(), 512);
            for setting in settings {
                variants.extend(fieldscope::sim::variants(&agents, setting));
            }
        }
    }
    let kernels: BTreeSet<_> = variants.iter().map(|variant| variant.kernel).collect();
    assert_eq!(kernels.len(), 11, "{kernels:?}");
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{}", failures[0]);
}

#[test]
fn every_kernel_of_the_coupling_is_valid_under_every_setting() {
    use fieldscope::sim::pac::Pac;
    use fieldscope::sim::pac::bands::{Bands, Resolution};
    use fieldscope::sim::pac::design::Input;
    use fieldscope::sim::pac::filters::Filter;
    use fieldscope::sim::pac::params::{Form, GeneratorModel, Method, PacModel, RecordingModel, Source, Surrogate};

    let generator = |form| {
        let numbers =
            GeneratorModel { form, rate: 512.0, channels: 1, slow: 6.0, fast: 80.0, strength: 0.5, noise: 0.1 };
        Source::Generator(numbers)
    };
    let recording = || Source::Recording(RecordingModel { path: "r.edf".into(), channels: Vec::new(), rate: None });
    let mut variants = BTreeSet::new();
    // 2160 samples have the radices of every transform, and more than one stretch of sums.
    for (at, (_, method)) in Method::ALL.into_iter().enumerate() {
        for filter in [Filter::Spectral, Filter::Fir] {
            for surrogate in [Surrogate::TimeLag, Surrogate::TrialPermutation(3)] {
                for source in [generator(Form::Tort), generator(Form::Gpac), recording()] {
                    let model = PacModel {
                        source,
                        window: 2160.0 / 512.0,
                        advance: 0.0,
                        position: 0.0,
                        phase_bands: Bands::Tensorpac(Resolution::Lres),
                        amplitude_bands: Bands::Tensorpac(Resolution::Lres),
                        method,
                        filter,
                        surrogates: 2 * u32::from(at != 1),
                        surrogate,
                    };
                    let names = vec!["one".to_owned()];
                    let samples = vec![0.0; 2160].into();
                    let excluded = Some(vec![1; 68].into());
                    let input = Input { rate: 512.0, names, total: 2160, samples, excluded, ..Input::default() };
                    let pac = Pac::new(model, Some(input), 1).unwrap();
                    for setting in settings(&pac) {
                        variants.extend(fieldscope::sim::variants(&pac, setting));
                    }
                }
            }
        }
    }
    let kernels: BTreeSet<_> = variants.iter().map(|variant| variant.kernel).collect();
    assert_eq!(kernels.len(), 27, "{kernels:?}");
    eprintln!("{} variants of {} kernels", variants.len(), kernels.len());
    let failures = failures(&variants);
    assert!(failures.is_empty(), "{} of {} fail, first: {}", failures.len(), variants.len(), failures[0]);
}
