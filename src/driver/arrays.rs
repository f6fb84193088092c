//! Arrays of the state to the host and back.

use super::reader::read_and_wait;
use crate::gpu::{Buffers, Gpu, GpuError};
use crate::sim::{Array, Element};

/// Reads an array in memory order; f16 comes as f32, u32 as the nearest f32. Waits for the device.
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
        }
    }
    Ok(values)
}

/// Writes an array in memory order; what does not fit the element is rounded.
///
/// # Errors
/// A state that names a buffer which is not there.
pub fn write_array(gpu: &Gpu, buffers: &Buffers, array: &Array, values: &[f32]) -> Result<(), GpuError> {
    let mut rest = values;
    for slab in &array.slabs {
        let count = (slab.bytes / array.element.bytes()) as usize;
        let (part, left) = rest.split_at(count.min(rest.len()));
        rest = left;
        let bytes: Vec<u8> = match array.element {
            Element::F32 => bytemuck::cast_slice(part).to_vec(),
            Element::F16 => part.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect(),
            Element::U32 => part.iter().flat_map(|value| (*value as u32).to_le_bytes()).collect(),
        };
        gpu.queue.write_buffer(buffers.require(slab.buffer)?, 0, &bytes);
    }
    Ok(())
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
