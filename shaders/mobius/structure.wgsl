// The structural parameters of this cycle, from the sliders or from the controller, and what has to be built anew. STRIP: of
// the band.

#import fieldscope::mobius::shared::Structure

// StructureStep in src/sim/mobius/kernels.rs.
struct StructureStep {
    // Values of the sliders.
    windings: f32,
    torsion: f32,
    uvhl_n: f32,
    half_twists: f32,
    half_width: f32,
    wavenumber: f32,
    sources: f32,
    nodes: f32,
    // Samples at uvhl_n = 3.8, and their limits; 0 for all nodes.
    base: f32,
    fewest: f32,
    most: f32,
    // How far windings and torsion may go before the nodes are placed anew; below 0 always.
    lazy_windings: f32,
    lazy_torsion: f32,
    // Whether the controller drives windings, torsion and samples.
    driven: u32,
    // Whether this is the start: the sliders' values, whoever drives, and everything has to be built.
    starts: u32,
    // Whether the propagator has to be built anew, wherever the nodes are.
    stale: u32,
}

@group(0) @binding(0) var<storage, read_write> structure: Structure;
// What the six heads said, each in (0, 1).
@group(0) @binding(1) var<storage, read> heads: array<f32>;
@group(0) @binding(2) var<uniform> settings: StructureStep;

@compute @workgroup_size(1)
fn main() {
    if settings.driven == 0u || settings.starts == 1u {
        structure.windings = settings.windings;
        structure.torsion = settings.torsion;
        structure.uvhl_n = settings.uvhl_n;
    }
    if settings.starts == 1u {
        structure.uvhl_w = 3.2;
        structure.uvhl_l = 7.5;
        structure.sites = settings.nodes;
    } else if settings.driven == 1u {
#ifndef STRIP
        // A strip has half-twists instead, which are whole.
        structure.windings = 0.95 * structure.windings + 0.05 * (3.8 + 146.2 * heads[0]);
#endif
        structure.torsion = 0.9 * structure.torsion + 0.1 * (3.0 * heads[1]);
        structure.sites = 10000.0 + 90000.0 * heads[2];
        structure.uvhl_w = 0.9 * structure.uvhl_w + 0.1 * (0.1 + 49.9 * heads[3]);
        structure.uvhl_l = 0.9 * structure.uvhl_l + 0.1 * (0.1 + 49.9 * heads[4]);
        structure.uvhl_n = 0.9 * structure.uvhl_n + 0.1 * (0.05 + 19.95 * heads[5]);
    }
    var samples = settings.nodes;
    if settings.base > 0.0 {
        samples = min(clamp(floor(settings.base * (structure.uvhl_n / 3.8)), settings.fewest, settings.most), settings.nodes);
    }
    structure.samples = samples;

    let reshaped = settings.starts == 1u || settings.half_twists != structure.built_half_twists
        || settings.half_width != structure.built_half_width;
    let bent = abs(structure.windings - structure.built_windings) > max(settings.lazy_windings, 0.0)
        || abs(structure.torsion - structure.built_torsion) > max(settings.lazy_torsion, 0.0);
    structure.moved = select(0.0, 1.0, reshaped || bent || settings.lazy_windings < 0.0);
    if reshaped || bent {
        structure.built_windings = structure.windings;
        structure.built_torsion = structure.torsion;
        structure.built_half_twists = settings.half_twists;
        structure.built_half_width = settings.half_width;
    }
    if settings.stale == 1u || reshaped || bent || settings.wavenumber != structure.built_wavenumber || settings.sources != structure.built_sources {
        structure.stale = 1.0;
        structure.built_wavenumber = settings.wavenumber;
        structure.built_sources = settings.sources;
    }
}
