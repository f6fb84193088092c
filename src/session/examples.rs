//! A small session for the tests: one record of every kind.

use super::*;
use std::collections::BTreeMap;

pub(crate) fn header() -> Header {
    Header {
        format_version: FORMAT_VERSION,
        program: Program {
            version: "0.1.0".into(),
            commit: Some("0123abc".into()),
            profile: "release".into(),
            debug_assertions: false,
        },
        started: "2026-01-31T12:00:00Z".into(),
        machine: Machine {
            adapter: "Example Adapter".into(),
            backend: "vulkan".into(),
            device_type: "DiscreteGpu".into(),
            driver: "example".into(),
            driver_info: "1.2.3".into(),
            cpu_cores: 8,
            os: "linux".into(),
        },
        timing: Timing {
            method: TimingMethod::GpuPass,
            timestamp_period_ns: 2.5,
            self_check: Some(SelfCheck { dispatch_timestamps_ms: Some(20.5), dispatch_host_ms: 21.0, trusted: true }),
        },
        present_mode: "headless".into(),
        scene: Scene {
            system: "field".into(),
            name: "small".into(),
            text: "// A \"small\" field.\n(\n  size: 8,\n)\n".into(),
            seed: u64::MAX,
        },
        toggles: toggles(false),
        parameters: [("rate".to_owned(), 0.1)].into(),
    }
}

pub(crate) fn toggles(fused: bool) -> BTreeMap<String, bool> {
    [("fused".to_owned(), fused), ("sparse".to_owned(), true)].into()
}

pub(crate) fn pass(id: u32, stage: u32, clock: Clock) -> PassRecord {
    PassRecord {
        id,
        stage,
        kernel: (clock == Clock::Device).then(|| format!("field/kernel{id}")),
        definitions: [("FUSED".to_owned(), 1)].into(),
        clock,
        bytes_read: 3000,
        bytes_written: 1000,
        operations: 500,
    }
}

pub(crate) fn block(arm: u8, first_cycle: u64, last_cycle: u64, warm_up_cycles: u64) -> Block {
    let (toggles, parameters) = (toggles(arm == 1), [("rate".to_owned(), 0.25)].into());
    Block { arm, pair: Some(0), first_cycle, last_cycle, warm_up_cycles, toggles, parameters }
}

pub(crate) fn closing() -> Closing {
    Closing {
        cleanly: true,
        reason: "all cycles done".into(),
        cycles: 2,
        wall_seconds: 1.5,
        simulated: Some(0.02),
        frames: 0,
    }
}

pub(crate) fn verdict() -> Verdict {
    Verdict {
        subject: "fused".into(),
        position: "alone".into(),
        stage: Some(1),
        ratio: Some(1.96),
        interval: Some((1.9, 2.02)),
        noise_floor: Some((0.99, 1.01)),
        pairs: 20,
        outcome: Outcome::Faster,
        reason: "the interval lies above the noise floor".into(),
        claim: Some(Claim { lowest: 2.0, highest: 3.0, source: "field, table 2".into() }),
    }
}

pub(crate) fn deviation() -> Deviation {
    Deviation {
        subject: "fused".into(),
        array: "potential".into(),
        cycle: 2,
        max_abs: 1.5e-6,
        relative_l2: 2.5e-7,
        correlation: Some(1.0),
        first_difference: Some(DifferingElement { index: vec![3, 4], baseline: 0.5, variant: 0.500_001 }),
        bound: Some(1e-6),
        largest_difference: None,
        elements: None,
    }
}

/// One of each; no two `Unrecorded`, which only the recorder writes.
pub(crate) fn records() -> Vec<Record> {
    let probe = |arm, cycle, value| Probe { arm, cycle, name: "energy".into(), value };
    let memory = |bytes| MemoryUse { arm: 0, array: "potential".into(), bytes };
    vec![
        Record::Stage(StageRecord {
            id: 1,
            name: "inject+learn".into(),
            stages: vec!["inject".into(), "learn".into()],
        }),
        Record::Stage(StageRecord { id: 2, name: "wait".into(), stages: vec!["wait".into()] }),
        Record::Pass(pass(7, 1, Clock::Device)),
        Record::Pass(pass(8, 2, Clock::Host)),
        Record::Kernel(KernelBuild {
            kernel: "field/kernel7".into(),
            definitions: [("FUSED".to_owned(), 1)].into(),
            build_ms: 12.5,
        }),
        Record::Memory(memory(100)),
        Record::Memory(memory(4096)),
        Record::Roof(Roof { copy_gb_s: 400.0, copy_bytes: 1 << 30, fma_gflop_s: 5000.0 }),
        Record::Samples(vec![
            Sample { arm: 0, cycle: 0, pass: 7, ticks: 400, begin: 0 },
            Sample { arm: 0, cycle: 0, pass: 8, ticks: 3000, begin: 0 },
        ]),
        Record::CycleTimes(vec![CycleTime { arm: 0, cycle: 0, nanoseconds: 5000 }]),
        Record::Probes(vec![probe(0, 0, -1.25), probe(1, 0, f64::INFINITY), probe(0, 1, 1e-300)]),
        Record::Canary(vec![Canary { arm: 0, cycle: 0, nanoseconds: 800.5 }]),
        Record::Command(CommandRecord { cycle: 1, command: "SetToggle(name:\"fused\",on:true)".into() }),
        Record::Focus(FocusChange { cycle: 1, focused: false }),
        Record::Samples(vec![Sample { arm: 0, cycle: 1, pass: 7, ticks: 800, begin: 123_456 }]),
        Record::Block(block(0, 0, 1, 0)),
        Record::Counts(Counts { dropped: 1, zero: 2, negative: 3, unavailable: 4 }),
        Record::Deviation(deviation()),
        Record::Verdict(verdict()),
        Record::Closing(closing()),
    ]
}

pub(crate) fn session() -> Session {
    records().into_iter().fold(Session::new(header()), |mut session, record| {
        session.apply(record);
        session
    })
}
