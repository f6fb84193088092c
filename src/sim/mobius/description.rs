//! The system's tables: stages, toggles with their claims, presets, parameters.

use super::params::{MobiusModel, Switches};
use crate::sim::{Claim, Description, Kind, Parameter, Preset, Toggle, ToggleSet};

/// Stages; the controller stands before the structure in `published` and after the waves on the strip.
pub const STAGES: [&str; 16] = [
    "structure",
    "geometry",
    "samples",
    "sources",
    "propagator",
    "waves",
    "observation",
    "layer 1",
    "layer 2",
    "layer 3",
    "layer 4",
    "actor",
    "critic",
    "heads",
    "vortices",
    "figures",
];

/// Places of the stages in [`STAGES`].
pub mod stage {
    use crate::sim::StageSet;

    /// Structural parameters and the controller's action.
    pub const STRUCTURE: StageSet = StageSet::of(0);
    /// Where the nodes are.
    pub const GEOMETRY: StageSet = StageSet::of(1);
    /// Which nodes are evolved.
    pub const SAMPLES: StageSet = StageSet::of(2);
    /// Where the waves come from, and at which phase.
    pub const SOURCES: StageSet = StageSet::of(3);
    /// C and S for a geometry that stays.
    pub const PROPAGATOR: StageSet = StageSet::of(4);
    /// The sum of the waves.
    pub const WAVES: StageSet = StageSet::of(5);
    /// What the controller sees.
    pub const OBSERVATION: StageSet = StageSet::of(6);
    /// The actor.
    pub const ACTOR: StageSet = StageSet::of(11);
    /// The critic.
    pub const CRITIC: StageSet = StageSet::of(12);
    /// The structural heads.
    pub const HEADS: StageSet = StageSet::of(13);
    /// Windings, the list of vortices, and who became whom.
    pub const VORTICES: StageSet = StageSet::of(14);
    /// What the host gets to know.
    pub const FIGURES: StageSet = StageSet::of(15);

    /// Layer 0 to 3 of the LSTM.
    pub const fn layer(layer: u32) -> StageSet {
        StageSet::of(7 + layer as usize)
    }
}

/// Sums of some thousand terms in another order, and the controller's feedback on them.
const ROUNDING: f64 = 1e-4;
const EXACT: Kind = Kind::Exact { relative_bound: ROUNDING };

const PRESETS: [Preset; 4] = [
    Preset {
        name: "direct",
        about: "Every pair of node and source, every cycle, in one dispatch.",
        on: &["one_dispatch", "recorded_commands"],
    },
    Preset {
        name: "cached",
        about: "The propagator is kept for as long as nothing moves.",
        on: &["one_dispatch", "cached_propagator", "recorded_commands"],
    },
    Preset { name: "loop", about: "The published loop over batches of 100 nodes: the baseline.", on: &[] },
    Preset {
        name: "seed",
        about: "The published optimised sphere: fewer samples, every second cycle, lazy geometry, no batches.",
        on: &["one_dispatch", "reduced_samples", "skip_evolution", "lazy_geometry"],
    },
];

/// The system's description for a model of this shape and size.
pub fn description(model: &MobiusModel) -> Description {
    Description {
        name: "mobius",
        title: "Möbius waves",
        stages: &STAGES,
        toggles: toggles(model),
        presets: &PRESETS,
        parameters: parameters(model),
    }
}

const WAVES: &str = "Waves";
const CONTROLLER: &str = "Controller";

fn toggles(model: &MobiusModel) -> Vec<Toggle> {
    let mut all = published_toggles(model);
    all.extend(further_toggles());
    all
}

fn claim(factor: std::ops::RangeInclusive<f32>, source: &'static str) -> Option<Claim> {
    Some(Claim { factor, source })
}

/// What the published optimised sphere does.
fn published_toggles(model: &MobiusModel) -> Vec<Toggle> {
    let is_exact = model.lazy_windings == 0.0 && model.lazy_torsion == 0.0;
    vec![
        Toggle {
            name: "one_dispatch",
            group: WAVES,
            off: "batches of 100 nodes, a matrix of distances and a dispatch each",
            on: "one dispatch, nothing materialised",
            kind: EXACT,
            claim: claim(1.5..=1.5, "\"Optimization 4: Vectorize Batching - 1.5× speedup\" (1.2× in its table)"),
        },
        Toggle {
            name: "reduced_samples",
            group: WAVES,
            off: "all nodes, or 500 to 2,000 sampled ones where the scene says so",
            on: "100 to 300 sampled nodes",
            kind: Kind::Approximate,
            claim: claim(2.5..=2.5, "\"Optimization 2: Reduce Sample Size - 2.5× speedup\""),
        },
        Toggle {
            name: "skip_evolution",
            group: WAVES,
            off: "waves every cycle",
            on: "waves every second cycle",
            kind: Kind::Approximate,
            claim: claim(2.0..=2.0, "\"Optimization 3: Skip Evolution - 2× speedup\""),
        },
        Toggle {
            name: "lazy_geometry",
            group: WAVES,
            off: "nodes placed anew every cycle",
            on: "nodes placed anew once windings or torsion have gone far",
            kind: if is_exact { EXACT } else { Kind::Approximate },
            claim: claim(
                1.2..=1.2,
                "\"Optimization 5: Lazy Geometry Regeneration - 1.2× speedup\" (1.1× in its table)",
            ),
        },
    ]
}

/// What goes further, the seed's list for the future among it.
fn further_toggles() -> Vec<Toggle> {
    vec![
        Toggle {
            name: "cached_propagator",
            group: WAVES,
            off: "sine, cosine and root for every pair in every cycle",
            on: "cos(kd)/d and sin(kd)/d kept for as long as nothing moves: two matrix–vector products a cycle",
            kind: EXACT,
            claim: None,
        },
        Toggle {
            name: "half_distances",
            group: WAVES,
            off: "distances as f32",
            on: "distances as f16, sums as f32",
            kind: Kind::Approximate,
            claim: claim(1.5..=1.5, "\"Mixed Precision: fp16 for distances, fp32 for accumulation (1.5× faster)\""),
        },
        Toggle {
            name: "recorded_commands",
            group: WAVES,
            off: "a submission for every cycle",
            on: "as many cycles in one submission as a frame holds; WebGPU cannot replay commands",
            kind: EXACT,
            claim: claim(2.0..=3.0, "\"CUDA Graphs: Pre-record evolution sequence (2-3× faster)\""),
        },
        Toggle {
            name: "overlap",
            group: CONTROLLER,
            off: "the controller after the waves",
            on: "controller and waves in one pass, with no barrier between what does not depend on each other",
            kind: EXACT,
            claim: claim(1.5..=1.5, "\"Multi-Stream: Overlap RNN + Evolution (1.5× faster)\""),
        },
        Toggle {
            name: "fused_lstm",
            group: CONTROLLER,
            off: "a dispatch for every gate, and one for the cells of a layer",
            on: "a dispatch for a layer",
            kind: EXACT,
            claim: None,
        },
    ]
}

/// What may be moved while the system runs, with the ranges that scenes and commands are held to.
pub fn parameters(model: &MobiusModel) -> Vec<Parameter> {
    let parameter = |name, about, range, logarithmic| Parameter { name, about, range, logarithmic };
    let mut all = Vec::new();
    if model.is_strip() {
        let about = "Half-twists of the band, rounded: odd is one-sided, even two-sided.";
        all.push(parameter("half_twists", about, 0.0..=9.0, false));
        all.push(parameter("half_width", "Half the width of the band.", 0.05..=0.9, false));
        all.push(parameter("torsion", "τ: swing of the section round the band, in rad.", 0.0..=3.0, false));
    } else {
        all.push(parameter("windings", "w: windings of the helix.", 0.0..=150.0, false));
        all.push(parameter("torsion", "τ: how far the latitude turns the longitude.", 0.0..=3.0, false));
    }
    let most = f64::from(model.nodes());
    all.extend([
        parameter("wavenumber", "k in rad per unit of length; published 3.", 0.1..=100.0, true),
        parameter("sources", "Nodes that waves come from, rounded.", 1.0..=most, true),
        parameter("uvhl_n", "n: decides how many nodes are sampled, where they are.", 0.05..=20.0, true),
    ]);
    all
}

/// The switches that a toggle set stands for. The order is that of the toggles above, which a test checks by name.
pub fn switches(toggles: ToggleSet) -> Switches {
    let on = |index| toggles.is_on(index);
    Switches {
        one_dispatch: on(0),
        reduced_samples: on(1),
        skip_evolution: on(2),
        lazy_geometry: on(3),
        cached_propagator: on(4),
        half_distances: on(5),
        recorded_commands: on(6),
        overlap: on(7),
        fused_lstm: on(8),
    }
}

#[cfg(test)]
mod tests {
    use super::super::params::Shape;
    use super::*;
    use crate::sim::checks::{assert_presets_name_toggles, assert_toggles_move_their_switches};

    fn model() -> MobiusModel {
        MobiusModel::of(Shape::Published { nodes: 1000, windings: 3.8 })
    }

    #[test]
    fn every_toggle_moves_the_switch_of_its_name_and_no_other() {
        assert_toggles_move_their_switches(&toggles(&model()), switches);
    }

    #[test]
    fn every_preset_names_toggles_that_exist() {
        assert_presets_name_toggles(&description(&model()));
    }

    #[test]
    fn lazy_geometry_is_exact_where_it_waits_for_nothing() {
        let kind = |model: &MobiusModel| toggles(model)[3].kind;
        assert_eq!(kind(&model()), Kind::Approximate);
        assert_eq!(kind(&MobiusModel { lazy_windings: 0.0, lazy_torsion: 0.0, ..model() }), EXACT);
    }
}
