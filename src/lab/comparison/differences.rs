//! Everything in which two sessions differ, apart from their figures.

use crate::session::{CommandRecord, Session, TimingMethod, figure, median};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Changes of the machine's measured speed below this are not told: two measurements are never equal.
const NOTABLE: f64 = 0.01;

/// What a difference means for the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Effect {
    /// It is named, and the figures stand.
    Named,
    /// The times are not of the same kind: no verdict can be made of them.
    Incomparable,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What differs.
    pub what: String,
    /// What OLD has, on one line.
    pub old: String,
    /// What NEW has.
    pub new: String,
    /// What that means.
    pub effect: Effect,
}

/// All differences of machine, program, timing, scene, setting and roof, in this order.
pub(super) fn differences(old: &Session, new: &Session) -> Vec<Difference> {
    let mut found = Found(Vec::new());
    found.machine(old, new);
    found.program(old, new);
    found.timing(old, new);
    found.scene(old, new);
    found.setting(old, new);
    found.roof(old, new);
    found.0
}

/// Collects differences.
struct Found(Vec<Difference>);

impl Found {
    fn compare(&mut self, what: &str, effect: Effect, old: impl Into<String>, new: impl Into<String>) {
        let (old, new) = (old.into(), new.into());
        if old != new {
            // Texts from a session may hold anything; a line stays a line.
            let line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            self.0.push(Difference { what: what.to_owned(), old: line(old), new: line(new), effect });
        }
    }

    fn machine(&mut self, old: &Session, new: &Session) {
        let (old, new) = (&old.header.machine, &new.header.machine);
        self.compare("adapter", Effect::Incomparable, &old.adapter, &new.adapter);
        self.compare("device type", Effect::Incomparable, &old.device_type, &new.device_type);
        self.compare("backend", Effect::Named, &old.backend, &new.backend);
        self.compare("driver", Effect::Named, &old.driver, &new.driver);
        self.compare("driver version", Effect::Named, &old.driver_info, &new.driver_info);
        self.compare("processor cores", Effect::Named, old.cpu_cores.to_string(), new.cpu_cores.to_string());
        self.compare("operating system", Effect::Named, &old.os, &new.os);
    }

    fn program(&mut self, old: &Session, new: &Session) {
        let (old, new) = (&old.header.program, &new.header.program);
        let commit = |commit: &Option<String>| commit.clone().unwrap_or_else(|| "unknown".to_owned());
        let checks = |on: bool| if on { "on" } else { "off" };
        self.compare("fieldscope's version", Effect::Named, &old.version, &new.version);
        self.compare("fieldscope's commit", Effect::Named, commit(&old.commit), commit(&new.commit));
        self.compare("build profile", Effect::Named, &old.profile, &new.profile);
        let (old, new) = (checks(old.debug_assertions), checks(new.debug_assertions));
        self.compare("debug assertions", Effect::Named, old, new);
    }

    fn timing(&mut self, old: &Session, new: &Session) {
        let method = |session: &Session| match &session.header.timing.method {
            TimingMethod::GpuPass => "the device's timestamps".to_owned(),
            TimingMethod::HostOnly { .. } => "the host's clock".to_owned(),
        };
        let why = |session: &Session| match &session.header.timing.method {
            TimingMethod::GpuPass => "none needed".to_owned(),
            TimingMethod::HostOnly { reason } => reason.clone(),
        };
        let period = |session: &Session| format!("{} ns", session.header.timing.timestamp_period_ns);
        self.compare("timing method", Effect::Incomparable, method(old), method(new));
        self.compare("reason for host time", Effect::Named, why(old), why(new));
        self.compare("timestamp period", Effect::Named, period(old), period(new));
        self.compare("present mode", Effect::Named, &old.header.present_mode, &new.header.present_mode);
    }

    fn scene(&mut self, old: &Session, new: &Session) {
        let (of_old, of_new) = (&old.header.scene, &new.header.scene);
        self.compare("system", Effect::Incomparable, &of_old.system, &of_new.system);
        self.compare("scene", Effect::Named, &of_old.name, &of_new.name);
        if let Some((line, old, new)) = first_other_line(&of_old.text, &of_new.text) {
            let quoted = |text: Option<&str>| {
                text.map_or_else(|| "no such line".to_owned(), |text| format!("`{}`", text.trim()))
            };
            let what = format!("scene text from line {line} on");
            // Lines may differ in nothing but their indentation.
            let (old, new) = (quoted(old), quoted(new));
            self.0.push(Difference { what, old, new, effect: Effect::Named });
        }
        self.compare("seed", Effect::Named, of_old.seed.to_string(), of_new.seed.to_string());
        let memory = [old, new].map(|session| {
            let mut bytes = BTreeMap::<String, u64>::new();
            for memory in &session.memory {
                let sum = bytes.entry(super::table::arm_name(memory.arm)).or_default();
                *sum = sum.saturating_add(memory.bytes);
            }
            bytes
        });
        self.maps("size on the device, arm", &memory[0], &memory[1], |bytes| format!("{bytes} bytes"));
    }

    fn setting(&mut self, old: &Session, new: &Session) {
        let position = |on: &bool| if *on { "on" } else { "off" }.to_owned();
        self.maps("toggle", &old.header.toggles, &new.header.toggles, position);
        self.maps("parameter", &old.header.parameters, &new.header.parameters, f64::to_string);
        // What a replay must know, sizes and presets of the command line among it, and what was switched on the way.
        let place = old.commands.iter().zip(&new.commands).take_while(|(old, new)| old == new).count();
        let told = |command: Option<&CommandRecord>| {
            command
                .map_or_else(|| "none".to_owned(), |command| format!("{} at cycle {}", command.command, command.cycle))
        };
        let (of_old, of_new) = (told(old.commands.get(place)), told(new.commands.get(place)));
        self.compare(&format!("command {}", place + 1), Effect::Named, of_old, of_new);
        let arms = |session: &Session| {
            let arms: BTreeSet<u8> = session.blocks.iter().map(|block| block.arm).collect();
            arms.into_iter().map(super::table::arm_name).collect::<Vec<_>>().join(" and ")
        };
        self.compare("arms", Effect::Named, arms(old), arms(new));
    }

    fn roof(&mut self, old: &Session, new: &Session) {
        let change = machine_change(old, new);
        let told = |session: &Session| {
            let roof = session.roof.map_or_else(
                || "not measured".to_owned(),
                |roof| {
                    format!("copy {} GB/s, multiply-add {} GFLOP/s", figure(roof.copy_gb_s), figure(roof.fma_gflop_s))
                },
            );
            canary(session)
                .map_or_else(|| roof.clone(), |canary| format!("{roof}, canary {} ms", figure(canary * 1e-6)))
        };
        if change.abs() >= NOTABLE
            || old.roof.is_some() != new.roof.is_some()
            || canary(old).is_some() != canary(new).is_some()
        {
            self.compare("roof", Effect::Named, told(old), told(new));
        }
    }

    fn maps<K: Ord + std::fmt::Display, V>(
        &mut self,
        what: &str,
        old: &BTreeMap<K, V>,
        new: &BTreeMap<K, V>,
        told: impl Fn(&V) -> String,
    ) {
        let keys: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
        let value = |value: Option<&V>| value.map_or_else(|| "absent".to_owned(), &told);
        for key in keys {
            self.compare(&format!("{what} {key}"), Effect::Named, value(old.get(key)), value(new.get(key)));
        }
    }
}

/// The first line, counted from 1, in which two texts differ.
fn first_other_line<'a>(old: &'a str, new: &'a str) -> Option<(usize, Option<&'a str>, Option<&'a str>)> {
    if old == new {
        return None;
    }
    let (mut of_old, mut of_new) = (old.lines(), new.lines());
    for line in 1.. {
        match (of_old.next(), of_new.next()) {
            (None, None) => break,
            (old, new) if old != new => return Some((line, old, new)),
            _ => {}
        }
    }
    // The same lines, but other line ends.
    Some((1, old.lines().next(), new.lines().next()))
}

/// How much the machine itself changed from one session to the other, by roof and canary: the largest change as a
/// logarithm, 0 where neither was measured in both.
pub(super) fn machine_change(old: &Session, new: &Session) -> f64 {
    let roofs = old.roof.zip(new.roof);
    let copy = roofs.filter(|(old, new)| old.copy_bytes == new.copy_bytes);
    let changes = [
        copy.map(|(old, new)| old.copy_gb_s / new.copy_gb_s),
        roofs.map(|(old, new)| old.fma_gflop_s / new.fma_gflop_s),
        canary(old).zip(canary(new)).map(|(old, new)| new / old),
    ];
    let logarithms = changes.into_iter().flatten().map(f64::ln).filter(|change| change.is_finite());
    logarithms.max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0)
}

/// Median time of the canary, in nanoseconds.
fn canary(session: &Session) -> Option<f64> {
    median(&session.canary.iter().map(|canary| canary.nanoseconds).collect::<Vec<_>>())
}

/// What has to be known of either session beside its figures.
pub(super) fn notes(old: &Session, new: &Session) -> Vec<String> {
    [("OLD", old), ("NEW", new)].into_iter().flat_map(|(name, session)| notes_of(name, session)).collect()
}

fn notes_of(name: &str, session: &Session) -> Vec<String> {
    let mut notes = Vec::new();
    match &session.closing {
        None => notes.push(format!("{name} was cut off before its end")),
        Some(closing) if !closing.cleanly => notes.push(format!("{name} ended early: {}", closing.reason)),
        Some(_) => {}
    }
    if let Some(recovery) = session.recovery {
        notes.push(format!("{name} was recovered from its journal, {} lines were lost", recovery.dropped));
    }
    let counts = session.counts;
    let lost = [counts.dropped, counts.zero, counts.negative, counts.unavailable, session.unrecorded]
        .into_iter()
        .fold(0, u64::saturating_add);
    if lost > 0 {
        notes.push(format!("{name} lost {lost} samples, which are in no figure"));
    }
    let settings = session.blocks.iter().map(|block| (block.arm, &block.toggles, &block.parameters));
    let mut of_arms = BTreeMap::new();
    let changed = settings.into_iter().any(|(arm, toggles, parameters)| {
        *of_arms.entry(arm).or_insert((toggles, parameters)) != (toggles, parameters)
    });
    if changed {
        notes.push(format!("{name} changed its setting during the run: its figures mix the settings"));
    }
    if session.focus.iter().any(|change| !change.focused) {
        notes.push(format!("{name}'s window lost the focus during the run"));
    }
    notes
}

#[cfg(test)]
mod tests;
