//! Long runs: determinism, boundedness of the mended rules, saturation of the published ones.

use super::*;

const SENSORS: [f32; 12] = [0.5; 12];

fn run(rules: Rules, seed: u32, cycles: u32) -> Reference {
    let mut reference = Reference::new(&model(rules), seed);
    for _ in 0..cycles {
        reference.cycle(&Switches::default(), &SENSORS);
    }
    reference
}

#[test]
fn runs_repeat_bit_by_bit_and_seeds_differ() {
    let (first, second, other) = (run(Rules::Stable, 1, 12), run(Rules::Stable, 1, 12), run(Rules::Stable, 2, 12));
    assert!(first.field == second.field && first.phase == second.phase && first.momentum == second.momentum);
    assert!(first.weights == second.weights && first.motors == second.motors);
    assert_eq!(first.telemetry, second.telemetry);
    assert!(first.field != other.field);
}

#[test]
fn strict_draws_give_another_run_of_the_same_kind() {
    let scene = FieldModel { generator: Generator::Strict, ..model(Rules::Stable) };
    let mut strict = Reference::new(&scene, 1);
    for _ in 0..30 {
        strict.cycle(&Switches::default(), &SENSORS);
    }
    let fast = run(Rules::Stable, 1, 30);
    assert!(strict.field != fast.field);
    assert_near(strict.telemetry.energy, fast.telemetry.energy, 0.2 * fast.telemetry.energy);
}

#[test]
fn stable_rules_stay_bounded() {
    let mut reference = Reference::new(&model(Rules::Stable), 1);
    let mut greatest = 0.0_f64;
    for _ in 0..2000 {
        reference.cycle(&Switches::default(), &SENSORS);
        greatest = reference.field.iter().fold(greatest, |most, value| most.max(value.abs()));
    }
    let found = reference.telemetry;
    println!("greatest {greatest}, {found:?}, near {:?}", reference.near_threshold.sites().len());
    assert!(greatest < 5.0, "greatest magnitude {greatest}");
    // The injected sites stand out; the rest settles near mean 0.05 and standard deviation 0.04.
    assert_near(found.mean, 0.05, 0.02);
    assert_near(found.variance.sqrt(), 0.04, 0.02);
    assert!(found.error < 0.05, "error {}", found.error);
}

#[test]
fn published_rules_saturate() {
    let reference = run(Rules::Published, 1, 200);
    let clamped = reference.field.iter().filter(|value| value.abs() >= 10.0).count();
    let share = clamped as f64 / reference.field.len() as f64;
    println!("clamped {share}, {:?}", reference.telemetry);
    assert!((0.25..0.5).contains(&share), "{share} at the clamp");
}

#[test]
fn published_blazing_freezes_at_the_clamp() {
    let mut reference = Reference::new(&model(Rules::Published), 1);
    for _ in 0..500 {
        reference.cycle(&blazing(), &SENSORS);
    }
    println!("{:?} {:?}", reference.telemetry, reference.motors);
    assert!(reference.telemetry.energy > 9.0);
    assert!(reference.motors.iter().all(|motor| motor.abs() > 0.99));
}
