// The replicas of one colour: replica 0 takes over the spins as they stand, the others are drawn.

#import fieldscope::ising::lattice::draws as draw
#import fieldscope::ising::lattice::shared::LatticePass
#import fieldscope::random::{draws_of, spread, words}

@group(0) @binding(0) var<storage, read_write> replicas: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> spins: array<u32>;
@group(0) @binding(2) var<uniform> constants: LatticePass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    // Four sites of a row.
    let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if at >= constants.words {
        return;
    }
    let drawn = spread(words(draws_of(constants.seed, 0u), draw::INITIAL_REPLICAS + constants.colour, at));
    let first = vec4(spins[at / 8u]) >> (vec4(0u, 1u, 2u, 3u) + vec4(4u * (at % 8u)));
    replicas[at] = (drawn & vec4(0xfffffffeu)) | (first & vec4(1u));
}
