// The state of lowest energy of all 2ⁿ of an agent, by enumeration: one workgroup per agent. Each invocation takes one setting
// of the uppermost spins, and goes through those below in the order of Gray's code, one flip from state to state.

#import fieldscope::ising::agents::matrix::{couplings, energy, fields}
#import fieldscope::ising::agents::shared::{AgentPass, QUADS, SPINS, flipped, is_up}

@group(0) @binding(2) var<storage, read_write> grounds: array<f32>;
@group(0) @binding(3) var<storage, read> spins: array<vec2<u32>>;
// Per agent a state of the lowest energy, then the state that it stands in.
@group(0) @binding(4) var<storage, read_write> states: array<vec2<u32>>;
@group(0) @binding(5) var<uniform> constants: AgentPass;

const WORKERS: u32 = 64u;
// Spins that tell the invocations apart, and those that each goes through.
const FIXED: u32 = min(6u, SPINS - 1u);
const WALKED: u32 = SPINS - FIXED;

var<workgroup> lowest: array<f32, WORKERS>;
var<workgroup> lowest_state: array<u32, WORKERS>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let agent = workgroup.x;
    let base = agent * SPINS * QUADS;
    var own = 1e30;
    var own_state = 0u;
    if local < (1u << FIXED) {
        var walker = vec2(local << WALKED, 0u);
        var total = energy(agent, walker, constants.spins);
        own = total;
        own_state = walker.x;
        for (var state = 1u; state < (1u << WALKED); state++) {
            let at = firstTrailingBit(state);
            // Its local field from scratch, so that rounding does not add up over a million flips.
            var sum = vec4(0.0);
            for (var quad = 0u; quad < QUADS; quad++) {
                let word = walker.x >> (4u * quad);
                let signs = select(vec4(-1.0), vec4(1.0), ((vec4(word) >> vec4(0u, 1u, 2u, 3u)) & vec4(1u)) == vec4(1u));
                sum = fma(couplings[base + at * QUADS + quad], signs, sum);
            }
            let field = sum.x + sum.y + sum.z + sum.w + fields[agent * QUADS + at / 4u][at % 4u];
            total = fma(select(-2.0, 2.0, is_up(walker, at)), field, total);
            walker = flipped(walker, at);
            own_state = select(own_state, walker.x, total < own);
            own = min(own, total);
        }
    }
    lowest[local] = own;
    lowest_state[local] = own_state;
    workgroupBarrier();
    if local == 0u {
        for (var worker = 1u; worker < WORKERS; worker++) {
            own_state = select(own_state, lowest_state[worker], lowest[worker] < own);
            own = min(own, lowest[worker]);
        }
        grounds[agent] = own;
        states[2u * agent] = vec2(own_state, 0u);
        states[2u * agent + 1u] = spins[agent];
    }
}
