// Anneals by Metropolis with local fields kept up to date, so that only an accepted move walks through a row of couplings.
// One invocation per anneal, its local fields in registers. MINDS: every agent's image of each other it turns to, from fresh
// spins; otherwise the agents themselves from their spins as they stand. STEPWISE: one step, with the local fields kept in a
// buffer from one to the next. EVEN: the proposals of a step are an even number, so that one draw does for two. WATCH: the two
// pinned agents and the image that each has of the other, with energies and spins after every step; `annealed` stays. DOUBLE:
// local fields, chances and energies in 64 bits, from the same couplings in 32. OWN_ROWS: each invocation first copies its
// agent's couplings into an array of its own, where no load is checked.

#import fieldscope::ising::agents::draws as draw
#import fieldscope::ising::agents::matrix::{couplings, fields}
#import fieldscope::ising::agents::shared::{
    AgentPass, QUADS, SPINS, STILL, all_up, exponential, flipped, is_up, other_of, signs, sum_of,
}
#import fieldscope::random::{Draws, draws_of, spread, words}

#ifdef DOUBLE
alias Real = f64;
alias Real2 = vec2<f64>;
alias Real4 = vec4<f64>;
#else
alias Real = f32;
alias Real2 = vec2<f32>;
alias Real4 = vec4<f32>;
#endif

@group(0) @binding(2) var<storage, read_write> annealed: array<vec2<u32>>;
#ifdef STEPWISE
// Per anneal its local fields, then the steps without an accepted move.
@group(0) @binding(3) var<storage, read_write> kept: array<Real4>;
#endif
#ifdef WATCH
// Per anneal its energies and its spins: at the start and after every step; those after its end are the last ones.
@group(0) @binding(3) var<storage, read_write> traces: array<f32>;
@group(0) @binding(5) var<storage, read_write> watched: array<vec2<u32>>;
#endif
@group(0) @binding(4) var<uniform> constants: AgentPass;

#ifdef OWN_ROWS
var<private> rows: array<vec4<f32>, SPINS * QUADS>;
#endif

struct Chain {
    spins: vec2<u32>,
    local: array<Real4, QUADS>,
    // Whether a move was accepted in this step.
    moved: bool,
}

// What acts on every spin: Σ J s + h. A column of the couplings is a row, too.
fn start_fields(chain: ptr<function, Chain>, agent: u32) {
    let base = agent * SPINS * QUADS;
#ifdef OWN_ROWS
    for (var quad = 0u; quad < QUADS; quad++) {
        (*chain).local[quad] = Real4(fields[agent * QUADS + quad]);
    }
    for (var j = 0u; j < constants.spins; j++) {
        let sign = Real4(vec4<f32>(select(-1.0, 1.0, is_up((*chain).spins, j))));
        for (var quad = 0u; quad < QUADS; quad++) {
            let row = couplings[base + j * QUADS + quad];
            rows[j * QUADS + quad] = row;
            (*chain).local[quad] = fma(Real4(row), sign, (*chain).local[quad]);
        }
    }
#else
    for (var quad = 0u; quad < QUADS; quad++) {
        var sum = Real4(fields[agent * QUADS + quad]);
        for (var j = 0u; j < constants.spins; j++) {
            let sign = Real4(vec4<f32>(select(-1.0, 1.0, is_up((*chain).spins, j))));
            sum = fma(Real4(couplings[base + j * QUADS + quad]), sign, sum);
        }
        (*chain).local[quad] = sum;
    }
#endif
}

#ifdef DOUBLE
// exp(x) for x <= 0: Taylor's polynomial of 2^f for |f| <= ½, off by less than 1e-15 of itself; there is none built in.
fn exponential_64(x: f64) -> f64 {
    let scaled = max(x, -87.0lf) * 1.4426950408889634lf;
    let whole = round(scaled);
    let f = scaled - whole;
    var sum = fma(f, 2.567843599348820514e-11lf, 4.445538271870811497e-10lf);
    sum = fma(f, sum, 7.054911620801123329e-09lf);
    sum = fma(f, sum, 1.017808600923969973e-07lf);
    sum = fma(f, sum, 1.321548679014430949e-06lf);
    sum = fma(f, sum, 1.525273380405984028e-05lf);
    sum = fma(f, sum, 1.540353039338160995e-04lf);
    sum = fma(f, sum, 1.333355814642844342e-03lf);
    sum = fma(f, sum, 9.618129107628477162e-03lf);
    sum = fma(f, sum, 5.550410866482157995e-02lf);
    sum = fma(f, sum, 2.402265069591007123e-01lf);
    sum = fma(f, sum, 6.931471805599453094e-01lf);
    sum = fma(f, sum, 1.0lf);
    // As in `exponential`, with the exponent of 1.
    return sum * f64(bitcast<f32>((bitcast<u32>(f32(whole) + 12582912.0) << 23u) + 0x3f800000u));
}
#endif

fn propose(chain: ptr<function, Chain>, agent: u32, site_word: u32, luck_word: u32, beta: f32, least: f32) {
    let site = ((site_word >> 16u) * SPINS) >> 16u;
    // 23 bits and a half, as uniform_of in common/random.wgsl.
    let luck = bitcast<f32>((luck_word >> 9u) | 0x3f800000u) - (1.0 - 0.5 / 8388608.0);
    let spin = select(-1.0, 1.0, is_up((*chain).spins, site));
    // By selection: an indexed read would put the local fields into memory.
    var quad = (*chain).local[0];
    for (var at = 1u; at < QUADS; at++) {
        quad = select(quad, (*chain).local[at], vec4(site / 4u == at));
    }
    let half = select(quad.xy, quad.zw, vec2((site & 2u) != 0u));
    let field = select(half.x, half.y, (site & 1u) != 0u);
    // A floor of 0.1 / (1 + β) stays below 1: a move that costs nothing is always accepted.
#ifdef DOUBLE
    let chance = max(exponential_64(min(Real(-2.0 * beta * spin) * field, Real(0.0))), Real(least));
#else
    let chance = max(exponential(min(-2.0 * beta * spin * field, 0.0)), least);
#endif
    if Real(luck) < chance {
        (*chain).spins = flipped((*chain).spins, site);
        (*chain).moved = true;
#ifdef OWN_ROWS
        let row = site * QUADS;
#else
        let row = (agent * SPINS + site) * QUADS;
#endif
        for (var at = 0u; at < QUADS; at++) {
#ifdef OWN_ROWS
            let four = rows[row + at];
#else
            let four = couplings[row + at];
#endif
            (*chain).local[at] = fma(Real4(vec4(-2.0 * spin)), Real4(four), (*chain).local[at]);
        }
    }
}

// One step: all its proposals at one temperature.
fn step_of(chain: ptr<function, Chain>, agent: u32, draws: Draws, index: u32, step: u32) {
    let beta = constants.betas[step / 4u][step % 4u];
    let least = constants.floor / (1.0 + beta);
    (*chain).moved = false;
    let first = step * constants.proposals;
#ifdef EVEN
    for (var two = 0u; two < constants.proposals / 2u; two++) {
        let word = words(draws, draw::PROPOSALS + first / 2u + two, index);
        propose(chain, agent, word.x, word.y, beta, least);
        propose(chain, agent, word.z, word.w, beta, least);
    }
#else
    for (var number = first; number < first + constants.proposals; number++) {
        let word = words(draws, draw::PROPOSALS + number / 2u, index);
        let own = select(word.zw, word.xy, number % 2u == 0u);
        propose(chain, agent, own.x, own.y, beta, least);
    }
#endif
}

#ifdef WATCH
// Steps that are watched, the start before them: STEPS in src/sim/ising/agents/mod.rs.
const STEPS: u32 = 100u;

// E = -½ Σ s (local + h).
fn write_down(chain: ptr<function, Chain>, agent: u32, item: u32, moment: u32) {
    var sum = Real4();
    for (var quad = 0u; quad < QUADS; quad++) {
        sum = fma((*chain).local[quad] + Real4(fields[agent * QUADS + quad]), Real4(signs((*chain).spins, quad)), sum);
    }
    traces[item * (STEPS + 1u) + moment] = -0.5 * sum_of(vec4<f32>(sum));
    watched[item * (STEPS + 1u) + moment] = (*chain).spins;
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let item = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if item >= constants.count {
        return;
    }
    let at = constants.first + item;
    let draws = draws_of(constants.seed, constants.cycle);
#ifdef MINDS
    let agent = other_of(constants, at / constants.others, at % constants.others);
    // Behind those of the agents' own anneals.
    let index = constants.agents + at;
#else
#ifdef WATCH
    // Each pinned agent, then its image in the other.
    let agent = constants.pinned[at / 2u];
    let image = at % 2u == 1u;
    // Behind those of all other anneals.
    let index = select(agent, constants.agents * (1u + constants.others) + at / 2u, image);
#else
    let agent = at;
    let index = at;
#endif
#endif
    var chain = Chain();
    var still = 0u;
#ifdef WATCH
    chain.spins = annealed[agent];
    if image {
        chain.spins = spread(words(draws, draw::SPINS, index)).xy & all_up();
    }
#else
    chain.spins = annealed[at];
#endif
#ifdef MINDS
    if constants.step == 0u {
        chain.spins = spread(words(draws, draw::SPINS, index)).xy & all_up();
    }
#endif
#ifdef STEPWISE
    if constants.step == 0u {
        start_fields(&chain, agent);
    } else {
        for (var quad = 0u; quad < QUADS; quad++) {
            chain.local[quad] = kept[at * (QUADS + 1u) + quad];
        }
        still = u32(kept[at * (QUADS + 1u) + QUADS].x);
    }
    if constants.patience == 0u || still < constants.patience {
        step_of(&chain, agent, draws, index, constants.step);
        still = select(still + 1u, 0u, chain.moved);
    }
    for (var quad = 0u; quad < QUADS; quad++) {
        kept[at * (QUADS + 1u) + quad] = chain.local[quad];
    }
    kept[at * (QUADS + 1u) + QUADS] = Real4(Real2(Real(still), Real(0u)), Real2());
#else
    start_fields(&chain, agent);
#ifdef WATCH
    write_down(&chain, agent, at, 0u);
    let steps = select(constants.steps, 0u, !image && (constants.options & STILL) != 0u);
    var done = 0u;
#else
    let steps = constants.steps;
#endif
    for (var step = 0u; step < steps; step++) {
        step_of(&chain, agent, draws, index, step);
        still = select(still + 1u, 0u, chain.moved);
#ifdef WATCH
        done = step + 1u;
        write_down(&chain, agent, at, done);
#endif
        if constants.patience != 0u && still >= constants.patience {
            break;
        }
    }
#endif
#ifdef WATCH
    for (var rest = done + 1u; rest <= STEPS; rest++) {
        write_down(&chain, agent, at, rest);
    }
#else
    annealed[at] = chain.spins;
#endif
}
