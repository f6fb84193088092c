//! Diffusion: eigenmodes, symbols and what leaves through the walls.

use super::*;
use std::f64::consts::{PI, TAU};

#[test]
fn laplacian_damps_its_eigenmodes() {
    let shape = Shape { sites: 16, channels: 4 };
    for numbers in [[1, 1, 1], [1, 5, 12], [16, 16, 16], [3, 16, 8]] {
        let angles = numbers.map(|number: i32| PI * f64::from(number) / 17.0);
        let mode: Vec<f64> = (0..shape.elements())
            .map(|element| {
                let place = shape.coordinates(element % shape.volume());
                (0..3).map(|axis| (angles[axis] * (place[axis] + 1) as f64).sin()).product()
            })
            .collect();
        let gain = 1.0 - 0.1 * angles.iter().map(|angle| 2.0 * (1.0 - angle.cos())).sum::<f64>();
        let mut field = mode.clone();
        physics::diffuse(&mut field, shape, 0.1);
        for (after, before) in field.iter().zip(&mode) {
            assert_near(*after, gain * before, 1e-14);
        }
    }
}

#[test]
fn box_blend_has_its_symbol_inside() {
    let shape = Shape { sites: 16, channels: 4 };
    for (axis, angle) in [(0, PI), (1, TAU / 5.0), (2, 1.1)] {
        let wave: Vec<f64> = (0..shape.elements())
            .map(|element| (angle * shape.coordinates(element % shape.volume())[axis] as f64).cos())
            .collect();
        let symbol = 0.9 + 0.1 * (1.0 + 2.0 * angle.cos()) / 3.0;
        let mut field = wave.clone();
        physics::blend_box(&mut field, shape, 0.1);
        let inside =
            |site: usize| shape.coordinates(site).iter().all(|coordinate| (1..shape.sites - 1).contains(coordinate));
        let mut checked = 0;
        for element in (0..shape.elements()).filter(|element| inside(element % shape.volume())) {
            assert_near(field[element], symbol * wave[element], 1e-14);
            checked += 1;
        }
        assert_eq!(checked, 14 * 14 * 14 * 4);
    }
}

/// How many of the coordinates of a site lie in an outermost plane.
fn walls(shape: Shape, site: usize) -> i32 {
    shape.coordinates(site).iter().map(|&place| i32::from(place == 0 || place == shape.sites - 1)).sum()
}

/// The sum over all elements of F times what leaves from there.
fn flux(field: &[f64], shape: Shape, leaving: impl Fn(i32) -> f64) -> f64 {
    field.iter().enumerate().map(|(element, value)| value * leaving(walls(shape, element % shape.volume()))).sum()
}

#[test]
fn diffusion_loses_only_what_crosses_the_walls() {
    let shape = Shape { sites: 16, channels: 8 };
    let before: Vec<f64> = rough(shape, 1.0).iter().map(|value| value + 0.5).collect();
    let total = before.iter().sum::<f64>();

    let mut field = before.clone();
    physics::diffuse(&mut field, shape, 0.1);
    let lost = flux(&before, shape, |walls| 0.1 * f64::from(walls));
    assert!(lost > 100.0);
    assert_near(field.iter().sum(), total - lost, 1e-9);

    let mut field = before.clone();
    physics::blend_box(&mut field, shape, 0.1);
    // Each wall leaves 2 of 3 places along its axis.
    let lost = flux(&before, shape, |walls| 0.1 * (1.0 - (2.0_f64 / 3.0).powi(walls)));
    assert!(lost > 10.0);
    assert_near(field.iter().sum(), total - lost, 1e-9);
}

#[test]
fn batched_diffusion_waits_for_the_fifth_cycle() {
    let mut scene = silent(Rules::Published);
    scene.rates = Rates { decay: 1.0, momentum: 0.0, ..scene.rates };
    let switches =
        Switches { temporal_batching: true, tensions_left_out: true, learning_left_out: true, ..Switches::default() };
    for box_diffusion in [false, true] {
        let mut reference = Reference::new(&scene, 2);
        let start = reference.field.clone();
        for cycle in 1..=10 {
            let before = reference.field.clone();
            reference.cycle(&Switches { box_diffusion, ..switches }, &[]);
            assert_eq!(reference.field != before, cycle % 5 == 0, "cycle {cycle}");
        }
        let mut expected = start;
        for _ in 0..2 {
            if box_diffusion {
                physics::blend_box(&mut expected, reference.shape(), f64::from(scene.rates.diffusion));
            } else {
                physics::diffuse(&mut expected, reference.shape(), f64::from(scene.rates.diffusion));
            }
        }
        assert_eq!(reference.field, expected);
    }
}
