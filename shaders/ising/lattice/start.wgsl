// The spins of one colour at the start. BYTES: four a word; otherwise 32. One bit is drawn for each; cold, all are up.

#import fieldscope::ising::lattice::draws as draw
#import fieldscope::ising::lattice::shared::LatticePass
#import fieldscope::random::{draws_of, spread, words}

@group(0) @binding(0) var<storage, read_write> spins: array<u32>;
@group(0) @binding(1) var<uniform> constants: LatticePass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if at >= constants.words {
        return;
    }
#ifdef BYTES
    let group = at / 8u;
#else
    let group = at;
#endif
    let draws = draws_of(constants.seed, 0u);
    var word = spread(words(draws, draw::INITIAL_SPINS + constants.colour, group / 4u))[group % 4u];
    word = select(word, 0xffffffffu, constants.cold == 1u);
#ifdef BYTES
    let bits = (word >> (4u * (at % 8u))) & 0xfu;
    word = (bits | (bits << 7u) | (bits << 14u) | (bits << 21u)) & 0x01010101u;
#endif
    spins[at] = word;
}
