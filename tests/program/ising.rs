//! The Ising lattice and the Ising agents as a user runs them.

use super::{Desk, SCENE, assert_says, line_of, with_line};
use fieldscope::session::read_session;
use ndarray::{ArrayD, Dimension, IxDyn};
use ndarray_npy::NpzWriter;

fn scene(changed: &str) -> String {
    let text = "Scene(
    title: \"Small lattice\",
    system: IsingLattice(LatticeModel(
        sites: 128,
        temperature: 2.1,
    )),
    preset: \"packed\",
    seed: 7,
)
";
    with_line(text, changed)
}

#[test]
fn a_lattice_that_cannot_be_is_refused_in_one_line_with_its_limit() {
    for (changed, parts) in [
        ("sites: 32", "sites = 32 is not a multiple of 8 from 64 to 16384"),
        ("sites: 72", "sites = 72 is not a multiple of 32, which bit_packed needs"),
        ("temperature: 0.0", "temperature = 0 is outside 0.1 to 10"),
        ("temperature: NaN", "temperature = NaN is outside 0.1 to 10"),
        ("preset: \"stable\"", "no preset is called `stable`; there are packed, plain, resident, replicas"),
    ] {
        let text = scene(changed);
        let sentence =
            Desk::with_scene(&text).refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
        let field = changed.split_inclusive(':').next().unwrap();
        assert!(sentence.starts_with(&format!("{SCENE}:{}:", line_of(&text, field))), "{sentence}");
        assert_says(&sentence, &[parts]);
    }
    let desk = Desk::with_scene(&scene("sites: 576"));
    let sentence =
        desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--toggle", "resident=on", "--out", "s.ron"]);
    assert_says(&sentence, &["resident holds at most sites = 512", "sites = 576"]);
}

#[test]
fn a_lattice_is_recorded_resumed_and_drawn() {
    let desk = Desk::with_scene(&scene(""));
    let table = desk.done(&["record", SCENE, "--cycles", "20", "--no-roof", "--out", "s.ron"]);
    assert_says(&table, &["sweep", "measure"]);
    let session = std::fs::read_to_string(desk.path("s.ron")).unwrap();
    assert_says(&session, &["magnetisation", "energy per site, exact", "ising-lattice"]);
    desk.done(&["state", SCENE, "--cycle", "4", "--out", "four.npz"]);
    desk.done(&["state", SCENE, "--cycle", "9", "--out", "straight.npz"]);
    desk.done(&["state", SCENE, "--from", "four.npz", "--cycle", "9", "--out", "resumed.npz"]);
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert!(read("straight.npz") == read("resumed.npz"), "a resumed run goes on as a straight one");
    desk.done(&["snapshot", SCENE, "--cycle", "9", "--out", "p.png"]);
    let picture = image::open(desk.path("p.png")).unwrap().to_rgba8();
    let colours: std::collections::BTreeSet<_> = picture.pixels().map(|pixel| pixel.0).collect();
    // Both spins, and what is beside the square.
    assert!(colours.len() >= 3, "{}", colours.len());
}

#[test]
fn a_course_is_recorded_as_the_commands_that_it_is() {
    let desk = Desk::with_scene(&scene(""));
    let record = ["record", SCENE, "--cycles", "25", "--no-roof", "--out", "s.ron", "--course"];
    desk.done(&[&record[..], &["quench"]].concat());
    let session = read_session(&desk.path("s.ron")).unwrap();
    let commands: Vec<_> = session.commands.iter().map(|it| (it.cycle, it.command.as_str())).collect();
    let moved = |value: &str| format!("SetParameter(name:\"temperature\",value:{value})");
    assert_eq!(commands, [(1, "Follow(\"quench\")"), (1, &moved("10.0")), (21, &moved("1.0"))]);
    let blocks = session.blocks.iter().map(|block| (block.first_cycle, block.parameters["temperature"]));
    assert_eq!(blocks.collect::<Vec<_>>(), [(1, 10.0), (21, 1.0)]);
    let sentence = Desk::with_scene(&scene("")).refused(&[&record[..], &["boil"]].concat());
    assert_says(&sentence, &["--course: no course is called `boil`; there are quench, cool slowly"]);
    let sentence = Desk::with_scene(&agents("")).refused(&[&record[..], &["boil"]].concat());
    assert_says(&sentence, &["--course: no course is called `boil`: ising-agents has none"]);
}

/// Sweeps a lattice of this size through the critical temperature and gives what is printed.
fn swept(desk: &Desk, sites: u32, out: &str, more: &[&str]) -> String {
    let size = format!("sites={sites}");
    let sweep = ["sweep", SCENE, "--parameter", "temperature", "--from", "2.21", "--to", "2.33", "--steps", "5"];
    let cycles = ["--equilibrate", "20", "--measure", "400", "--set", &size, "--out", out];
    desk.done(&[&sweep[..], &cycles, &["--preset", "resident"], more].concat())
}

#[test]
fn sweeps_of_two_sizes_give_the_critical_temperature_and_can_be_read_again() {
    let text = scene("").replace("temperature: 2.1,", "temperature: 2.1, sweeps: 100, start: Cold,");
    let desk = Desk::with_scene(&text);
    let printed = swept(&desk, 64, "small.ron", &["--csv", "small.csv"]);
    assert_says(&printed, &["T_c = 2.269185", "magnitude", "Binder cumulant", "5 values of temperature, 400 cycles"]);
    let csv = std::fs::read_to_string(desk.path("small.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 5 * 5, "{csv}");
    let json = swept(&desk, 128, "large.ron", &["--json"]);
    let sweep: serde_json::Value = serde_json::from_str(&json).unwrap();
    // The coldest point lies in the ordered phase: its energy is that of the infinite lattice within its error.
    let energy = &sweep["points"][0]["figures"][1];
    let number = |name: &str| energy[name].as_f64().unwrap();
    assert_eq!((sweep["points"][0]["value"].as_f64(), energy["name"].as_str()), (Some(2.21), Some("energy per site")));
    assert!((number("value") - number("exact")).abs() < 4.0 * number("error") && number("error") < 5e-3, "{energy}");

    let session = read_session(&desk.path("large.ron")).unwrap();
    let blocks: Vec<_> = session.blocks.iter().map(|it| (it.parameters["temperature"], it.warm_up_cycles)).collect();
    assert_eq!(blocks.len(), 5);
    assert!(blocks[0] == (2.21, 20) && blocks[4] == (2.33, 20), "{blocks:?}");
    assert!(session.header.scene.text.contains("sites: 128"), "{}", session.header.scene.text);
    let read = ["sweep", "--read", "large.ron", "--parameter", "temperature", "--json"];
    assert_eq!(desk.done(&read), json, "what is read again is what was told");

    let cross = ["crossing", "small.ron", "large.ron", "--parameter", "temperature", "--figure"];
    let found = desk.done(&[&cross[..], &["Binder cumulant", "--json"]].concat());
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let [at, error] = ["at", "error"].map(|name| found[0]["crossing"][name].as_f64().unwrap());
    eprintln!("T_c = {at:.5} ± {error:.5}");
    assert!((at / 2.269_185_314 - 1.0).abs() < 0.01 && error < 0.02, "{at} ± {error}");
    assert_says(
        &desk.done(&[&cross[..], &["Binder cumulant"]].concat()),
        &["crosses at temperature = ", "T_c = 2.26919"],
    );
    let refused = desk.refused(&[&cross[..], &["weight"]].concat());
    assert_says(&refused, &["no figure is called `weight`; there are magnitude, energy per site"]);
}

#[test]
fn a_sweep_that_cannot_be_is_refused_in_one_line() {
    let refused = |arguments: &[&str]| {
        let sweep = ["sweep", SCENE, "--out", "s.ron", "--parameter"];
        Desk::with_scene(&scene("")).refused(&[&sweep[..], arguments].concat())
    };
    for (arguments, said) in [
        (&["heat", "--from", "1", "--to", "2"][..], "no parameter is called `heat`; there are temperature, field"),
        (&["temperature", "--from", "1", "--to", "20"], "temperature = 20 is outside its range 0.1 to 10"),
        (&["temperature", "--from", "1", "--to", "2", "--steps", "1"], "--steps 1 is outside 2 to 10000"),
        (&["temperature", "--from", "1", "--to", "2", "--measure", "9"], "--measure 9 is too short"),
        (&["temperature", "--from", "1", "--to", "2", "--set", "atoms=9"], "atoms: the scene's text has no such field"),
        (&["temperature", "--from", "1", "--to", "2", "--set", "sites=65"], "sites = 65 is not a multiple of 8"),
    ] {
        assert_says(&refused(arguments), &[said]);
    }
}

fn agents(changed: &str) -> String {
    let text = "Scene(
    title: \"A few agents\",
    system: IsingAgents(AgentsModel(
        agents: 40,
        spins: 12,
        others: 3,
    )),
    preset: \"corrected\",
    seed: 7,
)
";
    with_line(text, changed)
}

#[test]
fn agents_that_cannot_be_are_refused_in_one_line_with_their_limit() {
    for (changed, parts) in [
        ("spins: 1", "spins = 1 is outside 2 to 64"),
        ("spins: 65", "spins = 65 is outside 2 to 64"),
        ("agents: 2000000", "agents = 2000000 is outside 2 to 1000000"),
        ("others: 40", "others = 40 is outside 1 to 8"),
        ("preset: \"stable\"", "there are corrected, published, published-phase4, published-phase5"),
    ] {
        let desk = Desk::with_scene(&agents(changed));
        let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
        let line = line_of(&agents(changed), changed.split_inclusive(':').next().unwrap());
        assert!(sentence.starts_with(&format!("{SCENE}:{line}:")), "{sentence}");
        assert_says(&sentence, &[parts]);
    }
    let refused = |text: &str, toggle: &str| {
        let arguments = ["record", SCENE, "--cycles", "3", "--no-roof", "--toggle", toggle, "--out", "s.ron"];
        Desk::with_scene(text).refused(&arguments)
    };
    // More than any adapter holds in one buffer of couplings.
    let sentence = refused(&agents("agents: 1000000").replace("spins: 12", "spins: 64"), "f32=on");
    assert_says(&sentence, &["couplings"]);
}

#[test]
fn agents_are_recorded_resumed_and_drawn() {
    let desk = Desk::with_scene(&agents(""));
    let table = desk.done(&["record", SCENE, "--cycles", "5", "--no-roof", "--out", "s.ron"]);
    assert_says(&table, &["anneal", "theory of mind", "compassion"]);
    desk.done(&["state", SCENE, "--cycle", "4", "--out", "four.npz"]);
    desk.done(&["state", SCENE, "--cycle", "7", "--out", "straight.npz"]);
    desk.done(&["state", SCENE, "--from", "four.npz", "--cycle", "7", "--out", "resumed.npz"]);
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert!(read("straight.npz") == read("resumed.npz"), "a resumed run goes on as a straight one");
    desk.done(&["snapshot", SCENE, "--cycle", "3", "--out", "p.png"]);
    assert!(image::open(desk.path("p.png")).is_ok());
}

/// Writes couplings of 12 spins as an npz.
fn couplings(desk: &Desk, shape: &[usize], change: impl Fn(&mut ArrayD<f64>)) {
    let mut couplings = ArrayD::from_shape_fn(IxDyn(shape), |at| {
        let (i, j) = (at[at.ndim() - 2], at[at.ndim() - 1]);
        if i == j { 0.0 } else { ((i * j + i + j) as f64).sin() }
    });
    change(&mut couplings);
    let mut npz = NpzWriter::new(std::fs::File::create(desk.path("j.npz")).unwrap());
    npz.add_array("J", &couplings).unwrap();
    npz.finish().unwrap();
}

#[test]
fn couplings_from_a_file_are_taken_or_refused_in_one_line() {
    let text = agents("").replace("spins: 12,", "spins: 12,\n        couplings_from: Some(\"j.npz\"),");
    let desk = Desk::with_scene(&text);
    couplings(&desk, &[12, 12], |_| {});
    desk.done(&["state", SCENE, "--cycle", "0", "--out", "start.npz"]);
    let arrays = super::replay::read_npz(&desk.path("start.npz"));
    let found = &arrays["couplings"];
    assert_eq!(found.shape(), [40, 12, 12]);
    assert_eq!((found[[7, 3, 5]], found[[39, 5, 3]]), (23.0_f64.sin() as f32, 23.0_f64.sin() as f32));
    assert!(arrays["fields"].iter().all(|field| *field == 0.0));
    desk.done(&["record", SCENE, "--cycles", "2", "--no-roof", "--out", "s.ron"]);

    let changed = |text: &str, shape: &[usize], change: &dyn Fn(&mut ArrayD<f64>)| {
        let desk = Desk::with_scene(text);
        couplings(&desk, shape, change);
        let sentence = desk.refused(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
        assert!(sentence.starts_with(&format!("{SCENE}:{}:", line_of(text, "couplings_from:"))), "{sentence}");
        sentence
    };
    let refused = |shape: &[usize], change: &dyn Fn(&mut ArrayD<f64>)| changed(&text, shape, change);
    let sentence = refused(&[12, 12], &|couplings| couplings[[3, 5]] = 2.0);
    assert_says(&sentence, &["j.npz: couplings[3][5] = 2, but couplings[5][3] = ", "give a symmetric matrix"]);
    let sentence = refused(&[12, 12], &|couplings| couplings[[4, 9]] = f64::NAN);
    assert_says(&sentence, &["couplings[4][9] = NaN is no finite number"]);
    let sentence = refused(&[12, 12], &|couplings| couplings[[4, 4]] = 1.0);
    assert_says(&sentence, &["couplings[4][4] = 1: a spin is not coupled to itself"]);
    let sentence = refused(&[10, 10], &|_| {});
    assert_says(&sentence, &["array `J` has shape [10, 10]; with spins = 12 it is [12, 12] or [40, 12, 12]"]);
    let sentence = refused(&[39, 12, 12], &|_| {});
    assert_says(&sentence, &["array `J` has shape [39, 12, 12]"]);
    let sentence = refused(&[40, 12, 12], &|couplings| couplings[[17, 2, 3]] = 9.0);
    assert_says(&sentence, &["agent 17: couplings[2][3] = 9"]);
    let sentence = changed(&text.replace("j.npz", "k.npz"), &[12, 12], &|_| {});
    assert_says(&sentence, &["k.npz: cannot be read"]);
    let both = text.replace("others: 3,", "others: 3, couplings: Some(Signed),");
    assert_says(&changed(&both, &[12, 12], &|_| {}), &["couplings_from and couplings both say"]);
}

#[test]
fn pinned_agents_are_drawn_and_their_probes_recorded() {
    let text = agents("").replace("spins: 12,", "spins: 12, pinned: Some((5, 11)),");
    let desk = Desk::with_scene(&text);
    desk.done(&["record", SCENE, "--cycles", "3", "--no-roof", "--out", "s.ron"]);
    let session = read_session(&desk.path("s.ron")).unwrap();
    let names: Vec<_> = session.probes.iter().map(|probe| probe.name.as_str()).collect();
    assert!(names.contains(&"empathy, first for second") && names.contains(&"overlap, second for first"), "{names:?}");
    for picture in ["anneal", "flips", "theory of mind", "collective", "trend"] {
        desk.done(&["snapshot", SCENE, "--cycle", "3", "--picture", picture, "--out", "p.png"]);
    }
    let sentence = Desk::with_scene(&text.replace("11", "40")).refused(&[
        "record",
        SCENE,
        "--cycles",
        "3",
        "--no-roof",
        "--out",
        "s.ron",
    ]);
    assert_says(&sentence, &["pinned = 40 is outside 0 to 39"]);
}
