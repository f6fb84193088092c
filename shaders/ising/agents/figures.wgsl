// Means over all agents and pairs, for the host. One workgroup, whose invocations each walk over a share.

#import fieldscope::ising::agents::shared::{AgentFigures, AgentPass, NOTES, SPINS}

@group(0) @binding(0) var<storage, read> emotions: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> collective: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> accuracies: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> empathy: array<f32>;
@group(0) @binding(4) var<storage, read> recalled: array<f32>;
@group(0) @binding(5) var<storage, read> notes: array<f32>;
// Per enumerated agent the lowest energy there is.
@group(0) @binding(6) var<storage, read> grounds: array<f32>;
@group(0) @binding(7) var<storage, read_write> figures: AgentFigures;
@group(0) @binding(8) var<uniform> constants: AgentPass;

const WORKERS: u32 = 64u;
const RECALLED: u32 = 6u;

struct Sums {
    felt: vec4<f32>,
    accuracy: vec4<f32>,
    // Energy, hits, empathy, trend.
    others: vec4<f32>,
    // Collective valence, entropy, grounds found, energy above the ground.
    more: vec4<f32>,
}

var<workgroup> sums: array<Sums, WORKERS>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
    var own = Sums();
    for (var agent = local; agent < constants.agents; agent += WORKERS) {
        let note = agent * NOTES;
        own.felt += emotions[agent];
        own.others += vec4(notes[note], notes[note + 1u], 0.0, recalled[agent * RECALLED + 5u]);
        own.more += vec4(collective[agent].x, notes[note + 3u], 0.0, 0.0);
        if agent < constants.slots {
            let above = notes[note] - grounds[agent];
            own.more += vec4(0.0, 0.0, select(0.0, 1.0, above < 1e-4 * max(1.0, abs(grounds[agent]))), above);
        }
    }
    let pairs = constants.agents * constants.others;
    for (var pair = local; pair < pairs; pair += WORKERS) {
        own.accuracy += accuracies[pair];
        own.others.z += empathy[pair];
    }
    sums[local] = own;
    workgroupBarrier();
    if local != 0u {
        return;
    }
    for (var worker = 1u; worker < WORKERS; worker++) {
        own.felt += sums[worker].felt;
        own.accuracy += sums[worker].accuracy;
        own.others += sums[worker].others;
        own.more += sums[worker].more;
    }
    let agents = f32(constants.agents);
    let felt = own.felt / agents;
    let accuracy = own.accuracy / f32(pairs);
    figures.energy = own.others.x / (agents * f32(SPINS));
    figures.valence = felt.x;
    figures.arousal = felt.y;
    figures.tension = felt.z;
    figures.coherence = felt.w;
    figures.collective_valence = own.more.x / agents;
    figures.empathy = own.others.z / f32(pairs);
    figures.overlap = accuracy.x;
    figures.energy_error = accuracy.y;
    figures.magnetisation_error = accuracy.z;
    figures.similarity = accuracy.w;
    figures.hit_rate = own.others.y / f32(pairs);
    figures.entropy = own.more.y / agents;
    figures.trend = own.others.w / agents;
    figures.found = select(own.more.z / f32(max(constants.slots, 1u)), 0.0, constants.slots == 0u);
    figures.counted += 1.0;
    figures.found_so_far += (figures.found - figures.found_so_far) / figures.counted;
    figures.gap = select(own.more.w / f32(max(constants.slots, 1u)), 0.0, constants.slots == 0u);
}
