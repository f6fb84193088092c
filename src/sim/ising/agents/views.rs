//! What there is to look at: the population as walls, what its first agents think of the others, and two pinned ones.

use super::STEPS;
use super::memory::ENTRIES;
use super::params::AgentsModel;
use crate::sim::{Axis, Content, Part, Picture, Table, Ticks, Values};

/// Agents of which single spins, scores and weights are shown.
const SHOWN: u32 = 64;
/// Numbers of an emotion vector, and of what is recalled of a memory.
const EMOTION: u32 = 4;
const RECALLED: u32 = 6;
/// Agents of which the ground state is shown.
const ENUMERATED: u32 = 8;
const UNIT: Values = Values::Within(0.0, 1.0);

/// Names of the pictures that the pointer means an agent on: walls, and tables with an agent a row.
const WALLS: [&str; 5] = ["valence", "arousal", "tension", "collective", "trend"];
const ROWS: [&str; 3] = ["spins", "empathy", "attention"];

/// All pictures of a population of which two agents may be pinned.
pub fn pictures(model: &AgentsModel, pinned: Option<[u32; 2]>) -> Vec<Picture> {
    let felt = |component| ("emotions", EMOTION, component);
    let mut pictures = vec![
        wall(model, "valence", "valence of every agent, a cell each", felt(0), Values::Signed),
        wall(model, "arousal", "arousal of every agent: 1 minus the magnitude of its magnetisation", felt(1), UNIT),
        wall(model, "tension", "tension of every agent: the share of its couplings that are frustrated", felt(2), UNIT),
        spins(model),
        of_pairs(model, "empathy", "what the first agents feel for each of their others"),
        of_pairs(model, "attention", "how the first agents share out their attention among their others"),
        wall(
            model,
            "collective",
            "valence of what the others of every agent feel together, weighted by its attention",
            ("collective", EMOTION, 0),
            Values::Signed,
        ),
        wall(
            model,
            "trend",
            "trend of the empathy that every agent remembers: its later half minus its earlier one",
            ("recalled", RECALLED, RECALLED - 1),
            Values::Signed,
        ),
        memory(pinned.map_or(0, |[first, _]| first)),
    ];
    if model.enumerated > 0 {
        pictures.push(grounds(model));
    }
    if pinned.is_some() {
        pictures.extend([anneal(), flips(model, 0), flips(model, 1), guesses(model)]);
    }
    pictures
}

/// The agent under the pointer, if the picture is one of agents.
pub fn agent_at(model: &AgentsModel, picture: &str, [across, down]: [f32; 2]) -> Option<u32> {
    let place = |share: f32, count: u32| ((share * count as f32).max(0.0) as u32).min(count - 1);
    if WALLS.contains(&picture) {
        let [columns, rows] = size(model);
        return Some(place(1.0 - down, rows) * columns + place(across, columns));
    }
    ROWS.contains(&picture).then(|| place(1.0 - down, model.agents.min(SHOWN)))
}

/// Columns and rows of a wall; the few agents that fill no row are not on it.
fn size(model: &AgentsModel) -> [u32; 2] {
    let columns = f64::from(model.agents).sqrt().floor().max(1.0) as u32;
    [columns, model.agents / columns]
}

/// One number of each agent, `(array, numbers of an agent, which)`: agents from left to right, then upwards.
fn wall(
    model: &AgentsModel,
    name: &'static str,
    about: &'static str,
    (array, each, first): (&'static str, u32, u32),
    values: Values,
) -> Picture {
    let [columns, rows] = size(model);
    let table = Table { array, first, columns, rows, steps: [each, each * columns], turned: 0, part: Part::Value };
    let x = Axis::even("agent within its row", 0.0, f64::from(columns));
    let y = Axis::even("row of the wall", 0.0, f64::from(rows));
    Picture::new(name, about, values, Content::Map { table, x, y })
}

fn spins(model: &AgentsModel) -> Picture {
    let agents = model.agents.min(SHOWN);
    let table = Table { columns: model.spins, steps: [1, 64], ..Table::whole("spins", agents, 64) };
    let x = Axis::even("spin", 0.0, f64::from(model.spins));
    let y = Axis::even("agent", 0.0, f64::from(agents));
    Picture::new("spins", "the spins of the first agents: bright is up", UNIT, Content::Map { table, x, y })
}

fn of_pairs(model: &AgentsModel, array: &'static str, about: &'static str) -> Picture {
    let agents = model.agents.min(SHOWN);
    let table = Table::whole(array, agents, model.others);
    let x = Axis::even("which of its others", 0.0, f64::from(model.others));
    let y = Axis::even("agent", 0.0, f64::from(agents));
    Picture::new(array, about, Values::Any, Content::Map { table, x, y })
}

/// The ring of an agent, in the order in which it is stored.
fn memory(agent: u32) -> Picture {
    let first = agent * 5 * ENTRIES as u32;
    let whole = Table::whole("memory", 5, ENTRIES as u32);
    let table = Table { first, rows: 5, columns: ENTRIES as u32, steps: [5, 1], ..whole };
    let names = ["valence", "arousal", "tension", "coherence", "empathy"].map(str::to_owned).to_vec();
    let x = Axis::even("place in the ring", 0.0, ENTRIES as f64);
    let content = Content::Traces { table, names, x, y: "remembered".to_owned(), lanes: false };
    Picture::new("memory", "what the first agent, or the first pinned one, remembers of itself", UNIT, content)
}

fn step_axis() -> Axis {
    Axis::even("step of the anneal", -0.5, f64::from(STEPS) + 0.5)
}

fn anneal() -> Picture {
    let table = Table::whole("anneal energies", 4, STEPS + 1);
    let names = ["first", "second's image of it", "second", "first's image of it"].map(str::to_owned).to_vec();
    let content = Content::Traces { table, names, x: step_axis(), y: "energy".to_owned(), lanes: false };
    let about = "energy of the pinned agents and of their images of each other, step by step of the last anneal";
    Picture::new("anneal", about, Values::Any, content)
}

/// The spins of the first or second pinned agent, step by step.
fn flips(model: &AgentsModel, which: u32) -> Picture {
    let columns = STEPS + 1;
    let first = 2 * which * columns * 64;
    let table =
        Table { first, columns, rows: model.spins, steps: [64, 1], ..Table::whole("anneal spins", columns, 64) };
    let y = Axis::even("spin", 0.0, f64::from(model.spins));
    let (name, about) = match which {
        0 => ("flips", "the first pinned agent's spins, step by step of its last anneal: bright is up"),
        _ => ("flips of the second", "the second pinned agent's spins, step by step of its last anneal: bright is up"),
    };
    Picture::new(name, about, UNIT, Content::Map { table, x: step_axis(), y })
}

/// The true ground states of the first enumerated agents, and the states that they stand in.
fn grounds(model: &AgentsModel) -> Picture {
    let agents = model.enumerated.min(ENUMERATED);
    let table = Table { columns: model.spins, steps: [1, 64], ..Table::whole("ground states", 2 * agents, 64) };
    let names = (0..agents).flat_map(|agent| [format!("{agent}, ground state"), format!("{agent}, now")]);
    let x = Axis::even("spin", 0.0, f64::from(model.spins));
    let y = Axis { title: String::new(), ticks: Ticks::Named(names.collect()) };
    let about = "the first agents' states of lowest energy, of all that there are, below those that they stand in";
    Picture::new("ground states", about, UNIT, Content::Map { table, x, y })
}

/// The truth and what the other takes for it.
fn guesses(model: &AgentsModel) -> Picture {
    let table = Table { columns: model.spins, steps: [1, 64], ..Table::whole("guesses", 4, 64) };
    let names = ["second, as first guesses", "second, truth", "first, as second guesses", "first, truth"];
    let x = Axis::even("spin", 0.0, f64::from(model.spins));
    let y = Axis { title: String::new(), ticks: Ticks::Named(names.map(str::to_owned).to_vec()) };
    let about =
        "the pinned agents' spins and each one's guess of the other's, turned over where that is nearer the truth";
    Picture::new("theory of mind", about, UNIT, Content::Map { table, x, y })
}
