// The memory of every agent (2.4): a ring of 32 entries of emotion and empathy, their means, and the trend of the empathy:
// the mean of the later half minus that of the earlier one. One invocation per agent.

#import fieldscope::ising::agents::shared::{AgentPass, NOTES, STORAGE_ORDER}

@group(0) @binding(0) var<storage, read> emotions: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> empathy: array<f32>;
@group(0) @binding(2) var<storage, read> notes: array<f32>;
@group(0) @binding(3) var<storage, read_write> memory: array<f32>;
// Means of valence, arousal, tension, coherence and empathy, then the trend.
@group(0) @binding(4) var<storage, read_write> recalled: array<f32>;
@group(0) @binding(5) var<uniform> constants: AgentPass;

const ENTRIES: u32 = 32u;
const NUMBERS: u32 = 5u;
const RECALLED: u32 = 6u;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let agent = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if agent >= constants.count {
        return;
    }
    let start = agent * ENTRIES * NUMBERS;
    let felt = emotions[agent];
    let score = empathy[agent * constants.others + u32(notes[agent * NOTES + 2u])];
    let entry = start + constants.entry * NUMBERS;
    memory[entry] = felt.x;
    memory[entry + 1u] = felt.y;
    memory[entry + 2u] = felt.z;
    memory[entry + 3u] = felt.w;
    memory[entry + 4u] = score;

    let filled = constants.filled;
    let half = filled / 2u;
    // Where time begins: behind the newest entry once the ring is full. Read as stored, the halves mix both ends of time.
    let oldest = select((constants.entry + 1u) % filled, 0u, (constants.options & STORAGE_ORDER) != 0u);
    var sums = vec4(0.0);
    var early = 0.0;
    var late = 0.0;
    for (var at = 0u; at < filled; at++) {
        let place = start + ((oldest + at) % filled) * NUMBERS;
        sums += vec4(memory[place], memory[place + 1u], memory[place + 2u], memory[place + 3u]);
        if at < half {
            early += memory[place + 4u];
        } else {
            late += memory[place + 4u];
        }
    }
    let means = sums / f32(filled);
    recalled[agent * RECALLED] = means.x;
    recalled[agent * RECALLED + 1u] = means.y;
    recalled[agent * RECALLED + 2u] = means.z;
    recalled[agent * RECALLED + 3u] = means.w;
    recalled[agent * RECALLED + 4u] = (early + late) / f32(filled);
    let trend = late / f32(filled - half) - early / f32(max(half, 1u));
    recalled[agent * RECALLED + 5u] = select(0.0, trend, filled >= 4u);
}
