use super::*;
use crate::session::examples::{block, closing, session};
use crate::session::{Canary, Counts, FocusChange, MemoryUse, Recovery, Roof};

type Change = fn(&mut Session);

fn told(change: impl FnOnce(&mut Session)) -> Vec<String> {
    let old = session();
    let mut new = old.clone();
    change(&mut new);
    let found = differences(&old, &new);
    found.into_iter().map(|Difference { what, old, new, .. }| format!("{what}: {old} → {new}")).collect()
}

#[test]
fn every_difference_is_named_by_itself() {
    assert_eq!(told(|_| {}), Vec::<String>::new());
    let cases: [(Change, &str); 26] = [
        (|new| new.header.machine.adapter = "Other".into(), "adapter: Example Adapter → Other"),
        (|new| new.header.machine.device_type = "Cpu".into(), "device type: DiscreteGpu → Cpu"),
        (|new| new.header.machine.backend = "metal".into(), "backend: vulkan → metal"),
        (|new| new.header.machine.driver = "other".into(), "driver: example → other"),
        (|new| new.header.machine.driver_info = "1.3\n".into(), "driver version: 1.2.3 → 1.3"),
        (|new| new.header.machine.cpu_cores = 4, "processor cores: 8 → 4"),
        (|new| new.header.machine.os = "windows".into(), "operating system: linux → windows"),
        (|new| new.header.program.version = "0.2.0".into(), "fieldscope's version: 0.1.0 → 0.2.0"),
        (|new| new.header.program.commit = None, "fieldscope's commit: 0123abc → unknown"),
        (|new| new.header.program.profile = "debug".into(), "build profile: release → debug"),
        (|new| new.header.program.debug_assertions = true, "debug assertions: off → on"),
        (|new| new.header.timing.timestamp_period_ns = 1.0, "timestamp period: 2.5 ns → 1 ns"),
        (|new| new.header.present_mode = "Fifo".into(), "present mode: headless → Fifo"),
        (|new| new.header.scene.system = "ising".into(), "system: field → ising"),
        (|new| new.header.scene.name = "large".into(), "scene: small → large"),
        (|new| new.header.scene.text += ")", "scene text from line 5 on: no such line → `)`"),
        (|new| new.header.scene.seed = 1, "seed: 18446744073709551615 → 1"),
        (|new| new.memory[0].bytes = 8192, "size on the device, arm A: 4096 bytes → 8192 bytes"),
        (
            |new| new.memory.push(MemoryUse { arm: 1, array: "field".into(), bytes: 7 }),
            "size on the device, arm B: absent → 7 bytes",
        ),
        (|new| _ = new.header.toggles.insert("fused".into(), true), "toggle fused: off → on"),
        (|new| _ = new.header.toggles.remove("sparse"), "toggle sparse: on → absent"),
        (|new| _ = new.header.parameters.insert("rate".into(), 0.2), "parameter rate: 0.1 → 0.2"),
        (
            |new| new.commands[0].cycle = 9,
            "command 1: SetToggle(name:\"fused\",on:true) at cycle 1 → SetToggle(name:\"fused\",on:true) at cycle 9",
        ),
        (|new| new.blocks.push(block(1, 2, 3, 0)), "arms: A → A and B"),
        (
            |new| new.roof = None,
            "roof: copy 400.0 GB/s, multiply-add 5000 GFLOP/s, canary 0.0008005 ms → not measured, canary 0.0008005 ms",
        ),
        (
            |new| new.canary = vec![Canary { arm: 0, cycle: 0, nanoseconds: 1200.0 }],
            "roof: copy 400.0 GB/s, multiply-add 5000 GFLOP/s, canary 0.0008005 ms → copy 400.0 GB/s, multiply-add 5000 GFLOP/s, \
             canary 0.001200 ms",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(told(change), [expected]);
    }
    let method = |new: &mut Session| new.header.timing.method = TimingMethod::HostOnly { reason: "asked for".into() };
    let expected =
        ["timing method: the device's timestamps → the host's clock", "reason for host time: none needed → asked for"];
    assert_eq!(told(method), expected);
}

#[test]
fn a_roof_is_never_measured_twice_alike() {
    let roof = |copy_gb_s| move |new: &mut Session| new.roof = new.roof.map(|roof| Roof { copy_gb_s, ..roof });
    assert_eq!(told(roof(401.0)), Vec::<String>::new());
    assert_eq!(told(roof(390.0)).len(), 1);
    let (old, mut new) = (session(), session());
    roof(200.0)(&mut new);
    assert!((machine_change(&old, &new) - 2.0_f64.ln()).abs() < 1e-12);
    roof(0.0)(&mut new);
    assert_eq!(machine_change(&old, &new), 0.0, "a roof of nothing is none");
}

#[test]
fn other_line_ends_are_a_difference_too() {
    assert_eq!(first_other_line("a\nb\n", "a\nb\n"), None);
    assert_eq!(first_other_line("a\nb\n", "a\nc\n"), Some((2, Some("b"), Some("c"))));
    assert_eq!(first_other_line("a\nb\n", "a\n"), Some((2, Some("b"), None)));
    assert_eq!(first_other_line("a\n", "a\r\n"), Some((1, Some("a"), Some("a"))));
}

#[test]
fn what_a_session_lost_or_mixed_is_noted() {
    let quiet = || {
        let mut session = session();
        session.counts = Counts::default();
        session.focus.clear();
        session
    };
    assert_eq!(notes(&quiet(), &quiet()), Vec::<String>::new());
    let mut new = quiet();
    new.closing = Some(crate::session::Closing { cleanly: false, reason: "device lost".into(), ..closing() });
    new.recovery = Some(Recovery { kept: 9, dropped: 1 });
    new.counts.zero = 2;
    new.unrecorded = 3;
    let mut other = block(0, 2, 3, 0);
    other.toggles.insert("fused".into(), true);
    new.blocks.push(other);
    new.focus.push(FocusChange { cycle: 1, focused: false });
    let expected = [
        "OLD was cut off before its end",
        "NEW ended early: device lost",
        "NEW was recovered from its journal, 1 lines were lost",
        "NEW lost 5 samples, which are in no figure",
        "NEW changed its setting during the run: its figures mix the settings",
        "NEW's window lost the focus during the run",
    ];
    assert_eq!(notes(&Session { closing: None, ..quiet() }, &new), expected);
}
