// What the lattice's kernels have in common. Sites have two colours, like a checkerboard: site (x, y) has the colour
// (x + y) mod 2 and stands at place y · sites / 2 + x / 2 among those of its colour. All neighbours of a site are of the
// other colour: those above and below at the same place of their rows, and in its own row one at the same place and one
// beside it, before where y + colour is even and after where it is odd.
#define_import_path fieldscope::ising::lattice::shared

// Constants of one pass; LatticePass in src/sim/ising/lattice/kernels.rs.
struct LatticePass {
    sites: u32,
    row: u32,
    words: u32,
    seed: u32,
    sweep: u32,
    sweeps: u32,
    colour: u32,
    cold: u32,
    thresholds: array<vec4<u32>, 3>,
}

// How many of the four neighbours are up, as a binary number for each of 32 spins.
struct Neighbours {
    ones: u32,
    twos: u32,
    fours: u32,
}

// Carry-save addition of one bit from each neighbour.
fn sum_of(a: u32, b: u32, c: u32, d: u32) -> Neighbours {
    let near = a ^ b;
    let far = c ^ d;
    return Neighbours(near ^ far, (a & b) ^ (c & d) ^ (near & far), a & b & c & d);
}

fn row_above(y: u32, sites: u32) -> u32 {
    return select(y, sites, y == 0u) - 1u;
}

fn row_below(y: u32, sites: u32) -> u32 {
    return select(y + 1u, 0u, y + 1u == sites);
}

// Whether the neighbour beside is the one before.
fn is_before(y: u32, colour: u32) -> bool {
    return (y + colour) % 2u == 0u;
}

// The word in a row of so many where the spins beside come from.
fn word_beside(x: u32, row: u32, before: bool) -> u32 {
    if before {
        return select(x, row, x == 0u) - 1u;
    }
    return select(x + 1u, 0u, x + 1u == row);
}

// Every spin's neighbour beside it, of the word at the same place and the next one in that direction; `width` is how many
// bits a spin takes.
fn spins_beside(same: u32, next: u32, before: bool, width: u32) -> u32 {
    return select((same >> width) | (next << (32u - width)), (same << width) | (next >> (32u - width)), before);
}
