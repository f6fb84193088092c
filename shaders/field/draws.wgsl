// What a random draw is for: the same table as in src/sim/field/constants.rs, compared by a test.
#define_import_path fieldscope::field::draws

const INITIAL_FIELD: u32 = 0u;
const INITIAL_WEIGHTS: u32 = 1u;
const FREQUENCY_MAP: u32 = 2u;
const DECAY_MAP: u32 = 3u;
const LEARNING_NOISE: u32 = 4u;
const LEARNING_PHASE: u32 = 5u;
const BOREDOM: u32 = 6u;
const ERROR_HEAT: u32 = 7u;
const ERROR_PHASE: u32 = 8u;
const STARVATION: u32 = 9u;
const NOISE: u32 = 10u;
const EXPLORATION: u32 = 11u;
const SPARSE_SITES: u32 = 12u;
const SPARSE_NOISE: u32 = 13u;
const ENERGY_SITES: u32 = 14u;
const ENERGY_NOISE: u32 = 15u;
const ROUNDING_FIELD: u32 = 18u;
const ROUNDING_MOMENTUM: u32 = 19u;
const ROUNDING_PHASE: u32 = 20u;
