//! The tables: stages, toggles, presets, parameters.

use super::params::Switches;
use crate::sim::{Claim, Description, Kind, Parameter, Preset, Toggle, ToggleSet};

/// Stages in cycle order.
pub const STAGES: [&str; 7] = ["window", "phase", "bins", "amplitude", "sums", "coupling", "surrogates"];

/// Places of the stages in [`STAGES`].
pub mod stage {
    use crate::sim::StageSet;

    /// The window and its spectrum.
    pub const WINDOW: StageSet = StageSet::of(0);
    /// Filters and Hilbert transforms of the phase bands.
    pub const PHASE: StageSet = StageSet::of(1);
    /// The order of the samples by their phase bins.
    pub const BINS: StageSet = StageSet::of(2);
    /// Filters and Hilbert transforms of the amplitude bands.
    pub const AMPLITUDE: StageSet = StageSet::of(3);
    /// Sums over bins, or over time.
    pub const SUMS: StageSet = StageSet::of(4);
    /// From sums to the map and its peak.
    pub const COUPLING: StageSet = StageSet::of(5);
    /// Surrogates, z and p.
    pub const SURROGATES: StageSet = StageSet::of(6);
}

const PRESETS: [Preset; 3] = [
    Preset {
        name: "fast",
        about: "Every exact optimisation.",
        on: &["scatter_bins", "chunked", "no_copies", "pruned_fft", "lazy_surrogates"],
    },
    Preset {
        name: "all-at-once",
        about: "As fast, but all channels together, for an adapter with many cores and much memory.",
        on: &["scatter_bins", "no_copies", "pruned_fft", "lazy_surrogates"],
    },
    Preset { name: "regression", about: "The published regression: every pair, time and bin expanded.", on: &[] },
];

/// The description.
pub fn description() -> Description {
    Description {
        name: "pac",
        title: "Phase–amplitude coupling",
        stages: &STAGES,
        toggles: toggles(),
        presets: &PRESETS,
        parameters: parameters(),
    }
}

/// Where the regression is described.
const REGRESSION: &str = "Performance Optimization Update, 2025-06-06: ~200x lost by all causes together";

fn toggles() -> Vec<Toggle> {
    const GROUP: &str = "Coupling";
    // What is reordered is a sum of a few thousand amplitudes in f32, and Tort's index of a nearly flat distribution is of
    // second order in it.
    let exact = |relative_bound| Kind::Exact { relative_bound };
    let toggle = |name, off, on, kind, claim| Toggle { name, group: GROUP, off, on, kind, claim };
    vec![
        toggle(
            "scatter_bins",
            "one-hot expansion of every pair, time and bin in memory",
            "samples in the order of their bins, a running sum for every bin",
            exact(1e-3),
            // 0.5–0.6 times TensorPAC now, more than 100 times before; the expansion is the largest of the causes it names.
            Some(Claim { factor: 200.0..=200.0, source: REGRESSION }),
        ),
        toggle("chunked", "all channels at once", "channel by channel, in the same memory", exact(1e-6), None),
        toggle(
            "no_copies",
            "filtered, analytic, phase and amplitude each stored",
            "one inverse transform writes bins and amplitudes",
            exact(1e-6),
            // The seed has a share, 42.34 % of the time in copies, and no factor.
            None,
        ),
        toggle(
            "pruned_fft",
            "transforms of every bin",
            "only the bins where the band is not zero",
            // Phases that lie on the edge of a bin go to either side of it, by their last bit. Of noise hardly a sample does,
            // and the map moves by less than 1e-5; of a generator without noise whose turn is 80 samples two of them do,
            // which moves means by 1.2e-4 and sums over bins by 2.9e-3.
            exact(5e-3),
            None,
        ),
        toggle("lazy_surrogates", "all maps of surrogates stored", "running sum and sum of squares", exact(1e-6), None),
        toggle(
            "all_shifts_fft",
            "a pass over the samples for every surrogate",
            "every circular shift by one cross-correlation",
            // Of the mean surrogate, with the rounding of transforms of so many points: at most 2.3e-6 was measured.
            exact(1e-5),
            None,
        ),
        toggle("half_amplitude", "amplitudes in 32 bits", "amplitudes in 16 bits", Kind::Approximate, None),
    ]
}

/// What may be moved while it runs, with the ranges that scenes and commands are held to.
pub fn parameters() -> Vec<Parameter> {
    let parameter = |name, about, range, logarithmic| Parameter { name, about, range, logarithmic };
    vec![
        parameter("position", "Where the window begins, seconds; it wraps at the end.", 0.0..=1e7, false),
        parameter("advance", "Seconds by which the window moves on after each cycle.", 0.0..=3600.0, false),
        parameter("strength", "Strength of the generator's coupling.", 0.0..=1.0, false),
        parameter("noise", "Factor of the generator's noise.", 0.0..=10.0, false),
    ]
}

/// Of a recording there is no generator to move, and its window begins so many samples before its end at the latest.
pub fn within_recording(description: &mut Description, latest: usize, rate: f64) {
    description.parameters.retain(|parameter| match parameter.name {
        "position" => latest > 0,
        name => name == "advance",
    });
    for parameter in description.parameters.iter_mut().filter(|parameter| parameter.name == "position") {
        parameter.range = 0.0..=(latest as f64 / rate);
    }
}

/// The switches that a toggle set stands for. The order is that of the toggles above, which a test checks by name.
pub fn switches(toggles: ToggleSet) -> Switches {
    let on = |index| toggles.is_on(index);
    Switches {
        scatter_bins: on(0),
        chunked: on(1),
        no_copies: on(2),
        pruned_fft: on(3),
        lazy_surrogates: on(4),
        all_shifts_fft: on(5),
        half_amplitude: on(6),
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
