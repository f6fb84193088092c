// Similarity of the couplings of every agent and those it turns to (2.4). One invocation per agent. CACHE: the last eight of
// an agent are remembered with the versions of both couplings, the most recent first; with 16 agents that is the published
// cache of 128.

#import fieldscope::ising::agents::matrix::similarity
#import fieldscope::ising::agents::shared::{AgentPass, NOTES, other_of}

@group(0) @binding(1) var<storage, read_write> similarities: array<f32>;
@group(0) @binding(2) var<storage, read_write> notes: array<f32>;
#ifdef CACHE
@group(0) @binding(3) var<storage, read> versions: array<u32>;
// The other's number and one more, own version, the other's version, the similarity.
@group(0) @binding(4) var<storage, read_write> remembered: array<vec4<u32>>;
#endif
@group(0) @binding(5) var<uniform> constants: AgentPass;

const WAYS: u32 = 8u;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let item = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if item >= constants.count {
        return;
    }
    let agent = constants.first + item;
    var hits = 0.0;
    for (var slot = constants.slot; slot < constants.slot + constants.slots; slot++) {
        let other = other_of(constants, agent, slot);
        var found = 0.0;
#ifdef CACHE
        let start = agent * WAYS;
        let key = vec3(other + 1u, versions[agent], versions[other]);
        var place = 0u;
        for (; place < WAYS; place++) {
            if all(remembered[start + place].xyz == key) {
                break;
            }
        }
        if place < WAYS {
            found = bitcast<f32>(remembered[start + place].w);
            hits += 1.0;
        } else {
            found = similarity(agent, other, constants.spins);
            // The one that was not asked for the longest is forgotten.
            place = WAYS - 1u;
        }
        for (; place > 0u; place--) {
            remembered[start + place] = remembered[start + place - 1u];
        }
        remembered[start] = vec4(key, bitcast<u32>(found));
#else
        found = similarity(agent, other, constants.spins);
#endif
        similarities[agent * constants.others + slot] = found;
    }
    let before = select(notes[agent * NOTES + 1u], 0.0, constants.slot == 0u);
    notes[agent * NOTES + 1u] = before + hits;
}
