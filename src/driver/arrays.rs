//! Arrays of the state to the host and back.

use crate::gpu::readback::read_and_wait;
use crate::gpu::{Buffers, Gpu, GpuError};
use crate::sim::{Array, Element};

/// Reads an array in memory order; f16 comes as f32, integers as the nearest f32. What is pending on it is applied. Waits for
/// the device.
///
/// # Errors
/// A lost device, or a state that names a buffer which is not there.
pub fn read_array(gpu: &Gpu, buffers: &Buffers, array: &Array) -> Result<Vec<f32>, GpuError> {
    let mut values = Vec::with_capacity(array.shape.iter().product());
    for slab in &array.slabs {
        let bytes = read_and_wait(gpu, buffers.require(slab.buffer)?, 0, slab.bytes)?;
        match array.element {
            Element::F32 => values.extend(bytemuck::pod_collect_to_vec::<u8, f32>(&bytes)),
            Element::F16 => {
                values.extend(bytemuck::pod_collect_to_vec::<u8, half::f16>(&bytes).iter().map(|half| half.to_f32()));
            }
            Element::U32 => {
                values.extend(bytemuck::pod_collect_to_vec::<u8, u32>(&bytes).iter().map(|word| *word as f32));
            }
            Element::U8 => values.extend(bytes.iter().map(|byte| f32::from(*byte))),
            Element::Bit => {
                values.extend(bytes.iter().flat_map(|byte| (0..8).map(move |place| f32::from(byte >> place & 1))));
            }
        }
    }
    if let Some(pending) = read_pending(gpu, buffers, array)? {
        pending.each(array, &mut values, |value, scale, offset| scale * value + offset);
    }
    Ok(values)
}

/// A pending scale and offsets on the host.
struct HostPending {
    scale: f32,
    offsets: Vec<f32>,
}

impl HostPending {
    /// Applies `change` to every value with the scale and its channel's offset.
    fn each(&self, array: &Array, values: &mut [f32], change: impl Fn(f32, f32, f32) -> f32) {
        let volume: usize = array.shape.iter().skip(1).take(3).product();
        for (group, offsets) in values.chunks_exact_mut(4 * volume.max(1)).zip(self.offsets.chunks_exact(4)) {
            for cell in group.chunks_exact_mut(4) {
                for (value, offset) in cell.iter_mut().zip(offsets) {
                    *value = change(*value, self.scale, *offset);
                }
            }
        }
    }
}

fn read_pending(gpu: &Gpu, buffers: &Buffers, array: &Array) -> Result<Option<HostPending>, GpuError> {
    let Some(pending) = array.pending else { return Ok(None) };
    let channels = 4 * array.shape.first().copied().unwrap_or(0) as u64;
    let scale = read_and_wait(gpu, buffers.require(pending.scale)?, 4 * u64::from(pending.scale_index), 4)?;
    let offsets = read_and_wait(gpu, buffers.require(pending.offsets)?, 0, 4 * channels)?;
    let scale = bytemuck::pod_collect_to_vec::<u8, f32>(&scale).first().copied().unwrap_or(1.0);
    Ok(Some(HostPending { scale, offsets: bytemuck::pod_collect_to_vec(&offsets) }))
}

/// Writes an array in memory order; what does not fit the element is rounded.
///
/// Where something is pending on the array it stays pending: what is stored is such that reading gives the values. The
/// arrays that hold the pending scale and offsets have to be written first.
///
/// # Errors
/// A state that names a buffer which is not there.
pub fn write_array(gpu: &Gpu, buffers: &Buffers, array: &Array, values: &[f32]) -> Result<(), GpuError> {
    let mut stored = std::borrow::Cow::Borrowed(values);
    if let Some(pending) = read_pending(gpu, buffers, array)? {
        pending.each(array, stored.to_mut(), |value, scale, offset| (value - offset) / scale);
    }
    let mut rest = stored.as_ref();
    for slab in &array.slabs {
        let count = array.element.count_in(slab.bytes) as usize;
        let (part, left) = rest.split_at(count.min(rest.len()));
        rest = left;
        let bytes: Vec<u8> = match array.element {
            Element::F32 => bytemuck::cast_slice(part).to_vec(),
            Element::F16 => part.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect(),
            Element::U32 => part.iter().flat_map(|value| (*value as u32).to_le_bytes()).collect(),
            Element::U8 => part.iter().map(|value| *value as u8).collect(),
            Element::Bit => part.chunks(8).map(byte_of).collect(),
        };
        gpu.queue.write_buffer(buffers.require(slab.buffer)?, 0, &bytes);
    }
    Ok(())
}

/// Up to eight numbers as the bits of a byte, the first in the lowest: 1 where a number is not 0.
fn byte_of(numbers: &[f32]) -> u8 {
    numbers.iter().enumerate().fold(0, |byte, (place, number)| byte | u8::from(*number != 0.0) << place)
}

/// Whether an array keeps four channels side by side: shape `[channels / 4, …, 4]` of five axes.
pub fn is_interleaved(array: &Array) -> bool {
    array.shape.len() == 5 && array.shape.last() == Some(&4)
}

/// Shape for a reader: `[channels, z, y, x]` where four channels stand side by side in memory.
pub fn plain_shape(array: &Array) -> Vec<usize> {
    match array.shape.as_slice() {
        [groups, z, y, x, 4] => vec![4 * groups, *z, *y, *x],
        shape => shape.to_vec(),
    }
}

/// From memory order to [`plain_shape`].
pub fn to_plain(array: &Array, values: &[f32]) -> Vec<f32> {
    if !is_interleaved(array) {
        return values.to_vec();
    }
    let volume: usize = array.shape.iter().skip(1).take(3).product();
    let mut plain = vec![0.0; values.len()];
    for (index, value) in values.iter().enumerate() {
        let (cell, lane) = (index / 4, index % 4);
        let (group, site) = (cell / volume, cell % volume);
        if let Some(slot) = plain.get_mut((4 * group + lane) * volume + site) {
            *slot = *value;
        }
    }
    plain
}

/// From [`plain_shape`] to memory order.
pub fn from_plain(array: &Array, plain: &[f32]) -> Vec<f32> {
    if !is_interleaved(array) {
        return plain.to_vec();
    }
    let volume: usize = array.shape.iter().skip(1).take(3).product();
    let mut values = vec![0.0; plain.len()];
    for (index, slot) in values.iter_mut().enumerate() {
        let (cell, lane) = (index / 4, index % 4);
        let (group, site) = (cell / volume, cell % volume);
        if let Some(value) = plain.get((4 * group + lane) * volume + site) {
            *slot = *value;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaving_and_back_changes_nothing() {
        let array = Array {
            name: "field",
            shape: vec![2, 2, 3, 2, 4],
            element: Element::F32,
            slabs: Vec::new(),
            pending: None,
        };
        let values: Vec<f32> = (0..96_u8).map(f32::from).collect();
        let plain = to_plain(&array, &values);
        assert_eq!(plain_shape(&array), [8, 2, 3, 2]);
        // Channel 1 of the first site is the second number in memory, and begins the second volume.
        assert_eq!(plain[12], 1.0);
        assert_eq!(from_plain(&array, &plain), values);
    }
}
