//! The coupling's plans as data, without an adapter: kernels that run unchecked stay inside their buffers, and every sample,
//! band and pair is covered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

use fieldscope::sim::pac::Pac;
use fieldscope::sim::pac::bands::Bands;
use fieldscope::sim::pac::design::Input;
use fieldscope::sim::pac::filters::Filter;
use fieldscope::sim::pac::kernels::{PacFigures, PacGenerator, PacPass, PacPointed, PacTrace};
use fieldscope::sim::pac::params::{Form, GeneratorModel, Method, PacModel, RecordingModel, Source, Surrogate};
use fieldscope::sim::{Pass, Plan, Simulation, Step, ToggleSet};
use std::collections::BTreeMap;

const TOTAL: usize = 5000;

fn pac(method: Method, filter: Filter, surrogate: Surrogate, channels: usize, excluded: bool) -> Pac {
    let model = PacModel {
        source: Source::Recording(RecordingModel { path: "r".into(), channels: Vec::new(), rate: None }),
        // One stretch of the sums, or two.
        window: if channels == 1 { 601.0 } else { 2401.0 } / 256.0,
        advance: 0.7,
        position: 3.0,
        phase_bands: Bands::Explicit(vec![(4.0, 8.0), (6.0, 7.0), (5.0, 9.0), (8.0, 12.0), (10.0, 14.0)]),
        amplitude_bands: Bands::Linear { from: 30.0, to: 100.0, count: 9, width: 20.0 },
        method,
        filter,
        surrogates: 3,
        surrogate,
    };
    let input = Input {
        rate: 256.0,
        names: (0..channels).map(|at| format!("{at}")).collect(),
        total: TOTAL,
        samples: vec![0.0; TOTAL * channels].into(),
        excluded: excluded.then(|| vec![0; channels * TOTAL.div_ceil(32)].into()),
        ..Input::default()
    };
    Pac::new(model, Some(input), 1).unwrap()
}

fn settings(pac: &Pac) -> Vec<ToggleSet> {
    let count = pac.description().toggles.len();
    (0_u64..1 << count)
        .map(|bits| (0..count).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1)))
        .filter(|set| pac.validate(*set).is_ok())
        .collect()
}

/// Bytes of each binding that a pass may touch, written from the kernels' index formulas.
#[expect(clippy::too_many_lines, reason = "a table with a row a kernel")]
fn reaches(pac: &Pac, pass: &Pass) -> Vec<u64> {
    let defined = |name| pass.variant.definitions.iter().any(|(defined, _)| *defined == name);
    if pass.variant.kernel == "pac/generate" {
        let of: PacGenerator = bytemuck::pod_read_unaligned(&pass.uniform);
        return vec![4 * u64::from(of.samples) * u64::from(pass.workgroups[1])];
    }
    if pass.variant.kernel == "pac/trace" {
        let of: PacTrace = bytemuck::pod_read_unaligned(&pass.uniform);
        let [window, before, first] = [of.window, of.before, of.first].map(u64::from);
        return vec![
            32 * (before + window),
            4 * (first + window),
            4 * (if defined("ENVELOPE") { 4 } else { 2 }) * window,
        ];
    }
    if pass.variant.kernel == "pac/pointed" {
        let PacPointed { channel, phase, amplitude, phases, amplitudes, .. } =
            bytemuck::pod_read_unaligned(&pass.uniform);
        let [channels, phases, fast] = [channel + 1, phases, amplitudes].map(u64::from);
        assert!(u64::from(phase) < phases && u64::from(amplitude) < fast);
        let mut found = vec![4 * channels * phases * fast, 32];
        let rows = channels * phases * 18;
        let of_pair = (!defined("PLAIN")).then_some([16 * rows * fast.div_ceil(4), 4 * rows, 72, 72]);
        found.extend(of_pair.into_iter().flatten());
        return found;
    }
    let constants: PacPass = bytemuck::pod_read_unaligned(&pass.uniform);
    let of = |value: u32| u64::from(value);
    let PacPass { length, window, total, channels, channel, taken, bands, groups, phases, amplitudes, .. } = constants;
    let [length, window, total, channels, taken] = [length, window, total, channels, taken].map(of);
    let last = of(channel) + taken;
    let [bands, groups, phases, fast] = [bands, groups, phases, amplitudes].map(of);
    let rows = of(pass.workgroups[1]);
    let amplitude = if defined("DIRECTIONS") {
        32
    } else if defined("HALF") {
        8
    } else {
        16
    };
    let amplitude = amplitude * taken * window * fast;
    let counts = 72 * last * phases;
    let sums = |slot: u64| 16 * (slot + taken) * phases * 18 * fast;
    let sums = sums(of(constants.slot));
    let valid = 4 * last;
    let permutation = (of(constants.surrogate) + 1) * of(constants.trials) * 4;
    let with_trials = |mut found: Vec<u64>| {
        found.extend(defined("TRIALS").then_some(permutation));
        found
    };
    let design = pac.design();
    match pass.variant.kernel {
        "pac/load" => {
            assert!(of(constants.start) + window <= total);
            vec![4 * channels * total, 32 * rows * length]
        }
        "pac/expand" => {
            let side = if pass.bindings[1].index == 0 { &design.phase } else { &design.amplitude };
            let weights: usize = side.spans().iter().map(std::ops::Range::len).sum();
            let widest = side.spans().iter().map(std::ops::Range::len).max().unwrap() as u64;
            assert!(widest <= of(constants.kept), "two bins of a group have one place");
            let bins = side.responses.iter().map(|response| response.first + response.weights.len()).max().unwrap();
            assert!(bins as u64 <= length);
            assert_eq!(of(constants.kept) * of(constants.stride), length);
            let of_spectrum = 32 * (last.div_ceil(4)) * length;
            let groups = of(constants.first_group) + groups;
            assert!(groups <= u64::from(side.groups()));
            vec![of_spectrum, 16 * groups, 16 * weights as u64, 8 * length, 32 * rows * length]
        }
        "pac/fourier" => {
            let result = if defined("BINS") {
                4 * last * groups * window
            } else if defined("UNITS") {
                32 * taken * window * groups
            } else if defined("AMPLITUDE") {
                (if defined("HALF") { 8 } else { 16 }) * taken * window * groups
            } else if defined("FILTERED") || defined("ENVELOPE") {
                assert!(window <= of(constants.kept));
                32 * rows * of(constants.kept)
            } else {
                32 * rows * length
            };
            let mut found = vec![32 * rows * length, 8 * length, result];
            found.extend(defined("EXCLUDED").then_some(4 * last * window));
            found
        }
        "pac/one_side" => vec![32 * rows * length],
        "pac/part" => {
            let size = if defined("ANALYTIC") { 32 } else { 16 };
            vec![32 * ((rows - 1) * length + of(constants.before) + window), size * rows * window]
        }
        "pac/take" => {
            let result = if defined("BINS") {
                4 * last * groups * window
            } else if defined("UNITS") {
                32 * taken * window * groups
            } else {
                (if defined("HALF") { 8 } else { 16 }) * taken * window * groups
            };
            let mut found = vec![32 * rows * window, result];
            found.extend(defined("EXCLUDED").then_some(4 * last * window));
            found
        }
        "pac/rank" => vec![4 * channels * total.div_ceil(32), 4 * channels * window, 4 * channels],
        "pac/count" => vec![4 * last * groups * window, valid, counts],
        "pac/sort" => {
            let lists = taken * phases * of(pass.workgroups[0]);
            assert!(of(pass.workgroups[0]) == window.div_ceil(2048));
            let mut found = vec![4 * last * groups * window, valid, 4 * 2120 * lists, 80 * lists];
            found.extend(defined("COUNT").then_some(counts));
            found
        }
        "pac/sum" => {
            let stretches = window.div_ceil(2048);
            assert_eq!(of(pass.workgroups[0]), stretches * (18 * of(constants.stride)).div_ceil(64));
            assert!(of(constants.stride) >= fast && 64 % constants.stride == 0);
            let lists = taken * phases * stretches;
            let result = 16 * ((stretches - 1) * taken + of(constants.slot) + taken) * phases * 18 * fast;
            let with_zeros = amplitude / (taken * window) * (taken * window + 1);
            with_trials(vec![4 * 2120 * lists, 80 * lists, with_zeros, result, valid])
        }
        "pac/total" => vec![16 * window.div_ceil(2048) * taken * phases * 18 * fast, sums],
        "pac/soft" => with_trials(vec![32 * taken * window * groups, amplitude, sums, valid]),
        "pac/one_hot" => {
            let expansion = 4 * taken * bands * phases * window * 18;
            with_trials(vec![4 * last * groups * window, amplitude, expansion, valid])
        }
        "pac/one_hot_sum" => vec![4 * taken * bands * phases * window * 18, sums],
        "pac/products" => {
            let map = 4 * (of(constants.slot) * channels + last) * bands * phases;
            with_trials(vec![32 * taken * window * groups, amplitude, map, valid])
        }
        "pac/around" => {
            let loaded = if defined("AMPLITUDES") {
                assert_eq!(rows, fast);
                let bytes = if defined("HALF") { 8 } else { 16 };
                // Once around or twice, whatever is excluded.
                assert!(length == window || length >= 2 * window);
                bytes * (of(constants.slot) + 1) * window * fast
            } else {
                assert_eq!(rows, of(constants.pairs).div_ceil(4));
                4 * last * groups * window
            };
            vec![loaded, valid, 32 * rows * length]
        }
        "pac/correlate" => {
            assert_eq!(rows, of(constants.pairs) * fast);
            vec![32 * of(constants.pairs).div_ceil(4) * length, 32 * fast * length, 32 * rows * length]
        }
        "pac/at_shifts" => {
            assert!(of(constants.first_pair + constants.pairs) <= 9 * phases && length % of(constants.stride) == 0);
            let surrogates = of(constants.surrogates);
            assert_eq!(of(pass.workgroups[1]), surrogates);
            vec![
                32 * of(constants.pairs) * fast * length,
                8 * length,
                valid,
                4 * (of(constants.surrogate) + surrogates),
                16 * surrogates * phases * 18 * fast,
            ]
        }
        "pac/pool" => vec![72 * channels * phases, 72],
        "pac/couple" => {
            let map = 4 * (of(constants.surrogate) * channels + last) * bands * phases;
            vec![sums, counts, 72, map]
        }
        "pac/accumulate" => {
            let stored = if defined("STORED") { of(constants.surrogate) * channels } else { 0 };
            let map = 4 * bands * phases;
            vec![last * map, (stored + last) * map, 4 * last * map]
        }
        "pac/significance" => {
            let map = 4 * channels * bands * phases;
            vec![map, 4 * map, map, map, map]
        }
        "pac/history" => vec![4 * channels * bands * phases, 4 * channels * 256],
        "pac/figures" => {
            let map = 4 * channels * bands * phases;
            let mut found = vec![map, 4 * (phases + bands), 4 * channels, size_of::<PacFigures>() as u64];
            found.extend(defined("SURROGATES").then_some([map, map]).into_iter().flatten());
            found
        }
        other => panic!("no test knows how far {other} reaches"),
    }
}

fn check(pac: &Pac, setting: ToggleSet, plan: &Plan) -> Result<(), String> {
    let sizes: BTreeMap<String, u64> =
        pac.state(setting).buffers.iter().map(|request| (request.id.to_string(), request.bytes)).collect();
    for step in &plan.steps {
        let touched = match step {
            Step::Together(_) | Step::Submit => panic!("an analysis never asks for {step:?}"),
            Step::Pass(pass) => {
                if pass.workgroups.iter().any(|count| *count == 0 || *count > 65_535) {
                    return Err(format!("{}: {:?} workgroups", pass.variant, pass.workgroups));
                }
                let reaches = reaches(pac, pass);
                if reaches.len() != pass.bindings.len() {
                    return Err(format!("{} binds {:?}", pass.variant, pass.bindings));
                }
                pass.bindings.iter().copied().zip(reaches).collect()
            }
            Step::Clear(id) => vec![(*id, 0)],
            Step::Write(write) => vec![(write.buffer, write.bytes.length)],
            Step::Read(read) => vec![(read.buffer, read.offset + read.bytes)],
        };
        for (id, reach) in touched {
            let size = sizes.get(&id.to_string()).ok_or_else(|| format!("{step:?} names {id}, which is not there"))?;
            if reach > *size {
                return Err(format!("{step:?} reaches byte {reach} of {id}, which has {size}"));
            }
        }
    }
    Ok(())
}

#[test]
fn no_pass_of_any_setting_reaches_beyond_its_buffers() {
    for (_, method) in Method::ALL {
        for filter in [Filter::Spectral, Filter::Fir, Filter::Gpac] {
            for surrogate in [Surrogate::TimeLag, Surrogate::TrialPermutation(5)] {
                for (channels, excluded) in [(1, false), (5, true)] {
                    let mut pac = pac(method, filter, surrogate, channels, excluded);
                    for setting in settings(&pac) {
                        let mut plan = Plan::default();
                        pac.initialise(setting, &mut plan);
                        check(&pac, setting, &plan).unwrap();
                        pac.plan(4, setting, &mut plan);
                        check(&pac, setting, &plan).unwrap();
                        for at in [[0.0, 0.0], [0.999, 0.5], [0.4, 1.0]] {
                            pac.point("signals", at);
                            pac.point("comodulogram", at);
                            pac.look(setting, &mut plan);
                            assert_eq!(plan.passes().filter(|pass| pass.variant.kernel == "pac/trace").count(), 2);
                            check(&pac, setting, &plan).unwrap();
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_check_above_can_fail() {
    let pac = pac(Method::Tort, Filter::Spectral, Surrogate::TimeLag, 1, false);
    let mut plan = Plan::default();
    pac.plan(1, ToggleSet::NONE, &mut plan);
    for step in &mut plan.steps {
        if let Step::Pass(pass) = step
            && pass.variant.kernel == "pac/count"
        {
            let constants: PacPass = bytemuck::pod_read_unaligned(&pass.uniform);
            let longer = PacPass { window: constants.window + 1, ..constants };
            pass.uniform = bytemuck::bytes_of(&longer).to_vec();
        }
    }
    let complaint = check(&pac, ToggleSet::NONE, &plan).unwrap_err();
    assert!(complaint.contains("of bins/0"), "{complaint}");
}

#[test]
fn a_generators_window_fills_its_buffer() {
    let generator =
        GeneratorModel { form: Form::Gpac, rate: 256.0, channels: 3, slow: 6.0, fast: 80.0, strength: 0.5, noise: 0.1 };
    let model = PacModel {
        source: Source::Generator(generator),
        ..pac(Method::Tort, Filter::Spectral, Surrogate::TimeLag, 1, false).model().clone()
    };
    let pac = Pac::new(model, None, 1).unwrap();
    for setting in settings(&pac) {
        let mut plan = Plan::default();
        pac.initialise(setting, &mut plan);
        check(&pac, setting, &plan).unwrap();
        pac.plan(9, setting, &mut plan);
        check(&pac, setting, &plan).unwrap();
    }
}

#[test]
fn channel_by_channel_takes_a_channels_memory() {
    let pac = pac(Method::Tort, Filter::Spectral, Surrogate::TimeLag, 8, false);
    let fast = pac.description().preset("fast").unwrap();
    let all = pac.description().preset("all-at-once").unwrap();
    let of = |set: ToggleSet, name: &str| -> u64 {
        pac.state(set).buffers.iter().filter(|request| request.id.name == name).map(|request| request.bytes).sum()
    };
    for name in ["work", "order"] {
        assert_eq!(8 * of(fast, name), of(all, name), "{name}");
    }
    // But for the row of zeros: 3 groups of 4 bands of 4 bytes.
    assert_eq!(8 * (of(fast, "amplitudes") - 48), of(all, "amplitudes") - 48);
    // 5 · 9 pairs · 2401 samples · 18 bins · 4 bytes · 8 channels.
    assert_eq!(of(ToggleSet::NONE, "expansion"), 45 * 2401 * 18 * 4 * 8);
}

#[test]
fn cross_correlations_cover_every_pair_of_bins_and_every_surrogate_of_every_channel() {
    use fieldscope::sim::pac::shifts::Correlation;
    let few = pac(Method::Tort, Filter::Spectral, Surrogate::TimeLag, 5, true);
    let on = |names: &[&str]| ToggleSet::from_names(&few.description().toggles, names.iter().copied()).unwrap();
    // 2401 samples are no length of a transform, and some are excluded: 4860 points.
    let wide = Bands::Linear { from: 3.0, to: 20.0, count: 40, width: 2.0 };
    let quick = Bands::Linear { from: 30.0, to: 100.0, count: 41, width: 20.0 };
    let model = PacModel { phase_bands: wide, amplitude_bands: quick, surrogates: 2500, ..few.model().clone() };
    let pac = Pac::new(model, Some(few.design().input.clone()), 1).unwrap();
    let by = Correlation::of(pac.model(), pac.design()).unwrap();
    assert_eq!(by.length, 4860);
    assert!(by.pairs < 360 && by.pairs.is_multiple_of(4) && by.surrogates < 2500, "{by:?}");
    for setting in [on(&["all_shifts_fft", "chunked", "lazy_surrogates"]), on(&["all_shifts_fft"])] {
        let mut plan = Plan::default();
        pac.plan(2, setting, &mut plan);
        check(&pac, setting, &plan).unwrap();
        let mut covered = BTreeMap::new();
        let mut accumulated = 0;
        for pass in plan.passes() {
            let of: PacPass = bytemuck::pod_read_unaligned(&pass.uniform);
            match pass.variant.kernel {
                "pac/at_shifts" => {
                    *covered.entry(of.channel).or_insert(0) += u64::from(of.pairs) * u64::from(of.surrogates);
                }
                "pac/accumulate" => accumulated += of.taken,
                _ => {}
            }
        }
        assert_eq!(covered.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4].map(|channel| (channel, 360 * 2500)));
        assert_eq!(accumulated, 5 * 2500);
        // The whole of it beside everything else, of which most are 360 and 2500 surrogates' figures.
        let bytes: u64 = pac.state(on(&["all_shifts_fft", "chunked", "lazy_surrogates", "scatter_bins"])).bytes();
        assert!(bytes < 300_000_000, "{bytes}");
    }
}

#[test]
fn what_no_cross_correlation_finds_is_refused_by_name() {
    let refusal = |method, surrogate| {
        let pac = pac(method, Filter::Spectral, surrogate, 1, false);
        let on = ToggleSet::from_names(&pac.description().toggles, ["all_shifts_fft"]).unwrap();
        pac.validate(on).map_err(|refusal| refusal.0)
    };
    assert_eq!(refusal(Method::Tensorpac, Surrogate::BlockSwap), Ok(()));
    let trials = refusal(Method::Tort, Surrogate::TrialPermutation(5)).unwrap_err();
    assert!(trials.contains("permutes 5 trials") && trials.contains("turn all_shifts_fft off"), "{trials}");
    for (method, name) in [(Method::MeanVectorLength, "mvl"), (Method::GpacSoft, "gpac-soft")] {
        let sentence = refusal(method, Surrogate::TimeLag).unwrap_err();
        assert!(sentence.contains(&format!("the method {name} has none")), "{sentence}");
    }
}
