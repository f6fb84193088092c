//! The Möbius band in a window: drawn in space, and turned by hand.

use super::hand::{Window, program, wait_for};
use super::step;

const BAND: &str = include_str!("../../scenes/mobius_band.ron");

#[test]
fn a_drag_turns_the_band() {
    let window = Window::open(BAND);
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    window.take_pointer_away();
    let before = window.resting_picture();
    assert!(before.colours() > 100, "{} colours", before.colours());
    // The band is the first picture, and the largest one.
    window.drag("Image", "picture", [0.2, 0.35]);
    window.take_pointer_away();
    let changed = wait_for("another picture", || {
        let share = window.resting_picture().difference(&before);
        (share > 0.0).then_some(share)
    });
    assert!(changed > 0.05, "only {:.1} % of the pixels changed", changed * 100.0);
}

/// Small, so that what the window shows can be computed again.
const SMALL: &str = "Scene(
    title: \"Small band\",
    system: Mobius(MobiusModel(
        shape: Strip(along: 64, across: 8, half_twists: 1, half_width: 0.4),
        wavenumber: 6.0,
    )),
    preset: \"direct\",
    seed: 7,
)
";

/// Arrays after so many cycles, as the program writes them without a window.
fn state<const COUNT: usize>(window: &Window, cycle: u64, names: [&str; COUNT]) -> [ndarray::ArrayD<f32>; COUNT] {
    let folder = window.folder.path();
    let arguments = ["state", "scene.ron", "--cycle", &cycle.to_string(), "--out", "now.npz"];
    let output = program(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut file = ndarray_npy::NpzReader::new(std::fs::File::open(folder.join("now.npz")).unwrap()).unwrap();
    names.map(|name| file.by_name(name).unwrap())
}

/// What is said of the node under the pointer, once it is another than before: u, v and |ψ|.
fn reading(window: &Window, u: &str, before: Option<[f64; 3]>) -> [f64; 3] {
    wait_for("what is under the pointer", || {
        let said = [window.said(u)?, window.said("v across the band")?, window.said("|ψ|")?];
        (Some(said) != before).then_some(said)
    })
}

#[test]
fn a_pointer_over_the_band_tells_the_node_under_it() {
    let window = Window::open(SMALL);
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    let cycle = wait_for("the cycle", || window.cycle());
    let [psi, places] = state(&window, cycle, ["psi", "places"]);
    let check = |[u, v, magnitude]: [f64; 3]| {
        let column = (u / std::f64::consts::TAU * 64.0).round() as usize;
        let row = ((v + 1.0) * 3.5).round() as usize;
        assert!(column < 64 && row < 8, "u = {u}, v = {v}");
        let [real, imaginary] = [0, 1].map(|part| f64::from(psi[[column, row, part]]));
        let expected = real.hypot(imaginary);
        assert!((magnitude - expected).abs() < 1e-5 * expected, "{magnitude} at {column}, {row}, not {expected}");
        [column, row]
    };
    // In space: the nearest node is found where the band is, and says where it is.
    window.click("Button", "band |ψ|");
    window.take_pointer_away();
    window.resting_picture();
    assert_eq!(window.said("|ψ|"), None, "nothing is said while nothing is pointed at");
    let mut on_band = None;
    for part in [0.3, 0.35, 0.4, 0.6, 0.65] {
        window.point("Image", "picture", [part, 0.5]);
        std::thread::sleep(std::time::Duration::from_millis(700));
        on_band = on_band.or(window.said("|ψ|").map(|_| part));
    }
    let part = on_band.expect("some of these places show the band");
    window.take_pointer_away();
    wait_for("silence", || window.said("|ψ|").is_none().then_some(()));
    window.point("Image", "picture", [part, 0.5]);
    let [column, row] = check(reading(&window, "u, rad", None));
    for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
        let said = window.said(name).unwrap();
        assert!((said - f64::from(places[[column * 8 + row, axis]])).abs() < 1e-5, "{name}: {said}");
    }
    // On the chart, at two places.
    window.click("Button", "chart |ψ|");
    window.point("Image", "picture", [0.3, 0.3]);
    let u = "u, rad; (2π, v) is (0, −v)";
    let first = reading(&window, u, None);
    check(first);
    window.point("Image", "picture", [0.7, 0.6]);
    let second = reading(&window, u, Some(first));
    check(second);
    assert!(second[0] > first[0] && second[1] < first[1], "{first:?} and {second:?}");
}

#[test]
fn sliders_bend_the_band_and_a_double_click_looks_from_where_it_began() {
    let window = Window::open(SMALL);
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    let mut cycle = wait_for("the cycle", || window.cycle());
    window.click("Button", "band |ψ|");
    let mut next = || {
        cycle += 1;
        step(&window, cycle);
        window.take_pointer_away();
        window.resting_picture()
    };
    let mut before = next();
    assert!(next().another_shape(&before) < 0.005, "a cycle alone bends nothing");
    before = next();
    for (name, part) in [("half_twists", 0.34), ("half_width", 0.9), ("torsion", 0.7)] {
        window.press_mouse("Slider", name, part);
        let bent = next();
        let changed = bent.another_shape(&before);
        assert!(changed > 0.02, "{name}: {changed}");
        before = bent;
    }
    window.drag("Image", "picture", [0.2, 0.35]);
    window.take_pointer_away();
    assert!(window.resting_picture().difference(&before) > 0.03, "a drag turns it");
    window.double_click("Image", "picture", [0.5, 0.5]);
    window.take_pointer_away();
    wait_for("the first view", || (window.resting_picture().difference(&before) == 0.0).then_some(()));
}

#[test]
fn the_vortices_are_listed_as_they_are() {
    let window = Window::open(SMALL);
    window.press("space");
    window.wait_for_widget("Button", "▶ Go on");
    let cycle = wait_for("the cycle", || window.cycle());
    window.click("Button", "Vortices");
    window.take_pointer_away();
    let [list] = state(&window, cycle, ["vortices"]);
    let there: Vec<_> = list.outer_iter().filter(|vortex| vortex[2] != 0.0).collect();
    assert!(there.len() > 1, "{} vortices", there.len());
    window.wait_for_widget("Label", &format!("{} after cycle ", there.len()));
    let numbers: Vec<f64> = window.widgets().iter().filter_map(|widget| widget.name.parse().ok()).collect();
    let is_said = |value: f64| numbers.iter().any(|said| (said - value).abs() <= 1e-5 * value.abs());
    for vortex in there {
        // u, v, number and the field around it.
        for place in [0, 1, 3, 7] {
            let value = f64::from(vortex[place]);
            assert!(is_said(value), "{value} of {vortex} is not in {numbers:?}");
        }
    }
}
