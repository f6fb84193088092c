// Which nodes are evolved in this cycle: the first ones of a permutation that is drawn anew.

#import fieldscope::mobius::draws as draw
#import fieldscope::mobius::permutation::place_of
#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::random::draws_of

@group(0) @binding(0) var<storage, read_write> samples: array<u32>;
@group(0) @binding(1) var<uniform> constants: MobiusPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < constants.rows {
        samples[id.x] = place_of(draws_of(constants.seed, constants.cycle), draw::SAMPLES, id.x, constants.nodes);
    }
}
