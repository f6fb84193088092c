//! The system's memory: nodes, sources, sums, propagator, vortices, controller.

use super::constants::{ACTIONS, BATCH, HEADS, LAYERS, MOMENTS, OBSERVED, VORTICES};
use super::kernels::{MobiusFigures, Structure, Tracker, Vortex};
use super::params::{MobiusModel, Switches};
use super::weights;
use crate::sim::{Array, BufferId, BufferRequest, Element, Slab, State, Streaming};

/// Names of the buffers.
pub mod buffer {
    use crate::sim::BufferId;

    const fn one(name: &'static str) -> BufferId {
        BufferId { name, index: 0 }
    }

    /// x, y, z and 0 of every node.
    pub const PLACES: BufferId = one("places");
    /// Phase of every node, in turns.
    pub const PHASES: BufferId = one("phases");
    /// Frequency of every node, in rad/s.
    pub const FREQUENCIES: BufferId = one("frequencies");
    /// Amplitude of every node.
    pub const AMPLITUDES: BufferId = one("amplitudes");
    /// The field, real and imaginary part.
    pub const PSI: BufferId = one("psi");
    /// [`super::Structure`].
    pub const STRUCTURE: BufferId = one("structure");
    /// Nodes that are evolved in this cycle.
    pub const SAMPLES: BufferId = one("samples");
    /// The cycle in which every node was evolved last where nodes are sampled, and behind them the newest one.
    pub const EVOLVED: BufferId = one("evolved");
    /// x, y, z and phase of every source.
    pub const SOURCES: BufferId = one("sources");
    /// Amplitude of every source.
    pub const STRENGTHS: BufferId = one("strengths");
    /// A cos and A sin of the phase of every source.
    pub const WAVES: BufferId = one("waves");
    /// Sums over slices.
    pub const PARTS: BufferId = one("sums over slices");
    /// Distances of one batch.
    pub const DISTANCES: BufferId = one("distances");
    /// Windings of the plaquettes.
    pub const WINDINGS: BufferId = one("windings");
    /// The list of vortices.
    pub const VORTICES: BufferId = one("vortices");
    /// Where they were in the last cycles.
    pub const TRAIL: BufferId = one("vortex trail");
    /// That of this cycle before it is known who is who.
    pub const FOUND: BufferId = one("vortices found");
    /// Lengths of both lists.
    pub const COUNTS: BufferId = one("vortex counts");
    /// [`super::Tracker`].
    pub const TRACKER: BufferId = one("tracker");
    /// The probe buffer: [`super::MobiusFigures`].
    pub const FIGURES: BufferId = one("figures");
    /// What the controller sees.
    pub const OBSERVATION: BufferId = one("observation");
    /// Gates of one layer.
    pub const GATES: BufferId = one("gates");
    /// What the actor says.
    pub const ACTION: BufferId = one("action");
    /// What the critic says.
    pub const VALUE: BufferId = one("value");
    /// What the heads say.
    pub const HEADS: BufferId = one("heads");
    /// Between the layers of actor, critic and heads: 1,024, 512 and 6 · 256 numbers.
    pub const BETWEEN: [BufferId; 5] = [
        BufferId { name: "between layers", index: 0 },
        BufferId { name: "between layers", index: 1 },
        BufferId { name: "between layers", index: 2 },
        BufferId { name: "between layers", index: 3 },
        BufferId { name: "between layers", index: 4 },
    ];

    /// C and S of some sources and all nodes.
    pub const fn slab(index: u32) -> BufferId {
        BufferId { name: "propagator", index }
    }

    /// Nearest vortex: 0 from those now to those before, 1 back.
    pub const fn nearest(index: u32) -> BufferId {
        BufferId { name: "nearest vortices", index }
    }

    /// Hidden state of a layer of the LSTM.
    pub const fn hidden(layer: u32) -> BufferId {
        BufferId { name: "hidden state", index: layer }
    }

    /// Its cells.
    pub const fn cells(layer: u32) -> BufferId {
        BufferId { name: "cells", index: layer }
    }

    /// Its output of this cycle.
    pub const fn next(layer: u32) -> BufferId {
        BufferId { name: "next hidden state", index: layer }
    }
}

/// Numbers between the layers of actor, critic and heads.
pub const BETWEEN: [u32; 5] = [1024, 512, 1024, 512, 256 * HEADS];

/// How the sum of the waves is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slices {
    /// Sources of one.
    pub sources: u32,
    /// How many there are.
    pub count: u32,
}

/// Nodes evolved in a cycle at most, and how many at n = 3.8: `None` for all.
pub fn samples(model: &MobiusModel, switches: Switches) -> Option<[u32; 3]> {
    match (switches.reduced_samples, model.sampled) {
        (true, _) => Some([200, 100, 300]),
        (false, true) => Some([1000, 500, 2000]),
        (false, false) => None,
    }
}

/// Rows of the sum at most.
pub fn rows(model: &MobiusModel, switches: Switches) -> u32 {
    samples(model, switches).map_or(model.nodes(), |[_, _, most]| most.min(model.nodes()))
}

/// Slices of the direct sum and of the batches: short sums keep their digits, and many give a GPU work.
pub fn slices(sources: u32, streaming: Streaming) -> Slices {
    let each = if streaming.planes > 8 { 1024 } else { 256 };
    Slices { sources: each, count: sources.div_ceil(each) }
}

/// Slabs of the propagator.
pub fn slabs(nodes: u32, sources: u32, streaming: Streaming) -> Slices {
    let each = (streaming.largest_bytes / bytes_of_source(nodes)).clamp(1, u64::from(sources)) as u32;
    Slices { sources: each, count: sources.div_ceil(each) }
}

/// Bytes of C and S of one source.
fn bytes_of_source(nodes: u32) -> u64 {
    2 * 16 * u64::from(nodes.div_ceil(4))
}

/// Bytes of a slab with so many sources.
pub fn bytes_of_slab(nodes: u32, sources: u32) -> u64 {
    bytes_of_source(nodes) * u64::from(sources)
}

/// Bytes of the distances of a batch.
pub fn bytes_of_distances(sources: u32, switches: Switches) -> u64 {
    u64::from(BATCH) * u64::from(sources) * if switches.half_distances { 2 } else { 4 }
}

/// Bytes of the sums over a propagator's slabs, and what a binding holds of them on any adapter at hand.
pub fn sums_over_slabs(model: &MobiusModel, streaming: Streaming) -> [u64; 2] {
    let nodes = model.nodes();
    let binding = streaming.largest_bytes.max(Streaming::default().largest_bytes);
    [8 * u64::from(nodes) * u64::from(slabs(nodes, nodes, streaming).count), binding]
}

/// The memory under these switches.
pub fn state(model: &MobiusModel, switches: Switches, streaming: Streaming) -> State {
    let mut state = State::default();
    nodes(model, switches, &mut state);
    waves(model, switches, streaming, &mut state);
    if model.is_strip() {
        vortices(model, &mut state);
    }
    controller(model, switches, &mut state);
    let small = [
        (buffer::FIGURES, size_of::<MobiusFigures>() as u64),
        (buffer::TRACKER, size_of::<Tracker>() as u64),
        (buffer::VALUE, 4),
        (buffer::HEADS, 4 * u64::from(HEADS)),
    ];
    state.buffers.extend(small.map(|(id, bytes)| BufferRequest { id, bytes }));
    state
}

/// An array of one buffer.
fn add(state: &mut State, name: &'static str, id: BufferId, shape: &[u32], element: Element) {
    let bytes = element.bytes_for(shape.iter().map(|edge| u64::from(*edge)).product());
    state.buffers.push(BufferRequest { id, bytes });
    show(state, name, id, shape, element);
}

/// An array of a buffer that is there.
fn show(state: &mut State, name: &'static str, id: BufferId, shape: &[u32], element: Element) {
    let shape: Vec<usize> = shape.iter().map(|edge| *edge as usize).collect();
    let bytes = element.bytes_for(shape.iter().product::<usize>() as u64);
    state.arrays.push(Array { name, shape, element, slabs: vec![Slab { buffer: id, bytes }], pending: None });
}

fn nodes(model: &MobiusModel, switches: Switches, state: &mut State) {
    let nodes = model.nodes();
    let [along, across] = model.grid();
    let grid: &[u32] = if model.is_strip() { &[along, across, 2] } else { &[nodes, 2] };
    add(state, "psi", buffer::PSI, grid, Element::F32);
    add(state, "places", buffer::PLACES, &[nodes, 4], Element::F32);
    add(state, "phases", buffer::PHASES, &[nodes], Element::F32);
    add(state, "frequencies", buffer::FREQUENCIES, &[nodes], Element::F32);
    add(state, "amplitudes", buffer::AMPLITUDES, &[nodes], Element::F32);
    add(state, "evolved", buffer::EVOLVED, &[nodes + 1], Element::F32);
    add(state, "structure", buffer::STRUCTURE, &[size_of::<Structure>() as u32 / 4], Element::F32);
    if samples(model, switches).is_some() {
        add(state, "samples", buffer::SAMPLES, &[rows(model, switches)], Element::U32);
    }
}

fn waves(model: &MobiusModel, switches: Switches, streaming: Streaming, state: &mut State) {
    // Sized for as many sources as the slider can ask for.
    let nodes = model.nodes();
    let rows = u64::from(rows(model, switches));
    let slices = if switches.cached_propagator {
        let slabs = slabs(nodes, nodes, streaming);
        let sources = |index: u32| slabs.sources.min(nodes - index * slabs.sources);
        state.buffers.extend(
            (0..slabs.count)
                .map(|index| BufferRequest { id: buffer::slab(index), bytes: bytes_of_slab(nodes, sources(index)) }),
        );
        slabs
    } else {
        slices(nodes, streaming)
    };
    let bytes = u64::from(nodes);
    let mut requests = vec![
        (buffer::SOURCES, 16 * bytes),
        (buffer::STRENGTHS, 4 * bytes),
        (buffer::WAVES, 8 * bytes),
        (buffer::PARTS, 8 * rows * u64::from(slices.count)),
    ];
    if !switches.one_dispatch {
        requests.push((buffer::DISTANCES, bytes_of_distances(nodes, switches)));
    }
    state.buffers.extend(requests.into_iter().map(|(id, bytes)| BufferRequest { id, bytes }));
}

fn vortices(model: &MobiusModel, state: &mut State) {
    let [along, across] = model.grid();
    let each = size_of::<Vortex>() as u32 / 4;
    add(state, "windings", buffer::WINDINGS, &[along, across - 1], Element::F32);
    add(state, "vortices", buffer::VORTICES, &[VORTICES, each], Element::F32);
    add(state, "trail", buffer::TRAIL, &[MOMENTS * VORTICES + 1, 4], Element::F32);
    show(state, "tracker", buffer::TRACKER, &[size_of::<Tracker>() as u32 / 4], Element::F32);
    let list = u64::from(VORTICES);
    for (id, bytes) in [
        (buffer::FOUND, 4 * list * u64::from(each)),
        (buffer::COUNTS, 16),
        (buffer::nearest(0), 4 * list),
        (buffer::nearest(1), 4 * list),
    ] {
        state.buffers.push(BufferRequest { id, bytes });
    }
}

const HIDDEN: [&str; 4] = ["hidden state 1", "hidden state 2", "hidden state 3", "hidden state 4"];
const CELLS: [&str; 4] = ["cells 1", "cells 2", "cells 3", "cells 4"];

fn controller(model: &MobiusModel, switches: Switches, state: &mut State) {
    let Some(controller) = &model.controller else { return };
    let hidden = controller.hidden;
    for array in weights::arrays(hidden) {
        add(state, array.name, array.buffer, &array.shape, Element::F32);
    }
    for layer in 0..LAYERS {
        let place = layer as usize;
        add(state, HIDDEN[place], buffer::hidden(layer), &[hidden], Element::F32);
        add(state, CELLS[place], buffer::cells(layer), &[hidden], Element::F32);
        state.buffers.push(BufferRequest { id: buffer::next(layer), bytes: 4 * u64::from(hidden) });
    }
    show(state, "heads", buffer::HEADS, &[HEADS], Element::F32);
    show(state, "value", buffer::VALUE, &[1], Element::F32);
    add(state, "action", buffer::ACTION, &[ACTIONS], Element::F32);
    add(state, "observation", buffer::OBSERVATION, &[OBSERVED], Element::F32);
    for (id, count) in buffer::BETWEEN.into_iter().zip(BETWEEN) {
        state.buffers.push(BufferRequest { id, bytes: 4 * u64::from(count) });
    }
    if !switches.fused_lstm {
        state.buffers.push(BufferRequest { id: buffer::GATES, bytes: 16 * u64::from(hidden) });
    }
}

/// The most nodes, by a strip's length or the helix's, whose memory under these switches fits so many bytes.
pub fn most_nodes(model: &MobiusModel, switches: Switches, streaming: Streaming, bytes: u64) -> Option<MobiusModel> {
    use super::params::Shape;
    let with = |part: u32| {
        let shape = match model.shape {
            Shape::Strip { across, half_twists, half_width, .. } => {
                Shape::Strip { along: part * 8, across, half_twists, half_width }
            }
            Shape::Published { windings, .. } => Shape::Published { nodes: part * 256, windings },
        };
        MobiusModel { shape, sources: None, ..model.clone() }
    };
    let most = match model.shape {
        Shape::Strip { along, .. } => along / 8,
        Shape::Published { nodes, .. } => nodes / 256,
    };
    let binds = |model: &MobiusModel| {
        let [sums, binding] = sums_over_slabs(model, streaming);
        !switches.cached_propagator || sums <= binding
    };
    let fits = |model: &MobiusModel| {
        model.check().is_ok() && binds(model) && state(model, switches, streaming).bytes() <= bytes
    };
    (1..=most).rev().map(with).find(fits)
}
