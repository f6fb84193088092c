// The energy of a layer the long way: a sum over the squares of the real parts, one over those of the imaginary parts, and a
// pass that adds the two.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> eigenstates: array<f32>;
@group(0) @binding(1) var<storage, read_write> energies: array<f32>;
@group(0) @binding(2) var<uniform> constants: TenPass;

const LANES: u32 = 32u;
var<workgroup> parts: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
    let place = 8u * constants.layer;
#ifdef ADD
    if lane < 8u {
        // Cells have no place of their own here: all is in the first.
        parts[lane] = select(0.0, energies[place] + energies[place + 1u], lane == 0u);
    }
    workgroupBarrier();
    if lane < 8u {
        energies[place + lane] = parts[lane];
    }
#else
    let all = constants.cells * constants.eigenstates;
    // `first_row` is 0 for the real plane and 1 for the imaginary one.
    let start = (2u * constants.layer + constants.first_row) * all;
    var sum = 0.0;
    for (var at = lane; at < all; at += LANES) {
        sum += eigenstates[start + at] * eigenstates[start + at];
    }
    parts[lane] = sum;
    workgroupBarrier();
    if lane == 0u {
        var whole = 0.0;
        for (var other = 0u; other < LANES; other++) {
            whole += parts[other];
        }
        energies[place + constants.first_row] = whole;
    }
#endif
}
