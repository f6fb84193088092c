//! The lattice's tables: stages, toggles, presets, parameters.

use super::params::Switches;
use crate::sim::{Description, Kind, Measure, Moment, Parameter, Preset, Toggle, ToggleSet};

/// Stages in cycle order.
pub const STAGES: [&str; 2] = ["sweep", "measure"];

/// Places of the stages in [`STAGES`].
pub mod stage {
    use crate::sim::StageSet;

    /// Metropolis on all sites.
    pub const SWEEP: StageSet = StageSet::of(0);
    /// Energy, magnetisation and their averages.
    pub const MEASURE: StageSet = StageSet::of(1);
}

/// The same draws give the same spins: not even rounding may differ.
const EXACT: Kind = Kind::Exact { relative_bound: 0.0 };

/// What replica 0 keeps: how the spins scatter, which is ½ √(1 − m²) and so blind to the sign that a lattice chose.
/// Near the critical temperature m itself fluctuates by more than this between two lattices.
const SCATTER: &[Moment] = &[Moment { array: "spins", measure: Measure::Deviation, tolerance: 0.05 }];

const PRESETS: [Preset; 4] = [
    Preset { name: "packed", about: "A bit a spin, a draw for every spin.", on: &["bit_packed"] },
    Preset { name: "plain", about: "A byte a spin: the baseline.", on: &[] },
    Preset {
        name: "resident",
        about: "A lattice of at most 512² in the memory of one workgroup.",
        on: &["bit_packed", "resident"],
    },
    Preset {
        name: "replicas",
        about: "32 lattices that share their draws: below the critical temperature they become one another.",
        on: &["bit_packed", "multi_replica"],
    },
];

/// The lattice's description.
pub fn description() -> Description {
    Description {
        name: "ising-lattice",
        title: "Ising lattice",
        stages: &STAGES,
        toggles: toggles(),
        presets: &PRESETS,
        parameters: parameters(),
    }
}

fn toggles() -> Vec<Toggle> {
    const GROUP: &str = "Lattice";
    let toggle = |name, off, on, kind| Toggle { name, group: GROUP, off, on, kind, claim: None };
    vec![
        toggle("bit_packed", "a byte per spin", "a bit per spin, neighbours summed by carry-save adders", EXACT),
        toggle(
            "multi_replica",
            "one lattice with a draw for every spin",
            "32 lattices, a bit each of a word, that share their draws",
            Kind::Statistical(SCATTER),
        ),
        toggle(
            "resident",
            "two dispatches a sweep, spins in global memory",
            "all sweeps of a cycle in one dispatch, spins in workgroup memory",
            EXACT,
        ),
    ]
}

/// What may be moved while the lattice runs, with the ranges that scenes and commands are held to.
pub fn parameters() -> Vec<Parameter> {
    let parameter = |name, about, range, logarithmic| Parameter { name, about, range, logarithmic };
    vec![
        parameter(
            "temperature",
            "Temperature in units of the coupling; critical at 2 / ln(1 + √2) ≈ 2.269.",
            0.1..=10.0,
            false,
        ),
        parameter(
            "field",
            "Field in units of the coupling; the exact curves are those without one.",
            -2.0..=2.0,
            false,
        ),
    ]
}

/// The switches that a toggle set stands for. The order is that of the toggles above, which a test checks by name.
pub fn switches(toggles: ToggleSet) -> Switches {
    let on = |index| toggles.is_on(index);
    Switches { bit_packed: on(0), multi_replica: on(1), resident: on(2) }
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
