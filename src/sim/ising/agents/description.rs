//! The agents' tables: stages, toggles, presets, parameters.

use super::params::{Rules, Switches};
use crate::sim::{Claim, Description, Kind, Parameter, Preset, Toggle, ToggleSet};

/// Stages in cycle order.
pub const STAGES: [&str; 10] = [
    "anneal",
    "emotion",
    "similarity",
    "theory of mind",
    "empathy",
    "attention",
    "memory",
    "compassion",
    "figures",
    "watch",
];

/// Places of the stages in [`STAGES`].
pub mod stage {
    use crate::sim::StageSet;

    /// Every agent anneals itself.
    pub const ANNEAL: StageSet = StageSet::of(0);
    /// Emotion vectors.
    pub const EMOTION: StageSet = StageSet::of(1);
    /// Similarity of couplings.
    pub const SIMILARITY: StageSet = StageSet::of(2);
    /// Every agent anneals its image of each other.
    pub const MIND: StageSet = StageSet::of(3);
    /// Perspective accuracy and score.
    pub const EMPATHY: StageSet = StageSet::of(4);
    /// Attention and what others feel together.
    pub const ATTENTION: StageSet = StageSet::of(5);
    /// Rings of emotion and empathy.
    pub const MEMORY: StageSet = StageSet::of(6);
    /// Compassionate response.
    pub const COMPASSION: StageSet = StageSet::of(7);
    /// Figures for the host, exact enumeration among them.
    pub const FIGURES: StageSet = StageSet::of(8);
    /// Two pinned agents step by step.
    pub const WATCH: StageSet = StageSet::of(9);
}

/// The same draws give the same spins and scores: not even rounding may differ.
const EXACT: Kind = Kind::Exact { relative_bound: 0.0 };

/// What changes no result.
const FAST: &[&str] = &["similarity_cache", "batched_emotions", "parallel_attention", "fused_anneal", "f32"];

const PRESETS: [Preset; 4] = [
    Preset {
        name: "corrected",
        about: "Couplings of either sign, full sweeps, no floor: annealing is worth while.",
        on: FAST,
    },
    Preset {
        name: "published",
        about: "As first published: all couplings positive, so that the score is known without an anneal.",
        on: FAST,
    },
    Preset {
        name: "published-phase4",
        about: "As published in phase 4: couplings varied by up to 30 %, weights 0.45, 0.45 and 0.1.",
        on: FAST,
    },
    Preset {
        name: "published-phase5",
        about: "As published in phase 5: weights 0.3, 0.6 and 0.1, so that a near constant makes most of the score.",
        on: FAST,
    },
];

/// The rules of a preset.
pub fn rules(preset: &str) -> Rules {
    match preset {
        "published" => Rules::Published,
        "published-phase4" => Rules::Phase4,
        "published-phase5" => Rules::Phase5,
        _ => Rules::Corrected,
    }
}

/// The agents' description.
pub fn description() -> Description {
    Description {
        name: "ising-agents",
        title: "Ising agents",
        stages: &STAGES,
        toggles: toggles(),
        presets: &PRESETS,
        parameters: parameters(),
    }
}

fn toggles() -> Vec<Toggle> {
    let claimed = |low, high, source| Some(Claim { factor: low..=high, source });
    let toggle = |group, [name, off, on]: [&'static str; 3], kind, claim| Toggle { name, group, off, on, kind, claim };
    let [first, second, third] = ["Roadmap, tier 1", "Roadmap, tier 2", "Roadmap, tier 3"];
    vec![
        toggle(
            first,
            ["adaptive_steps", "an anneal has 100 steps", "an anneal has 50 + ⌊n / 10⌋ steps"],
            Kind::Approximate,
            claimed(2.0, 2.0, "1a: \"48ms (2× faster)\""),
        ),
        toggle(
            first,
            [
                "similarity_cache",
                "similarity of couplings computed each time",
                "the last eight of an agent remembered, by the versions of both couplings",
            ],
            EXACT,
            claimed(1.3, 1.3, "1b: \"Social attention with 5 repeated agents → 1.3× faster\""),
        ),
        toggle(
            first,
            [
                "early_exit",
                "overlap and both errors of every image",
                "errors given as 0 where more than 0.95 of the spins are equal",
            ],
            Kind::Approximate,
            claimed(1.0, 1.01, "1c: \"<1% improvement\""),
        ),
        toggle(
            second,
            ["batched_emotions", "a dispatch for every agent's emotion", "one for all"],
            EXACT,
            claimed(1.5, 1.5, "2a: \"100 emotions: 32ms → 21ms (1.5× faster)\""),
        ),
        toggle(
            second,
            ["parallel_attention", "pair after pair", "all pairs in one dispatch"],
            EXACT,
            claimed(3.0, 5.0, "2b: \"475ms → 100-150ms (3-5× faster)\""),
        ),
        toggle(
            second,
            ["streaming_anneal", "all steps of every anneal", "an anneal stops after 10 steps without a move"],
            Kind::Approximate,
            claimed(1.3, 1.3, "2c: \"Average case 30% faster\""),
        ),
        toggle(
            third,
            [
                "fused_anneal",
                "a dispatch for every step of an anneal, local fields in a buffer",
                "the whole anneal in one dispatch, local fields in registers",
            ],
            EXACT,
            claimed(1.2, 1.2, "3a: \"1.2× faster\""),
        ),
        toggle(
            third,
            ["f32", "anneals computed in f64, where the adapter has it", "anneals computed in f32"],
            Kind::Approximate,
            claimed(1.1, 1.1, "3b: \"1.1× faster\""),
        ),
        toggle(
            third,
            ["quick_estimate", "theory of mind and the full score", "0.7 (1 − min(|ΔE| / 100, 1)) + 0.3 similarity"],
            Kind::Approximate,
            claimed(95.0, 95.0, "3c: \"<1ms vs 95ms\""),
        ),
    ]
}

/// What may be moved while the agents run, with the ranges that scenes and commands are held to.
pub fn parameters() -> Vec<Parameter> {
    let parameter = |name, about| Parameter { name, about, range: 0.0..=1.0, logarithmic: false };
    vec![
        parameter("strength", "How far couplings move towards those of the other, per unit of empathy."),
        parameter("noise", "Probability that a spin is flipped where there is no empathy at all."),
    ]
}

/// The switches that a toggle set stands for. The order is that of the toggles above, which a test checks by name.
pub fn switches(toggles: ToggleSet) -> Switches {
    let on = |index| toggles.is_on(index);
    Switches {
        adaptive_steps: on(0),
        similarity_cache: on(1),
        early_exit: on(2),
        batched_emotions: on(3),
        parallel_attention: on(4),
        streaming_anneal: on(5),
        fused_anneal: on(6),
        f32: on(7),
        quick_estimate: on(8),
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
    fn every_preset_names_toggles_that_exist_and_has_rules_of_its_own() {
        assert_presets_name_toggles(&description());
        let mut seen = Vec::new();
        for preset in description().presets {
            assert!(!seen.contains(&rules(preset.name)), "{}", preset.name);
            seen.push(rules(preset.name));
        }
    }
}
