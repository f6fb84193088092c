// What a random draw is for: the same table as in src/sim/mobius/constants.rs, compared by a test.
#define_import_path fieldscope::mobius::draws

const PHASES: u32 = 0u;
const FREQUENCIES: u32 = 1u;
const SAMPLES: u32 = 2u;
const SOURCES: u32 = 8u;
const WEIGHTS: u32 = 16u;
