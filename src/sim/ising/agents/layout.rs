//! The memory of a population.

use super::STEPS;
use super::kernels::AgentFigures;
use super::memory::ENTRIES;
use super::params::{AgentsModel, Switches};
use crate::sim::{Array, BufferId, BufferRequest, Element, Slab, State};

/// Names of the buffers.
pub mod buffer {
    use crate::sim::BufferId;

    macro_rules! buffers {
        ($($(#[$meta:meta])* $name:ident = $text:literal;)*) => {
            $($(#[$meta])* pub const $name: BufferId = BufferId { name: $text, index: 0 };)*
        };
    }

    buffers! {
        /// Fields, padded to whole vectors.
        FIELDS = "fields";
        /// Spins as bits of two words per agent.
        SPINS = "spins";
        /// Spins of the images that agents have of others, per pair.
        MINDS = "minds";
        /// How often the couplings of an agent have changed.
        VERSIONS = "versions";
        /// Emotion vectors.
        EMOTIONS = "emotions";
        /// Similarities per pair.
        SIMILARITIES = "similarities";
        /// Overlap, energy error, magnetisation error and similarity per pair.
        ACCURACIES = "accuracies";
        /// Scores per pair.
        EMPATHY = "empathy";
        /// Attention per pair.
        ATTENTION = "attention";
        /// What the others of an agent feel together.
        COLLECTIVE = "collective";
        /// Energy, hits of the cache, slot that is attended to most, entropy of the attention.
        NOTES = "notes";
        /// Rings of emotion and empathy.
        MEMORY = "memory";
        /// What is read off them.
        RECALLED = "recalled";
        /// Remembered similarities.
        CACHE = "similarity cache";
        /// Local fields from one step to the next.
        KEPT = "local fields";
        /// Lowest energies of the enumerated agents.
        GROUNDS = "ground energies";
        /// A state of the lowest energy of each enumerated agent, and the state that it stands in.
        STATES = "ground states";
        /// Energies of what is watched, step by step.
        TRACES = "anneal energies";
        /// Spins of what is watched, step by step.
        STEPS = "anneal spins";
        /// Spins of the pinned agents and what each takes for the other's.
        GUESSES = "guesses";
        /// The probe buffer: [`super::AgentFigures`].
        FIGURES = "figures";
    }

    /// Couplings; the second one takes what responses make of them.
    pub const fn couplings(index: u32) -> BufferId {
        BufferId { name: "couplings", index }
    }
}

/// Anneals that are watched: the first pinned agent, its image in the second one, the second, its image in the first.
pub const WATCHED: usize = 4;

/// Sites along the edge of the smallest cube that has one for every agent: the emotions are laid out as one, which is how
/// they are drawn.
pub fn cube(agents: u32) -> u32 {
    (1..).find(|edge: &u32| edge.pow(3) >= agents).unwrap_or(1)
}

/// The memory under these switches; `current` says which of both couplings is the one that counts.
pub fn state(model: &AgentsModel, switches: Switches, current: u32) -> State {
    let moments = STEPS as usize + 1;
    let [agents, pairs, spins] = [model.agents, model.pairs(), model.spins].map(|count| count as usize);
    let columns = 4 * model.quads() as usize;
    let edge = cube(model.agents) as usize;
    let mut state = State::default();
    let mut add = |id: BufferId, element: Element, shape: Vec<usize>| {
        let bytes = element.bytes_for(shape.iter().product::<usize>() as u64);
        state.buffers.push(BufferRequest { id, bytes });
        let slabs = vec![Slab { buffer: id, bytes }];
        state.arrays.push(Array { name: id.name, shape, element, slabs, pending: None });
    };
    add(buffer::couplings(current), Element::F32, vec![agents, spins, columns]);
    add(buffer::FIELDS, Element::F32, vec![agents, columns]);
    add(buffer::SPINS, Element::Bit, vec![agents, 64]);
    add(buffer::EMOTIONS, Element::F32, vec![1, edge, edge, edge, 4]);
    add(buffer::MINDS, Element::Bit, vec![agents, model.others as usize, 64]);
    add(buffer::ACCURACIES, Element::F32, vec![agents, model.others as usize, 4]);
    add(buffer::EMPATHY, Element::F32, vec![agents, model.others as usize]);
    add(buffer::ATTENTION, Element::F32, vec![agents, model.others as usize]);
    add(buffer::COLLECTIVE, Element::F32, vec![agents, 4]);
    add(buffer::MEMORY, Element::F32, vec![agents, ENTRIES, 5]);
    add(buffer::RECALLED, Element::F32, vec![agents, 6]);
    if model.enumerated > 0 {
        add(buffer::STATES, Element::Bit, vec![model.enumerated as usize, 2, 64]);
    }
    if model.pinned.is_some() {
        add(buffer::TRACES, Element::F32, vec![WATCHED, moments]);
        add(buffer::STEPS, Element::Bit, vec![WATCHED, moments, 64]);
        add(buffer::GUESSES, Element::Bit, vec![WATCHED, 64]);
    }
    let mut request = |id: BufferId, numbers: usize| {
        state.buffers.push(BufferRequest { id, bytes: 4 * numbers as u64 });
    };
    if model.compassion {
        request(buffer::couplings(1 - current), agents * spins * columns);
    }
    if switches.similarity_cache {
        request(buffer::CACHE, agents * 8 * 4);
    }
    if !switches.fused_anneal {
        let words = if switches.f32 { 1 } else { 2 };
        request(buffer::KEPT, words * agents.max(pairs) * (columns + 4));
    }
    request(buffer::VERSIONS, agents);
    request(buffer::SIMILARITIES, pairs);
    request(buffer::NOTES, agents * 4);
    request(buffer::GROUNDS, model.enumerated.max(1) as usize);
    request(buffer::FIGURES, size_of::<AgentFigures>() / 4);
    state
}

/// The most agents whose memory under these switches fits so many bytes, in whole and each buffer by itself.
pub fn most_agents(model: &AgentsModel, switches: Switches, bytes: u64) -> Option<u32> {
    let fits = |agents: u32| state(&AgentsModel { agents, ..model.clone() }, switches, 0).bytes() <= bytes;
    let (mut low, mut high) = (model.circle().max(model.enumerated).max(2), model.agents);
    if !fits(low) {
        return None;
    }
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    Some(low)
}
