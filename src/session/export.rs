//! Sessions for other programs: a timeline for Perfetto, a table for a spreadsheet or a data frame.

use super::cycles::WarmUp;
use super::format::Session;
use super::samples::{Clock, PassRecord, Sample};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Error, Write};

/// Rows or events that were written, and what had no place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Lines of the table, or passes on the timeline.
    pub passes: u64,
    /// Timed by the host, which knows how long they took and not when: they are on no timeline.
    pub without_place: u64,
    /// Of a pass that the session does not describe.
    pub unknown: u64,
}

/// Columns of the table.
const COLUMNS: &str = "arm,cycle,warm_up,stage,kernel,clock,begin_ns,duration_ns,bytes,operations";

/// Writes one line per timed pass, under a line of names.
///
/// `arm` is `A` or `B`; `begin_ns` counts from the session's first pass and is empty where the host timed it; `warm_up`
/// is 1 where the cycle belongs to the dropped part of a block; `bytes` and `operations` are those that the pass needs.
///
/// # Errors
/// `out` does not take it.
pub fn write_csv(session: &Session, out: &mut impl Write) -> Result<Exported, Error> {
    let (passes, warm_up) = (Passes::of(session), WarmUp::of(session));
    let mut exported = Exported::default();
    writeln!(out, "{COLUMNS}")?;
    for sample in &session.samples {
        let Some(place) = passes.place(sample) else {
            exported.unknown += 1;
            continue;
        };
        let Pass { record, stage } = place.pass;
        let begin = place.begin.map_or_else(String::new, |begin| format!("{begin}"));
        let clock = if record.clock == Clock::Host { "host" } else { "device" };
        let dropped = u8::from(warm_up.contains(sample.arm, sample.cycle));
        writeln!(
            out,
            "{},{},{dropped},{},{},{clock},{begin},{},{},{}",
            arm(sample.arm),
            sample.cycle,
            quoted(stage),
            quoted(record.kernel.as_deref().unwrap_or_default()),
            place.duration,
            record.bytes_read + record.bytes_written,
            record.operations,
        )?;
        exported.passes += 1;
    }
    Ok(exported)
}

/// Writes the timeline in the trace event format (JSON) that Perfetto and `chrome://tracing` read: a process per arm with
/// a track of its passes, commands as marks, probes as counters.
///
/// # Errors
/// `out` does not take it.
pub fn write_perfetto(session: &Session, out: &mut impl Write) -> Result<Exported, Error> {
    let passes = Passes::of(session);
    let mut exported = Exported::default();
    write!(out, "{{\"displayTimeUnit\":\"ms\",\"otherData\":")?;
    serde_json::to_writer(&mut *out, &about(session))?;
    write!(out, ",\"traceEvents\":[")?;
    let mut events = Events { out, first: true };
    // When each cycle of an arm began and ended, in nanoseconds.
    let mut cycles = BTreeMap::<(u8, u64), (f64, f64)>::new();
    for sample in &session.samples {
        let Some(place) = passes.place(sample) else {
            exported.unknown += 1;
            continue;
        };
        let Some(begin) = place.begin else {
            exported.without_place += 1;
            continue;
        };
        let end = begin + place.duration;
        let cycle = cycles.entry((sample.arm, sample.cycle)).or_insert((begin, end));
        *cycle = (cycle.0.min(begin), cycle.1.max(end));
        let Pass { record, stage } = place.pass;
        events.put(&json!({
            "ph": "X", "pid": sample.arm, "tid": 1, "name": stage, "cat": "pass",
            "ts": begin * 1e-3, "dur": place.duration * 1e-3,
            "args": { "cycle": sample.cycle, "kernel": record.kernel, "definitions": record.definitions,
                      "bytes": record.bytes_read + record.bytes_written, "operations": record.operations },
        }))?;
        exported.passes += 1;
    }
    let mut arms: Vec<u8> = cycles.keys().map(|(arm, _)| *arm).collect();
    arms.dedup();
    for number in arms {
        events.put(&json!({ "ph": "M", "pid": number, "name": "process_name", "args": { "name": format!("arm {}", arm(number)) } }))?;
        events
            .put(&json!({ "ph": "M", "pid": number, "tid": 1, "name": "thread_name", "args": { "name": "passes" } }))?;
        events
            .put(&json!({ "ph": "M", "pid": number, "tid": 2, "name": "thread_name", "args": { "name": "cycles" } }))?;
    }
    for ((arm, cycle), (begin, end)) in &cycles {
        events.put(&json!({
            "ph": "X", "pid": arm, "tid": 2, "name": format!("cycle {cycle}"), "cat": "cycle",
            "ts": begin * 1e-3, "dur": (end - begin) * 1e-3,
        }))?;
    }
    for command in &session.commands {
        let Some((begin, _)) = cycles.get(&(0, command.cycle)) else { continue };
        events.put(&json!({
            "ph": "i", "s": "g", "pid": 0, "tid": 2, "name": command.command, "cat": "command", "ts": begin * 1e-3,
        }))?;
    }
    for series in &session.probes {
        for (cycle, value) in &series.values {
            let Some((_, end)) = cycles.get(&(series.arm, *cycle)) else { continue };
            events.put(&json!({
                "ph": "C", "pid": series.arm, "name": series.name, "ts": end * 1e-3, "args": { "value": value },
            }))?;
        }
    }
    writeln!(out, "]}}")?;
    Ok(exported)
}

/// What the timeline is of.
fn about(session: &Session) -> Value {
    let header = &session.header;
    json!({
        "program": format!("fieldscope {}", header.program.version), "started": header.started,
        "adapter": header.machine.adapter, "system": header.scene.system, "scene": header.scene.name,
        "seed": header.scene.seed.to_string(), "toggles": header.toggles,
    })
}

/// Events with commas between them.
struct Events<'a, W> {
    out: &'a mut W,
    first: bool,
}

impl<W: Write> Events<'_, W> {
    fn put(&mut self, event: &impl Serialize) -> Result<(), Error> {
        write!(self.out, "{}", if std::mem::take(&mut self.first) { "\n" } else { ",\n" })?;
        serde_json::to_writer(&mut *self.out, event).map_err(Error::from)
    }
}

#[derive(Clone, Copy)]
struct Pass<'a> {
    record: &'a PassRecord,
    stage: &'a str,
}

/// When and what a sample was. Times are in nanoseconds.
struct Place<'a> {
    pass: Pass<'a>,
    begin: Option<f64>,
    duration: f64,
}

/// The passes of a session by number.
struct Passes<'a> {
    by_number: BTreeMap<u32, Pass<'a>>,
    nanoseconds_per_tick: f64,
}

impl<'a> Passes<'a> {
    fn of(session: &'a Session) -> Self {
        let stages: BTreeMap<u32, &str> = session.stages.iter().map(|stage| (stage.id, stage.name.as_str())).collect();
        let pass = |record: &'a PassRecord| Some((record.id, Pass { record, stage: stages.get(&record.stage)? }));
        Self {
            by_number: session.passes.iter().filter_map(pass).collect(),
            nanoseconds_per_tick: f64::from(session.header.timing.timestamp_period_ns),
        }
    }

    fn place(&self, sample: &Sample) -> Option<Place<'a>> {
        let pass = *self.by_number.get(&sample.pass)?;
        let (scale, begin) = match pass.record.clock {
            Clock::Device => (self.nanoseconds_per_tick, Some(sample.begin as f64 * self.nanoseconds_per_tick)),
            Clock::Host => (1.0, None),
        };
        Some(Place { pass, begin, duration: sample.ticks as f64 * scale })
    }
}

fn arm(number: u8) -> char {
    char::from(b'A'.saturating_add(number))
}

/// A field of the table, in quotation marks where it needs them (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn the_table_has_every_known_pass_with_its_times() {
        let session = examples::session();
        let mut text = Vec::new();
        let exported = write_csv(&session, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], COLUMNS);
        assert_eq!(exported, Exported { passes: 3, without_place: 0, unknown: 0 });
        assert!(lines.len() as u64 == exported.passes + 1);
        let first = &session.samples[0];
        let fields: Vec<&str> = lines[1].split(',').collect();
        assert_eq!((fields[0], fields[1]), ("A", first.cycle.to_string().as_str()));
        // A tick is 2.5 ns.
        assert_eq!(fields[fields.len() - 3], (first.ticks as f64 * 2.5).to_string());
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }

    #[test]
    fn the_timeline_is_json_with_every_pass_that_has_a_place() {
        let session = examples::session();
        let mut text = Vec::new();
        let exported = write_perfetto(&session, &mut text).unwrap();
        let trace: Value = serde_json::from_slice(&text).unwrap();
        let events = trace["traceEvents"].as_array().unwrap();
        let of = |phase: &str, category: &str| {
            events.iter().filter(|event| event["ph"] == phase && event["cat"] == category).collect::<Vec<_>>()
        };
        let passes = of("X", "pass");
        assert_eq!(passes.len(), 2);
        assert_eq!(exported, Exported { passes: 2, without_place: 1, unknown: 0 });
        let first = session.samples.iter().find(|sample| sample.pass == 7).unwrap();
        assert_eq!(passes[0]["dur"].as_f64().unwrap(), first.ticks as f64 * 2.5 * 1e-3);
        assert_eq!(passes[0]["args"]["cycle"], first.cycle);
        // Every cycle holds its passes.
        for pass in passes {
            let cycle = format!("cycle {}", pass["args"]["cycle"]);
            let around =
                of("X", "cycle").into_iter().find(|event| event["name"] == cycle && event["pid"] == pass["pid"]);
            let span = |event: &Value| (event["ts"].as_f64().unwrap(), event["dur"].as_f64().unwrap());
            let ((begin, length), (from, lasts)) = (span(pass), span(around.unwrap()));
            assert!(from <= begin && begin + length <= from + lasts + 1e-9);
        }
    }
}
