//! Pictures.

use super::{Desk, SCENE};
use std::collections::BTreeSet;

#[test]
fn a_snapshot_has_the_asked_size_and_shows_something() {
    let desk = Desk::new();
    let asked = ["snapshot", SCENE, "--cycle", "12", "--pixels", "320", "240"];
    desk.done(&[&asked[..], &["--out", "out/picture.png"]].concat());
    let picture = image::open(desk.path("out/picture.png")).unwrap().to_rgba8();
    assert_eq!(picture.dimensions(), (320, 240));
    let colours: BTreeSet<_> = picture.pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 100, "{} colours", colours.len());
    let corner = picture.get_pixel(0, 0);
    let drawn = picture.pixels().filter(|pixel| *pixel != corner).count();
    assert!(drawn > 320 * 240 / 10, "{drawn} pixels are drawn");

    desk.done(&[&asked[..], &["--out", "again.png"]].concat());
    assert_eq!(image::open(desk.path("again.png")).unwrap().to_rgba8(), picture, "a second run gives another picture");
    desk.done(&[&asked[..], &["--out", "other.png", "--seed", "8"]].concat());
    assert_ne!(image::open(desk.path("other.png")).unwrap().to_rgba8(), picture, "the seed changes nothing");
}
