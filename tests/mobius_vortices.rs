//! Vortices of the Möbius band: planted ones, those of waves, and who becomes whom. Needs an adapter, and fails without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in helpers of tests too, a panic is the report"
)]

#[path = "mobius/common.rs"]
mod common;

use common::{driver, probe, psi, read, strip, write};
use fieldscope::driver::Driver;
use fieldscope::sim::mobius::params::MobiusModel;
use fieldscope::sim::mobius::reference::band::Band;
use fieldscope::sim::mobius::reference::tracking::Tracking;
use std::f64::consts::{PI, TAU};

fn band(model: &MobiusModel) -> Band {
    let [along, across] = model.grid();
    Band {
        along: along as usize,
        across: across as usize,
        half_twists: model.half_twists(),
        half_width: model.half_width(),
        torsion: model.torsion,
    }
}

/// A vortex planted at (u, v) of the chart that is unrolled on and on, with its sign there.
#[derive(Clone, Copy)]
struct Planted {
    u: f64,
    v: f64,
    sign: f64,
}

/// Where a node is seen from (u, ·): unrolled on, and turned over as often as it comes through the seam.
fn seen_from(band: &Band, u: f64, node: [f64; 2]) -> [f64; 2] {
    let turns = ((u - node[0]) / TAU).round();
    let turned = band.half_twists % 2 == 1 && turns.rem_euclid(2.0) == 1.0;
    [node[0] + TAU * turns, if turned { -node[1] } else { node[1] }]
}

/// Π (Δu ± i Δv), as f32 the way it lies in memory.
fn field(band: &Band, planted: &[Planted]) -> Vec<f32> {
    let nodes = (0..band.along).flat_map(|along| (0..band.across).map(move |across| (along, across)));
    nodes
        .flat_map(|(along, across)| {
            let product = planted.iter().fold([1.0, 0.0], |[real, imaginary], vortex| {
                let [u, v] = seen_from(band, vortex.u, band.chart(along, across));
                let [a, b] = [u - vortex.u, vortex.sign * (v - vortex.v)];
                [real * a - imaginary * b, real * b + imaginary * a]
            });
            product.map(|part| part as f32)
        })
        .collect()
}

/// Windings of a field that was written, without waves: an odd cycle under `skip_evolution` computes none.
fn windings_of(driver: &mut Driver, field: &[f32], cycle: u64) -> Vec<i32> {
    write(driver, "psi", field);
    driver.resume(cycle - 1);
    driver.run_to(cycle).unwrap();
    read(driver, "windings").iter().map(|winding| *winding as i32).collect()
}

const STILL: [&str; 2] = ["one_dispatch", "skip_evolution"];

/// Plaquettes with a winding within so far of u, with their winding.
fn near(band: &Band, windings: &[i32], u: f64, reach: f64) -> Vec<(usize, usize, i32)> {
    let width = band.across - 1;
    let all = windings.iter().enumerate().filter(|(_, winding)| **winding != 0);
    all.map(|(place, winding)| (place / width, place % width, *winding))
        .filter(|(along, _, _)| {
            let at = TAU * (*along as f64 + 0.5) / band.along as f64;
            ((at - u + PI).rem_euclid(TAU) - PI).abs() < reach
        })
        .collect()
}

/// The plaquette of a place of the chart that is unrolled on and on, and the sign that it has there.
fn plaquette(band: &Band, vortex: &Planted) -> (usize, usize, i32) {
    let turns = (vortex.u / TAU).floor();
    let turned = band.half_twists % 2 == 1 && turns.rem_euclid(2.0) == 1.0;
    let (v, sign) = if turned { (-vortex.v, -vortex.sign) } else { (vortex.v, vortex.sign) };
    let along = ((vortex.u - TAU * turns) / TAU * band.along as f64).floor() as usize;
    (along, ((v + 1.0) / 2.0 * (band.across - 1) as f64).floor() as usize, sign as i32)
}

#[test]
fn planted_vortices_are_found_at_their_plaquettes_with_their_sign() {
    for half_twists in [0, 1, 2, 3] {
        let model = strip(96, 16, half_twists);
        let band = band(&model);
        let (mut driver, _events) = driver(&model, &STILL);
        driver.run_to(0).unwrap();
        for sign in [1.0, -1.0] {
            // In the middle, at the beginning of the chart, in the last plaquette before the seam, beyond it.
            for (u, v) in [(2.01, 0.31), (0.03, -0.52), (TAU - 0.03, 0.47), (TAU + 0.04, 0.47), (1.0, -0.97)] {
                let vortex = Planted { u, v, sign };
                let found = windings_of(&mut driver, &field(&band, &[vortex]), 1);
                assert_eq!(near(&band, &found, u, 1.5), [plaquette(&band, &vortex)], "{half_twists}: {u}, {v}, {sign}");
            }
        }
    }
}

#[test]
fn pairs_are_found_on_both_sides_of_the_seam() {
    for half_twists in [1, 2] {
        let model = strip(96, 16, half_twists);
        let band = band(&model);
        let (mut driver, _events) = driver(&model, &STILL);
        driver.run_to(0).unwrap();
        for [a, b] in [[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0]] {
            // In the middle of their plaquettes: the other one bends the field a little.
            let u = TAU * 3.5 / 96.0;
            let pair = [Planted { u: TAU - u, v: 0.8 / 3.0, sign: a }, Planted { u: TAU + u, v: 0.4 / 3.0, sign: b }];
            let found = windings_of(&mut driver, &field(&band, &pair), 1);
            let mut wanted = pair.map(|vortex| plaquette(&band, &vortex)).to_vec();
            wanted.sort_unstable();
            assert_eq!(near(&band, &found, TAU, 1.0), wanted, "{half_twists}: {a}, {b}");
        }
    }
}

#[test]
fn a_vortex_that_goes_once_round_a_one_sided_band_comes_back_with_the_other_sign() {
    for (half_twists, back) in [(1, -1.0), (2, 1.0), (3, -1.0)] {
        let model = strip(96, 16, half_twists);
        let band = band(&model);
        let (mut driver, _events) = driver(&model, &STILL);
        driver.run_to(0).unwrap();
        let mut numbers = Vec::new();
        let mut signs = Vec::new();
        for step in 0..=100 {
            let vortex = Planted { u: 0.31 + TAU * f64::from(step) / 100.0, v: 0.4, sign: 1.0 };
            windings_of(&mut driver, &field(&band, &[vortex]), 2 * step as u64 + 1);
            let (along, across, sign) = plaquette(&band, &vortex);
            let list = read(&driver, "vortices");
            let own =
                list.chunks_exact(8).find(|row| row[5] == along as f32 && row[6] == across as f32 && row[2] != 0.0);
            let own = own.expect("the planted vortex is in the list");
            assert_eq!(own[2], sign as f32);
            numbers.push(own[3]);
            signs.push(own[2]);
        }
        assert!(numbers.iter().all(|number| *number == numbers[0]), "one and the same all the way: {numbers:?}");
        assert_eq!((signs[0], signs[100]), (1.0, back), "{half_twists} half-twists");
    }
}

#[test]
fn windings_of_waves_are_those_of_the_reference_and_add_up_to_the_rim() {
    for half_twists in [1, 2] {
        let model = MobiusModel { wavenumber: 9.0, sources: Some(40), ..strip(120, 24, half_twists) };
        let band = band(&model);
        let (mut driver, _events) = driver(&model, &["one_dispatch"]);
        let mut seen = 0;
        for cycle in 1..=20 {
            driver.run_to(cycle).unwrap();
            let found: Vec<i32> = read(&driver, "windings").iter().map(|winding| *winding as i32).collect();
            let psi = psi(&driver);
            assert_eq!(found, band.windings(&psi), "cycle {cycle}");
            assert_eq!(found.iter().sum::<i32>(), band.winding(&psi, &band.rim()), "discrete Stokes in cycle {cycle}");
            seen += found.iter().filter(|winding| **winding != 0).count();
        }
        eprintln!("{half_twists} half-twists: {seen} vortices in 20 cycles");
        assert!(seen > 100, "{seen}");
    }
}

#[test]
fn vortices_are_followed_as_the_reference_follows_them() {
    let model = MobiusModel { wavenumber: 12.0, sources: Some(50), time_step: 0.05, ..strip(150, 20, 1) };
    let band = band(&model);
    let reach = 4.0 * (TAU / 150.0).max(0.8 / 19.0);
    let (mut driver, events) = driver(&model, &["one_dispatch"]);
    let mut tracking = Tracking::default();
    for cycle in 1..=80 {
        driver.run_to(cycle).unwrap();
        let windings: Vec<i32> = read(&driver, "windings").iter().map(|winding| *winding as i32).collect();
        tracking.take(&band, cycle as u32, &windings, reach);
        let list = read(&driver, "vortices");
        let found: Vec<_> = list
            .chunks_exact(8)
            .take_while(|row| row[2] != 0.0)
            .map(|row| (row[2] as i32, row[3] as u32, row[4] as u32))
            .collect();
        let wanted: Vec<_> = tracking.seen.iter().map(|seen| (seen.sign, seen.number, seen.born)).collect();
        assert_eq!(found, wanted, "cycle {cycle}");
        let tracker = read(&driver, "tracker");
        let wanted =
            [tracking.seen.len() as u32, tracking.numbered, tracking.births, tracking.deaths, tracking.mergings];
        assert_eq!(tracker[..5], wanted.map(|count| count as f32), "cycle {cycle}");
    }
    eprintln!("{} births, {} deaths, {} mergings", tracking.births, tracking.deaths, tracking.mergings);
    assert!(tracking.deaths > 0 && tracking.mergings > 0, "the test has to see both");
    let births = probe(&mut driver, &events, "births");
    assert_eq!(births.last().copied(), Some(f64::from(tracking.births)));
}

#[test]
fn a_pair_that_closes_in_is_a_merging_and_one_that_vanishes_alone_a_death() {
    let model = strip(96, 16, 1);
    let band = band(&model);
    let (mut driver, _events) = driver(&model, &STILL);
    driver.run_to(0).unwrap();
    let counts = |driver: &Driver| read(driver, "tracker")[3..5].to_vec();
    let pair =
        |apart: f64| [Planted { u: 3.0 - apart, v: 0.1, sign: 1.0 }, Planted { u: 3.0 + apart, v: 0.1, sign: -1.0 }];
    windings_of(&mut driver, &field(&band, &pair(0.1)), 1);
    let before = counts(&driver);
    // The two cancel, and with them the pair that the product leaves beyond half the band.
    let still = vec![1.0; 2 * model.nodes() as usize];
    windings_of(&mut driver, &still, 3);
    let after = counts(&driver);
    assert_eq!(after[1] - before[1], 1.0, "mergings: {before:?} {after:?}");
    assert_eq!(near(&band, &windings_of(&mut driver, &field(&band, &pair(0.1)[..1]), 5), 3.0, 1.0).len(), 1);
    let before = counts(&driver);
    windings_of(&mut driver, &still, 7);
    let after = counts(&driver);
    assert!(after[0] > before[0], "deaths: {before:?} {after:?}");
}

/// The pictures' marks: every listed vortex in the middle of its plaquette, cycle by cycle, as a ring.
#[test]
fn the_trail_keeps_the_places_of_the_last_cycles() {
    const LANES: usize = 4096;
    const MOMENTS: usize = 24;
    let model = MobiusModel { sources: Some(64), wavenumber: 6.0, ..strip(64, 12, 1) };
    let (mut driver, _events) = driver(&model, &["one_dispatch"]);
    let mut listed = Vec::new();
    for cycle in 1..=30 {
        driver.run_to(cycle).unwrap();
        let list = read(&driver, "vortices");
        let vortex = |one: &[f32]| if one[2] == 0.0 { [0.0; 3] } else { [one[5] + 0.5, one[6] + 0.5, one[2]] };
        listed.push(list.chunks_exact(8).map(vortex).collect::<Vec<_>>());
    }
    let trail = read(&driver, "trail");
    assert_eq!(trail.len(), 4 * (LANES * MOMENTS + 1));
    assert_eq!(trail[4 * LANES * MOMENTS], (30 % MOMENTS) as f32);
    let mut marks = 0;
    for cycle in 7..=30 {
        let first = 4 * LANES * (cycle % MOMENTS);
        for (lane, vortex) in listed[cycle - 1].iter().enumerate() {
            let record = &trail[first + 4 * lane..first + 4 * lane + 4];
            assert_eq!(record[2], vortex[2], "cycle {cycle}, lane {lane}");
            if vortex[2] != 0.0 {
                assert_eq!(record[..3], vortex[..], "cycle {cycle}, lane {lane}");
                marks += 1;
            }
        }
    }
    assert!(marks > 24, "{marks} marks in 24 cycles");
}

/// What the list of vortices says of the field round each, across the seam too.
#[test]
fn a_vortex_is_listed_with_the_mean_magnitude_of_its_plaquette() {
    let model = MobiusModel { sources: Some(64), wavenumber: 6.0, ..strip(64, 12, 1) };
    let (mut driver, _events) = driver(&model, &["one_dispatch"]);
    let (mut listed, mut at_the_seam) = (0, 0);
    for cycle in (0..3000).step_by(100) {
        driver.resume(cycle);
        driver.run_to(cycle + 1).unwrap();
        let psi = psi(&driver);
        let magnitude = |column: usize, row: usize| {
            let [real, imaginary] = psi[if column < 64 { column * 12 + row } else { 11 - row }];
            real.hypot(imaginary)
        };
        for vortex in read(&driver, "vortices").chunks_exact(8).filter(|vortex| vortex[2] != 0.0) {
            let [column, row] = [vortex[5], vortex[6]].map(|at| at as usize);
            let corners = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(right, up)| magnitude(column + right, row + up));
            let wanted = corners.iter().sum::<f64>() / 4.0;
            assert!((f64::from(vortex[7]) - wanted).abs() < 1e-5 * wanted, "{vortex:?}: {wanted}");
            listed += 1;
            at_the_seam += usize::from(column == 63);
        }
    }
    assert!(listed > 100 && at_the_seam > 0, "{listed} vortices, {at_the_seam} of them at the seam");
}
