//! The Ising lattice and the Ising agents as a user runs them.

use super::{Desk, SCENE, assert_says, line_of};
use fieldscope::session::read_session;

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
    let field = changed.split(':').next().unwrap_or_default();
    let lines = text.lines().map(|line| match line.trim_start().strip_prefix(field) {
        Some(rest) if rest.starts_with(':') && !changed.is_empty() => format!("{changed},\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn a_lattice_that_cannot_be_is_refused_in_one_line_with_its_limit() {
    for (changed, parts) in [
        ("sites: 32", "sites = 32 is not a multiple of 8 from 64 to 16384"),
        ("sites: 96", "sites = 96 is not a multiple of 64, which bit_packed needs"),
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
    let field = changed.split(':').next().unwrap_or_default();
    let lines = text.lines().map(|line| match line.trim_start().strip_prefix(field) {
        Some(rest) if rest.starts_with(':') && !changed.is_empty() => format!("{changed},\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
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
    assert_says(&refused(&agents(""), "f32=off"), &["f32 cannot be off: the shading language has no f64"]);
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
