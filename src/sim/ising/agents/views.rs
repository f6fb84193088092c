//! What there is to look at: the population as walls, and what its first agents think of the others.

use super::memory::ENTRIES;
use super::params::AgentsModel;
use crate::sim::{Axis, Content, Part, Picture, Table, Values};

/// Agents of which single spins, scores and weights are shown.
const SHOWN: u32 = 64;

/// All pictures of a population.
pub fn pictures(model: &AgentsModel) -> Vec<Picture> {
    vec![
        wall(model, "valence", "valence of every agent, a cell each", 0, Values::Signed),
        wall(model, "arousal", "arousal of every agent: 1 minus the magnitude of its magnetisation", 1, UNIT),
        wall(model, "tension", "tension of every agent: the share of its couplings that are frustrated", 2, UNIT),
        spins(model),
        of_pairs(model, "empathy", "what the first agents feel for each of their others"),
        of_pairs(model, "attention", "how the first agents share out their attention among their others"),
        memory(),
    ]
}

const UNIT: Values = Values::Within(0.0, 1.0);

/// One number of each emotion vector: agents from left to right, then upwards.
fn wall(model: &AgentsModel, name: &'static str, about: &'static str, component: u32, values: Values) -> Picture {
    let columns = f64::from(model.agents).sqrt().floor().max(1.0) as u32;
    let rows = model.agents / columns;
    let table = Table {
        array: "emotions",
        first: component,
        columns,
        rows,
        steps: [4, 4 * columns],
        turned: 0,
        part: Part::Value,
    };
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

/// The ring of the first agent, in the order in which it is stored.
fn memory() -> Picture {
    let table = Table { rows: 5, columns: ENTRIES as u32, steps: [5, 1], ..Table::whole("memory", 5, ENTRIES as u32) };
    let names = ["valence", "arousal", "tension", "coherence", "empathy"].map(str::to_owned).to_vec();
    let x = Axis::even("place in the ring", 0.0, ENTRIES as f64);
    let content = Content::Traces { table, names, x, y: "remembered".to_owned(), lanes: false };
    Picture::new("memory", "what the first agent remembers of itself", UNIT, content)
}
