//! The field's memory: slabs of channels, their spares, and the small arrays.

use super::constants::SPOTS_MAX;
use super::kernels::{Figures, Scalars};
use super::params::{FieldModel, Switches};
use crate::sim::{Array, BufferId, BufferRequest, Element, Pending, Slab, State, Streaming};

/// Most channels of a slab. The spare slabs of the out-of-place passes are extra memory, so slabs are kept small:
/// with 16 channels the full size takes 2.16 GB, with 32 it would take 2.27 GB.
const SLAB_CHANNELS: u32 = 16;

/// Invocations of a workgroup along x and y in the streaming kernels.
pub const WORKGROUP: [u32; 2] = [32, 8];

/// How the channels are cut into slabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slabs {
    /// Sites along an edge.
    pub sites: u32,
    /// Groups of four channels in all.
    pub groups: u32,
    /// Groups of four channels in every slab but perhaps the last.
    pub groups_per_slab: u32,
    /// Planes that one invocation of a streaming kernel walks through.
    pub planes: u32,
}

/// One slab: which groups of channels it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlabRange {
    /// Its place.
    pub index: u32,
    /// Groups before it.
    pub first_group: u32,
    /// Groups in it.
    pub groups: u32,
}

impl Slabs {
    /// Cuts a model's channels so that a slab of f32 fits the largest stream; at least one group stands in each.
    pub fn new(model: &FieldModel, streaming: Streaming) -> Self {
        let group = u64::from(model.sites).pow(3) * 16;
        let fitting = u32::try_from(streaming.largest_bytes / group).unwrap_or(u32::MAX).max(1);
        let groups = model.channels / 4;
        Self {
            sites: model.sites,
            groups,
            groups_per_slab: fitting.min(SLAB_CHANNELS / 4).min(groups),
            planes: streaming.planes,
        }
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.groups.div_ceil(self.groups_per_slab)
    }

    /// All of them in order.
    pub fn iter(self) -> impl Iterator<Item = SlabRange> {
        (0..self.count()).map(move |index| {
            let first_group = index * self.groups_per_slab;
            SlabRange { index, first_group, groups: self.groups_per_slab.min(self.groups - first_group) }
        })
    }

    /// Sites of the field.
    pub fn volume(self) -> u64 {
        u64::from(self.sites).pow(3)
    }

    /// Cells of four channels in a slab.
    pub fn cells(self, slab: SlabRange) -> u64 {
        self.volume() * u64::from(slab.groups)
    }

    /// Workgroups of a streaming kernel over a slab.
    pub fn workgroups(self) -> [u32; 3] {
        [WORKGROUP[0], WORKGROUP[1], self.planes].map(|size| self.sites.div_ceil(size))
    }

    /// Workgroups of the sparse noise over a slab: its invocations look at 32 planes each.
    pub fn site_workgroups(self) -> [u32; 3] {
        let [x, y, _] = self.workgroups();
        [x, y, self.sites.div_ceil(32)]
    }

    /// Partial sums that a streaming kernel leaves per slab.
    pub fn partials(self) -> u32 {
        self.workgroups().iter().product()
    }
}

/// Names of the buffers.
pub mod buffer {
    use crate::sim::BufferId;

    const fn only(name: &'static str) -> BufferId {
        BufferId { name, index: 0 }
    }

    /// [`super::super::kernels::Scalars`].
    pub const SCALARS: BufferId = only("scalars");
    /// The probe buffer: [`super::super::kernels::Figures`].
    pub const FIGURES: BufferId = only("figures");
    /// Predictor weights, `[sensors, channels]`.
    pub const WEIGHTS: BufferId = only("weights");
    /// The predictor's summary, `[channels]`.
    pub const SUMMARY: BufferId = only("summary");
    /// Predictions and their errors, `[2, 64]`.
    pub const PREDICTIONS: BufferId = only("predictions");
    /// Momentum of the channel means, `[channels]`.
    pub const CHANNEL_MOMENTUM: BufferId = only("channel momentum");
    /// Offsets that the channel momentum adds, `[channels]`.
    pub const OFFSETS: BufferId = only("offsets");
    /// Means of the stored field while its scale is pending, `[channels]`.
    pub const MEANS: BufferId = only("channel means");
    /// Partial moments of the workgroups.
    pub const PARTIALS: BufferId = only("partials");
    /// Partial channel sums of the workgroups.
    pub const CHANNEL_PARTIALS: BufferId = only("channel partials");
    /// Sums over the channels per site, then their variance.
    pub const SITE_SUMS: BufferId = only("site sums");
    /// Samples around the motors, per slab.
    pub const MOTOR_SUMS: BufferId = only("motor sums");

    /// A slab of the field, of the momentum or of the phase; f32 and f16 slabs have different names, so that both are
    /// there while one is turned into the other.
    pub fn cells(array: &'static str, half: bool, index: u32) -> BufferId {
        let name = match (array, half) {
            ("field", true) => "field as f16",
            ("momentum", true) => "momentum as f16",
            ("phase", true) => "phase as f16",
            _ => array,
        };
        BufferId { name, index }
    }

    /// A slab of a stored map.
    pub fn map(name: &'static str, index: u32) -> BufferId {
        BufferId { name, index }
    }
}

/// Where the slabs of the two out-of-place arrays stand: entry i is the buffer of slab i, the last entry the spare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Of the field.
    pub field: Vec<u32>,
    /// Of the momentum.
    pub momentum: Vec<u32>,
}

impl Rotation {
    /// Every slab in the buffer of its own number.
    pub fn new(slabs: Slabs) -> Self {
        let straight: Vec<u32> = (0..=slabs.count()).collect();
        Self { field: straight.clone(), momentum: straight }
    }

    /// Both as one list, for the plan.
    pub fn to_list(&self) -> Vec<u32> {
        self.field.iter().chain(&self.momentum).copied().collect()
    }

    /// Reads [`Self::to_list`] back; an empty list leaves everything where it is.
    pub fn take(&mut self, list: &[u32]) {
        if list.len() == self.field.len() + self.momentum.len() {
            let (field, momentum) = list.split_at(self.field.len());
            self.field.copy_from_slice(field);
            self.momentum.copy_from_slice(momentum);
        }
    }
}

/// Slab `index` of a rotated array and the spare, swapping the two for what comes after.
pub fn swap_with_spare(rotation: &mut [u32], index: u32) -> (u32, u32) {
    let spare = rotation.len() - 1;
    let index = index as usize;
    let pair = (rotation[index], rotation[spare]);
    rotation.swap(index, spare);
    pair
}

/// Which of the large arrays a setting needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Momentum per element.
    pub momentum: bool,
    /// Phase per element.
    pub phase: bool,
    /// Stored frequency map.
    pub frequency_map: bool,
    /// Stored decay map.
    pub decay_map: bool,
}

impl Needs {
    /// What these switches need.
    pub fn of(switches: &Switches) -> Self {
        let phase = !switches.tensions_left_out && !switches.global_phase;
        let decay = !switches.tensions_left_out && !switches.uniform_decay;
        Self {
            momentum: !switches.global_momentum,
            phase,
            frequency_map: phase && !switches.procedural_maps,
            decay_map: decay && !switches.procedural_maps,
        }
    }
}

/// The field's memory under these switches.
pub fn state(model: &FieldModel, slabs: Slabs, rotation: &Rotation, switches: &Switches) -> State {
    let needs = Needs::of(switches);
    let half = switches.half_storage;
    let mut state = State::default();
    let straight: Vec<u32> = (0..slabs.count()).collect();
    large_array(&mut state, slabs, half, "field", &rotation.field);
    if let Some(field) = state.arrays.last_mut().filter(|_| switches.lazy_scale) {
        let scale_index = (std::mem::offset_of!(Scalars, scale) / 4) as u32;
        field.pending = Some(Pending { scale: buffer::SCALARS, scale_index, offsets: buffer::OFFSETS });
    }
    if needs.momentum {
        large_array(&mut state, slabs, half, "momentum", &rotation.momentum);
    }
    if needs.phase {
        large_array(&mut state, slabs, half, "phase", &straight);
    }
    for (needed, name) in [(needs.frequency_map, "frequency map"), (needs.decay_map, "decay map")] {
        if needed {
            large_array(&mut state, slabs, false, name, &straight);
        }
    }
    small_arrays(&mut state, model, slabs);
    state
}

/// The most channels, a multiple of 8, whose memory under these switches fits so many bytes.
pub fn most_channels(model: &FieldModel, slabs: Slabs, switches: &Switches, bytes: u64) -> Option<u32> {
    let fits = |channels: &u32| {
        let groups = channels / 4;
        let fewer = Slabs { groups, groups_per_slab: slabs.groups_per_slab.min(groups), ..slabs };
        let model = FieldModel { channels: *channels, ..*model };
        state(&model, fewer, &Rotation::new(fewer), switches).bytes() <= bytes
    };
    (1..=model.channels / 8).rev().map(|eight| 8 * eight).find(fits)
}

/// Adds an array in slabs; entries of `rotation` beyond the slabs are spares.
fn large_array(state: &mut State, slabs: Slabs, half: bool, name: &'static str, rotation: &[u32]) {
    let element = if half { Element::F16 } else { Element::F32 };
    let bytes = |groups: u32| element.bytes_for(slabs.volume() * u64::from(groups) * 4);
    let sites = slabs.sites as usize;
    let entries = slabs
        .iter()
        .zip(rotation)
        .map(|(slab, physical)| Slab { buffer: buffer::cells(name, half, *physical), bytes: bytes(slab.groups) });
    state.arrays.push(Array {
        name,
        shape: vec![slabs.groups as usize, sites, sites, sites, 4],
        element,
        slabs: entries.collect(),
        pending: None,
    });
    state.buffers.extend(rotation.iter().map(|physical| BufferRequest {
        id: buffer::cells(name, half, *physical),
        bytes: bytes(slabs.groups_per_slab),
    }));
}

fn small_arrays(state: &mut State, model: &FieldModel, slabs: Slabs) {
    let channels = model.channels as usize;
    let sensors = model.sensors as usize;
    let scalars = size_of::<Scalars>() / 4;
    for (id, shape) in [
        (buffer::WEIGHTS, vec![sensors, channels]),
        (buffer::PREDICTIONS, vec![2, SPOTS_MAX]),
        (buffer::CHANNEL_MOMENTUM, vec![channels]),
        (buffer::SCALARS, vec![scalars]),
        (buffer::OFFSETS, vec![channels]),
        (buffer::MEANS, vec![channels]),
    ] {
        let bytes = 4 * shape.iter().product::<usize>() as u64;
        let slabs = vec![Slab { buffer: id, bytes }];
        state.arrays.push(Array { name: id.name, shape, element: Element::F32, slabs, pending: None });
        state.buffers.push(BufferRequest { id, bytes });
    }
    let partials = u64::from(slabs.partials());
    let at_sites: u32 = slabs.site_workgroups().iter().product();
    let channel_partials = partials.max(u64::from(at_sites));
    let count = u64::from(slabs.count());
    for (id, bytes) in [
        (buffer::SUMMARY, 4 * channels as u64),
        (buffer::FIGURES, size_of::<Figures>() as u64),
        (buffer::PARTIALS, 16 * partials * count),
        (buffer::CHANNEL_PARTIALS, 16 * channel_partials * u64::from(slabs.groups)),
        (buffer::SITE_SUMS, 8 * slabs.volume()),
        (buffer::MOTOR_SUMS, 8 * SPOTS_MAX as u64 * count),
    ] {
        state.buffers.push(BufferRequest { id, bytes });
    }
}

/// The buffer of a slab as a binding.
pub fn slab_buffer(array: &'static str, switches: &Switches, physical: u32) -> BufferId {
    buffer::cells(array, switches.half_storage, physical)
}
