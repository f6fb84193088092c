// What a random draw is for: the same table as in src/sim/ising/agents/mod.rs, compared by a test.
#define_import_path fieldscope::ising::agents::draws

const COUPLINGS: u32 = 0u;
const FIELDS: u32 = 1u;
const SPINS: u32 = 2u;
const COMPASSION: u32 = 3u;
const ATTENTION: u32 = 4u;
const PROPOSALS: u32 = 64u;
