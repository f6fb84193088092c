//! The lattice's tables: stages, toggles, presets, parameters.

use super::exact;
use super::params::{LatticeModel, Switches};
use crate::sim::{
    Combination, Course, Description, Kind, Landmark, Leg, Measure, Moment, Observable, Parameter, Preset, Toggle,
    ToggleSet,
};

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

/// What many cycles tell of a lattice: means beside those of the infinite one, and fluctuations.
///
/// The probes of the same name are averages as they stand on the device; these begin where a measurement begins. Above the
/// critical temperature the infinite lattice's magnetisation of 0 says nothing of a finite one's magnitude.
pub fn observables(model: &LatticeModel) -> Vec<Observable> {
    let (temperature, volume) = (model.temperature, model.volume() as f64);
    let exact = |value: f64| (model.field == 0.0).then_some(value);
    let ordered = exact(exact::magnetisation(temperature)).filter(|magnitude| *magnitude > 0.0);
    let observable = |name: &str, probe: &str, kind, exact| Observable {
        name: name.to_owned(),
        probe: probe.to_owned(),
        kind,
        exact,
    };
    let variance = |factor| Combination::Variance { factor };
    vec![
        observable("magnitude", "magnitude", Combination::Mean, ordered),
        observable("energy per site", "energy per site", Combination::Mean, exact(exact::energy(temperature))),
        observable("susceptibility", "magnitude", variance(volume / temperature), None),
        observable("specific heat", "energy per site", variance(volume / temperature.powi(2)), None),
        observable("Binder cumulant", "magnetisation", Combination::Cumulant, None),
    ]
}

/// Where the lattice without a field orders.
pub fn landmarks() -> Vec<Landmark> {
    let about = "The critical temperature 2 / ln(1 + √2): below it the lattice without a field is magnetised.";
    vec![Landmark { parameter: "temperature", name: "T_c", about, value: exact::critical_temperature() }]
}

/// Two ways into the cold, both from a lattice without order.
pub fn courses() -> Vec<Course> {
    const HOT: f64 = 10.0;
    const COLD: f64 = 1.0;
    let course = |name, about, legs: &[(f64, u64)]| {
        let legs = legs.iter().map(|(to, over)| Leg { to: *to, over: *over }).collect();
        Course { name, about, parameter: "temperature", legs }
    };
    vec![
        course(
            "quench",
            "From disorder at T = 10, which takes 20 cycles, to T = 1 at once: domains of both signs grow against each other.",
            &[(HOT, 0), (HOT, 20), (COLD, 0)],
        ),
        course(
            "cool slowly",
            "From disorder through T_c: T = 3 to 1 in 1,000 equal steps, a cycle each.",
            &[(HOT, 0), (HOT, 20), (3.0, 0), (COLD, 1000)],
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
