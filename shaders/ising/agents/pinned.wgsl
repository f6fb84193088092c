// What two pinned agents think of each other: how well each one's image tells the other's state after the anneal that was just
// watched, and the score. Invocation 0 is the first one's view of the second, invocation 1 the other way round.

#import fieldscope::ising::agents::accuracy::{accuracy, score}
#import fieldscope::ising::agents::matrix::similarity
#import fieldscope::ising::agents::shared::{AgentFigures, AgentPass, SPINS, all_up}

// Spins step by step: of an agent, then of the image that the other has of it.
@group(0) @binding(2) var<storage, read> watched: array<vec2<u32>>;
// Per direction the guess, then the truth.
@group(0) @binding(3) var<storage, read_write> guesses: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> figures: AgentFigures;
@group(0) @binding(5) var<uniform> constants: AgentPass;

// Steps that are watched, the start before them: STEPS in src/sim/ising/agents/mod.rs.
const STEPS: u32 = 100u;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) direction: u32) {
    if direction >= constants.count {
        return;
    }
    let others = vec2(constants.pinned.y, constants.pinned.x);
    let other = others[direction];
    let own = 2u * (1u - direction) * (STEPS + 1u) + STEPS;
    let truth = watched[own];
    let guess = watched[own + STEPS + 1u];
    let found = accuracy(constants.options, constants.spins, other, guess, truth);
    let alike = similarity(constants.pinned.x, constants.pinned.y, constants.spins);
    let equal = countOneBits(~(guess ^ truth) & all_up());
    // An overlap counts all spins turned over as the same state.
    let turned = 2u * (equal.x + equal.y) < SPINS;
    guesses[2u * direction] = select(guess, ~guess & all_up(), turned);
    guesses[2u * direction + 1u] = truth;
    figures.pinned[direction] = vec4(found.x, found.y, alike, score(constants.weights, found, alike));
}
