// Which of 32 spins flip, by Metropolis' rule with a draw for every spin.
//
// The draw of a spin is a number of 32 binary places, and place p of 32 spins is one random word. Spins are decided from
// the highest place on, until each draw is known to be below or above its threshold: about seven words do for 32 spins.
#define_import_path fieldscope::ising::lattice::metropolis

#import fieldscope::ising::lattice::draws as draw
#import fieldscope::ising::lattice::shared::{LatticePass, Neighbours}
#import fieldscope::random::{Draws, spread, words}

// A flip that needs no luck; src/sim/ising/lattice/kernels.rs.
const ALWAYS: u32 = 0xffffffffu;

#ifdef FIELD
// Spins by whether they are up and by how many neighbours are aligned with them: thresholds differ in all ten cases.

fn classes_of(own: u32, up: Neighbours) -> array<u32, 10> {
    let none = ~(up.ones | up.twos | up.fours);
    let one = up.ones & ~up.twos;
    let two = up.twos & ~up.ones;
    let three = up.ones & up.twos;
    let four = up.fours;
    return array<u32, 10>(
        own & none, own & one, own & two, own & three, own & four,
        ~own & four, ~own & three, ~own & two, ~own & one, ~own & none,
    );
}
#else
// Spins with three and with four aligned neighbours: all others flip at no cost.
fn classes_of(own: u32, up: Neighbours) -> array<u32, 2> {
    let none = ~(up.ones | up.twos | up.fours);
    return array<u32, 2>(
        (own & up.ones & up.twos) | (~own & up.ones & ~up.twos),
        (own & up.fours) | (~own & none),
    );
}
#endif

struct Decision {
    open: u32,
    accepted: u32,
}

// One place of the draws against the same place of every spin's threshold.
fn decide(decision: Decision, word: u32, limit: u32) -> Decision {
    return Decision(decision.open & ~(word ^ limit), decision.accepted | (decision.open & ~word & limit));
}

fn flips(constants: LatticePass, draws: Draws, colour: u32, group: u32, own: u32, up: Neighbours, asked: u32) -> u32 {
    var classes = classes_of(own, up);
#ifdef FIELD
    var limits: array<u32, 10>;
    var accepted = 0u;
    for (var kind = 0u; kind < 10u; kind++) {
        limits[kind] = constants.thresholds[kind / 4u][kind % 4u];
        accepted |= select(0u, classes[kind], limits[kind] == ALWAYS);
    }
    var decision = Decision(asked & ~accepted, asked & accepted);
#else
    let limits = array<u32, 2>(constants.thresholds[0].w, constants.thresholds[1].x);
    let costly = asked & (classes[0] | classes[1]);
    var decision = Decision(costly, asked & ~costly);
#endif
    for (var quad = 0u; quad < 8u && decision.open != 0u; quad++) {
        let word = spread(words(draws, draw::PLANES + 8u * colour + quad, group));
        var limit = vec4(0u);
        let places = vec4(31u, 30u, 29u, 28u) - vec4(4u * quad);
#ifdef FIELD
        for (var kind = 0u; kind < 10u; kind++) {
            limit |= vec4(classes[kind]) & (vec4(0u) - ((vec4(limits[kind]) >> places) & vec4(1u)));
        }
#else
        limit = (vec4(classes[0]) & (vec4(0u) - ((vec4(limits[0]) >> places) & vec4(1u))))
            | (vec4(classes[1]) & (vec4(0u) - ((vec4(limits[1]) >> places) & vec4(1u))));
#endif
        decision = decide(decision, word.x, limit.x);
        decision = decide(decision, word.y, limit.y);
        decision = decide(decision, word.z, limit.z);
        decision = decide(decision, word.w, limit.w);
    }
    return decision.accepted;
}
