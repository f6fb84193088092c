// Attention to the others by their scores, and what they feel together (2.4). One invocation per agent.

#import fieldscope::ising::agents::shared::{AgentPass, NOTES, other_of}

@group(0) @binding(0) var<storage, read> empathy: array<f32>;
@group(0) @binding(1) var<storage, read> emotions: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> attention: array<f32>;
@group(0) @binding(3) var<storage, read_write> collective: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> notes: array<f32>;
@group(0) @binding(5) var<uniform> constants: AgentPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let agent = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if agent >= constants.count {
        return;
    }
    let start = agent * constants.others;
    var sum = 0.0;
    var most = 0u;
    for (var slot = 0u; slot < constants.others; slot++) {
        sum += empathy[start + slot];
        most = select(most, slot, empathy[start + slot] > empathy[start + most]);
    }
    var felt = vec4(0.0);
    var entropy = 0.0;
    for (var slot = 0u; slot < constants.others; slot++) {
        let share = select(empathy[start + slot] / max(sum, 1e-30), 1.0 / f32(constants.others), sum <= 1e-9);
        attention[start + slot] = share;
        felt = fma(vec4(share), emotions[other_of(constants, agent, slot)], felt);
        entropy -= select(0.0, share * log(max(share, 1e-30)), share > 0.0);
    }
    collective[agent] = felt;
    notes[agent * NOTES + 2u] = f32(most);
    notes[agent * NOTES + 3u] = entropy;
}
