// What the lattice's kernels have in common. Sites have two colours, like a checkerboard: site (x, y) has the colour
// (x + y) mod 2 and stands at place y · sites / 2 + x / 2 among those of its colour. All neighbours of a site are of the
// other colour: those above and below at the same place of their rows, and in its own row one at the same place and one
// beside it, before where y + colour is even and after where it is odd.
//
// A word of bits holds 32 places one after the other. HALVES: sites / 2 is 16 times an odd number, so that a word may end one
// row and begin the next; neighbours are then found half a word at a time, and `row` counts halves.
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

#ifdef HALVES
// Where the neighbours of both halves of a word stand: numbers of halves.
struct HalvesAround {
    above: vec2<u32>,
    below: vec2<u32>,
    beside: vec2<u32>,
    // 0xffff for a half whose neighbours beside are those before, 0xffff0000 for the upper one.
    before: u32,
}

fn halves_around(word: u32, row: u32, sites: u32, colour: u32) -> HalvesAround {
    var around = HalvesAround();
    for (var part = 0u; part < 2u; part++) {
        let half = 2u * word + part;
        let y = half / row;
        let x = half % row;
        let before = is_before(y, colour);
        around.above[part] = row_above(y, sites) * row + x;
        around.below[part] = row_below(y, sites) * row + x;
        around.beside[part] = y * row + word_beside(x, row, before);
        around.before |= select(0u, 0xffffu << (16u * part), before);
    }
    return around;
}

// The halves of this number of the words that they stand in, side by side.
fn both_halves(words: vec2<u32>, halves: vec2<u32>) -> u32 {
    let parts = (words >> (vec2(16u) * (halves % vec2(2u)))) & vec2(0xffffu);
    return parts.x | (parts.y << 16u);
}

// As `spins_beside`, half by half.
fn spins_beside_halves(same: u32, next: u32, before: u32) -> u32 {
    let those_before = ((same << 1u) & 0xfffefffeu) | ((next >> 15u) & 0x00010001u);
    let those_after = ((same >> 1u) & 0x7fff7fffu) | ((next << 15u) & 0x80008000u);
    return (those_before & before) | (those_after & ~before);
}
#endif

// Every spin's neighbour beside it, of the word at the same place and the next one in that direction; `width` is how many
// bits a spin takes.
fn spins_beside(same: u32, next: u32, before: bool, width: u32) -> u32 {
    return select((same >> width) | (next << (32u - width)), (same << width) | (next >> (32u - width)), before);
}
