//! What there is to look at: that it lies in the memory of every setting, and shows what the network holds.

use super::{deviation, driver, kernels, last_probes, model, read};
use fieldscope::driver::Command;
use fieldscope::sim::ten::Ten;
use fieldscope::sim::{Content, Part, Picture, Simulation, Streaming, Table, ToggleSet};
use fieldscope::view::{Exhibition, Look, Showing, snapshot_of_board};

/// Cycles that the rings hold.
const COLUMNS: usize = 256;

fn tables(content: &Content) -> Vec<Table> {
    match content {
        Content::Map { table, .. } | Content::Traces { table, .. } => vec![*table],
        Content::Points { table, colours, .. } => colours.iter().copied().chain([*table]).collect(),
        Content::Cube { .. } | Content::Checkerboard { .. } | Content::Surface { .. } | Content::Sectors { .. } => {
            panic!("the network has no such picture")
        }
    }
}

fn picture(pictures: &[Picture], name: &str) -> Picture {
    pictures.iter().find(|picture| picture.name == name).unwrap().clone()
}

/// The numbers of a table in the order in which they are shown, row after row.
fn shown(array: &[f32], table: Table) -> Vec<f32> {
    let at = |column: u32, row: u32| {
        let column = (column + table.turned) % table.columns;
        let place = (table.first + column * table.steps[0] + row * table.steps[1]) as usize;
        match table.part {
            Part::Value => array[place],
            Part::Magnitude => array[place].hypot(array[place + 1]),
            Part::Argument => array[place + 1].atan2(array[place]),
        }
    };
    (0..table.rows).flat_map(|row| (0..table.columns).map(move |column| (column, row))).map(|(x, y)| at(x, y)).collect()
}

#[test]
fn every_picture_lies_in_the_memory_of_every_setting() {
    for (tokens, preset) in [(1, "corrected"), (64, "corrected"), (1, "published"), (128, "published")] {
        let mut ten = Ten::new(model(tokens), 1, Streaming::default()).unwrap();
        ten.take_preset(preset).unwrap();
        for cycle in [0, 1, 300] {
            ten.resume(cycle, ToggleSet::NONE);
            ten.point("energy", [0.5, 0.99]);
            ten.point("magnitudes", [0.5, 0.0]);
            for bits in 0_u64..512 {
                let setting = (0..9).fold(ToggleSet::NONE, |set, index| set.with(index, bits >> index & 1 == 1));
                let state = ten.state(setting);
                for table in ten.pictures().iter().flat_map(|picture| tables(&picture.content)) {
                    let array = state.array(table.array).expect("a picture's array is there");
                    let holds = array.shape.iter().product::<usize>() as u64;
                    assert!(table.end() <= holds, "{table:?} in {:?}", array.shape);
                    assert!(state.buffers.iter().any(|request| request.id == array.slabs[0].buffer));
                }
            }
        }
    }
}

#[test]
fn the_rings_hold_the_eigenstates_and_energies_of_the_last_cycles_in_order() {
    for preset in ["corrected", "published"] {
        let (mut driver, events) = driver(model(1), preset, &[]);
        let (layer, states, last) = (1, 64, COLUMNS as u64 + 9);
        driver.command(Command::Point { picture: "energy".to_owned(), at: [0.5, 0.9] });
        let mut seen: Vec<(Vec<f64>, f32)> = Vec::new();
        for cycle in 1..=last {
            driver.run_to(cycle).unwrap();
            if cycle + 5 > last {
                let now = read(&driver, "eigenstates");
                let own = &now[2 * layer * states..];
                let magnitudes = (0..states).map(|k| f64::from(own[k]).hypot(f64::from(own[states + k]))).collect();
                // Behind loss, largest eigenvalue, tokens and the sum of all energies.
                seen.push((magnitudes, last_probes(&mut driver, &events)[4 + layer]));
            }
        }
        let pictures = driver.pictures();
        let [map] = tables(&picture(&pictures, "magnitudes").content)[..] else { panic!("a map is one table") };
        let map = shown(&read(&driver, map.array), map);
        let [energy] = tables(&picture(&pictures, "energy").content)[..] else { panic!("lines are one table") };
        let energy = shown(&read(&driver, energy.array), energy);
        for (back, (magnitudes, own)) in seen.iter().rev().enumerate() {
            let column = COLUMNS - 1 - back;
            let found: Vec<_> = (0..states).map(|k| map[k * COLUMNS + column]).collect();
            let apart = deviation(&found, magnitudes);
            assert!(apart < 1e-6, "{preset}, {back} cycles back: {apart:e}");
            assert_eq!(energy[layer * COLUMNS + column], *own, "{preset}, {back} cycles back");
        }
    }
}

#[test]
fn phasors_are_shares_of_the_largest_and_the_disc_has_the_spectrum() {
    let (mut driver, _events) = driver(model(64), "corrected", &["diagonalised"]);
    driver.run_to(2).unwrap();
    let pictures = driver.pictures();
    let now = read(&driver, "eigenstates");
    let largest = (0..64).map(|k| f64::from(now[k]).hypot(f64::from(now[64 + k]))).fold(0.0, f64::max);
    let wanted: Vec<_> = now[..128].iter().map(|part| f64::from(*part) / largest).collect();
    let [colours, places] = tables(&picture(&pictures, "states").content)[..] else { panic!("points have colours") };
    let apart = deviation(&shown(&read(&driver, places.array), places), &wanted);
    assert!(apart < 1e-6, "{apart:e}");
    let ten = Ten::new(model(64), super::SEED, Streaming::default()).unwrap();
    let magnitudes: Vec<_> = ten.eigenvalues(0).map(|value| value.re.hypot(value.im)).collect();
    assert!(deviation(&shown(&read(&driver, colours.array), colours), &magnitudes) < 1e-6);
    let [colours, places] = tables(&picture(&pictures, "eigenvalues").content)[..] else {
        panic!("points have colours")
    };
    let parts: Vec<_> =
        ten.eigenvalues(0).map(|value| value.re).chain(ten.eigenvalues(0).map(|value| value.im)).collect();
    assert!(deviation(&shown(&read(&driver, places.array), places), &parts) < 1e-6);
    let glow: Vec<_> = (0..64).map(|k| f64::from(now[k]).hypot(f64::from(now[64 + k]))).collect();
    assert!(deviation(&shown(&read(&driver, colours.array), colours), &glow) < 1e-6);
}

#[test]
fn other_rules_forget_the_past_and_show_their_own_spectrum() {
    let (mut driver, _events) = driver(model(1), "corrected", &[]);
    driver.run_to(4).unwrap();
    let before = read(&driver, "eigenvalues");
    assert!(read(&driver, "history")[..4 * 256].iter().all(|number| *number != 0.0));
    driver.command(Command::SetPreset("published".to_owned()));
    driver.run_to(5).unwrap();
    assert!(read(&driver, "eigenvalues") != before);
    let history = read(&driver, "history");
    assert!(history[..4 * 256].iter().all(|number| *number == 0.0), "of the network before");
    assert!(history[4 * 256..5 * 256].iter().any(|number| *number != 0.0), "of the one that runs");
}

#[test]
fn the_pointer_chooses_a_layer_and_an_eigenstate() {
    let mut ten = Ten::new(model(1), 1, Streaming::default()).unwrap();
    let title = |ten: &Ten| {
        let Content::Traces { y, x, .. } = picture(&ten.pictures(), "trace").content else { panic!("lines") };
        (y, x.title)
    };
    ten.point("energy", [0.3, 0.75]);
    ten.point("magnitudes", [0.5, 1.0 - 5.5 / 64.0]);
    assert_eq!(title(&ten).0, "c_5 of layer 1");
    // Where its eigenvalue is drawn on the disc.
    let wanted = ten.eigenvalues(1).nth(40).unwrap();
    let place = [wanted.re, -wanted.im].map(|part| (0.5 + part / 2.2) as f32);
    ten.point("eigenvalues", place);
    let (name, memory) = title(&ten);
    assert_eq!(name, "c_40 of layer 1");
    let constant = -1.0 / wanted.re.hypot(wanted.im).ln();
    assert!(memory.contains(&format!("time constant {constant:.1} tokens")), "{memory}");
    // A place beyond the edge is the last one, and other pictures choose nothing.
    ten.point("magnitudes", [0.5, -1.0]);
    ten.point("states", [0.5, 0.5]);
    assert_eq!(title(&ten).0, "c_63 of layer 1");
}

#[test]
fn every_scene_can_be_drawn() {
    for (tokens, preset) in [(1, "corrected"), (64, "published-fix")] {
        let (mut driver, _events) = driver(model(tokens), preset, &[]);
        driver.run_to(3).unwrap();
        let (state, pictures) = (driver.state(), driver.pictures());
        for focus in 0..pictures.len() {
            let mut showing = Showing::new(&pictures, &Look::default(), None).unwrap();
            showing.focus = Some(focus);
            let exhibition =
                Exhibition { buffers: driver.buffers(), state: &state, pictures: &pictures, showing: &showing };
            let image = snapshot_of_board(&kernels(), &exhibition, [200, 200]).unwrap();
            let colours: std::collections::BTreeSet<_> = image.pixels().map(|pixel| pixel.0).collect();
            assert!(colours.len() > 2, "{}: {colours:?}", pictures[focus].name);
        }
    }
}
