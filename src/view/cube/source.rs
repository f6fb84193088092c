//! The array of a cube, as its painter reads it.

use crate::sim::{Content, Element, Pending};
use crate::view::{Subject, ViewError};

/// Most sites along an edge: the volume keeps 8 bytes a site, in a binding of at most 128 MiB.
const SITES_MAX: u32 = 256;

/// An array of shape `[channels / 4, z, y, x, 4]` and where its slabs lie.
#[derive(Clone, Debug)]
pub struct CubeSource<'a> {
    /// The array's name.
    pub array: &'static str,
    /// Sites along an edge.
    pub sites: u32,
    /// Channels.
    pub channels: u32,
    /// Whether numbers have 16 bits instead of 32.
    pub is_half: bool,
    /// What is still to be applied to its numbers.
    pub pending: Option<CubePending<'a>>,
    /// Its parts in channel order.
    pub slabs: Vec<CubeSlab<'a>>,
    /// Marked sites by group.
    pub spots: &'a [(&'static str, Vec<[u32; 3]>)],
}

/// The buffers of a pending scale and offsets.
#[derive(Clone, Copy, Debug)]
pub struct CubePending<'a> {
    /// Holds the scale.
    pub scale: &'a wgpu::Buffer,
    /// Which f32 of it.
    pub scale_index: u32,
    /// Holds one f32 per channel.
    pub offsets: &'a wgpu::Buffer,
}

/// Some whole groups of four channels.
#[derive(Clone, Copy, Debug)]
pub struct CubeSlab<'a> {
    /// Where they lie, from the buffer's start.
    pub buffer: &'a wgpu::Buffer,
    /// How many groups.
    pub groups: u32,
}

impl<'a> CubeSource<'a> {
    /// Finds the array of the picture and checks that it is what the picture says.
    ///
    /// # Errors
    /// The array or one of its buffers is missing, or its shape, element or slabs do not fit.
    pub fn new(subject: &Subject<'a>) -> Result<Self, ViewError> {
        let Content::Cube { array: name, sites, channels, spots } = &subject.picture.content else {
            return Err(ViewError::Array { array: "field", reason: "its picture is no cube".to_owned() });
        };
        let (name, sites, channels) = (*name, *sites, *channels);
        let array = subject.state.array(name).ok_or(ViewError::UnknownArray(name))?;
        let refuse = |reason: String| ViewError::Array { array: name, reason };
        if !(2..=SITES_MAX).contains(&sites) {
            return Err(refuse(format!("{sites} sites along an edge; 2 to {SITES_MAX} can be drawn")));
        }
        let edge = sites as usize;
        let shape = [channels as usize / 4, edge, edge, edge, 4];
        if channels % 4 != 0 || array.shape != shape {
            return Err(refuse(format!("its shape is {:?}, its picture's {shape:?}", array.shape)));
        }
        let is_half = match array.element {
            Element::F32 => false,
            Element::F16 => true,
            Element::U32 | Element::U8 | Element::Bit => return Err(refuse("its numbers are integers".to_owned())),
        };
        let group_bytes = array.element.bytes_for(4 * u64::from(sites).pow(3));
        let mut slabs = Vec::with_capacity(array.slabs.len());
        for slab in &array.slabs {
            if slab.bytes == 0 || slab.bytes % group_bytes != 0 {
                let id = slab.buffer;
                return Err(refuse(format!("slab {id} holds {} bytes, no whole groups of {group_bytes}", slab.bytes)));
            }
            let buffer = subject.buffers.require(slab.buffer)?;
            slabs.push(CubeSlab { buffer, groups: (slab.bytes / group_bytes) as u32 });
        }
        let found: u32 = slabs.iter().map(|slab| 4 * slab.groups).sum();
        if found != channels {
            return Err(refuse(format!("its slabs hold {found} channels, its picture says {channels}")));
        }
        let pending = match array.pending {
            Some(Pending { scale, scale_index, offsets }) => Some(CubePending {
                scale: subject.buffers.require(scale)?,
                scale_index,
                offsets: subject.buffers.require(offsets)?,
            }),
            None => None,
        };
        Ok(Self { array: name, sites, channels, is_half, pending, slabs, spots })
    }

    /// Sites of the whole cube.
    pub fn sites_in_cube(&self) -> u64 {
        u64::from(self.sites).pow(3)
    }

    /// Bytes of four channels of one site.
    pub fn group_bytes(&self) -> u64 {
        if self.is_half { 8 } else { 16 }
    }
}
