// Vortices as they lie in the lists, and the band's way of measuring between them.
#define_import_path fieldscope::mobius::vortices

#import fieldscope::mobius::shared::MobiusPass

// Vortex in src/sim/mobius/kernels.rs.
struct Vortex {
    // Where it is: along the band in [0, 2π) and across it in [-1, 1].
    u: f32,
    v: f32,
    // 1 or -1 in the unrolled chart.
    sign: f32,
    // A number of its own, from 1 on.
    number: f32,
    // The cycle that it appeared in.
    born: f32,
    // Its plaquette.
    along: f32,
    across: f32,
    // Mean |ψ| of the plaquette's nodes.
    magnitude: f32,
}

// Tracker in src/sim/mobius/kernels.rs.
struct Tracker {
    count: f32,
    // Numbers given out so far.
    numbered: f32,
    births: f32,
    deaths: f32,
    mergings: f32,
    positive: f32,
    negative: f32,
    // Vortices of this cycle that the list had no room for.
    unlisted: f32,
}

const NONE: u32 = 0xffffffffu;
const PI: f32 = 3.14159265;

struct Apart {
    // Square of the distance along the band.
    square: f32,
    // Product of the signs, as one sees the other.
    alike: f32,
}

// Beyond half the band the way leads across the seam, where v and with it the sign turn over on a twisted band.
fn apart(constants: MobiusPass, a: Vortex, b: Vortex) -> Apart {
    var along = a.u - b.u;
    var across = a.v - b.v;
    var alike = a.sign * b.sign;
    if abs(along) > PI {
        along = 2.0 * PI - abs(along);
        if constants.twisted == 1u {
            across = a.v + b.v;
            alike = -alike;
        }
    }
    let wide = across * constants.half_width;
    return Apart(fma(along, along, wide * wide), alike);
}
