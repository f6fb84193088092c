//! What a measurement over many cycles makes of the probes.

use super::Probe;
use serde::{Deserialize, Serialize};

/// A figure of many cycles of one probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observable {
    /// Name as tables and sessions write it.
    pub name: String,
    /// Name of the probe.
    pub probe: String,
    /// What is made of it.
    pub kind: Combination,
    /// What theory says of it, with the parameters as they stand.
    pub exact: Option<f64>,
}

/// What is made of the values x of a probe; ⟨…⟩ is the mean over cycles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Combination {
    /// ⟨x⟩.
    Mean,
    /// factor · (⟨x²⟩ − ⟨x⟩²): a response, by fluctuation and dissipation.
    Variance {
        /// The factor, with the parameters as they stand.
        factor: f64,
    },
    /// 1 − ⟨x⁴⟩ / (3 ⟨x²⟩²), Binder's cumulant (Zeitschrift für Physik B 43, 1981): its curves for two sizes cross where a
    /// system becomes critical.
    Cumulant,
}

impl Observable {
    /// The mean of a probe, of which theory says nothing.
    pub fn mean(probe: &Probe) -> Self {
        let name = probe.name.clone();
        Self { probe: name.clone(), name, kind: Combination::Mean, exact: None }
    }
}
