//! Reads the channels of one voxel back from the device, without waiting.

use super::link::Report;
use super::model::Voxel;
use crate::gpu::{Buffers, Gpu};
use crate::sim::{Element, Picture, State};
use crossbeam_channel::Sender;

/// Channels that stand together in memory.
const GROUP: u64 = 4;

/// Asks for the channels of a site; the answer comes through `reports`. `None` where the state has no such array.
pub fn read(
    gpu: &Gpu,
    (buffers, state, picture): (&Buffers, &State, &Picture),
    site: [u32; 3],
    reports: Sender<Report>,
) -> Option<()> {
    let Picture::Cube { array, sites, channels, .. } = picture;
    let array = state.array(array)?;
    let element = array.element;
    let group_bytes = GROUP * element.bytes();
    let edge = u64::from(*sites);
    let [x, y, z] = site.map(u64::from);
    let within = ((z * edge + y) * edge + x) * group_bytes;
    let groups = u64::from(*channels).div_ceil(GROUP);
    let readback = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("voxel"),
        size: groups * group_bytes,
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    for group in 0..groups {
        let mut offset = group * edge.pow(3) * group_bytes + within;
        let slab = array.slabs.iter().find(|slab| {
            let here = offset < slab.bytes;
            offset -= if here { 0 } else { slab.bytes };
            here
        })?;
        let source = buffers.get(slab.buffer)?;
        encoder.copy_buffer_to_buffer(source, offset, &readback, group * group_bytes, group_bytes);
    }
    gpu.queue.submit([encoder.finish()]);
    let mapped = readback.clone();
    readback.slice(..).map_async(wgpu::MapMode::Read, move |result| {
        if result.is_ok() {
            let channels = numbers(element, &mapped.slice(..).get_mapped_range());
            // Full only when the window stopped reading; then nobody misses the plot.
            let _ = reports.try_send(Report::Voxel(Voxel { site, channels }));
        }
    });
    Some(())
}

fn numbers(element: Element, bytes: &[u8]) -> Vec<f32> {
    let words = bytes.chunks_exact(4).map(|word| [word[0], word[1], word[2], word[3]]);
    match element {
        Element::F32 => words.map(f32::from_le_bytes).collect(),
        Element::U32 => words.map(|word| u32::from_le_bytes(word) as f32).collect(),
        Element::F16 => {
            bytes.chunks_exact(2).map(|pair| half::f16::from_le_bytes([pair[0], pair[1]]).to_f32()).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_their_element() {
        assert_eq!(numbers(Element::F32, &1.5_f32.to_le_bytes()), [1.5]);
        assert_eq!(numbers(Element::U32, &7_u32.to_le_bytes()), [7.0]);
        let halves = [half::f16::from_f32(0.25), half::f16::from_f32(-2.0)];
        let bytes: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
        assert_eq!(numbers(Element::F16, &bytes), [0.25, -2.0]);
    }
}
