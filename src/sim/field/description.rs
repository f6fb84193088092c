//! The field's tables: stages, toggles with their claims, presets, parameters.

use super::params::Switches;
use crate::sim::{Claim, Description, Kind, Parameter, Preset, Toggle, ToggleSet};

/// Stages in cycle order.
pub const STAGES: [&str; 10] =
    ["inject", "learn", "tensions", "momentum", "diffuse", "noise", "clamp", "motors", "predict", "telemetry"];

/// Places of the stages in [`STAGES`].
pub mod stage {
    use crate::sim::StageSet;

    /// Sensor values into the field.
    pub const INJECT: StageSet = StageSet::of(0);
    /// Learning from the prediction error.
    pub const LEARN: StageSet = StageSet::of(1);
    /// Rest pull, boredom, oscillation, decay map, error heat, edges, starvation.
    pub const TENSIONS: StageSet = StageSet::of(2);
    /// Momentum.
    pub const MOMENTUM: StageSet = StageSet::of(3);
    /// Decay and diffusion.
    pub const DIFFUSE: StageSet = StageSet::of(4);
    /// Background, exploration and sparse noise.
    pub const NOISE: StageSet = StageSet::of(5);
    /// The clamp to ±10.
    pub const CLAMP: StageSet = StageSet::of(6);
    /// Motor outputs.
    pub const MOTORS: StageSet = StageSet::of(7);
    /// The next prediction.
    pub const PREDICT: StageSet = StageSet::of(8);
    /// Energy, variance and comfort for the host.
    pub const TELEMETRY: StageSet = StageSet::of(9);
}

/// Relative L2 deviation that rounding explains after 50 cycles: ten times what f32 against f64 shows there.
const ROUNDING: f64 = 1e-5;

const PRESETS: [Preset; 3] = [
    Preset {
        name: "stable",
        about: "The published dense cycle with its two faults mended: it stays bounded.",
        on: &["fused_pass", "procedural_maps", "batched_readback"],
    },
    Preset {
        name: "published-dense",
        about: "The published baseline, operation for operation: its mean mode grows by 2.9 % a cycle.",
        on: &[],
    },
    Preset {
        name: "published-blazing",
        about: "The published fast version: most of the cycle left out, the rest thinned. Its mean mode grows by 3.4 % a cycle.",
        on: &[
            "sparse_noise",
            "sparse_energy",
            "temporal_batching",
            "box_diffusion",
            "global_momentum",
            "direct_motors",
            "tensions_left_out",
            "learning_left_out",
            "spread_injection",
        ],
    },
];

/// The field's description.
pub fn description() -> Description {
    Description {
        name: "field",
        title: "Field brain",
        stages: &STAGES,
        toggles: toggles(),
        presets: &PRESETS,
        parameters: parameters(),
    }
}

fn claim(factor: std::ops::RangeInclusive<f32>, source: &'static str) -> Option<Claim> {
    Some(Claim { factor, source })
}

const EXACT: Kind = Kind::Exact { relative_bound: ROUNDING };

fn toggle(
    group: &'static str,
    name: &'static str,
    off: &'static str,
    on: &'static str,
    kind: Kind,
    claim: Option<Claim>,
) -> Toggle {
    Toggle { name, group, off, on, kind, claim }
}

fn toggles() -> Vec<Toggle> {
    let mut all = memory_toggles();
    all.extend(sparse_toggles());
    all.extend(approximation_toggles());
    all.extend(omission_toggles());
    all
}

fn memory_toggles() -> Vec<Toggle> {
    const GROUP: &str = "Same result, less traffic";
    vec![
        toggle(
            GROUP,
            "fused_pass",
            "one pass over the field per operation",
            "as few passes as the operations' dependencies allow",
            EXACT,
            None,
        ),
        toggle(
            GROUP,
            "procedural_maps",
            "frequency and decay maps stored, 679 MB each at full size",
            "both maps drawn again from the counter where they are used",
            EXACT,
            None,
        ),
        toggle(
            GROUP,
            "batched_readback",
            "the host waits once per motor and per telemetry figure",
            "one asynchronous readback a cycle, never waited for",
            EXACT,
            claim(2.0..=2.0, "4 s of 8–9 s blamed on scalar reads (\"Python's builtin min/max\")"),
        ),
        toggle(
            GROUP,
            "lazy_scale",
            "decay and momentum offset applied to memory each cycle",
            "kept as a scale and an offset per channel until the field is next written",
            EXACT,
            None,
        ),
    ]
}

fn sparse_toggles() -> Vec<Toggle> {
    const GROUP: &str = "Sparse in space and time";
    vec![
        toggle(
            GROUP,
            "sparse_noise",
            "noise everywhere, every cycle",
            "noise at 1 % of the sites, every third cycle",
            Kind::Approximate,
            claim(10.0..=100.0, "\"Sparse Operations (10-100x speedup)\""),
        ),
        toggle(
            GROUP,
            "sparse_energy",
            "starvation noise everywhere, checked every cycle",
            "starvation noise at 5 % of the sites, checked every tenth cycle",
            Kind::Approximate,
            claim(10.0..=100.0, "\"Energy injection only on 5% when needed\""),
        ),
        toggle(
            GROUP,
            "temporal_batching",
            "diffusion every cycle",
            "diffusion every fifth cycle",
            Kind::Approximate,
            claim(5.0..=5.0, "\"Temporal Batching (5x speedup)\""),
        ),
    ]
}

fn approximation_toggles() -> Vec<Toggle> {
    const GROUP: &str = "Fast approximations";
    vec![
        toggle(GROUP, "box_diffusion", "6-point Laplacian", "3×3×3 box blend", Kind::Approximate, None),
        toggle(
            GROUP,
            "global_momentum",
            "momentum of every element",
            "momentum of the channel means",
            Kind::Approximate,
            None,
        ),
        toggle(
            GROUP,
            "direct_motors",
            "gradient times magnitude over the 3³ box",
            "mean over the channels at the spot, before the clamp",
            Kind::Approximate,
            None,
        ),
        toggle(
            GROUP,
            "uniform_decay",
            "a decay factor per element in the tensions",
            "one decay factor",
            Kind::Approximate,
            None,
        ),
        toggle(
            GROUP,
            "global_phase",
            "a phase and frequency per element",
            "one phase for the whole field",
            Kind::Approximate,
            None,
        ),
        toggle(
            GROUP,
            "half_storage",
            "field, momentum and phase stored as f32",
            "stored as f16 with stochastic rounding, computed in f32",
            Kind::Approximate,
            None,
        ),
    ]
}

fn omission_toggles() -> Vec<Toggle> {
    const GROUP: &str = "Left out, as the published fast version does";
    vec![
        toggle(
            GROUP,
            "tensions_left_out",
            "tensions are part of the cycle",
            "tensions are left out",
            Kind::Approximate,
            None,
        ),
        toggle(
            GROUP,
            "learning_left_out",
            "learning and prediction are part of the cycle",
            "learning and prediction are left out",
            Kind::Approximate,
            None,
        ),
        toggle(
            GROUP,
            "spread_injection",
            "sensor i injects into channel i mod 8",
            "sensor i injects into channel i mod C",
            Kind::Approximate,
            None,
        ),
    ]
}

/// The rates as parameters, with the ranges that scenes and commands are held to.
pub fn parameters() -> Vec<Parameter> {
    let parameter = |name, about, range, logarithmic| Parameter { name, about, range, logarithmic };
    vec![
        parameter("injection", "Gain of a sensor value at its spot.", 0.0..=2.0, false),
        parameter(
            "diffusion",
            "Rate of the Laplacian (stable up to 1/6), weight of the box blend.",
            0.0..=0.1666,
            false,
        ),
        parameter("decay", "Factor on the field each cycle.", 0.9..=1.0, false),
        parameter("noise", "Standard deviation of the background noise.", 0.0..=0.1, true),
        parameter("exploration", "Standard deviation of the exploration noise.", 0.0..=0.2, true),
        parameter("momentum", "Weight of the momentum in the field.", 0.0..=0.2, false),
    ]
}

/// The switches that a toggle set stands for. The order is that of the toggles above, which a test checks by name.
pub fn switches(toggles: ToggleSet) -> Switches {
    let on = |index| toggles.is_on(index);
    Switches {
        fused_pass: on(0),
        procedural_maps: on(1),
        batched_readback: on(2),
        lazy_scale: on(3),
        sparse_noise: on(4),
        sparse_energy: on(5),
        temporal_batching: on(6),
        box_diffusion: on(7),
        global_momentum: on(8),
        direct_motors: on(9),
        uniform_decay: on(10),
        global_phase: on(11),
        half_storage: on(12),
        tensions_left_out: on(13),
        learning_left_out: on(14),
        spread_injection: on(15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::checks::{assert_presets_name_toggles, assert_toggles_move_their_switches};

    #[test]
    fn every_toggle_moves_the_switch_of_its_name_and_no_other() {
        assert_toggles_move_their_switches(&toggles(), switches);
    }

    #[test]
    fn every_preset_names_toggles_that_exist() {
        assert_presets_name_toggles(&description());
    }
}
