// Metropolis on all sites of one colour. BYTES: four spins a word, a byte each; otherwise 32, a bit each,
// of one row or, HALVES, of two.

#import fieldscope::ising::lattice::metropolis::flips
#import fieldscope::ising::lattice::shared::{LatticePass, row_above, row_below, is_before, word_beside, spins_beside}
#import fieldscope::ising::lattice::shared::{Neighbours, sum_of}
#ifdef HALVES
#import fieldscope::ising::lattice::shared::{both_halves, halves_around, spins_beside_halves}
#endif
#import fieldscope::random::draws_of

@group(0) @binding(0) var<storage, read_write> spins: array<u32>;
@group(0) @binding(1) var<storage, read> others: array<u32>;
@group(0) @binding(2) var<uniform> constants: LatticePass;

#ifdef BYTES
const WIDTH: u32 = 8u;

// The lowest bits of four bytes.
fn bits_of(bytes: u32) -> u32 {
    let lowest = bytes & 0x01010101u;
    return (lowest | (lowest >> 7u) | (lowest >> 14u) | (lowest >> 21u)) & 0xfu;
}

// Four bits as four bytes.
fn bytes_of(bits: u32) -> u32 {
    return (bits | (bits << 7u) | (bits << 14u) | (bits << 21u)) & 0x01010101u;
}
#else
const WIDTH: u32 = 1u;
#endif

#ifdef HALVES
fn halves_at(at: vec2<u32>) -> u32 {
    return both_halves(vec2(others[at.x / 2u], others[at.y / 2u]), at);
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if at >= constants.words {
        return;
    }
    let row = constants.row;
#ifdef HALVES
    let around = halves_around(at, row, constants.sites, constants.colour);
    let same = others[at];
    let above = halves_at(around.above);
    let below = halves_at(around.below);
    let beside = spins_beside_halves(same, halves_at(around.beside), around.before);
#else
    let y = at / row;
    let x = at % row;
    let before = is_before(y, constants.colour);
    let same = others[at];
    let above = others[row_above(y, constants.sites) * row + x];
    let below = others[row_below(y, constants.sites) * row + x];
    let beside = spins_beside(same, others[y * row + word_beside(x, row, before)], before, WIDTH);
#endif
    let own = spins[at];
    let draws = draws_of(constants.seed, constants.sweep);
#ifdef BYTES
    // Eight words share the draws of 32 spins.
    let shift = 4u * (at % 8u);
    let sum = same + above + below + beside;
    let up = Neighbours(bits_of(sum) << shift, bits_of(sum >> 1u) << shift, bits_of(sum >> 2u) << shift);
    let flipped = flips(constants, draws, constants.colour, at / 8u, bits_of(own) << shift, up, 0xfu << shift);
    spins[at] = own ^ bytes_of(flipped >> shift);
#else
    let up = sum_of(same, above, below, beside);
    spins[at] = own ^ flips(constants, draws, constants.colour, at, own, up, 0xffffffffu);
#endif
}
