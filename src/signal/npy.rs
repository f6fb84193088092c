//! `.npy`: an array of shape [channels, samples] or [samples], in floats or integers.

use super::{Channel, Fault, MOST_SAMPLES, Signals};
use ndarray::{ArrayD, Axis};
use ndarray_npy::{ReadNpyError, ReadNpyExt, ReadableElement};

const REMEDY: &str = "save it from numpy as [channels, samples] in float32, float64, int16 or int32";

/// Reads a whole file.
pub fn read(bytes: &[u8]) -> Result<Signals, Fault> {
    check_size(bytes)?;
    let mut reasons = Vec::new();
    let mut found = None;
    try_as::<f64>(bytes, |value| value as f32, &mut found, &mut reasons);
    try_as::<f32>(bytes, |value| value, &mut found, &mut reasons);
    try_as::<i16>(bytes, f32::from, &mut found, &mut reasons);
    try_as::<i32>(bytes, |value| value as f32, &mut found, &mut reasons);
    try_as::<i64>(bytes, |value| value as f32, &mut found, &mut reasons);
    let array = found.ok_or_else(|| {
        let reason = reasons.into_iter().find(|reason| !reason.is_empty());
        Fault::new("its header", reason.unwrap_or_else(|| "holds no numbers that can be read".to_owned()), REMEDY)
    })?;
    let array = match array.ndim() {
        1 => array.insert_axis(Axis(0)),
        2 => array,
        axes => return Err(Fault::new("its header", format!("has {axes} axes, not one or two"), REMEDY)),
    };
    let (rows, samples) = (array.shape()[0], array.shape()[1]);
    if rows == 0 || samples == 0 {
        return Err(Fault::new("its header", format!("has the shape [{rows}, {samples}]: it is empty"), REMEDY));
    }
    let channel = |(at, row): (usize, ndarray::ArrayViewD<'_, f32>)| Channel {
        name: format!("channel {}", at + 1),
        unit: None,
        rate: None,
        samples: row.iter().copied().collect(),
        excluded: Vec::new(),
    };
    let channels = array.axis_iter(Axis(0)).enumerate().map(channel).collect();
    Ok(Signals { channels, annotations: Vec::new() })
}

/// As numbers of this kind, if it holds them; the reason is empty where it holds others.
fn try_as<T: ReadableElement + Copy>(
    bytes: &[u8],
    convert: impl Fn(T) -> f32,
    found: &mut Option<ArrayD<f32>>,
    reasons: &mut Vec<String>,
) {
    if found.is_some() {
        return;
    }
    match ArrayD::<T>::read_npy(bytes) {
        Ok(array) => *found = Some(array.mapv(convert)),
        Err(ReadNpyError::WrongDescriptor(_)) => reasons.push(String::new()),
        Err(error) => reasons.push(error.to_string()),
    }
}

/// The header's shape against the bytes that follow it, before anything is allocated for it.
fn check_size(bytes: &[u8]) -> Result<(), Fault> {
    let fault = |problem: String| Err(Fault::new("its header", problem, "check that it is a complete .npy file"));
    if !bytes.starts_with(b"\x93NUMPY") {
        return fault("does not begin as a .npy file does".to_owned());
    }
    let length = match bytes.get(6..12) {
        Some([1, _, low, high, ..]) => (usize::from(u16::from_le_bytes([*low, *high])), 10),
        Some([2 | 3, _, a, b, c, d]) => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12),
        _ => return fault("ends inside its header".to_owned()),
    };
    let (length, begin) = length;
    let Some(header) = bytes.get(begin..begin + length) else { return fault("ends inside its header".to_owned()) };
    let header = String::from_utf8_lossy(header);
    let shape = header
        .split_once("'shape'")
        .and_then(|(_, rest)| rest.split_once('('))
        .and_then(|(_, rest)| rest.split_once(')'));
    let Some((shape, _)) = shape else { return fault("has no shape".to_owned()) };
    let mut count: u64 = 1;
    for part in shape.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let Ok(part) = part.parse::<u64>() else { return fault(format!("has the shape ({shape})")) };
        count = count.saturating_mul(part);
    }
    let follow = (bytes.len() - begin - length) as u64;
    if count > MOST_SAMPLES || count > follow {
        return fault(format!("announces {count} numbers, and {follow} bytes follow"));
    }
    Ok(())
}
