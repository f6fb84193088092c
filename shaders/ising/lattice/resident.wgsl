// All sweeps of a cycle in one dispatch of one workgroup, with the whole lattice in its memory, a bit a spin.
// HALVES: a word may hold spins of two rows.

#import fieldscope::ising::lattice::metropolis::flips
#import fieldscope::ising::lattice::shared::{LatticePass, row_above, row_below, is_before, word_beside, spins_beside, sum_of}
#ifdef HALVES
#import fieldscope::ising::lattice::shared::{both_halves, halves_around, spins_beside_halves}
#endif
#import fieldscope::random::{Draws, draws_of}

@group(0) @binding(0) var<storage, read_write> even: array<u32>;
@group(0) @binding(1) var<storage, read_write> odd: array<u32>;
@group(0) @binding(2) var<uniform> constants: LatticePass;

const WORKERS: u32 = 256u;
// Words of one colour.
const WORDS: u32 = #{WORDS}u;

// Both colours, one after the other.
var<workgroup> spins: array<u32, 2u * WORDS>;

#ifdef HALVES
fn halves_at(start: u32, at: vec2<u32>) -> u32 {
    return both_halves(vec2(spins[start + at.x / 2u], spins[start + at.y / 2u]), at);
}
#endif

fn update(draws: Draws, colour: u32, at: u32) {
    let row = constants.row;
    let own_start = colour * WORDS;
    let other_start = WORDS - own_start;
    let same = spins[other_start + at];
#ifdef HALVES
    let around = halves_around(at, row, constants.sites, colour);
    let above = halves_at(other_start, around.above);
    let below = halves_at(other_start, around.below);
    let beside = spins_beside_halves(same, halves_at(other_start, around.beside), around.before);
#else
    let y = at / row;
    let x = at % row;
    let before = is_before(y, colour);
    let above = spins[other_start + row_above(y, constants.sites) * row + x];
    let below = spins[other_start + row_below(y, constants.sites) * row + x];
    let next = spins[other_start + y * row + word_beside(x, row, before)];
    let beside = spins_beside(same, next, before, 1u);
#endif
    let own = spins[own_start + at];
    let up = sum_of(same, above, below, beside);
    spins[own_start + at] = own ^ flips(constants, draws, colour, at, own, up, 0xffffffffu);
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
    for (var at = local; at < WORDS; at += WORKERS) {
        spins[at] = even[at];
        spins[WORDS + at] = odd[at];
    }
    workgroupBarrier();
    for (var sweep = 0u; sweep < constants.sweeps; sweep++) {
        let draws = draws_of(constants.seed, constants.sweep + sweep);
        for (var at = local; at < WORDS; at += WORKERS) {
            update(draws, 0u, at);
        }
        workgroupBarrier();
        for (var at = local; at < WORDS; at += WORKERS) {
            update(draws, 1u, at);
        }
        workgroupBarrier();
    }
    for (var at = local; at < WORDS; at += WORKERS) {
        even[at] = spins[at];
        odd[at] = spins[WORDS + at];
    }
}
