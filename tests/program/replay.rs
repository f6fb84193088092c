//! The same scene and seed give the same state, bit for bit, also when the way there is cut in two.

use super::{Desk, SCENE, SINES, scene_text};
use ndarray::ArrayD;
use ndarray_npy::NpzReader;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// The arrays of a state by name, without the cycle.
pub type Arrays = BTreeMap<String, ArrayD<f32>>;

/// Reads what `state` wrote.
pub fn read_npz(path: &Path) -> Arrays {
    let mut npz = NpzReader::new(File::open(path).unwrap()).unwrap();
    let names = npz.names().unwrap();
    let arrays = names.iter().filter(|name| *name != "cycle");
    arrays.map(|name| (name.clone(), npz.by_name(name).unwrap())).collect()
}

fn cycle_of(path: &Path) -> u64 {
    let array: ndarray::Array1<u64> = NpzReader::new(File::open(path).unwrap()).unwrap().by_name("cycle").unwrap();
    array[0]
}

/// The state after so many cycles.
fn state(desk: &Desk, cycle: u64, name: &str, arguments: &[&str]) -> Arrays {
    let cycle_text = cycle.to_string();
    desk.done(&[&["state", SCENE, "--cycle", &cycle_text, "--out", name], arguments].concat());
    assert_eq!(cycle_of(&desk.path(name)), cycle);
    read_npz(&desk.path(name))
}

/// The names of the arrays that differ in any bit.
fn differences<'a>(one: &'a Arrays, other: &Arrays) -> Vec<&'a str> {
    assert!(one.keys().eq(other.keys()), "other arrays: {:?} and {:?}", one.keys(), other.keys());
    let bits = |array: &ArrayD<f32>| array.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    one.iter().filter(|(name, array)| bits(array) != bits(&other[*name])).map(|(name, _)| name.as_str()).collect()
}

/// The walk is remembered by the host alone, the sines are a function of the cycle.
fn replay(preset: &str, signal: &str) {
    let desk = Desk::with_scene(&scene_text(preset, signal));
    let whole = state(&desk, 6, "whole.npz", &[]);
    let again = state(&desk, 6, "again.npz", &[]);
    assert_eq!(differences(&whole, &again), [""; 0], "{preset}, {signal}: a second run gives another state");
    let other = state(&desk, 6, "other.npz", &["--seed", "8"]);
    assert!(differences(&whole, &other).contains(&"field"), "{preset}, {signal}: the seed changes nothing");
    let half_way = state(&desk, 3, "half.npz", &[]);
    assert!(differences(&whole, &half_way).contains(&"field"), "{preset}, {signal}: three cycles change nothing");
    let continued = state(&desk, 6, "continued.npz", &["--from", "half.npz"]);
    assert_eq!(differences(&whole, &continued), [""; 0], "{preset}, {signal}: continuing gives another state");
}

#[test]
fn the_stable_preset_replays_bit_for_bit() {
    replay("stable", SINES);
    replay("stable", "RandomWalk(step: 0.1)");
}

#[test]
fn the_published_fast_preset_replays_bit_for_bit() {
    replay("published-blazing", SINES);
    replay("published-blazing", "RandomWalk(step: 0.1)");
}

#[test]
fn half_storage_replays_bit_for_bit() {
    let scene = scene_text("stable", SINES).replace("seed: 7", "seed: 7, toggles: {\"half_storage\": true}");
    let desk = Desk::with_scene(&scene);
    let whole = state(&desk, 6, "whole.npz", &[]);
    state(&desk, 3, "half.npz", &[]);
    let continued = state(&desk, 6, "continued.npz", &["--from", "half.npz"]);
    assert_eq!(differences(&whole, &continued), [""; 0]);
}
