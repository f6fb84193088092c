//! States and journals that must be refused.

use super::replay::{Arrays, read_npz};
use super::{Desk, SCENE, assert_says, scene_text};
use ndarray_npy::NpzWriter;
use std::fs::File;
use std::path::Path;

const FROM: [&str; 8] = ["state", SCENE, "--cycle", "4", "--from", "from.npz", "--out", "out/state.npz"];

fn write_npz(path: &Path, arrays: &Arrays, cycle: Option<u64>) {
    let mut npz = NpzWriter::new(File::create(path).unwrap());
    for (name, array) in arrays {
        npz.add_array(name.as_str(), array).unwrap();
    }
    if let Some(cycle) = cycle {
        npz.add_array("cycle", &ndarray::arr1(&[cycle])).unwrap();
    }
    npz.finish().unwrap();
}

#[test]
fn a_state_that_is_none_of_the_scene_is_refused_with_what_is_wrong_with_it() {
    let desk = Desk::new();
    let from = desk.path("from.npz");
    assert_says(&desk.refused(&FROM), &["from.npz: no such file; check the path"]);
    std::fs::write(&from, "no state at all\n").unwrap();
    assert_says(&desk.refused(&FROM), &["from.npz: is no npz file (", "; give a file that `fieldscope state` wrote"]);
    desk.done(&["state", SCENE, "--cycle", "3", "--out", "good.npz"]);
    let good = read_npz(&desk.path("good.npz"));

    let mut changed = good.clone();
    changed.get_mut("momentum").unwrap()[[2, 0, 0, 5]] = f32::NAN;
    write_npz(&from, &changed, Some(3));
    let place = 2 * 16 * 16 * 16 + 5;
    assert_says(
        &desk.refused(&FROM),
        &["from.npz: array `momentum` holds NaN", &format!("at element {place}"), "; give"],
    );

    let mut changed = good.clone();
    changed.remove("weights");
    write_npz(&from, &changed, Some(3));
    assert_says(&desk.refused(&FROM), &["from.npz: array `weights` cannot be read", "; give a file"]);

    write_npz(&from, &good, None);
    assert_says(&desk.refused(&FROM), &["from.npz: array `cycle` cannot be read", "; give a file"]);

    // Far past what could be replayed in a lifetime: refused before that is tried.
    write_npz(&from, &good, Some(u64::MAX));
    assert_says(&desk.refused(&FROM), &["from.npz: holds cycle 18446744073709551615", "past --cycle 4"]);

    std::fs::write(desk.path("wide.ron"), scene_text("stable", "Pointer").replace("channels: 8", "channels: 16"))
        .unwrap();
    desk.done(&["state", "wide.ron", "--cycle", "3", "--out", "from.npz"]);
    let shapes = ["array `field` has shape [16, 16, 16, 16], the scene's has [8, 16, 16, 16]", "; give a file"];
    assert_says(&desk.refused(&FROM), &shapes);
}

#[test]
fn recovering_what_is_no_journal_is_refused() {
    let desk = Desk::new();
    assert_says(&desk.refused(&["recover", "none.ron.journal"]), &["none.ron.journal: no such file; check the path"]);
    File::create(desk.path("empty.ron.journal")).unwrap();
    let sentence = desk.refused(&["recover", "empty.ron.journal"]);
    assert_says(&sentence, &["empty.ron.journal: is empty: the recording ended as it began; delete it"]);
    desk.done(&["record", SCENE, "--cycles", "2", "--no-roof", "--out", "session.ron"]);
    let sentence = desk.refused(&["recover", "session.ron"]);
    assert_says(&sentence, &["session.ron: is not a fieldscope journal", "give the `.journal` file"]);
    assert_says(&desk.refused(&["recover", SCENE]), &["scene.ron: is not a fieldscope journal"]);
}
