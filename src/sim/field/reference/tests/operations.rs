//! Each step alone, against values worked out by hand.

use super::*;
use crate::sim::field::constants::draw;
use crate::sim::field::reference::shape::channel_means;
use std::f64::consts::{FRAC_PI_2, PI};

const SHAPE: Shape = Shape { sites: 5, channels: 12 };

fn at(channel: usize, place: [usize; 3]) -> usize {
    channel * SHAPE.volume() + SHAPE.site(place)
}

fn now() -> Moment {
    Moment { draws: DRAWS, cycle: 7 }
}

/// The normal of (operation, channel, site) by the rule that the kernels follow.
fn normal(operation: u32, channel: usize, site: usize) -> f64 {
    DRAWS.normals(7, operation, (channel / 4 * SHAPE.volume() + site) as u32)[channel % 4]
}

#[test]
fn layout_is_channel_z_y_x() {
    assert_eq!(at(2, [1, 3, 4]), 2 * 125 + 4 * 25 + 3 * 5 + 1);
    assert_eq!(SHAPE.coordinates(SHAPE.site([1, 3, 4])), [1, 3, 4]);
    assert_eq!(SHAPE.padded(&[2.0; 125], [4, 0, 4]), 2.0);
    for outside in [[-1, 0, 0], [0, 5, 0], [0, 0, 5]] {
        assert_eq!(SHAPE.padded(&[2.0; 125], outside), 0.0);
    }
}

#[test]
fn sensors_enter_eight_channels_or_all() {
    let spots: Vec<[u32; 3]> = (0..14).map(|index| [index % 5, 2, 3]).collect();
    let values: Vec<f64> = (1..=14).map(f64::from).collect();
    let mut eight = vec![0.0; SHAPE.elements()];
    physics::inject(&mut eight, SHAPE, &spots, &values, 0.3, false);
    assert_near(eight[at(2, [0, 2, 3])], 0.3 * 11.0, 1e-15);
    assert_near(eight[at(2, [2, 2, 3])], 0.3 * 3.0, 1e-15);
    let mut spread = vec![0.0; SHAPE.elements()];
    physics::inject(&mut spread, SHAPE, &spots, &values, 0.3, true);
    assert_near(spread[at(10, [0, 2, 3])], 0.3 * 11.0, 1e-15);
    assert_near(spread[at(1, [3, 2, 3])], 0.3 * 14.0, 1e-15);
    for field in [eight, spread] {
        assert_near(field.iter().sum(), 0.3 * 105.0, 1e-12);
    }
}

#[test]
fn sensors_at_one_spot_add_up() {
    let mut field = vec![0.0; SHAPE.elements()];
    physics::inject(&mut field, SHAPE, &[[1, 1, 1]; 9], &[1.0; 9], 0.5, false);
    assert_near(field[at(0, [1, 1, 1])], 1.0, 1e-15);
}

#[test]
fn error_is_imprinted_with_the_field_before() {
    let before = rough(SHAPE, 0.3);
    let mut field = before.clone();
    field[at(9, [0, 0, 0])] = 0.0;
    let (noise, phase) = (now().source(draw::LEARNING_NOISE), now().source(draw::LEARNING_PHASE));
    learning::imprint_error(&mut field, SHAPE, 0.4, noise, phase);
    for (channel, site, value, sign) in [
        (6, 31, before[6 * 125 + 31], before[6 * 125 + 31].signum()),
        (1, 80, before[125 + 80], before[125 + 80].signum()),
        (9, 0, 0.0, 0.0),
    ] {
        let (first, second) =
            (normal(draw::LEARNING_NOISE, channel, site), normal(draw::LEARNING_PHASE, channel, site));
        let expected = value + 0.04 * first + 0.02 * (value + 0.4 * second).sin() + 0.008 * sign;
        assert_near(field[channel * 125 + site], expected, 1e-15);
    }
    assert_eq!([2.0, 0.0, -0.0, -3.0].map(learning::sign), [1.0, 0.0, 0.0, -1.0]);
}

#[test]
fn summary_is_the_mean_of_the_middle_plane() {
    let mut field = vec![9.0; SHAPE.elements()];
    for y in 0..5 {
        for x in 0..5 {
            field[at(4, [x, y, 2])] = x as f64;
        }
    }
    let summary = learning::summary(&field, SHAPE);
    assert_eq!((summary.len(), summary[4], summary[5]), (12, 2.0, 9.0));
}

#[test]
fn weights_step_by_the_rules_and_stay_clipped() {
    let (errors, summary) = ([0.5, -2.0], [1.0, 2.0, 0.0, -1.0]);
    let mut published = vec![0.1; 8];
    learning::step_weights(&mut published, &errors, &summary, Rules::Published);
    for (found, wanted) in published.iter().zip([0.105, 0.11, 0.1, 0.095, 0.08, 0.06, 0.1, 0.12]) {
        assert_near(*found, wanted, 1e-15);
    }
    let mut stable = vec![0.1; 8];
    learning::step_weights(&mut stable, &errors, &summary, Rules::Stable);
    assert_near(stable[1], 0.1 + 0.1 * 0.5 * 2.0 / (6.0 + 1e-6), 1e-15);
    let mut clipped = vec![0.99; 8];
    learning::step_weights(&mut clipped, &[9.0, -900.0], &summary, Rules::Published);
    assert_eq!((clipped[0], clipped[4]), (1.0, -1.0));
}

#[test]
fn stable_weights_learn_where_published_ones_diverge() {
    let summary = [10.0, -20.0, 5.0, 1.0];
    let error_after = |rules: Rules| {
        let mut weights = vec![0.0; 4];
        for _ in 0..60 {
            let error = 0.5 - learning::predict(&weights, &summary, &VecDeque::new())[0];
            learning::step_weights(&mut weights, &[error], &summary, rules);
        }
        (0.5 - learning::predict(&weights, &summary, &VecDeque::new())[0]).abs()
    };
    assert_near(error_after(Rules::Stable), 0.5 * 0.9_f64.powi(60), 1e-4);
    assert!(error_after(Rules::Published) > 1.0);
}

#[test]
fn prediction_adds_the_trend_of_two_vectors() {
    let weights = [1.0, 2.0, 0.0, 0.5, 0.0, 1.0, 0.0, 0.0];
    let summary = [0.1, 0.2, 0.3, 0.4];
    let one = VecDeque::from([vec![9.0, 9.0]]);
    let found = learning::predict(&weights, &summary, &one);
    assert_near(found[0], 0.7, 1e-15);
    assert_near(found[1], 0.2, 1e-15);
    let two = VecDeque::from([vec![0.4, 0.8], vec![0.5, 0.6]]);
    let found = learning::predict(&weights, &summary, &two);
    assert_near(found[0], 0.7 + 0.03, 1e-15);
    assert_near(found[1], 0.2 - 0.06, 1e-15);
}

#[test]
fn explores_until_ten_errors_and_then_without_improvement() {
    let mut errors: VecDeque<f64> = (0..9).map(|_| 5.0).collect();
    assert!(learning::explores(&errors));
    errors.clear();
    errors.extend([0.5; 5]);
    errors.extend([0.48; 5]);
    assert_near(learning::improvement(&errors).unwrap(), 0.02, 1e-15);
    assert!(!learning::explores(&errors));
    errors.make_contiguous()[5..].fill(0.495);
    assert!(learning::explores(&errors));
    errors.make_contiguous()[5..].fill(0.9);
    assert!(learning::explores(&errors));
}

#[test]
fn rest_pull_and_scalar_tensions_have_their_gains() {
    let mut field = rough(SHAPE, 1.0);
    let mean = mean_of(&field, SHAPE, |value| value);
    tensions::pull_to_rest(&mut field, SHAPE);
    assert_near(mean_of(&field, SHAPE, |value| value), mean + 0.01 * (0.1 - mean), 1e-10);
    let mut field = vec![2.0, -3.0];
    tensions::oscillate_together(&mut field, FRAC_PI_2);
    assert_near(field[1], -3.03, 1e-15);
    tensions::decay_uniformly(&mut field);
    assert_near(field[0], 2.02 * 0.995, 1e-15);
}

#[test]
fn boredom_stirs_only_the_flat_sites() {
    let mut before = rough(SHAPE, 1.0);
    let flat = SHAPE.site([1, 2, 3]);
    for channel in 0..12 {
        before[channel * 125 + flat] = if channel == 0 { 0.3 } else { 0.0 };
    }
    let variances = site_variances(&before, SHAPE);
    // One value of 0.3 among twelve: 0.09·(1 − 1/12)/11.
    assert_near(variances[flat], 0.0075, 1e-15);
    let mut field = before.clone();
    tensions::stir_boredom(&mut field, SHAPE, &variances, now().source(draw::BOREDOM));
    for element in 0..SHAPE.elements() {
        let (channel, site) = (element / 125, element % 125);
        let added = if site == flat { 0.02 * normal(draw::BOREDOM, channel, site) } else { 0.0 };
        assert_near(field[element], before[element] + added, 1e-15);
    }
}

#[test]
fn phase_turns_by_its_map_and_stays_wrapped() {
    let mut phase = vec![3.1; SHAPE.elements()];
    let mut plain = phase.clone();
    let map = Moment { draws: DRAWS, cycle: 0 }.source(draw::FREQUENCY_MAP);
    for _ in 0..50 {
        tensions::turn_phase(&mut phase, SHAPE, map);
    }
    for (element, angle) in plain.iter_mut().enumerate() {
        let index = element / 500 * 125 + element % 125;
        *angle += 50.0 * (0.1 + 0.02 * map.normals(index)[element / 125 % 4]);
    }
    assert!(phase.iter().all(|angle| (-PI..PI).contains(angle)));
    for (wrapped, plain) in phase.iter().zip(&plain) {
        assert_near(wrapped.sin(), plain.sin(), 1e-12);
        assert_near(wrapped.cos(), plain.cos(), 1e-12);
    }
    for edge in [PI, -PI, 3.0 * PI, -PI - f64::EPSILON * 3.0, -100.0 * PI] {
        assert!((-PI..PI).contains(&tensions::wrapped(edge)), "{edge}");
    }
    let mut field = vec![-2.0, 1.0];
    tensions::oscillate(&mut field, &[FRAC_PI_2, -FRAC_PI_2]);
    assert_near(field[0], -1.97, 1e-15);
    assert_near(field[1], 0.98, 1e-15);
}

#[test]
fn heat_and_starvation_have_their_amplitudes() {
    let mut field = vec![0.0; SHAPE.elements()];
    tensions::heat(&mut field, SHAPE, 0.5, now().source(draw::ERROR_HEAT));
    assert_near(field[7 * 125 + 60], 0.05 * normal(draw::ERROR_HEAT, 7, 60), 1e-16);
    let mut phase = vec![0.0; SHAPE.elements()];
    tensions::disturb_phase(&mut phase, SHAPE, 0.5, now().source(draw::ERROR_PHASE));
    assert_near(phase[7 * 125 + 60], 0.5 * normal(draw::ERROR_PHASE, 7, 60), 1e-15);
    assert!(tensions::is_hot(0.0101) && !tensions::is_hot(0.0099));
    let mut field = vec![0.0; SHAPE.elements()];
    tensions::feed_starving(&mut field, SHAPE, 0.0501, now().source(draw::STARVATION));
    assert!(field.iter().all(|&value| value == 0.0));
    tensions::feed_starving(&mut field, SHAPE, 0.03, now().source(draw::STARVATION));
    assert_near(field[3 * 125 + 9], 0.01 * normal(draw::STARVATION, 3, 9), 1e-9);
}

#[test]
fn edges_grow_by_their_steepness() {
    // F = 3x + 4y + 12z: steepness 13 inside, less where a first plane has no difference.
    let slope = |element: usize| {
        let [x, y, z] = SHAPE.coordinates(element % 125);
        3.0 * x as f64 + 4.0 * y as f64 + 12.0 * z as f64
    };
    let mut field: Vec<f64> = (0..SHAPE.elements()).map(slope).collect();
    tensions::sharpen_edges(&mut field, SHAPE);
    for (place, steepness) in [([2, 1, 4], 13.0), ([0, 3, 0], 4.0), ([3, 3, 0], 5.0), ([0, 0, 0], 0.0)] {
        let element = at(5, place);
        assert_near(field[element], slope(element) + 0.01 * steepness, 1e-13);
    }
}

#[test]
fn momentum_follows_the_rules() {
    for (rules, expected) in [(Rules::Published, 2.0 + 0.05 * 1.1), (Rules::Stable, 2.0 + 0.05 * (1.1 - 2.0))] {
        let (mut field, mut momentum) = (vec![2.0], vec![1.0]);
        physics::carry_momentum(&mut field, &mut momentum, 0.05, rules);
        assert_near(momentum[0], 1.1, 1e-15);
        assert_near(field[0], expected, 1e-15);
    }
    let mut field = rough(SHAPE, 1.0);
    let (before, means) = (field.clone(), channel_means(&field, SHAPE));
    let mut memory: Vec<f64> = (0..12).map(f64::from).collect();
    physics::carry_global_momentum(&mut field, SHAPE, &mut memory, 0.05, Rules::Stable);
    assert_near(memory[4], 3.6 + 0.1 * means[4], 1e-15);
    assert_near(field[4 * 125 + 8], before[4 * 125 + 8] + 0.05 * (memory[4] - means[4]), 1e-15);
}

#[test]
fn sparse_noise_reaches_its_share_in_all_channels() {
    let shape = Shape { sites: 64, channels: 8 };
    let mut field = vec![0.0; shape.elements()];
    let (sites, noise) = (now().source(draw::SPARSE_SITES), now().source(draw::SPARSE_NOISE));
    physics::add_sparse_noise(&mut field, shape, sites, 0.01, noise, 0.5);
    let touched: Vec<usize> = (0..shape.volume()).filter(|&site| field[site] != 0.0).collect();
    // Binomial: 2621 ± 51.
    assert_near(touched.len() as f64, 2621.0, 4.5 * 51.0);
    for channel in 0..8 {
        let values = &field[channel * shape.volume()..(channel + 1) * shape.volume()];
        assert_eq!((0..shape.volume()).filter(|&site| values[site] != 0.0).collect::<Vec<_>>(), touched);
    }
    let variance = field.iter().map(|value| value * value).sum::<f64>() / (touched.len() * 8) as f64;
    assert_near(variance, 0.25, 4.5 * 0.25 * (2.0 / (touched.len() * 8) as f64).sqrt());
}

#[test]
fn matched_sparse_noise_has_the_dense_variance() {
    let rates = Rates::default();
    assert_near(physics::sparse_amplitude(&rates, true, false), 0.01, 0.0);
    for (explore, dense) in [(false, 1e-6), (true, 4.01e-4)] {
        let amplitude = physics::sparse_amplitude(&rates, explore, true);
        assert_near(amplitude * amplitude * 0.01 / 3.0, dense, dense * 1e-6);
    }
}

#[test]
fn gradient_motors_match_a_slope() {
    // F = 0.03x + 0.04z in every channel: steepness 0.05 off the first planes.
    let slope = |element: usize| {
        let [x, _, z] = SHAPE.coordinates(element % 125);
        0.03 * x as f64 + 0.04 * z as f64
    };
    let field: Vec<f64> = (0..SHAPE.elements()).map(slope).collect();
    let motors = motors::gradient_motors(&field, SHAPE, &[[2, 2, 3], [2, 2, 3], [2, 2, 3], [2, 2, 3], [4, 0, 0]]);
    for (motor, direction) in [(0, 0.03), (1, 0.0), (2, 0.04), (3, 0.04), (4, 0.0)] {
        let wanted = if motor == 4 { 0.0 } else { (10.0 * direction * 0.05_f64).tanh() };
        assert_near(motors[motor], wanted, 1e-12);
    }
    // At the corner (4, 0, 0) the box keeps x 3…4, y 0…1, z 0…1: mean of 0.03 at z = 0 and 0.05 at z = 1.
    let corner = motors::gradient_motors(&field, SHAPE, &[[4, 0, 0]]);
    assert_near(corner[0], (10.0 * 0.03 * 0.04_f64).tanh(), 1e-12);
}

#[test]
fn direct_motors_read_the_channel_mean() {
    let mut field = vec![0.0; SHAPE.elements()];
    for channel in 0..12 {
        field[at(channel, [1, 2, 3])] = channel as f64 / 55.0;
    }
    let motors = motors::direct_motors(&field, SHAPE, &[[1, 2, 3], [3, 2, 1]]);
    assert_near(motors[0], 0.5_f64.tanh(), 1e-15);
    assert_eq!(motors[1], 0.0);
}

#[test]
fn clamp_bounds_both_sides() {
    let mut field = vec![10.5, -11.0, 9.9];
    physics::clamp(&mut field);
    assert_eq!(field, [10.0, -10.0, 9.9]);
}

#[test]
fn telemetry_measures_and_names_the_state() {
    let mut field: Vec<f64> = (0..SHAPE.elements()).map(|element| if element / 125 < 6 { 0.3 } else { -0.1 }).collect();
    let found = Telemetry::of(&field, SHAPE, 0.2, true);
    assert_near(found.mean, 0.1, 1e-14);
    assert_near(found.energy, 0.2, 1e-14);
    assert_near(found.variance, 0.04, 1e-14);
    assert_near(found.site_variance, 0.04 * 12.0 / 11.0, 1e-14);
    assert_near(found.comfort.overall, 0.04 * 12.0 / 11.0 / 0.05, 1e-13);
    assert_eq!(found.motivation(), Motivation::Content);
    for value in &mut field {
        *value += 0.1;
    }
    let found = Telemetry::of(&field, SHAPE, 0.2, true);
    assert_near(found.comfort.resting, 0.0, 1e-13);
    assert_eq!(found.motivation(), Motivation::Uncomfortable);
    let word = |value: f64| Telemetry::of(&vec![value; SHAPE.elements()], SHAPE, 0.0, true).motivation();
    assert_eq!((word(0.04), word(0.1)), (Motivation::Starved, Motivation::Bored));
    let comfort = Comfort::of(0.06, 0.1, 0.1);
    assert_eq!(Telemetry { energy: 0.06, site_variance: 0.1, comfort, ..found }.motivation(), Motivation::Active);
}
