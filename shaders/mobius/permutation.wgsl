// A permutation of 0..count that needs no memory: a Feistel network on as many bits as the last place has, walked along
// its cycle until it comes back into the range (Black and Rogaway 2002). It ends, since the start lies in the range.
#define_import_path fieldscope::mobius::permutation

#import fieldscope::random::{Draws, words}

const ROUNDS: u32 = 6u;

fn place_of(draws: Draws, operation: u32, start: u32, count: u32) -> u32 {
    let bits = max(32u - countLeadingZeros(count - 1u), 2u);
    let low_bits = bits / 2u;
    let low_mask = (1u << low_bits) - 1u;
    let high_mask = (1u << (bits - low_bits)) - 1u;
    var at = start;
    loop {
        var high = at >> low_bits;
        var low = at & low_mask;
        for (var turn = 0u; turn < ROUNDS; turn += 2u) {
            high ^= (words(draws, operation + turn, low).x >> 8u) & high_mask;
            low ^= (words(draws, operation + turn + 1u, high).x >> 8u) & low_mask;
        }
        at = (high << low_bits) | low;
        if at < count {
            return at;
        }
    }
    return 0u;
}
