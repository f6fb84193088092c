//! The network's tables: stages, toggles, presets.

use super::params::{Rules, Switches};
use crate::sim::{Claim, Description, Kind, Preset, Refusal, Toggle, ToggleSet};

/// Stages in cycle order.
pub const STAGES: [&str; 10] = [
    "embed",
    "normalise",
    "project in",
    "recur",
    "resonance",
    "project out",
    "feed forward",
    "head",
    "measure",
    "remember",
];

/// Places of the stages in [`STAGES`].
pub mod stage {
    use crate::sim::StageSet;

    /// Tokens to vectors.
    pub const EMBED: StageSet = StageSet::of(0);
    /// Layer normalisation.
    pub const NORMALISE: StageSet = StageSet::of(1);
    /// What drives the eigenstates.
    pub const PROJECT_IN: StageSet = StageSet::of(2);
    /// The eigenstates from token to token.
    pub const RECUR: StageSet = StageSet::of(3);
    /// From the basis that is stored to the one that is read.
    pub const RESONANCE: StageSet = StageSet::of(4);
    /// From the eigenstates back to the width of the network.
    pub const PROJECT_OUT: StageSet = StageSet::of(5);
    /// Both matrices of the feed-forward part.
    pub const FEED_FORWARD: StageSet = StageSet::of(6);
    /// Logits and cross-entropy.
    pub const HEAD: StageSet = StageSet::of(7);
    /// Energies and figures.
    pub const MEASURE: StageSet = StageSet::of(8);
    /// What the pictures show of the past.
    pub const REMEMBER: StageSet = StageSet::of(9);
}

/// The same sums in another order: rounding of single precision through all layers.
const EXACT: Kind = Kind::Exact { relative_bound: 1e-5 };
/// The same, multiplied by the condition number of the eigenvectors.
const IN_ANOTHER_BASIS: Kind = Kind::Exact { relative_bound: 1e-4 };

const PRESETS: [Preset; 5] = [
    Preset {
        name: "corrected",
        about: "Long memory, normalised before each part, and every exact optimisation.",
        on: &[
            "batched_projection",
            "preallocated",
            "batched_output",
            "fused_resonance",
            "scan",
            "diagonalised",
            "fused_energy",
        ],
    },
    Preset { name: "corrected-plain", about: "The same equations, one dispatch after the other.", on: &[] },
    Preset { name: "published", about: "The published network before its fix: a dispatch for every step.", on: &[] },
    Preset {
        name: "published-fix",
        about: "The published fix: batched projections, still a step at a time, resonance applied twice, tanh.",
        on: &["batched_projection", "preallocated", "batched_output", "fused_resonance", "tanh_gelu", "fused_energy"],
    },
    Preset {
        name: "published-scan",
        about: "The published network with every optimisation that leaves its result alone.",
        on: &["batched_projection", "preallocated", "batched_output", "scan", "diagonalised", "fused_energy"],
    },
];

/// The rules of a preset.
///
/// # Errors
/// There is no preset of that name.
pub fn rules_of(preset: &str) -> Result<Rules, Refusal> {
    description(Rules::default()).preset(preset)?;
    Ok(if preset.starts_with("corrected") { Rules::Corrected } else { Rules::Published })
}

/// The network's description under these rules: they decide what a folded resonance is.
pub fn description(rules: Rules) -> Description {
    Description {
        name: "ten",
        title: "Temporal eigenstates",
        stages: &STAGES,
        toggles: toggles(rules),
        presets: &PRESETS,
        parameters: Vec::new(),
    }
}

fn claim(factor: std::ops::RangeInclusive<f32>, source: &'static str) -> Option<Claim> {
    Some(Claim { factor, source })
}

fn toggles(rules: Rules) -> Vec<Toggle> {
    const RECURRENCE: &str = "Recurrence";
    const LAYER: &str = "Layer";
    let toggle = |name, group, off, on, kind, claim| Toggle { name, group, off, on, kind, claim };
    let (folded, folding) = match rules {
        Rules::Published => {
            ("the resonance a second time with the output projection, as the fix has it", Kind::Approximate)
        }
        Rules::Corrected => ("one folded matrix W·R", EXACT),
    };
    vec![
        toggle(
            "batched_projection",
            LAYER,
            "input projection per step, a dispatch each",
            "one product per chunk",
            EXACT,
            claim(10.0..=50.0, "\"Batch input projection\", of all four key improvements together"),
        ),
        toggle("preallocated", LAYER, "outputs gathered after the steps", "written in place", EXACT, None),
        toggle("batched_output", LAYER, "output projection per step", "one product per chunk", EXACT, None),
        toggle(
            "fused_resonance",
            LAYER,
            "resonance, then output projection",
            folded,
            folding,
            claim(2.0..=2.0, "\"Fused resonance + projection (2× memory bandwidth reduction)\""),
        ),
        toggle(
            "scan",
            RECURRENCE,
            "a dispatch for every step",
            "blocks of steps at once: reduce, carry, write",
            EXACT,
            claim(50.0..=100.0, "\"OPTIMIZED: No Python loops - 50-100× faster!\""),
        ),
        toggle(
            "diagonalised",
            RECURRENCE,
            "the resonance matrix in every step",
            "a diagonal recurrence in the basis of the eigenvectors",
            IN_ANOTHER_BASIS,
            None,
        ),
        toggle(
            "tanh_gelu",
            LAYER,
            "erf in the feed-forward part",
            "its tanh approximation",
            Kind::Approximate,
            claim(2.0..=2.0, "\"Uses gelu(approximate='tanh') (2× speedup)\""),
        ),
        toggle("fused_energy", RECURRENCE, "two sums and a pass", "in the epilogue of the recurrence", EXACT, None),
        toggle("half_weights", LAYER, "32-bit weights", "16-bit weights, 32-bit sums", Kind::Approximate, None),
    ]
}

/// The switches that a toggle set stands for. The order is that of the toggles above, which a test checks by name.
pub fn switches(toggles: ToggleSet) -> Switches {
    let on = |index| toggles.is_on(index);
    Switches {
        batched_projection: on(0),
        preallocated: on(1),
        batched_output: on(2),
        fused_resonance: on(3),
        scan: on(4),
        diagonalised: on(5),
        tanh_gelu: on(6),
        fused_energy: on(7),
        half_weights: on(8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::checks::{assert_presets_name_toggles, assert_toggles_move_their_switches};

    #[test]
    fn every_toggle_moves_the_switch_of_its_name_and_no_other() {
        assert_toggles_move_their_switches(&toggles(Rules::Corrected), switches);
    }

    #[test]
    fn every_preset_names_toggles_that_exist_and_has_the_rules_of_its_name() {
        assert_presets_name_toggles(&description(Rules::Corrected));
        for preset in PRESETS {
            let rules = rules_of(preset.name).unwrap();
            assert_eq!(rules == Rules::Published, preset.name.starts_with("published"));
        }
        assert!(rules_of("standard").is_err());
    }
}
