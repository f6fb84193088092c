//! What is measured of the Ising systems.

use super::Setting;

const LATTICE: &str = "scenes/ising_lattice.ron";

/// The lattice's forms: every toggle in both positions.
pub const SETTINGS: [Setting; 4] = [
    Setting { name: "lattice, bytes", scene: LATTICE, preset: "plain", toggles: &[], instead: None },
    Setting { name: "lattice, bits", scene: LATTICE, preset: "packed", toggles: &[], instead: None },
    Setting { name: "lattice, bits, resident", scene: LATTICE, preset: "resident", toggles: &[], instead: None },
    Setting { name: "lattice, 32 replicas", scene: LATTICE, preset: "replicas", toggles: &[], instead: None },
];
