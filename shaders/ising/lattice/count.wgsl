// Counts of the whole lattice, in integers, so that neither order nor form changes them. BYTES: four spins a word;
// REPLICAS: replica 0 of 32, which also becomes the spins that are shown; otherwise 32 spins a word, of one row
// or, HALVES, of two.

#import fieldscope::ising::lattice::shared::{LatticePass, row_above, row_below, is_before, word_beside, spins_beside}
#ifdef HALVES
#import fieldscope::ising::lattice::shared::{both_halves, halves_around, spins_beside_halves}
#endif

struct Counts {
    // Pairs of neighbours that are aligned, and spins that are up.
    aligned: atomic<u32>,
    up: atomic<u32>,
    // Sum over the sites of (replicas that are up - 16)², its lower 16 bits and the rest apart.
    overlap_low: atomic<u32>,
    overlap_high: atomic<u32>,
}

@group(0) @binding(0) var<storage, read> even: array<u32>;
@group(0) @binding(1) var<storage, read> odd: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: Counts;
#ifdef REPLICAS
@group(0) @binding(3) var<storage, read_write> even_shown: array<u32>;
@group(0) @binding(4) var<storage, read_write> odd_shown: array<u32>;
#endif
@group(0) @binding(5) var<uniform> constants: LatticePass;

// The spins of a word that count, and bits between one spin and the next.
#ifdef BYTES
const SPINS: u32 = 0x01010101u;
const WIDTH: u32 = 8u;
#else ifdef REPLICAS
const SPINS: u32 = 1u;
#else
const SPINS: u32 = 0xffffffffu;
const WIDTH: u32 = 1u;
#endif

var<workgroup> aligned: atomic<u32>;
var<workgroup> up: atomic<u32>;
var<workgroup> overlap: atomic<u32>;

#ifdef HALVES
fn halves_at(at: vec2<u32>) -> u32 {
    return both_halves(vec2(odd[at.x / 2u], odd[at.y / 2u]), at);
}
#endif

// Aligned pairs of the even spins of a word: every pair of neighbours has one.
fn aligned_at(at: u32) -> u32 {
    let row = constants.row;
    let same = odd[at];
#ifdef HALVES
    let around = halves_around(at, row, constants.sites, 0u);
    let beside = spins_beside_halves(same, halves_at(around.beside), around.before);
    let above = halves_at(around.above);
    let below = halves_at(around.below);
#else
    let y = at / row;
    let x = at % row;
    let before = is_before(y, 0u);
    let next = odd[y * row + word_beside(x, row, before)];
#ifdef REPLICAS
    let beside = next;
#else
    let beside = spins_beside(same, next, before, WIDTH);
#endif
    let above = odd[row_above(y, constants.sites) * row + x];
    let below = odd[row_below(y, constants.sites) * row + x];
#endif
    let own = even[at];
    return countOneBits(~(own ^ same) & SPINS) + countOneBits(~(own ^ beside) & SPINS)
        + countOneBits(~(own ^ above) & SPINS) + countOneBits(~(own ^ below) & SPINS);
}

fn spread_of(word: u32) -> u32 {
    let apart = i32(countOneBits(word)) - 16;
    return u32(apart * apart);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    if local == 0u {
        atomicStore(&aligned, 0u);
        atomicStore(&up, 0u);
        atomicStore(&overlap, 0u);
    }
    workgroupBarrier();
    var own_aligned = 0u;
    var own_up = 0u;
#ifdef REPLICAS
    var own_overlap = 0u;
    // 32 sites, whose replicas 0 make a word each of what is shown.
    for (var group = workgroup.x * 64u + local; group < constants.words / 32u; group += workgroups.x * 64u) {
        var shown = vec2(0u);
        for (var place = 0u; place < 32u; place++) {
            let at = 32u * group + place;
            let words = vec2(even[at], odd[at]);
            shown |= (words & vec2(1u)) << vec2(place);
            own_aligned += aligned_at(at);
            own_overlap += spread_of(words.x) + spread_of(words.y);
        }
        own_up += countOneBits(shown.x) + countOneBits(shown.y);
        even_shown[group] = shown.x;
        odd_shown[group] = shown.y;
    }
    atomicAdd(&overlap, own_overlap);
#else
    for (var at = workgroup.x * 64u + local; at < constants.words; at += workgroups.x * 64u) {
        own_aligned += aligned_at(at);
        own_up += countOneBits(even[at]) + countOneBits(odd[at]);
    }
#endif
    atomicAdd(&aligned, own_aligned);
    atomicAdd(&up, own_up);
    workgroupBarrier();
    if local == 0u {
        atomicAdd(&counts.aligned, atomicLoad(&aligned));
        atomicAdd(&counts.up, atomicLoad(&up));
        let sum = atomicLoad(&overlap);
        atomicAdd(&counts.overlap_low, sum & 0xffffu);
        atomicAdd(&counts.overlap_high, sum >> 16u);
    }
}
