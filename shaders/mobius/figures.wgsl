// The figures of the cycle for the host, by one workgroup. STRIP: true vortices; otherwise the published counts of nodes
// where |ψ| < 0.3, on every so many-th node.

#import fieldscope::mobius::shared::{MobiusPass, Structure}
#import fieldscope::mobius::vortices::Tracker

// MobiusFigures in src/sim/mobius/kernels.rs.
struct MobiusFigures {
    vortices: f32,
    positive: f32,
    negative: f32,
    density: f32,
    births: f32,
    deaths: f32,
    mergings: f32,
    unlisted: f32,
    magnitude: f32,
    samples: f32,
    windings: f32,
    torsion: f32,
    uvhl_w: f32,
    uvhl_l: f32,
    uvhl_n: f32,
    sites: f32,
    reward: f32,
    value: f32,
}

@group(0) @binding(0) var<storage, read> psi: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> structure: Structure;
@group(0) @binding(2) var<storage, read> tracker: Tracker;
// What the critic said.
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read_write> figures: MobiusFigures;
@group(0) @binding(5) var<uniform> constants: MobiusPass;

const LANES: u32 = 256u;

var<workgroup> sums: array<vec3<f32>, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    let wide = max(constants.nodes / 500u, 1u);
    let narrow = max(constants.nodes / 1000u, 1u);
    // Σ |ψ|, and nodes at rest on every wide-th and on every narrow-th place.
    var sum = vec3(0.0);
    for (var node = lane; node < constants.nodes; node += LANES) {
        let magnitude = length(psi[node]);
        let rests = select(0.0, 1.0, magnitude < 0.3);
        sum += vec3(magnitude, select(0.0, rests, node % wide == 0u), select(0.0, rests, node % narrow == 0u));
    }
    sums[lane] = sum;
    workgroupBarrier();
    if lane > 0u {
        return;
    }
    var all = vec3(0.0);
    for (var other = 0u; other < LANES; other++) {
        all += sums[other];
    }
    let nodes = f32(constants.nodes);
    figures.magnitude = all.x / nodes;
    figures.samples = structure.samples;
    figures.windings = structure.windings;
    figures.torsion = structure.torsion;
    figures.uvhl_w = structure.uvhl_w;
    figures.uvhl_l = structure.uvhl_l;
    figures.uvhl_n = structure.uvhl_n;
    figures.sites = structure.sites;
    figures.value = value[0];
#ifdef STRIP
    figures.vortices = tracker.positive + tracker.negative;
    figures.positive = tracker.positive;
    figures.negative = tracker.negative;
    figures.density = figures.vortices / f32(constants.along * (constants.across - 1u));
    figures.births = tracker.births;
    figures.deaths = tracker.deaths;
    figures.mergings = tracker.mergings;
    figures.unlisted = tracker.unlisted;
#else
    figures.vortices = all.y * f32(wide);
    let density = all.z * f32(narrow) / nodes;
    figures.density = density;
    var reward = 20.0 * density;
    if density > 0.8 {
        reward += 100.0 * (density - 0.8);
    } else if density > 0.7 {
        reward += 50.0 * (density - 0.7);
    }
    if density < 0.3 {
        reward -= 100.0 * (0.3 - density);
    } else if density < 0.5 {
        reward -= 30.0 * (0.5 - density);
    }
    figures.reward = reward;
#endif
#ifdef PROPAGATED
    structure.stale = 0.0;
#endif
}
