//! The order of the steps inside a cycle, and which switch reaches which step.

use super::*;
use crate::sim::field::constants::draw;
use crate::sim::field::reference::shape::channel_means;

const SENSORS: [f32; 12] = [0.5; 12];

/// The dense cycle written out once more as a straight list, without switches.
fn dense_by_hand(reference: &mut Reference, sensors: &[f64]) -> f64 {
    let (shape, spots) = (reference.shape(), sensor_spots(reference.draws, &reference.model));
    let now = Moment { draws: reference.draws, cycle: reference.cycle as u32 + 1 };
    let start = Moment { draws: reference.draws, cycle: 0 };
    let rates = reference.model.rates;
    let field = &mut reference.field;
    physics::inject(field, shape, &spots, sensors, f64::from(rates.injection), false);
    let mut error = 0.0;
    if let Some(prediction) = &reference.prediction {
        let errors: Vec<f64> = sensors.iter().zip(prediction).map(|(a, b)| a - b).collect();
        error = errors.iter().map(|value| value.abs()).sum::<f64>() / 12.0;
        let (noise, phase) = (now.source(draw::LEARNING_NOISE), now.source(draw::LEARNING_PHASE));
        learning::imprint_error(field, shape, error, noise, phase);
        let summary = learning::summary(field, shape);
        learning::step_weights(&mut reference.weights, &errors, &summary, Rules::Published);
    }
    tensions::pull_to_rest(field, shape);
    let variances = site_variances(field, shape);
    tensions::stir_boredom(field, shape, &variances, now.source(draw::BOREDOM));
    tensions::turn_phase(&mut reference.phase, shape, start.source(draw::FREQUENCY_MAP));
    tensions::oscillate(field, &reference.phase);
    tensions::decay_by_map(field, shape, start.source(draw::DECAY_MAP));
    if error > 0.01 {
        tensions::heat(field, shape, error, now.source(draw::ERROR_HEAT));
        tensions::disturb_phase(&mut reference.phase, shape, error, now.source(draw::ERROR_PHASE));
    }
    tensions::sharpen_edges(field, shape);
    let magnitude = mean_of(field, shape, f64::abs);
    tensions::feed_starving(field, shape, magnitude, now.source(draw::STARVATION));
    physics::carry_momentum(field, &mut reference.momentum, f64::from(rates.momentum), Rules::Published);
    physics::decay(field, f64::from(rates.decay));
    physics::diffuse(field, shape, f64::from(rates.diffusion));
    add_normals(field, shape, now.source(draw::NOISE), f64::from(rates.noise));
    add_normals(field, shape, now.source(draw::EXPLORATION), f64::from(rates.exploration));
    physics::clamp(field);
    let summary = learning::summary(field, shape);
    reference.prediction = Some(learning::predict(&reference.weights, &summary, &reference.sensors_seen));
    reference.sensors_seen.push_back(sensors.to_vec());
    if reference.sensors_seen.len() > 2 {
        reference.sensors_seen.pop_front();
    }
    reference.cycle += 1;
    error
}

#[test]
fn dense_cycle_is_the_published_list() {
    let mut cycled = Reference::new(&model(Rules::Published), 21);
    let mut by_hand = cycled.clone();
    for cycle in 1..=6_i16 {
        let sensors: Vec<f64> = (0..12).map(|sensor| f64::from(sensor) / 16.0 + f64::from(cycle) / 64.0).collect();
        let single: Vec<f32> = sensors.iter().map(|&value| value as f32).collect();
        cycled.cycle(&Switches::default(), &single);
        let error = dense_by_hand(&mut by_hand, &sensors);
        assert_eq!(cycled.telemetry.error, error);
        assert_eq!(error > 0.0, cycle > 1);
        assert_eq!(cycled.weights, by_hand.weights);
        assert_eq!(cycled.prediction, by_hand.prediction);
        assert_eq!(cycled.phase, by_hand.phase);
        for (found, wanted) in cycled.field.iter().zip(&by_hand.field) {
            assert_near(*found, *wanted, 1e-14);
        }
    }
    assert_eq!(cycled.errors_recorded, 5);
    assert_eq!(cycled.motors, motors::gradient_motors(&cycled.field, cycled.shape(), &cycled.motor_spots));
}

#[test]
fn blazing_cycle_is_the_published_list() {
    // Cycle 30 is due for everything: diffusion, sparse noise and sparse energy.
    let mut cycled = Reference::new(&model(Rules::Published), 21);
    cycled.cycle = 29;
    let mut field = cycled.field.clone();
    let (shape, sensors) = (cycled.shape(), [0.5; 12]);
    let now = Moment { draws: cycled.draws, cycle: 30 };
    let rates = cycled.model.rates;
    cycled.cycle(&blazing(), &SENSORS);
    physics::inject(&mut field, shape, &cycled.sensor_spots, &sensors, f64::from(rates.injection), true);
    physics::decay(&mut field, f64::from(rates.decay));
    physics::blend_box(&mut field, shape, f64::from(rates.diffusion));
    let (sites, noise) = (now.source(draw::SPARSE_SITES), now.source(draw::SPARSE_NOISE));
    physics::add_sparse_noise(&mut field, shape, sites, 0.01, noise, 0.01);
    let mut memory = vec![0.0; 8];
    physics::carry_global_momentum(&mut field, shape, &mut memory, f64::from(rates.momentum), Rules::Published);
    let (sites, noise) = (now.source(draw::ENERGY_SITES), now.source(draw::ENERGY_NOISE));
    physics::add_sparse_noise(&mut field, shape, sites, 0.05, noise, 0.05);
    assert_eq!(cycled.motors, motors::direct_motors(&field, shape, &cycled.motor_spots));
    physics::clamp(&mut field);
    assert_eq!(cycled.field, field);
    assert_eq!(cycled.global_momentum, memory);
    assert!(cycled.prediction.is_none());
    assert!(cycled.telemetry.explore);
}

#[test]
fn sparse_noise_and_energy_keep_their_periods() {
    let mut scene = silent(Rules::Published);
    scene.matched_variance = false;
    scene.rates = Rates { decay: 1.0, momentum: 0.0, diffusion: 0.0, ..scene.rates };
    let mut reference = Reference::new(&scene, 4);
    let mut full = reference.clone();
    full.field.fill(0.06);
    for cycle in 1..=30 {
        let (before, before_full) = (reference.field.clone(), full.field.clone());
        let switches = Switches { box_diffusion: false, ..blazing() };
        reference.cycle(&switches, &[]);
        full.cycle(&switches, &[]);
        assert_eq!(reference.field != before, cycle % 3 == 0 || cycle % 10 == 0, "cycle {cycle}");
        // Above the starvation level only the sparse noise is left.
        assert_eq!(full.field != before_full, cycle % 3 == 0, "cycle {cycle}, not starving");
    }
}

#[test]
fn global_phase_leaves_the_phases_alone() {
    let mut reference = Reference::new(&model(Rules::Stable), 4);
    let switches = Switches { global_phase: true, uniform_decay: true, ..Switches::default() };
    for _ in 0..5 {
        reference.cycle(&switches, &SENSORS);
    }
    assert_near(reference.global_phase, 0.5, 1e-15);
    assert!(reference.phase.iter().all(|&angle| angle == 0.0));
    reference.cycle(&Switches::default(), &SENSORS);
    assert!(reference.phase.iter().all(|&angle| angle != 0.0));
}

#[test]
fn every_toggle_that_should_changes_the_field() {
    let run = |switches: Switches| {
        let scene = FieldModel { sensors: 16, channels: 16, ..model(Rules::Stable) };
        let mut reference = Reference::new(&scene, 9);
        for _ in 0..10 {
            reference.cycle(&switches, &[0.5; 16]);
        }
        (reference.field, reference.motors)
    };
    let base = run(Switches::default());
    let default = Switches::default();
    for switches in [
        Switches { sparse_noise: true, ..default },
        Switches { sparse_energy: true, ..default },
        Switches { temporal_batching: true, ..default },
        Switches { box_diffusion: true, ..default },
        Switches { global_momentum: true, ..default },
        Switches { uniform_decay: true, ..default },
        Switches { global_phase: true, ..default },
        Switches { tensions_left_out: true, ..default },
        Switches { learning_left_out: true, ..default },
        Switches { spread_injection: true, ..default },
    ] {
        assert!(run(switches).0 != base.0, "{switches:?}");
    }
    let direct = run(Switches { direct_motors: true, ..default });
    assert!(direct.0 == base.0 && direct.1 != base.1);
    let exact = Switches {
        fused_pass: true,
        procedural_maps: true,
        batched_readback: true,
        lazy_scale: true,
        half_storage: true,
        ..default
    };
    assert!(run(exact) == base);
}

#[test]
fn missing_sensors_read_nothing_and_extra_ones_are_dropped() {
    let mut short = Reference::new(&silent(Rules::Stable), 4);
    let mut long = short.clone();
    let mut exact = short.clone();
    short.cycle(&Switches::default(), &[0.5]);
    exact.cycle(&Switches::default(), &[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let mut extra = vec![0.5];
    extra.resize(12, 0.0);
    extra.push(7.0);
    long.cycle(&Switches::default(), &extra);
    assert!(short.field == exact.field && long.field == exact.field);
    assert!(channel_means(&exact.field, exact.shape()).iter().all(|mean| mean.is_finite()));
}
