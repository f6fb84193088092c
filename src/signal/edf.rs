//! EDF, EDF+ and BDF: a header of fixed text fields, then records of every channel's samples in turn.
//!
//! Kemp et al., Electroenceph. clin. Neurophysiol. 82 (1992); Kemp and Olivan, Clin. Neurophysiol. 114 (2003) for EDF+;
//! BDF is BioSemi's form with three bytes a sample.

use super::{Annotation, Channel, Fault, MOST_SAMPLES, Signals};

/// Bytes of the fixed header, and of each channel's part.
const HEADER: usize = 256;
/// Most channels that a header may announce.
const MOST_CHANNELS: usize = 4096;
/// Widths of a channel's header fields, in order: label, transducer, unit, physical minimum and maximum, digital minimum
/// and maximum, filters, samples a record, reserved.
const WIDTHS: [usize; 10] = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32];

const COMPLETE: &str = "take a complete copy of the file";
const RIGHT_FILE: &str = "check that it is an EDF or BDF file";

/// A channel as the header announces it.
struct Announced {
    label: String,
    unit: String,
    physical: [f64; 2],
    digital: [f64; 2],
    samples: usize,
}

impl Announced {
    fn is_annotations(&self) -> bool {
        matches!(self.label.as_str(), "EDF Annotations" | "BDF Annotations")
    }
}

/// Reads a whole file.
pub fn read(bytes: &[u8]) -> Result<Signals, Fault> {
    let header = bytes
        .get(..HEADER)
        .ok_or_else(|| Fault::new(format!("byte {}", bytes.len()), "ends inside its header of 256 bytes", COMPLETE))?;
    let width = match header.first() {
        Some(b'0') => 2,
        Some(0xff) => 3,
        _ => return Err(Fault::new("byte 0", "does not begin as an EDF or BDF file does", RIGHT_FILE)),
    };
    let kind = field(header, 192, 44);
    if kind.contains("+D") {
        let problem = "is discontinuous (EDF+D): its records are not one after another";
        return Err(Fault::new("byte 192", problem, "export it as a continuous recording"));
    }
    let header_bytes = whole(header, 184, 8, "the header's length")?;
    let records = number(header, 236, 8, "the number of records")?;
    let duration = number(header, 244, 8, "the duration of a record")?;
    let count = whole(header, 252, 4, "the number of channels")?;
    if count == 0 || count > MOST_CHANNELS {
        return Err(Fault::new(
            "byte 252",
            format!("announces {count} channels, not 1 to {MOST_CHANNELS}"),
            RIGHT_FILE,
        ));
    }
    if header_bytes != HEADER * (count + 1) {
        let problem = format!(
            "says that its header has {header_bytes} bytes; with {count} channels it has {}",
            HEADER * (count + 1)
        );
        return Err(Fault::new("byte 184", problem, RIGHT_FILE));
    }
    let announced = channels(bytes, count)?;
    let has_samples = announced.iter().any(|channel| !channel.is_annotations());
    if !(duration.is_finite() && duration >= 0.0) || duration == 0.0 && has_samples {
        return Err(Fault::new("byte 244", format!("has records of {duration} s"), RIGHT_FILE));
    }
    let record: usize = announced.iter().map(|channel| width * channel.samples).sum();
    let body = bytes.get(header_bytes..).unwrap_or_default();
    if record == 0 {
        return Err(Fault::new(format!("byte {HEADER}"), "announces no samples", RIGHT_FILE));
    }
    let records = match records {
        // Not known while it was being recorded: as many as there are.
        -1.0 => body.len() / record,
        records if records >= 1.0 && records.fract() == 0.0 => {
            // As f64 exact: a file has fewer than 2⁵³ bytes.
            if records * record as f64 > body.len() as f64 {
                let problem = format!(
                    "announces {records} records of {record} bytes, and {} bytes of samples follow: it is truncated",
                    body.len()
                );
                return Err(Fault::new("byte 236", problem, COMPLETE));
            }
            records as usize
        }
        records => return Err(Fault::new("byte 236", format!("announces {records} records"), COMPLETE)),
    };
    if records == 0 {
        return Err(Fault::new(format!("byte {header_bytes}"), "holds no complete record", COMPLETE));
    }
    if (records * record / width) as u64 > MOST_SAMPLES {
        let problem = format!("holds more than {MOST_SAMPLES} samples");
        return Err(Fault::new("byte 236", problem, "cut it into shorter recordings"));
    }
    Ok(samples(body, &announced, width, record, records, duration))
}

/// The parts of the header about channels: every field of all channels, then the next.
fn channels(bytes: &[u8], count: usize) -> Result<Vec<Announced>, Fault> {
    let all = bytes.get(HEADER..HEADER * (count + 1)).ok_or_else(|| {
        Fault::new(format!("byte {}", bytes.len()), format!("ends inside the header of its {count} channels"), COMPLETE)
    })?;
    let place = |which: usize, channel: usize| {
        let before: usize = WIDTHS.iter().take(which).sum();
        count * before + channel * WIDTHS[which]
    };
    (0..count)
        .map(|channel| {
            let text = |which: usize| field(all, place(which, channel), WIDTHS[which]);
            let label = text(0);
            let number = |which: usize, what: &str| {
                let what = format!("{what} of channel {label:?}");
                number(all, place(which, channel), WIDTHS[which], &what).map_err(|fault| shifted(fault, HEADER))
            };
            let physical = [number(3, "the physical minimum")?, number(4, "the physical maximum")?];
            let digital = [number(5, "the digital minimum")?, number(6, "the digital maximum")?];
            let samples = number(8, "the samples of a record")?;
            let at = format!("byte {}", HEADER + place(8, channel));
            if !(0.0..=1e9).contains(&samples) || samples.fract() != 0.0 {
                return Err(Fault::new(at, format!("channel {label:?} has {samples} samples a record"), RIGHT_FILE));
            }
            let channel_of = Announced { unit: text(2), physical, digital, samples: samples as usize, label };
            if !channel_of.is_annotations() && (digital[0] >= digital[1] || physical[0] == physical[1]) {
                let at = format!("byte {}", HEADER + place(3, channel));
                let problem = format!(
                    "channel {:?} goes from {} to {} in steps {} to {}: that is no scale",
                    channel_of.label, physical[0], physical[1], digital[0], digital[1]
                );
                return Err(Fault::new(at, problem, RIGHT_FILE));
            }
            Ok(channel_of)
        })
        .collect()
}

fn samples<'a>(
    body: &'a [u8],
    announced: &[Announced],
    width: usize,
    record: usize,
    records: usize,
    duration: f64,
) -> Signals {
    let mut channels = Vec::new();
    let mut annotations = Vec::new();
    let mut begin = 0;
    for of in announced {
        let bytes = begin..begin + width * of.samples;
        begin = bytes.end;
        let part = move |record: &'a [u8]| record.get(bytes.clone()).unwrap_or_default();
        let parts = body.chunks_exact(record).take(records).map(part);
        if of.is_annotations() {
            parts.for_each(|part| annotations.extend(annotations_in(part)));
            continue;
        }
        if of.samples == 0 {
            continue;
        }
        let gain = (of.physical[1] - of.physical[0]) / (of.digital[1] - of.digital[0]);
        let mut samples = Vec::with_capacity(records * of.samples);
        for sample in parts.flat_map(|part| part.chunks_exact(width)) {
            let digital = match sample {
                [low, high] => f64::from(i16::from_le_bytes([*low, *high])),
                [low, middle, high] => f64::from(i32::from_le_bytes([0, *low, *middle, *high]) >> 8),
                _ => 0.0,
            };
            samples.push((of.physical[0] + gain * (digital - of.digital[0])) as f32);
        }
        channels.push(Channel {
            name: of.label.clone(),
            unit: Some(of.unit.clone()).filter(|unit| !unit.is_empty()),
            rate: Some(of.samples as f64 / duration),
            samples,
            excluded: Vec::new(),
        });
    }
    annotations.sort_by(|a: &Annotation, b| a.onset.total_cmp(&b.onset));
    Signals { channels, annotations }
}

/// The remarks of one record: lists of `+onset[0x15 duration]0x14 text 0x14 … 0x14 0x00`. One without text keeps time, and
/// what is not of this form is left out: a broken remark is no reason to refuse the samples.
fn annotations_in(bytes: &[u8]) -> Vec<Annotation> {
    let mut found = Vec::new();
    for list in bytes.split(|byte| *byte == 0) {
        let mut parts = list.split(|byte| *byte == 0x14);
        let time = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
        let (onset, duration) = match time.split_once('\u{15}') {
            Some((onset, duration)) => (onset, duration.parse().ok()),
            None => (time.as_str(), None),
        };
        let Ok(onset) = onset.parse::<f64>() else { continue };
        if !onset.is_finite() {
            continue;
        }
        let texts = parts.map(|text| String::from_utf8_lossy(text).trim().to_owned());
        found.extend(texts.filter(|text| !text.is_empty()).map(|text| Annotation { onset, duration, text }));
    }
    found
}

/// A text field without the spaces behind it; bytes that are no ASCII are read as Latin-1, which writes µ as one byte.
fn field(bytes: &[u8], at: usize, width: usize) -> String {
    let bytes = bytes.get(at..at + width).unwrap_or_default();
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    text.trim_matches(|character: char| character.is_whitespace() || character == '\0').to_owned()
}

fn number(bytes: &[u8], at: usize, width: usize, what: &str) -> Result<f64, Fault> {
    let text = field(bytes, at, width);
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(Fault::new(format!("byte {at}"), format!("{what} is {text:?}, which is no number"), RIGHT_FILE)),
    }
}

fn whole(bytes: &[u8], at: usize, width: usize, what: &str) -> Result<usize, Fault> {
    let number = number(bytes, at, width, what)?;
    if number >= 0.0 && number.fract() == 0.0 {
        return Ok(number as usize);
    }
    Err(Fault::new(format!("byte {at}"), format!("{what} is {number}, which is no count"), RIGHT_FILE))
}

/// A fault of the channels' part, counted from the file's start.
fn shifted(fault: Fault, by: usize) -> Fault {
    let place = fault.place.strip_prefix("byte ").and_then(|at| at.parse::<usize>().ok());
    match place {
        Some(at) => Fault { place: format!("byte {}", at + by), ..fault },
        None => fault,
    }
}
