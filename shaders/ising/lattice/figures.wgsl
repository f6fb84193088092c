// Puts the figures of the cycle together for the host, and the averages that go on.

struct Counts {
    aligned: u32,
    up: u32,
    overlap_low: u32,
    overlap_high: u32,
}

// LatticeReading in src/sim/ising/lattice/kernels.rs.
struct LatticeReading {
    // Sites of the lattice.
    volume: f32,
    temperature: f32,
    field: f32,
    // Weight of this cycle in the averages.
    weight: f32,
    // Exact values as they are shown: they may be no numbers.
    exact_magnetisation: u32,
    exact_energy: u32,
    padding_a: u32,
    padding_b: u32,
}

// Averages in src/sim/ising/lattice/kernels.rs.
struct Averages {
    energy: f32,
    energy_variance: f32,
    magnitude: f32,
    magnitude_variance: f32,
    square: f32,
    fourth: f32,
}

// LatticeFigures in src/sim/ising/lattice/kernels.rs.
struct LatticeFigures {
    magnetisation: f32,
    magnitude: f32,
    energy: f32,
    susceptibility: f32,
    specific_heat: f32,
    binder: f32,
    exact_magnetisation: u32,
    exact_energy: u32,
    overlap: u32,
}

@group(0) @binding(0) var<storage, read> counts: Counts;
@group(0) @binding(1) var<storage, read_write> averages: Averages;
@group(0) @binding(2) var<storage, read_write> figures: LatticeFigures;
@group(0) @binding(3) var<uniform> reading: LatticeReading;

const NO_NUMBER: u32 = 0x7fc00000u;

@compute @workgroup_size(1)
fn main() {
    let volume = reading.volume;
    let magnetisation = (2.0 * f32(counts.up) - volume) / volume;
    let magnitude = abs(magnetisation);
    // Of the 2 · volume pairs, aligned ones have the energy -1 and the others 1.
    let energy = 2.0 - 2.0 * f32(counts.aligned) / volume - reading.field * magnetisation;

    // Welford's step with a weight that falls to that of a long window (Finch 2009, section 9).
    let weight = reading.weight;
    let kept = 1.0 - weight;
    let energy_step = energy - averages.energy;
    let magnitude_step = magnitude - averages.magnitude;
    let square = magnetisation * magnetisation;
    averages.energy_variance = kept * (averages.energy_variance + weight * energy_step * energy_step);
    averages.magnitude_variance = kept * (averages.magnitude_variance + weight * magnitude_step * magnitude_step);
    averages.energy += weight * energy_step;
    averages.magnitude += weight * magnitude_step;
    averages.square += weight * (square - averages.square);
    averages.fourth += weight * (square * square - averages.fourth);

    figures.magnetisation = magnetisation;
    figures.magnitude = magnitude;
    figures.energy = energy;
    figures.susceptibility = volume * averages.magnitude_variance / reading.temperature;
    figures.specific_heat = volume * averages.energy_variance / (reading.temperature * reading.temperature);
    figures.binder = 1.0 - averages.fourth / (3.0 * max(averages.square * averages.square, 1e-30));
    figures.exact_magnetisation = reading.exact_magnetisation;
    figures.exact_energy = reading.exact_energy;
#ifdef REPLICAS
    // Mean over the sites and the pairs of replicas of the product of both spins.
    let spread = (f32(counts.overlap_high) * 65536.0 + f32(counts.overlap_low)) / volume;
    figures.overlap = bitcast<u32>((4.0 * spread - 32.0) / 992.0);
#else
    figures.overlap = NO_NUMBER;
#endif
}
