// The spins of one colour from bytes to bits, or back (TO_BYTES). One invocation per 32 spins.

#import fieldscope::ising::lattice::shared::LatticePass

@group(0) @binding(0) var<storage, read> from_words: array<u32>;
@group(0) @binding(1) var<storage, read_write> to_words: array<u32>;
@group(0) @binding(2) var<uniform> constants: LatticePass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if at >= constants.words {
        return;
    }
    var packed = 0u;
#ifdef TO_BYTES
    packed = from_words[at];
#endif
    for (var part = 0u; part < 8u; part++) {
#ifdef TO_BYTES
        let bits = (packed >> (4u * part)) & 0xfu;
        to_words[8u * at + part] = (bits | (bits << 7u) | (bits << 14u) | (bits << 21u)) & 0x01010101u;
#else
        let bytes = from_words[8u * at + part];
        let bits = (bytes | (bytes >> 7u) | (bytes >> 14u) | (bytes >> 21u)) & 0xfu;
        packed |= bits << (4u * part);
#endif
    }
#ifndef TO_BYTES
    to_words[at] = packed;
#endif
}
