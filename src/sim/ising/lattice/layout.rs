//! The lattice's memory: spins in one of three forms, counts, averages, figures.

use super::constants::REPLICAS;
use super::kernels::{Averages, LatticeFigures};
use super::params::{LatticeModel, Switches};
use crate::sim::{Array, BufferId, BufferRequest, Element, Slab, State};

/// How spins are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A byte each.
    Bytes,
    /// A bit each.
    Bits,
    /// A word for 32 lattices.
    Replicas,
}

impl Form {
    /// The form that a setting asks for.
    pub fn of(switches: Switches) -> Self {
        match switches {
            Switches { multi_replica: true, .. } => Self::Replicas,
            Switches { bit_packed: true, .. } => Self::Bits,
            _ => Self::Bytes,
        }
    }

    /// Words of 32 bits of one colour.
    pub fn words(self, sites: u32) -> u32 {
        let places = sites / 2 * sites;
        match self {
            Self::Bytes => places / 4,
            Self::Bits => places / 32,
            Self::Replicas => places,
        }
    }

    /// Whether a word may hold spins of two rows: 32 of them are no part of a row of one colour, but 16 are.
    pub fn has_halves(self, sites: u32) -> bool {
        self == Self::Bits && !sites.is_multiple_of(64)
    }

    /// The spins of one colour in this form; form by form under another name, so that two are there while one becomes the
    /// other.
    pub fn buffer(self, colour: u32) -> BufferId {
        let name = match self {
            Self::Bytes => "spins as bytes",
            Self::Bits => "spins as bits",
            Self::Replicas => "replicas",
        };
        BufferId { name, index: colour }
    }

    /// Bytes of one colour.
    pub fn bytes(self, sites: u32) -> u64 {
        4 * u64::from(self.words(sites))
    }
}

/// Names of the small buffers.
pub mod buffer {
    use crate::sim::BufferId;

    /// Counts of one measurement: four words.
    pub const COUNTS: BufferId = BufferId { name: "counts", index: 0 };
    /// [`super::Averages`].
    pub const AVERAGES: BufferId = BufferId { name: "averages", index: 0 };
    /// The probe buffer: [`super::LatticeFigures`].
    pub const FIGURES: BufferId = BufferId { name: "figures", index: 0 };
}

/// The memory under these switches.
///
/// The array `spins` is there in every form, and under `multi_replica` it is replica 0: `[2, sites, sites / 2]`, even
/// sites and then odd ones, 1 for up and 0 for down.
pub fn state(model: &LatticeModel, switches: Switches) -> State {
    let (sites, edge) = (model.sites, model.sites as usize);
    let form = Form::of(switches);
    let mut state = State::default();
    let mut add = |name, form: Form, element, shape| {
        let slab = |colour| Slab { buffer: form.buffer(colour), bytes: form.bytes(sites) };
        let slabs = [0, 1].map(slab).to_vec();
        state.buffers.extend(slabs.iter().map(|slab| BufferRequest { id: slab.buffer, bytes: slab.bytes }));
        state.arrays.push(Array { name, shape, element, slabs, pending: None });
    };
    let shape = vec![2, edge, edge / 2];
    match form {
        Form::Bytes => add("spins", Form::Bytes, Element::U8, shape),
        Form::Bits | Form::Replicas => add("spins", Form::Bits, Element::Bit, shape),
    }
    if form == Form::Replicas {
        add("replicas", form, Element::Bit, vec![2, edge, edge / 2, REPLICAS as usize]);
    }
    let bytes = size_of::<Averages>() as u64;
    state.arrays.push(Array {
        name: buffer::AVERAGES.name,
        shape: vec![size_of::<Averages>() / 4],
        element: Element::F32,
        slabs: vec![Slab { buffer: buffer::AVERAGES, bytes }],
        pending: None,
    });
    for (id, bytes) in
        [(buffer::AVERAGES, bytes), (buffer::COUNTS, 16), (buffer::FIGURES, size_of::<LatticeFigures>() as u64)]
    {
        state.buffers.push(BufferRequest { id, bytes });
    }
    state
}

/// The most sites along an edge, a multiple of 32, whose memory under these switches fits so many bytes.
pub fn most_sites(model: &LatticeModel, switches: Switches, bytes: u64) -> Option<u32> {
    let fits = |sites: &u32| state(&LatticeModel { sites: *sites, ..*model }, switches).bytes() <= bytes;
    (2..=model.sites / 32).rev().map(|part| 32 * part).find(fits)
}
